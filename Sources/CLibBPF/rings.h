/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ring buffers as their reader maps them: Documentation/bpf/ringbuf.rst. libbpf's reader maps all
 * of the data twice, so that a record that goes over the end is in one piece, and both count as
 * this process's memory. As much of it as a record may have is enough.
 */
#ifndef SPOOR_RINGS_H
#define SPOOR_RINGS_H

#include <limits.h>
#include <linux/bpf.h>
#include <sys/mman.h>
#include <unistd.h>

struct spoor_ring {
	char *consumer; /* its page: the position up to which the reader has come */
	char *producer; /* its page, and the data behind it */
	size_t page, bytes, mapped;
	unsigned long place; /* of the next record to hand over */
	unsigned long due;   /* a pass hands over what is before it, */
	unsigned long end;   /* and looks at nothing from here on */
	__u64 next; /* the time of the record at `place`, or one of the two below */
};

#define SPOOR_RING_BUSY 0	    /* it is being written */
#define SPOOR_RING_PASSED ULLONG_MAX /* `place` is at the end */

#define SPOOR_RING_RECORD (64 << 10) /* no record is larger */

/* 0, or -1 with errno. */
static inline int spoor_ring_map(struct spoor_ring *_Nonnull ring, int map, size_t bytes)
{
	size_t page = (size_t)sysconf(_SC_PAGESIZE);
	size_t again = bytes < SPOOR_RING_RECORD ? bytes : SPOOR_RING_RECORD;
	size_t mapped = page + bytes + again;
	void *consumer = mmap(NULL, page, PROT_READ | PROT_WRITE, MAP_SHARED, map, 0);
	void *producer = mmap(NULL, mapped, PROT_READ, MAP_SHARED, map, (off_t)page);

	if (consumer == MAP_FAILED || producer == MAP_FAILED) {
		if (consumer != MAP_FAILED)
			munmap(consumer, page);
		if (producer != MAP_FAILED)
			munmap(producer, mapped);
		return -1;
	}
	*ring = (struct spoor_ring){ .consumer = consumer,
				     .producer = producer,
				     .page = page,
				     .bytes = bytes,
				     .mapped = mapped,
				     .place = *(unsigned long *)consumer };
	return 0;
}

static inline void spoor_ring_unmap(const struct spoor_ring *_Nonnull ring)
{
	munmap(ring->consumer, ring->page);
	munmap(ring->producer, ring->mapped);
}

static inline unsigned long spoor_ring_written(const struct spoor_ring *_Nonnull ring)
{
	return __atomic_load_n((unsigned long *)ring->producer, __ATOMIC_ACQUIRE);
}

static inline char *_Nonnull spoor_ring_head(const struct spoor_ring *_Nonnull ring)
{
	return ring->producer + ring->page + (ring->place & (ring->bytes - 1));
}

/* Learns the time of the record at `place`, with which every record begins. */
static inline void spoor_ring_look(struct spoor_ring *_Nonnull ring)
{
	char *head = spoor_ring_head(ring);

	if (ring->place == ring->end)
		ring->next = SPOOR_RING_PASSED;
	else if (__atomic_load_n((__u32 *)head, __ATOMIC_ACQUIRE) & BPF_RINGBUF_BUSY_BIT)
		ring->next = SPOOR_RING_BUSY;
	else
		ring->next = *(__u64 *)(head + BPF_RINGBUF_HDR_SZ);
}

/* Takes one record; returns 0. */
typedef int (*spoor_take)(void *_Nullable context, void *_Nullable record, long bytes);

static inline void spoor_ring_hand_over(struct spoor_ring *_Nonnull ring, spoor_take _Nonnull take,
					void *_Nonnull context)
{
	char *head = spoor_ring_head(ring);
	__u32 length = *(__u32 *)head; /* bpf_ringbuf_output never gives a record up */

	take(context, head + BPF_RINGBUF_HDR_SZ, length);
	ring->place += (length + BPF_RINGBUF_HDR_SZ + 7) & ~7UL;
	__atomic_store_n((unsigned long *)ring->consumer, ring->place, __ATOMIC_RELEASE);
}

/* The ring with the earliest record; `limit` is the time of the earliest in any other. */
static inline struct spoor_ring *_Nonnull spoor_rings_first(struct spoor_ring *_Nonnull rings,
							    int count, __u64 *_Nonnull limit)
{
	struct spoor_ring *first = rings;

	*limit = SPOOR_RING_PASSED;
	for (int i = 1; i < count; i++) {
		if (rings[i].next < first->next) {
			*limit = first->next;
			first = &rings[i];
		} else if (rings[i].next < *limit) {
			*limit = rings[i].next;
		}
	}
	return first;
}

/*
 * Hands over what was written to the rings before it began, the earliest first, so that what came
 * of something comes after it, whatever rings they are in: a child's first event after its fork.
 * A record's time is taken before its place in the ring. So all that a ring has up to the cause
 * are earlier than what came of it. And where the cause got its place after this looked at its
 * ring, what came of it is later than all that were due by then, with which this ends. A record
 * that is being written could be any's cause, or stand before it: then all wait.
 */
static inline long spoor_rings_pass(struct spoor_ring *_Nonnull rings, int count,
				    spoor_take _Nonnull take, void *_Nonnull context)
{
	int behind = 0;
	long taken = 0;
	__u64 limit;

	for (int i = 0; i < count; i++) {
		rings[i].due = spoor_ring_written(&rings[i]);
		behind += rings[i].place < rings[i].due;
	}
	for (int i = 0; i < count; i++) {
		rings[i].end = spoor_ring_written(&rings[i]);
		spoor_ring_look(&rings[i]);
	}
	while (behind) {
		struct spoor_ring *first = spoor_rings_first(rings, count, &limit);

		do {
			if (first->next == SPOOR_RING_BUSY)
				return taken;
			spoor_ring_hand_over(first, take, context);
			taken++;
			behind -= first->place == first->due;
			spoor_ring_look(first);
		} while (behind && first->next <= limit);
	}
	return taken;
}

/* Hands over all that has been written; how many records there were. */
static inline long spoor_rings_drain(struct spoor_ring *_Nonnull rings, int count,
				     spoor_take _Nonnull take, void *_Nonnull context)
{
	long all = 0, taken;

	do {
		taken = spoor_rings_pass(rings, count, take, context);
		all += taken;
	} while (taken);
	return all;
}

#endif

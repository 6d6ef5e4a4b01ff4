/* SPDX-License-Identifier: Apache-2.0 */
/* An io_uring by its system calls alone, one submission and one completion at a time. */
#ifndef RING_H
#define RING_H

#include "conformance.h"
#include <linux/io_uring.h>
#include <linux/openat2.h>

#define RING_ENTRIES 64

struct ring {
	int descriptor;
	unsigned int flags;
	unsigned int *sq_tail, *sq_mask, *sq_array, *sq_flags;
	unsigned int *cq_head, *cq_tail, *cq_mask;
	struct io_uring_sqe *entries;
	struct io_uring_cqe *completions;
	unsigned int pending; /* prepared and not yet handed over */
};

static inline void *ring_map(int descriptor, size_t size, off_t offset)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_POPULATE,
			    descriptor, offset);

	if (memory == MAP_FAILED)
		die("cannot map the ring");
	return memory;
}

static inline struct ring ring_open(unsigned int flags)
{
	struct io_uring_params params = { .flags = flags, .sq_thread_idle = 1000 };
	struct ring ring = { .flags = flags };
	char *sq, *cq;

	ring.descriptor = syscall(SYS_io_uring_setup, RING_ENTRIES, &params);
	if (ring.descriptor < 0)
		die("no io_uring");
	sq = ring_map(ring.descriptor, params.sq_off.array + params.sq_entries * sizeof(unsigned int),
		      IORING_OFF_SQ_RING);
	cq = ring_map(ring.descriptor,
		      params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe),
		      IORING_OFF_CQ_RING);
	ring.entries = ring_map(ring.descriptor, params.sq_entries * sizeof(struct io_uring_sqe),
				IORING_OFF_SQES);
	ring.sq_tail = (void *)(sq + params.sq_off.tail);
	ring.sq_mask = (void *)(sq + params.sq_off.ring_mask);
	ring.sq_array = (void *)(sq + params.sq_off.array);
	ring.sq_flags = (void *)(sq + params.sq_off.flags);
	ring.cq_head = (void *)(cq + params.cq_off.head);
	ring.cq_tail = (void *)(cq + params.cq_off.tail);
	ring.cq_mask = (void *)(cq + params.cq_off.ring_mask);
	ring.completions = (void *)(cq + params.cq_off.cqes);
	return ring;
}

static inline struct io_uring_sqe *ring_prepare(struct ring *ring, unsigned char opcode)
{
	unsigned int tail = *ring->sq_tail + ring->pending, place = tail & *ring->sq_mask;
	struct io_uring_sqe *entry = &ring->entries[place];

	memset(entry, 0, sizeof(*entry));
	entry->opcode = opcode;
	entry->fd = AT_FDCWD;
	ring->sq_array[place] = place;
	ring->pending++;
	return entry;
}

/* Hands over what is prepared, and waits until so many completions are there. */
static inline void ring_submit(struct ring *ring, unsigned int wanted)
{
	unsigned int flags = IORING_ENTER_GETEVENTS, count = ring->pending;

	__atomic_store_n(ring->sq_tail, *ring->sq_tail + count, __ATOMIC_RELEASE);
	ring->pending = 0;
	if (ring->flags & IORING_SETUP_SQPOLL) {
		__atomic_thread_fence(__ATOMIC_SEQ_CST);
		if (__atomic_load_n(ring->sq_flags, __ATOMIC_ACQUIRE) & IORING_SQ_NEED_WAKEUP)
			flags |= IORING_ENTER_SQ_WAKEUP;
	}
	while (syscall(SYS_io_uring_enter, ring->descriptor, count, wanted, flags, NULL, 0) < 0) {
		if (errno != EINTR)
			die("io_uring_enter failed");
		count = 0;
	}
}

struct ring_completion {
	unsigned long user_data;
	int res;
};

/* The next completion, which must be there. */
static inline struct ring_completion ring_completion(struct ring *ring)
{
	unsigned int head = *ring->cq_head;
	const struct io_uring_cqe *posted = &ring->completions[head & *ring->cq_mask];
	struct ring_completion completion;

	if (head == __atomic_load_n(ring->cq_tail, __ATOMIC_ACQUIRE))
		die("a completion is missing");
	completion = (struct ring_completion){ posted->user_data, posted->res };
	__atomic_store_n(ring->cq_head, head + 1, __ATOMIC_RELEASE);
	return completion;
}

/* As a system call returns: -1 and errno for an error. */
static inline long ring_result(int result)
{
	if (result >= 0)
		return result;
	errno = -result;
	return -1;
}

/* Runs the one request that was prepared. */
static inline long ring_run(struct ring *ring)
{
	ring_submit(ring, 1);
	return ring_result(ring_completion(ring).res);
}

static inline void ring_close(struct ring *ring)
{
	close(ring->descriptor);
}

#endif

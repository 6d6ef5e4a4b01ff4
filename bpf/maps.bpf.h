/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Configuration, the ring, loss counters, and the one way into the ring. */
#ifndef SPOOR_MAPS_BPF_H
#define SPOOR_MAPS_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>
#include <bpf/bpf_tracing.h>

#include "plain.bpf.h"
#include "spoor_abi.h"

/* Constant to the verifier: what is switched off costs nothing. */
const volatile struct spoor_configuration spoor_configuration;

/* spoor's own process, set by spoor_identify; 0 while its hooks are tried. */
int spoor_self_tgid;
/* By hook: that its program ran, whomever for. */
u8 spoor_fired[SPOOR_HOOK_COUNT];
/* Depth of spoor's pid namespace: 0 is the initial one. */
u32 spoor_self_level;
/* Where execveat enters the kernel, also of 32-bit programs; 0 where that cannot be had. */
u64 spoor_execveat_entry;
u64 spoor_compat_execveat_entry;

/* Written once: what is written often is slow to read on other CPUs. */
static __always_inline void spoor_fire(u32 hook)
{
	if (!spoor_fired[hook])
		spoor_fired[hook] = 1;
}

struct spoor_events {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20); /* user space sets the size */
} events SEC(".maps");

/* Where there is more than one ring: all of them, made and put here by user space. */
struct {
	__uint(type, BPF_MAP_TYPE_ARRAY_OF_MAPS);
	__uint(max_entries, 1); /* user space sets how many, a power of two */
	__type(key, u32);
	__array(values, struct spoor_events);
} rings SEC(".maps");

/* Which ring has a process's events: by a hash, since ids are often two or more apart. */
static __always_inline u32 spoor_ring_number(u32 tgid)
{
	return (tgid * 0x9e3779b1 >> 16) & (spoor_configuration.rings - 1);
}

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct spoor_statistics);
} statistics SEC(".maps");

static __always_inline struct spoor_statistics *spoor_statistics(void)
{
	u32 zero = 0;

	return bpf_map_lookup_elem(&statistics, &zero);
}

/*
 * Atomic although per CPU: from Linux 7 on, a task that runs one of our
 * programs can be preempted by one that runs another.
 */
#define spoor_count(field)                                          \
	do {                                                        \
		struct spoor_statistics *counted = spoor_statistics(); \
		if (counted)                                        \
			__sync_fetch_and_add(&counted->field, 1);   \
	} while (0)

/* What the longest entry is before anything was counted in it. */
static const u64 spoor_zeros[sizeof(struct spoor_process) / sizeof(u64)];

/* A new entry of zeros, unless there is one; NULL, and counted as `missed`, if the map is full. */
#define spoor_new_entry(map, key, type, missed)                                      \
	({                                                                           \
		type *added;                                                         \
		_Static_assert(sizeof(type) <= sizeof(spoor_zeros), "zeros enough"); \
		bpf_map_update_elem(map, key, spoor_zeros, BPF_NOEXIST);             \
		added = bpf_map_lookup_elem(map, key);                               \
		if (!added)                                                          \
			spoor_count(missed);                                         \
		added;                                                               \
	})

/*
 * The entry of a counting map, a new one of zeros if there is none; NULL, and
 * counted as `missed`, if the map is full.
 */
#define spoor_entry(map, key, type, missed)                                        \
	({                                                                         \
		type *entry = bpf_map_lookup_elem(map, key);                       \
		entry ? entry : spoor_new_entry(map, key, type, missed);           \
	})

/* A struct path, with the mount behind its vfsmount. */
struct spoor_spot {
	struct dentry *dentry;
	struct mount *mount;
};

/* The way up from a directory or a file: see climb.bpf.h. */
struct spoor_climb {
	struct spoor_spot from;
	struct spoor_spot at; /* so far */
	struct spoor_spot base; /* names below it are enough; or nowhere */
	struct spoor_spot root; /* of the process */
	struct mnt_namespace *namespace; /* whose root is the end */
	u32 offset; /* where in the scratch the next name goes */
	u32 names;
	u32 climb;
	struct spoor_place place;
};

/* More than an exec with all its texts: see the rooms in spoor_abi.h. */
#define SPOOR_SCRATCH_BYTES (20 << 10)

/*
 * Room to put a record of variable length together. One slot a hook, since a
 * program can be preempted by another hook's, but never by itself.
 */
struct spoor_scratch {
	u8 bytes[SPOOR_SCRATCH_BYTES];
	struct spoor_climb walk;
};

enum spoor_scratch_slot {
	SPOOR_SCRATCH_SYSCALL,
	SPOOR_SCRATCH_EXEC,
	SPOOR_SCRATCH_EXEC_AGAIN,
	SPOOR_SCRATCH_RING,
	SPOOR_SCRATCH_RING_REFUSED,
	SPOOR_SCRATCH_RING_COMPLETE,
	SPOOR_SCRATCH_SLOTS
};

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, SPOOR_SCRATCH_SLOTS);
	__type(key, u32);
	__type(value, struct spoor_scratch);
} scratch SEC(".maps");

static __always_inline void *spoor_scratch(u32 slot)
{
	return bpf_map_lookup_elem(&scratch, &slot);
}

/* Bytes ever put into a ring; what the helper tells, without a call. */
static __always_inline u64 spoor_produced(void *ring)
{
	if (bpf_rdonly_cast)
		return spoor_plain(spoor_plain((struct bpf_ringbuf_map *)ring)->rb)->producer_pos;
	return bpf_ringbuf_query(ring, BPF_RB_PROD_POS);
}

/* Where a ring stood as the reader was last woken for it, and when it was for any. */
static u64 spoor_woken_position[SPOOR_RINGS_MAX];
static u64 spoor_woken_ns;

/*
 * A wake-up costs more than the event: one per watermark, or per period. Two
 * CPUs may both see it due; then the reader is woken twice, which is harmless.
 */
static __always_inline u64 spoor_wakeup_flag(void *ring, u32 number, u64 now)
{
	u64 *woken_position = &spoor_woken_position[number & (SPOOR_RINGS_MAX - 1)];
	u64 position = spoor_produced(ring);

	if (position - *woken_position < spoor_configuration.wakeup_bytes &&
	    now - spoor_woken_ns < spoor_configuration.wakeup_ns)
		return BPF_RB_NO_WAKEUP;
	*woken_position = position;
	spoor_woken_ns = now;
	spoor_count(wakeups);
	return BPF_RB_FORCE_WAKEUP;
}

static __always_inline void spoor_count_drop(struct spoor_statistics *counted, u32 kind,
					     u32 reason, u64 now)
{
	__sync_fetch_and_add(&counted->dropped[kind][reason], 1);
	if (now - counted->last_drop_ns > spoor_configuration.gap_ns)
		counted->first_drop_ns = now;
	counted->last_drop_ns = now;
}

#define SPOOR_RING_HEADER 8 /* BPF_RINGBUF_HDR_SZ: before each record */

/* The part of a ring that a reader and other writers change in no time. */
#define SPOOR_RING_SPARE(size) ((size) / 16)

/*
 * Why the ring did not take a record: its one error number does not tell. `spare` is what must be
 * free beside the record in a ring that is not full.
 */
static __always_inline u32 spoor_refusal(void *ring, u64 size, u32 length, u64 spare)
{
	u64 needed = ((u64)length + SPOOR_RING_HEADER + 7) & ~7ULL;

	if (needed > size)
		return SPOOR_DROP_TOO_LARGE;
	if (size - bpf_ringbuf_query(ring, BPF_RB_AVAIL_DATA) < needed + spare)
		return SPOOR_DROP_RING_FULL;
	return SPOOR_DROP_RESERVE_FAILED;
}

/* Puts a record in its process's ring; where that cannot be, SPOOR_DROP_*, else -1. */
static __always_inline int spoor_put(struct spoor_header *header, u32 length)
{
	u32 number = spoor_ring_number(header->tgid);
	void *ring = &events;
	u32 reason;
	u64 wakeup, size;

	if (spoor_configuration.rings > 1)
		ring = bpf_map_lookup_elem(&rings, &number);
	if (!ring)
		return SPOOR_DROP_RESERVE_FAILED;
	wakeup = spoor_wakeup_flag(ring, number, header->time_ns);
	if (!bpf_ringbuf_output(ring, header, length, wakeup))
		return -1;
	size = bpf_ringbuf_query(ring, BPF_RB_RING_SIZE);
	reason = spoor_refusal(ring, size, length, 0);
	if (reason != SPOOR_DROP_RESERVE_FAILED)
		return reason;
	/* Room has come since, or it was refused for something else. */
	if (!bpf_ringbuf_output(ring, header, length, wakeup))
		return -1;
	/* By then the room may be another's. */
	return spoor_refusal(ring, size, length, SPOOR_RING_SPARE(size));
}

/* Counts the record as observed, and as delivered or dropped. */
static __always_inline void spoor_emit_as(struct spoor_header *header, u32 kind, u32 length,
					  u32 flags)
{
	struct spoor_statistics *counted = spoor_statistics();
	int refusal;

	header->kind = kind;
	header->length = length;
	header->flags = flags;
	refusal = spoor_put(header, length);
	if (!counted)
		return;
	__sync_fetch_and_add(&counted->observed[kind], 1);
	if (refusal >= 0)
		spoor_count_drop(counted, kind, refusal, header->time_ns);
	else
		__sync_fetch_and_add(&counted->delivered[kind], 1);
}

static __always_inline void spoor_emit(struct spoor_header *header, u32 kind, u32 length)
{
	spoor_emit_as(header, kind, length, 0);
}

/* For a record that could not even be put together. */
static __always_inline void spoor_drop_unbuilt(u32 kind)
{
	struct spoor_statistics *counted = spoor_statistics();

	if (!counted)
		return;
	__sync_fetch_and_add(&counted->observed[kind], 1);
	spoor_count_drop(counted, kind, SPOOR_DROP_NO_SCRATCH, bpf_ktime_get_boot_ns());
}

#endif

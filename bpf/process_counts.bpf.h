/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What a full ring must not lose of a process: its life, how often it looked something up, and what
 * it wrote to terminals.
 */
#ifndef SPOOR_PROCESS_COUNTS_BPF_H
#define SPOOR_PROCESS_COUNTS_BPF_H

#include "tracked.bpf.h"

/* User space removes what was released. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 17);
	__type(key, struct spoor_process_key);
	__type(value, struct spoor_process);
} processes SEC(".maps");

/* By process and operation, but for the frequent ones, which `processes` has. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 17);
	__type(key, struct spoor_lookup_key);
	__type(value, struct spoor_lookup_count);
} lookup_counts SEC(".maps");

/* By process and terminal. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 16);
	__type(key, struct spoor_tty_key);
	__type(value, struct spoor_tty_count);
} tty_counts SEC(".maps");

_Static_assert(!(SPOOR_FREQUENT_COUNT & (SPOOR_FREQUENT_COUNT - 1)), "masked below");

/* One more than which of the frequent ones an operation is; 0: none of them. */
static const u8 spoor_frequent[SPOOR_OPERATION_COUNT] = {
#define SLOT(name) [SPOOR_OPERATION_##name] = SPOOR_FREQUENT_##name + 1,
	SPOOR_FREQUENT_OPERATIONS(SLOT)
#undef SLOT
};

/* 0: it is none of the frequent ones. */
static __always_inline u32 spoor_frequent_number(u32 operation)
{
	return operation < SPOOR_OPERATION_COUNT ? spoor_frequent[operation] : 0;
}

static __always_inline struct spoor_lookup_count *
spoor_frequent_count(struct spoor_lookup_count *lookups, u32 number)
{
	return &lookups[(number - 1) & (SPOOR_FREQUENT_COUNT - 1)];
}

/*
 * A new entry costs a microsecond, more than the lookup that is counted in it: a child that is
 * there to execute something has no other one than its fork has made.
 */
static __always_inline struct spoor_lookup_count *
spoor_lookup_count(const struct spoor_process_key *who, u32 operation)
{
	u32 frequent = spoor_frequent_number(operation);
	struct spoor_lookup_key own = {
		.start_time_ns = who->start_time_ns,
		.tgid = who->tgid,
		.operation = operation,
	};
	struct spoor_process *process;

	if (!frequent)
		return spoor_entry(&lookup_counts, &own, struct spoor_lookup_count,
				   lookup_counts_missed);
	process = spoor_entry(&processes, who, struct spoor_process, lookup_counts_missed);
	return process ? spoor_frequent_count(process->lookups, frequent) : NULL;
}

/* Without a branch, after which the verifier would go through all that follows twice. */
static __always_inline void spoor_add_lookup(struct spoor_lookup_count *count, long result)
{
	if (!count)
		return;
	__sync_fetch_and_add(&count->total, 1);
	__sync_fetch_and_add(&count->failed, (u64)result >> 63);
}

static __always_inline struct spoor_tty_count *
spoor_tty_count(const struct spoor_process_key *who, const struct spoor_tty *tty)
{
	struct spoor_tty_key key = {
		.start_time_ns = who->start_time_ns,
		.tgid = who->tgid,
		.tty = *tty,
	};

	return spoor_entry(&tty_counts, &key, struct spoor_tty_count, tty_counts_missed);
}

static __always_inline void spoor_add_write(struct spoor_tty_count *count, long result)
{
	if (!count)
		return;
	__sync_fetch_and_add(&count->writes, 1);
	if (result < 0)
		__sync_fetch_and_add(&count->failed, 1);
	else
		__sync_fetch_and_add(&count->bytes, result);
}

#endif

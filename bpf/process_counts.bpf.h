/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What a full ring must not lose of a process: its life, and how often it looked something up. */
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

_Static_assert(!(SPOOR_FREQUENT_COUNT & (SPOOR_FREQUENT_COUNT - 1)), "masked below");

/* One more than which of the frequent ones an operation is; 0: none of them. */
static const u8 spoor_frequent[SPOOR_OPERATION_COUNT] = {
#define SLOT(name) [SPOOR_OPERATION_##name] = SPOOR_FREQUENT_##name + 1,
	SPOOR_FREQUENT_OPERATIONS(SLOT)
#undef SLOT
};

/*
 * A new entry costs a microsecond, more than the lookup that is counted in it: a child that is
 * there to execute something has no other one than its fork has made.
 */
static __always_inline struct spoor_lookup_count *spoor_count_of(const struct spoor_task *self,
								 u32 operation)
{
	u32 frequent = operation < SPOOR_OPERATION_COUNT ? spoor_frequent[operation] : 0;
	struct spoor_lookup_key own = {
		.start_time_ns = self->start_time_ns,
		.tgid = self->tgid,
		.operation = operation,
	};
	struct spoor_process_key key = spoor_key(self);
	struct spoor_process *process;

	if (!frequent)
		return spoor_entry(&lookup_counts, &own, struct spoor_lookup_count,
				   lookup_counts_missed);
	process = spoor_entry(&processes, &key, struct spoor_process, lookup_counts_missed);
	return process ? &process->lookups[(frequent - 1) & (SPOOR_FREQUENT_COUNT - 1)] : NULL;
}

static __always_inline void spoor_count_lookup(const struct spoor_task *self, u32 operation,
					       bool failed)
{
	struct spoor_lookup_count *count = spoor_count_of(self, operation);

	if (!count)
		return;
	__sync_fetch_and_add(&count->total, 1);
	if (failed)
		__sync_fetch_and_add(&count->failed, 1);
}

#endif

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* What has been counted, on its way to user space. */
#include "own_counts.bpf.h"

/* Brings what the threads have counted into the maps: to be run before these are read. */
SEC("iter/task")
int spoor_settle_all(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct spoor_task *self;

	if (!task || !spoor_counts_by_itself())
		return 0;
	self = bpf_task_storage_get(&tracked, task, 0, 0);
	if (self)
		spoor_settle(self);
	return 0;
}

/*
 * What the maps of counts hold, and its end, without bpf(2). While that reads or changes a map, the
 * kernel runs none of the programs at perf's tracepoints or at functions on that CPU
 * (bpf_prog_active), and whoever called it can be preempted meanwhile: what others do there would
 * go by unseen. These are for such programs; elsewhere bpf(2) reads ten times faster.
 */

/* An entry is its key, and its value right after that. */
#define SPOOR_TELL_ENTRIES(map, key_type, value_type)                             \
	_Static_assert(sizeof(key_type) % 8 == 0, "values are aligned");          \
	SEC("iter/bpf_map_elem")                                                  \
	int spoor_tell_##map(struct bpf_iter__bpf_map_elem *context)              \
	{                                                                         \
		key_type *key = context->key;                                     \
		value_type *value = context->value;                               \
		struct {                                                          \
			key_type key;                                             \
			value_type value;                                         \
		} entry;                                                          \
                                                                                  \
		if (!key || !value)                                               \
			return 0;                                                 \
		entry.key = *key;                                                 \
		entry.value = *value;                                             \
		bpf_seq_write(context->meta->seq, &entry, sizeof(entry));         \
		return 0;                                                         \
	}

SPOOR_TELL_ENTRIES(lookup_counts, struct spoor_lookup_key, struct spoor_lookup_count)
SPOOR_TELL_ENTRIES(tty_counts, struct spoor_tty_key, struct spoor_tty_count)
SPOOR_TELL_ENTRIES(tty_inputs, struct spoor_tty, struct spoor_tty_input)
SPOOR_TELL_ENTRIES(processes, struct spoor_process_key, struct spoor_process)

#define SPOOR_FORGET_ENTRIES(map, key_type)                                       \
	_Pragma("unroll") for (u32 i = 0; i < SPOOR_FORGET_KEYS; i++)             \
	{                                                                         \
		u64 key[4] = { asked->keys[i][0], asked->keys[i][1],              \
			       asked->keys[i][2], asked->keys[i][3] };            \
                                                                                  \
		_Static_assert(sizeof(key_type) <= sizeof(key), "a key has room"); \
		if (i >= asked->count)                                            \
			return 0;                                                 \
		bpf_map_delete_elem(map, key);                                    \
	}

SEC("syscall")
int spoor_forget(struct spoor_forget *asked)
{
	switch (asked->map) {
	case SPOOR_FORGET_LOOKUPS:
		SPOOR_FORGET_ENTRIES(&lookup_counts, struct spoor_lookup_key)
		break;
	case SPOOR_FORGET_TERMINALS:
		SPOOR_FORGET_ENTRIES(&tty_counts, struct spoor_tty_key)
		break;
	case SPOOR_FORGET_PROCESSES:
		SPOOR_FORGET_ENTRIES(&processes, struct spoor_process_key)
		break;
	}
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * What the maps of counts hold, by iterator. While bpf(2) reads a map, the kernel runs none of the
 * programs at perf's tracepoints or at functions on that CPU (bpf_prog_active), and whoever reads
 * can be preempted meanwhile: what others do there would go by unseen. These are for such programs;
 * elsewhere bpf(2) is ten times faster.
 */
#include "tracked.bpf.h"

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

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* System calls that walk paths: open, stat, access, readlink, exec and the rest. */
#include "given.bpf.h"
#include "own_counts.bpf.h"
#include "resolve.bpf.h"

/* The call's flags; openat2 keeps them in user memory, first in open_how. */
static __always_inline u32 spoor_lookup_flags(const struct spoor_call *call)
{
	u64 flags;

	if (call->what->flags.argument == SPOOR_NONE)
		return 0;
	flags = spoor_argument(call, call->what->flags.argument);
	if (call->what->flags.place == SPOOR_FLAGS_HOW) {
		u64 how = 0;

		bpf_probe_read_user(&how, sizeof(how), (void *)flags);
		return how;
	}
	return flags;
}

/* One path of the call; the record is put together in scratch and counted. */
static __always_inline void spoor_on_path(const struct spoor_call *call, u32 path_index,
					  u32 flags)
{
	const struct spoor_path_place *place = &call->what->paths[path_index & 1];
	struct spoor_scratch *scratch = spoor_scratch(SPOOR_SCRATCH_SYSCALL);
	struct spoor_lookup *record;
	struct spoor_given given = {};
	long length;
	u32 end;

	if (!spoor_given_path(call, place, flags, &given))
		return;
	if (!scratch) {
		spoor_count_lookup(call->self, call->what->operation, call->result);
		spoor_drop_unbuilt(SPOOR_KIND_LOOKUP);
		return;
	}
	record = (struct spoor_lookup *)scratch->bytes;
	/* The kernel has just read it, so the page is there but for a race. */
	length = spoor_read_given((char *)(record + 1), &given);
	if (length == 1 && spoor_walks_nothing(place, flags, false))
		return;

	spoor_count_lookup(call->self, call->what->operation, call->result);
	record->path_status = SPOOR_PATH_WHOLE;
	if (length <= 0) {
		spoor_count(path_unreadable);
		record->path_status = SPOOR_PATH_UNREADABLE;
		length = 1;
	} else if (length >= SPOOR_PATH_ROOM) {
		char last = 0;

		/* The helper has put a NUL where the text may go on. */
		bpf_probe_read_user(&last, sizeof(last), (void *)(given.text + SPOOR_PATH_ROOM - 1));
		if (last) {
			spoor_count(path_truncated);
			record->path_status = SPOOR_PATH_TRUNCATED;
		}
		length = SPOOR_PATH_ROOM;
	}
	length--; /* the NUL */

	spoor_fill_header(&record->header, call->self, call->task);
	record->result = call->result;
	record->flags = flags;
	record->operation = call->what->operation;
	record->path_length = length;
	record->path_index = path_index;
	end = spoor_resolve(call, place, length ? *(char *)(record + 1) : 0, scratch,
			    sizeof(*record) + length);
	if (end <= SPOOR_SCRATCH_BYTES) /* for the verifier */
		spoor_emit(&record->header, SPOOR_KIND_LOOKUP, end);
}

/* A lookup in progress of being told. */
struct spoor_looking {
	const struct spoor_call *call;
	u32 flags;
};

static long spoor_on_each_path(u32 index, void *context)
{
	struct spoor_looking *looking = context;

	spoor_on_path(looking->call, index, looking->flags);
	return 0;
}

static __always_inline void spoor_on_lookup(const struct spoor_call *call)
{
	u32 operation = call->what->operation;
	u32 flags;

	/* A successful exec has lost its path by now: see exec.bpf.c. */
	if ((operation == SPOOR_OPERATION_execve || operation == SPOOR_OPERATION_execveat) &&
	    spoor_result(call) == 0)
		return;
	flags = spoor_lookup_flags(call);
	if (call->what->paths[1].form == SPOOR_FORM_NONE) { /* nearly always */
		spoor_on_path(call, 0, flags);
		return;
	}
	/* A loop, since Linux 5.17: the verifier takes each path by itself. */
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
		struct spoor_looking looking = { .call = call, .flags = flags };

		bpf_loop(2, spoor_on_each_path, &looking, 0);
		return;
	}
	spoor_on_path(call, 0, flags);
	spoor_on_path(call, 1, flags);
}

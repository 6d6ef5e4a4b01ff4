/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What is kept of io_uring requests until their results are known. */
#ifndef SPOOR_URING_KEPT_BPF_H
#define SPOOR_URING_KEPT_BPF_H

#include "process_counts.bpf.h"
#include "uring_files.bpf.h"

/* By request, path of the request. */
struct spoor_ring_key {
	u64 request;
	u64 path_index;
};

/* Room for a path and for the place where its walk begins; a longer place is left out. */
#define SPOOR_RING_ROOM (2 * SPOOR_PATH_ROOM)

/* header.length is where the texts end; no operation: the request walks nothing. */
struct spoor_ring_lookup {
	struct spoor_lookup record;
	u8 texts[SPOOR_RING_ROOM];
};

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 14);
	__type(key, struct spoor_ring_key);
	__type(value, struct spoor_ring_lookup);
} ring_lookups SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 14);
	__type(key, u64);
	__type(value, struct spoor_tty_write);
} ring_writes SEC(".maps");

static __always_inline struct spoor_process_key spoor_who(const struct spoor_header *header)
{
	struct spoor_process_key who = {
		.start_time_ns = header->start_time_ns,
		.tgid = header->tgid,
	};

	return who;
}

/* Puts the place behind the path's text, which ends at `end`; returns where it ends. */
static __always_inline u32 spoor_ring_resolve(struct task_struct *task,
					      const struct spoor_ring_paths *paths, u32 index,
					      struct spoor_scratch *scratch, u32 end)
{
	struct spoor_lookup *record = (struct spoor_lookup *)scratch->bytes;
	struct spoor_climb *walk = &scratch->walk;
	char first = end > sizeof(*record) ? *(char *)(record + 1) : 0;

	record->opened = (struct spoor_place){};
	spoor_begin_walk(walk, task, end);
	if (spoor_ring_base(task, paths, index, first, walk))
		spoor_climb(scratch);
	record->base = walk->place;
	record->climb = walk->climb;
	if (walk->offset <= sizeof(struct spoor_ring_lookup))
		return walk->offset;
	record->base = (struct spoor_place){};
	return end;
}

/*
 * Keeps a path of the request, as the running thread submits it.
 *
 * Global, as is what follows: the verifier takes each once, and not for each of
 * the ways that lead to it. A key is copied, since until Linux 6.2 a map takes
 * none that a global function was given.
 */
int spoor_ring_keep(const struct spoor_ring_key *key, const struct spoor_task *self,
		    const struct spoor_ring_paths *paths)
{
	struct task_struct *task = spoor_plain_task(bpf_get_current_task_btf());
	struct spoor_scratch *scratch;
	struct spoor_lookup *record;
	struct spoor_ring_key own;
	long length;
	char *text;
	u32 index;

	if (!key || !self || !paths)
		return 0;
	own = *key;
	index = own.path_index & 1;
	scratch = spoor_scratch(paths->in_user_memory ? SPOOR_SCRATCH_RING_REFUSED :
							SPOOR_SCRATCH_RING);
	if (!scratch)
		return 0;
	record = (struct spoor_lookup *)scratch->bytes;
	text = (char *)(record + 1);
	length = paths->in_user_memory ?
			 bpf_probe_read_user_str(text, SPOOR_PATH_ROOM, paths->text[index]) :
			 bpf_probe_read_kernel_str(text, SPOOR_PATH_ROOM, paths->text[index]);
	spoor_fill_header(&record->header, self, task);
	record->flags = paths->flags;
	record->operation = paths->operation;
	record->path_index = index;
	record->path_status = SPOOR_PATH_WHOLE;
	if (length == 1 && index == 0 && paths->may_be_empty)
		record->operation = SPOOR_OPERATION_NONE;
	if (length <= 0) {
		record->path_status = SPOOR_PATH_UNREADABLE;
		length = 1;
	} else if (length >= SPOOR_PATH_ROOM) {
		/* The kernel has no longer path than this; a program may. */
		if (paths->in_user_memory)
			record->path_status = SPOOR_PATH_TRUNCATED;
		length = SPOOR_PATH_ROOM;
	}
	length--; /* the NUL */
	record->path_length = length;
	record->header.length =
		spoor_ring_resolve(task, paths, index, scratch, sizeof(*record) + length);
	/* Without the first path the request is missed as it completes. */
	if (bpf_map_update_elem(&ring_lookups, &own, scratch->bytes, BPF_ANY) && index > 0)
		spoor_count(ring_missed);
	return 0;
}

/* Emits what is kept; a request that has just completed shows what it opened, too. */
static __always_inline void spoor_ring_emit_lookup(struct io_kiocb *request,
						   const struct spoor_ring_lookup *kept,
						   s32 result, u32 slot)
{
	bool is_complete = slot == SPOOR_SCRATCH_RING_COMPLETE;
	struct spoor_scratch *scratch = spoor_scratch(slot);
	struct task_struct *task = spoor_plain_task(bpf_get_current_task_btf());
	struct spoor_process_key who = spoor_who(&kept->record.header);
	struct spoor_lookup *record;
	u32 end;

	spoor_add_lookup(spoor_lookup_count(&who, kept->record.operation), result);
	if (kept->record.path_status == SPOOR_PATH_UNREADABLE)
		spoor_count(path_unreadable);
	else if (kept->record.path_status == SPOOR_PATH_TRUNCATED)
		spoor_count(path_truncated);
	if (!scratch) {
		spoor_drop_unbuilt(SPOOR_KIND_LOOKUP);
		return;
	}
	record = (struct spoor_lookup *)scratch->bytes;
	bpf_probe_read_kernel(scratch->bytes, sizeof(*kept), kept);
	record->result = result;
	record->header.time_ns = bpf_ktime_get_boot_ns();
	end = record->header.length;
	/* Of a worker of the same process, or of itself: they share its descriptors. */
	if (is_complete && (u32)task->tgid == who.tgid) {
		spoor_begin_walk(&scratch->walk, task, end);
		if (spoor_ring_opened(task, request, record->operation, result, &scratch->walk))
			spoor_climb(scratch);
		record->opened = scratch->walk.place;
		end = scratch->walk.offset;
	}
	if (end <= SPOOR_SCRATCH_BYTES) /* for the verifier */
		spoor_emit_as(&record->header, SPOOR_KIND_LOOKUP, end, SPOOR_EVENT_BY_RING);
}

/* True if this path was kept, and so the request. `slot` is that of the hook. */
int spoor_ring_tell_lookup(const struct spoor_ring_key *key, s32 result, u32 slot)
{
	struct spoor_ring_lookup *kept;
	struct spoor_ring_key own;

	if (!key)
		return false;
	own = *key;
	kept = bpf_map_lookup_elem(&ring_lookups, &own);
	if (!kept)
		return false;
	/* Cancelled, it never ran. */
	if (kept->record.operation != SPOOR_OPERATION_NONE && result != -SPOOR_ECANCELED)
		spoor_ring_emit_lookup((struct io_kiocb *)own.request, kept, result, slot);
	bpf_map_delete_elem(&ring_lookups, &own);
	return true;
}

static __always_inline void spoor_ring_emit_write(struct spoor_tty_write *record, s32 result)
{
	struct spoor_process_key who = spoor_who(&record->header);

	record->result = result;
	record->header.time_ns = bpf_ktime_get_boot_ns();
	spoor_count_input(&record->tty, result);
	spoor_add_write(spoor_tty_count(&who, &record->tty), result);
	spoor_emit_as(&record->header, SPOOR_KIND_TTY_WRITE, sizeof(*record),
		      record->header.flags | SPOOR_EVENT_BY_RING);
}

/* True if this write was kept. */
int spoor_ring_tell_write(const struct spoor_ring_key *key, s32 result)
{
	struct spoor_tty_write *kept;
	u64 request;

	if (!key)
		return false;
	request = key->request;
	kept = bpf_map_lookup_elem(&ring_writes, &request);
	if (!kept)
		return false;
	if (result != -SPOOR_ECANCELED)
		spoor_ring_emit_write(kept, result);
	bpf_map_delete_elem(&ring_writes, &request);
	return true;
}

#endif

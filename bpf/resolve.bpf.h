/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a lookup begins, and where what it opened is: as they are when the call
 * ends, and as the kernel sees them, whatever chroot or namespace there is.
 */
#ifndef SPOOR_RESOLVE_BPF_H
#define SPOOR_RESOLVE_BPF_H

#include "call.bpf.h"
#include "climb.bpf.h"

#define SPOOR_AT_FDCWD -100
#define SPOOR_RESOLVE_IN_ROOT 0x10 /* of openat2: the directory is the root */
#define SPOOR_HOW_RESOLVE 16	   /* where struct open_how has it */

static __always_inline void spoor_begin_walk(struct spoor_climb *walk, struct task_struct *task,
					     u32 offset)
{
	walk->offset = offset;
	walk->place = (struct spoor_place){};
	walk->namespace = task->nsproxy->mnt_ns;
	walk->root = spoor_spot(task->fs->root);
	walk->base.dentry = NULL;
	walk->climb = SPOOR_CLIMB_ALL;
}

static __always_inline bool spoor_roots_in_directory(const struct spoor_call *call)
{
	u64 resolve = 0;

	if (call->what->flags.place != SPOOR_FLAGS_HOW)
		return false;
	bpf_probe_read_user(&resolve, sizeof(resolve),
			    (void *)(spoor_argument(call, call->what->flags.argument) +
				     SPOOR_HOW_RESOLVE));
	return resolve & SPOOR_RESOLVE_IN_ROOT;
}

/* Whether the call that has just ended changed where such a path begins. */
static __always_inline bool spoor_has_left(const struct spoor_call *call, bool is_absolute)
{
	if (spoor_result(call) < 0)
		return false;
	switch (call->what->operation) {
	case SPOOR_OPERATION_chdir:
		return !is_absolute;
	case SPOOR_OPERATION_chroot:
		return is_absolute;
	case SPOOR_OPERATION_pivot_root:
		return true;
	default:
		return false;
	}
}

/*
 * Whether a walk begins where every climb ends, as that of most absolute paths does: in the root of
 * the process and of its namespace, whose mount covers at most the one that the kernel booted with.
 * Its place is known then.
 */
static __always_inline bool spoor_begins_on_top(struct spoor_climb *walk)
{
	struct mount *mount = walk->from.mount;
	struct mount *top = spoor_read(mount, mnt_parent);

	if (!spoor_is_same(&walk->from, &walk->root) ||
	    spoor_read(mount, mnt.mnt_root) != walk->from.dentry ||
	    spoor_read(top, mnt_parent) != top || spoor_read(top, mnt_ns) != walk->namespace ||
	    (top != mount && spoor_read(mount, mnt_mountpoint) != spoor_read(top, mnt.mnt_root)))
		return false;
	walk->place.status = SPOOR_PLACE_WHOLE;
	walk->climb = 0;
	return true;
}

/* Finds where the walk of a path began; false if there is nothing to climb. */
static __always_inline bool spoor_find_base(const struct spoor_call *call,
					    const struct spoor_path_place *place, char first,
					    struct spoor_climb *walk)
{
	bool is_absolute = first == '/' && !spoor_roots_in_directory(call);
	s32 directory = place->directory == SPOOR_NONE ? SPOOR_AT_FDCWD :
							  (s32)spoor_argument(call, place->directory);
	struct file *file;

	/* What a symlink is to hold begins nowhere; an empty path is not walked. */
	if (!first || place->form == SPOOR_FORM_TEXT)
		return false;
	if (is_absolute || directory == SPOOR_AT_FDCWD) {
		if (spoor_has_left(call, is_absolute)) {
			walk->place.status = SPOOR_PLACE_LEFT;
			return false;
		}
		walk->from = is_absolute ? walk->root : spoor_spot(call->task->fs->pwd);
		return !spoor_begins_on_top(walk);
	}
	file = spoor_file(call->task, directory);
	if (!file)
		return false;
	walk->from = spoor_file_spot(file);
	if (first == '/') /* and nothing is above it */
		walk->root = walk->from;
	return true;
}

/* Finds what the call opened, or went to; false if it did neither. */
static __always_inline bool spoor_find_opened(const struct spoor_call *call,
					      struct spoor_climb *walk)
{
	struct file *file;

	if (spoor_result(call) < 0)
		return false;
	switch (call->what->operation) {
	case SPOOR_OPERATION_open:
	case SPOOR_OPERATION_openat:
	case SPOOR_OPERATION_openat2:
	case SPOOR_OPERATION_creat:
	case SPOOR_OPERATION_open_tree:
	case SPOOR_OPERATION_open_tree_attr:
		file = spoor_file(call->task, call->result);
		if (!file)
			return false;
		walk->from = spoor_file_spot(file);
		return true;
	case SPOOR_OPERATION_chdir:
		walk->from = spoor_spot(call->task->fs->pwd);
		return true;
	case SPOOR_OPERATION_chroot:
		walk->from = walk->root;
		return true;
	default:
		return false;
	}
}

/* A second walk needs only what is not known from the first. */
static __always_inline void spoor_end_at_base(struct spoor_climb *walk)
{
	walk->base = walk->from;
	if (walk->place.status != SPOOR_PLACE_WHOLE)
		walk->base.dentry = NULL;
	walk->place = (struct spoor_place){};
}

/* A whole path that cannot be told from the root: counted as the text's own truncation is. */
static __always_inline void spoor_count_truncation(u8 path_status,
						   const struct spoor_place *base,
						   const struct spoor_place *end)
{
	if (path_status == SPOOR_PATH_WHOLE &&
	    (base->status == SPOOR_PLACE_TRUNCATED ||
	     (base->status == SPOOR_PLACE_LEFT && end->status == SPOOR_PLACE_TRUNCATED)))
		spoor_count(path_truncated);
}

/*
 * Fills in the record's places and writes their names behind the path's text,
 * which ends at `offset`; returns where they end. `first` is the path's first
 * character.
 */
static __always_inline u32 spoor_resolve(const struct spoor_call *call,
					 const struct spoor_path_place *place, char first,
					 struct spoor_scratch *scratch, u32 offset)
{
	struct spoor_lookup *record = (struct spoor_lookup *)scratch->bytes;
	struct spoor_climb *walk = &scratch->walk;

	spoor_begin_walk(walk, call->task, offset);
	if (spoor_find_base(call, place, first, walk))
		spoor_climb(scratch);
	record->base = walk->place;
	record->climb = walk->climb;

	spoor_end_at_base(walk);
	if (spoor_find_opened(call, walk))
		spoor_climb(scratch);
	record->opened = walk->place;
	spoor_count_truncation(record->path_status, &record->base, &record->opened);
	return walk->offset;
}

#endif

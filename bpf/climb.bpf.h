/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a directory or a file is: its names, by walking up through directories
 * and mounts, as d_path in fs/d_path.c does, which no program may call here.
 */
#ifndef SPOOR_CLIMB_BPF_H
#define SPOOR_CLIMB_BPF_H

#include "maps.bpf.h"

/* Names and mounts of one walk; what is deeper counts as truncated. */
#define SPOOR_CLIMB_STEPS 200
#define SPOOR_NAME_ROOM 256 /* NAME_MAX and its NUL */

static __always_inline struct spoor_spot spoor_spot_of(struct dentry *dentry,
						       struct vfsmount *mount)
{
	struct spoor_spot spot = {
		.dentry = dentry,
		.mount = (void *)mount - bpf_core_field_offset(((struct mount *)0)->mnt),
	};

	return spot;
}

/* Of a struct path in a structure that the program may read by itself. */
#define spoor_spot(path) spoor_spot_of((path).dentry, (path).mnt)

/* Of an open file. */
static __always_inline struct spoor_spot spoor_file_spot(struct file *file)
{
	struct path path = {};

	bpf_core_read(&path, sizeof(path), &file->f_path);
	return spoor_spot(path);
}

static __always_inline bool spoor_is_same(const struct spoor_spot *one,
					  const struct spoor_spot *other)
{
	return one->dentry == other->dentry && one->mount == other->mount;
}

/* Fields of one object that lie close together: one read for all of them. */
#define SPOOR_HEAD_BYTES 64
#define SPOOR_HEAD_FIELD(head, field) \
	(*(void **)((void *)(head) + bpf_core_field_offset(field)))

struct spoor_mount_head {
	struct mount *parent;
	struct dentry *mountpoint;
	struct dentry *root;
};

static __always_inline void spoor_read_mount(struct mount *mount, struct spoor_mount_head *read)
{
	u64 head[SPOOR_HEAD_BYTES / sizeof(u64)] = {};

	bpf_probe_read_kernel(head, sizeof(head), mount);
	read->parent = SPOOR_HEAD_FIELD(head, mount->mnt_parent);
	read->mountpoint = SPOOR_HEAD_FIELD(head, mount->mnt_mountpoint);
	read->root = SPOOR_HEAD_FIELD(head, mount->mnt.mnt_root);
}

static __always_inline bool spoor_is_in(struct mount *mount, struct mnt_namespace *namespace)
{
	return BPF_CORE_READ(mount, mnt_ns) == namespace;
}

struct spoor_dentry_head {
	struct dentry *parent;
	const void *name;
	void *hashed; /* NULL when nobody can find it any more: d_unhashed */
};

static __always_inline void spoor_read_dentry(struct dentry *dentry,
					      struct spoor_dentry_head *read)
{
	u64 head[SPOOR_HEAD_BYTES / sizeof(u64)] = {};

	bpf_probe_read_kernel(head, sizeof(head), dentry);
	read->parent = SPOOR_HEAD_FIELD(head, dentry->d_parent);
	read->name = SPOOR_HEAD_FIELD(head, dentry->d_name.name);
	read->hashed = SPOOR_HEAD_FIELD(head, dentry->d_hash.pprev);
}

/*
 * Of all that has no directory, only a memfd has a path in the kernel's eyes,
 * and can be opened again by /proc/self/fd, or run.
 */
static __always_inline bool spoor_is_memfd(const struct spoor_scratch *scratch, u32 offset)
{
	const char prefix[] = "memfd:";

	if (scratch->walk.names)
		return false;
	for (u32 i = 0; i < sizeof(prefix) - 1; i++)
		if (scratch->bytes[offset + i] != prefix[i])
			return false;
	return true;
}

/* A climb in progress. */
struct spoor_climbing {
	struct spoor_scratch *scratch;
	struct spoor_spot at;
	struct spoor_mount_head mount;
};

/* One name, or one mount, upwards; whether the climb is over. */
static __always_inline bool spoor_step_up(struct spoor_climbing *climbing)
{
	struct spoor_scratch *scratch = climbing->scratch;
	struct spoor_climb *walk = &scratch->walk;
	u32 offset = walk->offset + walk->place.length;
	struct spoor_dentry_head entry;
	long size;

	if (spoor_is_same(&climbing->at, &walk->base)) {
		walk->place.status = SPOOR_PLACE_BELOW;
		return true;
	}
	if (spoor_is_same(&climbing->at, &walk->root))
		walk->climb = walk->names;
	if (climbing->at.dentry == climbing->mount.root) {
		struct mount *parent = climbing->mount.parent;

		if (parent == climbing->at.mount) {
			walk->place.status = spoor_is_in(parent, walk->namespace) ?
						     SPOOR_PLACE_WHOLE :
						     SPOOR_PLACE_NONE;
			return true;
		}
		climbing->at.dentry = climbing->mount.mountpoint;
		climbing->at.mount = parent;
		spoor_read_mount(parent, &climbing->mount);
		return false;
	}
	if (walk->place.length >= SPOOR_PATH_ROOM ||
	    offset >= sizeof(scratch->bytes) - SPOOR_NAME_ROOM)
		return true;
	spoor_read_dentry(climbing->at.dentry, &entry);
	size = bpf_probe_read_kernel_str(scratch->bytes + offset, SPOOR_NAME_ROOM, entry.name);
	if (size > 0 && entry.parent == climbing->at.dentry && spoor_is_memfd(scratch, offset)) {
		walk->place.status = SPOOR_PLACE_WHOLE;
		walk->place.length = size;
		walk->place.deleted = 1; /* as the kernel has it: simple_dname */
		return true;
	}
	/* Its root is no mount's: it was moved out of a bind mount. */
	if (size <= 0 || entry.parent == climbing->at.dentry) {
		walk->place.status = SPOOR_PLACE_NONE;
		return true;
	}
	if (!entry.hashed && walk->place.deleted == walk->names)
		walk->place.deleted++;
	walk->place.length += size;
	walk->names++;
	climbing->at.dentry = entry.parent;
	return false;
}

static long spoor_climb_step(u32 index, void *climbing)
{
	return spoor_step_up(climbing);
}

/*
 * Writes the names into the scratch from walk.offset on, moves that behind them,
 * and fills in walk.place and walk.climb. A mount that is in no mount namespace,
 * or in another one than the process, has no path here: detached, internal, or
 * passed on.
 *
 * A global function is verified once, and what changes is in memory: else the
 * verifier would follow every combination of its values through every step.
 */
int spoor_climb(struct spoor_scratch *scratch)
{
	struct spoor_climbing climbing = {};
	struct spoor_climb *walk;

	if (!scratch)
		return 0;
	walk = &scratch->walk;
	walk->place = (struct spoor_place){ .status = SPOOR_PLACE_TRUNCATED };
	walk->climb = SPOOR_CLIMB_ALL;
	walk->names = 0;
	climbing.scratch = scratch;
	climbing.at = walk->from;
	spoor_read_mount(climbing.at.mount, &climbing.mount);
	/* Since Linux 5.17: the verifier goes through one step, and not through all of them. */
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
		bpf_loop(SPOOR_CLIMB_STEPS, spoor_climb_step, &climbing, 0);
	} else {
		for (u32 i = 0; i < SPOOR_CLIMB_STEPS; i++)
			if (spoor_step_up(&climbing))
				break;
	}
	if (walk->place.status == SPOOR_PLACE_NONE)
		walk->place.length = 0;
	walk->offset += walk->place.length;
	return 0;
}

#endif

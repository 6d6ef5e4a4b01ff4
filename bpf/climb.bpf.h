/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * Where a directory or a file is: its names, by walking up through directories
 * and mounts, as d_path in fs/d_path.c does, which no program may call here.
 */
#ifndef SPOOR_CLIMB_BPF_H
#define SPOOR_CLIMB_BPF_H

#include "maps.bpf.h"
#include "plain.bpf.h"

/* Names and mounts of one walk; what is deeper counts as truncated. */
#define SPOOR_CLIMB_STEPS 200
/* Steps in one call of a loop's function; where returns are made safe (SRSO), a call takes 8 ns. */
#define SPOOR_CLIMB_STRIDE 2
_Static_assert(SPOOR_CLIMB_STEPS % SPOOR_CLIMB_STRIDE == 0, "all of them");
#define SPOOR_NAME_ROOM 256 /* NAME_MAX and its NUL */

/*
 * The mount that a vfsmount is part of. Subtracted as it is written: the compiler would add the
 * negated offset where it needs that twice, and before Linux 6.18 the verifier takes what was
 * negated for any number.
 */
static __always_inline struct mount *spoor_mount_of(struct vfsmount *mount)
{
	u64 offset = bpf_core_field_offset(((struct mount *)0)->mnt);
	void *whole = mount;

	asm("%0 -= %1" : "+r"(whole) : "r"(offset));
	return whole;
}

static __always_inline struct spoor_spot spoor_spot_of(struct dentry *dentry,
						       struct vfsmount *mount)
{
	struct spoor_spot spot = {
		.dentry = dentry,
		.mount = spoor_mount_of(mount),
	};

	return spot;
}

/* Of a struct path in a structure that the program may read by itself. */
#define spoor_spot(path) spoor_spot_of((path).dentry, (path).mnt)

/* Of an open file. */
static __always_inline struct spoor_spot spoor_file_spot(struct file *file)
{
	return spoor_spot_of(spoor_read(file, f_path.dentry), spoor_read(file, f_path.mnt));
}

static __always_inline bool spoor_is_same(const struct spoor_spot *one,
					  const struct spoor_spot *other)
{
	return one->dentry == other->dentry && one->mount == other->mount;
}

/*
 * Of all that has no directory, only a memfd has a path in the kernel's eyes,
 * and can be opened again by /proc/self/fd, or run.
 */
static __always_inline bool spoor_is_memfd(const struct spoor_climb *walk, const u8 *name)
{
	const char prefix[] = "memfd:";

	if (walk->names)
		return false;
	for (u32 i = 0; i < sizeof(prefix) - 1; i++)
		if (name[i] != prefix[i])
			return false;
	return true;
}

#define SPOOR_NAME_WORDS 4 /* which most names fit into */

/* The top bit of each byte that is zero, and perhaps of some above the first. */
static __always_inline u64 spoor_zero_bytes(u64 word)
{
	return (word - 0x0101010101010101) & ~word & 0x8080808080808080;
}

/*
 * Copies a name with its NUL; returns its length with that, or an error. A short one is read word
 * by word without the helper, which takes 35 ns; whether one that seems empty was unreadable, only
 * that tells.
 */
static __always_inline long spoor_read_name(u8 *to, const unsigned char *name)
{
	for (u32 i = 0; bpf_rdonly_cast && i < SPOOR_NAME_WORDS; i++) {
		u64 word = spoor_word_at(name + i * sizeof(word));
		u64 zeros = spoor_zero_bytes(word);
		u64 first = (zeros & -zeros) >> 7; /* one bit, the lowest of that byte */

		if (!i && first == 1)
			break;
		__builtin_memcpy(to + i * sizeof(word), &word, sizeof(word));
		if (first) /* the byte's number comes to be in the topmost byte */
			return i * sizeof(word) + (first * 0x0001020304050607 >> 56) + 1;
	}
	return bpf_probe_read_kernel_str(to, SPOOR_NAME_ROOM, name);
}

/* One name, or one mount, upwards; whether the climb is over. */
static __always_inline bool spoor_step_up(struct spoor_scratch *scratch)
{
	struct spoor_climb *walk = &scratch->walk;
	struct spoor_spot at = walk->at;
	u32 offset = walk->offset + walk->place.length;
	struct dentry *parent;
	u8 *name;
	long size;

	if (spoor_is_same(&at, &walk->base)) {
		walk->place.status = SPOOR_PLACE_BELOW;
		return true;
	}
	if (spoor_is_same(&at, &walk->root))
		walk->climb = walk->names;
	if (at.dentry == spoor_read(at.mount, mnt.mnt_root)) {
		walk->at.mount = spoor_read(at.mount, mnt_parent);
		walk->at.dentry = spoor_read(at.mount, mnt_mountpoint);
		if (walk->at.mount != at.mount)
			return false;
		walk->place.status = spoor_read(at.mount, mnt_ns) == walk->namespace ?
					     SPOOR_PLACE_WHOLE :
					     SPOOR_PLACE_NONE;
		return true;
	}
	if (walk->place.length >= SPOOR_PATH_ROOM ||
	    offset >= sizeof(scratch->bytes) - SPOOR_NAME_ROOM)
		return true;
	name = scratch->bytes + offset;
	barrier_var(name); /* to Linux 6.1 an offset spilled before it was checked has no bound */
	parent = spoor_read(at.dentry, d_parent);
	size = spoor_read_name(name, spoor_read(at.dentry, d_name.name));
	if (size > 0 && parent == at.dentry && spoor_is_memfd(walk, name)) {
		walk->place.status = SPOOR_PLACE_WHOLE;
		walk->place.length = size;
		walk->place.deleted = 1; /* as the kernel has it: simple_dname */
		return true;
	}
	/* Its root is no mount's: it was moved out of a bind mount. */
	if (size <= 0 || parent == at.dentry) {
		walk->place.status = SPOOR_PLACE_NONE;
		return true;
	}
	/* Nobody can find it any more: d_unhashed. */
	if (!spoor_read(at.dentry, d_hash.pprev) && walk->place.deleted == walk->names)
		walk->place.deleted++;
	walk->place.length += size;
	walk->names++;
	walk->at.dentry = parent;
	return false;
}

/* On the stack, as bpf_loop wants it. */
struct spoor_climbing {
	struct spoor_scratch *scratch;
};

static long spoor_climb_step(u32 index, void *climbing)
{
	struct spoor_scratch *scratch = ((struct spoor_climbing *)climbing)->scratch;

	for (u32 i = 0; i < SPOOR_CLIMB_STRIDE; i++)
		if (spoor_step_up(scratch))
			return 1;
	return 0;
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
	struct spoor_climbing climbing = { .scratch = scratch };
	struct spoor_climb *walk;

	if (!scratch)
		return 0;
	walk = &scratch->walk;
	walk->place = (struct spoor_place){ .status = SPOOR_PLACE_TRUNCATED };
	walk->climb = SPOOR_CLIMB_ALL;
	walk->names = 0;
	walk->at = walk->from;
	/* Since Linux 5.17: the verifier goes through so many steps, and not through all of them. */
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_loop)) {
		bpf_loop(SPOOR_CLIMB_STEPS / SPOOR_CLIMB_STRIDE, spoor_climb_step, &climbing, 0);
	} else {
		for (u32 i = 0; i < SPOOR_CLIMB_STEPS; i++)
			if (spoor_step_up(scratch))
				break;
	}
	if (walk->place.status == SPOOR_PLACE_NONE)
		walk->place.length = 0;
	walk->offset += walk->place.length;
	return 0;
}

#endif

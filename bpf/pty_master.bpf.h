/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A pty master: whether anybody has its other side open, and since when it is there. */
#ifndef SPOOR_PTY_MASTER_BPF_H
#define SPOOR_PTY_MASTER_BPF_H

#include "descriptor_class.bpf.h"

/* include/linux/tty.h: set on the master when the last one closes the slave. */
#define SPOOR_TTY_OTHER_CLOSED (1UL << 2)

/*
 * A pair's slave counts 1 from the start (pty_common_install), and one more for
 * each open file. The flag tells closed from never opened: pty_close sets it,
 * and neither the making of a pair nor a failed open of its slave does.
 */
static __always_inline u32 spoor_slave_state(struct tty_struct *master)
{
	if (BPF_CORE_READ(master, link, count) > 1)
		return SPOOR_SLAVE_OPEN;
	return BPF_CORE_READ(master, flags) & SPOOR_TTY_OTHER_CLOSED ? SPOOR_SLAVE_CLOSED :
									SPOOR_SLAVE_NEVER_OPENED;
}

/* Until Linux 6.7, which put __ before the names, and 6.11, which split them in two. */
struct inode___until_6_7 {
	struct timespec64 i_atime, i_mtime, i_ctime;
} __attribute__((preserve_access_index));

struct inode___until_6_11 {
	struct timespec64 __i_atime, __i_mtime, __i_ctime;
} __attribute__((preserve_access_index));

#define SPOOR_NS_PER_SECOND 1000000000ULL

/* A time of an inode in nanoseconds of the wall clock. */
#define spoor_inode_time(inode, stamp)                                                       \
	({                                                                                   \
		struct inode___until_6_11 *older = (void *)(inode);                          \
		struct inode___until_6_7 *oldest = (void *)(inode);                          \
		u64 time;                                                                    \
		if (bpf_core_field_exists((inode)->stamp##_sec))                             \
			time = BPF_CORE_READ(inode, stamp##_sec) * SPOOR_NS_PER_SECOND +     \
			       BPF_CORE_READ(inode, stamp##_nsec);                           \
		else if (bpf_core_field_exists(older->__##stamp))                            \
			time = BPF_CORE_READ(older, __##stamp.tv_sec) * SPOOR_NS_PER_SECOND + \
			       BPF_CORE_READ(older, __##stamp.tv_nsec);                      \
		else                                                                         \
			time = BPF_CORE_READ(oldest, stamp.tv_sec) * SPOOR_NS_PER_SECOND +   \
			       BPF_CORE_READ(oldest, stamp.tv_nsec);                         \
		time;                                                                        \
	})

/*
 * When the pair was made, or later: the slave's node in devpts is made with it,
 * and of its times output moves one, input another and chmod the third.
 */
static __always_inline u64 spoor_made_ns(struct tty_struct *master)
{
	/* ptmx_open keeps the node in the slave's driver_data. */
	struct dentry *node = BPF_CORE_READ(master, link, driver_data);
	struct inode *inode = BPF_CORE_READ(node, d_inode);
	u64 accessed, modified, changed;

	if (!inode)
		return 0;
	accessed = spoor_inode_time(inode, i_atime);
	modified = spoor_inode_time(inode, i_mtime);
	changed = spoor_inode_time(inode, i_ctime);
	if (accessed < changed)
		changed = accessed;
	return modified < changed ? modified : changed;
}

#endif

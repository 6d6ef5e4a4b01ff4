/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an open file is, by what does not move between kernels. */
#ifndef SPOOR_DESCRIPTOR_CLASS_BPF_H
#define SPOOR_DESCRIPTOR_CLASS_BPF_H

#include "call.bpf.h"

/* include/uapi/linux/magic.h */
#define SPOOR_ANON_INODE_FS 0x09041934
#define SPOOR_PID_FS 0x50494446
/* include/linux/fs.h: opened with O_PATH, so it is only a place and no open file. */
#define SPOOR_FMODE_PATH 0x4000

/* A name in two words, so that it compares as numbers; the compiler knows a literal's. */
struct spoor_short_name {
	u64 words[2];
};

static __always_inline u64 spoor_word(const char *text, u32 length, u32 from)
{
	u64 word = 0;

	for (u32 i = 0; i < sizeof(word); i++)
		if (from + i < length)
			word |= (u64)(u8)text[from + i] << (8 * i);
	return word;
}

#define SPOOR_IS_NAMED(name, wanted)                                       \
	((name).words[0] == spoor_word(wanted, sizeof(wanted) - 1, 0) &&   \
	 (name).words[1] == spoor_word(wanted, sizeof(wanted) - 1, 8))

/*
 * Files without a place share one inode, and f_op addresses differ from boot to
 * boot: the name that anon_inode_getfile got tells them apart.
 */
static __always_inline u32 spoor_anonymous_class(struct file *file)
{
	struct spoor_short_name name = {};

	bpf_probe_read_kernel_str(&name, sizeof(name), file->f_path.dentry->d_name.name);
	if (SPOOR_IS_NAMED(name, "[eventfd]"))
		return SPOOR_DESCRIPTOR_EVENTFD;
	if (SPOOR_IS_NAMED(name, "[eventpoll]"))
		return SPOOR_DESCRIPTOR_EPOLL;
	if (SPOOR_IS_NAMED(name, "inotify"))
		return SPOOR_DESCRIPTOR_INOTIFY;
	if (SPOOR_IS_NAMED(name, "[pidfd]")) /* until Linux 6.9 gave them a file system */
		return SPOOR_DESCRIPTOR_PIDFD;
	return SPOOR_DESCRIPTOR_OTHER;
}

/* The terminal behind a character device, or NULL: /dev/tty is one too. */
static __always_inline struct tty_struct *spoor_terminal_of(struct file *file, u32 device)
{
	struct tty_file_private *opened;

	if (!spoor_is_tty_major(device >> SPOOR_MINOR_BITS))
		return NULL;
	opened = file->private_data;
	if (!opened || BPF_CORE_READ(opened, file) != file)
		return NULL;
	return BPF_CORE_READ(opened, tty);
}

static __always_inline bool spoor_is_master(struct tty_struct *terminal)
{
	int major = BPF_CORE_READ(terminal, driver, major);

	return major == SPOOR_BSD_MASTER || major == SPOOR_UNIX98_MASTER;
}

static __always_inline u32 spoor_device_class(struct file *file, u32 device)
{
	struct tty_struct *terminal = spoor_terminal_of(file, device);

	if (!terminal)
		return SPOOR_DESCRIPTOR_OTHER;
	return spoor_is_master(terminal) ? SPOOR_DESCRIPTOR_PTY_MASTER : SPOOR_DESCRIPTOR_TTY_SLAVE;
}

static __always_inline u32 spoor_class_of(struct file *file)
{
	struct inode *inode = file->f_inode;
	unsigned long magic = inode->i_sb->s_magic;
	u32 type = inode->i_mode & SPOOR_S_IFMT;

	/* Before the mode: since Linux 6.16 these two are regular files by it. */
	if (magic == SPOOR_ANON_INODE_FS)
		return spoor_anonymous_class(file);
	if (magic == SPOOR_PID_FS)
		return SPOOR_DESCRIPTOR_PIDFD;
	if (type == SPOOR_S_IFREG)
		return SPOOR_DESCRIPTOR_REGULAR;
	if (type == SPOOR_S_IFDIR)
		return SPOOR_DESCRIPTOR_DIRECTORY;
	if (file->f_mode & SPOOR_FMODE_PATH)
		return SPOOR_DESCRIPTOR_OTHER;
	switch (type) {
	case SPOOR_S_IFSOCK:
		return SPOOR_DESCRIPTOR_SOCKET;
	case SPOOR_S_IFIFO:
		return SPOOR_DESCRIPTOR_PIPE;
	case SPOOR_S_IFCHR:
		return spoor_device_class(file, inode->i_rdev);
	default:
		return SPOOR_DESCRIPTOR_OTHER;
	}
}

#endif

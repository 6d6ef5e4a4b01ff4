/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause */
/*
 * What the iterator over open files tells, part of spoor_abi.h. Records follow
 * one another without gaps; each begins with its kind and its length. Files,
 * tables and directory entries are named by kernel addresses: identities while
 * they live, and nothing to show.
 */
#ifndef SPOOR_DESCRIPTORS_H
#define SPOOR_DESCRIPTORS_H

/* What a descriptor is open on. */
enum spoor_descriptor_class {
	SPOOR_DESCRIPTOR_REGULAR = 0,
	SPOOR_DESCRIPTOR_DIRECTORY = 1,
	SPOOR_DESCRIPTOR_SOCKET = 2,
	SPOOR_DESCRIPTOR_PIPE = 3, /* and named pipes */
	SPOOR_DESCRIPTOR_EVENTFD = 4,
	SPOOR_DESCRIPTOR_EPOLL = 5,
	SPOOR_DESCRIPTOR_INOTIFY = 6,
	SPOOR_DESCRIPTOR_PIDFD = 7,
	SPOOR_DESCRIPTOR_TTY_SLAVE = 8, /* and every other terminal that is no master */
	SPOOR_DESCRIPTOR_PTY_MASTER = 9,
	SPOOR_DESCRIPTOR_OTHER = 10,
	SPOOR_DESCRIPTOR_CLASSES = 11
};

enum spoor_walk_kind {
	SPOOR_WALK_TABLE = 1,
	SPOOR_WALK_MASTER = 2,
	SPOOR_WALK_INOTIFY = 3,
	SPOOR_WALK_END = 4, /* the whole pass came to its end */
};

struct spoor_walk_header {
	__u32 kind;
	__u32 length;
};

/* Whose descriptor, or table of descriptors. */
struct spoor_holder {
	__u64 start_time_ns; /* of the process */
	__u64 table; /* threads mostly share one, and processes may */
	__u32 tgid;
	__u32 tid; /* through which the table was walked */
	__u32 visible_tid; /* the same in spoor's pid namespace, 0 if it is not in it */
	__u32 is_told; /* 0: nobody asked for this process */
};

/*
 * A table is told in parts of so many descriptors, and the counts add up. It is
 * so that the reader comes back to the ring in between, also from a table that
 * nobody asked for.
 */
#define SPOOR_TABLE_PART 512

struct spoor_descriptor_table {
	struct spoor_walk_header header;
	struct spoor_holder holder;
	__u64 limit; /* soft RLIMIT_NOFILE */
	__u64 repeated; /* the directory entry most descriptors so far are open on */
	__u32 repeated_count;
	__u32 repeated_descriptor; /* one of them */
	__u32 counts[SPOOR_DESCRIPTOR_CLASSES];
	__u32 reserved;
};

/* The other side of a pty master. */
enum spoor_slave_state {
	SPOOR_SLAVE_NEVER_OPENED = 0,
	SPOOR_SLAVE_OPEN = 1,
	SPOOR_SLAVE_CLOSED = 2, /* it was open, and the last one closed it */
};

/* One descriptor that is a pty master, of whatever process. */
struct spoor_pty_master {
	struct spoor_walk_header header;
	struct spoor_holder holder;
	__u64 file;
	__u64 made_ns; /* wall clock, at the latest; 0 if unknown */
	struct spoor_tty tty; /* its slave */
	__u32 slave_state;
	__u32 descriptor;
};

/* One descriptor that is an inotify instance. */
struct spoor_inotify {
	struct spoor_walk_header header;
	struct spoor_holder holder;
	__u64 file;
	__u64 user_watches; /* of all instances of its user */
	__u64 user_instances;
	__u32 uid; /* whose limits count */
	__u32 descriptor;
};

struct spoor_walk_end {
	struct spoor_walk_header header;
	__u64 descriptors;
	__u64 tables;
};

SPOOR_ASSERT_SIZE(spoor_holder, 32);
SPOOR_ASSERT_SIZE(spoor_descriptor_table, 112);
SPOOR_ASSERT_SIZE(spoor_pty_master, 80);
SPOOR_ASSERT_SIZE(spoor_inotify, 72);
SPOOR_ASSERT_SIZE(spoor_walk_end, 24);

#endif

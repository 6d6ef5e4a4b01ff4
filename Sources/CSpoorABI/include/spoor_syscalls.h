/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause */
/*
 * The system calls that spoor understands, one line each. This table is the
 * only place that knows a system call's number, where its paths are and what
 * its flags mean; the eBPF programs, the operation names and the tests are
 * generated from it.
 */
#ifndef SPOOR_SYSCALLS_H
#define SPOOR_SYSCALLS_H

/* No such argument, or no such system call on that architecture. */
#define SPOOR_NONE (-1)

/* What an empty path means to a lookup. */
#define SPOOR_EMPTY_LOOKS_UP 0 /* "" is looked up, and fails */
#define SPOOR_EMPTY_BY_FLAG 1  /* "" with AT_EMPTY_PATH (or NULL) walks nothing */
#define SPOOR_EMPTY_IS_FD 2    /* "" names the descriptor itself: walks nothing */

/* Where a lookup keeps its flags. */
#define SPOOR_FLAGS_PLAIN 0 /* the argument is the flags */
#define SPOOR_FLAGS_HOW 1   /* the argument points at struct open_how */

/*
 * LOOKUP(name, path, second path, flags, where the flags are, empty path,
 *        x86-64 number, arm64 number); arguments count from 0.
 */
/* clang-format off */
#define SPOOR_LOOKUPS(LOOKUP)                                                                    \
	LOOKUP(open,              0, SPOOR_NONE, 1,          PLAIN, LOOKS_UP,   2, SPOOR_NONE)   \
	LOOKUP(openat,            1, SPOOR_NONE, 2,          PLAIN, LOOKS_UP, 257,  56)          \
	LOOKUP(openat2,           1, SPOOR_NONE, 2,          HOW,   LOOKS_UP, 437, 437)          \
	LOOKUP(creat,             0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  85, SPOOR_NONE)   \
	LOOKUP(stat,              0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,   4, SPOOR_NONE)   \
	LOOKUP(lstat,             0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,   6, SPOOR_NONE)   \
	LOOKUP(newfstatat,        1, SPOOR_NONE, 3,          PLAIN, BY_FLAG,  262,  79)          \
	LOOKUP(statx,             1, SPOOR_NONE, 2,          PLAIN, BY_FLAG,  332, 291)          \
	LOOKUP(access,            0, SPOOR_NONE, 1,          PLAIN, LOOKS_UP,  21, SPOOR_NONE)   \
	LOOKUP(faccessat,         1, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP, 269,  48)          \
	LOOKUP(faccessat2,        1, SPOOR_NONE, 3,          PLAIN, BY_FLAG,  439, 439)          \
	LOOKUP(readlink,          0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  89, SPOOR_NONE)   \
	LOOKUP(readlinkat,        1, SPOOR_NONE, SPOOR_NONE, PLAIN, IS_FD,    267,  78)          \
	LOOKUP(execve,            0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  59, 221)          \
	LOOKUP(execveat,          1, SPOOR_NONE, 4,          PLAIN, BY_FLAG,  322, 281)          \
	LOOKUP(unlink,            0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  87, SPOOR_NONE)   \
	LOOKUP(unlinkat,          1, SPOOR_NONE, 2,          PLAIN, LOOKS_UP, 263,  35)          \
	LOOKUP(rename,            0, 1,          SPOOR_NONE, PLAIN, LOOKS_UP,  82, SPOOR_NONE)   \
	LOOKUP(renameat,          1, 3,          SPOOR_NONE, PLAIN, LOOKS_UP, 264,  38)          \
	LOOKUP(renameat2,         1, 3,          4,          PLAIN, LOOKS_UP, 316, 276)          \
	LOOKUP(mkdir,             0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  83, SPOOR_NONE)   \
	LOOKUP(mkdirat,           1, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP, 258,  34)          \
	LOOKUP(rmdir,             0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  84, SPOOR_NONE)   \
	LOOKUP(chdir,             0, SPOOR_NONE, SPOOR_NONE, PLAIN, LOOKS_UP,  80,  49)          \
	LOOKUP(inotify_add_watch, 1, SPOOR_NONE, 2,          PLAIN, LOOKS_UP, 254,  27)

/* WRITE(name, x86-64 number, arm64 number): argument 0 is the descriptor. */
#define SPOOR_WRITES(WRITE)                                                                      \
	WRITE(write,   1, 64)                                                                    \
	WRITE(writev, 20, 66)

/* WAIT(name, options, siginfo, x86-64 number, arm64 number). */
#define SPOOR_WAITS(WAIT)                                                                        \
	WAIT(wait4,  2, SPOOR_NONE,  61, 260)                                                    \
	WAIT(waitid, 3, 2,          247,  95)
/* clang-format on */

/* More than any system call number in the table, on every architecture. */
#define SPOOR_SYSCALL_COUNT 512

#endif

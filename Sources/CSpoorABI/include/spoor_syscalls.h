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

/* What makes an empty path (or none) walk nothing: it is no lookup then. */
enum spoor_empty {
	SPOOR_EMPTY_NEVER = 0,	   /* "" is looked up, and fails */
	SPOOR_EMPTY_AT_EMPTY_PATH, /* "", or NULL, with AT_EMPTY_PATH */
	SPOOR_EMPTY_MOVE_FROM,	   /* "" with MOVE_MOUNT_F_EMPTY_PATH */
	SPOOR_EMPTY_MOVE_TO,	   /* "" with MOVE_MOUNT_T_EMPTY_PATH */
	SPOOR_EMPTY_FSPICK,	   /* "" with FSPICK_EMPTY_PATH */
	SPOOR_EMPTY_EMPTY_TEXT,	   /* "" by itself: the descriptor is meant */
	SPOOR_EMPTY_NULL_PATH,	   /* NULL: the descriptor, or nothing, is meant */
	SPOOR_EMPTY_UTIMENSAT,	   /* NULL, or "" with AT_EMPTY_PATH */
};

/* In which form a path is given. */
enum spoor_form {
	SPOOR_FORM_NONE = 0, /* the call has no such path */
	SPOOR_FORM_STRING,
	SPOOR_FORM_TEXT,    /* a symlink's target: stored, not walked, told all the same */
	SPOOR_FORM_BOUND,   /* mount's source, which only MS_BIND and MS_MOVE walk */
	SPOOR_FORM_MARKED,  /* fanotify_mark's, which FAN_MARK_FLUSH does not walk */
	SPOOR_FORM_QUOTA,   /* quotactl's file, which only Q_QUOTAON walks */
	SPOOR_FORM_SOCKET,  /* a struct sockaddr, if it is one of AF_UNIX with a name */
	SPOOR_FORM_MESSAGE, /* a struct msghdr with such an address */
};

/* Where a lookup keeps its flags. */
enum spoor_flags_form {
	SPOOR_FLAGS_PLAIN = 0, /* the argument is the flags */
	SPOOR_FLAGS_HOW,       /* the argument points at struct open_how */
};

/* Where the bytes of a write come from. */
enum spoor_source {
	SPOOR_SOURCE_KERNEL = 0, /* a file or a pipe: never in user memory */
	SPOOR_SOURCE_BUFFER,     /* argument 1 */
	SPOOR_SOURCE_VECTOR,     /* argument 1, an array of argument 2 struct iovec */
};

/*
 * LOOKUP(name, first path, second path, flags, x86-64, arm64 and i386 number).
 * Arguments count from 0. A path is
 *   CWD(path)                  relative to the working directory,
 *   AT(directory, path)        relative to a directory's descriptor,
 *   CWD_OR, AT_OR(..., empty)  the same, but see enum spoor_empty,
 *   TEXT(path), BOUND(path), MARKED(directory, path), QUOTA(path),
 *   SOCKET(address, length), MESSAGE(header)
 *                              see enum spoor_form;
 * flags are PLAIN(argument) or HOW(argument): see enum spoor_flags_form.
 */
/* clang-format off */
#define SPOOR_LOOKUPS(LOOKUP) \
	LOOKUP(open,              CWD(0),                     NO_PATH,              PLAIN(1),   2, SPOOR_NONE,          5)  \
	LOOKUP(openat,            AT(0, 1),                   NO_PATH,              PLAIN(2), 257,         56,        295)  \
	LOOKUP(openat2,           AT(0, 1),                   NO_PATH,              HOW(2),   437,        437,        437)  \
	LOOKUP(creat,             CWD(0),                     NO_PATH,              NO_FLAGS,  85, SPOOR_NONE,          8)  \
	LOOKUP(stat,              CWD(0),                     NO_PATH,              NO_FLAGS,   4, SPOOR_NONE,        106)  \
	LOOKUP(lstat,             CWD(0),                     NO_PATH,              NO_FLAGS,   6, SPOOR_NONE,        107)  \
	LOOKUP(newfstatat,        AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(3), 262,         79, SPOOR_NONE)  \
	LOOKUP(statx,             AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 332,        291,        383)  \
	LOOKUP(access,            CWD(0),                     NO_PATH,              PLAIN(1),  21, SPOOR_NONE,         33)  \
	LOOKUP(faccessat,         AT(0, 1),                   NO_PATH,              NO_FLAGS, 269,         48,        307)  \
	LOOKUP(faccessat2,        AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(3), 439,        439,        439)  \
	LOOKUP(readlink,          CWD(0),                     NO_PATH,              NO_FLAGS,  89, SPOOR_NONE,         85)  \
	LOOKUP(readlinkat,        AT_OR(0, 1, EMPTY_TEXT),    NO_PATH,              NO_FLAGS, 267,         78,        305)  \
	LOOKUP(execve,            CWD(0),                     NO_PATH,              NO_FLAGS,  59,        221,         11)  \
	LOOKUP(execveat,          AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(4), 322,        281,        358)  \
	LOOKUP(unlink,            CWD(0),                     NO_PATH,              NO_FLAGS,  87, SPOOR_NONE,         10)  \
	LOOKUP(unlinkat,          AT(0, 1),                   NO_PATH,              PLAIN(2), 263,         35,        301)  \
	LOOKUP(rename,            CWD(0),                     CWD(1),               NO_FLAGS,  82, SPOOR_NONE,         38)  \
	LOOKUP(renameat,          AT(0, 1),                   AT(2, 3),             NO_FLAGS, 264,         38,        302)  \
	LOOKUP(renameat2,         AT(0, 1),                   AT(2, 3),             PLAIN(4), 316,        276,        353)  \
	LOOKUP(mkdir,             CWD(0),                     NO_PATH,              NO_FLAGS,  83, SPOOR_NONE,         39)  \
	LOOKUP(mkdirat,           AT(0, 1),                   NO_PATH,              NO_FLAGS, 258,         34,        296)  \
	LOOKUP(rmdir,             CWD(0),                     NO_PATH,              NO_FLAGS,  84, SPOOR_NONE,         40)  \
	LOOKUP(chdir,             CWD(0),                     NO_PATH,              NO_FLAGS,  80,         49,         12)  \
	LOOKUP(inotify_add_watch, CWD(1),                     NO_PATH,              PLAIN(2), 254,         27,        292)  \
	LOOKUP(mknod,             CWD(0),                     NO_PATH,              NO_FLAGS, 133, SPOOR_NONE,         14)  \
	LOOKUP(mknodat,           AT(0, 1),                   NO_PATH,              NO_FLAGS, 259,         33,        297)  \
	LOOKUP(link,              CWD(0),                     CWD(1),               NO_FLAGS,  86, SPOOR_NONE,          9)  \
	LOOKUP(linkat,            AT_OR(0, 1, AT_EMPTY_PATH), AT(2, 3),             PLAIN(4), 265,         37,        303)  \
	LOOKUP(symlink,           TEXT(0),                    CWD(1),               NO_FLAGS,  88, SPOOR_NONE,         83)  \
	LOOKUP(symlinkat,         TEXT(0),                    AT(1, 2),             NO_FLAGS, 266,         36,        304)  \
	LOOKUP(chroot,            CWD(0),                     NO_PATH,              NO_FLAGS, 161,         51,         61)  \
	LOOKUP(truncate,          CWD(0),                     NO_PATH,              NO_FLAGS,  76,         45,         92)  \
	LOOKUP(statfs,            CWD(0),                     NO_PATH,              NO_FLAGS, 137,         43,         99)  \
	LOOKUP(chmod,             CWD(0),                     NO_PATH,              NO_FLAGS,  90, SPOOR_NONE,         15)  \
	LOOKUP(fchmodat,          AT(0, 1),                   NO_PATH,              NO_FLAGS, 268,         53,        306)  \
	LOOKUP(fchmodat2,         AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(3), 452,        452,        452)  \
	LOOKUP(chown,             CWD(0),                     NO_PATH,              NO_FLAGS,  92, SPOOR_NONE,        182)  \
	LOOKUP(lchown,            CWD(0),                     NO_PATH,              NO_FLAGS,  94, SPOOR_NONE,         16)  \
	LOOKUP(fchownat,          AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(4), 260,         54,        298)  \
	LOOKUP(utime,             CWD(0),                     NO_PATH,              NO_FLAGS, 132, SPOOR_NONE,         30)  \
	LOOKUP(utimes,            CWD(0),                     NO_PATH,              NO_FLAGS, 235, SPOOR_NONE,        271)  \
	LOOKUP(futimesat,         AT_OR(0, 1, NULL_PATH),     NO_PATH,              NO_FLAGS, 261, SPOOR_NONE,        299)  \
	LOOKUP(utimensat,         AT_OR(0, 1, UTIMENSAT),     NO_PATH,              PLAIN(3), 280,         88,        320)  \
	LOOKUP(setxattr,          CWD(0),                     NO_PATH,              PLAIN(4), 188,          5,        226)  \
	LOOKUP(lsetxattr,         CWD(0),                     NO_PATH,              PLAIN(4), 189,          6,        227)  \
	LOOKUP(getxattr,          CWD(0),                     NO_PATH,              NO_FLAGS, 191,          8,        229)  \
	LOOKUP(lgetxattr,         CWD(0),                     NO_PATH,              NO_FLAGS, 192,          9,        230)  \
	LOOKUP(listxattr,         CWD(0),                     NO_PATH,              NO_FLAGS, 194,         11,        232)  \
	LOOKUP(llistxattr,        CWD(0),                     NO_PATH,              NO_FLAGS, 195,         12,        233)  \
	LOOKUP(removexattr,       CWD(0),                     NO_PATH,              NO_FLAGS, 197,         14,        235)  \
	LOOKUP(lremovexattr,      CWD(0),                     NO_PATH,              NO_FLAGS, 198,         15,        236)  \
	LOOKUP(setxattrat,        AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 463,        463,        463)  \
	LOOKUP(getxattrat,        AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 464,        464,        464)  \
	LOOKUP(listxattrat,       AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 465,        465,        465)  \
	LOOKUP(removexattrat,     AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 466,        466,        466)  \
	LOOKUP(file_getattr,      AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(4), 468,        468,        468)  \
	LOOKUP(file_setattr,      AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(4), 469,        469,        469)  \
	LOOKUP(fanotify_mark,     MARKED(3, 4),               NO_PATH,              PLAIN(1), 301,        263, SPOOR_NONE)  \
	LOOKUP(name_to_handle_at, AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(4), 303,        264,        341)  \
	LOOKUP(mount,             BOUND(0),                   CWD(1),               PLAIN(3), 165,         40,         21)  \
	LOOKUP(umount2,           CWD(0),                     NO_PATH,              PLAIN(1), 166,         39,         52)  \
	LOOKUP(pivot_root,        CWD(0),                     CWD(1),               NO_FLAGS, 155,         41,        217)  \
	LOOKUP(open_tree,         AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 428,        428,        428)  \
	LOOKUP(open_tree_attr,    AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 467,        467,        467)  \
	LOOKUP(move_mount,        AT_OR(0, 1, MOVE_FROM),     AT_OR(2, 3, MOVE_TO), PLAIN(4), 429,        429,        429)  \
	LOOKUP(mount_setattr,     AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH,              PLAIN(2), 442,        442,        442)  \
	LOOKUP(fspick,            AT_OR(0, 1, FSPICK),        NO_PATH,              PLAIN(2), 433,        433,        433)  \
	LOOKUP(swapon,            CWD(0),                     NO_PATH,              PLAIN(1), 167,        224,         87)  \
	LOOKUP(swapoff,           CWD(0),                     NO_PATH,              NO_FLAGS, 168,        225,        115)  \
	LOOKUP(acct,              CWD_OR(0, NULL_PATH),       NO_PATH,              NO_FLAGS, 163,         89,         51)  \
	LOOKUP(quotactl,          CWD_OR(1, NULL_PATH),       QUOTA(3),             PLAIN(0), 179,         60,        131)  \
	LOOKUP(connect,           SOCKET(1, 2),               NO_PATH,              NO_FLAGS,  42,        203,        362)  \
	LOOKUP(bind,              SOCKET(1, 2),               NO_PATH,              NO_FLAGS,  49,        200,        361)  \
	LOOKUP(sendto,            SOCKET(4, 5),               NO_PATH,              PLAIN(3),  44,        206,        369)  \
	LOOKUP(sendmsg,           MESSAGE(1),                 NO_PATH,              PLAIN(2),  46,        211,        370)

/*
 * LOOKUP(operation, kernel's name, first path, second path, flags, i386 number):
 * calls of 32-bit programs that the line above does not have already.
 */
#define SPOOR_COMPAT_LOOKUPS(LOOKUP) \
	LOOKUP(stat,          oldstat,          CWD(0),                     NO_PATH, NO_FLAGS,  18)  \
	LOOKUP(lstat,         oldlstat,         CWD(0),                     NO_PATH, NO_FLAGS,  84)  \
	LOOKUP(stat,          stat64,           CWD(0),                     NO_PATH, NO_FLAGS, 195)  \
	LOOKUP(lstat,         lstat64,          CWD(0),                     NO_PATH, NO_FLAGS, 196)  \
	LOOKUP(newfstatat,    fstatat64,        AT_OR(0, 1, AT_EMPTY_PATH), NO_PATH, PLAIN(3), 300)  \
	LOOKUP(truncate,      truncate64,       CWD(0),                     NO_PATH, NO_FLAGS, 193)  \
	LOOKUP(statfs,        statfs64,         CWD(0),                     NO_PATH, NO_FLAGS, 268)  \
	LOOKUP(chown,         chown32,          CWD(0),                     NO_PATH, NO_FLAGS, 212)  \
	LOOKUP(lchown,        lchown32,         CWD(0),                     NO_PATH, NO_FLAGS, 198)  \
	LOOKUP(utimensat,     utimensat_time64, AT_OR(0, 1, UTIMENSAT),     NO_PATH, PLAIN(3), 412)  \
	LOOKUP(umount2,       umount,           CWD(0),                     NO_PATH, NO_FLAGS,  22)  \
	LOOKUP(fanotify_mark, fanotify_mark,    MARKED(4, 5),               NO_PATH, PLAIN(1), 339)

/* WRITE(name, descriptor, what is written, x86-64, arm64 and i386 number): see enum spoor_source. */
#define SPOOR_WRITES(WRITE)                         \
	WRITE(write,    0, BUFFER,   1,  64,   4)   \
	WRITE(writev,   0, VECTOR,  20,  66, 146)   \
	WRITE(pwrite64, 0, BUFFER,  18,  68, 181)   \
	WRITE(pwritev,  0, VECTOR, 296,  70, 334)   \
	WRITE(pwritev2, 0, VECTOR, 328, 287, 379)   \
	WRITE(sendfile, 0, KERNEL,  40,  71, 187)   \
	WRITE(splice,   2, KERNEL, 275,  76, 313)

#define SPOOR_COMPAT_WRITES(WRITE)                  \
	WRITE(sendfile, sendfile64, 0, KERNEL, 239)

/* WAIT(name, options, siginfo, x86-64, arm64 and i386 number). */
#define SPOOR_WAITS(WAIT)                              \
	WAIT(wait4,  2, SPOOR_NONE,  61, 260, 114)     \
	WAIT(waitid, 3, 2,          247,  95, 284)

#define SPOOR_COMPAT_WAITS(WAIT)                       \
	WAIT(wait4, waitpid, 2, SPOOR_NONE, 7)

/* i386 only: connect, bind, sendto and sendmsg in one call; not decoded. */
#define SPOOR_COMPAT_SOCKETCALL 102

/*
 * FUNCTION(name): functions of the kernel for these calls that are not named as the call is, or
 * that it has beside those for the registers, numbers and structures of 32-bit programs. Found in
 * arch/x86/entry/syscalls of Linux 6.1 to 6.18, and in arch/arm64/kernel/sys32.c.
 */
#define SPOOR_FUNCTIONS(FUNCTION)                                                          \
	FUNCTION(newstat)            FUNCTION(newlstat)         FUNCTION(oldumount)        \
	FUNCTION(chown16)            FUNCTION(lchown16)         FUNCTION(utime32)          \
	FUNCTION(utimes_time32)      FUNCTION(futimesat_time32) FUNCTION(utimensat_time32) \
	FUNCTION(ia32_stat64)        FUNCTION(ia32_lstat64)     FUNCTION(ia32_fstatat64)   \
	FUNCTION(ia32_truncate64)    FUNCTION(ia32_pwrite64)    FUNCTION(aarch32_statfs64) \
	FUNCTION(aarch32_truncate64) FUNCTION(aarch32_pwrite64) FUNCTION(quotactl32)       \
	FUNCTION(socketcall)
/* clang-format on */

/* The first number later than Linux 5.10; the same on every architecture. */
#define SPOOR_NEWER_CALLS 441

/* More than any system call number in the table, on every architecture. */
#define SPOOR_SYSCALL_COUNT 512

#endif

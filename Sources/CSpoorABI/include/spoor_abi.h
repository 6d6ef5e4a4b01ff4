/* SPDX-License-Identifier: Apache-2.0 OR GPL-2.0-only OR BSD-2-Clause */
/*
 * What the eBPF programs and the Swift side say to each other: this header is
 * the only source of that layout. Fields are __u8 to __u64, widest first, with
 * explicit padding; times are nanoseconds since boot (CLOCK_BOOTTIME); process
 * ids are those of the initial pid namespace.
 */
#ifndef SPOOR_ABI_H
#define SPOOR_ABI_H

#ifndef __bpf__
#include <linux/types.h>
#endif

#include "spoor_syscalls.h"

/* Which way a system call that walks paths did so: SPOOR_OPERATION_open, ... */
enum spoor_operation {
	SPOOR_OPERATION_NONE = 0,
#define SPOOR_DECLARE(name, ...) SPOOR_OPERATION_##name,
	SPOOR_LOOKUPS(SPOOR_DECLARE)
#undef SPOOR_DECLARE
	SPOOR_OPERATION_COUNT
};

/* What a record in the ring tells. */
enum spoor_kind {
	SPOOR_KIND_NONE = 0,
	SPOOR_KIND_LOOKUP = 1,
	SPOOR_KIND_TTY_WRITE = 2,
	SPOOR_KIND_FORK = 3,
	SPOOR_KIND_EXEC = 4,
	SPOOR_KIND_EXIT = 5,
	SPOOR_KIND_RELEASE = 6,
	SPOOR_KIND_WAIT = 7,
	SPOOR_KIND_TTY_TEXT = 8,
	SPOOR_KIND_RESIZE = 9,
	SPOOR_KIND_PTY_MASTER = 10,
	SPOOR_KIND_COUNT = 11
};

/* Why a record, or an exact count, did not arrive. */
enum spoor_drop {
	SPOOR_DROP_RING_FULL = 0, /* the reader was too slow for the ring */
	SPOOR_DROP_NO_SCRATCH = 1, /* no room to put the record together */
	SPOOR_DROP_TOO_LARGE = 2, /* the record is longer than the whole ring */
	SPOOR_DROP_RESERVE_FAILED = 3, /* there was room, and the ring refused */
	SPOOR_DROP_COUNT = 4
};

/* What became of a path on its way. */
enum spoor_path_status {
	SPOOR_PATH_WHOLE = 0,
	SPOOR_PATH_TRUNCATED = 1,  /* longer than the room for it */
	SPOOR_PATH_UNREADABLE = 2, /* the page was gone, or the pointer wrong */
};

/* Room for a path with its NUL (PATH_MAX), and for an argument vector. */
#define SPOOR_PATH_ROOM 4096
#define SPOOR_ARGV_ROOM 4096
#define SPOOR_INTERPRETER_ROOM 256 /* BINPRM_BUF_SIZE */
#define SPOOR_COMM_LENGTH 16

/* The start of every record. The process is (tgid, start_time_ns). */
struct spoor_header {
	__u64 time_ns;
	__u64 start_time_ns;
	__u32 tgid;
	__u32 tid;
	__u16 kind;
	__u16 length; /* of the whole record, in bytes */
	__u32 flags;
};

#define SPOOR_EVENT_BY_RING 1 /* by io_uring, and not by a system call */
#define SPOOR_EVENT_RAW 2     /* of a write: the terminal hands over keys one by one */

/* What is told of where a directory or a file is. */
enum spoor_place_status {
	SPOOR_PLACE_NONE = 0,	   /* nothing: there is none, or not below the namespace's root */
	SPOOR_PLACE_WHOLE = 1,	   /* names from the root of the mount namespace on */
	SPOOR_PLACE_TRUNCATED = 2, /* more names than there is room for: the first are missing */
	SPOOR_PLACE_BELOW = 3,	   /* names from the directory on where the lookup began */
	SPOOR_PLACE_LEFT = 4,	   /* a directory that the call itself has left (chdir) */
};

/*
 * Where something is, as names from the leaf up, each with a NUL after it: the
 * order in which the kernel links them. `length` bytes of them follow.
 */
struct spoor_place {
	__u16 length;
	__u8 status;
	__u8 deleted; /* so many of them, counted from the leaf, are no longer there */
};

/*
 * One path walked by a system call. Three texts follow: path_length bytes as
 * given, without NUL; the place where the walk began; the place of what was
 * opened, if the call opens.
 */
struct spoor_lookup {
	struct spoor_header header;
	__s32 result; /* what the call returned: an error is negative */
	__u32 flags;  /* as given to the call; the mode for access */
	__u16 operation;
	__u16 path_length;
	struct spoor_place base;
	struct spoor_place opened;
	__u16 climb; /* so many names of base are below the process's root */
	__u8 path_status;
	__u8 path_index; /* 1 for the second path of a rename */
};

/* The process's root is not above the directory: ".." ends at the namespace's root. */
#define SPOOR_CLIMB_ALL 0xffff

/* Terminals: Unix98 pairs are major 136 and their index, per devpts instance. */
#define SPOOR_TTY_MAJOR_UNIX98 136

enum spoor_tty_side {
	SPOOR_TTY_OUTPUT = 0, /* written to the slave, or a real terminal */
	SPOOR_TTY_INPUT = 1,  /* written to the master */
};

struct spoor_tty {
	__u32 instance; /* device number of the devpts mount, 0 if there is none */
	__u32 major;
	__u32 minor; /* the index for Unix98 pairs */
	__u32 side;
};

struct spoor_tty_write {
	struct spoor_header header;
	__s64 result; /* bytes, or a negative error */
	struct spoor_tty tty;
};

/*
 * What a wait call returns for a child: its id in the waiter's pid namespace.
 * Whoever adopts a child lives in the namespace of the parent that it had.
 */
struct spoor_wait_id {
	__u32 pid_namespace; /* the inode number of /proc/PID/ns/pid */
	__u32 pid;
};

/*
 * A piece of what a call put on a terminal's output side; text_length bytes
 * follow. Only with inspects_tty. The pieces of a call come in order, before
 * its spoor_tty_write.
 */
struct spoor_tty_text {
	struct spoor_header header;
	struct spoor_tty tty;
	__u32 untold; /* bytes of the call after this piece that are not told */
	__u16 text_length;
	__u16 reserved;
};

/* Bytes of a piece, and pieces of a call: see tty_text.bpf.h. */
#define SPOOR_TTY_TEXT_ROOM 4096
#define SPOOR_TTY_TEXT_PIECES 256

/* A new process: the header names the child. */
struct spoor_fork {
	struct spoor_header header;
	__u64 spawner_start_ns;
	__u64 parent_start_ns;
	__u32 spawner_tgid; /* who called fork */
	__u32 parent_tgid;  /* who will wait: differs with CLONE_PARENT */
	__u32 parent_tid;   /* the thread of it: the one that called fork */
	__u32 namespace_pid; /* the child's id in its own pid namespace */
	struct spoor_wait_id wait_id;
	__u32 uid;
	__u32 reserved;
	__u8 comm[SPOOR_COMM_LENGTH];
};

/*
 * A new image. Five texts follow: path_length bytes of file name as given to
 * exec, interpreter_length of the program that runs a script (none if it is no
 * script), both without NUL; argv_length of NUL-terminated arguments; the place
 * of the file that runs, /proc/PID/exe; the place where the path's walk began.
 */
struct spoor_exec {
	struct spoor_header header;
	__u32 uid;
	__u16 operation; /* SPOOR_OPERATION_NONE: it walked no path (fexecve) */
	__u16 path_length;
	__u16 interpreter_length;
	__u16 argv_length;
	struct spoor_place executable;
	struct spoor_place base;
	__u16 climb;
	__u8 path_status;
	__u8 argv_status;
	__u8 comm[SPOOR_COMM_LENGTH];
};

#define SPOOR_EXIT_AUTOREAPED 1 /* its parent ignores SIGCHLD: never a zombie */
#define SPOOR_EXIT_IGNORED 2	/* the same, once its tracer has heard of it */

/* The last thread of a process ended. */
struct spoor_exit {
	struct spoor_header header;
	__u64 peak_rss_bytes;
	__u64 parent_start_ns;
	__u64 tracer_start_ns;
	__u32 parent_tgid; /* who may wait for it now */
	__u32 tracer_tgid; /* who hears of it first, by ptrace; 0: nobody but the parent */
	__s32 status;	   /* as wait returns it */
	__u32 flags;
};

#define SPOOR_REAPER_INIT 1	 /* the first process of its pid namespace */
#define SPOOR_REAPER_SUBREAPER 2 /* PR_SET_CHILD_SUBREAPER */

/* A process was reaped: its id is free again. */
struct spoor_release {
	struct spoor_header header;
	__u64 cpu_ns;
	__u64 peak_rss_bytes;
	__u64 reaper_start_ns;
	__u32 reaper_tgid; /* its last parent; 0 if that one is gone */
	__u32 reaper_flags;
};

/* What the status of a wait call says of the child. */
enum spoor_wait_state {
	SPOOR_WAIT_UNTOLD = 0, /* the caller did not ask for the status */
	SPOOR_WAIT_ENDED = 1,
	SPOOR_WAIT_LIVES = 2, /* stopped, continued or trapped */
};

/* A wait call took the status of a child; the header names the waiter. */
struct spoor_wait {
	struct spoor_header header;
	struct spoor_wait_id id; /* pid 0: the call did not tell */
	__u32 options;
	__u32 state;
};

/* A process was sent SIGWINCH: its terminal has another size. The header names it. */
struct spoor_resize {
	struct spoor_header header;
};

enum spoor_master_state {
	SPOOR_MASTER_OPENED = 1,
	SPOOR_MASTER_RELEASED = 2, /* by the last that held it; the header names him, if followed */
};

/* A pty's master was opened, or released. */
struct spoor_master_change {
	struct spoor_header header;
	__u64 file; /* as in spoor_pty_master */
	struct spoor_tty tty;
	__u32 change; /* enum spoor_master_state */
	__u32 reserved;
};

/* Who, in the maps. */
struct spoor_process_key {
	__u64 start_time_ns;
	__u32 tgid;
	__u32 reserved;
};

/* Operations that most processes use: counted in their entries of map processes. */
#define SPOOR_FREQUENT_OPERATIONS(OPERATION) \
	OPERATION(execve)                    \
	OPERATION(open)                      \
	OPERATION(openat)                    \
	OPERATION(newfstatat)                \
	OPERATION(statx)                     \
	OPERATION(access)                    \
	OPERATION(faccessat)                 \
	OPERATION(readlink)

enum spoor_frequent_operation {
#define SPOOR_DECLARE(name) SPOOR_FREQUENT_##name,
	SPOOR_FREQUENT_OPERATIONS(SPOOR_DECLARE)
#undef SPOOR_DECLARE
	SPOOR_FREQUENT_COUNT /* a power of two, so that any index is within */
};

/* Exact counts of lookups by process and each other operation: map lookup_counts. */
struct spoor_lookup_key {
	__u64 start_time_ns;
	__u32 tgid;
	__u32 operation;
};

struct spoor_lookup_count {
	__u64 total;
	__u64 failed;
};

/* Exact counts of terminal writes by process and terminal: map tty_counts. */
struct spoor_tty_key {
	__u64 start_time_ns;
	__u32 tgid;
	__u32 reserved;
	struct spoor_tty tty;
};

struct spoor_tty_count {
	__u64 bytes;
	__u64 writes;
	__u64 failed;
};

/* Entries of a map that nobody counts in any more: what spoor_forget is given. */
enum spoor_forgetting {
	SPOOR_FORGET_LOOKUPS,
	SPOOR_FORGET_TERMINALS,
	SPOOR_FORGET_PROCESSES,
};

#define SPOOR_FORGET_KEYS 32

struct spoor_forget {
	__u64 keys[SPOOR_FORGET_KEYS][4]; /* the longest is a spoor_tty_key */
	__u32 count;
	__u32 map; /* enum spoor_forgetting */
};

/*
 * What anybody wrote to a pty's master, whether followed or not, by the slave:
 * map tty_inputs. Its key is a spoor_tty of side SPOOR_TTY_INPUT.
 */
struct spoor_tty_input {
	__u64 last_ns;
	__u64 writes; /* that took something */
	__u64 bytes;
};

#define SPOOR_PROCESS_FORKED 1
#define SPOOR_PROCESS_EXITED 2
#define SPOOR_PROCESS_AUTOREAPED 4
#define SPOOR_PROCESS_RELEASED 8
#define SPOOR_PROCESS_WAITED 16 /* it has called wait, with whatever result */
#define SPOOR_PROCESS_IGNORED 32 /* its end, by its parent: see SPOOR_EXIT_IGNORED */
#define SPOOR_PROCESS_EXITING 64 /* its exit is about to be here */

/* What a full ring must not lose of a process: map processes. */
struct spoor_process {
	__u64 fork_time_ns;
	__u64 exit_time_ns;
	__u64 release_time_ns;
	__u64 cpu_ns;
	__u64 peak_rss_bytes;
	__u64 spawner_start_ns;
	__u64 parent_start_ns;
	__u64 exit_parent_start_ns; /* its parent when it ended */
	__u64 tracer_start_ns;
	__u64 reaper_start_ns;
	__u32 spawner_tgid;
	__u32 parent_tgid;
	__u32 exit_parent_tgid;
	__u32 tracer_tgid;
	__u32 reaper_tgid;
	__u32 reaper_flags;
	__u32 parent_tid;
	__u32 namespace_pid;
	struct spoor_wait_id wait_id;
	__u32 uid;
	__s32 status;
	__u32 flags;
	__u32 reserved;
	__u8 comm[SPOOR_COMM_LENGTH];
	struct spoor_lookup_count lookups[SPOOR_FREQUENT_COUNT];
};

/* What is hooked, whatever the program: spoor_fired tells which of them ran. */
enum spoor_hook {
	SPOOR_HOOK_SYS_EXIT,
	SPOOR_HOOK_FORK,
	SPOOR_HOOK_EXEC,
	SPOOR_HOOK_EXIT,
	SPOOR_HOOK_FREE,
	SPOOR_HOOK_WAIT,
	SPOOR_HOOK_SIGNAL,
	SPOOR_HOOK_PTY_MASTER,
	SPOOR_HOOK_FORK_AGAIN,
	SPOOR_HOOK_EXEC_AGAIN,
	SPOOR_HOOK_EXIT_AGAIN,
	SPOOR_HOOK_WAIT_AGAIN,
	SPOOR_HOOK_RING_SUBMIT,
	SPOOR_HOOK_RING_REFUSE,
	SPOOR_HOOK_RING_COMPLETE,
	SPOOR_HOOK_COUNT
};

/* Loss, by kind and reason: map statistics, per CPU. */
struct spoor_statistics {
	__u64 observed[SPOOR_KIND_COUNT];
	__u64 delivered[SPOOR_KIND_COUNT];
	__u64 dropped[SPOOR_KIND_COUNT][SPOOR_DROP_COUNT];
	__u64 path_unreadable;
	__u64 path_truncated;
	__u64 first_drop_ns; /* after a pause of spoor_configuration.gap_ns */
	__u64 last_drop_ns;
	__u64 lookup_counts_missed;  /* an exact count had no room in its map */
	__u64 tty_counts_missed;     /* the same */
	__u64 process_states_missed; /* the same */
	__u64 tasks_missed;   /* a descendant that could not be followed */
	__u64 compat_calls;   /* 32-bit system calls that are not decoded */
	__u64 wakeups;
	__u64 ring_missed; /* io_uring requests: no room to keep one, or in flight at the start */
	__u64 tty_inputs_missed; /* no room in the map for another terminal's input */
};

/* Whose events are wanted. */
enum spoor_scope {
	SPOOR_SCOPE_CHILDREN = 0, /* what spoor starts, and its descendants */
	SPOOR_SCOPE_SEEDS = 1,    /* given processes, and their descendants */
	SPOOR_SCOPE_ALL = 2,      /* every process but spoor */
};

#define SPOOR_FILTER_UID 1
#define SPOOR_FILTER_COMM 2
#define SPOOR_FILTER_CGROUP 4

#define SPOOR_RINGS_MAX 64

/* Fixed before the programs are loaded: rodata spoor_configuration. */
struct spoor_configuration {
	__u64 wakeup_bytes; /* wake the reader when so much is unread */
	__u64 wakeup_ns;    /* or when the last wake-up is that old */
	__u64 gap_ns;       /* drops that are no further apart are one gap */
	__u64 newer_calls;  /* bit N: this kernel has system call SPOOR_NEWER_CALLS + N */
	__u32 scope;
	__u32 filters;
	__u32 uid;
	__u32 page_bytes; /* the kernel counts memory in pages */
	__u32 cpus;	  /* numbers that a CPU can have */
	__u32 inspects_tty; /* 1: tell what is written to terminals */
	__u32 rings;	    /* how many, a power of two */
	__u32 reserved;
	__u8 comm[SPOOR_COMM_LENGTH];
};

/* What the task iterator tells of each thread. */
struct spoor_census {
	__u64 start_time_ns;
	__u64 cpu_ns;
	__u64 rss_bytes;      /* of the process, told with each thread that has its memory */
	__u64 peak_rss_bytes;
	__u64 last_ran_ns; /* to within a tick; for a zombie: when it ended */
	__u64 parent_start_ns;
	__u64 tracer_start_ns;
	__u32 tgid;
	__u32 tid;
	__u32 parent_tgid;
	__u32 parent_tid;
	__u32 tracer_tgid; /* 0 unless it is traced by another than its parent */
	__u32 namespace_pid;
	struct spoor_wait_id wait_id;
	__u32 uid;
	__s32 status; /* of a dead one, as wait will return it */
	__u32 flags;
	__u32 reserved;
	__u8 comm[SPOOR_COMM_LENGTH];
};

#define SPOOR_CENSUS_TRACKED 1
#define SPOOR_CENSUS_NEW 2  /* this pass began to follow it */
#define SPOOR_CENSUS_DEAD 4 /* this thread has exited and waits to be released */
#define SPOOR_CENSUS_ENDING 8 /* all threads of the process have exited or are about to */

#define SPOOR_ASSERT_SIZE(type, size) \
	_Static_assert(sizeof(struct type) == (size), "layout of " #type)

SPOOR_ASSERT_SIZE(spoor_header, 32);
SPOOR_ASSERT_SIZE(spoor_place, 4);
SPOOR_ASSERT_SIZE(spoor_lookup, 56);
SPOOR_ASSERT_SIZE(spoor_tty, 16);
SPOOR_ASSERT_SIZE(spoor_tty_write, 56);
SPOOR_ASSERT_SIZE(spoor_wait_id, 8);
SPOOR_ASSERT_SIZE(spoor_tty_text, 56);
SPOOR_ASSERT_SIZE(spoor_fork, 96);
SPOOR_ASSERT_SIZE(spoor_exec, 72);
SPOOR_ASSERT_SIZE(spoor_exit, 72);
SPOOR_ASSERT_SIZE(spoor_release, 64);
SPOOR_ASSERT_SIZE(spoor_wait, 48);
SPOOR_ASSERT_SIZE(spoor_resize, 32);
SPOOR_ASSERT_SIZE(spoor_master_change, 64);
SPOOR_ASSERT_SIZE(spoor_process_key, 16);
SPOOR_ASSERT_SIZE(spoor_lookup_key, 16);
SPOOR_ASSERT_SIZE(spoor_lookup_count, 16);
SPOOR_ASSERT_SIZE(spoor_tty_key, 32);
SPOOR_ASSERT_SIZE(spoor_tty_count, 24);
SPOOR_ASSERT_SIZE(spoor_tty_input, 24);
SPOOR_ASSERT_SIZE(spoor_forget, 1032);
SPOOR_ASSERT_SIZE(spoor_process, 280);
SPOOR_ASSERT_SIZE(spoor_statistics, 8 * (SPOOR_KIND_COUNT * (2 + SPOOR_DROP_COUNT) + 12));
SPOOR_ASSERT_SIZE(spoor_configuration, 80);
SPOOR_ASSERT_SIZE(spoor_census, 120);

#include "spoor_descriptors.h"

#endif

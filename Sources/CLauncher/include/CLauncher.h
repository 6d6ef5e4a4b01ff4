/* SPDX-License-Identifier: Apache-2.0 */
#pragma once

#include <signal.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/resource.h>
#include <sys/types.h>

/*
 * What spoor was started with and may change for itself, but not for its target.
 * Taken once, before anything is changed.
 */
struct spoor_inherited {
	sigset_t mask;
	/* Bit n - 1 is signal n. */
	uint64_t ignored;
	/* Bit n: descriptor n (0, 1, 2) was closed, and is now /dev/null in spoor only. */
	uint32_t closed;
	struct rlimit limits[RLIM_NLIMITS];
};

/* A target, with everything the child needs already allocated. */
struct spoor_launch {
	/* Paths to try in this order, ended by NULL. */
	char *_Nullable const *_Nonnull candidates;
	char *_Nullable const *_Nonnull arguments;
	/*
	 * For a script without "#!": shell, a slot for the candidate, arguments after the
	 * first. The child fills in the slot.
	 */
	char *_Nullable *_Nonnull shell_arguments;
	char *_Nullable const *_Nonnull environment;
	const struct spoor_inherited *_Nonnull inherited;
	bool switches_user;
	uid_t uid;
	gid_t gid;
	const gid_t *_Nullable groups;
	size_t group_count;
	/* Room for group_count + 1, where the child reads back its groups. */
	gid_t *_Nullable groups_seen;
	/* Descriptors above 2 that it gets; all others are closed by its exec. */
	const int *_Nullable passed;
	size_t passed_count;
	/* What becomes descriptor n, above 2; -1: what spoor was started with. */
	int standard[3];
	bool leads_session;
	/* standard[0] becomes the controlling terminal of the session that it leads. */
	bool takes_terminal;
	/* Where it starts, as the user that it becomes. */
	const char *_Nullable directory;
};

/* Where a launch failed. */
enum spoor_launch_stage {
	SPOOR_LAUNCH_STARTED,
	SPOOR_LAUNCH_PIPE,
	SPOOR_LAUNCH_FORK,
	SPOOR_LAUNCH_PIDFD,
	SPOOR_LAUNCH_SIGNALS,
	SPOOR_LAUNCH_LIMITS,
	SPOOR_LAUNCH_GROUPS,
	SPOOR_LAUNCH_GID,
	SPOOR_LAUNCH_UID,
	SPOOR_LAUNCH_VERIFY,
	SPOOR_LAUNCH_DESCRIPTORS,
	SPOOR_LAUNCH_TERMINAL,
	SPOOR_LAUNCH_DIRECTORY,
	SPOOR_LAUNCH_EXEC,
};

/* error is an errno of that stage; pid and pidfd are -1 unless it started. */
struct spoor_launched {
	enum spoor_launch_stage stage;
	int error;
	pid_t pid;
	int pidfd;
};

/* Also stops ignoring SIGCHLD: no target could be waited for. */
void spoor_inherited_capture(struct spoor_inherited *_Nonnull inherited);

/* Returns once the target runs or has failed to; a child that failed is reaped. */
struct spoor_launched spoor_launch_start(const struct spoor_launch *_Nonnull launch);

/* Ends the calling process's life as spoor: becomes the target, or writes a failure to report. */
_Noreturn void spoor_launch_child(const struct spoor_launch *_Nonnull launch, int report);

/* In the child: takes on uid, gid and groups, and nothing else, or tells the stage and errno. */
enum spoor_launch_stage spoor_launch_become(const struct spoor_launch *_Nonnull launch,
					    int *_Nonnull error);

/*
 * Reaps each child that has ended, but for one; whom the kernel names after that one waits until
 * it is reaped.
 */
void spoor_reap_others(pid_t kept);

/* A descriptor that becomes readable when the process has ended, or -errno. */
int spoor_pidfd_open(pid_t pid);

/* 0, or the errno of pidfd_send_signal. */
int spoor_pidfd_kill(int pidfd, int signal);

/*
 * Opens a file to read and unlinks it, with the file-system identity of uid and gid, so
 * that a path given by that user reaches nothing the user could not reach. Refuses all but
 * a regular file of that user, mode 0600, with one name. A descriptor, or -errno (-EPERM:
 * the file is not like that). Needs root.
 */
int spoor_take_file(const char *_Nonnull path, uid_t uid, gid_t gid);

/* Who to be. */
struct spoor_identity {
	uid_t uid;
	gid_t gid;
	const gid_t *_Nullable groups;
	size_t group_count;
};

/* Bit n: CAP_… n of this thread is effective; 0 if that cannot be told. */
uint64_t spoor_effective_capabilities(void);

/* Makes those of the permitted ones effective, and no others, for a while. 0, or an errno. */
int spoor_use_capabilities(uint64_t wanted);

/*
 * Becomes somebody else (NULL: stays) with those of the permitted capabilities at most, for
 * good, also for what it executes; no core is dumped and no process of the user may trace it.
 * Read back. 0, or an errno; EBUSY: there is a second thread, which would keep its own.
 */
int spoor_drop_privileges(const struct spoor_identity *_Nullable identity, uint64_t keep);

/*
 * Starts a process that gives a terminal back as it is now, and writes a farewell to it,
 * should this one end while it holds it. A descriptor to tell it, by a byte, whether this one
 * does (0 at first); or -errno. The descriptor is to be closed by nothing but the end.
 */
int spoor_guard_terminal(int terminal, const char *_Nonnull farewell, size_t length);

/*
 * Forks a process of that name (15 bytes) that nobody has to wait for, in a process group of its
 * own and with all signals blocked. 0 in it, 1 in this one; or -errno.
 */
int spoor_fork_orphan(const char *_Nonnull name);

/* For such a process: closes descriptors, both ends included; 0, or an errno. */
int spoor_close_between(unsigned int first, unsigned int last);

#define SPOOR_SAMPLED_PROGRAMS 64

/* How often an eBPF program ran, and the nanoseconds of that. */
struct spoor_runs {
	uint64_t count, time;
};

/* What eBPF programs did, as far as it was timed; shared with the process that times them. */
struct spoor_run_samples {
	/* Nanoseconds; all but what now goes on. */
	uint64_t timed, untimed;
	/* Nanoseconds that the process itself took. */
	uint64_t cpu;
	/* In all of that time, as follows from what was timed of it. */
	struct spoor_runs of[SPOOR_SAMPLED_PROGRAMS];
};

/*
 * Starts a process that has the kernel time eBPF programs, all of them for a part of the time, and
 * reads what came of these. A descriptor, or -errno. A byte written to it begins the timing,
 * and is answered with one when it has begun; shutdown(SHUT_WR) ends it, and so does the end of
 * this process, and what was timed is complete when nothing is left to read. Needs CAP_SYS_ADMIN:
 * without it there is no answer. Programs are descriptors, -1 for none.
 */
int spoor_start_sampling(struct spoor_run_samples *_Nonnull shared, const int *_Nonnull programs,
			 size_t count);

/* Of the time that is told for, a period: how it is sampled. Nanoseconds. */
struct spoor_window {
	uint64_t period;
	uint64_t length;
	uint64_t start; /* since boot, within the period */
};

/* That of the period from `begin` on, where the first one began at `first`; at a random place. */
struct spoor_window spoor_window_of_period(uint64_t first, uint64_t begin, uint64_t random);

/*
 * For how much a run in the window stands that took `length`: on a busy machine it is longer, and
 * stands for less, but never for less than itself; one that was cut short stands for no more.
 */
double spoor_window_weight(const struct spoor_window *_Nonnull window, uint64_t length);

/*
 * Where the next period begins, the window having ended at `end`. After the process was stopped, or
 * the machine slept, at that end: nothing is made up for.
 */
uint64_t spoor_next_period(uint64_t begin, const struct spoor_window *_Nonnull window,
			   uint64_t end);

void spoor_read_samples(const struct spoor_run_samples *_Nonnull shared,
			struct spoor_run_samples *_Nonnull copy);

/*
 * Makes the code and constants that were used so far no part of this process's memory: the file
 * cache has them, and what is used again is mapped again. Breakpoints in it go, and uprobes.
 */
void spoor_unmap_used_code(void);

/* environ, as this process has it. */
char *_Nullable *_Nullable spoor_environment(void);

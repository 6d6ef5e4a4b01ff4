/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/ioctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Between fork and exec, beside threads that no longer exist: system calls only, no
 * allocation, no lock, no path looked up but the target's own (all of it is traced).
 */

#ifndef SYS_close_range
#define SYS_close_range 436
#endif
#ifndef CLOSE_RANGE_CLOEXEC
#define CLOSE_RANGE_CLOEXEC (1U << 2)
#endif

static _Noreturn void fail(int report, enum spoor_launch_stage stage, int error)
{
	int message[2] = {stage, error};

	/* Shorter than PIPE_BUF: whole or not at all. */
	while (write(report, message, sizeof(message)) < 0 && errno == EINTR)
		;
	_exit(127);
}

/* Dispositions first, the mask later: no handler of spoor's may ever run here. */
static int reset_dispositions(uint64_t ignored)
{
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action = {.sa_handler = SIG_DFL};

		/* glibc keeps the two before SIGRTMIN for itself and refuses them. */
		if (number == SIGKILL || number == SIGSTOP || (number >= 32 && number < SIGRTMIN))
			continue;
		if (ignored & 1ull << (number - 1))
			action.sa_handler = SIG_IGN;
		if (sigaction(number, &action, NULL) < 0)
			return errno;
	}
	return 0;
}

static int restore_limits(const struct rlimit *limits)
{
	for (int resource = 0; resource < RLIM_NLIMITS; resource++) {
		struct rlimit now;

		if (getrlimit(resource, &now) < 0)
			return errno;
		if (now.rlim_cur == limits[resource].rlim_cur &&
		    now.rlim_max == limits[resource].rlim_max)
			continue;
		if (setrlimit(resource, &limits[resource]) < 0)
			return errno;
	}
	return 0;
}

static int take_streams(const struct spoor_launch *launch)
{
	if (launch->leads_session && setsid() < 0)
		return errno;
	if (launch->takes_terminal && ioctl(launch->standard[0], TIOCSCTTY, 0) < 0)
		return errno;
	for (int fd = 0; fd <= 2; fd++)
		if (launch->standard[fd] >= 0 && dup2(launch->standard[fd], fd) < 0)
			return errno;
	return 0;
}

/* By exec, and by exec alone: until then this one and its parent share what they write to. */
static int close_at_exec(void)
{
	struct rlimit limit;

	if (syscall(SYS_close_range, 3, UINT_MAX, CLOSE_RANGE_CLOEXEC) == 0)
		return 0;
	/* Before Linux 5.11, or a seccomp filter refuses it. */
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return errno;
	for (rlim_t fd = 3; fd < limit.rlim_cur; fd++)
		fcntl((int)fd, F_SETFD, FD_CLOEXEC);
	return 0;
}

static int pass_on_descriptors(const struct spoor_launch *launch)
{
	int error = close_at_exec();

	if (error != 0)
		return error;
	for (size_t i = 0; i < launch->passed_count; i++)
		fcntl(launch->passed[i], F_SETFD, 0);
	for (int fd = 0; fd <= 2; fd++)
		if (launch->inherited->closed & 1u << fd && launch->standard[fd] < 0)
			close(fd);
	return 0;
}

/* Tries the candidates as execvp does (glibc 2.36, posix/execvpe.c) and returns the errno. */
static int execute(const struct spoor_launch *launch)
{
	int refused = 0;

	for (char *const *path = launch->candidates; *path != NULL; path++) {
		execve(*path, launch->arguments, launch->environment);
		if (errno == ENOEXEC) {
			launch->shell_arguments[1] = *path;
			execve(launch->shell_arguments[0], launch->shell_arguments,
			       launch->environment);
		}
		switch (errno) {
		case EACCES:
			refused = EACCES;
			break;
		case ENOENT:
		case ENOTDIR:
		case ENODEV:
		case ESTALE:
		case ETIMEDOUT:
			break;
		default:
			return errno;
		}
	}
	if (refused != 0)
		return refused;
	return launch->candidates[0] == NULL ? ENOENT : errno;
}

void spoor_launch_child(const struct spoor_launch *launch, int report)
{
	const struct spoor_inherited *inherited = launch->inherited;
	int error = reset_dispositions(inherited->ignored);

	if (error != 0)
		fail(report, SPOOR_LAUNCH_SIGNALS, error);
	error = take_streams(launch);
	if (error != 0)
		fail(report, SPOOR_LAUNCH_TERMINAL, error);
	/* Descriptors before limits: the fallback must see the limit they were opened under. */
	error = pass_on_descriptors(launch);
	if (error != 0)
		fail(report, SPOOR_LAUNCH_DESCRIPTORS, error);
	error = restore_limits(inherited->limits);
	if (error != 0)
		fail(report, SPOOR_LAUNCH_LIMITS, error);
	if (launch->switches_user) {
		enum spoor_launch_stage stage = spoor_launch_become(launch, &error);

		if (stage != SPOOR_LAUNCH_STARTED)
			fail(report, stage, error);
	}
	if (launch->directory != NULL && chdir(launch->directory) < 0)
		fail(report, SPOOR_LAUNCH_DIRECTORY, errno);
	if (sigprocmask(SIG_SETMASK, &inherited->mask, NULL) < 0)
		fail(report, SPOOR_LAUNCH_SIGNALS, errno);
	fail(report, SPOOR_LAUNCH_EXEC, execute(launch));
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

int spoor_fork_orphan(const char *name)
{
	int status = 0;
	sigset_t all;
	/* Twice, so that it is nobody's child whom somebody has to wait for. */
	pid_t middle = fork();

	if (middle == 0) {
		pid_t child = fork();

		if (child != 0)
			_exit(child < 0 ? errno : 0);
		sigfillset(&all);
		sigprocmask(SIG_BLOCK, &all, NULL);
		prctl(PR_SET_NAME, name);
		/* `kill -9 %1` is for all of a job. */
		setpgid(0, 0);
		return 0;
	}
	if (middle < 0)
		return -errno;
	while (waitpid(middle, &status, 0) < 0 && errno == EINTR)
		;
	status = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
	return status ? -status : 1;
}

int spoor_close_between(unsigned int first, unsigned int last)
{
	struct rlimit limit;

	if (first > last || syscall(SYS_close_range, first, last, 0) == 0)
		return 0;
	/* Only a seccomp filter refuses it: the kernels spoor runs on have it (5.9). */
	if (getrlimit(RLIMIT_NOFILE, &limit) < 0)
		return errno;
	for (rlim_t fd = first; fd < limit.rlim_cur && fd <= last; fd++)
		close((int)fd);
	return 0;
}

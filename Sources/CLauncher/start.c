/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

static struct spoor_launched failed(enum spoor_launch_stage stage, int error)
{
	return (struct spoor_launched){.stage = stage, .error = error, .pid = -1, .pidfd = -1};
}

static void reap(pid_t pid)
{
	while (waitpid(pid, NULL, 0) < 0 && errno == EINTR)
		;
}

/* Both ends above descriptor 2, which the child leaves alone, and closed by exec. */
static int open_report(int report[2])
{
	int low[2];

	if (pipe2(low, O_CLOEXEC) < 0)
		return errno;
	report[0] = fcntl(low[0], F_DUPFD_CLOEXEC, 3);
	report[1] = fcntl(low[1], F_DUPFD_CLOEXEC, 3);
	int error = report[0] < 0 || report[1] < 0 ? errno : 0;
	close(low[0]);
	close(low[1]);
	if (error != 0) {
		close(report[0]);
		close(report[1]);
	}
	return error;
}

/* Every signal is held back over the fork, so that the child meets none with spoor's handlers. */
static pid_t fork_child(const struct spoor_launch *launch, int report)
{
	sigset_t all, before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	pid_t pid = fork();
	if (pid == 0)
		spoor_launch_child(launch, report);
	int error = errno;
	pthread_sigmask(SIG_SETMASK, &before, NULL);
	errno = error;
	return pid;
}

/* End of file means that exec closed the pipe. */
static struct spoor_launched read_report(int report, pid_t pid, int pidfd)
{
	int message[2];
	ssize_t count;

	do {
		count = read(report, message, sizeof(message));
	} while (count < 0 && errno == EINTR);
	if (count == sizeof(message)) {
		reap(pid);
		close(pidfd);
		return failed((enum spoor_launch_stage)message[0], message[1]);
	}
	return (struct spoor_launched){.stage = SPOOR_LAUNCH_STARTED, .pid = pid, .pidfd = pidfd};
}

struct spoor_launched spoor_launch_start(const struct spoor_launch *launch)
{
	int report[2];
	int error = open_report(report);

	if (error != 0)
		return failed(SPOOR_LAUNCH_PIPE, error);
	pid_t pid = fork_child(launch, report[1]);
	error = errno;
	close(report[1]);
	if (pid < 0) {
		close(report[0]);
		return failed(SPOOR_LAUNCH_FORK, error);
	}
	/* Sets close-on-exec. Nobody else waits for this child, so the number is still its own. */
	int pidfd = spoor_pidfd_open(pid);
	if (pidfd < 0) {
		error = -pidfd;
		close(report[0]);
		kill(pid, SIGKILL);
		reap(pid);
		return failed(SPOOR_LAUNCH_PIDFD, error);
	}
	struct spoor_launched launched = read_report(report[0], pid, pidfd);
	close(report[0]);
	return launched;
}

void spoor_reap_others(pid_t kept)
{
	siginfo_t ended;

	for (;;) {
		ended.si_pid = 0;
		if (waitid(P_ALL, 0, &ended, WEXITED | WNOHANG | WNOWAIT) < 0 ||
		    ended.si_pid == 0 || ended.si_pid == kept)
			return;
		reap(ended.si_pid);
	}
}

int spoor_pidfd_kill(int pidfd, int signal)
{
	return syscall(SYS_pidfd_send_signal, pidfd, signal, NULL, 0) < 0 ? errno : 0;
}

int spoor_pidfd_open(pid_t pid)
{
	int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);

	return pidfd < 0 ? -errno : pidfd;
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

/*
 * What a killed program leaves of a terminal is no sight: no echo, another screen,
 * no cursor. SIGKILL cannot be caught, so another process waits for the end.
 */
struct guard {
	int terminal;
	/* Who has the terminal when it is to be given back. */
	pid_t group;
	struct termios modes;
	const char *farewell;
	size_t length;
};

static void give_back(const struct guard *guard)
{
	struct pollfd output = {.fd = guard->terminal, .events = POLLOUT};
	pid_t group = tcgetpgrp(guard->terminal);

	/* A shell that has it again has set the modes that it wants. */
	if (group < 0 || group == guard->group)
		tcsetattr(guard->terminal, TCSANOW, &guard->modes);
	/* One that was stopped (Ctrl-S) takes nothing. */
	if (poll(&output, 1, 0) == 1 && output.revents == POLLOUT)
		(void)!write(guard->terminal, guard->farewell, guard->length);
}

/* In the child: needs nothing, and nothing but SIGKILL reaches it. */
static _Noreturn void watch(struct guard *guard, int news)
{
	char is_held = 0;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, NULL);
	prctl(PR_SET_NAME, "tty-guard");
	/* `kill -9 %1` is for all of a job. */
	setpgid(0, 0);
	if (dup2(guard->terminal, 1) < 0 || dup2(news, 0) < 0 || spoor_close_between(2, ~0U) ||
	    spoor_drop_privileges(NULL, 0))
		_exit(1);
	guard->terminal = 1;
	while (read(0, &is_held, 1) == 1)
		;
	if (is_held)
		give_back(guard);
	_exit(0);
}

int spoor_guard_terminal(int terminal, const char *farewell, size_t length)
{
	struct guard guard = {
		.terminal = terminal, .group = getpgrp(), .farewell = farewell, .length = length};
	int news[2], status;
	pid_t middle;

	if (tcgetattr(terminal, &guard.modes) || pipe2(news, O_CLOEXEC))
		return -errno;
	/* Twice, so that it is nobody's child whom somebody has to wait for. */
	middle = fork();
	if (middle == 0) {
		pid_t child = fork();

		if (child == 0)
			watch(&guard, news[0]);
		_exit(child < 0 ? errno : 0);
	}
	close(news[0]);
	status = middle < 0 ? errno : 0;
	if (middle > 0) {
		while (waitpid(middle, &status, 0) < 0 && errno == EINTR)
			;
		status = WIFEXITED(status) ? WEXITSTATUS(status) : ECHILD;
	}
	if (status) {
		close(news[1]);
		return -status;
	}
	return news[1];
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
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

	if (tcgetattr(terminal, &guard.modes) || pipe2(news, O_CLOEXEC))
		return -errno;
	status = spoor_fork_orphan("tty-guard");
	if (status == 0)
		watch(&guard, news[0]);
	close(news[0]);
	if (status > 0)
		return news[1];
	close(news[1]);
	return status;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * siblings COUNT: makes its own parent wait for COUNT children (CLONE_PARENT), each of which has
 * left the process table before the next one comes; but not the last, which ends after this
 * program. Truth: "reapings", a row each.
 */
#include "conformance.h"
#include <linux/sched.h>
#include <signal.h>
#include <time.h>

enum { LOOKS = 1000, NANOSECONDS_BETWEEN = 10000000 };

static pid_t clone_sibling(void)
{
	struct clone_args arguments = { .flags = CLONE_PARENT };
	pid_t pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid < 0)
		die("clone3 failed");
	return pid;
}

static void await_reaping(pid_t pid)
{
	static const struct timespec pause = { .tv_nsec = NANOSECONDS_BETWEEN };

	for (int i = 0; i < LOOKS; i++) {
		if (kill(pid, 0))
			return;
		nanosleep(&pause, NULL);
	}
	die("nobody reaped %d", pid);
}

/* Ends when this program, which holds the pipe's other end, has. */
static pid_t start_last(void)
{
	static int lifeline[2];
	char byte;
	pid_t pid;

	pipe_or_die(lifeline);
	pid = clone_sibling();
	if (pid == 0) {
		close(lifeline[1]);
		_exit(read(lifeline[0], &byte, 1) == 0 ? 0 : 1);
	}
	return pid;
}

static void print_row(pid_t pid)
{
	printf("{\"class\":\"sibling\",\"pid\":%d,\"namespacePid\":%d,\"spawnerPid\":%d,"
	       "\"code\":0,\"signal\":null,\"dumpedCore\":false,\"reaped\":true,"
	       "\"reapedBy\":\"parent\",\"reaperPid\":%d,\"tracerPid\":null}",
	       pid, pid, getpid(), getppid());
}

int main(int argc, char **argv)
{
	unsigned long count;
	pid_t pid;

	if (argc != 2)
		die("usage: siblings COUNT");
	count = number_argument(argv[1]);
	printf("{\"program\":\"siblings\",\"pid\":%d,\n\"reapings\":[", getpid());
	fflush(stdout);
	for (unsigned long i = 1; i < count; i++) {
		pid = clone_sibling();
		if (pid == 0)
			_exit(0);
		await_reaping(pid);
		print_row(pid);
		puts(",");
		fflush(stdout);
	}
	print_row(start_last());
	printf("]");
	json_end();
	return 0;
}

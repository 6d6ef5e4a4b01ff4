// SPDX-License-Identifier: Apache-2.0
// A process to be traced: it does what the lines on its standard input say and
// answers each with one line of JSON. Between the lines it makes no system call
// that a tracer of opens would show.
//
//   getppid BATCHES CALLS   time CALLS raw getppid calls, BATCHES times
//   open BATCHES CALLS PATH time CALLS pairs of open and close, BATCHES times
//   tty BATCHES CALLS       time CALLS writes of 16 bytes to a terminal of its own
//   cycle BATCHES CALLS     time CALLS children that execute this program, end and are reaped
//   distinct CALLS PATH     open CALLS names that begin with PATH and that there are not
//   steady PATH             open PATH each millisecond until the next line comes
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <pty.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <termios.h>
#include <time.h>
#include <unistd.h>

enum { max_batches = 1000 };

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void fail(const char *what)
{
	perror(what);
	exit(1);
}

static void open_and_close(const char *path)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);

	if (fd < 0)
		fail(path);
	syscall(SYS_close, fd);
}

static const char *program;
static int terminal_master = -1, terminal;

/* Its own, and raw: what is written comes out of the master as it is. */
static void have_terminal(void)
{
	struct termios mode = {};

	if (terminal_master >= 0)
		return;
	cfmakeraw(&mode);
	if (openpty(&terminal_master, &terminal, NULL, &mode, NULL))
		fail("openpty");
}

static void drain_terminal(long bytes)
{
	static char taken[4096];

	while (bytes > 0) {
		long count = read(terminal_master, taken, sizeof(taken));

		if (count <= 0)
			fail("read");
		bytes -= count;
	}
}

static void do_open(long calls, const char *path)
{
	for (long i = 0; i < calls; i++)
		open_and_close(path);
}

static void do_getppid(long calls, const char *unused)
{
	(void)unused;
	for (long i = 0; i < calls; i++)
		syscall(SYS_getppid);
}

/* Drained now and then: a reader beside it would be measured, too. */
static void do_write(long calls, const char *unused)
{
	static const char text[] = "0123456789abcdef";
	const long size = sizeof(text) - 1;
	long unread = 0;

	(void)unused;
	for (long i = 0; i < calls; i++) {
		if (write(terminal, text, size) != size)
			fail("write");
		unread += size;
		if (unread < 2048)
			continue;
		drain_terminal(unread);
		unread = 0;
	}
	drain_terminal(unread);
}

static void do_cycle(long calls, const char *unused)
{
	char *arguments[] = { "workload", "end", NULL }, *environment[] = { NULL };

	(void)unused;
	for (long i = 0; i < calls; i++) {
		pid_t child = fork();
		int status;

		if (!child) {
			execve(program, arguments, environment);
			_exit(127);
		}
		if (child < 0 || waitpid(child, &status, 0) != child)
			fail(program);
		if (status) {
			fprintf(stderr, "workload: cannot execute %s\n", program);
			exit(1);
		}
	}
}

static double ns_per_call(long calls, const char *path, void (*work)(long, const char *))
{
	long long start = now_ns();

	work(calls, path);
	return (double)(now_ns() - start) / calls;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(int batches, long calls, const char *path, void (*work)(long, const char *))
{
	static double ns[max_batches];
	double sum = 0;

	if (batches < 1 || batches > max_batches || calls < 1) {
		fprintf(stderr, "workload: needs 1 to %d batches of 1 or more calls\n", max_batches);
		exit(2);
	}
	for (int i = 0; i < batches; i++)
		sum += ns[i] = ns_per_call(calls, path, work);
	qsort(ns, batches, sizeof(ns[0]), ascending);
	printf("{\"calls\": %ld, \"mean\": %.2f, \"median\": %.2f, \"min\": %.2f}\n",
	       batches * calls, sum / batches, ns[batches / 2], ns[0]);
}

static void open_distinct(long calls, const char *path)
{
	char name[8192];

	for (long i = 0; i < calls; i++) {
		snprintf(name, sizeof(name), "%s-none-%06ld", path, i);
		if (syscall(SYS_openat, AT_FDCWD, name, O_RDONLY) >= 0)
			fail(name);
	}
	printf("{\"calls\": %ld}\n", calls);
}

static void open_steadily(const char *path)
{
	struct pollfd input = { .fd = STDIN_FILENO, .events = POLLIN };
	long calls = 0;

	for (; poll(&input, 1, 1) == 0; calls++)
		open_and_close(path);
	printf("{\"calls\": %ld}\n", calls);
}

/* Byte by byte, so that poll() above sees each line that is not yet taken. */
static int read_line(char *line, size_t size)
{
	size_t used = 0;

	while (used + 1 < size && read(STDIN_FILENO, line + used, 1) == 1 && line[used] != '\n')
		used++;
	line[used] = '\0';
	return used > 0;
}

int main(int count, char **arguments)
{
	static char line[4096], path[4096];
	int batches;
	long calls;

	if (count > 1)
		return 0; /* a child of do_cycle */
	program = arguments[0];
	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("{\"pid\": %d}\n", getpid());
	while (read_line(line, sizeof(line))) {
		if (sscanf(line, "getppid %d %ld", &batches, &calls) == 2)
			measure(batches, calls, NULL, do_getppid);
		else if (sscanf(line, "open %d %ld %4095s", &batches, &calls, path) == 3)
			measure(batches, calls, path, do_open);
		else if (sscanf(line, "tty %d %ld", &batches, &calls) == 2)
			have_terminal(), measure(batches, calls, NULL, do_write);
		else if (sscanf(line, "cycle %d %ld", &batches, &calls) == 2)
			measure(batches, calls, NULL, do_cycle);
		else if (sscanf(line, "distinct %ld %4095s", &calls, path) == 2)
			open_distinct(calls, path);
		else if (sscanf(line, "steady %4095s", path) == 1)
			open_steadily(path);
		else
			return fprintf(stderr, "workload: cannot read '%s'\n", line), 2;
	}
	return 0;
}

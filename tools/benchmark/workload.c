// SPDX-License-Identifier: Apache-2.0
// A process to be traced: it does what the lines on its standard input say and
// answers each with one line of JSON. Between the lines it makes no system call
// that a tracer of opens would show.
//
//   getppid BATCHES CALLS   time CALLS raw getppid calls, BATCHES times
//   open BATCHES CALLS PATH time CALLS pairs of open and close, BATCHES times
//   steady PATH             open PATH each millisecond until the next line comes
#define _GNU_SOURCE
#include <fcntl.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

enum { max_batches = 1000 };

static long long now_ns(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return t.tv_sec * 1000000000LL + t.tv_nsec;
}

static void open_and_close(const char *path)
{
	long fd = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY);

	if (fd < 0) {
		perror(path);
		exit(1);
	}
	syscall(SYS_close, fd);
}

/* A path means open and close, none means getppid. */
static double ns_per_call(long calls, const char *path)
{
	long long start = now_ns();

	if (path)
		for (long i = 0; i < calls; i++)
			open_and_close(path);
	else
		for (long i = 0; i < calls; i++)
			syscall(SYS_getppid);
	return (double)(now_ns() - start) / calls;
}

static int ascending(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return (x > y) - (x < y);
}

static void measure(int batches, long calls, const char *path)
{
	static double ns[max_batches];
	double sum = 0;

	if (batches < 1 || batches > max_batches || calls < 1) {
		fprintf(stderr, "workload: needs 1 to %d batches of 1 or more calls\n", max_batches);
		exit(2);
	}
	for (int i = 0; i < batches; i++)
		sum += ns[i] = ns_per_call(calls, path);
	qsort(ns, batches, sizeof(ns[0]), ascending);
	printf("{\"calls\": %ld, \"mean\": %.2f, \"median\": %.2f, \"min\": %.2f}\n",
	       batches * calls, sum / batches, ns[batches / 2], ns[0]);
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

int main(void)
{
	static char line[4096], path[4096];
	int batches;
	long calls;

	setvbuf(stdout, NULL, _IOLBF, 0);
	printf("{\"pid\": %d}\n", getpid());
	while (read_line(line, sizeof(line))) {
		if (sscanf(line, "getppid %d %ld", &batches, &calls) == 2)
			measure(batches, calls, NULL);
		else if (sscanf(line, "open %d %ld %4095s", &batches, &calls, path) == 3)
			measure(batches, calls, path);
		else if (sscanf(line, "steady %4095s", path) == 1)
			open_steadily(path);
		else
			return fprintf(stderr, "workload: cannot read '%s'\n", line), 2;
	}
	return 0;
}

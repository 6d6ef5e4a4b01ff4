/* SPDX-License-Identifier: Apache-2.0 */
/*
 * execthread DIR N M: two threads open DIR/before, N times in all; then the one
 * that is not the leader fails to exec DIR/missing, and execs DIR/program, which
 * opens DIR/after M times. The process keeps its id, its other threads end.
 * Truth: "lookups" of both images, and "threads": the ids before the exec.
 */
#include "conformance.h"
#include <pthread.h>

#define AFTER_ARGUMENT "--after"

static const char *directory;
static unsigned long opens_before, opens_after;

static void open_times(const char *name, unsigned long times)
{
	char *path = text("%s/%s", directory, name);

	for (unsigned long i = 0; i < times; i++)
		close(open_counted(path, O_RDONLY | O_CREAT | O_CLOEXEC));
	free(path);
}

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

static void *exec_in_thread(void *unused)
{
	char *arguments[] = { "execthread",
			      AFTER_ARGUMENT,
			      (char *)directory,
			      text("%lu", opens_before),
			      text("%lu", opens_after),
			      text("%d", getpid()),
			      text("%d", gettid()),
			      NULL };
	char *no_environment[] = { NULL };
	char *missing = text("%s/missing", directory);
	char *program = text("%s/program", directory);

	(void)unused;
	open_times("before", opens_before - opens_before / 2);
	if (syscall(SYS_execve, missing, arguments, no_environment) != -1 || errno != ENOENT)
		die("a missing program should not exec");
	syscall(SYS_execve, program, arguments, no_environment);
	die("cannot exec %s", program);
}

static void add_row(const char *operation, const char *name, unsigned long count, int error)
{
	char *path = text("%s/%s", directory, name);

	if (count)
		truth_add((struct truth_row){ .operation = operation,
					      .count = count,
					      .pid = getpid(),
					      .error = error },
			  path);
	free(path);
}

/* The new image: --after DIR N M PID TID */
static int after(char **arguments)
{
	int process = atoi(arguments[5]), thread = atoi(arguments[6]);

	directory = arguments[2];
	opens_before = number_argument(arguments[3]);
	opens_after = number_argument(arguments[4]);
	if (getpid() != process || gettid() != process)
		die("the process has changed its id");
	open_times("after", opens_after);
	add_row("openat", "before", opens_before, 0);
	add_row("openat", "program", 1, 0); /* copied */
	add_row("execve", "missing", 1, ENOENT);
	add_row("execve", "program", 1, 0);

	printf("{\"program\":\"execthread\",\"pid\":%d,\"exit\":{\"code\":0,\"signal\":null},"
	       "\"threads\":{\"leader\":%d,\"execed\":%d}",
	       process, process, thread);
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

int main(int argc, char **argv)
{
	pthread_t thread;
	char *program;

	if (argc == 7 && !strcmp(argv[1], AFTER_ARGUMENT))
		return after(argv);
	if (argc != 4)
		die("usage: execthread DIR N M");
	directory = directory_argument(argv[1]);
	opens_before = number_argument(argv[2]);
	opens_after = number_argument(argv[3]);
	program = text("%s/program", directory);
	copy_self(program);
	open_times("before", opens_before / 2);
	if (pthread_create(&thread, NULL, wait_for_ever, NULL) ||
	    pthread_create(&thread, NULL, exec_in_thread, NULL))
		die("no threads");
	wait_for_ever(NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * storm DIR PROCESSES OPENS: children, started together, each open and close a
 * file of their own, DIR/storm-<i>, OPENS times as fast as they can.
 * Truth: "lookups", one row by child; "total", their sum.
 */
#include "conformance.h"

struct child {
	pid_t pid;
	char *path;
};

/* The first read ends when the last writer has closed: for all at once. */
static void storm(int barrier, const char *path, unsigned long opens)
{
	char byte;

	if (read(barrier, &byte, 1) != 0)
		die("the barrier is broken");
	for (unsigned long i = 0; i < opens; i++) {
		long descriptor = syscall(SYS_openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0);

		if (descriptor < 0)
			die("cannot open %s", path);
		syscall(SYS_close, descriptor);
	}
	_exit(0);
}

static void start(struct child *children, unsigned long processes, unsigned long opens)
{
	int barrier[2];

	pipe_or_die(barrier);
	for (unsigned long i = 0; i < processes; i++) {
		children[i].pid = fork_or_die();
		if (children[i].pid == 0) {
			close(barrier[1]);
			storm(barrier[0], children[i].path, opens);
		}
	}
	close(barrier[0]);
	close(barrier[1]);
}

int main(int argc, char **argv)
{
	unsigned long processes, opens;
	struct child *children;

	if (argc != 4)
		die("usage: storm DIR PROCESSES OPENS");
	processes = number_argument(argv[2]);
	opens = number_argument(argv[3]);
	children = calloc(processes, sizeof(*children));
	if (!children)
		die("no memory");
	for (unsigned long i = 0; i < processes; i++) {
		children[i].path = text("%s/storm-%lu", directory_argument(argv[1]), i);
		make_file(children[i].path);
	}
	start(children, processes, opens);
	for (unsigned long i = 0; i < processes; i++) {
		reap(children[i].pid, 0);
		truth_add((struct truth_row){ .operation = "openat",
					      .count = opens,
					      .pid = children[i].pid },
			  children[i].path);
	}

	printf("{\"program\":\"storm\",\"pid\":%d,\"total\":%lu", getpid(), processes * opens);
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * typing COMMAND ARGUMENT...: a terminal emulator that nobody follows. Runs the
 * command with a pty's slave as its standard input, and types into the master
 * what typing --inside asks for there.
 * Truth: "pty", the index; "bytes" and "writes" that the master took.
 *
 * typing --inside: writes to its standard input, a terminal, in cooked mode and,
 * half a second later, in raw mode; then reads what is typed.
 */
#include "tty.h"

#define CHUNKS 5
#define CHUNK 37
#define PAUSE_US 500000

static int inside(void)
{
	struct side slave = { .descriptor = 0 };
	char got[CHUNK * CHUNKS];
	size_t length = 0;

	if (write(0, "c", 1) != 1)
		die("no terminal");
	usleep(PAUSE_US);
	make_raw(slave.descriptor);
	if (write(0, "r", 1) != 1)
		die("no terminal");
	while (length < sizeof(got)) {
		ssize_t more = read(0, got, sizeof(got) - length);

		if (more <= 0)
			die("the terminal ended early");
		length += more;
	}
	return 0;
}

int main(int argc, char **argv)
{
	struct pair pair;
	int status;
	pid_t pid;

	if (argc == 2 && !strcmp(argv[1], "--inside"))
		return inside();
	if (argc < 2)
		die("usage: typing COMMAND ARGUMENT...");
	rows = shared_memory(sizeof(*rows));
	pair = open_pair();
	pid = fork_or_die();
	if (pid == 0) {
		if (dup2(pair.slave.descriptor, 0))
			die("no standard input");
		close(pair.slave.descriptor);
		close(pair.master.descriptor);
		execv(argv[1], argv + 1);
		die("cannot run %s", argv[1]);
	}
	drain(&pair.master, 2);
	memset(block, 'k', sizeof(block));
	for (int i = 0; i < CHUNKS; i++)
		if (write(pair.master.descriptor, block, CHUNK) != CHUNK)
			die("the master took only a part");
	if (waitpid(pid, &status, 0) != pid || status)
		die("the command failed with status %d", status);
	printf("{\"program\":\"typing\",\"pid\":%d,\"pty\":%u,\"bytes\":%d,\"writes\":%d", getpid(),
	       pair.slave.index, CHUNK * CHUNKS, CHUNKS);
	json_end();
	return 0;
}

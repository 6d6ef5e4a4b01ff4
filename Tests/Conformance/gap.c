/* SPDX-License-Identifier: Apache-2.0 */
/*
 * gap DIR OPENS ZOMBIES: when the named pipe DIR/go says so, OPENS opens, which
 * overflow a small ring, then ZOMBIES children that nobody waits for, half as
 * many that are reaped, and one that lives under another program's name. Then
 * DIR/done is written to, and all ends when DIR/end says so.
 * Truth: "children"; "living", the id of the one that lives.
 */
#include "conformance.h"
#include <signal.h>

static void await_named(const char *directory, const char *name)
{
	char *path = text("%s/%s", directory, name), byte;
	int pipe = open(path, O_RDONLY | O_CLOEXEC);

	if (pipe < 0 || read(pipe, &byte, 1) != 1)
		die("nobody wrote to %s", path);
	close(pipe);
	free(path);
}

static void tell_named(const char *directory, const char *name)
{
	char *path = text("%s/%s", directory, name);
	int pipe = open(path, O_WRONLY | O_CLOEXEC);

	if (pipe < 0)
		die("cannot open %s", path);
	tell(pipe);
	close(pipe);
	free(path);
}

static void make_zombie(void)
{
	siginfo_t information;
	pid_t pid = fork_or_die();

	if (pid == 0)
		_exit(0);
	if (waitid(P_PID, pid, &information, WEXITED | WNOWAIT))
		die("no child to look at");
}

/* `cat` reads a pipe that is at its end when this program is. */
static pid_t start_cat(void)
{
	static int lifeline[2], executed[2];
	char byte;
	pid_t pid;

	pipe_or_die(lifeline);
	pipe_or_die(executed);
	pid = fork_or_die();
	if (pid == 0) {
		close(lifeline[1]);
		dup2(lifeline[0], STDIN_FILENO);
		execl("/bin/cat", "cat", NULL);
		_exit(EXIT_NOT_EXECUTED);
	}
	close(executed[1]);
	if (read(executed[0], &byte, 1) != 0) /* exec closes the other end */
		die("cat did not start");
	return pid;
}

int main(int argc, char **argv)
{
	unsigned long opens, zombies;
	const char *directory;
	pid_t living;

	if (argc != 4)
		die("usage: gap DIR OPENS ZOMBIES");
	directory = directory_argument(argv[1]);
	opens = number_argument(argv[2]);
	zombies = number_argument(argv[3]);
	await_named(directory, "go");
	for (unsigned long i = 0; i < opens; i++)
		close(open(directory, O_RDONLY | O_CLOEXEC));
	for (unsigned long i = 0; i < zombies; i++)
		make_zombie();
	for (unsigned long i = 0; i < zombies / 2; i++) {
		pid_t pid = fork_or_die();

		if (pid == 0)
			_exit(0);
		reap(pid, 0);
	}
	living = start_cat();
	tell_named(directory, "done");
	await_named(directory, "end");
	printf("{\"program\":\"gap\",\"pid\":%d,\"living\":%d", getpid(), living);
	printf(",\n\"children\":{\"spawned\":%lu,\"reaped\":%lu,\"zombies\":%lu,\"alive\":1}",
	       zombies + zombies / 2 + 1, zombies / 2, zombies);
	json_end();
	return 0;
}

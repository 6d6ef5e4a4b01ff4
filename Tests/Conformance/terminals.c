/* SPDX-License-Identifier: Apache-2.0 */
/*
 * terminals DIR: the calls beside write and writev that reach a terminal, with
 * what they return: pwrite64 and pwritev (a terminal has no position: ESPIPE),
 * pwritev2, sendfile, splice; a descriptor taken by pidfd_getfd; TIOCSTI, which
 * is neither output nor input; and two devpts mounts with equal indices.
 * tee needs a pipe at both ends, so it cannot reach a terminal at all.
 * Truth: "ttys" as of tty.c; "twins", the bytes of each of the equal terminals,
 * which are in no row of "ttys"; "skipped" where there may be no mount.
 */
#include "tty.h"
#include <sched.h>
#include <sys/mount.h>
#include <sys/pidfd.h>
#include <sys/sendfile.h>

static void positioned(const struct side *to, const struct side *from)
{
	struct iovec parts[] = { { block, 100 }, { block, 23 } };

	must_fail(ESPIPE, counted(to, syscall(SYS_pwrite64, to->descriptor, block, 10, 0L)));
	must_fail(ESPIPE, counted(to, syscall(SYS_pwritev, to->descriptor, parts, 2, 0L, 0L)));
	must_fail(ESPIPE, counted(to, syscall(SYS_pwritev2, to->descriptor, parts, 2, 5L, 0L, 0)));
	if (counted(to, syscall(SYS_pwritev2, to->descriptor, parts, 2, -1L, -1L, 0)) != 123)
		die("pwritev2 should take 123 bytes");
	drain(from, 123);
}

static void copied(const struct side *to, const struct side *from)
{
	int file = memfd_create("terminals", MFD_CLOEXEC);
	int ends[2];
	ssize_t result;

	if (write(file, block, 700) != 700 || lseek(file, 0, SEEK_SET))
		die("no file");
	result = counted(to, syscall(SYS_sendfile, to->descriptor, file, NULL, 700UL));
	if (result > 0)
		drain(from, result);
	pipe_or_die(ends);
	if (write(ends[1], block, 900) != 900)
		die("the pipe took only a part");
	must_fail(EINVAL, syscall(SYS_tee, ends[0], to->descriptor, 900UL, 0));
	result = counted(to, syscall(SYS_splice, ends[0], NULL, to->descriptor, NULL, 900UL, 0));
	if (result != 900)
		die("splice should move 900 bytes");
	drain(from, 900);
	close(file);
	close(ends[0]);
	close(ends[1]);
}

/* The child has closed its own, and takes its parent's. */
static void taken(const struct pair *pair)
{
	int ready[2];
	pid_t pid, parent = getpid();

	pipe_or_die(ready);
	pid = fork_or_die();
	if (pid == 0) {
		struct side slave = pair->slave;
		int descriptor = syscall(SYS_pidfd_open, parent, 0);

		close(pair->slave.descriptor);
		slave.descriptor =
			syscall(SYS_pidfd_getfd, descriptor, pair->slave.descriptor, 0);
		if (slave.descriptor < 0)
			die("cannot take a descriptor");
		write_whole(&slave, 333);
		_exit(0);
	}
	reap(pid, 0);
	drain(&pair->master, 333);
}

/* As if typed: no call wrote it. */
static void simulated(const struct pair *pair)
{
	for (int i = 0; i < 5; i++)
		if (ioctl(pair->slave.descriptor, TIOCSTI, "x"))
			die("TIOCSTI refused");
	drain(&pair->slave, 5);
}

static struct pair pair_of(const char *mount)
{
	char *name = text("%s/ptmx", mount);
	struct pair pair = { .master.input = true };
	int unlock = 0;

	pair.master.descriptor = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (pair.master.descriptor < 0 || ioctl(pair.master.descriptor, TIOCSPTLCK, &unlock) ||
	    ioctl(pair.master.descriptor, TIOCGPTN, &pair.master.index))
		die("no pseudo terminal below %s", mount);
	pair.slave = slave_of(&pair.master);
	make_raw(pair.slave.descriptor);
	free(name);
	return pair;
}

#define TWINS 2

/* Not counted in rows: only the instance tells these terminals apart. */
static void twins(const char *directory)
{
	struct pair pairs[TWINS];

	if (unshare(CLONE_NEWNS) || mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)) {
		printf(",\n\"skipped\":\"no mount namespace here\"");
		return;
	}
	for (int i = 0; i < TWINS; i++) {
		char *mount_point = text("%s/devpts-%d", directory, i);

		make_directory(mount_point);
		if (mount("devpts", mount_point, "devpts", 0, "newinstance,ptmxmode=0666"))
			die("cannot mount devpts");
		pairs[i] = pair_of(mount_point);
		if (pairs[i].slave.index != pairs[0].slave.index)
			die("the indices are not equal");
	}
	printf(",\n\"twins\":[");
	for (int i = 0; i < TWINS; i++) {
		size_t output = 1000 + i, input = 50 + i;

		if (write(pairs[i].slave.descriptor, block, output) != (ssize_t)output ||
		    write(pairs[i].master.descriptor, block, input) != (ssize_t)input)
			die("a write was not whole");
		drain(&pairs[i].master, output);
		drain(&pairs[i].slave, input);
		printf("%s{\"output\":%zu,\"input\":%zu}", i ? "," : "", output, input);
	}
	printf("]");
}

int main(int argc, char **argv)
{
	struct pair pair;

	if (argc != 2)
		die("usage: terminals DIR");
	rows = shared_memory(sizeof(*rows));
	memset(block, 'x', sizeof(block));
	/* The twins get index 0 each: this pair must not, and stays out of their way. */
	open_pair();
	pair = open_pair();
	make_raw(pair.slave.descriptor);
	positioned(&pair.slave, &pair.master);
	positioned(&pair.master, &pair.slave);
	copied(&pair.slave, &pair.master);
	copied(&pair.master, &pair.slave);
	taken(&pair);
	simulated(&pair);
	printf("{\"program\":\"terminals\",\"pid\":%d", getpid());
	print_ttys();
	fflush(stdout);
	twins(directory_argument(argv[1]));
	json_end();
	return 0;
}

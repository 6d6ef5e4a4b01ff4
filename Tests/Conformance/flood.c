/* SPDX-License-Identifier: Apache-2.0 */
/*
 * flood DIR N M SECONDS: a child that opens N paths of 4,095 bytes, no two
 * alike, forks M children and writes as often to a terminal, as fast as it can,
 * and again until the time is over; and beside it, for as long, a quiet one,
 * which looks the same few paths up, forks and writes a little. Truth: "quiet"
 * and "loud", what each did in all.
 */
#include "conformance.h"

#include <sched.h>
#include <time.h>

/* What one of the two did. */
struct deeds {
	pid_t pid;
	unsigned long lookups, failed, children, bytes;
};

static void look_up(struct deeds *deeds, const char *path)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);

	deeds->lookups++;
	if (file < 0)
		deeds->failed++;
	else
		close(file);
}

static void have_child(struct deeds *deeds)
{
	pid_t pid = fork_or_die();

	if (!pid)
		_exit(0);
	reap(pid, 0);
	deeds->children++;
}

/* Nobody reads: what finds no room fails, and counts no bytes. */
static void write_some(struct deeds *deeds, int terminal)
{
	ssize_t count = write(terminal, "flood\n", 6);

	if (count > 0)
		deeds->bytes += count;
}

static void be_loud(struct deeds *deeds, int terminal, unsigned long paths, unsigned long children,
		    time_t end)
{
	char path[LONGEST_PATH + 1];

	/* Nobody has such a name: the walk ends at once, whatever comes after. */
	memset(path, 'x', LONGEST_PATH);
	for (size_t i = 0; i < LONGEST_PATH; i += 200)
		path[i] = '/';
	path[LONGEST_PATH] = 0;
	for (unsigned long i = 0; i < paths || time(NULL) < end; i++) {
		char number[17];

		snprintf(number, sizeof(number), "%016lx", i % paths);
		memcpy(path + LONGEST_PATH - 16, number, 16);
		look_up(deeds, path);
		if (i % (paths / children) == 0)
			have_child(deeds);
		write_some(deeds, terminal);
	}
}

static void be_quiet(struct deeds *deeds, int terminal, const char *folder, const bool *is_over)
{
	char *missing = text("%s/missing", folder);

	while (!__atomic_load_n(is_over, __ATOMIC_ACQUIRE)) {
		look_up(deeds, folder);
		look_up(deeds, missing);
		have_child(deeds);
		write_some(deeds, terminal);
		sched_yield();
	}
	free(missing);
}

static int open_terminal(int *master)
{
	char name[64];
	int slave;

	*master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (*master < 0 || grantpt(*master) || unlockpt(*master) ||
	    ptsname_r(*master, name, sizeof(name)))
		die("no pty");
	slave = open(name, O_RDWR | O_NOCTTY | O_CLOEXEC | O_NONBLOCK);
	if (slave < 0)
		die("cannot open %s", name);
	return slave;
}

static void print(const char *name, const struct deeds *deeds)
{
	printf("\"%s\":{\"pid\":%d,\"lookups\":%lu,\"failed\":%lu,\"children\":%lu,\"bytes\":%lu}", name,
	       deeds->pid, deeds->lookups, deeds->failed, deeds->children, deeds->bytes);
}

int main(int count, char **arguments)
{
	struct {
		struct deeds loud, quiet;
		bool is_over;
	} *shared = shared_memory(sizeof(*shared));
	unsigned long paths, children;
	int masters[2], slaves[2];
	time_t end;

	if (count != 5)
		die("usage: flood DIR N M SECONDS");
	paths = number_argument(arguments[2]);
	children = number_argument(arguments[3]);
	end = time(NULL) + number_argument(arguments[4]);
	if (!children || children > paths)
		die("M is from 1 to N");
	for (int i = 0; i < 2; i++)
		slaves[i] = open_terminal(&masters[i]);
	pid_t loud = fork_or_die();
	if (!loud) {
		be_loud(&shared->loud, slaves[0], paths, children, end);
		_exit(0);
	}
	pid_t quiet = fork_or_die();
	if (!quiet) {
		be_quiet(&shared->quiet, slaves[1], directory_argument(arguments[1]),
			 &shared->is_over);
		_exit(0);
	}
	reap(loud, 0);
	__atomic_store_n(&shared->is_over, true, __ATOMIC_RELEASE);
	reap(quiet, 0);
	shared->loud.pid = loud;
	shared->quiet.pid = quiet;
	printf("{\"pid\":%d,", getpid());
	print("loud", &shared->loud);
	putchar(',');
	print("quiet", &shared->quiet);
	json_end();
	return 0;
}

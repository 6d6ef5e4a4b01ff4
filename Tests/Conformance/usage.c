/* SPDX-License-Identifier: Apache-2.0 */
/*
 * usage LIVING DEAD: children of two commands, LIVING that sleep and DEAD that
 * nobody waits for, each after it has burned another amount of CPU time and
 * touched another amount of memory. What the scheduler has accounted for each
 * (schedstat, to the nanosecond) and what its page tables hold (smaps_rollup)
 * is what spoor must say.
 */
#include "conformance.h"

#include <signal.h>
#include <time.h>

#define CHILDREN 16
#define LONGER_THAN_THE_TEST 20 /* seconds, after which the living end by themselves */

static void burn(unsigned long milliseconds)
{
	struct timespec now;

	do {
		clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	} while (now.tv_sec * 1000UL + now.tv_nsec / 1000000 < milliseconds);
}

/* The child, as worker KIND --number=N MILLISECONDS MEBIBYTES DESCRIPTOR. */
static void work(char **arguments)
{
	struct timespec rest = { .tv_sec = LONGER_THAN_THE_TEST };
	size_t size = number_argument(arguments[3]) << 20;
	char *memory = malloc(size);

	if (!memory)
		die("no memory");
	memset(memory, 1, size);
	burn(number_argument(arguments[2]));
	tell(number_argument(arguments[4]));
	if (!strcmp(arguments[0], "living"))
		nanosleep(&rest, NULL);
	_exit(memory[size / 2] - 1);
}

static pid_t start(const char *kind, unsigned long number, int descriptor)
{
	char *milliseconds = text("%lu", 20 + 7 * number);
	char *number_text = text("--number=%lu", number);
	char *mebibytes = text("%lu", 2 + number);
	char *pipe_text = text("%d", descriptor);
	pid_t pid = fork_or_die();

	if (pid)
		return pid;
	execl("/proc/self/exe", "worker", kind, number_text, milliseconds, mebibytes, pipe_text,
	      (char *)NULL);
	die("cannot run itself");
}

static void read_file(char *content, size_t size, const char *format, pid_t pid)
{
	char path[64];
	FILE *file;
	size_t length;

	snprintf(path, sizeof(path), format, pid);
	file = fopen(path, "r");
	if (!file)
		die("cannot open %s", path);
	length = fread(content, 1, size - 1, file);
	content[length] = 0;
	fclose(file);
}

static unsigned long cpu_ns(pid_t pid)
{
	char content[256];

	read_file(content, sizeof(content), "/proc/%d/schedstat", pid);
	return strtoul(content, NULL, 10);
}

/* It runs no more, and has been accounted for. */
static unsigned long settled_cpu_ns(pid_t pid, char wanted)
{
	struct timespec pause = { .tv_nsec = 10000000 };
	unsigned long before = 0, now = 0;
	char content[512], state = 0;

	for (int i = 0; i < 1000 && (state != wanted || now != before || !now); i++) {
		nanosleep(&pause, NULL);
		read_file(content, sizeof(content), "/proc/%d/stat", pid);
		state = strrchr(content, ')')[2];
		before = now;
		now = cpu_ns(pid);
	}
	if (state != wanted)
		die("process %d does not settle", pid);
	return now;
}

static unsigned long resident_bytes(pid_t pid)
{
	char content[4096], *line;

	read_file(content, sizeof(content), "/proc/%d/smaps_rollup", pid);
	line = strstr(content, "Rss:");
	if (!line)
		die("process %d has no resident memory", pid);
	return strtoul(line + strlen("Rss:"), NULL, 10) * 1024;
}

static void print_children(const char *kind, const pid_t *pids, unsigned long count, char state)
{
	printf(",\n\"%s\":[", kind);
	for (unsigned long i = 0; i < count; i++)
		printf("%s\n{\"pid\":%d,\"cpuNs\":%lu,\"rssBytes\":%lu}", i ? "," : "", pids[i],
		       settled_cpu_ns(pids[i], state),
		       state == 'Z' ? 0 : resident_bytes(pids[i]));
	printf("]");
}

int main(int argc, char **argv)
{
	pid_t living[CHILDREN], dead[CHILDREN];
	unsigned long living_count, dead_count;
	int ends[2];

	if (argc == 6)
		work(argv + 1);
	if (argc != 3)
		die("usage: usage LIVING DEAD");
	living_count = number_argument(argv[1]);
	dead_count = number_argument(argv[2]);
	if (living_count > CHILDREN || dead_count > CHILDREN)
		die("at most %d of each", CHILDREN);
	if (pipe(ends)) /* for a child that executes, too */
		die("pipe failed");
	for (unsigned long i = 0; i < living_count; i++)
		living[i] = start("living", i, ends[1]);
	for (unsigned long i = 0; i < dead_count; i++)
		dead[i] = start("dead", i, ends[1]);
	for (unsigned long i = 0; i < living_count + dead_count; i++)
		await(ends[0]);
	printf("{\"program\":\"usage\",\"pid\":%d", getpid());
	print_children("living", living, living_count, 'S');
	print_children("dead", dead, dead_count, 'Z');
	json_end();
	return 0;
}

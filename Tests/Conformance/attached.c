/* SPDX-License-Identifier: Apache-2.0 */
/*
 * attached DIR N M: what a tracer that comes late must find: N zombies that nobody
 * has waited for, a child whose first thread has ended while another lives, and
 * M MiB of memory touched on several CPUs. It tells DIR/present, and ends when
 * DIR/gate lets it. Truth: "zombies", each with the times (of CLOCK_BOOTTIME)
 * between which it ended; "pause", ns in which nothing ended after the
 * last; "leaderless", that child.
 */
#include "conformance.h"
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <time.h>

struct zombie {
	pid_t pid;
	long long before, after;
};

#define THREADS 8
#define PAUSE_NS 500000000 /* the zombies' age at least */
/* Then both processes end by themselves: a test that failed opens no gate. */
#define MOST_SECONDS 300

static char *memory;
static size_t share;

static long long now(void)
{
	struct timespec time;

	clock_gettime(CLOCK_BOOTTIME, &time);
	return time.tv_sec * 1000000000LL + time.tv_nsec;
}

/* Without a wait call: its descriptor becomes readable. */
static void await_end(pid_t pid)
{
	struct pollfd process = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (process.fd < 0 || poll(&process, 1, -1) != 1)
		die("process %d does not end", pid);
	close(process.fd);
}

static void *touch(void *number)
{
	size_t start = (size_t)number * share;

	for (size_t i = start; i < start + share; i += 4096)
		memory[i] = 1;
	return NULL;
}

static void touch_everything(size_t size)
{
	pthread_t threads[THREADS];

	memory = shared_memory(size);
	share = size / THREADS;
	for (size_t i = 0; i < THREADS; i++)
		if (pthread_create(&threads[i], NULL, touch, (void *)i))
			die("no thread");
	for (size_t i = 0; i < THREADS; i++)
		pthread_join(threads[i], NULL);
}

static void *stay(void *ready)
{
	tell(*(int *)ready);
	for (;;)
		pause();
	return NULL;
}

static pid_t start_leaderless(void)
{
	int ready[2];
	pid_t pid;

	pipe_or_die(ready);
	pid = fork_or_die();
	if (pid == 0) {
		pthread_t thread;

		alarm(MOST_SECONDS); /* none is inherited */
		if (pthread_create(&thread, NULL, stay, &ready[1]))
			die("no thread");
		syscall(SYS_exit, 3);
	}
	await(ready[0]);
	return pid;
}

int main(int argc, char **argv)
{
	struct zombie *zombies;
	unsigned long count;
	pid_t leaderless;
	char byte;
	int pipe;

	if (argc != 4)
		die("usage: attached DIR N M");
	alarm(MOST_SECONDS);
	count = number_argument(argv[2]);
	zombies = calloc(count, sizeof(*zombies));
	if (!zombies || chdir(directory_argument(argv[1])))
		die("no zombies, or no directory");
	for (unsigned long i = 0; i < count; i++) {
		zombies[i].before = now();
		zombies[i].pid = fork_or_die();
		if (zombies[i].pid == 0)
			_exit(7);
		await_end(zombies[i].pid);
		zombies[i].after = now();
	}
	usleep(PAUSE_NS / 1000);
	leaderless = start_leaderless();
	touch_everything(number_argument(argv[3]) << 20);

	printf("{\"program\":\"attached\",\"pid\":%d,\"leaderless\":%d,\"pause\":%d,\n\"zombies\":[",
	       getpid(), leaderless, PAUSE_NS);
	for (unsigned long i = 0; i < count; i++)
		printf("%s\n{\"pid\":%d,\"before\":%lld,\"after\":%lld}", i ? "," : "",
		       zombies[i].pid, zombies[i].before, zombies[i].after);
	printf("]");
	json_end();
	close(open("present", O_WRONLY | O_CLOEXEC));
	pipe = open("gate", O_RDONLY | O_CLOEXEC);
	(void)!read(pipe, &byte, 1);
	kill(leaderless, SIGKILL);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * leader DIR K: the first thread of the process exits with status 3; only then
 * another one opens DIR/leader K times, while a third waits for ever. The
 * process lives until the second thread ends it with exit_group(7).
 * Truth: "lookups", "exit" of the process and "exits", how many there are.
 */
#include "conformance.h"
#include <pthread.h>
#include <sched.h>

static char *path;
static unsigned long opens;

/* The thread group's leader is a zombie: it has ended, the process has not. */
static bool leader_is_dead(int stat)
{
	char line[512];
	ssize_t length = pread(stat, line, sizeof(line) - 1, 0);
	char *state;

	if (length <= 0)
		die("cannot read /proc/self/stat");
	line[length] = 0;
	state = strrchr(line, ')');
	return state && state[2] == 'Z';
}

static void *survive(void *unused)
{
	int stat = open("/proc/self/stat", O_RDONLY | O_CLOEXEC);

	(void)unused;
	if (stat < 0)
		die("cannot open /proc/self/stat");
	while (!leader_is_dead(stat))
		sched_yield();
	for (unsigned long i = 0; i < opens; i++)
		close(open_counted(path, O_RDONLY | O_CREAT | O_CLOEXEC));

	printf("{\"program\":\"leader\",\"pid\":%d,\"exit\":{\"code\":7,\"signal\":null},"
	       "\"exits\":1",
	       getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	syscall(SYS_exit_group, 7);
	return NULL;
}

static void *wait_for_ever(void *unused)
{
	(void)unused;
	for (;;)
		pause();
	return NULL;
}

int main(int argc, char **argv)
{
	pthread_t thread;

	if (argc != 3)
		die("usage: leader DIR K");
	path = text("%s/leader", directory_argument(argv[1]));
	opens = number_argument(argv[2]);
	if (pthread_create(&thread, NULL, wait_for_ever, NULL) ||
	    pthread_create(&thread, NULL, survive, NULL))
		die("no threads");
	syscall(SYS_exit, 3);
	return 0;
}

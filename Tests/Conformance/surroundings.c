/* SPDX-License-Identifier: Apache-2.0 */
/*
 * surroundings [ARGS…]: everything that a process is given by whoever started
 * it, a fact a line. Left out is what two runs need not have in common: process
 * ids, memory and CPU time, the queued signals of all the user's processes, and
 * the room that the kernel keeps for descriptors.
 */
#include "conformance.h"

#include <sched.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>
#include <sys/time.h>

static void bytes(const char *name, const char *content, size_t length)
{
	printf("%s: ", name);
	json_bytes(content, length);
	putchar('\n');
}

static size_t contents(const char *path, char *room, size_t size)
{
	int file = open(path, O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t count;

	if (file < 0)
		return 0;
	while ((count = read(file, room + length, size - length)) > 0)
		length += count;
	close(file);
	return length;
}

static void file(const char *path)
{
	static char room[1 << 22];

	bytes(path, room, contents(path, room, sizeof(room)));
}

static void link_target(const char *path)
{
	char target[4096];
	ssize_t length = readlink(path, target, sizeof(target));

	bytes(path, target, length < 0 ? 0 : length);
}

static bool differs(const char *line)
{
	static const char *const names[] = { "Pid:", "Tgid:", "PPid:",	 "NSpid:", "NStgid:",
					     "Vm",   "Rss",   "Hugetlb", "SigQ:",  "FDSize:",
					     "voluntary_", "nonvoluntary_" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++)
		if (!strncmp(line, names[i], strlen(names[i])))
			return true;
	return false;
}

static void status(void)
{
	FILE *lines = fopen("/proc/self/status", "re");
	char line[4096];

	if (!lines)
		die("no /proc/self/status");
	while (fgets(line, sizeof(line), lines))
		if (!differs(line))
			fputs(line, stdout);
	fclose(lines);
}

/* Fields of proc_pid_stat(5): process group, session, terminal, its foreground, the signal
 * that its end sends. */
static void stat_fields(void)
{
	static const int wanted[] = { 5, 6, 7, 8, 18, 19, 20, 38, 40, 41 };
	char room[4096];
	size_t length = contents("/proc/self/stat", room, sizeof(room) - 1), next = 0;
	int number = 3;
	char *rest;

	room[length] = 0;
	rest = strrchr(room, ')');
	if (!rest)
		die("no /proc/self/stat");
	for (char *field = strtok(rest + 1, " \n"); field; field = strtok(NULL, " \n"), number++)
		if (next < sizeof(wanted) / sizeof(*wanted) && number == wanted[next]) {
			printf("stat %d: %s\n", number, field);
			next++;
		}
}

static void descriptors(void)
{
	for (int fd = 0; fd < 4096; fd++) {
		char *path = text("/proc/self/fd/%d", fd);

		if (fcntl(fd, F_GETFD) >= 0) {
			printf("descriptor %d: %#x %#x\n", fd, fcntl(fd, F_GETFD),
			       fcntl(fd, F_GETFL));
			link_target(path);
		}
		free(path);
	}
}

static void namespaces(void)
{
	static const char *const names[] = { "cgroup", "ipc",  "mnt",  "net",
					     "pid",    "time", "user", "uts" };

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = text("/proc/self/ns/%s", names[i]);

		link_target(path);
		free(path);
	}
}

static void process_controls(void)
{
	int death = 0, subreaper = 0;
	stack_t stack;

	prctl(PR_GET_PDEATHSIG, &death);
	prctl(PR_GET_CHILD_SUBREAPER, &subreaper);
	sigaltstack(NULL, &stack);
	printf("dumpable %d, keeps capabilities %d, security bits %#x, no new privileges %d\n",
	       prctl(PR_GET_DUMPABLE), prctl(PR_GET_KEEPCAPS), prctl(PR_GET_SECUREBITS),
	       prctl(PR_GET_NO_NEW_PRIVS, 0, 0, 0, 0));
	printf("parent's death %d, subreaper %d, timer slack %d, huge pages off %d\n", death,
	       subreaper, prctl(PR_GET_TIMERSLACK), prctl(PR_GET_THP_DISABLE, 0, 0, 0, 0));
	printf("nice %d, policy %d, priority of I/O %ld, signal stack %#x\n",
	       getpriority(PRIO_PROCESS, 0), sched_getscheduler(0),
	       syscall(SYS_ioprio_get, 1, 0), stack.ss_flags);
	for (int which = ITIMER_REAL; which <= ITIMER_PROF; which++) {
		struct itimerval timer;

		getitimer(which, &timer);
		printf("timer %d: %d\n", which, timerisset(&timer.it_value));
	}
	printf("secure %lu, user %lu %lu, group %lu %lu\n", getauxval(AT_SECURE),
	       getauxval(AT_UID), getauxval(AT_EUID), getauxval(AT_GID), getauxval(AT_EGID));
}

int main(int count, char **arguments)
{
	static const char *const files[] = {
		"/proc/self/limits",	   "/proc/self/environ",       "/proc/self/cgroup",
		"/proc/self/oom_score_adj", "/proc/self/loginuid",     "/proc/self/sessionid",
		"/proc/self/personality",  "/proc/self/coredump_filter", "/proc/self/timerslack_ns",
		"/proc/self/autogroup",	   "/proc/self/attr/current",
	};

	for (int i = 0; i < count; i++)
		bytes("argument", arguments[i], strlen(arguments[i]));
	status();
	stat_fields();
	descriptors();
	namespaces();
	for (size_t i = 0; i < sizeof(files) / sizeof(*files); i++)
		file(files[i]);
	link_target("/proc/self/cwd");
	link_target("/proc/self/root");
	link_target("/proc/self/exe");
	process_controls();
	return fflush(stdout) ? 1 : 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * descriptors DIR GATE: holds descriptors of every class, prints how many, and
 * ends when somebody has written to the named pipe GATE. Around it live a
 * thread with a table of its own, a process that shares its table, and one
 * whose first thread has ended.
 */
#include "conformance.h"
#include <pthread.h>
#include <sched.h>
#include <signal.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/inotify.h>
#include <sys/ioctl.h>
#include <sys/resource.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/timerfd.h>
#include <time.h>

enum class {
	REGULAR,
	DIRECTORY,
	SOCKET,
	PIPE,
	EVENTFD,
	EPOLL,
	INOTIFY,
	PIDFD,
	TTY_SLAVE,
	PTY_MASTER,
	OTHER,
	CLASSES
};

static const char *const class_names[CLASSES] = {
	"regular", "directory", "socket",   "pipe",	 "eventfd", "epoll",
	"inotify", "pidfd",	"ttySlave", "ptyMaster", "other",
};

/* Descriptors of this process's own table, of its thread's, and of the orphaned threads'. */
static int counts[CLASSES], thread_counts[CLASSES], leaderless_counts[CLASSES];
static int watches, instances;

#define FD_LIMIT 300
#define REPEATED 25
#define THREAD_EVENTFDS 6
#define LEADERLESS_EVENTFDS 5
#define LEADERLESS_THREADS 3

static int counted(enum class class, int descriptor)
{
	if (descriptor < 0)
		die("cannot open a descriptor of class %s", class_names[class]);
	counts[class]++;
	return descriptor;
}

/* What this process was started with. */
static void count_standard(void)
{
	struct stat status;

	for (int i = 0; i < 3; i++) {
		if (fstat(i, &status))
			continue;
		if (S_ISREG(status.st_mode))
			counts[REGULAR]++;
		else if (S_ISFIFO(status.st_mode))
			counts[PIPE]++;
		else if (S_ISSOCK(status.st_mode))
			counts[SOCKET]++;
		else
			counts[isatty(i) ? TTY_SLAVE : OTHER]++;
	}
}

static void hold_files(const char *directory)
{
	const char *file = text("%s/repeated", directory);
	const char *fifo = text("%s/fifo", directory);
	int ends[2], first;

	first = counted(REGULAR, open(file, O_RDWR | O_CREAT | O_CLOEXEC, 0600));
	for (int i = 1; i < REPEATED - 5; i++)
		counted(REGULAR, open(file, O_RDONLY | O_CLOEXEC));
	for (int i = 0; i < 5; i++)
		counted(REGULAR, dup(first));
	counted(REGULAR, memfd_create("memory", MFD_CLOEXEC));
	counted(REGULAR, open(file, O_PATH | O_CLOEXEC));
	for (int i = 0; i < 3; i++)
		counted(DIRECTORY, open(directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	for (int i = 0; i < 4; i++) {
		pipe_or_die(ends);
		counts[PIPE] += 2;
	}
	if (mkfifo(fifo, 0600))
		die("cannot make %s", fifo);
	counted(PIPE, open(fifo, O_RDWR | O_CLOEXEC));
	counted(OTHER, open(fifo, O_PATH | O_CLOEXEC));
	if (socketpair(AF_UNIX, SOCK_SEQPACKET, 0, ends))
		die("no sockets");
	counts[SOCKET] += 2;
	counted(SOCKET, socket(AF_INET, SOCK_STREAM, 0));
	counted(SOCKET, socket(AF_INET6, SOCK_DGRAM, 0));
	counted(SOCKET, socket(AF_NETLINK, SOCK_RAW, 0));
}

static void hold_anonymous(const char *directory)
{
	sigset_t signals;
	int one;

	sigemptyset(&signals);
	sigaddset(&signals, SIGUSR1);
	for (int i = 0; i < 4; i++)
		counted(EVENTFD, eventfd(0, EFD_CLOEXEC));
	for (int i = 0; i < 3; i++)
		counted(EPOLL, epoll_create1(EPOLL_CLOEXEC));
	for (instances = 0; instances < 2; instances++) {
		one = counted(INOTIFY, inotify_init1(IN_CLOEXEC));
		for (int i = 0; i < 3 + instances; i++, watches++) {
			const char *below = text("%s/%d", directory, i);

			if (mkdir(below, 0700) && errno != EEXIST)
				die("cannot make %s", below);
			if (inotify_add_watch(one, below, IN_CREATE) < 0)
				die("cannot watch %s", below);
		}
	}
	counted(INOTIFY, dup(one));
	for (int i = 0; i < 2; i++)
		counted(PIDFD, syscall(SYS_pidfd_open, getpid(), 0));
	counted(OTHER, timerfd_create(CLOCK_MONOTONIC, TFD_CLOEXEC));
	counted(OTHER, signalfd(-1, &signals, SFD_CLOEXEC));
}

static void hold_devices(void)
{
	int master, unlock = 0;
	unsigned int number;

	master = counted(PTY_MASTER, open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC));
	counted(PTY_MASTER, dup(master));
	counted(OTHER, open("/dev/ptmx", O_PATH | O_CLOEXEC));
	if (ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, &number))
		die("cannot unlock a pty");
	/* It becomes the controlling terminal, which /dev/tty is another name of. */
	counted(TTY_SLAVE, open(text("/dev/pts/%u", number), O_RDWR | O_CLOEXEC));
	counted(TTY_SLAVE, ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC));
	counted(TTY_SLAVE, open("/dev/tty", O_RDWR | O_CLOEXEC));
	counted(OTHER, open("/dev/null", O_RDWR | O_CLOEXEC));
	counted(OTHER, open("/dev/zero", O_RDWR | O_CLOEXEC));
}

/* Threads */

static int thread_ready[2];

static void *wait_in_thread(void *nothing)
{
	(void)nothing;
	tell(thread_ready[1]);
	pause();
	return NULL;
}

/* Leaves the common table for one with nothing in it but eventfds. */
static void *hold_in_thread(void *nothing)
{
	int ready = thread_ready[1];

	(void)nothing;
	if (unshare(CLONE_FILES) || close_range(0, ready - 1, 0) || close_range(ready + 1, ~0U, 0))
		die("cannot leave the common table");
	for (int i = 0; i < THREAD_EVENTFDS; i++)
		if (eventfd(0, EFD_CLOEXEC) < 0)
			die("no eventfd in the thread");
	tell(ready);
	pause();
	return NULL;
}

static void start_thread(void *(*body)(void *))
{
	pthread_t thread;

	if (pthread_create(&thread, NULL, body, NULL))
		die("no thread");
	await(thread_ready[0]);
}

/* Processes */

/* The first thread ends, three others share its table. */
static pid_t start_leaderless(void)
{
	int ready[2];
	pid_t child;

	pipe_or_die(ready);
	child = fork_or_die();
	if (child) {
		close(ready[1]);
		await(ready[0]);
		close(ready[0]);
		return child;
	}
	dup2(ready[1], 0);
	close_range(1, ~0U, 0);
	thread_ready[0] = 1;
	thread_ready[1] = 2;
	pipe_or_die(thread_ready);
	for (int i = 0; i < LEADERLESS_THREADS; i++)
		start_thread(wait_in_thread);
	for (int i = 0; i < LEADERLESS_EVENTFDS; i++)
		if (eventfd(0, EFD_CLOEXEC) < 0)
			die("no eventfd in a child");
	tell(0);
	syscall(SYS_exit, 0);
	return 0;
}

/* Shares this process's table. */
static pid_t start_sharing(void)
{
	pid_t child = syscall(SYS_clone, CLONE_FILES | SIGCHLD, NULL, NULL, NULL, NULL);

	if (child < 0)
		die("clone failed");
	if (!child) {
		pause();
		_exit(0);
	}
	return child;
}

static void print_process(pid_t pid, const int *own, const int *more, bool is_last)
{
	printf("{\"pid\":%d,\"descriptors\":{", pid);
	for (int i = 0; i < CLASSES; i++)
		printf("%s\"%s\":%d", i ? "," : "", class_names[i], own[i] + (more ? more[i] : 0));
	printf("}}%s\n", is_last ? "" : ",");
}

int main(int argc, char **argv)
{
	struct rlimit limit = { FD_LIMIT, FD_LIMIT };
	struct timespec now;
	const char *directory, *gate;
	pid_t sharing, leaderless;
	char byte;
	int waiting;

	if (argc != 3)
		die("usage: descriptors DIR GATE");
	directory = directory_argument(argv[1]);
	gate = argv[2];
	/* A leader of a process group cannot have a session of its own. */
	leaderless = fork_or_die();
	if (leaderless) {
		int status;

		if (wait4(leaderless, &status, 0, NULL) != leaderless)
			die("the child is gone");
		return WIFEXITED(status) ? WEXITSTATUS(status) : 1;
	}
	if (setsid() < 0 || close_range(3, ~0U, 0) || setrlimit(RLIMIT_NOFILE, &limit))
		die("cannot begin");
	leaderless = start_leaderless();
	leaderless_counts[EVENTFD] = LEADERLESS_EVENTFDS;
	leaderless_counts[PIPE] = 3;

	count_standard();
	/* Never without a writer, and so never opened in vain. */
	waiting = counted(PIPE, open(gate, O_RDWR | O_CLOEXEC));
	hold_files(directory);
	hold_anonymous(directory);
	hold_devices();
	pipe_or_die(thread_ready);
	counts[PIPE] += 2;
	start_thread(wait_in_thread);
	start_thread(hold_in_thread);
	thread_counts[EVENTFD] = THREAD_EVENTFDS;
	thread_counts[PIPE] = 1;
	sharing = start_sharing();

	clock_gettime(CLOCK_BOOTTIME, &now);
	printf("{\"pid\":%d,\"limit\":%d,\"instances\":%d,\"watches\":%d,\"repeated\":%d,\n", getpid(),
	       FD_LIMIT, instances, watches, REPEATED + 1);
	printf("\"path\":");
	json_string(text("%s/repeated", directory));
	printf(",\"ready\":%lld,\"processes\":[\n", now.tv_sec * 1000000000LL + now.tv_nsec);
	print_process(getpid(), counts, thread_counts, false);
	print_process(sharing, counts, NULL, false);
	print_process(leaderless, leaderless_counts, NULL, true);
	printf("]");
	json_end();
	if (read(waiting, &byte, 1) != 1)
		die("cannot wait at %s", gate);
	kill(sharing, SIGKILL);
	kill(leaderless, SIGKILL);
	/* At once: a pass may still look at what this process holds. */
	_exit(0);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * reapers: one child for each way to be reaped, and by whom. Truth:
 * "reapings", a row each with its spawner, how it ended, whether the parent that
 * it ended under (or, for an orphan, its adopter) waited for it, and who took it
 * out of the process table: parent, sibling (a thread of it), subreaper, init,
 * or kernel. Process ids are those of the initial namespace.
 */
#include "conformance.h"
#include <linux/io_uring.h>
#include <linux/sched.h>
#include <pthread.h>
#include <signal.h>
#include <spawn.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/socket.h>

struct reaping {
	const char *class;
	pid_t pid;
	pid_t namespace_pid;
	pid_t spawner;
	int status;
	bool reaped;
	const char *by;
	pid_t reaper; /* 0: the kernel */
	pid_t tracer; /* 0: nobody */
};

static struct reaping reapings[64];
static size_t reaping_count;
static pid_t self;

/* A child of this program's that it reaped; what differs the caller says. */
static struct reaping *told(const char *class, pid_t pid, int status)
{
	struct reaping *row = &reapings[reaping_count++];

	if (reaping_count > sizeof(reapings) / sizeof(*reapings))
		die("more rows than there is room for");
	*row = (struct reaping){ .class = class,
				 .pid = pid,
				 .namespace_pid = pid,
				 .spawner = self,
				 .status = status,
				 .reaped = true,
				 .by = "parent",
				 .reaper = self };
	return row;
}

/* Who somebody is, as it is called here: through a socket that passes credentials. */

static int announcements[2];

static void announce(void)
{
	if (send(announcements[1], "", 1, 0) != 1)
		die("nobody to announce to");
}

static pid_t announced(void)
{
	union {
		struct cmsghdr header;
		char room[CMSG_SPACE(sizeof(struct ucred))];
	} control;
	char byte;
	struct iovec part = { &byte, 1 };
	struct msghdr message = { .msg_iov = &part,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	struct ucred sender;

	if (recvmsg(announcements[0], &message, 0) != 1 || !CMSG_FIRSTHDR(&message))
		die("nobody announced itself");
	memcpy(&sender, CMSG_DATA(CMSG_FIRSTHDR(&message)), sizeof(sender));
	return sender.pid;
}

static pid_t exiting(int code)
{
	pid_t pid = fork_or_die();

	if (pid == 0)
		_exit(code);
	return pid;
}

static long wait_id(int kind, pid_t pid, siginfo_t *info, int options)
{
	return syscall(SYS_waitid, kind, pid, info, options, NULL);
}

static void await_zombie(pid_t pid)
{
	siginfo_t info;

	if (wait_id(P_PID, pid, &info, WEXITED | WNOWAIT) || info.si_pid != pid)
		die("waitid with WNOWAIT failed");
}

/* By the parent, with calls that tell less and less */

static void by_wait4(void)
{
	pid_t pid = exiting(1);

	reap(pid, 1 << 8);
	told("wait4", pid, 1 << 8);
}

static void reap_by_pidfd(pid_t pid)
{
	int pidfd = syscall(SYS_pidfd_open, pid, 0);

	if (pidfd < 0 || wait_id(P_PIDFD, pidfd, NULL, WEXITED))
		die("waitid of a pidfd failed");
	close(pidfd);
}

static void by_anonymous_waits(void)
{
	static const int kinds[] = { P_ALL, P_PGID, P_PIDFD };
	static const char *const names[] = { "waitid-all-null", "waitid-group-null",
					     "waitid-pidfd-null" };

	for (int i = 0; i < 3; i++) {
		pid_t pid = exiting(2);

		if (kinds[i] == P_PIDFD)
			reap_by_pidfd(pid);
		else if (wait_id(kinds[i], 0, NULL, WEXITED))
			die("waitid failed");
		told(names[i], pid, 2 << 8);
	}
}

/* It stops, and is seen to stop without its status; then it ends, and nobody waits. */
static void by_nobody_after_a_stop(void)
{
	pid_t pid = fork_or_die();
	struct reaping *row;

	if (pid == 0)
		for (;;)
			pause();
	kill(pid, SIGSTOP);
	if (wait4(pid, NULL, WUNTRACED, NULL) != pid)
		die("the child did not stop");
	kill(pid, SIGKILL);
	await_zombie(pid);
	row = told("stopped-then-left", pid, SIGKILL);
	row->reaped = false;
	row->by = NULL;
	row->reaper = 0;
}

static void by_nobody(void)
{
	pid_t pid = exiting(8);
	struct reaping *row;

	await_zombie(pid);
	row = told("left", pid, 8 << 8);
	row->reaped = false;
	row->by = NULL;
	row->reaper = 0;
}

static void by_io_uring(void)
{
	struct io_uring_params parameters = { 0 };
	int ring = syscall(SYS_io_uring_setup, 4, &parameters);
	struct io_uring_sqe *entries;
	char *queue;
	siginfo_t info = { 0 };
	pid_t pid;

	if (ring < 0) /* switched off here */
		return;
	queue = mmap(NULL,
		     parameters.sq_off.array + parameters.sq_entries * sizeof(unsigned),
		     PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	entries = mmap(NULL, parameters.sq_entries * sizeof(*entries), PROT_READ | PROT_WRITE,
		       MAP_SHARED, ring, IORING_OFF_SQES);
	if (queue == MAP_FAILED || entries == MAP_FAILED)
		die("no room for a ring");
	pid = exiting(3);
	await_zombie(pid);
	entries[0] = (struct io_uring_sqe){
		.opcode = 50, /* IORING_OP_WAITID of Linux 6.7 */
		.fd = pid,
		.len = P_PID,
		.file_index = WEXITED,
		.addr2 = (unsigned long)&info,
	};
	((unsigned *)(queue + parameters.sq_off.array))[0] = 0;
	__atomic_store_n((unsigned *)(queue + parameters.sq_off.tail), 1, __ATOMIC_RELEASE);
	if (syscall(SYS_io_uring_enter, ring, 1, 1, IORING_ENTER_GETEVENTS, NULL, 0) != 1)
		die("io_uring_enter failed");
	if (info.si_pid != pid) /* older than Linux 6.7 */
		reap(pid, 3 << 8);
	told("io_uring", pid, 3 << 8);
	close(ring);
}

static void *wait_in_thread(void *pid)
{
	reap(*(pid_t *)pid, 4 << 8);
	return NULL;
}

static void by_sibling(void)
{
	pid_t pid = exiting(4);
	pthread_t thread;

	await_zombie(pid);
	if (pthread_create(&thread, NULL, wait_in_thread, &pid) || pthread_join(thread, NULL))
		die("no thread");
	told("sibling", pid, 4 << 8)->by = "sibling";
}

/* By the kernel */

static void by_kernel(void)
{
	static const struct sigaction actions[] = {
		{ .sa_handler = SIG_IGN },
		{ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT },
	};
	static const char *const names[] = { "ignored", "nocldwait" };

	for (int i = 0; i < 2; i++) {
		struct reaping *row;
		pid_t pid;

		sigaction(SIGCHLD, &actions[i], NULL);
		pid = exiting(5);
		if (wait4(pid, NULL, 0, NULL) != -1 || errno != ECHILD)
			die("an ignored child was reaped");
		signal(SIGCHLD, SIG_DFL);
		row = told(names[i], pid, 5 << 8);
		row->by = "kernel";
		row->reaper = 0;
	}
}

/* By who adopted it: this program, or the first process of a pid namespace */

/* The middle leaves a child alive, or as a zombie; waited for by a call that tells nobody. */
static void adopt(bool as_zombie, bool anonymously, int code)
{
	struct reaping *row;
	pid_t middle, orphan;
	int go[2];

	pipe_or_die(go);
	middle = fork_or_die();
	if (middle == 0) {
		pid_t pid = fork_or_die();

		close(go[1]);
		if (pid == 0) {
			announce();
			if (!as_zombie)
				(void)!read(go[0], &pid, 1); /* until the middle is gone */
			_exit(code);
		}
		if (as_zombie)
			await_zombie(pid);
		_exit(0);
	}
	orphan = announced();
	reap(middle, 0);
	close(go[1]);
	if (anonymously)
		reap_by_pidfd(orphan);
	else
		reap(orphan, code << 8);
	close(go[0]);
	told("middle", middle, 0);
	row = told(as_zombie ? "left-zombie" : "orphan", orphan, code << 8);
	row->spawner = middle;
	row->reaped = !as_zombie;
	row->by = "subreaper";
}

static void by_subreaper(bool anonymously)
{
	if (prctl(PR_SET_CHILD_SUBREAPER, 1))
		die("no subreaper");
	adopt(false, anonymously, 6);
	adopt(true, anonymously, 7);
	prctl(PR_SET_CHILD_SUBREAPER, 0);
}

static pid_t clone_with(unsigned long flags, pid_t number)
{
	struct clone_args arguments = {
		.flags = flags,
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
		.set_tid = number ? (unsigned long)&number : 0,
		.set_tid_size = number ? 1 : 0,
	};
	pid_t pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid < 0)
		die("clone3 failed");
	return pid;
}

/* In the namespace: 1 forks 2, which forks 3 and ends; 1 reaps both, and leaves 4 alive. */
__attribute__((noreturn)) static void run_init(void)
{
	int go[2], ready[2];
	pid_t middle;

	announce();
	pipe_or_die(go);
	pipe_or_die(ready);
	middle = fork_or_die();
	if (middle == 0) {
		announce();
		close(go[1]);
		if (fork_or_die() == 0) {
			announce();
			(void)!read(go[0], &middle, 1); /* until the middle is gone */
			_exit(9);
		}
		_exit(8);
	}
	if (middle != 2)
		die("the namespace counts otherwise");
	reap(middle, 8 << 8);
	close(go[1]);
	reap(3, 9 << 8);
	if (fork_or_die() == 0) {
		announce();
		tell(ready[1]);
		for (;;)
			pause();
	}
	await(ready[0]);
	_exit(10);
}

static void in_namespace(const char *class, pid_t number, pid_t pid, pid_t spawner, int status,
			 const char *by, pid_t reaper)
{
	struct reaping *row = told(class, pid, status);

	row->namespace_pid = number;
	row->spawner = spawner;
	row->by = by;
	row->reaper = reaper;
}

static void by_init(void)
{
	pid_t first = clone_with(CLONE_NEWPID, 0), second, third, fourth;

	if (first == 0)
		run_init();
	if (announced() != first)
		die("the first process is another");
	second = announced();
	third = announced();
	fourth = announced();
	reap(first, 10 << 8);
	in_namespace("namespace-init", 1, first, self, 10 << 8, "parent", self);
	in_namespace("namespace-middle", 2, second, first, 8 << 8, "parent", first);
	in_namespace("namespace-orphan", 3, third, second, 9 << 8, "init", first);
	/* Killed with the namespace, whose first process ignores SIGCHLD as it ends. */
	in_namespace("namespace-killed", 4, fourth, first, SIGKILL, "kernel", 0);
}

/* Past a tracer, which hears of the end first */

/* A tracer's whole life: it ends when what it traces has. */
static pid_t start_tracer(pid_t pid)
{
	int ready[2];
	pid_t tracer;

	pipe_or_die(ready);
	tracer = fork_or_die();
	if (tracer == 0) {
		if (ptrace(PTRACE_SEIZE, pid, 0, 0))
			die("cannot trace %d", pid);
		tell(ready[1]);
		if (waitpid(pid, NULL, __WALL) != pid)
			die("the tracer was not told");
		_exit(0);
	}
	await(ready[0]);
	close(ready[0]);
	close(ready[1]);
	return tracer;
}

static void past_tracer(const char *class, const char *tracer_class, bool is_ignored)
{
	struct reaping *row;
	pid_t pid, tracer;
	int go[2];

	pipe_or_die(go);
	if (is_ignored)
		signal(SIGCHLD, SIG_IGN);
	pid = fork_or_die();
	if (pid == 0) {
		signal(SIGCHLD, SIG_DFL);
		await(go[0]);
		_exit(11);
	}
	tracer = start_tracer(pid);
	tell(go[1]);
	if (is_ignored) {
		if (wait4(pid, NULL, 0, NULL) != -1 || wait4(tracer, NULL, 0, NULL) != -1)
			die("an ignored child was reaped");
		signal(SIGCHLD, SIG_DFL);
	} else {
		reap(tracer, 0);
		reap(pid, 11 << 8);
	}
	row = told(tracer_class, tracer, 0);
	if (is_ignored) {
		row->by = "kernel";
		row->reaper = 0;
	}
	row = told(class, pid, 11 << 8);
	row->tracer = tracer;
	if (is_ignored) {
		row->by = "kernel";
		row->reaper = 0;
	}
	close(go[0]);
	close(go[1]);
}

static void by_tracing_parent(void)
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, 0, 0))
			die("cannot be traced");
		_exit(12);
	}
	reap(pid, 12 << 8);
	told("traceme", pid, 12 << 8);
}

/* Ways to come and go */

static void by_clone_parent(void)
{
	pid_t middle = fork_or_die(), pid;
	struct reaping *row;

	if (middle == 0) {
		if (clone_with(CLONE_PARENT, 0) == 0) {
			announce();
			_exit(13);
		}
		_exit(0);
	}
	pid = announced();
	reap(middle, 0);
	reap(pid, 13 << 8);
	told("clone-parent-middle", middle, 0);
	row = told("clone-parent", pid, 13 << 8);
	row->spawner = middle;
}

static void with_id_used_again(void)
{
	pid_t pid = exiting(14);

	reap(pid, 14 << 8);
	told("id-first", pid, 14 << 8);
	if (clone_with(0, pid) == 0)
		_exit(15);
	reap(pid, 15 << 8);
	told("id-again", pid, 15 << 8);
}

static void by_group_kill(void)
{
	pid_t pids[3];

	for (int i = 0; i < 3; i++) {
		pids[i] = fork_or_die();
		if (pids[i] == 0)
			for (;;)
				pause();
		if (setpgid(pids[i], pids[0]))
			die("setpgid failed");
	}
	kill(-pids[0], SIGKILL);
	for (int i = 0; i < 3; i++) {
		reap(pids[i], SIGKILL);
		told("group-killed", pids[i], SIGKILL);
	}
}

static void with_core(void)
{
	struct rlimit limit;
	int status;
	pid_t pid = fork_or_die();

	if (pid == 0) {
		getrlimit(RLIMIT_CORE, &limit);
		limit.rlim_cur = limit.rlim_max;
		setrlimit(RLIMIT_CORE, &limit);
		abort();
	}
	if (wait4(pid, &status, 0, NULL) != pid || WTERMSIG(status) != SIGABRT)
		die("the child did not abort");
	told("aborted", pid, status);
}

static void as_another_user(void)
{
	pid_t pid = fork_or_die();

	if (pid == 0)
		_exit(setuid(65534) ? 99 : 16);
	reap(pid, 16 << 8);
	told("setuid", pid, 16 << 8);
}

static void by_exec(void)
{
	char *arguments[] = { "reapers", EXIT_ARGUMENT, NULL };
	char *no_environment[] = { NULL };
	pid_t pid;

	if (posix_spawn(&pid, "/proc/self/exe", NULL, NULL, arguments, no_environment))
		die("posix_spawn failed");
	reap(pid, 0);
	told("posix-spawn", pid, 0);
	pid = vfork();
	if (pid == 0) {
		execve("/proc/self/exe", arguments, no_environment);
		_exit(EXIT_NOT_EXECUTED);
	}
	reap(pid, 0);
	told("vfork-exec", pid, 0);
	pid = vfork();
	if (pid == 0)
		_exit(17);
	reap(pid, 17 << 8);
	told("vfork-exit", pid, 17 << 8);
}

static void print_row(const struct reaping *row)
{
	printf("{\"class\":\"%s\",\"pid\":%d,\"namespacePid\":%d,\"spawnerPid\":%d,", row->class,
	       row->pid, row->namespace_pid, row->spawner);
	if (WIFSIGNALED(row->status))
		printf("\"code\":null,\"signal\":%d,", WTERMSIG(row->status));
	else
		printf("\"code\":%d,\"signal\":null,", WEXITSTATUS(row->status));
	printf("\"dumpedCore\":%s,\"reaped\":%s,", WCOREDUMP(row->status) ? "true" : "false",
	       row->reaped ? "true" : "false");
	printf(row->by ? "\"reapedBy\":\"%s\"" : "\"reapedBy\":null", row->by);
	printf(row->reaper ? ",\"reaperPid\":%d" : ",\"reaperPid\":null", row->reaper);
	printf(row->tracer ? ",\"tracerPid\":%d}" : ",\"tracerPid\":null}", row->tracer);
}

static void print_truth(void)
{
	unsigned long own = 0, zombies = 0;

	for (size_t i = 0; i < reaping_count; i++) {
		own += reapings[i].spawner == self;
		zombies += reapings[i].spawner == self && !reapings[i].reaped;
	}
	printf("{\"program\":\"reapers\",\"pid\":%d,\n\"children\":{\"spawned\":%lu,"
	       "\"reaped\":%lu,\"zombies\":%lu,\"alive\":0},\n\"reapings\":[",
	       self, own, own - zombies, zombies);
	for (size_t i = 0; i < reaping_count; i++) {
		printf("%s\n", i ? "," : "");
		print_row(&reapings[i]);
	}
	printf("]");
	json_end();
}

int main(int argc, char **argv)
{
	int yes = 1;

	end_if_told(argc, argv);
	if (argc != 1)
		die("usage: reapers");
	self = getpid();
	signal(SIGCHLD, SIG_DFL);
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, announcements) ||
	    setsockopt(announcements[0], SOL_SOCKET, SO_PASSCRED, &yes, sizeof(yes)))
		die("no socket that passes credentials");
	by_wait4();
	by_anonymous_waits();
	by_io_uring();
	by_sibling();
	by_kernel();
	by_subreaper(false);
	by_init();
	past_tracer("traced", "tracer", false);
	past_tracer("traced-ignored", "tracer-ignored", true);
	by_tracing_parent();
	by_clone_parent();
	with_id_used_again();
	by_group_kill();
	with_core();
	as_another_user();
	by_exec();
	by_nobody_after_a_stop();
	by_nobody();
	by_subreaper(true); /* beside the zombie that is left, and that it could have been */
	print_truth();
	return 0;
}

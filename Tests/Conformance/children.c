/* SPDX-License-Identifier: Apache-2.0 */
/*
 * children K: K children, made by fork, vfork and clone3, which end by an exit
 * code, by a signal or not at all, and are reaped by every kind of wait, late,
 * by the kernel, or never. The last one outlives the program by an instant.
 * Truth: "children", how many are in which state when the program ends (reaped
 * includes autoreaped); "exits", one row by child that ended, with its class;
 * "survivors", the pids of those that did not.
 */
#include "conformance.h"
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/resource.h>

enum state { REAPED, AUTOREAPED, ZOMBIE, ALIVE };

struct child {
	const char *class;
	pid_t pid;
	int code;   /* -1 if it ended by a signal */
	int signal; /* 0 if it ended by itself */
	enum state state;
};

/* Ends of a pipe: it is at its end when this program is. */
static int lifeline[2];

static int next_code(void)
{
	static int code;

	return code++ % 256;
}

static void become(struct child *child, pid_t pid, int code, int signal)
{
	child->pid = pid;
	child->code = code;
	child->signal = signal;
}

/* A child never outlives the program, except by the instant it takes to end. */
__attribute__((noreturn)) static void live_as_long_as_parent(void)
{
	char byte;

	close(lifeline[1]);
	while (read(lifeline[0], &byte, 1) < 0)
		;
	_exit(0);
}

static void start_exiting(struct child *child)
{
	int code = next_code();
	pid_t pid = fork_or_die();

	if (pid == 0)
		_exit(code);
	become(child, pid, code, 0);
}

/* It waits to be killed. */
static void start_waiting(struct child *child)
{
	pid_t pid = fork_or_die();

	if (pid == 0)
		live_as_long_as_parent();
	become(child, pid, -1, SIGKILL);
}

/* Without a dump: it is not dumpable, and may write no core. */
static void start_raising(struct child *child, int signal)
{
	static const struct rlimit nothing = { 0, 0 };
	pid_t pid = fork_or_die();

	if (pid == 0) {
		prctl(PR_SET_DUMPABLE, 0);
		setrlimit(RLIMIT_CORE, &nothing);
		kill(getpid(), signal);
		_exit(0);
	}
	become(child, pid, -1, signal);
}

/* waitid as the kernel has it: without siginfo, if that is NULL. */
static long wait_id(int kind, pid_t pid, siginfo_t *info, int options)
{
	return syscall(SYS_waitid, kind, pid, info, options, NULL);
}

/* Until it is a zombie, which it stays. */
static void await_zombie(struct child *child)
{
	siginfo_t info;

	if (wait_id(P_PID, child->pid, &info, WEXITED | WNOWAIT) || info.si_pid != child->pid)
		die("waitid with WNOWAIT failed");
	child->state = ZOMBIE;
}

static void reap_by_wait4(struct child *child)
{
	reap(child->pid, child->signal ? child->signal : child->code << 8);
	child->state = REAPED;
}

static void reap_by_waitid(struct child *child, int kind, int id, siginfo_t *info)
{
	if (wait_id(kind, id, info, WEXITED) || (info && info->si_pid != child->pid))
		die("waitid failed");
	child->state = REAPED;
}

/* Reaped at once */

static void by_wait4(struct child *child)
{
	start_exiting(child);
	reap_by_wait4(child);
}

static void by_waitid(struct child *child)
{
	siginfo_t info;

	start_exiting(child);
	reap_by_waitid(child, P_PID, child->pid, &info);
}

static void by_waitid_without_info(struct child *child)
{
	start_exiting(child);
	reap_by_waitid(child, P_PID, child->pid, NULL);
}

static void after_nowait(struct child *child)
{
	siginfo_t info;

	start_exiting(child);
	await_zombie(child);
	await_zombie(child);
	reap_by_waitid(child, P_PID, child->pid, &info);
}

static pid_t vfork_exiting(int code)
{
	pid_t pid = vfork();

	if (pid == 0)
		_exit(code);
	return pid;
}

static void by_vfork(struct child *child)
{
	int code = next_code();

	become(child, vfork_exiting(code), code, 0);
	if (child->pid < 0)
		die("vfork failed");
	reap_by_wait4(child);
}

static void by_clone3_and_pidfd(struct child *child)
{
	int code = next_code(), descriptor = -1;
	struct clone_args arguments = {
		.flags = CLONE_PIDFD,
		.pidfd = (size_t)&descriptor,
		.exit_signal = SIGCHLD,
	};
	pid_t pid = syscall(SYS_clone3, &arguments, sizeof(arguments));

	if (pid < 0)
		die("clone3 failed");
	if (pid == 0)
		_exit(code);
	become(child, pid, code, 0);
	reap_by_waitid(child, P_PIDFD, descriptor, NULL);
	close(descriptor);
}

static void killed(struct child *child)
{
	start_waiting(child);
	kill(child->pid, SIGKILL);
	reap_by_wait4(child);
}

static void terminated(struct child *child)
{
	start_raising(child, SIGTERM);
	reap_by_wait4(child);
}

static void aborted(struct child *child)
{
	start_raising(child, SIGABRT);
	reap_by_wait4(child);
}

/* wait4 returns it, yet it has only stopped. */
static void stop(struct child *child)
{
	int status;

	kill(child->pid, SIGSTOP);
	if (wait4(child->pid, &status, WUNTRACED, NULL) != child->pid || !WIFSTOPPED(status))
		die("the child did not stop");
}

static void stopped_and_killed(struct child *child)
{
	int status;

	start_waiting(child);
	stop(child);
	kill(child->pid, SIGCONT);
	if (wait4(child->pid, &status, WCONTINUED, NULL) != child->pid || !WIFCONTINUED(status))
		die("the child did not continue");
	kill(child->pid, SIGKILL);
	reap_by_wait4(child);
}

/* Reaped by the kernel: wait4 waits for the end, and then there is no child. */

static void ignored(struct child *child, struct sigaction action)
{
	struct sigaction before;

	sigaction(SIGCHLD, &action, &before);
	start_exiting(child);
	if (wait4(child->pid, NULL, 0, NULL) != -1 || errno != ECHILD)
		die("an ignored child was reaped");
	sigaction(SIGCHLD, &before, NULL);
	child->state = AUTOREAPED;
}

static void by_ignoring(struct child *child)
{
	ignored(child, (struct sigaction){ .sa_handler = SIG_IGN });
}

static void by_nocldwait(struct child *child)
{
	ignored(child, (struct sigaction){ .sa_handler = SIG_DFL, .sa_flags = SA_NOCLDWAIT });
}

/* Reaped late: left as zombies here */

static void late_by_wait4(struct child *child)
{
	start_exiting(child);
	await_zombie(child);
}

/* A process group of its own, to be waited for without naming a process. */
static void late_by_group(struct child *child)
{
	int code = next_code();
	pid_t pid = fork_or_die();

	if (pid == 0) {
		if (setpgid(0, 0))
			die("setpgid failed");
		_exit(code);
	}
	become(child, pid, code, 0);
	await_zombie(child);
}

/* Never reaped */

static void never(struct child *child)
{
	start_exiting(child);
	await_zombie(child);
}

static void killed_and_left(struct child *child)
{
	start_waiting(child);
	kill(child->pid, SIGKILL);
	await_zombie(child);
}

static void stopped_and_left(struct child *child)
{
	start_waiting(child);
	stop(child);
	kill(child->pid, SIGKILL);
	await_zombie(child);
}

/* A poll that finds it alive also returns 0. */
static void polled_and_left(struct child *child)
{
	siginfo_t info = { 0 };

	start_waiting(child);
	if (wait_id(P_PID, child->pid, NULL, WEXITED | WNOHANG) ||
	    wait_id(P_PID, child->pid, &info, WEXITED | WNOHANG) || info.si_pid ||
	    wait4(child->pid, NULL, WNOHANG, NULL))
		die("a living child was reaped");
	kill(child->pid, SIGKILL);
	await_zombie(child);
}

static const struct class {
	const char *name;
	void (*run)(struct child *child);
} classes[] = {
	{ "wait4", by_wait4 },
	{ "waitid", by_waitid },
	{ "waitid-null", by_waitid_without_info },
	{ "nowait-then-waitid", after_nowait },
	{ "vfork", by_vfork },
	{ "clone3-pidfd", by_clone3_and_pidfd },
	{ "killed", killed },
	{ "terminated", terminated },
	{ "aborted", aborted },
	{ "stopped", stopped_and_killed },
	{ "ignored", by_ignoring },
	{ "nocldwait", by_nocldwait },
	{ "late-wait4", late_by_wait4 },
	{ "late-group", late_by_group },
	{ "never", never },
	{ "killed-never", killed_and_left },
	{ "stopped-never", stopped_and_left },
	{ "polled-never", polled_and_left },
};

#define CLASSES (sizeof(classes) / sizeof(*classes))

/* All the others have ended by now. */
static void reap_late(struct child *child)
{
	if (!strcmp(child->class, "late-wait4"))
		reap_by_wait4(child);
	else if (!strcmp(child->class, "late-group"))
		reap_by_waitid(child, P_PGID, child->pid, NULL);
}

static unsigned long in_state(const struct child *children, unsigned long count, enum state state)
{
	unsigned long found = 0;

	for (unsigned long i = 0; i < count; i++)
		found += children[i].state == state;
	return found;
}

static void print_exit(const struct child *child)
{
	printf("{\"pid\":%d,\"class\":\"%s\",\"code\":", child->pid, child->class);
	if (child->signal)
		printf("null,\"signal\":%d", child->signal);
	else
		printf("%d,\"signal\":null", child->code);
	printf(",\"reaped\":%s,\"autoreaped\":%s}", child->state != ZOMBIE ? "true" : "false",
	       child->state == AUTOREAPED ? "true" : "false");
}

static void print_truth(const struct child *children, unsigned long count)
{
	const char *between = "";
	unsigned long autoreaped = in_state(children, count, AUTOREAPED);

	printf("{\"program\":\"children\",\"pid\":%d,\n"
	       "\"children\":{\"spawned\":%lu,\"reaped\":%lu,"
	       "\"autoreaped\":%lu,\"zombies\":%lu,\"alive\":%lu},\n\"exits\":[",
	       getpid(), count, in_state(children, count, REAPED) + autoreaped, autoreaped,
	       in_state(children, count, ZOMBIE), in_state(children, count, ALIVE));
	for (unsigned long i = 0; i < count; i++) {
		if (children[i].state == ALIVE)
			continue;
		printf("%s\n", between);
		print_exit(&children[i]);
		between = ",";
	}
	between = "";
	printf("],\n\"survivors\":[");
	for (unsigned long i = 0; i < count; i++) {
		if (children[i].state != ALIVE)
			continue;
		printf("%s%d", between, children[i].pid);
		between = ",";
	}
	printf("]");
	json_end();
}

int main(int argc, char **argv)
{
	struct child *children;
	unsigned long count;

	if (argc != 2)
		die("usage: children K");
	count = number_argument(argv[1]);
	children = calloc(count, sizeof(*children));
	if (count == 0 || !children)
		die("no children");
	signal(SIGCHLD, SIG_DFL);
	pipe_or_die(lifeline);
	for (unsigned long i = 0; i < count - 1; i++) {
		children[i].class = classes[i % CLASSES].name;
		classes[i % CLASSES].run(&children[i]);
	}
	start_waiting(&children[count - 1]);
	children[count - 1].state = ALIVE;
	for (unsigned long i = 0; i < count - 1; i++)
		reap_late(&children[i]);
	print_truth(children, count);
	return 0;
}

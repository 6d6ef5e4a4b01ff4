/* SPDX-License-Identifier: Apache-2.0 */
/*
 * daemon DIR K: a double fork. The middle process starts a session and the
 * daemon, and exits with 3; once it is reaped, the daemon, which nobody here is
 * the parent of, opens DIR/daemon K times and exits with 5. Then the root ends.
 * Truth: "lookups"; "processes", a row each with its spawner, its exit and
 * whether this program reaped it (null: whoever adopted the daemon may).
 */
#include "conformance.h"
#include <poll.h>

/* What the daemon tells the root, and waits for. */
static int report[2], go[2];

__attribute__((noreturn)) static void run_daemon(pid_t middle, const char *path,
						 unsigned long opens)
{
	pid_t self = getpid();

	if (write(report[1], &self, sizeof(self)) != sizeof(self))
		die("nobody to report to");
	await(go[0]);
	if (getppid() == middle)
		die("the daemon still has its parent");
	for (unsigned long i = 0; i < opens; i++)
		close(open_counted(path, O_RDONLY | O_CREAT | O_CLOEXEC));
	_exit(5);
}

static pid_t run_middle(const char *path, unsigned long opens)
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		pid_t self = getpid();

		if (setsid() != self)
			die("setsid failed");
		if (fork_or_die() == 0)
			run_daemon(self, path, opens);
		_exit(3);
	}
	return pid;
}

/* A descriptor of a process that is no child: readable when it has ended. */
static void await_end(pid_t pid)
{
	struct pollfd process = { .fd = syscall(SYS_pidfd_open, pid, 0), .events = POLLIN };

	if (process.fd < 0)
		die("no descriptor of process %d", pid);
	tell(go[1]);
	if (poll(&process, 1, -1) != 1)
		die("poll failed");
	close(process.fd);
}

static void print_process(const char *role, pid_t pid, pid_t spawner, int code, const char *reaped)
{
	printf("\n{\"role\":\"%s\",\"pid\":%d,\"spawnerPid\":", role, pid);
	if (spawner)
		printf("%d", spawner);
	else
		printf("null");
	printf(",\"exit\":{\"code\":%d,\"signal\":null},\"reaped\":%s}", code, reaped);
}

int main(int argc, char **argv)
{
	pid_t middle, daemon_pid;
	unsigned long opens;
	char *path;

	if (argc != 3)
		die("usage: daemon DIR K");
	path = text("%s/daemon", directory_argument(argv[1]));
	opens = number_argument(argv[2]);
	pipe_or_die(report);
	pipe_or_die(go);
	middle = run_middle(path, opens);
	reap(middle, 3 << 8);
	if (read(report[0], &daemon_pid, sizeof(daemon_pid)) != sizeof(daemon_pid))
		die("the daemon did not report");
	await_end(daemon_pid);
	truth_add((struct truth_row){ .operation = "openat", .count = opens, .pid = daemon_pid },
		  path);

	printf("{\"program\":\"daemon\",\"pid\":%d,\n\"processes\":[", getpid());
	print_process("root", getpid(), 0, 0, "null");
	printf(",");
	print_process("middle", middle, getpid(), 3, "true");
	printf(",");
	print_process("daemon", daemon_pid, middle, 5, "null");
	printf("]");
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * refused DIR N: calls that the kernel does not make, N times each, among calls
 * that it does: seccomp answers with a signal (SECCOMP_RET_TRAP, and once
 * KILL_PROCESS, in a child) or with ENOSYS, a tracer with a result of its own
 * (PTRACE_SYSEMU, on x86). And calls whose number has bits above those the kernel goes by.
 * Truth: "lookups"; "ttys".
 */
#include "pty.h"
#include <linux/filter.h>
#include <linux/seccomp.h>
#include <signal.h>
#include <stddef.h>
#include <sys/prctl.h>
#include <sys/ptrace.h>
#include <sys/uio.h>
#include <sys/user.h>
#include <ucontext.h>

static struct pty terminal;
static unsigned long times, written;
static volatile sig_atomic_t signals;

static void on_refusal(int number, siginfo_t *information, void *context)
{
	(void)number;
	(void)information;
	signals++;
#ifdef __x86_64__
	((ucontext_t *)context)->uc_mcontext.gregs[REG_RAX] = -EACCES;
#else
	((ucontext_t *)context)->uc_mcontext.regs[0] = -EACCES;
#endif
}

/* From here on truncate and writev are answered so, for this process. */
static void refuse(unsigned int answer)
{
	struct sock_filter filter[] = {
		BPF_STMT(BPF_LD | BPF_W | BPF_ABS, offsetof(struct seccomp_data, nr)),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_truncate, 2, 0),
		BPF_JUMP(BPF_JMP | BPF_JEQ | BPF_K, SYS_writev, 1, 0),
		BPF_STMT(BPF_RET | BPF_K, SECCOMP_RET_ALLOW),
		BPF_STMT(BPF_RET | BPF_K, answer),
	};
	struct sock_fprog program = { sizeof(filter) / sizeof(*filter), filter };

	if (prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) ||
	    prctl(PR_SET_SECCOMP, SECCOMP_MODE_FILTER, &program))
		die("no seccomp filter");
}

static void write_terminal(void)
{
	if (write(terminal.slave, "hello", 5) != 5 || ioctl(terminal.slave, TCFLSH, TCOFLUSH))
		die("cannot write to the terminal");
	written++;
}

static void be_trapped(const char *path)
{
	struct sigaction action = { .sa_sigaction = on_refusal, .sa_flags = SA_SIGINFO };
	struct iovec bytes = { .iov_base = "x", .iov_len = 1 };
	pid_t pid = fork_or_die();

	if (pid) {
		reap(pid, 0);
		return;
	}
	sigaction(SIGSYS, &action, NULL);
	refuse(SECCOMP_RET_TRAP);
	for (unsigned long i = 0; i < times; i++)
		if (syscall(SYS_truncate, path, 0) != -1 || errno != EACCES ||
		    syscall(SYS_writev, terminal.slave, &bytes, 1) != -1)
			die("truncate and writev should be refused");
	_exit(signals == (sig_atomic_t)(2 * times) ? 0 : 1);
}

/* As if the kernel had no such call: containers answer so, too. */
static void be_told_of_no_such_call(const char *path)
{
	pid_t pid = fork_or_die();

	if (pid) {
		reap(pid, 0);
		return;
	}
	refuse(SECCOMP_RET_ERRNO | ENOSYS);
	for (unsigned long i = 0; i < times; i++)
		if (syscall(SYS_truncate, path, 0) != -1 || errno != ENOSYS)
			die("truncate should be missing");
	_exit(0);
}

static void be_killed(const char *path)
{
	pid_t pid = fork_or_die();
	int status;

	if (pid == 0) {
		prctl(PR_SET_DUMPABLE, 0); /* no core dump */
		refuse(SECCOMP_RET_KILL_PROCESS);
		syscall(SYS_truncate, path, 0);
		_exit(0);
	}
	if (wait4(pid, &status, 0, NULL) != pid || !WIFSIGNALED(status) ||
	    WTERMSIG(status) != SIGSYS)
		die("the child should be killed by SIGSYS");
}

#ifdef __x86_64__
/* The tracer answers each truncate with 0 and each writev with 1, and lets the child end. */
static void emulate(pid_t pid)
{
	struct user_regs_struct registers;
	unsigned long answered = 0;
	int status;

	for (;;) {
		if (ptrace(PTRACE_SYSEMU, pid, NULL, NULL) || waitpid(pid, &status, 0) != pid ||
		    !WIFSTOPPED(status) || ptrace(PTRACE_GETREGS, pid, NULL, &registers))
			die("cannot trace");
		if (registers.orig_rax != SYS_truncate && registers.orig_rax != SYS_writev)
			break;
		registers.rax = registers.orig_rax == SYS_writev;
		if (ptrace(PTRACE_SETREGS, pid, NULL, &registers))
			die("cannot answer");
		answered++;
	}
	if (answered != 2 * times)
		die("%lu calls answered", answered);
	kill(pid, SIGKILL);
	reap(pid, SIGKILL);
}

static void be_emulated(const char *path)
{
	struct iovec bytes = { .iov_base = "x", .iov_len = 1 };
	pid_t pid = fork_or_die();
	int status;

	if (pid) {
		if (waitpid(pid, &status, WUNTRACED) != pid || !WIFSTOPPED(status))
			die("the child should stop");
		emulate(pid);
		return;
	}
	if (ptrace(PTRACE_TRACEME, 0, NULL, NULL))
		die("cannot be traced");
	raise(SIGSTOP);
	for (unsigned long i = 0; i < times; i++)
		if (syscall(SYS_truncate, path, 0) != 0 ||
		    syscall(SYS_writev, terminal.slave, &bytes, 1) != 1)
			break;
	_exit(1); /* never: the tracer does not make this call either */
}

static long call_above(unsigned long above, unsigned long number, unsigned long a, unsigned long b,
		       unsigned long c)
{
	register unsigned long fourth __asm__("r10") = 0;
	long result;

	__asm__ volatile("syscall"
			 : "=a"(result)
			 : "a"(above | number), "D"(a), "S"(b), "d"(c), "r"(fourth)
			 : "memory", "cc", "rcx", "r11");
	return result;
}

/* A number's upper half means nothing. */
static void call_by_odd_numbers(const char *path)
{
	long result = call_above(1UL << 32, SYS_openat, AT_FDCWD, (unsigned long)path, O_RDONLY);

	if (looked_up("openat", path, result) < 0)
		die("cannot open %s", path);
	close(result);
	if (call_above(0x7fUL << 32, SYS_write, terminal.slave, (unsigned long)"hello", 5) != 5 ||
	    ioctl(terminal.slave, TCFLSH, TCOFLUSH))
		die("cannot write to the terminal");
	written++;
}
#endif

int main(int argc, char **argv)
{
	char *file, *never;

	if (argc != 3)
		die("usage: refused DIR N");
	file = text("%s/file", directory_argument(argv[1]));
	never = text("%s/never", argv[1]);
	times = number_argument(argv[2]);
	make_file(file);
	terminal = open_raw_pty();
	be_trapped(never);
	be_told_of_no_such_call(never);
	be_killed(never);
#ifdef __x86_64__
	be_emulated(never);
#endif
	for (unsigned long i = 0; i < times; i++) {
		write_terminal();
		if (looked_up("truncate", file, syscall(SYS_truncate, file, 0)))
			die("cannot truncate %s", file);
#ifdef __x86_64__
		call_by_odd_numbers(file);
#endif
	}
	printf("{\"program\":\"refused\",\"pid\":%d", getpid());
	printf(",\n\"ttys\":[{\"pid\":%d,\"tty\":\"pts/%u\",\"direction\":\"output\",\"bytes\":%lu,"
	       "\"writes\":%lu,\"failed\":0}]",
	       getpid(), terminal.index, 5 * written, written);
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

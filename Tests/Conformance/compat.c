/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compat DIR N: system calls of the 32-bit interface (int 0x80), N times each,
 * among the same calls of the 64-bit one: lookups, writes to a terminal, waits
 * for children; and N calls by socketcall, which are counted, not decoded.
 * Truth: "lookups"; "ttys"; "children"; "undecoded". Where the machine has no
 * such interface: "skipped", a sentence.
 */
#include "pty.h"
#include <signal.h>
#include <sys/uio.h>

#ifndef __x86_64__
int main(void)
{
	puts("{\"program\":\"compat\",\"pid\":0,\"skipped\":\"int 0x80 is of x86\"}");
	return 0;
}
#else

/* From here on __NR_ and SYS_ are the numbers of the 32-bit calls. */
#include <asm/unistd_32.h>
#define STAT_OF_64_BITS 4

/* Memory that a 32-bit pointer reaches. */
static struct low {
	char path[4096], second[4096], bytes[4096];
	unsigned int vector[2][2];
	int status;
	unsigned char information[128];
} *low;

static unsigned int address(const void *memory)
{
	return (unsigned long)memory;
}

static long call32(long number, unsigned long a, unsigned long b, unsigned long c, unsigned long d,
		   unsigned long e)
{
	long result;

	__asm__ volatile("int $0x80"
			 : "=a"(result)
			 : "a"(number), "b"(a), "c"(b), "d"(c), "S"(d), "D"(e)
			 : "memory", "cc", "r8", "r9", "r10", "r11");
	result = (int)result;
	if (result < 0) {
		errno = -result;
		return -1;
	}
	return result;
}

/* Made by the 32-bit call, under the name of the 64-bit one. */
static long at_path(const char *operation, const char *path, long number, unsigned long b,
		    unsigned long c, unsigned long d)
{
	strcpy(low->path, path);
	return looked_up(operation, path, call32(number, address(low->path), b, c, d, 0));
}

static long below_directory(const char *operation, const char *path, long number, unsigned long c,
			    unsigned long d, unsigned long e)
{
	strcpy(low->path, path);
	return looked_up(operation, path,
			 call32(number, AT_FDCWD, address(low->path), c, d, e));
}

static void must(const char *name, long result)
{
	if (result < 0)
		die("%s failed", name);
}

static void look_up(const char *directory)
{
	char *file = text("%s/file", directory), *missing = text("%s/missing", directory);
	char *to = text("%s/to", directory), *made = text("%s/made", directory);
	long result;

	result = at_path("creat", file, __NR_creat, 0600, 0, 0);
	must("creat", result);
	call32(__NR_close, result, 0, 0, 0, 0);
	result = at_path("open", file, __NR_open, O_RDONLY, 0, 0);
	must("open", result);
	call32(__NR_close, result, 0, 0, 0, 0);
	result = below_directory("openat", file, __NR_openat, O_RDONLY, 0, 0);
	must("openat", result);
	call32(__NR_close, result, 0, 0, 0, 0);
	must("stat64", at_path("stat", file, __NR_stat64, address(low->bytes), 0, 0));
	must("lstat", at_path("lstat", file, __NR_lstat, address(low->bytes), 0, 0));
	must("fstatat64", below_directory("newfstatat", file, __NR_fstatat64, address(low->bytes),
					  0, 0));
	must("statx", below_directory("statx", file, __NR_statx, 0, 0x7ff, address(low->bytes)));
	must("access", at_path("access", file, __NR_access, R_OK, 0, 0));
	must("chmod", at_path("chmod", file, __NR_chmod, 0600, 0, 0));
	must("chown32", at_path("chown", file, __NR_chown32, -1, -1, 0));
	must("truncate64", at_path("truncate", file, __NR_truncate64, 0, 0, 0));
	strcpy(low->path, file);
	strcpy(low->second, to);
	result = call32(__NR_rename, address(low->path), address(low->second), 0, 0, 0);
	looked_up("rename", file, result);
	must("rename", looked_up("rename", to, result));
	must("mkdirat", below_directory("mkdirat", made, __NR_mkdirat, 0700, 0, 0));
	must("rmdir", at_path("rmdir", made, __NR_rmdir, 0, 0, 0));
	must("unlink", at_path("unlink", to, __NR_unlink, 0, 0, 0));
	if (at_path("open", missing, __NR_open, O_RDONLY, 0, 0) != -1 || errno != ENOENT)
		die("open of %s should fail", missing);
	/* And a 64-bit call of a number that means another call to 32 bits. */
	must("64-bit stat",
	     looked_up("stat", directory, syscall(STAT_OF_64_BITS, directory, low->bytes)));
	free(file);
	free(missing);
	free(to);
	free(made);
}

static struct pty terminal;
static struct {
	unsigned long bytes, writes, failed;
} written;

static void wrote(long result)
{
	written.writes++;
	if (result < 0)
		written.failed++;
	else
		written.bytes += result;
}

static void write_terminal(void)
{
	memset(low->bytes, 'x', sizeof(low->bytes));
	wrote(call32(__NR_write, terminal.slave, address(low->bytes), 10, 0, 0));
	low->vector[0][0] = low->vector[1][0] = address(low->bytes);
	low->vector[0][1] = 3;
	low->vector[1][1] = 4;
	wrote(call32(__NR_writev, terminal.slave, address(low->vector), 2, 0, 0));
	wrote(call32(__NR_write, terminal.slave, 1, 10, 0, 0)); /* EFAULT */
	wrote(write(terminal.slave, "64 bits", 7));
	if (ioctl(terminal.slave, TCFLSH, TCOFLUSH))
		die("cannot flush the terminal");
}

static unsigned long spawned;

static void wait_for_children(void)
{
	static const int calls[] = { __NR_waitpid, __NR_wait4, __NR_waitid };

	for (int i = 0; i < 3; i++) {
		pid_t pid = fork_or_die();

		if (pid == 0)
			_exit(i);
		spawned++;
		if (calls[i] == __NR_waitid) /* any child, told in the siginfo */
			must("waitid", call32(__NR_waitid, P_ALL, 0, address(low->information),
					      WEXITED, 0));
		else if (call32(calls[i], pid, address(&low->status), 0, 0, 0) != pid)
			die("32-bit wait failed");
	}
}

/* Without ia32 emulation the instruction is a fault. */
static void say_skipped(int number)
{
	static const char sentence[] =
		"{\"program\":\"compat\",\"pid\":0,\"skipped\":\"this kernel has no int 0x80\"}\n";

	(void)number;
	_exit(write(STDOUT_FILENO, sentence, sizeof(sentence) - 1) < 0);
}

int main(int argc, char **argv)
{
	unsigned long times;
	char *directory;

	if (argc != 3)
		die("usage: compat DIR N");
	directory = text("%s/compat", directory_argument(argv[1]));
	times = number_argument(argv[2]);
	low = mmap(NULL, sizeof(*low), PROT_READ | PROT_WRITE,
		   MAP_PRIVATE | MAP_ANONYMOUS | MAP_32BIT, -1, 0);
	if (low == MAP_FAILED)
		die("no memory below 2 GB");
	signal(SIGSEGV, say_skipped);
	call32(__NR_getpid, 0, 0, 0, 0, 0);
	signal(SIGSEGV, SIG_DFL);
	make_directory(directory);
	terminal = open_raw_pty();
	for (unsigned long i = 0; i < times; i++) {
		look_up(directory);
		write_terminal();
		wait_for_children();
		call32(__NR_socketcall, 0, 0, 0, 0, 0);
	}
	printf("{\"program\":\"compat\",\"pid\":%d,\"undecoded\":%lu", getpid(), times);
	printf(",\n\"ttys\":[{\"pid\":%d,\"tty\":\"pts/%u\",\"direction\":\"output\",\"bytes\":%lu,"
	       "\"writes\":%lu,\"failed\":%lu}]",
	       getpid(), terminal.index, written.bytes, written.writes, written.failed);
	printf(",\n\"children\":{\"spawned\":%lu,\"reaped\":%lu,\"zombies\":0,\"alive\":0}", spawned,
	       spawned);
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}
#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lookups DIR N M: every operation that looks paths up succeeds N times and
 * fails M times each with ENOENT, ENOTDIR and ELOOP; some fail M times with an
 * errno of their own. Calls on a descriptor with an empty path walk nothing.
 * The families of mknod, chmod, xattr, mount and sockets are in families.c.
 * Truth: "lookups", a row by process, path, operation and errno, which are all
 * lookups under DIR and of ""; "none", the calls that count none.
 */
#include "operations.h"
#include <linux/openat2.h>
#include <sys/inotify.h>

static struct stat status;
static struct statx extended_status;
static char link_target[LONGEST_PATH];
static struct open_how read_only = { .flags = O_RDONLY | O_CLOEXEC };
static char *exec_arguments[] = { "lookups", EXIT_ARGUMENT, NULL };
static char *no_environment[] = { NULL };
static int watcher;

CALL(openat, AT_FDCWD, path, O_RDONLY | O_CLOEXEC, 0)
CALL(openat2, AT_FDCWD, path, &read_only, sizeof(read_only))
CALL(newfstatat, AT_FDCWD, path, &status, 0)
CALL(statx, AT_FDCWD, path, 0, STATX_BASIC_STATS, &extended_status)
CALL(faccessat, AT_FDCWD, path, R_OK)
CALL(faccessat2, AT_FDCWD, path, R_OK, AT_EACCESS)
CALL(readlinkat, AT_FDCWD, path, link_target, sizeof(link_target))
CALL(execve, path, exec_arguments, no_environment)
CALL(execveat, AT_FDCWD, path, exec_arguments, no_environment, 0)
CALL(unlinkat, AT_FDCWD, path, 0)
CALL(renameat2, AT_FDCWD, path, AT_FDCWD, second, 0)
CALL(mkdirat, AT_FDCWD, path, 0700)
CALL(chdir, path)
CALL(inotify_add_watch, watcher, path, IN_ATTRIB)
#ifdef SYS_renameat
CALL(renameat, AT_FDCWD, path, AT_FDCWD, second)
#endif
#ifdef SYS_open
CALL(open, path, O_RDONLY | O_CLOEXEC, 0)
CALL(creat, path, 0600)
CALL(stat, path, &status)
CALL(lstat, path, &status)
CALL(access, path, R_OK)
CALL(readlink, path, link_target, sizeof(link_target))
CALL(unlink, path)
CALL(rename, path, second)
CALL(mkdir, path, 0700)
CALL(rmdir, path)
#endif

static const struct operation operations[] = {
	OPERATION(openat, A_DESCRIPTOR_CLOSED, false),
	OPERATION(openat2, A_DESCRIPTOR_CLOSED, false),
	OPERATION(newfstatat, A_FILE, false),
	OPERATION(statx, A_FILE, false),
	OPERATION(faccessat, A_FILE, false),
	OPERATION(faccessat2, A_FILE, false),
	OPERATION(readlinkat, A_LINK, false),
	OPERATION(execve, A_PROGRAM, false),
	OPERATION(execveat, A_PROGRAM, false),
	OPERATION(unlinkat, A_NEW_FILE, false),
	OPERATION(renameat2, A_NEW_FILE, true),
	OPERATION(mkdirat, NOTHING_THERE, false),
	OPERATION(chdir, A_DIRECTORY, false),
	OPERATION(inotify_add_watch, A_FILE, false),
#ifdef SYS_renameat
	OPERATION(renameat, A_NEW_FILE, true),
#endif
#ifdef SYS_open
	OPERATION(open, A_DESCRIPTOR_CLOSED, false),
	OPERATION(creat, A_DESCRIPTOR_CLOSED, false),
	OPERATION(stat, A_FILE, false),
	OPERATION(lstat, A_FILE, false),
	OPERATION(access, A_FILE, false),
	OPERATION(readlink, A_LINK, false),
	OPERATION(unlink, A_NEW_FILE, false),
	OPERATION(rename, A_NEW_FILE, true),
	OPERATION(mkdir, NOTHING_THERE, false),
	OPERATION(rmdir, A_NEW_DIRECTORY, false),
#endif
};

#define OPERATIONS (sizeof(operations) / sizeof(*operations))

/* Failures that the obstacles above do not give. */
static void fail_in_own_ways(const char *directory, unsigned long times)
{
	static const struct {
		const char *operation, *name;
		int error;
	} failures[] = {
		{ "unlinkat", "directory", EISDIR },  { "unlink", "directory", EISDIR },
		{ "readlinkat", "file", EINVAL },     { "readlink", "file", EINVAL },
		{ "mkdirat", "directory", EEXIST },   { "mkdir", "directory", EEXIST },
		{ "renameat2", "directory", ENOENT }, { "rmdir", "directory", ENOTEMPTY },
		{ "creat", "directory", EISDIR },     { "execve", "file", EACCES },
		{ "execveat", "file", EACCES },	      { "execve", "directory", EACCES },
		{ "execve", "no-format", ENOEXEC },   { "chdir", "file", ENOTDIR },
	};
	char *nowhere = text("%s/missing/to", directory);

	for (size_t i = 0; i < sizeof(failures) / sizeof(*failures); i++) {
		char *path = text("%s/%s", directory, failures[i].name);

		for (size_t o = 0; o < OPERATIONS; o++)
			if (!strcmp(operations[o].name, failures[i].operation))
				fail(&operations[o], path, nowhere, times, failures[i].error);
		free(path);
	}
	free(nowhere);
}

/* "" is looked up, and missing, where no flag says that it is the descriptor. */
static void fail_on_empty_path(unsigned long times)
{
	static const char *const empty_is_itself = "readlinkat";

	for (size_t i = 0; i < OPERATIONS; i++)
		if (!operations[i].two_paths && strcmp(operations[i].name, empty_is_itself))
			fail(&operations[i], "", NULL, times, ENOENT);
}

/* How often each operation was called without a path to walk. */
static struct {
	unsigned long newfstatat, statx, faccessat2, readlinkat, execveat;
} none;

static void exec_descriptor(int program, int other)
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		syscall(SYS_execveat, program, "", exec_arguments, no_environment, AT_EMPTY_PATH);
		_exit(EXIT_NOT_EXECUTED);
	}
	reap(pid, 0);
	if (syscall(SYS_execveat, other, "", exec_arguments, no_environment, AT_EMPTY_PATH) != -1 ||
	    errno != EACCES)
		die("a file without x bits should not exec");
	none.execveat += 2;
}

/* A missing path is taken as an empty one since Linux 6.11, else it is EFAULT. */
static void walk_nothing(int program, int file, int link)
{
	if (syscall(SYS_newfstatat, file, "", &status, AT_EMPTY_PATH))
		die("newfstatat of a descriptor failed");
	syscall(SYS_newfstatat, file, NULL, &status, AT_EMPTY_PATH);
	none.newfstatat += 2;
	if (syscall(SYS_statx, file, "", AT_EMPTY_PATH, STATX_BASIC_STATS, &extended_status))
		die("statx of a descriptor failed");
	syscall(SYS_statx, file, NULL, AT_EMPTY_PATH, STATX_BASIC_STATS, &extended_status);
	none.statx += 2;
	if (syscall(SYS_faccessat2, file, "", R_OK, AT_EMPTY_PATH))
		die("faccessat2 of a descriptor failed");
	none.faccessat2++;
	if (syscall(SYS_readlinkat, link, "", link_target, sizeof(link_target)) < 0)
		die("readlinkat of a descriptor failed");
	if (syscall(SYS_readlinkat, file, "", link_target, sizeof(link_target)) != -1)
		die("readlinkat of a file should fail");
	none.readlinkat += 2;
	exec_descriptor(program, file);
}

static void count_none(const char *directory, unsigned long times)
{
	char *program_path = text("%s/none-program", directory);
	char *file_path = text("%s/none-file", directory);
	char *link_path = text("%s/none-link", directory);
	int program, file, link;

	copy_self(program_path);
	make_file(file_path);
	make_symlink(link_path, "target");
	program = open_counted(program_path, O_PATH | O_CLOEXEC);
	file = open_counted(file_path, O_RDONLY | O_CLOEXEC);
	link = open_counted(link_path, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	for (unsigned long i = 0; i < times; i++)
		walk_nothing(program, file, link);
}

/* The flag alone makes no call a descriptor's: here is a path to walk. */
static void look_up_with_empty_path_flag(const char *directory, unsigned long times)
{
	char *path = text("%s/flagged", directory);

	make_file(path);
	for (unsigned long i = 0; i < times; i++) {
		if (looked_up("newfstatat", path, syscall(SYS_newfstatat, AT_FDCWD, path, &status,
							  AT_EMPTY_PATH)))
			die("newfstatat %s failed", path);
		if (looked_up("statx", path, syscall(SYS_statx, AT_FDCWD, path, AT_EMPTY_PATH,
						     STATX_BASIC_STATS, &extended_status)))
			die("statx %s failed", path);
	}
	free(path);
}

/* A script is one lookup by the program: the kernel opens its interpreter. */
static void exec_script(const char *directory, unsigned long times)
{
	const struct operation execve_operation = OPERATION(execve, A_PROGRAM, false);
	char *path = text("%s/script", directory);
	int file = open_counted(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);

	if (dprintf(file, "#!%s/execve-ok " EXIT_ARGUMENT "\n", directory) < 0 || close(file))
		die("cannot write %s", path);
	for (unsigned long i = 0; i < times; i++)
		exec_in_child(&execve_operation, path);
	free(path);
}

/* It has x bits, and nothing that a program begins with. */
static void make_what_no_program_is(const char *directory)
{
	char *path = text("%s/no-format", directory);

	close(open_counted(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC));
	free(path);
}

static void print_truth(void)
{
	printf("{\"program\":\"lookups\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	printf(",\n\"none\":{\"newfstatat\":%lu,\"statx\":%lu,\"faccessat2\":%lu,"
	       "\"readlinkat\":%lu,\"execveat\":%lu}",
	       none.newfstatat, none.statx, none.faccessat2, none.readlinkat, none.execveat);
	json_end();
}

int main(int argc, char **argv)
{
	unsigned long successes, failures;
	char *directory;

	end_if_told(argc, argv);
	if (argc != 4)
		die("usage: lookups DIR N M");
	directory = text("%s/lookups", directory_argument(argv[1]));
	successes = number_argument(argv[2]);
	failures = number_argument(argv[3]);
	watcher = inotify_init1(IN_CLOEXEC);
	if (watcher < 0)
		die("no inotify instance");

	make_obstacles(directory);
	make_what_no_program_is(directory);
	for (size_t i = 0; i < OPERATIONS; i++) {
		succeed(&operations[i], directory, successes);
		fail_three_ways(&operations[i], directory, failures);
	}
	fail_in_own_ways(directory, failures);
	fail_on_empty_path(failures);
	look_up_with_empty_path_flag(directory, successes);
	exec_script(directory, successes);
	count_none(directory, successes);
	print_truth();
	return 0;
}

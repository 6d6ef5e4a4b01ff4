/* SPDX-License-Identifier: Apache-2.0 */
/*
 * For resolve.c: the rows of its truth, and a process that reads the links of
 * /proc/PID for it, which a process in a chroot would read cut short.
 */
#ifndef RESOLVE_H
#define RESOLVE_H

#include "conformance.h"

#include <linux/openat2.h>
#include <sys/socket.h>

struct resolved_row {
	pid_t pid;
	int error;
	const char *operation;
	const char *resolution;
	size_t path, absolute, opened; /* in the bytes; 0 for none */
};

#define RESOLVED_ROWS 1024
#define RESOLVED_BYTES (1 << 20)

static struct {
	size_t rows_used, bytes_used, executables_used;
	struct resolved_row rows[RESOLVED_ROWS];
	struct {
		pid_t pid;
		size_t path;
	} executables[16];
	char bytes[RESOLVED_BYTES];
} *resolved;

static char *no_strings[] = { NULL };

/* directory/name */
static char *at(const char *directory, const char *name)
{
	return text("%s/%s", directory, name);
}

static size_t keep(const char *string)
{
	size_t place = resolved->bytes_used, size = string ? strlen(string) + 1 : 0;

	if (!string)
		return 0;
	if (size > RESOLVED_BYTES - place)
		die("more text than there is room for");
	memcpy(resolved->bytes + place, string, size);
	resolved->bytes_used += size;
	return place;
}

/* The other end of this reads the links. */
static int oracle;

static void serve_links(int requests)
{
	char name[128], target[8192];
	ssize_t length;

	while (read(requests, name, sizeof(name)) == sizeof(name)) {
		length = readlink(name, target, sizeof(target));
		if (write(requests, target, length > 0 ? length : 0) != length)
			_exit(1);
	}
	_exit(0);
}

static void begin_truth(void)
{
	int ends[2];

	resolved = shared_memory(sizeof(*resolved));
	resolved->bytes_used = 1;
	if (socketpair(AF_UNIX, SOCK_SEQPACKET | SOCK_CLOEXEC, 0, ends))
		die("no sockets");
	if (fork_or_die() == 0) {
		close(ends[1]);
		serve_links(ends[0]);
	}
	close(ends[0]);
	oracle = ends[1];
}

/* What a link below /proc/PID says. */
static char *link_of(pid_t process, pid_t thread, const char *name)
{
	char request[128] = {}, target[8192];
	ssize_t length;

	snprintf(request, sizeof(request), "/proc/%d/task/%d/%s", process, thread, name);
	if (write(oracle, request, sizeof(request)) != sizeof(request))
		die("nobody reads links");
	length = read(oracle, target, sizeof(target));
	if (length <= 0)
		die("cannot read %s", request);
	return text("%.*s", (int)length, target);
}

static char *own(const char *name)
{
	return link_of(getpid(), gettid(), name);
}

static char *own_fd(int descriptor)
{
	return own(text("fd/%d", descriptor));
}

static void add_row(const char *operation, const char *path, int error, const char *absolute,
		    const char *resolution, const char *opened)
{
	if (resolved->rows_used == RESOLVED_ROWS)
		die("more rows than there is room for");
	if (opened && absolute && !strcmp(opened, absolute))
		opened = NULL;
	resolved->rows[resolved->rows_used++] = (struct resolved_row){
		.pid = getpid(),
		.error = error,
		.operation = operation,
		.resolution = resolution,
		.path = keep(path),
		.absolute = keep(absolute),
		.opened = keep(opened),
	};
}

/* The call that has just ended; without an absolute path it is unresolved. */
static void try_call(const char *operation, const char *path, long result, int expected,
		     const char *absolute, const char *opened)
{
	int error = result < 0 ? errno : 0;

	if (error != expected)
		die("%s of '%s' gave %s, not %s", operation, path, strerrorname_np(error),
		    strerrorname_np(expected));
	add_row(operation, path, error, absolute, absolute ? "resolved" : "unresolved", opened);
}

/* What was opened has a path unless the kernel says something like pipe:[N]. */
static void end_open(const char *operation, const char *path, int descriptor, int expected,
		     const char *absolute)
{
	char *opened = descriptor < 0 ? NULL : own_fd(descriptor);

	if (opened && *opened != '/')
		opened = NULL;
	try_call(operation, path, descriptor, expected, absolute, opened);
	if (descriptor >= 0)
		close(descriptor);
}

static void try_open(int directory, const char *path, int flags, int expected,
		     const char *absolute)
{
	end_open("openat", path, syscall(SYS_openat, directory, path, flags, 0600), expected,
		 absolute);
}

static void try_truncated(int directory, const char *path, int flags, int expected)
{
	if (syscall(SYS_openat, directory, path, flags) != -1 || errno != expected)
		die("%s could be opened", path);
	add_row("openat", path, expected, NULL, "truncated", NULL);
}

static void try_open2(int directory, const char *path, unsigned long long resolve, int expected,
		      const char *absolute)
{
	struct open_how how = { .flags = O_PATH, .resolve = resolve };

	end_open("openat2", path, syscall(SYS_openat2, directory, path, &how, sizeof(how)),
		 expected, absolute);
}

/* Sends a descriptor through a pair of sockets, and returns what arrives. */
static int pass_descriptor(int pair[2], int descriptor)
{
	union {
		struct cmsghdr header;
		char bytes[CMSG_SPACE(sizeof(int))];
	} control = {};
	char byte = 0;
	struct iovec data = { .iov_base = &byte, .iov_len = 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	if (sendmsg(pair[0], &message, 0) != 1 || close(descriptor) ||
	    recvmsg(pair[1], &message, 0) != 1)
		die("cannot pass a descriptor");
	memcpy(&descriptor, CMSG_DATA(&control.header), sizeof(int));
	return descriptor;
}

/* Each part leaves directories, roots and namespaces as it found them. */
static void in_child(void (*part)(void))
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		part();
		_exit(0);
	}
	reap(pid, 0);
}

/* Programs: a copy of this one, which waits until its executable is known. */

#define WAIT_ARGUMENT "--wait"

static void wait_if_told(int argc, char **argv)
{
	char byte;

	for (int i = 1; i < argc; i++) {
		if (strcmp(argv[i], WAIT_ARGUMENT))
			continue;
		if (write(STDOUT_FILENO, "", 1) != 1 || read(STDIN_FILENO, &byte, 1) != 0)
			_exit(1);
		_exit(0);
	}
}

static void copy_program(const char *path)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0700);
	char block[65536];
	ssize_t length;

	while ((length = read(from, block, sizeof(block))) > 0)
		if (write(to, block, length) != length)
			die("cannot write %s", path);
	if (length < 0 || close(from) || close(to))
		die("cannot copy this program to %s", path);
}

/* Starts it, and notes what /proc says that it runs. */
static char *executable_of(int directory, const char *path, int flags, pid_t *child)
{
	char *arguments[] = { "program", WAIT_ARGUMENT, NULL }, *executable;
	int in[2], out[2];

	pipe_or_die(in);
	pipe_or_die(out);
	*child = fork_or_die();
	if (*child == 0) {
		dup2(in[0], STDIN_FILENO);
		dup2(out[1], STDOUT_FILENO);
		if (directory == AT_FDCWD)
			syscall(SYS_execve, path, arguments, no_strings);
		else
			syscall(SYS_execveat, directory, path, arguments, no_strings, flags);
		_exit(EXIT_NOT_EXECUTED);
	}
	close(out[1]);
	await(out[0]);
	executable = link_of(*child, *child, "exe");
	resolved->executables[resolved->executables_used].pid = *child;
	resolved->executables[resolved->executables_used++].path = keep(executable);
	close(in[0]);
	close(in[1]);
	reap(*child, 0);
	close(out[0]);
	return executable;
}

/* The file named by a script is not what runs: nothing tells its own path. */
static void run_program(int directory, const char *path, const char *absolute)
{
	pid_t child;
	char *executable = executable_of(directory, path, 0, &child);

	add_row(directory == AT_FDCWD ? "execve" : "execveat", path, 0, absolute, "resolved",
		strstr(path, "script") ? NULL : executable);
	resolved->rows[resolved->rows_used - 1].pid = child;
}

/* A path that looks like the name that the kernel gives to one that begins at a descriptor. */
static void run_by_link(int directory)
{
	const char *path = text("/dev/fd/%d/program", directory);
	pid_t child;
	char *executable = executable_of(directory, path, 0, &child);

	add_row("execveat", path, 0, path, "resolved", executable);
	resolved->rows[resolved->rows_used - 1].pid = child;
}

/* A program without a file: exec by descriptor, which walks no path. */
static void run_memfd(const char *program)
{
	int from = open(program, O_RDONLY), to = memfd_create("program", 0);
	char block[65536];
	ssize_t length;
	pid_t child;

	while ((length = read(from, block, sizeof(block))) > 0)
		if (write(to, block, length) != length)
			die("cannot write to memory");
	executable_of(to, "", AT_EMPTY_PATH, &child);
}

static void print_text(const char *name, size_t place)
{
	printf(",\"%s\":", name);
	if (place)
		json_string(resolved->bytes + place);
	else
		printf("null");
}

static void print_truth(void)
{
	printf(",\n\"paths\":[");
	for (size_t i = 0; i < resolved->rows_used; i++) {
		const struct resolved_row *row = &resolved->rows[i];

		printf("%s\n{\"pid\":%d,\"operation\":\"%s\",\"resolution\":\"%s\"", i ? "," : "",
		       row->pid, row->operation, row->resolution);
		print_text("path", row->path);
		print_text("absolutePath", row->absolute);
		print_text("openedPath", row->opened);
		if (row->error)
			printf(",\"errno\":\"%s\"}", strerrorname_np(row->error));
		else
			printf(",\"errno\":null}");
	}
	printf("],\n\"executables\":[");
	for (size_t i = 0; i < resolved->executables_used; i++) {
		printf("%s\n{\"pid\":%d", i ? "," : "", resolved->executables[i].pid);
		print_text("exe", resolved->executables[i].path);
		printf("}");
	}
	printf("]");
}

#endif

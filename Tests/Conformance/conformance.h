/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What the conformance programs share. Each does something whose true counts
 * it knows, and prints them as one JSON object at its end. The rows of lookups
 * live in memory shared over fork, so a child may add its own; rows are added
 * by one process at a time. Errors go to stderr, with exit status 1.
 */
#ifndef CONFORMANCE_H
#define CONFORMANCE_H

#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

/* The longest path the kernel takes, without its NUL. */
#define LONGEST_PATH 4095

__attribute__((noreturn, format(printf, 1, 2))) static inline void die(const char *format, ...)
{
	int error = errno;
	va_list arguments;

	va_start(arguments, format);
	fprintf(stderr, "%s: ", program_invocation_short_name);
	vfprintf(stderr, format, arguments);
	fprintf(stderr, " (errno %s)\n", strerrorname_np(error));
	va_end(arguments);
	exit(1);
}

static inline unsigned long number_argument(const char *text)
{
	char *end;
	unsigned long number = strtoul(text, &end, 10);

	if (!*text || *end)
		die("%s is not a number", text);
	return number;
}

/* DIR: the working place given by the harness, absolute and existing. */
static inline const char *directory_argument(const char *path)
{
	if (path[0] != '/')
		die("%s is not an absolute path", path);
	return path;
}

static inline void *shared_memory(size_t size)
{
	void *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
			    MAP_SHARED | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);

	if (memory == MAP_FAILED)
		die("no shared memory");
	return memory;
}

__attribute__((format(printf, 1, 2))) static inline char *text(const char *format, ...)
{
	va_list arguments;
	char *made;

	va_start(arguments, format);
	if (vasprintf(&made, format, arguments) < 0)
		die("no memory");
	va_end(arguments);
	return made;
}

/* Processes */

static inline pid_t fork_or_die(void)
{
	pid_t pid = fork();

	if (pid < 0)
		die("fork failed");
	return pid;
}

static inline void reap(pid_t pid, int expected)
{
	int status;

	if (wait4(pid, &status, 0, NULL) != pid)
		die("wait4(%d) failed", pid);
	if (status != expected)
		die("process %d ended with status %#x, not %#x", pid, status, expected);
}

static inline void pipe_or_die(int ends[2])
{
	if (pipe2(ends, O_CLOEXEC))
		die("pipe2 failed");
}

/* One byte through a pipe: the other side is as far as it should be. */
static inline void tell(int descriptor)
{
	if (write(descriptor, "", 1) != 1)
		die("the other side of a pipe is gone");
}

static inline void await(int descriptor)
{
	char byte;

	if (read(descriptor, &byte, 1) != 1)
		die("the other side of a pipe ended early");
}

/* JSON */

/* The bytes of the UTF-8 sequence at p, or 0 if there is no valid one. */
static inline size_t utf8_length(const unsigned char *p, size_t left)
{
	unsigned char low = 0x80, high = 0xbf;
	size_t length;

	if (p[0] < 0x80)
		return 1;
	if (p[0] < 0xc2 || p[0] > 0xf4)
		return 0;
	length = p[0] < 0xe0 ? 2 : p[0] < 0xf0 ? 3 : 4;
	if (p[0] == 0xe0)
		low = 0xa0; /* overlong */
	else if (p[0] == 0xed)
		high = 0x9f; /* surrogates */
	else if (p[0] == 0xf0)
		low = 0x90; /* overlong */
	else if (p[0] == 0xf4)
		high = 0x8f; /* past U+10FFFF */
	if (left < length || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (p[i] < 0x80 || p[i] > 0xbf)
			return 0;
	return length;
}

/* Valid UTF-8 stays; a byte of anything else becomes the 4 characters \xNN. */
static inline void json_bytes(const char *bytes, size_t length)
{
	const unsigned char *p = (const unsigned char *)bytes;

	putchar('"');
	for (size_t i = 0, n; i < length; i += n) {
		n = utf8_length(p + i, length - i);
		if (n == 0) {
			n = 1;
			printf("\\\\x%02x", p[i]);
		} else if (p[i] < 0x20 || p[i] == 0x7f) {
			printf("\\u%04x", p[i]);
		} else if (p[i] == 0xc2 && p[i + 1] < 0xa0) {
			printf("\\u%04x", p[i + 1]); /* C1 controls */
		} else {
			if (p[i] == '"' || p[i] == '\\')
				putchar('\\');
			fwrite(p + i, 1, n, stdout);
		}
	}
	putchar('"');
}

static inline void json_string(const char *string)
{
	json_bytes(string, strlen(string));
}

static inline void json_end(void)
{
	puts("}");
	if (fflush(stdout) || ferror(stdout))
		die("stdout takes no output");
}

/* Lookups */

enum truth_section {
	TRUTH_LOOKUPS,	  /* seen with their whole path */
	TRUTH_TRUNCATED,  /* seen with the first 4,095 bytes of it */
	TRUTH_UNREADABLE, /* seen without a path */
};

struct truth_row {
	const char *operation;
	size_t path; /* where it starts in the bytes */
	size_t length;
	unsigned long count;
	pid_t pid;
	int error;
	enum truth_section section;
};

#define TRUTH_ROWS (1 << 15)
#define TRUTH_BYTES (1 << 23)

static struct truth {
	size_t row_count;
	size_t byte_count;
	struct truth_row rows[TRUTH_ROWS];
	char bytes[TRUTH_BYTES];
} *truth;

static inline bool truth_is(const struct truth_row *row, const struct truth_row *wanted,
			    const char *path)
{
	return row->pid == wanted->pid && row->error == wanted->error &&
	       row->section == wanted->section && row->length == wanted->length &&
	       !strcmp(row->operation, wanted->operation) &&
	       !memcmp(truth->bytes + row->path, path, row->length);
}

/* Count calls; `wanted` names everything but the path. */
static inline void truth_add(struct truth_row wanted, const char *path)
{
	wanted.length = path ? strlen(path) : 0;
	if (!truth)
		truth = shared_memory(sizeof(*truth));
	for (size_t i = truth->row_count; i-- > 0;) {
		if (truth_is(&truth->rows[i], &wanted, path ? path : "")) {
			truth->rows[i].count += wanted.count;
			return;
		}
	}
	if (truth->row_count == TRUTH_ROWS || TRUTH_BYTES - truth->byte_count < wanted.length)
		die("more rows than there is room for");
	wanted.path = truth->byte_count;
	memcpy(truth->bytes + wanted.path, path ? path : "", wanted.length);
	truth->byte_count += wanted.length;
	truth->rows[truth->row_count++] = wanted;
}

/* Count the call that has just returned `result`, and hand the result on. */
static inline long truth_in(enum truth_section section, const char *operation, const char *path,
			    long result)
{
	int error = result < 0 ? errno : 0;

	truth_add((struct truth_row){ .operation = operation,
				      .count = 1,
				      .pid = getpid(),
				      .error = error,
				      .section = section },
		  path);
	errno = error;
	return result;
}

static inline long looked_up(const char *operation, const char *path, long result)
{
	return truth_in(TRUTH_LOOKUPS, operation, path, result);
}

/* Also of an error that system calls keep inside the kernel, and io_uring hands out. */
static inline const char *error_name(int error)
{
	const char *name = strerrorname_np(error);

	return name ? name : error == 512 ? "ERESTARTSYS" : "unknown";
}

static inline void truth_print_row(const struct truth_row *row)
{
	printf("{\"pid\":%d,\"path\":", row->pid);
	if (row->section == TRUTH_UNREADABLE)
		printf("null");
	else
		json_bytes(truth->bytes + row->path,
			   row->length < LONGEST_PATH ? row->length : LONGEST_PATH);
	if (row->section == TRUTH_TRUNCATED)
		printf(",\"length\":%zu", row->length);
	printf(",\"operation\":\"%s\",\"count\":%lu,\"failed\":%lu,\"errno\":", row->operation,
	       row->count, row->error ? row->count : 0);
	if (row->error)
		printf("\"%s\"}", error_name(row->error));
	else
		printf("null}");
}

/* ,"name":[rows of that section] */
static inline void truth_print(const char *name, enum truth_section section)
{
	const char *between = "";

	printf(",\n\"%s\":[", name);
	for (size_t i = 0; truth && i < truth->row_count; i++) {
		if (truth->rows[i].section != section)
			continue;
		printf("%s\n", between);
		truth_print_row(&truth->rows[i]);
		between = ",";
	}
	printf("]");
}

/* Files: made by calls that are counted like all others. */

static inline void make_file(const char *path)
{
	if (looked_up("mknodat", path,
		      syscall(SYS_mknodat, AT_FDCWD, path, S_IFREG | 0600, 0)))
		die("cannot make %s: DIR must be an empty directory", path);
}

static inline void make_directory(const char *path)
{
	if (looked_up("mkdirat", path, syscall(SYS_mkdirat, AT_FDCWD, path, 0700)))
		die("cannot make %s: DIR must be an empty directory", path);
}

/* Two paths, of which the kernel only stores the first. */
static inline void make_symlink(const char *path, const char *target)
{
	long result = syscall(SYS_symlinkat, target, AT_FDCWD, path);

	looked_up("symlinkat", target, result);
	if (looked_up("symlinkat", path, result))
		die("cannot make %s: DIR must be an empty directory", path);
}

static inline int open_counted(const char *path, int flags)
{
	long descriptor = syscall(SYS_openat, AT_FDCWD, path, flags, 0700);

	if (looked_up("openat", path, descriptor) < 0)
		die("cannot open %s", path);
	return descriptor;
}

/* Programs to exec: a copy of the running one, which ends at once if told so. */

#define EXIT_ARGUMENT "--exit"
/* The child could not exec. */
#define EXIT_NOT_EXECUTED 99

static inline void end_if_told(int argc, char **argv)
{
	if (argc > 1 && !strcmp(argv[1], EXIT_ARGUMENT))
		_exit(0);
}

static inline void copy_self(const char *path)
{
	int from = open("/proc/self/exe", O_RDONLY | O_CLOEXEC);
	int to = open_counted(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC);
	char block[65536];
	ssize_t length;

	if (from < 0)
		die("cannot open /proc/self/exe");
	while ((length = read(from, block, sizeof(block))) > 0)
		if (write(to, block, length) != length)
			die("cannot write %s", path);
	if (length < 0 || close(from) || close(to))
		die("cannot copy this program to %s", path);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A table of calls that look paths up, each made to succeed and to fail a given
 * number of times, with every call counted in the truth.
 */
#ifndef OPERATIONS_H
#define OPERATIONS_H

#include "conformance.h"

/* Every call takes two paths; most have no use for the second. */
typedef long call_function(const char *path, const char *second);

#define CALL(name, ...)                                               \
	static long call_##name(const char *path, const char *second) \
	{                                                             \
		(void)second;                                         \
		return syscall(SYS_##name, __VA_ARGS__);              \
	}

/* What must be there for the operation to succeed, and what it leaves. */
enum needs {
	A_FILE,
	A_LINK,
	A_DIRECTORY,
	A_DESCRIPTOR_CLOSED, /* a file, and it is open afterwards */
	A_NEW_FILE,	     /* each time */
	A_NEW_DIRECTORY,     /* each time */
	NOTHING_THERE,	     /* each time, and it makes a directory */
	NO_FILE_THERE,	     /* each time, and it makes a file */
	NO_SECOND_THERE,     /* a file, and it makes the second each time */
	NO_LINK_THERE,	     /* each time, and it makes the second, a link to the first */
	AN_ATTRIBUTE,	     /* a file with the attribute ATTRIBUTE */
	A_NEW_ATTRIBUTE,     /* the same, each time */
	A_CHILD,	     /* a directory, and whoever calls is changed by it */
	A_PROGRAM,
};

#define ATTRIBUTE "trusted.spoor"

struct operation {
	const char *name;
	call_function *call;
	enum needs needs;
	bool two_paths;
};

#define OPERATION(name, ...) { #name, call_##name, __VA_ARGS__ }

/* System calls that the headers here may be too old for. */
#ifndef SYS_fchmodat2
#define SYS_fchmodat2 452
#endif
#ifndef SYS_setxattrat
#define SYS_setxattrat 463
#define SYS_getxattrat 464
#define SYS_listxattrat 465
#define SYS_removexattrat 466
#endif
#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif
#ifndef SYS_file_getattr
#define SYS_file_getattr 468
#define SYS_file_setattr 469
#endif

/* Both paths of a rename are lookups with the call's result. */
static inline long count(const struct operation *operation, const char *path, const char *second)
{
	long result = operation->call(path, operation->two_paths ? second : NULL);

	looked_up(operation->name, path, result);
	if (operation->two_paths)
		looked_up(operation->name, second, result);
	return result;
}

/* A call that this kernel lacks walks nothing; any other looks "" up, in vain. */
static inline bool is_supported(const struct operation *operation)
{
	if (operation->call("", "") != -1)
		die("%s of nothing should fail", operation->name);
	if (errno == ENOSYS)
		return false;
	looked_up(operation->name, "", -1);
	if (operation->two_paths)
		looked_up(operation->name, "", -1);
	return true;
}

/* A child execs, so the row is the child's: added when it has ended well. */
static inline void exec_in_child(const struct operation *operation, const char *path)
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		operation->call(path, NULL);
		_exit(EXIT_NOT_EXECUTED);
	}
	reap(pid, 0);
	truth_add((struct truth_row){ .operation = operation->name, .count = 1, .pid = pid }, path);
}

static inline void call_in_child(const struct operation *operation, const char *path)
{
	pid_t pid = fork_or_die();

	if (pid == 0)
		_exit(count(operation, path, NULL) < 0);
	reap(pid, 0);
}

static inline void set_attribute(const char *path)
{
	if (looked_up("setxattr", path, syscall(SYS_setxattr, path, ATTRIBUTE, "1", 1UL, 0)))
		die("cannot set an attribute of %s", path);
}

static inline void remove_counted(const char *path, int flags)
{
	if (looked_up("unlinkat", path, syscall(SYS_unlinkat, AT_FDCWD, path, flags)))
		die("cannot remove %s", path);
}

/* Before the first call. */
static inline void prepare(const struct operation *operation, const char *path)
{
	switch (operation->needs) {
	case A_FILE:
	case A_DESCRIPTOR_CLOSED:
	case NO_SECOND_THERE:
	case A_NEW_ATTRIBUTE:
		make_file(path);
		break;
	case AN_ATTRIBUTE:
		make_file(path);
		set_attribute(path);
		break;
	case A_LINK:
		make_symlink(path, "target");
		break;
	case A_DIRECTORY:
	case A_CHILD:
		make_directory(path);
		break;
	case A_PROGRAM:
		copy_self(path);
		break;
	default:
		break;
	}
}

/* Before each call. */
static inline void renew(const struct operation *operation, const char *path)
{
	if (operation->needs == A_NEW_FILE)
		close(open_counted(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC));
	if (operation->needs == A_NEW_DIRECTORY)
		make_directory(path);
	if (operation->needs == A_NEW_ATTRIBUTE)
		set_attribute(path);
}

static inline void succeed_once(const struct operation *operation, const char *path,
				const char *second)
{
	long result;

	renew(operation, path);
	result = count(operation, path, second);
	if (result < 0)
		die("%s %s failed", operation->name, path);
	if (operation->needs == A_DESCRIPTOR_CLOSED)
		close(result);
	if (operation->needs == NOTHING_THERE)
		remove_counted(path, AT_REMOVEDIR);
	if (operation->needs == NO_FILE_THERE)
		remove_counted(path, 0);
	if (operation->needs == NO_SECOND_THERE || operation->needs == NO_LINK_THERE)
		remove_counted(second, 0);
}

static inline void succeed(const struct operation *operation, const char *directory,
			   unsigned long times)
{
	char *path = text("%s/%s-ok", directory, operation->name);
	char *second = text("%s/%s-to", directory, operation->name);

	prepare(operation, path);
	for (unsigned long i = 0; i < times; i++) {
		if (operation->needs == A_PROGRAM)
			exec_in_child(operation, path);
		else if (operation->needs == A_CHILD)
			call_in_child(operation, path);
		else
			succeed_once(operation, path, second);
	}
	free(path);
	free(second);
}

static inline void fail(const struct operation *operation, const char *path, const char *second,
			unsigned long times, int expected)
{
	for (unsigned long i = 0; i < times; i++)
		if (count(operation, path, second) != -1 || errno != expected)
			die("%s %s should fail with %s", operation->name, path,
			    strerrorname_np(expected));
}

/* These stand in the way of each operation alike, as root and as anyone. */
static inline void fail_three_ways(const struct operation *operation, const char *directory,
				   unsigned long times)
{
	static const struct {
		const char *name;
		int error;
	} obstacles[] = { { "missing", ENOENT }, { "file", ENOTDIR }, { "loop", ELOOP } };

	for (int i = 0; i < 3; i++) {
		char *path = text("%s/%s/%s", directory, obstacles[i].name, operation->name);
		char *second = text("%s/%s/%s-to", directory, obstacles[i].name, operation->name);

		fail(operation, path, second, times, obstacles[i].error);
		free(path);
		free(second);
	}
}

static inline void make_obstacles(const char *directory)
{
	char *loop = text("%s/loop", directory), *file = text("%s/file", directory);
	char *outer = text("%s/directory", directory), *inner = text("%s/inner", outer);

	make_directory(directory);
	make_symlink(loop, loop);
	make_file(file);
	make_directory(outer);
	make_directory(inner);
	free(loop);
	free(file);
	free(outer);
	free(inner);
}

#endif

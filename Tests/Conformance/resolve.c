/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resolve DIR: lookups of every kind of relative, linked, moved, mounted and
 * deleted path. Truth: "paths", rows with the text given, the absolute path and
 * the opened file's own path as /proc tells them at that moment to a process
 * outside of every chroot; "executables", what /proc/PID/exe says.
 */
#include "conformance.h"
#include "resolve.h"

#include <limits.h>
#include <linux/mount.h>
#include <pthread.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/socket.h>
#include <sys/un.h>

#ifndef SYS_open_tree_attr
#define SYS_open_tree_attr 467
#endif

static char *directory; /* holds real/inner/file, link to real, and file */

/* By a call of which no row tells. */
static int open_or_die(const char *path, int flags)
{
	struct open_how how = { .flags = flags | O_CLOEXEC, .mode = flags & O_CREAT ? 0600 : 0 };
	int descriptor = syscall(SYS_openat2, AT_FDCWD, path, &how, sizeof(how));

	if (descriptor < 0)
		die("cannot open %s", path);
	return descriptor;
}

static void enter(const char *path)
{
	int descriptor = open_or_die(path, O_PATH | O_DIRECTORY);

	if (fchdir(descriptor) || close(descriptor))
		die("cannot enter %s", path);
}

static void make_tree(void)
{
	directory = at(directory, "resolve");
	if (mkdir(directory, 0755) || mkdir(at(directory, "real"), 0755) ||
	    mkdir(at(directory, "real/inner"), 0755) || mkdir(at(directory, "bound"), 0755) ||
	    mkdir(at(directory, "over"), 0755) || symlink("real", at(directory, "link")) ||
	    symlink("chain2", at(directory, "chain1")) ||
	    symlink("link/inner", at(directory, "chain2")) ||
	    symlink("nowhere", at(directory, "dangling")) ||
	    symlink("loop", at(directory, "loop")))
		die("cannot make the tree: DIR must be an empty directory");
	close(open_or_die(at(directory, "file"), O_CREAT));
	close(open_or_die(at(directory, "real/inner/file"), O_CREAT));
}

static void absolute_paths(void)
{
	try_open(AT_FDCWD, at(directory, "file"), O_RDONLY, 0, at(directory, "file"));
	try_open(AT_FDCWD, at(directory, "absent"), O_RDONLY, ENOENT, at(directory, "absent"));
	try_open(AT_FDCWD, text("%s//./real/.//inner/./file", directory), O_RDONLY, 0,
		 at(directory, "real/inner/file"));
	try_open(AT_FDCWD, text("%s/real/inner/", directory), O_RDONLY, 0,
		 at(directory, "real/inner"));
	try_open(AT_FDCWD, "/../../.", O_RDONLY, 0, "/");
	try_open(AT_FDCWD, "/..//etc/./resolve-absent", O_RDONLY, ENOENT, "/etc/resolve-absent");
	/* A name may be a link: only the kernel knows what ".." after it is. */
	try_open(AT_FDCWD, at(directory, "link/../file"), O_RDONLY, 0,
		 at(directory, "link/../file"));
	try_open(AT_FDCWD, at(directory, "link/inner/file"), O_RDONLY, 0,
		 at(directory, "link/inner/file"));
	try_open(AT_FDCWD, at(directory, "chain1/file"), O_RDONLY, 0, at(directory, "chain1/file"));
	try_open(AT_FDCWD, at(directory, "dangling"), O_RDONLY, ENOENT, at(directory, "dangling"));
	try_open(AT_FDCWD, at(directory, "loop"), O_RDONLY, ELOOP, at(directory, "loop"));
	try_open(AT_FDCWD, at(directory, "link"), O_PATH | O_NOFOLLOW, 0, at(directory, "link"));
	try_open(AT_FDCWD, at(directory, "chain1"), O_PATH, 0, at(directory, "chain1"));
	try_open(AT_FDCWD, at(directory, "file/x"), O_RDONLY, ENOTDIR, at(directory, "file/x"));
}

static void relative_paths(void)
{
	char *here, *cut;

	enter(directory);
	here = own("cwd");
	if (strcmp(here, directory))
		die("DIR is not its own real path: %s", here);
	try_open(AT_FDCWD, "file", O_RDONLY, 0, at(here, "file"));
	try_open(AT_FDCWD, "absent", O_RDONLY, ENOENT, at(here, "absent"));
	try_open(AT_FDCWD, ".", O_RDONLY, 0, here);
	try_open(AT_FDCWD, "./real/", O_RDONLY, 0, at(here, "real"));
	try_open(AT_FDCWD, "link/inner", O_RDONLY, 0, at(here, "link/inner"));
	try_open(AT_FDCWD, "real/..", O_RDONLY, 0, at(here, "real/.."));
	try_open(AT_FDCWD, "new", O_CREAT | O_EXCL | O_WRONLY, 0, at(here, "new"));
	try_open(AT_FDCWD, "new", O_CREAT | O_EXCL | O_WRONLY, EEXIST, at(here, "new"));
	try_open(AT_FDCWD, "real/inner", O_TMPFILE | O_WRONLY, 0, at(here, "real/inner"));
	try_open(AT_FDCWD, "", O_RDONLY, ENOENT, NULL);

	enter(at(directory, "real/inner"));
	try_open(AT_FDCWD, "../../file", O_RDONLY, 0, at(directory, "file"));
	try_open(AT_FDCWD, ".././absent", O_RDONLY, ENOENT, at(directory, "real/absent"));
	here = own("cwd");
	cut = strrchr(here, '/');
	*cut = 0;
	try_open(AT_FDCWD, "..", O_RDONLY, 0, here);
	try_open(AT_FDCWD, "../../../../../../../../../../../../../resolve-absent", O_RDONLY,
		 ENOENT, "/resolve-absent");
}

static void descriptors(void)
{
	int real = open_or_die(at(directory, "real"), O_RDONLY | O_DIRECTORY);
	int path = open_or_die(at(directory, "link"), O_PATH);
	int file = open_or_die(at(directory, "file"), O_RDONLY);
	int pair[2], passed = open_or_die(at(directory, "real"), O_PATH);

	enter("/");
	try_open(real, "inner/file", O_RDONLY, 0, at(own_fd(real), "inner/file"));
	try_open(real, "by-descriptor", O_RDONLY, ENOENT, at(own_fd(real), "by-descriptor"));
	try_open(real, "../file", O_RDONLY, 0, at(directory, "file"));
	try_open(path, "inner/by-o-path", O_RDONLY, ENOENT, at(own_fd(path), "inner/by-o-path"));
	try_open(file, "by-file", O_RDONLY, ENOTDIR, at(own_fd(file), "by-file"));
	try_open(999, "by-nothing", O_RDONLY, EBADF, NULL);
	try_open(999, at(directory, "real"), O_RDONLY, 0, at(directory, "real"));

	/* Through a socket, and its number is another one then. */
	if (socketpair(AF_UNIX, SOCK_STREAM, 0, pair))
		die("no sockets");
	passed = pass_descriptor(pair, passed);
	try_open(passed, "by-passed", O_RDONLY, ENOENT, at(own_fd(passed), "by-passed"));
	if (fchdir(passed))
		die("fchdir failed");
	try_open(AT_FDCWD, "by-fchdir", O_RDONLY, ENOENT, at(own("cwd"), "by-fchdir"));
}

static void magic_links(void)
{
	int file = open_or_die(at(directory, "file"), O_RDONLY), pipes[2], memory, socket_;
	char *name;

	enter(directory);
	name = text("/proc/self/fd/%d", file);
	try_open(AT_FDCWD, name, O_RDONLY, 0, name);
	try_open(AT_FDCWD, "/proc/self/cwd/real", O_RDONLY, 0, "/proc/self/cwd/real");
	memory = memfd_create("resolve", 0);
	name = text("/proc/self/fd/%d", memory);
	try_open(AT_FDCWD, name, O_RDONLY, 0, name);
	pipe_or_die(pipes);
	name = text("/proc/self/fd/%d", pipes[1]);
	try_open(AT_FDCWD, name, O_WRONLY, 0, name); /* which has no path: pipe:[N] */
	socket_ = socket(AF_UNIX, SOCK_STREAM, 0);
	name = text("/proc/self/fd/%d", socket_);
	try_open(AT_FDCWD, name, O_RDONLY, ENXIO, name);
}

static void changed_directories(void)
{
	int deleted;
	long result;

	enter(directory);
	try_call("chdir", "missing", chdir("missing"), ENOENT, at(directory, "missing"), NULL);
	/* Where it was is gone from the process: where it is now is told. */
	try_call("chdir", "link", chdir("link"), 0, at(directory, "real"), NULL);
	if (strcmp(own("cwd"), at(directory, "real")))
		die("chdir went elsewhere");
	try_call("chdir", "../link/inner", chdir("../link/inner"), 0, at(directory, "real/inner"),
		 NULL);
	result = chdir(at(directory, "link"));
	try_call("chdir", at(directory, "link"), result, 0, at(directory, "link"), own("cwd"));

	/* The directory is moved, then deleted, while it is the working one. */
	if (mkdir(at(directory, "old"), 0755))
		die("mkdir failed");
	enter(at(directory, "old"));
	if (rename(at(directory, "old"), at(directory, "moved")))
		die("rename failed");
	try_open(AT_FDCWD, "in-moved", O_RDONLY, ENOENT, at(own("cwd"), "in-moved"));
	deleted = open_or_die(".", O_RDONLY);
	if (rmdir(at(directory, "moved")))
		die("rmdir failed");
	if (!strstr(own("cwd"), "/moved (deleted)"))
		die("the kernel has another way to say deleted");
	try_open(AT_FDCWD, "in-deleted", O_RDONLY, ENOENT, at(own("cwd"), "in-deleted"));
	try_open(deleted, "by-deleted", O_RDONLY, ENOENT, at(own_fd(deleted), "by-deleted"));
	try_open(AT_FDCWD, "../file", O_RDONLY, 0, at(directory, "file"));
	try_open(AT_FDCWD, ".", O_PATH, 0, own("cwd"));
}

static void long_and_hostile_names(void)
{
	char name[257], *deep = directory, *here;

	memset(name, 'n', 256);
	name[256] = 0;
	enter(directory);
	try_open(AT_FDCWD, name, O_RDONLY, ENAMETOOLONG, at(directory, name));
	name[255] = 0;
	try_open(AT_FDCWD, name, O_RDONLY, ENOENT, at(directory, name));
	if (mkdir("new\nline-\033[31m-\xff", 0755) || chdir("new\nline-\033[31m-\xff"))
		die("mkdir failed");
	try_open(AT_FDCWD, "in-\x1b-\t-\xe9", O_RDONLY, ENOENT, at(own("cwd"), "in-\x1b-\t-\xe9"));

	/* Down by names of 255 bytes, past PATH_MAX, where readlink gives up. */
	enter(directory);
	for (int i = 1; i <= 18; i++) {
		if (mkdir(name, 0755) || chdir(name))
			die("cannot go down");
		deep = at(deep, name);
		here = i <= 15 ? own("cwd") : NULL;
		if (here && strcmp(here, deep))
			die("%s is not %s", here, deep);
		if (i == 15)
			try_open(AT_FDCWD, "at-15", O_RDONLY, ENOENT, at(here, "at-15"));
		if (i == 18)
			try_truncated(AT_FDCWD, "at-18", O_RDONLY, ENOENT);
	}
	/* So are short names, if there are very many. */
	enter(directory);
	for (int i = 1; i <= 250; i++) {
		if (mkdir("d", 0755) || chdir("d"))
			die("cannot go down");
		if (i == 150)
			try_open(AT_FDCWD, "at-150", O_RDONLY, ENOENT, at(own("cwd"), "at-150"));
	}
	try_truncated(AT_FDCWD, "at-250", O_RDONLY, ENOENT);
}

/* Short ones are read a word at a time: each length, with bytes beside NUL and of all top bits. */
static void names_of_every_length(void)
{
	static const char bytes[] = "\x01n\x80\x7f\xff\x81";
	char name[NAME_MAX + 1];

	for (int length = 1; length <= NAME_MAX; length += length < 40 ? 1 : 43) {
		for (int i = 0; i < length; i++)
			name[i] = bytes[(i + length) % (sizeof(bytes) - 1)];
		name[length] = 0;
		enter(directory);
		if (mkdir(name, 0755) || chdir(name))
			die("mkdir failed");
		try_open(AT_FDCWD, "absent", O_RDONLY, ENOENT, at(at(directory, name), "absent"));
		try_open(AT_FDCWD, ".", O_RDONLY, 0, own("cwd"));
	}
}

static void openat2_flags(void)
{
	int real = open_or_die(at(directory, "real"), O_PATH);
	char *here = own_fd(real);

	enter("/");
	try_open2(real, "inner/file", RESOLVE_BENEATH, 0, at(here, "inner/file"));
	try_open2(real, "../file", RESOLVE_BENEATH, EXDEV, at(directory, "file"));
	try_open2(real, "/etc", RESOLVE_BENEATH, EXDEV, "/etc");
	try_open2(real, "/inner/file", RESOLVE_IN_ROOT, 0, at(here, "inner/file"));
	try_open2(real, "/../inner", RESOLVE_IN_ROOT, 0, at(here, "inner"));
	try_open2(real, "/in-root", RESOLVE_IN_ROOT, ENOENT, at(here, "in-root"));
	try_open2(AT_FDCWD, at(directory, "link/inner"), RESOLVE_NO_SYMLINKS, ELOOP,
		  at(directory, "link/inner"));
	try_open2(AT_FDCWD, "proc/self/cwd", RESOLVE_NO_MAGICLINKS, ELOOP, "/proc/self/cwd");
	try_open2(AT_FDCWD, "proc/self", RESOLVE_NO_XDEV, EXDEV, "/proc/self");
	try_open2(real, "inner", 0, 0, at(here, "inner"));
}

static void *in_thread(void *nothing)
{
	if (unshare(CLONE_FS))
		die("unshare failed");
	enter(at(directory, "real"));
	try_open(AT_FDCWD, "in-thread", O_RDONLY, ENOENT, at(own("cwd"), "in-thread"));
	return nothing;
}

static void threads(void)
{
	pthread_t thread;

	enter(directory);
	if (pthread_create(&thread, NULL, in_thread, NULL) || pthread_join(thread, NULL))
		die("no thread");
	try_open(AT_FDCWD, "beside-thread", O_RDONLY, ENOENT, at(directory, "beside-thread"));
}

static void chroots(void)
{
	char *real = at(directory, "real"), *inner = at(real, "inner");
	long result;

	enter(directory);
	try_call("chroot", "absent-root", chroot("absent-root"), ENOENT,
		 at(directory, "absent-root"), NULL);
	result = chroot("link");
	try_call("chroot", "link", result, 0, at(directory, "link"), own("root"));
	if (strcmp(own("root"), real))
		die("chroot went elsewhere");
	/* The working directory is outside: nothing stops "..". */
	try_open(AT_FDCWD, "file", O_RDONLY, 0, at(directory, "file"));
	try_open(AT_FDCWD, "../resolve/file", O_RDONLY, 0, at(directory, "file"));
	try_open(AT_FDCWD, "/inner/file", O_RDONLY, 0, at(inner, "file"));
	try_open(AT_FDCWD, "/../../in-chroot", O_RDONLY, ENOENT, at(real, "in-chroot"));
	try_open(AT_FDCWD, "/", O_RDONLY, 0, own("root"));
	enter("/inner");
	try_open(AT_FDCWD, "in-inner", O_RDONLY, ENOENT, at(own("cwd"), "in-inner"));
	try_open(AT_FDCWD, "../../../in-root", O_RDONLY, ENOENT, at(own("root"), "in-root"));
	/* What its absolute path began at is no longer its root. */
	result = chroot("/inner");
	try_call("chroot", "/inner", result, 0, own("root"), NULL);
	try_open(AT_FDCWD, "/file", O_RDONLY, 0, at(inner, "file"));
}

static void mounts(void)
{
	int before = open_or_die(at(directory, "real"), O_PATH), bound, tree;
	char *bind = at(directory, "bound"), *over = at(directory, "over");

	if (unshare(CLONE_NEWNS) || mount("none", "/", NULL, MS_REC | MS_PRIVATE, NULL) ||
	    mount(at(directory, "real"), bind, NULL, MS_BIND, NULL))
		die("no mount namespace of its own");
	bound = open_or_die(at(bind, "inner"), O_PATH);
	enter(bind);
	try_open(AT_FDCWD, "inner/file", O_RDONLY, 0, at(own("cwd"), "inner/file"));
	try_open(AT_FDCWD, "in-bound", O_RDONLY, ENOENT, at(own("cwd"), "in-bound"));
	try_open(AT_FDCWD, "../file", O_RDONLY, 0, at(directory, "file"));
	try_open(bound, "file", O_RDONLY, 0, at(own_fd(bound), "file"));
	try_open(bound, "../../by-bound", O_RDONLY, ENOENT, at(directory, "by-bound"));
	/* The mount that it is on is in the namespace that was left. */
	try_open(before, "by-before", O_RDONLY, ENOENT, NULL);

	/* What is below a mount is still where it was. */
	enter(over);
	if (mount("none", over, "tmpfs", 0, NULL))
		die("no tmpfs");
	try_open(AT_FDCWD, "below-mount", O_CREAT | O_WRONLY, 0, at(own("cwd"), "below-mount"));
	enter(over);
	try_open(AT_FDCWD, "in-mount", O_CREAT | O_WRONLY, 0, at(own("cwd"), "in-mount"));
	if (umount2(over, MNT_DETACH))
		die("umount2 failed");
	try_open(AT_FDCWD, "in-detached", O_RDONLY, ENOENT, NULL);
	tree = syscall(SYS_open_tree, AT_FDCWD, at(directory, "real"), OPEN_TREE_CLONE);
	if (tree < 0)
		die("open_tree failed");
	try_open(tree, "by-clone", O_RDONLY, ENOENT, NULL);
}

static void other_calls(void)
{
	int real = open_or_die(at(directory, "real"), O_PATH);
	struct sockaddr_un address = { .sun_family = AF_UNIX, .sun_path = "no-socket" };
	struct stat status;
	int end = socket(AF_UNIX, SOCK_STREAM, 0);
	long result;

	enter(directory);
	try_call("newfstatat", "link", syscall(SYS_newfstatat, AT_FDCWD, "link", &status, 0), 0,
		 at(directory, "link"), NULL);
	try_call("newfstatat", "no-stat",
		 syscall(SYS_newfstatat, real, "no-stat", &status, 0), ENOENT,
		 at(own_fd(real), "no-stat"), NULL);
	/* A tree is an open file. The second call is there since Linux 6.15. */
	result = syscall(SYS_open_tree, AT_FDCWD, at(directory, "link"), 0);
	try_call("open_tree", at(directory, "link"), result, 0, at(directory, "link"),
		 at(directory, "real"));
	result = syscall(SYS_open_tree_attr, AT_FDCWD, at(directory, "link"), 0, NULL, 0UL);
	if (result >= 0 || errno != ENOSYS)
		try_call("open_tree_attr", at(directory, "link"), result, 0, at(directory, "link"),
			 at(directory, "real"));
	/* Two paths, each from where it begins. */
	result = syscall(SYS_renameat2, real, "no-from", AT_FDCWD, "to", 0);
	try_call("renameat2", "no-from", result, ENOENT, at(own_fd(real), "no-from"), NULL);
	errno = ENOENT;
	try_call("renameat2", "to", result, ENOENT, at(directory, "to"), NULL);
	/* A link's target is only stored. */
	result = syscall(SYS_symlinkat, "some/text", real, "made");
	try_call("symlinkat", "some/text", result, 0, NULL, NULL);
	try_call("symlinkat", "made", result, 0, at(own_fd(real), "made"), NULL);
	try_call("connect", "no-socket",
		 connect(end, (struct sockaddr *)&address, sizeof(address)), ENOENT,
		 at(directory, "no-socket"), NULL);
	try_call("execve", "./absent-program", execve("./absent-program", no_strings, no_strings),
		 ENOENT, at(directory, "absent-program"), NULL);
}

static void programs(void)
{
	char *program = at(directory, "program"), *script = at(directory, "script");
	int out;

	copy_program(program);
	if (symlink("program", at(directory, "program-link")))
		die("symlink failed");
	out = open_or_die(script, O_CREAT | O_WRONLY);
	dprintf(out, "#!%s/program-link\n", directory);
	if (fchmod(out, 0755) || close(out))
		die("cannot make %s", script);
	enter(directory);
	run_program(AT_FDCWD, program, program);
	run_program(AT_FDCWD, "./program-link", at(directory, "program-link"));
	run_program(AT_FDCWD, "script", at(directory, "script"));
	enter("/");
	run_program(open(directory, O_PATH), "program-link", at(directory, "program-link"));
	run_program(open(directory, O_PATH), "script", at(directory, "script"));
	run_memfd(program);
	run_by_link(open(directory, O_PATH));
}

int main(int argc, char **argv)
{
	wait_if_told(argc, argv);
	if (argc != 2)
		die("usage: resolve DIR");
	directory = (char *)directory_argument(argv[1]);
	begin_truth();
	make_tree();
	in_child(absolute_paths);
	in_child(relative_paths);
	in_child(descriptors);
	in_child(magic_links);
	in_child(changed_directories);
	in_child(long_and_hostile_names);
	in_child(names_of_every_length);
	in_child(openat2_flags);
	in_child(threads);
	in_child(chroots);
	in_child(mounts);
	in_child(other_calls);
	in_child(programs);
	printf("{\"program\":\"resolve\",\"pid\":%d", getpid());
	print_truth();
	json_end();
	return 0;
}

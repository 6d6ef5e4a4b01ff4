/* SPDX-License-Identifier: Apache-2.0 */
/*
 * paths DIR N: paths that are hard to read, each looked up N times: the longest
 * and longer ones, bytes that no terminal should see, and strings at the edges
 * of pages that are or are not resident; then pointers to no path at all.
 * Truth: "lookups", rows with the whole path; "truncated", whose path is the
 * first 4,095 of "length" bytes; "unreadable", whose path is null.
 */
#include "conformance.h"

static const char *directory;
static unsigned long times;
static size_t page_size;
static struct stat status;
static char *no_environment[] = { NULL };

/* Through calls whose path is the first and the second argument. */
static void look_up(enum truth_section section, const char *path, int expected)
{
	int error;

	for (unsigned long i = 0; i < times; i++) {
		long descriptor = truth_in(section, "openat", path,
					   syscall(SYS_openat, AT_FDCWD, path, O_RDONLY, 0));

		error = descriptor < 0 ? errno : 0;
		if (descriptor >= 0)
			close(descriptor);
		if (error != expected)
			die("openat gave %s", strerrorname_np(error));
		if (truth_in(section, "newfstatat", path,
			     syscall(SYS_newfstatat, AT_FDCWD, path, &status, 0)))
			error = errno;
#ifdef SYS_stat
		if (truth_in(section, "stat", path, syscall(SYS_stat, path, &status)))
			error = errno;
#endif
		if (error != expected)
			die("stat gave %s", strerrorname_np(error));
	}
}

/* `length` bytes: a directory, as many "./" as it takes, and a name. */
static char *padded(const char *first, const char *name, size_t length)
{
	size_t before = strlen(first), after = strlen(name);
	char *path = text("%s%*s", first, (int)(length - before), name);

	/* One slash more if the rest is odd. */
	for (size_t i = before; i < length - after; i++)
		path[i] = (length - after - i) % 2 ? '/' : '.';
	return path;
}

static void exec_once(const char *path)
{
	char *arguments[] = { "paths", EXIT_ARGUMENT, NULL };
	pid_t pid = fork_or_die();

	if (pid == 0) {
		syscall(SYS_execve, path, arguments, no_environment);
		_exit(EXIT_NOT_EXECUTED);
	}
	reap(pid, 0);
	truth_add((struct truth_row){ .operation = "execve", .count = 1, .pid = pid }, path);
}

static void long_paths(void)
{
	char *first = text("%s/", directory), *path = text("%s/program", directory);
	char name[257] = "";

	copy_self(path);
	path = padded(first, "program", LONGEST_PATH);
	look_up(TRUTH_LOOKUPS, path, 0);
	exec_once(path);
	look_up(TRUTH_LOOKUPS, padded(first, "missing", LONGEST_PATH), ENOENT);
	look_up(TRUTH_LOOKUPS, padded(first, "missing", LONGEST_PATH - 1), ENOENT);

	/* A name may be too long in a path that is not. */
	memset(name, 'n', 256);
	look_up(TRUTH_LOOKUPS, text("%s/%s", directory, name), ENAMETOOLONG);
	look_up(TRUTH_LOOKUPS, padded(first, name, LONGEST_PATH), ENAMETOOLONG);

	first = text("%s/too-long-4096/", directory);
	look_up(TRUTH_TRUNCATED, padded(first, "end", 4096), ENAMETOOLONG);
	first = text("%s/too-long-4200/", directory);
	look_up(TRUTH_TRUNCATED, padded(first, "end", 4200), ENAMETOOLONG);
}

static void foreign_bytes(void)
{
	static const char *const names[] = {
		"newline-\n-",
		"escape-\033[31m-",
		"tab-\t-bell-\a-return-\r-",
		"delete-\x7f-",
		"quote-\"-backslash-\\-",
		"utf8-\xc3\xa9-\xf0\x9f\x90\xbe-",
		"c1-\xc2\x9b-",
		"bidi-\xe2\x80\xae-",
		"latin1-\xe9-",
		"never-\xff\xfe-",
		"overlong-\xc0\xaf-\xe0\x80\xaf-",
		"cut-\xe2\x82-\xf0\x9f\x90-",
		"surrogate-\xed\xa0\x80-",
		"past-\xf4\x90\x80\x80-",
		"alone-\x80\xbf-",
		"end-\xc3",
	};

	for (size_t i = 0; i < sizeof(names) / sizeof(*names); i++) {
		char *path = text("%s/%s", directory, names[i]);

		look_up(TRUTH_LOOKUPS, path, ENOENT);
		make_file(path);
		look_up(TRUTH_LOOKUPS, path, 0);
		free(path);
	}
}

/* Two pages of a file that hold the path across their border, none resident. */
static char *across_border(const char *path)
{
	size_t length = strlen(path), start = page_size - length / 2;
	int file = open_counted(path, O_RDWR | O_CREAT | O_EXCL);
	char *pages;

	if (ftruncate(file, 2 * page_size) ||
	    pwrite(file, path, length, start) != (ssize_t)length)
		die("cannot write %s", path);
	pages = mmap(NULL, 2 * page_size, PROT_READ, MAP_PRIVATE, file, 0);
	if (pages == MAP_FAILED || close(file))
		die("cannot map %s", path);
	return pages + start;
}

/* Make pages resident, then drop some of the two around the border. */
static void drop(const char *path, bool first, bool second)
{
	char *border = (char *)(((size_t)path / page_size + 1) * page_size);
	volatile char touched = border[-1];

	touched = border[0];
	(void)touched;
	if ((first && madvise(border - page_size, page_size, MADV_DONTNEED)) ||
	    (second && madvise(border, page_size, MADV_DONTNEED)))
		die("madvise failed");
}

static void page_borders(void)
{
	unsigned long wanted = times;

	times = 1; /* the call makes the pages resident */
	for (int absent = 0; absent < 4; absent++) {
		char *path = across_border(text("%s/border-%s-%s", directory,
						absent & 1 ? "absent" : "resident",
						absent & 2 ? "absent" : "resident"));

		for (unsigned long i = 0; i < wanted; i++) {
			drop(path, absent & 1, absent & 2);
			look_up(TRUTH_LOOKUPS, path, 0);
		}
	}
	times = wanted;
}

/* One readable page, and one after it that nobody may touch. */
static char *guarded_page(void)
{
	char *page = mmap(NULL, 2 * page_size, PROT_READ | PROT_WRITE,
			  MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);

	if (page == MAP_FAILED || mprotect(page + page_size, page_size, PROT_NONE))
		die("no guarded page");
	return page;
}

static void page_end(void)
{
	char *path = text("%s/page-end", directory);
	char *page = guarded_page();

	make_file(path);
	look_up(TRUTH_LOOKUPS, strcpy(page + page_size - strlen(path) - 1, path), 0);
}

/* The path is in `lookups` with the error of its unreadable neighbour. */
static void rename_to_nowhere(const char *unreadable)
{
	char *from = text("%s/rename-from", directory);

	for (unsigned long i = 0; i < times; i++) {
		long result = syscall(SYS_renameat2, AT_FDCWD, from, AT_FDCWD, unreadable, 0);

		if (result != -1 || errno != EFAULT)
			die("renameat2 should fail");
		looked_up("renameat2", from, result);
		truth_in(TRUTH_UNREADABLE, "renameat2", NULL, result);
	}
}

static void unreadable_paths(void)
{
	char *no_path[] = { NULL, (char *)8, (char *)-4096, guarded_page() + page_size - 8 };

	memcpy(no_path[3], "/no/end/", 8);
	for (size_t i = 0; i < sizeof(no_path) / sizeof(*no_path); i++) {
		for (unsigned long n = 0; n < times; n++) {
			truth_in(TRUTH_UNREADABLE, "openat", NULL,
				 syscall(SYS_openat, AT_FDCWD, no_path[i], O_RDONLY, 0));
			truth_in(TRUTH_UNREADABLE, "newfstatat", NULL,
				 syscall(SYS_newfstatat, AT_FDCWD, no_path[i], &status, 0));
			truth_in(TRUTH_UNREADABLE, "execve", NULL,
				 syscall(SYS_execve, no_path[i], no_environment, no_environment));
#ifdef SYS_stat
			truth_in(TRUTH_UNREADABLE, "stat", NULL,
				 syscall(SYS_stat, no_path[i], &status));
#endif
		}
	}
	rename_to_nowhere(no_path[1]);
}

int main(int argc, char **argv)
{
	end_if_told(argc, argv);
	if (argc != 3)
		die("usage: paths DIR N");
	directory = text("%s/paths", directory_argument(argv[1]));
	times = number_argument(argv[2]);
	page_size = sysconf(_SC_PAGESIZE);

	make_directory(directory);
	long_paths();
	foreign_bytes();
	page_borders();
	page_end();
	unreadable_paths();

	printf("{\"program\":\"paths\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	truth_print("truncated", TRUTH_TRUNCATED);
	truth_print("unreadable", TRUTH_UNREADABLE);
	json_end();
	return 0;
}

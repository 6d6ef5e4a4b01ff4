/* SPDX-License-Identifier: Apache-2.0 */
/*
 * families DIR N M: the calls of mknod, link, chmod, chown, utime, xattr and
 * their relatives succeed N times and fail M times each with ENOENT, ENOTDIR
 * and ELOOP, and once on "". Calls on a descriptor walk nothing.
 * Truth: "lookups", a row by process, path, operation and errno.
 */
#include "operations.h"
#include <sys/fanotify.h>
#include <sys/statfs.h>
#include <sys/time.h>
#include <utime.h>

/* struct xattr_args and struct file_attr of newer headers. */
struct attribute_arguments {
	unsigned long value;
	unsigned int size, flags;
};

struct file_attributes {
	unsigned long long xflags;
	unsigned int extent_size, extents, project, copy_extent_size;
};

static char value[64] = "1";
static struct attribute_arguments arguments = { (unsigned long)value, 1, 0 };
static struct file_attributes attributes;
static struct statfs filesystem;
static struct {
	unsigned int bytes;
	int type;
	unsigned char handle[128];
} handle;
static int mount_id, watcher;

CALL(mknodat, AT_FDCWD, path, S_IFREG | 0600, 0)
CALL(linkat, AT_FDCWD, path, AT_FDCWD, second, 0)
CALL(symlinkat, path, AT_FDCWD, second)
CALL(chroot, path)
CALL(truncate, path, 0)
CALL(statfs, path, &filesystem)
CALL(fchmodat, AT_FDCWD, path, 0600)
CALL(fchmodat2, AT_FDCWD, path, 0600, 0)
CALL(fchownat, AT_FDCWD, path, -1, -1, 0)
CALL(utimensat, AT_FDCWD, path, NULL, 0)
CALL(setxattr, path, ATTRIBUTE, value, 1UL, 0)
CALL(lsetxattr, path, ATTRIBUTE, value, 1UL, 0)
CALL(getxattr, path, ATTRIBUTE, value, sizeof(value))
CALL(lgetxattr, path, ATTRIBUTE, value, sizeof(value))
CALL(listxattr, path, value, sizeof(value))
CALL(llistxattr, path, value, sizeof(value))
CALL(removexattr, path, ATTRIBUTE)
CALL(lremovexattr, path, ATTRIBUTE)
CALL(setxattrat, AT_FDCWD, path, 0, ATTRIBUTE, &arguments, sizeof(arguments))
CALL(getxattrat, AT_FDCWD, path, 0, ATTRIBUTE, &arguments, sizeof(arguments))
CALL(listxattrat, AT_FDCWD, path, 0, value, sizeof(value))
CALL(removexattrat, AT_FDCWD, path, 0, ATTRIBUTE)
CALL(file_getattr, AT_FDCWD, path, &attributes, sizeof(attributes), 0)
CALL(fanotify_mark, watcher, FAN_MARK_ADD, (unsigned long)FAN_OPEN, AT_FDCWD, path)
CALL(name_to_handle_at, AT_FDCWD, path, &handle, &mount_id, 0)
#ifdef SYS_open
CALL(mknod, path, S_IFREG | 0600, 0)
CALL(link, path, second)
CALL(symlink, path, second)
CALL(chmod, path, 0600)
CALL(chown, path, -1, -1)
CALL(lchown, path, -1, -1)
CALL(utime, path, NULL)
CALL(utimes, path, NULL)
CALL(futimesat, AT_FDCWD, path, NULL)
#endif

static const struct operation operations[] = {
	OPERATION(mknodat, NO_FILE_THERE, false),
	OPERATION(linkat, NO_SECOND_THERE, true),
	OPERATION(symlinkat, NO_LINK_THERE, true),
	OPERATION(chroot, A_CHILD, false),
	OPERATION(truncate, A_FILE, false),
	OPERATION(statfs, A_FILE, false),
	OPERATION(fchmodat, A_FILE, false),
	OPERATION(fchmodat2, A_FILE, false),
	OPERATION(fchownat, A_FILE, false),
	OPERATION(utimensat, A_FILE, false),
	OPERATION(setxattr, A_FILE, false),
	OPERATION(lsetxattr, A_FILE, false),
	OPERATION(getxattr, AN_ATTRIBUTE, false),
	OPERATION(lgetxattr, AN_ATTRIBUTE, false),
	OPERATION(listxattr, A_FILE, false),
	OPERATION(llistxattr, A_FILE, false),
	OPERATION(removexattr, A_NEW_ATTRIBUTE, false),
	OPERATION(lremovexattr, A_NEW_ATTRIBUTE, false),
	OPERATION(setxattrat, A_FILE, false),
	OPERATION(getxattrat, AN_ATTRIBUTE, false),
	OPERATION(listxattrat, A_FILE, false),
	OPERATION(removexattrat, A_NEW_ATTRIBUTE, false),
	OPERATION(file_getattr, A_DIRECTORY, false),
	OPERATION(fanotify_mark, A_FILE, false),
	OPERATION(name_to_handle_at, A_FILE, false),
#ifdef SYS_open
	OPERATION(mknod, NO_FILE_THERE, false),
	OPERATION(link, NO_SECOND_THERE, true),
	OPERATION(symlink, NO_LINK_THERE, true),
	OPERATION(chmod, A_FILE, false),
	OPERATION(chown, A_FILE, false),
	OPERATION(lchown, A_FILE, false),
	OPERATION(utime, A_FILE, false),
	OPERATION(utimes, A_FILE, false),
	OPERATION(futimesat, A_FILE, false),
#endif
};

#define OPERATIONS (sizeof(operations) / sizeof(*operations))

static void must_work(const char *name, long result)
{
	if (result < 0 && errno != ENOSYS)
		die("%s of a descriptor failed", name);
}

/* "" with AT_EMPTY_PATH, and NULL where it stands for the descriptor. */
static void walk_nothing(int file)
{
	must_work("fchmodat2", syscall(SYS_fchmodat2, file, "", 0600, AT_EMPTY_PATH));
	must_work("fchownat", syscall(SYS_fchownat, file, "", -1, -1, AT_EMPTY_PATH));
	must_work("utimensat", syscall(SYS_utimensat, file, NULL, NULL, 0));
	must_work("utimensat", syscall(SYS_utimensat, file, "", NULL, AT_EMPTY_PATH));
#ifdef SYS_futimesat
	must_work("futimesat", syscall(SYS_futimesat, file, NULL, NULL));
#endif
	must_work("fanotify_mark", syscall(SYS_fanotify_mark, watcher, FAN_MARK_ADD,
					   (unsigned long)FAN_OPEN, file, NULL));
	/* No marks at all, wherever: what is given is not looked at. */
	must_work("fanotify_mark", syscall(SYS_fanotify_mark, watcher, FAN_MARK_FLUSH, 0UL, AT_FDCWD,
					   "/nonesuch"));
	must_work("setxattrat", syscall(SYS_setxattrat, file, "", AT_EMPTY_PATH, ATTRIBUTE,
					&arguments, sizeof(arguments)));
	must_work("getxattrat", syscall(SYS_getxattrat, file, "", AT_EMPTY_PATH, ATTRIBUTE,
					&arguments, sizeof(arguments)));
	handle.bytes = sizeof(handle.handle);
	must_work("name_to_handle_at", syscall(SYS_name_to_handle_at, file, "", &handle, &mount_id,
					       AT_EMPTY_PATH));
}

/* Only the second path of linkat walks when the first is the descriptor. */
static void link_descriptor(const char *directory, int file)
{
	char *path = text("%s/linked", directory);

	if (looked_up("linkat", path,
		      syscall(SYS_linkat, file, "", AT_FDCWD, path, AT_EMPTY_PATH)))
		die("linkat of a descriptor failed");
	remove_counted(path, 0);
	free(path);
}

int main(int argc, char **argv)
{
	unsigned long successes, failures;
	char *directory, *path;
	int file;

	if (argc != 4)
		die("usage: families DIR N M");
	directory = text("%s/families", directory_argument(argv[1]));
	successes = number_argument(argv[2]);
	failures = number_argument(argv[3]);
	handle.bytes = sizeof(handle.handle);
	watcher = fanotify_init(FAN_CLOEXEC | FAN_CLASS_NOTIF, O_RDONLY);
	if (watcher < 0)
		die("no fanotify group");

	make_obstacles(directory);
	for (size_t i = 0; i < OPERATIONS; i++) {
		if (!is_supported(&operations[i]))
			continue;
		succeed(&operations[i], directory, successes);
		fail_three_ways(&operations[i], directory, failures);
	}
	path = text("%s/descriptor", directory);
	make_file(path);
	file = open_counted(path, O_RDWR | O_CLOEXEC);
	for (unsigned long i = 0; i < successes; i++) {
		walk_nothing(file);
		link_descriptor(directory, file);
	}
	printf("{\"program\":\"families\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mounts DIR N: N rounds of mount in each way, umount2, pivot_root and the
 * calls on mount descriptors, in a mount namespace of its own, as root.
 * The source of a mount is a lookup only where it is bound or moved. And what
 * a FUSE server answers with ENOSYS, which is a lookup, where there is FUSE.
 * Truth: "lookups", a row by process, path, operation and errno.
 */
#include "operations.h"
#include <linux/fuse.h>
#include <linux/mount.h>
#include <linux/quota.h>
#include <sched.h>

static const char *source, *target, *moved;

static void must(const char *name, long result)
{
	if (result < 0)
		die("%s failed", name);
}

static long mount_counted(const char *from, const char *to, unsigned long flags, bool walks_source)
{
	long result = syscall(SYS_mount, from, to, flags & MS_BIND ? NULL : "tmpfs", flags, NULL);

	if (walks_source)
		looked_up("mount", from, result);
	return looked_up("mount", to, result);
}

static void unmount_counted(const char *path)
{
	must("umount2", looked_up("umount2", path, syscall(SYS_umount2, path, 0)));
}

static void mount_in_each_way(void)
{
	must("mount", mount_counted("none", source, 0, false));
	must("remount", mount_counted("none", source, MS_REMOUNT, false));
	must("change of type", mount_counted(source, source, MS_PRIVATE, false));
	must("bind", mount_counted(source, target, MS_BIND, true));
	must("bind remount", mount_counted(source, target, MS_REMOUNT | MS_BIND, false));
	must("move", mount_counted(target, moved, MS_MOVE, true));
	must("move", mount_counted(moved, target, MS_MGC_VAL | MS_MOVE, true));
	unmount_counted(target);
	unmount_counted(source);
	if (mount_counted(source, "", MS_BIND, true) != -1 || errno != ENOENT)
		die("a mount on nothing should fail");
	if (looked_up("umount2", target, syscall(SYS_umount2, target, 0)) != -1 || errno != EINVAL)
		die("what is not mounted should not unmount");
}

/* What "" is a lookup of depends on a flag of each call's own. */
static void use_descriptors(void)
{
	struct mount_attr attributes = { .attr_set = MOUNT_ATTR_NODEV };
	int tree, picked, directory;
	long result;

	must("mount", mount_counted("none", source, 0, false));
	tree = looked_up("open_tree", source,
			 syscall(SYS_open_tree, AT_FDCWD, source, OPEN_TREE_CLONE | O_CLOEXEC));
	must("open_tree", tree);
	must("mount_setattr", looked_up("mount_setattr", source,
					syscall(SYS_mount_setattr, AT_FDCWD, source, 0, &attributes,
						sizeof(attributes))));
	must("mount_setattr", syscall(SYS_mount_setattr, tree, "", AT_EMPTY_PATH, &attributes,
				      sizeof(attributes)));
	must("move_mount", looked_up("move_mount", target,
				     syscall(SYS_move_mount, tree, "", AT_FDCWD, target,
					     MOVE_MOUNT_F_EMPTY_PATH)));
	result = syscall(SYS_move_mount, AT_FDCWD, target, AT_FDCWD, moved, 0);
	looked_up("move_mount", target, result);
	must("move_mount", looked_up("move_mount", moved, result));
	picked = looked_up("fspick", source, syscall(SYS_fspick, AT_FDCWD, source, FSPICK_CLOEXEC));
	must("fspick", picked);
	close(picked);
	directory = open_counted(source, O_PATH | O_CLOEXEC);
	picked = syscall(SYS_fspick, directory, "", FSPICK_CLOEXEC | FSPICK_EMPTY_PATH);
	must("fspick", picked);
	close(picked);
	close(directory);
	close(tree);
	unmount_counted(moved);
	unmount_counted(source);
}

/* Two paths; the child's root is no longer ours, so it tells the result only. */
static void pivot(void)
{
	char *old = text("%s/old", source);
	long result;
	pid_t pid;

	must("mount", mount_counted("none", source, 0, false));
	make_directory(old);
	pid = fork_or_die();
	if (pid == 0) {
		if (unshare(CLONE_NEWNS))
			_exit(1);
		result = syscall(SYS_pivot_root, source, old);
		looked_up("pivot_root", source, result);
		looked_up("pivot_root", old, result);
		_exit(result != 0);
	}
	reap(pid, 0);
	unmount_counted(source);
	free(old);
}

static void refuse(const char *operation, const char *path, long result, int expected)
{
	if (looked_up(operation, path, result) != -1 || errno != expected)
		die("%s should fail with %s", operation, strerrorname_np(expected));
}

/* Calls that cannot be let succeed on a machine that others use. */
static void fail_where_success_would_matter(const char *file)
{
	long result;

	refuse("swapon", file, syscall(SYS_swapon, file, 0), EINVAL);
	refuse("swapoff", file, syscall(SYS_swapoff, file), EINVAL);
	refuse("acct", source, syscall(SYS_acct, source), EISDIR);
	refuse("quotactl", file, syscall(SYS_quotactl, QCMD(Q_GETFMT, USRQUOTA), file, 0, &source),
	       ENOTBLK);
	result = syscall(SYS_quotactl, QCMD(Q_QUOTAON, USRQUOTA), file, QFMT_VFS_V1, source);
	refuse("quotactl", file, result, ENOTBLK);
	refuse("quotactl", source, result, ENOTBLK);
	/* Without a path: all file systems are synchronised. */
	must("quotactl", syscall(SYS_quotactl, QCMD(Q_SYNC, USRQUOTA), NULL, 0, NULL));
}

/* Answers for an empty directory: what it does not know, with ENOSYS. */
static void serve_directory(int channel)
{
	static char request[1 << 17];

	while (read(channel, request, sizeof(request)) > 0) {
		struct fuse_in_header *asked = (void *)request;
		struct {
			struct fuse_out_header header;
			union {
				struct fuse_init_out start;
				struct fuse_attr_out attributes;
			};
		} answer = { .header = { .len = sizeof(answer.header), .unique = asked->unique } };

		switch (asked->opcode) {
		case FUSE_FORGET: /* nobody waits for an answer */
		case FUSE_INTERRUPT:
			continue;
		case FUSE_INIT:
			answer.start.major = FUSE_KERNEL_VERSION;
			answer.start.minor = 31;
			answer.start.max_write = 4096;
			answer.header.len += sizeof(answer.start);
			break;
		case FUSE_GETATTR:
			answer.attributes.attr.ino = asked->nodeid;
			answer.attributes.attr.mode = S_IFDIR | 0755;
			answer.attributes.attr.nlink = 2;
			answer.header.len += sizeof(answer.attributes);
			break;
		case FUSE_LOOKUP:
			answer.header.error = -ENOENT;
			break;
		default:
			answer.header.error = -ENOSYS;
		}
		if (write(channel, &answer, answer.header.len) < 0)
			_exit(1);
	}
	_exit(0);
}

/* The kernel walks to the directory, and asks a server that makes none. */
static void be_answered_by_fuse(void)
{
	int channel = open("/dev/fuse", O_RDWR | O_CLOEXEC);
	char *options = text("fd=%d,rootmode=40000,user_id=0,group_id=0", channel);
	char *path = text("%s/made", target);
	pid_t pid;

	looked_up("openat", "/dev/fuse", channel);
	if (channel < 0)
		return;
	must("mount of FUSE",
	     looked_up("mount", target,
		       syscall(SYS_mount, "none", target, "fuse", 0UL, options)));
	pid = fork_or_die();
	if (pid == 0)
		serve_directory(channel);
	if (looked_up("mkdirat", path, syscall(SYS_mkdirat, AT_FDCWD, path, 0700)) != -1 ||
	    errno != ENOSYS)
		die("FUSE should make no directory");
	kill(pid, SIGKILL);
	reap(pid, SIGKILL);
	close(channel);
	unmount_counted(target);
	free(options);
	free(path);
}

int main(int argc, char **argv)
{
	unsigned long times;
	char *directory, *file;

	if (argc != 3)
		die("usage: mounts DIR N");
	directory = text("%s/mounts", directory_argument(argv[1]));
	times = number_argument(argv[2]);
	make_directory(directory);
	make_directory(source = text("%s/source", directory));
	make_directory(target = text("%s/target", directory));
	make_directory(moved = text("%s/moved", directory));
	make_file(file = text("%s/file", directory));
	must("unshare", unshare(CLONE_NEWNS));
	must("mount", mount_counted("none", "/", MS_REC | MS_PRIVATE, false));
	for (unsigned long i = 0; i < times; i++) {
		mount_in_each_way();
		use_descriptors();
		pivot();
		fail_where_success_would_matter(file);
	}
	be_answered_by_fuse();
	printf("{\"program\":\"mounts\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

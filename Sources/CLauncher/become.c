/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <linux/capability.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Runs in the child. By raw system call: glibc's wrappers change every thread of the process
 * and take a lock that a thread of the parent may have held at the fork.
 */

static bool holds(const gid_t *groups, size_t count, gid_t wanted)
{
	for (size_t i = 0; i < count; i++)
		if (groups[i] == wanted)
			return true;
	return false;
}

static bool same_groups(const struct spoor_launch *launch)
{
	long seen = syscall(SYS_getgroups, launch->group_count + 1, launch->groups_seen);

	if (seen < 0)
		return false;
	for (long i = 0; i < seen; i++)
		if (!holds(launch->groups, launch->group_count, launch->groups_seen[i]))
			return false;
	for (size_t i = 0; i < launch->group_count; i++)
		if (!holds(launch->groups_seen, seen, launch->groups[i]))
			return false;
	return true;
}

/* SECBIT_KEEP_CAPS and its like let capabilities survive a change of user. */
static bool without_capabilities(void)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return false;
	for (int i = 0; i < _LINUX_CAPABILITY_U32S_3; i++)
		if (data[i].effective || data[i].permitted)
			return false;
	return true;
}

static bool became(const struct spoor_launch *launch)
{
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	if (syscall(SYS_getresuid, &real_uid, &effective_uid, &saved_uid) < 0 ||
	    syscall(SYS_getresgid, &real_gid, &effective_gid, &saved_gid) < 0)
		return false;
	if (real_uid != launch->uid || effective_uid != launch->uid || saved_uid != launch->uid)
		return false;
	if (real_gid != launch->gid || effective_gid != launch->gid || saved_gid != launch->gid)
		return false;
	return same_groups(launch) && (launch->uid == 0 || without_capabilities());
}

static enum spoor_launch_stage failed(enum spoor_launch_stage stage, int number, int *error)
{
	*error = number;
	return stage;
}

/* Groups first, while it is still allowed; then nothing is believed that was not read back. */
enum spoor_launch_stage spoor_launch_become(const struct spoor_launch *launch, int *error)
{
	if (syscall(SYS_setgroups, launch->group_count, launch->groups) < 0)
		return failed(SPOOR_LAUNCH_GROUPS, errno, error);
	if (syscall(SYS_setresgid, launch->gid, launch->gid, launch->gid) < 0)
		return failed(SPOOR_LAUNCH_GID, errno, error);
	if (syscall(SYS_setresuid, launch->uid, launch->uid, launch->uid) < 0)
		return failed(SPOOR_LAUNCH_UID, errno, error);
	if (!became(launch))
		return failed(SPOOR_LAUNCH_VERIFY, EPERM, error);
	return SPOOR_LAUNCH_STARTED;
}

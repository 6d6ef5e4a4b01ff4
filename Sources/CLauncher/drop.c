/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <dirent.h>
#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/*
 * Gives up what spoor was started with, for good. Capabilities are a thread's own, so there
 * must be one thread alone; and nothing is believed that was not read back.
 */

static int get_capabilities(uint64_t *effective, uint64_t *permitted, uint64_t *inheritable)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3];

	if (syscall(SYS_capget, &header, data) < 0)
		return -1;
	*effective = data[0].effective | (uint64_t)data[1].effective << 32;
	*permitted = data[0].permitted | (uint64_t)data[1].permitted << 32;
	*inheritable = data[0].inheritable | (uint64_t)data[1].inheritable << 32;
	return 0;
}

static int set_capabilities(uint64_t effective, uint64_t permitted)
{
	struct __user_cap_header_struct header = {.version = _LINUX_CAPABILITY_VERSION_3};
	struct __user_cap_data_struct data[_LINUX_CAPABILITY_U32S_3] = {
		{.effective = (uint32_t)effective, .permitted = (uint32_t)permitted},
		{.effective = effective >> 32, .permitted = permitted >> 32},
	};

	return (int)syscall(SYS_capset, &header, data);
}

uint64_t spoor_effective_capabilities(void)
{
	uint64_t effective, permitted, inheritable;

	return get_capabilities(&effective, &permitted, &inheritable) < 0 ? 0 : effective;
}

int spoor_use_capabilities(uint64_t wanted)
{
	uint64_t effective, permitted, inheritable;

	if (get_capabilities(&effective, &permitted, &inheritable) < 0)
		return errno;
	return set_capabilities(permitted & wanted, permitted) < 0 ? errno : 0;
}

static bool is_alone(void)
{
	DIR *tasks = opendir("/proc/self/task");
	int count = 0;

	if (!tasks)
		return false;
	for (struct dirent *entry; (entry = readdir(tasks));)
		count += entry->d_name[0] != '.';
	closedir(tasks);
	return count == 1;
}

static int become(const struct spoor_identity *identity)
{
	uid_t real_uid, effective_uid, saved_uid;
	gid_t real_gid, effective_gid, saved_gid;

	if (setgroups(identity->group_count, identity->groups) < 0 ||
	    setresgid(identity->gid, identity->gid, identity->gid) < 0 ||
	    setresuid(identity->uid, identity->uid, identity->uid) < 0 ||
	    getresuid(&real_uid, &effective_uid, &saved_uid) < 0 ||
	    getresgid(&real_gid, &effective_gid, &saved_gid) < 0)
		return errno;
	if (real_uid != identity->uid || effective_uid != identity->uid ||
	    saved_uid != identity->uid || real_gid != identity->gid ||
	    effective_gid != identity->gid || saved_gid != identity->gid)
		return EPERM;
	/* Root again would mean that nothing was given up. */
	return identity->uid != 0 && setuid(0) == 0 ? EPERM : 0;
}

int spoor_drop_privileges(const struct spoor_identity *identity, uint64_t keep)
{
	uint64_t effective, permitted, inheritable;
	int error = 0;

	if (!is_alone())
		return EBUSY;
	if (get_capabilities(&effective, &permitted, &inheritable) < 0)
		return errno;
	keep &= permitted;
	/* Only CAP_SETPCAP may; without it a program that is executed gains nothing anyway. */
	for (int capability = 0; prctl(PR_CAPBSET_READ, capability, 0, 0, 0) >= 0; capability++)
		prctl(PR_CAPBSET_DROP, capability, 0, 0, 0);
	if (identity) {
		if (prctl(PR_SET_KEEPCAPS, 1, 0, 0, 0) < 0)
			return errno;
		error = become(identity);
		if (error)
			return error;
	}
	if (set_capabilities(keep, keep) < 0 || prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) < 0 ||
	    prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0)
		return errno;
	/* Nobody else of that user may take the descriptors of the eBPF programs. */
	if (prctl(PR_SET_DUMPABLE, 0, 0, 0, 0) < 0)
		return errno;
	if (get_capabilities(&effective, &permitted, &inheritable) < 0)
		return errno;
	return effective == keep && permitted == keep && inheritable == 0 ? 0 : EPERM;
}

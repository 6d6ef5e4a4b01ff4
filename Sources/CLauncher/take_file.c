/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/fsuid.h>
#include <sys/stat.h>
#include <unistd.h>

static int take(const char *path, uid_t uid)
{
	struct stat status;
	/* Not blocked by a fifo, not led away by a link. */
	int fd = open(path, O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY | O_CLOEXEC);

	if (fd < 0)
		return -errno;
	int error = fstat(fd, &status) < 0 ? errno : 0;
	if (error == 0 && (!S_ISREG(status.st_mode) || (status.st_mode & 07777) != 0600 ||
			   status.st_uid != uid || status.st_nlink != 1))
		error = EPERM;
	if (error == 0 && unlink(path) < 0)
		error = errno;
	if (error == 0)
		return fd;
	close(fd);
	return -error;
}

int spoor_take_file(const char *path, uid_t uid, gid_t gid)
{
	/* Of this thread only; leaving uid 0 also takes CAP_DAC_OVERRIDE out of effect. */
	gid_t group = (gid_t)setfsgid(gid);
	uid_t user = (uid_t)setfsuid(uid);
	/* setfsuid tells of no failure: ask. */
	bool switched = (uid_t)setfsuid((uid_t)-1) == uid && (gid_t)setfsgid((gid_t)-1) == gid;
	int result = switched ? take(path, uid) : -EPERM;

	setfsuid(user);
	setfsgid(group);
	return result;
}

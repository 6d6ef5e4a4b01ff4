/* SPDX-License-Identifier: Apache-2.0 */
/* Linux interfaces that Swift's Glibc module leaves out. */
#ifndef SPOOR_CLINUX_SHIM_H
#define SPOOR_CLINUX_SHIM_H

#include <pty.h>
#include <sys/epoll.h>
#include <sys/fsuid.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/*
 * Sets the supplementary groups of this thread alone; the C library's
 * setgroups changes every thread of the process. 0, or -1 with errno.
 */
static inline long spoor_set_thread_groups(size_t count, const gid_t *_Nullable groups)
{
	return syscall(SYS_setgroups, count, groups);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* Linux interfaces that Swift's Glibc module leaves out. */
#ifndef SPOOR_CLINUX_SHIM_H
#define SPOOR_CLINUX_SHIM_H

#include <errno.h>
#include <fcntl.h>
#include <linux/io_uring.h>
#include <linux/membarrier.h>
#include <linux/memfd.h>
#include <linux/perf_event.h>
#include <malloc.h>
#include <pty.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/fsuid.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/syscall.h>
#include <sys/timerfd.h>
#include <unistd.h>

/* Linux 6.3; Debian 12 has the headers of 6.1. */
#ifndef MFD_NOEXEC_SEAL
#define MFD_NOEXEC_SEAL 0x0008U
#endif

/* A file in memory alone; the name is what /proc/PID/fd shows. Its descriptor, or -1 with errno. */
static inline int spoor_memory_file(const char *_Nonnull name)
{
	/* Linux before 6.3 refuses the flag, and later ones complain without it in their log. */
	long file = syscall(SYS_memfd_create, name, MFD_CLOEXEC | MFD_NOEXEC_SEAL);

	return (int)(file < 0 && errno == EINVAL ? syscall(SYS_memfd_create, name, MFD_CLOEXEC) : file);
}

/* Returns when an RCU grace period is over that began here; at once where CPUs are without ticks. */
static inline void spoor_await_grace_period(void)
{
	syscall(SYS_membarrier, MEMBARRIER_CMD_GLOBAL, 0, 0);
}

/*
 * Sets the supplementary groups of this thread alone; the C library's
 * setgroups changes every thread of the process. 0, or -1 with errno.
 */
static inline long spoor_set_thread_groups(size_t count, const gid_t *_Nullable groups)
{
	return syscall(SYS_setgroups, count, groups);
}

/*
 * Has an io_uring of its own do some things, and closes it. How many it took, or a negative error
 * of the ring; the result of the first that was done.
 */
static inline int spoor_ask_ring(const struct io_uring_sqe *_Nonnull asked, unsigned int count,
				 int *_Nonnull first)
{
	struct io_uring_params params = {0};
	int ring = (int)syscall(SYS_io_uring_setup, count, &params);
	size_t indices = params.sq_off.array + params.sq_entries * sizeof(unsigned int);
	size_t results = params.cq_off.cqes + params.cq_entries * sizeof(struct io_uring_cqe);
	size_t requests = params.sq_entries * sizeof(struct io_uring_sqe);
	char *sq, *cq;
	struct io_uring_sqe *request;
	int taken;

	if (ring < 0)
		return -errno;
	sq = (char *)mmap(NULL, indices, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_SQ_RING);
	cq = (char *)mmap(NULL, results, PROT_READ | PROT_WRITE, MAP_SHARED, ring, IORING_OFF_CQ_RING);
	request = (struct io_uring_sqe *)mmap(NULL, requests, PROT_READ | PROT_WRITE, MAP_SHARED, ring,
					      IORING_OFF_SQES);
	taken = -ENOMEM;
	if (sq != MAP_FAILED && cq != MAP_FAILED && request != MAP_FAILED) {
		for (unsigned int i = 0; i < count; i++) {
			request[i] = asked[i];
			((unsigned int *)(sq + params.sq_off.array))[i] = i;
		}
		__atomic_store_n((unsigned int *)(sq + params.sq_off.tail), count, __ATOMIC_RELEASE);
		taken = (int)syscall(SYS_io_uring_enter, ring, count, count, IORING_ENTER_GETEVENTS,
				     NULL, 0);
		if (taken < 0)
			taken = -errno;
		*first = ((struct io_uring_cqe *)(cq + params.cq_off.cqes))->res;
	}
	if (sq != MAP_FAILED)
		munmap(sq, indices);
	if (cq != MAP_FAILED)
		munmap(cq, results);
	if (request != MAP_FAILED)
		munmap(request, requests);
	close(ring);
	return taken;
}

/* Opens a path by a ring. 0, or a negative error: of the ring if there is none, or of the open. */
static inline int spoor_open_by_ring(const char *_Nonnull path)
{
	const struct io_uring_sqe open = {
		.opcode = IORING_OP_OPENAT,
		.fd = AT_FDCWD,
		.addr = (unsigned long)path,
		.open_flags = O_RDONLY | O_CLOEXEC,
	};
	int result = -EIO;
	int taken = spoor_ask_ring(&open, 1, &result);

	if (taken < 1)
		return taken < 0 ? taken : -EIO;
	if (result >= 0)
		close(result);
	return result < 0 ? result : 0;
}

/*
 * Whether this kernel has a system call that walks a path: without one, and at a descriptor that is
 * none, it does nothing, and says so otherwise than by ENOSYS.
 */
static inline bool spoor_has_call(long number)
{
	return syscall(number, -1, NULL, 0, NULL, 0, 0) == -1 && errno != ENOSYS;
}

/* Has a ring do nothing, and refuse what there is not; whether there is a ring that does. */
static inline int spoor_try_ring(void)
{
	const struct io_uring_sqe requests[] = {{.opcode = IORING_OP_NOP}, {.opcode = 255}};
	int result;

	return spoor_ask_ring(requests, 2, &result) > 0;
}

/*
 * perf's number of a tracepoint ("raw_syscalls/sys_exit"), from a tracefs that is mounted nowhere:
 * perhaps nobody has mounted one. -1 where there is none, or without CAP_SYS_ADMIN.
 */
static inline long spoor_tracepoint_number(const char *_Nonnull name)
{
	int context = fsopen("tracefs", FSOPEN_CLOEXEC);
	int tracefs = -1, file = -1;
	char path[128], text[32] = "";
	long number = -1;

	if (context >= 0 && !fsconfig(context, FSCONFIG_CMD_CREATE, NULL, NULL, 0))
		tracefs = fsmount(context, FSMOUNT_CLOEXEC, MOUNT_ATTR_NOSUID | MOUNT_ATTR_NOEXEC);
	snprintf(path, sizeof(path), "events/%s/id", name);
	if (tracefs >= 0)
		file = openat(tracefs, path, O_RDONLY | O_CLOEXEC);
	if (file >= 0 && read(file, text, sizeof(text) - 1) > 0)
		sscanf(text, "%ld", &number);
	if (file >= 0)
		close(file);
	if (tracefs >= 0)
		close(tracefs);
	if (context >= 0)
		close(context);
	return number;
}

/*
 * perf's event at a tracepoint, whoever reaches it: what is attached to one CPU's runs on all. Its
 * descriptor, or -1 with errno: EINVAL where perf has no number for it.
 */
static inline int spoor_open_tracepoint(const char *_Nonnull name)
{
	struct perf_event_attr event = {
		.type = PERF_TYPE_TRACEPOINT,
		.size = sizeof(event),
		.config = (unsigned long)spoor_tracepoint_number(name),
	};

	return (int)syscall(SYS_perf_event_open, &event, -1, 0, -1, PERF_FLAG_FD_CLOEXEC);
}

/* Those whose parents end become children of this process, if they descend from it. */
static inline void spoor_become_subreaper(void)
{
	prctl(PR_SET_CHILD_SUBREAPER, 1);
}

/* SIGINT, SIGQUIT or SIGTSTP to the foreground of a pty, by its master. */
static inline void spoor_signal_terminal(int master, int signal)
{
	ioctl(master, TIOCSIG, signal);
}

/* No core dump of this process; a program that it executes is not concerned. */
static inline void spoor_forbid_core_dump(void)
{
	prctl(PR_SET_DUMPABLE, 0);
}

/* From here on larger allocations than these have a mapping of their own: M_MMAP_THRESHOLD. */
static inline void spoor_map_allocations_above(int bytes)
{
	mallopt(M_MMAP_THRESHOLD, bytes);
}

#endif

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Whom spoor follows, and who a thread is. */
#ifndef SPOOR_TRACKED_BPF_H
#define SPOOR_TRACKED_BPF_H

#include "maps.bpf.h"
#include "plain.bpf.h"

#define SPOOR_TASK_IGNORED 1 /* spoor itself */
#define SPOOR_TASK_PENDING 2 /* started by spoor, and not yet the target's image */
#define SPOOR_TASK_TOLD 4 /* its fork is */
#define SPOOR_TASK_ENDED 8 /* and its exit */

/* What a thread has counted that is in no map yet: see own_counts.bpf.h. */
struct spoor_own_counts {
	struct spoor_lookup_count lookups[SPOOR_FREQUENT_COUNT];
	struct spoor_tty_count writes; /* to `tty` */
	struct spoor_tty tty; /* the first that it wrote to */
	u32 has_tty;
};

/* Lives as long as the thread; a child's is made in fork, before it runs. */
struct spoor_task {
	u64 start_time_ns; /* of the process */
	u64 told_exec; /* self_exec_id of the last exec that was told; 0: none */
	u32 tgid;
	u32 flags;
	struct spoor_own_counts own;
};

struct {
	__uint(type, BPF_MAP_TYPE_TASK_STORAGE);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__type(key, int);
	__type(value, struct spoor_task);
} tracked SEC(".maps");

/*
 * The processes named by -p, by their ids in spoor's pid namespace; 0 is there
 * as long as a census may follow somebody new.
 */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(max_entries, 4097);
	__type(key, u32);
	__type(value, u32);
} seeds SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_CGROUP_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, u32);
} wanted_cgroup SEC(".maps");

static __always_inline struct spoor_task *spoor_follow(struct task_struct *task, u32 flags)
{
	struct spoor_task *self;

	self = bpf_task_storage_get(&tracked, task, 0, BPF_LOCAL_STORAGE_GET_F_CREATE);
	if (!self) {
		spoor_count(tasks_missed);
		return NULL;
	}
	self->tgid = task->tgid;
	self->start_time_ns = spoor_read(spoor_read(task, group_leader), start_boottime);
	self->flags = flags;
	return self;
}

/* With -a, once it is known who spoor is. */
static __always_inline bool spoor_follows_all(void)
{
	return spoor_configuration.scope == SPOOR_SCOPE_ALL && spoor_self_tgid;
}

/* The followed thread, or NULL. With -a everyone is, from the first event on. */
static __always_inline struct spoor_task *spoor_followed(struct task_struct *task)
{
	struct spoor_task *self = bpf_task_storage_get(&tracked, task, 0, 0);

	if (!self && spoor_follows_all())
		self = spoor_follow(task, task->tgid == spoor_self_tgid ? SPOOR_TASK_IGNORED : 0);
	if (!self || self->flags & SPOOR_TASK_IGNORED)
		return NULL;
	return self;
}

/* --comm: the name of the process's first thread. */
static __always_inline bool spoor_passes_comm(struct task_struct *task)
{
	char comm[SPOOR_COMM_LENGTH] = {};

	BPF_CORE_READ_STR_INTO(&comm, task, group_leader, comm);
	for (int i = 0; i < SPOOR_COMM_LENGTH; i++) {
		if (comm[i] != (char)spoor_configuration.comm[i])
			return false;
		if (!comm[i])
			break;
	}
	return true;
}

/* --uid, --comm and --cgroup, of the running process. */
static __always_inline bool spoor_passes_filters(struct task_struct *task)
{
	if (spoor_configuration.filters & SPOOR_FILTER_UID &&
	    (u32)bpf_get_current_uid_gid() != spoor_configuration.uid)
		return false;
	if (spoor_configuration.filters & SPOOR_FILTER_COMM && !spoor_passes_comm(task))
		return false;
	if (spoor_configuration.filters & SPOOR_FILTER_CGROUP &&
	    bpf_current_task_under_cgroup(&wanted_cgroup, 0) != 1)
		return false;
	return true;
}

/* When, and whom it is about: a thread of a followed process. */
static __always_inline void spoor_fill_header(struct spoor_header *header,
					      const struct spoor_task *self,
					      struct task_struct *thread)
{
	header->time_ns = bpf_ktime_get_boot_ns();
	header->start_time_ns = self->start_time_ns;
	header->tgid = self->tgid;
	header->tid = thread->pid;
}

static __always_inline struct spoor_process_key spoor_key(const struct spoor_task *self)
{
	struct spoor_process_key key = {
		.start_time_ns = self->start_time_ns,
		.tgid = self->tgid,
	};

	return key;
}

#endif

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The present state of every task, by iterator: to begin with, and to heal. */
#include "tracked.bpf.h"

static __always_inline bool spoor_is_seed(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, group_leader, thread_pid);
	u32 level = spoor_self_level;
	u32 number = 0;

	if (level > BPF_CORE_READ(pid, level))
		return false;
	bpf_core_read(&number, sizeof(number),
		      (void *)pid + bpf_core_field_offset(pid->numbers) +
			      level * bpf_core_type_size(struct upid));
	return bpf_map_lookup_elem(&seeds, &number);
}

/*
 * Follows a seed's thread, or one whose process descends from a followed one.
 * A pass goes up by pid, so parents mostly come first; user space repeats it
 * until nobody is new.
 */
static __always_inline bool spoor_follow_if_seeded(struct task_struct *task)
{
	struct task_struct *parent = task->real_parent;

	if (task->tgid == spoor_self_tgid)
		return false;
	if (!spoor_is_seed(task) &&
	    !(parent && bpf_task_storage_get(&tracked, parent, 0, 0)))
		return false;
	return spoor_follow(task, 0);
}

/*
 * The filters of another task than the running one. Its cgroup cannot be asked
 * for on every kernel: with --cgroup a process is told from its first event on.
 */
static __always_inline bool spoor_passes_task_filters(struct task_struct *task, bool is_tracked)
{
	if (spoor_configuration.filters & SPOOR_FILTER_UID &&
	    BPF_CORE_READ(task, real_cred, uid.val) != spoor_configuration.uid)
		return false;
	if (spoor_configuration.filters & SPOOR_FILTER_COMM && !spoor_passes_comm(task))
		return false;
	return is_tracked || !(spoor_configuration.filters & SPOOR_FILTER_CGROUP);
}

SEC("iter/task")
int spoor_census(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct spoor_census record = {};
	struct task_struct *parent;
	struct spoor_task *self;

	if (!task)
		return 0;
	self = bpf_task_storage_get(&tracked, task, 0, 0);
	if (self)
		record.flags = SPOOR_CENSUS_TRACKED;
	else if (spoor_configuration.scope == SPOOR_SCOPE_SEEDS && spoor_follow_if_seeded(task))
		record.flags = SPOOR_CENSUS_TRACKED | SPOOR_CENSUS_NEW;
	else if (spoor_configuration.scope != SPOOR_SCOPE_ALL)
		return 0;
	if (task->tgid == spoor_self_tgid)
		return 0;
	/* A new one is told in any case: user space counts them. */
	if (!(record.flags & SPOOR_CENSUS_NEW) && !spoor_passes_task_filters(task, !!self))
		return 0;
	if (task->exit_state)
		record.flags |= SPOOR_CENSUS_DEAD;

	parent = task->real_parent;
	record.start_time_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	record.tgid = task->tgid;
	record.tid = task->pid;
	record.cpu_ns = task->se.sum_exec_runtime;
	if (task->pid == task->tgid) /* and the threads that are gone */
		record.cpu_ns += BPF_CORE_READ(task, signal, sum_sched_runtime);
	record.peak_rss_bytes = spoor_peak_rss(task);
	record.parent_tgid = BPF_CORE_READ(parent, tgid);
	record.parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record.namespace_pid = spoor_namespace_pid(BPF_CORE_READ(task, group_leader));
	record.uid = BPF_CORE_READ(task, real_cred, uid.val);
	BPF_CORE_READ_STR_INTO(&record.comm, task, group_leader, comm);
	bpf_seq_write(context->meta->seq, &record, sizeof(record));
	return 0;
}

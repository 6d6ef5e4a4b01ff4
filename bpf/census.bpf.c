// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The present state of every task, by iterator: to begin with, and to heal. */
#include "kinship.bpf.h"
#include "memory.bpf.h"

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
	u32 zero = 0;

	/* Later passes only look: who is adopted by a followed process does not descend from it. */
	if (task->tgid == spoor_self_tgid || !bpf_map_lookup_elem(&seeds, &zero))
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

/*
 * What its CPU's clock for tasks, which se.exec_start is of, lacks by now: what
 * interrupts and a hypervisor took. The run queue tells it, where groups are
 * scheduled (it is then within reach).
 */
static __always_inline u64 spoor_lacking(struct task_struct *task)
{
	struct cfs_rq *queue;

	if (!bpf_core_field_exists(struct sched_entity, cfs_rq) ||
	    !bpf_core_field_exists(struct cfs_rq, rq))
		return 0;
	queue = spoor_plain_task(task)->se.cfs_rq;
	return BPF_CORE_READ(queue, rq, clock) - BPF_CORE_READ(queue, rq, clock_task);
}

/*
 * Until when it ran, by the scheduler's clock: when it last came to its CPU, and
 * what it has used there since. Classes but the fair one do not keep the latter,
 * and small kernels not the former (CONFIG_SCHED_INFO): then by its CPU's clock
 * for tasks, which is too late by what that has lacked since.
 */
static __always_inline u64 spoor_ran_until(struct task_struct *task)
{
	u64 by_start = task->se.exec_start + spoor_lacking(task);
	u64 by_arrival;

	if (!bpf_core_field_exists(struct sched_info, last_arrival))
		return by_start;
	by_arrival = task->sched_info.last_arrival + task->se.sum_exec_runtime -
		     task->se.prev_sum_exec_runtime;
	return by_arrival < by_start ? by_arrival : by_start;
}

/*
 * When it last ran: the kernel keeps no time of exit, but a zombie never runs
 * again. It is told to within a tick, too late by any time in suspension, when
 * the clock stands still, and too early by what a hypervisor took from its last
 * turn.
 */
static __always_inline u64 spoor_last_ran(struct task_struct *task)
{
	struct task_struct *current = bpf_get_current_task_btf();
	u64 now = bpf_ktime_get_boot_ns();
	s64 age = current->se.exec_start + spoor_lacking(current) - spoor_ran_until(task);

	return age > 0 ? now - age : now;
}

#define SPOOR_EXIT_DEAD 16 /* include/linux/sched.h */

SEC("iter/task")
int spoor_census(struct bpf_iter__task *context)
{
	struct task_struct *task = context->task;
	struct spoor_census record = {};
	struct task_struct *parent, *leader;
	struct spoor_memory memory = {};
	struct spoor_kin tracer;
	struct spoor_task *self;

	if (!task || task->exit_state == SPOOR_EXIT_DEAD) /* being released right now */
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
	parent = spoor_plain_task(task)->real_parent;
	leader = spoor_plain_task(task)->group_leader;
	record.start_time_ns = BPF_CORE_READ(leader, start_boottime);
	record.tgid = task->tgid;
	record.tid = task->pid;
	record.cpu_ns = task->se.sum_exec_runtime;
	record.last_ran_ns = spoor_last_ran(task);
	if (task->pid == task->tgid) /* and the threads that are gone */
		record.cpu_ns += BPF_CORE_READ(task, signal, sum_sched_runtime);
	/* Once a process is enough. */
	if (task->pid == task->tgid || !BPF_CORE_READ(leader, mm))
		memory = spoor_memory(task);
	record.rss_bytes = memory.bytes;
	record.peak_rss_bytes = spoor_peak_rss(task);
	if (record.peak_rss_bytes < memory.peak_bytes)
		record.peak_rss_bytes = memory.peak_bytes;
	if (spoor_is_ending(task))
		record.flags |= SPOOR_CENSUS_ENDING;
	if (task->exit_state) {
		record.flags |= SPOOR_CENSUS_DEAD;
		record.status = spoor_exit_status(leader);
	}
	record.parent_tgid = BPF_CORE_READ(parent, tgid);
	record.parent_tid = BPF_CORE_READ(parent, pid);
	record.parent_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	tracer = spoor_tracer(task);
	record.tracer_tgid = tracer.tgid;
	record.tracer_start_ns = tracer.start_time_ns;
	record.namespace_pid = spoor_namespace_pid(leader);
	record.wait_id = spoor_wait_id(leader);
	record.uid = BPF_CORE_READ(task, real_cred, uid.val);
	BPF_CORE_READ_STR_INTO(&record.comm, leader, comm);
	bpf_seq_write(context->meta->seq, &record, sizeof(record));
	return 0;
}

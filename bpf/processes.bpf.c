// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The life of a process: fork, exit of the last thread, release; see exec.bpf.c and waits.bpf.c.
 *
 * From Linux 7 on a task can be preempted in one of these programs, and the kernel skips a program
 * that another task enters on that CPU meanwhile. So there each that can be has a twin, which
 * tells what the first was kept from: named _perf at perf's tracepoint, where nothing preempts it
 * (see spoor_sys_exit_perf), else _again. Where signals' lock is held (resizes.bpf.c), or after a
 * grace period, nothing preempts the first either.
 */
#include "kinship.bpf.h"
#include "memory.bpf.h"
#include "own_counts.bpf.h"

/* Since Linux 6.2, and in programs at perf's tracepoints since 6.12. */
extern struct task_struct *bpf_task_from_pid(s32 pid) __ksym __weak;
extern void bpf_task_release(struct task_struct *task) __ksym __weak;

/* Whether a fork can matter, before its child is looked for. */
static __always_inline bool spoor_follows_children(struct task_struct *parent)
{
	return spoor_follows_all() || parent->tgid == spoor_self_tgid ||
	       bpf_task_storage_get(&tracked, parent, 0, 0);
}

static __always_inline void spoor_on_fork(struct task_struct *parent, struct task_struct *child)
{
	struct spoor_task *spawner = bpf_task_storage_get(&tracked, parent, 0, 0);
	struct spoor_task *self;
	struct task_struct *waiter;
	struct spoor_process_key key;
	struct spoor_process *process;
	struct spoor_kin spawner_kin, waiter_kin;
	struct spoor_fork record = {};
	bool from_spoor = parent->tgid == spoor_self_tgid;
	u32 flags;

	if (child->tgid == parent->tgid) { /* a thread */
		if (spawner)
			spoor_follow(child, spawner->flags);
		return;
	}
	if (from_spoor && spoor_configuration.scope != SPOOR_SCOPE_SEEDS)
		flags = SPOOR_TASK_PENDING;
	else if (spawner || spoor_follows_all())
		flags = spawner ? spawner->flags & SPOOR_TASK_PENDING : 0;
	else
		return;
	/* Which of two twins comes first is perf's other users' to say. */
	self = bpf_task_storage_get(&tracked, child, 0, 0);
	if (self && self->flags & SPOOR_TASK_TOLD)
		return;
	self = spoor_follow(child, flags | SPOOR_TASK_TOLD);
	if (!self)
		return;
	if (!(from_spoor || spoor_passes_filters(parent)))
		return;

	spawner_kin = spoor_kin(parent);
	record.spawner_tgid = spawner_kin.tgid;
	record.spawner_start_ns = spawner_kin.start_time_ns;
	waiter = spoor_read(child, real_parent);
	waiter_kin = spoor_kin(waiter);
	record.parent_tgid = waiter_kin.tgid;
	record.parent_tid = spoor_read(waiter, pid);
	record.parent_start_ns = waiter_kin.start_time_ns;
	record.wait_id = spoor_wait_id(child);
	record.namespace_pid = spoor_namespace_pid(child);
	record.uid = (u32)bpf_get_current_uid_gid();
	BPF_CORE_READ_STR_INTO(&record.comm, child, comm);

	spoor_fill_header(&record.header, self, child);
	key = spoor_key(self);
	process = spoor_new_entry(&processes, &key, struct spoor_process, process_states_missed);
	if (process) {
		process->fork_time_ns = record.header.time_ns;
		process->spawner_start_ns = record.spawner_start_ns;
		process->spawner_tgid = record.spawner_tgid;
		process->parent_start_ns = record.parent_start_ns;
		process->parent_tgid = record.parent_tgid;
		process->parent_tid = record.parent_tid;
		process->wait_id = record.wait_id;
		process->namespace_pid = record.namespace_pid;
		process->uid = record.uid;
		__builtin_memcpy(process->comm, record.comm, sizeof(process->comm));
		__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_FORKED); /* all that is there */
	}
	spoor_emit(&record.header, SPOOR_KIND_FORK, sizeof(record));
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(spoor_process_fork, struct task_struct *parent, struct task_struct *child)
{
	spoor_fire(SPOOR_HOOK_FORK);
	spoor_on_fork(parent, child);
	return 0;
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(spoor_process_fork_again, struct task_struct *parent, struct task_struct *child)
{
	spoor_fire(SPOOR_HOOK_FORK_AGAIN);
	spoor_on_fork(parent, child);
	return 0;
}

SEC("tp/sched/sched_process_fork")
int spoor_process_fork_perf(struct trace_event_raw_sched_process_fork *event)
{
	struct task_struct *parent = bpf_get_current_task_btf(), *child;

	spoor_fire(SPOOR_HOOK_FORK_AGAIN);
	if (!spoor_follows_children(parent))
		return 0;
	child = bpf_task_from_pid(event->child_pid);
	if (!child)
		return 0;
	spoor_on_fork(parent, child);
	bpf_task_release(child);
	return 0;
}

static __always_inline void spoor_on_exit(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task);
	struct task_struct *leader = spoor_read(task, group_leader);
	struct spoor_exit record = {};
	struct spoor_process_key key;
	struct spoor_kin parent, tracer;
	struct spoor_process *process;

	if (self)
		spoor_settle(self);
	else /* a thread that io_uring made is in no fork event, and may be the last to end */
		self = spoor_followed(task->group_leader);
	/* Threads come and go; the process ends with its last one. */
	if (!self || spoor_read(spoor_read(task, signal), live.counter) != 0)
		return;
	if (self->flags & SPOOR_TASK_ENDED)
		return;
	self->flags |= SPOOR_TASK_ENDED;
	key = spoor_key(self);
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process) {
		if (!spoor_passes_filters(task))
			return;
		process = spoor_entry(&processes, &key, struct spoor_process, process_states_missed);
	}

	record.status = spoor_exit_status(leader);
	record.flags = spoor_exit_flags(leader);
	record.peak_rss_bytes = spoor_peak_rss(task);
	parent = spoor_kin(spoor_read(leader, real_parent));
	record.parent_tgid = parent.tgid;
	record.parent_start_ns = parent.start_time_ns;
	tracer = spoor_tracer(leader);
	record.tracer_tgid = tracer.tgid;
	record.tracer_start_ns = tracer.start_time_ns;
	spoor_fill_header(&record.header, self, task);
	if (process) {
		u32 flags = SPOOR_PROCESS_EXITED;

		if (record.flags & SPOOR_EXIT_AUTOREAPED)
			flags |= SPOOR_PROCESS_AUTOREAPED;
		if (record.flags & SPOOR_EXIT_IGNORED)
			flags |= SPOOR_PROCESS_IGNORED;

		/* Two last threads on two CPUs can both see nobody left. */
		if (__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_EXITING) &
		    SPOOR_PROCESS_EXITING)
			return;
		process->exit_time_ns = record.header.time_ns;
		process->status = record.status;
		process->exit_parent_tgid = record.parent_tgid;
		process->exit_parent_start_ns = record.parent_start_ns;
		process->tracer_tgid = record.tracer_tgid;
		process->tracer_start_ns = record.tracer_start_ns;
		process->peak_rss_bytes = record.peak_rss_bytes;
		__sync_fetch_and_or(&process->flags, flags); /* all that is there */
	}
	spoor_emit(&record.header, SPOOR_KIND_EXIT, sizeof(record));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(spoor_process_exit, struct task_struct *task)
{
	spoor_fire(SPOOR_HOOK_EXIT);
	spoor_on_exit(task);
	return 0;
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(spoor_process_exit_again, struct task_struct *task)
{
	spoor_fire(SPOOR_HOOK_EXIT_AGAIN);
	spoor_on_exit(task);
	return 0;
}

SEC("tp/sched/sched_process_exit")
int spoor_process_exit_perf(void *event)
{
	spoor_fire(SPOOR_HOOK_EXIT_AGAIN);
	spoor_on_exit(bpf_get_current_task_btf());
	return 0;
}

/*
 * Only its last parent can have reaped it. That one may be gone by now, and its
 * memory another's, but then that is younger than what it would have reaped.
 */
static __always_inline void spoor_tell_reaper(struct spoor_release *record,
					      struct task_struct *task, u64 exit_time_ns)
{
	struct task_struct *parent = spoor_read(task, real_parent);
	struct spoor_kin reaper = spoor_kin(parent);

	if (exit_time_ns && reaper.start_time_ns > exit_time_ns)
		return;
	record->reaper_tgid = reaper.tgid;
	record->reaper_start_ns = reaper.start_time_ns;
	record->reaper_flags = spoor_reaper_flags(parent);
}

/*
 * The task struct goes, an RCU grace period after the process was reaped; by
 * now every thread has added its CPU time to the signal struct.
 */
static __always_inline void spoor_on_free(struct task_struct *task)
{
	struct spoor_process_key key = {};
	struct spoor_release record = {};
	struct spoor_process *process;

	if (task->pid != task->tgid)
		return;
	key.tgid = task->tgid;
	key.start_time_ns = task->start_boottime;
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process)
		return;
	record.header.time_ns = bpf_ktime_get_boot_ns();
	record.header.start_time_ns = key.start_time_ns;
	record.header.tgid = key.tgid;
	record.header.tid = key.tgid;
	record.cpu_ns = spoor_read(spoor_read(task, signal), sum_sched_runtime);
	record.peak_rss_bytes = spoor_peak_rss(task);
	spoor_tell_reaper(&record, task, process->exit_time_ns);
	process->reaper_tgid = record.reaper_tgid;
	process->reaper_start_ns = record.reaper_start_ns;
	process->reaper_flags = record.reaper_flags;
	process->cpu_ns = record.cpu_ns;
	process->peak_rss_bytes = record.peak_rss_bytes;
	process->release_time_ns = record.header.time_ns;
	__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_RELEASED);
	spoor_emit(&record.header, SPOOR_KIND_RELEASE, sizeof(record));
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(spoor_process_free, struct task_struct *task)
{
	spoor_fire(SPOOR_HOOK_FREE);
	spoor_on_free(task);
	return 0;
}

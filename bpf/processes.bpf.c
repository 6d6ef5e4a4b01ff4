// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The life of a process: fork, exit of the last thread, wait, release; see exec.bpf.c too. */
#include "call.bpf.h"

/* What must survive a full ring; user space removes what was released. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 17);
	__type(key, struct spoor_process_key);
	__type(value, struct spoor_process);
} processes SEC(".maps");

#define SPOOR_SIGNAL_GROUP_EXIT 4 /* include/linux/sched/signal.h */
#define SPOOR_SIGCHLD 17
#define SPOOR_SIG_IGN 1
#define SPOOR_SA_NOCLDWAIT 2
#define SPOOR_WNOWAIT 0x01000000
/* Offset of si_pid: the union is aligned to pointers. */
#define SPOOR_SIGINFO_PID 16
#define SPOOR_COMPAT_SIGINFO_PID 12
#define SPOOR_WNOHANG 1

/* The process's id in the innermost pid namespace it lives in. */
static __always_inline u32 spoor_namespace_pid(struct task_struct *leader)
{
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = (struct upid *)((void *)pid + bpf_core_field_offset(pid->numbers));
	int number = 0;

	bpf_core_read(&number, sizeof(number), (void *)numbers + level * bpf_core_type_size(struct upid));
	return number;
}

static __always_inline void spoor_on_fork(struct task_struct *parent, struct task_struct *child)
{
	struct spoor_task *spawner = bpf_task_storage_get(&tracked, parent, 0, 0);
	struct spoor_task *self;
	struct task_struct *waiter;
	struct spoor_process_key key;
	struct spoor_process *process;
	struct spoor_fork record = {};
	bool from_spoor = parent->tgid == spoor_self_tgid;

	if (child->tgid == parent->tgid) { /* a thread */
		if (spawner)
			spoor_follow(child, spawner->flags);
		return;
	}
	if (from_spoor && spoor_configuration.scope != SPOOR_SCOPE_SEEDS)
		self = spoor_follow(child, SPOOR_TASK_PENDING);
	else if (spawner || spoor_configuration.scope == SPOOR_SCOPE_ALL)
		self = spoor_follow(child, spawner ? spawner->flags & SPOOR_TASK_PENDING : 0);
	else
		return;
	if (!self || !(from_spoor || spoor_passes_filters(parent)))
		return;

	waiter = BPF_CORE_READ(child, real_parent);
	record.spawner_tgid = parent->tgid;
	record.spawner_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record.parent_tgid = BPF_CORE_READ(waiter, tgid);
	record.parent_start_ns = BPF_CORE_READ(waiter, group_leader, start_boottime);
	record.namespace_pid = spoor_namespace_pid(child);
	record.uid = (u32)bpf_get_current_uid_gid();
	BPF_CORE_READ_STR_INTO(&record.comm, child, comm);

	spoor_fill_header(&record.header, self);
	record.header.tid = child->pid;
	key = spoor_key(self);
	process = spoor_entry(&processes, &key, struct spoor_process, process_states_missed);
	if (process) {
		process->fork_time_ns = record.header.time_ns;
		process->spawner_start_ns = record.spawner_start_ns;
		process->spawner_tgid = record.spawner_tgid;
		process->parent_start_ns = record.parent_start_ns;
		process->parent_tgid = record.parent_tgid;
		process->namespace_pid = record.namespace_pid;
		process->uid = record.uid;
		__builtin_memcpy(process->comm, record.comm, sizeof(process->comm));
		process->flags = SPOOR_PROCESS_FORKED;
	}
	spoor_emit(&record.header, SPOOR_KIND_FORK, sizeof(record));
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(spoor_process_fork, struct task_struct *parent, struct task_struct *child)
{
	spoor_on_fork(parent, child);
	return 0;
}

/* Its parent asked never to hear of it: do_notify_parent in kernel/signal.c. */
static __always_inline bool spoor_is_autoreaped(struct task_struct *leader)
{
	struct sighand_struct *handlers = BPF_CORE_READ(leader, real_parent, sighand);
	struct sigaction action = {};

	if (BPF_CORE_READ(leader, exit_signal) != SPOOR_SIGCHLD)
		return false;
	action.sa_handler = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_handler);
	action.sa_flags = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_flags);
	return action.sa_handler == (void *)SPOOR_SIG_IGN || action.sa_flags & SPOOR_SA_NOCLDWAIT;
}

static __always_inline u64 spoor_peak_rss(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, maxrss) * spoor_configuration.page_bytes;
}

static __always_inline void spoor_on_exit(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task);
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct spoor_exit record = {};
	struct spoor_process_key key;
	struct spoor_process *process;

	/* Threads come and go; the process ends with its last one. */
	if (!self || BPF_CORE_READ(task, signal, live.counter) != 0)
		return;
	key = spoor_key(self);
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process) {
		if (!spoor_passes_filters(task))
			return;
		process = spoor_entry(&processes, &key, struct spoor_process, process_states_missed);
	}

	/* As wait_task_zombie in kernel/exit.c tells it. */
	record.status = BPF_CORE_READ(task, signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ?
				BPF_CORE_READ(task, signal, group_exit_code) :
				BPF_CORE_READ(leader, exit_code);
	record.flags = spoor_is_autoreaped(leader) ? SPOOR_EXIT_AUTOREAPED : 0;
	record.peak_rss_bytes = spoor_peak_rss(task);
	spoor_fill_header(&record.header, self);
	if (process) {
		u32 flags = SPOOR_PROCESS_EXITED |
			    (record.flags ? SPOOR_PROCESS_AUTOREAPED : 0);

		/* Two last threads on two CPUs can both see nobody left. */
		if (__sync_fetch_and_or(&process->flags, flags) & SPOOR_PROCESS_EXITED)
			return;
		process->exit_time_ns = record.header.time_ns;
		process->status = record.status;
		process->peak_rss_bytes = record.peak_rss_bytes;
	}
	spoor_emit(&record.header, SPOOR_KIND_EXIT, sizeof(record));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(spoor_process_exit, struct task_struct *task)
{
	spoor_on_exit(task);
	return 0;
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
	record.cpu_ns = BPF_CORE_READ(task, signal, sum_sched_runtime);
	record.peak_rss_bytes = spoor_peak_rss(task);
	process->cpu_ns = record.cpu_ns;
	process->peak_rss_bytes = record.peak_rss_bytes;
	process->release_time_ns = record.header.time_ns;
	__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_RELEASED);
	spoor_emit(&record.header, SPOOR_KIND_RELEASE, sizeof(record));
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(spoor_process_free, struct task_struct *task)
{
	spoor_on_free(task);
	return 0;
}

#define SPOOR_P_PID 1 /* which of waitid: the id is a process's */

/*
 * wait4 returns the child; waitid returns 0 and tells it in the siginfo, if it
 * was given one. Else it is the id that was asked for, or stays 0: unknown.
 */
static __always_inline void spoor_on_wait(const struct spoor_call *call)
{
	struct spoor_wait record = {};
	u64 siginfo;

	record.options = spoor_argument(call, call->what->flags.argument);
	if (call->what->siginfo == SPOOR_NONE) {
		if (call->result <= 0)
			return;
		record.pid = call->result;
	} else {
		if (call->result != 0 || record.options & SPOOR_WNOWAIT)
			return;
		siginfo = spoor_argument(call, call->what->siginfo);
		if (siginfo) {
			bpf_probe_read_user(&record.pid, sizeof(record.pid),
					    (void *)(siginfo + (call->is_compat ?
									SPOOR_COMPAT_SIGINFO_PID :
									SPOOR_SIGINFO_PID)));
			if (!record.pid) /* WNOHANG, and nobody to reap */
				return;
		} else if (spoor_argument(call, 0) == SPOOR_P_PID) {
			record.pid = spoor_argument(call, 1);
		} else if (record.options & SPOOR_WNOHANG) {
			return; /* perhaps nobody was reaped */
		}
	}
	spoor_fill_header(&record.header, call->self);
	spoor_emit(&record.header, SPOOR_KIND_WAIT, sizeof(record));
}

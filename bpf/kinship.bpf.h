/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Who a process is to others: its ids, its parent, its tracer and who may reap it. */
#ifndef SPOOR_KINSHIP_BPF_H
#define SPOOR_KINSHIP_BPF_H

#include "tracked.bpf.h"

/* Its id and its namespace at a depth; user space shows 0 where it has none there. */
static __always_inline struct spoor_wait_id spoor_id_at(struct pid *pid, u32 level)
{
	struct upid *numbers = (struct upid *)((void *)pid + bpf_core_field_offset(pid->numbers));
	struct upid *number = (void *)numbers + level * bpf_core_type_size(struct upid);
	struct spoor_wait_id id = {};

	if (level > BPF_CORE_READ(pid, level))
		return id;
	id.pid = BPF_CORE_READ(number, nr);
	id.pid_namespace = BPF_CORE_READ(number, ns, ns.inum);
	return id;
}

/* The process's id in the innermost pid namespace it lives in. */
static __always_inline u32 spoor_namespace_pid(struct task_struct *leader)
{
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);

	return spoor_id_at(pid, BPF_CORE_READ(pid, level)).pid;
}

/* What a wait call of its parent returns for it. */
static __always_inline struct spoor_wait_id spoor_wait_id(struct task_struct *leader)
{
	return spoor_id_at(BPF_CORE_READ(leader, thread_pid),
			   BPF_CORE_READ(leader, real_parent, thread_pid, level));
}

struct spoor_kin {
	u64 start_time_ns;
	u32 tgid;
};

static __always_inline struct spoor_kin spoor_kin(struct task_struct *task)
{
	struct spoor_kin kin = {
		.start_time_ns = BPF_CORE_READ(task, group_leader, start_boottime),
		.tgid = BPF_CORE_READ(task, tgid),
	};

	return kin;
}

/* Who traces it, unless that is its own parent: ptrace_reparented in linux/ptrace.h. */
static __always_inline struct spoor_kin spoor_tracer(struct task_struct *leader)
{
	struct spoor_kin none = {}, tracer;

	if (!BPF_CORE_READ(leader, ptrace))
		return none;
	tracer = spoor_kin(BPF_CORE_READ(leader, parent));
	return tracer.tgid == (u32)BPF_CORE_READ(leader, real_parent, tgid) ? none : tracer;
}

#define SPOOR_SIGNAL_GROUP_EXIT 4 /* include/linux/sched/signal.h */

/* Of a process that has ended, as wait_task_zombie in kernel/exit.c tells it. */
static __always_inline s32 spoor_exit_status(struct task_struct *leader)
{
	return BPF_CORE_READ(leader, signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ?
		       BPF_CORE_READ(leader, signal, group_exit_code) :
		       BPF_CORE_READ(leader, exit_code);
}

/* Every thread of its process has exited, or is about to. */
static __always_inline bool spoor_is_ending(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ||
	       BPF_CORE_READ(task, signal, live.counter) == 0;
}

#define SPOOR_SIGCHLD 17
#define SPOOR_SIG_IGN 1
#define SPOOR_SA_NOCLDWAIT 2

/* It asked never to hear of its children: do_notify_parent in kernel/signal.c. */
static __always_inline bool spoor_ignores_children(struct task_struct *parent)
{
	struct sighand_struct *handlers = BPF_CORE_READ(parent, sighand);
	void *handler = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_handler);
	unsigned long flags = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_flags);

	return handler == (void *)SPOOR_SIG_IGN || flags & SPOOR_SA_NOCLDWAIT;
}

/* Whether its parent wants no zombie of it; a tracer hears of it before that. */
static __always_inline u32 spoor_exit_flags(struct task_struct *leader)
{
	if (BPF_CORE_READ(leader, exit_signal) != SPOOR_SIGCHLD ||
	    !spoor_ignores_children(BPF_CORE_READ(leader, real_parent)))
		return 0;
	return BPF_CORE_READ(leader, ptrace) ? SPOOR_EXIT_IGNORED : SPOOR_EXIT_AUTOREAPED;
}

/* Why it was the one to reap. */
static __always_inline u32 spoor_reaper_flags(struct task_struct *reaper)
{
	struct signal_struct *signal = BPF_CORE_READ(reaper, signal);
	u32 flags = spoor_namespace_pid(BPF_CORE_READ(reaper, group_leader)) == 1 ?
			    SPOOR_REAPER_INIT :
			    0;

	if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
		flags |= SPOOR_REAPER_SUBREAPER;
	return flags;
}

#endif

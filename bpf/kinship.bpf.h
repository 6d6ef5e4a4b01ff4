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

	if (level > spoor_read(pid, level))
		return id;
	id.pid = spoor_read(number, nr);
	id.pid_namespace = spoor_read(spoor_read(number, ns), ns.inum);
	return id;
}

/* The process's id in the innermost pid namespace it lives in. */
static __always_inline u32 spoor_namespace_pid(struct task_struct *leader)
{
	struct pid *pid = spoor_read(leader, thread_pid);

	return spoor_id_at(pid, spoor_read(pid, level)).pid;
}

/* What a wait call of its parent returns for it. */
static __always_inline struct spoor_wait_id spoor_wait_id(struct task_struct *leader)
{
	struct pid *parent = spoor_read(spoor_read(leader, real_parent), thread_pid);

	return spoor_id_at(spoor_read(leader, thread_pid), spoor_read(parent, level));
}

struct spoor_kin {
	u64 start_time_ns;
	u32 tgid;
};

static __always_inline struct spoor_kin spoor_kin(struct task_struct *task)
{
	struct spoor_kin kin = {
		.start_time_ns = spoor_read(spoor_read(task, group_leader), start_boottime),
		.tgid = spoor_read(task, tgid),
	};

	return kin;
}

/* Who traces it, unless that is its own parent: ptrace_reparented in linux/ptrace.h. */
static __always_inline struct spoor_kin spoor_tracer(struct task_struct *leader)
{
	struct spoor_kin none = {}, tracer;
	struct task_struct *parent;

	if (!spoor_read(leader, ptrace))
		return none;
	tracer = spoor_kin(spoor_read(leader, parent));
	parent = spoor_read(leader, real_parent);
	return tracer.tgid == (u32)spoor_read(parent, tgid) ? none : tracer;
}

#define SPOOR_SIGNAL_GROUP_EXIT 4 /* include/linux/sched/signal.h */

/* Of a process that has ended, as wait_task_zombie in kernel/exit.c tells it. */
static __always_inline s32 spoor_exit_status(struct task_struct *leader)
{
	struct signal_struct *signal = spoor_read(leader, signal);

	return spoor_read(signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ?
		       spoor_read(signal, group_exit_code) :
		       spoor_read(leader, exit_code);
}

/* Every thread of its process has exited, or is about to. */
static __always_inline bool spoor_is_ending(struct task_struct *task)
{
	struct signal_struct *signal = spoor_read(task, signal);

	return spoor_read(signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ||
	       spoor_read(signal, live.counter) == 0;
}

#define SPOOR_SIGCHLD 17
#define SPOOR_SIG_IGN 1
#define SPOOR_SA_NOCLDWAIT 2

/* It asked never to hear of its children: do_notify_parent in kernel/signal.c. */
static __always_inline bool spoor_ignores_children(struct task_struct *parent)
{
	struct sighand_struct *handlers = spoor_read(parent, sighand);
	void *handler = spoor_read(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_handler);
	unsigned long flags = spoor_read(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_flags);

	return handler == (void *)SPOOR_SIG_IGN || flags & SPOOR_SA_NOCLDWAIT;
}

/* Whether its parent wants no zombie of it; a tracer hears of it before that. */
static __always_inline u32 spoor_exit_flags(struct task_struct *leader)
{
	if (spoor_read(leader, exit_signal) != SPOOR_SIGCHLD ||
	    !spoor_ignores_children(spoor_read(leader, real_parent)))
		return 0;
	return spoor_read(leader, ptrace) ? SPOOR_EXIT_IGNORED : SPOOR_EXIT_AUTOREAPED;
}

/* Why it was the one to reap. */
static __always_inline u32 spoor_reaper_flags(struct task_struct *reaper)
{
	struct signal_struct *signal = spoor_read(reaper, signal);
	u32 flags = spoor_namespace_pid(spoor_read(reaper, group_leader)) == 1 ?
			    SPOOR_REAPER_INIT :
			    0;

	if (BPF_CORE_READ_BITFIELD_PROBED(signal, is_child_subreaper))
		flags |= SPOOR_REAPER_SUBREAPER;
	return flags;
}

#endif

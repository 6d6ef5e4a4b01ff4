// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Who waits for children, and what that told of them. */
#include "call.bpf.h"
#include "kinship.bpf.h"

#define SPOOR_WNOHANG 1
#define SPOOR_WSTOPPED 2
#define SPOOR_WCONTINUED 8
#define SPOOR_WNOWAIT 0x01000000
#define SPOOR_P_PID 1 /* which of waitid: the id is a process's */
#define SPOOR_WAIT4_STATUS 1 /* the argument */

/* siginfo_t: the union with si_pid is aligned to pointers. */
#define SPOOR_SIGINFO_CODE 8
#define SPOOR_SIGINFO_PID 16
#define SPOOR_COMPAT_SIGINFO_PID 12
#define SPOOR_CLD_EXITED 1
#define SPOOR_CLD_DUMPED 3

/* The low byte is 0x7f for a child that stopped, and all bits for one that continued. */
static __always_inline u32 spoor_wait4_state(u64 address)
{
	u32 status;

	if (!address || bpf_probe_read_user(&status, sizeof(status), (void *)address))
		return SPOOR_WAIT_UNTOLD;
	return (status & 0x7f) == 0x7f ? SPOOR_WAIT_LIVES : SPOOR_WAIT_ENDED;
}

static __always_inline u32 spoor_waitid_state(u64 siginfo)
{
	s32 code;

	if (bpf_probe_read_user(&code, sizeof(code), (void *)(siginfo + SPOOR_SIGINFO_CODE)))
		return SPOOR_WAIT_UNTOLD;
	return code >= SPOOR_CLD_EXITED && code <= SPOOR_CLD_DUMPED ? SPOOR_WAIT_ENDED :
								      SPOOR_WAIT_LIVES;
}

/*
 * wait4 returns the child; waitid returns 0 and tells it in the siginfo, if it
 * was given one. Else it is the id that was asked for, or stays 0: unknown.
 */
static __always_inline void spoor_on_wait(const struct spoor_call *call)
{
	struct task_struct *task = call->task;
	struct spoor_wait record = {};
	struct pid *waiter;
	u64 siginfo;

	record.options = spoor_argument(call, call->what->flags.argument);
	if (call->what->siginfo == SPOOR_NONE) {
		if (call->result <= 0)
			return;
		record.id.pid = call->result;
		record.state = spoor_wait4_state(spoor_argument(call, SPOOR_WAIT4_STATUS));
	} else {
		if (call->result != 0 || record.options & SPOOR_WNOWAIT)
			return;
		siginfo = spoor_argument(call, call->what->siginfo);
		if (siginfo) {
			bpf_probe_read_user(&record.id.pid, sizeof(record.id.pid),
					    (void *)(siginfo + (call->is_compat ?
									SPOOR_COMPAT_SIGINFO_PID :
									SPOOR_SIGINFO_PID)));
			if (!record.id.pid) /* WNOHANG, and nobody to reap */
				return;
			record.state = spoor_waitid_state(siginfo);
		} else if (record.options & SPOOR_WNOHANG) {
			return; /* perhaps nobody was reaped */
		} else if (spoor_argument(call, 0) == SPOOR_P_PID) {
			record.id.pid = spoor_argument(call, 1);
		} else if (!(record.options & (SPOOR_WSTOPPED | SPOOR_WCONTINUED))) {
			record.state = SPOOR_WAIT_ENDED;
		}
	}
	waiter = spoor_read(task, thread_pid);
	record.id.pid_namespace =
		spoor_id_at(waiter, spoor_read(waiter, level)).pid_namespace;
	spoor_fill_header(&record.header, call->self, task);
	spoor_emit(&record.header, SPOOR_KIND_WAIT, sizeof(record));
}

#define SPOOR_PF_EXITING 4 /* include/linux/sched.h */

/* It is about to wait, whatever comes of it: whether a parent ever waited. */
static __always_inline void spoor_on_wait_begin(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task);
	struct spoor_process_key key;
	struct spoor_process *process;

	/* The first process of a pid namespace waits for all others as it ends. */
	if (!self || self->flags & SPOOR_TASK_PENDING || task->flags & SPOOR_PF_EXITING)
		return;
	key = spoor_key(self);
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process) {
		if (!spoor_passes_filters(task))
			return;
		process = spoor_entry(&processes, &key, struct spoor_process,
				      process_states_missed);
	}
	if (process && !(process->flags & SPOOR_PROCESS_WAITED))
		__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_WAITED);
}

SEC("tp_btf/sched_process_wait")
int BPF_PROG(spoor_process_wait, struct pid *pid)
{
	spoor_fire(SPOOR_HOOK_WAIT);
	spoor_on_wait_begin(bpf_get_current_task_btf());
	return 0;
}

SEC("tp_btf/sched_process_wait")
int BPF_PROG(spoor_process_wait_again, struct pid *pid)
{
	spoor_fire(SPOOR_HOOK_WAIT_AGAIN);
	spoor_on_wait_begin(bpf_get_current_task_btf());
	return 0;
}

SEC("tp/sched/sched_process_wait")
int spoor_process_wait_perf(void *event)
{
	spoor_fire(SPOOR_HOOK_WAIT_AGAIN);
	spoor_on_wait_begin(bpf_get_current_task_btf());
	return 0;
}

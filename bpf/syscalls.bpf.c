// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The end of system calls: one table tells the few that matter from the many
 * that do not, and what to do with them.
 */
#include "table.bpf.h"

/* Restarts of a call that a signal interrupted (include/linux/errno.h). */
#define SPOOR_ERESTART_FIRST -516 /* ERESTART_RESTARTBLOCK */
#define SPOOR_ERESTART_LAST -512  /* ERESTARTSYS */

#define SPOOR_ENOSYS 38
#define SPOOR_SECCOMP_MODE_FILTER 2

/*
 * Who is not followed may still type into a followed program's terminal: spoor too, which passes
 * on the user's keys (record --pty).
 */
static __always_inline bool spoor_may_type(const struct spoor_call *call)
{
	return call->what->class == SPOOR_CLASS_WRITE && spoor_result(call) > 0;
}

/*
 * Whether ENOSYS says that nothing was done: the kernel lacks the call, or seccomp says that it
 * does. Else it is the file system's: FUSE answers so what its server does not have.
 */
static __always_inline bool spoor_is_missing(struct task_struct *task, u64 number)
{
	u64 place = number - SPOOR_NEWER_CALLS;

	if (place < 64 && !(spoor_configuration.newer_calls >> place & 1))
		return true;
	return spoor_read(task, seccomp.mode) == SPOOR_SECCOMP_MODE_FILTER;
}

/* It comes again, or ends in EINTR without having done anything; or there is no such call. */
static __always_inline bool spoor_did_nothing(struct task_struct *task, u64 number, long result)
{
	return (result >= SPOOR_ERESTART_FIRST && result <= SPOOR_ERESTART_LAST) ||
	       (result == -SPOOR_ENOSYS && spoor_is_missing(task, number));
}

#define SPOOR_SIGSYS 31

/*
 * The kernel did nothing of it: seccomp sent a signal instead (SECCOMP_RET_TRAP, KILL_*), or a
 * tracer made up a result (PTRACE_SYSEMU). What seccomp answers with an error is that error's.
 */
static __always_inline bool spoor_was_kept_away(struct task_struct *task, struct pt_regs *regs,
						long result)
{
	if (result == spoor_rolled_back(regs) &&
	    task->pending.signal.sig[0] >> (SPOOR_SIGSYS - 1) & 1)
		return true;
	return spoor_is_emulated(task);
}

static __always_inline int spoor_on_sys_exit(struct pt_regs *regs, long result)
{
	struct spoor_call call = { .result = result };
	u64 number = spoor_number(regs);
	struct task_struct *task;

	if (!spoor_may_matter(number))
		return 0;
	task = bpf_get_current_task_btf();
	call.is_compat = spoor_is_compat(task);
	call.what = spoor_find(number, call.is_compat);
	if (!call.what || call.what->class == SPOOR_CLASS_NONE)
		return 0;
	spoor_fire(SPOOR_HOOK_SYS_EXIT);

	call.self = spoor_followed(task);
	if (call.self && (call.self->flags & SPOOR_TASK_PENDING || !spoor_passes_filters(task)))
		call.self = NULL;
	if (!call.self && !spoor_may_type(&call))
		return 0;
	if (spoor_did_nothing(task, number, spoor_result(&call)) ||
	    spoor_was_kept_away(task, regs, spoor_result(&call)))
		return 0;

	call.task = spoor_plain_task(task);
	if (call.is_compat)
		spoor_compat_arguments(regs, call.arguments);
	else
		spoor_native_arguments(regs, call.arguments);
	if (call.what->class == SPOOR_CLASS_WRITE) {
		spoor_on_write(&call);
		return 0;
	}
	if (!call.self)
		return 0;
	switch (call.what->class) {
	case SPOOR_CLASS_LOOKUP:
		spoor_on_lookup(&call);
		break;
	case SPOOR_CLASS_WAIT:
		spoor_on_wait(&call);
		break;
	case SPOOR_CLASS_UNDECODED:
		spoor_count(compat_calls);
		break;
	}
	return 0;
}

/* Those that the running thread entered the kernel with. */
static __always_inline struct pt_regs *spoor_registers(void)
{
	return (struct pt_regs *)bpf_task_pt_regs(bpf_get_current_task_btf());
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spoor_sys_exit, struct pt_regs *regs, long result)
{
	return spoor_on_sys_exit(regs, result);
}

/* For kernels without BTF pointers in tracepoints. */
SEC("raw_tp/sys_exit")
int spoor_sys_exit_raw(struct bpf_raw_tracepoint_args *context)
{
	return spoor_on_sys_exit(spoor_registers(), context->args[1]);
}

/*
 * perf's tracepoint keeps the CPU for itself while a program runs: where the others can be
 * preempted (Linux 7), it is the one in which none is skipped.
 */
SEC("tp/raw_syscalls/sys_exit")
int spoor_sys_exit_perf(struct trace_event_raw_sys_exit *event)
{
	return spoor_on_sys_exit(spoor_registers(), event->ret);
}

/*
 * At the return of the functions that the kernel's table of system calls has for those of
 * spoor_syscalls.h: all other calls, whosever they are, go on as if nothing were attached.
 */
SEC("kretprobe.multi")
int spoor_sys_return(struct pt_regs *returned)
{
	return spoor_on_sys_exit(spoor_registers(), spoor_returned(returned));
}

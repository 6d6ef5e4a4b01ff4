// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The end of every system call: one table tells the few that matter from the
 * many that do not, and what to do with them.
 */
#include "call.bpf.h"

/* A call that the architecture lacks lands in the slot past the last number. */
#define SPOOR_SLOT(x86_64, arm64)                                    \
	(SPOOR_SYSCALL_NUMBER(x86_64, arm64) == SPOOR_NONE ?         \
		 SPOOR_SYSCALL_COUNT :                               \
		 SPOOR_SYSCALL_NUMBER(x86_64, arm64))

#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
static const struct spoor_syscall spoor_syscalls[SPOOR_SYSCALL_COUNT + 1] = {
#define LOOKUP_LINE(name, path_, second, flags_, place, empty, x86_64, arm64) \
	[SPOOR_SLOT(x86_64, arm64)] = {                                       \
		.class = SPOOR_CLASS_LOOKUP,                                  \
		.operation = SPOOR_OPERATION_##name,                          \
		.path = path_,                                                \
		.second_path = second,                                        \
		.flags = flags_,                                              \
		.flags_place = SPOOR_FLAGS_##place,                           \
		.empty_path = SPOOR_EMPTY_##empty,                            \
	},
#define WRITE_LINE(name, x86_64, arm64) \
	[SPOOR_SLOT(x86_64, arm64)] = { .class = SPOOR_CLASS_WRITE },
#define WAIT_LINE(name, options, siginfo_, x86_64, arm64) \
	[SPOOR_SLOT(x86_64, arm64)] = {                   \
		.class = SPOOR_CLASS_WAIT,                \
		.flags = options,                         \
		.siginfo = siginfo_,                      \
	},
	SPOOR_LOOKUPS(LOOKUP_LINE) SPOOR_WRITES(WRITE_LINE) SPOOR_WAITS(WAIT_LINE)
#undef LOOKUP_LINE
#undef WRITE_LINE
#undef WAIT_LINE
};
#pragma clang diagnostic pop

/* Restarts of a call that a signal interrupted (include/linux/errno.h). */
#define SPOOR_ERESTART_FIRST -516 /* ERESTART_RESTARTBLOCK */
#define SPOOR_ERESTART_LAST -512  /* ERESTARTSYS */

static __always_inline int spoor_on_sys_exit(struct pt_regs *regs, u64 number, long result)
{
	struct spoor_call call = { .regs = regs, .result = result };

	call.task = bpf_get_current_task_btf();
	if (spoor_is_compat(call.task)) { /* its numbers mean other calls */
		if (spoor_followed(call.task))
			spoor_count(compat_calls);
		return 0;
	}
	if (number >= SPOOR_SYSCALL_COUNT)
		return 0;
	call.what = &spoor_syscalls[number];
	if (call.what->class == SPOOR_CLASS_NONE)
		return 0;

	call.self = spoor_followed(call.task);
	if (!call.self || call.self->flags & SPOOR_TASK_PENDING)
		return 0;
	if (!spoor_passes_filters(call.task))
		return 0;
	/* It comes again, or ends in EINTR without having done anything. */
	if (result >= SPOOR_ERESTART_FIRST && result <= SPOOR_ERESTART_LAST)
		return 0;

	switch (call.what->class) {
	case SPOOR_CLASS_LOOKUP:
		spoor_on_lookup(&call);
		break;
	case SPOOR_CLASS_WRITE:
		spoor_on_write(&call);
		break;
	case SPOOR_CLASS_WAIT:
		spoor_on_wait(&call);
		break;
	}
	return 0;
}

SEC("tp_btf/sys_exit")
int BPF_PROG(spoor_sys_exit, struct pt_regs *regs, long result)
{
	return spoor_on_sys_exit(regs, spoor_direct_number(regs), result);
}

/* For kernels without BTF pointers in tracepoints. */
SEC("raw_tp/sys_exit")
int spoor_sys_exit_raw(struct bpf_raw_tracepoint_args *context)
{
	struct pt_regs *regs = (struct pt_regs *)context->args[0];

	return spoor_on_sys_exit(regs, spoor_number(regs), context->args[1]);
}

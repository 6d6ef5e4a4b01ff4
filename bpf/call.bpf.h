/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* A system call that has just ended, and what the table says of it. */
#ifndef SPOOR_CALL_BPF_H
#define SPOOR_CALL_BPF_H

#include "arch.bpf.h"
#include "tracked.bpf.h"

enum spoor_class {
	SPOOR_CLASS_NONE = 0,
	SPOOR_CLASS_LOOKUP,
	SPOOR_CLASS_WRITE,
	SPOOR_CLASS_WAIT,
};

/* A line of spoor_syscalls.h, as this architecture needs it. */
struct spoor_syscall {
	u8 class;
	u8 operation;
	s8 path;
	s8 second_path;
	s8 flags;
	u8 flags_place;
	u8 empty_path;
	s8 siginfo;
};

/* A call in progress of being told; its thread is followed. */
struct spoor_call {
	const struct spoor_syscall *what;
	const struct spoor_task *self;
	struct task_struct *task;
	struct pt_regs *regs;
	long result;
};

#endif

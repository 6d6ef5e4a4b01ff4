/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What differs between architectures: a system call's number and arguments. */
#ifndef SPOOR_ARCH_BPF_H
#define SPOOR_ARCH_BPF_H

#include "plain.bpf.h"

#if defined(__TARGET_ARCH_x86)

#define SPOOR_SYSCALL_NUMBER(x86_64, arm64) x86_64
#define SPOOR_EXECVEAT_ENTRY "__x64_sys_execveat"
#define SPOOR_COMPAT_EXECVEAT_ENTRY "__ia32_compat_sys_execveat"
/* Of a return address on the stack, so many bits are the address. */
#define SPOOR_CODE_BITS 64
/* The kernel goes by the lower half, whatever a program has put above it. */
#define spoor_number(regs) ((u32)(regs)->orig_ax)
/* What seccomp makes the result of a call that it answers with a signal: syscall_rollback. */
#define spoor_rolled_back(regs) ((long)(regs)->orig_ax)
/* Of a function that has just returned, whose registers these are. */
#define spoor_returned(saved) ((long)(saved)->ax)
/* Of a function that has just been entered. */
#define spoor_second_parameter(entered) ((entered)->si)

/* At the end of a call its arguments are still in the saved registers. */
static __always_inline void spoor_native_arguments(struct pt_regs *regs, u64 *arguments)
{
	arguments[0] = regs->di;
	arguments[1] = regs->si;
	arguments[2] = regs->dx;
	arguments[3] = regs->r10;
	arguments[4] = regs->r8;
	arguments[5] = regs->r9;
}

/* int 0x80 and 32-bit programs: other numbers, other registers. */
#define SPOOR_TS_COMPAT_BIT 1
#define SPOOR_DECODES_COMPAT 1

static __always_inline void spoor_compat_arguments(struct pt_regs *regs, u64 *arguments)
{
	arguments[0] = (u32)regs->bx;
	arguments[1] = (u32)regs->cx;
	arguments[2] = (u32)regs->dx;
	arguments[3] = (u32)regs->si;
	arguments[4] = (u32)regs->di;
	arguments[5] = (u32)regs->bp;
}

/* Whether a tracer answers the thread's calls by itself: PTRACE_SYSEMU. */
static __always_inline bool spoor_is_emulated(struct task_struct *task)
{
	return task->thread_info.syscall_work >>
		       bpf_core_enum_value(enum syscall_work_bit, SYSCALL_WORK_BIT_SYSCALL_EMU) & 1;
}

/* 0 or 1, found without a branch: see spoor_syscalls. */
static __always_inline u32 spoor_is_compat(struct task_struct *task)
{
	return task->thread_info.status >> SPOOR_TS_COMPAT_BIT & 1;
}

#elif defined(__TARGET_ARCH_arm64)

#define SPOOR_SYSCALL_NUMBER(x86_64, arm64) arm64
#define SPOOR_EXECVEAT_ENTRY "__arm64_sys_execveat"
#define SPOOR_COMPAT_EXECVEAT_ENTRY "__arm64_compat_sys_execveat"
/* The rest may be its signature (pointer authentication): CONFIG_ARM64_VA_BITS is 36 at least. */
#define SPOOR_CODE_BITS 36
#define spoor_number(regs) ((u32)(regs)->syscallno)
#define spoor_rolled_back(regs) ((long)(regs)->orig_x0)
#define spoor_returned(saved) ((long)(saved)->user_regs.regs[0])
#define spoor_second_parameter(entered) ((entered)->user_regs.regs[1])

/* x0 carries the result at the end of a call; orig_x0 kept the argument. */
static __always_inline void spoor_native_arguments(struct pt_regs *regs, u64 *arguments)
{
	arguments[0] = regs->orig_x0;
	arguments[1] = regs->user_regs.regs[1];
	arguments[2] = regs->user_regs.regs[2];
	arguments[3] = regs->user_regs.regs[3];
	arguments[4] = regs->user_regs.regs[4];
	arguments[5] = regs->user_regs.regs[5];
}

/* AArch32 has numbers of its own, which no table here knows: counted, not decoded. */
#define SPOOR_DECODES_COMPAT 0
#define spoor_compat_arguments spoor_native_arguments

/* Its place among the flags changes with the kernel, and BTF does not tell it. */
#define spoor_is_emulated(task) false

/* TIF_32BIT of arch/arm64/include/asm/thread_info.h. */
#define SPOOR_TIF_32BIT 22

static __always_inline u32 spoor_is_compat(struct task_struct *task)
{
	return task->thread_info.flags >> SPOOR_TIF_32BIT & 1;
}

#endif
#endif

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
	SPOOR_CLASS_UNDECODED, /* a 32-bit call that is only counted */
};

/* Where a path of a call is: see spoor_syscalls.h. */
struct spoor_path_place {
	s8 path;
	s8 directory; /* SPOOR_NONE: the working directory */
	s8 length;    /* of a socket's address */
	u8 form;
	u8 empty;
};

struct spoor_flags_place {
	s8 argument;
	u8 place;
};

/* A line of spoor_syscalls.h, as this architecture needs it. */
struct spoor_syscall {
	u8 class;
	u8 operation;
	struct spoor_flags_place flags; /* of a lookup; the options of a wait */
	struct spoor_path_place paths[2];
	s8 descriptor; /* of a write */
	u8 source;     /* of its bytes */
	s8 siginfo;    /* of a wait */
};

#define SPOOR_ARGUMENTS 8 /* a power of two, so that any index is within */

/* A call in progress of being told. */
struct spoor_call {
	const struct spoor_syscall *what;
	struct spoor_task *self; /* NULL for a write of a thread that is not followed */
	struct task_struct *task; /* plain */
	u64 arguments[SPOOR_ARGUMENTS];
	long result;
	u32 is_compat; /* 0 or 1: of a 32-bit program, or by int 0x80 */
};

/* Of those a call has: six at most, and the table has no more. */
static __always_inline u64 spoor_argument(const struct spoor_call *call, u32 index)
{
	return call->arguments[index & (SPOOR_ARGUMENTS - 1)];
}

/*
 * The result, to be compared: what the verifier learns of this copy it does not learn of the result
 * itself. Else it would go through all that follows once for each range that was asked for.
 */
static __always_inline long spoor_result(const struct spoor_call *call)
{
	long result = call->result;

	asm volatile("%0 |= 0" : "+r"(result));
	return result;
}

/* Types of files: include/uapi/linux/stat.h. */
#define SPOOR_S_IFMT 00170000
#define SPOOR_S_IFIFO 0010000
#define SPOOR_S_IFCHR 0020000
#define SPOOR_S_IFDIR 0040000
#define SPOOR_S_IFREG 0100000
#define SPOOR_S_IFSOCK 0140000

/* The open file behind a descriptor of the running task, or NULL. */
static __always_inline struct file *spoor_file(struct task_struct *task, u32 descriptor)
{
	struct fdtable *table = task->files->fdt;

	if (descriptor >= table->max_fds)
		return NULL;
	return spoor_pointer_at(table->fd + descriptor);
}

#endif

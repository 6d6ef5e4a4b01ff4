/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Pointers that the verifier takes as they are. */
#ifndef SPOOR_PLAIN_BPF_H
#define SPOOR_PLAIN_BPF_H

#include "vmlinux.h"
#include <bpf/bpf_core_read.h>
#include <bpf/bpf_helpers.h>

/* Since Linux 6.2. */
extern void *bpf_rdonly_cast(const void *object, u32 type) __ksym __weak;

/*
 * A kernel structure, as one whose fields a program may read by itself: that is
 * ten times cheaper than a helper's call for each, and a bad address reads as 0.
 */
#define spoor_plain(pointer) \
	((typeof(pointer))bpf_rdonly_cast(pointer, bpf_core_type_id_kernel(typeof(*(pointer)))))

/*
 * A field of any kernel structure. The pointer is taken first: a CO-RE read covers all of its
 * expression, and a structure of spoor's own in it is none that the kernel has.
 */
#define spoor_read(pointer, field)                                  \
	({                                                          \
		typeof((pointer)->field) value;                     \
		typeof(&*(pointer)) from = (pointer);               \
		if (bpf_rdonly_cast)                                \
			value = spoor_plain(from)->field;           \
		else                                                \
			value = BPF_CORE_READ(from, field);         \
		value;                                              \
	})

/* A pointer in the kernel's memory: read as the head of a list, which is nothing but one. */
static __always_inline void *spoor_pointer_at(const void *address)
{
	void *pointer = NULL;

	if (bpf_rdonly_cast)
		return spoor_plain((struct hlist_head *)address)->first;
	bpf_probe_read_kernel(&pointer, sizeof(pointer), address);
	return pointer;
}

/* A word in the kernel's memory: read as a time, which begins with nothing but one. Linux 6.2. */
static __always_inline u64 spoor_word_at(const void *address)
{
	return spoor_plain((struct timespec64 *)address)->tv_sec;
}

/*
 * The same task, for reading what it points to. At every read of a pointer from
 * a task that it trusts, the verifier goes through the names of all the kernel's
 * types, half a millisecond each time (btf_nested_type_is_trusted, Linux 6.3): a
 * quarter of a second in all. Helpers that want a task want the trusted one.
 */
static __always_inline struct task_struct *spoor_plain_task(struct task_struct *task)
{
	return bpf_rdonly_cast ? spoor_plain(task) : task;
}

#endif

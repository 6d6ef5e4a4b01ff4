/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the paths of an io_uring request begin, and the files that it opens or writes to. */
#ifndef SPOOR_URING_FILES_BPF_H
#define SPOOR_URING_FILES_BPF_H

#include "uring.bpf.h"

/* The request's flags begin with those of its submission: IOSQE_FIXED_FILE. */
#define SPOOR_RING_FIXED_FILE 1
/* The low bits of a registered file's pointer say what it can: FFS_MASK. */
#define SPOOR_RING_FILE_BITS 7UL

/* As spoor_find_base, of a request that the running thread submits. */
static __always_inline bool spoor_ring_base(struct task_struct *task,
					    const struct spoor_ring_paths *paths, u32 index,
					    char first, struct spoor_climb *walk)
{
	bool is_absolute = first == '/' && !paths->is_rooted;
	struct file *file;

	if (!first || (paths->is_stored && index == 0))
		return false;
	if (is_absolute || paths->directory[index] == SPOOR_AT_FDCWD) {
		walk->from = is_absolute ? walk->root : spoor_spot(task->fs->pwd);
		return true;
	}
	file = spoor_file(task, paths->directory[index]);
	if (!file)
		return false;
	walk->from = spoor_file_spot(file);
	if (first == '/')
		walk->root = walk->from;
	return true;
}

/* Finds what a request that has just completed opened: not what only the ring's table has. */
static __always_inline bool spoor_ring_opened(struct task_struct *task, struct io_kiocb *request,
					      u32 operation, s32 result, struct spoor_climb *walk)
{
	struct file *file;

	if (result < 0 ||
	    (operation != SPOOR_OPERATION_openat && operation != SPOOR_OPERATION_openat2) ||
	    BPF_CORE_READ((struct io_open *)request, file_slot))
		return false;
	file = spoor_file(task, result);
	if (!file)
		return false;
	walk->from = spoor_file_spot(file);
	return true;
}

/* The process that submitted a request. */
static __always_inline u32 spoor_ring_tgid(struct io_kiocb *request)
{
	struct io_kiocb___before_6_13 *older = (void *)request;

	if (bpf_core_field_exists(older->task))
		return BPF_CORE_READ(older, task, tgid);
	return BPF_CORE_READ(request, tctx, task, tgid);
}

/* The entry of a ring's table of files; 0 if that ends before it. */
static __always_inline unsigned long spoor_ring_entry(struct io_kiocb *request, u32 descriptor)
{
	struct io_kiocb___before_6_13 *older = (void *)request;
	struct io_rsrc_node **nodes, *node = NULL;
	struct io_fixed_file *files;

	if (!bpf_core_field_exists(struct io_rsrc_data, nodes)) {
		if (descriptor >= BPF_CORE_READ(older, ctx, nr_user_files))
			return 0;
		files = BPF_CORE_READ(older, ctx, file_table.files) + descriptor;
		return BPF_CORE_READ(files, file_ptr);
	}
	if (descriptor >= BPF_CORE_READ(request, ctx, file_table.data.nr))
		return 0;
	nodes = BPF_CORE_READ(request, ctx, file_table.data.nodes);
	bpf_probe_read_kernel(&node, sizeof(node), nodes + descriptor);
	return BPF_CORE_READ(node, file_ptr);
}

/*
 * The file that a request's descriptor names as it is submitted; the kernel
 * looks only when it runs it, so NULL if the one before in a chain opens it.
 */
static __always_inline struct file *spoor_ring_file(struct task_struct *task,
						    struct io_kiocb *request)
{
	u32 descriptor = BPF_CORE_READ(request, cqe.fd);

	if (!(BPF_CORE_READ(request, flags) & SPOOR_RING_FIXED_FILE))
		return spoor_file(task, descriptor);
	return (struct file *)(spoor_ring_entry(request, descriptor) & ~SPOOR_RING_FILE_BITS);
}

#endif

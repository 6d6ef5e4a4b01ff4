/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* What an io_uring request does, and the paths that it was given. */
#ifndef SPOOR_URING_BPF_H
#define SPOOR_URING_BPF_H

#include "given.bpf.h"
#include "resolve.bpf.h"

#define SPOOR_ENAMETOOLONG 36
#define SPOOR_ECANCELED 125

/* Numbers from uapi/linux/io_uring.h. */
enum spoor_ring_operation {
	SPOOR_RING_WRITEV = 2,
	SPOOR_RING_WRITE_FIXED = 5,
	SPOOR_RING_OPENAT = 18,
	SPOOR_RING_STATX = 21,
	SPOOR_RING_WRITE = 23,
	SPOOR_RING_OPENAT2 = 28,
	SPOOR_RING_SPLICE = 30,
	SPOOR_RING_RENAMEAT = 35,
	SPOOR_RING_UNLINKAT = 36,
	SPOOR_RING_MKDIRAT = 37,
	SPOOR_RING_SYMLINKAT = 38,
	SPOOR_RING_LINKAT = 39,
	SPOOR_RING_SETXATTR = 42,
	SPOOR_RING_GETXATTR = 44,
	SPOOR_RING_WRITEV_FIXED = 61,
};

/* A ring's flags: IORING_SETUP_SQE128 and IORING_SETUP_NO_SQARRAY. */
#define SPOOR_RING_LONG (1U << 10)
#define SPOOR_RING_DIRECT (1U << 16)
#define SPOOR_RING_ENTRY_BYTES 64

/* The parts of uapi's submission that are read; its layout is fixed. */
struct io_uring_sqe {
	u8 opcode;
	u8 flags;
	u16 ioprio;
	s32 fd;
	u64 addr2;
	u64 addr;
	u32 len;
	u32 op_flags;
};

struct spoor_ring_paths {
	const char *text[2];
	s32 directory[2];
	u32 count;
	u32 operation;
	u32 flags;
	bool may_be_empty; /* the first, and then it walks nothing */
	bool is_stored;	   /* the first is a symlink's target */
	bool is_rooted;	   /* the directory is the root */
	bool in_user_memory;
};

/* The operation by the name that the same system call has. */
static __always_inline u32 spoor_ring_operation(u32 opcode)
{
	switch (opcode) {
	case SPOOR_RING_OPENAT:
		return SPOOR_OPERATION_openat;
	case SPOOR_RING_OPENAT2:
		return SPOOR_OPERATION_openat2;
	case SPOOR_RING_STATX:
		return SPOOR_OPERATION_statx;
	case SPOOR_RING_RENAMEAT: /* it takes flags */
		return SPOOR_OPERATION_renameat2;
	case SPOOR_RING_UNLINKAT:
		return SPOOR_OPERATION_unlinkat;
	case SPOOR_RING_MKDIRAT:
		return SPOOR_OPERATION_mkdirat;
	case SPOOR_RING_SYMLINKAT:
		return SPOOR_OPERATION_symlinkat;
	case SPOOR_RING_LINKAT:
		return SPOOR_OPERATION_linkat;
	case SPOOR_RING_SETXATTR:
		return SPOOR_OPERATION_setxattr;
	case SPOOR_RING_GETXATTR:
		return SPOOR_OPERATION_getxattr;
	default:
		return SPOOR_OPERATION_NONE;
	}
}

static __always_inline bool spoor_ring_writes(u32 opcode)
{
	return opcode == SPOOR_RING_WRITE || opcode == SPOOR_RING_WRITEV ||
	       opcode == SPOOR_RING_WRITE_FIXED || opcode == SPOOR_RING_WRITEV_FIXED ||
	       opcode == SPOOR_RING_SPLICE;
}

/* From Linux 7.0 on a path is imported, but not yet told to audit. */
#define spoor_ring_text(request, type, field)                                     \
	({                                                                        \
		struct type##___since_7_0 *later = (void *)(request);             \
		const char *text;                                                 \
		if (bpf_core_field_exists(later->field.__incomplete_filename))    \
			text = BPF_CORE_READ(later, field.__incomplete_filename, name); \
		else                                                              \
			text = BPF_CORE_READ((struct type *)(request), field, name); \
		text;                                                             \
	})
#define spoor_ring_field(request, type, field) BPF_CORE_READ((struct type *)(request), field)

/* The paths of a request that was taken: its operation's struct is at its start. */
static __always_inline bool spoor_ring_paths(struct io_kiocb *request,
					     struct spoor_ring_paths *paths)
{
	u32 opcode = BPF_CORE_READ(request, opcode);

	paths->operation = spoor_ring_operation(opcode);
	paths->count = 1;
	switch (opcode) {
	case SPOOR_RING_OPENAT:
	case SPOOR_RING_OPENAT2:
		paths->text[0] = spoor_ring_text(request, io_open, filename);
		paths->directory[0] = spoor_ring_field(request, io_open, dfd);
		paths->flags = spoor_ring_field(request, io_open, how.flags);
		paths->is_rooted = spoor_ring_field(request, io_open, how.resolve) &
				   SPOOR_RESOLVE_IN_ROOT;
		return true;
	case SPOOR_RING_STATX:
		paths->text[0] = spoor_ring_text(request, io_statx, filename);
		paths->directory[0] = spoor_ring_field(request, io_statx, dfd);
		paths->flags = spoor_ring_field(request, io_statx, flags);
		paths->may_be_empty = paths->flags & SPOOR_AT_EMPTY_PATH;
		return true;
	case SPOOR_RING_UNLINKAT:
		paths->text[0] = spoor_ring_text(request, io_unlink, filename);
		paths->directory[0] = spoor_ring_field(request, io_unlink, dfd);
		paths->flags = spoor_ring_field(request, io_unlink, flags);
		return true;
	case SPOOR_RING_MKDIRAT:
		paths->text[0] = spoor_ring_text(request, io_mkdir, filename);
		paths->directory[0] = spoor_ring_field(request, io_mkdir, dfd);
		return true;
	case SPOOR_RING_SETXATTR:
	case SPOOR_RING_GETXATTR:
		paths->text[0] = spoor_ring_text(request, io_xattr, filename);
		paths->directory[0] = SPOOR_AT_FDCWD;
		paths->flags = spoor_ring_field(request, io_xattr, ctx.flags);
		return true;
	case SPOOR_RING_RENAMEAT:
		paths->text[0] = spoor_ring_text(request, io_rename, oldpath);
		paths->text[1] = spoor_ring_text(request, io_rename, newpath);
		paths->directory[0] = spoor_ring_field(request, io_rename, old_dfd);
		paths->directory[1] = spoor_ring_field(request, io_rename, new_dfd);
		paths->flags = spoor_ring_field(request, io_rename, flags);
		paths->count = 2;
		return true;
	case SPOOR_RING_LINKAT:
		paths->flags = spoor_ring_field(request, io_link, flags);
		paths->may_be_empty = paths->flags & SPOOR_AT_EMPTY_PATH;
		/* fallthrough */
	case SPOOR_RING_SYMLINKAT:
		paths->text[0] = spoor_ring_text(request, io_link, oldpath);
		paths->text[1] = spoor_ring_text(request, io_link, newpath);
		paths->directory[0] = spoor_ring_field(request, io_link, old_dfd);
		paths->directory[1] = spoor_ring_field(request, io_link, new_dfd);
		paths->is_stored = opcode == SPOOR_RING_SYMLINKAT;
		paths->count = 2;
		return true;
	default:
		return false;
	}
}

/*
 * The submission that a request was made of just now, as the kernel finds it (io_get_sqe). Of one
 * that takes two places in a mixed ring it is the second half: no path is in any of those.
 */
static __always_inline const struct io_uring_sqe *spoor_ring_last(struct io_kiocb *request)
{
	u32 flags = BPF_CORE_READ(request, ctx, flags);
	u32 mask = BPF_CORE_READ(request, ctx, sq_entries) - 1;
	u64 index = (BPF_CORE_READ(request, ctx, cached_sq_head) - 1) & mask;
	u32 listed = 0;

	if (!(flags & SPOOR_RING_DIRECT)) {
		bpf_probe_read_kernel(&listed, sizeof(listed),
				      BPF_CORE_READ(request, ctx, sq_array) + index);
		index = listed & mask;
	}
	if (flags & SPOOR_RING_LONG)
		index *= 2;
	return BPF_CORE_READ(request, ctx, sq_sqes) + index * SPOOR_RING_ENTRY_BYTES;
}

/* The same of a submission that was refused: its paths are where the program has them. */
static __always_inline bool spoor_ring_given(struct io_kiocb *request,
					     const struct io_uring_sqe *entry,
					     struct spoor_ring_paths *paths)
{
	u32 opcode = BPF_CORE_READ(request, opcode);
	u32 operation = spoor_ring_operation(opcode);
	struct io_uring_sqe read = {};

	bpf_probe_read_kernel(&read, sizeof(read), entry);
	if (!operation)
		return false;
	paths->operation = operation;
	paths->in_user_memory = true;
	paths->count = 1;
	paths->flags = read.op_flags;
	paths->text[0] = (const char *)read.addr;
	paths->directory[0] = read.fd;
	paths->directory[1] = read.len;
	switch (opcode) {
	case SPOOR_RING_OPENAT2:
		paths->flags = 0;
		bpf_probe_read_user(&paths->flags, sizeof(paths->flags), (void *)read.addr2);
		break;
	case SPOOR_RING_SYMLINKAT:
		paths->text[1] = (const char *)read.addr2;
		paths->directory[1] = read.fd;
		paths->is_stored = true;
		paths->count = 2;
		break;
	case SPOOR_RING_STATX:
		paths->may_be_empty = paths->flags & SPOOR_AT_EMPTY_PATH;
		break;
	case SPOOR_RING_MKDIRAT:
		paths->flags = 0;
		break;
	case SPOOR_RING_LINKAT:
		paths->may_be_empty = paths->flags & SPOOR_AT_EMPTY_PATH;
		/* fallthrough */
	case SPOOR_RING_RENAMEAT:
		paths->text[1] = (const char *)read.addr2;
		paths->count = 2;
		break;
	case SPOOR_RING_SETXATTR:
	case SPOOR_RING_GETXATTR:
		/* addr is the attribute's name; the path is the field after the next two. */
		bpf_probe_read_kernel(&paths->text[0], sizeof(paths->text[0]),
				      (const void *)entry + 48); /* addr3 */
		paths->directory[0] = SPOOR_AT_FDCWD;
		break;
	}
	return true;
}

#endif

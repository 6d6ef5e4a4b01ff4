/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* Where the text of a path is that a call was given, and when it walks none. */
#ifndef SPOOR_GIVEN_BPF_H
#define SPOOR_GIVEN_BPF_H

#include "call.bpf.h"

#define SPOOR_AT_EMPTY_PATH 0x1000
#define SPOOR_FSPICK_EMPTY_PATH 0x8
#define SPOOR_MOVE_MOUNT_F_EMPTY_PATH 0x4
#define SPOOR_MOVE_MOUNT_T_EMPTY_PATH 0x40

#define SPOOR_MS_REMOUNT 32
#define SPOOR_MS_BIND 4096
#define SPOOR_MS_MOVE 8192
/* MS_UNBINDABLE, MS_PRIVATE, MS_SLAVE and MS_SHARED: only the type changes. */
#define SPOOR_MS_TYPE (1 << 17 | 1 << 18 | 1 << 19 | 1 << 20)

#define SPOOR_MS_MAGIC 0xc0ed0000 /* in the upper half, from the days before Linux 2.4 */
#define SPOOR_MS_MAGIC_MASK 0xffff0000

#define SPOOR_FAN_MARK_FLUSH 0x80

#define SPOOR_Q_QUOTAON 0x800002
#define SPOOR_QUOTA_TYPE_BITS 8 /* below the command */

#define SPOOR_AF_UNIX 1
#define SPOOR_SOCK_DGRAM 2
#define SPOOR_SEND_SHUTDOWN 2
#define SPOOR_SOCKET_NAME 108 /* sun_path of struct sockaddr_un */

struct spoor_given {
	u64 text;
	u32 bytes; /* of a socket's name, which need not end with NUL; else 0 */
};

/* Whether a path that is empty, or missing, makes this call walk nothing. */
static __always_inline bool spoor_walks_nothing(const struct spoor_path_place *place, u32 flags,
						bool is_missing)
{
	switch (place->empty) {
	case SPOOR_EMPTY_AT_EMPTY_PATH:
		return flags & SPOOR_AT_EMPTY_PATH;
	case SPOOR_EMPTY_MOVE_FROM:
		return flags & SPOOR_MOVE_MOUNT_F_EMPTY_PATH;
	case SPOOR_EMPTY_MOVE_TO:
		return flags & SPOOR_MOVE_MOUNT_T_EMPTY_PATH;
	case SPOOR_EMPTY_FSPICK:
		return flags & SPOOR_FSPICK_EMPTY_PATH;
	case SPOOR_EMPTY_EMPTY_TEXT:
		return !is_missing;
	case SPOOR_EMPTY_NULL_PATH:
		return is_missing;
	case SPOOR_EMPTY_UTIMENSAT:
		return is_missing || flags & SPOOR_AT_EMPTY_PATH;
	default:
		return false;
	}
}

/* As do_mount and path_mount in fs/namespace.c tell what the source is. */
static __always_inline bool spoor_walks_source(u32 flags)
{
	if ((flags & SPOOR_MS_MAGIC_MASK) == SPOOR_MS_MAGIC)
		flags &= ~SPOOR_MS_MAGIC_MASK;
	if (flags & SPOOR_MS_REMOUNT)
		return false;
	return flags & SPOOR_MS_BIND || (flags & SPOOR_MS_MOVE && !(flags & SPOOR_MS_TYPE));
}

/* Errors that a send ends in before it comes to the name (unix_dgram_sendmsg). */
static __always_inline bool spoor_is_send_refusal(long result, struct sock *end)
{
	switch (result) {
	case -9: /* EBADF: of a descriptor that was to go along */
	case -22: /* EINVAL */
	case -90: /* EMSGSIZE */
	case -95: /* EOPNOTSUPP */
	case -104: /* ECONNRESET */
	case -105: /* ENOBUFS */
		return true;
	case -32: /* EPIPE: this end's or, by its name, the other's */
		return spoor_read(end, sk_shutdown) & SPOOR_SEND_SHUTDOWN;
	default:
		return false;
	}
}

/*
 * Whether the call came to the name, by its socket and its result: net/unix/af_unix.c looks it up
 * before it asks whether the socket is free to connect or to be bound; to send by name is for
 * datagrams. Of a socket that was closed meanwhile the result alone tells. A global function, which
 * is verified once: else all that follows would be, for each of these results.
 */
int spoor_walks_socket(u32 descriptor, u32 operation, long result)
{
	struct file *file =
		spoor_file(spoor_plain_task(bpf_get_current_task_btf()), descriptor);
	struct socket *socket;
	struct inode *inode;
	struct sock *end;

	if (result == -14 /* EFAULT */)
		return false;
	if (!file)
		return result != -9 /* EBADF */;
	inode = spoor_read(file, f_inode);
	if ((spoor_read(inode, i_mode) & SPOOR_S_IFMT) != SPOOR_S_IFSOCK)
		return false;
	socket = spoor_read(file, private_data); /* NULL if it was opened by its name */
	end = spoor_read(socket, sk);
	if (spoor_read(end, __sk_common.skc_family) != SPOOR_AF_UNIX)
		return false;
	if (operation == SPOOR_OPERATION_connect || operation == SPOOR_OPERATION_bind)
		return true;
	return spoor_read(socket, type) == SPOOR_SOCK_DGRAM && !spoor_is_send_refusal(result, end);
}

/* The name in a socket's address, if it is one that is looked up. */
static __always_inline bool spoor_given_socket(const struct spoor_call *call, u64 address,
					       s32 length, struct spoor_given *given)
{
	struct {
		u16 family;
		char first;
	} start = {};

	/* Longer than the structure is EINVAL. */
	if (!address || length <= (s32)sizeof(start.family) ||
	    length > (s32)sizeof(start.family) + SPOOR_SOCKET_NAME)
		return false;
	bpf_probe_read_user(&start, 3, (void *)address);
	if (start.family != SPOOR_AF_UNIX || !start.first) /* an abstract name is no path */
		return false;
	given->text = address + sizeof(start.family);
	given->bytes = length - sizeof(start.family);
	return spoor_walks_socket(spoor_argument(call, 0), call->what->operation, call->result);
}

/* struct msghdr begins with the address and its length. */
static __always_inline bool spoor_given_message(const struct spoor_call *call, u64 header,
						struct spoor_given *given)
{
	u32 address_bytes = call->is_compat ? sizeof(u32) : sizeof(u64);
	u64 address = 0;
	s32 length = 0;

	bpf_probe_read_user(&address, address_bytes, (void *)header);
	bpf_probe_read_user(&length, sizeof(length), (void *)(header + address_bytes));
	return spoor_given_socket(call, address, length, given);
}

/* Finds the text; false if this call was given no path here. */
static __always_inline bool spoor_given_path(const struct spoor_call *call,
					     const struct spoor_path_place *place, u32 flags,
					     struct spoor_given *given)
{
	u64 argument;

	if (place->form == SPOOR_FORM_NONE)
		return false;
	argument = spoor_argument(call, place->path);
	if (place->form == SPOOR_FORM_SOCKET)
		return spoor_given_socket(call, argument, spoor_argument(call, place->length), given);
	if (place->form == SPOOR_FORM_MESSAGE)
		return spoor_given_message(call, argument, given);
	if (place->form == SPOOR_FORM_BOUND && !spoor_walks_source(flags))
		return false;
	if (place->form == SPOOR_FORM_MARKED && flags & SPOOR_FAN_MARK_FLUSH)
		return false;
	if (place->form == SPOOR_FORM_QUOTA && flags >> SPOOR_QUOTA_TYPE_BITS != SPOOR_Q_QUOTAON)
		return false;
	given->text = argument;
	return argument || !spoor_walks_nothing(place, flags, true);
}

/*
 * Copies the text with a NUL; returns its length with that, or an error. There
 * is room for the longest path and a socket's name.
 */
static __always_inline long spoor_read_given(char *text, const struct spoor_given *given)
{
	char *name = text + SPOOR_PATH_ROOM;
	u32 bytes = given->bytes;

	if (!bytes)
		return bpf_probe_read_user_str(text, SPOOR_PATH_ROOM, (void *)given->text);
	barrier_var(bytes); /* the verifier must see the bound it is used with */
	if (bytes > SPOOR_SOCKET_NAME || bpf_probe_read_user(name, bytes, (void *)given->text))
		return -1;
	name[bytes] = 0;
	return bpf_probe_read_kernel_str(text, SPOOR_SOCKET_NAME + 1, name);
}

#endif

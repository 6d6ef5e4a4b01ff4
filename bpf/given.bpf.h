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

#define SPOOR_AF_UNIX 1
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
	if (flags & SPOOR_MS_REMOUNT)
		return false;
	return flags & SPOOR_MS_BIND || (flags & SPOOR_MS_MOVE && !(flags & SPOOR_MS_TYPE));
}

/* Errors that a socket call ends in before it comes to the name. */
static __always_inline bool spoor_is_socket_refusal(long result)
{
	switch (result) {
	case -9: /* EBADF */
	case -14: /* EFAULT */
	case -22: /* EINVAL */
	case -88: /* ENOTSOCK */
	case -95: /* EOPNOTSUPP */
	case -97: /* EAFNOSUPPORT */
	case -106: /* EISCONN */
		return true;
	default:
		return false;
	}
}

/* The name in a socket's address, if it is one that is looked up. */
static __always_inline bool spoor_given_socket(const struct spoor_call *call, u64 address,
					       s32 length, struct spoor_given *given)
{
	struct {
		u16 family;
		char first;
	} start = {};

	if (!address || length <= (s32)sizeof(start.family) ||
	    spoor_is_socket_refusal(spoor_result(call)))
		return false;
	bpf_probe_read_user(&start, 3, (void *)address);
	if (start.family != SPOOR_AF_UNIX || !start.first) /* an abstract name is no path */
		return false;
	given->text = address + sizeof(start.family);
	given->bytes = length - sizeof(start.family);
	if (given->bytes > SPOOR_SOCKET_NAME)
		given->bytes = SPOOR_SOCKET_NAME;
	return true;
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

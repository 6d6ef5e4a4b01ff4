/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * What is written to a terminal, piece by piece, where --inspect-tty asks for
 * it. Read at the end of the call: the kernel has just read the same bytes, so
 * their pages are there. Another thread may have written over them since; then
 * the counts are of what it wrote.
 */
#ifndef SPOOR_TTY_TEXT_BPF_H
#define SPOOR_TTY_TEXT_BPF_H

#include "call.bpf.h"

/*
 * How far a call is told. Kept in scratch, not on the stack: the verifier would
 * follow its values from turn to turn of the loop, and never come to an end.
 */
struct spoor_text_walk {
	struct spoor_tty_text record;
	u8 text[SPOOR_TTY_TEXT_ROOM];
	u64 part; /* the rest of the buffer, or of an iovec */
	u64 part_bytes;
	u64 next_iovec;
	u64 iovecs;
	u32 left; /* of the bytes that the call returned */
	u32 is_compat;
};

_Static_assert(sizeof(struct spoor_text_walk) <= sizeof(struct spoor_scratch),
	       "a walk fits into scratch");

static __always_inline void spoor_next_iovec(struct spoor_text_walk *walk)
{
	u64 wide[2] = {};
	u32 narrow[2] = {};

	if (walk->is_compat) {
		bpf_probe_read_user(narrow, sizeof(narrow), (void *)walk->next_iovec);
		wide[0] = narrow[0];
		wide[1] = narrow[1];
		walk->next_iovec += sizeof(narrow);
	} else {
		bpf_probe_read_user(wide, sizeof(wide), (void *)walk->next_iovec);
		walk->next_iovec += sizeof(wide);
	}
	walk->part = wide[0];
	walk->part_bytes = wide[1];
	walk->iovecs--;
}

static __always_inline void spoor_emit_piece(struct spoor_text_walk *walk, u32 length)
{
	walk->record.text_length = length;
	walk->record.reserved = 0;
	spoor_emit(&walk->record.header, SPOOR_KIND_TTY_TEXT, sizeof(walk->record) + length);
}

/*
 * Tells the next piece. Returns 1 when there is no more to tell. Global, so
 * that the verifier goes through it once, and not at each turn of the loop.
 */
__noinline int spoor_tell_piece(void)
{
	struct spoor_text_walk *walk = spoor_scratch(SPOOR_SCRATCH_SYSCALL);
	u64 length;

	if (!walk || !walk->left)
		return 1;
	if (!walk->part_bytes) {
		if (!walk->iovecs)
			return 1;
		spoor_next_iovec(walk);
	}
	length = walk->part_bytes;
	if (length > walk->left)
		length = walk->left;
	if (length > SPOOR_TTY_TEXT_ROOM)
		length = SPOOR_TTY_TEXT_ROOM;
	if (!length)
		return 0;
	if (bpf_probe_read_user(walk->text, length, (void *)walk->part))
		return 1;
	walk->part += length;
	walk->part_bytes -= length;
	walk->left -= length;
	spoor_emit_piece(walk, length);
	return 0;
}

/* Past the bound, or unreadable: a piece of no length says how much is not told. */
static __always_inline void spoor_tell_text(const struct spoor_call *call,
					    const struct spoor_header *header,
					    const struct spoor_tty *tty)
{
	struct spoor_text_walk *walk;

	if (!spoor_configuration.inspects_tty || call->result <= 0 ||
	    tty->side != SPOOR_TTY_OUTPUT)
		return;
	walk = spoor_scratch(SPOOR_SCRATCH_SYSCALL);
	if (!walk) {
		spoor_drop_unbuilt(SPOOR_KIND_TTY_TEXT);
		return;
	}
	walk->record.header = *header;
	walk->record.tty = *tty;
	walk->record.untold = 0;
	walk->left = call->result;
	walk->is_compat = call->is_compat;
	walk->part = spoor_argument(call, 1);
	walk->next_iovec = walk->part;
	walk->part_bytes = call->what->source == SPOOR_SOURCE_BUFFER ? walk->left : 0;
	walk->iovecs = call->what->source == SPOOR_SOURCE_VECTOR ? spoor_argument(call, 2) : 0;

	for (int turn = 0; turn < SPOOR_TTY_TEXT_PIECES; turn++)
		if (spoor_tell_piece())
			break;
	if (walk->left) {
		walk->record.untold = walk->left;
		spoor_emit_piece(walk, 0);
	}
}

#endif

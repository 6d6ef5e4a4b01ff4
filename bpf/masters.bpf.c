// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Pty masters as they are opened and released, where functions can be hooked. Who holds them is
 * found by passes over all descriptors all the same, and elsewhere all of it: descriptors.bpf.c.
 */
#include "call.bpf.h"

/* The last close of a master is whoever's: also that of one who was given it. */
static __always_inline void spoor_on_master(struct file *file, u32 change)
{
	struct task_struct *task = bpf_get_current_task_btf();
	struct spoor_task *self = spoor_followed(task);
	struct spoor_master_change record = { .file = (u64)file, .change = change };

	if (self && (self->flags & SPOOR_TASK_PENDING || !spoor_passes_filters(task)))
		self = NULL;
	if (!self && change == SPOOR_MASTER_OPENED)
		return;
	if (!spoor_tty_of(file, &record.tty) || record.tty.side != SPOOR_TTY_INPUT)
		return;
	if (self)
		spoor_fill_header(&record.header, self, task);
	else
		record.header.time_ns = bpf_ktime_get_boot_ns();
	spoor_emit(&record.header, SPOOR_KIND_PTY_MASTER, sizeof(record));
}

/* At the start of pty_open and pty_close (drivers/tty/pty.c); the cookie tells which it is. */
SEC("kprobe.multi")
int spoor_pty_master(struct pt_regs *regs)
{
	spoor_fire(SPOOR_HOOK_PTY_MASTER);
	spoor_on_master((struct file *)spoor_second_parameter(regs), bpf_get_attach_cookie(regs));
	return 0;
}

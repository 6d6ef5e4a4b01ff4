// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Who is told that his terminal has another size: what is redrawn then has a reason. */
#include "tracked.bpf.h"

#define SPOOR_SIGWINCH 28

/* Also one that is ignored, or pending already: the size has changed all the same. */
static __always_inline void spoor_on_resize(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task);
	struct spoor_resize record = {};

	if (!self || self->flags & SPOOR_TASK_PENDING)
		return;
	spoor_fill_header(&record.header, self, task);
	spoor_emit(&record.header, SPOOR_KIND_RESIZE, sizeof(record));
}

/* Runs where the signal is sent, with the lock of its receiver's signals held. */
SEC("tp_btf/signal_generate")
int BPF_PROG(spoor_signal_generate, int number, void *info, struct task_struct *task)
{
	spoor_fire(SPOOR_HOOK_SIGNAL);
	if (number == SPOOR_SIGWINCH)
		spoor_on_resize(task);
	return 0;
}

/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/*
 * A thread counts its lookups and writes in its own storage, which is at hand: to find its
 * process's entry in a map takes 60 ns more, a sixth of what a stat takes in all. They come into
 * the maps as it ends, and before user space reads them.
 */
#ifndef SPOOR_OWN_COUNTS_BPF_H
#define SPOOR_OWN_COUNTS_BPF_H

#include "process_counts.bpf.h"

/*
 * Not in a pid namespace, where the iterator over all threads shows but those of that namespace;
 * and not before Linux 6.2 (e8b02296a6b8): while that iterator looks into a storage, a program that
 * interrupts it would get none for its own thread.
 */
static __always_inline bool spoor_counts_by_itself(void)
{
	return bpf_rdonly_cast && !spoor_self_level;
}

static __always_inline void spoor_count_lookup(struct spoor_task *self, u32 operation, long result)
{
	u32 frequent = spoor_frequent_number(operation);
	struct spoor_process_key who = spoor_key(self);
	struct spoor_lookup_count *count;

	if (frequent && spoor_counts_by_itself())
		count = spoor_frequent_count(self->own.lookups, frequent);
	else
		count = spoor_lookup_count(&who, operation);
	spoor_add_lookup(count, result);
}

static __always_inline bool spoor_is_same_tty(const struct spoor_tty *one,
					      const struct spoor_tty *other)
{
	return one->instance == other->instance && one->major == other->major &&
	       one->minor == other->minor && one->side == other->side;
}

/* The first terminal stays a thread's own: so none of its counts can come to be another's. */
static __always_inline void spoor_count_write(struct spoor_task *self,
					      const struct spoor_tty *tty, long result)
{
	struct spoor_own_counts *own = &self->own;
	struct spoor_process_key who = spoor_key(self);

	if (own->has_tty && spoor_is_same_tty(&own->tty, tty)) {
		spoor_add_write(&own->writes, result);
		return;
	}
	if (!own->has_tty && spoor_counts_by_itself()) {
		own->tty = *tty;
		own->has_tty = true;
	}
	spoor_add_write(spoor_tty_count(&who, tty), result);
}

/* All that `from` has: whoever comes at the same time takes the rest. */
#define spoor_move(to, from) __sync_fetch_and_add(to, __sync_lock_test_and_set(from, 0))

static __always_inline void spoor_settle_lookups(struct spoor_task *self,
						 const struct spoor_process_key *who)
{
	struct spoor_lookup_count *own = self->own.lookups;
	struct spoor_process *process;
	u64 any = 0;

	for (u32 i = 0; i < SPOOR_FREQUENT_COUNT; i++)
		any |= own[i].total | own[i].failed;
	if (!any)
		return;
	process = spoor_entry(&processes, who, struct spoor_process, lookup_counts_missed);
	if (!process)
		return;
	/* In this order: so never more failed than there were. */
	for (u32 i = 0; i < SPOOR_FREQUENT_COUNT; i++) {
		spoor_move(&process->lookups[i].failed, &own[i].failed);
		spoor_move(&process->lookups[i].total, &own[i].total);
	}
}

static __always_inline void spoor_settle_writes(struct spoor_task *self,
						const struct spoor_process_key *who)
{
	struct spoor_tty_count *own = &self->own.writes, *count;

	if (!(own->writes | own->failed | own->bytes))
		return;
	count = spoor_tty_count(who, &self->own.tty);
	if (!count)
		return;
	spoor_move(&count->bytes, &own->bytes);
	spoor_move(&count->failed, &own->failed);
	spoor_move(&count->writes, &own->writes);
}

/* Brings into the maps what a thread has counted; while a map is full, the thread keeps it. */
static __always_inline void spoor_settle(struct spoor_task *self)
{
	struct spoor_process_key who = spoor_key(self);

	if (!spoor_counts_by_itself())
		return;
	spoor_settle_lookups(self, &who);
	spoor_settle_writes(self, &who);
}

#endif

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* Every open descriptor, by iterator: counted here, and told by the table. */
#include "pty_master.bpf.h"
#include "tracked.bpf.h"

#define SPOOR_RLIMIT_NOFILE 7 /* include/uapi/asm-generic/resource.h */

/*
 * The pass in progress. An iterator calls one after the other, and spoor makes
 * one pass at a time.
 */
static struct spoor_walk {
	u64 session;
	u64 descriptors;
	u64 tables;
	u32 part; /* descriptors in the counts */
	u32 class; /* of the present descriptor */
	struct spoor_descriptor_table table;
} spoor_walk;

struct spoor_repetition {
	u64 session;
	u64 table;
	u32 tid;
	u32 count;
};

/* Descriptors of the present table by directory entry; the oldest give way. */
struct {
	__uint(type, BPF_MAP_TYPE_LRU_HASH);
	__uint(max_entries, 1 << 15);
	__type(key, u64);
	__type(value, struct spoor_repetition);
} repetitions SEC(".maps");

static __always_inline bool spoor_is_told(struct task_struct *task)
{
	struct spoor_task *self = bpf_task_storage_get(&tracked, task, 0, 0);

	if (task->tgid == spoor_self_tgid)
		return false;
	if (self ? self->flags & (SPOOR_TASK_IGNORED | SPOOR_TASK_PENDING) :
		   spoor_configuration.scope != SPOOR_SCOPE_ALL)
		return false;
	return spoor_passes_task_filters(task, !!self);
}

static __always_inline u32 spoor_visible_tid(struct task_struct *task)
{
	struct pid *pid = BPF_CORE_READ(task, thread_pid);
	u32 level = spoor_self_level;
	u32 number = 0;

	if (level > BPF_CORE_READ(pid, level))
		return 0;
	bpf_core_read(&number, sizeof(number),
		      (void *)pid + bpf_core_field_offset(pid->numbers) +
			      level * bpf_core_type_size(struct upid));
	return number;
}

static __always_inline void spoor_fill_holder(struct spoor_holder *holder, struct task_struct *task)
{
	holder->start_time_ns = BPF_CORE_READ(task, group_leader, start_boottime);
	holder->table = (u64)spoor_plain_task(task)->files;
	holder->tgid = task->tgid;
	holder->tid = task->pid;
	holder->visible_tid = spoor_visible_tid(task);
	holder->is_told = spoor_is_told(task);
}

static __always_inline long spoor_tell_table(struct seq_file *seq)
{
	struct spoor_descriptor_table *table = &spoor_walk.table;

	if (!spoor_walk.part || !(table->holder.is_told || spoor_walk.part == SPOOR_TABLE_PART))
		return 0;
	table->header.kind = SPOOR_WALK_TABLE;
	table->header.length = sizeof(*table);
	return bpf_seq_write(seq, table, sizeof(*table));
}

static __always_inline long spoor_tell_master(struct seq_file *seq, struct file *file,
					      u32 descriptor, const struct spoor_holder *holder)
{
	struct tty_file_private *opened = file->private_data;
	struct tty_struct *master = BPF_CORE_READ(opened, tty);
	struct spoor_pty_master record = {
		.header = { SPOOR_WALK_MASTER, sizeof(record) },
		.holder = *holder,
		.file = (u64)file,
		.made_ns = spoor_made_ns(master),
		.slave_state = spoor_slave_state(master),
		.descriptor = descriptor,
	};

	if (!spoor_tty_of(file, &record.tty))
		return 0; /* it is being closed */
	return bpf_seq_write(seq, &record, sizeof(record));
}

/* Until Linux 5.14 the elements were of 4 bytes. */
static __always_inline u64 spoor_user_count(struct ucounts *user, u32 which)
{
	u64 count = 0;

	bpf_core_read(&count, sizeof(count),
		      (void *)user + bpf_core_field_offset(user->ucount) + which * sizeof(count));
	return count;
}

static __always_inline long spoor_tell_inotify(struct seq_file *seq, struct file *file,
					       u32 descriptor, const struct spoor_holder *holder)
{
	struct fsnotify_group *group = file->private_data;
	struct spoor_inotify record = {
		.header = { SPOOR_WALK_INOTIFY, sizeof(record) },
		.holder = *holder,
		.file = (u64)file,
		.descriptor = descriptor,
	};
	struct ucounts *user;

	/* A kernel without inotify (CONFIG_INOTIFY_USER) lacks the types. */
	if (!bpf_core_enum_value_exists(enum ucount_type, UCOUNT_INOTIFY_WATCHES))
		return 0;
	user = BPF_CORE_READ(group, inotify_data.ucounts);
	record.uid = BPF_CORE_READ(user, uid.val);
	record.user_watches = spoor_user_count(
		user, bpf_core_enum_value(enum ucount_type, UCOUNT_INOTIFY_WATCHES));
	record.user_instances = spoor_user_count(
		user, bpf_core_enum_value(enum ucount_type, UCOUNT_INOTIFY_INSTANCES));
	return bpf_seq_write(seq, &record, sizeof(record));
}

/* Counts one more descriptor on the same directory entry, and keeps the most frequent. */
static __always_inline void spoor_count_repetition(struct file *file, u32 descriptor)
{
	struct spoor_descriptor_table *table = &spoor_walk.table;
	u64 entry = (u64)file->f_path.dentry;
	struct spoor_repetition *known = bpf_map_lookup_elem(&repetitions, &entry);
	struct spoor_repetition first = {
		.session = spoor_walk.session,
		.table = table->holder.table,
		.tid = table->holder.tid,
		.count = 1,
	};
	u32 count = 1;

	if (known && known->session == first.session && known->table == first.table &&
	    known->tid == first.tid)
		count = ++known->count;
	else if (known)
		*known = first;
	else
		bpf_map_update_elem(&repetitions, &entry, &first, BPF_ANY);
	if (count <= table->repeated_count)
		return;
	table->repeated = entry;
	table->repeated_count = count;
	table->repeated_descriptor = descriptor;
}

static __always_inline void spoor_begin_table(const struct spoor_holder *holder,
					      struct task_struct *task)
{
	__builtin_memset(&spoor_walk.table, 0, sizeof(spoor_walk.table));
	spoor_walk.table.holder = *holder;
	spoor_walk.table.limit = BPF_CORE_READ(task, signal, rlim[SPOOR_RLIMIT_NOFILE].rlim_cur);
	spoor_walk.tables++;
	spoor_walk.part = 0;
}

static __always_inline void spoor_count_descriptor(struct file *file, u32 descriptor, u32 class)
{
	spoor_walk.descriptors++;
	spoor_walk.part++;
	if (class < SPOOR_DESCRIPTOR_CLASSES)
		spoor_walk.table.counts[class]++;
	if (!spoor_walk.table.holder.is_told)
		return;
	/* Others have no name by which they could be opened again. */
	if (class == SPOOR_DESCRIPTOR_REGULAR || class == SPOOR_DESCRIPTOR_DIRECTORY ||
	    class == SPOOR_DESCRIPTOR_TTY_SLAVE || class == SPOOR_DESCRIPTOR_PTY_MASTER ||
	    class == SPOOR_DESCRIPTOR_OTHER)
		spoor_count_repetition(file, descriptor);
}

static __always_inline long spoor_end_walk(struct seq_file *seq)
{
	struct spoor_walk_end record = {
		.header = { SPOOR_WALK_END, sizeof(record) },
		.descriptors = spoor_walk.descriptors,
		.tables = spoor_walk.tables,
	};

	if (spoor_tell_table(seq))
		return 0;
	return bpf_seq_write(seq, &record, sizeof(record));
}

/*
 * A record that finds the iterator's page full fails, and the iterator calls
 * again for the same descriptor: write first, change state last.
 */
SEC("iter/task_file")
int spoor_descriptors(struct bpf_iter__task_file *context)
{
	struct seq_file *seq = context->meta->seq;
	struct task_struct *task = context->task;
	struct file *file = context->file;
	struct spoor_holder holder;
	bool is_new;
	u32 class;

	if (spoor_walk.session != context->meta->session_id) {
		__builtin_memset(&spoor_walk, 0, sizeof(spoor_walk));
		spoor_walk.session = context->meta->session_id;
	}
	if (!task || !file) {
		spoor_end_walk(seq);
		return 0;
	}
	is_new = spoor_walk.table.holder.tid != (u32)task->pid;
	if (is_new)
		spoor_fill_holder(&holder, task);
	else
		holder = spoor_walk.table.holder;

	spoor_walk.class = spoor_class_of(file);
	barrier(); /* of what is read anew the verifier does not follow each value by itself */
	class = spoor_walk.class;
	if ((is_new || spoor_walk.part == SPOOR_TABLE_PART) && spoor_tell_table(seq))
		return 0;
	if (class == SPOOR_DESCRIPTOR_PTY_MASTER &&
	    spoor_tell_master(seq, file, context->fd, &holder))
		return 0;
	if (class == SPOOR_DESCRIPTOR_INOTIFY && holder.is_told &&
	    spoor_tell_inotify(seq, file, context->fd, &holder))
		return 0;

	if (is_new) {
		spoor_begin_table(&holder, task);
	} else if (spoor_walk.part == SPOOR_TABLE_PART) {
		__builtin_memset(spoor_walk.table.counts, 0, sizeof(spoor_walk.table.counts));
		spoor_walk.part = 0;
	}
	spoor_count_descriptor(file, context->fd, class);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* The life of a process: fork, exec, exit of the last thread, wait, release. */
#include "call.bpf.h"

/* What must survive a full ring; user space removes what was released. */
struct {
	__uint(type, BPF_MAP_TYPE_HASH);
	__uint(map_flags, BPF_F_NO_PREALLOC);
	__uint(max_entries, 1 << 17);
	__type(key, struct spoor_process_key);
	__type(value, struct spoor_process);
} processes SEC(".maps");

#define SPOOR_SIGNAL_GROUP_EXIT 4 /* include/linux/sched/signal.h */
#define SPOOR_SIGCHLD 17
#define SPOOR_SIG_IGN 1
#define SPOOR_SA_NOCLDWAIT 2
#define SPOOR_WNOWAIT 0x01000000
#define SPOOR_PAGE_SIZE 4096
#define SPOOR_SIGINFO_PID 16 /* offset of si_pid: the union is aligned to pointers */
#define SPOOR_WNOHANG 1

/* The process's id in the innermost pid namespace it lives in. */
static __always_inline u32 spoor_namespace_pid(struct task_struct *leader)
{
	struct pid *pid = BPF_CORE_READ(leader, thread_pid);
	u32 level = BPF_CORE_READ(pid, level);
	struct upid *numbers = (struct upid *)((void *)pid + bpf_core_field_offset(pid->numbers));
	int number = 0;

	bpf_core_read(&number, sizeof(number), (void *)numbers + level * bpf_core_type_size(struct upid));
	return number;
}

static __always_inline struct spoor_process *spoor_process(struct spoor_process_key *key)
{
	struct spoor_process *process = bpf_map_lookup_elem(&processes, key);

	if (!process) {
		struct spoor_process none = {};

		bpf_map_update_elem(&processes, key, &none, BPF_NOEXIST);
		process = bpf_map_lookup_elem(&processes, key);
		if (!process)
			spoor_count(counts_missed);
	}
	return process;
}

static __always_inline void spoor_on_fork(struct task_struct *parent, struct task_struct *child)
{
	struct spoor_task *spawner = bpf_task_storage_get(&tracked, parent, 0, 0);
	struct spoor_task *self;
	struct task_struct *waiter;
	struct spoor_process_key key;
	struct spoor_process *process;
	struct spoor_fork record = {};
	bool from_spoor = parent->tgid == spoor_self_tgid;

	if (child->tgid == parent->tgid) { /* a thread */
		if (spawner)
			spoor_follow(child, spawner->flags);
		return;
	}
	if (from_spoor && spoor_configuration.scope != SPOOR_SCOPE_SEEDS)
		self = spoor_follow(child, SPOOR_TASK_PENDING);
	else if (spawner || spoor_configuration.scope == SPOOR_SCOPE_ALL)
		self = spoor_follow(child, spawner ? spawner->flags & SPOOR_TASK_PENDING : 0);
	else
		return;
	if (!self || !(from_spoor || spoor_passes_filters(parent)))
		return;

	waiter = BPF_CORE_READ(child, real_parent);
	record.spawner_tgid = parent->tgid;
	record.spawner_start_ns = BPF_CORE_READ(parent, group_leader, start_boottime);
	record.parent_tgid = BPF_CORE_READ(waiter, tgid);
	record.parent_start_ns = BPF_CORE_READ(waiter, group_leader, start_boottime);
	record.namespace_pid = spoor_namespace_pid(child);
	record.uid = (u32)bpf_get_current_uid_gid();
	BPF_CORE_READ_STR_INTO(&record.comm, child, comm);

	spoor_fill_header(&record.header, self);
	record.header.tid = child->pid;
	key = spoor_key(self);
	process = spoor_process(&key);
	if (process) {
		process->fork_time_ns = record.header.time_ns;
		process->spawner_start_ns = record.spawner_start_ns;
		process->spawner_tgid = record.spawner_tgid;
		process->parent_start_ns = record.parent_start_ns;
		process->parent_tgid = record.parent_tgid;
		process->namespace_pid = record.namespace_pid;
		process->uid = record.uid;
		__builtin_memcpy(process->comm, record.comm, sizeof(process->comm));
		process->flags = SPOOR_PROCESS_FORKED;
	}
	spoor_emit(&record.header, SPOOR_KIND_FORK, sizeof(record));
}

SEC("tp_btf/sched_process_fork")
int BPF_PROG(spoor_process_fork, struct task_struct *parent, struct task_struct *child)
{
	spoor_on_fork(parent, child);
	return 0;
}

/* Frames between the tracepoint and the system call's entry, with room to spare. */
#define SPOOR_EXEC_FRAMES 12
/* More than the code of the entry function, which only passes its arguments on. */
#define SPOOR_ENTRY_BYTES 256

/*
 * Whether the running exec came in by execveat. Neither the registers tell (x86
 * sets orig_ax to execve in set_personality_64bit) nor bprm, unless the path
 * was relative to a descriptor; the kernel's own stack does.
 */
static __always_inline bool spoor_is_execveat(void *context)
{
	u64 frames[SPOOR_EXEC_FRAMES] = {};

	if (!spoor_execveat_entry)
		return false;
	bpf_get_stack(context, frames, sizeof(frames), 0);
	for (int i = 0; i < SPOOR_EXEC_FRAMES; i++)
		if (frames[i] - spoor_execveat_entry < SPOOR_ENTRY_BYTES)
			return true;
	return false;
}

/*
 * execve or execveat; NONE if it was given a descriptor and no path (fexecve):
 * then the file name is just "/dev/fd/N" (alloc_bprm in fs/exec.c).
 */
static __always_inline u32 spoor_exec_operation(void *context, struct linux_binprm *bprm,
						const char *path)
{
	if (!BPF_CORE_READ(bprm, fdpath))
		return spoor_is_execveat(context) ? SPOOR_OPERATION_execveat :
						    SPOOR_OPERATION_execve;
	for (int i = sizeof("/dev/fd/") - 1; i < 24; i++) {
		if (path[i] == '/')
			break;
		if (!path[i])
			return SPOOR_OPERATION_NONE;
	}
	return SPOOR_OPERATION_execveat;
}

/* The file name as given; returns its length without the NUL. */
static __always_inline u32 spoor_read_exec_path(struct spoor_exec *record, char *path,
						struct linux_binprm *bprm)
{
	long length = bpf_probe_read_kernel_str(path, SPOOR_PATH_ROOM, BPF_CORE_READ(bprm, filename));

	record->path_status = SPOOR_PATH_WHOLE;
	if (length <= 0) {
		spoor_count(path_unreadable);
		record->path_status = SPOOR_PATH_UNREADABLE;
		length = 1;
		path[0] = 0;
	}
	return (length - 1) & (SPOOR_PATH_ROOM - 1);
}

/* The program that runs a script; nothing if it is no script. */
static __always_inline u32 spoor_read_interpreter(char *text, struct linux_binprm *bprm)
{
	const char *interpreter = BPF_CORE_READ(bprm, interp);
	long length;

	if (interpreter == BPF_CORE_READ(bprm, filename))
		return 0;
	length = bpf_probe_read_kernel_str(text, SPOOR_INTERPRETER_ROOM, interpreter);
	return length <= 0 ? 0 : (length - 1) & (SPOOR_INTERPRETER_ROOM - 1);
}

static __always_inline u32 spoor_read_arguments(struct spoor_exec *record, char *text,
						struct task_struct *task)
{
	u64 start = BPF_CORE_READ(task, mm, arg_start);
	u64 size = BPF_CORE_READ(task, mm, arg_end) - start;

	record->argv_status = SPOOR_PATH_WHOLE;
	if (size > SPOOR_ARGV_ROOM) {
		record->argv_status = SPOOR_PATH_TRUNCATED;
		size = SPOOR_ARGV_ROOM;
	}
	barrier_var(size); /* the verifier must see the bound it is used with */
	if (size > SPOOR_ARGV_ROOM || bpf_probe_read_user(text, size, (void *)start)) {
		record->argv_status = SPOOR_PATH_UNREADABLE;
		return 0;
	}
	return size;
}

static __always_inline void spoor_on_exec(void *context, struct task_struct *task,
					  struct linux_binprm *bprm)
{
	struct spoor_exec *record = spoor_scratch(SPOOR_SCRATCH_EXEC);
	struct spoor_task *self = spoor_followed(task);
	u32 path_length, interpreter_length, argv_length;
	char *text;

	if (!self)
		return;
	self->flags &= ~SPOOR_TASK_PENDING;
	if (!spoor_passes_filters(task))
		return;
	if (!record) {
		spoor_drop_unbuilt(SPOOR_KIND_EXEC);
		return;
	}

	text = (char *)(record + 1);
	path_length = spoor_read_exec_path(record, text, bprm);
	record->operation = spoor_exec_operation(context, bprm, text);
	if (record->operation != SPOOR_OPERATION_NONE)
		spoor_count_lookup(self, record->operation, false);
	interpreter_length = spoor_read_interpreter(text + path_length, bprm);
	argv_length =
		spoor_read_arguments(record, text + path_length + interpreter_length, task);

	record->path_length = path_length;
	record->interpreter_length = interpreter_length;
	record->argv_length = argv_length;
	record->uid = (u32)bpf_get_current_uid_gid();
	record->reserved = 0;
	BPF_CORE_READ_STR_INTO(&record->comm, task, comm);
	spoor_fill_header(&record->header, self);
	spoor_emit(&record->header, SPOOR_KIND_EXEC,
		   sizeof(*record) + path_length + interpreter_length + argv_length);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spoor_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	spoor_on_exec(ctx, task, bprm);
	return 0;
}

/* Its parent asked never to hear of it: do_notify_parent in kernel/signal.c. */
static __always_inline bool spoor_is_autoreaped(struct task_struct *leader)
{
	struct sighand_struct *handlers = BPF_CORE_READ(leader, real_parent, sighand);
	struct sigaction action = {};

	if (BPF_CORE_READ(leader, exit_signal) != SPOOR_SIGCHLD)
		return false;
	action.sa_handler = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_handler);
	action.sa_flags = BPF_CORE_READ(handlers, action[SPOOR_SIGCHLD - 1].sa.sa_flags);
	return action.sa_handler == (void *)SPOOR_SIG_IGN || action.sa_flags & SPOOR_SA_NOCLDWAIT;
}

static __always_inline u64 spoor_peak_rss(struct task_struct *task)
{
	return BPF_CORE_READ(task, signal, maxrss) * SPOOR_PAGE_SIZE;
}

static __always_inline void spoor_on_exit(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task);
	struct task_struct *leader = BPF_CORE_READ(task, group_leader);
	struct spoor_exit record = {};
	struct spoor_process_key key;
	struct spoor_process *process;

	/* Threads come and go; the process ends with its last one. */
	if (!self || BPF_CORE_READ(task, signal, live.counter) != 0)
		return;
	key = spoor_key(self);
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process) {
		if (!spoor_passes_filters(task))
			return;
		process = spoor_process(&key);
	}

	/* As wait_task_zombie in kernel/exit.c tells it. */
	record.status = BPF_CORE_READ(task, signal, flags) & SPOOR_SIGNAL_GROUP_EXIT ?
				BPF_CORE_READ(task, signal, group_exit_code) :
				BPF_CORE_READ(leader, exit_code);
	record.flags = spoor_is_autoreaped(leader) ? SPOOR_EXIT_AUTOREAPED : 0;
	record.peak_rss_bytes = spoor_peak_rss(task);
	spoor_fill_header(&record.header, self);
	if (process) {
		u32 flags = SPOOR_PROCESS_EXITED |
			    (record.flags ? SPOOR_PROCESS_AUTOREAPED : 0);

		/* Two last threads on two CPUs can both see nobody left. */
		if (__sync_fetch_and_or(&process->flags, flags) & SPOOR_PROCESS_EXITED)
			return;
		process->exit_time_ns = record.header.time_ns;
		process->status = record.status;
		process->peak_rss_bytes = record.peak_rss_bytes;
	}
	spoor_emit(&record.header, SPOOR_KIND_EXIT, sizeof(record));
}

SEC("tp_btf/sched_process_exit")
int BPF_PROG(spoor_process_exit, struct task_struct *task)
{
	spoor_on_exit(task);
	return 0;
}

/*
 * The task struct goes, an RCU grace period after the process was reaped; by
 * now every thread has added its CPU time to the signal struct.
 */
static __always_inline void spoor_on_free(struct task_struct *task)
{
	struct spoor_process_key key = {};
	struct spoor_release record = {};
	struct spoor_process *process;

	if (task->pid != task->tgid)
		return;
	key.tgid = task->tgid;
	key.start_time_ns = task->start_boottime;
	process = bpf_map_lookup_elem(&processes, &key);
	if (!process)
		return;
	record.header.time_ns = bpf_ktime_get_boot_ns();
	record.header.start_time_ns = key.start_time_ns;
	record.header.tgid = key.tgid;
	record.header.tid = key.tgid;
	record.cpu_ns = BPF_CORE_READ(task, signal, sum_sched_runtime);
	record.peak_rss_bytes = spoor_peak_rss(task);
	process->cpu_ns = record.cpu_ns;
	process->peak_rss_bytes = record.peak_rss_bytes;
	process->release_time_ns = record.header.time_ns;
	__sync_fetch_and_or(&process->flags, SPOOR_PROCESS_RELEASED);
	spoor_emit(&record.header, SPOOR_KIND_RELEASE, sizeof(record));
}

SEC("tp_btf/sched_process_free")
int BPF_PROG(spoor_process_free, struct task_struct *task)
{
	spoor_on_free(task);
	return 0;
}

#define SPOOR_P_PID 1 /* which of waitid: the id is a process's */

/*
 * wait4 returns the child; waitid returns 0 and tells it in the siginfo, if it
 * was given one. Else it is the id that was asked for, or stays 0: unknown.
 */
static __always_inline void spoor_on_wait(const struct spoor_call *call)
{
	struct spoor_wait record = {};
	u64 siginfo;

	record.options = spoor_argument(call->regs, call->what->flags);
	if (call->what->siginfo == SPOOR_NONE) {
		if (call->result <= 0)
			return;
		record.pid = call->result;
	} else {
		if (call->result != 0 || record.options & SPOOR_WNOWAIT)
			return;
		siginfo = spoor_argument(call->regs, call->what->siginfo);
		if (siginfo) {
			bpf_probe_read_user(&record.pid, sizeof(record.pid),
					    (void *)(siginfo + SPOOR_SIGINFO_PID));
			if (!record.pid) /* WNOHANG, and nobody to reap */
				return;
		} else if (spoor_argument(call->regs, 0) == SPOOR_P_PID) {
			record.pid = spoor_argument(call->regs, 1);
		} else if (record.options & SPOOR_WNOHANG) {
			return; /* perhaps nobody was reaped */
		}
	}
	spoor_fill_header(&record.header, call->self);
	spoor_emit(&record.header, SPOOR_KIND_WAIT, sizeof(record));
}

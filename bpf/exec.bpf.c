// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/* A new image: its file, its arguments, and the lookup that a successful exec is. */
#include "own_counts.bpf.h"
#include "resolve.bpf.h"

/* Frames between the tracepoint and the system call's entry, with room to spare. */
#define SPOOR_EXEC_FRAMES 12
/* More than the code of the entry function, which only passes its arguments on. */
#define SPOOR_ENTRY_BYTES 256
/*
 * The first frames of a system call, below its saved registers: up to 1 KiB of random offset
 * (include/linux/randomize_kstack.h), and as much for what is called until the entry function.
 */
#define SPOOR_ENTRY_WORDS 256

static __always_inline bool spoor_is_near(u64 address, u64 entry)
{
	return (address - entry) << (64 - SPOOR_CODE_BITS) <
	       (u64)SPOOR_ENTRY_BYTES << (64 - SPOOR_CODE_BITS);
}

static __always_inline bool spoor_is_in_execveat(u64 address)
{
	return spoor_is_near(address, spoor_execveat_entry) ||
	       spoor_is_near(address, spoor_compat_execveat_entry);
}

/*
 * Whether an address in execveat's entry function is on the stack where that one's callee would
 * return to. Also what an earlier call left behind is: then only the frames tell. `words` is room.
 */
static __always_inline bool spoor_may_be_execveat(struct task_struct *task, u64 *words)
{
	long registers;

	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_task_pt_regs))
		return true;
	registers = bpf_task_pt_regs(task);
	if (bpf_probe_read_kernel(words, SPOOR_ENTRY_WORDS * sizeof(*words),
				  (void *)(registers - SPOOR_ENTRY_WORDS * sizeof(*words))))
		return true;
	for (int i = 0; i < SPOOR_ENTRY_WORDS; i++)
		if (spoor_is_in_execveat(words[i]))
			return true;
	return false;
}

/*
 * Whether the running exec came in by execveat. Neither the registers tell (x86
 * sets orig_ax to execve in set_personality_64bit) nor bprm, unless the path
 * was relative to a descriptor; the kernel's own stack does. To walk it takes
 * longer than all else here, so that is done only if it is likely to be one.
 */
static __always_inline bool spoor_is_execveat(void *context, struct task_struct *task, u64 *words)
{
	u64 frames[SPOOR_EXEC_FRAMES] = {};

	if (!spoor_execveat_entry || !spoor_may_be_execveat(task, words))
		return false;
	bpf_get_stack(context, frames, sizeof(frames), 0);
	for (int i = 0; i < SPOOR_EXEC_FRAMES; i++)
		if (spoor_is_in_execveat(frames[i]))
			return true;
	return false;
}

#define SPOOR_FD_PREFIX (sizeof("/dev/fd/") - 1)
#define SPOOR_FD_DIGITS 10

/* What an exec was asked to do. */
struct spoor_exec_order {
	const char *path; /* as given */
	s32 directory;
	u32 operation;
};

/*
 * execve or execveat; NONE if it was given a descriptor and no path (fexecve):
 * then the file name is just "/dev/fd/N". Else with a descriptor N it is
 * "/dev/fd/N/path" (alloc_bprm in fs/exec.c).
 */
static __always_inline void spoor_read_order(struct spoor_exec_order *order, bool is_execveat,
					     struct linux_binprm *bprm)
{
	const char *with_descriptor = spoor_read(bprm, fdpath);
	char start[SPOOR_FD_PREFIX + SPOOR_FD_DIGITS + 2] = {};
	u32 number = 0;

	order->path = spoor_read(bprm, filename);
	order->directory = SPOOR_AT_FDCWD;
	order->operation = is_execveat ? SPOOR_OPERATION_execveat : SPOOR_OPERATION_execve;
	if (!with_descriptor)
		return;
	order->operation = SPOOR_OPERATION_NONE;
	bpf_probe_read_kernel_str(start, sizeof(start), with_descriptor);
	for (u32 i = SPOOR_FD_PREFIX; i <= SPOOR_FD_PREFIX + SPOOR_FD_DIGITS; i++) {
		if (start[i] == '/') {
			order->path += i + 1;
			order->directory = number;
			order->operation = SPOOR_OPERATION_execveat;
		}
		if (start[i] == '/' || !start[i])
			break;
		number = number * 10 + (start[i] - '0');
	}
}

/*
 * Where the exec's path began, and the file that runs: what /proc/PID/exe says.
 * A directory that was to be closed on exec is closed by now.
 */
static __always_inline u32 spoor_resolve_exec(struct task_struct *task, s32 directory, char first,
					      struct spoor_scratch *scratch, u32 offset)
{
	struct spoor_exec *record = (struct spoor_exec *)scratch->bytes;
	struct spoor_climb *walk = &scratch->walk;
	struct file *file;

	task = spoor_plain_task(task);
	file = task->mm->exe_file;
	spoor_begin_walk(walk, task, offset);
	if (file) {
		walk->from = spoor_spot(file->f_path);
		spoor_climb(scratch);
	}
	record->executable = walk->place;

	walk->place = (struct spoor_place){};
	file = NULL;
	if (first == '/') {
		walk->from = walk->root;
	} else if (directory == SPOOR_AT_FDCWD) {
		walk->from = spoor_spot(task->fs->pwd);
	} else {
		file = spoor_file(task, directory);
		walk->from = spoor_file_spot(file);
	}
	if (record->operation != SPOOR_OPERATION_NONE &&
	    (first == '/' || directory == SPOOR_AT_FDCWD || file))
		spoor_climb(scratch);
	record->base = walk->place;
	record->climb = walk->climb;
	spoor_count_truncation(record->path_status, &record->base, &record->executable);
	return walk->offset;
}

/* The path as given; returns its length without the NUL. */
static __always_inline u32 spoor_read_exec_path(struct spoor_exec *record, char *path,
						const char *given)
{
	long length = bpf_probe_read_kernel_str(path, SPOOR_PATH_ROOM, given);

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
	const char *interpreter = spoor_read(bprm, interp);
	long length;

	if (interpreter == spoor_read(bprm, filename))
		return 0;
	length = bpf_probe_read_kernel_str(text, SPOOR_INTERPRETER_ROOM, interpreter);
	return length <= 0 ? 0 : (length - 1) & (SPOOR_INTERPRETER_ROOM - 1);
}

static __always_inline u32 spoor_read_arguments(struct spoor_exec *record, char *text,
						struct task_struct *task)
{
	struct mm_struct *mm = spoor_read(task, mm);
	u64 start = spoor_read(mm, arg_start);
	u64 size = spoor_read(mm, arg_end) - start;

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
					  struct linux_binprm *bprm, bool again)
{
	struct spoor_scratch *scratch =
		spoor_scratch(again ? SPOOR_SCRATCH_EXEC_AGAIN : SPOOR_SCRATCH_EXEC);
	struct spoor_exec *record;
	struct spoor_task *self = spoor_followed(task);
	u32 path_length, interpreter_length, argv_length, length;
	struct spoor_exec_order order;
	char *text;

	if (!self)
		return;
	if (again && self->told_exec == spoor_read(task, self_exec_id))
		return;
	self->told_exec = spoor_read(task, self_exec_id);
	self->flags &= ~SPOOR_TASK_PENDING;
	if (!spoor_passes_filters(task))
		return;
	if (!scratch) {
		spoor_drop_unbuilt(SPOOR_KIND_EXEC);
		return;
	}

	record = (struct spoor_exec *)scratch->bytes;
	text = (char *)(record + 1);
	spoor_read_order(&order, spoor_is_execveat(context, task, (u64 *)scratch->bytes), bprm);
	path_length = spoor_read_exec_path(record, text, order.path);
	record->operation = order.operation;
	if (record->operation != SPOOR_OPERATION_NONE)
		spoor_count_lookup(self, record->operation, 0);
	interpreter_length = spoor_read_interpreter(text + path_length, bprm);
	argv_length =
		spoor_read_arguments(record, text + path_length + interpreter_length, task);
	length = sizeof(*record) + path_length + interpreter_length + argv_length;
	/* A path that begins at a descriptor is none from the root. */
	length = spoor_resolve_exec(task, order.directory,
				    order.directory == SPOOR_AT_FDCWD ? *text : 0, scratch, length);

	record->path_length = path_length;
	record->interpreter_length = interpreter_length;
	record->argv_length = argv_length;
	record->uid = (u32)bpf_get_current_uid_gid();
	BPF_CORE_READ_STR_INTO(&record->comm, task, comm);
	spoor_fill_header(&record->header, self, task);
	if (length <= SPOOR_SCRATCH_BYTES)
		spoor_emit(&record->header, SPOOR_KIND_EXEC, length);
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spoor_process_exec, struct task_struct *task, int old_pid, struct linux_binprm *bprm)
{
	spoor_fire(SPOOR_HOOK_EXEC);
	spoor_on_exec(ctx, task, bprm, false);
	return 0;
}

SEC("tp_btf/sched_process_exec")
int BPF_PROG(spoor_process_exec_again, struct task_struct *task, int old_pid,
	     struct linux_binprm *bprm)
{
	spoor_fire(SPOOR_HOOK_EXEC_AGAIN);
	spoor_on_exec(ctx, task, bprm, true);
	return 0;
}

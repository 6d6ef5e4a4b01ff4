// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * Lookups and terminal writes by io_uring, which make no system call of their
 * own. A request is kept from its submission, when its path is in kernel
 * memory, to its completion, when its result is known; the retries and the
 * workers in between are nobody's business. It belongs to the process that
 * submitted it; a kernel thread that polls for submissions belongs to that
 * process as a thread.
 */
#include "uring_kept.bpf.h"

/*
 * A request's memory is used again, so the one before has ended. It posted no
 * completion if it was told to skip that on success, or if the queue was full;
 * its result is still there.
 */
static __always_inline void spoor_ring_settle(const struct spoor_ring_key *first,
					      const struct spoor_ring_key *second, s32 result,
					      u32 slot)
{
	spoor_ring_tell_lookup(first, result, slot);
	spoor_ring_tell_lookup(second, result, slot);
	spoor_ring_tell_write(first, result);
}

/* The submitter; a polling thread of the kernel is a thread of it that fork did not tell. */
static __always_inline struct spoor_task *spoor_ring_owner(struct task_struct *task)
{
	struct spoor_task *self = spoor_followed(task->group_leader);

	if (!self || self->flags & SPOOR_TASK_PENDING || !spoor_passes_filters(task))
		return NULL;
	return self;
}

static __always_inline void spoor_on_ring_submit(struct io_kiocb *request,
						 const struct io_uring_sqe *entry)
{
	struct spoor_ring_key first = { .request = (u64)request };
	struct spoor_ring_key second = { .request = (u64)request, .path_index = 1 };
	struct task_struct *task = bpf_get_current_task_btf();
	struct spoor_ring_paths paths = {};
	struct spoor_tty_write write = {};
	struct spoor_task *self;
	struct tty_struct *slave;
	struct file *file;

	spoor_ring_settle(&first, &second, BPF_CORE_READ(request, cqe.res),
			  entry ? SPOOR_SCRATCH_RING_REFUSED : SPOOR_SCRATCH_RING);
	self = spoor_ring_owner(task);
	if (!self)
		return;
	task = spoor_plain_task(task);
	if (entry ? spoor_ring_given(request, entry, &paths) : spoor_ring_paths(request, &paths)) {
		spoor_ring_keep(&first, self, &paths);
		if (paths.count > 1)
			spoor_ring_keep(&second, self, &paths);
		return;
	}
	if (entry || !spoor_ring_writes(BPF_CORE_READ(request, opcode)))
		return;
	file = spoor_ring_file(task, request);
	slave = file ? spoor_tty_of(file, &write.tty) : NULL;
	if (!slave)
		return;
	spoor_fill_header(&write.header, self, task);
	write.header.flags = spoor_raw_flag(slave);
	/* Without room, the completion tells it by itself. */
	bpf_map_update_elem(&ring_writes, &first.request, &write, BPF_ANY);
}

/*
 * A request of which nothing is kept, by a followed process: its path is lost if
 * it was in flight at the start. What it wrote to a terminal is known even so;
 * the file may have been opened by the one before in a chain.
 */
static __always_inline void spoor_ring_tell_unkept(struct io_kiocb *request, s32 result)
{
	struct task_struct *task = bpf_get_current_task_btf();
	u32 opcode = BPF_CORE_READ(request, opcode);
	struct spoor_tty_write write = {};
	struct tty_struct *slave;
	struct spoor_task *self;
	struct file *file;

	if (result == -SPOOR_ECANCELED ||
	    (!spoor_ring_writes(opcode) && !spoor_ring_operation(opcode)))
		return;
	if (spoor_ring_tgid(request) != (u32)task->tgid)
		return;
	self = spoor_ring_owner(task);
	if (!self)
		return;
	if (!spoor_ring_writes(opcode)) {
		spoor_count(ring_missed);
		return;
	}
	file = BPF_CORE_READ(request, file);
	slave = file ? spoor_tty_of(file, &write.tty) : NULL;
	if (!slave)
		return;
	spoor_fill_header(&write.header, self, task);
	write.header.flags = spoor_raw_flag(slave);
	spoor_ring_emit_write(&write, result);
}

static __always_inline void spoor_on_ring_complete(struct io_kiocb *request)
{
	struct spoor_ring_key first = { .request = (u64)request };
	struct spoor_ring_key second = { .request = (u64)request, .path_index = 1 };
	s32 result;

	if (!request) /* one of several completions of a request: never its last */
		return;
	result = BPF_CORE_READ(request, cqe.res);
	if (spoor_ring_tell_lookup(&first, result, SPOOR_SCRATCH_RING_COMPLETE)) {
		spoor_ring_tell_lookup(&second, result, SPOOR_SCRATCH_RING_COMPLETE);
		return;
	}
	if (!spoor_ring_tell_write(&first, result))
		spoor_ring_tell_unkept(request, result);
}

/* Linux 6.4 and later. */
SEC("tp_btf/io_uring_submit_req")
int BPF_PROG(spoor_ring_submit, struct io_kiocb *request)
{
	spoor_fire(SPOOR_HOOK_RING_SUBMIT);
	spoor_on_ring_submit(request, NULL);
	return 0;
}

/* The same until Linux 6.3. */
SEC("tp_btf/io_uring_submit_sqe")
int BPF_PROG(spoor_ring_submit_sqe, struct io_kiocb *request)
{
	spoor_fire(SPOOR_HOOK_RING_SUBMIT);
	spoor_on_ring_submit(request, NULL);
	return 0;
}

/* Refused before it was submitted: a bad path, or bad flags. */
SEC("tp_btf/io_uring_req_failed")
int BPF_PROG(spoor_ring_refuse, const struct io_uring_sqe *entry, struct io_kiocb *request)
{
	spoor_fire(SPOOR_HOOK_RING_REFUSE);
	spoor_on_ring_submit(request, entry);
	return 0;
}

/* The result is read from the request, since this tracepoint's arguments changed in Linux 6.13. */
SEC("tp_btf/io_uring_complete")
int BPF_PROG(spoor_ring_complete, void *ring, struct io_kiocb *request)
{
	spoor_fire(SPOOR_HOOK_RING_COMPLETE);
	spoor_on_ring_complete(request);
	return 0;
}

/*
 * The same at perf's tracepoints, which keep the CPU: see spoor_sys_exit_perf. What was refused is
 * looked for in its ring, since perf is not told all of it.
 */
SEC("tp/io_uring/io_uring_submit_req")
int spoor_ring_submit_perf(struct trace_event_raw_io_uring_submit_req *event)
{
	spoor_fire(SPOOR_HOOK_RING_SUBMIT);
	spoor_on_ring_submit(event->req, NULL);
	return 0;
}

SEC("tp/io_uring/io_uring_req_failed")
int spoor_ring_refuse_perf(struct trace_event_raw_io_uring_req_failed *event)
{
	struct io_kiocb *request = event->req;

	spoor_fire(SPOOR_HOOK_RING_REFUSE);
	spoor_on_ring_submit(request, spoor_ring_last(request));
	return 0;
}

SEC("tp/io_uring/io_uring_complete")
int spoor_ring_complete_perf(struct trace_event_raw_io_uring_complete *event)
{
	spoor_fire(SPOOR_HOOK_RING_COMPLETE);
	spoor_on_ring_complete(event->req);
	return 0;
}

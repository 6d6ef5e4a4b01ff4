// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The least that tells of each open and each write of one process, from the hook that spoor has:
 * when, the call, its result, and of an open its path, through a ring. It resolves no path, knows
 * no terminal, counts nothing, and follows nobody's children.
 */
#include "arch.bpf.h"

#include <bpf/bpf_tracing.h>

char LICENSE[] SEC("license") = "Dual BSD/GPL";

#define PATH_ROOM 4096
/* Twenty times a second: spoor trace wakes its reader fifty times, spoor record five. */
#define WAKEUP_NS 50000000

const volatile u32 traced;
const volatile u64 open_number;
const volatile u64 write_number;

struct told {
	u64 time_ns;
	u64 number;
	s64 result;
	u64 tgid_and_tid;
	char path[PATH_ROOM];
};

struct {
	__uint(type, BPF_MAP_TYPE_RINGBUF);
	__uint(max_entries, 8 << 20);
} events SEC(".maps");

struct {
	__uint(type, BPF_MAP_TYPE_PERCPU_ARRAY);
	__uint(max_entries, 1);
	__type(key, u32);
	__type(value, struct told);
} scratch SEC(".maps");

static u64 woken_ns;

SEC("tp_btf/sys_exit")
int BPF_PROG(least, struct pt_regs *regs, long result)
{
	u64 number = spoor_number(regs), arguments[6], caller, flag = BPF_RB_NO_WAKEUP;
	u32 zero = 0;
	struct told *told;
	long length = 0;

	if (number != open_number && number != write_number)
		return 0;
	caller = bpf_get_current_pid_tgid();
	told = bpf_map_lookup_elem(&scratch, &zero);
	if (caller >> 32 != traced || !told)
		return 0;
	if (number == open_number) {
		spoor_native_arguments(regs, arguments);
		length = bpf_probe_read_user_str(told->path, PATH_ROOM, (void *)arguments[1]);
		if (length < 0 || length > PATH_ROOM)
			return 0;
	}
	told->time_ns = bpf_ktime_get_boot_ns();
	told->number = number;
	told->result = result;
	told->tgid_and_tid = caller;
	if (told->time_ns - woken_ns > WAKEUP_NS) {
		woken_ns = told->time_ns;
		flag = BPF_RB_FORCE_WAKEUP;
	}
	bpf_ringbuf_output(&events, told, __builtin_offsetof(struct told, path) + length, flag);
	return 0;
}

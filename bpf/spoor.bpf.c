// SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause
/*
 * The eBPF side of spoor, as one object. Topics are files of their own; they
 * share maps and inline functions, so they are compiled together.
 */
#include "lookups.bpf.c"
#include "tty.bpf.c"
#include "processes.bpf.c"
#include "waits.bpf.c"
#include "resizes.bpf.c"
#include "masters.bpf.c"
#include "exec.bpf.c"
#include "syscalls.bpf.c"
#include "uring.bpf.c"
#include "counters.bpf.c"
#include "census.bpf.c"
#include "descriptors.bpf.c"

char LICENSE[] SEC("license") = "Dual BSD/GPL";

/* Run once by user space in its own context: learns who spoor is. */
SEC("syscall")
int spoor_identify(void *context)
{
	struct task_struct *task = bpf_get_current_task_btf();

	/* First: with -a others are followed as soon as it is known who spoor is. */
	spoor_self_level = BPF_CORE_READ(task, thread_pid, level);
	barrier();
	spoor_self_tgid = task->tgid;
	spoor_learn_cpu_offsets();
	/* Since Linux 5.16, and only where kernel addresses may be seen. */
	if (bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_kallsyms_lookup_name)) {
		bpf_kallsyms_lookup_name(SPOOR_EXECVEAT_ENTRY, sizeof(SPOOR_EXECVEAT_ENTRY), 0,
					 &spoor_execveat_entry);
		bpf_kallsyms_lookup_name(SPOOR_COMPAT_EXECVEAT_ENTRY,
					 sizeof(SPOOR_COMPAT_EXECVEAT_ENTRY), 0,
					 &spoor_compat_execveat_entry);
		/* A kernel without 32-bit calls: any small number is near to 0. */
		if (!spoor_compat_execveat_entry)
			spoor_compat_execveat_entry = spoor_execveat_entry;
	}
	return 0;
}

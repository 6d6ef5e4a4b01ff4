/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* How much memory a process has. */
#ifndef SPOOR_MEMORY_BPF_H
#define SPOOR_MEMORY_BPF_H

#include "maps.bpf.h"
#include "plain.bpf.h"

/* include/linux/mm_types_task.h; the third counts what is swapped out. */
#define SPOOR_MM_FILEPAGES 0
#define SPOOR_MM_ANONPAGES 1
#define SPOOR_MM_SHMEMPAGES 3

#define SPOOR_CPUS 512

/* What a per-CPU pointer needs added for each CPU; 0 where that is not known. */
u64 spoor_cpu_offsets[SPOOR_CPUS];
/* An address that has been here is a number, which may be read at. */
static volatile u64 spoor_address;

/*
 * The kernel's own table of these offsets is no symbol on every kernel, but a
 * per-CPU map has the address of each of its parts, and the pointer that they
 * all come from. Kernels without the helper (5.19) need none of this.
 */
static __always_inline void spoor_learn_cpu_offsets(void)
{
	u64 base = 0;
	u32 zero = 0;

	if (!bpf_core_enum_value_exists(enum bpf_func_id, BPF_FUNC_map_lookup_percpu_elem))
		return;
	spoor_address = (u64)&statistics;
	bpf_probe_read_kernel(&base, sizeof(base),
			      (void *)(spoor_address +
				       bpf_core_field_offset(struct bpf_array, pptrs)));
	for (u32 cpu = 0; cpu < SPOOR_CPUS && cpu < spoor_configuration.cpus; cpu++) {
		void *part = bpf_map_lookup_percpu_elem(&statistics, &zero, cpu);

		if (!part || !base)
			return;
		spoor_address = (u64)part;
		spoor_cpu_offsets[cpu] = spoor_address - base;
	}
}

/*
 * Pages in memory. Since Linux 6.2 (f1a7941243c1) each CPU holds back up to
 * percpu_counter_batch pages of each kind: they are added where it is known
 * how to reach them. What it cannot reach stays out.
 */
static __always_inline s64 spoor_resident_pages(struct mm_struct *mm)
{
	struct mm_struct___before_6_2 *old = (void *)mm;
	s32 *files, *anonymous, *shared, part;
	s64 pages;

	if (bpf_core_type_exists(struct mm_rss_stat))
		return BPF_CORE_READ(old, rss_stat.count[SPOOR_MM_FILEPAGES].counter) +
		       BPF_CORE_READ(old, rss_stat.count[SPOOR_MM_ANONPAGES].counter) +
		       BPF_CORE_READ(old, rss_stat.count[SPOOR_MM_SHMEMPAGES].counter);

	pages = BPF_CORE_READ(mm, rss_stat[SPOOR_MM_FILEPAGES].count) +
		BPF_CORE_READ(mm, rss_stat[SPOOR_MM_ANONPAGES].count) +
		BPF_CORE_READ(mm, rss_stat[SPOOR_MM_SHMEMPAGES].count);
	files = BPF_CORE_READ(mm, rss_stat[SPOOR_MM_FILEPAGES].counters);
	anonymous = BPF_CORE_READ(mm, rss_stat[SPOOR_MM_ANONPAGES].counters);
	shared = BPF_CORE_READ(mm, rss_stat[SPOOR_MM_SHMEMPAGES].counters);
	for (u32 cpu = 0; cpu < SPOOR_CPUS && cpu < spoor_configuration.cpus; cpu++) {
		u64 offset = spoor_cpu_offsets[cpu];

		if (!offset)
			break;
		if (!bpf_probe_read_kernel(&part, sizeof(part), (void *)files + offset))
			pages += part;
		if (!bpf_probe_read_kernel(&part, sizeof(part), (void *)anonymous + offset))
			pages += part;
		if (!bpf_probe_read_kernel(&part, sizeof(part), (void *)shared + offset))
			pages += part;
	}
	return pages;
}

struct spoor_memory {
	u64 bytes;
	u64 peak_bytes;
};

/* Zeros for a task without memory of its own: a kernel thread, or one that has ended. */
static __always_inline struct spoor_memory spoor_memory(struct task_struct *task)
{
	struct mm_struct *mm = BPF_CORE_READ(task, mm);
	struct spoor_memory memory = {};
	s64 pages, peak;

	if (!mm)
		return memory;
	pages = spoor_resident_pages(mm);
	peak = BPF_CORE_READ(mm, hiwater_rss);
	/* What was given up meanwhile is no longer memory, whatever was read there. */
	if (pages < 0 || BPF_CORE_READ(task, mm) != mm)
		return memory;
	memory.bytes = pages * spoor_configuration.page_bytes;
	/* The kernel raises the mark only when memory is about to be given up. */
	memory.peak_bytes = (peak > pages ? peak : pages) * spoor_configuration.page_bytes;
	return memory;
}

/* Of images that are gone, and at its end of the last one: what getrusage tells. */
static __always_inline u64 spoor_peak_rss(struct task_struct *task)
{
	return spoor_read(spoor_read(task, signal), maxrss) * spoor_configuration.page_bytes;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <link.h>
#include <sys/mman.h>
#include <unistd.h>

/* What is never written is in the file as it is in memory. */
static int unmap(struct dl_phdr_info *object, size_t size, void *context)
{
	uintptr_t page = (uintptr_t)sysconf(_SC_PAGESIZE);

	(void)size;
	(void)context;
	for (int i = 0; i < object->dlpi_phnum; i++) {
		const ElfW(Phdr) *part = &object->dlpi_phdr[i];
		uintptr_t start = object->dlpi_addr + part->p_vaddr;
		uintptr_t end = (start + part->p_filesz) & ~(page - 1);

		start &= ~(page - 1);
		if (part->p_type == PT_LOAD && !(part->p_flags & PF_W) && start < end)
			madvise((void *)start, end - start, MADV_DONTNEED);
	}
	return 0;
}

void spoor_unmap_used_code(void)
{
	dl_iterate_phdr(unmap, NULL);
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Stands before glibc's allocator in the program it is linked into, and counts.
 * Each function does what glibc's own does and leaves the rest to it, so that
 * free, which stays glibc's, knows every block.
 */
#include <errno.h>
#include <stddef.h>

#include "CAllocationCounter.h"

void *__libc_malloc(size_t size);
void *__libc_calloc(size_t count, size_t size);
void *__libc_realloc(void *block, size_t size);
void *__libc_memalign(size_t alignment, size_t size);

/* In the program itself, so that reading it allocates nothing. */
static _Thread_local uint64_t allocations __attribute__((tls_model("local-exec")));

uint64_t spoor_allocation_count(void)
{
	return allocations;
}

void *malloc(size_t size)
{
	allocations++;
	return __libc_malloc(size);
}

void *calloc(size_t count, size_t size)
{
	allocations++;
	return __libc_calloc(count, size);
}

void *realloc(void *block, size_t size)
{
	allocations++;
	return __libc_realloc(block, size);
}

void *memalign(size_t alignment, size_t size)
{
	allocations++;
	return __libc_memalign(alignment, size);
}

void *aligned_alloc(size_t alignment, size_t size)
{
	return memalign(alignment, size);
}

int posix_memalign(void **block, size_t alignment, size_t size)
{
	if (alignment % sizeof(void *) != 0 || (alignment & (alignment - 1)) != 0 ||
	    alignment == 0)
		return EINVAL;
	void *found = memalign(alignment, size);
	if (!found)
		return ENOMEM;
	*block = found;
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compile only, on x86-64: cc -fsyntax-only -I Sources/CSpoorABI/include FILE.
 * The numbers in spoor_syscalls.h are those of the kernel's header.
 */
#ifdef __x86_64__

#include <asm/unistd_64.h>
#include "spoor_syscalls.h"
#include "syscall_numbers_new.h"

#define CHECK(name, number) \
	_Static_assert(__NR_##name == (number), #name " is not " #number " on x86-64");
#define CHECK_LOOKUP(name, first, second, flags, x86_64, arm64, i386) CHECK(name, x86_64)
#define CHECK_WRITE(name, descriptor, source, x86_64, arm64, i386) CHECK(name, x86_64)
#define CHECK_WAIT(name, options, siginfo, x86_64, arm64, i386) CHECK(name, x86_64)

SPOOR_LOOKUPS(CHECK_LOOKUP)
SPOOR_WRITES(CHECK_WRITE)
SPOOR_WAITS(CHECK_WAIT)

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compile only, on x86: cc -fsyntax-only -I Sources/CSpoorABI/include FILE. The
 * numbers that spoor_syscalls.h has for 32-bit programs are those of the
 * kernel's header.
 */
#if defined(__x86_64__) || defined(__i386__)

#include <asm/unistd_32.h>
#include "spoor_syscalls.h"
#include "syscall_numbers_new.h"

/* Under another name here, and with other arguments. */
#define __NR_newfstatat SPOOR_NONE
#undef __NR_fanotify_mark
#define __NR_fanotify_mark SPOOR_NONE

#define CHECK(name, number) \
	_Static_assert(__NR_##name == (number), #name " is not " #number " on i386");
#define CHECK_LOOKUP(name, first, second, flags, x86_64, arm64, i386) CHECK(name, i386)
#define CHECK_WRITE(name, descriptor, source, x86_64, arm64, i386) CHECK(name, i386)
#define CHECK_WAIT(name, options, siginfo, x86_64, arm64, i386) CHECK(name, i386)

SPOOR_LOOKUPS(CHECK_LOOKUP)
SPOOR_WRITES(CHECK_WRITE)
SPOOR_WAITS(CHECK_WAIT)

#undef __NR_fanotify_mark
#define __NR_fanotify_mark 339
#define CHECK_COMPAT_LOOKUP(operation, name, first, second, flags, i386) CHECK(name, i386)
#define CHECK_COMPAT_WRITE(call, name, descriptor, source, i386) CHECK(name, i386)
#define CHECK_COMPAT_WAIT(call, name, options, siginfo, i386) CHECK(name, i386)

SPOOR_COMPAT_LOOKUPS(CHECK_COMPAT_LOOKUP)
SPOOR_COMPAT_WRITES(CHECK_COMPAT_WRITE)
SPOOR_COMPAT_WAITS(CHECK_COMPAT_WAIT)

_Static_assert(__NR_socketcall == SPOOR_COMPAT_SOCKETCALL, "socketcall");

#endif

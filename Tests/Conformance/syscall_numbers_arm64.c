/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Compile only, on any 64-bit machine:
 * cc -fsyntax-only -I Sources/CSpoorABI/include FILE. The numbers in
 * spoor_syscalls.h are those that arm64 takes from the generic table, and what
 * the table says arm64 lacks is not in there.
 */

/* As arch/arm64/include/uapi/asm/unistd.h had them, until Linux 6.11. */
#define __ARCH_WANT_RENAMEAT
#define __ARCH_WANT_NEW_STAT
#define __ARCH_WANT_SET_GET_RLIMIT
#define __ARCH_WANT_TIME32_SYSCALLS
#define __ARCH_WANT_SYS_CLONE3
#define __ARCH_WANT_MEMFD_SECRET

#include <asm-generic/unistd.h>
#include "spoor_syscalls.h"
#include "syscall_numbers_new.h"

#if __BITS_PER_LONG != 64
#error "the generic table has other numbers on a 32-bit machine"
#endif

/* What arm64 never had; each gets the number that says so in the table. */
#if defined(__NR_open) || defined(__NR_creat) || defined(__NR_stat) || defined(__NR_lstat) || \
	defined(__NR_access) || defined(__NR_readlink) || defined(__NR_unlink) || \
	defined(__NR_rename) || defined(__NR_mkdir) || defined(__NR_rmdir) || defined(__NR_mknod) || \
	defined(__NR_link) || defined(__NR_symlink) || defined(__NR_chmod) || defined(__NR_chown) || \
	defined(__NR_lchown) || defined(__NR_utime) || defined(__NR_utimes) || \
	defined(__NR_futimesat)
#error "arm64 has a system call that spoor_syscalls.h says it lacks"
#endif
#define __NR_open SPOOR_NONE
#define __NR_creat SPOOR_NONE
#define __NR_stat SPOOR_NONE
#define __NR_lstat SPOOR_NONE
#define __NR_access SPOOR_NONE
#define __NR_readlink SPOOR_NONE
#define __NR_unlink SPOOR_NONE
#define __NR_rename SPOOR_NONE
#define __NR_mkdir SPOOR_NONE
#define __NR_rmdir SPOOR_NONE
#define __NR_mknod SPOOR_NONE
#define __NR_link SPOOR_NONE
#define __NR_symlink SPOOR_NONE
#define __NR_chmod SPOOR_NONE
#define __NR_chown SPOOR_NONE
#define __NR_lchown SPOOR_NONE
#define __NR_utime SPOOR_NONE
#define __NR_utimes SPOOR_NONE
#define __NR_futimesat SPOOR_NONE

#define CHECK(name, number) \
	_Static_assert(__NR_##name == (number), #name " is not " #number " on arm64");
#define CHECK_LOOKUP(name, first, second, flags, x86_64, arm64, i386) CHECK(name, arm64)
#define CHECK_WRITE(name, descriptor, source, x86_64, arm64, i386) CHECK(name, arm64)
#define CHECK_WAIT(name, options, siginfo, x86_64, arm64, i386) CHECK(name, arm64)

SPOOR_LOOKUPS(CHECK_LOOKUP)
SPOOR_WRITES(CHECK_WRITE)
SPOOR_WAITS(CHECK_WAIT)

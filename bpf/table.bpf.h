/* SPDX-License-Identifier: GPL-2.0-only OR BSD-2-Clause */
/* The lines of spoor_syscalls.h by number, for this architecture and its 32-bit programs. */
#ifndef SPOOR_TABLE_BPF_H
#define SPOOR_TABLE_BPF_H

#include "call.bpf.h"

/* A call that the architecture lacks lands in the slot past the last number. */
#define SPOOR_SLOT_OF(number) ((number) == SPOOR_NONE ? SPOOR_SYSCALL_COUNT : (number))
#define SPOOR_SLOT(x86_64, arm64) SPOOR_SLOT_OF(SPOOR_SYSCALL_NUMBER(x86_64, arm64))

/* In parentheses, so that their commas stay together in macros of macros. */
#define NO_PATH ((struct spoor_path_place){ .form = SPOOR_FORM_NONE })
#define PLACE(form_, directory_, path_, length_, empty_) \
	((struct spoor_path_place){                      \
		.form = SPOOR_FORM_##form_,              \
		.directory = directory_,                 \
		.path = path_,                           \
		.length = length_,                       \
		.empty = SPOOR_EMPTY_##empty_,           \
	})
#define AT_OR(directory, path, empty) PLACE(STRING, directory, path, SPOOR_NONE, empty)
#define AT(directory, path) AT_OR(directory, path, NEVER)
#define CWD_OR(path, empty) AT_OR(SPOOR_NONE, path, empty)
#define CWD(path) CWD_OR(path, NEVER)
#define TEXT(path) PLACE(TEXT, SPOOR_NONE, path, SPOOR_NONE, NEVER)
#define BOUND(path) PLACE(BOUND, SPOOR_NONE, path, SPOOR_NONE, NEVER)
#define MARKED(directory, path) PLACE(MARKED, directory, path, SPOOR_NONE, NULL_PATH)
#define QUOTA(path) PLACE(QUOTA, SPOOR_NONE, path, SPOOR_NONE, NEVER)
#define SOCKET(address, length) PLACE(SOCKET, SPOOR_NONE, address, length, NEVER)
#define MESSAGE(header) PLACE(MESSAGE, SPOOR_NONE, header, SPOOR_NONE, NEVER)

#define FLAGS(argument_, place_) \
	((struct spoor_flags_place){ .argument = argument_, .place = SPOOR_FLAGS_##place_ })
#define PLAIN(argument) FLAGS(argument, PLAIN)
#define HOW(argument) FLAGS(argument, HOW)
#define NO_FLAGS FLAGS(SPOOR_NONE, PLAIN)

#define LOOKUP_ENTRY(name, first_, second_, flags_)  \
	{                                            \
		.class = SPOOR_CLASS_LOOKUP,         \
		.operation = SPOOR_OPERATION_##name, \
		.paths = { first_, second_ },        \
		.flags = flags_,                     \
	}
#define WRITE_ENTRY(descriptor_, source_)                                      \
	{                                                                      \
		.class = SPOOR_CLASS_WRITE, .descriptor = descriptor_,         \
		.source = SPOOR_SOURCE_##source_,                              \
	}
#define WAIT_ENTRY(options, siginfo_) \
	{ .class = SPOOR_CLASS_WAIT, .flags = PLAIN(options), .siginfo = siginfo_ }

/*
 * By whether it is a 32-bit program's call, and by number. One table: from a pointer into one of
 * two the verifier would go through all that follows twice.
 */
#pragma clang diagnostic push
#pragma clang diagnostic ignored "-Winitializer-overrides"
static const struct spoor_syscall
	spoor_syscalls[1 + SPOOR_DECODES_COMPAT][SPOOR_SYSCALL_COUNT + 1] = {
{
#define LOOKUP(name, first, second, flags, x86_64, arm64, i386) \
	[SPOOR_SLOT(x86_64, arm64)] = LOOKUP_ENTRY(name, first, second, flags),
#define WRITE(name, descriptor, source, x86_64, arm64, i386) \
	[SPOOR_SLOT(x86_64, arm64)] = WRITE_ENTRY(descriptor, source),
#define WAIT(name, options, siginfo, x86_64, arm64, i386) \
	[SPOOR_SLOT(x86_64, arm64)] = WAIT_ENTRY(options, siginfo),
	SPOOR_LOOKUPS(LOOKUP) SPOOR_WRITES(WRITE) SPOOR_WAITS(WAIT)
#undef LOOKUP
#undef WRITE
#undef WAIT
},
#if SPOOR_DECODES_COMPAT
{
#define LOOKUP(name, first, second, flags, x86_64, arm64, i386) \
	[SPOOR_SLOT_OF(i386)] = LOOKUP_ENTRY(name, first, second, flags),
#define WRITE(name, descriptor, source, x86_64, arm64, i386) \
	[SPOOR_SLOT_OF(i386)] = WRITE_ENTRY(descriptor, source),
#define WAIT(name, options, siginfo, x86_64, arm64, i386) \
	[SPOOR_SLOT_OF(i386)] = WAIT_ENTRY(options, siginfo),
	SPOOR_LOOKUPS(LOOKUP) SPOOR_WRITES(WRITE) SPOOR_WAITS(WAIT)
#undef LOOKUP
#undef WRITE
#undef WAIT
#define LOOKUP(operation, name, first, second, flags, i386) \
	[i386] = LOOKUP_ENTRY(operation, first, second, flags),
#define WRITE(call, name, descriptor, source, i386) [i386] = WRITE_ENTRY(descriptor, source),
#define WAIT(call, name, options, siginfo, i386) [i386] = WAIT_ENTRY(options, siginfo),
	SPOOR_COMPAT_LOOKUPS(LOOKUP) SPOOR_COMPAT_WRITES(WRITE) SPOOR_COMPAT_WAITS(WAIT)
#undef LOOKUP
#undef WRITE
#undef WAIT
	[SPOOR_COMPAT_SOCKETCALL] = { .class = SPOOR_CLASS_UNDECODED },
},
#endif
};
#pragma clang diagnostic pop

/*
 * False for the many calls that nobody wants, whosever they are. Asked first:
 * whose call it is costs more than all the rest of an uninteresting one.
 */
static __always_inline bool spoor_may_matter(u64 number)
{
#if SPOOR_DECODES_COMPAT
	return number < SPOOR_SYSCALL_COUNT &&
	       (spoor_syscalls[0][number].class || spoor_syscalls[1][number].class);
#else
	return true; /* a 32-bit call is counted, whatever its number means */
#endif
}

/* The line of a call, or NULL. */
static __always_inline const struct spoor_syscall *spoor_find(u64 number, u32 is_compat)
{
#if !SPOOR_DECODES_COMPAT
	static const struct spoor_syscall undecoded = { .class = SPOOR_CLASS_UNDECODED };

	if (is_compat)
		return &undecoded;
#endif
	if (number >= SPOOR_SYSCALL_COUNT)
		return NULL;
	return &spoor_syscalls[SPOOR_DECODES_COMPAT ? is_compat : 0][number];
}

#endif

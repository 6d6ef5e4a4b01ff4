/* SPDX-License-Identifier: Apache-2.0 */
/* What Swift needs of the ABI beyond its types. */
#ifndef SPOOR_ABI_TABLES_H
#define SPOOR_ABI_TABLES_H

#include <stddef.h>
#include <stdint.h>

/* The system call's name of an operation, or NULL outside the table. */
const char *_Nullable spoor_operation_name(uint32_t operation);

/* The operation that SPOOR_FREQUENT_ number `index` is, or SPOOR_OPERATION_NONE past the end. */
uint32_t spoor_frequent_operation(uint32_t index);

/* One line of the system call table; a number is -1 where there is none. */
struct spoor_syscall_line {
	const char *_Nonnull name;
	int32_t x86_64;
	int32_t arm64;
	int32_t i386;
};

/* Line `index` of all tables together, or NULL past the end. */
const struct spoor_syscall_line *_Nullable spoor_syscall_line(uint32_t index);

/* Entry `index` of SPOOR_FUNCTIONS, or NULL past the end. */
const char *_Nullable spoor_function_name(uint32_t index);

/* A struct's size or a field's offset as the C compiler sees it. */
struct spoor_layout_fact {
	const char *_Nonnull name;
	size_t value;
};

/* Fact `index`, or NULL past the end. */
const struct spoor_layout_fact *_Nullable spoor_layout_fact(uint32_t index);

#endif

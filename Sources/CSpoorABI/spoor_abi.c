/* SPDX-License-Identifier: Apache-2.0 */
#include "spoor_abi.h"
#include "spoor_abi_tables.h"

static const char *const operation_names[SPOOR_OPERATION_COUNT] = {
#define NAME(name, ...) [SPOOR_OPERATION_##name] = #name,
	SPOOR_LOOKUPS(NAME)
#undef NAME
};

const char *spoor_operation_name(uint32_t operation)
{
	return operation < SPOOR_OPERATION_COUNT ? operation_names[operation] : NULL;
}

static const uint32_t frequent_operations[SPOOR_FREQUENT_COUNT] = {
#define NUMBER(name) [SPOOR_FREQUENT_##name] = SPOOR_OPERATION_##name,
	SPOOR_FREQUENT_OPERATIONS(NUMBER)
#undef NUMBER
};

uint32_t spoor_frequent_operation(uint32_t index)
{
	return index < SPOOR_FREQUENT_COUNT ? frequent_operations[index] : SPOOR_OPERATION_NONE;
}

static const struct spoor_syscall_line syscall_lines[] = {
#define LOOKUP(name, first, second, flags, x86_64, arm64, i386) {#name, x86_64, arm64, i386},
#define WRITE(name, descriptor, source, x86_64, arm64, i386) {#name, x86_64, arm64, i386},
#define WAIT(name, options, siginfo, x86_64, arm64, i386) {#name, x86_64, arm64, i386},
	SPOOR_LOOKUPS(LOOKUP) SPOOR_WRITES(WRITE) SPOOR_WAITS(WAIT)
#undef LOOKUP
#undef WRITE
#undef WAIT
#define LOOKUP(operation, name, first, second, flags, i386) {#name, SPOOR_NONE, SPOOR_NONE, i386},
#define WRITE(call, name, descriptor, source, i386) {#name, SPOOR_NONE, SPOOR_NONE, i386},
#define WAIT(call, name, options, siginfo, i386) {#name, SPOOR_NONE, SPOOR_NONE, i386},
	SPOOR_COMPAT_LOOKUPS(LOOKUP) SPOOR_COMPAT_WRITES(WRITE) SPOOR_COMPAT_WAITS(WAIT)
#undef LOOKUP
#undef WRITE
#undef WAIT
};

const struct spoor_syscall_line *spoor_syscall_line(uint32_t index)
{
	return index < sizeof(syscall_lines) / sizeof(*syscall_lines) ? &syscall_lines[index] : NULL;
}

static const char *const function_names[] = {
#define NAME(name) #name,
	SPOOR_FUNCTIONS(NAME)
#undef NAME
};

const char *spoor_function_name(uint32_t index)
{
	return index < sizeof(function_names) / sizeof(*function_names) ? function_names[index] : NULL;
}

#define SIZE(type) {#type, sizeof(struct type)}
#define OFFSET(type, field) {#type "." #field, offsetof(struct type, field)}

static const struct spoor_layout_fact layout_facts[] = {
	SIZE(spoor_header),
	OFFSET(spoor_header, time_ns),
	OFFSET(spoor_header, start_time_ns),
	OFFSET(spoor_header, tgid),
	OFFSET(spoor_header, tid),
	OFFSET(spoor_header, kind),
	OFFSET(spoor_header, length),
	SIZE(spoor_place),
	OFFSET(spoor_place, status),
	OFFSET(spoor_place, deleted),
	SIZE(spoor_lookup),
	OFFSET(spoor_lookup, result),
	OFFSET(spoor_lookup, flags),
	OFFSET(spoor_lookup, operation),
	OFFSET(spoor_lookup, path_length),
	OFFSET(spoor_lookup, base),
	OFFSET(spoor_lookup, opened),
	OFFSET(spoor_lookup, climb),
	OFFSET(spoor_lookup, path_status),
	OFFSET(spoor_lookup, path_index),
	SIZE(spoor_tty),
	SIZE(spoor_tty_write),
	OFFSET(spoor_tty_write, result),
	OFFSET(spoor_tty_write, tty),
	SIZE(spoor_tty_text),
	OFFSET(spoor_tty_text, tty),
	OFFSET(spoor_tty_text, untold),
	OFFSET(spoor_tty_text, text_length),
	SIZE(spoor_fork),
	OFFSET(spoor_fork, spawner_start_ns),
	OFFSET(spoor_fork, parent_start_ns),
	OFFSET(spoor_fork, spawner_tgid),
	OFFSET(spoor_fork, parent_tgid),
	OFFSET(spoor_fork, parent_tid),
	OFFSET(spoor_fork, namespace_pid),
	OFFSET(spoor_fork, wait_id),
	OFFSET(spoor_fork, uid),
	OFFSET(spoor_fork, comm),
	SIZE(spoor_exec),
	OFFSET(spoor_exec, uid),
	OFFSET(spoor_exec, operation),
	OFFSET(spoor_exec, path_length),
	OFFSET(spoor_exec, interpreter_length),
	OFFSET(spoor_exec, argv_length),
	OFFSET(spoor_exec, executable),
	OFFSET(spoor_exec, base),
	OFFSET(spoor_exec, climb),
	OFFSET(spoor_exec, path_status),
	OFFSET(spoor_exec, argv_status),
	OFFSET(spoor_exec, comm),
	SIZE(spoor_exit),
	OFFSET(spoor_exit, peak_rss_bytes),
	OFFSET(spoor_exit, parent_start_ns),
	OFFSET(spoor_exit, tracer_tgid),
	OFFSET(spoor_exit, status),
	OFFSET(spoor_exit, flags),
	SIZE(spoor_release),
	OFFSET(spoor_release, cpu_ns),
	OFFSET(spoor_release, peak_rss_bytes),
	OFFSET(spoor_release, reaper_start_ns),
	OFFSET(spoor_release, reaper_flags),
	SIZE(spoor_wait),
	OFFSET(spoor_wait, id),
	OFFSET(spoor_wait, options),
	OFFSET(spoor_wait, state),
	SIZE(spoor_resize),
	SIZE(spoor_master_change),
	OFFSET(spoor_master_change, file),
	OFFSET(spoor_master_change, tty),
	OFFSET(spoor_master_change, change),
	SIZE(spoor_tty_input),
	OFFSET(spoor_tty_input, writes),
	OFFSET(spoor_tty_input, bytes),
	SIZE(spoor_forget),
	OFFSET(spoor_forget, count),
	OFFSET(spoor_forget, map),
	SIZE(spoor_process),
	OFFSET(spoor_process, exit_parent_tgid),
	OFFSET(spoor_process, wait_id),
	OFFSET(spoor_process, status),
	OFFSET(spoor_process, comm),
	OFFSET(spoor_process, lookups),
	SIZE(spoor_statistics),
	OFFSET(spoor_statistics, delivered),
	OFFSET(spoor_statistics, dropped),
	OFFSET(spoor_statistics, path_unreadable),
	OFFSET(spoor_statistics, last_drop_ns),
	OFFSET(spoor_statistics, wakeups),
	OFFSET(spoor_statistics, tty_inputs_missed),
	SIZE(spoor_configuration),
	OFFSET(spoor_configuration, newer_calls),
	OFFSET(spoor_configuration, comm),
	OFFSET(spoor_configuration, inspects_tty),
	OFFSET(spoor_configuration, rings),
	SIZE(spoor_census),
	OFFSET(spoor_census, last_ran_ns),
	OFFSET(spoor_census, wait_id),
	OFFSET(spoor_census, status),
	OFFSET(spoor_census, comm),
	SIZE(spoor_holder),
	OFFSET(spoor_holder, is_told),
	SIZE(spoor_descriptor_table),
	OFFSET(spoor_descriptor_table, limit),
	OFFSET(spoor_descriptor_table, repeated_count),
	OFFSET(spoor_descriptor_table, counts),
	SIZE(spoor_pty_master),
	OFFSET(spoor_pty_master, made_ns),
	OFFSET(spoor_pty_master, tty),
	OFFSET(spoor_pty_master, slave_state),
	SIZE(spoor_inotify),
	OFFSET(spoor_inotify, user_watches),
	OFFSET(spoor_inotify, uid),
	SIZE(spoor_walk_end),
	OFFSET(spoor_walk_end, descriptors),
};

const struct spoor_layout_fact *spoor_layout_fact(uint32_t index)
{
	return index < sizeof(layout_facts) / sizeof(*layout_facts) ? &layout_facts[index] : NULL;
}

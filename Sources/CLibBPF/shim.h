/* SPDX-License-Identifier: Apache-2.0 */
/* libbpf for Swift: its headers, and what of them Swift cannot import. */
#ifndef SPOOR_CLIBBPF_SHIM_H
#define SPOOR_CLIBBPF_SHIM_H

#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

/* These are a macro and an enumerator at once, which Swift takes for two things. */
static const __u32 spoor_btf_typedef = BTF_KIND_TYPEDEF;
static const __u32 spoor_btf_struct = BTF_KIND_STRUCT;
static const __u32 spoor_btf_datasec = BTF_KIND_DATASEC;

/* Here, since Swift leaves the padding as it finds it, and libbpf wants it to be zeros. */
static inline struct bpf_link *_Nullable
spoor_attach_to_returns(const struct bpf_program *_Nonnull program,
			const char *_Nullable *_Nullable functions, size_t count)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = functions, .cnt = count,
		    .retprobe = true);

	return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
}

/* The same at the start of functions; a program finds each one's cookie. */
static inline struct bpf_link *_Nullable
spoor_attach_to_starts(const struct bpf_program *_Nonnull program,
		       const char *_Nullable *_Nullable functions,
		       const __u64 *_Nullable cookies, size_t count)
{
	LIBBPF_OPTS(bpf_kprobe_multi_opts, options, .syms = functions, .cookies = cookies,
		    .cnt = count);

	return bpf_program__attach_kprobe_multi_opts(program, NULL, &options);
}

/*
 * What a link at functions missed: struct bpf_link_info of include/uapi/linux/bpf.h since
 * Linux 6.7, of which older headers have less. 0 where it cannot be told.
 */
static inline __u64 spoor_missed_calls(int link)
{
	struct {
		__u32 type, id, program, padding;
		__u64 addresses;
		__u32 count, flags;
		__u64 missed;
		__u64 others[8];
	} information = { 0 };
	__u32 length = sizeof(information);

	if (bpf_obj_get_info_by_fd(link, &information, &length))
		return 0;
	return information.missed;
}

/* Here, since Swift cannot take the address of a member of a union. */
static inline struct bpf_link *_Nullable
spoor_attach_to_map(const struct bpf_program *_Nonnull iterator, int map)
{
	union bpf_iter_link_info wanted = { .map = { .map_fd = (__u32)map } };
	LIBBPF_OPTS(bpf_iter_attach_opts, options, .link_info = &wanted,
		    .link_info_len = sizeof(wanted));

	return bpf_program__attach_iter(iterator, &options);
}

#define SPOOR_LIBBPF_LOG 4096

/*
 * What libbpf has printed since spoor_libbpf_forget, the first lines of it. Each Swift file that
 * calls this has a copy of its own: LibBPFLog.swift is the only one.
 */
static inline char *_Nonnull spoor_libbpf_said(void)
{
	static char log[SPOOR_LIBBPF_LOG];

	return log;
}

static inline void spoor_libbpf_forget(void)
{
	spoor_libbpf_said()[0] = 0;
}

static inline int spoor_libbpf_keep(enum libbpf_print_level level, const char *format, va_list list)
{
	char *log = spoor_libbpf_said();
	size_t used = strlen(log);

	if (level != LIBBPF_WARN)
		return 0;
	return vsnprintf(log + used, SPOOR_LIBBPF_LOG - used, format, list);
}

/* Keeps libbpf off the terminal, and what it says for spoor_libbpf_said. */
static inline void spoor_libbpf_quiet(void)
{
	libbpf_set_print(spoor_libbpf_keep);
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/* spoor's eBPF object in the kernel, by the same plan as Sources/Probe makes it. */
#ifndef OBJECT_H
#define OBJECT_H

#include "conformance.h"
#include "shim.h"
#include "spoor_abi.h"
#include <bpf/bpf.h>
#include <bpf/btf.h>
#include <bpf/libbpf.h>
#include <spawn.h>

#define RING_BYTES (8 << 20) /* as ProbeConfiguration.defaultRingBytes */
#define TRIAL_ROUNDS 8	     /* as HookTrial.rounds */

/* As KernelSupport.preemptsPrograms. */
#define PREEMPTED "class_srcu_fast_notrace_t"

static const struct hook {
	const char *program;
	enum spoor_hook hook;
	const char *only; /* the backend, or the type or tracepoint that the kernel must have; or NULL */
} hooks[] = {
	{ "spoor_sys_exit", SPOOR_HOOK_SYS_EXIT, "tp_btf" },
	{ "spoor_sys_exit_raw", SPOOR_HOOK_SYS_EXIT, "raw_tp" },
	{ "spoor_sys_exit_perf", SPOOR_HOOK_SYS_EXIT, "tp" },
	{ "spoor_process_fork", SPOOR_HOOK_FORK, NULL },
	{ "spoor_process_exec", SPOOR_HOOK_EXEC, NULL },
	{ "spoor_process_exit", SPOOR_HOOK_EXIT, NULL },
	{ "spoor_process_free", SPOOR_HOOK_FREE, NULL },
	{ "spoor_process_wait", SPOOR_HOOK_WAIT, NULL },
	{ "spoor_process_fork_again", SPOOR_HOOK_FORK_AGAIN, PREEMPTED },
	{ "spoor_process_exec_again", SPOOR_HOOK_EXEC_AGAIN, PREEMPTED },
	{ "spoor_process_exit_again", SPOOR_HOOK_EXIT_AGAIN, PREEMPTED },
	{ "spoor_process_wait_again", SPOOR_HOOK_WAIT_AGAIN, PREEMPTED },
	{ "spoor_process_fork_perf", SPOOR_HOOK_FORK_AGAIN, PREEMPTED },
	{ "spoor_process_exit_perf", SPOOR_HOOK_EXIT_AGAIN, PREEMPTED },
	{ "spoor_process_wait_perf", SPOOR_HOOK_WAIT_AGAIN, PREEMPTED },
	{ "spoor_signal_generate", SPOOR_HOOK_SIGNAL, NULL },
	{ "spoor_ring_submit", SPOOR_HOOK_RING_SUBMIT, "io_uring_submit_req" },
	{ "spoor_ring_submit_sqe", SPOOR_HOOK_RING_SUBMIT, "io_uring_submit_sqe" },
	{ "spoor_ring_refuse", SPOOR_HOOK_RING_REFUSE, "io_uring_req_failed" },
	{ "spoor_ring_complete", SPOOR_HOOK_RING_COMPLETE, "io_uring_complete" },
	{ "spoor_ring_submit_perf", SPOOR_HOOK_RING_SUBMIT, "io_uring_submit_req" },
	{ "spoor_ring_refuse_perf", SPOOR_HOOK_RING_REFUSE, "io_uring_req_failed" },
	{ "spoor_ring_complete_perf", SPOOR_HOOK_RING_COMPLETE, "io_uring_complete" },
};

#define HOOKS (sizeof(hooks) / sizeof(*hooks))

static const char *const others[] = {
	"spoor_census", "spoor_settle_all", "spoor_descriptors", "spoor_identify",
};

static struct bpf_object *object;
static bool has_ring; /* io_uring's requests can be followed here */

/* libbpf's words, the verifier's log among them: the line that matters is near the end. */
static int say(enum libbpf_print_level level, const char *format, va_list arguments)
{
	return level == LIBBPF_WARN ? vfprintf(stderr, format, arguments) : 0;
}

static bool has_type(const struct btf *kernel, const char *name, unsigned int kind)
{
	return btf__find_by_name_kind(kernel, name, kind) > 0;
}

static bool has_tracepoint(const struct btf *kernel, const char *name)
{
	return has_type(kernel, text("btf_trace_%s", name), BTF_KIND_TYPEDEF);
}

/* As KernelSupport.ringSubmission. */
static bool follows_rings(const struct btf *kernel)
{
	return has_type(kernel, "io_link", BTF_KIND_STRUCT) &&
	       has_tracepoint(kernel, "io_uring_complete") &&
	       has_tracepoint(kernel, "io_uring_req_failed");
}

static bool is_planned(const struct hook *hook, const char *backend, const struct btf *kernel)
{
	bool is_preempted = has_type(kernel, PREEMPTED, BTF_KIND_TYPEDEF);
	bool is_perf = !!strstr(hook->program, "_perf"), wants_perf;

	if (!hook->only)
		return true;
	if (hook->hook == SPOOR_HOOK_SYS_EXIT)
		return !strcmp(hook->only, backend);
	if (!strcmp(hook->only, PREEMPTED)) /* as AttachPlan.twin */
		return is_preempted && is_perf == (hook->hook != SPOOR_HOOK_EXEC_AGAIN);
	/* By perf from Linux 6.4 on, as AttachPlan.ringPrograms. */
	wants_perf = (is_preempted || !strcmp(backend, "tp")) &&
		     has_tracepoint(kernel, "io_uring_submit_req");
	return has_ring && has_tracepoint(kernel, hook->only) && is_perf == wants_perf;
}

/* Where a variable is in its section, by the object's own BTF. */
static size_t place_of(const char *section, const char *name)
{
	const struct btf *btf = bpf_object__btf(object);
	int number = btf__find_by_name_kind(btf, section, BTF_KIND_DATASEC);
	const struct btf_type *type = number > 0 ? btf__type_by_id(btf, number) : NULL;
	const struct btf_var_secinfo *variable = type ? btf_var_secinfos(type) : NULL;

	for (int i = 0; type && i < btf_vlen(type); i++, variable++) {
		const struct btf_type *named = btf__type_by_id(btf, variable->type);

		if (!strcmp(btf__name_by_offset(btf, named->name_off), name))
			return variable->offset;
	}
	die("the object has no %s", name);
}

static void configure(void)
{
	struct spoor_configuration configuration = {
		.wakeup_bytes = RING_BYTES / 8,
		.wakeup_ns = 100000000,
		.gap_ns = 1000000000,
		.page_bytes = sysconf(_SC_PAGESIZE),
		.cpus = libbpf_num_possible_cpus(),
		.scope = SPOOR_SCOPE_CHILDREN,
		.rings = 1,
	};
	struct bpf_map *constants = bpf_object__find_map_by_name(object, ".rodata");
	size_t size = 0;
	const void *initial = constants ? bpf_map__initial_value(constants, &size) : NULL;
	char *image = malloc(size);

	if (!initial || !image)
		die("the object has no constants");
	memcpy(image, initial, size);
	memcpy(image + place_of(".rodata", "spoor_configuration"), &configuration,
	       sizeof(configuration));
	if (bpf_map__set_initial_value(constants, image, size))
		die("cannot configure the programs");
	free(image);
	bpf_map__set_max_entries(bpf_object__find_map_by_name(object, "events"), RING_BYTES);
}

static int program_descriptor(const char *name)
{
	return bpf_program__fd(bpf_object__find_program_by_name(object, name));
}

static struct bpf_prog_info information(const char *name)
{
	struct bpf_prog_info info = {};
	unsigned int length = sizeof(info);

	if (bpf_obj_get_info_by_fd(program_descriptor(name), &info, &length))
		die("the kernel tells nothing of %s", name);
	return info;
}

static bool is_loaded(const char *name)
{
	return bpf_program__autoload(bpf_object__find_program_by_name(object, name));
}

static void load(const char *path, const char *backend)
{
	struct btf *kernel = btf__load_vmlinux_btf();
	struct bpf_program *program;

	libbpf_set_print(say);
	object = bpf_object__open_file(path, NULL);
	if (!kernel || !object)
		die("cannot read %s and the kernel's types", path);
	has_ring = follows_rings(kernel);
	bpf_object__for_each_program(program, object)
		bpf_program__set_autoload(program, false);
	for (size_t i = 0; i < HOOKS; i++)
		bpf_program__set_autoload(
			bpf_object__find_program_by_name(object, hooks[i].program),
			is_planned(&hooks[i], backend, kernel));
	for (size_t i = 0; i < sizeof(others) / sizeof(*others); i++)
		bpf_program__set_autoload(bpf_object__find_program_by_name(object, others[i]),
					  true);
	configure();
	if (bpf_object__load(object))
		die("the kernel does not take the programs");
	bpf_object__for_each_program(program, object)
		if (is_loaded(bpf_program__name(program)))
			printf("{\"kind\":\"program\",\"pid\":0,\"name\":\"%s\",\"instructions\":%u}\n",
			       bpf_program__name(program),
			       information(bpf_program__name(program)).verified_insns);
	btf__free(kernel);
}

static struct bpf_link *attach_iterator(const char *name)
{
	struct bpf_program *program = bpf_object__find_program_by_name(object, name);
	struct bpf_link *link = bpf_program__attach_iter(program, NULL);

	if (!link)
		die("cannot attach %s", name);
	return link;
}

static void attach(void)
{
	for (size_t i = 0; i < HOOKS; i++) {
		const char *name = hooks[i].program;

		if (is_loaded(name) &&
		    !bpf_program__attach(bpf_object__find_program_by_name(object, name)))
			die("cannot attach %s", name);
	}
}

static bool has_run(enum spoor_hook hook)
{
	struct bpf_map *variables = bpf_object__find_map_by_name(object, ".bss");
	char *image = calloc(1, bpf_map__value_size(variables));
	unsigned int key = 0;
	bool ran;

	if (!image || bpf_map_lookup_elem(bpf_map__fd(variables), &key, image))
		die("cannot read the programs' variables");
	ran = image[place_of(".bss", "spoor_fired") + hook];
	free(image);
	return ran;
}

static void run_program(void)
{
	char *arguments[] = { "/bin/true", NULL }, *environment[] = { NULL };
	pid_t pid;

	if (posix_spawn(&pid, arguments[0], NULL, NULL, arguments, environment))
		die("cannot run %s", arguments[0]);
	reap(pid, 0);
}

/* Events of each hook are caused before anybody is followed; a release comes later. */
static void try_hooks(void)
{
	const char *silent = NULL;

	for (int round = 0; round < TRIAL_ROUNDS; round++) {
		access("", F_OK);
		run_program();
		if (has_ring && !spoor_try_ring())
			die("this kernel has no io_uring");
		silent = NULL;
		for (size_t i = 0; i < HOOKS; i++)
			if (is_loaded(hooks[i].program) && hooks[i].hook != SPOOR_HOOK_FREE &&
			    !has_run(hooks[i].hook))
				silent = hooks[i].program;
		if (!silent)
			return;
	}
	die("%s attached and never ran", silent);
}

/* The kernel side learns which process this is. */
static void identify(void)
{
	LIBBPF_OPTS(bpf_test_run_opts, options);

	if (bpf_prog_test_run_opts(program_descriptor("spoor_identify"), &options))
		die("cannot run spoor_identify");
}

/* What a program with a twin missed, the twin saw. */
static bool has_twin(const char *name)
{
	static const char *const suffixes[] = { "_again", "_perf" };

	for (size_t i = 0; i < sizeof(suffixes) / sizeof(*suffixes); i++) {
		const char *twin = text("%s%s", name, suffixes[i]);

		if (bpf_object__find_program_by_name(object, twin) && is_loaded(twin))
			return true;
	}
	return false;
}

static __u64 recursion_misses(void)
{
	__u64 sum = 0;

	for (size_t i = 0; i < HOOKS; i++)
		if (is_loaded(hooks[i].program) && !has_twin(hooks[i].program))
			sum += information(hooks[i].program).recursion_misses;
	return sum;
}

#endif

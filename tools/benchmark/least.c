// SPDX-License-Identifier: Apache-2.0
// least OBJECT PID READY PATH: attaches the program of least.bpf.c, makes the file READY, and reads
// what the program tells of the process until a signal ends it. Prints how many opens of PATH came.

#include <bpf/libbpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/syscall.h>

// As least.bpf.c has it.
struct told {
	unsigned long long time_ns, number;
	long long result;
	unsigned long long tgid_and_tid;
	char path[];
};

static volatile sig_atomic_t over;

static void end(int signal_number)
{
	(void)signal_number;
	over = true;
}

static void *checked(void *made, const char *what)
{
	if (!made) {
		perror(what);
		exit(1);
	}
	return made;
}

struct opens {
	const char *path;
	unsigned long count;
};

static int count_open(void *context, void *data, size_t length)
{
	struct opens *opens = context;
	const struct told *told = data;

	opens->count += length > sizeof(*told) && !strcmp(told->path, opens->path);
	return 0;
}

int main(int count, char **arguments)
{
	if (count != 5)
		return 2;
	signal(SIGINT, end);
	signal(SIGTERM, end);

	struct bpf_object *object = checked(bpf_object__open_file(arguments[1], NULL), "open");
	// As least.bpf.c has them.
	struct {
		unsigned traced;
		unsigned long long open_number, write_number;
	} constants = {atoi(arguments[2]), SYS_openat, SYS_write};
	struct bpf_map *read_only = bpf_object__find_map_by_name(object, ".rodata");
	if (bpf_map__set_initial_value(read_only, &constants, sizeof(constants))) {
		perror(".rodata");
		return 1;
	}
	if (bpf_object__load(object))
		return 1;
	checked(bpf_program__attach(bpf_object__find_program_by_name(object, "least")), "attach");
	int events = bpf_object__find_map_fd_by_name(object, "events");
	struct opens opens = {.path = arguments[4]};
	struct ring_buffer *ring =
		checked(ring_buffer__new(events, count_open, &opens, NULL), "ring");
	fclose(checked(fopen(arguments[3], "w"), arguments[3]));
	while (!over)
		ring_buffer__poll(ring, 100);
	ring_buffer__consume(ring);
	printf("%lu\n", opens.count);
	return 0;
}

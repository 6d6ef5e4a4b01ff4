// SPDX-License-Identifier: Apache-2.0
// least OBJECT PID READY: attaches the program of least.bpf.c, makes the file READY, and reads what
// the program tells of the process until a signal ends it.

#include <bpf/libbpf.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/syscall.h>

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

static int pass(void *unused, void *told, size_t length)
{
	(void)unused, (void)told, (void)length;
	return 0;
}

int main(int count, char **arguments)
{
	if (count != 4)
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
	struct ring_buffer *ring = checked(ring_buffer__new(events, pass, NULL, NULL), "ring");
	fclose(checked(fopen(arguments[3], "w"), arguments[3]));
	while (!over)
		ring_buffer__poll(ring, 100);
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tracer OBJECT BACKEND EVENTS TRUTH GATE PROGRAM ARGUMENT...: what there is of
 * spoor without Swift. Loads spoor's eBPF object, sees every hook run, follows
 * PROGRAM with all that it starts, and writes what the kernel told into EVENTS:
 * a JSON object a line. What PROGRAM prints goes into TRUTH. Unless GATE is
 * empty, the open descriptors are walked as soon as PROGRAM has said its truth,
 * and then a byte is written to the named pipe GATE. Ends as PROGRAM did.
 */
#include "told.h"
#include "object.h"
#include <signal.h>

#define WAIT_MS 20 /* how long the ring is waited for before looking elsewhere */

static const char *const class_names[SPOOR_DESCRIPTOR_CLASSES] = {
	[SPOOR_DESCRIPTOR_REGULAR] = "regular",	  [SPOOR_DESCRIPTOR_DIRECTORY] = "directory",
	[SPOOR_DESCRIPTOR_SOCKET] = "socket",	  [SPOOR_DESCRIPTOR_PIPE] = "pipe",
	[SPOOR_DESCRIPTOR_EVENTFD] = "eventfd",	  [SPOOR_DESCRIPTOR_EPOLL] = "epoll",
	[SPOOR_DESCRIPTOR_INOTIFY] = "inotify",	  [SPOOR_DESCRIPTOR_PIDFD] = "pidfd",
	[SPOOR_DESCRIPTOR_TTY_SLAVE] = "ttySlave", [SPOOR_DESCRIPTOR_PTY_MASTER] = "ptyMaster",
	[SPOOR_DESCRIPTOR_OTHER] = "other",
};

static int truth_descriptor;

/* Followed from its first instruction on; nothing of it is told before the exec. */
static pid_t start(char **arguments)
{
	pid_t pid;

	fflush(stdout); /* of which a child has a copy */
	pid = fork_or_die();
	if (pid)
		return pid;
	if (dup2(truth_descriptor, 1) < 0)
		die("cannot take the output of %s", arguments[0]);
	execv(arguments[0], arguments);
	die("cannot run %s", arguments[0]);
}

static void each_entry(const char *name, void (*told)(const void *key, const void *value))
{
	struct bpf_map *map = bpf_object__find_map_by_name(object, name);
	char *keys[2] = { malloc(bpf_map__key_size(map)), malloc(bpf_map__key_size(map)) };
	char *value = malloc(bpf_map__value_size(map));
	char *last = NULL;

	for (int i = 0; !bpf_map_get_next_key(bpf_map__fd(map), last, keys[i]); i = !i) {
		if (!bpf_map_lookup_elem(bpf_map__fd(map), keys[i], value))
			told(keys[i], value);
		last = keys[i];
	}
	free(keys[0]);
	free(keys[1]);
	free(value);
}

static bool is_release_due;

/* Gone from the process table, which is told a grace period later. */
static void look_for_release(const void *key, const void *value)
{
	const struct spoor_process *process = value;

	if (!(process->flags & SPOOR_PROCESS_RELEASED) &&
	    kill(((const struct spoor_process_key *)key)->tgid, 0) && errno == ESRCH)
		is_release_due = true;
}

static bool all_are_released(void)
{
	is_release_due = false;
	each_entry("processes", look_for_release);
	return !is_release_due;
}

/* Its last line is one brace. */
static bool has_said_its_truth(void)
{
	char end[2];
	off_t size = lseek(truth_descriptor, 0, SEEK_END);

	return size >= 2 && pread(truth_descriptor, end, 2, size - 2) == 2 &&
	       !memcmp(end, "}\n", 2);
}

static void tell_table(const struct spoor_descriptor_table *table)
{
	if (!table->holder.is_told)
		return;
	begin("table", table->holder.tgid);
	printf(",\"table\":\"%llx\",\"tid\":%u,\"limit\":%llu,\"repeated\":%u,\"descriptors\":{",
	       table->holder.table, table->holder.tid, table->limit, table->repeated_count);
	for (int i = 0; i < SPOOR_DESCRIPTOR_CLASSES; i++)
		printf("%s\"%s\":%u", i ? "," : "", class_names[i], table->counts[i]);
	puts("}}");
}

static void tell_walked(const struct spoor_walk_header *header)
{
	const struct spoor_pty_master *master = (const void *)header;

	if (header->kind == SPOOR_WALK_TABLE)
		tell_table((const void *)header);
	if (header->kind != SPOOR_WALK_MASTER || !master->holder.is_told)
		return;
	begin("master", master->holder.tgid);
	printf(",\"table\":\"%llx\",\"tid\":%u,\"file\":\"%llx\",\"slave\":%u}\n",
	       master->holder.table, master->holder.tid, master->file, master->slave_state);
}

/* One pass over the open descriptors of all processes. */
static void walk_descriptors(struct bpf_link *link)
{
	static char records[1 << 20];
	const struct spoor_walk_header *header;
	int iterator = bpf_iter_create(bpf_link__fd(link));
	size_t filled = 0;
	ssize_t length;

	if (iterator < 0)
		die("cannot walk the descriptors");
	while ((length = read(iterator, records + filled, sizeof(records) - filled)) > 0)
		filled += length;
	if (length < 0 || filled == sizeof(records))
		die("cannot read the whole walk");
	close(iterator);
	for (size_t at = 0; at < filled; at += header->length) {
		header = (const void *)(records + at);
		tell_walked(header);
	}
}

/* What living threads have counted comes into the maps. */
static void settle_counts(struct bpf_link *link)
{
	int iterator = bpf_iter_create(bpf_link__fd(link));
	char nothing;

	if (iterator < 0 || read(iterator, &nothing, 1))
		die("cannot settle the counts");
	close(iterator);
}

static void open_gate(const char *gate)
{
	int descriptor = open(gate, O_WRONLY | O_CLOEXEC);

	if (descriptor < 0)
		die("cannot open %s", gate);
	tell(descriptor);
	close(descriptor);
}

static void tell_what_was_lost(void)
{
	int cpus = libbpf_num_possible_cpus();
	struct spoor_statistics *all = calloc(cpus, sizeof(*all));
	unsigned int key = 0;

	if (!all || bpf_map_lookup_elem(bpf_object__find_map_fd_by_name(object, "statistics"),
					&key, all))
		die("cannot read the statistics");
	tell_loss(all, cpus, recursion_misses());
	free(all);
}

int main(int argc, char **argv)
{
	struct bpf_link *descriptors, *settling;
	struct ring_buffer *ring;
	const char *gate;
	int status = 0;
	pid_t target;

	if (argc < 7)
		die("usage: tracer OBJECT BACKEND EVENTS TRUTH GATE PROGRAM ARGUMENT...");
	if (!freopen(argv[3], "we", stdout))
		die("cannot write %s", argv[3]);
	truth_descriptor = open(argv[4], O_RDWR | O_CREAT | O_TRUNC | O_APPEND | O_CLOEXEC, 0600);
	if (truth_descriptor < 0)
		die("cannot write %s", argv[4]);
	gate = argv[5];
	load(argv[1], argv[2]);
	attach_iterator("spoor_census");
	settling = attach_iterator("spoor_settle_all");
	descriptors = attach_iterator("spoor_descriptors");
	attach();
	try_hooks();
	ring = ring_buffer__new(bpf_object__find_map_fd_by_name(object, "events"), tell_record,
				NULL, NULL);
	if (!ring)
		die("cannot map the ring");
	identify();
	target = start(argv + 6);
	for (bool has_ended = false; !has_ended || !all_are_released();) {
		ring_buffer__poll(ring, WAIT_MS);
		ring_buffer__consume(ring);
		if (*gate && has_said_its_truth()) {
			walk_descriptors(descriptors);
			open_gate(gate);
			gate = "";
		}
		if (!has_ended)
			has_ended = waitpid(target, &status, WNOHANG) == target;
	}
	ring_buffer__consume(ring);
	settle_counts(settling);
	each_entry("lookup_counts", tell_lookup_count);
	each_entry("processes", tell_frequent_lookups);
	each_entry("tty_counts", tell_tty_count);
	tell_what_was_lost();
	if (fflush(stdout) || ferror(stdout))
		die("%s takes no output", argv[3]);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

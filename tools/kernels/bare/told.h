/* SPDX-License-Identifier: Apache-2.0 */
/* Records of the ring and entries of the maps, each as a JSON object in a line of its own. */
#ifndef TOLD_H
#define TOLD_H

#include "conformance.h"
#include "spoor_abi.h"
#include "spoor_abi_tables.h"

/* Empty where there is none: an exec of a descriptor. */
static const char *operation_name(unsigned int operation)
{
	const char *name = spoor_operation_name(operation);

	return name ? name : "";
}

/* What all begin with; the object is still open. */
static void begin(const char *kind, unsigned int pid)
{
	printf("{\"kind\":\"%s\",\"pid\":%u", kind, pid);
}

/* Of a record; an id can be used again while what was told of another's is still to come. */
static void begin_record(const char *kind, const struct spoor_header *header)
{
	begin(kind, header->tgid);
	printf(",\"start\":%llu", header->start_time_ns);
}

static void tell_error(long result)
{
	if (result < 0)
		printf(",\"errno\":\"%s\"", error_name(-result));
	else
		printf(",\"errno\":null");
}

static void tell_path(const char *path, size_t length)
{
	printf(",\"path\":");
	json_bytes(path, length);
}

/* Its names are at `text`; what follows them is returned. */
static const char *tell_place(const char *key, const struct spoor_place *place, const char *text)
{
	printf(",\"%s\":{\"status\":%u,\"deleted\":%u,\"names\":", key, place->status,
	       place->deleted);
	json_bytes(text, place->length);
	printf("}");
	return text + place->length;
}

static void tell_lookup(const struct spoor_lookup *record)
{
	const char *text = (const char *)(record + 1);

	begin_record("lookup", &record->header);
	printf(",\"operation\":\"%s\",\"status\":%u,\"climb\":%u",
	       operation_name(record->operation), record->path_status, record->climb);
	tell_path(text, record->path_length);
	text = tell_place("base", &record->base, text + record->path_length);
	tell_place("end", &record->opened, text);
	tell_error(record->result);
}

static void tell_exec(const struct spoor_exec *record)
{
	const char *text = (const char *)(record + 1);

	begin_record("exec", &record->header);
	printf(",\"operation\":\"%s\",\"status\":%u,\"climb\":%u,\"script\":%s",
	       operation_name(record->operation), record->path_status, record->climb,
	       record->interpreter_length ? "true" : "false");
	tell_path(text, record->path_length);
	text += record->path_length + record->interpreter_length + record->argv_length;
	text = tell_place("end", &record->executable, text);
	tell_place("base", &record->base, text);
	tell_error(0);
}

static void tell_terminal(const struct spoor_tty *tty)
{
	printf(",\"instance\":%u,\"major\":%u,\"minor\":%u,\"direction\":\"%s\"", tty->instance,
	       tty->major, tty->minor, tty->side == SPOOR_TTY_INPUT ? "input" : "output");
}

static void tell_write(const struct spoor_tty_write *record)
{
	begin_record("write", &record->header);
	tell_terminal(&record->tty);
	printf(",\"bytes\":%lld,\"writes\":1,\"failed\":%d", record->result < 0 ? 0 : record->result,
	       record->result < 0);
}

static void tell_fork(const struct spoor_fork *record)
{
	begin_record("fork", &record->header);
	printf(",\"spawner\":%u,\"namespacePid\":%u", record->spawner_tgid, record->namespace_pid);
}

static void tell_exit(const struct spoor_exit *record)
{
	begin_record("exit", &record->header);
	printf(",\"status\":%d,\"parent\":%u,\"tracer\":%u,\"autoreaped\":%s", record->status,
	       record->parent_tgid, record->tracer_tgid,
	       record->flags & (SPOOR_EXIT_AUTOREAPED | SPOOR_EXIT_IGNORED) ? "true" : "false");
}

static void tell_release(const struct spoor_release *record)
{
	begin_record("release", &record->header);
	printf(",\"reaper\":%u", record->reaper_tgid);
}

static void tell_wait(const struct spoor_wait *record)
{
	begin_record("wait", &record->header);
	printf(",\"child\":%u", record->id.pid);
}

static int tell_record(void *context, void *data, size_t size)
{
	const struct spoor_header *header = data;

	(void)context;
	(void)size;
	switch (header->kind) {
	case SPOOR_KIND_LOOKUP:
		tell_lookup(data);
		break;
	case SPOOR_KIND_TTY_WRITE:
		tell_write(data);
		break;
	case SPOOR_KIND_FORK:
		tell_fork(data);
		break;
	case SPOOR_KIND_EXEC:
		tell_exec(data);
		break;
	case SPOOR_KIND_EXIT:
		tell_exit(data);
		break;
	case SPOOR_KIND_RELEASE:
		tell_release(data);
		break;
	case SPOOR_KIND_WAIT:
		tell_wait(data);
		break;
	case SPOOR_KIND_RESIZE:
		begin_record("resize", header);
		break;
	default:
		begin_record("unknown", header);
	}
	puts("}");
	return 0;
}

static void tell_count(__u32 tgid, __u32 operation, const struct spoor_lookup_count *count)
{
	begin("lookupCount", tgid);
	printf(",\"operation\":\"%s\",\"count\":%llu,\"failed\":%llu}\n",
	       operation_name(operation), count->total, count->failed);
}

static void tell_lookup_count(const void *key, const void *value)
{
	const struct spoor_lookup_key *whose = key;

	tell_count(whose->tgid, whose->operation, value);
}

static void tell_frequent_lookups(const void *key, const void *value)
{
	const struct spoor_process_key *whose = key;
	const struct spoor_process *process = value;

	for (__u32 i = 0; i < SPOOR_FREQUENT_COUNT; i++)
		if (process->lookups[i].total)
			tell_count(whose->tgid, spoor_frequent_operation(i), &process->lookups[i]);
}

static void tell_tty_count(const void *key, const void *value)
{
	const struct spoor_tty_key *whose = key;
	const struct spoor_tty_count *count = value;

	begin("writeCount", whose->tgid);
	tell_terminal(&whose->tty);
	printf(",\"bytes\":%llu,\"writes\":%llu,\"failed\":%llu}\n", count->bytes, count->writes,
	       count->failed);
}

/* All that says that something is missing, by name: a whole recording has zeros alone. */
static void tell_loss(const struct spoor_statistics *all, int cpus, __u64 recursions)
{
	struct spoor_statistics sum = {};
	__u64 observed = 0, delivered = 0, dropped = 0;

	for (int i = 0; i < cpus; i++) {
		const struct spoor_statistics *one = &all[i];

		for (int kind = 0; kind < SPOOR_KIND_COUNT; kind++) {
			observed += one->observed[kind];
			delivered += one->delivered[kind];
			for (int reason = 0; reason < SPOOR_DROP_COUNT; reason++)
				dropped += one->dropped[kind][reason];
		}
#define ADD(field) sum.field += one->field
		ADD(path_unreadable);
		ADD(path_truncated);
		ADD(lookup_counts_missed);
		ADD(tty_counts_missed);
		ADD(process_states_missed);
		ADD(tasks_missed);
		ADD(compat_calls);
		ADD(ring_missed);
		ADD(tty_inputs_missed);
#undef ADD
	}
	begin("loss", 0);
	printf(",\"observed\":%llu,\"delivered\":%llu,\"dropped\":%llu,\"recursionMisses\":%llu",
	       observed, delivered, dropped, recursions);
	printf(",\"pathUnreadable\":%llu,\"pathTruncated\":%llu,\"compatCalls\":%llu",
	       sum.path_unreadable, sum.path_truncated, sum.compat_calls);
	printf(",\"lookupCountsMissed\":%llu,\"ttyCountsMissed\":%llu,\"processStatesMissed\":%llu,"
	       "\"tasksMissed\":%llu,\"ringMissed\":%llu,\"ttyInputsMissed\":%llu}\n",
	       sum.lookup_counts_missed, sum.tty_counts_missed, sum.process_states_missed,
	       sum.tasks_missed, sum.ring_missed, sum.tty_inputs_missed);
}

#endif

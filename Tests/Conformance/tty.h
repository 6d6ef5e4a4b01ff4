/* SPDX-License-Identifier: Apache-2.0 */
/* Terminals with the truth about them: a row by process, terminal and direction. */
#ifndef TTY_H
#define TTY_H

#include "pty.h"
#include <sys/uio.h>

#define FLOOD 100000

static char block[4 * FLOOD];

struct row {
	pid_t pid;
	unsigned int index;
	bool input;
	unsigned long bytes, writes, failed;
};

/* Shared with the children; one process at a time writes. */
static struct rows {
	size_t count;
	struct row rows[256];
} *rows;

/* An open file of a terminal, and where its bytes come out. */
struct side {
	int descriptor;
	unsigned int index;
	bool input;
};

struct pair {
	struct side master, slave;
};

static inline struct row *row_of(const struct side *side)
{
	pid_t pid = getpid();
	struct row *row = rows->rows;

	for (; row < rows->rows + rows->count; row++)
		if (row->pid == pid && row->index == side->index && row->input == side->input)
			return row;
	if (rows->count == sizeof(rows->rows) / sizeof(*rows->rows))
		die("more rows than there is room for");
	rows->count++;
	*row = (struct row){ .pid = pid, .index = side->index, .input = side->input };
	return row;
}

/* Add what a call has just returned. */
static inline ssize_t counted(const struct side *side, ssize_t result)
{
	int error = errno;
	struct row *row = row_of(side);

	row->writes++;
	if (result < 0)
		row->failed++;
	else
		row->bytes += result;
	errno = error;
	return result;
}

static inline ssize_t write_to(const struct side *side, const void *bytes, size_t length)
{
	return counted(side, syscall(SYS_write, side->descriptor, bytes, length));
}

static inline ssize_t writev_to(const struct side *side, const struct iovec *parts, int count)
{
	return counted(side, syscall(SYS_writev, side->descriptor, parts, count));
}

static inline void write_whole(const struct side *side, size_t length)
{
	if (write_to(side, block, length) != (ssize_t)length)
		die("pts/%u took only a part of %zu bytes", side->index, length);
}

static inline void must_fail(int expected, ssize_t result)
{
	if (result >= 0)
		errno = 0;
	if (errno != expected)
		die("a write should fail with %s", strerrorname_np(expected));
}

/* Read what the other side of a terminal wrote: the bytes come by and by. */
static inline void drain(const struct side *side, size_t length)
{
	static char sink[65536];

	while (length > 0) {
		size_t wanted = length < sizeof(sink) ? length : sizeof(sink);
		ssize_t result = read(side->descriptor, sink, wanted);

		if (result <= 0)
			die("%zu bytes are missing from pts/%u", length, side->index);
		length -= result;
	}
}

static inline struct side open_master(void)
{
	struct side master = { .input = true };

	master.descriptor = open_pty_master(&master.index);
	return master;
}

/* Without an open call: the slave that belongs to this master. */
static inline struct side slave_of(const struct side *master)
{
	return (struct side){ .descriptor = open_pty_slave(master->descriptor),
			      .index = master->index };
}

static inline struct pair open_pair(void)
{
	struct pair pair;

	pair.master = open_master();
	pair.slave = slave_of(&pair.master);
	return pair;
}

/* ,"ttys":[rows] */
static inline void print_ttys(void)
{
	printf(",\n\"ttys\":[");
	for (size_t i = 0; i < rows->count; i++) {
		const struct row *row = &rows->rows[i];

		printf("%s\n{\"pid\":%d,\"tty\":\"pts/%u\",\"direction\":\"%s\",\"bytes\":%lu,"
		       "\"writes\":%lu,\"failed\":%lu}",
		       i ? "," : "", row->pid, row->index, row->input ? "input" : "output",
		       row->bytes, row->writes, row->failed);
	}
	printf("]");
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * uring DIR COUNT: looks paths up by io_uring and writes to terminals by it, on
 * a plain ring, through workers (IOSQE_ASYNC) and by a polling thread of the
 * kernel (SQPOLL); COUNT times each.
 * Truth: "lookups" and "unreadable", with the names of the equal system calls;
 * "ttys" as of tty.c; a request that was cancelled before it ran is not there.
 */
#include "pty.h"
#include "ring.h"
#include <sys/uio.h>
#include <sys/xattr.h>

static const char *directory;
static unsigned int round_number;

struct written {
	unsigned int index;
	unsigned long bytes[2], writes[2], failed[2]; /* output and input */
} written;

static char *fresh(const char *name)
{
	return text("%s/%s-%u", directory, name, round_number);
}

static struct io_uring_sqe *prepare_path(struct ring *ring, unsigned char opcode,
					 const char *path, unsigned int flags, unsigned char how)
{
	struct io_uring_sqe *entry = ring_prepare(ring, opcode);

	entry->addr = (unsigned long)path;
	entry->open_flags = flags;
	entry->flags = how;
	return entry;
}

static void must(const char *what, int error, long result)
{
	if ((error && (result >= 0 || errno != error)) || (!error && result < 0))
		die("%s should end in %s", what, error ? strerrorname_np(error) : "success");
}

static void opens(struct ring *ring, unsigned char how)
{
	char *path = fresh("open"), *none = fresh("none");
	struct open_how open_how = { .flags = O_RDONLY };
	struct io_uring_sqe *entry;
	long result;

	prepare_path(ring, IORING_OP_OPENAT, path, O_CREAT | O_RDWR, how)->len = 0600;
	result = looked_up("openat", path, ring_run(ring));
	must("openat", 0, result);
	close(result);
	prepare_path(ring, IORING_OP_OPENAT, none, O_RDONLY, how);
	must("openat", ENOENT, looked_up("openat", none, ring_run(ring)));
	entry = prepare_path(ring, IORING_OP_OPENAT2, path, 0, how);
	entry->addr2 = (unsigned long)&open_how;
	entry->len = sizeof(open_how);
	result = looked_up("openat2", path, ring_run(ring));
	must("openat2", 0, result);
	close(result);
	free(path);
	free(none);
}

static void others(struct ring *ring, unsigned char how)
{
	char *first = fresh("first"), *second = fresh("second"), *folder = fresh("folder");
	struct statx status;
	struct io_uring_sqe *entry;
	long result;
	char value[16];

	make_file(first);
	entry = prepare_path(ring, IORING_OP_STATX, first, 0, how);
	entry->len = STATX_BASIC_STATS;
	entry->addr2 = (unsigned long)&status;
	must("statx", 0, looked_up("statx", first, ring_run(ring)));
	entry = prepare_path(ring, IORING_OP_STATX, second, 0, how);
	entry->addr2 = (unsigned long)&status;
	must("statx", ENOENT, looked_up("statx", second, ring_run(ring)));
	/* Walks nothing. */
	entry = prepare_path(ring, IORING_OP_STATX, "", AT_EMPTY_PATH, how);
	entry->addr2 = (unsigned long)&status;
	must("statx", 0, ring_run(ring));

	entry = prepare_path(ring, IORING_OP_LINKAT, first, 0, how);
	entry->len = AT_FDCWD;
	entry->addr2 = (unsigned long)second;
	result = ring_run(ring);
	looked_up("linkat", first, result);
	must("linkat", 0, looked_up("linkat", second, result));
	prepare_path(ring, IORING_OP_UNLINKAT, second, 0, how);
	must("unlinkat", 0, looked_up("unlinkat", second, ring_run(ring)));
	entry = prepare_path(ring, IORING_OP_RENAMEAT, first, 0, how);
	entry->len = AT_FDCWD;
	entry->addr2 = (unsigned long)second;
	result = ring_run(ring);
	looked_up("renameat2", first, result);
	must("renameat2", 0, looked_up("renameat2", second, result));
	entry = prepare_path(ring, IORING_OP_SYMLINKAT, "target", 0, how);
	entry->addr2 = (unsigned long)first;
	result = ring_run(ring);
	looked_up("symlinkat", "target", result);
	must("symlinkat", 0, looked_up("symlinkat", first, result));
	prepare_path(ring, IORING_OP_MKDIRAT, folder, 0, how)->len = 0700;
	must("mkdirat", 0, looked_up("mkdirat", folder, ring_run(ring)));
	prepare_path(ring, IORING_OP_MKDIRAT, folder, 0, how)->len = 0700;
	must("mkdirat", EEXIST, looked_up("mkdirat", folder, ring_run(ring)));
	prepare_path(ring, IORING_OP_UNLINKAT, folder, AT_REMOVEDIR, how);
	must("unlinkat", 0, looked_up("unlinkat", folder, ring_run(ring)));

	entry = prepare_path(ring, IORING_OP_GETXATTR, "user.none", 0, how);
	entry->addr2 = (unsigned long)value;
	entry->addr3 = (unsigned long)folder;
	entry->len = sizeof(value);
	must("getxattr", ENOENT, looked_up("getxattr", folder, ring_run(ring)));
	free(first);
	free(second);
	free(folder);
}

/* Refused before they are submitted. */
static void refused(struct ring *ring, unsigned char how)
{
	static char endless[LONGEST_PATH + 10];
	int folder = looked_up("openat", directory, open(directory, O_PATH));
	struct io_uring_sqe *entry;
	struct statx status;

	if (folder < 0)
		die("%s is not there", directory);
	memset(endless, 'x', sizeof(endless) - 1);
	prepare_path(ring, IORING_OP_OPENAT, "", O_RDONLY, how);
	must("openat", ENOENT, looked_up("openat", "", ring_run(ring)));
	prepare_path(ring, IORING_OP_OPENAT, (void *)8, O_RDONLY, how);
	must("openat", EFAULT, truth_in(TRUTH_UNREADABLE, "openat", NULL, ring_run(ring)));
	prepare_path(ring, IORING_OP_STATX, endless, 0, how)->addr2 = (unsigned long)&status;
	must("statx", ENAMETOOLONG, truth_in(TRUTH_TRUNCATED, "statx", endless, ring_run(ring)));
	/* With what no open takes. */
	entry = prepare_path(ring, IORING_OP_OPENAT, "relative", O_RDONLY, how);
	entry->fd = folder;
	entry->buf_index = 1;
	must("openat", EINVAL, looked_up("openat", "relative", ring_run(ring)));
	close(folder);
}

/* A file that is only in the ring's table. */
static void fixed(struct ring *ring, unsigned char how)
{
	char *path = fresh("fixed");
	struct io_uring_sqe *entry;

	make_file(path);
	entry = prepare_path(ring, IORING_OP_OPENAT, path, O_RDWR, how);
	entry->file_index = 1 + 1;
	must("openat", 0, looked_up("openat", path, ring_run(ring)));
	entry = ring_prepare(ring, IORING_OP_CLOSE);
	entry->fd = 0;
	entry->file_index = 1 + 1;
	must("close", 0, ring_run(ring));
	free(path);
}

/* The second of a chain is cancelled where the first fails: it never ran. */
static void chained(struct ring *ring, unsigned char how)
{
	char *path = fresh("chained"), *other = fresh("other"), *none = fresh("none");
	struct statx status;

	make_file(path);
	make_file(other);
	for (int fails = 0; fails < 2; fails++) {
		const char *first = fails ? none : other;

		struct io_uring_sqe *entry =
			prepare_path(ring, IORING_OP_OPENAT, first, O_PATH, how | IOSQE_IO_LINK);

		entry->user_data = 1;
		prepare_path(ring, IORING_OP_STATX, path, 0, how)->addr2 = (unsigned long)&status;
		ring_submit(ring, 2);
		for (int i = 0; i < 2; i++) {
			struct ring_completion completion = ring_completion(ring);

			if (completion.user_data == 1)
				close(looked_up("openat", first, ring_result(completion.res)));
			else if (completion.res != (fails ? -ECANCELED : 0))
				die("a chain did not go on as it should (%d)", completion.res);
			else if (!fails)
				looked_up("statx", path, 0);
		}
	}
	free(path);
	free(other);
	free(none);
}

/*
 * A success posts no completion; a failure does, but for statx, whose failure
 * breaks no chain and posts nothing either. More requests follow.
 */
static void silent(struct ring *ring, unsigned char how)
{
	char *path = fresh("silent"), *none = fresh("none");
	struct statx status;

	make_file(path);
	for (int i = 0; i < 3; i++) {
		prepare_path(ring, IORING_OP_STATX, path, 0,
			     how | IOSQE_CQE_SKIP_SUCCESS | IOSQE_IO_LINK)->addr2 =
			(unsigned long)&status;
		prepare_path(ring, IORING_OP_NOP, NULL, 0, 0);
		must("nop", 0, ring_run(ring));
		looked_up("statx", path, 0);
		prepare_path(ring, IORING_OP_OPENAT, none, O_RDONLY, how | IOSQE_CQE_SKIP_SUCCESS);
		must("openat", ENOENT, looked_up("openat", none, ring_run(ring)));
		prepare_path(ring, IORING_OP_STATX, none, 0,
			     how | IOSQE_CQE_SKIP_SUCCESS | IOSQE_IO_LINK)->addr2 =
			(unsigned long)&status;
		prepare_path(ring, IORING_OP_NOP, NULL, 0, 0);
		must("nop", 0, ring_run(ring));
		looked_up("statx", none, ring_result(-ENOENT));
	}
	free(path);
	free(none);
}

/* An open that waits for a reader, in a worker, until it is cancelled. */
static void cancelled(struct ring *ring)
{
	char *path = fresh("fifo");
	struct ring_completion completions[2];

	if (looked_up("mknodat", path, syscall(SYS_mknodat, AT_FDCWD, path, S_IFIFO | 0600, 0)))
		die("no fifo");
	prepare_path(ring, IORING_OP_OPENAT, path, O_WRONLY, IOSQE_ASYNC)->user_data = 1;
	ring_submit(ring, 0);
	ring_prepare(ring, IORING_OP_ASYNC_CANCEL)->addr = 1;
	ring_submit(ring, 2);
	for (int i = 0; i < 2; i++)
		completions[i] = ring_completion(ring);
	for (int i = 0; i < 2; i++)
		if (completions[i].user_data == 1 && completions[i].res != -ECANCELED)
			looked_up("openat", path, ring_result(completions[i].res));
	free(path);
}

static long wrote(int side, long result)
{
	written.writes[side]++;
	if (result < 0)
		written.failed[side]++;
	else
		written.bytes[side] += result;
	return result;
}

static void drain(int descriptor, size_t length)
{
	static char sink[65536];
	ssize_t result;

	for (; length > 0; length -= result) {
		result = read(descriptor, sink, length < sizeof(sink) ? length : sizeof(sink));
		if (result <= 0)
			die("%zu bytes are missing", length);
	}
}

/* A busy machine may interrupt it: that is a failed write, and told; or a part is taken. */
static long write_again(struct ring *ring, const struct io_uring_sqe *wanted, int side)
{
	long result;

	do {
		struct io_uring_sqe *entry = ring_prepare(ring, wanted->opcode);

		*entry = *wanted;
		result = wrote(side, ring_run(ring));
	} while (result < 0 && errno == EINTR);
	return result;
}

static void write_side(struct ring *ring, unsigned char how, int to, int from, int side)
{
	static char block[5000];
	struct iovec parts[] = { { block, 7 }, { block, 2500 }, { NULL, 0 }, { block, 1 } };
	struct io_uring_sqe *entry, wanted = { .opcode = IORING_OP_WRITE, .flags = how, .fd = to };
	int ends[2];
	long result;

	memset(block, 'x', sizeof(block));
	wanted.addr = (unsigned long)block;
	wanted.len = 5000;
	result = write_again(ring, &wanted, side);
	must("write", 0, result);
	drain(from, result);
	wanted.opcode = IORING_OP_WRITEV;
	wanted.addr = (unsigned long)parts;
	wanted.len = 4;
	result = write_again(ring, &wanted, side);
	must("writev", 0, result);
	drain(from, result);
	entry = prepare_path(ring, IORING_OP_WRITE, (char *)8, 0, how);
	entry->fd = to;
	entry->len = 10;
	must("write", EFAULT, wrote(side, ring_run(ring)));
	pipe_or_die(ends);
	if (write(ends[1], block, 300) != 300)
		die("the pipe took only a part");
	entry = prepare_path(ring, IORING_OP_SPLICE, NULL, 0, how);
	entry->fd = to;
	entry->splice_fd_in = ends[0];
	entry->splice_off_in = -1;
	entry->off = -1;
	entry->len = 300;
	if (wrote(side, ring_run(ring)) == 300)
		drain(from, 300);
	/* Neither a pipe nor a tty of two pipes: tee reaches no terminal. */
	entry = prepare_path(ring, IORING_OP_TEE, NULL, 0, how);
	entry->fd = to;
	entry->splice_fd_in = ends[0];
	entry->len = 1;
	must("tee", EINVAL, ring_run(ring));
	close(ends[0]);
	close(ends[1]);
}

/* By the ring's own table of files and buffers. */
static void write_fixed(struct ring *ring, unsigned char how, int slave, int master)
{
	static char buffer[2000];
	struct io_uring_sqe *entry, wanted = {
		.opcode = IORING_OP_WRITE_FIXED,
		.flags = how | IOSQE_FIXED_FILE,
		.addr = (unsigned long)buffer,
		.len = sizeof(buffer),
	};
	int place = 2;
	long result;
	struct io_uring_rsrc_update update = { .offset = place, .data = (unsigned long)&slave };

	memset(buffer, 'y', sizeof(buffer));
	if (syscall(SYS_io_uring_register, ring->descriptor, IORING_REGISTER_FILES_UPDATE, &update,
		    1) != 1)
		die("no fixed file");
	if (round_number == 0) {
		struct iovec registered = { buffer, sizeof(buffer) };

		if (syscall(SYS_io_uring_register, ring->descriptor, IORING_REGISTER_BUFFERS,
			    &registered, 1))
			die("no fixed buffer");
	}
	wanted.fd = place;
	result = write_again(ring, &wanted, 0);
	must("write_fixed", 0, result);
	drain(master, result);
	/* No completion. */
	entry = prepare_path(ring, IORING_OP_WRITE, buffer, 0,
			     how | IOSQE_FIXED_FILE | IOSQE_CQE_SKIP_SUCCESS | IOSQE_IO_LINK);
	entry->fd = place;
	entry->len = 11;
	prepare_path(ring, IORING_OP_NOP, NULL, 0, 0);
	must("nop", 0, ring_run(ring));
	wrote(0, 11);
	drain(master, 11);
}

/* More than the terminal has room for: a part is taken. */
static void flood(struct ring *ring, int slave, int master)
{
	static char block[65536];
	struct io_uring_sqe *entry;
	long total;

	memset(block, 'z', sizeof(block));
	if (fcntl(slave, F_SETFL, O_NONBLOCK))
		die("no O_NONBLOCK");
	entry = prepare_path(ring, IORING_OP_WRITE, block, 0, 0);
	entry->fd = slave;
	entry->len = sizeof(block);
	total = wrote(0, ring_run(ring));
	if (total <= 0 || total >= (long)sizeof(block))
		die("a write should be taken in part");
	drain(master, total);
	fcntl(slave, F_SETFL, 0);
}

static void run(unsigned int flags, unsigned char how, unsigned long count, int slave, int master)
{
	struct ring ring = ring_open(flags);
	int none[4] = { -1, -1, -1, -1 };

	if (syscall(SYS_io_uring_register, ring.descriptor, IORING_REGISTER_FILES, none, 4))
		die("no table of files");
	for (round_number = 0; round_number < count; round_number++) {
		opens(&ring, how);
		others(&ring, how);
		refused(&ring, how);
		fixed(&ring, how);
		chained(&ring, how);
		silent(&ring, how);
		cancelled(&ring);
		write_side(&ring, how, slave, master, 0);
		write_side(&ring, how, master, slave, 1);
		write_fixed(&ring, how, slave, master);
		flood(&ring, slave, master);
	}
	/* Whatever completed in silence is settled by the requests after it. */
	for (int i = 0; i < RING_ENTRIES; i++)
		prepare_path(&ring, IORING_OP_NOP, NULL, 0, 0);
	ring_submit(&ring, RING_ENTRIES);
	ring_close(&ring);
}

static void print_ttys(void)
{
	printf(",\n\"ttys\":[");
	for (int side = 0; side < 2; side++)
		printf("%s\n{\"pid\":%d,\"tty\":\"pts/%u\",\"direction\":\"%s\",\"bytes\":%lu,"
		       "\"writes\":%lu,\"failed\":%lu}",
		       side ? "," : "", getpid(), written.index, side ? "input" : "output",
		       written.bytes[side], written.writes[side], written.failed[side]);
	printf("]");
}

int main(int argc, char **argv)
{
	static const struct {
		const char *name;
		unsigned int flags;
		unsigned char how;
	} ways[] = {
		{ "plain", 0, 0 },
		{ "worker", 0, IOSQE_ASYNC },
		{ "polled", IORING_SETUP_SQPOLL, 0 },
		{ "deferred", IORING_SETUP_DEFER_TASKRUN | IORING_SETUP_SINGLE_ISSUER, 0 },
	};
	struct pty pty;

	if (argc != 3)
		die("usage: uring DIR COUNT");
	directory_argument(argv[1]);
	pty = open_raw_pty();
	written.index = pty.index;
	for (size_t i = 0; i < sizeof(ways) / sizeof(*ways); i++) {
		directory = text("%s/%s", argv[1], ways[i].name);
		make_directory(directory);
		run(ways[i].flags, ways[i].how, number_argument(argv[2]), pty.slave, pty.master);
	}
	printf("{\"program\":\"uring\",\"pid\":%d", getpid());
	truth_print("lookups", TRUTH_LOOKUPS);
	truth_print("truncated", TRUTH_TRUNCATED);
	truth_print("unreadable", TRUTH_UNREADABLE);
	print_ttys();
	json_end();
	return 0;
}

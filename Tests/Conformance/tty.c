/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tty DIR: writes known byte counts to both sides of pseudo terminals: write
 * and writev, whole, partial and refused, through duplicated, inherited and
 * passed descriptors, through /dev/tty, and after a hang-up.
 * Truth: "ttys", a row by process, terminal and direction (slave: "output",
 * master: "input") of the bytes returned, the calls and the failed ones among
 * them; "none", the bytes written to what is no terminal.
 */
#include "tty.h"
#include <pthread.h>
#include <signal.h>
#include <sys/socket.h>

/* The kernel keeps 8 KiB for each direction, and 4 KiB in the line discipline. */
#define CHUNKS (3 * 2048)

#define PARTS_LENGTH (1 + 300 + 2500)

static void writev_whole(const struct side *side)
{
	char first[1], second[300], third[2500];
	struct iovec parts[] = { { first, sizeof(first) },
				 { NULL, 0 },
				 { second, sizeof(second) },
				 { third, sizeof(third) } };

	memset(first, '1', sizeof(first));
	memset(second, '2', sizeof(second));
	memset(third, '3', sizeof(third));
	if (writev_to(side, parts, 4) != PARTS_LENGTH)
		die("pts/%u took only a part of the parts", side->index);
}

/* The master reads \r\n for each \n: the call returned fewer bytes. */
static void translated_newlines(const struct pair *pair)
{
	if (write_to(&pair->slave, "one\ntwo\n", 8) != 8)
		die("the slave took only a part");
	drain(&pair->master, 10);
}

/* One call may become several chunks of 2,048 bytes inside the kernel. */
static void whole_writes(const struct side *from, const struct side *to)
{
	write_whole(from, 1);
	write_whole(from, 1000);
	write_whole(from, 0);
	drain(to, 1001);
	write_whole(from, CHUNKS);
	drain(to, CHUNKS);
	writev_whole(from);
	drain(to, PARTS_LENGTH);
}

/* Blocks until the other side has read enough; returns once. */
static void blocking_write(const struct side *from, const struct side *to)
{
	pid_t pid = fork_or_die();

	if (pid == 0) {
		write_whole(from, 2 * FLOOD);
		_exit(0);
	}
	drain(to, 2 * FLOOD);
	reap(pid, 0);
}

static void on_signal(int signal)
{
	(void)signal;
}

/*
 * A signal ends a blocked write early. The child cannot have finished: what it
 * may be ahead of the reader is far less than what is left.
 */
static void interrupted_write(const struct side *from, const struct side *to)
{
	size_t *taken = shared_memory(sizeof(*taken));
	pid_t pid = fork_or_die();

	if (pid == 0) {
		struct sigaction action = { .sa_handler = on_signal };

		sigaction(SIGUSR1, &action, NULL);
		*taken = write_to(from, block, 4 * FLOOD);
		_exit(*taken < 4 * FLOOD ? 0 : 1);
	}
	drain(to, FLOOD);
	kill(pid, SIGUSR1);
	reap(pid, 0);
	drain(to, *taken - FLOOD);
}

static void set_nonblocking(const struct side *side, bool on)
{
	int flags = fcntl(side->descriptor, F_GETFL);

	flags = on ? flags | O_NONBLOCK : flags & ~O_NONBLOCK;
	if (flags < 0 || fcntl(side->descriptor, F_SETFL, flags))
		die("fcntl failed");
}

/* Nobody reads: a write is taken in part, and in the end one is refused. */
static void fill(const struct side *from, const struct side *to, bool vectored)
{
	struct iovec parts[] = { { block, 10 }, { block, FLOOD } };
	size_t length = vectored ? FLOOD + 10 : FLOOD, total = 0;
	bool was_partial = false;
	ssize_t result;

	set_nonblocking(from, true);
	for (;;) {
		result = vectored ? writev_to(from, parts, 2) : write_to(from, block, FLOOD);
		if (result < 0)
			break;
		was_partial |= (size_t)result < length;
		total += result;
	}
	if (errno != EAGAIN || !was_partial)
		die("pts/%u was not filled", from->index);
	set_nonblocking(from, false);
	drain(to, total);
}

static void through_duplicates(const struct pair *pair)
{
	struct side one = pair->slave, other = pair->slave;
	struct side master = pair->master;

	one.descriptor = dup(pair->slave.descriptor);
	other.descriptor = fcntl(pair->slave.descriptor, F_DUPFD_CLOEXEC, 200);
	master.descriptor = dup3(pair->master.descriptor, 201, O_CLOEXEC);
	if (one.descriptor < 0 || other.descriptor < 0 || master.descriptor < 0)
		die("no duplicates");
	write_whole(&one, 11);
	write_whole(&other, 13);
	drain(&master, 24);
	write_whole(&master, 17);
	drain(&other, 17);
	close(one.descriptor);
	close(other.descriptor);
	close(master.descriptor);
}

static void through_name(const struct pair *pair)
{
	char *name = text("/dev/pts/%u", pair->slave.index);
	struct side slave = pair->slave;

	slave.descriptor = open(name, O_WRONLY | O_NOCTTY | O_CLOEXEC);
	if (slave.descriptor < 0)
		die("cannot open %s", name);
	write_whole(&slave, 19);
	drain(&pair->master, 19);
	close(slave.descriptor);
	free(name);
}

static void *write_in_thread(void *slave)
{
	write_whole(slave, 23);
	return NULL;
}

/* A thread's writes are its process's, a child's are its own. */
static void through_others(struct pair *pair)
{
	pthread_t thread;
	pid_t pid;

	if (pthread_create(&thread, NULL, write_in_thread, &pair->slave) ||
	    pthread_join(thread, NULL))
		die("no thread");
	drain(&pair->master, 23);
	pid = fork_or_die();
	if (pid == 0) {
		write_whole(&pair->slave, 29);
		_exit(0);
	}
	reap(pid, 0);
	drain(&pair->master, 29);
}

union control {
	struct cmsghdr header;
	char room[CMSG_SPACE(sizeof(int))];
};

static void send_descriptor(int socket, int descriptor)
{
	union control control = { 0 };
	struct iovec byte = { "", 1 };
	struct msghdr message = { .msg_iov = &byte,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };

	control.header = (struct cmsghdr){ .cmsg_len = CMSG_LEN(sizeof(int)),
					   .cmsg_level = SOL_SOCKET,
					   .cmsg_type = SCM_RIGHTS };
	memcpy(CMSG_DATA(&control.header), &descriptor, sizeof(int));
	if (sendmsg(socket, &message, 0) != 1)
		die("cannot send a descriptor");
}

static int receive_descriptor(int socket)
{
	union control control = { 0 };
	char byte;
	struct iovec room = { &byte, 1 };
	struct msghdr message = { .msg_iov = &room,
				  .msg_iovlen = 1,
				  .msg_control = &control,
				  .msg_controllen = sizeof(control) };
	int descriptor;

	if (recvmsg(socket, &message, MSG_CMSG_CLOEXEC) != 1 ||
	    control.header.cmsg_type != SCM_RIGHTS)
		die("cannot receive a descriptor");
	memcpy(&descriptor, CMSG_DATA(&control.header), sizeof(int));
	return descriptor;
}

/* The child has nothing of the terminal but what it is sent. */
static void through_socket(const struct pair *pair)
{
	int sockets[2];
	pid_t pid;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, sockets))
		die("no socket pair");
	pid = fork_or_die();
	if (pid == 0) {
		struct side slave = pair->slave;

		close(pair->slave.descriptor);
		close(pair->master.descriptor);
		slave.descriptor = receive_descriptor(sockets[1]);
		write_whole(&slave, 31);
		_exit(0);
	}
	send_descriptor(sockets[0], pair->slave.descriptor);
	reap(pid, 0);
	drain(&pair->master, 31);
	close(sockets[0]);
	close(sockets[1]);
}

static void refused_writes(const struct pair *pair)
{
	struct iovec nowhere = { (void *)8, 100 };

	must_fail(EFAULT, write_to(&pair->slave, (void *)8, 100));
	must_fail(EFAULT, write_to(&pair->master, (void *)8, 100));
	must_fail(EFAULT, writev_to(&pair->slave, &nowhere, 1));
	must_fail(EFAULT, writev_to(&pair->slave, (void *)8, 1));
	must_fail(EINVAL, writev_to(&pair->slave, &nowhere, 5000));
}

/* Its own session, with the terminal as /dev/tty, until the master goes. */
static void controlled_child(const struct pair *pair, int ready, int go)
{
	struct side tty = pair->slave;

	signal(SIGHUP, SIG_IGN);
	if (setsid() < 0 || ioctl(pair->slave.descriptor, TIOCSCTTY, 0))
		die("no controlling terminal");
	tty.descriptor = open("/dev/tty", O_RDWR | O_CLOEXEC);
	if (tty.descriptor < 0)
		die("cannot open /dev/tty");
	write_whole(&tty, 37);
	writev_whole(&tty);
	close(pair->slave.descriptor);
	close(pair->master.descriptor);
	tell(ready);
	await(go);
	/* The terminal has hung up, and only this descriptor holds it. */
	must_fail(EIO, write_to(&tty, block, 41));
	_exit(0);
}

static void through_controlling_terminal(void)
{
	struct pair pair = open_pair();
	int ready[2], go[2];
	pid_t pid;

	make_raw(pair.slave.descriptor);
	pipe_or_die(ready);
	pipe_or_die(go);
	pid = fork_or_die();
	if (pid == 0) {
		close(ready[0]);
		close(go[1]);
		controlled_child(&pair, ready[1], go[0]);
	}
	close(ready[1]);
	close(go[0]);
	await(ready[0]);
	drain(&pair.master, 37 + PARTS_LENGTH);
	close(pair.slave.descriptor);
	close(pair.master.descriptor);
	tell(go[1]);
	reap(pid, 0);
	close(ready[0]);
	close(go[1]);
}

/* The kernel takes and keeps input while the slave is not open, or no more. */
static void without_slave(void)
{
	struct side master = open_master(), slave;

	write_whole(&master, 43);
	slave = slave_of(&master);
	make_raw(slave.descriptor);
	write_whole(&master, 47);
	drain(&slave, 43 + 47);
	close(slave.descriptor);
	write_whole(&master, 53);
	close(master.descriptor);
}

static void without_master(const struct pair *pair)
{
	close(pair->master.descriptor);
	must_fail(EIO, write_to(&pair->slave, block, 59));
	close(pair->slave.descriptor);
}

static void write_elsewhere(int descriptor, size_t length)
{
	if (syscall(SYS_write, descriptor, block, length) != (ssize_t)length)
		die("a write elsewhere failed");
	close(descriptor);
}

static void to_no_terminal(const char *directory)
{
	char *name = text("%s/tty-no-terminal", directory);
	int ends[2];

	pipe_or_die(ends);
	write_elsewhere(ends[1], 61);
	close(ends[0]);
	write_elsewhere(open("/dev/null", O_WRONLY | O_CLOEXEC), 67);
	write_elsewhere(open(name, O_WRONLY | O_CREAT | O_CLOEXEC, 0600), 71);
	free(name);
}

static void print_truth(const struct pair *pair)
{
	printf("{\"program\":\"tty\",\"pid\":%d,\"tty\":\"pts/%u\"", getpid(), pair->slave.index);
	print_ttys();
	printf(",\n\"none\":{\"pipe\":61,\"null\":67,\"file\":71}");
	json_end();
}

int main(int argc, char **argv)
{
	struct pair pair;

	if (argc != 2)
		die("usage: tty DIR");
	rows = shared_memory(sizeof(*rows));
	memset(block, 'x', sizeof(block));
	pair = open_pair();

	translated_newlines(&pair);
	make_raw(pair.slave.descriptor);
	whole_writes(&pair.slave, &pair.master);
	whole_writes(&pair.master, &pair.slave);
	blocking_write(&pair.slave, &pair.master);
	blocking_write(&pair.master, &pair.slave);
	interrupted_write(&pair.slave, &pair.master);
	interrupted_write(&pair.master, &pair.slave);
	for (int vectored = 0; vectored < 2; vectored++) {
		fill(&pair.slave, &pair.master, vectored);
		fill(&pair.master, &pair.slave, vectored);
	}
	through_duplicates(&pair);
	through_name(&pair);
	through_others(&pair);
	through_socket(&pair);
	refused_writes(&pair);
	through_controlling_terminal();
	without_slave();
	to_no_terminal(directory_argument(argv[1]));
	without_master(&pair);
	print_truth(&pair);
	return 0;
}

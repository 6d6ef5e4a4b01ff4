/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ptys GATE: holds pty masters in every state and way, prints who holds how
 * many, and ends when somebody has written to the named pipe GATE.
 * ptys GATE N OPENED END: the same with none at first; a write to GATE makes it
 * open N and close each one's slave, then write to OPENED and wait for END.
 * ptys N: opens N one after the other, closes each at once, and prints who did so.
 */
#include "conformance.h"
#include <signal.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <time.h>

#define CLOSED 7
#define NEVER_OPENED 3
#define OPEN 2

struct holder {
	pid_t pid;
	int descriptors, slave_open, slave_closed, slave_never_opened;
};

static int open_master(void)
{
	int master = open("/dev/ptmx", O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (master < 0)
		die("cannot open a pty master");
	return master;
}

/* The slave, by the pair's own way or by its name. */
static int open_slave(int master, bool by_name)
{
	unsigned int number;
	int unlock = 0, slave;

	if (ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, &number))
		die("cannot unlock a pty");
	slave = by_name ? open(text("/dev/pts/%u", number), O_RDWR | O_NOCTTY | O_CLOEXEC) :
			  ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);
	if (slave < 0)
		die("cannot open the slave of pty %u", number);
	return slave;
}

static int open_leaked(int place)
{
	int master = open_master();

	if (close(open_slave(master, place % 2)))
		die("cannot close a slave");
	return master;
}

static void send_descriptor(int socket, int descriptor)
{
	char byte = 0, room[CMSG_SPACE(sizeof(int))] = {};
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };
	struct cmsghdr *header = CMSG_FIRSTHDR(&message);

	header->cmsg_level = SOL_SOCKET;
	header->cmsg_type = SCM_RIGHTS;
	header->cmsg_len = CMSG_LEN(sizeof(int));
	memcpy(CMSG_DATA(header), &descriptor, sizeof(descriptor));
	if (sendmsg(socket, &message, 0) != 1)
		die("cannot pass a descriptor on");
}

static void receive_descriptor(int socket)
{
	char byte, room[CMSG_SPACE(sizeof(int))];
	struct iovec data = { &byte, 1 };
	struct msghdr message = { .msg_iov = &data,
				  .msg_iovlen = 1,
				  .msg_control = room,
				  .msg_controllen = sizeof(room) };

	if (recvmsg(socket, &message, 0) != 1 || message.msg_controllen < sizeof(room))
		die("no descriptor came");
}

/* A child that has its own end of a socket, and says when it is ready. */
static pid_t start_child(int ends[2], int received)
{
	int ready[2];
	pid_t child;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		die("no sockets");
	pipe_or_die(ready);
	child = fork_or_die();
	if (!child) {
		for (int i = 0; i < received; i++)
			receive_descriptor(ends[1]);
		tell(ready[1]);
		pause();
		_exit(0);
	}
	if (received) {
		for (int i = 0; i < received; i++) {
			int master = open_leaked(i);

			send_descriptor(ends[0], master);
			/* The first stays here too, the others have moved. */
			if (i > 0)
				close(master);
		}
	}
	await(ready[0]);
	return child;
}

static unsigned long long boot_time(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000000000ULL + now.tv_nsec;
}

static void wait_at(const char *gate)
{
	char byte;
	int descriptor = open(gate, O_RDONLY | O_CLOEXEC);

	if (descriptor < 0 || read(descriptor, &byte, 1) < 0)
		die("cannot wait at %s", gate);
	close(descriptor);
}

static void print_holders(const struct holder *holders, int count, int in_flight)
{
	printf("{\"pid\":%d,\"inFlight\":%d,\"processes\":[", getpid(), in_flight);
	for (int i = 0; i < count; i++) {
		const struct holder *each = &holders[i];

		printf("%s\n{\"pid\":%d,\"ptyMasters\":{\"descriptors\":%d,\"masters\":%d,"
		       "\"slaveOpen\":%d,\"slaveClosed\":%d,\"slaveNeverOpened\":%d}}",
		       i ? "," : "", each->pid, each->descriptors,
		       each->slave_open + each->slave_closed + each->slave_never_opened,
		       each->slave_open, each->slave_closed, each->slave_never_opened);
	}
	printf("],\n\"ready\":%llu", boot_time());
	json_end();
}

static void hold(const char *gate)
{
	struct holder holders[3] = {};
	int ends[2], unlock = 0, locked = 1, failed;
	unsigned int number;
	char name[32];

	/* Gets two by a socket: one that stays here too, and one that moves. */
	holders[1] = (struct holder){ start_child(ends, 2), 2, 0, 2, 0 };
	for (int i = 0; i < CLOSED - 1; i++)
		open_leaked(i);
	for (int i = 0; i < NEVER_OPENED; i++) {
		int master = open_master();

		if (i > 0)
			continue;
		/* A slave that nobody could open was not open. */
		if (ioctl(master, TIOCSPTLCK, &locked) || ioctl(master, TIOCGPTN, &number))
			die("cannot lock a pty");
		snprintf(name, sizeof(name), "/dev/pts/%u", number);
		failed = open(name, O_RDWR | O_NOCTTY);
		if (failed >= 0 || errno != EIO)
			die("a locked slave could be opened");
		ioctl(master, TIOCSPTLCK, &unlock);
	}
	for (int i = 0; i < OPEN; i++) {
		int master = open_master();

		open_slave(master, i % 2);
		/* Opened twice and closed once is open. */
		close(open_slave(master, true));
		/* Two more descriptors of the same master. */
		if (dup(master) < 0 || fcntl(master, F_DUPFD_CLOEXEC, 100) < 0)
			die("cannot duplicate a descriptor");
	}
	holders[0] = (struct holder){ getpid(), CLOSED + NEVER_OPENED + OPEN * 3, OPEN, CLOSED,
				      NEVER_OPENED };
	/* Inherits everything: the same masters, no new ones. */
	holders[2] = holders[0];
	holders[2].pid = start_child((int[2]){}, 0);

	/* One that only a socket's queue holds. */
	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, ends))
		die("no sockets");
	failed = open_leaked(0);
	send_descriptor(ends[0], failed);
	close(failed);
	print_holders(holders, 3, 1);
	wait_at(gate);
	/* First, or a pass may find what this one held with a child alone. */
	for (int i = 1; i < 3; i++)
		if (kill(holders[i].pid, SIGKILL) || waitpid(holders[i].pid, NULL, 0) < 0)
			die("cannot end a child");
	/* At once: a pass may still look at what this process holds. */
	_exit(0);
}

static void open_later(char **argv)
{
	unsigned long count = number_argument(argv[2]);
	struct holder holder = { .pid = getpid(), .descriptors = count, .slave_closed = count };
	int opened;

	wait_at(argv[1]);
	for (unsigned long i = 0; i < count; i++)
		open_leaked(i);
	print_holders(&holder, 1, 0);
	opened = open(argv[3], O_WRONLY | O_CLOEXEC);
	if (opened < 0)
		die("cannot open %s", argv[3]);
	tell(opened);
	wait_at(argv[4]);
}

/* Every second one by a child that got it and closes it last. */
static void open_briefly(unsigned long count)
{
	for (unsigned long i = 0; i < count; i++) {
		int master = open_master();
		pid_t child = i % 2 ? fork_or_die() : 0;

		if (child)
			close(master);
		if (i % 2 && !child)
			_exit(close(master));
		if (child && waitpid(child, NULL, 0) != child)
			die("cannot wait for a child");
		if (!child)
			close(master);
	}
	printf("{\"pid\":%d,\"masters\":%lu", getpid(), count);
	json_end();
}

int main(int argc, char **argv)
{
	if (argc != 2 && argc != 5)
		die("usage: ptys N | GATE [N OPENED END]");
	if (close_range(3, ~0U, 0))
		die("cannot close what was inherited");
	if (argc == 2 && argv[1][0] >= '0' && argv[1][0] <= '9')
		open_briefly(number_argument(argv[1]));
	else if (argc == 2)
		hold(argv[1]);
	else
		open_later(argv);
	return 0;
}

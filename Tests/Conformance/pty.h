/* SPDX-License-Identifier: Apache-2.0 */
/* Pseudo terminals, made without a lookup but that of /dev/ptmx. */
#ifndef PTY_H
#define PTY_H

#include "conformance.h"
#include <sys/ioctl.h>
#include <termios.h>

struct pty {
	int master, slave;
	unsigned int index;
};

static inline int open_pty_master(unsigned int *index)
{
	int master = posix_openpt(O_RDWR | O_NOCTTY | O_CLOEXEC), unlock = 0;

	if (master < 0 || ioctl(master, TIOCSPTLCK, &unlock) || ioctl(master, TIOCGPTN, index))
		die("no pseudo terminal");
	return master;
}

static inline int open_pty_slave(int master)
{
	int slave = ioctl(master, TIOCGPTPEER, O_RDWR | O_NOCTTY | O_CLOEXEC);

	if (slave < 0)
		die("no slave of a pseudo terminal");
	return slave;
}

/* What is written to it comes out as it is. */
static inline void make_raw(int slave)
{
	struct termios modes;

	if (tcgetattr(slave, &modes))
		die("no modes of a terminal");
	cfmakeraw(&modes);
	if (tcsetattr(slave, TCSANOW, &modes))
		die("no raw mode for a terminal");
}

static inline struct pty open_raw_pty(void)
{
	struct pty pty;

	pty.master = open_pty_master(&pty.index);
	pty.slave = open_pty_slave(pty.master);
	make_raw(pty.slave);
	return pty;
}

#endif

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * resize N: gives a terminal N other sizes, and says each of them twice, which
 * changes nothing the second time. In its foreground group are a process that
 * handles SIGWINCH, one that ignores it and one that blocks it; behind them, in
 * a group of its own, is one that hears nothing of it.
 * Truth: "resizes", how often each was sent SIGWINCH; of the handling one, how
 * often it was.
 */
#include "tty.h"
#include <sched.h>
#include <signal.h>

enum role { HANDLES, IGNORES, BLOCKS, BACKGROUND, ROLES };

static const char *const names[ROLES] = { "handles", "ignores", "blocks", "background" };

static struct shared {
	pid_t pids[ROLES];
	volatile unsigned int handled;
} *shared;

/* Ends of pipes: a role is as it should be; this program lives. */
static int ready[2], lifeline[2];

static void handle(int signal)
{
	(void)signal;
	shared->handled++;
}

__attribute__((noreturn)) static void live_as_long_as_main(enum role role)
{
	char byte;

	shared->pids[role] = getpid();
	close(lifeline[1]);
	tell(ready[1]);
	while (read(lifeline[0], &byte, 1) < 0)
		;
	_exit(0);
}

static void start(enum role role)
{
	sigset_t winch;

	if (fork_or_die())
		return;
	if (role == IGNORES)
		signal(SIGWINCH, SIG_IGN);
	sigemptyset(&winch);
	sigaddset(&winch, SIGWINCH);
	if (role == BLOCKS)
		sigprocmask(SIG_BLOCK, &winch, NULL);
	if (role == BACKGROUND && setpgid(0, 0))
		die("no group of its own");
	live_as_long_as_main(role);
}

/* The session leader, whose group a terminal begins with in its foreground. */
__attribute__((noreturn)) static void lead(int slave)
{
	struct sigaction action = { .sa_handler = handle };

	if (setsid() < 0 || ioctl(slave, TIOCSCTTY, 0))
		die("no controlling terminal");
	for (enum role role = IGNORES; role < ROLES; role++)
		start(role);
	sigaction(SIGWINCH, &action, NULL);
	live_as_long_as_main(HANDLES);
}

static void set_size(const struct side *side, unsigned int rows)
{
	struct winsize size = { .ws_row = rows, .ws_col = 80 };

	if (ioctl(side->descriptor, TIOCSWINSZ, &size))
		die("no size for pts/%u", side->index);
}

/* Both ends of a pair can set it. */
static void resize(const struct pair *pair, unsigned int times)
{
	for (unsigned int i = 0; i < times; i++) {
		set_size(i % 2 ? &pair->slave : &pair->master, 10 + i);
		/* Two that are pending at once would be one. */
		while (shared->handled <= i)
			sched_yield();
		set_size(&pair->master, 10 + i);
	}
}

int main(int argc, char **argv)
{
	unsigned int times;
	struct pair pair;

	if (argc != 2)
		die("usage: resize N");
	times = number_argument(argv[1]);
	shared = shared_memory(sizeof(*shared));
	pair = open_pair();
	pipe_or_die(ready);
	pipe_or_die(lifeline);
	if (fork_or_die() == 0)
		lead(pair.slave.descriptor);
	for (enum role role = 0; role < ROLES; role++)
		await(ready[0]);
	resize(&pair, times);
	printf("{\"program\":\"resize\",\"pid\":%d,\n\"resizes\":[", getpid());
	for (enum role role = 0; role < ROLES; role++)
		printf("%s\n{\"role\":\"%s\",\"pid\":%d,\"count\":%u}", role ? "," : "", names[role],
		       shared->pids[role],
		       role == BACKGROUND ? 0 :
		       role == HANDLES	  ? shared->handled :
					    times);
	printf("]");
	json_end();
	return 0;
}

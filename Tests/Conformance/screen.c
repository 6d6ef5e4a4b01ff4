/* SPDX-License-Identifier: Apache-2.0 */
/*
 * screen DIR: draws on a terminal of its own: full clears, cursor moves,
 * characters of several code points, strings that are none, and synchronized
 * updates; by every call that writes, whole, in many parts and byte by byte.
 * Truth: "screen", the counts of each; "total", the bytes, and "examined"
 * those within the bound of 256 parts a call; "frames" with the smallest and
 * the largest. A secret is among the text, which no recording may contain: it
 * is told as "secret", every byte one higher.
 */
#include "pty.h"
#include <signal.h>
#include <sys/uio.h>

#define SECRET "spoor-never-keeps-this"
#define BEGIN "\033[?2026h"
#define END "\033[?2026l"

static struct pty terminal;
static pid_t reader;

static struct {
	unsigned long bytes, examined, clears, moves, clusters, frames, smallest, largest;
} counted;

/* What comes out of the master is read at once, by another process. */
static void open_terminal(void)
{
	static char sink[65536];

	terminal = open_raw_pty();
	reader = fork_or_die();
	if (reader == 0) {
		close(terminal.slave);
		while (read(terminal.master, sink, sizeof(sink)) > 0)
			;
		_exit(0);
	}
	close(terminal.master);
}

enum way { WHOLE, BYTES, PARTS, OFFSET, WAYS };

static void written(size_t length, ssize_t result)
{
	if (result != (ssize_t)length)
		die("the terminal does not take %zu bytes", length);
	counted.bytes += length;
	counted.examined += length;
}

/* A part of a byte, an empty one, and the rest. */
static int parts_of(const char *text, size_t length, struct iovec parts[3])
{
	parts[0] = (struct iovec){ (void *)text, 1 };
	parts[1] = (struct iovec){ NULL, 0 };
	parts[2] = (struct iovec){ (void *)(text + 1), length - 1 };
	return 3;
}

static void put_bytes(enum way way, const char *text, size_t length)
{
	struct iovec parts[3];
	int count = parts_of(text, length, parts);

	if (!length)
		return;
	switch (way) {
	case WHOLE:
		written(length, write(terminal.slave, text, length));
		break;
	case BYTES:
		for (size_t i = 0; i < length; i++)
			written(1, write(terminal.slave, text + i, 1));
		break;
	case PARTS:
		written(length, writev(terminal.slave, parts, count));
		break;
	default:
		written(length, pwritev2(terminal.slave, parts, count, -1, 0));
		break;
	}
}

static void put(enum way way, const char *text)
{
	put_bytes(way, text, strlen(text));
}

static void put_frame(enum way way, const char *text)
{
	size_t length = strlen(BEGIN) + strlen(text) + strlen(END);

	put(way, BEGIN);
	put(way, text);
	put(way, END);
	counted.frames++;
	if (!counted.smallest || length < counted.smallest)
		counted.smallest = length;
	if (length > counted.largest)
		counted.largest = length;
}

static void draw(enum way way)
{
	put(way, "\033[2J\033[3J\033[J\033[0J\033[1J\033[?2J");
	counted.clears += 2;
	put(way, "\033[A\033[2B\033[3C\033[4D\033[E\033[F\033[7G\033[5;6H\033[1;1f\033[9d\033[3a"
		 "\033[2e\033[8`");
	counted.moves += 13;
	put(way, "\0337\0338\033[s\033[u\t\r\n\033[m\033[38;5;1m\033[2K");
	/* A family of three, an accent, two flags, Hangul in parts; and what is one code point. */
	put(way, "\360\237\221\250\342\200\215\360\237\221\251\342\200\215\360\237\221\247"
		 "e\314\201\360\237\207\251\360\237\207\252\360\237\207\253\360\237\207\267"
		 "\341\204\222\341\205\241\341\206\253\346\274\242\303\251\r\nplain " SECRET);
	counted.clusters += 5;
	put(way, "\033]0;e\314\201 [2J\007\033Pq e\314\201 [H\033\\");
	put(way, "\342\202\355\240\200\377\033[H"); /* no UTF-8, and then a move */
	counted.moves++;
	put_frame(way, "");
	put_frame(way, "\033[1;1Hhello " SECRET);
	counted.moves++;
}

/* One write of 200,000 bytes is seen whole, with a move near its end. */
static void draw_much(void)
{
	static char much[200000];

	memset(much, 'm', sizeof(much));
	memcpy(much + 190000, "\033[2J\033[H", 7);
	put_bytes(WHOLE, much, sizeof(much));
	counted.clears++;
	counted.moves++;
}

/* Of 300 parts 256 are seen; what is begun across the others is not guessed. */
static void draw_in_too_many_parts(void)
{
	struct iovec parts[300];

	put(WHOLE, BEGIN);
	for (int i = 0; i < 300; i++)
		parts[i] = (struct iovec){ "x", 1 };
	written(300, writev(terminal.slave, parts, 300));
	counted.examined -= 300 - 256;
	put(WHOLE, END);
	put_frame(WHOLE, "and on");
}

/* Refused, and cut short: only what the call returned is there. */
static void draw_badly(void)
{
	void *volatile bad = (void *)8;
	static char much[200000];
	ssize_t result;

	if (write(terminal.slave, bad, 3) >= 0)
		die("a bad pointer was written");
	memset(much, 'n', sizeof(much));
	if (fcntl(terminal.slave, F_SETFL, O_NONBLOCK))
		die("no O_NONBLOCK");
	result = write(terminal.slave, much, sizeof(much));
	if (result <= 0)
		die("the terminal takes nothing");
	written(result, result);
}

static void print_secret(void)
{
	char secret[] = SECRET;

	for (char *p = secret; *p; p++)
		++*p;
	printf(",\"secret\":");
	json_string(secret);
}

int main(int argc, char **argv)
{
	if (argc != 2)
		die("usage: screen DIR");
	directory_argument(argv[1]);
	open_terminal();
	for (enum way way = WHOLE; way < WAYS; way++)
		draw(way);
	draw_much();
	draw_in_too_many_parts();
	draw_badly();
	close(terminal.slave);
	reap(reader, 0);
	printf("{\"program\":\"screen\",\"pid\":%d,\"total\":%lu,\"tty\":\"pts/%u\"", getpid(),
	       counted.bytes, terminal.index);
	printf(",\"screen\":{\"examined\":%lu,\"fullClears\":%lu,\"cursorMoves\":%lu",
	       counted.examined, counted.clears, counted.moves);
	printf(",\"graphemeClusters\":%lu,\"frames\":%lu,\"smallest\":%lu,\"largest\":%lu}",
	       counted.clusters, counted.frames, counted.smallest, counted.largest);
	print_secret();
	json_end();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * frames DIR FRAMES GAP: draws FRAMES frames on a terminal of its own, of three
 * writes each and of growing sizes, with GAP milliseconds twice over between
 * them; and opens DIR twice before each frame.
 * Truth: "frames", "bytes" of all, of the smallest and of the largest frame;
 * "lookups". "isClear" is false where the machine was too busy to tell the
 * frames apart: writes of a frame half a GAP apart, or two frames less than
 * one and a half.
 */
#include "pty.h"
#include <time.h>

static unsigned long now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return now.tv_sec * 1000UL + now.tv_nsec / 1000000;
}

static void pause_ms(unsigned long milliseconds)
{
	struct timespec pause = { .tv_sec = milliseconds / 1000,
				  .tv_nsec = milliseconds % 1000 * 1000000 };

	clock_nanosleep(CLOCK_BOOTTIME, 0, &pause, NULL);
}

static struct pty terminal;

static unsigned long last_write;
static bool is_clear = true;

static void draw(unsigned long bytes, unsigned long gap)
{
	static const char text[4096];

	for (int i = 0; i < 3; i++) {
		unsigned long before = now_ms();

		if (i == 0 && last_write && before - last_write < gap + gap / 2)
			is_clear = false;
		if (write(terminal.slave, text, bytes) != (ssize_t)bytes)
			die("the terminal does not take %lu bytes", bytes);
		if (i > 0 && now_ms() - last_write >= gap / 2)
			is_clear = false;
		last_write = now_ms();
	}
	if (ioctl(terminal.slave, TCFLSH, TCOFLUSH))
		die("cannot flush the terminal");
}

int main(int argc, char **argv)
{
	unsigned long frames, gap, total = 0;
	const char *directory;

	if (argc != 4)
		die("usage: frames DIR FRAMES GAP");
	directory = directory_argument(argv[1]);
	frames = number_argument(argv[2]);
	gap = number_argument(argv[3]);
	terminal = open_raw_pty();
	for (unsigned long i = 0; i < frames; i++) {
		pause_ms(2 * gap);
		close(open_counted(directory, O_RDONLY | O_CLOEXEC));
		close(open_counted(directory, O_RDONLY | O_CLOEXEC));
		draw(10 + i, gap);
		total += 3 * (10 + i);
	}
	printf("{\"program\":\"frames\",\"pid\":%d,\"isClear\":%s,", getpid(),
	       is_clear ? "true" : "false");
	printf("\"frames\":%lu,\"total\":%lu,\"tty\":\"pts/%u\"", frames, total, terminal.index);
	truth_print("lookups", TRUTH_LOOKUPS);
	json_end();
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inflight DIR: opens a named pipe by io_uring, which waits for a reader, tells
 * DIR/present, and goes on when DIR/go says so: reads that pipe, by which the
 * open ends, and opens another path by io_uring.
 */
#include "ring.h"

int main(int argc, char **argv)
{
	struct ring ring = ring_open(0);
	char *waited, *after, *present, *go, byte;
	struct io_uring_sqe *entry;
	int reader;

	if (argc != 2)
		die("usage: inflight DIR");
	waited = text("%s/waited", directory_argument(argv[1]));
	after = text("%s/after", argv[1]);
	present = text("%s/present", argv[1]);
	go = text("%s/go", argv[1]);
	if (mkfifo(waited, 0600))
		die("no named pipe");
	entry = ring_prepare(&ring, IORING_OP_OPENAT);
	entry->addr = (unsigned long)waited;
	entry->open_flags = O_WRONLY;
	entry->flags = IOSQE_ASYNC;
	ring_submit(&ring, 0);
	tell(open(present, O_WRONLY | O_CLOEXEC));
	if (read(open(go, O_RDONLY | O_CLOEXEC), &byte, 1) != 1)
		die("nobody said go");
	reader = open(waited, O_RDONLY | O_CLOEXEC);
	if (reader < 0)
		die("no reader");
	ring_submit(&ring, 1);
	if (ring_completion(&ring).res < 0)
		die("the open failed");
	entry = ring_prepare(&ring, IORING_OP_OPENAT);
	entry->addr = (unsigned long)after;
	if (ring_run(&ring) >= 0)
		die("there should be no such file");
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
/*
 * injection FILE [TERMINAL]: puts a line into its standard input, into /dev/tty and into the
 * TERMINAL of somebody else, as if it had been typed there (TIOCSTI). The kernel refuses it with
 * EIO where the sysctl dev.tty.legacy_tiocsti is 0, and with EPERM where the terminal is not the
 * controlling one; who has CAP_SYS_ADMIN is refused neither.
 * Truth, in FILE: "session"; "terminal" that standard input is; "attempts", with their errors.
 */
#include "conformance.h"

#include <sys/ioctl.h>

static const char *between = "";

static void attempt(const char *where, int descriptor)
{
	const char *error = descriptor < 0 ? strerrorname_np(errno) : NULL;

	for (const char *byte = "!\n"; !error && *byte; byte++)
		if (ioctl(descriptor, TIOCSTI, byte))
			error = strerrorname_np(errno);
	printf("%s\n{\"where\":", between);
	json_string(where);
	printf(error ? ",\"error\":\"%s\"}" : "}", error);
	between = ",";
}

int main(int argc, char **argv)
{
	const char *terminal = ttyname(0);

	if (argc < 2 || argc > 3)
		die("usage: injection FILE [TERMINAL]");
	if (!freopen(argv[1], "w", stdout))
		die("cannot open %s", argv[1]);
	printf("{\"program\":\"injection\",\"pid\":%d,\"session\":%d,\"terminal\":", getpid(),
	       getsid(0));
	json_string(terminal ? terminal : "");
	printf(",\"attempts\":[");
	attempt("standard input", 0);
	attempt("/dev/tty", open("/dev/tty", O_RDWR | O_CLOEXEC));
	if (argc == 3)
		attempt(argv[2], open(argv[2], O_RDWR | O_NOCTTY | O_CLOEXEC));
	printf("]");
	json_end();
	/* What is typed into a terminal is told of those alone that somebody writes to. */
	if (write(2, "tried\n", 6) != 6)
		die("standard error takes no output");
	return 0;
}

/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <fcntl.h>
#include <string.h>
#include <unistd.h>

extern char **environ;

char **spoor_environment(void)
{
	return environ;
}

/*
 * Were descriptor 1 closed, the next file that spoor opens would become it, and the target
 * would inherit that file as its output.
 */
static uint32_t fill_standard_descriptors(void)
{
	uint32_t closed = 0;

	for (int fd = 0; fd <= 2; fd++) {
		/* open takes the lowest free number: this one. */
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR) == fd)
			closed |= 1u << fd;
	}
	return closed;
}

void spoor_inherited_capture(struct spoor_inherited *inherited)
{
	memset(inherited, 0, sizeof(*inherited));
	sigprocmask(SIG_SETMASK, NULL, &inherited->mask);
	for (int number = 1; number < NSIG; number++) {
		struct sigaction action;

		if (sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN)
			inherited->ignored |= 1ull << (number - 1);
	}
	if (inherited->ignored & 1ull << (SIGCHLD - 1))
		signal(SIGCHLD, SIG_DFL);
	for (int resource = 0; resource < RLIM_NLIMITS; resource++)
		getrlimit(resource, &inherited->limits[resource]);
	inherited->closed = fill_standard_descriptors();
}

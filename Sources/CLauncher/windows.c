/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

/*
 * Of each period one window is timed, wherever in it, so that it beats with nothing. What is short
 * comes in bursts, and is looked at more often: a period is a twentieth of all the time so far, and
 * the window a twentieth of the period, within these bounds.
 */
#define SHORTEST_PERIOD 100000000ULL
#define LONGEST_PERIOD 1000000000ULL
#define LONGEST_WINDOW 20000000ULL
#define PARTS 20

static uint64_t within(uint64_t least, uint64_t value, uint64_t most)
{
	return value < least ? least : value > most ? most : value;
}

struct spoor_window spoor_window_of_period(uint64_t first, uint64_t begin, uint64_t random)
{
	uint64_t period = within(SHORTEST_PERIOD, (begin - first) / PARTS, LONGEST_PERIOD);
	uint64_t length = within(0, period / PARTS, LONGEST_WINDOW);

	return (struct spoor_window){
		.period = period,
		.length = length,
		.start = begin + random % (period - length),
	};
}

double spoor_window_weight(const struct spoor_window *window, uint64_t length)
{
	return (double)window->period / (double)within(window->length, length, window->period);
}

uint64_t spoor_next_period(uint64_t begin, const struct spoor_window *window, uint64_t end)
{
	uint64_t next = begin + window->period;

	return end > next + window->period ? end : next;
}

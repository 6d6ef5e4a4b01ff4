/* SPDX-License-Identifier: Apache-2.0 */
#define _GNU_SOURCE
#include "CLauncher.h"

#include <errno.h>
#include <linux/bpf.h>
#include <linux/capability.h>
#include <poll.h>
#include <stdlib.h>
#include <sys/random.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/*
 * The kernel counts and times the runs of eBPF programs only where it is asked to, with
 * CAP_SYS_ADMIN, and each takes some 100 ns longer then. So another process asks for it now and
 * then, and does nothing else, while this one gives all of that up.
 */

#define FIRST_WINDOW 20000000ULL /* nanoseconds */

struct sampler {
	struct spoor_run_samples *shared;
	const int *programs;
	size_t count;
	int news;
	struct spoor_runs *before;
	/* Up to where the time is told, timed or not. */
	uint64_t told;
};

static uint64_t now(clockid_t clock)
{
	struct timespec time;

	clock_gettime(clock, &time);
	return (uint64_t)time.tv_sec * 1000000000 + (uint64_t)time.tv_nsec;
}

static long bpf(int command, union bpf_attr *attributes)
{
	return syscall(SYS_bpf, command, attributes, sizeof(*attributes));
}

/* Until the descriptor is closed; Linux 5.8. */
static int time_programs(void)
{
	union bpf_attr attributes = {.enable_stats.type = BPF_STATS_RUN_TIME};

	return (int)bpf(BPF_ENABLE_STATS, &attributes);
}

static struct spoor_runs runs_of(int program)
{
	struct bpf_prog_info information = {0};
	union bpf_attr attributes = {.info = {.bpf_fd = (uint32_t)program,
					      .info_len = sizeof(information),
					      .info = (uintptr_t)&information}};

	bpf(BPF_OBJ_GET_INFO_BY_FD, &attributes);
	return (struct spoor_runs){.count = information.run_cnt, .time = information.run_time_ns};
}

/* Whether there was news; after the first there is but one, that it is over. */
static bool is_told(const struct sampler *sampler, uint64_t nanoseconds)
{
	struct pollfd news = {.fd = sampler->news, .events = POLLIN};
	struct timespec longest = {.tv_sec = (time_t)(nanoseconds / 1000000000),
				   .tv_nsec = (long)(nanoseconds % 1000000000)};

	return ppoll(&news, 1, &longest, NULL) != 0;
}

static void add(uint64_t *sum, uint64_t more)
{
	__atomic_fetch_add(sum, more, __ATOMIC_RELAXED);
}

/* Tells all up to now, with what a window has for all that it stands for. */
static void tell(struct sampler *sampler, uint64_t begin, uint64_t end, double weight)
{
	struct spoor_run_samples *shared = sampler->shared;

	for (size_t i = 0; weight > 0 && i < sampler->count; i++) {
		struct spoor_runs after = runs_of(sampler->programs[i]), *before = &sampler->before[i];

		add(&shared->of[i].count, (uint64_t)((double)(after.count - before->count) * weight));
		add(&shared->of[i].time, (uint64_t)((double)(after.time - before->time) * weight));
	}
	add(&shared->untimed, begin - sampler->told);
	add(&shared->timed, end - begin);
	add(&shared->cpu, now(CLOCK_PROCESS_CPUTIME_ID) - shared->cpu);
	sampler->told = end;
}

void spoor_read_samples(const struct spoor_run_samples *shared, struct spoor_run_samples *copy)
{
	const uint64_t *from = (const uint64_t *)shared;
	uint64_t *to = (uint64_t *)copy;

	for (size_t i = 0; i < sizeof(*copy) / sizeof(*to); i++)
		to[i] = __atomic_load_n(&from[i], __ATOMIC_RELAXED);
}

/* The first, which stands for itself, or one of a period; whether it ended with all. */
static bool take_window(struct sampler *sampler, const struct spoor_window *window)
{
	int timing = time_programs();
	uint64_t begin, end;
	bool is_over;

	if (timing < 0)
		_exit(1);
	/* Here and at the end the clock is read first: each program has the same time between. */
	begin = now(CLOCK_BOOTTIME);
	for (size_t i = 0; i < sampler->count; i++)
		sampler->before[i] = runs_of(sampler->programs[i]);
	if (!window) {
		sampler->told = begin;
		(void)!write(sampler->news, "", 1);
	}
	is_over = is_told(sampler, window ? window->length : FIRST_WINDOW);
	end = now(CLOCK_BOOTTIME);
	tell(sampler, begin, end, window ? spoor_window_weight(window, end - begin) : 1);
	close(timing);
	return is_over;
}

static _Noreturn void sample(struct sampler *sampler)
{
	char go;
	uint64_t first, begin, time, random = 0;
	struct spoor_window window;

	if (read(sampler->news, &go, 1) != 1 || take_window(sampler, NULL))
		_exit(0);
	first = begin = sampler->told;
	for (;;) {
		(void)!getrandom(&random, sizeof(random), GRND_NONBLOCK);
		window = spoor_window_of_period(first, begin, random);
		time = now(CLOCK_BOOTTIME);
		if (is_told(sampler, window.start > time ? window.start - time : 0)) {
			time = now(CLOCK_BOOTTIME);
			tell(sampler, time, time, 0);
			_exit(0);
		}
		if (take_window(sampler, &window))
			_exit(0);
		begin = spoor_next_period(begin, &window, sampler->told);
	}
}

static int ascending(const void *one, const void *other)
{
	return *(const int *)one - *(const int *)other;
}

/* In the child: keeps the programs, the news and one right. */
static _Noreturn void start(struct sampler *sampler)
{
	int *kept = malloc((sampler->count + 1) * sizeof(*kept));
	unsigned int free = 0;
	size_t count = 0;

	sampler->before = calloc(sampler->count, sizeof(*sampler->before));
	if (!kept || !sampler->before)
		_exit(1);
	kept[count++] = sampler->news;
	for (size_t i = 0; i < sampler->count; i++)
		if (sampler->programs[i] >= 0)
			kept[count++] = sampler->programs[i];
	qsort(kept, count, sizeof(*kept), ascending);
	/* All are above 2, which spoor always has. */
	for (size_t i = 0; i < count; i++) {
		if (spoor_close_between(free, (unsigned int)kept[i] - 1))
			_exit(1);
		free = (unsigned int)kept[i] + 1;
	}
	if (spoor_close_between(free, ~0U) || spoor_drop_privileges(NULL, 1ULL << CAP_SYS_ADMIN))
		_exit(1);
	sample(sampler);
}

int spoor_start_sampling(struct spoor_run_samples *shared, const int *programs, size_t count)
{
	struct sampler sampler = {.shared = shared, .programs = programs, .count = count};
	int news[2], status;

	if (socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, news))
		return -errno;
	sampler.news = news[1];
	status = spoor_fork_orphan("spoor-sampler");
	if (status == 0)
		start(&sampler);
	close(news[1]);
	if (status > 0)
		return news[0];
	close(news[0]);
	return status;
}

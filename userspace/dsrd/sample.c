// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "clock.h"
#include "config_diff.h"
#include "dsrd/kernel.h"
#include "dsrd/sample.h"
#include "names.h"

#define SECOND 1000000000ULL
/* For how long a reading is used if nothing is reported. */
#define FRESH SECOND
/* Rates are about at least this time, and at most twice as much. */
#define WINDOW (30 * SECOND)

static struct {
	struct sample sample;
	struct names *names;
	const struct config *config;	/* NULL: none */
	__u64 begun;			/* when the last reading was */
	__u64 cost;			/* how long it took */
	bool expired;
	__u32 generation;		/* that was compared with the file; 0: none */
	struct ev_loop *loop;
	ev_timer timer;
} sampler = {
	.sample = {
		.now = SNAPSHOT, .bases = { SNAPSHOT, SNAPSHOT }, .histories = HISTORIES
	}
};

/* Keep a reading as a base of rates, if the last one is old enough. */
static void keep_base(struct sample *sample)
{
	struct snapshot *bases = sample->bases;

	if (!sample->now.time ||
	    (bases[1].time && sample->now.time - bases[1].time < WINDOW))
		return;
	if (bases[1].time)
		snapshot_move(&bases[0], &bases[1]);
	snapshot_move(&bases[1], &sample->now);
}

static size_t count_changes(const struct config *running)
{
	struct list changes = LIST_OF(struct config_change);
	const struct config_change *change;
	size_t i, n = 0;

	config_diff(sampler.config, sampler.config, running, true, &changes);
	for (i = 0; i < changes.n; i++) {
		change = list_at(&changes, i);
		n += change->kind != CONFIG_KEEP;
	}
	list_free(&changes);
	return n;
}

/* Compare the file with the kernel, if one of them has changed. */
static void compare(void)
{
	struct dsr_error ignored = { 0 };
	struct running running;
	struct config config;

	if (!sampler.config || sampler.generation == sampler.sample.now.stats.generation)
		return;
	running_init(&running);
	if (!kernel_read(&running, &ignored)) {
		config_init(&config);
		config_from_running(&config, &running);
		sampler.sample.drift = count_changes(&config);
		sampler.generation = running.generation;
		config_free(&config);
	}
	running_free(&running);
}

static void read_kernel(void)
{
	struct sample *sample = &sampler.sample;
	struct snapshot next = SNAPSHOT;
	struct dsr_error err = { 0 };

	sampler.begun = clock_now();
	sampler.expired = false;
	if (kernel_snapshot(sampler.names, &next, &err)) {
		snprintf(sample->error, sizeof(sample->error), "%.255s", err.text);
		snapshot_free(&next);
		/* Without the module, nothing is there. */
		if (!kernel_is_loaded()) {
			snapshot_move(&sample->now, &next);
			sample->drift = 0;
		}
	} else {
		*sample->error = '\0';
		keep_base(sample);
		snapshot_move(&sample->now, &next);
		histories_take(&sample->histories, &sample->now.services);
		compare();
	}
	sampler.cost = clock_now() - sampler.begun;
}

const struct sample *sample_get(void)
{
	__u64 age = clock_now() - sampler.begun;

	if (age >= SAMPLE_REST * sampler.cost && (sampler.expired || age >= FRESH))
		read_kernel();
	return &sampler.sample;
}

static void on_timer(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	sample_get();
}

const struct snapshot *sample_before(const struct sample *sample)
{
	return sample->bases[0].time ? &sample->bases[0] : &sample->bases[1];
}

void sample_expire(void)
{
	sampler.expired = true;
}

void sample_configure(const struct config *config)
{
	sampler.config = config;
	sampler.generation = 0;
	sampler.expired = true;
	if (config)
		names_take(sampler.names, config);
}

void sample_init(struct ev_loop *loop)
{
	sampler.loop = loop;
	sampler.names = names_new(NULL);
	ev_init(&sampler.timer, on_timer);
	sampler.timer.repeat = SAMPLE_INTERVAL;
}

void sample_keep(bool keep)
{
	if (keep)
		ev_timer_again(sampler.loop, &sampler.timer);
	else
		ev_timer_stop(sampler.loop, &sampler.timer);
}

void sample_exit(void)
{
	snapshot_free(&sampler.sample.now);
	snapshot_free(&sampler.sample.bases[0]);
	snapshot_free(&sampler.sample.bases[1]);
	histories_free(&sampler.sample.histories);
	names_free(sampler.names);
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A probe asks one target again and again, by one check, and has the health that results from it.
 * Backends that ask for the same share a probe: the host check of a backend is made once, however
 * many services have it.
 *
 * Owner: the registry (registry.c), which frees a probe when no backend has it any more. Each probe
 * has two timers and, while it asks, up to PROBE_TRIES tries.
 */
#ifndef DSRD_PROBE_H
#define DSRD_PROBE_H

#include "dsrd/attempt.h"
#include "dsrd/health.h"

#define PROBE_TRIES 10

struct member;

struct probe {
	struct config_check check;
	struct target target;
	struct health_conf conf;
	struct health health;
	bool paused;		/* it does not ask */

	/* Who has it. */
	struct member **members;
	size_t n_members;

	ev_timer next;		/* begin to ask */
	ev_timer step;		/* the next try, or the time is up */
	struct attempt attempts[PROBE_TRIES];
	unsigned int n_attempts;
	bool running;
	unsigned int hurried;	/* further checks that begin as soon as they may */
	__u64 started;
	/* Of the last time, for people. */
	__u64 finished;		/* 0: never */
	__u64 duration;
	bool success;
	char reason[120];
	enum attempt_cause cause;	/* of a failure */
	time_t expires;		/* of the certificate; 0: unknown */
	/* Of a sweep. */
	unsigned int ways;	/* that were asked; 0: there was none */
	unsigned int lost;
	struct health whole;	/* down: some ways are lost each time */
};

/* Return a new probe, which begins to ask within an interval. The caller adds members. */
struct probe *probe_new(const struct config_check *check, const struct target *target,
			enum health_state adopted);
void probe_free(struct probe *probe);

/* Ask now. */
void probe_run(struct probe *probe);
/* Make so many checks, the first one at a time, and each as soon after the one before as the
 * fast-interval permits. Return false if that makes no difference.
 */
bool probe_hurry(struct probe *probe, __u64 when, unsigned int checks);
/* Stop to ask, or go on. */
void probe_pause(struct probe *probe, bool paused);

/* Called with each result; @changed says that the health has another state. */
void registry_on_result(struct probe *probe, bool changed);

/* Called when a sweep begins to lose ways, or does not any more. */
void registry_on_ways(struct probe *probe);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the checks of a service have found, counted for metrics: by the path to the VIP, and at the
 * backends' own addresses.
 *
 * Owner: this file has the tallies of all services that have checks. A rebuild of the registry asks
 * for those that are still wanted; the others are freed then.
 */
#ifndef DSRD_TALLY_H
#define DSRD_TALLY_H

#include <time.h>

#include "dsrd/attempt.h"
#include "metrics.h"
#include "names.h"

/* Upper bounds of durations, and one bucket above them. */
#define TALLY_BOUNDS 11

struct tally_counts {
	bool used;		/* there is such a check */
	__u64 buckets[TALLY_BOUNDS + 1];
	__u64 duration;		/* of all, in nanoseconds */
	__u64 failures[CAUSES];
	__u64 transitions;
	time_t last_success;	/* 0: never */
};

struct tally {
	struct dsr_key service;
	char name[NAMES_TEXT];
	struct tally_counts of[2];	/* of the path: true */
	bool wanted;
};

/* Begin a rebuild: no tally is wanted yet. */
void tally_begin(void);
/* Return the tally of a service. */
struct tally *tally_get(const struct dsr_key *service, const char *name);
/* End a rebuild: free the tallies that nobody asked for. */
void tally_end(void);

/* Count a result: how long it took, in nanoseconds, and why it failed. */
void tally_success(struct tally_counts *counts, __u64 duration, time_t now);
void tally_failure(struct tally_counts *counts, __u64 duration, enum attempt_cause cause);

/* Write the families nf_dsr_check_*. */
void tally_write(const struct metrics *metrics);

#endif

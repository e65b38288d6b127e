/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the kernel has, read from time to time: every SAMPLE_INTERVAL for the history, and for an
 * answer, unless there is a reading of the last second.
 *
 * Reading waits for the kernel, and no check is begun or answered meanwhile. So a reading is also
 * used again for SAMPLE_REST times as long as it took: however many ask, and however many backends
 * there are, dsrd spends at most a twentieth of its time on it. What the kernel reports makes a
 * reading old, so that what was deleted is gone at once.
 */
#ifndef DSRD_SAMPLE_H
#define DSRD_SAMPLE_H

#include <ev.h>

#include "config.h"
#include "dsrd/history.h"
#include "snapshot.h"

#define SAMPLE_INTERVAL 10.0
#define SAMPLE_REST 20

struct sample {
	struct snapshot now;
	struct snapshot bases[2];	/* earlier ones, for rates; the oldest first */
	struct histories histories;
	char error[256];		/* why there is no later one, or empty */
	size_t drift;			/* differences between the file and the kernel */
};

void sample_init(struct ev_loop *loop);
/* Read the kernel every SAMPLE_INTERVAL, or no longer: nobody can ask. */
void sample_keep(bool keep);
void sample_exit(void);

/* Take a configuration file, or NULL for none. It stays the caller's and must remain. */
void sample_configure(const struct config *config);
/* The kernel reports a change. */
void sample_expire(void);

/* Return what the kernel has now, or had a moment ago. */
const struct sample *sample_get(void);
/* Return the reading that rates are computed from. */
const struct snapshot *sample_before(const struct sample *sample);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* All services and backends with their counters, and the totals, as the kernel has them now. */
#ifndef DSRCTL_SNAPSHOT_H
#define DSRCTL_SNAPSHOT_H

#include "names.h"
#include "nl.h"
#include "rates.h"

struct snapshot {
	struct rates_reading services;
	struct rates_reading backends;
	struct dsr_stats stats;
	const struct names *names;	/* of the caller; NULL: none */
	__u64 time;		/* of the totals; the readings have their own */
};

#define SNAPSHOT { .services = RATES_READING, .backends = RATES_READING }

/* Read a snapshot into an empty one. The services belong to one generation of the configuration,
 * and so do the backends, but it need not be the same one. Return 0, or -1 with err filled.
 */
int snapshot_read(struct dsr_nl *nl, const struct names *names, struct snapshot *snapshot,
		  struct dsr_error *err);
/* Count the backends of each service that take new flows, and those that fail. snapshot_read() has
 * done so.
 */
void snapshot_count(struct snapshot *snapshot);
/* Move a snapshot. Nothing remains of it in from, and what to had is freed. */
void snapshot_move(struct snapshot *to, struct snapshot *from);
void snapshot_free(struct snapshot *snapshot);

#endif

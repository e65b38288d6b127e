/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The last hour of each service, minute by minute: the worst that it was in, and its new flows.
 *
 * Pure: there is no clock, times are nanoseconds of CLOCK_MONOTONIC. The memory is bounded: only
 * the first HISTORY_SERVICES services have a history, of less than a kilobyte each.
 */
#ifndef DSRD_HISTORY_H
#define DSRD_HISTORY_H

#include "rates.h"

#define HISTORY_MINUTES 60
#define HISTORY_SERVICES 2000

/* In the order in which they get worse. */
enum service_state {
	SERVICE_UNSEEN,		/* it was not there, or dsrd was not */
	SERVICE_OK,
	SERVICE_EMPTY,		/* it has no backends */
	SERVICE_DEGRADED,	/* some backends fail */
	SERVICE_FAIL_OPEN,
	SERVICE_DOWN,		/* no backend takes new flows */
	SERVICE_STATES,
};

struct history_minute {
	__u8 state;		/* enum service_state: the worst one */
	double flows;		/* new ones per second */
};

struct history {
	struct dsr_key service;
	__u64 counted;		/* new flows until the minute began */
	__u64 since;		/* when that was */
	struct history_minute minutes[HISTORY_MINUTES];
};

struct histories {
	struct list list;	/* of struct history, in the order of their keys */
	__u64 minute;		/* the number of the last one */
};

#define HISTORIES { .list = LIST_OF(struct history), }

/* Return the state of a service. */
enum service_state service_state(const struct rates_object *service);

/* Take a reading of all services. Those that it lacks are forgotten. */
void histories_take(struct histories *histories, const struct rates_reading *services);
void histories_free(struct histories *histories);

/* Return the history of a service, or NULL. */
const struct history *histories_find(const struct histories *histories,
				     const struct dsr_key *service);
/* Return a minute of a history: 0 is the present one. */
const struct history_minute *history_minute(const struct histories *histories,
					    const struct history *history, unsigned int ago);

#endif

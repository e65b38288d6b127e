/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Whether a VIP is announced, and how well: a pure state machine, as health.h is. All times are
 * nanoseconds of CLOCK_MONOTONIC.
 *
 * A VIP has a level: that of its route. Health says which level it deserves.
 *
 *	A worse level takes effect at once, a better one when the VIP has deserved it without a
 *	break for @settle.
 *
 * So a level that is lost by bad health is not reached again within @settle, whatever the health
 * does. A VIP that is drained gets the worst level that has a route, and after @drain none. Before
 * all checks are decided for the first time, nothing is known: the level stays what was found, so a
 * restart changes nothing.
 */
#ifndef DSRD_ANNOUNCE_H
#define DSRD_ANNOUNCE_H

#include <linux/types.h>
#include <stdbool.h>

/* From the worst to the best. */
enum announce_level {
	ANNOUNCE_NONE,
	ANNOUNCE_DRAINING,
	ANNOUNCE_DEGRADED,
	ANNOUNCE_FULL,
	ANNOUNCE_LEVELS,
};

/* What people see. */
enum announce_state {
	ANNOUNCE_IS_UNKNOWN,	/* checks have not decided yet */
	ANNOUNCE_IS_SETTLING,	/* it deserves a route, and waits for it */
	ANNOUNCE_IS_FULL,
	ANNOUNCE_IS_DEGRADED,
	ANNOUNCE_IS_DRAINING,
	ANNOUNCE_IS_WITHDRAWN,
};

struct announce_conf {
	__u64 settle;
	__u64 drain;
};

struct announce {
	enum announce_level level;
	__u64 since;			/* it has this level, or was adopted with it */
	bool decided;			/* all checks were decided once */
	bool drained;
	__u64 drained_since;
	/* For each level, since when the VIP deserves at least this one; 0: it does not. */
	__u64 deserved[ANNOUNCE_LEVELS];
};

/* What is seen of a VIP. */
struct announce_view {
	bool decided;			/* all checks are */
	bool held;			/* health may be wrong: nothing is made worse by it */
	bool drained;			/* an operator says so, or dsrd ends */
	enum announce_level deserves;	/* NONE, DEGRADED or FULL */
};

/* Begin with the level that was found. */
void announce_adopt(struct announce *announce, enum announce_level level, __u64 now);

/* Take what is seen. Return true if the level changes by that. */
bool announce_update(struct announce *announce, const struct announce_conf *conf,
		     const struct announce_view *view, __u64 now);

/* Return the time at which the level changes if nothing else is seen until then; 0: never. */
__u64 announce_next(const struct announce *announce, const struct announce_conf *conf);

enum announce_state announce_state(const struct announce *announce);

/* Return how many healthy backends a service needs of those that count. @below is a number, or
 * NF_DSR_FAIL_OPEN_PERCENT and a percentage; 0 means that it needs none.
 */
__u32 announce_needs(__u32 below, __u32 candidates);

/* Return true if the service has fewer than it needs. If it had too few (@lacking), that ends when
 * a quarter more are healthy, not counting the first, or all.
 */
bool announce_lacks(bool lacking, __u32 healthy, __u32 candidates, __u32 below);

#endif

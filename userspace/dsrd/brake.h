/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The brake for mass failures: if more than half of all backends begin to fail at about the same
 * time, the director or its network is more likely at fault than they. Then the kernel's health
 * stays as it is, until
 *
 *	- at most half of them fail, or
 *	- some time has passed, and other backends answer: so checks can succeed, and what they
 *	  find is true.
 *
 * If no backend answers, nothing is gained by telling the kernel, which ignores health then.
 *
 * Without any device or route on the way to a backend, the director is at fault for sure, so the
 * brake does not wait for failures. When the way is back, checks need a moment to succeed again: it
 * holds as long as backends fail, and for as long as after other failures.
 *
 * Pure, as health.h is. A backend counts once, however many services it is in.
 */
#ifndef DSRD_BRAKE_H
#define DSRD_BRAKE_H

#include <linux/types.h>
#include <stdbool.h>

#define BRAKE_HOLD (60 * 1000000000ULL)

struct brake {
	bool engaged;
	bool cut;		/* there was no way to any backend */
	__u64 since;		/* it is engaged, or there was none */
};

/* What is seen of the backends that have checks. */
struct brake_view {
	unsigned int all;
	unsigned int failing;		/* all that fail, but were not down before the brake */
	unsigned int failing_lately;	/* those that began within the last interval */
	unsigned int answering;
	bool cut;			/* there is no way to any of them */
};

/* Decide anew. Return true if the brake is engaged or released by that. */
bool brake_update(struct brake *brake, const struct brake_view *view, __u64 now);

#endif

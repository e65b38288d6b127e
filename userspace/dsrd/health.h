/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The health of what one check is about, as results say it: a pure state machine, without a clock
 * and without memory of its own. All times are nanoseconds of CLOCK_MONOTONIC.
 *
 *	unknown		until so many results in a row agree
 *	up		until @fall failures in a row
 *	down		until @rise successes in a row, and until it is not held down any more
 *
 * A result that agrees with the state ends a row of those that do not, so lost packets that are not
 * neighbours never add up.
 *
 * Detection: from the beginning of the first check that fails, it takes at most
 * @fall * max(@fast_interval, @timeout) + @timeout until the state is down, jitter included.
 *
 * Flips: if checks fail independently of each other with probability p, a check of a backend that
 * is up ends a row of @fall failures with p^@fall. With p = 0.01 and @fall = 3 that is once in a
 * million checks, or once in two months at an interval of 5 seconds. A check asks @tries times
 * while nothing answers, so the loss of single packets is no failure: with one packet in a hundred
 * lost, p is 0.01^3, and a flip is as likely as 10^-18 for each check.
 */
#ifndef DSRD_HEALTH_H
#define DSRD_HEALTH_H

#include <linux/types.h>
#include <stdbool.h>

#define HEALTH_SECOND 1000000000ULL

enum health_state {
	HEALTH_UNKNOWN,
	HEALTH_UP,
	HEALTH_DOWN,
};

struct health_conf {
	unsigned int rise;
	unsigned int fall;
	unsigned int tries;
	__u64 interval;
	__u64 fast_interval;
	__u64 max_interval;
	__u64 timeout;
};

struct health {
	enum health_state state;
	__u64 since;		/* it has this state, or was adopted */
	unsigned int good;	/* successes in a row; 0 after a failure */
	unsigned int bad;	/* failures in a row; 0 after a success */
	__u64 bad_since;	/* the first of these failures */
	/* The flap penalty: what goes down too often stays there for a while. */
	unsigned int flaps;	/* times that it went down, not long after one another */
	__u64 flapped;		/* the last of them */
	__u64 held_until;	/* it is not up before */
};

/* The third time that it goes down within the window it is held down, and each further time
 * twice as long.
 */
#define HEALTH_FLAP_WINDOW (600 * HEALTH_SECOND)
#define HEALTH_FLAP_FREE 2
#define HEALTH_FLAP_HOLD (10 * HEALTH_SECOND)
#define HEALTH_FLAP_HOLD_MAX (300 * HEALTH_SECOND)

/* Begin with a state. A restart adopts the one that the kernel has. */
void health_adopt(struct health *health, enum health_state state, __u64 now);

/* Take a result. Return true if it changes the state. */
bool health_result(struct health *health, const struct health_conf *conf, bool success,
		   __u64 now);

/* Return the time from the beginning of one check to that of the next, with a jitter of 10 per
 * cent. @random is any number; all of its bits count.
 */
__u64 health_delay(const struct health *health, const struct health_conf *conf, __u32 random);

/* Return the time until the first check: any part of an interval, so that checks that begin
 * together spread.
 */
__u64 health_phase(const struct health_conf *conf, __u32 random);

/* Return the time from the beginning of a check to that of a try, the first of which is 0. */
__u64 health_try(const struct health_conf *conf, unsigned int n);

/* Return true if results speak for a change that is not decided yet. */
bool health_in_transition(const struct health *health);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * How backends share the new flows of a service: priorities, slow start, flow limits,
 * and load. Pure.
 */
#ifndef _DSR_SHARE_H
#define _DSR_SHARE_H

#include <linux/types.h>

#define DSR_PRIORITIES		256

/* Number of steps in which a weight grows. */
#define DSR_SHARE_STEPS		16

/**
 * dsr_share_worst() - find the worst priority that is used
 * @up: number of backends of each priority that take new flows
 * @min_active: a priority is used only while fewer backends of better priorities take
 *	new flows
 */
__u8 dsr_share_worst(const __u32 up[DSR_PRIORITIES], __u32 min_active);

/* Return true if an operator may set fail-open-below to this value. */
bool dsr_share_below_ok(__u32 below);

/**
 * dsr_share_fail_open() - decide whether a service ignores the health of its backends
 * @open: it does so now
 * @healthy: number of healthy backends
 * @candidates: number of backends that would take new flows if they were healthy
 * @below: number of healthy backends that it needs, or NF_DSR_FAIL_OPEN_PERCENT and a
 *	percentage of @candidates; 0: it never ignores health
 *
 * It begins with fewer healthy backends than it needs. Each of the few would get so many
 * more flows when it ends, so it takes some more backends to end: a quarter of those that
 * it needs besides the first. The first one makes no such margin, as one backend that is
 * known to serve is better than any number of which none is. It also ends when all
 * candidates are healthy, so that the health it ignores makes a difference.
 */
bool dsr_share_fail_open(bool open, __u32 healthy, __u32 candidates, __u32 below);

/* Return the slow start step of a backend that has been up for @age of @ramp seconds: 1
 * to DSR_SHARE_STEPS.
 */
__u32 dsr_share_step(__s64 age, __u32 ramp);

/* Return the factor for all weights of a pool that has a backend in slow start. It
 * allows a small weight to grow in fractions. It is 1 if a scaled weight would not fit
 * in 16 bits.
 */
__u32 dsr_share_scale(__u32 max_weight);

/* Return the weight of a backend at a step, at least 1. */
__u32 dsr_share_weight(__u32 weight, __u32 scale, __u32 step);

/* Return true if a backend with @flows flows is at its limit @max; 0 means no limit. It
 * stays limited until it has only @min flows; 0 means three quarters of @max.
 */
bool dsr_share_limited(bool limited, __u64 flows, __u32 min, __u32 max);

/* Return true if, with one more flow, backend a has fewer flows in relation to its
 * weight than b would have with one more.
 */
bool dsr_share_lighter(__u32 flows_a, __u32 weight_a, __u32 flows_b,
		       __u32 weight_b);

/* The same, but an idle backend, one without flows, comes before all others. */
bool dsr_share_idler(__u32 flows_a, __u32 weight_a, __u32 flows_b,
		     __u32 weight_b);

#endif /* _DSR_SHARE_H */

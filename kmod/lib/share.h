/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Which backends share the new flows of a service, and how: priorities and slow
 * start. Pure.
 */
#ifndef _DSR_SHARE_H
#define _DSR_SHARE_H

#include <linux/types.h>

#define DSR_PRIORITIES		256

/* Steps in which a weight grows. */
#define DSR_SHARE_STEPS		16

/**
 * dsr_share_worst() - the worst priority that is used
 * @up: how many backends of each priority take new flows
 * @min_active: a priority is used only while fewer of the better ones do
 */
__u8 dsr_share_worst(const __u32 up[DSR_PRIORITIES], __u32 min_active);

/* How far a backend has come that has been up for @age of @ramp seconds: 1 to
 * DSR_SHARE_STEPS.
 */
__u32 dsr_share_step(__s64 age, __u32 ramp);

/* Weights of a pool with at least one backend that has not come all the way are
 * scaled by that, so that a light one can be a fraction of what it will be, if
 * all can: they must fit in 16 bits.
 */
__u32 dsr_share_scale(__u32 max_weight);

/* Its weight at a step: 1 at least. */
__u32 dsr_share_weight(__u32 weight, __u32 scale, __u32 step);

/* Has a backend with that many flows as many as it may? One that has stays so
 * until it is down to @min; 0 stands for three quarters of @max.
 */
bool dsr_share_limited(bool limited, __u64 flows, __u32 min, __u32 max);

/* Would one more flow be less of a load to a than to b? */
bool dsr_share_lighter(__u32 flows_a, __u32 weight_a, __u32 flows_b,
		       __u32 weight_b);

#endif /* _DSR_SHARE_H */

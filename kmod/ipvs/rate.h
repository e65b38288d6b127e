/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Rates as IPVS estimates them: every 2 seconds, an average moves by a quarter towards the
 * rate since then. Averages are fixed-point numbers, with 10 bits for numbers of flows and
 * packets and 5 for bytes. Pure.
 */
#ifndef _DSR_IPVS_RATE_H
#define _DSR_IPVS_RATE_H

#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define DSR_IPVS_RATE_COUNT	10
#define DSR_IPVS_RATE_BYTES	5

/**
 * struct dsr_ipvs_rate - the rate of a counter
 * @last: value of the counter at the last turn
 * @average: the rate per second, a fixed-point number
 */
struct dsr_ipvs_rate {
	u64 last;
	u64 average;
};

/* Take a turn: the counter is at @now, @ms milliseconds after the last turn. A counter that
 * has decreased counts something else now.
 */
static inline void dsr_ipvs_rate_turn(struct dsr_ipvs_rate *rate, u64 now, u32 ms,
				      int bits)
{
	u64 more = now - min(now, rate->last);
	u64 current_rate = div_u64((more << bits) * 1000, ms);

	rate->last = now;
	rate->average += ((s64)current_rate - (s64)rate->average) >> 2;
}

/* Return the rate per second, rounded as IPVS does. */
static inline u64 dsr_ipvs_rate_read(const struct dsr_ipvs_rate *rate, int bits)
{
	return (rate->average + BIT(bits - 1) - 1) >> bits;
}

#endif /* _DSR_IPVS_RATE_H */

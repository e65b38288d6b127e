// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduler maglev: new flows go where the consistent hash says, so that two
 * directors agree without telling each other.
 */
#include "dsr_pool.h"

static u32 dsr_sched_maglev_pick(struct dsr_pool *pool,
				 const struct dsr_tuple *tuple, bool take)
{
	return dsr_pool_consistent(pool, tuple);
}

const struct dsr_sched_ops dsr_sched_maglev = {
	.name	= "maglev",
	.pick	= dsr_sched_maglev_pick,
};

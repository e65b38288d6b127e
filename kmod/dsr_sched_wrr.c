// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduler wrr: new flows go to the backends in turn, by their weights.
 */
#include <linux/mm.h>

#include "dsr_backend.h"
#include "dsr_mem.h"
#include "dsr_pool.h"
#include "dsr_wrr.h"

static int dsr_sched_wrr_prepare(struct dsr_pool *pool)
{
	struct dsr_wrr_backend *w;
	u32 i;

	w = kvcalloc(pool->nr, sizeof(*w), DSR_GFP);
	if (!w)
		return -ENOMEM;
	for (i = 0; i < pool->nr; i++) {
		w[i].weight = pool->members[i].weight;
		w[i].index = i;
	}
	pool->nr_order = dsr_wrr_length(w, pool->nr);
	pool->order = kvmalloc_array(pool->nr_order, sizeof(*pool->order),
				     DSR_GFP);
	if (pool->order)
		dsr_wrr_fill(pool->order, pool->nr_order, w, pool->nr);
	kvfree(w);
	return pool->order ? 0 : -ENOMEM;
}

/* Taking turns needs to know whose turn it is: one shared write for each new
 * flow, none for its other packets.
 */
static u32 dsr_sched_wrr_pick(struct dsr_pool *pool,
			      const struct dsr_tuple *tuple, bool take)
{
	u32 turn = take ? atomic_inc_return(&pool->turn) - 1 :
			  atomic_read(&pool->turn);

	return pool->order[turn % pool->nr_order];
}

const struct dsr_sched_ops dsr_sched_wrr = {
	.name		= "wrr",
	.prepare	= dsr_sched_wrr_prepare,
	.pick		= dsr_sched_wrr_pick,
};

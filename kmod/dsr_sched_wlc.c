// SPDX-License-Identifier: GPL-2.0
/*
 * Scheduler wlc: a new flow goes to the backend that has the fewest flows for
 * its weight.
 *
 * What counts is the flows that are remembered. The end of one shows when the
 * client closes and falls silent, or by its idle timeout, as answers do not come
 * this way: it is a guess of how busy the backend is.
 */
#include <linux/kernel.h>

#include "dsr_backend.h"
#include "dsr_hash.h"
#include "dsr_pool.h"
#include "dsr_share.h"

/* Looking at some of many finds one that has nearly the fewest, and keeps a flood
 * of SYNs from costing a walk over thousands of backends each.
 */
#define DSR_WLC_LOOKS	64

static bool dsr_wlc_lighter(const struct dsr_member *a,
			    const struct dsr_member *b)
{
	return dsr_share_lighter(atomic_read(&a->backend->load), a->weight,
				 atomic_read(&b->backend->load), b->weight);
}

/* Among equals the first one seen; the hash says where to begin. */
static u32 dsr_sched_wlc_pick(struct dsr_pool *pool,
			      const struct dsr_tuple *tuple, bool take)
{
	u32 first = reciprocal_scale(dsr_hash_tuple(tuple, &pool->key) >> 32,
				     pool->nr);
	u32 n = min_t(u32, pool->nr, DSR_WLC_LOOKS);
	u32 i, at, best = first;
	bool found = false;

	for (i = 0; i < n; i++) {
		at = (first + i) % pool->nr;
		if (!dsr_backend_admits(pool->members[at].backend))
			continue;
		if (!found || dsr_wlc_lighter(&pool->members[at],
					      &pool->members[best]))
			best = at;
		found = true;
	}
	return best;
}

const struct dsr_sched_ops dsr_sched_wlc = {
	.name	= "wlc",
	.counts	= true,
	.pick	= dsr_sched_wlc_pick,
};

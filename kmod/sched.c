// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler decides, and its decision is remembered; see sched.h.
 *
 * With persistence the decision is about a prefix of clients and is remembered
 * as such, too: in the flow table, as an entry of its own kind.
 */
#include <linux/kernel.h>
#include <linux/mm.h>

#include "backend.h"
#include "lib/hash.h"
#include "lib/maglev.h"
#include "lib/share.h"
#include "lib/wrr.h"
#include "match.h"
#include "mem.h"
#include "net.h"
#include "pool.h"
#include "sched.h"

static struct dsr_backend *
dsr_sched_consistent(const struct dsr_pool *pool, const struct dsr_pkt *pkt)
{
	return pool->members[dsr_pool_consistent(pool, &pkt->tuple)].backend;
}

/* Is it the first packet of something? A segment without SYN is of a connection that is
 * there already and has its backend: most likely the one that the consistent hash says,
 * if another director chose it, or this one when there was no room to remember. Nor
 * shall a forged segment take a turn, or be refused for a limit.
 */
static bool dsr_sched_begins(const struct dsr_pkt *pkt)
{
	return pkt->kind == DSR_KIND_FLOW &&
	       (pkt->tuple.proto != IPPROTO_TCP ||
		dsr_state_begins(pkt->tcp_flags));
}

/* What a client prefix is remembered by; services do not share it. */
static void dsr_persist_tuple(struct dsr_tuple *prefix,
			      const struct dsr_service *svc,
			      const struct dsr_policy *policy,
			      const struct dsr_tuple *tuple)
{
	u8 len = tuple->family == AF_INET ? policy->persist_prefix4 :
					    policy->persist_prefix6;

	memset(prefix, 0, sizeof(*prefix));
	prefix->family = tuple->family;
	prefix->persist = 1;
	prefix->dst.ip = (__force __be32)svc->id;
	dsr_addr_mask(&prefix->src, tuple->family, &tuple->src, len);
}

static bool dsr_persist_holds(const struct dsr_flow *entry)
{
	return !dsr_flow_expired(entry) && dsr_backend_takes_new(entry->backend) &&
	       dsr_backend_admits(entry->backend);
}

/* The backend that the client's prefix has. */
static bool dsr_persist_lookup(struct dsr_net *dn, const struct dsr_service *svc,
			       const struct dsr_pkt *pkt,
			       struct dsr_choice *choice)
{
	struct dsr_tuple prefix;
	struct dsr_flow entry;

	dsr_persist_tuple(&prefix, svc, &choice->pool->policy, &pkt->tuple);
	if (!dsr_flow_lookup(&dn->flows, &prefix,
			     dsr_flow_hash(&dn->flows, &prefix), &entry))
		return false;
	if (!dsr_persist_holds(&entry)) {
		if (pkt->kind == DSR_KIND_FLOW)
			choice->stale_prefix = entry;
		return false;
	}
	choice->flow = entry;
	choice->backend = entry.backend;
	choice->by = NF_DSR_CHOSEN_BY_PERSIST;
	return true;
}

/* Return: the backend of the prefix from now on. */
static struct dsr_backend *dsr_persist_create(struct dsr_net *dn,
					      const struct dsr_service *svc,
					      const struct dsr_pkt *pkt,
					      const struct dsr_choice *choice)
{
	struct dsr_backend *kept;
	struct dsr_tuple prefix;
	u32 hash;

	dsr_persist_tuple(&prefix, svc, &choice->pool->policy, &pkt->tuple);
	hash = dsr_flow_hash(&dn->flows, &prefix);
	if (choice->by == NF_DSR_CHOSEN_BY_PERSIST) {
		dsr_flow_touch(&dn->flows, &prefix, hash, &choice->flow, 0);
		return choice->backend;
	}
	kept = dsr_flow_insert(&dn->flows, &prefix,
			       NF_DSR_FLOW_STATE_PERSIST | DSR_STATE_NEW, hash,
			       choice->backend);
	return kept ?: choice->backend;
}

static void dsr_persist_forget(struct dsr_net *dn,
			       const struct dsr_service *svc,
			       const struct dsr_pkt *pkt,
			       const struct dsr_choice *choice)
{
	struct dsr_tuple prefix;

	dsr_persist_tuple(&prefix, svc, &choice->pool->policy, &pkt->tuple);
	dsr_flow_remove(&dn->flows, &prefix,
			dsr_flow_hash(&dn->flows, &prefix),
			&choice->stale_prefix);
}

void dsr_sched_pick(struct dsr_net *dn, const struct dsr_match_svc *match_svc,
		    const struct dsr_pkt *pkt, bool commit,
		    struct dsr_choice *choice)
{
	struct dsr_pool *pool = match_svc->pool;

	choice->pool = pool;
	choice->why = DSR_DROP_NO_BACKEND;
	if (!pool->nr)
		return;
	choice->why = DSR_DROP_OVERLOAD;
	if (pool->policy.persist && dsr_persist_lookup(dn, match_svc->svc, pkt, choice))
		return;
	if (!dsr_sched_begins(pkt)) {
		choice->backend = dsr_sched_consistent(pool, pkt);
		choice->by = NF_DSR_CHOSEN_BY_HASH;
		return;
	}
	choice->backend = dsr_pool_pick(pool, &pkt->tuple, commit);
	choice->by = NF_DSR_CHOSEN_BY_SCHEDULER;
}

static bool dsr_sched_makes_flow(const struct dsr_pkt *pkt,
				 const struct dsr_choice *choice)
{
	return pkt->kind == DSR_KIND_FLOW &&
	       !(choice->pool->policy.one_packet &&
		 pkt->tuple.proto == IPPROTO_UDP);
}

void dsr_sched_flow_remove(struct dsr_net *dn, const struct dsr_service *svc,
			   const struct dsr_pkt *pkt, u32 hash,
			   const struct dsr_choice *choice)
{
	if (choice->stale.backend)
		dsr_flow_remove(&dn->flows, &pkt->tuple, hash, &choice->stale);
	if (choice->stale_prefix.backend)
		dsr_persist_forget(dn, svc, pkt, choice);
}

struct dsr_backend *dsr_sched_flow_create(struct dsr_net *dn,
					  const struct dsr_service *svc,
					  const struct dsr_pkt *pkt, u32 hash,
					  const struct dsr_choice *choice)
{
	const struct dsr_pool *pool = choice->pool;
	struct dsr_backend *backend = choice->backend, *kept;

	dsr_sched_flow_remove(dn, svc, pkt, hash, choice);
	if (pool->policy.persist && pkt->kind == DSR_KIND_FLOW)
		backend = dsr_persist_create(dn, svc, pkt, choice);
	if (!dsr_sched_makes_flow(pkt, choice))
		return backend;
	kept = dsr_flow_insert(&dn->flows, &pkt->tuple,
			       dsr_state_first(pkt->tuple.proto,
					       pkt->tcp_flags),
			       hash, backend);
	if (kept == backend && pool->sched->track_load)
		atomic_inc(&backend->load);
	/* Where there is no room for a flow, all of its packets must go by what
	 * does not change from one to the next.
	 */
	return kept ?: dsr_sched_consistent(pool, pkt);
}

struct dsr_backend *dsr_sched_flow_peek(const struct dsr_net *dn,
					const struct dsr_pkt *pkt, u32 hash,
					const struct dsr_choice *choice)
{
	/* What is over makes room where it goes. */
	if (!dsr_sched_makes_flow(pkt, choice) || choice->stale.backend ||
	    dsr_flow_would_fit(&dn->flows, &pkt->tuple, hash))
		return choice->backend;
	return dsr_sched_consistent(choice->pool, pkt);
}

#define DSR_POOL_LOOKS	64

u32 dsr_pool_consistent(const struct dsr_pool *pool,
			const struct dsr_tuple *tuple)
{
	u64 hash;

	if (!pool->nr_slots)
		return 0;
	hash = dsr_hash_choice(tuple, pool->policy.hash, &pool->key);
	return pool->slots[dsr_maglev_slot(hash, pool->nr_slots)];
}

static struct dsr_backend *dsr_pool_open(const struct dsr_pool *pool, u32 i)
{
	struct dsr_backend *backend = pool->members[i].backend;

	return dsr_backend_admits(backend) ? backend : NULL;
}

/* Over slots by a second hash first, which spreads the overflow of one backend
 * over all the others; then, in a small pool, at each.
 */
static struct dsr_backend *dsr_pool_next(const struct dsr_pool *pool,
					 const struct dsr_tuple *tuple, u32 i)
{
	u64 hash = dsr_hash_choice(tuple, pool->policy.hash, &pool->key);
	struct dsr_backend *backend;
	u32 n, slot, skip;

	if (!pool->nr_slots)
		return NULL;
	slot = dsr_maglev_slot(hash, pool->nr_slots);
	skip = dsr_maglev_slot(hash << 32, pool->nr_slots - 1) + 1;
	for (n = 0; n < DSR_POOL_LOOKS; n++) {
		slot = (slot + skip) % pool->nr_slots;
		backend = dsr_pool_open(pool, pool->slots[slot]);
		if (backend)
			return backend;
	}
	for (n = 1; n < pool->nr && n < DSR_POOL_LOOKS; n++) {
		backend = dsr_pool_open(pool, (i + n) % pool->nr);
		if (backend)
			return backend;
	}
	return NULL;
}

struct dsr_backend *dsr_pool_pick(struct dsr_pool *pool,
				  const struct dsr_tuple *tuple, bool commit)
{
	u32 i = pool->sched->pick(pool, tuple, commit);

	if (likely(!pool->limits))
		return pool->members[i].backend;
	return dsr_pool_open(pool, i) ?: dsr_pool_next(pool, tuple, i);
}

/*
 * Scheduler maglev: new flows go where the consistent hash says, so that two
 * directors agree without telling each other.
 */

static u32 dsr_sched_maglev_pick(struct dsr_pool *pool,
				 const struct dsr_tuple *tuple, bool commit)
{
	return dsr_pool_consistent(pool, tuple);
}

const struct dsr_sched_ops dsr_sched_maglev = {
	.name	= "maglev",
	.pick	= dsr_sched_maglev_pick,
};

/*
 * Scheduler wrr: new flows go to the backends in turn, by their weights.
 */

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
			      const struct dsr_tuple *tuple, bool commit)
{
	u32 turn = commit ? atomic_inc_return(&pool->turn) - 1 :
			  atomic_read(&pool->turn);

	return pool->order[turn % pool->nr_order];
}

const struct dsr_sched_ops dsr_sched_wrr = {
	.name		= "wrr",
	.prepare	= dsr_sched_wrr_prepare,
	.pick		= dsr_sched_wrr_pick,
};

/*
 * Scheduler wlc: a new flow goes to the backend that has the fewest flows for
 * its weight.
 *
 * What counts is the flows that are remembered. The end of one shows when the
 * client closes and falls silent, or by its idle timeout, as answers do not come
 * this way: it is a guess of how busy the backend is.
 */

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
			      const struct dsr_tuple *tuple, bool commit)
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
	.track_load	= true,
	.pick	= dsr_sched_wlc_pick,
};

static const struct dsr_sched_ops *const dsr_scheds[] = {
	&dsr_sched_maglev,
	&dsr_sched_wrr,
	&dsr_sched_wlc,
};

const struct dsr_sched_ops *dsr_sched_find(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_scheds); i++) {
		if (!strcmp(dsr_scheds[i]->name, name))
			return dsr_scheds[i];
	}
	return NULL;
}

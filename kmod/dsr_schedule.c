// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler decides, and its decision is remembered; see dsr_schedule.h.
 *
 * With persistence the decision is about a prefix of clients and is remembered
 * as such, too: in the flow table, as an entry of its own kind.
 */
#include "dsr_backend.h"
#include "dsr_match.h"
#include "dsr_net.h"
#include "dsr_pool.h"
#include "dsr_schedule.h"

/* Where errors go, which begin nothing, and what nobody can remember. */
static struct dsr_backend *
dsr_schedule_consistent(const struct dsr_pool *pool, const struct dsr_pkt *pkt)
{
	return pool->members[dsr_pool_consistent(pool, &pkt->tuple)].backend;
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
	return !dsr_flow_expired(entry) && dsr_backend_open(entry->backend) &&
	       dsr_backend_admits(entry->backend);
}

/* The backend of the client's prefix, chosen now if need be and it may. */
static struct dsr_backend *dsr_persist_pick(struct dsr_net *dn,
					    const struct dsr_view *view,
					    const struct dsr_pkt *pkt)
{
	const struct dsr_tuple *tuple = &pkt->tuple;
	struct dsr_pool *pool = view->pool;
	struct dsr_backend *backend, *kept;
	struct dsr_tuple prefix;
	struct dsr_flow *entry;
	u32 hash;

	dsr_persist_tuple(&prefix, view->svc, &pool->policy, tuple);
	hash = dsr_flow_hash(&dn->flows, &prefix);
	entry = dsr_flow_find(&dn->flows, &prefix, hash);
	if (entry && dsr_persist_holds(entry)) {
		if (pkt->kind == DSR_KIND_FLOW)
			dsr_flow_touch(entry, 0);
		return entry->backend;
	}
	if (pkt->kind != DSR_KIND_FLOW)
		return dsr_schedule_consistent(pool, pkt);
	if (entry)
		dsr_flow_remove(&dn->flows, entry);
	backend = dsr_pool_pick(pool, tuple);
	if (!backend)
		return NULL;
	kept = dsr_flow_insert(&dn->flows, &prefix, NF_DSR_FLOW_STATE_PERSIST,
			       hash, backend);
	return kept ?: backend;
}

struct dsr_backend *dsr_schedule(struct dsr_net *dn,
				 const struct dsr_view *view,
				 const struct dsr_pkt *pkt, u32 hash,
				 enum dsr_verdict *why)
{
	struct dsr_pool *pool = view->pool;
	const struct dsr_policy *policy = &pool->policy;
	struct dsr_backend *backend, *kept;

	*why = DSR_DROP_NO_BACKEND;
	if (!pool->nr)
		return NULL;
	*why = DSR_DROP_OVERLOAD;
	if (policy->persist)
		backend = dsr_persist_pick(dn, view, pkt);
	else if (pkt->kind != DSR_KIND_FLOW)
		backend = dsr_schedule_consistent(pool, pkt);
	else
		backend = dsr_pool_pick(pool, &pkt->tuple);
	if (!backend || pkt->kind != DSR_KIND_FLOW ||
	    (policy->one_packet && pkt->tuple.proto == IPPROTO_UDP))
		return backend;
	kept = dsr_flow_insert(&dn->flows, &pkt->tuple,
			       dsr_state_first(pkt->tuple.proto,
					       pkt->tcp_flags),
			       hash, backend);
	if (kept == backend && pool->counts)
		atomic_inc(&backend->load);
	/* Where there is no room for a flow, all of its packets must go by what
	 * does not change from one to the next.
	 */
	return kept ?: dsr_schedule_consistent(pool, pkt);
}

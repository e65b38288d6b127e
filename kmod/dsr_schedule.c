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

/* Where errors and segments go that begin nothing, and what nobody can remember. */
static struct dsr_backend *
dsr_schedule_consistent(const struct dsr_pool *pool, const struct dsr_pkt *pkt)
{
	return pool->members[dsr_pool_consistent(pool, &pkt->tuple)].backend;
}

/* Is it the first packet of something? A segment without SYN is of a connection that is
 * there already and has its backend: most likely the one that the consistent hash says,
 * if another director chose it, or this one when there was no room to remember. Nor
 * shall a forged segment take a turn, or be refused for a limit.
 */
static bool dsr_schedule_begins(const struct dsr_pkt *pkt)
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
	return !dsr_flow_expired(entry) && dsr_backend_open(entry->backend) &&
	       dsr_backend_admits(entry->backend);
}

/* The backend that the client's prefix has. */
static bool dsr_persist_find(struct dsr_net *dn, const struct dsr_service *svc,
			     const struct dsr_pkt *pkt,
			     struct dsr_choice *choice)
{
	struct dsr_tuple prefix;
	struct dsr_flow entry;

	dsr_persist_tuple(&prefix, svc, &choice->pool->policy, &pkt->tuple);
	if (!dsr_flow_find(&dn->flows, &prefix,
			   dsr_flow_hash(&dn->flows, &prefix), &entry))
		return false;
	if (!dsr_persist_holds(&entry)) {
		if (pkt->kind == DSR_KIND_FLOW)
			choice->over_prefix = entry;
		return false;
	}
	choice->flow = entry;
	choice->backend = entry.backend;
	choice->by = NF_DSR_CHOSEN_BY_PERSIST;
	return true;
}

/* Return: the backend of the prefix from now on. */
static struct dsr_backend *dsr_persist_keep(struct dsr_net *dn,
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
			&choice->over_prefix);
}

void dsr_schedule(struct dsr_net *dn, const struct dsr_view *view,
		  const struct dsr_pkt *pkt, bool take,
		  struct dsr_choice *choice)
{
	struct dsr_pool *pool = view->pool;

	choice->pool = pool;
	choice->why = DSR_DROP_NO_BACKEND;
	if (!pool->nr)
		return;
	choice->why = DSR_DROP_OVERLOAD;
	if (pool->policy.persist && dsr_persist_find(dn, view->svc, pkt, choice))
		return;
	if (!dsr_schedule_begins(pkt)) {
		choice->backend = dsr_schedule_consistent(pool, pkt);
		choice->by = NF_DSR_CHOSEN_BY_HASH;
		return;
	}
	choice->backend = dsr_pool_pick(pool, &pkt->tuple, take);
	choice->by = NF_DSR_CHOSEN_BY_SCHEDULER;
}

static bool dsr_schedule_keeps(const struct dsr_pkt *pkt,
			       const struct dsr_choice *choice)
{
	return pkt->kind == DSR_KIND_FLOW &&
	       !(choice->pool->policy.one_packet &&
		 pkt->tuple.proto == IPPROTO_UDP);
}

void dsr_schedule_forget(struct dsr_net *dn, const struct dsr_service *svc,
			 const struct dsr_pkt *pkt, u32 hash,
			 const struct dsr_choice *choice)
{
	if (choice->over.backend)
		dsr_flow_remove(&dn->flows, &pkt->tuple, hash, &choice->over);
	if (choice->over_prefix.backend)
		dsr_persist_forget(dn, svc, pkt, choice);
}

struct dsr_backend *dsr_schedule_keep(struct dsr_net *dn,
				      const struct dsr_service *svc,
				      const struct dsr_pkt *pkt, u32 hash,
				      const struct dsr_choice *choice)
{
	const struct dsr_pool *pool = choice->pool;
	struct dsr_backend *backend = choice->backend, *kept;

	dsr_schedule_forget(dn, svc, pkt, hash, choice);
	if (pool->policy.persist && pkt->kind == DSR_KIND_FLOW)
		backend = dsr_persist_keep(dn, svc, pkt, choice);
	if (!dsr_schedule_keeps(pkt, choice))
		return backend;
	kept = dsr_flow_insert(&dn->flows, &pkt->tuple,
			       dsr_state_first(pkt->tuple.proto,
					       pkt->tcp_flags),
			       hash, backend);
	if (kept == backend && pool->sched->counts)
		atomic_inc(&backend->load);
	/* Where there is no room for a flow, all of its packets must go by what
	 * does not change from one to the next.
	 */
	return kept ?: dsr_schedule_consistent(pool, pkt);
}

struct dsr_backend *dsr_schedule_foresee(const struct dsr_net *dn,
					 const struct dsr_pkt *pkt, u32 hash,
					 const struct dsr_choice *choice)
{
	/* What is over makes room where it goes. */
	if (!dsr_schedule_keeps(pkt, choice) || choice->over.backend ||
	    dsr_flow_would_fit(&dn->flows, &pkt->tuple, hash))
		return choice->backend;
	return dsr_schedule_consistent(choice->pool, pkt);
}

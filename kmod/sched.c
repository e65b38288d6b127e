// SPDX-License-Identifier: GPL-2.0
/*
 * The scheduler: choose a backend for a new flow, and remember the choice; see sched.h.
 * With persistence, the choice applies to a prefix of clients and is remembered for
 * that, too: in the flow table, as an entry of its own kind.
 *
 * dsr_sched_pick() and dsr_sched_flow_create() come first. They call dsr_pool_pick()
 * and dsr_pool_consistent(), which choose from a pool; the schedulers themselves and
 * their list DSR_SCHEDS are at the end.
 */
#include <linux/kernel.h>
#include <linux/mm.h>
#include <linux/netlink.h>

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

/* Return true if the packet begins a connection. A TCP segment without SYN belongs to a
 * connection that has a backend already. Most likely that is the choice of the
 * consistent hash, made by another director, or by this one when it had no room to
 * remember the flow. Moreover, a forged segment must not take a turn, and a segment of
 * a connection must not be refused because of a limit.
 */
static bool dsr_sched_begins(const struct dsr_pkt *pkt)
{
	return pkt->kind == DSR_KIND_FLOW &&
	       (pkt->tuple.proto != IPPROTO_TCP ||
		dsr_state_begins(pkt->tcp_flags));
}

void dsr_persist_tuple(struct dsr_tuple *prefix, const struct dsr_service *svc,
		       const struct dsr_policy *policy, const struct dsr_tuple *tuple)
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

/* Look up the backend of the client's prefix. Return false if there is none that new
 * flows may use.
 */
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

/* Remember the backend of the client's prefix. Return the prefix's backend from now on.
 */
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
		dsr_flow_update(&dn->flows, &prefix, hash, &choice->flow, 0);
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
	/* Without an entry in the flow table, all packets of the flow must go by a
	 * choice that does not change from packet to packet.
	 */
	return kept ?: dsr_sched_consistent(pool, pkt);
}

struct dsr_backend *dsr_sched_flow_peek(const struct dsr_net *dn,
					const struct dsr_pkt *pkt, u32 hash,
					const struct dsr_choice *choice)
{
	/* An ended flow makes room for the new one when it is removed. */
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
		return 0;	/* the only member, or the first one of a rank */
	hash = dsr_hash_choice(tuple, pool->policy.hash, &pool->key);
	return pool->slots[dsr_maglev_slot(hash, pool->nr_slots)];
}

static struct dsr_backend *dsr_pool_open(const struct dsr_pool *pool, u32 i)
{
	struct dsr_backend *backend = pool->members[i].backend;

	return dsr_backend_admits(backend) ? backend : NULL;
}

/* Find a backend that admits a new flow: first in steps over the slots, with a step
 * size from other bits of the hash, which spreads the overflow of one backend over all
 * others; then, in a small pool, among all members.
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
 * Scheduler maglev: a new flow gets the backend of the consistent hash, so that two
 * directors choose the same one without communication.
 */

static u32 dsr_sched_maglev_pick(struct dsr_pool *pool,
				 const struct dsr_tuple *tuple, bool commit)
{
	return dsr_pool_consistent(pool, tuple);
}

/*
 * Schedulers wrr and rr: new flows go to the backends in turn, in proportion to their
 * weights, or equally.
 */

static int dsr_sched_prepare_turns(struct dsr_pool *pool, bool weighted)
{
	struct dsr_wrr_backend *w;
	u32 i;

	w = kvcalloc(pool->nr, sizeof(*w), DSR_GFP);
	if (!w)
		return -ENOMEM;
	for (i = 0; i < pool->nr; i++) {
		w[i].weight = weighted ? pool->members[i].weight : 1;
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

static int dsr_sched_wrr_prepare(struct dsr_pool *pool)
{
	return dsr_sched_prepare_turns(pool, true);
}

static int dsr_sched_rr_prepare(struct dsr_pool *pool)
{
	return dsr_sched_prepare_turns(pool, false);
}

/* Each new flow needs one write that all CPUs share, for the turn; its other packets
 * need none.
 */
static u32 dsr_sched_wrr_pick(struct dsr_pool *pool,
			      const struct dsr_tuple *tuple, bool commit)
{
	u32 turn = commit ? atomic_inc_return(&pool->turn) - 1 :
			  atomic_read(&pool->turn);

	return pool->order[turn % pool->nr_order];
}

/*
 * Schedulers wlc, lc and nq: a new flow goes to the backend with the fewest flows, for
 * wlc and nq in relation to its weight. nq prefers backends without flows.
 *
 * They count the flows in the flow table. The director does not see the answers of
 * backends, so it learns that a flow has ended only when the client closes and falls
 * silent, or from the idle timeout: the count is an estimate of how busy a backend is.
 */

/* Number of members that are compared. Among so many of a large pool there is one that
 * has nearly the fewest flows, and a flood of SYNs does not cause a walk over thousands
 * of backends for each of them.
 */
#define DSR_LEAST_LOOKS	64

static bool dsr_wlc_lighter(const struct dsr_member *a,
			    const struct dsr_member *b)
{
	return dsr_share_lighter(atomic_read(&a->backend->load), a->weight,
				 atomic_read(&b->backend->load), b->weight);
}

static bool dsr_lc_lighter(const struct dsr_member *a,
			   const struct dsr_member *b)
{
	return dsr_share_lighter(atomic_read(&a->backend->load), 1,
				 atomic_read(&b->backend->load), 1);
}

static bool dsr_nq_lighter(const struct dsr_member *a,
			   const struct dsr_member *b)
{
	return dsr_share_idler(atomic_read(&a->backend->load), a->weight,
			       atomic_read(&b->backend->load), b->weight);
}

/* The walk begins at a member that the hash selects; the first of several equal members
 * wins. Each scheduler has a copy of this function, with its own comparison inlined.
 */
static __always_inline u32
dsr_sched_least(const struct dsr_pool *pool, const struct dsr_tuple *tuple,
		bool (*lighter)(const struct dsr_member *a,
				const struct dsr_member *b))
{
	u32 first = reciprocal_scale(dsr_hash_tuple(tuple, &pool->key) >> 32,
				     pool->nr);
	u32 n = min_t(u32, pool->nr, DSR_LEAST_LOOKS);
	u32 i, at, best = first;
	bool found = false;

	for (i = 0; i < n; i++) {
		at = (first + i) % pool->nr;
		if (!dsr_backend_admits(pool->members[at].backend))
			continue;
		if (!found ||
		    lighter(&pool->members[at], &pool->members[best]))
			best = at;
		found = true;
	}
	return best;
}

static u32 dsr_sched_wlc_pick(struct dsr_pool *pool,
			      const struct dsr_tuple *tuple, bool commit)
{
	return dsr_sched_least(pool, tuple, dsr_wlc_lighter);
}

static u32 dsr_sched_lc_pick(struct dsr_pool *pool,
			     const struct dsr_tuple *tuple, bool commit)
{
	return dsr_sched_least(pool, tuple, dsr_lc_lighter);
}

static u32 dsr_sched_nq_pick(struct dsr_pool *pool,
			     const struct dsr_tuple *tuple, bool commit)
{
	return dsr_sched_least(pool, tuple, dsr_nq_lighter);
}

/*
 * Schedulers fo and ovf: a new flow goes to the backend with the largest weight, and for
 * ovf only as long as it has no more flows than its weight; then to the next one. The
 * members are ranked.
 */

static u32 dsr_sched_fo_pick(struct dsr_pool *pool,
			     const struct dsr_tuple *tuple, bool commit)
{
	u32 i, n = min_t(u32, pool->nr, DSR_POOL_LOOKS);

	for (i = 0; i < n; i++) {
		if (dsr_backend_admits(pool->members[i].backend))
			return i;
	}
	return 0;
}

/* If all have more flows than their weights, the weights no longer matter. */
static u32 dsr_sched_ovf_pick(struct dsr_pool *pool,
			      const struct dsr_tuple *tuple, bool commit)
{
	u32 i, n = min_t(u32, pool->nr, DSR_POOL_LOOKS);
	const struct dsr_member *m;

	for (i = 0; i < n; i++) {
		m = &pool->members[i];
		if ((u32)atomic_read(&m->backend->load) <= m->weight &&
		    dsr_backend_admits(m->backend))
			return i;
	}
	return dsr_sched_fo_pick(pool, tuple, commit);
}

#define DSR_SCHED_COUNTS(id)						\
	"one-packet with scheduler " #id " leaves it no flows to count: use wrr"

/* All schedulers: X(name, initializers of the other members of struct dsr_sched_ops) */
#define DSR_SCHEDS(X)							\
	X(maglev, .pick = dsr_sched_maglev_pick,			\
	  .one_packet =							\
	  "one-packet with scheduler maglev sends all packets of a port to one backend: use wrr") \
	X(wrr, .pick = dsr_sched_wrr_pick, .prepare = dsr_sched_wrr_prepare) \
	X(wlc, .pick = dsr_sched_wlc_pick, .track_load = true,		\
	  .one_packet = DSR_SCHED_COUNTS(wlc))				\
	X(rr, .pick = dsr_sched_wrr_pick, .prepare = dsr_sched_rr_prepare) \
	X(lc, .pick = dsr_sched_lc_pick, .track_load = true,		\
	  .one_packet = DSR_SCHED_COUNTS(lc))				\
	X(nq, .pick = dsr_sched_nq_pick, .track_load = true,		\
	  .one_packet = DSR_SCHED_COUNTS(nq))				\
	X(fo, .pick = dsr_sched_fo_pick, .ranked = true)		\
	X(ovf, .pick = dsr_sched_ovf_pick, .ranked = true, .track_load = true, \
	  .one_packet = DSR_SCHED_COUNTS(ovf))

#define X(id, ...) { .name = #id, __VA_ARGS__ },
const struct dsr_sched_ops dsr_scheds[] = { DSR_SCHEDS(X) };
#undef X

#define X(id, ...) " " #id
const struct dsr_sched_ops *dsr_sched_lookup(const char *name,
					     struct netlink_ext_ack *extack)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(dsr_scheds); i++) {
		if (!strcmp(dsr_scheds[i].name, name))
			return &dsr_scheds[i];
	}
	NL_SET_ERR_MSG(extack, "no such scheduler: there are" DSR_SCHEDS(X));
	return NULL;
}

#undef X

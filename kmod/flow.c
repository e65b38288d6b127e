// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table: look up, insert, update and remove single flows, and the memory of
 * the table. See flow.h for locking and ownership, flow_bucket.h for the data
 * structures, and flow_gc.c for what walks the whole table.
 *
 * Lookups come first, then the limits of the table (dsr_flow_draw() and what follows),
 * then the writers, at last allocation, dsr_flow_init() and dsr_flow_exit().
 */
#include <linux/hash.h>
#include <linux/local_lock.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/sched/mm.h>
#include <linux/slab.h>
#include <net/ipv6.h>

#include "backend.h"
#include "flow_bucket.h"
#include "mem.h"
#include "service.h"
#include "trace.h"

#define DSR_FLOW_LOOKS	8

u32 dsr_flow_size(void)
{
	return sizeof(struct dsr_flow_bucket) / DSR_FLOW_SLOTS4;
}

/* Sum of products of pairs of words, each plus a random number, as in UMAC (RFC 4418,
 * 5.2). Two tuples of a sender that does not know the numbers have the same sum with a
 * probability of 2^-32, whatever the tuples are. The sum is then mixed, to spread
 * similar tuples over the table. This takes a third of the time of SipHash. It hides
 * the numbers less well, so no hash may be visible outside.
 */
u32 dsr_flow_hash(const struct dsr_flow_table *ft,
		  const struct dsr_tuple *tuple)
{
	const u32 *src = tuple->src.all, *dst = tuple->dst.all;
	const u64 *key = ft->key;
	u64 sum;

	sum = (key[0] + tuple->ports) * (key[1] + (__force u32)tuple->meta) +
	      (key[2] + src[0]) * (key[3] + dst[0]);
	if (tuple->family == AF_INET6)
		sum += (key[4] + src[1]) * (key[5] + dst[1]) +
		       (key[6] + src[2]) * (key[7] + dst[2]) +
		       (key[8] + src[3]) * (key[9] + dst[3]);
	sum ^= sum >> 32;
	return sum * GOLDEN_RATIO_64 >> 32;
}

static bool dsr_flow_is_ipv6(const struct dsr_tuple *tuple)
{
	return tuple->family == AF_INET6;
}

struct dsr_flow_bucket *dsr_flow_prefetch(const struct dsr_flow_table *ft,
					  const struct dsr_tuple *tuple, u32 hash)
{
	struct dsr_flow_bucket *home;

	home = dsr_flow_home(rcu_dereference(ft->array[dsr_flow_is_ipv6(tuple)]),
			     hash);
	prefetch(home);
	prefetch((const u8 *)home + sizeof(*home) / 2);
	return home;
}

static __always_inline bool dsr_flow_is(struct dsr_flow_place at, bool ipv6,
					const struct dsr_tuple *tuple)
{
	const struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);
	const struct dsr_flow_slot4 *four = &at.b->v4.slot[at.i];
	u32 differs = slot->ports ^ tuple->ports;

	differs |= (__force u32)((slot->meta & DSR_FLOW_META) ^
				 dsr_flow_meta(tuple));
	if (!ipv6)
		return !(differs | (__force u32)((four->src ^ tuple->src.ip) |
						 (four->dst ^ tuple->dst.ip)));
	return !differs &&
	       ipv6_addr_equal(&at.b->v6.slot[at.i].src, &tuple->src.in6) &&
	       ipv6_addr_equal(&at.b->v6.slot[at.i].dst, &tuple->dst.in6);
}

/* Find the slot of a flow in the chain. Context: a reader within the sequence counter,
 * or a writer.
 *
 * This compares all slots of a bucket before it branches: the CPU would mispredict a
 * branch for each slot for every other packet.
 */
static __always_inline bool dsr_flow_search(struct dsr_flow_bucket *home,
					    bool ipv6,
					    const struct dsr_tuple *tuple,
					    struct dsr_flow_place *at)
{
	u32 i, nr = dsr_flow_slots(ipv6);

	for (at->b = home; at->b; at->b = rcu_dereference_check(at->b->next, 1)) {
		at->i = nr;
		for (i = 0; i < nr; i++)
			at->i = dsr_flow_is((struct dsr_flow_place) { at->b, i },
					    ipv6, tuple) ? i : at->i;
		if (at->i < nr)
			return true;
	}
	return false;
}

/* Return the home bucket of a flow whose bucket was marked as moved: in the current
 * array, or in the array after it if the current one is still the old one. Context:
 * under RCU.
 */
static struct dsr_flow_bucket *dsr_flow_follow(const struct dsr_flow_table *ft,
					       bool ipv6, u32 hash)
{
	const struct dsr_flow_array *a = rcu_dereference(ft->array[ipv6]);
	struct dsr_flow_bucket *home = dsr_flow_home(a, hash);

	if (READ_ONCE(home->seq) & DSR_FLOW_MOVED)
		home = dsr_flow_home(rcu_dereference(a->after), hash);
	return home;
}

static __always_inline bool dsr_flow_lookup_in(const struct dsr_flow_table *ft,
					       struct dsr_flow_bucket *home,
					       bool ipv6,
					       const struct dsr_tuple *tuple,
					       u32 hash, struct dsr_flow *flow)
{
	struct dsr_flow_place at;
	u32 seq;

	for (;;) {
		/* Pairs with dsr_flow_write_end() and dsr_flow_move_locked(). */
		seq = smp_load_acquire(&home->seq);
		if (unlikely(seq & (DSR_FLOW_MOVED | DSR_FLOW_BUSY))) {
			if (seq & DSR_FLOW_MOVED)
				home = dsr_flow_follow(ft, ipv6, hash);
			cpu_relax();
			continue;
		}
		flow->backend = NULL;
		if (dsr_flow_search(home, ipv6, tuple, &at))
			dsr_flow_copy(at, ipv6, flow);
		smp_rmb();	/* pairs with dsr_flow_write_begin() */
		if (likely(READ_ONCE(home->seq) == seq))
			return flow->backend;
	}
}

bool dsr_flow_lookup_bucket(const struct dsr_flow_table *ft,
			    struct dsr_flow_bucket *home, const struct dsr_tuple *tuple,
			    u32 hash, struct dsr_flow *flow)
{
	if (dsr_flow_is_ipv6(tuple))
		return dsr_flow_lookup_in(ft, home, true, tuple, hash, flow);
	return dsr_flow_lookup_in(ft, home, false, tuple, hash, flow);
}

bool dsr_flow_lookup(const struct dsr_flow_table *ft,
		     const struct dsr_tuple *tuple, u32 hash,
		     struct dsr_flow *flow)
{
	return dsr_flow_lookup_bucket(ft, dsr_flow_prefetch(ft, tuple, hash), tuple, hash,
				      flow);
}

/* Return the bucket that a flow is in, or belongs to. Context: under the stripe's lock.
 */
static struct dsr_flow_bucket *
dsr_flow_locked_home(const struct dsr_flow_table *ft, bool ipv6, u32 hash)
{
	const struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	const struct dsr_flow_array *a;
	struct dsr_flow_bucket *home;

	a = rcu_dereference_check(ft->array[ipv6], lockdep_is_held(&stripe->lock));
	home = dsr_flow_home(a, hash);
	if (unlikely(home->seq & DSR_FLOW_MOVED))
		home = dsr_flow_home(rcu_dereference_check(a->after,
							   lockdep_is_held(&stripe->lock)),
				     hash);
	return home;
}

bool dsr_flow_reserve(struct dsr_flow_bucket *home, bool ipv6,
		      struct dsr_flow_bucket **spare, struct dsr_flow_place *at)
{
	struct dsr_flow_bucket *last = home;

	for (at->b = home; at->b; last = at->b, at->b = dsr_flow_next(at->b)) {
		if (at->b->used == dsr_flow_slots(ipv6))
			continue;
		for (at->i = 0; dsr_flow_slot(at->b, ipv6, at->i)->kind; at->i++)
			;
		return true;
	}
	if (!*spare)
		return false;
	*at = (struct dsr_flow_place) { .b = *spare };
	*spare = dsr_flow_next(at->b);
	RCU_INIT_POINTER(at->b->next, NULL);
	rcu_assign_pointer(last->next, at->b);
	return true;
}

void dsr_flow_fill(struct dsr_flow_place at, bool ipv6,
		   const struct dsr_tuple *tuple, const struct dsr_flow *flow)
{
	struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);

	at.b->used++;
	at.b->backend[at.i] = flow->backend;
	slot->seen = flow->seen;
	slot->ports = tuple->ports;
	slot->meta = dsr_flow_meta(tuple);
	slot->state = flow->state;
	if (ipv6) {
		at.b->v6.slot[at.i].src = tuple->src.in6;
		at.b->v6.slot[at.i].dst = tuple->dst.in6;
	} else {
		at.b->v4.slot[at.i].src = tuple->src.ip;
		at.b->v4.slot[at.i].dst = tuple->dst.ip;
	}
}

void dsr_flow_read(struct dsr_flow_place at, bool ipv6,
		   struct dsr_flow_entry *entry)
{
	const struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);
	struct dsr_tuple *tuple = &entry->tuple;

	memset(tuple, 0, sizeof(*tuple));
	tuple->family = ipv6 ? AF_INET6 : AF_INET;
	tuple->zone = slot->zone;
	tuple->proto = slot->proto;
	tuple->persist = slot->kind == DSR_FLOW_PREFIX;
	tuple->ports = slot->ports;
	if (ipv6) {
		tuple->src.in6 = at.b->v6.slot[at.i].src;
		tuple->dst.in6 = at.b->v6.slot[at.i].dst;
	} else {
		tuple->src.ip = at.b->v4.slot[at.i].src;
		tuple->dst.ip = at.b->v4.slot[at.i].dst;
	}
	dsr_flow_copy(at, ipv6, &entry->flow);
}

unsigned int dsr_flow_total = U32_MAX;

/* Number of flows of dsr_flow_total that stripes have been granted. */
static atomic_long_t dsr_flow_drawn = ATOMIC_LONG_INIT(0);

/* Return true if the stripe has room for another flow without removing one. The limits
 * are those of the table, not of a family.
 */
static bool dsr_flow_has_room(const struct dsr_flow_table *ft, u32 hash)
{
	const struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	u32 count = READ_ONCE(stripe->count[0]) + READ_ONCE(stripe->count[1]);

	return count < ft->stripe_max &&
	       (count < READ_ONCE(stripe->granted) ||
		atomic_long_read(&dsr_flow_drawn) < READ_ONCE(dsr_flow_total));
}

/* Return true if the stripe may have another flow, after it was granted some if it
 * needs them. Context: under the stripe's lock.
 */
static bool dsr_flow_draw(const struct dsr_flow_table *ft,
			  struct dsr_flow_stripe *stripe)
{
	u32 count = stripe->count[0] + stripe->count[1];
	u32 nr = 1 + count / 8;

	if (count >= ft->stripe_max)
		return false;
	if (likely(count < stripe->granted))
		return true;
	if (atomic_long_add_return(nr, &dsr_flow_drawn) >
	    READ_ONCE(dsr_flow_total)) {
		atomic_long_sub(nr, &dsr_flow_drawn);
		return false;
	}
	WRITE_ONCE(stripe->granted, stripe->granted + nr);
	return true;
}

/* Give back the granted flows that the stripe does not need, when they are more than
 * twice what it would draw. Context: under the stripe's lock.
 */
static void dsr_flow_give_back(struct dsr_flow_stripe *stripe)
{
	u32 count = stripe->count[0] + stripe->count[1];
	u32 keep = count ? 1 + count / 8 : 0;
	u32 spare = stripe->granted - count;

	if (likely(spare <= 2 * keep))
		return;
	atomic_long_sub(spare - keep, &dsr_flow_drawn);
	WRITE_ONCE(stripe->granted, count + keep);
}

/* Return true if the flow may be removed when the table is full. A confirmed flow may
 * be removed only after it has expired.
 */
static bool dsr_flow_yields(const struct dsr_flow *flow)
{
	return dsr_flow_is_late(flow) &&
	       (!dsr_state_confirmed(flow->state) || dsr_flow_expired(flow));
}

/* Find a flow of the family that yields, in the chains of a few buckets of the stripe;
 * the first is the home bucket of @hash. @hash is left at a hash of the chain that has
 * the flow. Context: under the stripe's lock.
 */
static bool dsr_flow_yielding(const struct dsr_flow_table *ft, bool ipv6,
			      u32 *hash, struct dsr_flow_place *at)
{
	const struct dsr_flow_array *a = rcu_dereference(ft->array[ipv6]);
	u32 n = min_t(u32, (a->mask + 1) / DSR_FLOW_STRIPES, DSR_FLOW_LOOKS);
	struct dsr_flow_bucket *home;
	struct dsr_flow flow;

	for (; n; n--, *hash += DSR_FLOW_STRIPES) {
		home = dsr_flow_locked_home(ft, ipv6, *hash);
		*at = (struct dsr_flow_place) {};
		while (dsr_flow_step(home, ipv6, at)) {
			dsr_flow_copy(*at, ipv6, &flow);
			if (dsr_flow_yields(&flow))
				return true;
		}
	}
	return false;
}

/* Remove a flow that yields, of @ipv6's family first. Return false if there is none.
 * Context: under the stripe's lock.
 */
static bool dsr_flow_make_room(struct dsr_flow_table *ft, bool ipv6, u32 hash)
{
	struct dsr_flow_place at;
	u32 of = hash;

	if (!dsr_flow_yielding(ft, ipv6, &of, &at)) {
		ipv6 = !ipv6;
		of = hash;
		if (!dsr_flow_yielding(ft, ipv6, &of, &at))
			return false;
	}
	dsr_flow_clear(ft, dsr_flow_locked_home(ft, ipv6, of), at, ipv6, of);
	return true;
}

/* Return true if there is room for another flow, or room was made. Context: under the
 * stripe's lock.
 */
static bool dsr_flow_admit(struct dsr_flow_table *ft, bool ipv6, u32 hash)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);

	return dsr_flow_draw(ft, stripe) ||
	       (dsr_flow_make_room(ft, ipv6, hash) && dsr_flow_draw(ft, stripe));
}

bool dsr_flow_would_fit(const struct dsr_flow_table *ft,
			const struct dsr_tuple *tuple, u32 hash)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	bool ipv6 = dsr_flow_is_ipv6(tuple), fits;
	u32 of = hash, other = hash;
	struct dsr_flow_place at;

	spin_lock_bh(&stripe->lock);
	fits = dsr_flow_has_room(ft, hash) ||
	       dsr_flow_yielding(ft, ipv6, &of, &at) ||
	       dsr_flow_yielding(ft, !ipv6, &other, &at);
	spin_unlock_bh(&stripe->lock);
	return fits;
}

/* Return true if the stripe has so many flows that the table should grow before the
 * next round of its worker. That is so when they take three of four slots; the worker
 * makes the table larger when they take five of eight.
 */
static bool dsr_flow_is_crowded(const struct dsr_flow_table *ft, bool ipv6,
				u32 count)
{
	const struct dsr_flow_array *a = rcu_dereference(ft->array[ipv6]);

	return count > (a->mask + 1) / DSR_FLOW_STRIPES * dsr_flow_slots(ipv6) *
		       3 / 4;
}

/* Softirqs of a CPU have one active memory cgroup. Under PREEMPT_RT, from Linux 6.18 on,
 * they preempt each other. Without a lock, one could restore the cgroup of another that
 * is over by then, and it would stay active, even after it was freed. So a local lock
 * keeps these sections apart. Without PREEMPT_RT it takes no instruction.
 */
struct dsr_flow_charging {
	local_lock_t lock;
};

static DEFINE_PER_CPU(struct dsr_flow_charging, dsr_flow_charging) = {
	.lock = INIT_LOCAL_LOCK(lock),
};

/* Allocate a further bucket for a chain, and charge the table's memory cgroup for it: a
 * packet belongs to no task. Unlike GFP_ATOMIC, this neither exceeds the limit of a
 * memory cgroup nor uses the reserves of memory. Context: bottom halves off.
 */
static struct dsr_flow_bucket *dsr_flow_spare(const struct dsr_flow_table *ft)
{
	struct dsr_flow_bucket *spare;
	struct mem_cgroup *memcg;

	local_lock_nested_bh(&dsr_flow_charging.lock);
	memcg = set_active_memcg(ft->memcg);
	spare = dsr_flow_bucket_alloc(GFP_NOWAIT | __GFP_NOWARN);
	set_active_memcg(memcg);
	local_unlock_nested_bh(&dsr_flow_charging.lock);
	return spare;
}

/* Count a flow as confirmed. Context: under the stripe's lock. */
static void dsr_flow_count_confirmed(const struct dsr_flow *flow)
{
	dsr_stats_flow_confirmed(flow->backend->stats);
	dsr_backend_count(flow->backend);
}

/* Trace the flow in a slot as a new one, or as one that ends. Context: under the stripe's
 * lock.
 */
static noinline void dsr_flow_trace(struct dsr_flow_place at, bool ipv6, bool ends)
{
	struct dsr_flow_entry entry;
	struct dsr_tuple tuple;
	bool expired;
	u32 idle;

	dsr_flow_read(at, ipv6, &entry);
	dsr_flow_tuple(&entry, &tuple);
	idle = dsr_flow_idle(&entry.flow);
	expired = dsr_flow_expired(&entry.flow);
	if (ends)
		trace_dsr_flow_end(&tuple, &entry.flow, idle, expired);
	else
		trace_dsr_flow_new(&tuple, &entry.flow, idle, expired);
}

/* Count a new flow, or the entry of a client prefix. Only a flow that another table had may
 * be confirmed or closing. Context: under the stripe's lock.
 */
static void dsr_flow_count_new(const struct dsr_flow *flow)
{
	if (dsr_flow_persists(flow)) {
		dsr_stats_prefix(flow->backend->stats, 1);
		return;
	}
	dsr_stats_flow_begins(flow->backend->stats);
	if (unlikely(dsr_state_confirmed(flow->state)))
		dsr_flow_count_confirmed(flow);
	if (unlikely(dsr_state_closes(flow->state)))
		dsr_stats_closing(flow->backend->stats, 1);
}

static struct dsr_backend *
dsr_flow_insert_locked(struct dsr_flow_table *ft, bool ipv6, u32 hash,
		       const struct dsr_tuple *tuple,
		       const struct dsr_flow *flow)
{
	struct dsr_flow_bucket *home = dsr_flow_locked_home(ft, ipv6, hash);
	struct dsr_flow_bucket *spare = NULL;
	struct dsr_flow_place at;

	if (dsr_flow_search(home, ipv6, tuple, &at))
		return at.b->backend[at.i];
	if (!dsr_flow_admit(ft, ipv6, hash))
		return NULL;
	if (!dsr_flow_reserve(home, ipv6, &spare, &at)) {
		/* The only allocation for a packet, made for one of some dozens of new
		 * flows. If it fails, the consistent hash chooses the backend of the
		 * flow's packets.
		 */
		spare = dsr_flow_spare(ft);
		if (!dsr_flow_reserve(home, ipv6, &spare, &at))
			return NULL;
	}
	dsr_flow_write_begin(home);
	dsr_flow_fill(at, ipv6, tuple, flow);
	dsr_flow_write_end(home);
	dsr_flow_stripe(ft, hash)->count[ipv6]++;
	dsr_flow_count_new(flow);
	if (trace_dsr_flow_new_enabled())
		dsr_flow_trace(at, ipv6, false);
	return flow->backend;
}

struct dsr_backend *dsr_flow_insert(struct dsr_flow_table *ft,
				    const struct dsr_tuple *tuple, u8 state,
				    u32 hash, struct dsr_backend *backend)
{
	const struct dsr_flow flow = {
		.backend = backend,
		.seen = jiffies,
		.state = state,
	};

	return dsr_flow_restore(ft, tuple, hash, &flow);
}

struct dsr_backend *dsr_flow_restore(struct dsr_flow_table *ft,
				     const struct dsr_tuple *tuple, u32 hash,
				     const struct dsr_flow *flow)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	bool ipv6 = dsr_flow_is_ipv6(tuple), crowded;
	struct dsr_backend *backend;

	if (!ft->stripe_max)
		return NULL;
	spin_lock_bh(&stripe->lock);
	backend = dsr_flow_insert_locked(ft, ipv6, hash, tuple, flow);
	crowded = dsr_flow_is_crowded(ft, ipv6, stripe->count[ipv6]);
	spin_unlock_bh(&stripe->lock);
	if (unlikely(crowded) && !READ_ONCE(ft->hurried)) {
		WRITE_ONCE(ft->hurried, true);
		mod_delayed_work(system_dfl_wq, &ft->work, 1);
	}
	return backend;
}

static void dsr_flow_bucket_rcu(struct rcu_head *rcu)
{
	dsr_flow_bucket_free(container_of(rcu, struct dsr_flow_bucket, rcu));
}

/* Free a bucket that readers may still use, after a grace period. Those readers find no
 * flow in it, or repeat the lookup.
 */
static void dsr_flow_bucket_free_rcu(struct dsr_flow_bucket *b)
{
	call_rcu(&b->rcu, dsr_flow_bucket_rcu);
}

/* Remove a further bucket that is empty from its chain. */
static void dsr_flow_unchain(struct dsr_flow_bucket *home,
			     struct dsr_flow_bucket *b)
{
	struct dsr_flow_bucket *before = home;

	while (dsr_flow_next(before) != b)
		before = dsr_flow_next(before);
	rcu_assign_pointer(before->next, dsr_flow_next(b));
	dsr_flow_bucket_free_rcu(b);
}

/* Count the end of what a slot contains. Context: under the stripe's lock. */
static void dsr_flow_count_end(const struct dsr_flow_slot *slot,
			       struct dsr_backend_stats __percpu *stats)
{
	if (slot->kind == DSR_FLOW_PREFIX) {
		dsr_stats_prefix(stats, -1);
		return;
	}
	if (dsr_state_closes(slot->state))
		dsr_stats_closing(stats, -1);
	dsr_stats_flow_ends(stats, dsr_state_confirmed(slot->state));
}

void dsr_flow_clear(struct dsr_flow_table *ft, struct dsr_flow_bucket *home,
		    struct dsr_flow_place at, bool ipv6, u32 hash)
{
	struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);

	if (trace_dsr_flow_end_enabled())
		dsr_flow_trace(at, ipv6, true);
	dsr_flow_count_end(slot, at.b->backend[at.i]->stats);
	dsr_flow_write_begin(home);
	slot->kind = DSR_FLOW_FREE;
	at.b->used--;
	if (at.b != home && !at.b->used)
		dsr_flow_unchain(home, at.b);
	dsr_flow_write_end(home);
	stripe->count[ipv6]--;
	dsr_flow_give_back(stripe);
}

void dsr_flow_remove(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
		     u32 hash, const struct dsr_flow *flow)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	bool ipv6 = dsr_flow_is_ipv6(tuple);
	struct dsr_flow_bucket *home;
	struct dsr_flow_place at;
	struct dsr_flow now;

	spin_lock_bh(&stripe->lock);
	home = dsr_flow_locked_home(ft, ipv6, hash);
	if (dsr_flow_search(home, ipv6, tuple, &at)) {
		dsr_flow_copy(at, ipv6, &now);
		if (now.backend == flow->backend && now.seen == flow->seen &&
		    now.state == flow->state)
			dsr_flow_clear(ft, home, at, ipv6, hash);
	}
	spin_unlock_bh(&stripe->lock);
}

/* Update a flow after a packet, and count it if the packet confirms it. Context: under
 * the stripe's lock.
 */
static void dsr_flow_go_on(struct dsr_flow_place at, bool ipv6, u8 tcp_flags)
{
	struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);
	struct dsr_flow flow;
	u8 state;

	dsr_flow_copy(at, ipv6, &flow);
	state = dsr_state_next(flow.state, tcp_flags, dsr_flow_is_late(&flow));
	if (!dsr_state_confirmed(flow.state) && dsr_state_confirmed(state) &&
	    !dsr_flow_persists(&flow))
		dsr_flow_count_confirmed(&flow);
	if (dsr_state_closes(flow.state) != dsr_state_closes(state))
		dsr_stats_closing(flow.backend->stats, dsr_state_closes(state) ? 1 : -1);
	WRITE_ONCE(slot->state, state);
	WRITE_ONCE(slot->seen, jiffies);
}

void dsr_flow_update_state(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
			   u32 hash, u8 tcp_flags)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	bool ipv6 = dsr_flow_is_ipv6(tuple);
	struct dsr_flow_place at;

	/* Under the lock the slot cannot become that of another flow. */
	spin_lock_bh(&stripe->lock);
	if (dsr_flow_search(dsr_flow_locked_home(ft, ipv6, hash), ipv6, tuple,
			    &at))
		dsr_flow_go_on(at, ipv6, tcp_flags);
	spin_unlock_bh(&stripe->lock);
}

/* Another CPU may have refreshed the flow after this one has read the clock. */
static u32 dsr_flow_idle_jiffies(const struct dsr_flow *flow)
{
	s32 idle = (u32)jiffies - flow->seen;

	return max(idle, 0);
}

u32 dsr_flow_idle(const struct dsr_flow *flow)
{
	return dsr_flow_idle_jiffies(flow) / HZ;
}

u32 dsr_flow_timeout(const struct dsr_flow *flow)
{
	const struct dsr_service *svc = flow->backend->svc;

	if (dsr_flow_persists(flow))
		return READ_ONCE(svc->persist);
	return READ_ONCE(svc->timeouts.seconds[dsr_state_timeout(flow->state)]);
}

/* The operator sees the entry of a client prefix with the VIP, protocol and port of its
 * service.
 */
void dsr_flow_tuple(const struct dsr_flow_entry *entry,
		    struct dsr_tuple *tuple)
{
	const struct dsr_service_key *key = &entry->flow.backend->svc->key;

	*tuple = entry->tuple;
	if (!tuple->persist)
		return;
	tuple->dst = key->addr;
	tuple->proto = key->proto;
	tuple->dport = htons(key->port);
}

u32 dsr_flow_count(const struct dsr_flow_table *ft)
{
	u32 i, count = 0;

	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		count += READ_ONCE(ft->stripes[i].count[0]) +
			 READ_ONCE(ft->stripes[i].count[1]);
	return count;
}

/*
 * Memory of the table, init and exit.
 */

static struct kmem_cache *dsr_flow_cache;

struct dsr_flow_bucket *dsr_flow_bucket_alloc(gfp_t gfp)
{
	return kmem_cache_zalloc(dsr_flow_cache, gfp);
}

void dsr_flow_bucket_free(struct dsr_flow_bucket *b)
{
	kmem_cache_free(dsr_flow_cache, b);
}

int dsr_flow_cache_init(void)
{
	dsr_flow_cache = kmem_cache_create("nf_dsr_bucket",
					   sizeof(struct dsr_flow_bucket),
					   __alignof__(struct dsr_flow_bucket),
					   SLAB_ACCOUNT, NULL);
	return dsr_flow_cache ? 0 : -ENOMEM;
}

void dsr_flow_cache_exit(void)
{
	kmem_cache_destroy(dsr_flow_cache);
}

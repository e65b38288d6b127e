// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table's fast part: find, insert, touch, remove. See dsr_flow.h for
 * who owns what, dsr_flow_walk.c for what walks the whole table.
 */
#include <linux/mm.h>
#include <linux/prefetch.h>
#include <linux/random.h>
#include <linux/slab.h>
#include <linux/stddef.h>
#include <net/ipv6.h>

#include "dsr_backend.h"
#include "dsr_flow.h"
#include "dsr_service.h"
#include "dsr_state.h"

static struct kmem_cache *dsr_flow_cache4;
static struct kmem_cache *dsr_flow_cache6;

u32 dsr_flow_size(void)
{
	return kmem_cache_size(dsr_flow_cache4);
}

u32 dsr_flow_hash(const struct dsr_flow_table *ft,
		  const struct dsr_tuple *tuple)
{
	u32 ports = (__force u16)tuple->sport << 16 | (__force u16)tuple->dport;
	u32 kind = tuple->persist << 16 | tuple->zone << 8 | tuple->proto;
	u32 words[10];

	if (tuple->family == AF_INET)
		return hsiphash_4u32((__force u32)tuple->src.ip,
				     (__force u32)tuple->dst.ip, ports, kind,
				     &ft->key);
	memcpy(words, tuple->src.ip6, sizeof(tuple->src.ip6));
	memcpy(words + 4, tuple->dst.ip6, sizeof(tuple->dst.ip6));
	words[8] = ports;
	words[9] = kind;
	return hsiphash(words, sizeof(words), &ft->key);
}

void dsr_flow_prefetch(const struct dsr_flow_table *ft, u32 hash)
{
	const struct dsr_flow_buckets *b = rcu_dereference(ft->buckets);

	prefetch(&b->head[hash & b->mask]);
}

struct dsr_flow_stripe *dsr_flow_stripe(const struct dsr_flow_table *ft,
					u32 hash)
{
	return &ft->stripes[hash % DSR_FLOW_STRIPES];
}

static bool dsr_flow_is(const struct dsr_flow *flow,
			const struct dsr_tuple *tuple, u32 hash)
{
	if (flow->hash != hash || flow->sport != tuple->sport ||
	    flow->dport != tuple->dport || flow->proto != tuple->proto ||
	    flow->family != tuple->family || flow->zone != tuple->zone ||
	    dsr_flow_persists(flow) != tuple->persist)
		return false;
	if (flow->family == AF_INET)
		return flow->v4.src == tuple->src.ip &&
		       flow->v4.dst == tuple->dst.ip;
	return ipv6_addr_equal(&flow->v6.src, &tuple->src.in6) &&
	       ipv6_addr_equal(&flow->v6.dst, &tuple->dst.in6);
}

struct dsr_flow *dsr_flow_find(const struct dsr_flow_table *ft,
			       const struct dsr_tuple *tuple, u32 hash)
{
	const struct dsr_flow_buckets *b = rcu_dereference(ft->buckets);
	struct dsr_flow *flow;

	for (flow = rcu_dereference(b->head[hash & b->mask]); flow;
	     flow = rcu_dereference(flow->next[b->link])) {
		if (dsr_flow_is(flow, tuple, hash))
			return flow;
	}
	return NULL;
}

static struct dsr_flow *dsr_flow_new(const struct dsr_tuple *t, u8 state,
				     u32 hash, struct dsr_backend *backend)
{
	struct dsr_flow *flow;

	/* The one allocation in a packet's way: a new flow has to live somewhere.
	 * It may fail; the consistent hash then stands in.
	 */
	flow = kmem_cache_alloc(t->family == AF_INET ? dsr_flow_cache4 :
						       dsr_flow_cache6,
				GFP_ATOMIC | __GFP_NOWARN);
	if (!flow)
		return NULL;
	flow->backend = backend;
	flow->hash = hash;
	flow->seen = jiffies;
	flow->state = state;
	flow->proto = t->proto;
	flow->family = t->family;
	flow->zone = t->zone;
	flow->sport = t->sport;
	flow->dport = t->dport;
	if (t->family == AF_INET) {
		flow->v4.src = t->src.ip;
		flow->v4.dst = t->dst.ip;
	} else {
		flow->v6.src = t->src.in6;
		flow->v6.dst = t->dst.in6;
	}
	return flow;
}

static void dsr_flow_free(const struct dsr_flow *flow)
{
	kmem_cache_free(flow->family == AF_INET ? dsr_flow_cache4 :
						  dsr_flow_cache6,
			(void *)flow);
}

static void dsr_flow_free_rcu(struct rcu_head *rcu)
{
	dsr_flow_free(container_of(rcu, struct dsr_flow, rcu));
}

static struct dsr_flow_buckets *
dsr_flow_locked_buckets(const struct dsr_flow_table *ft, u32 hash)
{
	const struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);

	return rcu_dereference_protected(ft->buckets,
					 lockdep_is_held(&stripe->lock));
}

void dsr_flow_chain(struct dsr_flow_buckets *b, struct dsr_flow *flow)
{
	struct dsr_flow __rcu **head = &b->head[flow->hash & b->mask];

	RCU_INIT_POINTER(flow->next[b->link],
			 rcu_dereference_protected(*head, true));
	rcu_assign_pointer(*head, flow);
}

/* Return: whether it was there. */
static bool dsr_flow_unchain(struct dsr_flow_buckets *b,
			     const struct dsr_flow *flow)
{
	struct dsr_flow __rcu **pos = &b->head[flow->hash & b->mask];
	struct dsr_flow *at, *next;

	for (; (at = rcu_dereference_protected(*pos, true)); pos = &at->next[b->link]) {
		if (at != flow)
			continue;
		next = rcu_dereference_protected(at->next[b->link], true);
		rcu_assign_pointer(*pos, next);
		return true;
	}
	return false;
}

/* The generation to come, if a resize has linked this bucket into it already.
 * After the swap @b is that generation, until a grace period later.
 */
static struct dsr_flow_buckets *
dsr_flow_future(const struct dsr_flow_table *ft,
		const struct dsr_flow_buckets *b, u32 hash)
{
	/* Pairs with dsr_flow_resize(): its buckets are empty, not garbage. */
	struct dsr_flow_buckets *future = smp_load_acquire(&ft->future);

	if (!future || future == b || (hash & b->mask) >= READ_ONCE(ft->moved))
		return NULL;
	return future;
}

bool dsr_flow_has_room(const struct dsr_flow_table *ft, u32 hash)
{
	return READ_ONCE(dsr_flow_stripe(ft, hash)->count) < ft->stripe_max;
}

struct dsr_backend *dsr_flow_insert(struct dsr_flow_table *ft,
				    const struct dsr_tuple *tuple, u8 state,
				    u32 hash, struct dsr_backend *backend)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, hash);
	struct dsr_flow_buckets *b, *future;
	struct dsr_flow *flow, *old;
	bool crowded;

	if (!dsr_flow_has_room(ft, hash))
		return NULL;
	flow = dsr_flow_new(tuple, state, hash, backend);
	if (!flow)
		return NULL;

	spin_lock_bh(&stripe->lock);
	old = dsr_flow_find(ft, tuple, hash);
	if (old) {
		backend = old->backend;
		spin_unlock_bh(&stripe->lock);
		dsr_flow_free(flow);
		return backend;
	}
	b = dsr_flow_locked_buckets(ft, hash);
	future = dsr_flow_future(ft, b, hash);
	if (future)
		dsr_flow_chain(future, flow);
	dsr_flow_chain(b, flow);
	stripe->count++;
	crowded = stripe->count > (b->mask + 1) / DSR_FLOW_STRIPES / 2;
	spin_unlock_bh(&stripe->lock);

	if (state != NF_DSR_FLOW_STATE_PERSIST)
		dsr_stats_flow_begins(backend->stats);
	if (crowded && !READ_ONCE(ft->hurried)) {
		WRITE_ONCE(ft->hurried, true);
		mod_delayed_work(system_unbound_wq, &ft->work, 1);
	}
	return backend;
}

void dsr_flow_unlink(struct dsr_flow_table *ft, struct dsr_flow *flow)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, flow->hash);
	struct dsr_flow_buckets *b = dsr_flow_locked_buckets(ft, flow->hash);
	struct dsr_flow_buckets *future = dsr_flow_future(ft, b, flow->hash);

	lockdep_assert_held(&stripe->lock);
	if (!dsr_flow_unchain(b, flow))
		return;
	if (future)
		dsr_flow_unchain(future, flow);
	stripe->count--;
	if (!dsr_flow_persists(flow))
		dsr_stats_flow_ends(flow->backend->stats);
	call_rcu(&flow->rcu, dsr_flow_free_rcu);
}

void dsr_flow_remove(struct dsr_flow_table *ft, struct dsr_flow *flow)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, flow->hash);

	spin_lock_bh(&stripe->lock);
	dsr_flow_unlink(ft, flow);
	spin_unlock_bh(&stripe->lock);
}

void dsr_flow_touch(struct dsr_flow *flow, u8 tcp_flags)
{
	u8 state = READ_ONCE(flow->state);
	u8 next = dsr_state_next(state, tcp_flags);
	u32 now = jiffies;

	/* A flow's line is shared by all CPUs that its packets arrive on; idle
	 * times are in seconds, so once a second is often enough to write it.
	 */
	if (now - READ_ONCE(flow->seen) >= HZ)
		WRITE_ONCE(flow->seen, now);
	if (next != state) {
		WRITE_ONCE(flow->state, next);
		WRITE_ONCE(flow->seen, now);
	}
}

/* Another CPU may have noted a packet later than this one read the clock. */
static u32 dsr_flow_idle_jiffies(const struct dsr_flow *flow)
{
	s32 idle = (u32)jiffies - READ_ONCE(flow->seen);

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
	return READ_ONCE(svc->timeouts.seconds[READ_ONCE(flow->state)]);
}

bool dsr_flow_expired(const struct dsr_flow *flow)
{
	u32 idle = dsr_flow_idle_jiffies(flow);

	/* No timeout is shorter than a second, so of flows with traffic nobody asks
	 * the service, which is not in the packet's way otherwise.
	 */
	return unlikely(idle >= HZ) && idle >= dsr_flow_timeout(flow) * HZ;
}

/* To the operator, the memory of a prefix is about its service. */
static void dsr_flow_persist_tuple(const struct dsr_flow *flow,
				   struct dsr_tuple *tuple)
{
	const struct dsr_service_key *key = &flow->backend->svc->key;

	tuple->dst = key->addr;
	tuple->proto = key->proto;
	tuple->dport = htons(key->port);
	tuple->persist = 1;
}

void dsr_flow_tuple(const struct dsr_flow *flow, struct dsr_tuple *tuple)
{
	memset(tuple, 0, sizeof(*tuple));
	tuple->family = flow->family;
	tuple->zone = flow->zone;
	tuple->proto = flow->proto;
	tuple->sport = flow->sport;
	tuple->dport = flow->dport;
	if (flow->family == AF_INET) {
		tuple->src.ip = flow->v4.src;
		tuple->dst.ip = flow->v4.dst;
	} else {
		tuple->src.in6 = flow->v6.src;
		tuple->dst.in6 = flow->v6.dst;
	}
	if (dsr_flow_persists(flow))
		dsr_flow_persist_tuple(flow, tuple);
}

u32 dsr_flow_count(const struct dsr_flow_table *ft)
{
	u32 i, count = 0;

	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		count += READ_ONCE(ft->stripes[i].count);
	return count;
}

struct dsr_flow_buckets *dsr_flow_buckets_alloc(u32 size, u8 link)
{
	struct dsr_flow_buckets *b;

	b = kvzalloc(struct_size(b, head, size), GFP_KERNEL_ACCOUNT);
	if (b) {
		b->mask = size - 1;
		b->link = link;
	}
	return b;
}

int dsr_flow_init(struct dsr_flow_table *ft, u32 max)
{
	struct dsr_flow_buckets *b;
	int i;

	ft->stripes = kvcalloc(DSR_FLOW_STRIPES, sizeof(*ft->stripes),
			       GFP_KERNEL_ACCOUNT);
	if (!ft->stripes)
		return -ENOMEM;
	b = dsr_flow_buckets_alloc(DSR_FLOW_STRIPES, 0);
	if (!b) {
		kvfree(ft->stripes);
		return -ENOMEM;
	}
	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		spin_lock_init(&ft->stripes[i].lock);
	get_random_bytes(&ft->key, sizeof(ft->key));
	max = min_t(u32, max, DSR_FLOWS_MAX);
	ft->stripe_max = DIV_ROUND_UP(max, DSR_FLOW_STRIPES);
	mutex_init(&ft->walk);
	INIT_DEFERRABLE_WORK(&ft->work, dsr_flow_work);
	RCU_INIT_POINTER(ft->buckets, b);
	return 0;
}

static bool dsr_flow_match_all(const struct dsr_flow *flow, const void *arg)
{
	return true;
}

void dsr_flow_exit(struct dsr_flow_table *ft)
{
	dsr_flow_stop(ft);
	dsr_flow_purge(ft, dsr_flow_match_all, NULL);
	kvfree(rcu_dereference_protected(ft->buckets, true));
	kvfree(ft->stripes);
}

int dsr_flow_cache_init(void)
{
	dsr_flow_cache4 = kmem_cache_create("nf_dsr_flow4",
					    offsetofend(struct dsr_flow, v4), 0,
					    SLAB_HWCACHE_ALIGN, NULL);
	dsr_flow_cache6 = kmem_cache_create("nf_dsr_flow6",
					    sizeof(struct dsr_flow), 0, 0, NULL);
	if (dsr_flow_cache4 && dsr_flow_cache6)
		return 0;
	dsr_flow_cache_exit();
	return -ENOMEM;
}

void dsr_flow_cache_exit(void)
{
	kmem_cache_destroy(dsr_flow_cache4);
	kmem_cache_destroy(dsr_flow_cache6);
}

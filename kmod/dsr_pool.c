// SPDX-License-Identifier: GPL-2.0
/*
 * Building and publishing pools, see dsr_pool.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>

#include "dsr_backend.h"
#include "dsr_hash.h"
#include "dsr_maglev.h"
#include "dsr_mem.h"
#include "dsr_net.h"
#include "dsr_pool.h"
#include "dsr_share.h"
#include "dsr_table.h"
#include "dsr_tick.h"

/* How many backends a new flow tries that finds its own full. */
#define DSR_POOL_LOOKS	64

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
				  const struct dsr_tuple *tuple, bool take)
{
	u32 i = pool->sched->pick(pool, tuple, take);

	if (likely(!pool->limits))
		return pool->members[i].backend;
	return dsr_pool_open(pool, i) ?: dsr_pool_next(pool, tuple, i);
}

/* Every pool has the consistent hash, whatever its scheduler: it stands in
 * when the flow table is full, and for ICMP errors about forgotten flows.
 */
static int dsr_pool_fill_slots(struct dsr_net *dn, struct dsr_pool *pool)
{
	struct dsr_maglev_backend *m;
	struct dsr_backend *backend;
	u32 i;

	if (pool->nr < 2)
		return 0;
	m = kvcalloc(pool->nr, sizeof(*m), DSR_GFP);
	if (!m)
		return -ENOMEM;
	for (i = 0; i < pool->nr; i++) {
		backend = pool->members[i].backend;
		m[i].hash = dsr_hash_addr(backend->key.family,
					  &backend->key.addr, &pool->key);
		m[i].weight = pool->members[i].weight;
		m[i].index = i;
	}
	pool->table = dsr_table_get(dn, pool->policy.table_size, m, pool->nr);
	kvfree(m);
	if (!pool->table)
		return -ENOMEM;
	pool->slots = pool->table->slots;
	pool->nr_slots = pool->table->nr_slots;
	return 0;
}

/* Those that take new flows, of the priorities that are used. */
static void dsr_pool_fill_members(struct dsr_pool *pool,
				  const struct dsr_service *svc)
{
	u32 up[DSR_PRIORITIES] = {};
	struct dsr_backend *backend;
	u32 i;

	list_for_each_entry(backend, &svc->backends, list)
		up[backend->conf.priority] += dsr_backend_eligible(backend);
	pool->worst = dsr_share_worst(up, pool->policy.min_active);
	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_backend_eligible(backend) &&
		    backend->conf.priority <= pool->worst)
			pool->members[pool->nr++].backend = backend;
	}
	for (i = 0; i < pool->nr; i++) {
		if (pool->members[i].backend->conf.max_flows)
			pool->limits = true;
	}
	pool->counts = pool->limits || pool->sched->counts;
}

static u32 dsr_pool_step(const struct dsr_pool *pool,
			 const struct dsr_backend *backend)
{
	return dsr_share_step(ktime_get_seconds() - backend->up_since,
			      pool->policy.slow_start);
}

bool dsr_pool_ramps(const struct dsr_pool *pool,
		    const struct dsr_backend *backend)
{
	return pool->ramping &&
	       dsr_pool_step(pool, backend) < DSR_SHARE_STEPS;
}

/* Where all are of the same age their shares are, too. */
static void dsr_pool_weigh(struct dsr_pool *pool)
{
	u32 i, scale = 1, max_weight = 0;
	struct dsr_member *m;

	for (i = 0; i < pool->nr; i++) {
		m = &pool->members[i];
		max_weight = max(max_weight, m->backend->conf.weight);
		m->step = dsr_pool_step(pool, m->backend);
		if (m->step < DSR_SHARE_STEPS)
			pool->ramping = true;
	}
	if (pool->ramping)
		scale = dsr_share_scale(max_weight);
	for (i = 0; i < pool->nr; i++) {
		m = &pool->members[i];
		m->weight = dsr_share_weight(m->backend->conf.weight, scale,
					     m->step);
	}
}

bool dsr_pool_outgrown(const struct dsr_pool *pool)
{
	u32 i;

	for (i = 0; pool->ramping && i < pool->nr; i++) {
		if (dsr_pool_step(pool, pool->members[i].backend) !=
		    pool->members[i].step)
			return true;
	}
	return false;
}

void dsr_pool_free(struct dsr_pool *pool)
{
	if (!pool)
		return;
	dsr_table_put(pool->table);
	kvfree(pool->order);
	kvfree(pool);
}

static void dsr_pool_free_head(struct rcu_head *rcu)
{
	dsr_pool_free(container_of(rcu, struct dsr_pool, rcu));
}

void dsr_pool_free_rcu(struct dsr_pool *pool)
{
	if (pool)
		call_rcu(&pool->rcu, dsr_pool_free_head);
}

/* Also of backends that get no new flows. */
static bool dsr_pool_leaves(const struct dsr_service *svc)
{
	const struct dsr_backend *backend;

	if (svc->conf.policy.no_backend == NF_DSR_NO_BACKEND_ACCEPT)
		return false;
	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_fwd_method(&backend->conf.fwd, &svc->conf.fwd) ==
		    NF_DSR_METHOD_LOCAL)
			return false;
	}
	return true;
}

struct dsr_pool *dsr_pool_build(const struct dsr_service *svc)
{
	const struct dsr_service_conf *conf = &svc->conf;
	struct dsr_pool *pool;
	int err;

	pool = kvzalloc(struct_size(pool, members, svc->nr_backends),
			DSR_GFP);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->sched = conf->sched;
	dsr_hash_seed(&pool->key, conf->seed);
	pool->policy = conf->policy;
	dsr_pool_fill_members(pool, svc);
	dsr_pool_weigh(pool);
	pool->leaves = dsr_pool_leaves(svc);
	err = dsr_pool_fill_slots(svc->dn, pool);
	if (!err && pool->nr && pool->sched->prepare)
		err = pool->sched->prepare(pool);
	if (err) {
		dsr_pool_free(pool);
		return ERR_PTR(err);
	}
	return pool;
}

void dsr_pool_start(struct dsr_service *svc)
{
	const struct dsr_pool *pool = svc->pool;
	u32 i;

	/* One that had a limit until now has to hear that it has none, too. */
	for (i = 0; i < pool->nr; i++) {
		if (pool->counts || pool->members[i].backend->max_flows)
			dsr_backend_recount(pool->members[i].backend);
	}
	if (pool->counts || pool->ramping)
		dsr_tick_start(svc);
}

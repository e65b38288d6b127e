// SPDX-License-Identifier: GPL-2.0
/*
 * Pools: how they are built and freed, and the tables of the consistent hash that
 * they share, see pool.h.
 */
#include <linux/jhash.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/rhashtable.h>
#include <linux/sort.h>

#include "backend.h"
#include "lib/hash.h"
#include "lib/maglev.h"
#include "lib/share.h"
#include "mem.h"
#include "net.h"
#include "path.h"
#include "pool.h"
#include "timer.h"

/* Get the table of the consistent hash. Every pool has one, regardless of its
 * scheduler: the consistent hash replaces the scheduler when the flow table is full,
 * and it selects the backend for ICMP errors about unknown flows.
 */
static int dsr_pool_fill_slots(struct dsr_net *dn, struct dsr_pool *pool)
{
	struct dsr_maglev_backend *m;
	struct dsr_backend *backend;
	u32 i;

	if (pool->nr < 2 || pool->sched->ranked)
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

/* Decide whether the pool ignores health. The pool before it matters, too. */
static void dsr_pool_count_healthy(struct dsr_pool *pool, const struct dsr_service *svc)
{
	bool open = svc->pool && svc->pool->fail_open;
	struct dsr_backend *backend;

	list_for_each_entry(backend, &svc->backends, list) {
		if (!dsr_backend_is_candidate(backend))
			continue;
		pool->candidates++;
		pool->healthy += backend->conf.health == NF_DSR_HEALTH_UP;
	}
	pool->fail_open = dsr_share_fail_open(open, pool->healthy, pool->candidates,
					      pool->policy.fail_open_below);
}

static bool dsr_pool_takes(const struct dsr_pool *pool, const struct dsr_backend *backend)
{
	return dsr_backend_is_candidate(backend) &&
	       dsr_backend_health(&backend->conf, pool->fail_open) == NF_DSR_HEALTH_UP;
}

/* Add the backends that take new flows, as far as their priority is in use. */
static void dsr_pool_fill_members(struct dsr_pool *pool,
				  const struct dsr_service *svc)
{
	u32 up[DSR_PRIORITIES] = {};
	struct dsr_backend *backend;
	u32 i;

	dsr_pool_count_healthy(pool, svc);
	list_for_each_entry(backend, &svc->backends, list)
		up[backend->conf.priority] += dsr_pool_takes(pool, backend);
	pool->worst = dsr_share_worst(up, pool->policy.min_active);
	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_pool_takes(pool, backend) &&
		    backend->conf.priority <= pool->worst)
			pool->members[pool->nr++].backend = backend;
	}
	for (i = 0; i < pool->nr; i++) {
		if (pool->members[i].backend->conf.max_flows)
			pool->limits = true;
	}
	pool->track_load = pool->limits || pool->sched->track_load;
}

static int dsr_pool_cmp_rank(const void *a, const void *b)
{
	const struct dsr_member *x = a, *y = b;

	if (x->weight != y->weight)
		return x->weight < y->weight ? 1 : -1;
	return x->step < y->step ? -1 : 1;
}

/* Sort the members by their weights, and equal ones in the order in which they were added.
 * The step serves to tell them apart, before it gets its value.
 */
static void dsr_pool_rank(struct dsr_pool *pool)
{
	u32 i;

	for (i = 0; i < pool->nr; i++) {
		pool->members[i].weight = pool->members[i].backend->conf.weight;
		pool->members[i].step = i;
	}
	sort(pool->members, pool->nr, sizeof(pool->members[0]), dsr_pool_cmp_rank, NULL);
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

/* Set the weight of each member to its share in slow start. Backends of the same age
 * keep the proportions of their configured weights. Where the weights are ranks and no
 * shares, there is no slow start.
 */
static void dsr_pool_weigh(struct dsr_pool *pool)
{
	u32 i, scale = 1, max_weight = 0;
	struct dsr_member *m;

	for (i = 0; i < pool->nr; i++) {
		m = &pool->members[i];
		max_weight = max(max_weight, m->backend->conf.weight);
		m->step = pool->sched->ranked ? DSR_SHARE_STEPS :
						dsr_pool_step(pool, m->backend);
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

/* Return true if no packet of the service continues into this machine's stack.
 * Backends that get no new flows count as well, because they may still have flows.
 */
static bool dsr_pool_no_local(const struct dsr_service *svc)
{
	const struct dsr_backend *backend;

	if (svc->conf.policy.no_backend == NF_DSR_NO_BACKEND_ACCEPT)
		return false;
	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_fwd_method(&backend->conf.fwd, &svc->conf.fwd)->local)
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
	if (pool->sched->ranked)
		dsr_pool_rank(pool);
	dsr_pool_weigh(pool);
	pool->no_local = dsr_pool_no_local(svc);
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

	/* This includes a backend whose limit has just been removed. */
	for (i = 0; i < pool->nr; i++) {
		if (pool->track_load || pool->members[i].backend->max_flows)
			dsr_backend_recount(pool->members[i].backend);
	}
	if (pool->track_load || pool->ramping)
		dsr_timer_start(svc);
}

/*
 * Lookup tables of the consistent hash, see pool.h.
 */

/**
 * struct dsr_table_key - key of a table
 * @nr_slots: its size
 * @nr: number of @backends
 * @sum: hash of the key
 * @backends: the backends; hash and weight are part of the key
 */
struct dsr_table_key {
	u32 nr_slots;
	u32 nr;
	u32 sum;
	const struct dsr_maglev_backend *backends;
};

static u32 dsr_table_sum(u32 nr_slots, const struct dsr_maglev_backend *backends,
			 u32 nr)
{
	u32 i, sum = nr_slots;

	for (i = 0; i < nr; i++)
		sum = jhash_3words(backends[i].hash, backends[i].hash >> 32,
				   backends[i].weight, sum);
	return sum;
}

static u32 dsr_table_hash_key(const void *data, u32 len, u32 seed)
{
	const struct dsr_table_key *key = data;

	return jhash_1word(key->sum, seed);
}

static u32 dsr_table_hash(const void *data, u32 len, u32 seed)
{
	const struct dsr_table *table = data;

	return jhash_1word(table->sum, seed);
}

/* Return 0 if the table has the given key. */
static int dsr_table_cmp(struct rhashtable_compare_arg *arg, const void *data)
{
	const struct dsr_table_key *key = arg->key;
	const struct dsr_table *table = data;
	u32 i;

	if (table->nr_slots != key->nr_slots || table->nr != key->nr)
		return 1;
	for (i = 0; i < key->nr; i++) {
		if (table->parts[i].hash != key->backends[i].hash ||
		    table->parts[i].weight != key->backends[i].weight)
			return 1;
	}
	return 0;
}

static const struct rhashtable_params dsr_table_params = {
	.head_offset	= offsetof(struct dsr_table, node),
	.hashfn		= dsr_table_hash_key,
	.obj_hashfn	= dsr_table_hash,
	.obj_cmpfn	= dsr_table_cmp,
	.automatic_shrinking = true,
};

int dsr_tables_init(struct dsr_net *dn)
{
	return rhashtable_init(&dn->tables, &dsr_table_params);
}

void dsr_tables_exit(struct dsr_net *dn)
{
	rhashtable_destroy(&dn->tables);
}

/* Return the table of a key with a reference, or NULL. A table whose last user has
 * just released it is not returned.
 */
static struct dsr_table *dsr_table_lookup(struct dsr_net *dn,
					  const struct dsr_table_key *key)
{
	struct dsr_table *table;

	rcu_read_lock();
	table = rhashtable_lookup(&dn->tables, key, dsr_table_params);
	if (table && !refcount_inc_not_zero(&table->users))
		table = NULL;
	rcu_read_unlock();
	return table;
}

static struct dsr_table *dsr_table_new(struct dsr_net *dn,
				       const struct dsr_table_key *key)
{
	size_t slots = array_size(key->nr_slots, sizeof(u16));
	struct dsr_table *table;
	u32 i;

	if (!dsr_mem_suffices(slots))
		return NULL;
	table = kvmalloc(struct_size(table, parts, key->nr), DSR_GFP);
	if (!table)
		return NULL;
	table->slots = kvmalloc(slots, DSR_GFP);
	if (!table->slots) {
		kvfree(table);
		return NULL;
	}
	table->dn = dn;
	refcount_set(&table->users, 1);
	table->nr = key->nr;
	table->nr_slots = key->nr_slots;
	table->sum = key->sum;
	for (i = 0; i < key->nr; i++) {
		table->parts[i].hash = key->backends[i].hash;
		table->parts[i].weight = key->backends[i].weight;
	}
	return table;
}

struct dsr_table *dsr_table_get(struct dsr_net *dn, u32 nr_slots,
				struct dsr_maglev_backend *backends, u32 nr)
{
	const struct dsr_table_key key = {
		.nr_slots = nr_slots,
		.nr = nr,
		.sum = dsr_table_sum(nr_slots, backends, nr),
		.backends = backends,
	};
	struct dsr_table *table = dsr_table_lookup(dn, &key);

	lockdep_assert_held(&dn->lock);
	if (table)
		return table;
	table = dsr_table_new(dn, &key);
	if (!table)
		return NULL;
	dsr_maglev_fill(table->slots, nr_slots, backends, nr);
	/* If the index of tables has no memory for the table, it is not shared. */
	table->shared = !rhashtable_insert_fast(&dn->tables, &table->node,
						dsr_table_params);
	return table;
}

void dsr_table_put(struct dsr_table *table)
{
	if (!table || !refcount_dec_and_test(&table->users))
		return;
	if (table->shared)
		rhashtable_remove_fast(&table->dn->tables, &table->node,
				       dsr_table_params);
	kvfree(table->slots);
	kvfree_rcu(table, rcu);
}

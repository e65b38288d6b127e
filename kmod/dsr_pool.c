// SPDX-License-Identifier: GPL-2.0
/*
 * Building and publishing pools, see dsr_pool.h.
 */
#include <linux/mm.h>
#include <linux/overflow.h>

#include "dsr_backend.h"
#include "dsr_hash.h"
#include "dsr_maglev.h"
#include "dsr_net.h"
#include "dsr_pool.h"

static const struct dsr_sched_ops *const dsr_scheds[] = {
	&dsr_sched_maglev,
	&dsr_sched_wrr,
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
	if (!pool->nr_slots)
		return 0;
	return pool->slots[dsr_maglev_slot(dsr_hash_tuple(tuple, &pool->key),
					   pool->nr_slots)];
}

/* Every pool has the consistent hash, whatever its scheduler: it stands in
 * when the flow table is full, and for ICMP errors about forgotten flows.
 */
static int dsr_pool_fill_slots(struct dsr_pool *pool)
{
	struct dsr_maglev_backend *m;
	struct dsr_backend *backend;
	u32 i;

	if (pool->nr < 2)
		return 0;
	m = kvcalloc(pool->nr, sizeof(*m), GFP_KERNEL);
	if (!m)
		return -ENOMEM;
	pool->slots = kvmalloc_array(DSR_MAGLEV_SLOTS, sizeof(*pool->slots),
				     GFP_KERNEL_ACCOUNT);
	if (!pool->slots) {
		kvfree(m);
		return -ENOMEM;
	}
	pool->nr_slots = DSR_MAGLEV_SLOTS;
	for (i = 0; i < pool->nr; i++) {
		backend = pool->backends[i];
		m[i].hash = dsr_hash_addr(backend->key.family,
					  &backend->key.addr, &pool->key);
		m[i].weight = backend->conf.weight;
		m[i].index = i;
	}
	dsr_maglev_fill(pool->slots, pool->nr_slots, m, pool->nr);
	kvfree(m);
	return 0;
}

void dsr_pool_free(struct dsr_pool *pool)
{
	kvfree(pool->slots);
	kvfree(pool->order);
	kvfree(pool);
}

static void dsr_pool_free_rcu(struct rcu_head *rcu)
{
	dsr_pool_free(container_of(rcu, struct dsr_pool, rcu));
}

struct dsr_pool *dsr_pool_build(const struct dsr_service *svc,
				const struct dsr_service_conf *conf)
{
	struct dsr_backend *backend;
	struct dsr_pool *pool;
	int err;

	pool = kvzalloc(struct_size(pool, backends, svc->nr_backends),
			GFP_KERNEL_ACCOUNT);
	if (!pool)
		return ERR_PTR(-ENOMEM);
	pool->sched = conf->sched;
	dsr_hash_seed(&pool->key, conf->seed);
	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_backend_eligible(backend))
			pool->backends[pool->nr++] = backend;
	}
	err = dsr_pool_fill_slots(pool);
	if (!err && pool->nr && pool->sched->prepare)
		err = pool->sched->prepare(pool);
	if (err) {
		dsr_pool_free(pool);
		return ERR_PTR(err);
	}
	return pool;
}

void dsr_pool_publish(struct dsr_service *svc, struct dsr_pool *pool)
{
	struct dsr_pool *old;

	old = rcu_replace_pointer(svc->pool, pool,
				  lockdep_is_held(&svc->dn->lock));
	if (old)
		call_rcu(&old->rcu, dsr_pool_free_rcu);
}

void dsr_pool_destroy(struct dsr_service *svc)
{
	dsr_pool_free(rcu_dereference_protected(svc->pool, true));
}

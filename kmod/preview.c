// SPDX-License-Identifier: GPL-2.0
/*
 * Previews of transactions, see preview.h.
 */
#include <linux/err.h>
#include <linux/mm.h>
#include <linux/rbtree.h>
#include <linux/sched.h>

#include "backend.h"
#include "lib/maglev.h"
#include "lib/state.h"
#include "mem.h"
#include "net.h"
#include "pool.h"
#include "preview.h"
#include "stats.h"

/* Return the number of slots of a pool. A pool of one backend, or whose first backend gets
 * all, has no table, but what it has counts as one, so that shares can be compared.
 */
static u32 dsr_preview_slots(const struct dsr_pool *pool)
{
	if (!pool || !pool->nr)
		return 0;
	return pool->nr_slots ?: pool->policy.table_size;
}

/* Return the backend of slot @i of @n, in a pool whose table may have another size: the
 * backend of a flow whose hash is in the middle of that slot. NULL: there is none.
 */
static const struct dsr_backend *dsr_preview_at(const struct dsr_pool *pool, u32 i,
						u32 n)
{
	u64 hash = div_u64((2ULL * i + 1) << 31, n) << 32;

	if (!pool || !pool->nr)
		return NULL;
	if (!pool->nr_slots)
		return pool->members[0].backend;
	return pool->members[pool->slots[dsr_maglev_slot(hash, pool->nr_slots)]].backend;
}

static void dsr_preview_count_moved(struct dsr_preview *p)
{
	u32 i, n = p->slots_after ?: p->slots_before;
	const struct dsr_backend *before;

	for (i = 0; i < n; i++) {
		before = dsr_preview_at(p->before, i, n);
		p->moved += before && before != dsr_preview_at(p->after, i, n);
		if (!(i % 1024))
			cond_resched();
	}
}

/* Set what a pool gives each backend. */
static void dsr_preview_share(struct dsr_preview *p, const struct dsr_pool *pool,
			      size_t offset)
{
	struct dsr_preview_share *share;
	const struct dsr_member *m;
	u32 i;

	for (i = 0; pool && i < pool->nr; i++) {
		m = &pool->members[i];
		share = (void *)&p->backends[m->backend->rank] + offset;
		share->weight = m->weight;
		if (!pool->nr_slots && !i)
			share->slots = dsr_preview_slots(pool);
	}
	for (i = 0; pool && i < pool->nr_slots; i++) {
		m = &pool->members[pool->slots[i]];
		share = (void *)&p->backends[m->backend->rank] + offset;
		share->slots++;
		if (!(i % 1024))
			cond_resched();
	}
}

/* Return true if the flows of a backend would leave it. Those of one that is down
 * already have done so.
 */
static bool dsr_preview_loses(const struct dsr_preview *p,
			      const struct dsr_backend *backend)
{
	const struct dsr_backend_conf *conf = &backend->conf;
	const struct dsr_service *svc = p->svc;
	u8 health;

	if (svc->deleting || backend->deleting)
		return true;
	if (!dsr_backend_usable(backend))
		return false;
	/* Packets that are scheduled one by one have no flows. */
	if (svc->key.proto == IPPROTO_UDP && svc->conf.policy.one_packet)
		return true;
	health = dsr_backend_health(conf, p->after->fail_open);
	return dsr_backend_conf_state(backend, conf, health, true) >=
	       NF_DSR_BACKEND_STATE_DOWN;
}

static void dsr_preview_flows(const struct dsr_preview *p,
			      struct dsr_preview_backend *b)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(b->backend->stats, &sum);
	b->flows = sum.flows - min(sum.flows, sum.gone);
	b->leaving = dsr_preview_loses(p, b->backend) ? b->flows : 0;
}

/* List the backends of the service, published or not. The pools find them there by
 * their rank.
 */
static int dsr_preview_list(struct dsr_preview *p, struct dsr_service *svc)
{
	struct dsr_backend *backend;
	struct rb_node *node;
	u32 n = 0;

	for (node = rb_first(&svc->index); node; node = rb_next(node))
		p->nr++;
	p->backends = kvcalloc(max(p->nr, 1U), sizeof(*p->backends), DSR_GFP);
	if (!p->backends)
		return -ENOMEM;
	for (node = rb_first(&svc->index); node; node = rb_next(node)) {
		backend = rb_entry(node, struct dsr_backend, node);
		backend->rank = n;
		p->backends[n].backend = backend;
		dsr_preview_flows(p, &p->backends[n++]);
		cond_resched();
	}
	return 0;
}

int dsr_preview_make(struct dsr_preview *p, struct dsr_service *svc)
{
	int err;

	lockdep_assert_held(&svc->dn->lock);
	*p = (struct dsr_preview) { .svc = svc, .before = svc->pool };
	if (!svc->deleting) {
		p->after = dsr_pool_build(svc);
		if (IS_ERR(p->after))
			return PTR_ERR(p->after);
	}
	err = dsr_preview_list(p, svc);
	if (err) {
		dsr_pool_free(p->after);
		return err;
	}
	p->slots_before = dsr_preview_slots(p->before);
	p->slots_after = dsr_preview_slots(p->after);
	dsr_preview_count_moved(p);
	dsr_preview_share(p, p->before, offsetof(struct dsr_preview_backend, before));
	dsr_preview_share(p, p->after, offsetof(struct dsr_preview_backend, after));
	return 0;
}

void dsr_preview_free(struct dsr_preview *p)
{
	kvfree(p->backends);
	dsr_pool_free(p->after);
}

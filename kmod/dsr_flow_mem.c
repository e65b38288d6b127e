// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table's memory, and its beginning and end.
 */
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/slab.h>

#include "dsr_flow_bucket.h"
#include "dsr_mem.h"

/* Further buckets of chains. */
static struct kmem_cache *dsr_flow_cache;

struct dsr_flow_bucket *dsr_flow_bucket_alloc(gfp_t gfp)
{
	return kmem_cache_zalloc(dsr_flow_cache, gfp);
}

void dsr_flow_bucket_free(struct dsr_flow_bucket *b)
{
	kmem_cache_free(dsr_flow_cache, b);
}

static void dsr_flow_bucket_rcu(struct rcu_head *rcu)
{
	dsr_flow_bucket_free(container_of(rcu, struct dsr_flow_bucket, rcu));
}

void dsr_flow_bucket_free_rcu(struct dsr_flow_bucket *b)
{
	call_rcu(&b->rcu, dsr_flow_bucket_rcu);
}

struct dsr_flow_array *dsr_flow_array_alloc(u32 size, bool six)
{
	u32 per_chunk = min_t(u32, size, BIT(DSR_FLOW_CHUNK_BITS));
	u32 i, chunks = size / per_chunk;
	struct dsr_flow_array *a;

	if (!dsr_mem_suffices((u64)size * sizeof(struct dsr_flow_bucket)))
		return NULL;
	a = kvzalloc(struct_size(a, chunk, chunks), DSR_GFP);
	if (!a)
		return NULL;
	a->mask = size - 1;
	a->six = six;
	for (i = 0; i < chunks; i++) {
		a->chunk[i] = kvcalloc(per_chunk, sizeof(*a->chunk[i]), DSR_GFP);
		if (!a->chunk[i]) {
			dsr_flow_array_free(a);
			return NULL;
		}
		cond_resched();
	}
	return a;
}

static void dsr_flow_chunk_free(struct dsr_flow_bucket *chunk, u32 nr)
{
	struct dsr_flow_bucket *b, *next;
	u32 i;

	for (i = 0; i < nr; i++) {
		for (b = dsr_flow_next(&chunk[i]); b; b = next) {
			next = dsr_flow_next(b);
			dsr_flow_bucket_free(b);
		}
	}
	kvfree(chunk);
}

/* The chunks that it has; the first that could not be had ends them. */
void dsr_flow_array_free(struct dsr_flow_array *a)
{
	u32 size = a->mask + 1;
	u32 per_chunk = min_t(u32, size, BIT(DSR_FLOW_CHUNK_BITS));
	u32 i;

	for (i = 0; i < size / per_chunk && a->chunk[i]; i++) {
		dsr_flow_chunk_free(a->chunk[i], per_chunk);
		cond_resched();
	}
	kvfree(a);
}

static void dsr_flow_free(struct dsr_flow_table *ft)
{
	struct dsr_flow_array *a;
	int six;

	for (six = 0; six < 2; six++) {
		a = rcu_dereference_protected(ft->array[six], true);
		if (a)
			dsr_flow_array_free(a);
	}
	kvfree(ft->stripes);
	mem_cgroup_put(ft->memcg);
}

int dsr_flow_init(struct dsr_flow_table *ft, u32 min, u32 max)
{
	struct dsr_flow_array *a[2];
	int i;

	a[0] = dsr_flow_array_alloc(DSR_FLOW_STRIPES, false);
	a[1] = dsr_flow_array_alloc(DSR_FLOW_STRIPES, true);
	RCU_INIT_POINTER(ft->array[0], a[0]);
	RCU_INIT_POINTER(ft->array[1], a[1]);
	ft->stripes = kvcalloc(DSR_FLOW_STRIPES, sizeof(*ft->stripes), DSR_GFP);
	ft->memcg = NULL;
	if (!a[0] || !a[1] || !ft->stripes) {
		dsr_flow_free(ft);
		return -ENOMEM;
	}
	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		spin_lock_init(&ft->stripes[i].lock);
	get_random_bytes(&ft->key, sizeof(ft->key));
	max = min_t(u32, max, DSR_FLOWS_MAX);
	ft->min = min(min, max);
	ft->stripe_max = DIV_ROUND_UP(max, DSR_FLOW_STRIPES);
	mutex_init(&ft->walk);
	ft->resizes = 1;
	INIT_DEFERRABLE_WORK(&ft->work, dsr_flow_work);
	return 0;
}

void dsr_flow_own(struct dsr_flow_table *ft)
{
	if (!ft->memcg)
		ft->memcg = get_mem_cgroup_from_mm(NULL);
}

static bool dsr_flow_match_all(const struct dsr_flow *flow, u8 proto,
			       const void *arg)
{
	return true;
}

void dsr_flow_exit(struct dsr_flow_table *ft)
{
	dsr_flow_stop(ft);
	dsr_flow_purge(ft, dsr_flow_match_all, NULL);
	dsr_flow_free(ft);
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

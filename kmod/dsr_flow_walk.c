// SPDX-License-Identifier: GPL-2.0
/*
 * What walks the whole flow table, in process context and a bucket at a time:
 * expiry, resizing, purging.
 */
#include <linux/log2.h>
#include <linux/mm.h>

#include "dsr_flow.h"

/* All buckets are looked at in so many rounds. A flow that has expired counts
 * as gone for packets at once; the rounds only free its memory.
 */
#define DSR_FLOW_ROUNDS		16
#define DSR_FLOW_ROUND		(HZ / 2)

static struct dsr_flow_buckets *dsr_flow_walked(struct dsr_flow_table *ft)
{
	return rcu_dereference_protected(ft->buckets,
					 lockdep_is_held(&ft->walk));
}

static void dsr_flow_sweep(struct dsr_flow_table *ft,
			   struct dsr_flow_buckets *b, u32 i,
			   bool (*match)(const struct dsr_flow *flow,
					 const void *arg),
			   const void *arg)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, i);
	struct dsr_flow *flow, *next;

	if (!rcu_access_pointer(b->head[i]))
		return;
	spin_lock_bh(&stripe->lock);
	for (flow = rcu_dereference_protected(b->head[i], true); flow;
	     flow = next) {
		next = rcu_dereference_protected(flow->next[b->link], true);
		if (match(flow, arg))
			dsr_flow_unlink(ft, flow);
	}
	spin_unlock_bh(&stripe->lock);
}

void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, const void *arg),
		    const void *arg)
{
	struct dsr_flow_buckets *b;
	u32 i;

	mutex_lock(&ft->walk);
	b = dsr_flow_walked(ft);
	for (i = 0; i <= b->mask; i++) {
		dsr_flow_sweep(ft, b, i, match, arg);
		cond_resched();
	}
	mutex_unlock(&ft->walk);
}

/* Link a bucket's flows into the next generation too. */
static void dsr_flow_move(struct dsr_flow_table *ft,
			  const struct dsr_flow_buckets *b, u32 i)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, i);
	struct dsr_flow_buckets *future = ft->future;
	struct dsr_flow *flow;

	spin_lock_bh(&stripe->lock);
	for (flow = rcu_dereference_protected(b->head[i], true); flow;
	     flow = rcu_dereference_protected(flow->next[b->link], true))
		dsr_flow_chain(future, flow);
	WRITE_ONCE(ft->moved, i + 1);
	spin_unlock_bh(&stripe->lock);
}

/* Readers stay on the old generation until the new one holds every flow; those
 * that are on it still when the pointer is swapped may miss a flow inserted
 * after, and then find it in dsr_flow_insert(), under the lock.
 */
static void dsr_flow_resize(struct dsr_flow_table *ft, u32 size)
{
	struct dsr_flow_buckets *b = dsr_flow_walked(ft);
	struct dsr_flow_buckets *future;
	u32 i;

	future = dsr_flow_buckets_alloc(size, !b->link);
	if (!future)
		return;	/* longer chains for now; the next round tries again */
	WRITE_ONCE(ft->moved, 0);
	/* Pairs with dsr_flow_future(). */
	smp_store_release(&ft->future, future);
	for (i = 0; i <= b->mask; i++) {
		dsr_flow_move(ft, b, i);
		cond_resched();
	}
	rcu_assign_pointer(ft->buckets, future);
	/* Writers that took a stripe before the swap still write both. */
	synchronize_rcu();
	WRITE_ONCE(ft->future, NULL);
	kvfree(b);
}

static bool dsr_flow_match_expired(const struct dsr_flow *flow, const void *arg)
{
	return dsr_flow_expired(flow);
}

static void dsr_flow_expire(struct dsr_flow_table *ft)
{
	struct dsr_flow_buckets *b = dsr_flow_walked(ft);
	u32 n = (b->mask + 1) / DSR_FLOW_ROUNDS;

	for (; n; n--) {
		ft->cursor = (ft->cursor + 1) & b->mask;
		dsr_flow_sweep(ft, b, ft->cursor, dsr_flow_match_expired, NULL);
		cond_resched();
	}
}

/* One flow for two buckets at most on average: who looks for one then seldom meets
 * another before, which would be one more line to wait for. Memory is given back
 * when fifteen of sixteen buckets would be empty.
 */
static u32 dsr_flow_size_wanted(u32 count, u32 size)
{
	if (count > size / 2)
		return roundup_pow_of_two(2 * count);
	if (count < size / 16)
		return max_t(u32, roundup_pow_of_two(4 * count + 1),
			     DSR_FLOW_STRIPES);
	return size;
}

void dsr_flow_work(struct work_struct *work)
{
	struct dsr_flow_table *ft = container_of(to_delayed_work(work),
						 struct dsr_flow_table, work);
	u32 size, wanted;

	WRITE_ONCE(ft->hurried, false);
	mutex_lock(&ft->walk);
	dsr_flow_expire(ft);
	size = dsr_flow_walked(ft)->mask + 1;
	wanted = dsr_flow_size_wanted(dsr_flow_count(ft), size);
	if (wanted != size)
		dsr_flow_resize(ft, wanted);
	mutex_unlock(&ft->walk);
	dsr_flow_start(ft);
}

void dsr_flow_start(struct dsr_flow_table *ft)
{
	queue_delayed_work(system_unbound_wq, &ft->work, DSR_FLOW_ROUND);
}

void dsr_flow_stop(struct dsr_flow_table *ft)
{
	cancel_delayed_work_sync(&ft->work);
}

u32 dsr_flow_nr_buckets(const struct dsr_flow_table *ft)
{
	u32 size;

	rcu_read_lock();
	size = rcu_dereference(ft->buckets)->mask + 1;
	rcu_read_unlock();
	return size;
}

/* A bucket is read in one RCU section, from its beginning. */
static int dsr_flow_read_bucket(const struct dsr_flow_buckets *b,
				struct dsr_flow_cursor *cursor,
				int (*fn)(const struct dsr_flow *flow,
					  void *arg),
				void *arg)
{
	const struct dsr_flow *flow;
	u32 n = 0;
	int err;

	for (flow = rcu_dereference(b->head[cursor->bucket]); flow;
	     flow = rcu_dereference(flow->next[b->link])) {
		if (n++ < cursor->skip || dsr_flow_expired(flow))
			continue;
		err = fn(flow, arg);
		if (err < 0)
			return err;
		cursor->skip = n;
	}
	return 0;
}

int dsr_flow_for_each(struct dsr_flow_table *ft, struct dsr_flow_cursor *cursor,
		      int (*fn)(const struct dsr_flow *flow, void *arg),
		      void *arg)
{
	const struct dsr_flow_buckets *b;
	bool more;
	int err;

	do {
		rcu_read_lock();
		b = rcu_dereference(ft->buckets);
		more = cursor->bucket <= b->mask;
		err = more ? dsr_flow_read_bucket(b, cursor, fn, arg) : 0;
		rcu_read_unlock();
		if (err < 0)
			return err;
		if (more) {
			cursor->bucket++;
			cursor->skip = 0;
		}
		cond_resched();
	} while (more);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What walks the whole flow table, in process context and a bucket at a time:
 * expiry, resizing, purging, dumps.
 */
#include <linux/log2.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "dsr_flow_bucket.h"

/* All buckets are looked at in so many rounds. A flow that has expired counts
 * as gone for packets at once; the rounds only free its slot.
 */
#define DSR_FLOW_ROUNDS		16
#define DSR_FLOW_ROUND		(HZ / 2)

/* Buckets that one step of a reader looks at. */
#define DSR_FLOW_STEP		4096

/* No resize runs beside a walker, so there is but one generation, and no bucket of
 * it is marked as moved.
 */
static struct dsr_flow_array *dsr_flow_walked(const struct dsr_flow_table *ft,
					      bool six)
{
	return rcu_dereference_protected(ft->array[six],
					 lockdep_is_held(&ft->walk));
}

void dsr_flow_read(struct dsr_flow_place at, bool six,
		   struct dsr_flow_entry *entry)
{
	const struct dsr_flow_slot *slot = dsr_flow_slot(at.b, six, at.i);
	struct dsr_tuple *tuple = &entry->tuple;

	memset(tuple, 0, sizeof(*tuple));
	tuple->family = six ? AF_INET6 : AF_INET;
	tuple->zone = slot->zone;
	tuple->proto = slot->proto;
	tuple->persist = slot->kind == DSR_FLOW_PREFIX;
	tuple->ports = slot->ports;
	if (six) {
		tuple->src.in6 = at.b->v6.slot[at.i].src;
		tuple->dst.in6 = at.b->v6.slot[at.i].dst;
	} else {
		tuple->src.ip = at.b->v4.slot[at.i].src;
		tuple->dst.ip = at.b->v4.slot[at.i].dst;
	}
	dsr_flow_copy(at, six, &entry->flow);
}

/* Without the lock, and so a guess that is wrong at most about what changes now. */
static bool dsr_flow_is_empty(const struct dsr_flow_bucket *home)
{
	return !READ_ONCE(home->used) && !rcu_access_pointer(home->next);
}

static void dsr_flow_sweep(struct dsr_flow_table *ft, bool six, u32 i,
			   bool (*match)(const struct dsr_flow *flow, u8 proto,
					 const void *arg),
			   const void *arg)
{
	struct dsr_flow_bucket *home = dsr_flow_bucket(dsr_flow_walked(ft, six), i);
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, i);
	struct dsr_flow_place at = {}, next = {};
	struct dsr_flow flow;
	bool more;

	if (dsr_flow_is_empty(home))
		return;
	spin_lock_bh(&stripe->lock);
	more = dsr_flow_step(home, six, &at);
	while (more) {
		/* A bucket that gets empty leaves the chain. */
		next = at;
		more = dsr_flow_step(home, six, &next);
		dsr_flow_copy(at, six, &flow);
		if (match(&flow, dsr_flow_slot(at.b, six, at.i)->proto, arg))
			dsr_flow_clear(ft, home, at, six, i);
		at = next;
	}
	spin_unlock_bh(&stripe->lock);
}

void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, u8 proto,
				  const void *arg),
		    const void *arg)
{
	int six;
	u32 i;

	mutex_lock(&ft->walk);
	for (six = 0; six < 2; six++) {
		for (i = 0; i <= dsr_flow_walked(ft, six)->mask; i++) {
			dsr_flow_sweep(ft, six, i, match, arg);
			cond_resched();
		}
	}
	mutex_unlock(&ft->walk);
}

/* The most buckets that chains elsewhere need more for this one's flows. */
static u32 dsr_flow_need(const struct dsr_flow_bucket *home, bool six)
{
	const struct dsr_flow_bucket *b;
	u32 used = 0;

	for (b = home; b; b = dsr_flow_next(b))
		used += b->used;
	return used / dsr_flow_slots(six) + 1;
}

static bool dsr_flow_suffices(const struct dsr_flow_bucket *spare, u32 need)
{
	for (; spare && need; spare = dsr_flow_next(spare))
		need--;
	return !need;
}

/* Small allocations, in process context: to fail there would be to forget flows. */
static void dsr_flow_stock(struct dsr_flow_bucket **spare, u32 need)
{
	struct dsr_flow_bucket *b;

	while (!dsr_flow_suffices(*spare, need)) {
		b = dsr_flow_bucket_alloc(GFP_KERNEL | __GFP_NOFAIL);
		RCU_INIT_POINTER(b->next, *spare);
		*spare = b;
	}
}

/* Copy a bucket's flows to the array that comes after, and have everybody look for
 * them there. Nobody looks there for them before. Under the stripe's lock.
 */
static void dsr_flow_move_locked(struct dsr_flow_table *ft,
				 struct dsr_flow_bucket *home,
				 struct dsr_flow_array *after,
				 struct dsr_flow_bucket **spare)
{
	struct dsr_flow_place at = {}, to;
	struct dsr_flow_bucket *there;
	struct dsr_flow_entry entry;

	while (dsr_flow_step(home, after->six, &at)) {
		dsr_flow_read(at, after->six, &entry);
		there = dsr_flow_home(after, dsr_flow_hash(ft, &entry.tuple));
		if (WARN_ON_ONCE(!dsr_flow_reserve(there, after->six, spare, &to)))
			continue;
		dsr_flow_write_begin(there);
		dsr_flow_fill(to, after->six, &entry.tuple, &entry.flow);
		dsr_flow_write_end(there);
	}
	/* Pairs with dsr_flow_look_in(). */
	smp_store_release(&home->seq, home->seq | DSR_FLOW_MOVED);
}

static void dsr_flow_move(struct dsr_flow_table *ft,
			  struct dsr_flow_array *a, u32 i,
			  struct dsr_flow_array *after,
			  struct dsr_flow_bucket **spare)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, i);
	struct dsr_flow_bucket *home = dsr_flow_bucket(a, i);
	u32 need;

	for (;;) {
		spin_lock_bh(&stripe->lock);
		need = dsr_flow_need(home, a->six);
		if (dsr_flow_suffices(*spare, need))
			break;
		spin_unlock_bh(&stripe->lock);
		dsr_flow_stock(spare, need);
	}
	dsr_flow_move_locked(ft, home, after, spare);
	spin_unlock_bh(&stripe->lock);
}

/* Packets find flows in the old array until they are moved, one bucket after the
 * other. Those that got hold of the old one are sent on from there.
 */
static void dsr_flow_resize(struct dsr_flow_table *ft, bool six, u32 size)
{
	struct dsr_flow_array *a = dsr_flow_walked(ft, six), *after;
	struct dsr_flow_bucket *spare = NULL, *b;
	u32 i;

	after = dsr_flow_array_alloc(size, six);
	if (!after)
		return;	/* longer chains for now; the next round tries again */
	rcu_assign_pointer(a->after, after);
	for (i = 0; i <= a->mask; i++) {
		dsr_flow_move(ft, a, i, after, &spare);
		cond_resched();
	}
	rcu_assign_pointer(ft->array[six], after);
	ft->resizes = ft->resizes + 1 ?: 1;
	synchronize_rcu();
	dsr_flow_array_free(a);
	while ((b = spare)) {
		spare = dsr_flow_next(b);
		dsr_flow_bucket_free(b);
	}
}

static bool dsr_flow_match_expired(const struct dsr_flow *flow, u8 proto,
				   const void *arg)
{
	return dsr_flow_expired(flow);
}

static void dsr_flow_expire(struct dsr_flow_table *ft, bool six)
{
	u32 mask = dsr_flow_walked(ft, six)->mask;
	u32 n = (mask + 1) / DSR_FLOW_ROUNDS;
	u32 *cursor = &ft->cursor[six];

	for (; n; n--) {
		*cursor = (*cursor + 1) & mask;
		dsr_flow_sweep(ft, six, *cursor, dsr_flow_match_expired, NULL);
		cond_resched();
	}
}

/* Five of eight slots are taken at most on average, and half as many after the
 * table grew: few buckets then have flows that do not fit. Memory is given back
 * when fifteen of sixteen slots are free.
 */
static u32 dsr_flow_size_wanted(u32 count, u32 size, u32 slots)
{
	u32 least = DIV_ROUND_UP_ULL((u64)count * 8, 5 * slots);

	if (least > size)
		return roundup_pow_of_two(least);
	if (count < size / 16 * slots)
		return max_t(u32, roundup_pow_of_two(2 * least + 1),
			     DSR_FLOW_STRIPES);
	return size;
}

static void dsr_flow_fit(struct dsr_flow_table *ft, bool six)
{
	u32 size = dsr_flow_walked(ft, six)->mask + 1;
	u32 i, wanted, count = 0;

	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		count += READ_ONCE(ft->stripes[i].count[six]);
	if (count)
		count = max(count, ft->min);
	wanted = dsr_flow_size_wanted(count, size, dsr_flow_slots(six));
	if (wanted != size)
		dsr_flow_resize(ft, six, wanted);
}

void dsr_flow_work(struct work_struct *work)
{
	struct dsr_flow_table *ft = container_of(to_delayed_work(work),
						 struct dsr_flow_table, work);
	struct mem_cgroup *memcg = set_active_memcg(ft->memcg);
	int six;

	mutex_lock(&ft->walk);
	for (six = 0; six < 2; six++) {
		dsr_flow_fit(ft, six);
		dsr_flow_expire(ft, six);
	}
	mutex_unlock(&ft->walk);
	set_active_memcg(memcg);
	WRITE_ONCE(ft->hurried, false);
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
	u32 size = 0;
	int six;

	rcu_read_lock();
	for (six = 0; six < 2; six++)
		size += rcu_dereference(ft->array[six])->mask + 1;
	rcu_read_unlock();
	return size;
}

/* A bucket is read under one lock, from its beginning. */
static int dsr_flow_visit(struct dsr_flow_table *ft,
			  struct dsr_flow_bucket *home,
			  struct dsr_flow_cursor *cursor,
			  int (*fn)(const struct dsr_flow_entry *entry,
				    void *arg),
			  void *arg)
{
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, cursor->bucket);
	struct dsr_flow_place at = {};
	struct dsr_flow_entry entry;
	int err = 0;
	u32 n = 0;

	if (dsr_flow_is_empty(home))
		return 0;
	spin_lock_bh(&stripe->lock);
	while (err >= 0 && dsr_flow_step(home, cursor->six, &at)) {
		dsr_flow_read(at, cursor->six, &entry);
		if (n++ < cursor->skip || dsr_flow_expired(&entry.flow))
			continue;
		err = fn(&entry, arg);
		if (err >= 0)
			cursor->skip = n;
	}
	spin_unlock_bh(&stripe->lock);
	return min(err, 0);
}

int dsr_flow_for_each(struct dsr_flow_table *ft, struct dsr_flow_cursor *cursor,
		      int (*fn)(const struct dsr_flow_entry *entry, void *arg),
		      void *arg)
{
	u32 left = DSR_FLOW_STEP;
	struct dsr_flow_array *a;
	int err = 1;

	lockdep_assert_held(&ft->walk);
	cursor->resizes = ft->resizes;
	while (left--) {
		a = dsr_flow_walked(ft, cursor->six);
		if (cursor->bucket > a->mask) {
			err = !cursor->six;
			if (cursor->six)
				break;
			cursor->bucket = 0;
			cursor->six = true;
			continue;
		}
		err = dsr_flow_visit(ft, dsr_flow_bucket(a, cursor->bucket),
				     cursor, fn, arg) ?: 1;
		if (err < 0)
			break;
		cursor->bucket++;
		cursor->skip = 0;
		cond_resched();
	}
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The flow table as a whole, in process context: the walks, which lock one bucket at a
 * time (dsr_flow_purge(); the periodic work, which expires flows and resizes the table;
 * dsr_flow_for_each() for dumps), and the creation and removal of the table. Read
 * flow_bucket.h first.
 */
#include <linux/log2.h>
#include <linux/memcontrol.h>
#include <linux/mm.h>
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/sched/mm.h>

#include "flow_bucket.h"
#include "mem.h"

/* Number of rounds of expiry that visit all buckets once. Packets regard an expired flow
 * as gone at once; the rounds only free its slot.
 */
#define DSR_FLOW_ROUNDS		16
#define DSR_FLOW_ROUND		(HZ / 2)

/* Number of buckets that one step of dsr_flow_for_each() visits. */
#define DSR_FLOW_STEP		4096

/* Return the array of a family. No resize runs during another walk, so there is only
 * one generation, and none of its buckets is marked as moved. Context: under ft->walk.
 */
static struct dsr_flow_array *dsr_flow_walked(const struct dsr_flow_table *ft,
					      bool ipv6)
{
	return rcu_dereference_protected(ft->array[ipv6],
					 lockdep_is_held(&ft->walk));
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

/* Free an array and its chains; it must have no other user by then. An array whose
 * allocation has failed has only some of its chunks; a NULL pointer ends them.
 */
static void dsr_flow_array_free(struct dsr_flow_array *a)
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

/* Allocate an array, of which all slots are free. */
static struct dsr_flow_array *dsr_flow_array_alloc(u32 size, bool ipv6)
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
	a->ipv6 = ipv6;
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

/* Return true if the bucket has no flow. This takes no lock, so the result may be wrong
 * about a flow that is being added or removed, and about no other.
 */
static bool dsr_flow_is_empty(const struct dsr_flow_bucket *home)
{
	return !READ_ONCE(home->used) && !rcu_access_pointer(home->next);
}

static void dsr_flow_sweep(struct dsr_flow_table *ft, bool ipv6, u32 i,
			   bool (*match)(const struct dsr_flow *flow, u8 proto,
					 const void *arg),
			   const void *arg)
{
	struct dsr_flow_bucket *home = dsr_flow_bucket(dsr_flow_walked(ft, ipv6), i);
	struct dsr_flow_stripe *stripe = dsr_flow_stripe(ft, i);
	struct dsr_flow_place at = {}, next = {};
	struct dsr_flow flow;
	bool more;

	if (dsr_flow_is_empty(home))
		return;
	spin_lock_bh(&stripe->lock);
	more = dsr_flow_step(home, ipv6, &at);
	while (more) {
		/* Step first: an empty bucket leaves the chain. */
		next = at;
		more = dsr_flow_step(home, ipv6, &next);
		dsr_flow_copy(at, ipv6, &flow);
		if (match(&flow, dsr_flow_slot(at.b, ipv6, at.i)->proto, arg))
			dsr_flow_clear(ft, home, at, ipv6, i);
		at = next;
	}
	spin_unlock_bh(&stripe->lock);
}

void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, u8 proto,
				  const void *arg),
		    const void *arg)
{
	int ipv6;
	u32 i;

	mutex_lock(&ft->walk);
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		for (i = 0; i <= dsr_flow_walked(ft, ipv6)->mask; i++) {
			dsr_flow_sweep(ft, ipv6, i, match, arg);
			cond_resched();
		}
	}
	mutex_unlock(&ft->walk);
}

/* Return how many further buckets the chains of the next array need at most for the
 * flows of this bucket.
 */
static u32 dsr_flow_need(const struct dsr_flow_bucket *home, bool ipv6)
{
	const struct dsr_flow_bucket *b;
	u32 used = 0;

	for (b = home; b; b = dsr_flow_next(b))
		used += b->used;
	return used / dsr_flow_slots(ipv6) + 1;
}

static bool dsr_flow_suffices(const struct dsr_flow_bucket *spare, u32 need)
{
	for (; spare && need; spare = dsr_flow_next(spare))
		need--;
	return !need;
}

/* Allocate a spare bucket. A failure would lose flows. If the table's memory cgroup has
 * no room left, it is not charged for the bucket. Otherwise packets of clients could
 * make the OOM killer end a process of the owner. Such buckets are few, because few
 * chains of the next array need a further bucket. Context: process.
 */
static struct dsr_flow_bucket *dsr_flow_spare_must(void)
{
	struct dsr_flow_bucket *b = dsr_flow_bucket_alloc(DSR_GFP);
	struct mem_cgroup *memcg;

	if (b)
		return b;
	memcg = set_active_memcg(NULL);
	b = dsr_flow_bucket_alloc(GFP_KERNEL | __GFP_NOFAIL);
	set_active_memcg(memcg);
	return b;
}

/* Allocate spare buckets until there are @need. Context: process. */
static void dsr_flow_stock(struct dsr_flow_bucket **spare, u32 need)
{
	struct dsr_flow_bucket *b;

	while (!dsr_flow_suffices(*spare, need)) {
		b = dsr_flow_spare_must();
		RCU_INIT_POINTER(b->next, *spare);
		*spare = b;
	}
}

/* Copy the flows of a bucket to the next array, then mark the bucket as moved, so that
 * readers and writers use the next array. None of them looks for these flows there
 * before. Context: under the stripe's lock.
 */
static void dsr_flow_move_locked(struct dsr_flow_table *ft,
				 struct dsr_flow_bucket *home,
				 struct dsr_flow_array *after,
				 struct dsr_flow_bucket **spare)
{
	struct dsr_flow_place at = {}, to;
	struct dsr_flow_bucket *there;
	struct dsr_flow_entry entry;

	while (dsr_flow_step(home, after->ipv6, &at)) {
		dsr_flow_read(at, after->ipv6, &entry);
		there = dsr_flow_home(after, dsr_flow_hash(ft, &entry.tuple));
		if (WARN_ON_ONCE(!dsr_flow_reserve(there, after->ipv6, spare, &to)))
			continue;
		dsr_flow_write_begin(there);
		dsr_flow_fill(to, after->ipv6, &entry.tuple, &entry.flow);
		dsr_flow_write_end(there);
	}
	/* Pairs with dsr_flow_lookup_in(). */
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
		need = dsr_flow_need(home, a->ipv6);
		if (dsr_flow_suffices(*spare, need))
			break;
		spin_unlock_bh(&stripe->lock);
		dsr_flow_stock(spare, need);
	}
	dsr_flow_move_locked(ft, home, after, spare);
	spin_unlock_bh(&stripe->lock);
}

/* Move all flows to a new array, one bucket after the other. Packets find flows in the
 * old array until their bucket is moved, and readers that still have the old array are
 * redirected from there.
 */
static void dsr_flow_resize(struct dsr_flow_table *ft, bool ipv6, u32 size)
{
	struct dsr_flow_array *a = dsr_flow_walked(ft, ipv6), *after;
	struct dsr_flow_bucket *spare = NULL, *b;
	u32 i;

	after = dsr_flow_array_alloc(size, ipv6);
	if (!after)
		return;	/* chains stay longer; the next round tries again */
	rcu_assign_pointer(a->after, after);
	for (i = 0; i <= a->mask; i++) {
		dsr_flow_move(ft, a, i, after, &spare);
		cond_resched();
	}
	rcu_assign_pointer(ft->array[ipv6], after);
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

static void dsr_flow_expire(struct dsr_flow_table *ft, bool ipv6)
{
	u32 mask = dsr_flow_walked(ft, ipv6)->mask;
	u32 n = (mask + 1) / DSR_FLOW_ROUNDS;
	u32 *cursor = &ft->cursor[ipv6];

	for (; n; n--) {
		*cursor = (*cursor + 1) & mask;
		dsr_flow_sweep(ft, ipv6, *cursor, dsr_flow_match_expired, NULL);
		cond_resched();
	}
}

/* Return the number of buckets that a family should have. On average at most five of
 * eight slots are used, and about half as many after the table has grown, so that few
 * buckets have more flows than slots. The table shrinks when fifteen of sixteen slots
 * are free.
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

static void dsr_flow_fit(struct dsr_flow_table *ft, bool ipv6)
{
	u32 size = dsr_flow_walked(ft, ipv6)->mask + 1;
	u32 i, wanted, count = 0;

	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		count += READ_ONCE(ft->stripes[i].count[ipv6]);
	if (count)
		count = max(count, ft->min);
	wanted = dsr_flow_size_wanted(count, size, dsr_flow_slots(ipv6));
	if (wanted != size)
		dsr_flow_resize(ft, ipv6, wanted);
}

void dsr_flow_work(struct work_struct *work)
{
	struct dsr_flow_table *ft = container_of(to_delayed_work(work),
						 struct dsr_flow_table, work);
	struct mem_cgroup *memcg = set_active_memcg(ft->memcg);
	int ipv6;

	mutex_lock(&ft->walk);
	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		dsr_flow_fit(ft, ipv6);
		dsr_flow_expire(ft, ipv6);
	}
	mutex_unlock(&ft->walk);
	set_active_memcg(memcg);
	WRITE_ONCE(ft->hurried, false);
	dsr_flow_start(ft);
}

void dsr_flow_start(struct dsr_flow_table *ft)
{
	queue_delayed_work(system_dfl_wq, &ft->work, DSR_FLOW_ROUND);
}

void dsr_flow_stop(struct dsr_flow_table *ft)
{
	cancel_delayed_work_sync(&ft->work);
}

u32 dsr_flow_nr_buckets(const struct dsr_flow_table *ft)
{
	u32 size = 0;
	int ipv6;

	rcu_read_lock();
	for (ipv6 = 0; ipv6 < 2; ipv6++)
		size += rcu_dereference(ft->array[ipv6])->mask + 1;
	rcu_read_unlock();
	return size;
}

/* Pass the flows of a bucket to @fn, from cursor->skip on. Context: process; the whole
 * chain is read under one lock.
 */
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
	while (err >= 0 && dsr_flow_step(home, cursor->ipv6, &at)) {
		dsr_flow_read(at, cursor->ipv6, &entry);
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
		a = dsr_flow_walked(ft, cursor->ipv6);
		if (cursor->bucket > a->mask) {
			err = !cursor->ipv6;
			if (cursor->ipv6)
				break;
			cursor->bucket = 0;
			cursor->ipv6 = true;
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

static void dsr_flow_free(struct dsr_flow_table *ft)
{
	struct dsr_flow_array *a;
	int ipv6;

	for (ipv6 = 0; ipv6 < 2; ipv6++) {
		a = rcu_dereference_protected(ft->array[ipv6], true);
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

void dsr_flow_charge(struct dsr_flow_table *ft)
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

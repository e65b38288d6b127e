/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table: which backend a client connection was given.
 *
 * Readers hold rcu_read_lock() and take no lock. Writers take the lock of the
 * hash's stripe, with bottom halves off. What walks the whole table (resizing,
 * expiry, purging) runs in process context, one at a time, under @walk.
 *
 * A flow belongs to the table from its insertion to its removal and is freed
 * a grace period later. It does not count references on its backend: a dead
 * backend is freed only after dsr_flow_purge() has removed its flows.
 */
#ifndef _DSR_FLOW_H
#define _DSR_FLOW_H

#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/siphash.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include <uapi/linux/nf_dsr.h>

#include "dsr_parse.h"

struct dsr_backend;

#define DSR_FLOW_STRIPES	256

/* More is not asked for: that is 64 GiB. */
#define DSR_FLOWS_MAX		BIT(30)

/**
 * struct dsr_flow - one remembered client connection
 * @next: next in the bucket; which of the two is used changes with each
 *	resize, so that the old chains stay whole until no reader is on them
 * @backend: where its packets go
 * @hash: of its tuple
 * @seen: low word of jiffies at its last packet, to the second
 * @state: enum nf_dsr_flow_state
 * @proto: IP protocol number
 * @family: AF_INET or AF_INET6
 * @zone: of its VRF, 0: none; two of them may use the same addresses
 * @sport: the client's port
 * @dport: the VIP's port
 * @rcu: for freeing
 * @v4: addresses; an IPv4 flow ends here, at the end of its cache line
 * @v6: addresses
 */
struct dsr_flow {
	struct dsr_flow __rcu *next[2];
	struct dsr_backend *backend;
	u32 hash;
	u32 seen;
	u8 state;
	u8 proto;
	u8 family;
	u8 zone;
	__be16 sport;
	__be16 dport;
	struct rcu_head rcu;
	union {
		struct {
			__be32 src;
			__be32 dst;
		} v4;
		struct {
			struct in6_addr src;
			struct in6_addr dst;
		} v6;
	};
};

/**
 * struct dsr_flow_buckets - one generation of the hash
 * @mask: number of buckets, a power of two of at least DSR_FLOW_STRIPES, less 1
 * @link: which of a flow's next pointers chains it here
 * @head: the buckets
 */
struct dsr_flow_buckets {
	u32 mask;
	u8 link;
	struct dsr_flow __rcu *head[];
};

/**
 * struct dsr_flow_stripe - what a writer of a bucket needs alone
 * @lock: of all buckets whose index ends alike; the index of a hash ends alike
 *	in every generation, so that one lock covers old and new
 * @count: flows in these buckets. There is no counter of all flows, for a new
 *	flow would write it from every CPU.
 *
 * A line each, or writers of different stripes would meet all the same.
 */
struct dsr_flow_stripe {
	spinlock_t lock;	/* its buckets' chains, and count */
	u32 count;
} ____cacheline_aligned_in_smp;

/**
 * struct dsr_flow_table - the flows of one network namespace
 * @buckets: what readers look in
 * @key: random, so that nobody outside can aim at a bucket
 * @stripes: DSR_FLOW_STRIPES of them
 * @stripe_max: most flows of a stripe
 * @future: next generation while a resize runs; under a stripe's lock
 * @moved: buckets below it are already linked into @future; compared under the
 *	lock of the stripe of the bucket compared
 * @hurried: a crowded stripe asked for the work ahead of its time
 * @walk: held by what walks the table
 * @cursor: where expiry goes on; under @walk
 * @work: expiry and resizing
 */
struct dsr_flow_table {
	struct dsr_flow_buckets __rcu *buckets;
	hsiphash_key_t key;
	struct dsr_flow_stripe *stripes;
	u32 stripe_max;
	struct dsr_flow_buckets *future;
	u32 moved;
	bool hurried;
	struct mutex walk;	/* one walker at a time */
	u32 cursor;
	struct delayed_work work;
};

/* Process context. dsr_flow_exit() expects that nobody else uses the table any
 * more, and ends its work.
 */
int dsr_flow_init(struct dsr_flow_table *ft, u32 max);
void dsr_flow_exit(struct dsr_flow_table *ft);
int dsr_flow_cache_init(void);
void dsr_flow_cache_exit(void);

/* Of this table only: other directors, and the next start, have other keys. */
u32 dsr_flow_hash(const struct dsr_flow_table *ft,
		  const struct dsr_tuple *tuple);

/* Begin to fetch what dsr_flow_find() reads first. Under RCU. */
void dsr_flow_prefetch(const struct dsr_flow_table *ft, u32 hash);

/* Under RCU; the result is valid as long. */
struct dsr_flow *dsr_flow_find(const struct dsr_flow_table *ft,
			       const struct dsr_tuple *tuple, u32 hash);

/**
 * dsr_flow_insert() - remember a flow
 * @ft: table
 * @tuple: its identity
 * @state: enum nf_dsr_flow_state; NF_DSR_FLOW_STATE_PERSIST for what is no flow
 *	but the memory of a prefix, see struct dsr_tuple
 * @hash: of the tuple
 * @backend: where it shall go
 *
 * Softirq, under RCU.
 *
 * Return: @backend; another one if another CPU was quicker and remembered that;
 * NULL if the table is full or memory is short.
 */
struct dsr_backend *dsr_flow_insert(struct dsr_flow_table *ft,
				    const struct dsr_tuple *tuple, u8 state,
				    u32 hash, struct dsr_backend *backend);

/* Would there be room for one more flow? Any context; a snapshot. */
bool dsr_flow_has_room(const struct dsr_flow_table *ft, u32 hash);

/* Is it no flow but the memory of a client prefix? */
static inline bool dsr_flow_persists(const struct dsr_flow *flow)
{
	return READ_ONCE(flow->state) == NF_DSR_FLOW_STATE_PERSIST;
}

/* Note a packet of the flow. Under RCU; writes only when something changes or
 * a second has passed.
 */
void dsr_flow_touch(struct dsr_flow *flow, u8 tcp_flags);

/* Forget a flow, unless somebody did already. Under RCU. */
void dsr_flow_remove(struct dsr_flow_table *ft, struct dsr_flow *flow);

/* Seconds a flow has been silent, and may be. Under RCU. */
u32 dsr_flow_idle(const struct dsr_flow *flow);
u32 dsr_flow_timeout(const struct dsr_flow *flow);

/* An expired flow is as good as gone, though its memory may still be there. */
bool dsr_flow_expired(const struct dsr_flow *flow);

void dsr_flow_tuple(const struct dsr_flow *flow, struct dsr_tuple *tuple);

/**
 * dsr_flow_purge() - forget all flows that @match says
 * @ft: table
 * @match: called under a stripe's lock
 * @arg: its argument
 *
 * Process context; may sleep between buckets.
 */
void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, const void *arg),
		    const void *arg);

/**
 * struct dsr_flow_cursor - where a walk for reading goes on
 * @bucket: bucket
 * @skip: flows of it that were read already
 */
struct dsr_flow_cursor {
	u32 bucket;
	u32 skip;
};

/**
 * dsr_flow_for_each() - read all flows
 * @ft: table
 * @cursor: zero at first; left at the flow for which @fn failed
 * @fn: called under RCU; a negative result ends the walk
 * @arg: its argument
 *
 * Process context. Flows that come and go meanwhile may be met or not; after
 * a change of dsr_flow_nr_buckets() others may be missed or met twice.
 *
 * Return: 0 or what @fn returned.
 */
int dsr_flow_for_each(struct dsr_flow_table *ft, struct dsr_flow_cursor *cursor,
		      int (*fn)(const struct dsr_flow *flow, void *arg),
		      void *arg);

/* Begin or cease to expire flows and to resize. Process context; stopping
 * waits for a round under way.
 */
void dsr_flow_start(struct dsr_flow_table *ft);
void dsr_flow_stop(struct dsr_flow_table *ft);

/* Flows now, and buckets; a snapshot. */
u32 dsr_flow_count(const struct dsr_flow_table *ft);
u32 dsr_flow_nr_buckets(const struct dsr_flow_table *ft);

/* For the walkers in dsr_flow_walk.c only. To unlink a flow, hold the lock of
 * its stripe; it is freed after a grace period.
 */
struct dsr_flow_stripe *dsr_flow_stripe(const struct dsr_flow_table *ft,
					u32 hash);
void dsr_flow_unlink(struct dsr_flow_table *ft, struct dsr_flow *flow);
void dsr_flow_chain(struct dsr_flow_buckets *b, struct dsr_flow *flow);
struct dsr_flow_buckets *dsr_flow_buckets_alloc(u32 size, u8 link);
void dsr_flow_work(struct work_struct *work);

/* Bytes of memory of one IPv4 flow. */
u32 dsr_flow_size(void);

#endif /* _DSR_FLOW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table: which backend a client connection was given.
 *
 * Readers hold rcu_read_lock() and take no lock; what they get is a copy. Writers
 * take the lock of the hash's stripe, with bottom halves off. What walks the whole
 * table (resizing, expiry, purging, dumps) runs in process context, one at a time,
 * under @walk.
 *
 * Flows are in the table's own memory, see flow_bucket.h. A flow does not count
 * references on its backend: a dead backend is freed only a grace period after
 * dsr_flow_purge() has removed its flows, as copies are used under RCU.
 */
#ifndef _DSR_FLOW_H
#define _DSR_FLOW_H

#include <linux/cache.h>
#include <linux/jiffies.h>
#include <linux/mutex.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>
#include <uapi/linux/nf_dsr.h>

#include "lib/parse.h"
#include "lib/state.h"

struct dsr_backend;
struct dsr_flow_array;
struct dsr_flow_bucket;
struct mem_cgroup;

#define DSR_FLOW_STRIPES	256

/* More is not asked for: that is up to 102 GiB. */
#define DSR_FLOWS_MAX		BIT(30)

/**
 * struct dsr_flow - what is remembered of a client connection
 * @backend: where its packets go; NULL: there is no such flow
 * @seen: low word of jiffies at its last packet, to the second
 * @state: enum nf_dsr_flow_state, and DSR_STATE_NEW
 * @seen_at: where the table has @seen; maybe another flow's by now. NULL: nowhere
 *
 * A copy, which may be older than what the table says by now.
 */
struct dsr_flow {
	struct dsr_backend *backend;
	u32 seen;
	u8 state;
	u32 *seen_at;
};

/**
 * struct dsr_flow_entry - a flow and whose it is
 * @tuple: its identity
 * @flow: what is remembered
 */
struct dsr_flow_entry {
	struct dsr_tuple tuple;
	struct dsr_flow flow;
};

/**
 * struct dsr_flow_stripe - what a writer of a bucket needs alone
 * @lock: of all buckets whose index ends alike; the index of a hash ends alike
 *	in every generation, so that one lock covers old and new
 * @count: flows in these buckets, of IPv4 and of IPv6. There is no counter of all
 *	flows, for a new flow would write it from every CPU.
 * @granted: as many flows it may have of those that all namespaces share, see
 *	dsr_flow_total; no less than there are
 *
 * A line each, or writers of different stripes would meet all the same.
 */
struct dsr_flow_stripe {
	spinlock_t lock;	/* its buckets, and count */
	u32 count[2];
	u32 granted;
} ____cacheline_aligned_in_smp;

/**
 * struct dsr_flow_table - the flows of one network namespace
 * @array: buckets of IPv4 and of IPv6
 * @key: of the hash: random, so that nobody outside can aim at a bucket
 * @stripes: DSR_FLOW_STRIPES of them
 * @min: flows of a family that there is room for once there is one
 * @stripe_max: most flows of a stripe
 * @memcg: pays for the memory of flows; held. NULL until dsr_flow_charge()
 * @hurried: a crowded stripe asked for the work ahead of its time
 * @walk: held by what walks the table
 * @resizes: counts them, but is never 0; under @walk
 * @cursor: where expiry goes on, for each array; under @walk
 * @work: expiry and resizing
 */
struct dsr_flow_table {
	struct dsr_flow_array __rcu *array[2];
	u64 key[10];
	struct dsr_flow_stripe *stripes;
	u32 min;
	u32 stripe_max;
	struct mem_cgroup *memcg;
	bool hurried;
	struct mutex walk;	/* one walker at a time */
	u32 resizes;
	u32 cursor[2];
	struct delayed_work work;
};

/* Most flows of all namespaces together. Stripes draw on it for an eighth of their flows
 * at a time, so that only few of many new flows write what all CPUs share; so a table
 * may be refused flows when the others have seven eighths of the total or more.
 */
extern unsigned int dsr_flow_total;

/* Process context. @max is the most flows of both families; for @min of each there
 * is room as soon as there is a flow of it, and no resizing below. dsr_flow_exit()
 * expects that nobody else uses the table any more, and ends its work.
 */
int dsr_flow_init(struct dsr_flow_table *ft, u32 min, u32 max);
void dsr_flow_exit(struct dsr_flow_table *ft);
int dsr_flow_cache_init(void);
void dsr_flow_cache_exit(void);

/* From now on the memory cgroup of the one who acts pays for all memory that the table
 * takes, whoever sends the packets and whichever worker makes it larger; unless there is
 * one that pays already. Process context.
 */
void dsr_flow_charge(struct dsr_flow_table *ft);

/* Of this table only: other directors, and the next start, have other keys. It is not
 * for others to see: what goes onto the wire must not be told by it alone.
 */
u32 dsr_flow_hash(const struct dsr_flow_table *ft,
		  const struct dsr_tuple *tuple);

/* The first half of dsr_flow_lookup(): where to look. Begins to fetch that from memory,
 * which takes longer than all else. Under RCU.
 */
struct dsr_flow_bucket *dsr_flow_prefetch(const struct dsr_flow_table *ft,
					  const struct dsr_tuple *tuple, u32 hash);

/* The second half, in the same section. */
bool dsr_flow_lookup_bucket(const struct dsr_flow_table *ft,
			    struct dsr_flow_bucket *home, const struct dsr_tuple *tuple,
			    u32 hash, struct dsr_flow *flow);

/* What is known of the flow; @flow->backend is NULL if it is not. Under RCU. */
bool dsr_flow_lookup(const struct dsr_flow_table *ft,
		     const struct dsr_tuple *tuple, u32 hash,
		     struct dsr_flow *flow);

/**
 * dsr_flow_insert() - remember a flow
 * @ft: table
 * @tuple: its identity
 * @state: its first; NF_DSR_FLOW_STATE_PERSIST and DSR_STATE_NEW for what is no flow
 *	but the memory of a prefix, see struct dsr_tuple
 * @hash: of the tuple
 * @backend: where it shall go
 *
 * In a full table it takes the place of a flow that has expired or is not confirmed and
 * has been silent for a second, if there is one among a few that it looks at. A
 * handshake is over by then. Softirq, under RCU.
 *
 * Return: @backend; another one if another CPU was quicker and remembered that;
 * NULL if the table is full or memory is short.
 */
struct dsr_backend *dsr_flow_insert(struct dsr_flow_table *ft,
				    const struct dsr_tuple *tuple, u8 state,
				    u32 hash, struct dsr_backend *backend);

/* Would there be room for that flow? Softirq, under RCU; a snapshot. */
bool dsr_flow_would_fit(const struct dsr_flow_table *ft,
			const struct dsr_tuple *tuple, u32 hash);

/* Is it no flow but the memory of a client prefix? */
static inline bool dsr_flow_persists(const struct dsr_flow *flow)
{
	return dsr_state_told(flow->state) == NF_DSR_FLOW_STATE_PERSIST;
}

/* Was it last seen a second ago, or longer? */
static inline bool dsr_flow_is_late(const struct dsr_flow *flow)
{
	return (u32)jiffies - flow->seen >= HZ;
}

/* Write down a packet of a flow that changes its state. Softirq. */
void dsr_flow_update_state(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
			   u32 hash, u8 tcp_flags);

/* A packet of a flow that was found, whose state stays. Idle times are in seconds, so
 * once a second is often enough to write them: a flow's line is read by all CPUs that
 * its packets arrive on. That takes no lock. If the slot is another flow's by now, that
 * one has begun a moment ago and was seen as well. Softirq, under RCU.
 */
static inline void dsr_flow_refresh(const struct dsr_flow *flow)
{
	if (unlikely(dsr_flow_is_late(flow)))
		WRITE_ONCE(*flow->seen_at, (u32)jiffies);
}

/* A packet of a flow that was found. Softirq, under RCU. */
static inline void dsr_flow_touch(struct dsr_flow_table *ft,
				  const struct dsr_tuple *tuple, u32 hash,
				  const struct dsr_flow *flow, u8 tcp_flags)
{
	if (unlikely(dsr_state_next(flow->state, tcp_flags,
				    dsr_flow_is_late(flow)) != flow->state))
		dsr_flow_update_state(ft, tuple, hash, tcp_flags);
	else
		dsr_flow_refresh(flow);
}

/* Forget a flow, unless it is another one or has been seen meanwhile. Softirq. */
void dsr_flow_remove(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
		     u32 hash, const struct dsr_flow *flow);

/* Seconds a flow has been silent, and may be. Under RCU. */
u32 dsr_flow_idle(const struct dsr_flow *flow);
u32 dsr_flow_timeout(const struct dsr_flow *flow);

/* An expired flow is as good as gone, though the table may still have it. No timeout is
 * shorter than a second, so of flows with traffic nobody asks the service, which is not
 * in the packet's way otherwise. Under RCU.
 */
static inline bool dsr_flow_expired(const struct dsr_flow *flow)
{
	return unlikely(dsr_flow_is_late(flow)) &&
	       dsr_flow_idle(flow) >= dsr_flow_timeout(flow);
}

/* Whose an entry is, as the operator knows it. Under RCU. */
void dsr_flow_tuple(const struct dsr_flow_entry *entry,
		    struct dsr_tuple *tuple);

/**
 * dsr_flow_purge() - forget all flows that @match says
 * @ft: table
 * @match: called with a flow and its protocol under a stripe's lock
 * @arg: its argument
 *
 * Process context; may sleep between buckets.
 */
void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, u8 proto,
				  const void *arg),
		    const void *arg);

/**
 * struct dsr_flow_cursor - where a walk for reading goes on
 * @bucket: bucket
 * @skip: flows of it that were read already
 * @ipv6: among those of IPv6; those of IPv4 come first
 * @resizes: dsr_flow_table.resizes of the last step
 */
struct dsr_flow_cursor {
	u32 bucket;
	u32 skip;
	bool ipv6;
	u32 resizes;
};

/**
 * dsr_flow_for_each() - read some flows
 * @ft: table
 * @cursor: zero at first; left at the flow for which @fn failed
 * @fn: called under a stripe's lock; a negative result ends the walk
 * @arg: its argument
 *
 * Process context, under dsr_flow_table.walk; may sleep between buckets. Flows that
 * come and go meanwhile may be met or not; after a change of @cursor->resizes others may
 * be missed or met twice. Expiry and resizing wait for a step, so one looks at some
 * thousand buckets.
 *
 * The backend and the service of a flow outlive @fn, as what frees them has to walk
 * the table before.
 *
 * Return: 0 at the end; 1 if there is more to read; or what @fn returned.
 */
int dsr_flow_for_each(struct dsr_flow_table *ft, struct dsr_flow_cursor *cursor,
		      int (*fn)(const struct dsr_flow_entry *entry, void *arg),
		      void *arg);

/* Begin or cease to expire flows and to resize. Process context; stopping
 * waits for a round under way.
 */
void dsr_flow_start(struct dsr_flow_table *ft);
void dsr_flow_stop(struct dsr_flow_table *ft);

/* Flows now, and buckets of both families; a snapshot. */
u32 dsr_flow_count(const struct dsr_flow_table *ft);
u32 dsr_flow_nr_buckets(const struct dsr_flow_table *ft);

void dsr_flow_work(struct work_struct *work);

/* Bytes of memory of one IPv4 flow. */
u32 dsr_flow_size(void);

#endif /* _DSR_FLOW_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The flow table: which backend each client connection was given.
 *
 * Readers hold rcu_read_lock() and take no lock; they get a copy of a flow. Writers
 * take the lock of the hash's stripe, with bottom halves off. What walks the whole
 * table (resizing, expiry, purging, dumps) runs in process context, one walk at a time,
 * under @walk.
 *
 * The flows are stored in the table itself, see flow_bucket.h. A flow holds no
 * reference on its backend: a dead backend is freed only a grace period after
 * dsr_flow_purge() has removed its flows, because copies of them are used under RCU.
 *
 * Read this file, then flow_bucket.h, then flow.c for single flows and flow_gc.c for
 * the walks.
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

/* Upper limit of the flows of a table, which then needs up to 102 GiB. */
#define DSR_FLOWS_MAX		BIT(30)

/**
 * struct dsr_flow - copy of what the table remembers of a client connection
 * @backend: where its packets go; NULL: there is no such flow
 * @seen: low word of jiffies at its last packet, exact to a second
 * @state: enum nf_dsr_flow_state, and DSR_STATE_NEW
 * @seen_at: where the table has @seen; NULL: nowhere. The slot may belong to another
 *	flow by now
 *
 * The table may have changed since the copy was made.
 */
struct dsr_flow {
	struct dsr_backend *backend;
	u32 seen;
	u8 state;
	u32 *seen_at;
};

/**
 * struct dsr_flow_entry - a flow with its identity
 * @tuple: its identity
 * @flow: what the table remembers of it
 */
struct dsr_flow_entry {
	struct dsr_tuple tuple;
	struct dsr_flow flow;
};

/**
 * struct dsr_flow_stripe - what the writers of a set of buckets share
 * @lock: lock of all buckets whose indexes have the same low bits. A hash has the same
 *	stripe in every generation of the buckets, so one lock covers the old and the
 *	new one
 * @count: number of flows in these buckets, of IPv4 and of IPv6. There is no counter of
 *	all flows, because every CPU would write it for each new flow
 * @granted: number of flows that the stripe may have of those that all namespaces
 *	share, see dsr_flow_total; never less than it has
 *
 * Each stripe has a cache line of its own, so that writers of different stripes do not
 * contend for one.
 */
struct dsr_flow_stripe {
	spinlock_t lock;	/* its buckets and the members below */
	u32 count[2];
	u32 granted;
} ____cacheline_aligned_in_smp;

/**
 * struct dsr_flow_table - the flows of one network namespace
 * @array: buckets of IPv4 and of IPv6
 * @key: key of the hash; random, so that no sender can aim at a bucket
 * @stripes: array of DSR_FLOW_STRIPES stripes
 * @min: number of flows of a family for which there is room as soon as it has one flow
 * @stripe_max: maximum number of flows of a stripe
 * @memcg: memory cgroup that is charged for the memory of flows; the table holds a
 *	reference. NULL until dsr_flow_charge()
 * @hurried: a crowded stripe has scheduled @work ahead of its time
 * @walk: held during a walk of the table
 * @resizes: number of resizes, but never 0; under @walk
 * @cursor: bucket at which expiry goes on, for each array; under @walk
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
	struct mutex walk;	/* one walk at a time */
	u32 resizes;
	u32 cursor[2];
	struct delayed_work work;
};

/* Maximum number of flows of all namespaces together. A stripe draws an eighth of its
 * own flows at a time from it, so that only few new flows write the counter that all
 * CPUs share. So a table may refuse flows when the others have seven eighths of the
 * total or more.
 */
extern unsigned int dsr_flow_total;

/* dsr_flow_init() makes an empty table. @max is the maximum number of flows of both
 * families together. There is room for @min flows of a family as soon as it has one,
 * without resizes below that. dsr_flow_exit() stops the table's work and frees all
 * memory; the table must have no other user by then. Context: process.
 */
int dsr_flow_init(struct dsr_flow_table *ft, u32 min, u32 max);
void dsr_flow_exit(struct dsr_flow_table *ft);

/* Create or destroy the slab cache of further buckets. Context: process. */
int dsr_flow_cache_init(void);
void dsr_flow_cache_exit(void);

/* Charge the memory cgroup of the current task for all memory that the table takes from
 * now on, whichever CPU or worker allocates it; unless a cgroup is charged already.
 * Context: process.
 */
void dsr_flow_charge(struct dsr_flow_table *ft);

/* Return the hash of a tuple. Each table has its own key: other directors, and the same
 * director after a restart, compute other hashes. The hash is a secret: no value on the
 * wire may be computed from it alone. Context: any.
 */
u32 dsr_flow_hash(const struct dsr_flow_table *ft,
		  const struct dsr_tuple *tuple);

/* First half of dsr_flow_lookup(): return the home bucket of a flow and begin to fetch
 * it from memory, which takes longer than all else. Context: under RCU.
 */
struct dsr_flow_bucket *dsr_flow_prefetch(const struct dsr_flow_table *ft,
					  const struct dsr_tuple *tuple, u32 hash);

/* Second half of dsr_flow_lookup(), in the same RCU section: look the flow up in its
 * home bucket.
 */
bool dsr_flow_lookup_bucket(const struct dsr_flow_table *ft,
			    struct dsr_flow_bucket *home, const struct dsr_tuple *tuple,
			    u32 hash, struct dsr_flow *flow);

/* Look a flow up. Return true and a copy if the table has it; else @flow->backend is
 * NULL. Context: under RCU.
 */
bool dsr_flow_lookup(const struct dsr_flow_table *ft,
		     const struct dsr_tuple *tuple, u32 hash,
		     struct dsr_flow *flow);

/**
 * dsr_flow_insert() - add a flow
 * @ft: table
 * @tuple: identity of the flow
 * @state: its first state; NF_DSR_FLOW_STATE_PERSIST and DSR_STATE_NEW for the entry of
 *	a client prefix, see struct dsr_tuple
 * @hash: hash of the tuple
 * @backend: backend of the flow
 *
 * In a full table the flow replaces one of a few flows that it looks at: one that has
 * expired, or one that is not confirmed and has been silent for a second, as a
 * handshake is over by then. Context: softirq, under RCU.
 *
 * Return: @backend; another backend if another CPU has added the flow with that one
 * before; NULL if the table is full or memory is short.
 */
struct dsr_backend *dsr_flow_insert(struct dsr_flow_table *ft,
				    const struct dsr_tuple *tuple, u8 state,
				    u32 hash, struct dsr_backend *backend);

/* The same for a flow that another table had, with @flow's backend, state and time of its last
 * packet. It need not be a new one.
 */
struct dsr_backend *dsr_flow_restore(struct dsr_flow_table *ft,
				     const struct dsr_tuple *tuple, u32 hash,
				     const struct dsr_flow *flow);

/* Return true if there is room for that flow now, or room can be made. Context:
 * softirq, under RCU.
 */
bool dsr_flow_would_fit(const struct dsr_flow_table *ft,
			const struct dsr_tuple *tuple, u32 hash);

/* Return true if this is the entry of a client prefix and not a flow. */
static inline bool dsr_flow_persists(const struct dsr_flow *flow)
{
	return dsr_state_shown(flow->state) == NF_DSR_FLOW_STATE_PERSIST;
}

/* Return true if the last packet came a second ago, or longer. */
static inline bool dsr_flow_is_late(const struct dsr_flow *flow)
{
	return (u32)jiffies - flow->seen >= HZ;
}

/* Update the state of a flow by a packet that changes it. Context: softirq. */
void dsr_flow_update_state(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
			   u32 hash, u8 tcp_flags);

/* Refresh a flow after a packet that leaves its state as it is. Idle times are in
 * seconds, so the time is written only once a second: all CPUs on which packets of the
 * flow arrive read that cache line. This takes no lock. If the slot belongs to another
 * flow by now, that flow has begun a moment ago, so the time is right for it, too.
 * Context: softirq, under RCU.
 */
static inline void dsr_flow_refresh(const struct dsr_flow *flow)
{
	if (unlikely(dsr_flow_is_late(flow)))
		WRITE_ONCE(*flow->seen_at, (u32)jiffies);
}

/* Update the state of a flow after a packet, or refresh it. Context: softirq, under
 * RCU.
 */
static inline void dsr_flow_update(struct dsr_flow_table *ft,
				   const struct dsr_tuple *tuple, u32 hash,
				   const struct dsr_flow *flow, u8 tcp_flags)
{
	if (unlikely(dsr_state_next(flow->state, tcp_flags,
				    dsr_flow_is_late(flow)) != flow->state))
		dsr_flow_update_state(ft, tuple, hash, tcp_flags);
	else
		dsr_flow_refresh(flow);
}

/* Remove a flow, unless the table has another one for the tuple, or a packet has come
 * since the copy was made. Context: softirq.
 */
void dsr_flow_remove(struct dsr_flow_table *ft, const struct dsr_tuple *tuple,
		     u32 hash, const struct dsr_flow *flow);

/* Return for how many seconds a flow has been silent, and after how many it expires.
 * Context: under RCU.
 */
u32 dsr_flow_idle(const struct dsr_flow *flow);
u32 dsr_flow_timeout(const struct dsr_flow *flow);

/* Return true if the flow has expired. Packets must treat it as gone, even if the table
 * still has it. No timeout is shorter than a second, so for a flow with traffic this
 * does not read the service, which its packets do not need otherwise. Context: under
 * RCU.
 */
static inline bool dsr_flow_expired(const struct dsr_flow *flow)
{
	return unlikely(dsr_flow_is_late(flow)) &&
	       dsr_flow_idle(flow) >= dsr_flow_timeout(flow);
}

/* Fill in the tuple of an entry in the form that the operator sees. Context: under RCU.
 */
void dsr_flow_tuple(const struct dsr_flow_entry *entry,
		    struct dsr_tuple *tuple);

/**
 * dsr_flow_purge() - remove all flows for which @match returns true
 * @ft: table
 * @match: called with a flow and its protocol under a stripe's lock
 * @arg: argument of @match
 *
 * Context: process; may sleep between buckets.
 */
void dsr_flow_purge(struct dsr_flow_table *ft,
		    bool (*match)(const struct dsr_flow *flow, u8 proto,
				  const void *arg),
		    const void *arg);

/**
 * struct dsr_flow_cursor - position of a reading walk
 * @bucket: index of the bucket
 * @skip: number of flows of the bucket that were read already
 * @ipv6: the walk is at the flows of IPv6, which come after those of IPv4
 * @resizes: dsr_flow_table.resizes at the last step
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
 * @arg: argument of @fn
 *
 * Context: process, under dsr_flow_table.walk; may sleep between buckets. The walk may or
 * may not see flows that are added or removed in the meantime. After a change of
 * @cursor->resizes it may miss other flows or see them twice. Expiry and resizing wait for
 * a step, so a step is limited to some thousand buckets.
 *
 * The backend and the service of a flow stay until @fn returns, because what frees them
 * must walk the table before.
 *
 * Return: 0 at the end; 1 if there is more to read; or what @fn returned.
 */
int dsr_flow_for_each(struct dsr_flow_table *ft, struct dsr_flow_cursor *cursor,
		      int (*fn)(const struct dsr_flow_entry *entry, void *arg),
		      void *arg);

/* Begin or stop to expire flows and to resize the table. dsr_flow_stop() waits for a
 * round that is running. Context: process.
 */
void dsr_flow_start(struct dsr_flow_table *ft);
void dsr_flow_stop(struct dsr_flow_table *ft);

/* Return the number of flows, and of buckets of both families, as they are now. */
u32 dsr_flow_count(const struct dsr_flow_table *ft);
u32 dsr_flow_nr_buckets(const struct dsr_flow_table *ft);

/* Run a round of expiry and resizing, and queue the next one. Context: worker. */
void dsr_flow_work(struct work_struct *work);

/* Return how many bytes of memory one IPv4 flow takes. */
u32 dsr_flow_size(void);

#endif /* _DSR_FLOW_H */

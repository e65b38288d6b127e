/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pools: the view that packets have of a service's backends. A pool is immutable.
 * Each change of the service creates a new pool, which is published with the match
 * table that refers to it. The old pool is freed after a grace period.
 *
 * Read struct dsr_pool first, then pool.c, which builds pools, and sched.c, which
 * picks backends from them.
 */
#ifndef _DSR_POOL_H
#define _DSR_POOL_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>
#include <linux/siphash.h>

#include "service.h"

struct dsr_backend;
struct dsr_maglev_backend;
struct dsr_net;
struct dsr_table;

/**
 * struct dsr_sched_ops - a scheduler: all that the module knows of one, see sched.c
 * @name: its name in netlink and for operators
 * @one_packet: extack text with the reason why single packets do not spread over the
 *	backends if the service is one-packet; NULL if they do
 * @track_load: the scheduler uses dsr_backend.load
 * @ranked: the members of a pool are in the order of their weights, the largest one
 *	first, and in place of the consistent hash the first member gets all
 * @prepare: prepare the data of @pick in a pool whose backends are set; NULL if there
 *	is none. Context: process. Return: 0 or -ENOMEM.
 * @pick: return the index of the backend for a new flow, in a pool that is not empty.
 *	A scheduler that assigns turns advances by one turn with @commit, and only
 *	reads the current turn without. Context: softirq, under RCU, on many CPUs at
 *	once.
 */
struct dsr_sched_ops {
	const char *name;
	const char *one_packet;
	bool track_load;
	bool ranked;
	int (*prepare)(struct dsr_pool *pool);
	u32 (*pick)(struct dsr_pool *pool, const struct dsr_tuple *tuple,
		    bool commit);
};

/* All schedulers; the first one is the default. */
extern const struct dsr_sched_ops dsr_scheds[];

/* Return the scheduler of a name; or NULL if there is none, with an extack message that
 * has all names.
 */
const struct dsr_sched_ops *dsr_sched_lookup(const char *name,
					     struct netlink_ext_ack *extack);

/**
 * struct dsr_member - a backend in a pool
 * @backend: the backend
 * @weight: its share, 1 to NF_DSR_WEIGHT_MAX, relative to the other members
 * @step: step of slow start at the time when the pool was built, see dsr_share_step()
 */
struct dsr_member {
	struct dsr_backend *backend;
	u32 weight;
	u32 step;
};

/**
 * struct dsr_pool - backends that take new flows
 * @rcu: for freeing
 * @sched: scheduler that chooses among the backends
 * @key: key of the consistent hash
 * @policy: the service's policy
 * @table: table of the consistent hash, shared with other pools; NULL with fewer than
 *	two backends, or if the scheduler ranks them
 * @slots: slots of @table: indexes into @members
 * @nr_slots: number of @slots; 0 without @table
 * @order: order of turns, if the scheduler uses one
 * @nr_order: length of @order
 * @turn: number of turns taken so far
 * @limits: at least one member has a limit of flows
 * @track_load: flows are counted, in dsr_backend.load or .taken
 * @ramping: the weight of at least one member still grows
 * @fail_open: the health of backends is ignored
 * @candidates: number of backends that would be members if all were healthy, whatever
 *	their priority
 * @healthy: number of those of @candidates that are healthy
 * @worst: the worst priority whose backends are members
 * @no_local: no packet of the service continues into this machine's own stack
 * @nr: number of @members
 * @members: the backends
 */
struct dsr_pool {
	struct rcu_head rcu;
	const struct dsr_sched_ops *sched;
	siphash_key_t key;
	struct dsr_policy policy;
	struct dsr_table *table;
	const u16 *slots;
	u32 nr_slots;
	u16 *order;
	u32 nr_order;
	atomic_t turn;
	bool limits;
	bool track_load;
	bool ramping;
	bool fail_open;
	u32 candidates;
	u32 healthy;
	u8 worst;
	bool no_local;
	u32 nr;
	struct dsr_member members[];
};

/* Return the backend for a new flow: the scheduler's choice or, if that backend has
 * reached its limit of flows, the first other one with room. The search walks over
 * slots of the consistent hash, from the flow's slot on, and then over the members;
 * each walk takes at most 64 steps. Return NULL if no backend with room is found.
 * Without @commit nothing changes. The pool must not be empty. Context: softirq,
 * under RCU.
 */
struct dsr_backend *dsr_pool_pick(struct dsr_pool *pool,
				  const struct dsr_tuple *tuple, bool commit);

/* Return the index of the backend that the consistent hash selects, regardless of the
 * scheduler. It is the same on all directors with the same configuration. The pool
 * must not be empty. Context: under RCU.
 */
u32 dsr_pool_consistent(const struct dsr_pool *pool,
			const struct dsr_tuple *tuple);

/* Build the pool for the backends and the conf of a service. Context: process, under
 * dsr_net.lock. Return: the pool, or an ERR_PTR.
 */
struct dsr_pool *dsr_pool_build(const struct dsr_service *svc);

/* Start what a newly published pool requires: the counts of flows and the timer.
 * Context: process, under dsr_net.lock.
 */
void dsr_pool_start(struct dsr_service *svc);

/* Return true if the weight of a backend still grows. Context: under dsr_net.lock. */
bool dsr_pool_ramps(const struct dsr_pool *pool,
		    const struct dsr_backend *backend);

/* Return true if a weight has grown since the pool was built. Context: under
 * dsr_net.lock.
 */
bool dsr_pool_outgrown(const struct dsr_pool *pool);

/* Free a pool that no packet can see, at once, or one that packets may still see,
 * after a grace period. The pool may be NULL.
 */
void dsr_pool_free(struct dsr_pool *pool);
void dsr_pool_free_rcu(struct dsr_pool *pool);

/*
 * Lookup tables of the consistent hash. Services of a namespace share one table if it
 * would be the same for them: if their backends have the same addresses and weights
 * in the same order, and if their seed and the size of their table are the same.
 */

/**
 * struct dsr_table_part - one backend that a table was made from
 * @hash: hash of its address, see dsr_hash_addr()
 * @weight: its share
 */
struct dsr_table_part {
	u64 hash;
	u32 weight;
};

/**
 * struct dsr_table - a lookup table of the consistent hash
 * @node: in dsr_net.tables
 * @dn: network namespace
 * @users: number of pools that use the table
 * @shared: the table is in dsr_net.tables
 * @rcu: for freeing
 * @slots: indexes of backends, in memory of their own: the default size just fits into
 *	two pages
 * @nr_slots: number of @slots
 * @nr: number of @parts
 * @sum: hash of @nr_slots and @parts
 * @parts: backends that the table was made from
 *
 * A table is immutable. Packets read only @slots, through a pool.
 */
struct dsr_table {
	struct rhash_head node;
	struct dsr_net *dn;
	refcount_t users;
	bool shared;
	struct rcu_head rcu;
	u16 *slots;
	u32 nr_slots;
	u32 nr;
	u32 sum;
	struct dsr_table_part parts[];
};

/* Create and destroy the index of a namespace's tables. All pools must have been
 * freed before it is destroyed, including those that RCU frees.
 */
int dsr_tables_init(struct dsr_net *dn);
void dsr_tables_exit(struct dsr_net *dn);

/* Return the table of these backends, see dsr_maglev_fill(), and take a reference.
 * Context: process, under dsr_net.lock. Return: the table, or NULL if there is no
 * memory.
 */
struct dsr_table *dsr_table_get(struct dsr_net *dn, u32 nr_slots,
				struct dsr_maglev_backend *backends, u32 nr);

/* Release a table, which may be NULL. A pool calls this when no packet can see the pool
 * any more. Context: any.
 */
void dsr_table_put(struct dsr_table *table);

#endif /* _DSR_POOL_H */

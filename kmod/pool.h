/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Pools: what packets see of a service's backends. A pool never changes; every
 * change of the service makes a new one, published with the match table that
 * refers to it, and the old one is freed a grace period later.
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
 * struct dsr_sched_ops - a scheduler; one file each
 * @name: as netlink and operators say it
 * @track_load: it goes by dsr_backend.load
 * @prepare: lay out what @pick wants in a pool whose backends are set; NULL if
 *	nothing. Process context. Returns 0 or -ENOMEM.
 * @pick: index of the backend for a new flow, in a pool that is not empty; it
 *	takes its turn, where there are turns, or only looks whose turn it is.
 *	Softirq, under RCU, on many CPUs at once.
 */
struct dsr_sched_ops {
	const char *name;
	bool track_load;
	int (*prepare)(struct dsr_pool *pool);
	u32 (*pick)(struct dsr_pool *pool, const struct dsr_tuple *tuple,
		    bool commit);
};

extern const struct dsr_sched_ops dsr_sched_maglev;
extern const struct dsr_sched_ops dsr_sched_wrr;
extern const struct dsr_sched_ops dsr_sched_wlc;

/* NULL if there is none of that name. */
const struct dsr_sched_ops *dsr_sched_find(const char *name);

/**
 * struct dsr_member - a backend in a pool
 * @backend: the backend
 * @weight: its share, 1 to NF_DSR_WEIGHT_MAX; relative to the other members
 * @step: how far the weight had come when the pool was made, see
 *	dsr_share_step()
 */
struct dsr_member {
	struct dsr_backend *backend;
	u32 weight;
	u32 step;
};

/**
 * struct dsr_pool - backends that take new flows
 * @rcu: for freeing
 * @sched: chooses among them
 * @key: of the consistent hash
 * @policy: the service's
 * @table: that of the consistent hash, shared with other pools; NULL with fewer than
 *	two backends
 * @slots: its slots: indexes of @members
 * @nr_slots: its size; 0 with fewer than two backends
 * @order: where the scheduler wants one: the order of turns
 * @nr_order: its length
 * @turn: turns taken so far
 * @limits: some member has a limit of flows
 * @track_load: flows are counted, in dsr_backend.load or .taken
 * @ramping: some member's weight still grows
 * @worst: the worst priority whose backends are members
 * @no_local: no packet of the service goes on into this machine's own stack
 * @nr: how many backends
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
	u8 worst;
	bool no_local;
	u32 nr;
	struct dsr_member members[];
};

/* The backend of a new flow: the scheduler's choice or, where that has as many
 * flows as it may, the next one on a walk that the consistent hash begins; NULL
 * if there is none. More than 64 are not looked at. Without @commit nothing changes
 * by that. Softirq, under RCU; the pool is not empty.
 */
struct dsr_backend *dsr_pool_pick(struct dsr_pool *pool,
				  const struct dsr_tuple *tuple, bool commit);

/* By the consistent hash, whatever the scheduler: the same on every director
 * with the same configuration. Under RCU; the pool is not empty.
 */
u32 dsr_pool_consistent(const struct dsr_pool *pool,
			const struct dsr_tuple *tuple);

/* Make the pool that @svc's backends and conf call for. Process context, under
 * dsr_net.lock. Returns an ERR_PTR on failure.
 */
struct dsr_pool *dsr_pool_build(const struct dsr_service *svc);

/* Packets see it from now on: count where it says so. Under dsr_net.lock. */
void dsr_pool_start(struct dsr_service *svc);

/* Does the weight of one of its backends still grow? Under dsr_net.lock. */
bool dsr_pool_ramps(const struct dsr_pool *pool,
		    const struct dsr_backend *backend);

/* Has a weight grown since the pool was made? Under dsr_net.lock. */
bool dsr_pool_outgrown(const struct dsr_pool *pool);

/* Free one that nobody sees, or NULL; or that nobody will see in time. */
void dsr_pool_free(struct dsr_pool *pool);
void dsr_pool_free_rcu(struct dsr_pool *pool);

/*
 * Lookup tables of the consistent hash. Services whose backends have the same
 * addresses and weights in the same order, and the same seed and size of the table,
 * would get the same table; they share one, within a namespace.
 */

/**
 * struct dsr_table_part - what a table was made from, of one backend
 * @hash: of its address, see dsr_hash_addr()
 * @weight: its share
 */
struct dsr_table_part {
	u64 hash;
	u32 weight;
};

/**
 * struct dsr_table - a table
 * @node: in dsr_net.tables
 * @dn: network namespace
 * @users: pools that have it
 * @shared: it is in dsr_net.tables
 * @rcu: for freeing
 * @slots: indexes of backends, in memory of their own: the default size just fits into
 *	two pages
 * @nr_slots: how many
 * @nr: how many parts
 * @parts: what it was made from
 *
 * It never changes. Packets read @slots by way of a pool, and nothing else.
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
	struct dsr_table_part parts[];
};

/* The tables of a namespace. All pools have been freed when they go, by RCU as well. */
int dsr_tables_init(struct dsr_net *dn);
void dsr_tables_exit(struct dsr_net *dn);

/* The table of these backends, see dsr_maglev_fill(). Under dsr_net.lock; process
 * context. Return: NULL without memory.
 */
struct dsr_table *dsr_table_get(struct dsr_net *dn, u32 nr_slots,
				struct dsr_maglev_backend *backends, u32 nr);

/* A pool that no packet knows any more gives it back. Any context. */
void dsr_table_put(struct dsr_table *table);

#endif /* _DSR_POOL_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Lookup tables of the consistent hash. Services whose backends have the same
 * addresses and weights in the same order, and the same seed and size of the table,
 * would get the same table; they share one, within a namespace.
 */
#ifndef _DSR_TABLE_H
#define _DSR_TABLE_H

#include <linux/rcupdate.h>
#include <linux/refcount.h>
#include <linux/rhashtable-types.h>

struct dsr_maglev_backend;
struct dsr_net;

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

#endif /* _DSR_TABLE_H */

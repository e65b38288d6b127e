/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The next hops of a route that has several: a path for each, and a table that spreads
 * flows over them.
 *
 * Routing itself says which flow takes which next hop, by its own weights and rules:
 * each slot of the table stands for one lookup with a hash of its own. A slot is
 * looked up when the first packet needs it, so that a change of routes costs a packet
 * one lookup at most, however many slots there are.
 *
 * The table belongs to the first path that was found, which struct dsr_backend points
 * to, and is freed with it. Packets read it under RCU. A slot is written once, from 0,
 * under the backend's lock; what it refers to is there by then.
 */
#ifndef _DSR_HOPS_H
#define _DSR_HOPS_H

#include <linux/jiffies.h>
#include <linux/types.h>

struct dsr_path;

/* Flows in proportion to the weights of next hops, to some percent. */
#define DSR_HOPS_SLOTS	256

/* More next hops than that share the paths of others. */
#define DSR_HOPS_MAX	32

/* Routing may change its mind without a change of routes: a next hop that did not
 * answer does so again, or a resilient group moves its buckets. The latter also takes
 * buckets that nobody asks for to be idle.
 */
#define DSR_HOPS_LIFE	(10 * HZ)

/**
 * struct dsr_hops - the table
 * @until: jiffies; then all is looked up anew
 * @nr: how many of @paths there are
 * @slots: index into @paths, plus 1; 0: not looked up yet
 * @paths: one for each next hop; the first is the path that the table belongs to
 */
struct dsr_hops {
	unsigned long until;
	u8 nr;
	u8 slots[DSR_HOPS_SLOTS];
	struct dsr_path *paths[DSR_HOPS_MAX];
};

/* Of a flow's hash. These are not the bits that index the flow table, whose secret
 * they are: who sees packets on one of the links learns no more than that they are
 * of flows of this link.
 */
static inline u8 dsr_hops_slot(u32 hash)
{
	return hash >> 24;
}

static inline bool dsr_hops_expired(const struct dsr_hops *hops)
{
	return time_after(jiffies, hops->until);
}

/* The path of a flow; NULL if it is not looked up yet, or no longer good. Under RCU. */
static inline struct dsr_path *dsr_hops_find(const struct dsr_hops *hops,
					     u32 hash)
{
	u8 hop = READ_ONCE(hops->slots[dsr_hops_slot(hash)]);

	if (unlikely(!hop || dsr_hops_expired(hops)))
		return NULL;
	return hops->paths[hop - 1];
}

/* One path after the other, from 0 on; NULL: there are no more. Under RCU. */
static inline struct dsr_path *dsr_hops_at(const struct dsr_hops *hops,
					   unsigned int i)
{
	/* Pairs with dsr_hops_add(). */
	return i < smp_load_acquire(&hops->nr) ? hops->paths[i] : NULL;
}

/* A table of one path, whose slot is that; NULL without memory. Softirq. */
struct dsr_hops *dsr_hops_new(struct dsr_path *path, u8 slot);

/* The slot has this path. Returns the one to use: an older one of the same next hop
 * if there is one, and then @path remains the caller's. Under the backend's lock.
 */
struct dsr_path *dsr_hops_add(struct dsr_hops *hops, u8 slot,
			      struct dsr_path *path);

#endif /* _DSR_HOPS_H */

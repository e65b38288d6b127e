/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The data structures of the flow table; only for flow.c and flow_gc.c.
 *
 * A flow is a slot of a bucket. A bucket has the size of two cache lines, which are
 * fetched together, and the hash of a flow leads to it: to look up the flow of a packet
 * costs one access to memory. If more flows belong to a bucket than it has slots, it is
 * the first of a chain of further buckets.
 *
 * Readers take no lock, and slots are reused for other flows. So a bucket and its chain
 * are read under a sequence counter, that of the chain's first bucket, and read again
 * if it has changed in the meantime. Writers hold the stripe's lock. The state of a
 * flow and the time of its last packet are words that change without the counter.
 */
#ifndef _DSR_FLOW_BUCKET_H
#define _DSR_FLOW_BUCKET_H

#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "flow.h"

#define DSR_FLOW_SLOTS4		4
#define DSR_FLOW_SLOTS6		2

/* log2 of the buckets of a chunk, which is small enough to be contiguous in memory, and
 * large enough for a huge page.
 */
#define DSR_FLOW_CHUNK_BITS	14

/* Bits of the sequence counter. DSR_FLOW_BUSY: a writer changes the bucket.
 * DSR_FLOW_MOVED: the flows are in the next array, and the bit stays set.
 */
#define DSR_FLOW_BUSY		BIT(0)
#define DSR_FLOW_MOVED		BIT(31)

/* What a slot contains; if it is not free, 1 more than dsr_tuple.persist. */
enum dsr_flow_kind {
	DSR_FLOW_FREE,
	DSR_FLOW_FLOW,
	DSR_FLOW_PREFIX,
};

/* All of dsr_flow_slot.meta but the state. */
#define DSR_FLOW_META	cpu_to_le32(0xffffff00)

/**
 * struct dsr_flow_slot - a flow, without its addresses and its backend
 * @seen: low word of jiffies at its last packet, exact to a second
 * @ports: ports of the client and of the VIP, as in struct dsr_tuple
 * @state: enum nf_dsr_flow_state, and DSR_STATE_NEW
 * @proto: IP protocol number
 * @zone: zone of its VRF; 0: none. Two VRFs may use the same addresses
 * @kind: enum dsr_flow_kind
 * @meta: @state, @proto, @zone and @kind as one word, see dsr_flow_meta()
 */
struct dsr_flow_slot {
	u32 seen;
	u32 ports;
	union {
		struct {
			u8 state;
			u8 proto;
			u8 zone;
			u8 kind;
		};
		__le32 meta;
	};
};

struct dsr_flow_slot4 {
	struct dsr_flow_slot head;
	__be32 src;
	__be32 dst;
};

struct dsr_flow_slot6 {
	struct dsr_flow_slot head;
	struct in6_addr src;
	struct in6_addr dst;
};

/**
 * struct dsr_flow_bucket - flows whose hashes have the same low bits
 * @seq: sequence counter; only used in the first bucket of a chain
 * @used: number of slots that are not free; for writers, and as a hint
 * @next: next bucket of the chain
 * @backend: backend of each slot; there are as many as slots
 * @rcu: for freeing a bucket that was removed from a chain
 * @v4: slots of a bucket in an IPv4 array
 * @v6: slots of a bucket in an IPv6 array
 */
struct dsr_flow_bucket {
	u32 seq;
	u32 used;
	struct dsr_flow_bucket __rcu *next;
	union {
		struct dsr_backend *backend[DSR_FLOW_SLOTS4];
		struct rcu_head rcu;
		struct {
			struct dsr_backend *backend[DSR_FLOW_SLOTS4];
			struct dsr_flow_slot4 slot[DSR_FLOW_SLOTS4];
		} v4;
		struct {
			struct dsr_backend *backend[DSR_FLOW_SLOTS6];
			struct dsr_flow_slot6 slot[DSR_FLOW_SLOTS6];
		} v6;
	};
} __aligned(128);

static_assert(sizeof(struct dsr_flow_bucket) == 128);

/**
 * struct dsr_flow_array - one generation of the buckets of a family
 * @mask: number of buckets less 1; the number is a power of two, at least
 *	DSR_FLOW_STRIPES
 * @ipv6: the buckets are for IPv6
 * @after: array that has the flows of buckets marked DSR_FLOW_MOVED; set before the
 *	first bucket is marked
 * @chunk: chunks of buckets
 */
struct dsr_flow_array {
	u32 mask;
	bool ipv6;
	struct dsr_flow_array __rcu *after;
	struct dsr_flow_bucket *chunk[];
};

/**
 * struct dsr_flow_place - position of a slot
 * @b: its bucket
 * @i: its index in the bucket
 */
struct dsr_flow_place {
	struct dsr_flow_bucket *b;
	u32 i;
};

static inline u32 dsr_flow_slots(bool ipv6)
{
	return ipv6 ? DSR_FLOW_SLOTS6 : DSR_FLOW_SLOTS4;
}

static inline struct dsr_flow_bucket *
dsr_flow_bucket(const struct dsr_flow_array *a, u32 i)
{
	return &a->chunk[i >> DSR_FLOW_CHUNK_BITS]
			[i & (BIT(DSR_FLOW_CHUNK_BITS) - 1)];
}

static inline struct dsr_flow_bucket *
dsr_flow_home(const struct dsr_flow_array *a, u32 hash)
{
	return dsr_flow_bucket(a, hash & a->mask);
}

static inline struct dsr_flow_slot *dsr_flow_slot(struct dsr_flow_bucket *b,
						  bool ipv6, u32 i)
{
	return ipv6 ? &b->v6.slot[i].head : &b->v4.slot[i].head;
}

static inline struct dsr_flow_stripe *
dsr_flow_stripe(const struct dsr_flow_table *ft, u32 hash)
{
	return &ft->stripes[hash % DSR_FLOW_STRIPES];
}

/* Return the next bucket of a chain. Context: under the stripe's lock, or no other
 * user.
 */
static inline struct dsr_flow_bucket *
dsr_flow_next(const struct dsr_flow_bucket *b)
{
	return rcu_dereference_protected(b->next, true);
}

/* Advance to the next flow of a bucket's chain, or to the first if @at has no bucket.
 * Return false at the end. Context: under the stripe's lock.
 */
static inline bool dsr_flow_step(struct dsr_flow_bucket *home, bool ipv6,
				 struct dsr_flow_place *at)
{
	if (at->b)
		at->i++;
	else
		*at = (struct dsr_flow_place) { .b = home };
	for (; at->b; at->b = dsr_flow_next(at->b), at->i = 0) {
		for (; at->i < dsr_flow_slots(ipv6); at->i++) {
			if (dsr_flow_slot(at->b, ipv6, at->i)->kind)
				return true;
		}
	}
	return false;
}

/* Begin and end a change of which flow is in which slot. Readers spin in the meantime,
 * so the writer must not be preempted: under PREEMPT_RT a reader of a higher priority
 * would spin for ever. Nothing in between may take a lock, allocate or free, except
 * call_rcu(). Context: under the stripe's lock.
 */
static inline void dsr_flow_write_begin(struct dsr_flow_bucket *home)
{
	preempt_disable_nested();
	WRITE_ONCE(home->seq, home->seq + 1);
	smp_wmb();	/* pairs with dsr_flow_lookup_in() */
}

static inline void dsr_flow_write_end(struct dsr_flow_bucket *home)
{
	/* Pairs with dsr_flow_lookup_in(). The count never reaches DSR_FLOW_MOVED. */
	smp_store_release(&home->seq, (home->seq + 1) & ~DSR_FLOW_MOVED);
	preempt_enable_nested();
}

/* Return what a slot's meta is for a tuple, without the state. */
static inline __le32 dsr_flow_meta(const struct dsr_tuple *tuple)
{
	return cpu_to_le32(le32_to_cpu(tuple->meta) + (DSR_FLOW_FLOW << 24)) &
	       DSR_FLOW_META;
}

/* Copy what a slot remembers of its flow. */
static inline void dsr_flow_copy(struct dsr_flow_place at, bool ipv6,
				 struct dsr_flow *flow)
{
	struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);

	flow->backend = at.b->backend[at.i];
	flow->seen = READ_ONCE(slot->seen);
	flow->seen_at = &slot->seen;
	flow->state = READ_ONCE(slot->state);
}

/* The same, and the flow's tuple. */
void dsr_flow_read(struct dsr_flow_place at, bool ipv6,
		   struct dsr_flow_entry *entry);

/* Find a free slot for another flow in the bucket's chain. If there is none, append a
 * bucket from the list @spare to the chain. Return false if that is empty, too.
 * Context: under the stripe's lock.
 */
bool dsr_flow_reserve(struct dsr_flow_bucket *home, bool ipv6,
		      struct dsr_flow_bucket **spare,
		      struct dsr_flow_place *at);

/* Write a flow to a slot. Context: under the stripe's lock, between
 * dsr_flow_write_begin() and dsr_flow_write_end().
 */
void dsr_flow_fill(struct dsr_flow_place at, bool ipv6,
		   const struct dsr_tuple *tuple, const struct dsr_flow *flow);

/* Remove a flow. Context: under the stripe's lock. */
void dsr_flow_clear(struct dsr_flow_table *ft, struct dsr_flow_bucket *home,
		    struct dsr_flow_place at, bool ipv6, u32 hash);

/* Allocate or free a further bucket of a chain; dsr_flow_bucket_alloc() returns NULL
 * without memory.
 */
struct dsr_flow_bucket *dsr_flow_bucket_alloc(gfp_t gfp);
void dsr_flow_bucket_free(struct dsr_flow_bucket *b);

#endif /* _DSR_FLOW_BUCKET_H */

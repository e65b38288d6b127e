/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the flow table is made of; for dsr_flow*.c only.
 *
 * A flow is a slot of a bucket of two cache lines, which its hash leads to, so
 * that to know a packet's flow costs one access to memory: the two lines are
 * fetched together. Buckets that more flows fall to than they have slots have
 * further ones, in a chain.
 *
 * Readers take no lock, and a slot is used again for other flows: bucket and
 * chain are read under a sequence counter, that of the chain's first bucket,
 * and read again where it has changed meanwhile. Writers hold the stripe's lock.
 * A flow's state and when it was last seen are words that change without the
 * counter.
 */
#ifndef _DSR_FLOW_BUCKET_H
#define _DSR_FLOW_BUCKET_H

#include <linux/preempt.h>
#include <linux/rcupdate.h>

#include "flow.h"

#define DSR_FLOW_SLOTS4		4
#define DSR_FLOW_SLOTS6		2

/* Chunks of buckets are small enough to be in one piece of memory, and large
 * enough for a huge page.
 */
#define DSR_FLOW_CHUNK_BITS	14

/* Bits of the counter: somebody writes; the flows are in the array that comes
 * after this one, for ever.
 */
#define DSR_FLOW_BUSY		BIT(0)
#define DSR_FLOW_MOVED		BIT(31)

/* What is in a slot; what is not free is 1 more than dsr_tuple.persist. */
enum dsr_flow_kind {
	DSR_FLOW_FREE,
	DSR_FLOW_FLOW,
	DSR_FLOW_PREFIX,
};

/* All of dsr_flow_slot.kinds but the state. */
#define DSR_FLOW_META	cpu_to_le32(0xffffff00)

/**
 * struct dsr_flow_slot - a flow, without addresses and backend
 * @seen: low word of jiffies at its last packet, to the second
 * @ports: the client's and the VIP's, as in a tuple
 * @state: enum nf_dsr_flow_state, and DSR_STATE_NEW
 * @proto: IP protocol number
 * @zone: of its VRF, 0: none; two of them may use the same addresses
 * @kind: enum dsr_flow_kind
 * @meta: the same as a word, see dsr_flow_meta()
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
 * struct dsr_flow_bucket - flows whose hashes end alike
 * @seq: sequence counter; only that of a chain's first bucket counts
 * @used: slots that are not free; for writers, and as a hint
 * @next: of the chain
 * @backend: of each slot; as many as there are slots
 * @rcu: for freeing one that was taken off a chain
 * @v4: its slots, in an array of IPv4
 * @v6: likewise
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
 * struct dsr_flow_array - one generation of a family's buckets
 * @mask: number of buckets, a power of two of at least DSR_FLOW_STRIPES, less 1
 * @ipv6: for IPv6
 * @after: where the flows of buckets marked DSR_FLOW_MOVED are; written before
 *	the first of them is
 * @chunk: the buckets
 */
struct dsr_flow_array {
	u32 mask;
	bool ipv6;
	struct dsr_flow_array __rcu *after;
	struct dsr_flow_bucket *chunk[];
};

/**
 * struct dsr_flow_place - a slot
 * @b: its bucket
 * @i: which of that
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

/* The next of a chain, for writers. */
static inline struct dsr_flow_bucket *
dsr_flow_next(const struct dsr_flow_bucket *b)
{
	return rcu_dereference_protected(b->next, true);
}

/* The next flow of a bucket's chain from a place on, or from the beginning where it
 * has no bucket. Under the stripe's lock.
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

/* Around whatever changes which flow is in which slot. Under the stripe's lock.
 * Readers wait meanwhile, so the writer must not be preempted.
 */
static inline void dsr_flow_write_begin(struct dsr_flow_bucket *home)
{
	preempt_disable_nested();
	WRITE_ONCE(home->seq, home->seq + 1);
	smp_wmb();	/* pairs with dsr_flow_lookup_in() */
}

static inline void dsr_flow_write_end(struct dsr_flow_bucket *home)
{
	/* Pairs with dsr_flow_lookup_in(). It never counts up to DSR_FLOW_MOVED. */
	smp_store_release(&home->seq, (home->seq + 1) & ~DSR_FLOW_MOVED);
	preempt_enable_nested();
}

/* A tuple's in a slot, whatever the state. */
static inline __le32 dsr_flow_meta(const struct dsr_tuple *tuple)
{
	return cpu_to_le32(le32_to_cpu(tuple->meta) + (DSR_FLOW_FLOW << 24)) &
	       DSR_FLOW_META;
}

/* What is remembered in a slot. */
static inline void dsr_flow_copy(struct dsr_flow_place at, bool ipv6,
				 struct dsr_flow *flow)
{
	struct dsr_flow_slot *slot = dsr_flow_slot(at.b, ipv6, at.i);

	flow->backend = at.b->backend[at.i];
	flow->seen = READ_ONCE(slot->seen);
	flow->seen_at = &slot->seen;
	flow->state = READ_ONCE(slot->state);
}

/* The same, and of whom. */
void dsr_flow_read(struct dsr_flow_place at, bool ipv6,
		   struct dsr_flow_entry *entry);

/* Under the stripe's lock: a slot for one flow more of the bucket's chain, from
 * @spare if there is none free. False: there was nothing in @spare either.
 */
bool dsr_flow_reserve(struct dsr_flow_bucket *home, bool ipv6,
		      struct dsr_flow_bucket **spare,
		      struct dsr_flow_place *at);

/* Under the stripe's lock, between dsr_flow_write_begin() and _end(). */
void dsr_flow_fill(struct dsr_flow_place at, bool ipv6,
		   const struct dsr_tuple *tuple, const struct dsr_flow *flow);

/* Forget a flow. Under the stripe's lock. */
void dsr_flow_clear(struct dsr_flow_table *ft, struct dsr_flow_bucket *home,
		    struct dsr_flow_place at, bool ipv6, u32 hash);

/* Process context. All slots are free at first; chains go with their array, when
 * nobody is in it any more.
 */
struct dsr_flow_array *dsr_flow_array_alloc(u32 size, bool ipv6);
void dsr_flow_array_free(struct dsr_flow_array *a);

/* Further buckets of chains: NULL without memory. One that readers may be in is freed
 * a grace period later. They find nothing in it, or look for it again elsewhere.
 */
struct dsr_flow_bucket *dsr_flow_bucket_alloc(gfp_t gfp);
void dsr_flow_bucket_free(struct dsr_flow_bucket *b);
void dsr_flow_bucket_free_rcu(struct dsr_flow_bucket *b);

#endif /* _DSR_FLOW_BUCKET_H */

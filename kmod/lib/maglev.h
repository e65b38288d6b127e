/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lookup table of Maglev's consistent hash (Eisenbud et al., "Maglev: A Fast and
 * Reliable Software Network Load Balancer", NSDI 2016, section 3.4), with weights.
 * Pure: the caller provides the memory.
 */
#ifndef _DSR_MAGLEV_H
#define _DSR_MAGLEV_H

#include <linux/types.h>

#define DSR_MAGLEV_SLOTS	4093

/* Return true if a table can have so many slots: the number must be prime, because the
 * walk of every backend must visit all slots, and within the limits of the netlink
 * protocol.
 */
bool dsr_maglev_slots_ok(__u32 slots);

/**
 * struct dsr_maglev_backend - a backend of the table
 * @hash: hash of its identity, see dsr_hash_addr(); determines which slots it prefers,
 *	and its turn among equals
 * @weight: 1 to NF_DSR_WEIGHT_MAX
 * @index: what is written into its slots, below NF_DSR_BACKENDS_MAX
 * @offset: private, as are all below: the next slot that it prefers
 * @skip: distance from that slot to the one after it
 * @due: time of its next turn, multiplied by its weight
 */
struct dsr_maglev_backend {
	__u64 hash;
	__u32 weight;
	__u16 index;
	__u32 offset;
	__u32 skip;
	__u64 due;
};

/**
 * dsr_maglev_fill() - fill a lookup table
 * @table: @slots entries
 * @slots: a prime number, see dsr_maglev_slots_ok()
 * @backends: in any order; used as scratch memory
 * @n: number of backends, 1 to NF_DSR_BACKENDS_MAX
 *
 * Every backend gets slots in proportion to its weight, rounded up or down to a whole
 * number: a backend whose share is less than a slot may get none. This takes some
 * milliseconds: call it where it may be preempted.
 */
void dsr_maglev_fill(__u16 *table, __u32 slots,
		     struct dsr_maglev_backend *backends, __u32 n);

/* Return the slot of a flow's hash, see dsr_hash_tuple(). */
static inline __u32 dsr_maglev_slot(__u64 hash, __u32 slots)
{
	return ((__u64)(__u32)(hash >> 32) * slots) >> 32;
}

#endif /* _DSR_MAGLEV_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The lookup table of Maglev's consistent hash (Eisenbud et al., "Maglev: A
 * Fast and Reliable Software Network Load Balancer", NSDI 2016, section 3.4),
 * with weights. Pure: the caller brings the memory.
 */
#ifndef _DSR_MAGLEV_H
#define _DSR_MAGLEV_H

#include <linux/types.h>

#define DSR_MAGLEV_SLOTS	4093

/* Can a table have so many slots? They must be a prime number, as every
 * backend's walk must visit all of them, and within the protocol's limits.
 */
bool dsr_maglev_slots_ok(__u32 slots);

/**
 * struct dsr_maglev_backend - one backend, as the table knows it
 * @hash: hash of its identity, see dsr_hash_addr(); decides which slots it
 *	prefers, and its place among the others
 * @weight: 1 to NF_DSR_WEIGHT_MAX
 * @index: what is written into its slots, below NF_DSR_BACKENDS_MAX
 * @offset: private, as are all below: the next slot it prefers
 * @skip: from there to the one after it
 * @due: time of its next turn, times its weight
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
 * @slots: a prime, see dsr_maglev_slots_ok()
 * @backends: in any order; used as scratch memory
 * @n: how many, 1 to NF_DSR_BACKENDS_MAX
 *
 * Every backend gets slots in proportion to its weight, rounded up or down to
 * a whole one: one that is worth less than a slot may get none. Takes some ms:
 * call it where it may be preempted.
 */
void dsr_maglev_fill(__u16 *table, __u32 slots,
		     struct dsr_maglev_backend *backends, __u32 n);

/* Slot of a flow's hash, see dsr_hash_tuple(). */
static inline __u32 dsr_maglev_slot(__u64 hash, __u32 slots)
{
	return ((__u64)(__u32)(hash >> 32) * slots) >> 32;
}

#endif /* _DSR_MAGLEV_H */

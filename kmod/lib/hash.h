/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keyed hashes of tuples and addresses. They are the same on every machine, whatever
 * the byte order and word size of its CPU. Pure.
 */
#ifndef _DSR_HASH_H
#define _DSR_HASH_H

#include <linux/siphash.h>

#include "tuple.h"

/* Make a key from a seed. */
void dsr_hash_seed(siphash_key_t *key, __u64 seed);

/* Hash the addresses, ports and protocol (the 5-tuple). */
__u64 dsr_hash_tuple(const struct dsr_tuple *tuple, const siphash_key_t *key);

/* Hash the part of the tuple that @choice, enum nf_dsr_hash, selects. */
__u64 dsr_hash_choice(const struct dsr_tuple *tuple, __u8 choice,
		      const siphash_key_t *key);

/* Hash the address of a backend, by which a consistent hash identifies it. */
__u64 dsr_hash_addr(__u8 family, const union nf_inet_addr *addr,
		    const siphash_key_t *key);

#endif /* _DSR_HASH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Keyed hashes of tuples and addresses. The same on every machine: byte order
 * and word size of the CPU do not show. Pure.
 */
#ifndef _DSR_HASH_H
#define _DSR_HASH_H

#include <linux/siphash.h>

#include "tuple.h"

void dsr_hash_seed(siphash_key_t *key, __u64 seed);

/* Hash of addresses, ports and protocol (the 5-tuple). */
__u64 dsr_hash_tuple(const struct dsr_tuple *tuple, const siphash_key_t *key);

/* Hash of the part of the tuple that counts; enum nf_dsr_hash. */
__u64 dsr_hash_choice(const struct dsr_tuple *tuple, __u8 choice,
		      const siphash_key_t *key);

/* Hash of a backend's address: what a consistent hash knows it by. */
__u64 dsr_hash_addr(__u8 family, const union nf_inet_addr *addr,
		    const siphash_key_t *key);

#endif /* _DSR_HASH_H */

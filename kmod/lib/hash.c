// SPDX-License-Identifier: GPL-2.0
/*
 * Keyed hashes, see hash.h. Two directors must choose the same backend for the same
 * packet, whatever their CPUs. So the input of the hash is numbers in the CPU's byte
 * order, made from the bytes on the wire, and never memory as such.
 */
#include <uapi/linux/nf_dsr.h>

#include "hash.h"

static __u64 word(__be32 high, __be32 low)
{
	return (__u64)ntohl(high) << 32 | ntohl(low);
}

static __u64 ports_and_proto(const struct dsr_tuple *tuple)
{
	return (__u64)ntohs(tuple->sport) << 32 | ntohs(tuple->dport) << 8 |
	       tuple->proto;
}

void dsr_hash_seed(siphash_key_t *key, __u64 seed)
{
	key->key[0] = seed;
	key->key[1] = ~seed;
}

__u64 dsr_hash_tuple(const struct dsr_tuple *tuple, const siphash_key_t *key)
{
	const __be32 *src = tuple->src.ip6;
	const __be32 *dst = tuple->dst.ip6;
	__le64 words[5];

	if (tuple->family == AF_INET)
		return siphash_2u64(word(tuple->src.ip, tuple->dst.ip),
				    ports_and_proto(tuple), key);

	/* siphash() reads memory as little-endian words. */
	words[0] = cpu_to_le64(word(src[0], src[1]));
	words[1] = cpu_to_le64(word(src[2], src[3]));
	words[2] = cpu_to_le64(word(dst[0], dst[1]));
	words[3] = cpu_to_le64(word(dst[2], dst[3]));
	words[4] = cpu_to_le64(ports_and_proto(tuple));
	return siphash(words, sizeof(words), key);
}

/* The parts that @choice does not select are 0. So is the protocol: a client meets the
 * same backend by HTTPS and by QUIC.
 */
__u64 dsr_hash_choice(const struct dsr_tuple *tuple, __u8 choice,
		      const siphash_key_t *key)
{
	struct dsr_tuple part = { .family = tuple->family };

	switch ((enum nf_dsr_hash)choice) {
	case NF_DSR_HASH_SOURCE_PORT:
		part.sport = tuple->sport;
		fallthrough;
	case NF_DSR_HASH_SOURCE:
		part.src = tuple->src;
		break;
	case NF_DSR_HASH_DESTINATION:
		part.dst = tuple->dst;
		break;
	case NF_DSR_HASH_5_TUPLE:
		return dsr_hash_tuple(tuple, key);
	}
	return dsr_hash_tuple(&part, key);
}

__u64 dsr_hash_addr(__u8 family, const union nf_inet_addr *addr,
		    const siphash_key_t *key)
{
	if (family == AF_INET)
		return siphash_1u64(ntohl(addr->ip), key);

	return siphash_2u64(word(addr->ip6[0], addr->ip6[1]),
			    word(addr->ip6[2], addr->ip6[3]), key);
}

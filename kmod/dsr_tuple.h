/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What identifies a flow: the addresses, ports and protocol of the packets
 * that the client sends to the VIP. Pure: no skb, lock or allocation.
 */
#ifndef _DSR_TUPLE_H
#define _DSR_TUPLE_H

#include <linux/types.h>
#include <asm/byteorder.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/netfilter.h>

/**
 * struct dsr_tuple - identity of a flow
 * @src: the client's address
 * @dst: the VIP
 * @sport: the client's port; identifier of an ICMP echo; 0 without ports
 * @dport: the VIP's port; 0 without ports
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol number, that behind the extension headers for IPv6
 * @zone: number of the VRF that it is in, see dsr_service.zone; 0: in none. Not
 *	in the packet, so the parser leaves it 0
 * @persist: 0; 1 for what is no flow but the memory of a client prefix's backend:
 *	@src is the prefix then, and @dst stands for the service
 *
 * IPv4 addresses stand in the first word, the other words are 0, so that two
 * tuples can be compared as memory.
 *
 * @ports and @kinds are the same as words. What is read as a word soon after should
 * be written as one: a processor waits before it puts one together from what it
 * has just written in parts.
 */
struct dsr_tuple {
	union nf_inet_addr src;
	union nf_inet_addr dst;
	union {
		struct {
			__be16 sport;
			__be16 dport;
		};
		__u32 ports;
	};
	union {
		struct {
			__u8 family;
			__u8 proto;
			__u8 zone;
			__u8 persist;
		};
		__le32 kinds;
	};
};

/* A tuple's @kinds, neither in a VRF nor of a prefix. */
static inline __le32 dsr_tuple_kinds(__u8 family, __u8 proto)
{
	return cpu_to_le32(proto << 8 | family);
}

static inline bool dsr_addr_eq(const union nf_inet_addr *a,
			       const union nf_inet_addr *b)
{
	return !((a->all[0] ^ b->all[0]) | (a->all[1] ^ b->all[1]) |
		 (a->all[2] ^ b->all[2]) | (a->all[3] ^ b->all[3]));
}

/* ICMP of the family's own. What is a flow of it is an echo: the request, or an
 * error about its reply.
 */
static inline bool dsr_tuple_is_icmp(const struct dsr_tuple *tuple)
{
	return tuple->family == AF_INET ? tuple->proto == IPPROTO_ICMP :
					  tuple->proto == IPPROTO_ICMPV6;
}

#endif /* _DSR_TUPLE_H */

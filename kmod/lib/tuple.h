/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What identifies a flow: the addresses, ports and protocol of the packets
 * that the client sends to the VIP. Pure: no skb, lock or allocation.
 */
#ifndef _DSR_TUPLE_H
#define _DSR_TUPLE_H

#include <linux/in.h>
#include <linux/in6.h>
#include <linux/netfilter.h>
#include <linux/socket.h>
#include <linux/string.h>
#include <linux/types.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <asm/byteorder.h>

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
 * @ports and @meta are the same as words. What is read as a word soon after should
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
		__le32 meta;
	};
};

/* A tuple's @meta, neither in a VRF nor of a prefix. */
static inline __le32 dsr_tuple_meta(__u8 family, __u8 proto)
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

/*
 * Sources that routing refuses, as far as the addresses alone tell. Pure.
 *
 * IPv4 as in ip_route_input_slow(), IPv6 as in ip6_rcv_core() and ip6_forward(). So
 * 169.254.0.0/16 and 240.0.0.0/4 are sources like any others. Loopback addresses are
 * refused even where route_localnet is on: the backend would answer itself.
 */

static inline bool dsr_tuple_is_martian(const struct dsr_tuple *t)
{
	if (dsr_addr_eq(&t->src, &t->dst))
		return true;
	if (t->family == AF_INET6)
		return ipv6_addr_any(&t->src.in6) ||
		       ipv6_addr_loopback(&t->src.in6) ||
		       ipv6_addr_is_multicast(&t->src.in6);
	return ipv4_is_zeronet(t->src.ip) || ipv4_is_loopback(t->src.ip) ||
	       ipv4_is_multicast(t->src.ip) || ipv4_is_lbcast(t->src.ip);
}

/* Return true if the address means something on one link only (fe80::/10). */
static inline bool dsr_addr_is_of_link(const struct in6_addr *addr)
{
	return (addr->s6_addr32[0] & htonl(0xffc00000)) == htonl(0xfe800000);
}

#endif /* _DSR_TUPLE_H */

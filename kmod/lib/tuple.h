/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The identity of a flow: addresses, ports and protocol of the packets that the client
 * sends to the VIP. Pure: no skb, lock or allocation.
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
 * @sport: the client's port, or the identifier of an ICMP echo; 0 without ports
 * @dport: the VIP's port; 0 without ports
 * @ports: @sport and @dport as one word
 * @family: AF_INET or AF_INET6
 * @proto: IP protocol number; for IPv6 that after the extension headers
 * @zone: number of the VRF of the flow, see dsr_service.zone; 0: none. It is not in the
 *	packet, so the parser leaves it 0
 * @persist: 0; 1 for the entry of a client prefix, which is no flow: @src is the prefix
 *	then, and @dst has the id of the service
 * @meta: @family, @proto, @zone and @persist as one word
 *
 * An IPv4 address is in the first word and the other words are 0, so tuples can be
 * compared as memory.
 *
 * Code that reads @ports or @meta soon after they are written should write them as
 * words: the CPU stalls when it loads a word from parts that it has just stored
 * separately.
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

/* Return the @meta of a tuple that is neither in a VRF nor of a client prefix. */
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

/* Return true for the ICMP protocol of the family. A flow of it is an echo: the
 * request, or an error about its reply.
 */
static inline bool dsr_tuple_is_icmp(const struct dsr_tuple *tuple)
{
	return tuple->family == AF_INET ? tuple->proto == IPPROTO_ICMP :
					  tuple->proto == IPPROTO_ICMPV6;
}

/*
 * Martians: source addresses that routing refuses, as far as the addresses alone show.
 * Pure.
 *
 * IPv4 is as in ip_route_input_slow(), IPv6 as in ip6_rcv_core() and ip6_forward(), so
 * 169.254.0.0/16 and 240.0.0.0/4 are valid sources. Loopback addresses are refused even
 * if route_localnet is on, because the backend would answer itself. A source address
 * that is the VIP is refused as well.
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

/* Return true if the address is valid on one link only (fe80::/10). */
static inline bool dsr_addr_is_of_link(const struct in6_addr *addr)
{
	return (addr->s6_addr32[0] & htonl(0xffc00000)) == htonl(0xfe800000);
}

static inline bool dsr_addr_is_loopback(__u8 family, const union nf_inet_addr *addr)
{
	return family == AF_INET ? ipv4_is_loopback(addr->ip) :
				   ipv6_addr_loopback(&addr->in6);
}

/* Return true if a single machine can have the address, and it is neither loopback nor,
 * for IPv6, link-local.
 */
static inline bool dsr_addr_is_unicast(__u8 family, const union nf_inet_addr *addr)
{
	if (dsr_addr_is_loopback(family, addr))
		return false;
	if (family == AF_INET6)
		return !ipv6_addr_any(&addr->in6) &&
		       !ipv6_addr_is_multicast(&addr->in6) &&
		       !dsr_addr_is_of_link(&addr->in6);
	return !ipv4_is_zeronet(addr->ip) && !ipv4_is_multicast(addr->ip) &&
	       !ipv4_is_lbcast(addr->ip);
}

#endif /* _DSR_TUPLE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Bytes of an IP packet in, struct dsr_pkt out. Pure: no skb, lock or
 * allocation; safe on any bytes whatsoever.
 */
#ifndef _DSR_PARSE_H
#define _DSR_PARSE_H

#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "tuple.h"

/**
 * enum dsr_kind - what a packet to a VIP may do
 * @DSR_KIND_FLOW: belongs to a flow and may begin one
 * @DSR_KIND_ERROR: ICMP error about a packet that the VIP sent; goes to the
 *	backend of the flow it quotes, and neither begins nor moves a flow
 * @DSR_KIND_FRAGMENT: a fragment that nobody reassembled
 * @DSR_KIND_CONTROL: other ICMP (neighbour discovery, echo replies, redirects,
 *	errors whose quote tells too little): the stack's own business
 */
enum dsr_kind {
	DSR_KIND_FLOW,
	DSR_KIND_ERROR,
	DSR_KIND_FRAGMENT,
	DSR_KIND_CONTROL,
};

/* Bits of struct dsr_pkt.tcp_flags, as in octet 13 of the TCP header (RFC 9293) */
#define DSR_TCP_FIN	0x01
#define DSR_TCP_SYN	0x02
#define DSR_TCP_RST	0x04
#define DSR_TCP_ACK	0x10
/* Of no flag there: the segment has a payload. */
#define DSR_TCP_DATA	0x80

/**
 * struct dsr_pkt - all that the way of a packet needs to know of it
 * @tuple: its flow; for an error that of the quoted packet, turned round so
 *	that @tuple.dst is the VIP again
 * @kind: what it may do
 * @tcp_flags: DSR_TCP_*; 0 unless TCP and DSR_KIND_FLOW
 * @tos: TOS byte or traffic class
 * @ttl: TTL or hop limit as received
 * @df: IPv4 don't-fragment flag; true for IPv6
 * @source_route: an IPv4 source route, or an IPv6 routing header with segments
 *	left: the sender wants it to go on from here by a way of his own
 * @l4_off: where the transport header begins, from the IP header on
 * @len: length of the packet as its IP header says; bytes behind it are padding
 * @need: with -EAGAIN, how many bytes are wanted in one piece
 */
struct dsr_pkt {
	struct dsr_tuple tuple;
	__u8 kind;
	__u8 tcp_flags;
	__u8 tos;
	__u8 ttl;
	bool df;
	bool source_route;
	__u16 l4_off;
	__u32 len;
	__u32 need;
};

/**
 * dsr_parse() - parse a packet from its IP header on
 * @data: the first @avail bytes of the packet, aligned to 4
 * @avail: how many bytes may be read
 * @total: length of the whole packet, at least @avail
 * @pkt: result; its tuple's family, addresses and protocol are set with
 *	DSR_KIND_FRAGMENT (IPv6: the protocol that the fragment header names)
 *	and DSR_KIND_CONTROL too, ports are 0 there
 *
 * The version nibble tells the family. A length of 0 means @total (BIG TCP,
 * jumbograms) if that is more than the length field could have said.
 *
 * Return: 0; -EAGAIN if more than @avail bytes are needed, with @pkt->need set,
 * @avail < need <= @total; -EBADMSG if the packet contradicts itself: header or
 * datagram lengths beyond its end, IPv4 options or an extension header chain
 * that do not end, a transport header shorter than its protocol's minimum.
 */
int dsr_parse(const void *data, __u32 avail, __u32 total, struct dsr_pkt *pkt);

/*
 * Plain packets: nothing stands between the IP header and the transport header, and
 * nothing behind the datagram. dsr_parse() takes what is taken here, with the same result;
 * the KUnit suites compare them.
 */

/* Return true if the IPv4 header has no options, and the packet is no fragment. */
static __always_inline bool dsr_parse_is_plain4(const struct iphdr *iph)
{
	return iph->version == 4 && iph->ihl == sizeof(*iph) / 4 &&
	       !(iph->frag_off & htons(IP_MF | IP_OFFSET));
}

/* Return true if no extension header follows the IPv6 header. */
static __always_inline bool dsr_parse_is_plain6(const struct ipv6hdr *ip6h)
{
	return ip6h->version == 6 && !ipv6_ext_hdr(ip6h->nexthdr);
}

static __always_inline bool dsr_parse_plain_tcp(const void *l4, __u32 avail,
						__u32 len,
						struct dsr_tuple *tuple,
						bool *steady)
{
	const struct tcphdr *th = l4;

	if (avail < sizeof(*th) || th->doff < 5 || th->doff * 4 > len)
		return false;
	tuple->ports = *(const __u32 *)th;
	*steady = !(tcp_flag_word(th) &
		    (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST));
	return true;
}

static __always_inline bool dsr_parse_plain_udp(const void *l4, __u32 avail,
						__u32 len,
						struct dsr_tuple *tuple,
						bool *steady)
{
	const struct udphdr *uh = l4;

	if (avail < sizeof(*uh) || ntohs(uh->len) < sizeof(*uh) ||
	    ntohs(uh->len) > len)
		return false;
	tuple->ports = *(const __u32 *)uh;
	*steady = true;
	return true;
}

/**
 * dsr_parse_plain() - parse a plain TCP segment or UDP datagram
 * @data: the first @avail bytes of the packet, aligned to 4, at least its IP header
 * @avail: how many bytes may be read
 * @total: length of the whole packet, at least @avail
 * @family: AF_INET or AF_INET6
 * @tuple: result: its flow
 * @steady: result: it has no TCP flag that could change its flow's state
 *
 * Return: false if it is for dsr_parse().
 */
static __always_inline bool dsr_parse_plain(const void *data, __u32 avail,
					    __u32 total, __u8 family,
					    struct dsr_tuple *tuple,
					    bool *steady)
{
	const struct ipv6hdr *ip6h = data;
	const struct iphdr *iph = data;
	__u32 off;
	__u8 proto;

	if (family == AF_INET) {
		if (!dsr_parse_is_plain4(iph) || ntohs(iph->tot_len) != total)
			return false;
		tuple->src = (union nf_inet_addr) { .all = { (__force __u32)iph->saddr } };
		tuple->dst = (union nf_inet_addr) { .all = { (__force __u32)iph->daddr } };
		proto = iph->protocol;
		off = sizeof(*iph);
	} else {
		if (ip6h->version != 6 ||
		    ntohs(ip6h->payload_len) + sizeof(*ip6h) != total)
			return false;
		tuple->src.in6 = ip6h->saddr;
		tuple->dst.in6 = ip6h->daddr;
		proto = ip6h->nexthdr;
		off = sizeof(*ip6h);
	}
	tuple->meta = dsr_tuple_meta(family, proto);
	if (likely(proto == IPPROTO_TCP))
		return dsr_parse_plain_tcp(data + off, avail - off, total - off,
					   tuple, steady);
	return proto == IPPROTO_UDP &&
	       dsr_parse_plain_udp(data + off, avail - off, total - off, tuple,
				   steady);
}

#endif /* _DSR_PARSE_H */

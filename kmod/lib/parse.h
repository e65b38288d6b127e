/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parse the bytes of an IP packet into struct dsr_pkt. Pure: no skb, lock or
 * allocation; safe on any bytes.
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
 * @DSR_KIND_FLOW: it belongs to a flow and may begin one
 * @DSR_KIND_ERROR: an ICMP error about a packet that the VIP sent; it goes to the
 *	backend of the flow that it quotes, and never begins, moves or ends a flow
 * @DSR_KIND_FRAGMENT: a fragment that was not reassembled
 * @DSR_KIND_CONTROL: other ICMP (neighbour discovery, echo replies, redirects, errors
 *	whose quote does not identify a flow); it is left to the stack
 */
enum dsr_kind {
	DSR_KIND_FLOW,
	DSR_KIND_ERROR,
	DSR_KIND_FRAGMENT,
	DSR_KIND_CONTROL,
} __packed;

/* Bits of struct dsr_pkt.tcp_flags, as in octet 13 of the TCP header (RFC 9293) */
#define DSR_TCP_FIN	0x01
#define DSR_TCP_SYN	0x02
#define DSR_TCP_RST	0x04
#define DSR_TCP_ACK	0x10
/* No flag of the TCP header: the segment has a payload. */
#define DSR_TCP_DATA	0x80

/**
 * struct dsr_pkt - what the other steps need to know of a packet
 * @tuple: its flow; for an error the flow of the quoted packet, reversed so that
 *	@tuple.dst is the VIP
 * @kind: what it may do
 * @tcp_flags: DSR_TCP_*; 0 unless the packet is TCP and DSR_KIND_FLOW
 * @tos: TOS byte or traffic class
 * @ttl: TTL or hop limit as received
 * @df: IPv4 don't-fragment flag; true for IPv6
 * @source_route: the packet has an IPv4 source route, or an IPv6 routing header with
 *	segments left: its sender chooses the route from here
 * @l4_off: offset of the transport header from the IP header
 * @len: length of the packet in its IP header; bytes after it are padding
 * @need: after -EAGAIN, the number of bytes that must be contiguous
 */
struct dsr_pkt {
	struct dsr_tuple tuple;
	enum dsr_kind kind;
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
 * @avail: number of bytes that may be read
 * @total: length of the whole packet, at least @avail
 * @pkt: result; for DSR_KIND_FRAGMENT and DSR_KIND_CONTROL the tuple has family,
 *	addresses and protocol, but no ports. The protocol of an IPv6 fragment is the
 *	one that the fragment header names
 *
 * The version nibble determines the family. A length of 0 means @total (BIG TCP,
 * jumbograms) if that is more than the length field can hold.
 *
 * Return: 0; -EAGAIN if more than @avail bytes are needed, with @pkt->need set and
 * @avail < need <= @total; -EBADMSG if the packet contradicts itself: header or
 * datagram lengths beyond its end, IPv4 options or an extension header chain that do
 * not end, a transport header shorter than its protocol's minimum.
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

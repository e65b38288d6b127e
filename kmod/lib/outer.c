// SPDX-License-Identifier: GPL-2.0
/*
 * Parse ICMP errors about packets that were encapsulated here, see outer.h. A router
 * need not quote more than 8 bytes after the outer header. These identify the backend;
 * to identify the flow of the encapsulated packet takes a longer quote. lib/encap.c reads
 * the headers between the outer IP header and the packet, as it writes them.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "outer.h"

#define IPV4_DF		0x4000
#define IPV4_OFFSET	0x1fff

/* RFC 4884: an "original datagram" that is shorter has no length in the message. */
#define QUOTE_PADDED	128

/* Enough for ports, or for the identifier of an echo. */
#define TRANSPORT_MIN	8

struct reader {
	const __u8 *data;
	__u32 avail;
};

static const void *read_at(const struct reader *r, __u32 off, __u32 size)
{
	return off <= r->avail && size <= r->avail - off ? r->data + off : NULL;
}

static bool read_icmpv4(const struct icmphdr *icmp, struct dsr_outer_error *e)
{
	if (icmp->type == ICMP_DEST_UNREACH && icmp->code == ICMP_FRAG_NEEDED) {
		e->kind = DSR_OUTER_TOO_BIG;
		e->mtu = ntohs(icmp->un.frag.mtu);
		return true;
	}
	e->kind = DSR_OUTER_UNREACHABLE;
	return icmp->type == ICMP_DEST_UNREACH ||
	       (icmp->type == ICMP_TIME_EXCEEDED && icmp->code == ICMP_EXC_TTL);
}

static bool read_icmpv6(const struct icmphdr *icmp, struct dsr_outer_error *e)
{
	if (icmp->type == ICMPV6_PKT_TOOBIG) {
		e->kind = DSR_OUTER_TOO_BIG;
		e->mtu = ntohl(icmp->un.gateway);
		return true;
	}
	e->kind = DSR_OUTER_UNREACHABLE;
	return icmp->type == ICMPV6_DEST_UNREACH ||
	       (icmp->type == ICMPV6_TIME_EXCEED &&
		icmp->code == ICMPV6_EXC_HOPLIMIT);
}

/* End the quote where the extensions of an extended message (RFC 4884) begin. */
static void limit_quote(const struct icmphdr *icmp, __u32 quote,
			struct dsr_outer_error *e)
{
	const __u8 *word = (const void *)&icmp->un;
	__u32 len = e->family == AF_INET ? word[1] * 4 : word[0] * 8;

	if (e->family == AF_INET6 && e->kind == DSR_OUTER_TOO_BIG)
		return;
	if (len >= QUOTE_PADDED && quote + len < e->end)
		e->end = quote + len;
}

/* Read the error. Return the offset of its quote, or 0 if this is no error about an
 * outer header.
 */
static __u32 read_error(const struct reader *r, struct dsr_outer_error *e)
{
	const struct iphdr *iph = read_at(r, 0, sizeof(*iph));
	const struct ipv6hdr *ip6h = read_at(r, 0, sizeof(*ip6h));
	const struct icmphdr *icmp;
	bool known;

	if (iph && iph->version == 4 && iph->protocol == IPPROTO_ICMP &&
	    !(ntohs(iph->frag_off) & IPV4_OFFSET)) {
		e->family = AF_INET;
		e->icmp_off = iph->ihl * 4;
	} else if (ip6h && ip6h->version == 6 &&
		   ip6h->nexthdr == IPPROTO_ICMPV6) {
		e->family = AF_INET6;
		e->icmp_off = sizeof(*ip6h);
	} else {
		return 0;
	}
	icmp = read_at(r, e->icmp_off, sizeof(*icmp));
	if (!icmp)
		return 0;
	known = e->family == AF_INET ? read_icmpv4(icmp, e) :
				       read_icmpv6(icmp, e);
	if (!known)
		return 0;
	limit_quote(icmp, e->icmp_off + sizeof(*icmp), e);
	return e->icmp_off + sizeof(*icmp);
}

/* Read the quoted outer header, which has no options or extension headers, as
 * dsr_encap_write() writes none. Return false if there is none.
 */
static bool read_outer(const struct reader *r, __u32 off,
		       struct dsr_outer_error *e)
{
	const struct iphdr *iph = read_at(r, off, sizeof(*iph));
	const struct ipv6hdr *ip6h = read_at(r, off, sizeof(*ip6h));

	if (e->family == AF_INET) {
		if (!iph || iph->version != 4 || iph->ihl != sizeof(*iph) / 4 ||
		    ntohs(iph->frag_off) & IPV4_OFFSET)
			return false;
		e->src.ip = iph->saddr;
		e->dst.ip = iph->daddr;
		e->proto = iph->protocol;
		e->next_off = off + sizeof(*iph);
		return true;
	}
	if (!ip6h || ip6h->version != 6)
		return false;
	e->src.in6 = ip6h->saddr;
	e->dst.in6 = ip6h->daddr;
	e->proto = ip6h->nexthdr;
	e->next_off = off + sizeof(*ip6h);
	return true;
}

static bool read_ports(const struct reader *r, __u32 off,
		       struct dsr_tuple *flow)
{
	const __u8 *transport = read_at(r, off, TRANSPORT_MIN);
	const __be16 *port = (const void *)transport;

	if (!transport)
		return false;
	switch (flow->proto) {
	case IPPROTO_TCP:
	case IPPROTO_UDP:
	case IPPROTO_SCTP:
		flow->sport = port[0];
		flow->dport = port[1];
		return true;
	case IPPROTO_ICMP:
		flow->sport = port[2];
		return flow->family == AF_INET && transport[0] == ICMP_ECHO;
	case IPPROTO_ICMPV6:
		flow->sport = port[2];
		return flow->family == AF_INET6 &&
		       transport[0] == ICMPV6_ECHO_REQUEST;
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
		return flow->family == AF_INET;
	default:
		return true;
	}
}

static bool read_inner4(const struct reader *r, __u32 off,
			struct dsr_outer_error *e)
{
	const struct iphdr *iph = read_at(r, off, sizeof(*iph));

	if (!iph || iph->version != 4 || iph->ihl < 5 ||
	    ntohs(iph->frag_off) & IPV4_OFFSET)
		return false;
	e->flow.family = AF_INET;
	e->flow.proto = iph->protocol;
	e->flow.src.ip = iph->saddr;
	e->flow.dst.ip = iph->daddr;
	e->inner_len = ntohs(iph->tot_len);
	e->inner_df = ntohs(iph->frag_off) & IPV4_DF;
	return read_ports(r, off + iph->ihl * 4, &e->flow);
}

static bool read_inner6(const struct reader *r, __u32 off,
			struct dsr_outer_error *e)
{
	const struct ipv6hdr *ip6h = read_at(r, off, sizeof(*ip6h));

	if (!ip6h || ip6h->version != 6)
		return false;
	e->flow.family = AF_INET6;
	e->flow.proto = ip6h->nexthdr;
	e->flow.src.in6 = ip6h->saddr;
	e->flow.dst.in6 = ip6h->daddr;
	e->inner_len = sizeof(*ip6h) + ntohs(ip6h->payload_len);
	e->inner_df = true;
	return read_ports(r, off + sizeof(*ip6h), &e->flow);
}

/* Read the encapsulated packet, which went from the client to the VIP. */
static bool read_inner(const struct reader *r, __u32 off,
		       struct dsr_outer_error *e)
{
	return e->encap.inner_family == AF_INET ? read_inner4(r, off, e) :
						  read_inner6(r, off, e);
}

bool dsr_outer_parse(const void *data, __u32 avail, __u32 total,
		     struct dsr_outer_error *error)
{
	struct reader r = { .data = data, .avail = avail };
	__u32 quote;

	memset(error, 0, sizeof(*error));
	error->end = total;
	quote = read_error(&r, error);
	return quote && read_outer(&r, quote, error);
}

bool dsr_outer_read(const void *data, __u32 avail, enum dsr_encap_kind kind,
		    struct dsr_outer_error *error)
{
	struct reader r = {
		.data = data,
		.avail = avail < error->end ? avail : error->end,
	};
	__u32 off = error->next_off;

	error->inner_off = 0;
	memset(&error->flow, 0, sizeof(error->flow));
	if (!dsr_encap_read(kind, error->proto, data + off, r.avail - off,
			    &error->encap))
		return false;
	off += error->encap.len;
	if (error->encap.whole && read_inner(&r, off, error))
		error->inner_off = off;
	return true;
}

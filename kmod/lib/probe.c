// SPDX-License-Identifier: GPL-2.0
/*
 * Build the packet to be traced, see probe.h.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/tcp.h>
#include <linux/udp.h>

#include "probe.h"

#define PROBE_QUOTED	8

#define PROBE_IPV4_DF	0x4000

static __u32 probe_ip_len(const struct dsr_probe *probe)
{
	return probe->tuple.family == AF_INET ? sizeof(struct iphdr) :
						sizeof(struct ipv6hdr);
}

static __u32 probe_l4_len(const struct dsr_tuple *tuple)
{
	if (dsr_tuple_is_icmp(tuple))
		return sizeof(struct icmphdr);
	switch (tuple->proto) {
	case IPPROTO_TCP:
		return sizeof(struct tcphdr);
	case IPPROTO_UDP:
		return sizeof(struct udphdr);
	case IPPROTO_SCTP:
		return 12;
	default:
		return 0;
	}
}

bool dsr_probe_possible(const struct dsr_probe *probe)
{
	if (probe->tuple.family == AF_INET)
		return true;
	switch (probe->tuple.proto) {
	case IPPROTO_HOPOPTS:
	case IPPROTO_ROUTING:
	case IPPROTO_FRAGMENT:
	case IPPROTO_DSTOPTS:
		return false;
	default:
		return true;
	}
}

__u32 dsr_probe_min(const struct dsr_probe *probe)
{
	__u32 ip_len = probe_ip_len(probe);

	if (probe->error)
		return ip_len + sizeof(struct icmphdr) + ip_len + PROBE_QUOTED;
	return ip_len + probe_l4_len(&probe->tuple);
}

/* Write an IP header. Return what follows it. */
static void *probe_write_ip(void *buf, const struct dsr_probe *probe,
			    const struct dsr_tuple *tuple, __u32 len)
{
	struct ipv6hdr *ip6h = buf;
	struct iphdr *iph = buf;

	if (tuple->family == AF_INET) {
		iph->version = 4;
		iph->ihl = sizeof(*iph) / 4;
		iph->tot_len = htons(len);
		iph->frag_off = htons(probe->df ? PROBE_IPV4_DF : 0);
		iph->ttl = probe->ttl;
		iph->protocol = tuple->proto;
		iph->saddr = tuple->src.ip;
		iph->daddr = tuple->dst.ip;
		return iph + 1;
	}
	ip6h->version = 6;
	ip6h->payload_len = htons(len - sizeof(*ip6h));
	ip6h->nexthdr = tuple->proto;
	ip6h->hop_limit = probe->ttl;
	ip6h->saddr = tuple->src.in6;
	ip6h->daddr = tuple->dst.in6;
	return ip6h + 1;
}

static void probe_write_icmp(struct icmphdr *icmph, __u8 family, __u8 type4,
			     __u8 code4, __u8 type6, __u8 code6)
{
	icmph->type = family == AF_INET ? type4 : type6;
	icmph->code = family == AF_INET ? code4 : code6;
}

static void probe_write_tcp(struct tcphdr *th, __u8 flags)
{
	th->doff = sizeof(*th) / 4;
	((__u8 *)th)[13] = flags;
}

static void probe_write_l4(void *buf, const struct dsr_probe *probe)
{
	const struct dsr_tuple *tuple = &probe->tuple;
	struct icmphdr *icmph = buf;
	struct udphdr *uh = buf;

	if (dsr_tuple_is_icmp(tuple)) {
		probe_write_icmp(icmph, tuple->family, ICMP_ECHO, 0,
				 ICMPV6_ECHO_REQUEST, 0);
		icmph->un.echo.id = tuple->sport;
		return;
	}
	if (!probe_l4_len(tuple))
		return;
	/* TCP and SCTP have their ports where UDP has them. */
	uh->source = tuple->sport;
	uh->dest = tuple->dport;
	if (tuple->proto == IPPROTO_TCP)
		probe_write_tcp(buf, probe->tcp_flags);
	else if (tuple->proto == IPPROTO_UDP)
		uh->len = htons(probe->len - probe_ip_len(probe));
}

/* Write the first bytes of the VIP's answer. */
static void probe_write_quote(void *buf, const struct dsr_probe *probe)
{
	const struct dsr_tuple *tuple = &probe->tuple;
	struct icmphdr *icmph;
	struct udphdr *uh;
	struct dsr_tuple answer = {
		.src	= tuple->dst,
		.dst	= tuple->src,
		.family	= tuple->family,
		.proto	= tuple->proto,
	};

	buf = probe_write_ip(buf, probe, &answer,
			     probe_ip_len(probe) + PROBE_QUOTED);
	if (dsr_tuple_is_icmp(tuple)) {
		icmph = buf;
		probe_write_icmp(icmph, tuple->family, ICMP_ECHOREPLY, 0,
				 ICMPV6_ECHO_REPLY, 0);
		icmph->un.echo.id = tuple->sport;
	} else if (probe_l4_len(tuple)) {
		uh = buf;
		uh->source = tuple->dport;
		uh->dest = tuple->sport;
	}
}

void dsr_probe_write(void *buf, const struct dsr_probe *probe)
{
	struct dsr_tuple outer = probe->tuple;

	if (!probe->error) {
		probe_write_l4(probe_write_ip(buf, probe, &outer, probe->len),
			       probe);
		return;
	}
	outer.proto = outer.family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
	buf = probe_write_ip(buf, probe, &outer, probe->len);
	probe_write_icmp(buf, outer.family, ICMP_DEST_UNREACH, ICMP_PORT_UNREACH,
			 ICMPV6_DEST_UNREACH, ICMPV6_PORT_UNREACH);
	probe_write_quote(buf + sizeof(struct icmphdr), probe);
}

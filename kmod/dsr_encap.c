// SPDX-License-Identifier: GPL-2.0
/*
 * Outer headers, written in one go. What belongs in them (addresses, TTL, DF,
 * TOS by RFC 6040) is decided elsewhere.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "dsr_encap.h"

#define IPV4_DF		0x4000
#define LENGTH_MAX	65535

struct gre_header {
	__be16 flags_version;
	__be16 protocol;
};

static __u8 next_protocol(const struct dsr_encap *encap)
{
	if (encap->gre)
		return IPPROTO_GRE;
	return encap->inner_family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
}

static __be16 length_field(__u32 len)
{
	return htons(len <= LENGTH_MAX ? len : 0);
}

/* A sum of this kind does not depend on byte order, and folding may wait. */
static __sum16 ipv4_checksum(const struct iphdr *iph)
{
	__u32 words[5];
	__u64 sum = 0;
	unsigned int i;

	memcpy(words, iph, sizeof(words));
	for (i = 0; i < 5; i++)
		sum += words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)~sum;
}

static void write_ipv4(struct iphdr *iph, const struct dsr_encap *encap)
{
	memset(iph, 0, sizeof(*iph));
	iph->version = 4;
	iph->ihl = sizeof(*iph) / 4;
	iph->tos = encap->tos;
	iph->tot_len = length_field(dsr_encap_len(AF_INET, encap->gre) +
				    encap->inner_len);
	iph->id = encap->id;
	iph->frag_off = htons(encap->df ? IPV4_DF : 0);
	iph->ttl = encap->ttl;
	iph->protocol = next_protocol(encap);
	iph->saddr = encap->src.ip;
	iph->daddr = encap->dst.ip;
	iph->check = ipv4_checksum(iph);
}

static void write_ipv6(struct ipv6hdr *ip6h, const struct dsr_encap *encap)
{
	__u32 label = encap->flow_label & 0xfffff;

	ip6h->version = 6;
	ip6h->priority = encap->tos >> 4;
	ip6h->flow_lbl[0] = encap->tos << 4 | label >> 16;
	ip6h->flow_lbl[1] = label >> 8;
	ip6h->flow_lbl[2] = label;
	ip6h->payload_len = length_field(dsr_encap_len(AF_INET6, encap->gre) -
					 sizeof(*ip6h) + encap->inner_len);
	ip6h->nexthdr = next_protocol(encap);
	ip6h->hop_limit = encap->ttl;
	ip6h->saddr = encap->src.in6;
	ip6h->daddr = encap->dst.in6;
}

void dsr_encap_write(void *buf, const struct dsr_encap *encap)
{
	struct gre_header *gre;

	if (encap->family == AF_INET)
		write_ipv4(buf, encap);
	else
		write_ipv6(buf, encap);
	if (!encap->gre)
		return;

	gre = buf + dsr_encap_len(encap->family, false);
	gre->flags_version = 0;
	gre->protocol = htons(encap->inner_family == AF_INET ? 0x0800 : 0x86dd);
}

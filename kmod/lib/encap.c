// SPDX-License-Identifier: GPL-2.0
/*
 * Write and read outer headers, see encap.h. The caller decides what they contain
 * (addresses, TTL, DF, TOS by RFC 6040).
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/udp.h>

#include "encap.h"

#define IPV4_DF		0x4000
#define LENGTH_MAX	65535

#define GRE_CHECKSUM	0x8000
#define GRE_KEY		0x2000

#define ETHERTYPE_IPV4	0x0800
#define ETHERTYPE_IPV6	0x86dd

struct gre_header {
	__be16 flags_version;
	__be16 protocol;
};

/* GUE variant 0, without private data and flags. */
struct gue_header {
	__u8 variant_control_hlen;
	__u8 protocol;
	__be16 flags;
};

__u32 dsr_encap_len(const struct dsr_encap_form *form)
{
	__u32 len = dsr_encap_ip_len(form);

	switch (form->kind) {
	case DSR_ENCAP_NONE:
		return 0;
	case DSR_ENCAP_IP:
		return len;
	case DSR_ENCAP_GRE:
		return len + sizeof(struct gre_header) +
		       (form->checksum ? 4 : 0) + (form->keyed ? 4 : 0);
	case DSR_ENCAP_UDP:
		return len + sizeof(struct udphdr) +
		       (form->gue_header ? sizeof(struct gue_header) : 0);
	}
	return 0;
}

static __u8 inner_protocol(const struct dsr_encap *encap)
{
	return encap->inner_family == AF_INET ? IPPROTO_IPIP : IPPROTO_IPV6;
}

__u8 dsr_encap_protocol(const struct dsr_encap *encap)
{
	switch (encap->form->kind) {
	case DSR_ENCAP_NONE:
	case DSR_ENCAP_IP:
		break;
	case DSR_ENCAP_GRE:
		return IPPROTO_GRE;
	case DSR_ENCAP_UDP:
		return IPPROTO_UDP;
	}
	return inner_protocol(encap);
}

static __u16 length_field(__u32 len)
{
	return len <= LENGTH_MAX ? len : 0;
}

/* Return the checksum of an IPv4 header without options. The sum does not depend on
 * byte order, and is folded at the end.
 */
static __sum16 ipv4_checksum(const __be32 *words)
{
	__u64 sum = 0;
	unsigned int i;

	for (i = 0; i < 5; i++)
		sum += (__force __u32)words[i];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return (__force __sum16)~sum;
}

/* Write the IPv4 header in words, as the checksum reads it: see struct dsr_tuple. */
static void write_ipv4(__be32 *words, const struct dsr_encap *encap)
{
	__u32 len = dsr_encap_len(encap->form) + encap->inner_len;

	words[0] = htonl(0x45 << 24 | encap->tos << 16 | length_field(len));
	words[1] = htonl((__u32)ntohs(encap->id) << 16 |
			 (encap->df ? IPV4_DF : 0));
	words[2] = htonl((__u32)encap->ttl << 24 |
			 dsr_encap_protocol(encap) << 16);
	words[3] = encap->src.ip;
	words[4] = encap->dst.ip;
	((struct iphdr *)words)->check = ipv4_checksum(words);
}

static void write_ipv6(struct ipv6hdr *ip6h, const struct dsr_encap *encap)
{
	__u32 len = dsr_encap_len(encap->form) - sizeof(*ip6h) +
		    encap->inner_len;

	*(__be32 *)ip6h = htonl(6U << 28 | encap->tos << 20 |
				(encap->flow_label & 0xfffff));
	ip6h->payload_len = htons(length_field(len));
	ip6h->nexthdr = dsr_encap_protocol(encap);
	ip6h->hop_limit = encap->ttl;
	ip6h->saddr = encap->src.in6;
	ip6h->daddr = encap->dst.in6;
}

static __be16 inner_ethertype(const struct dsr_encap *encap)
{
	return htons(encap->inner_family == AF_INET ? ETHERTYPE_IPV4 :
						      ETHERTYPE_IPV6);
}

static void write_gre(struct gre_header *gre, const struct dsr_encap *encap)
{
	const struct dsr_encap_form *form = encap->form;
	__be32 *option = (__be32 *)(gre + 1);

	gre->flags_version = htons((form->checksum ? GRE_CHECKSUM : 0) |
				   (form->keyed ? GRE_KEY : 0));
	gre->protocol = inner_ethertype(encap);
	if (form->checksum)
		*option++ = 0;
	if (form->keyed)
		*option = form->key;
}

static void write_udp(struct udphdr *uh, const struct dsr_encap *encap)
{
	const struct dsr_encap_form *form = encap->form;

	uh->source = encap->sport;
	uh->dest = form->port;
	uh->len = htons(length_field(dsr_encap_len(form) -
				     dsr_encap_ip_len(form) +
				     encap->inner_len));
	uh->check = 0;
}

static void write_gue(struct udphdr *uh, const struct dsr_encap *encap)
{
	struct gue_header *gue = (struct gue_header *)(uh + 1);

	write_udp(uh, encap);
	if (!encap->form->gue_header)
		return;
	gue->variant_control_hlen = 0;
	gue->protocol = inner_protocol(encap);
	gue->flags = 0;
}

void dsr_encap_write(void *buf, const struct dsr_encap *encap)
{
	const struct dsr_encap_form *form = encap->form;
	void *next = buf + dsr_encap_ip_len(form);

	if (form->family == AF_INET)
		write_ipv4(buf, encap);
	else
		write_ipv6(buf, encap);
	switch (form->kind) {
	case DSR_ENCAP_NONE:
	case DSR_ENCAP_IP:
		break;
	case DSR_ENCAP_GRE:
		write_gre(next, encap);
		break;
	case DSR_ENCAP_UDP:
		write_gue(next, encap);
		break;
	}
}

/* Number of bytes behind an IP header that each ICMP error quotes (RFC 792). */
#define QUOTED		8

static __u8 family_of_protocol(__u8 proto)
{
	if (proto == IPPROTO_IPIP)
		return AF_INET;
	return proto == IPPROTO_IPV6 ? AF_INET6 : 0;
}

static __u8 family_of_ethertype(__u16 type)
{
	if (type == ETHERTYPE_IPV4)
		return AF_INET;
	return type == ETHERTYPE_IPV6 ? AF_INET6 : 0;
}

static bool read_gre(const struct gre_header *gre, __u32 avail,
		     struct dsr_encap_read *read)
{
	const __be32 *option = (const __be32 *)(gre + 1);
	__u16 flags = ntohs(gre->flags_version);

	read->form.checksum = flags & GRE_CHECKSUM;
	read->form.keyed = flags & GRE_KEY;
	read->inner_family = family_of_ethertype(ntohs(gre->protocol));
	read->len = sizeof(*gre) + (read->form.checksum ? 4 : 0) +
		    (read->form.keyed ? 4 : 0);
	read->whole = read->len <= avail;
	if (read->form.keyed && read->whole)
		read->form.key = option[read->form.checksum];
	return read->inner_family && !(flags & ~(GRE_CHECKSUM | GRE_KEY));
}

static void read_udp(const struct udphdr *uh, struct dsr_encap_read *read)
{
	read->form.checksum = uh->check;
	read->form.port = uh->dest;
	read->len = sizeof(*uh);
}

/* Behind the UDP header there is a GUE header, or the packet, whose first four bits differ
 * from those of a GUE header.
 */
static bool read_gue(const struct udphdr *uh, __u32 avail,
		     struct dsr_encap_read *read)
{
	const struct gue_header *gue = (const void *)(uh + 1);
	__u8 version;

	read_udp(uh, read);
	read->whole = avail >= sizeof(*uh) + sizeof(*gue);
	if (!read->whole)
		return true;
	version = gue->variant_control_hlen >> 4;
	read->form.gue_header = !version;
	if (read->form.gue_header) {
		read->len += sizeof(*gue);
		read->inner_family = family_of_protocol(gue->protocol);
		return read->inner_family && !gue->variant_control_hlen &&
		       !gue->flags;
	}
	read->inner_family = version == 4 ? AF_INET : AF_INET6;
	return version == 4 || version == 6;
}

bool dsr_encap_read(enum dsr_encap_kind kind, __u8 proto, const void *data,
		    __u32 avail, struct dsr_encap_read *read)
{
	*read = (struct dsr_encap_read) { .form = { .kind = kind } };
	switch (kind) {
	case DSR_ENCAP_NONE:
		break;
	case DSR_ENCAP_IP:
		read->inner_family = family_of_protocol(proto);
		read->whole = true;
		return read->inner_family;
	case DSR_ENCAP_GRE:
		return proto == IPPROTO_GRE && avail >= QUOTED &&
		       read_gre(data, avail, read);
	case DSR_ENCAP_UDP:
		return proto == IPPROTO_UDP && avail >= QUOTED &&
		       read_gue(data, avail, read);
	}
	return false;
}

bool dsr_encap_fits(const struct dsr_encap_form *form,
		    const struct dsr_encap_read *read)
{
	return form->kind == read->form.kind &&
	       form->checksum == read->form.checksum &&
	       form->keyed == read->form.keyed &&
	       form->port == read->form.port &&
	       (!read->whole || (form->key == read->form.key &&
				 form->gue_header == read->form.gue_header));
}

__be16 dsr_encap_port(__u32 hash)
{
	__u32 ports = DSR_ENCAP_PORT_MAX - DSR_ENCAP_PORT_MIN + 1;

	return htons(DSR_ENCAP_PORT_MIN + ((__u64)hash * ports >> 32));
}

void dsr_encap_fill(union nf_inet_addr *addr, __u8 family, __u8 prefix_len,
		    __u32 hash)
{
	__u8 host = (family == AF_INET ? 32 : 128) - prefix_len;
	__u32 mask = host < 32 ? (1U << host) - 1 : ~0U;

	addr->ip6[family == AF_INET ? 0 : 3] |= htonl(hash & mask);
}

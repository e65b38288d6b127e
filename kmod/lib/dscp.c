// SPDX-License-Identifier: GPL-2.0
/*
 * Method dscp, see dscp.h. The checksums are adjusted by what changes (RFC 1624): an
 * error of the sender stays an error, and the payload is not needed.
 */
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/ip.h>
#include <linux/ipv6.h>

#include "dscp.h"

#define DSCP_SHIFT	2
#define ECN_MASK	0x03

/* Return the offset of the checksum in the transport header, or -1 if it does not cover
 * IP addresses: SCTP, ESP, ICMP of IPv4 and many others.
 */
static int checksum_offset(const struct dsr_dscp *to)
{
	switch (to->proto) {
	case IPPROTO_TCP:
		return 16;
	case IPPROTO_UDP:
	case IPPROTO_UDPLITE:
	case IPPROTO_DCCP:
		return 6;
	case IPPROTO_ICMPV6:
		return to->family == AF_INET6 ? 2 : -1;
	default:
		return -1;
	}
}

__u32 dsr_dscp_reach(const struct dsr_dscp *to)
{
	int offset = checksum_offset(to);

	if (offset >= 0)
		return to->l4_off + offset + sizeof(__sum16);
	return to->family == AF_INET ? sizeof(struct iphdr) :
				       sizeof(struct ipv6hdr);
}

/* Return the sum of words. The folded sum is the same in any byte order, and for words
 * of 16 or of 32 bits.
 */
static __u64 sum_of_words(const void *bytes, __u32 len)
{
	const __u32 *word = bytes;
	__u64 sum = 0;

	for (; len; len -= sizeof(*word))
		sum += *word++;
	return sum;
}

/* Return by how much the sum changes from @old to @new. In one's complement sums, to
 * add the inverted word is to subtract the word.
 */
static __u64 sum_of_change(const void *old, const void *new, __u32 len)
{
	const __u32 *word = old;
	__u64 sum = sum_of_words(new, len);

	for (; len; len -= sizeof(*word))
		sum += (__u32)~*word++;
	return sum;
}

static __u16 fold(__u64 sum)
{
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	return sum;
}

/* Return the checksum, in the form of a header, after a change of what it covers. */
static __sum16 adjust(__sum16 check, __u64 change)
{
	return (__force __sum16)~fold((__u16)~(__force __u16)check + change);
}

static void adjust_transport(void *packet, const struct dsr_dscp *to, __u64 change)
{
	int offset = checksum_offset(to);
	__sum16 *check = packet + to->l4_off + offset;

	if (offset < 0)
		return;
	if (to->partial) {
		*check = (__force __sum16)fold((__force __u16)*check + change);
		return;
	}
	if (to->proto != IPPROTO_UDP) {
		*check = adjust(*check, change);
	} else if (*check) {
		*check = adjust(*check, change);
		if (!*check)
			*check = (__force __sum16)0xffff;
	}
}

/* Rewrite the IPv4 header. Return by how much sums over the destination address change.
 */
static __u64 rewrite_ipv4(struct iphdr *iph, const struct dsr_dscp *to)
{
	struct iphdr old = *iph;
	__u64 change;

	iph->tos = to->code << DSCP_SHIFT | (iph->tos & ECN_MASK);
	iph->daddr = to->dst.ip;
	change = sum_of_change(&old.daddr, &iph->daddr, sizeof(iph->daddr));
	/* The first word has the TOS byte. */
	iph->check = adjust(iph->check,
			    change + sum_of_change(&old, iph, sizeof(__u32)));
	return change;
}

static __u64 rewrite_ipv6(struct ipv6hdr *ip6h, const struct dsr_dscp *to)
{
	__u8 ecn = ip6h->flow_lbl[0] >> 4 & ECN_MASK;
	__u8 tos = to->code << DSCP_SHIFT | ecn;
	__u64 change;

	change = sum_of_change(&ip6h->daddr, &to->dst.in6, sizeof(ip6h->daddr));
	ip6h->priority = tos >> 4;
	ip6h->flow_lbl[0] = tos << 4 | (ip6h->flow_lbl[0] & 0x0f);
	ip6h->daddr = to->dst.in6;
	return change;
}

void dsr_dscp_rewrite(void *packet, const struct dsr_dscp *to)
{
	__u64 change;

	if (to->family == AF_INET)
		change = rewrite_ipv4(packet, to);
	else
		change = rewrite_ipv6(packet, to);
	adjust_transport(packet, to, change);
}

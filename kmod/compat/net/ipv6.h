/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 7.0, TCP over IPv6 put the length of a BIG TCP packet into a jumbo extension
 * header. This header is meant for devices, and no segment has it. Since then such a packet
 * has no extension header, and these functions have nothing to do.
 */
#ifndef _DSR_COMPAT_NET_IPV6_H
#define _DSR_COMPAT_NET_IPV6_H

#include_next <net/ipv6.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 0, 0)
/* Return the length of the jumbo header, or 0 if the packet has none. */
static inline u32 dsr_jumbo_len(const struct sk_buff *skb)
{
	if (likely(!ipv6_has_hopopt_jumbo(skb)))
		return 0;
	return sizeof(struct hop_jumbo_hdr);
}

/* Remove the jumbo header from a packet whose headers are writable. Segmentation in
 * Linux 6.1 removes it only directly behind an Ethernet header, and otherwise corrupts
 * the TCP header.
 */
static inline void dsr_jumbo_remove(struct sk_buff *skb)
{
	int nexthdr = ipv6_has_hopopt_jumbo(skb);

	if (likely(!nexthdr))
		return;
	memmove(skb->data + sizeof(struct hop_jumbo_hdr), skb->data,
		sizeof(struct ipv6hdr));
	__skb_pull(skb, sizeof(struct hop_jumbo_hdr));
	skb_reset_network_header(skb);
	ipv6_hdr(skb)->nexthdr = nexthdr;
}
#else
static inline u32 dsr_jumbo_len(const struct sk_buff *skb)
{
	return 0;
}

static inline void dsr_jumbo_remove(struct sk_buff *skb)
{
}
#endif

#endif /* _DSR_COMPAT_NET_IPV6_H */

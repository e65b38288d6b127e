// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors to clients, see dsr_icmp.h.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/netfilter.h>
#include <net/dst_metadata.h>
#include <net/icmp.h>
#include <net/ipv6.h>

#include "dsr_icmp.h"

/* icmp_send() does nothing for a packet without a route, and before routing
 * it has none. One back to the client makes it pick a local source address.
 */
static bool dsr_icmp_route(struct sk_buff *skb)
{
	struct flowi fl = { .u.ip4.daddr = ip_hdr(skb)->saddr };
	struct dst_entry *dst = NULL;

	if (skb_valid_dst(skb))
		return true;	/* this machine's own, on its way out */
	if (nf_route(dev_net(skb->dev), &dst, &fl, false, AF_INET) || !dst)
		return false;
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return true;
}

void dsr_icmp_time_exceeded(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET6)
		icmpv6_send(skb, ICMPV6_TIME_EXCEED, ICMPV6_EXC_HOPLIMIT, 0);
	else if (dsr_icmp_route(skb))
		icmp_send(skb, ICMP_TIME_EXCEEDED, ICMP_EXC_TTL, 0);
}

void dsr_icmp_unreachable(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET6)
		icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_ADDR_UNREACH, 0);
	else if (dsr_icmp_route(skb))
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_HOST_UNREACH, 0);
}

void dsr_icmp_too_big(struct sk_buff *skb, u8 family, u32 mtu)
{
	if (family == AF_INET6)
		icmpv6_send(skb, ICMPV6_PKT_TOOBIG, 0,
			    max_t(u32, mtu, IPV6_MIN_MTU));
	else if (dsr_icmp_route(skb))
		icmp_send(skb, ICMP_DEST_UNREACH, ICMP_FRAG_NEEDED, htonl(mtu));
}

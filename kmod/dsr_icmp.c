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
#include <net/l3mdev.h>
#include <net/route.h>

#include "dsr_icmp.h"

/* icmp_send() does nothing for a packet without a route, and before routing
 * it has none. One back to the client makes it pick a local source address. To
 * this machine itself it would have the error sent in the name of the VIP, which
 * need not be local; the way that the packet was to go does not.
 */
bool dsr_icmp_route(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct net *net = dev_net(skb->dev);
	struct flowi fl = {
		.u.ip4.daddr = iph->saddr,
		.u.ip4.flowi4_oif = l3mdev_master_ifindex(skb->dev),
	};
	struct dst_entry *dst = NULL;

	if (skb_valid_dst(skb))
		return true;	/* this machine's own, on its way out */
	if (inet_addr_type_dev_table(net, skb->dev, iph->saddr) == RTN_LOCAL)
		fl.u.ip4.daddr = iph->daddr;
	if (nf_route(net, &dst, &fl, false, AF_INET) || !dst)
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

void dsr_icmp_beyond_scope(struct sk_buff *skb)
{
	icmpv6_send(skb, ICMPV6_DEST_UNREACH, ICMPV6_NOT_NEIGHBOUR, 0);
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

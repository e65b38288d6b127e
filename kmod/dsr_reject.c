// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals that clients are told of, see dsr_reject.h. The kernel's own answers
 * of netfilter's REJECT: they check checksums, get sequence numbers right and
 * find a route for a source that is not local. To a packet without a route they give
 * one of the main table, so it gets one of its VRF before; they stay in that.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <net/ip6_route.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

#include "dsr_icmp.h"
#include "dsr_parse.h"
#include "dsr_reject.h"
#include "dsr_xmit.h"

static void dsr_reject4(struct net *net, struct sk_buff *skb, u8 proto, int hook)
{
	if (proto == IPPROTO_TCP)
		nf_send_reset(net, NULL, skb, hook);
	else
		nf_send_unreach(skb, ICMP_PORT_UNREACH, hook);
}

#if IS_ENABLED(CONFIG_IPV6)
static bool dsr_reject_route6(struct net *net, struct sk_buff *skb)
{
	struct flowi6 fl6 = {
		.daddr = ipv6_hdr(skb)->saddr,
		.flowi6_oif = l3mdev_master_ifindex(skb->dev),
	};
	struct dst_entry *dst;

	if (ipv6_addr_type(&fl6.daddr) & IPV6_ADDR_LINKLOCAL)
		fl6.flowi6_oif = skb->dev->ifindex;
	dst = ip6_route_output(net, NULL, &fl6);
	if (dst->error) {
		dst_release(dst);
		return false;
	}
	skb_dst_drop(skb);
	skb_dst_set(skb, dst);
	return true;
}

static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto, int hook)
{
	if (proto == IPPROTO_TCP)
		nf_send_reset6(net, NULL, skb, hook);
	else
		nf_send_unreach6(net, skb, ICMPV6_PORT_UNREACH, hook);
}
#else
static bool dsr_reject_route6(struct net *net, struct sk_buff *skb)
{
	return false;
}

static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto, int hook)
{
}
#endif

void dsr_reject(struct net *net, struct sk_buff *skb, const struct dsr_pkt *pkt)
{
	bool own = dsr_xmit_is_own(skb);
	bool six = pkt->tuple.family == AF_INET6;
	/* With this one they take the packet's route as it is, and look at its checksum. */
	int hook = own ? NF_INET_LOCAL_OUT : NF_INET_LOCAL_IN;

	if (pkt->kind != DSR_KIND_FLOW)
		return;
	/* What this machine sends has a route already. */
	if (!own && !(six ? dsr_reject_route6(net, skb) : dsr_icmp_route(skb)))
		return;
	if (six)
		dsr_reject6(net, skb, pkt->tuple.proto, hook);
	else
		dsr_reject4(net, skb, pkt->tuple.proto, hook);
}

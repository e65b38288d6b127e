// SPDX-License-Identifier: GPL-2.0
/*
 * Refusals that clients are told of, see dsr_reject.h. The kernel's own answers
 * of netfilter's REJECT: they check checksums, get sequence numbers right and
 * find a route for a source that is not local.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/netfilter.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>

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
static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto, int hook)
{
	if (proto == IPPROTO_TCP)
		nf_send_reset6(net, NULL, skb, hook);
	else
		nf_send_unreach6(net, skb, ICMPV6_PORT_UNREACH, hook);
}
#else
static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto, int hook)
{
}
#endif

void dsr_reject(struct sk_buff *skb, const struct dsr_pkt *pkt)
{
	bool own = dsr_xmit_is_own(skb);
	/* What this machine sends has a route already, and maybe no device. */
	struct net *net = dev_net(own ? skb_dst(skb)->dev : skb->dev);
	int hook = own ? NF_INET_LOCAL_OUT : NF_INET_PRE_ROUTING;

	if (pkt->kind != DSR_KIND_FLOW)
		return;
	if (pkt->tuple.family == AF_INET6)
		dsr_reject6(net, skb, pkt->tuple.proto, hook);
	else
		dsr_reject4(net, skb, pkt->tuple.proto, hook);
}

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

static void dsr_reject4(struct net *net, struct sk_buff *skb, u8 proto)
{
	if (proto == IPPROTO_TCP)
		nf_send_reset(net, NULL, skb, NF_INET_PRE_ROUTING);
	else
		nf_send_unreach(skb, ICMP_PORT_UNREACH, NF_INET_PRE_ROUTING);
}

#if IS_ENABLED(CONFIG_IPV6)
static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto)
{
	if (proto == IPPROTO_TCP)
		nf_send_reset6(net, NULL, skb, NF_INET_PRE_ROUTING);
	else
		nf_send_unreach6(net, skb, ICMPV6_PORT_UNREACH,
				 NF_INET_PRE_ROUTING);
}
#else
static void dsr_reject6(struct net *net, struct sk_buff *skb, u8 proto)
{
}
#endif

void dsr_reject(struct sk_buff *skb, const struct dsr_pkt *pkt)
{
	struct net *net = dev_net(skb->dev);

	if (pkt->kind != DSR_KIND_FLOW)
		return;
	if (pkt->tuple.family == AF_INET6)
		dsr_reject6(net, skb, pkt->tuple.proto);
	else
		dsr_reject4(net, skb, pkt->tuple.proto);
}

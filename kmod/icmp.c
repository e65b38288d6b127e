// SPDX-License-Identifier: GPL-2.0
/*
 * ICMP errors to clients, then echo replies, then refusals, see icmp.h. The ICMP
 * errors that the director receives about tunnel packets are in icmp_err.c.
 */
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/ip.h>
#include <linux/netfilter.h>
#include <linux/uidgid.h>
#include <net/dst_metadata.h>
#include <net/flow.h>
#include <net/icmp.h>
#include <net/inet_dscp.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_reject.h>
#include <net/netfilter/ipv6/nf_reject.h>
#include <net/netfilter/nf_conntrack.h>
#include <net/route.h>

#include "icmp.h"
#include "lib/parse.h"
#include "xmit.h"

/* Give an IPv4 packet that has no route the route back to its client, in the client's
 * VRF. Return true if the packet has a route now.
 */
/* icmp_send() does nothing for a packet without a route, and before routing the
 * packet has none. With the route back to the client, icmp_send() selects a local
 * source address. If the client is this machine, that route would make icmp_send()
 * use the VIP as the source, which need not be local. The route to the VIP does not
 * have this effect.
 */
static bool dsr_icmp_route(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	struct net *net = dev_net(skb->dev);
	struct flowi fl = {
		.u.ip4.daddr = iph->saddr,
		.u.ip4.flowi4_oif = l3mdev_master_ifindex(skb->dev),
	};
	struct dst_entry *dst = NULL;

	if (skb_valid_dst(skb))
		return true;	/* sent by this machine */
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

/*
 * Echo replies. The stack replies only for its own addresses, and a VIP need not be
 * one.
 *
 * As with the stack's own replies, the rate is not limited unless the operator sets a
 * limit: a reply is no longer than its request.
 */

static bool dsr_echo_csum_ok(const struct sk_buff *skb,
			     const struct dsr_pkt *pkt)
{
	const struct dsr_tuple *t = &pkt->tuple;
	u32 len = pkt->len - pkt->l4_off;
	__wsum sum = skb_checksum(skb, pkt->l4_off, len, 0);

	if (t->family == AF_INET)
		return !csum_fold(sum);
	return !csum_ipv6_magic(&t->src.in6, &t->dst.in6, len, IPPROTO_ICMPV6,
				sum);
}

static struct dst_entry *dsr_echo_route4(struct net *net,
					 const struct sk_buff *skb,
					 const struct dsr_pkt *pkt)
{
	struct flowi4 fl4;
	struct rtable *rt;

	flowi4_init_output(&fl4, l3mdev_master_ifindex_rcu(skb->dev),
			   IP4_REPLY_MARK(net, skb->mark),
			   pkt->tos & INET_DSCP_MASK, RT_SCOPE_UNIVERSE,
			   IPPROTO_ICMP, FLOWI_FLAG_ANYSRC, pkt->tuple.src.ip,
			   pkt->tuple.dst.ip, 0, 0, GLOBAL_ROOT_UID);
	rt = ip_route_output_key(net, &fl4);
	if (IS_ERR(rt))
		return NULL;
	if (rt->rt_flags & (RTCF_BROADCAST | RTCF_MULTICAST)) {
		ip_rt_put(rt);
		return NULL;
	}
	return &rt->dst;
}

#if IS_ENABLED(CONFIG_IPV6)
static struct dst_entry *dsr_echo_route6(struct net *net,
					 const struct sk_buff *skb,
					 const struct dsr_pkt *pkt)
{
	struct flowi6 fl6 = {
		.daddr = pkt->tuple.src.in6,
		.saddr = pkt->tuple.dst.in6,
		.flowi6_proto = IPPROTO_ICMPV6,
		.flowi6_mark = IP6_REPLY_MARK(net, skb->mark),
		.flowi6_oif = l3mdev_master_ifindex_rcu(skb->dev),
	};
	struct dst_entry *dst;

	if (ipv6_addr_type(&fl6.daddr) & IPV6_ADDR_LINKLOCAL)
		fl6.flowi6_oif = skb->dev->ifindex;
	dst = ip6_route_output(net, NULL, &fl6);
	if (!dst->error)
		return dst;
	dst_release(dst);
	return NULL;
}

static void dsr_echo_send6(struct net *net, struct sk_buff *skb,
			   const struct dsr_pkt *pkt)
{
	struct ipv6hdr *ip6h = skb_push(skb, sizeof(*ip6h));

	skb_reset_network_header(skb);
	memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
	ip6_flow_hdr(ip6h, pkt->tos, 0);
	ip6h->nexthdr = IPPROTO_ICMPV6;
	ip6h->hop_limit = ip6_dst_hoplimit(skb_dst(skb));
	ip6h->saddr = pkt->tuple.dst.in6;
	ip6h->daddr = pkt->tuple.src.in6;
	skb->mark = IP6_REPLY_MARK(net, skb->mark);
	/* The request may have arrived in fragments, so the reply may be fragmented
	 * as well.
	 */
	skb->ignore_df = 1;
	ip6_local_out(net, NULL, skb);
}
#else
static struct dst_entry *dsr_echo_route6(struct net *net,
					 const struct sk_buff *skb,
					 const struct dsr_pkt *pkt)
{
	return NULL;
}

static void dsr_echo_send6(struct net *net, struct sk_buff *skb,
			   const struct dsr_pkt *pkt)
{
	kfree_skb(skb);
}
#endif

static void dsr_echo_send4(struct net *net, struct sk_buff *skb,
			   const struct dsr_pkt *pkt)
{
	struct iphdr *iph = skb_push(skb, sizeof(*iph));

	skb_reset_network_header(skb);
	memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
	*iph = (struct iphdr) {
		.version = 4,
		.ihl = sizeof(*iph) / 4,
		.tos = pkt->tos,
		.ttl = ip4_dst_hoplimit(skb_dst(skb)),
		.protocol = IPPROTO_ICMP,
		.saddr = pkt->tuple.dst.ip,
		.daddr = pkt->tuple.src.ip,
	};
	ip_select_ident(net, skb, NULL);
	skb->mark = IP4_REPLY_MARK(net, skb->mark);
	ip_local_out(net, NULL, skb);
}

/* Turn the request into the reply. Identifier, sequence number and data are returned
 * unchanged, and the checksum changes by the difference of the types. The checksum of
 * ICMPv6 also covers the addresses, but does not depend on their order.
 */
static void dsr_echo_turn(struct sk_buff *skb, u8 family)
{
	struct icmphdr *icmph = (struct icmphdr *)skb->data;
	u8 reply = family == AF_INET ? ICMP_ECHOREPLY : ICMPV6_ECHO_REPLY;

	csum_replace2(&icmph->checksum, htons(icmph->type << 8),
		      htons(reply << 8));
	icmph->type = reply;
}

enum dsr_verdict dsr_echo_reply(struct sk_buff *skb, const struct dsr_pkt *pkt)
{
	struct net *net = dev_net(skb->dev);
	u8 family = pkt->tuple.family;
	struct dst_entry *dst;

	if (skb_ensure_writable(skb, pkt->l4_off + sizeof(struct icmphdr)) ||
	    (skb->ip_summed == CHECKSUM_PARTIAL && skb_checksum_help(skb)))
		return DSR_DROP_NO_MEMORY;
	if (!dsr_echo_csum_ok(skb, pkt))
		return DSR_DROP_MALFORMED;
	dst = family == AF_INET ? dsr_echo_route4(net, skb, pkt) :
				  dsr_echo_route6(net, skb, pkt);
	if (!dst)
		return DSR_DROP_ECHO_NO_ROUTE;

	skb_scrub_packet(skb, false);
	skb_orphan(skb);
	skb_clear_tstamp(skb);
	skb->ip_summed = CHECKSUM_NONE;
	nf_ct_set(skb, NULL, IP_CT_UNTRACKED);
	skb_dst_set(skb, dst);
	skb->dev = dst->dev;
	skb_pull(skb, pkt->l4_off);
	skb_reset_transport_header(skb);
	dsr_echo_turn(skb, family);
	if (family == AF_INET)
		dsr_echo_send4(net, skb, pkt);
	else
		dsr_echo_send6(net, skb, pkt);
	return DSR_SENT;
}

/*
 * Refusals, sent by the functions of netfilter's REJECT. These functions verify
 * checksums, compute sequence numbers, and find a route for a source that is not
 * local. They would route the answer to a packet without a route in the main table.
 * So the packet first gets a route of its VRF, and the answer stays in that VRF.
 */

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
	bool local_out = dsr_xmit_is_local_out(skb);
	bool ipv6 = pkt->tuple.family == AF_INET6;
	/* With LOCAL_IN they use the packet's route as it is, and verify its
	 * checksum.
	 */
	int hook = local_out ? NF_INET_LOCAL_OUT : NF_INET_LOCAL_IN;

	if (pkt->kind != DSR_KIND_FLOW)
		return;
	/* A packet that this machine sends has a route already. */
	if (!local_out && !(ipv6 ? dsr_reject_route6(net, skb) : dsr_icmp_route(skb)))
		return;
	if (ipv6)
		dsr_reject6(net, skb, pkt->tuple.proto, hook);
	else
		dsr_reject4(net, skb, pkt->tuple.proto, hook);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come from and go back to: is it any of our business?
 */
#include <linux/etherdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "dsr_batch.h"
#include "dsr_early.h"
#include "dsr_fast.h"
#include "dsr_hook.h"
#include "dsr_net.h"
#include "dsr_packet.h"
#include "dsr_trace.h"
#include "dsr_xmit.h"

/* Behind the raw table (-300), so that its rules still hold, and before
 * connection tracking (-200), which shall not know these packets.
 */
#define DSR_HOOK_PRIORITY	(NF_IP_PRI_RAW + 10)

/* Was the frame sent to this machine? br_netfilter shows us those that it only
 * bridges as well, marked as ours; and those sent to the bridge's own address
 * it shows us here for the one and only time.
 */
static bool dsr_frame_is_ours(const struct sk_buff *skb)
{
	if (skb->pkt_type != PACKET_HOST)
		return false;
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	if (unlikely(nf_bridge_info_exists(skb)))
		return ether_addr_equal(eth_hdr(skb)->h_dest,
					skb->dev->dev_addr);
#endif
	return true;
}

/* Has it been to dsr_hook_out()? */
static bool dsr_is_back(const struct sk_buff *skb)
{
	return !dsr_xmit_is_own(skb) && skb->dev->flags & IFF_LOOPBACK;
}

/* Is it for a VIP, or has it a service's mark? */
static bool dsr_packet_is_covered(const struct dsr_match *match,
				  const struct sk_buff *skb, u8 family,
				  struct dsr_ingress *in)
{
	union nf_inet_addr dst = {};

	if (family == AF_INET6)
		dst.in6 = ipv6_hdr(skb)->daddr;
	else
		dst.ip = ip_hdr(skb)->daddr;
	in->vip = dsr_match_covers(match, in, family, &dst);
	return in->vip;
}

static bool dsr_packet_is_icmp(const struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? ip_hdr(skb)->protocol == IPPROTO_ICMP :
				   ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6;
}

/* False: it came in, or leaves, through a VRF that has no services. What this
 * machine sends came in through no device.
 */
static bool dsr_packet_ingress(const struct dsr_match *match,
			       const struct sk_buff *skb,
			       const struct nf_hook_state *state,
			       struct dsr_ingress *in)
{
	bool out = state->hook == NF_INET_LOCAL_OUT;
	bool known;

	known = dsr_ingress_by(match, out ? state->out : skb->dev, skb->mark,
			       in);
	if (out)
		in->ifindex = 0;
	return known;
}

static unsigned int dsr_hook_verdict(struct dsr_net *dn, struct sk_buff *skb,
				     enum dsr_verdict verdict)
{
	if (verdict == DSR_PASS || verdict == DSR_LOCAL)
		return NF_ACCEPT;
	if (verdict == DSR_SENT)
		return NF_STOLEN;
	dsr_stats_drop(dn->drops, verdict);
	trace_dsr_drop(skb, verdict);
	return NF_DROP;
}

/* A packet of the batch that is not for the fast path after all. It had a service of which
 * nothing goes on into the stack. If it comes to that all the same, as services may have
 * changed, it comes in again. The batch is being sent, so it does not join that a second
 * time; it would on another CPU, so receive packet steering is passed by.
 */
static void dsr_hook_again(struct dsr_net *dn, struct sk_buff *skb)
{
	const struct dsr_match *match = rcu_dereference(dn->match);
	u8 family = skb->protocol == htons(ETH_P_IP) ? AF_INET : AF_INET6;
	unsigned int verdict = NF_ACCEPT;
	struct dsr_ingress in;

	if (likely(match && dsr_ingress_by(match, skb->dev, skb->mark, &in) &&
		   dsr_packet_is_covered(match, skb, family, &in)))
		verdict = dsr_hook_verdict(dn, skb,
					   dsr_packet(dn, match, &in, skb));
	if (verdict == NF_ACCEPT)
		netif_receive_skb_core(skb);
	else if (verdict == NF_DROP)
		kfree_skb(skb);
}

void dsr_hook_resume(const struct dsr_batched *held)
{
	struct dsr_net *dn = held->dn;
	struct sk_buff *skb = held->skb;
	enum dsr_verdict verdict = dsr_fast_send(held);

	if (unlikely(verdict == DSR_PASS))
		dsr_hook_again(dn, skb);
	else if (unlikely(dsr_hook_verdict(dn, skb, verdict) == NF_DROP))
		kfree_skb(skb);
}

/* Add a packet to the batch. If it may not join that, the batch goes before it. */
static bool dsr_hook_batch(struct dsr_net *dn, const struct dsr_match *match,
			   const struct dsr_ingress *in, struct sk_buff *skb,
			   bool joins)
{
	if (likely(joins))
		return dsr_fast(dn, match, in, skb);
	dsr_batch_flush();
	return false;
}

/* The one place that asks whether a packet is any of our business. Bottom halves off;
 * @joins: the packet may join the batch.
 */
static unsigned int dsr_hook_packet(struct dsr_net *dn, struct sk_buff *skb,
				    const struct nf_hook_state *state, bool joins)
{
	const struct dsr_match *match = rcu_dereference(dn->match);
	u8 family = state->pf == NFPROTO_IPV6 ? AF_INET6 : AF_INET;
	struct dsr_ingress in;
	enum dsr_verdict verdict;

	if (!match || !dsr_packet_ingress(match, skb, state, &in))
		return NF_ACCEPT;
	if (likely(dsr_packet_is_covered(match, skb, family, &in) &&
		   !dsr_is_back(skb))) {
		if (likely(dsr_hook_batch(dn, match, &in, skb, joins)))
			return NF_STOLEN;
		verdict = dsr_packet(dn, match, &in, skb);
	} else if (unlikely(dsr_packet_is_icmp(skb, family))) {
		verdict = dsr_packet_other(dn, match, &in, skb);
	} else {
		return NF_ACCEPT;
	}

	return dsr_hook_verdict(dn, skb, verdict);
}

/* A packet of a process. What is behind the hooks expects bottom halves off: the batch,
 * counters, sending. The packet goes the whole way, as nothing is gained by a batch that
 * would be flushed as soon as they are on again.
 */
static unsigned int dsr_hook_process(struct dsr_net *dn, struct sk_buff *skb,
				     const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = dsr_hook_packet(dn, skb, state, false);
	local_bh_enable();
	return verdict;
}

/* Packets that come in. Most come by softirq, or by busy polling with bottom halves off.
 * But one that a rule of the raw table had queued comes in the process that gave the
 * verdict on it, and may be interrupted and preempted there.
 */
static unsigned int dsr_hook(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (!dsr_frame_is_ours(skb))
		return NF_ACCEPT;
	if (unlikely(!in_softirq()))
		return dsr_hook_process(priv, skb, state);
	return dsr_hook_packet(priv, skb, state, true);
}

/* Packets that come in by a device that the operator has named: before IP's input, which is
 * where everything goes that is not plain. A mark may be set only there.
 *
 * The kernel may receive packets as a list: all of it passes here before any of it comes
 * to IP's input. So behind a packet that goes there, no other one is taken here until the
 * list must have ended, lest one overtake another of its flow.
 */
unsigned int dsr_hook_early(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct dsr_net *dn = priv;
	const struct dsr_match *match = rcu_dereference(dn->match);
	struct dsr_ingress in;
	u8 family;

	/* Nobody receives with bottom halves on, but nothing enforces that either. */
	if (unlikely(!in_softirq()))
		return NF_ACCEPT;
	family = match ? dsr_early_family(skb) : AF_UNSPEC;
	if (family == AF_UNSPEC || dsr_match_has_marks(match, family) ||
	    !dsr_ingress_by(match, skb->dev, skb->mark, &in) ||
	    !dsr_packet_is_covered(match, skb, family, &in))
		return NF_ACCEPT;
	if (unlikely(!dsr_early_is_plain(skb, family))) {
		if (dsr_early_may_be_flow(skb, family))
			dsr_batch_divert();
		return NF_ACCEPT;
	}
	if (unlikely(dsr_batch_diverts()) || !dsr_early_input(skb, family))
		return NF_ACCEPT;
	return dsr_fast(dn, match, &in, skb) ? NF_STOLEN : NF_ACCEPT;
}

/* Packets that this machine sends: by a process, or in reply to others by softirq. Some
 * are no packets of its own. A rule has copies sent to another host this way, wherever
 * the packet was. What came in has been to dsr_hook(), and somebody else sends it on:
 * IPVS, or IPsec, or a rule again.
 */
static unsigned int dsr_hook_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int verdict = NF_ACCEPT;

	local_bh_disable();
	if (likely(dsr_xmit_is_own(skb) && !nf_in_duplicate()))
		verdict = dsr_hook_packet(priv, skb, state, false);
	local_bh_enable();
	return verdict;
}

/* Ports are only in the first fragment of a datagram, so have the stack put
 * datagrams together before they come here.
 */
static int dsr_defrag_enable(struct net *net)
{
	int err = nf_defrag_ipv4_enable(net);

	if (!err && IS_ENABLED(CONFIG_IPV6)) {
		err = nf_defrag_ipv6_enable(net);
		if (err)
			nf_defrag_ipv4_disable(net);
	}
	return err;
}

static void dsr_defrag_disable(struct net *net)
{
	if (IS_ENABLED(CONFIG_IPV6))
		nf_defrag_ipv6_disable(net);
	nf_defrag_ipv4_disable(net);
}

int dsr_hook_register(struct dsr_net *dn)
{
	static const struct {
		nf_hookfn *hook;
		u8 pf;
		u8 num;
	} hooks[ARRAY_SIZE(dn->hook_ops)] = {
		{ dsr_hook, NFPROTO_IPV4, NF_INET_PRE_ROUTING },
		{ dsr_hook, NFPROTO_IPV6, NF_INET_PRE_ROUTING },
		{ dsr_hook_out, NFPROTO_IPV4, NF_INET_LOCAL_OUT },
		{ dsr_hook_out, NFPROTO_IPV6, NF_INET_LOCAL_OUT },
	};
	unsigned int i;
	int err;

	for (i = 0; i < ARRAY_SIZE(hooks); i++) {
		dn->hook_ops[i] = (struct nf_hook_ops) {
			.hook		= hooks[i].hook,
			.priv		= dn,
			.pf		= hooks[i].pf,
			.hooknum	= hooks[i].num,
			.priority	= DSR_HOOK_PRIORITY,
		};
	}
	err = dsr_defrag_enable(dn->net);
	if (err)
		return err;
	err = nf_register_net_hooks(dn->net, dn->hook_ops,
				    ARRAY_SIZE(dn->hook_ops));
	if (err)
		dsr_defrag_disable(dn->net);
	return err;
}

void dsr_hook_unregister(struct dsr_net *dn)
{
	nf_unregister_net_hooks(dn->net, dn->hook_ops, ARRAY_SIZE(dn->hook_ops));
	dsr_defrag_disable(dn->net);
}

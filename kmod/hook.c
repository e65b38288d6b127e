// SPDX-License-Identifier: GPL-2.0
/*
 * Where packets come from and go back to: is it any of our business?
 */
#include <linux/etherdevice.h>
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <linux/tcp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>
#include <net/sock.h>

#include "fastpath.h"
#include "hook.h"
#include "lib/parse.h"
#include "net.h"
#include "packet.h"
#include "trace.h"
#include "xmit.h"

/*
 * What IP's input does to a packet and asks of it, for packets that do not get
 * there. Whatever is not plain is left to it.
 */

/* Does the packet come to IP's input by this device? A VLAN, bridge or bond that the
 * device is a part of may want it.
 */
static bool dsr_ingress_is_input(const struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb_vlan_tag_present(skb) &&
	       !(skb->dev->flags & IFF_LOOPBACK) &&
	       !rcu_access_pointer(skb->dev->rx_handler) &&
	       !nf_bridge_info_exists(skb);
}

/* Nothing may be changed in a packet that somebody else holds, too. */
static bool dsr_ingress_may_pull(struct sk_buff *skb, u32 len)
{
	return likely(len <= skb_headlen(skb)) ||
	       (!skb_shared(skb) && pskb_may_pull(skb, len));
}

/* Return AF_INET or AF_INET6 for a packet to this machine that IP's input would get by its
 * device, with its header in one piece; AF_UNSPEC for others. Softirq.
 */
static u8 dsr_ingress_family(struct sk_buff *skb)
{
	if (unlikely(!dsr_ingress_is_input(skb)))
		return AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IP))
		return dsr_ingress_may_pull(skb, sizeof(struct iphdr)) ?
			AF_INET : AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IPV6))
		return dsr_ingress_may_pull(skb, sizeof(struct ipv6hdr)) ?
			AF_INET6 : AF_UNSPEC;
	return AF_UNSPEC;
}

/* IP's input refuses these addresses. */
static bool dsr_ingress_is_refused6(const struct ipv6hdr *ip6h)
{
	return ipv6_addr_is_multicast(&ip6h->saddr) ||
	       ipv6_addr_loopback(&ip6h->saddr) ||
	       ipv6_addr_loopback(&ip6h->daddr);
}

/* Return true if it is a whole IP packet, with nothing between IP header and transport
 * header, as far as that is known without its length and sum, and nobody but IP's input
 * would want it.
 */
static bool dsr_ingress_is_plain(struct sk_buff *skb, u8 family)
{
	/* Somebody else holds the packet, too, or BPF has chosen a socket for it. */
	if (skb_shared(skb) || skb_sk_is_prefetched(skb))
		return false;
	if (family == AF_INET)
		return dsr_parse_is_plain4(ip_hdr(skb));
	return dsr_parse_is_plain6(ipv6_hdr(skb)) &&
	       !dsr_ingress_is_refused6(ipv6_hdr(skb));
}

/* Return true if a packet that is not plain may be of a flow that has plain ones, too. */
static bool dsr_ingress_may_be_flow(const struct sk_buff *skb, u8 family)
{
	u8 proto = family == AF_INET ? ip_hdr(skb)->protocol :
				       ipv6_hdr(skb)->nexthdr;

	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       (family == AF_INET6 && ipv6_ext_hdr(proto));
}

/* A length of 0 stands for one that the field cannot say. */
static bool dsr_ingress_trim(struct sk_buff *skb, u32 len)
{
	return len <= skb->len && !pskb_trim_rcsum(skb, len);
}

static bool dsr_ingress_input4(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	u32 len = ntohs(iph->tot_len);

	if (len < sizeof(*iph) || ip_fast_csum(iph, iph->ihl) ||
	    !dsr_ingress_trim(skb, len))
		return false;
	*IPCB(skb) = (struct inet_skb_parm) { .iif = skb->skb_iif };
	skb_set_transport_header(skb, sizeof(*iph));
	return true;
}

/* Does the device take IPv6? That is two cache lines, which all packets of the device
 * share and nobody writes.
 */
static bool dsr_ingress_has_ipv6(const struct net_device *dev)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);

	return idev && !READ_ONCE(idev->cnf.disable_ipv6);
}

static bool dsr_ingress_input6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u32 len = ntohs(ip6h->payload_len);

	if (unlikely(!dsr_ingress_has_ipv6(skb->dev)) || !len ||
	    !dsr_ingress_trim(skb, len + sizeof(*ip6h)))
		return false;
	*IP6CB(skb) = (struct inet6_skb_parm) {
		.iif	= skb->dev->ifindex,
		.nhoff	= offsetof(struct ipv6hdr, nexthdr),
	};
	skb_set_transport_header(skb, sizeof(*ip6h));
	return true;
}

/* The fast path reads up to the ports, which may be in a page of their own. */
static bool dsr_ingress_pull(struct sk_buff *skb, u8 family)
{
	u32 len = (family == AF_INET ? sizeof(struct iphdr) :
				       sizeof(struct ipv6hdr)) +
		  sizeof(struct tcphdr);

	return pskb_may_pull(skb, min(len, skb->len));
}

/* Do the same checks as IP's input, take off padding, and set up what its ICMP and
 * fragmentation read. False: leave it to IP's input, which counts what is wrong.
 */
static bool dsr_ingress_input(struct sk_buff *skb, u8 family)
{
	if (!dsr_ingress_pull(skb, family) ||
	    (family == AF_INET ? !dsr_ingress_input4(skb) : !dsr_ingress_input6(skb)))
		return false;
	/* A sender on this machine, in another namespace. */
	skb_orphan(skb);
	skb_reset_redirect(skb);
	return true;
}

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
			       struct dsr_match_ctx *in)
{
	bool out = state->hook == NF_INET_LOCAL_OUT;
	bool known;

	known = dsr_match_ctx_init(match, out ? state->out : skb->dev, skb->mark,
				   in);
	if (out)
		in->ifindex = 0;
	return known;
}

/* Add a packet to the batch. If it may not join that, the batch goes before it. */
static bool dsr_hook_batch(struct dsr_net *dn, const struct dsr_match *match,
			   const struct dsr_match_ctx *in, struct sk_buff *skb,
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
	struct dsr_match_ctx in;
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

	return dsr_packet_verdict(dn, skb, verdict);
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
unsigned int dsr_hook_ingress(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state)
{
	struct dsr_net *dn = priv;
	const struct dsr_match *match = rcu_dereference(dn->match);
	struct dsr_match_ctx in;
	u8 family;

	/* Nobody receives with bottom halves on, but nothing enforces that either. */
	if (unlikely(!in_softirq()))
		return NF_ACCEPT;
	family = match ? dsr_ingress_family(skb) : AF_UNSPEC;
	if (family == AF_UNSPEC || dsr_match_has_marks(match, family) ||
	    !dsr_match_ctx_init(match, skb->dev, skb->mark, &in) ||
	    !dsr_packet_is_covered(match, skb, family, &in))
		return NF_ACCEPT;
	if (unlikely(!dsr_ingress_is_plain(skb, family))) {
		if (dsr_ingress_may_be_flow(skb, family))
			dsr_batch_divert();
		return NF_ACCEPT;
	}
	if (unlikely(dsr_batch_diverts()) || !dsr_ingress_input(skb, family))
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

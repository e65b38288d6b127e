// SPDX-License-Identifier: GPL-2.0
/*
 * The netfilter hooks: which packets belong to a VIP or to a service's mark, and which
 * verdict netfilter gets for them.
 *
 * Read from the end: dsr_hook_register() registers dsr_hook() for PRE_ROUTING and
 * dsr_hook_out() for LOCAL_OUT. Both pass the packet to dsr_hook_packet(), which
 * selects fast path, full path or stack; before that, dsr_hook_out() sends health checks
 * to their backends. dsr_hook_ingress() selects in the same way at the ingress hook of a
 * device, and the functions at the beginning of the file say which packets it leaves to
 * the other hooks.
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

#include "check.h"
#include "fastpath.h"
#include "hook.h"
#include "lib/parse.h"
#include "net.h"
#include "packet.h"
#include "trace.h"
#include "xmit.h"

/*
 * Ingress hook: the checks of IP's input, and the changes that it makes to a packet,
 * for packets that do not reach it. A packet that is not plain is left to IP's input.
 */

/* Return true if the packet would reach IP's input from this device. A VLAN, bridge or
 * bond that the device belongs to may take it instead.
 */
static bool dsr_ingress_is_input(const struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb_vlan_tag_present(skb) &&
	       !(skb->dev->flags & IFF_LOOPBACK) &&
	       !rcu_access_pointer(skb->dev->rx_handler) &&
	       !nf_bridge_info_exists(skb);
}

/* Make the first @len bytes of the packet contiguous. Return false if that fails, or if
 * it would change a packet that has other users, too.
 */
static bool dsr_ingress_may_pull(struct sk_buff *skb, u32 len)
{
	return likely(len <= skb_headlen(skb)) ||
	       (!skb_shared(skb) && pskb_may_pull(skb, len));
}

/* Return AF_INET or AF_INET6 if the packet is for this machine and would reach IP's
 * input from its device, with its IP header contiguous; else AF_UNSPEC. Context:
 * softirq.
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

/* Return true if IP's input refuses an address of the packet. */
static bool dsr_ingress_is_refused6(const struct ipv6hdr *ip6h)
{
	return ipv6_addr_is_multicast(&ip6h->saddr) ||
	       ipv6_addr_loopback(&ip6h->saddr) ||
	       ipv6_addr_loopback(&ip6h->daddr);
}

/* Return true if the packet is a whole IP packet without anything between IP header and
 * transport header, and only IP's input would use it. The length and the checksum are
 * not checked here, see dsr_ingress_input().
 */
static bool dsr_ingress_is_plain(struct sk_buff *skb, u8 family)
{
	/* The packet has other users, or BPF has chosen a socket for it. */
	if (skb_shared(skb) || skb_sk_is_prefetched(skb))
		return false;
	if (family == AF_INET)
		return dsr_parse_is_plain4(ip_hdr(skb));
	return dsr_parse_is_plain6(ipv6_hdr(skb)) &&
	       !dsr_ingress_is_refused6(ipv6_hdr(skb));
}

/* Return true if a packet that is not plain may belong to a flow that has plain
 * packets, too.
 */
static bool dsr_ingress_may_be_flow(const struct sk_buff *skb, u8 family)
{
	u8 proto = family == AF_INET ? ip_hdr(skb)->protocol :
				       ipv6_hdr(skb)->nexthdr;

	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       (family == AF_INET6 && ipv6_ext_hdr(proto));
}

/* Remove what follows the first @len bytes of the packet, which is padding. Return
 * false if the packet is shorter than @len or cannot be trimmed.
 */
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

/* Return true if the device accepts IPv6 packets. This reads two cache lines, which all
 * packets of the device share and no packet writes.
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

/* Make the headers contiguous up to the end of a TCP header without options: the fast
 * path reads the ports, which may be in a page of their own.
 */
static bool dsr_ingress_pull(struct sk_buff *skb, u8 family)
{
	u32 len = (family == AF_INET ? sizeof(struct iphdr) :
				       sizeof(struct ipv6hdr)) +
		  sizeof(struct tcphdr);

	return pskb_may_pull(skb, min(len, skb->len));
}

/* Do the checks of IP's input, remove padding, and set up the control block that the
 * kernel's ICMP and fragmentation code reads. Return false if IP's input should get the
 * packet: it counts errors, and handles packets whose length field is 0 because the
 * length does not fit there.
 */
static bool dsr_ingress_input(struct sk_buff *skb, u8 family)
{
	if (!dsr_ingress_pull(skb, family) ||
	    (family == AF_INET ? !dsr_ingress_input4(skb) : !dsr_ingress_input6(skb)))
		return false;
	/* The sender may be a socket of this machine, in another network namespace. */
	skb_orphan(skb);
	skb_reset_redirect(skb);
	return true;
}

/* After the raw table (-300), so that its rules apply to these packets, and before
 * connection tracking (-200), which must not see them.
 */
#define DSR_HOOK_PRIORITY	(NF_IP_PRI_RAW + 10)

/* Return true if the frame was sent to this machine. br_netfilter runs PRE_ROUTING for
 * frames that the bridge only forwards, too, and sets their type to PACKET_HOST. It
 * runs PRE_ROUTING only once for frames to the bridge's own address, so those must be
 * accepted here.
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

/* Return true if this machine sent the packet over its loopback device, so that
 * dsr_hook_out() has seen it already.
 */
static bool dsr_is_back(const struct sk_buff *skb)
{
	return !dsr_xmit_is_local_out(skb) && skb->dev->flags & IFF_LOOPBACK;
}

static bool dsr_packet_is_icmp(const struct sk_buff *skb, u8 family)
{
	return family == AF_INET ? ip_hdr(skb)->protocol == IPPROTO_ICMP :
				   ipv6_hdr(skb)->nexthdr == IPPROTO_ICMPV6;
}

/* Fill in how the packet came in. Return false if it came in, or leaves, through a VRF
 * that has no services. A packet that this machine sends came in through no device, so
 * its ifindex is 0.
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

/* Add a packet to the batch, or flush the batch if the packet may not join it, so that
 * it does not overtake packets of its flow. Return true if the batch has taken the
 * packet.
 */
static bool dsr_hook_batch(struct dsr_net *dn, const struct dsr_match *match,
			   const struct dsr_match_ctx *in, struct sk_buff *skb,
			   bool joins)
{
	if (likely(joins))
		return dsr_fast(dn, match, in, skb);
	dsr_batch_flush();
	return false;
}

/* Decide what becomes of a packet: the batch takes it, dsr_packet() handles it, or the
 * stack gets it. @joins: the packet may join the batch. Return the verdict for
 * netfilter. Context: bottom halves off, under RCU.
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

/* Handle a packet in process context. The batch, the counters and the transmit code
 * need bottom halves off. The packet does not join the batch, which would be flushed as
 * soon as bottom halves are on again.
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

/* PRE_ROUTING. Most packets arrive in softirq, or from busy polling with bottom halves
 * off. A packet that a rule of the raw table has queued to userspace arrives in the
 * process that gave the verdict on it, which may be interrupted and preempted.
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

/* Ingress hook of a device that the operator has named. It runs before IP's input,
 * which gets all packets that are not plain. If services match a mark, it leaves all
 * packets of the family to PRE_ROUTING, because a rule may set the mark only there.
 *
 * The kernel may receive packets as a list: the whole list passes this hook before the
 * first packet of it reaches IP's input. After a packet that it has left to IP's input
 * and that may belong to a flow with plain packets, the hook therefore leaves all
 * packets to IP's input until the list must have ended. Otherwise a packet could
 * overtake another one of its flow.
 */
unsigned int dsr_hook_ingress(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state)
{
	struct dsr_net *dn = priv;
	const struct dsr_match *match = rcu_dereference(dn->match);
	struct dsr_match_ctx in;
	u8 family;

	/* The kernel does not receive packets with bottom halves on, but it does not
	 * enforce that.
	 */
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

/* Send a packet to its backend if it is a check, see check.h. Return DSR_PASS if it is
 * none. Context: bottom halves off, under RCU.
 *
 * Packets that came in do not get here, and those that a socket sends without a mark pass
 * one test of a word that is read anyway, so only packets that may be checks pay for the
 * lookup. A packet without a socket is not examined: a tunnel device of this machine may
 * have made it from one that came in, with the mark that a rule gave to that one.
 */
static enum dsr_verdict dsr_hook_check(struct dsr_net *dn, struct sk_buff *skb,
				       const struct nf_hook_state *state)
{
	const struct dsr_match *match;
	struct dsr_match_ctx in;

	if (likely(!skb->mark || !skb->sk))
		return DSR_PASS;
	match = rcu_dereference(dn->match);
	if (!match || !dsr_packet_ingress(match, skb, state, &in))
		return DSR_PASS;
	return dsr_check_packet(dn, in.zone, skb);
}

static unsigned int dsr_hook_local(struct dsr_net *dn, struct sk_buff *skb,
				   const struct nf_hook_state *state)
{
	enum dsr_verdict verdict = dsr_hook_check(dn, skb, state);

	return verdict == DSR_PASS ? dsr_hook_packet(dn, skb, state, false) :
				     dsr_packet_verdict(dn, skb, verdict);
}

/* LOCAL_OUT: packets that this machine sends, from a process or, in reply to a packet,
 * from softirq. Two kinds of packets are not the machine's own and are accepted: copies
 * that a netfilter rule sends to another host, from any hook, and packets that came in,
 * have passed dsr_hook(), and are sent on by IPVS, IPsec or a netfilter rule.
 */
static unsigned int dsr_hook_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int verdict = NF_ACCEPT;

	local_bh_disable();
	if (likely(dsr_xmit_is_local_out(skb) && !nf_in_duplicate()))
		verdict = dsr_hook_local(priv, skb, state);
	local_bh_enable();
	return verdict;
}

/* Enable defragmentation, which happens before these hooks: only the first fragment of
 * a datagram has the ports.
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

// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet: is it for a VIP, what is it, which service, which flow
 * or else which backend, send it, count it.
 */
#include <linux/etherdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/netfilter_ipv4.h>
#include <linux/netfilter_ipv6.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/l3mdev.h>
#include <net/netfilter/ipv4/nf_defrag_ipv4.h>
#include <net/netfilter/ipv6/nf_defrag_ipv6.h>

#include "dsr_backend.h"
#include "dsr_echo.h"
#include "dsr_hook.h"
#include "dsr_icmp.h"
#include "dsr_match.h"
#include "dsr_net.h"
#include "dsr_pool.h"
#include "dsr_reject.h"
#include "dsr_schedule.h"
#include "dsr_state.h"
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

static void dsr_packet_dst(const struct sk_buff *skb, u8 family,
			   union nf_inet_addr *dst)
{
	if (family == AF_INET6) {
		dst->in6 = ipv6_hdr(skb)->daddr;
		return;
	}
	memset(dst, 0, sizeof(*dst));
	dst->ip = ip_hdr(skb)->daddr;
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
	const struct net_device *dev = out ? state->out : skb->dev;

	*in = (struct dsr_ingress) {
		.mark = skb->mark,
		.ifindex = out ? 0 : dev->ifindex,
	};
	if (likely(!netif_is_l3_slave(dev) && !netif_is_l3_master(dev)))
		return true;
	in->zone = dsr_match_zone(match, l3mdev_master_ifindex_rcu(dev));
	return in->zone;
}

/* The parser says how many bytes it wants in one piece; it never asks for as
 * few as it had, so this ends.
 */
static enum dsr_verdict dsr_packet_parse(struct sk_buff *skb,
					 struct dsr_pkt *pkt)
{
	int err;

	do {
		err = dsr_parse(skb->data, skb_headlen(skb), skb->len, pkt);
		if (!err)
			return DSR_PASS;
		if (err != -EAGAIN)
			return DSR_DROP_MALFORMED;
	} while (pskb_may_pull(skb, pkt->need));
	return DSR_DROP_NO_MEMORY;
}

/* Routing would have refused these sources, and we do without routing. */
static bool dsr_packet_is_martian(const struct dsr_pkt *pkt)
{
	const struct dsr_tuple *t = &pkt->tuple;

	if (dsr_addr_eq(&t->src, &t->dst))
		return true;
	if (t->family == AF_INET6)
		return ipv6_addr_any(&t->src.in6) ||
		       ipv6_addr_loopback(&t->src.in6) ||
		       ipv6_addr_is_multicast(&t->src.in6);
	return ipv4_is_zeronet(t->src.ip) || ipv4_is_loopback(t->src.ip) ||
	       ipv4_is_multicast(t->src.ip) || ipv4_is_lbcast(t->src.ip);
}

/* This machine may talk to itself, if it has the VIP. */
static enum dsr_verdict dsr_martian(const struct sk_buff *skb)
{
	return dsr_xmit_is_own(skb) ? DSR_PASS : DSR_DROP_MARTIAN;
}

/* May this client use the service that its packet belongs to? */
static bool dsr_packet_is_admitted(const struct dsr_view *view,
				   const struct dsr_pkt *pkt)
{
	return likely(!view->filter) ||
	       dsr_filter_admits(view->filter, &pkt->tuple.src);
}

/* Does the service refuse what belongs to a backend that is gone? A SYN does
 * not: it begins something new.
 */
static bool dsr_packet_is_orphan(const struct dsr_view *view,
				 const struct dsr_pkt *pkt)
{
	return view->pool->policy.on_delete != NF_DSR_ON_DELETE_REHASH &&
	       !dsr_state_begins(pkt->tcp_flags);
}

/* NULL if there is none, with the reason in @why. */
static struct dsr_backend *dsr_packet_backend(struct dsr_net *dn,
					      const struct dsr_view *view,
					      const struct dsr_pkt *pkt,
					      u32 hash, enum dsr_verdict *why)
{
	struct dsr_flow *flow = dsr_flow_find(&dn->flows, &pkt->tuple, hash);

	if (flow && !dsr_flow_expired(flow)) {
		if (unlikely(!dsr_backend_usable(flow->backend))) {
			if (!dsr_packet_is_orphan(view, pkt))
				goto schedule;
			*why = DSR_DROP_BACKEND_GONE;
			return NULL;
		}
		if (pkt->kind != DSR_KIND_FLOW)
			return flow->backend;
		if (!dsr_state_restarts(READ_ONCE(flow->state),
					pkt->tcp_flags)) {
			dsr_flow_touch(flow, pkt->tcp_flags);
			return flow->backend;
		}
	}
schedule:
	/* Errors neither begin flows nor end them: anybody can forge one. */
	if (flow && pkt->kind == DSR_KIND_FLOW)
		dsr_flow_remove(&dn->flows, flow);
	return dsr_schedule(dn, view, pkt, hash, why);
}

/* A packet of a service that no backend gets, for the reason @why. */
static enum dsr_verdict dsr_packet_refuse(struct sk_buff *skb,
					  const struct dsr_view *view,
					  const struct dsr_pkt *pkt,
					  enum dsr_verdict why)
{
	const struct dsr_policy *policy = &view->pool->policy;
	bool reject;

	if (why == DSR_DROP_BACKEND_GONE) {
		reject = policy->on_delete == NF_DSR_ON_DELETE_REJECT;
	} else {
		if (policy->no_backend == NF_DSR_NO_BACKEND_ACCEPT)
			return DSR_PASS;
		reject = policy->no_backend == NF_DSR_NO_BACKEND_REJECT;
	}
	if (reject)
		dsr_reject(skb, pkt);
	return why;
}

/* A packet to a VIP that no service wants. Ping is not meant. */
static enum dsr_verdict dsr_packet_unmatched(struct sk_buff *skb,
					     const struct dsr_match *match,
					     const struct dsr_ingress *in,
					     const struct dsr_pkt *pkt)
{
	u8 unmatched = dsr_match_unmatched(match, in, &pkt->tuple);

	if (unmatched == NF_DSR_UNMATCHED_PASS ||
	    pkt->tuple.proto == IPPROTO_ICMP ||
	    pkt->tuple.proto == IPPROTO_ICMPV6)
		return DSR_PASS;
	if (dsr_packet_is_martian(pkt))
		return dsr_martian(skb);
	if (unmatched == NF_DSR_UNMATCHED_REJECT)
		dsr_reject(skb, pkt);
	return DSR_DROP_UNMATCHED;
}

static enum dsr_verdict dsr_packet_forward(struct sk_buff *skb,
					   const struct dsr_pkt *pkt,
					   struct dsr_backend *backend,
					   u32 hash)
{
	const struct dsr_path *path = dsr_path_get(backend);
	u32 packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	u32 bytes = skb->len;
	enum dsr_verdict verdict;

	if (!path)
		return DSR_DROP_NO_ROUTE;
	verdict = dsr_xmit(skb, pkt, path, hash);
	if (verdict == DSR_SENT || verdict == DSR_LOCAL) {
		dsr_stats_packet(backend->stats, packets, bytes);
		trace_dsr_forward(&pkt->tuple, backend);
	}
	return verdict;
}

/* An error that is for no service as it came: it has not the mark that its flow's
 * packets have, or comes in by another device. The flow knows, and its client was
 * admitted when it began. Without one it is about what the stack itself may have
 * sent.
 */
static enum dsr_verdict dsr_packet_stray(struct dsr_net *dn,
					 struct sk_buff *skb,
					 const struct dsr_pkt *pkt)
{
	u32 hash = dsr_flow_hash(&dn->flows, &pkt->tuple);
	const struct dsr_flow *flow;

	flow = dsr_flow_find(&dn->flows, &pkt->tuple, hash);
	if (!flow || dsr_flow_expired(flow) || pkt->source_route ||
	    !dsr_backend_usable(flow->backend))
		return DSR_PASS;
	return dsr_packet_forward(skb, pkt, flow->backend, hash);
}

/* An echo request to a VIP that does not forward these. Of an error about a
 * reply no backend can know anything.
 */
static enum dsr_verdict dsr_packet_echo(struct sk_buff *skb,
					const struct dsr_pkt *pkt,
					const struct dsr_view *view)
{
	if (pkt->kind != DSR_KIND_FLOW || view->echo == NF_DSR_ECHO_PASS)
		return DSR_PASS;
	/* What this machine sends goes by its routes, whoever answers. */
	if (dsr_xmit_is_own(skb))
		return DSR_PASS;
	if (view->echo == NF_DSR_ECHO_REPLY_IF_UP && !view->pool->nr)
		return DSR_DROP_ECHO_DOWN;
	return dsr_echo_reply(skb, pkt);
}

static enum dsr_verdict dsr_packet(struct dsr_net *dn,
				   const struct dsr_match *match,
				   const struct dsr_ingress *in,
				   struct sk_buff *skb)
{
	enum dsr_verdict verdict, why;
	struct dsr_backend *backend;
	const struct dsr_view *view;
	struct dsr_pkt pkt;
	u32 hash;

	verdict = dsr_packet_parse(skb, &pkt);
	if (verdict != DSR_PASS)
		return verdict;
	if (pkt.kind != DSR_KIND_FLOW && pkt.kind != DSR_KIND_ERROR)
		return DSR_PASS;
	pkt.tuple.zone = in->zone;
	/* The source of outer headers may be a VIP, too. */
	if (unlikely(pkt.kind == DSR_KIND_ERROR) && !dsr_xmit_is_own(skb) &&
	    dsr_icmp_tunnel_error(dn, match, in->zone, skb))
		return DSR_PASS;
	view = dsr_match_find(match, in, &pkt.tuple);
	if (!view && pkt.kind == DSR_KIND_ERROR)
		return dsr_packet_stray(dn, skb, &pkt);
	if (!view)
		return dsr_packet_unmatched(skb, match, in, &pkt);
	if (unlikely(dsr_packet_is_martian(&pkt)))
		return dsr_martian(skb);
	if (unlikely(pkt.source_route))
		return DSR_DROP_SOURCE_ROUTE;
	if (unlikely(!dsr_packet_is_admitted(view, &pkt)))
		return DSR_DROP_SOURCE;
	if (unlikely(dsr_tuple_is_icmp(&pkt.tuple)) &&
	    view->echo != NF_DSR_ECHO_FORWARD)
		return dsr_packet_echo(skb, &pkt, view);
	hash = dsr_flow_hash(&dn->flows, &pkt.tuple);
	backend = dsr_packet_backend(dn, view, &pkt, hash, &why);
	if (!backend)
		return dsr_packet_refuse(skb, view, &pkt, why);
	return dsr_packet_forward(skb, &pkt, backend, hash);
}

/* An ICMP packet for no VIP and without a service's mark: an error about what was
 * sent in a tunnel, or about the flow of a mark. One of our own comes back before
 * it is looked at for the former.
 */
static enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
					 const struct dsr_match *match,
					 const struct dsr_ingress *in,
					 struct sk_buff *skb)
{
	struct dsr_pkt pkt;

	if ((!dsr_xmit_is_own(skb) &&
	     dsr_icmp_tunnel_error(dn, match, in->zone, skb)) ||
	    dsr_packet_parse(skb, &pkt) != DSR_PASS ||
	    pkt.kind != DSR_KIND_ERROR)
		return DSR_PASS;
	pkt.tuple.zone = in->zone;
	return dsr_packet_stray(dn, skb, &pkt);
}

/* The one place that speaks netfilter's verdicts. */
static unsigned int dsr_hook_packet(struct dsr_net *dn, struct sk_buff *skb,
				    const struct nf_hook_state *state)
{
	const struct dsr_match *match = rcu_dereference(dn->match);
	u8 family = state->pf == NFPROTO_IPV6 ? AF_INET6 : AF_INET;
	union nf_inet_addr dst;
	struct dsr_ingress in;
	enum dsr_verdict verdict;

	if (!match || !dsr_packet_ingress(match, skb, state, &in))
		return NF_ACCEPT;
	dsr_packet_dst(skb, family, &dst);
	if (likely(dsr_match_covers(match, &in, family, &dst) &&
		   !dsr_is_back(skb)))
		verdict = dsr_packet(dn, match, &in, skb);
	else if (unlikely(dsr_packet_is_icmp(skb, family)))
		verdict = dsr_packet_other(dn, match, &in, skb);
	else
		return NF_ACCEPT;

	if (verdict == DSR_PASS || verdict == DSR_LOCAL)
		return NF_ACCEPT;
	if (verdict == DSR_SENT)
		return NF_STOLEN;
	dsr_stats_drop(dn->drops, verdict);
	trace_dsr_drop(skb, verdict);
	return NF_DROP;
}

/* Packets that come in. */
static unsigned int dsr_hook(void *priv, struct sk_buff *skb,
			     const struct nf_hook_state *state)
{
	if (!dsr_frame_is_ours(skb))
		return NF_ACCEPT;
	return dsr_hook_packet(priv, skb, state);
}

/* Packets that this machine sends. A process sends them, not softirq; what we
 * do for a packet is meant for the latter.
 */
static unsigned int dsr_hook_out(void *priv, struct sk_buff *skb,
				 const struct nf_hook_state *state)
{
	unsigned int verdict;

	local_bh_disable();
	verdict = dsr_hook_packet(priv, skb, state);
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

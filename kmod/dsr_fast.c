// SPDX-License-Identifier: GPL-2.0
/*
 * The fast path, see dsr_fast.h.
 */
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/netfilter_bridge.h>
#include <linux/tcp.h>
#include <linux/udp.h>
#include <net/ip.h>

#include "dsr_backend.h"
#include "dsr_fast.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_pool.h"
#include "dsr_trace.h"
#include "dsr_xmit.h"

/* A socket or route that it has already may be valid only for now. */
static bool dsr_fast_may(const struct sk_buff *skb)
{
	return !skb->sk && !skb_dst(skb) && !dsr_xmit_is_own(skb) &&
	       !nf_bridge_info_exists(skb);
}

static bool dsr_fast_read_tcp(const struct sk_buff *skb, u32 off,
			      struct dsr_batched *held)
{
	const struct tcphdr *th = (const void *)(skb->data + off);

	if (off + sizeof(*th) > skb_headlen(skb) || th->doff < 5 ||
	    off + th->doff * 4 > skb->len)
		return false;
	held->tuple.ports = *(const u32 *)th;
	held->steady = !(tcp_flag_word(th) &
			 (TCP_FLAG_SYN | TCP_FLAG_FIN | TCP_FLAG_RST));
	return true;
}

static bool dsr_fast_read_udp(const struct sk_buff *skb, u32 off,
			      struct dsr_batched *held)
{
	const struct udphdr *uh = (const void *)(skb->data + off);

	if (off + sizeof(*uh) > skb_headlen(skb) ||
	    ntohs(uh->len) < sizeof(*uh) || off + ntohs(uh->len) > skb->len)
		return false;
	held->tuple.ports = *(const u32 *)uh;
	held->steady = true;
	return true;
}

static __always_inline bool dsr_fast_read_ports(const struct sk_buff *skb,
						u32 off, u8 family, u8 proto,
						struct dsr_batched *held)
{
	held->tuple.kinds = dsr_tuple_kinds(family, proto);
	if (likely(proto == IPPROTO_TCP))
		return dsr_fast_read_tcp(skb, off, held);
	return proto == IPPROTO_UDP && dsr_fast_read_udp(skb, off, held);
}

static bool dsr_fast_read4(const struct sk_buff *skb, struct dsr_batched *held)
{
	const struct iphdr *iph = (const void *)skb->data;

	if (iph->ihl != 5 || iph->frag_off & htons(IP_MF | IP_OFFSET) ||
	    ntohs(iph->tot_len) != skb->len)
		return false;
	held->tuple.src = (union nf_inet_addr) { .all = { (__force u32)iph->saddr } };
	held->tuple.dst = (union nf_inet_addr) { .all = { (__force u32)iph->daddr } };
	return dsr_fast_read_ports(skb, sizeof(*iph), AF_INET, iph->protocol,
				   held);
}

static bool dsr_fast_read6(const struct sk_buff *skb, struct dsr_batched *held)
{
	const struct ipv6hdr *ip6h = (const void *)skb->data;

	if (ntohs(ip6h->payload_len) + sizeof(*ip6h) != skb->len)
		return false;
	held->tuple.src.in6 = ip6h->saddr;
	held->tuple.dst.in6 = ip6h->daddr;
	return dsr_fast_read_ports(skb, sizeof(*ip6h), AF_INET6, ip6h->nexthdr,
				   held);
}

/* Does a service take it, all of whose packets leave this machine? */
static bool dsr_fast_admits(const struct dsr_match *match,
			    const struct dsr_ingress *in,
			    const struct dsr_tuple *tuple)
{
	const struct dsr_view *view = dsr_match_find(match, in, tuple);

	return view && view->pool->leaves && dsr_view_admits(view, &tuple->src);
}

/* Is it a packet for the fast path, as far as it alone can tell? */
static bool dsr_fast_reads(const struct dsr_match *match,
			   const struct dsr_ingress *in,
			   const struct sk_buff *skb, struct dsr_batched *held)
{
	if (unlikely(!dsr_fast_may(skb)) ||
	    (skb->protocol == htons(ETH_P_IP) ? !dsr_fast_read4(skb, held) :
						!dsr_fast_read6(skb, held)))
		return false;
	if (unlikely(in->zone))
		held->tuple.zone = in->zone;
	return dsr_fast_admits(match, in, &held->tuple);
}

bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_ingress *in, struct sk_buff *skb)
{
	struct dsr_batched *held = dsr_batch_reserve();

	if (likely(held) && unlikely(!dsr_fast_reads(match, in, skb, held))) {
		dsr_batch_cancel();
		held = NULL;
	}
	if (unlikely(!held)) {
		dsr_batch_flush();
		return false;
	}
	held->dn = dn;
	held->skb = skb;
	held->hash = dsr_flow_hash(&dn->flows, &held->tuple);
	dsr_flow_reach(&dn->flows, &held->tuple, held->hash);
	dsr_batch_add();
	return true;
}

/* Is it a flow that goes on as it did, to a backend that is there? One that is
 * confirmed by going on goes the whole way for once.
 */
static bool dsr_fast_knows(const struct dsr_flow *flow)
{
	if (!(BIT(flow->state) & DSR_STATES_STEADY) ||
	    !dsr_backend_usable(flow->backend))
		return false;
	return likely(!dsr_flow_is_late(flow)) ||
	       (dsr_state_confirmed(flow->state) && !dsr_flow_expired(flow));
}

enum dsr_verdict dsr_fast_send(const struct dsr_batched *held)
{
	u32 packets = max_t(u32, skb_shinfo(held->skb)->gso_segs, 1);
	struct dsr_flow_table *ft = &held->dn->flows;
	u32 bytes = held->skb->len;
	const struct dsr_path *path;
	enum dsr_verdict verdict;
	struct dsr_flow flow;

	if (!held->steady ||
	    !dsr_flow_find(ft, &held->tuple, held->hash, &flow) ||
	    !dsr_fast_knows(&flow))
		return DSR_PASS;
	dsr_flow_seen(&flow);
	path = dsr_path_get(flow.backend, held->hash);
	if (unlikely(!path))
		return DSR_PASS;
	verdict = dsr_xmit_plain(held->skb, held->tuple.proto, path, held->hash);
	if (likely(verdict == DSR_SENT)) {
		dsr_stats_packet(flow.backend->stats, packets, bytes);
		trace_dsr_forward(&held->tuple, flow.backend);
	}
	return verdict;
}

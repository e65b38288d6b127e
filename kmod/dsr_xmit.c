// SPDX-License-Identifier: GPL-2.0
/*
 * The last steps of a packet: does it fit, take one off its TTL, push the
 * method's headers, hand it to the neighbour.
 *
 * It does not pass LOCAL_OUT or POST_ROUTING, nor IPsec policies.
 */
#include <linux/ip.h>
#include <linux/netfilter.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/xfrm.h>

#include "dsr_icmp.h"
#include "dsr_wait.h"
#include "dsr_xmit.h"

static bool dsr_xmit_fits(const struct sk_buff *skb, u32 mtu)
{
	return skb->len <= mtu ||
	       (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/* May it be fragmented here? IPv6 may where the sender had fragmented it and
 * defragmentation put it together; IPv4 with DF in pieces, likewise.
 */
static bool dsr_xmit_may_frag(const struct sk_buff *skb,
			      const struct dsr_pkt *pkt, u32 mtu)
{
	u16 frag_max = pkt->tuple.family == AF_INET ?
			IPCB(skb)->frag_max_size : IP6CB(skb)->frag_max_size;

	return !pkt->df || (frag_max && frag_max <= mtu);
}

/* GSO packets that no outer header can be pushed onto: it would have no room
 * for the length, or segmentation would have to see through two tunnels, or
 * would rather copy headers than make them.
 */
static bool dsr_xmit_must_split(const struct sk_buff *skb,
				const struct dsr_path *path)
{
	return skb_is_gso(skb) &&
	       (skb->len + path->overhead > IP_MAX_MTU || skb->encapsulation ||
		skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST);
}

static enum dsr_verdict dsr_xmit_too_big(struct sk_buff *skb,
					 const struct dsr_pkt *pkt, u32 mtu)
{
	/* An error about an error would be answered with another one. */
	if (pkt->kind != DSR_KIND_ERROR)
		dsr_icmp_too_big(skb, pkt->tuple.family, mtu);
	return DSR_DROP_TOO_BIG;
}

static enum dsr_verdict dsr_xmit_oversize(struct sk_buff *skb,
					  const struct dsr_pkt *pkt,
					  const struct dsr_path *path,
					  u32 hash)
{
	u32 mtu = dsr_path_inner_mtu(path, pkt->tuple.family);

	if (!dsr_xmit_fits(skb, mtu) && !dsr_xmit_may_frag(skb, pkt, mtu))
		return dsr_xmit_too_big(skb, pkt, mtu);
	return dsr_frag(skb, path, hash);
}

/* Take off the packet what belongs to its way in. */
static void dsr_xmit_scrub(struct sk_buff *skb)
{
	nf_reset_ct(skb);	/* a template from the raw table */
	secpath_reset(skb);
	skb_orphan(skb);	/* a socket that early demux or BPF steered it to */
	skb_forward_csum(skb);
	skb_clear_tstamp(skb);	/* else fq would take it for a departure time */
	skb_dst_drop(skb);
#if IS_ENABLED(CONFIG_BRIDGE_NETFILTER)
	skb_ext_del(skb, SKB_EXT_BRIDGE_NF);
#endif
}

static void dsr_xmit_decrease_ttl(struct sk_buff *skb)
{
	if (skb->protocol == htons(ETH_P_IP))
		ip_decrease_ttl(ip_hdr(skb));
	else
		ipv6_hdr(skb)->hop_limit--;
}

enum dsr_verdict dsr_xmit_prepare(struct sk_buff *skb,
				  const struct dsr_path *path, u32 hash)
{
	struct net_device *dev = path->dst->dev;

	if (skb_cow_head(skb, LL_RESERVED_SPACE(dev) + path->overhead))
		return DSR_DROP_NO_MEMORY;
	dsr_xmit_scrub(skb);
	dsr_xmit_decrease_ttl(skb);
	/* A packet that waits for its neighbour is sent to that of its dst and IP
	 * destination. For method l2 these would be the VIP's.
	 */
	if (path->method->push) {
		if (path->method->push(skb, path, hash))
			return DSR_DROP_NO_MEMORY;
		skb_dst_set_noref(skb, path->dst);
	} else if (unlikely(!(READ_ONCE(path->neigh->nud_state) & NUD_VALID))) {
		dsr_wait(skb, path->neigh);
	}
	skb->dev = dev;
	return DSR_SENT;
}

enum dsr_verdict dsr_xmit_one(struct sk_buff *skb, const struct dsr_path *path,
			      u32 hash)
{
	enum dsr_verdict verdict = dsr_xmit_prepare(skb, path, hash);

	if (verdict == DSR_SENT)
		neigh_output(path->neigh, skb, false);
	return verdict;
}

enum dsr_verdict dsr_xmit(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, u32 hash)
{
	u32 mtu = dsr_path_mtu(path);

	if (unlikely(skb_warn_if_lro(skb)))
		return DSR_DROP_LRO;
	if (unlikely(pkt->ttl <= 1)) {
		if (pkt->kind != DSR_KIND_ERROR)
			dsr_icmp_time_exceeded(skb, pkt->tuple.family);
		return DSR_DROP_TTL_EXCEEDED;
	}
	if (unlikely(!dsr_xmit_fits(skb, mtu)))
		return dsr_xmit_oversize(skb, pkt, path, hash);
	if (unlikely(path->overhead && dsr_xmit_must_split(skb, path)))
		return dsr_frag(skb, path, hash);
	return dsr_xmit_one(skb, path, hash);
}

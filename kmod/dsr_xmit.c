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
#include "dsr_martian.h"
#include "dsr_wait.h"
#include "dsr_xmit.h"

static bool dsr_xmit_fits(const struct sk_buff *skb, u32 mtu)
{
	/* BIG TCP: an extension header has the length, and no segment has that. */
	if (unlikely(ipv6_has_hopopt_jumbo(skb)))
		mtu += sizeof(struct hop_jumbo_hdr);
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

/* Did fraglist GRO make it? Then it is a list of packets, each with headers of its own,
 * and segmentation takes these apart as they are. What is written into the first one's
 * headers never reaches the others.
 */
static bool dsr_xmit_is_list(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST;
}

/* GSO packets that no outer header can be pushed onto: it would have no room
 * for the length, or segmentation would have to see through two tunnels.
 */
static bool dsr_xmit_must_split(const struct sk_buff *skb,
				const struct dsr_path *path)
{
	return skb_is_gso(skb) &&
	       (skb->len + path->overhead > IP_MAX_MTU || skb->encapsulation);
}

/* Must its sender make it smaller? */
static bool dsr_xmit_is_too_big(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path)
{
	u32 mtu = dsr_path_inner_mtu(path, pkt->tuple.family);

	return !dsr_xmit_fits(skb, mtu) && !dsr_xmit_may_frag(skb, pkt, mtu);
}

/* Would it leave the link that its source belongs to? As with ip6_forward(), it may go
 * out by the device that it came in by, and a tunnel is another one. Whoever asks without
 * a device means one that will do.
 */
static bool dsr_xmit_leaves_link(const struct sk_buff *skb,
				 const struct dsr_path *path)
{
	return skb->protocol == htons(ETH_P_IPV6) &&
	       unlikely(dsr_addr_is_of_link(&ipv6_hdr(skb)->saddr)) &&
	       (path->overhead || (skb->dev && skb->dev != path->dev));
}

enum dsr_verdict dsr_xmit_judge(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path, bool *fits)
{
	*fits = true;
	if (unlikely(path->method->local))
		return DSR_LOCAL;
	if (unlikely(skb_warn_if_lro(skb)))
		return DSR_DROP_LRO;
	if (unlikely(pkt->ttl <= 1 && !dsr_xmit_is_own(skb)))
		return DSR_DROP_TTL_EXCEEDED;
	if (unlikely(dsr_xmit_leaves_link(skb, path)))
		return DSR_DROP_SCOPE;
	*fits = dsr_xmit_fits(skb, dsr_path_mtu(path));
	if (unlikely(!*fits && dsr_xmit_is_too_big(skb, pkt, path)))
		return dsr_path_is_cut(path) ? DSR_DROP_NO_ROUTE :
					       DSR_DROP_TOO_BIG;
	return DSR_SENT;
}

/* Tell its sender why it was not sent. */
static void dsr_xmit_tell(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, enum dsr_verdict why)
{
	u8 family = pkt->tuple.family;
	u32 mtu;

	/* An error about an error would be answered with another one. */
	if (pkt->kind == DSR_KIND_ERROR)
		return;
	/* ICMPv6 wants a device; a sender on this machine hears by loopback. */
	if (!skb->dev)
		skb->dev = dev_net(path->dev)->loopback_dev;
	if (why == DSR_DROP_TTL_EXCEEDED) {
		dsr_icmp_time_exceeded(skb, family);
	} else if (why == DSR_DROP_SCOPE) {
		dsr_icmp_beyond_scope(skb);
	} else if (why == DSR_DROP_TOO_BIG) {
		mtu = dsr_path_inner_mtu(path, family);
		if (likely(!dsr_path_is_cut(path)))
			dsr_icmp_too_big(skb, family, mtu);
	}
}

/* Take off the packet what belongs to its way in. The socket that sent it shall
 * know when it is gone, and says when that may be.
 */
static void dsr_xmit_scrub(struct sk_buff *skb)
{
	nf_reset_ct(skb);	/* a template from the raw table */
	secpath_reset(skb);
	if (!dsr_xmit_is_own(skb)) {
		/* a socket that early demux or BPF steered it to */
		skb_orphan(skb);
		/* fq would take it for a departure time */
		skb_clear_tstamp(skb);
	}
	skb_forward_csum(skb);
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

static bool dsr_xmit_make_room(struct sk_buff *skb, const struct dsr_path *path)
{
	return !skb_cow_head(skb, LL_RESERVED_SPACE(path->dev) +
				  path->overhead);
}

/* What is done to a packet once, before it may be cut up. */
static bool dsr_xmit_prepare(struct sk_buff *skb, u8 proto, u16 l4_off,
			     const struct dsr_path *path)
{
	if (!dsr_xmit_make_room(skb, path))
		return false;
	dsr_xmit_scrub(skb);
	if (path->method->rewrite &&
	    path->method->rewrite(skb, proto, l4_off, path))
		return false;
	if (!dsr_xmit_is_own(skb))
		dsr_xmit_decrease_ttl(skb);
	return true;
}

/* The packet has the room. */
static enum dsr_verdict dsr_xmit_push(struct sk_buff *skb,
				      const struct dsr_path *path, u32 hash)
{
	skb_dst_drop(skb);
	if (path->method->push && path->method->push(skb, path, hash))
		return DSR_DROP_NO_MEMORY;
	/* A packet that waits for its neighbour is sent to that of its dst and IP
	 * destination. For method l2 these would be the VIP's.
	 */
	if (!path->method->on_link)
		skb_dst_set_noref(skb, path->dst);
	else if (unlikely(!(READ_ONCE(path->neigh->nud_state) & NUD_VALID)))
		dsr_wait(skb, path->neigh, path->svc);
	skb->dev = path->dev;
	return DSR_SENT;
}

enum dsr_verdict dsr_xmit_wrap(struct sk_buff *skb, const struct dsr_path *path,
			       u32 hash)
{
	if (!dsr_xmit_make_room(skb, path))
		return DSR_DROP_NO_MEMORY;
	return dsr_xmit_push(skb, path, hash);
}

static enum dsr_verdict dsr_xmit_output(struct sk_buff *skb,
					const struct dsr_path *path, u32 hash)
{
	enum dsr_verdict verdict = dsr_xmit_push(skb, path, hash);

	if (likely(verdict == DSR_SENT))
		dsr_path_output(path, skb);
	return verdict;
}

enum dsr_verdict dsr_xmit_piece(struct sk_buff *skb, const struct dsr_path *path,
				u32 hash)
{
	if (!dsr_xmit_make_room(skb, path))
		return DSR_DROP_NO_MEMORY;
	return dsr_xmit_output(skb, path, hash);
}

/* An error has the quoted packet's protocol in its tuple. */
static u8 dsr_xmit_proto(const struct dsr_pkt *pkt)
{
	const struct dsr_tuple *tuple = &pkt->tuple;

	if (pkt->kind != DSR_KIND_ERROR)
		return tuple->proto;
	return tuple->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

enum dsr_verdict dsr_xmit(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, u32 hash)
{
	enum dsr_verdict verdict;
	bool fits;

	verdict = dsr_xmit_judge(skb, pkt, path, &fits);
	if (unlikely(verdict != DSR_SENT)) {
		dsr_xmit_tell(skb, pkt, path, verdict);
		return verdict;
	}
	if (unlikely(dsr_xmit_is_list(skb)))
		return dsr_frag_list(skb, pkt, path, hash);
	if (unlikely(!dsr_xmit_prepare(skb, dsr_xmit_proto(pkt), pkt->l4_off,
				       path)))
		return DSR_DROP_NO_MEMORY;
	if (unlikely(!fits || (path->overhead &&
			       dsr_xmit_must_split(skb, path))))
		return dsr_frag(skb, path, hash);
	return dsr_xmit_output(skb, path, hash);
}

/* Does it go in one piece? A GSO packet of no type is LRO's. */
static bool dsr_xmit_is_plain(const struct sk_buff *skb,
			      const struct dsr_path *path, u8 ttl)
{
	return !path->method->local && ttl > 1 &&
	       !dsr_xmit_leaves_link(skb, path) &&
	       dsr_xmit_fits(skb, dsr_path_mtu(path)) &&
	       (likely(!skb_is_gso(skb)) ||
		(skb_shinfo(skb)->gso_type && !dsr_xmit_is_list(skb) &&
		 !(path->overhead && dsr_xmit_must_split(skb, path))));
}

enum dsr_verdict dsr_xmit_plain(struct sk_buff *skb, u8 proto,
				const struct dsr_path *path, u32 hash)
{
	bool four = skb->protocol == htons(ETH_P_IP);

	if (unlikely(!dsr_xmit_is_plain(skb, path,
					four ? ip_hdr(skb)->ttl :
					       ipv6_hdr(skb)->hop_limit)))
		return DSR_PASS;
	if (unlikely(!dsr_xmit_prepare(skb, proto,
				       four ? sizeof(struct iphdr) :
					      sizeof(struct ipv6hdr), path)))
		return DSR_DROP_NO_MEMORY;
	return dsr_xmit_output(skb, path, hash);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The last steps of a packet: check that it may go, decrease its TTL, push the
 * method's headers, and hand it to the neighbour. Fragmentation and the wait for a
 * MAC address follow at the end of the file.
 *
 * The packet does not pass LOCAL_OUT, POST_ROUTING or IPsec policies.
 */
#include <linux/delay.h>
#include <linux/ip.h>
#include <linux/netdevice.h>
#include <linux/netfilter.h>
#include <linux/slab.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ip6_route.h>
#include <net/ipv6.h>
#include <net/route.h>
#include <net/xfrm.h>

#include "backend.h"
#include "icmp.h"
#include "lib/tuple.h"
#include "net.h"
#include "path.h"
#include "xmit.h"

static bool dsr_xmit_fits(const struct sk_buff *skb, u32 mtu)
{
	/* No segment of a BIG TCP packet has the packet's jumbo header. */
	mtu += dsr_jumbo_len(skb);
	return skb->len <= mtu ||
	       (skb_is_gso(skb) && skb_gso_validate_network_len(skb, mtu));
}

/* Return true if the packet may be fragmented here: if it has no DF, or if
 * defragmentation has reassembled it from fragments of at most @mtu bytes. The latter
 * are IPv6 packets that the sender has fragmented, and IPv4 fragments with DF.
 */
static bool dsr_xmit_may_frag(const struct sk_buff *skb,
			      const struct dsr_pkt *pkt, u32 mtu)
{
	u16 frag_max = pkt->tuple.family == AF_INET ?
			IPCB(skb)->frag_max_size : IP6CB(skb)->frag_max_size;

	return !pkt->df || (frag_max && frag_max <= mtu);
}

/* Return true if fraglist GRO has made the packet. It is then a list of packets with
 * headers of their own, which segmentation separates without a change. A write to the
 * headers of the first packet does not reach the others.
 */
static bool dsr_xmit_is_list(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && skb_shinfo(skb)->gso_type & SKB_GSO_FRAGLIST;
}

/* Return true if no outer header can be pushed onto a GSO packet: the length field of
 * the header is too small, or segmentation would have to handle two tunnels.
 */
static bool dsr_xmit_must_split(const struct sk_buff *skb,
				const struct dsr_path *path)
{
	return skb_is_gso(skb) &&
	       (skb->len + path->overhead > IP_MAX_MTU || skb->encapsulation);
}

/* Return true if the packet fits neither as it is nor in fragments, so that its
 * sender has to make it smaller.
 */
static bool dsr_xmit_is_too_big(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path)
{
	u32 mtu = dsr_path_inner_mtu(path, pkt->tuple.family);

	return !dsr_xmit_fits(skb, mtu) && !dsr_xmit_may_frag(skb, pkt, mtu);
}

/* Return true if the packet would leave the link that its link-local source belongs
 * to. As in ip6_forward(), it may leave by the device that it came in by; a tunnel
 * counts as another device. A packet without a device passes this test.
 */
static bool dsr_xmit_leaves_link(const struct sk_buff *skb,
				 const struct dsr_path *path)
{
	return skb->protocol == htons(ETH_P_IPV6) &&
	       unlikely(dsr_addr_is_of_link(&ipv6_hdr(skb)->saddr)) &&
	       (path->overhead || (skb->dev && skb->dev != path->dev));
}

/* Return true if LRO made the packet: it merges segments for good, and names no GSO type. */
static bool dsr_xmit_is_lro(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && unlikely(!skb_shinfo(skb)->gso_type) &&
	       skb_is_nonlinear(skb);
}

/* Check a packet, whichever way it takes: a reason to drop packets belongs here. The fast
 * path takes a packet only if this returns DSR_SENT and the packet fits.
 */
static __always_inline enum dsr_verdict
dsr_xmit_check_all(const struct sk_buff *skb, u8 ttl,
		   const struct dsr_path *path, bool *fits)
{
	*fits = true;
	if (unlikely(path->method->local))
		return DSR_LOCAL;
	if (unlikely(dsr_xmit_is_lro(skb)))
		return DSR_DROP_LRO;
	if (unlikely(ttl <= 1 && !dsr_xmit_is_local_out(skb)))
		return DSR_DROP_TTL_EXCEEDED;
	if (unlikely(dsr_xmit_leaves_link(skb, path)))
		return DSR_DROP_SCOPE;
	*fits = dsr_xmit_fits(skb, dsr_path_mtu(path));
	return DSR_SENT;
}

enum dsr_verdict dsr_xmit_check(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path, bool *fits)
{
	enum dsr_verdict verdict = dsr_xmit_check_all(skb, pkt->ttl, path, fits);

	if (unlikely(!*fits && dsr_xmit_is_too_big(skb, pkt, path)))
		return dsr_path_is_cut(path) ? DSR_DROP_NO_ROUTE :
					       DSR_DROP_TOO_BIG;
	return verdict;
}

/* Send the packet's sender an ICMP error that gives the reason for the drop. */
static noinline void dsr_xmit_send_icmp(struct sk_buff *skb,
					const struct dsr_pkt *pkt,
					const struct dsr_path *path,
					enum dsr_verdict why)
{
	u8 family = pkt->tuple.family;
	u32 mtu;

	/* An ICMP error must not answer another ICMP error. */
	if (pkt->kind == DSR_KIND_ERROR)
		return;
	/* ICMPv6 requires a device; a sender on this machine gets the error by
	 * loopback.
	 */
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

/* Remove the state that belongs to the packet's way in. A packet of this machine
 * keeps its socket, which has to learn when the packet has been sent, and its
 * departure time, which the socket has set.
 */
static void dsr_xmit_scrub(struct sk_buff *skb)
{
	nf_reset_ct(skb);	/* a template from the raw table */
	secpath_reset(skb);
	if (!dsr_xmit_is_local_out(skb)) {
		/* a socket set by early demux or BPF */
		skb_orphan(skb);
		/* fq would interpret it as a departure time */
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

/* Do what is done to a packet once, before it may be split or fragmented. */
static bool dsr_xmit_prepare(struct sk_buff *skb, u8 proto, u16 l4_off,
			     const struct dsr_path *path)
{
	if (!dsr_xmit_make_room(skb, path))
		return false;
	dsr_xmit_scrub(skb);
	if (path->method->rewrite &&
	    path->method->rewrite(skb, proto, l4_off, path))
		return false;
	if (!dsr_xmit_is_local_out(skb))
		dsr_xmit_decrease_ttl(skb);
	return true;
}

/* Push the method's headers and set the packet's dst and device. The caller has made
 * the headroom.
 */
static enum dsr_verdict dsr_xmit_push(struct sk_buff *skb,
				      const struct dsr_path *path, u32 hash)
{
	skb_dst_drop(skb);
	if (path->method->push && path->method->push(skb, path, hash))
		return DSR_DROP_NO_MEMORY;
	/* The kernel sends a packet that waits to the neighbour of its dst and IP
	 * destination. For method l2 this would be the VIP's, so the packet gets
	 * another dst for the wait.
	 */
	if (!path->method->on_link)
		skb_dst_set_noref(skb, path->dst);
	else if (unlikely(!(READ_ONCE(path->neigh->nud_state) & NUD_VALID)))
		dsr_neigh_dst_xmit(skb, path->neigh, path->svc);
	skb->dev = path->dev;
	return DSR_SENT;
}

/* Push the method's headers and set the packet's route and device. Return DSR_SENT,
 * or the reason to drop the packet.
 */
static enum dsr_verdict dsr_xmit_wrap(struct sk_buff *skb, const struct dsr_path *path,
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

/* Send a piece of a packet that did not fit. Return DSR_SENT, or the reason to drop
 * the piece, which then remains the caller's.
 */
static enum dsr_verdict dsr_xmit_segment(struct sk_buff *skb, const struct dsr_path *path,
					 u32 hash)
{
	if (!dsr_xmit_make_room(skb, path))
		return DSR_DROP_NO_MEMORY;
	return dsr_xmit_output(skb, path, hash);
}

/*
 * Fragmentation: packets that do not go as they are get split or fragmented here, off
 * the fast path. Each piece is then sent like any other packet.
 */

/**
 * struct dsr_xmit_frag_way - dst of packets in the stack's fragmentation
 * @dst: the dst
 * @rt: the same for IPv4; the stack reads fields behind @dst
 * @rt6: the same for IPv6
 * @path: way that the pieces take
 * @hash: hash of the flow
 *
 * It is on the stack of dsr_xmit_frag_ip() while the pieces point to it.
 */
struct dsr_xmit_frag_way {
	union {
		struct dst_entry dst;
		struct rtable rt;
		struct rt6_info rt6;
	};
	const struct dsr_path *path;
	u32 hash;
};

static unsigned int dsr_xmit_frag_mtu(const struct dst_entry *dst)
{
	return dst->dev->mtu;
}

static struct dst_ops dsr_xmit_frag_dst_ops = {
	.family	= AF_UNSPEC,
	.mtu	= dsr_xmit_frag_mtu,
};

/* Output a piece of an outer packet, which has all its headers already. */
static int dsr_xmit_frag_output_outer(struct net *net, struct sock *sk,
				      struct sk_buff *skb)
{
	const struct dsr_xmit_frag_way *way;

	way = container_of(skb_dst(skb), struct dsr_xmit_frag_way, dst);
	/* The piece may wait for its neighbour for longer than @way exists. ip6_fragment()
	 * has taken a reference to @way for it.
	 */
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, way->path->dst);
	dsr_path_output(way->path, skb);
	return 0;
}

/* Fragment a packet into pieces of at most @mtu bytes, and pass each to @output.
 * Consumes the packet.
 */
static void dsr_xmit_frag_ip(struct sk_buff *skb, const struct dsr_path *path,
			     u32 hash, u32 mtu,
			     int (*output)(struct net *net, struct sock *sk,
					   struct sk_buff *skb))
{
	struct net_device *dev = path->dev;
	struct dsr_xmit_frag_way way = { .path = path, .hash = hash };
	struct net *net = dev_net(dev);

	dst_init(&way.dst, &dsr_xmit_frag_dst_ops, NULL, DST_OBSOLETE_NONE,
		 DST_NOCOUNT);
	way.dst.dev = dev;
	skb_dst_drop(skb);
	skb_dst_set_noref(skb, &way.dst);
	skb->ignore_df = 1;
	if (skb->protocol == htons(ETH_P_IP)) {
		u16 frag_max = IPCB(skb)->frag_max_size;

		IPCB(skb)->frag_max_size = frag_max ? min_t(u32, frag_max, mtu) :
						      mtu;
		ip_do_fragment(net, NULL, skb, output);
	} else {
		u16 frag_max = IP6CB(skb)->frag_max_size;

		IP6CB(skb)->frag_max_size = frag_max ? min_t(u32, frag_max, mtu) :
						       mtu;
		ip6_fragment(net, NULL, skb, output);
	}
}

/* Push the outer headers and fragment the outer packet. Consumes the packet. */
static void dsr_xmit_frag_outer(struct sk_buff *skb, const struct dsr_path *path,
				u32 hash)
{
	if (dsr_xmit_wrap(skb, path, hash) != DSR_SENT) {
		kfree_skb(skb);
		return;
	}
	if (path->family == AF_INET && ip_hdr(skb)->frag_off & htons(IP_DF)) {
		struct iphdr *iph = ip_hdr(skb);

		iph->frag_off = 0;
		__ip_select_ident(dev_net(skb->dev), iph, 1);
		ip_send_check(iph);
	}
	dsr_xmit_frag_ip(skb, path, hash, dst_mtu(path->dst), dsr_xmit_frag_output_outer);
}

/* Send a piece that its sender need not make smaller. Consumes the piece. */
static void dsr_xmit_frag_send(struct sk_buff *skb, const struct dsr_path *path,
			       u32 hash)
{
	if (skb->len > dsr_path_mtu(path))
		dsr_xmit_frag_outer(skb, path, hash);
	else if (dsr_xmit_segment(skb, path, hash) != DSR_SENT)
		kfree_skb(skb);
}

static int dsr_xmit_frag_output(struct net *net, struct sock *sk,
				struct sk_buff *skb)
{
	const struct dsr_xmit_frag_way *way;

	way = container_of(skb_dst(skb), struct dsr_xmit_frag_way, dst);
	dsr_xmit_frag_send(skb, way->path, way->hash);
	return 0;
}

/* Send one packet, fragmented if it is longer than @mtu. Consumes the packet. */
static void dsr_xmit_fragment_piece(struct sk_buff *skb, const struct dsr_path *path,
				    u32 hash, u32 mtu)
{
	if (skb->len > mtu)
		dsr_xmit_frag_ip(skb, path, hash, mtu, dsr_xmit_frag_output);
	else
		dsr_xmit_frag_send(skb, path, hash);
}

/* Return the segments of a GSO packet and consume it. Return NULL, with the packet
 * unchanged, if it cannot be split.
 */
static struct sk_buff *dsr_xmit_frag_segments(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, NETIF_F_SG);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/* Read the fields of one packet of a list that may differ from those of the first.
 * Current kernels compare these fields in GRO, but Linux 6.1 does not for UDP.
 */
static void dsr_xmit_frag_read(const struct sk_buff *skb, struct dsr_pkt *pkt)
{
	if (pkt->tuple.family == AF_INET) {
		pkt->ttl = ip_hdr(skb)->ttl;
		pkt->df = ip_hdr(skb)->frag_off & htons(IP_DF);
	} else {
		pkt->ttl = ipv6_hdr(skb)->hop_limit;
	}
}

/**
 * dsr_xmit_frag_list() - split a list made by fraglist GRO and send its packets
 * @skb: list of packets of one flow, as received
 * @pkt: result of parsing the first of them
 * @path: way to the backend
 * @hash: hash of the flow
 *
 * dsr_xmit() sends each packet. A packet that it does not send is dropped; its client
 * gets the usual ICMP error, but no counter changes.
 *
 * Return: DSR_SENT, or DSR_DROP_NO_MEMORY with the list unchanged.
 */
static noinline enum dsr_verdict
dsr_xmit_frag_list(struct sk_buff *skb, const struct dsr_pkt *pkt,
		   const struct dsr_path *path, u32 hash)
{
	struct sk_buff *segs = dsr_xmit_frag_segments(skb), *seg, *next;
	struct dsr_pkt one = *pkt;

	if (!segs)
		return DSR_DROP_NO_MEMORY;
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dsr_xmit_frag_read(seg, &one);
		if (dsr_xmit(seg, &one, path, hash) != DSR_SENT)
			kfree_skb(seg);
	}
	return DSR_SENT;
}

/**
 * dsr_xmit_frag() - split or fragment a packet and send the pieces
 * @skb: packet that does not fit, or that is too long for the length field of an
 *	outer header
 * @path: way to the backend
 * @hash: hash of the flow
 *
 * A GSO packet is split into its segments, and a segment that is still too long is
 * fragmented. IPv6 packets of up to 1280 bytes stay whole in a tunnel, and the outer
 * packet is fragmented. A piece that fails is dropped silently, as on any other hop.
 *
 * Return: DSR_SENT, or the reason to drop the whole packet, which then remains the
 * caller's.
 */
static noinline enum dsr_verdict
dsr_xmit_frag(struct sk_buff *skb, const struct dsr_path *path, u32 hash)
{
	bool ipv6 = skb->protocol == htons(ETH_P_IPV6);
	u32 mtu = dsr_path_inner_mtu(path, ipv6 ? AF_INET6 : AF_INET);
	struct sk_buff *segs, *seg, *next;

	/* The stack cannot make smaller pieces. For IPv6 it makes none; for IPv4 it
	 * may loop forever, because a header with options may leave no room for 8
	 * bytes of payload.
	 */
	if (mtu < (ipv6 ? IPV6_MIN_MTU : IPV4_MIN_MTU))
		return DSR_DROP_TOO_BIG;
	if (!skb_is_gso(skb)) {
		dsr_xmit_fragment_piece(skb, path, hash, mtu);
		return DSR_SENT;
	}
	/* dsr_xmit_prepare() has made the headers writable. */
	dsr_jumbo_remove(skb);
	segs = dsr_xmit_frag_segments(skb);
	if (!segs)
		return DSR_DROP_NO_MEMORY;
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dsr_xmit_fragment_piece(seg, path, hash, mtu);
	}
	return DSR_SENT;
}

/* Return the protocol behind the IP header. The tuple of an ICMP error holds the
 * protocol of the quoted packet.
 */
static u8 dsr_xmit_proto(const struct dsr_pkt *pkt)
{
	const struct dsr_tuple *tuple = &pkt->tuple;

	if (pkt->kind != DSR_KIND_ERROR)
		return tuple->proto;
	return tuple->family == AF_INET ? IPPROTO_ICMP : IPPROTO_ICMPV6;
}

/* What few packets need is not inlined here, as its variables would cost all of them
 * saved registers and stack.
 */
enum dsr_verdict dsr_xmit(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, u32 hash)
{
	enum dsr_verdict verdict;
	bool fits;

	verdict = dsr_xmit_check(skb, pkt, path, &fits);
	if (unlikely(verdict != DSR_SENT)) {
		if (verdict == DSR_DROP_LRO)
			skb_warn_if_lro(skb);
		dsr_xmit_send_icmp(skb, pkt, path, verdict);
		return verdict;
	}
	if (unlikely(dsr_xmit_is_list(skb)))
		return dsr_xmit_frag_list(skb, pkt, path, hash);
	if (unlikely(!dsr_xmit_prepare(skb, dsr_xmit_proto(pkt), pkt->l4_off,
				       path)))
		return DSR_DROP_NO_MEMORY;
	if (unlikely(!fits || (path->overhead &&
			       dsr_xmit_must_split(skb, path))))
		return dsr_xmit_frag(skb, path, hash);
	return dsr_xmit_output(skb, path, hash);
}

/* Return true if the packet goes to another machine in one piece, as it is. */
static bool dsr_xmit_is_plain(const struct sk_buff *skb,
			      const struct dsr_path *path, u8 ttl)
{
	bool fits;

	return dsr_xmit_check_all(skb, ttl, path, &fits) == DSR_SENT && fits &&
	       (likely(!skb_is_gso(skb)) ||
		(skb_shinfo(skb)->gso_type && !dsr_xmit_is_list(skb) &&
		 !(path->overhead && dsr_xmit_must_split(skb, path))));
}

enum dsr_verdict dsr_xmit_plain(struct sk_buff *skb, u8 proto,
				const struct dsr_path *path, u32 hash)
{
	bool ipv4 = skb->protocol == htons(ETH_P_IP);

	if (unlikely(!dsr_xmit_is_plain(skb, path,
					ipv4 ? ip_hdr(skb)->ttl :
					       ipv6_hdr(skb)->hop_limit)))
		return DSR_PASS;
	if (unlikely(!dsr_xmit_prepare(skb, proto,
				       ipv4 ? sizeof(struct iphdr) :
					      sizeof(struct ipv6hdr), path)))
		return DSR_DROP_NO_MEMORY;
	return dsr_xmit_output(skb, path, hash);
}

/*
 * Wait for the MAC address of a backend, see xmit.h.
 */

/**
 * struct dsr_neigh_dst - dst of a waiting packet
 * @dst: the dst
 * @rt: the same for IPv4; tunnel devices read fields behind @dst
 * @rt6: the same for IPv6
 * @neigh: the backend, held
 * @svc: id of its service, because the backend may be freed while a packet waits for
 *	it
 */
struct dsr_neigh_dst {
	union {
		struct dst_entry dst;
		struct rtable rt;
		struct rt6_info rt6;
	};
	struct neighbour *neigh;
	u32 svc;
};

/* Number of struct dsr_neigh_dst. The counter of dst_ops does not suffice for
 * dsr_neigh_dst_exit(): dst_release() decrements it before it queues the callback
 * that frees the dst.
 */
static atomic_t dsr_neigh_dst_nr = ATOMIC_INIT(0);

static struct neighbour *dsr_neigh_dst_neigh_lookup(const struct dst_entry *dst,
						    struct sk_buff *skb,
						    const void *daddr)
{
	return neigh_clone(container_of(dst, struct dsr_neigh_dst, dst)->neigh);
}

/* Maximum number of backends with the same address that are examined for one lost
 * packet, because many services may share an address.
 */
#define DSR_NEIGH_DST_LOOKS	256

/* Count a lost packet as unreachable for its backend. The packet may have waited for
 * longer than its namespace's struct dsr_net exists. Context: softirq.
 */
static void dsr_neigh_dst_count(const struct dsr_neigh_dst *ndst, const struct sk_buff *skb)
{
	struct dsr_backend_key key = {
		.family = ndst->neigh->tbl->family,
	};
	const struct dsr_backend_addr *addr;
	const struct dsr_backend *backend;
	u32 left = DSR_NEIGH_DST_LOOKS;

	memcpy(&key.addr, ndst->neigh->primary_key, ndst->neigh->tbl->key_len);
	rcu_read_lock();
	if (dsr_path_is_closed())
		goto out;
	addr = dsr_backend_lookup_addr(dsr_net(dev_net(ndst->neigh->dev)), &key);
	if (!addr)
		goto out;
	list_for_each_entry_rcu(backend, &addr->list, by_addr) {
		if (backend->svc->id == ndst->svc)
			dsr_stats_unreachable(backend->stats,
					      max_t(u32, skb_shinfo(skb)->gso_segs, 1));
		if (backend->svc->id == ndst->svc || !--left)
			break;
	}
out:
	rcu_read_unlock();
}

static void dsr_neigh_dst_link_failure(struct sk_buff *skb)
{
	dsr_neigh_dst_count(container_of(skb_dst(skb), struct dsr_neigh_dst, dst), skb);
	skb_dst_drop(skb);	/* its dst is no route that an error could take */
	dsr_icmp_unreachable(skb, skb->protocol == htons(ETH_P_IP) ? AF_INET :
								     AF_INET6);
}

static unsigned int dsr_neigh_dst_mtu(const struct dst_entry *dst)
{
	return dst->dev->mtu;
}

/* The dst has no metrics that could be set. */
static u32 *dsr_neigh_dst_cow_metrics(struct dst_entry *dst, unsigned long old)
{
	return NULL;
}

/* Release the neighbour. This runs in an RCU callback; the kernel then frees the
 * memory.
 */
static void dsr_neigh_dst_destroy(struct dst_entry *dst)
{
	neigh_release(container_of(dst, struct dsr_neigh_dst, dst)->neigh);
	atomic_dec(&dsr_neigh_dst_nr);
}

static struct dst_ops dsr_neigh_dst_ops = {
	.family		= AF_UNSPEC,
	.neigh_lookup	= dsr_neigh_dst_neigh_lookup,
	.link_failure	= dsr_neigh_dst_link_failure,
	.mtu		= dsr_neigh_dst_mtu,
	.cow_metrics	= dsr_neigh_dst_cow_metrics,
	.destroy	= dsr_neigh_dst_destroy,
};

int dsr_neigh_dst_init(void)
{
	dsr_neigh_dst_ops.kmem_cachep = KMEM_CACHE(dsr_neigh_dst, 0);
	return dsr_neigh_dst_ops.kmem_cachep ? 0 : -ENOMEM;
}

/* Wait until no packet waits. A packet waits for a neighbour for a few seconds at
 * most, and may then be in a device's queue. When the count is 0, the last RCU
 * callback may still be running, and rcu_barrier() waits for its end.
 */
void dsr_neigh_dst_exit(void)
{
	while (atomic_read(&dsr_neigh_dst_nr))
		msleep(20);
	rcu_barrier();
	kmem_cache_destroy(dsr_neigh_dst_ops.kmem_cachep);
}

void dsr_neigh_dst_xmit(struct sk_buff *skb, struct neighbour *neigh, u32 svc)
{
	struct dsr_neigh_dst *ndst;

	ndst = dst_alloc(&dsr_neigh_dst_ops, neigh->dev, DST_OBSOLETE_NONE,
			 DST_NOCOUNT);
	if (!ndst)
		return;
	atomic_inc(&dsr_neigh_dst_nr);
	memset_after(ndst, 0, dst);
	ndst->neigh = neigh_clone(neigh);
	ndst->svc = svc;
	skb_dst_set(skb, &ndst->dst);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Packets that do not go as they are: cut up here, off the fast path, each
 * piece then sent like any other packet.
 */
#include <linux/netdevice.h>
#include <net/dst.h>
#include <net/gso.h>
#include <net/ip.h>
#include <net/ip6_fib.h>
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
#include <net/route.h>

#include "dsr_xmit.h"

/**
 * struct dsr_frag_way - what the stack's fragmentation calls a route
 * @dst: the piece's dst
 * @rt: the same for IPv4; the stack looks beyond @dst
 * @rt6: the same for IPv6
 * @path: where the pieces go
 * @hash: of the flow
 *
 * On the stack of dsr_frag_ip(), while the pieces point to it.
 */
struct dsr_frag_way {
	union {
		struct dst_entry dst;
		struct rtable rt;
		struct rt6_info rt6;
	};
	const struct dsr_path *path;
	u32 hash;
};

static unsigned int dsr_frag_mtu(const struct dst_entry *dst)
{
	return dst->dev->mtu;
}

static struct dst_ops dsr_frag_dst_ops = {
	.family	= AF_UNSPEC,
	.mtu	= dsr_frag_mtu,
};

/* Pieces of an outer packet lack nothing any more. */
static int dsr_frag_output_outer(struct net *net, struct sock *sk,
				 struct sk_buff *skb)
{
	const struct dsr_frag_way *way;

	way = container_of(skb_dst(skb), struct dsr_frag_way, dst);
	/* The piece may wait for its neighbour, longer than this way is there. */
	skb_dst_set_noref(skb, way->path->dst);
	dsr_path_output(way->path, skb);
	return 0;
}

/* Consumes the packet. */
static void dsr_frag_ip(struct sk_buff *skb, const struct dsr_path *path,
			u32 hash, u32 mtu,
			int (*output)(struct net *net, struct sock *sk,
				      struct sk_buff *skb))
{
	struct net_device *dev = path->dev;
	struct dsr_frag_way way = { .path = path, .hash = hash };
	struct net *net = dev_net(dev);

	dst_init(&way.dst, &dsr_frag_dst_ops, NULL, DST_OBSOLETE_NONE,
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
		ipv6_stub->ipv6_fragment(net, NULL, skb, output);
	}
}

/* Consumes the packet. */
static void dsr_frag_outer(struct sk_buff *skb, const struct dsr_path *path,
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
	dsr_frag_ip(skb, path, hash, dst_mtu(path->dst), dsr_frag_output_outer);
}

/* Send a piece that is short enough for its sender's part. Consumes it. */
static void dsr_frag_send(struct sk_buff *skb, const struct dsr_path *path,
			  u32 hash)
{
	if (skb->len > dsr_path_mtu(path))
		dsr_frag_outer(skb, path, hash);
	else if (dsr_xmit_piece(skb, path, hash) != DSR_SENT)
		kfree_skb(skb);
}

static int dsr_frag_output(struct net *net, struct sock *sk,
			   struct sk_buff *skb)
{
	const struct dsr_frag_way *way;

	way = container_of(skb_dst(skb), struct dsr_frag_way, dst);
	dsr_frag_send(skb, way->path, way->hash);
	return 0;
}

/* Consumes the packet. */
static void dsr_frag_piece(struct sk_buff *skb, const struct dsr_path *path,
			   u32 hash, u32 mtu)
{
	if (skb->len > mtu)
		dsr_frag_ip(skb, path, hash, mtu, dsr_frag_output);
	else
		dsr_frag_send(skb, path, hash);
}

/* BIG TCP: the extension header with the length is for devices, not for segments.
 * Segmentation in Linux 6.1 takes it off only right behind an Ethernet header, and
 * else spoils the TCP header. The packet's headers have been made ours to write.
 */
static void dsr_frag_drop_jumbo(struct sk_buff *skb)
{
	int nexthdr = ipv6_has_hopopt_jumbo(skb);

	if (likely(!nexthdr))
		return;
	memmove(skb->data + sizeof(struct hop_jumbo_hdr), skb->data,
		sizeof(struct ipv6hdr));
	__skb_pull(skb, sizeof(struct hop_jumbo_hdr));
	skb_reset_network_header(skb);
	ipv6_hdr(skb)->nexthdr = nexthdr;
}

/* The segments of a GSO packet, which is consumed; NULL: it could not be cut up, and is
 * still there.
 */
static struct sk_buff *dsr_frag_segments(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, NETIF_F_SG);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/* GRO compares these fields today. On Linux 6.1 it does not for UDP. */
static void dsr_frag_read(const struct sk_buff *skb, struct dsr_pkt *pkt)
{
	if (pkt->tuple.family == AF_INET) {
		pkt->ttl = ip_hdr(skb)->ttl;
		pkt->df = ip_hdr(skb)->frag_off & htons(IP_DF);
	} else {
		pkt->ttl = ipv6_hdr(skb)->hop_limit;
	}
}

enum dsr_verdict dsr_frag_list(struct sk_buff *skb, const struct dsr_pkt *pkt,
			       const struct dsr_path *path, u32 hash)
{
	struct sk_buff *segs = dsr_frag_segments(skb), *seg, *next;
	struct dsr_pkt one = *pkt;

	if (!segs)
		return DSR_DROP_NO_MEMORY;
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dsr_frag_read(seg, &one);
		if (dsr_xmit(seg, &one, path, hash) != DSR_SENT)
			kfree_skb(seg);
	}
	return DSR_SENT;
}

enum dsr_verdict dsr_frag(struct sk_buff *skb, const struct dsr_path *path,
			  u32 hash)
{
	bool six = skb->protocol == htons(ETH_P_IPV6);
	u32 mtu = dsr_path_inner_mtu(path, six ? AF_INET6 : AF_INET);
	struct sk_buff *segs, *seg, *next;

	/* The stack makes no smaller pieces: of IPv6 none, and of IPv4 without end,
	 * as a header with options may leave no room for 8 bytes behind it.
	 */
	if (mtu < (six ? IPV6_MIN_MTU : IPV4_MIN_MTU))
		return DSR_DROP_TOO_BIG;
	if (!skb_is_gso(skb)) {
		dsr_frag_piece(skb, path, hash, mtu);
		return DSR_SENT;
	}
	dsr_frag_drop_jumbo(skb);
	segs = dsr_frag_segments(skb);
	if (!segs)
		return DSR_DROP_NO_MEMORY;
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dsr_frag_piece(seg, path, hash, mtu);
	}
	return DSR_SENT;
}

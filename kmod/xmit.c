// SPDX-License-Identifier: GPL-2.0
/*
 * The last steps of a packet: does it fit, take one off its TTL, push the
 * method's headers, hand it to the neighbour.
 *
 * It does not pass LOCAL_OUT or POST_ROUTING, nor IPsec policies.
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
#include <net/ipv6.h>
#include <net/ipv6_stubs.h>
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

/* LRO made it: segments are merged for good, and of no type. */
static bool dsr_xmit_is_lro(const struct sk_buff *skb)
{
	return skb_is_gso(skb) && unlikely(!skb_shinfo(skb)->gso_type);
}

/* The checks of every packet, whichever way it takes: a reason to drop packets belongs
 * here. What takes the fast path needs DSR_SENT, and a packet that fits.
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
	if (unlikely(ttl <= 1 && !dsr_xmit_is_own(skb)))
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

/* Tell its sender why it was not sent. */
static void dsr_xmit_send_icmp(struct sk_buff *skb, const struct dsr_pkt *pkt,
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
		dsr_neigh_dst_xmit(skb, path->neigh, path->svc);
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

enum dsr_verdict dsr_xmit_segment(struct sk_buff *skb, const struct dsr_path *path,
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

	verdict = dsr_xmit_check(skb, pkt, path, &fits);
	if (unlikely(verdict != DSR_SENT)) {
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
		return dsr_frag(skb, path, hash);
	return dsr_xmit_output(skb, path, hash);
}

/* Does it go as it is, in one piece? */
static bool dsr_xmit_is_plain(const struct sk_buff *skb,
			      const struct dsr_path *path, u8 ttl)
{
	bool fits;

	return dsr_xmit_check_all(skb, ttl, path, &fits) == DSR_SENT && fits &&
	       (likely(!skb_is_gso(skb)) ||
		(!dsr_xmit_is_list(skb) &&
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

/*
 * Packets that do not go as they are: cut up here, off the fast path, each
 * piece then sent like any other packet.
 */

/**
 * struct dsr_xmit_frag_way - what the stack's fragmentation calls a route
 * @dst: the piece's dst
 * @rt: the same for IPv4; the stack looks beyond @dst
 * @rt6: the same for IPv6
 * @path: where the pieces go
 * @hash: of the flow
 *
 * On the stack of dsr_xmit_frag_ip(), while the pieces point to it.
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

/* Pieces of an outer packet lack nothing any more. */
static int dsr_xmit_frag_output_outer(struct net *net, struct sock *sk,
				      struct sk_buff *skb)
{
	const struct dsr_xmit_frag_way *way;

	way = container_of(skb_dst(skb), struct dsr_xmit_frag_way, dst);
	/* The piece may wait for its neighbour, longer than this way is there. */
	skb_dst_set_noref(skb, way->path->dst);
	dsr_path_output(way->path, skb);
	return 0;
}

/* Consumes the packet. */
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
		ipv6_stub->ipv6_fragment(net, NULL, skb, output);
	}
}

/* Consumes the packet. */
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

/* Send a piece that is short enough for its sender's part. Consumes it. */
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

/* Consumes the packet. */
static void dsr_xmit_fragment_piece(struct sk_buff *skb, const struct dsr_path *path,
				    u32 hash, u32 mtu)
{
	if (skb->len > mtu)
		dsr_xmit_frag_ip(skb, path, hash, mtu, dsr_xmit_frag_output);
	else
		dsr_xmit_frag_send(skb, path, hash);
}

/* BIG TCP: the extension header with the length is for devices, not for segments.
 * Segmentation in Linux 6.1 takes it off only right behind an Ethernet header, and
 * else spoils the TCP header. The packet's headers have been made ours to write.
 */
static void dsr_xmit_frag_drop_jumbo(struct sk_buff *skb)
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
static struct sk_buff *dsr_xmit_frag_segments(struct sk_buff *skb)
{
	struct sk_buff *segs = skb_gso_segment(skb, NETIF_F_SG);

	if (IS_ERR_OR_NULL(segs))
		return NULL;
	consume_skb(skb);
	return segs;
}

/* GRO compares these fields today. On Linux 6.1 it does not for UDP. */
static void dsr_xmit_frag_read(const struct sk_buff *skb, struct dsr_pkt *pkt)
{
	if (pkt->tuple.family == AF_INET) {
		pkt->ttl = ip_hdr(skb)->ttl;
		pkt->df = ip_hdr(skb)->frag_off & htons(IP_DF);
	} else {
		pkt->ttl = ipv6_hdr(skb)->hop_limit;
	}
}

enum dsr_verdict dsr_xmit_frag_list(struct sk_buff *skb, const struct dsr_pkt *pkt,
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

enum dsr_verdict dsr_frag(struct sk_buff *skb, const struct dsr_path *path,
			  u32 hash)
{
	bool ipv6 = skb->protocol == htons(ETH_P_IPV6);
	u32 mtu = dsr_path_inner_mtu(path, ipv6 ? AF_INET6 : AF_INET);
	struct sk_buff *segs, *seg, *next;

	/* The stack makes no smaller pieces: of IPv6 none, and of IPv4 without end,
	 * as a header with options may leave no room for 8 bytes behind it.
	 */
	if (mtu < (ipv6 ? IPV6_MIN_MTU : IPV4_MIN_MTU))
		return DSR_DROP_TOO_BIG;
	if (!skb_is_gso(skb)) {
		dsr_xmit_fragment_piece(skb, path, hash, mtu);
		return DSR_SENT;
	}
	dsr_xmit_frag_drop_jumbo(skb);
	segs = dsr_xmit_frag_segments(skb);
	if (!segs)
		return DSR_DROP_NO_MEMORY;
	skb_list_walk_safe(segs, seg, next) {
		skb_mark_not_on_list(seg);
		dsr_xmit_fragment_piece(seg, path, hash, mtu);
	}
	return DSR_SENT;
}

/*
 * Waiting for a backend's MAC address, see xmit.h.
 */

/**
 * struct dsr_neigh_dst_xmit - what a waiting packet has for a dst
 * @dst: the dst
 * @rt: tunnel devices look beyond @dst when they are handed an IPv4 packet
 * @rt6: the same for IPv6
 * @neigh: the backend, held
 * @svc: id of its service: a backend may go while a packet waits for it
 */
struct dsr_neigh_dst_xmit {
	union {
		struct dst_entry dst;
		struct rtable rt;
		struct rt6_info rt6;
	};
	struct neighbour *neigh;
	u32 svc;
};

/* How many there are. A count of dst_ops would not do for dsr_neigh_dst_exit(): dst_release()
 * takes a dst off that before it queues the callback that frees it.
 */
static atomic_t dsr_waits = ATOMIC_INIT(0);

static struct neighbour *dsr_neigh_dst_neigh_lookup(const struct dst_entry *dst,
						    struct sk_buff *skb,
						    const void *daddr)
{
	return neigh_clone(container_of(dst, struct dsr_neigh_dst_xmit, dst)->neigh);
}

/* Backends of so many services that share an address are looked at for one packet that
 * was lost.
 */
#define DSR_WAIT_LOOKS	256

/* Softirq. A packet may wait longer than its namespace's part of the module is there. */
static void dsr_neigh_dst_count(const struct dsr_neigh_dst_xmit *wait, const struct sk_buff *skb)
{
	struct dsr_backend_key key = {
		.family = wait->neigh->tbl->family,
	};
	const struct dsr_backend_addr *addr;
	const struct dsr_backend *backend;
	u32 left = DSR_WAIT_LOOKS;

	memcpy(&key.addr, wait->neigh->primary_key, wait->neigh->tbl->key_len);
	rcu_read_lock();
	if (dsr_path_is_closed())
		goto out;
	addr = dsr_backend_lookup_addr(dsr_net(dev_net(wait->neigh->dev)), &key);
	if (!addr)
		goto out;
	list_for_each_entry_rcu(backend, &addr->list, by_addr) {
		if (backend->svc->id == wait->svc)
			dsr_stats_unreachable(backend->stats,
					      max_t(u32, skb_shinfo(skb)->gso_segs, 1));
		if (backend->svc->id == wait->svc || !--left)
			break;
	}
out:
	rcu_read_unlock();
}

static void dsr_neigh_dst_link_failure(struct sk_buff *skb)
{
	dsr_neigh_dst_count(container_of(skb_dst(skb), struct dsr_neigh_dst_xmit, dst), skb);
	skb_dst_drop(skb);	/* no route that an error could go by */
	dsr_icmp_unreachable(skb, skb->protocol == htons(ETH_P_IP) ? AF_INET :
								     AF_INET6);
}

static unsigned int dsr_neigh_dst_mtu(const struct dst_entry *dst)
{
	return dst->dev->mtu;
}

/* Nobody is to set metrics. */
static u32 *dsr_neigh_dst_cow_metrics(struct dst_entry *dst, unsigned long old)
{
	return NULL;
}

/* An RCU callback; the kernel frees the memory behind it. */
static void dsr_neigh_dst_destroy(struct dst_entry *dst)
{
	neigh_release(container_of(dst, struct dsr_neigh_dst_xmit, dst)->neigh);
	atomic_dec(&dsr_waits);
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
	dsr_neigh_dst_ops.kmem_cachep = KMEM_CACHE(dsr_neigh_dst_xmit, 0);
	return dsr_neigh_dst_ops.kmem_cachep ? 0 : -ENOMEM;
}

/* A packet waits for seconds at most, and then perhaps in a device's queue. When there is
 * none any more, the last callback is under way, and the barrier waits for its end.
 */
void dsr_neigh_dst_exit(void)
{
	while (atomic_read(&dsr_waits))
		msleep(20);
	rcu_barrier();
	kmem_cache_destroy(dsr_neigh_dst_ops.kmem_cachep);
}

void dsr_neigh_dst_xmit(struct sk_buff *skb, struct neighbour *neigh, u32 svc)
{
	struct dsr_neigh_dst_xmit *wait;

	wait = dst_alloc(&dsr_neigh_dst_ops, neigh->dev, DST_OBSOLETE_NONE,
			 DST_NOCOUNT);
	if (!wait)
		return;
	atomic_inc(&dsr_waits);
	memset_after(wait, 0, dst);
	wait->neigh = neigh_clone(neigh);
	wait->svc = svc;
	skb_dst_set(skb, &wait->dst);
}

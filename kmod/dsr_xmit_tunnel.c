// SPDX-License-Identifier: GPL-2.0
/*
 * Methods ipip and gre: push an IPv4 or IPv6 header, with a GRE header or
 * without, before the packet.
 */
#include <linux/ip.h>
#include <linux/skbuff.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>

#include "dsr_encap.h"
#include "dsr_path.h"

static unsigned int dsr_ipip_overhead(u8 family)
{
	return dsr_encap_len(family, false);
}

static unsigned int dsr_gre_overhead(u8 family)
{
	return dsr_encap_len(family, true);
}

static bool dsr_ipip_pushes(u8 proto)
{
	return proto == IPPROTO_IPIP || proto == IPPROTO_IPV6;
}

static bool dsr_gre_pushes(u8 proto)
{
	return proto == IPPROTO_GRE;
}

/* Where the path MTU is not to be believed, as when a router claims less than the
 * least one that the kernel accepts, nothing must depend on it.
 */
static bool dsr_tunnel_may_df(const struct dsr_path *path)
{
	return path->family != AF_INET || !ip_mtu_locked(path->dst);
}

/* What the outer header takes over from the packet. DSCP and ECN are copied
 * whole (RFC 2983 uniform model; RFC 6040 normal mode); IPv6 counts as DF.
 */
static void dsr_tunnel_inherit(const struct sk_buff *skb,
			       const struct dsr_path *path,
			       struct dsr_encap *encap)
{
	bool client = path->outer_source == NF_DSR_OUTER_SOURCE_CLIENT;
	u8 ttl;

	encap->src = path->src;
	if (skb->protocol == htons(ETH_P_IP)) {
		const struct iphdr *iph = ip_hdr(skb);

		encap->inner_family = AF_INET;
		encap->tos = iph->tos;
		encap->df = iph->frag_off & htons(IP_DF) &&
			    dsr_tunnel_may_df(path);
		ttl = iph->ttl;
		if (client)
			encap->src.ip = iph->saddr;
	} else {
		const struct ipv6hdr *ip6h = ipv6_hdr(skb);

		encap->inner_family = AF_INET6;
		encap->tos = ipv6_get_dsfield(ip6h);
		encap->df = dsr_tunnel_may_df(path);
		ttl = ip6h->hop_limit;
		if (client)
			encap->src.in6 = ip6h->saddr;
	}
	encap->ttl = path->outer_ttl ?: ttl;
}

/* An atomic datagram (DF) needs no identification (RFC 6864); one that routers
 * may fragment needs its own, and a GSO packet one for each segment.
 */
static __be16 dsr_tunnel_id(const struct sk_buff *skb,
			    const struct dsr_encap *encap)
{
	struct iphdr iph = {
		.saddr = encap->src.ip,
		.daddr = encap->dst.ip,
		.protocol = encap->gre ? IPPROTO_GRE : IPPROTO_IPIP,
	};

	if (encap->family != AF_INET || encap->df)
		return 0;
	__ip_select_ident(dev_net(skb->dev), &iph,
			  skb_shinfo(skb)->gso_segs ?: 1);
	return iph.id;
}

static int dsr_tunnel_gso_type(const struct dsr_encap *encap)
{
	if (encap->gre)
		return SKB_GSO_GRE;
	return encap->family == AF_INET ? SKB_GSO_IPXIP4 : SKB_GSO_IPXIP6;
}

/* Note for segmentation and checksum offload where the packet begins. */
static int dsr_tunnel_offloads(struct sk_buff *skb,
			       const struct dsr_encap *encap)
{
	int err = iptunnel_handle_offloads(skb, dsr_tunnel_gso_type(encap));

	if (err)
		return err;
	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	if (encap->gre)
		skb_set_inner_protocol(skb, skb->protocol);
	else
		skb_set_inner_ipproto(skb, encap->inner_family == AF_INET ?
					   IPPROTO_IPIP : IPPROTO_IPV6);
	return 0;
}

static int dsr_tunnel_push(struct sk_buff *skb, const struct dsr_path *path,
			   u32 hash, bool gre)
{
	struct dsr_encap encap = {
		.family = path->family,
		.gre = gre,
		.dst = path->addr,
		.flow_label = hash,
		.inner_len = skb->len,
	};
	unsigned int ip_len = dsr_encap_len(path->family, false);
	int err;

	dsr_tunnel_inherit(skb, path, &encap);
	err = dsr_tunnel_offloads(skb, &encap);
	if (err)
		return err;
	encap.id = dsr_tunnel_id(skb, &encap);
	dsr_encap_write(skb_push(skb, path->overhead), &encap);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, ip_len);
	if (path->family == AF_INET) {
		memset(IPCB(skb), 0, sizeof(*IPCB(skb)));
		skb->protocol = htons(ETH_P_IP);
	} else {
		memset(IP6CB(skb), 0, sizeof(*IP6CB(skb)));
		skb->protocol = htons(ETH_P_IPV6);
	}
	return 0;
}

static int dsr_ipip_push(struct sk_buff *skb, const struct dsr_path *path,
			 u32 hash)
{
	return dsr_tunnel_push(skb, path, hash, false);
}

static int dsr_gre_push(struct sk_buff *skb, const struct dsr_path *path,
			u32 hash)
{
	return dsr_tunnel_push(skb, path, hash, true);
}

const struct dsr_method dsr_method_ipip = {
	.pushes		= dsr_ipip_pushes,
	.overhead	= dsr_ipip_overhead,
	.push		= dsr_ipip_push,
};

const struct dsr_method dsr_method_gre = {
	.pushes		= dsr_gre_pushes,
	.overhead	= dsr_gre_overhead,
	.push		= dsr_gre_push,
};

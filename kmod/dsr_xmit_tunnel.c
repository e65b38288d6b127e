// SPDX-License-Identifier: GPL-2.0
/*
 * Methods ipip, gre and gue: push an IPv4 or IPv6 header before the packet, and
 * for the latter two a GRE header, or a UDP header with a GUE header or without.
 */
#include <linux/ip.h>
#include <linux/net.h>
#include <linux/siphash.h>
#include <linux/skbuff.h>
#include <net/dst_metadata.h>
#include <net/ip.h>
#include <net/ip6_checksum.h>
#include <net/ip_tunnels.h>
#include <net/ipv6.h>
#include <net/udp.h>

#include "dsr_encap.h"
#include "dsr_path.h"

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
			       const struct dsr_path *path, u32 entropy,
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
	if (path->outer_source == NF_DSR_OUTER_SOURCE_PREFIX)
		dsr_encap_fill(&encap->src, path->family, path->outer_prefix,
			       entropy);
}

/* An atomic datagram (DF) needs no identification (RFC 6864); one that routers
 * may fragment needs its own, and a GSO packet one for each segment.
 */
static __be16 dsr_tunnel_id(const struct sk_buff *skb, struct net *net,
			    const struct dsr_encap *encap)
{
	struct iphdr iph;

	if (encap->form->family != AF_INET || encap->df)
		return 0;
	iph = (struct iphdr) {
		.saddr = encap->src.ip,
		.daddr = encap->dst.ip,
		.protocol = dsr_encap_protocol(encap),
	};
	__ip_select_ident(net, &iph, skb_shinfo(skb)->gso_segs ?: 1);
	return iph.id;
}

static int dsr_tunnel_gso_type(const struct dsr_encap_form *form)
{
	switch (form->kind) {
	case DSR_ENCAP_GRE:
		return form->checksum ? SKB_GSO_GRE_CSUM : SKB_GSO_GRE;
	case DSR_ENCAP_UDP:
		return form->checksum ? SKB_GSO_UDP_TUNNEL_CSUM :
					SKB_GSO_UDP_TUNNEL;
	default:
		return form->family == AF_INET ? SKB_GSO_IPXIP4 :
						 SKB_GSO_IPXIP6;
	}
}

/* Note for segmentation and checksum offload where the packet begins. */
static int dsr_tunnel_offloads(struct sk_buff *skb,
			       const struct dsr_encap *encap)
{
	const struct dsr_encap_form *form = encap->form;
	int err;

	/* A sum over what is not summed yet can be told beforehand, but only if
	 * the latter is a sum of the same kind, and SCTP has a CRC.
	 */
	if (form->checksum && skb_csum_is_sctp(skb) && !skb_is_gso(skb) &&
	    skb->ip_summed == CHECKSUM_PARTIAL) {
		err = skb_crc32c_csum_help(skb);
		if (err)
			return err;
	}
	err = iptunnel_handle_offloads(skb, dsr_tunnel_gso_type(form));
	if (err)
		return err;
	skb_set_inner_mac_header(skb, skb_inner_network_offset(skb));
	if (form->kind == DSR_ENCAP_IP)
		skb_set_inner_ipproto(skb, encap->inner_family == AF_INET ?
					   IPPROTO_IPIP : IPPROTO_IPV6);
	else
		skb_set_inner_protocol(skb, skb->protocol);
	return 0;
}

/* Segmentation sums up for itself. Else the device shall, or what the packet's
 * own sum will amount to is known already.
 */
static void dsr_tunnel_sum_gre(struct sk_buff *skb)
{
	__sum16 *check = (void *)skb_transport_header(skb) + 4;

	if (skb_is_gso(skb))
		return;
	if (skb->ip_summed == CHECKSUM_PARTIAL) {
		*check = csum_fold(lco_csum(skb));
		return;
	}
	skb->ip_summed = CHECKSUM_PARTIAL;
	skb->csum_start = skb_transport_header(skb) - skb->head;
	skb->csum_offset = 4;
}

static void dsr_tunnel_sum(struct sk_buff *skb, const struct dsr_encap *encap)
{
	unsigned int len = skb->len - skb_transport_offset(skb);

	if (encap->form->kind == DSR_ENCAP_GRE)
		dsr_tunnel_sum_gre(skb);
	else if (encap->form->kind == DSR_ENCAP_UDP &&
		 encap->form->family == AF_INET)
		udp_set_csum(false, skb, encap->src.ip, encap->dst.ip, len);
	else if (encap->form->kind == DSR_ENCAP_UDP)
		udp6_set_csum(false, skb, &encap->src.in6, &encap->dst.in6, len);
}

/* Entropy of a flow for all to see. Its hash is the flow table's secret, see
 * dsr_flow_hash().
 */
static u32 dsr_tunnel_entropy(const struct dsr_path *path, u32 hash)
{
	static hsiphash_key_t key;

	if (path->family == AF_INET && path->form.kind != DSR_ENCAP_UDP &&
	    path->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return 0;
	net_get_random_once(&key, sizeof(key));
	return hsiphash_1u32(hash, &key);
}

static int dsr_tunnel_push(struct sk_buff *skb, const struct dsr_path *path,
			   u32 hash)
{
	u32 entropy = dsr_tunnel_entropy(path, hash);
	/* Each field is written before it is read, see dsr_packet(). */
	struct dsr_encap encap __uninitialized;
	int err;

	encap.form = &path->form;
	encap.dst = path->addr;
	encap.sport = dsr_encap_port(entropy);
	encap.flow_label = entropy;
	encap.inner_len = skb->len;
	dsr_tunnel_inherit(skb, path, entropy, &encap);
	err = dsr_tunnel_offloads(skb, &encap);
	if (err)
		return err;
	encap.id = dsr_tunnel_id(skb, dev_net(path->dev), &encap);
	dsr_encap_write(skb_push(skb, path->overhead), &encap);
	skb_reset_network_header(skb);
	skb_set_transport_header(skb, dsr_encap_ip_len(&path->form));
	if (path->form.checksum)
		dsr_tunnel_sum(skb, &encap);
	if (path->family == AF_INET) {
		*IPCB(skb) = (struct inet_skb_parm) {};
		skb->protocol = htons(ETH_P_IP);
	} else {
		*IP6CB(skb) = (struct inet6_skb_parm) {};
		skb->protocol = htons(ETH_P_IPV6);
	}
	return 0;
}

const struct dsr_method dsr_method_ipip = {
	.encap	= DSR_ENCAP_IP,
	.push	= dsr_tunnel_push,
};

const struct dsr_method dsr_method_gre = {
	.encap	= DSR_ENCAP_GRE,
	.push	= dsr_tunnel_push,
};

const struct dsr_method dsr_method_gue = {
	.encap	= DSR_ENCAP_UDP,
	.push	= dsr_tunnel_push,
};

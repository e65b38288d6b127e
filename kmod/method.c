// SPDX-License-Identifier: GPL-2.0
/*
 * Methods. This file has the forwarding options that a service sets for its backends
 * and that a backend may override (struct dsr_fwd in service.h), then each method
 * (struct dsr_method in path.h): l2; ipip, gre and gue; dscp; local. The lookup of a
 * method and the checks of a configuration by its method are at the end.
 */
#include <linux/inetdevice.h>
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

#include "lib/dscp.h"
#include "lib/encap.h"
#include "path.h"
#include "service.h"

void dsr_fwd_merge(struct dsr_fwd *fwd, const struct dsr_fwd *from)
{
	if (from->set & DSR_FWD_METHOD)
		fwd->method = from->method;
	if (from->set & DSR_FWD_OUTER_SOURCE)
		fwd->outer_source = from->outer_source;
	if (from->set & DSR_FWD_OUTER_ADDR4)
		fwd->outer_addr4 = from->outer_addr4;
	if (from->set & DSR_FWD_OUTER_ADDR6)
		fwd->outer_addr6 = from->outer_addr6;
	if (from->set & DSR_FWD_OUTER_TTL)
		fwd->outer_ttl = from->outer_ttl;
	if (from->set & DSR_FWD_OUTER_PREFIX4)
		fwd->outer_prefix4 = from->outer_prefix4;
	if (from->set & DSR_FWD_OUTER_PREFIX6)
		fwd->outer_prefix6 = from->outer_prefix6;
	if (from->set & DSR_FWD_OUTER_PORT)
		fwd->outer_port = from->outer_port;
	if (from->set & DSR_FWD_OUTER_CHECKSUM)
		fwd->outer_checksum = from->outer_checksum;
	if (from->set & DSR_FWD_GUE_VARIANT)
		fwd->gue_variant = from->gue_variant;
	if (from->set & DSR_FWD_GRE_KEY)
		fwd->gre_key = from->gre_key;
	if (from->set & DSR_FWD_DSCP)
		fwd->dscp = from->dscp;
	fwd->set |= from->set;
}

/* Return true if all bits behind the prefix are 0. */
static bool dsr_fwd_is_prefix(const struct dsr_fwd *fwd, u8 family)
{
	struct in6_addr prefix;

	if (family == AF_INET)
		return !(fwd->outer_addr4 & ~inet_make_mask(fwd->outer_prefix4));
	ipv6_addr_prefix(&prefix, &fwd->outer_addr6, fwd->outer_prefix6);
	return ipv6_addr_equal(&prefix, &fwd->outer_addr6);
}

int dsr_fwd_check_source(const struct dsr_fwd *fwd, u8 family,
			 struct netlink_ext_ack *extack)
{
	bool ipv4 = family == AF_INET;

	if (fwd->outer_source != NF_DSR_OUTER_SOURCE_ADDRESS &&
	    fwd->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return 0;
	if (!(fwd->set & (ipv4 ? DSR_FWD_OUTER_ADDR4 : DSR_FWD_OUTER_ADDR6))) {
		NL_SET_ERR_MSG(extack,
			       "outer-source address needs an address of the backend's family");
		return -EINVAL;
	}
	if (fwd->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)
		return 0;
	if (!(fwd->set & (ipv4 ? DSR_FWD_OUTER_PREFIX4 :
				 DSR_FWD_OUTER_PREFIX6))) {
		NL_SET_ERR_MSG(extack,
			       "outer-source prefix needs the length of the prefix");
		return -EINVAL;
	}
	if (!dsr_fwd_is_prefix(fwd, family)) {
		NL_SET_ERR_MSG(extack,
			       "outer-source has bits set behind its prefix");
		return -EINVAL;
	}
	return 0;
}

/*
 * Method l2: the frame goes to the backend's MAC address, with the packet in it as
 * received. The neighbour caches the link-layer header, so there is nothing to push.
 */

static const struct dsr_method dsr_method_l2 = {
	.id		= NF_DSR_METHOD_L2,
	.on_link	= true,
	.same_family	= true,
};

/*
 * Methods ipip, gre and gue: push an IPv4 or IPv6 header before the packet; for gre,
 * followed by a GRE header; for gue, followed by a UDP header with or without a GUE
 * header.
 */

static int dsr_tunnel_check(const struct dsr_service_key *key, u8 family,
			    const struct dsr_fwd *fwd,
			    struct netlink_ext_ack *extack)
{
	if (!family)
		return 0;
	if (family != key->family &&
	    fwd->outer_source == NF_DSR_OUTER_SOURCE_CLIENT) {
		NL_SET_ERR_MSG(extack,
			       "outer-source client needs a backend of the service's family");
		return -EINVAL;
	}
	return dsr_fwd_check_source(fwd, family, extack);
}

/* Return true if the outer header may have DF set. The path MTU is not reliable if it
 * is locked, for example because a router claims less than the minimum that the
 * kernel accepts. Delivery must not depend on it then.
 */
static bool dsr_tunnel_may_df(const struct dsr_path *path)
{
	return path->family != AF_INET || !ip_mtu_locked(path->dst);
}

/* Set the fields of the outer header that depend on the packet. DSCP and ECN are
 * copied unchanged (RFC 2983 uniform model; RFC 6040 normal mode). An IPv6 packet
 * counts as one with DF.
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

/* Return the identification of the outer IPv4 header. An atomic datagram (DF) needs
 * none (RFC 6864). A datagram that routers may fragment needs its own, and a GSO
 * packet needs one for each segment.
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
	case DSR_ENCAP_NONE:
		break;
	case DSR_ENCAP_IP:
		return form->family == AF_INET ? SKB_GSO_IPXIP4 :
						 SKB_GSO_IPXIP6;
	case DSR_ENCAP_GRE:
		return form->checksum ? SKB_GSO_GRE_CSUM : SKB_GSO_GRE;
	case DSR_ENCAP_UDP:
		return form->checksum ? SKB_GSO_UDP_TUNNEL_CSUM :
					SKB_GSO_UDP_TUNNEL;
	}
	return 0;
}

/* Record the inner headers' offsets and protocol for segmentation and checksum
 * offload.
 */
static int dsr_tunnel_offloads(struct sk_buff *skb,
			       const struct dsr_encap *encap)
{
	const struct dsr_encap_form *form = encap->form;
	int err;

	/* The outer checksum over a part whose own checksum is still to be computed
	 * is known in advance (local checksum offload), but only if both are of the
	 * same kind. SCTP has a CRC.
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

/* Compute the checksum of the GRE header. Segmentation computes it for a GSO packet.
 * If the packet's own checksum is still to be computed, this one is known in advance
 * (local checksum offload). Otherwise the device computes it.
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

static void dsr_tunnel_sum_udp(struct sk_buff *skb, const struct dsr_encap *encap)
{
	unsigned int len = skb->len - skb_transport_offset(skb);

	if (encap->form->family == AF_INET)
		udp_set_csum(false, skb, encap->src.ip, encap->dst.ip, len);
	else
		udp6_set_csum(false, skb, &encap->src.in6, &encap->dst.in6, len);
}

static void dsr_tunnel_sum(struct sk_buff *skb, const struct dsr_encap *encap)
{
	switch (encap->form->kind) {
	case DSR_ENCAP_NONE:
	case DSR_ENCAP_IP:
		break;
	case DSR_ENCAP_GRE:
		dsr_tunnel_sum_gre(skb);
		break;
	case DSR_ENCAP_UDP:
		dsr_tunnel_sum_udp(skb, encap);
		break;
	}
}

/* Return true if the headers have a source port for the entropy of a flow. */
static bool dsr_tunnel_has_port(const struct dsr_encap_form *form)
{
	switch (form->kind) {
	case DSR_ENCAP_NONE:
	case DSR_ENCAP_IP:
	case DSR_ENCAP_GRE:
		break;
	case DSR_ENCAP_UDP:
		return true;
	}
	return false;
}

/* Return the entropy of a flow for the outer header, or 0 if no field of that header
 * takes it. The flow's hash itself must stay secret and is not used on the wire, see
 * dsr_flow_hash().
 */
static u32 dsr_tunnel_entropy(const struct dsr_path *path, u32 hash)
{
	static hsiphash_key_t key;

	if (path->family == AF_INET && !dsr_tunnel_has_port(&path->form) &&
	    path->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return 0;
	net_get_random_once(&key, sizeof(key));
	return hsiphash_1u32(hash, &key);
}

static int dsr_tunnel_push(struct sk_buff *skb, const struct dsr_path *path,
			   u32 hash)
{
	u32 entropy = dsr_tunnel_entropy(path, hash);
	/* The structure is not zeroed first, because each field is written before it
	 * is read, see dsr_packet().
	 */
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

static void dsr_ipip_form(const struct dsr_fwd *fwd, struct dsr_encap_form *form)
{
	form->kind = DSR_ENCAP_IP;
}

static const struct dsr_method dsr_method_ipip = {
	.id	= NF_DSR_METHOD_IPIP,
	.check	= dsr_tunnel_check,
	.form	= dsr_ipip_form,
	.push	= dsr_tunnel_push,
};

static void dsr_gre_form(const struct dsr_fwd *fwd, struct dsr_encap_form *form)
{
	form->kind = DSR_ENCAP_GRE;
	form->checksum = fwd->outer_checksum == NF_DSR_OUTER_CHECKSUM_ON;
	form->keyed = fwd->gre_key != NF_DSR_GRE_KEY_NONE;
	if (form->keyed)
		form->key = htonl(fwd->gre_key);
}

static const struct dsr_method dsr_method_gre = {
	.id	= NF_DSR_METHOD_GRE,
	.check	= dsr_tunnel_check,
	.form	= dsr_gre_form,
	.push	= dsr_tunnel_push,
};

static void dsr_gue_form(const struct dsr_fwd *fwd, struct dsr_encap_form *form)
{
	form->kind = DSR_ENCAP_UDP;
	form->checksum = fwd->outer_checksum != NF_DSR_OUTER_CHECKSUM_OFF;
	form->gue_header = !fwd->gue_variant;
	form->port = fwd->outer_port;
}

static const struct dsr_method dsr_method_gue = {
	.id	= NF_DSR_METHOD_GUE,
	.check	= dsr_tunnel_check,
	.form	= dsr_gue_form,
	.push	= dsr_tunnel_push,
};

/*
 * Method dscp (also known as L3 DSR): the packet itself goes to the backend's
 * address, and its DSCP identifies the VIP that it was for. The backend restores the
 * VIP as the destination. No header is pushed, so the packet does not grow.
 *
 * An ICMP error is rewritten like any other packet. The packet that it quotes was
 * sent by the VIP and is not changed.
 */

/* Return true if the checksum of the header at @l4_off is partial, to be completed
 * later. The checksum of an inner packet may be partial as well, behind a header that
 * has no checksum or one that segmentation completes.
 */
static bool dsr_dscp_partial(const struct sk_buff *skb, u16 l4_off)
{
	if (skb_is_gso(skb) &&
	    skb_shinfo(skb)->gso_type & SKB_GSO_UDP_TUNNEL_CSUM)
		return true;
	return skb->ip_summed == CHECKSUM_PARTIAL &&
	       skb_checksum_start_offset(skb) == l4_off;
}

static int dsr_dscp_xmit_rewrite(struct sk_buff *skb, u8 proto, u16 l4_off,
				 const struct dsr_path *path)
{
	struct dsr_dscp to = {
		.dst = path->addr,
		.family = path->family,
		.code = path->dscp,
		.proto = proto,
		.partial = dsr_dscp_partial(skb, l4_off),
		.l4_off = l4_off,
	};

	/* The packet is too short for the header of its protocol, so it has no such
	 * header.
	 */
	if (dsr_dscp_reach(&to) > skb->len)
		to.proto = IPPROTO_RAW;
	if (skb_ensure_writable(skb, dsr_dscp_reach(&to)))
		return -ENOMEM;
	dsr_dscp_rewrite(skb->data, &to);
	return 0;
}

static int dsr_dscp_check(const struct dsr_service_key *key, u8 family,
			  const struct dsr_fwd *fwd,
			  struct netlink_ext_ack *extack)
{
	if (key->prefix_len != (key->family == AF_INET ? 32 : 128)) {
		NL_SET_ERR_MSG(extack,
			       "method dscp needs a single VIP: one code cannot distinguish the VIPs of a prefix");
		return -EINVAL;
	}
	if (!fwd->dscp) {
		NL_SET_ERR_MSG(extack,
			       "method dscp needs the service's option dscp, 1 to 63");
		return -EINVAL;
	}
	return 0;
}

static const struct dsr_method dsr_method_dscp = {
	.id		= NF_DSR_METHOD_DSCP,
	.same_family	= true,
	.by_code	= true,
	.check		= dsr_dscp_check,
	.rewrite	= dsr_dscp_xmit_rewrite,
};

/*
 * Method local: this machine is the backend. Its stack receives the packet unchanged,
 * if the VIP is an address of this machine.
 */

static const struct dsr_method dsr_method_local = {
	.id	= NF_DSR_METHOD_LOCAL,
	.local	= true,
};

const struct dsr_method *dsr_method_lookup(enum nf_dsr_method method)
{
	switch (method) {
	case NF_DSR_METHOD_L2:
		return &dsr_method_l2;
	case NF_DSR_METHOD_IPIP:
		return &dsr_method_ipip;
	case NF_DSR_METHOD_GRE:
		return &dsr_method_gre;
	case NF_DSR_METHOD_GUE:
		return &dsr_method_gue;
	case NF_DSR_METHOD_DSCP:
		return &dsr_method_dscp;
	case NF_DSR_METHOD_LOCAL:
		return &dsr_method_local;
	}
	/* The netlink policy refuses other values. */
	return NULL;
}

int dsr_method_check_service(const struct dsr_service_key *key,
			     const struct dsr_fwd *fwd,
			     struct netlink_ext_ack *extack)
{
	const struct dsr_method *method = dsr_method_lookup(fwd->method);

	return method->check ? method->check(key, 0, fwd, extack) : 0;
}

int dsr_method_check_backend(const struct dsr_service_key *key, u8 family,
			     const struct dsr_fwd *fwd,
			     struct netlink_ext_ack *extack)
{
	const struct dsr_method *method = dsr_method_lookup(fwd->method);

	if (method->same_family && family != key->family) {
		NL_SET_ERR_MSG(extack,
			       "the method needs a backend of the service's family");
		return -EINVAL;
	}
	return method->check ? method->check(key, family, fwd, extack) : 0;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Packets before IP's input, see dsr_early.h.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <linux/tcp.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "dsr_early.h"

/* Does the packet come to IP's input by this device? A VLAN, bridge or bond that the
 * device is a part of may want it.
 */
static bool dsr_early_is_input(const struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb_vlan_tag_present(skb) &&
	       !(skb->dev->flags & IFF_LOOPBACK) &&
	       !rcu_access_pointer(skb->dev->rx_handler) &&
	       !nf_bridge_info_exists(skb);
}

/* Nothing may be changed in a packet that somebody else holds, too. */
static bool dsr_early_may_pull(struct sk_buff *skb, u32 len)
{
	return likely(len <= skb_headlen(skb)) ||
	       (!skb_shared(skb) && pskb_may_pull(skb, len));
}

u8 dsr_early_family(struct sk_buff *skb)
{
	if (unlikely(!dsr_early_is_input(skb)))
		return AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IP))
		return dsr_early_may_pull(skb, sizeof(struct iphdr)) ?
			AF_INET : AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IPV6))
		return dsr_early_may_pull(skb, sizeof(struct ipv6hdr)) ?
			AF_INET6 : AF_UNSPEC;
	return AF_UNSPEC;
}

/* Without options, and not a fragment. */
static bool dsr_early_is_plain4(const struct iphdr *iph)
{
	return iph->version == 4 && iph->ihl == sizeof(*iph) / 4 &&
	       !(iph->frag_off & htons(IP_MF | IP_OFFSET));
}

/* Without extension headers: no fragment, and no jumbogram. And with no address that
 * IP's input refuses.
 */
static bool dsr_early_is_plain6(const struct ipv6hdr *ip6h)
{
	return ip6h->version == 6 && !ipv6_ext_hdr(ip6h->nexthdr) &&
	       !ipv6_addr_is_multicast(&ip6h->saddr) &&
	       !ipv6_addr_loopback(&ip6h->saddr) &&
	       !ipv6_addr_loopback(&ip6h->daddr);
}

bool dsr_early_is_plain(struct sk_buff *skb, u8 family)
{
	/* Somebody else holds the packet, too, or BPF has chosen a socket for it. */
	if (skb_shared(skb) || skb_sk_is_prefetched(skb))
		return false;
	return family == AF_INET ? dsr_early_is_plain4(ip_hdr(skb)) :
				   dsr_early_is_plain6(ipv6_hdr(skb));
}

bool dsr_early_may_be_flow(const struct sk_buff *skb, u8 family)
{
	u8 proto = family == AF_INET ? ip_hdr(skb)->protocol :
				       ipv6_hdr(skb)->nexthdr;

	return proto == IPPROTO_TCP || proto == IPPROTO_UDP ||
	       (family == AF_INET6 && ipv6_ext_hdr(proto));
}

/* A length of 0 stands for one that the field cannot say. */
static bool dsr_early_trim(struct sk_buff *skb, u32 len)
{
	return len <= skb->len && !pskb_trim_rcsum(skb, len);
}

static bool dsr_early_input4(struct sk_buff *skb)
{
	const struct iphdr *iph = ip_hdr(skb);
	u32 len = ntohs(iph->tot_len);

	if (len < sizeof(*iph) || ip_fast_csum(iph, iph->ihl) ||
	    !dsr_early_trim(skb, len))
		return false;
	*IPCB(skb) = (struct inet_skb_parm) { .iif = skb->skb_iif };
	skb_set_transport_header(skb, sizeof(*iph));
	return true;
}

/* Does the device take IPv6? That is two cache lines, which all packets of the device
 * share and nobody writes.
 */
static bool dsr_early_has_ipv6(const struct net_device *dev)
{
	const struct inet6_dev *idev = __in6_dev_get(dev);

	return idev && !READ_ONCE(idev->cnf.disable_ipv6);
}

static bool dsr_early_input6(struct sk_buff *skb)
{
	const struct ipv6hdr *ip6h = ipv6_hdr(skb);
	u32 len = ntohs(ip6h->payload_len);

	if (unlikely(!dsr_early_has_ipv6(skb->dev)) || !len ||
	    !dsr_early_trim(skb, len + sizeof(*ip6h)))
		return false;
	*IP6CB(skb) = (struct inet6_skb_parm) {
		.iif	= skb->dev->ifindex,
		.nhoff	= offsetof(struct ipv6hdr, nexthdr),
	};
	skb_set_transport_header(skb, sizeof(*ip6h));
	return true;
}

/* The fast path reads up to the ports, which may be in a page of their own. */
static bool dsr_early_pull(struct sk_buff *skb, u8 family)
{
	u32 len = (family == AF_INET ? sizeof(struct iphdr) :
				       sizeof(struct ipv6hdr)) +
		  sizeof(struct tcphdr);

	return pskb_may_pull(skb, min(len, skb->len));
}

bool dsr_early_input(struct sk_buff *skb, u8 family)
{
	if (!dsr_early_pull(skb, family) ||
	    (family == AF_INET ? !dsr_early_input4(skb) : !dsr_early_input6(skb)))
		return false;
	/* A sender on this machine, in another namespace. */
	skb_orphan(skb);
	skb_reset_redirect(skb);
	return true;
}

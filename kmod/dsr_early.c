// SPDX-License-Identifier: GPL-2.0
/*
 * Packets before IP's input, see dsr_early.h.
 */
#include <linux/if_vlan.h>
#include <linux/netdevice.h>
#include <linux/netfilter_bridge.h>
#include <net/addrconf.h>
#include <net/ip.h>
#include <net/ipv6.h>
#include <net/sock.h>

#include "dsr_early.h"

/* Others may hold the packet, or want it: who taps the device, a VLAN, bridge or
 * bond that the device is a part of, a socket that a BPF program has chosen for it.
 */
static bool dsr_early_is_free(struct sk_buff *skb)
{
	return skb->pkt_type == PACKET_HOST && !skb_shared(skb) &&
	       !skb_vlan_tag_present(skb) && !skb_sk_is_prefetched(skb) &&
	       !(skb->dev->flags & IFF_LOOPBACK) &&
	       !rcu_access_pointer(skb->dev->rx_handler) &&
	       !nf_bridge_info_exists(skb);
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

u8 dsr_early_family(struct sk_buff *skb)
{
	if (unlikely(!dsr_early_is_free(skb)))
		return AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IP))
		return pskb_may_pull(skb, sizeof(struct iphdr)) &&
		       dsr_early_is_plain4(ip_hdr(skb)) ? AF_INET : AF_UNSPEC;
	if (skb->protocol == htons(ETH_P_IPV6))
		return pskb_may_pull(skb, sizeof(struct ipv6hdr)) &&
		       dsr_early_is_plain6(ipv6_hdr(skb)) ? AF_INET6 :
							    AF_UNSPEC;
	return AF_UNSPEC;
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

bool dsr_early_input(struct sk_buff *skb, u8 family)
{
	if (family == AF_INET ? !dsr_early_input4(skb) : !dsr_early_input6(skb))
		return false;
	/* A sender on this machine, in another namespace. */
	skb_orphan(skb);
	skb_reset_redirect(skb);
	return true;
}

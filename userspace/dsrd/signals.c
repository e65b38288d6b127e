// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/icmp.h>
#include <linux/icmpv6.h>
#include <linux/if.h>
#include <linux/ip.h>
#include <linux/ipv6.h>
#include <linux/neighbour.h>
#include <linux/rtnetlink.h>
#include <netinet/in.h>
#include <netlink/msg.h>
#include <string.h>
#include <sys/socket.h>

#include "dsrd/signals.h"

/* Fill in an address from an attribute of the size that the family has. */
static bool take_addr(struct dsr_addr *addr, int family, struct nlattr *attr)
{
	if ((family != AF_INET && family != AF_INET6) || !attr ||
	    (unsigned int)nla_len(attr) != addr_bits(family) / 8)
		return false;
	addr->family = family;
	memcpy(addr->bytes, nla_data(attr), nla_len(attr));
	return true;
}

static bool from_neighbour(struct signal *signal, struct nlmsghdr *hdr)
{
	const struct ndmsg *ndm = nlmsg_data(hdr);

	if (!nlmsg_valid_hdr(hdr, sizeof(*ndm)) || !(ndm->ndm_state & NUD_FAILED))
		return false;
	signal->kind = SIGNAL_NEIGHBOUR;
	signal->ifindex = ndm->ndm_ifindex;
	return take_addr(&signal->addr, ndm->ndm_family,
			 nlmsg_find_attr(hdr, sizeof(*ndm), NDA_DST));
}

/* Other families report changes of the same devices, such as those of bridges. */
static bool from_link(struct signal *signal, struct nlmsghdr *hdr, bool is_there)
{
	const struct ifinfomsg *ifi = nlmsg_data(hdr);
	const unsigned int up = IFF_UP | IFF_LOWER_UP;

	if (!nlmsg_valid_hdr(hdr, sizeof(*ifi)) || ifi->ifi_family != AF_UNSPEC)
		return false;
	signal->kind = SIGNAL_LINK;
	signal->ifindex = ifi->ifi_index;
	signal->gone = !is_there;
	signal->up = is_there && (ifi->ifi_flags & up) == up;
	return true;
}

/* The kernel caches routes to single hosts, which are no change. */
static bool from_route(struct signal *signal, struct nlmsghdr *hdr)
{
	const struct rtmsg *rtm = nlmsg_data(hdr);

	if (!nlmsg_valid_hdr(hdr, sizeof(*rtm)) || rtm->rtm_flags & RTM_F_CLONED)
		return false;
	signal->kind = SIGNAL_ROUTES;
	return true;
}

bool signal_from_rtnl(struct signal *signal, struct nlmsghdr *hdr)
{
	memset(signal, 0, sizeof(*signal));
	switch (hdr->nlmsg_type) {
	case RTM_NEWNEIGH:
		return from_neighbour(signal, hdr);
	case RTM_NEWLINK:
		return from_link(signal, hdr, true);
	case RTM_DELLINK:
		return from_link(signal, hdr, false);
	case RTM_NEWROUTE:
	case RTM_DELROUTE:
		return from_route(signal, hdr);
	case RTM_NEWNEXTHOP:
	case RTM_DELNEXTHOP:
	case RTM_NEWRULE:
	case RTM_DELRULE:
		signal->kind = SIGNAL_ROUTES;
		return true;
	default:
		return false;
	}
}

/* An MTU that is too small is no failure: the sender learns it. */
static bool is_failure(int family, __u8 type, __u8 code)
{
	if (family == AF_INET)
		return (type == ICMP_DEST_UNREACH && code != ICMP_FRAG_NEEDED) ||
		       type == ICMP_TIME_EXCEEDED || type == ICMP_PARAMETERPROB;
	return type == ICMPV6_DEST_UNREACH || type == ICMPV6_TIME_EXCEED ||
	       type == ICMPV6_PARAMPROB;
}

/* Read the headers of the packet that an error quotes, the port only if it is about that. */
static bool take_quoted(struct signal *signal, int family, const __u8 *bytes, size_t size,
			bool of_port)
{
	bool ipv4 = family == AF_INET;
	size_t at = ipv4 ? offsetof(struct iphdr, daddr) : offsetof(struct ipv6hdr, daddr);
	size_t header = ipv4 && size ? (bytes[0] & 0xf) * 4 : sizeof(struct ipv6hdr);
	__u8 protocol;

	if (size < (ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr)) ||
	    bytes[0] >> 4 != (ipv4 ? 4 : 6))
		return false;
	signal->addr.family = family;
	memcpy(signal->addr.bytes, bytes + at, addr_bits(family) / 8);
	protocol = bytes[ipv4 ? offsetof(struct iphdr, protocol) :
			 offsetof(struct ipv6hdr, nexthdr)];
	if (of_port && protocol == IPPROTO_UDP && size >= header + 4)
		signal->port = bytes[header + 2] << 8 | bytes[header + 3];
	return true;
}

static bool is_of_port(int family, __u8 type, __u8 code)
{
	return family == AF_INET ? type == ICMP_DEST_UNREACH && code == ICMP_PORT_UNREACH :
				   type == ICMPV6_DEST_UNREACH && code == ICMPV6_PORT_UNREACH;
}

bool signal_from_icmp(struct signal *signal, int family, const __u8 *bytes, size_t size)
{
	size_t skip = family == AF_INET && size ? (bytes[0] & 0xf) * 4 : 0;
	const __u8 *icmp = bytes + skip;
	bool is_short = size < skip + sizeof(struct icmphdr) ||
			(family == AF_INET && skip < sizeof(struct iphdr));

	memset(signal, 0, sizeof(*signal));
	if (is_short || !is_failure(family, icmp[0], icmp[1]))
		return false;
	skip += sizeof(struct icmphdr);
	signal->kind = SIGNAL_UNREACHABLE;
	return take_quoted(signal, family, bytes + skip, size - skip,
			   is_of_port(family, icmp[0], icmp[1]));
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Facts for doctor from rtnetlink: links, addresses, neighbours and routes. libnl-route
 * reads the messages.
 */
#include <errno.h>
#include <linux/if.h>
#include <linux/lwtunnel.h>
#include <linux/rtnetlink.h>
#include <net/if_arp.h>
#include <netinet/in.h>
#include <netlink/netlink.h>
#include <netlink/route/addr.h>
#include <netlink/route/link.h>
#include <netlink/route/link/ip6gre.h>
#include <netlink/route/link/ip6tnl.h>
#include <netlink/route/link/ipgre.h>
#include <netlink/route/link/ipip.h>
#include <netlink/route/link/sit.h>
#include <netlink/route/neighbour.h>
#include <netlink/route/nexthop.h>
#include <netlink/route/route.h>
#include <netlink/socket.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

/* An attribute of this type is ignored by all parsers. */
#define IGNORED (RTA_MAX + 1)

static void take_addr(struct dsr_addr *to, struct nl_addr *from)
{
	unsigned int size;

	memset(to, 0, sizeof(*to));
	if (!from)
		return;
	size = nl_addr_get_len(from);
	/* The prefix of a default route has no bytes. */
	if (size > sizeof(to->bytes))
		return;
	to->family = nl_addr_get_family(from);
	memcpy(to->bytes, nl_addr_get_binary_addr(from), size);
}

static void take_ipv4(struct dsr_addr *to, uint32_t addr)
{
	if (!addr)
		return;
	to->family = AF_INET;
	memcpy(to->bytes, &addr, sizeof(addr));
}

static void take_ipv6(struct dsr_addr *to, const struct in6_addr *addr)
{
	if (IN6_IS_ADDR_UNSPECIFIED(addr))
		return;
	to->family = AF_INET6;
	memcpy(to->bytes, addr, sizeof(*addr));
}

static void take_tunnel(struct doctor_link *link, struct rtnl_link *from)
{
	struct in6_addr local = { 0 }, remote = { 0 };

	if (rtnl_link_is_ipip(from)) {
		take_ipv4(&link->local, rtnl_link_ipip_get_local(from));
		take_ipv4(&link->remote, rtnl_link_ipip_get_remote(from));
	} else if (rtnl_link_is_sit(from)) {
		take_ipv4(&link->local, rtnl_link_sit_get_local(from));
		take_ipv4(&link->remote, rtnl_link_sit_get_remote(from));
	} else if (rtnl_link_is_ipgre(from)) {
		take_ipv4(&link->local, rtnl_link_ipgre_get_local(from));
		take_ipv4(&link->remote, rtnl_link_ipgre_get_remote(from));
	} else if (rtnl_link_is_ip6_tnl(from)) {
		rtnl_link_ip6_tnl_get_local(from, &local);
		rtnl_link_ip6_tnl_get_remote(from, &remote);
	} else if (rtnl_link_is_ip6gre(from)) {
		rtnl_link_ip6gre_get_local(from, &local);
		rtnl_link_ip6gre_get_remote(from, &remote);
	}
	take_ipv6(&link->local, &local);
	take_ipv6(&link->remote, &remote);
}

static void take_link(struct doctor_facts *facts, struct nl_object *object)
{
	struct rtnl_link *from = (struct rtnl_link *)object;
	struct doctor_link *link = list_new(&facts->links);
	const char *kind = rtnl_link_get_type(from);
	unsigned int flags = rtnl_link_get_flags(from);

	memset(link, 0, sizeof(*link));
	link->ifindex = rtnl_link_get_ifindex(from);
	link->master = rtnl_link_get_master(from);
	snprintf(link->name, sizeof(link->name), "%s", rtnl_link_get_name(from));
	snprintf(link->kind, sizeof(link->kind), "%s", kind ? kind : "");
	link->mtu = rtnl_link_get_mtu(from);
	link->up = flags & IFF_UP;
	link->carrier = flags & IFF_LOWER_UP;
	link->loopback = flags & IFF_LOOPBACK;
	link->ethernet = rtnl_link_get_arptype(from) == ARPHRD_ETHER;
	take_tunnel(link, from);
}

static void take_address(struct doctor_facts *facts, struct nl_object *object)
{
	struct rtnl_addr *from = (struct rtnl_addr *)object;
	struct doctor_addr *addr = list_new(&facts->addrs);

	memset(addr, 0, sizeof(*addr));
	addr->ifindex = rtnl_addr_get_ifindex(from);
	addr->len = rtnl_addr_get_prefixlen(from);
	take_addr(&addr->addr, rtnl_addr_get_local(from));
}

static void take_neighbour(struct doctor_facts *facts, struct nl_object *object)
{
	struct rtnl_neigh *from = (struct rtnl_neigh *)object;
	struct doctor_addr *neighbour = list_new(&facts->neighbours);
	int state = rtnl_neigh_get_state(from);

	memset(neighbour, 0, sizeof(*neighbour));
	neighbour->ifindex = rtnl_neigh_get_ifindex(from);
	neighbour->state = state < 0 ? NUD_NONE : state;
	take_addr(&neighbour->addr, rtnl_neigh_get_dst(from));
}

/* Pass each object of a dump to a function. */
static int take_all(struct doctor_facts *facts, int error, struct nl_cache *cache,
		    void (*take)(struct doctor_facts *facts, struct nl_object *object),
		    struct dsr_error *err)
{
	struct nl_object *object;

	if (error)
		return error_refused(err, "rtnetlink: %s", nl_geterror(error));
	for (object = nl_cache_get_first(cache); object; object = nl_cache_get_next(object))
		take(facts, object);
	nl_cache_free(cache);
	return 0;
}

/* One lookup, or a search for the longest prefix among the routes of a dump. */
struct lookup {
	struct doctor_route *route;
	const struct dsr_addr *searched;	/* of a dump, else NULL */
	bool fib;				/* the answer is the entry of the table */
	bool done;
};

/* Hide the encapsulation of a next hop from libnl, which refuses routes whose
 * encapsulation it does not know. Return the type of the encapsulation.
 */
static __u16 hide_encap(struct nlattr *attr, int len)
{
	__u16 type = LWTUNNEL_ENCAP_NONE;
	struct nlattr *each;
	int rem;

	nla_for_each_attr(each, attr, len, rem) {
		if (nla_type(each) == RTA_ENCAP_TYPE && nla_len(each) >= 2)
			type = nla_get_u16(each);
		if (nla_type(each) == RTA_ENCAP_TYPE || nla_type(each) == RTA_ENCAP)
			each->nla_type = IGNORED;
	}
	return type;
}

static __u16 hide_encaps(struct nlmsghdr *hdr)
{
	struct nlattr *several = nlmsg_find_attr(hdr, sizeof(struct rtmsg), RTA_MULTIPATH);
	__u16 type = hide_encap(nlmsg_attrdata(hdr, sizeof(struct rtmsg)),
				nlmsg_attrlen(hdr, sizeof(struct rtmsg)));
	struct rtnexthop *hop;
	int rem, head = RTNH_ALIGN(sizeof(*hop));
	__u16 other;

	if (!several)
		return type;
	hop = nla_data(several);
	for (rem = nla_len(several); RTNH_OK(hop, rem) && hop->rtnh_len >= head;) {
		other = hide_encap((void *)RTNH_DATA(hop), hop->rtnh_len - head);
		if (other > LWTUNNEL_ENCAP_NONE)
			type = other;
		rem -= RTNH_ALIGN(hop->rtnh_len);
		hop = RTNH_NEXT(hop);
	}
	return type;
}

static void take_gateway(struct doctor_route *route, struct rtnl_route *from)
{
	struct rtnl_nexthop *hop = rtnl_route_nexthop_n(from, 0);
	struct nl_addr *gateway;

	if (!hop)
		return;
	route->ifindex = rtnl_route_nh_get_ifindex(hop);
	gateway = rtnl_route_nh_get_gateway(hop);
	take_addr(&route->gateway, gateway ? gateway : rtnl_route_nh_get_via(hop));
}

/* Take what the table says, in addition to what the lookup found. */
static void take_entry(struct doctor_route *route, struct rtnl_route *from, __u8 len)
{
	__u32 mtu;

	take_addr(&route->dst.addr, rtnl_route_get_dst(from));
	route->dst.addr.family = rtnl_route_get_family(from);
	route->dst.len = len;
	if (!rtnl_route_get_metric(from, RTAX_MTU, &mtu))
		route->set_mtu = mtu;
}

static void take_found(struct doctor_route *route, struct rtnl_route *from)
{
	__u32 mtu;

	route->type = rtnl_route_get_type(from);
	take_gateway(route, from);
	take_addr(&route->src, rtnl_route_get_pref_src(from));
	if (!rtnl_route_get_metric(from, RTAX_MTU, &mtu))
		route->mtu = mtu;
}

/* Take a route of a dump if its prefix is the longest so far. */
static void take_longest(struct lookup *lookup, struct rtnl_route *from, __u8 len)
{
	struct doctor_route *route = lookup->route, found = *route;

	take_entry(&found, from, len);
	if (!addr_covers(&found.dst, lookup->searched) ||
	    (route->dst.addr.family && route->dst.len >= len))
		return;
	*route = found;
	route->type = rtnl_route_get_type(from);
}

static int on_route(struct nl_msg *msg, void *arg)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct lookup *lookup = arg;
	struct rtnl_route *route;
	const struct rtmsg *rtm = nlmsg_data(hdr);
	__u16 encap;

	if (hdr->nlmsg_type != RTM_NEWROUTE || !nlmsg_valid_hdr(hdr, sizeof(*rtm)))
		return NL_OK;
	encap = hide_encaps(hdr);
	if (rtnl_route_parse(hdr, &route))
		return NL_OK;
	if (lookup->searched) {
		take_longest(lookup, route, rtm->rtm_dst_len);
	} else if (lookup->fib) {
		take_entry(lookup->route, route, rtm->rtm_dst_len);
		lookup->route->encap = encap;
	} else {
		take_found(lookup->route, route);
	}
	rtnl_route_put(route);
	return NL_OK;
}

static int on_error(struct sockaddr_nl *from, struct nlmsgerr *e, void *arg)
{
	struct lookup *lookup = arg;

	(void)from;
	if (!lookup->fib && !lookup->searched)
		lookup->route->error = -e->error;
	lookup->done = true;
	return NL_STOP;
}

static int on_end(struct nl_msg *msg, void *arg)
{
	struct lookup *lookup = arg;

	(void)msg;
	lookup->done = true;
	return NL_STOP;
}

/* Send a request for routes, free it, and read the answers. */
static void ask(struct nl_sock *sock, struct nl_msg *msg, struct lookup *lookup)
{
	struct nl_cb *cb = error_check_alloc(nl_cb_alloc(NL_CB_DEFAULT));
	int error;

	nl_cb_set(cb, NL_CB_VALID, NL_CB_CUSTOM, on_route, lookup);
	nl_cb_set(cb, NL_CB_ACK, NL_CB_CUSTOM, on_end, lookup);
	nl_cb_set(cb, NL_CB_FINISH, NL_CB_CUSTOM, on_end, lookup);
	nl_cb_err(cb, NL_CB_CUSTOM, on_error, lookup);
	error = nl_send_auto(sock, msg);
	while (error >= 0 && !lookup->done)
		error = nl_recvmsgs(sock, cb);
	nl_cb_put(cb);
	nlmsg_free(msg);
	if (error < 0 && !lookup->done && !lookup->route->error)
		lookup->route->error = EIO;
}

static struct nl_msg *request(struct rtmsg rtm, int flags)
{
	struct nl_msg *msg = error_check_alloc(nlmsg_alloc_simple(RTM_GETROUTE,
								  NLM_F_REQUEST | flags));

	if (nlmsg_append(msg, &rtm, sizeof(rtm), NLMSG_ALIGNTO))
		error_check_alloc(NULL);
	return msg;
}

static void look_up(struct nl_sock *sock, const struct dsr_addr *addr, int oif, bool fib,
		    struct doctor_route *route)
{
	unsigned int bits = addr_bits(addr->family);
	struct rtmsg rtm = {
		.rtm_family = addr->family,
		.rtm_dst_len = bits,
		.rtm_flags = fib ? RTM_F_FIB_MATCH : 0,
	};
	struct lookup lookup = { .route = route, .fib = fib };
	struct nl_msg *msg = request(rtm, NLM_F_ACK);

	if (nla_put(msg, RTA_DST, bits / 8, addr->bytes) ||
	    (oif && nla_put_u32(msg, RTA_OIF, oif)))
		error_check_alloc(NULL);
	ask(sock, msg, &lookup);
}

/* Return the type of a route for which a lookup fails with this error. */
static __u8 refusing_type(int error)
{
	switch (error) {
	case EINVAL:
		return RTN_BLACKHOLE;
	case EHOSTUNREACH:
		return RTN_UNREACHABLE;
	case EACCES:
		return RTN_PROHIBIT;
	default:
		return RTN_UNSPEC;
	}
}

/* Find the route that refuses packets, among those of its type. */
static void find_refusal(struct nl_sock *sock, const struct dsr_addr *addr,
			 struct doctor_route *route)
{
	struct lookup lookup = { .route = route, .searched = addr };
	struct rtmsg rtm = { .rtm_family = addr->family, .rtm_type = route->type };

	route->dst.addr.family = 0;
	ask(sock, request(rtm, NLM_F_DUMP), &lookup);
}

static bool refuses(const struct doctor_route *route)
{
	return route->type == RTN_BLACKHOLE || route->type == RTN_UNREACHABLE ||
	       route->type == RTN_PROHIBIT;
}

static void get_route(struct nl_sock *sock, const struct dsr_addr *addr, int oif,
		      struct doctor_route *route)
{
	look_up(sock, addr, oif, false, route);
	if (route->error)
		route->type = refusing_type(route->error);
	if (refuses(route)) {
		/* IPv4 reports an error, IPv6 a route. */
		if (!route->error)
			route->error = EHOSTUNREACH;
		find_refusal(sock, addr, route);
	} else if (!route->error) {
		look_up(sock, addr, oif, true, route);
	}
}

/* Return the device of a VRF, 0 without a VRF, or -1 if there is no such device. */
static int vrf_index(const struct doctor_facts *facts, const char *vrf)
{
	const struct doctor_link *link;

	if (!*vrf)
		return 0;
	link = doctor_link_by_name(facts, vrf);
	return link ? link->ifindex : -1;
}

static void get_vrf_route(struct nl_sock *sock, const struct doctor_facts *facts,
			  const char *vrf, const struct dsr_addr *addr,
			  struct doctor_route *route)
{
	int oif = vrf_index(facts, vrf);

	if (oif < 0)
		route->error = ENODEV;
	else
		get_route(sock, addr, oif, route);
}

static void find_next_hop(const struct doctor_facts *facts, struct doctor_target *target)
{
	const struct doctor_route *route = &target->route;
	const struct dsr_addr *hop = route->gateway.family ? &route->gateway : &target->addr;
	const struct doctor_addr *neighbour;
	size_t i;

	for (i = 0; i < facts->neighbours.n; i++) {
		neighbour = list_at(&facts->neighbours, i);
		if (neighbour->ifindex == route->ifindex &&
		    doctor_addr_equal(&neighbour->addr, hop))
			target->state = neighbour->state;
	}
}

static void find_device(const struct doctor_facts *facts, struct doctor_vip *vip)
{
	const struct doctor_addr *addr;
	size_t i;

	for (i = 0; i < facts->addrs.n; i++) {
		addr = list_at(&facts->addrs, i);
		if (doctor_addr_equal(&addr->addr, &vip->key->addr))
			vip->ifindex = addr->ifindex;
	}
}

/* Look up routes. Any address of the Internet stands for the clients. */
static void get_routes(struct nl_sock *sock, struct doctor_facts *facts)
{
	static const struct dsr_addr clients[] = {
		{ AF_INET, { 1, 1, 1, 1 } },
		{ AF_INET6, { 0x26, 0x06, 0x47, 0, 0x47, 0, [14] = 0x11, [15] = 0x11 } },
	};
	struct doctor_target *target;
	struct doctor_vip *vip;
	size_t i;

	for (i = 0; i < 2; i++)
		get_route(sock, &clients[i], 0, &facts->to_clients[i]);
	for (i = 0; i < facts->targets.n; i++) {
		target = (struct doctor_target *)list_at(&facts->targets, i);
		get_vrf_route(sock, facts, target->vrf, &target->addr, &target->route);
		find_next_hop(facts, target);
	}
	for (i = 0; i < facts->vips.n; i++) {
		vip = (struct doctor_vip *)list_at(&facts->vips, i);
		if (vip->key->by_mark)
			continue;
		get_vrf_route(sock, facts, vip->key->vrf, &vip->key->addr, &vip->route);
		find_device(facts, vip);
	}
}

static int get_objects(struct nl_sock *sock, struct doctor_facts *facts, struct dsr_error *err)
{
	struct nl_cache *cache;
	int error;

	error = rtnl_link_alloc_cache(sock, AF_UNSPEC, &cache);
	if (take_all(facts, error, cache, take_link, err))
		return -1;
	error = rtnl_addr_alloc_cache(sock, &cache);
	if (take_all(facts, error, cache, take_address, err))
		return -1;
	error = rtnl_neigh_alloc_cache(sock, &cache);
	return take_all(facts, error, cache, take_neighbour, err);
}

int doctor_get_network(struct doctor_facts *facts, struct dsr_error *err)
{
	struct nl_sock *sock = error_check_alloc(nl_socket_alloc());
	int error = nl_connect(sock, NETLINK_ROUTE), one = 1, ret;

	if (error) {
		nl_socket_free(sock);
		return error_refused(err, "rtnetlink: %s", nl_geterror(error));
	}
	ret = get_objects(sock, facts, err);
	if (!ret) {
		/* The kernel then lists only the routes that are asked for. */
		setsockopt(nl_socket_get_fd(sock), SOL_NETLINK, NETLINK_GET_STRICT_CHK, &one,
			   sizeof(one));
		get_routes(sock, facts);
	}
	nl_socket_free(sock);
	return ret;
}

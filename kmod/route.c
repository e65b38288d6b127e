// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup of the route to a backend, see route.h.
 */
#include <linux/hash.h>
#include <linux/if_arp.h>
#include <net/addrconf.h>
#include <net/arp.h>
#include <net/ip6_route.h>
#include <net/ip_fib.h>
#include <net/lwtunnel.h>
#include <net/ndisc.h>
#include <net/nexthop.h>
#include <net/route.h>

#include "match.h"
#include "net.h"
#include "route.h"

static void dsr_route_add_encap(struct dsr_route *route,
				struct lwtunnel_state *lws)
{
	u8 encap = DSR_ROUTE_PLAIN;

	if (lwtunnel_output_redirect(lws) || lwtunnel_xmit_redirect(lws))
		encap = DSR_ROUTE_LWTUNNEL;
	else if (lws)
		encap = DSR_ROUTE_METADATA;
	route->encap = max(route->encap, encap);
}

static bool dsr_nexthop4_is_gateway(const struct fib_nh_common *nhc,
				    __be32 addr)
{
	/* A gateway of another scope is this machine, and routing ignores it. */
	if (!nhc->nhc_gw_family || nhc->nhc_scope != RT_SCOPE_LINK)
		return false;
	return nhc->nhc_gw_family != AF_INET || nhc->nhc_gw.ipv4 != addr;
}

/* Fill in the parts of @route that come from the routing table. The rtable, which is
 * the route that packets take, does not provide them: exceptions overwrite the
 * gateway of its next hop. If the table changes between the two lookups, the rtable
 * becomes invalid, and the path with it.
 */
static int dsr_route_fib4(struct net *net, int oif, __be32 addr,
			  struct dsr_route *route)
{
	struct flowi4 fl4 = {
		.daddr		= addr,
		.flowi4_oif	= oif,
		.flowi4_iif	= LOOPBACK_IFINDEX,
	};
	const struct fib_nh_common *nhc;
	struct fib_result res;
	int i, err;

	rcu_read_lock();
	err = fib_lookup(net, &fl4, &res, 0);
	if (err)
		goto out;
	route->mtu = res.fi->fib_mtu ?: IP_MAX_MTU;
	route->several = fib_info_num_path(res.fi) > 1;
	for (i = 0; i < fib_info_num_path(res.fi); i++) {
		nhc = fib_info_nhc(res.fi, i);
		if (!nhc)
			continue;
		if (dsr_nexthop4_is_gateway(nhc, addr))
			route->gateway = true;
		dsr_route_add_encap(route, nhc->nhc_lwtstate);
	}
out:
	rcu_read_unlock();
	return err;
}

static int dsr_route_lookup4(struct net *net, int oif, __be32 addr, u8 slot,
			     struct dsr_route *route)
{
	struct flowi4 fl4 = {
		.daddr			= addr,
		.flowi4_oif		= oif,
		.flowi4_multipath_hash	= slot + 1,	/* 0: no hash */
	};
	struct rtable *rt = ip_route_output_key(net, &fl4);
	int err;

	if (IS_ERR(rt))
		return PTR_ERR(rt);
	err = dsr_route_fib4(net, oif, addr, route);
	if (err) {
		ip_rt_put(rt);
		return err;
	}
	route->dst = &rt->dst;
	route->src.ip = fl4.saddr;
	route->unicast = rt->rt_type == RTN_UNICAST;
	route->local = rt->rt_type == RTN_LOCAL;
	return 0;
}

#if IS_ENABLED(CONFIG_IPV6)
/**
 * struct dsr_nexthops6 - argument of dsr_nexthop6_add()
 * @addr: the backend's address
 * @route: the route to fill in
 */
struct dsr_nexthops6 {
	struct in6_addr addr;
	struct dsr_route *route;
};

/* Add an IPv6 next hop to the route. This is a callback of
 * nexthop_for_each_fib6_nh(), which continues while it returns 0.
 */
static int dsr_nexthop6_add(struct fib6_nh *nh, void *arg)
{
	const struct dsr_nexthops6 *to = arg;

	if (nh->fib_nh_gw_family &&
	    !ipv6_addr_equal(&nh->fib_nh_gw6, &to->addr))
		to->route->gateway = true;
	dsr_route_add_encap(to->route, nh->fib_nh_lws);
	return 0;
}

/* Fill in the parts of @route that come from the routing table, as for IPv4. The
 * rt6_info, which is the route that packets take, refers to the table's entry that it
 * was made from. Context: under RCU.
 */
static int dsr_route_fib6(const struct rt6_info *rt,
			  const struct in6_addr *addr,
			  struct dsr_route *route)
{
	struct dsr_nexthops6 to = { .addr = *addr, .route = route };
	struct fib6_info *from, *sibling;

	from = rcu_dereference(rt->from);
	if (!from)
		return -ENETUNREACH;	/* the route has been removed */
	route->mtu = from->fib6_pmtu ?: IP6_MAX_MTU;
	if (from->fib6_prefsrc.plen)
		route->src.in6 = from->fib6_prefsrc.addr;
	route->several = from->nh ? nexthop_is_multipath(from->nh) :
				    READ_ONCE(from->fib6_nsiblings);
	if (from->nh)
		return nexthop_for_each_fib6_nh(from->nh, dsr_nexthop6_add,
						&to);
	dsr_nexthop6_add(from->fib6_nh, &to);
	list_for_each_entry_rcu(sibling, &from->fib6_siblings, fib6_siblings) {
		/* The walk would not end if @from has just left the list. */
		if (!READ_ONCE(from->fib6_nsiblings))
			break;
		dsr_nexthop6_add(sibling->fib6_nh, &to);
	}
	return 0;
}

/* Return the hash of a slot for IPv6. Unlike IPv4, IPv6 uses the hash as it is: it
 * compares the 31 bits with the shares of the next hops, or divides them by the
 * number of a resilient group's buckets. So the high bits distribute the slots evenly
 * over all values, and the low bits distribute them over the buckets.
 */
static u32 dsr_route_hash6(u8 slot)
{
	return slot << 23 | hash_32(slot + 1, 23);	/* never 0 */
}

static int dsr_route_lookup6(struct net *net, int oif,
			     const struct in6_addr *addr, u8 slot,
			     struct dsr_route *route)
{
	struct flowi6 fl6 = {
		.daddr		= *addr,
		.flowi6_oif	= oif,
		.mp_hash	= dsr_route_hash6(slot),
	};
	struct dst_entry *dst = ip6_route_output(net, NULL, &fl6);
	struct rt6_info *rt = (struct rt6_info *)dst;
	int err = dst->error;

	rcu_read_lock();
	if (!err)
		err = dsr_route_fib6(rt, addr, route);
	rcu_read_unlock();
	if (!err && ipv6_addr_any(&route->src.in6))
		err = ipv6_dev_get_saddr(net, ip6_dst_idev(dst)->dev, addr, 0,
					 &route->src.in6);
	if (err) {
		dst_release(dst);
		return err;
	}
	route->dst = dst;
	route->unicast = !(rt->rt6i_flags & (RTF_LOCAL | RTF_ANYCAST)) &&
			 !ipv6_addr_is_multicast(addr);
	route->local = rt->rt6i_flags & RTF_LOCAL;
	route->cookie = rt6_get_cookie(rt);
	return 0;
}
#else
static int dsr_route_lookup6(struct net *net, int oif,
			     const struct in6_addr *addr, u8 slot,
			     struct dsr_route *route)
{
	return -EAFNOSUPPORT;
}
#endif

int dsr_route_lookup(const struct dsr_service *svc,
		     const struct dsr_backend_key *key, u8 slot,
		     struct dsr_route *route)
{
	int oif = READ_ONCE(svc->vrf_ifindex);
	struct net *net = svc->dn->net;

	memset(route, 0, sizeof(*route));
	if (oif == DSR_NO_DEVICE)
		return -ENODEV;
	if (key->family == AF_INET)
		return dsr_route_lookup4(net, oif, key->addr.ip, slot, route);
	return dsr_route_lookup6(net, oif, &key->addr.in6, slot, route);
}

bool dsr_route_on_link(const struct dsr_route *route)
{
	const struct net_device *dev = route->dst->dev;

	return !route->gateway && dev->type == ARPHRD_ETHER &&
	       !(dev->flags & IFF_LOOPBACK);
}

static struct neigh_table *dsr_route_neighbours(u8 family)
{
#if IS_ENABLED(CONFIG_IPV6)
	if (family == AF_INET6)
		return &nd_tbl;
#endif
	return &arp_tbl;
}

struct neighbour *dsr_route_neigh(const struct dsr_route *route,
				  const struct dsr_backend_key *key,
				  bool on_link)
{
	if (!on_link)
		return dst_neigh_lookup(route->dst, &key->addr);
	return __neigh_lookup(dsr_route_neighbours(key->family), &key->addr,
			      route->dst->dev, true);
}

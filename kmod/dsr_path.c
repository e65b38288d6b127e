// SPDX-License-Identifier: GPL-2.0
/*
 * Looking up the way to a backend, see dsr_path.h.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "dsr_match.h"
#include "dsr_net.h"
#include "dsr_path.h"
#include "dsr_route.h"

static const struct dsr_method *const dsr_methods[] = {
	[NF_DSR_METHOD_L2]	= &dsr_method_l2,
	[NF_DSR_METHOD_IPIP]	= &dsr_method_ipip,
	[NF_DSR_METHOD_GRE]	= &dsr_method_gre,
	[NF_DSR_METHOD_GUE]	= &dsr_method_gue,
	[NF_DSR_METHOD_DSCP]	= &dsr_method_dscp,
	[NF_DSR_METHOD_LOCAL]	= &dsr_method_local,
};

/* The module goes; no more paths. */
static bool dsr_path_closed;

/* Would packets get the encapsulation that the route asks for? None would that the
 * stack pushes. A device takes what it shall push from the dst of a packet, and
 * those of an on-link method have none.
 */
static bool dsr_route_encap_suits(const struct dsr_route *route,
				  const struct dsr_method *method)
{
	return route->encap == DSR_ROUTE_PLAIN ||
	       (route->encap == DSR_ROUTE_METADATA && !method->on_link);
}

/* Does the route lead to where the method sends? */
static bool dsr_route_suits(const struct dsr_route *route,
			    const struct dsr_method *method)
{
	if (method->local)
		return route->local;
	return route->unicast && dsr_route_encap_suits(route, method) &&
	       (!method->on_link || dsr_route_on_link(route));
}

u8 dsr_path_method(const struct dsr_path *path)
{
	u8 method = 0;

	while (dsr_methods[method] != path->method)
		method++;
	return method;
}

bool dsr_path_same_family(u8 method)
{
	return dsr_methods[method]->same_family;
}

/* What is missing for the time being; @route is NULL if there is none. */
static const char *dsr_path_lacks(const struct dsr_service *svc,
				  const struct dsr_route *route,
				  const struct dsr_method *method)
{
	if (READ_ONCE(svc->vrf_ifindex) == DSR_NO_DEVICE)
		return "the service's VRF does not exist: packets are dropped until it does";
	if (method->local)
		return "backend is no address of this machine: method local needs one";
	if (!route)
		return "no route to the backend: packets are dropped until there is one";
	if (!dsr_route_encap_suits(route, method))
		return "the route to the backend has an encapsulation (encap): packets are dropped until it has none";
	return "backend is not on-link: method l2 needs a connected Ethernet";
}

int dsr_path_check(const struct dsr_service *svc,
		   const struct dsr_backend_key *key,
		   const struct dsr_fwd *fwd, const char **warning,
		   struct netlink_ext_ack *extack)
{
	const struct dsr_method *method = dsr_methods[fwd->method];
	struct dsr_route route;
	int err = 0;

	if (dsr_route_lookup(svc, key, &route)) {
		*warning = dsr_path_lacks(svc, NULL, method);
		return 0;
	}
	if (!method->local && !route.unicast) {
		NL_SET_ERR_MSG(extack,
			       "backend is an address of this machine, or not unicast");
		err = -EINVAL;
	} else if (!dsr_route_suits(&route, method)) {
		*warning = dsr_path_lacks(svc, &route, method);
	}
	dst_release(route.dst);
	return err;
}

static void dsr_path_free(struct rcu_head *rcu)
{
	struct dsr_path *path = container_of(rcu, struct dsr_path, rcu);

	neigh_release(path->neigh);
	dst_release(path->dst);
	kfree(path);
}

/* What is the same for all packets on this path. */
static void dsr_path_set_outer(struct dsr_path *path, const struct dsr_fwd *fwd)
{
	bool has_checksum = fwd->outer_checksum == NF_DSR_OUTER_CHECKSUM_ON ||
			    (fwd->outer_checksum == NF_DSR_OUTER_CHECKSUM_AUTO &&
			     path->method->encap == DSR_ENCAP_UDP);

	path->form = (struct dsr_encap_form) {
		.family		= path->family,
		.kind		= path->method->encap,
		.checksum	= has_checksum,
		.keyed		= fwd->gre_key != NF_DSR_GRE_KEY_NONE,
		.gue_header	= !fwd->gue_variant,
		.port		= fwd->outer_port,
		.key		= htonl(fwd->gre_key),
	};
	path->overhead = dsr_encap_len(&path->form);
	path->outer_source = fwd->outer_source;
	path->outer_ttl = fwd->outer_ttl;
	path->dscp = fwd->dscp;
	if (fwd->outer_source != NF_DSR_OUTER_SOURCE_ADDRESS &&
	    fwd->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return;
	if (path->family == AF_INET) {
		path->src.ip = fwd->outer_addr4;
		path->outer_prefix = fwd->outer_prefix4;
	} else {
		path->src.in6 = fwd->outer_addr6;
		path->outer_prefix = fwd->outer_prefix6;
	}
}

/* Under the backend's lock; NULL, and backend->no_path says why. */
static struct dsr_path *dsr_path_new(struct dsr_backend *backend)
{
	const struct dsr_fwd *fwd = &backend->fwd;
	struct dsr_route route;
	struct dsr_path *path;

	WRITE_ONCE(backend->no_path, DSR_DROP_NO_ROUTE);
	if (dsr_route_lookup(backend->svc, &backend->key, &route))
		return NULL;
	/* Not on every packet: only when the last path has gone stale. */
	path = kzalloc(sizeof(*path), GFP_ATOMIC);
	if (!path)
		goto err_route;
	path->method = dsr_methods[fwd->method];
	if (!dsr_route_suits(&route, path->method)) {
		if (!dsr_route_encap_suits(&route, path->method))
			WRITE_ONCE(backend->no_path, DSR_DROP_ENCAP_ROUTE);
		goto err_path;
	}
	path->neigh = dsr_route_neigh(&route, &backend->key,
				      path->method->on_link);
	if (!path->neigh)
		goto err_path;
	path->dev = path->neigh->dev;
	path->dst = route.dst;
	path->cookie = route.cookie;
	path->mtu = route.mtu;
	path->family = backend->key.family;
	path->via_other = path->neigh->tbl->family != path->family;
	path->addr = backend->key.addr;
	path->src = route.src;
	path->born = jiffies;
	dsr_path_set_outer(path, fwd);
	return path;

err_path:
	kfree(path);
err_route:
	dst_release(route.dst);
	return NULL;
}

/* A next hop that has no valid MAC address, as it does not answer, is one that routing
 * may avoid: with fib_multipath_use_neigh, among nexthop objects, among IPv6 routers. So
 * the path is looked up anew, but once a second at most: where there is no other next
 * hop, as for an on-link backend that is down, each lookup finds the same one.
 */
static bool dsr_path_doubtful(const struct dsr_path *path)
{
	return unlikely(!(READ_ONCE(path->neigh->nud_state) & NUD_VALID)) &&
	       time_after(jiffies, path->born + HZ);
}

/* Changed routes fail the dst's own check; neighbours die with their device, its
 * address or by the operator's hand. The state of a neighbour stands beside @dead.
 */
static bool dsr_path_fresh(const struct dsr_path *path)
{
	struct dst_entry *dst = path->dst;

	return !READ_ONCE(path->neigh->dead) && !dsr_path_doubtful(path) &&
	       dst_check(dst, path->cookie) == dst;
}

/* Under the backend's lock. */
static void dsr_path_swap(struct dsr_backend *backend, struct dsr_path *path)
{
	struct dsr_path *old;

	old = rcu_replace_pointer(backend->path, path,
				  lockdep_is_held(&backend->lock));
	if (old)
		call_rcu(&old->rcu, dsr_path_free);
}

/* Out of the way of packets whose path is fresh. */
static noinline const struct dsr_path *dsr_path_renew(struct dsr_backend *backend)
{
	struct dsr_path *path;

	spin_lock_bh(&backend->lock);
	path = rcu_dereference_protected(backend->path,
					 lockdep_is_held(&backend->lock));
	if (!path || !dsr_path_fresh(path)) {
		/* For a dead one no device would ask for it back. */
		path = dsr_backend_usable(backend) &&
		       !READ_ONCE(dsr_path_closed) ? dsr_path_new(backend) :
						     NULL;
		dsr_path_swap(backend, path);
	}
	spin_unlock_bh(&backend->lock);
	return path;
}

const struct dsr_path *dsr_path_get(struct dsr_backend *backend)
{
	const struct dsr_path *path = rcu_dereference(backend->path);

	if (likely(path && dsr_path_fresh(path)))
		return path;
	return dsr_path_renew(backend);
}

enum dsr_verdict dsr_path_missing(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->no_path) ?: DSR_DROP_NO_ROUTE;
}

static bool dsr_path_pushes(const struct dsr_path *path, u8 proto, __be16 port)
{
	switch (path->form.kind) {
	case DSR_ENCAP_IP:
		return proto == IPPROTO_IPIP || proto == IPPROTO_IPV6;
	case DSR_ENCAP_GRE:
		return proto == IPPROTO_GRE;
	case DSR_ENCAP_UDP:
		return proto == IPPROTO_UDP && port == path->form.port;
	default:
		return false;
	}
}

static bool dsr_path_is_source(const struct dsr_path *path,
			       const union nf_inet_addr *src)
{
	union nf_inet_addr prefix;

	if (path->outer_source == NF_DSR_OUTER_SOURCE_CLIENT)
		return false;
	if (path->outer_source != NF_DSR_OUTER_SOURCE_PREFIX)
		return dsr_addr_eq(&path->src, src);
	dsr_addr_mask(&prefix, path->family, src, path->outer_prefix);
	return dsr_addr_eq(&path->src, &prefix);
}

bool dsr_path_sends(const struct dsr_backend *backend,
		    const union nf_inet_addr *src, u8 proto, __be16 port)
{
	const struct dsr_path *path = rcu_dereference(backend->path);

	return dsr_backend_usable(backend) && path &&
	       dsr_path_pushes(path, proto, port) &&
	       dsr_path_is_source(path, src);
}

/* The stack takes the route to be told from a header. It is given one that leads
 * to the very route that the path was looked up by, which the quoted one need not.
 */
void dsr_path_learn_mtu(const struct dsr_backend *backend, u32 mtu)
{
	const struct dsr_backend_key *key = &backend->key;
	int oif = max(READ_ONCE(backend->svc->vrf_ifindex), 0);
	struct net *net = backend->svc->dn->net;
	struct sk_buff *skb;

	skb = alloc_skb(sizeof(struct ipv6hdr), GFP_ATOMIC);
	if (!skb)
		return;
	if (key->family == AF_INET) {
		struct iphdr *iph = skb_put_zero(skb, sizeof(*iph));

		iph->daddr = key->addr.ip;
		ipv4_update_pmtu(skb, net, mtu, oif, 0);
	} else if (IS_ENABLED(CONFIG_IPV6)) {
		struct ipv6hdr *ip6h = skb_put_zero(skb, sizeof(*ip6h));

		ip6h->daddr = key->addr.in6;
		ip6_update_pmtu(skb, net, htonl(mtu), oif, 0,
				INVALID_UID);
	}
	kfree_skb(skb);
}

void dsr_path_drop(struct dsr_backend *backend)
{
	spin_lock_bh(&backend->lock);
	dsr_path_swap(backend, NULL);
	spin_unlock_bh(&backend->lock);
}

void dsr_path_close(void)
{
	WRITE_ONCE(dsr_path_closed, true);
	synchronize_rcu();
}

void dsr_path_drop_dev(struct dsr_net *dn, const struct net_device *dev)
{
	struct dsr_backend *backend;
	const struct dsr_path *path;

	mutex_lock(&dn->all_lock);
	list_for_each_entry(backend, &dn->all, all) {
		rcu_read_lock();
		path = rcu_dereference(backend->path);
		if (path && path->dev == dev)
			dsr_path_drop(backend);
		rcu_read_unlock();
		cond_resched();
	}
	mutex_unlock(&dn->all_lock);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Lookup of the way to a backend, see path.h. In the order of this file: the check of
 * a backend's configuration, the lookup and its use by packets, the reachability of a
 * backend, its path MTU, the removal of paths, the table of next hops, and the lookup
 * of backends by address.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/ip6_route.h>
#include <net/route.h>

#include "match.h"
#include "net.h"
#include "path.h"
#include "route.h"

/* The module is being unloaded, and no path may be created. */
static bool dsr_path_closed;

/* Return true if packets would get the encapsulation that the route requests. Packets
 * do not get an encapsulation that the stack pushes. A device reads the encapsulation
 * that it has to push from the packet's dst, which packets of an on-link method do
 * not have.
 */
static bool dsr_route_encap_suits(const struct dsr_route *route,
				  const struct dsr_method *method)
{
	return route->encap == DSR_ROUTE_PLAIN ||
	       (route->encap == DSR_ROUTE_METADATA && !method->on_link);
}

/* Return true if the route leads to where the method sends. */
static bool dsr_route_suits(const struct dsr_route *route,
			    const struct dsr_method *method)
{
	if (method->local)
		return route->local;
	return route->unicast && dsr_route_encap_suits(route, method) &&
	       (!method->on_link || dsr_route_on_link(route));
}

/* Return a warning text about what the path lacks at present. @route is NULL if the
 * lookup found no route.
 */
static const char *dsr_path_lacks(const struct dsr_service *svc,
				  const struct dsr_route *route,
				  const struct dsr_method *method)
{
	if (READ_ONCE(svc->vrf_ifindex) == DSR_NO_DEVICE)
		return "the service's VRF does not exist: packets are dropped until it does";
	if (method->local)
		return "backend is not an address of this machine: method local needs one";
	if (!route)
		return "no route to the backend: packets are dropped until there is one";
	if (!dsr_route_encap_suits(route, method))
		return "the route has an encapsulation (encap): packets are dropped while it does";
	return "backend is not on-link: method l2 needs a directly connected Ethernet";
}

int dsr_path_check(const struct dsr_service *svc,
		   const struct dsr_backend_key *key,
		   const struct dsr_fwd *fwd, const char **warning,
		   struct netlink_ext_ack *extack)
{
	const struct dsr_method *method = dsr_method_lookup(fwd->method);
	struct dsr_route route;
	int err = 0;

	if (dsr_route_lookup(svc, key, 0, &route)) {
		*warning = dsr_path_lacks(svc, NULL, method);
		return 0;
	}
	if (!method->local && !route.unicast) {
		NL_SET_ERR_MSG(extack,
			       "backend must be a unicast address of another machine");
		err = -EINVAL;
	} else if (!dsr_route_suits(&route, method)) {
		*warning = dsr_path_lacks(svc, &route, method);
	}
	dst_release(route.dst);
	return err;
}

/* Return path number @i to a backend: the path itself, or, if its route has several
 * next hops, the path by one of them. Iterate from 0 on until NULL. Context: under
 * RCU or the backend's lock.
 */
static struct dsr_path *dsr_path_hop(struct dsr_path *path, unsigned int i)
{
	if (path->hops)
		return dsr_hops_at(path->hops, i);
	return i ? NULL : path;
}

static void dsr_path_put(struct dsr_path *path)
{
	neigh_release(path->neigh);
	dst_release(path->dst);
	kfree(path);
}

/* Free a path, and all paths in the table that it owns. This is an RCU callback. */
static void dsr_path_free(struct rcu_head *rcu)
{
	struct dsr_path *path = container_of(rcu, struct dsr_path, rcu);
	struct dsr_hops *hops = path->hops;
	struct dsr_path *hop;
	unsigned int i;

	for (i = 1; (hop = dsr_path_hop(path, i)); i++)
		dsr_path_put(hop);
	dsr_path_put(path);
	kfree(hops);
}

/* Set the parts of the outer header that are the same for all packets on this path. */
static void dsr_path_set_outer(struct dsr_path *path, const struct dsr_fwd *fwd)
{
	path->form = (struct dsr_encap_form) { .family = path->family };
	if (path->method->form)
		path->method->form(fwd, &path->form);
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

/* Record with the backend's address which headers its packets get. A backend that is
 * being unlinked has no such record any more.
 */
static void dsr_path_record_encap(const struct dsr_backend *backend,
				  enum dsr_encap_kind kind)
{
	struct dsr_backend_addr *addr = READ_ONCE(backend->addr);

	if (addr && !test_bit(kind, &addr->encaps))
		set_bit(kind, &addr->encaps);
}

/* Look up a path: the first one of a backend (@first), or one by a further next hop.
 * If there is no memory for the table of next hops, all flows take one next hop.
 * Context: softirq, under the backend's lock. Return: the path, or NULL with the
 * reason in backend->no_path.
 */
static struct dsr_path *dsr_path_new(struct dsr_backend *backend, u8 slot,
				     bool first)
{
	const struct dsr_fwd *fwd = &backend->fwd;
	struct dsr_route route;
	struct dsr_path *path;

	WRITE_ONCE(backend->no_path, DSR_DROP_NO_ROUTE);
	if (dsr_route_lookup(backend->svc, &backend->key, slot, &route))
		return NULL;
	/* This does not happen for each packet, only if the last path has become
	 * stale.
	 */
	path = kzalloc(sizeof(*path), GFP_ATOMIC);
	if (!path)
		goto err_route;
	path->method = dsr_method_lookup(fwd->method);
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
	path->svc = backend->svc->id;
	path->family = backend->key.family;
	path->via_other = path->neigh->tbl->family != path->family;
	path->addr = backend->key.addr;
	path->src = route.src;
	path->born = jiffies;
	dsr_path_set_outer(path, fwd);
	dsr_path_record_encap(backend, path->form.kind);
	if (first && route.several && !path->method->on_link &&
	    !path->method->local)
		path->hops = dsr_hops_new(path, slot);
	return path;

err_path:
	kfree(path);
err_route:
	dst_release(route.dst);
	return NULL;
}

/* Return true if the path's next hop has no valid MAC address, so that routing may
 * avoid it: with fib_multipath_use_neigh, among nexthop objects, and among IPv6
 * routers. While the kernel solicits the next hop, the path is looked up anew once a
 * second: if there is no other next hop, as for an on-link backend that is down, each
 * lookup finds the same one. If the next hop has failed, the path is looked up before
 * a packet is sent to it, because the packet would have it solicited again, and IPv6
 * does not avoid a router meanwhile. If there is no other next hop, the packet is sent
 * there, so this lookup is needed only once for each failure.
 */
static bool dsr_path_doubtful(const struct dsr_path *path)
{
	u8 state = READ_ONCE(path->neigh->nud_state);

	return unlikely(!(state & NUD_VALID)) &&
	       (state & NUD_FAILED || time_after(jiffies, path->born + HZ));
}

/* Return true if the route and the neighbour of the path are still valid. dst_check()
 * fails after a change of routes. A neighbour is dead once its device or the device's
 * address has gone, or once the operator has deleted it. @dead is next to the state
 * of the neighbour, which dsr_path_doubtful() reads.
 */
static bool dsr_path_holds(const struct dsr_path *path)
{
	struct dst_entry *dst = path->dst;

	return !READ_ONCE(path->neigh->dead) &&
	       dst_check(dst, path->cookie) == dst;
}

static bool dsr_path_fresh(const struct dsr_path *path)
{
	return !dsr_path_doubtful(path) && dsr_path_holds(path);
}

/* Replace the path of a backend, and free the old one after a grace period. @path is
 * NULL to drop it. Context: under the backend's lock.
 */
static void dsr_path_swap(struct dsr_backend *backend, struct dsr_path *path)
{
	struct dsr_path *old;

	old = rcu_replace_pointer(backend->path, path,
				  lockdep_is_held(&backend->lock));
	if (old)
		call_rcu(&old->rcu, dsr_path_free);
}

/* Return the path of a flow: the only one, or the one by the flow's next hop, which
 * is NULL if it is not looked up yet.
 */
static struct dsr_path *dsr_path_of(struct dsr_path *path, u32 hash)
{
	return unlikely(path->hops) ? dsr_hops_lookup(path->hops, hash) : path;
}

/* Add the path by a next hop that no packet has taken yet. Context: under the
 * backend's lock. Return: the path, or NULL if all paths have to be looked up anew.
 */
static struct dsr_path *dsr_path_extend(struct dsr_backend *backend,
					struct dsr_path *path, u8 slot)
{
	struct dsr_path *found, *hop;

	if (!path->hops || dsr_hops_expired(path->hops) ||
	    !dsr_path_fresh(path))
		return NULL;
	hop = dsr_path_new(backend, slot, false);
	if (!hop)
		return NULL;
	found = dsr_hops_add(path->hops, slot, hop);
	if (found != hop)
		dsr_path_put(hop);
	return found;
}

/* Look up the path of a flow whose path is missing or no longer fresh. This is out of
 * line for the benefit of all other packets. If one of several paths is not fresh,
 * all of them are looked up anew, each when a packet needs it.
 */
static noinline const struct dsr_path *dsr_path_renew(struct dsr_backend *backend,
						      u32 hash)
{
	struct dsr_path *path, *hop;
	bool may;

	spin_lock_bh(&backend->lock);
	path = rcu_dereference_protected(backend->path,
					 lockdep_is_held(&backend->lock));
	hop = path ? dsr_path_of(path, hash) : NULL;
	if (hop && dsr_path_fresh(hop))
		goto out;
	/* A deleted backend must not get a path, because dsr_path_drop_dev() may not find
	 * the backend any more and would not release the device. One that is down has a
	 * path for checks.
	 */
	may = dsr_backend_exists(backend) && !READ_ONCE(dsr_path_closed);
	hop = may && path && !hop ?
	      dsr_path_extend(backend, path, dsr_hops_slot(hash)) : NULL;
	if (hop)
		goto out;
	if (may)
		hop = dsr_path_new(backend, dsr_hops_slot(hash), true);
	dsr_path_swap(backend, hop);
out:
	spin_unlock_bh(&backend->lock);
	return hop;
}

const struct dsr_path *dsr_path_get(struct dsr_backend *backend, u32 hash)
{
	struct dsr_path *path = rcu_dereference(backend->path);

	if (likely(path))
		path = dsr_path_of(path, hash);
	if (likely(path && dsr_path_fresh(path)))
		return path;
	return dsr_path_renew(backend, hash);
}

enum dsr_verdict dsr_path_missing(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->no_path) ?: DSR_DROP_NO_ROUTE;
}

/* Return, as enum dsr_reach, whether a neighbour answers. After a failure the kernel
 * solicits the neighbour again, and until that fails as well its state is
 * NUD_INCOMPLETE; the result stays as @before meanwhile.
 */
static u8 dsr_path_reach_neigh(const struct neighbour *neigh, u8 before)
{
	u8 state = READ_ONCE(neigh->nud_state);

	if (state & NUD_FAILED)
		return DSR_REACH_NO_NEIGHBOUR;
	return state & NUD_INCOMPLETE && before == DSR_REACH_NO_NEIGHBOUR ?
	       DSR_REACH_NO_NEIGHBOUR : DSR_REACH_YES;
}

/* That a route has changed does not have a neighbour answer. One that is another, or that
 * nobody has asked for, is taken for one that will.
 */
static u8 dsr_path_reach_next_hop(const struct dsr_backend *backend,
				  const struct dsr_route *route)
{
	const struct dsr_method *method = dsr_method_lookup(backend->fwd.method);
	struct neighbour *neigh;
	u8 reach;

	if (!dsr_route_suits(route, method))
		return DSR_REACH_NO_ROUTE;
	if (backend->reach != DSR_REACH_NO_NEIGHBOUR)
		return DSR_REACH_YES;
	neigh = dsr_route_neigh(route, &backend->key, method->on_link);
	if (!neigh)
		return DSR_REACH_YES;
	reach = dsr_path_reach_neigh(neigh, backend->reach);
	neigh_release(neigh);
	return reach;
}

static u8 dsr_path_reach_route(const struct dsr_backend *backend)
{
	struct dsr_route route;
	u8 reach;

	if (dsr_route_lookup(backend->svc, &backend->key, 0, &route))
		return DSR_REACH_NO_ROUTE;
	reach = dsr_path_reach_next_hop(backend, &route);
	dst_release(route.dst);
	return reach;
}

u8 dsr_path_reach(const struct dsr_backend *backend)
{
	const struct dsr_path *path;
	u8 reach;

	rcu_read_lock();
	path = rcu_dereference(backend->path);
	/* A doubtful path counts as well, because the state of its neighbour gives
	 * the reason.
	 */
	if (path && dsr_path_holds(path))
		reach = dsr_path_reach_neigh(path->neigh, backend->reach);
	else
		reach = dsr_path_reach_route(backend);
	rcu_read_unlock();
	return reach;
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

bool dsr_path_owns_outer(const struct dsr_backend *backend,
			 const union nf_inet_addr *src,
			 const struct dsr_encap_read *read)
{
	struct dsr_path *hop, *path = rcu_dereference(backend->path);
	unsigned int i;

	if (!dsr_backend_exists(backend) || !path ||
	    !dsr_encap_fits(&path->form, read))
		return false;
	for (i = 0; (hop = dsr_path_hop(path, i)); i++)
		if (dsr_path_is_source(hop, src))
			return true;
	return false;
}

/* Set the path MTU for the other next hops. An update of IPv4 covers all next hops of
 * a route, an update of IPv6 only the one that its lookup selects.
 */
static void dsr_path_update_hops(const struct dsr_backend *backend,
				 struct sk_buff *skb, u32 mtu)
{
	struct dsr_path *hop, *path = rcu_dereference(backend->path);
	unsigned int i;

	if (!path || !path->hops)
		return;
	skb_reset_network_header(skb);
	for (i = 0; (hop = dsr_path_hop(path, i)); i++)
		hop->dst->ops->update_pmtu(hop->dst, NULL, skb, mtu, false);
}

/* The stack finds the route to update by the addresses in an IP header. The header
 * built here leads to the route that the path was looked up by; the quoted header
 * need not.
 */
void dsr_path_update_pmtu(const struct dsr_backend *backend, u32 mtu)
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
		dsr_path_update_hops(backend, skb, mtu);
	}
	kfree_skb(skb);
}

void dsr_path_drop(struct dsr_backend *backend)
{
	spin_lock_bh(&backend->lock);
	dsr_path_swap(backend, NULL);
	spin_unlock_bh(&backend->lock);
}

bool dsr_path_is_closed(void)
{
	return READ_ONCE(dsr_path_closed);
}

void dsr_path_close(void)
{
	WRITE_ONCE(dsr_path_closed, true);
	synchronize_rcu();
}

static bool dsr_path_uses(struct dsr_path *path, const struct net_device *dev)
{
	const struct dsr_path *hop;
	unsigned int i;

	for (i = 0; (hop = dsr_path_hop(path, i)); i++)
		if (hop->dev == dev)
			return true;
	return false;
}

/* Drop the path of a backend if it uses the device. The backend's lock keeps a next
 * hop from being added after the check.
 */
static void dsr_path_drop_if_uses(struct dsr_backend *backend,
				  const struct net_device *dev)
{
	struct dsr_path *path;

	spin_lock_bh(&backend->lock);
	path = rcu_dereference_protected(backend->path,
					 lockdep_is_held(&backend->lock));
	if (path && dsr_path_uses(path, dev))
		dsr_path_swap(backend, NULL);
	spin_unlock_bh(&backend->lock);
}

void dsr_path_drop_dev(struct dsr_net *dn, const struct net_device *dev)
{
	struct dsr_backend *backend;

	mutex_lock(&dn->all_lock);
	list_for_each_entry(backend, &dn->all, all) {
		dsr_path_drop_if_uses(backend, dev);
		cond_resched();
	}
	mutex_unlock(&dn->all_lock);
}

/* Return true if packets leave in the same way by both paths. Routing keeps one dst
 * for each CPU, but one neighbour for each next hop of a device. The source address
 * is that of the device or of the next hop.
 */
static bool dsr_hops_equal(const struct dsr_path *a, const struct dsr_path *b)
{
	return a->neigh == b->neigh && dsr_addr_eq(&a->src, &b->src);
}

struct dsr_hops *dsr_hops_new(struct dsr_path *path, u8 slot)
{
	struct dsr_hops *hops = kzalloc(sizeof(*hops), GFP_ATOMIC);

	if (!hops)
		return NULL;
	hops->until = jiffies + DSR_HOPS_LIFE;
	hops->nr = 1;
	hops->paths[0] = path;
	hops->slots[slot] = 1;
	return hops;
}

/* Return the index of the path to use for the slot; hops->nr if @path is to be added. */
static u8 dsr_hops_index(const struct dsr_hops *hops, u8 slot,
			 const struct dsr_path *path)
{
	u8 i;

	for (i = 0; i < hops->nr; i++)
		if (dsr_hops_equal(hops->paths[i], path))
			return i;
	return hops->nr < DSR_HOPS_MAX ? hops->nr : slot % DSR_HOPS_MAX;
}

struct dsr_path *dsr_hops_add(struct dsr_hops *hops, u8 slot,
			      struct dsr_path *path)
{
	u8 i = dsr_hops_index(hops, slot, path);

	if (i == hops->nr) {
		hops->paths[i] = path;
		/* Pairs with dsr_hops_at(). */
		smp_store_release(&hops->nr, i + 1);
	}
	/* Pairs with the address dependency of dsr_hops_lookup(): a reader of the slot
	 * finds the path that it refers to.
	 */
	smp_store_release(&hops->slots[slot], i + 1);
	return hops->paths[i];
}

const struct rhashtable_params dsr_backend_addr_params = {
	.key_len	= offsetofend(struct dsr_backend_key, family),
	.key_offset	= offsetof(struct dsr_backend_addr, key),
	.head_offset	= offsetof(struct dsr_backend_addr, node),
	.automatic_shrinking = true,
};

const struct dsr_backend_addr *dsr_backend_lookup_addr(struct dsr_net *dn,
						       const struct dsr_backend_key *key)
{
	return rhashtable_lookup(&dn->backends, key, dsr_backend_addr_params);
}

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: the cached way to a backend. A path is looked up once and used until its
 * configuration, a route, a neighbour or a device changes.
 *
 * A path is immutable, with one exception: the table of a path whose route has
 * several next hops gains paths as packets need them (struct dsr_hops). Packets use a
 * path under RCU and take no reference. A path holds its route and its neighbour. It
 * releases them one grace period after another path has replaced it or its device has
 * gone down.
 *
 * Read this file first, then path.c for the lookup and route.h for the kernel's
 * routing.
 */
#ifndef _DSR_PATH_H
#define _DSR_PATH_H

#include <linux/ipv6.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>
#include <linux/types.h>
#include <net/addrconf.h>
#include <net/dst.h>
#include <net/neighbour.h>

#include "backend.h"
#include "drop.h"
#include "lib/encap.h"

struct dsr_hops;
struct dsr_net;
struct dsr_path;

/**
 * struct dsr_method - how packets reach a backend: all that the module knows of a method,
 *	see method.c
 * @on_link: the backend must be a neighbour with a MAC address
 * @same_family: the backend must have the address family of the service
 * @local: the backend is this machine, and no packet is sent
 * @by_code: the backend tells VIPs apart by the codes of their services
 * @id: its value in netlink
 * @rewrite: modify a packet before it may be split or fragmented; its header of
 *	protocol @proto is at offset @l4_off. NULL if the packet stays as it is.
 *	Context: softirq, under RCU. Return: 0, or a negative errno with the packet
 *	unchanged.
 * @push: push the headers of @form; NULL if there are none. The headroom exists and
 *	the header is writable. Context: softirq, under RCU. Return: 0, or a
 *	negative errno with the packet unchanged.
 * @form: set the kind of the headers that @push pushes, and the members that follow
 *	from the method's options; all others are 0. NULL if there are no headers.
 * @check: check what the method needs of the options and of the service @key; with the
 *	@family of a backend also what it needs for such a backend, with 0 for the service
 *	itself. NULL if it needs nothing. Context: process. Return: 0, or -EINVAL with an
 *	extack message.
 */
struct dsr_method {
	bool on_link;
	bool same_family;
	bool local;
	bool by_code;
	u8 id;
	int (*rewrite)(struct sk_buff *skb, u8 proto, u16 l4_off,
		       const struct dsr_path *path);
	int (*push)(struct sk_buff *skb, const struct dsr_path *path, u32 hash);
	void (*form)(const struct dsr_fwd *fwd, struct dsr_encap_form *form);
	int (*check)(const struct dsr_service_key *key, u8 family,
		     const struct dsr_fwd *fwd, struct netlink_ext_ack *extack);
};

/* Return the method, or NULL if @method is unknown or not set. Netlink's policy refuses
 * unknown methods.
 */
const struct dsr_method *dsr_method_lookup(enum nf_dsr_method method);

/* Return the method of a backend with the settings @fwd, whose service has @defaults. */
static inline const struct dsr_method *
dsr_fwd_method(const struct dsr_fwd *fwd, const struct dsr_fwd *defaults)
{
	return dsr_method_lookup(fwd->set & DSR_FWD_METHOD ? fwd->method :
							     defaults->method);
}

/* Check whether a service, or a backend of an address family, may have the method of
 * @fwd, whose options are complete. Context: process. Return: 0, or -EINVAL with an extack
 * message.
 */
int dsr_method_check_service(const struct dsr_service_key *key,
			     const struct dsr_fwd *fwd,
			     struct netlink_ext_ack *extack);
int dsr_method_check_backend(const struct dsr_service_key *key, u8 family,
			     const struct dsr_fwd *fwd,
			     struct netlink_ext_ack *extack);

/**
 * struct dsr_path - the way to a backend
 * @dst: route to the backend
 * @neigh: next hop of the route; for an on-link method the backend itself, regardless
 *	of the exceptions that @dst has
 * @dev: device that packets leave by, held by @neigh. The kernel may replace
 *	@dst->dev at any time, see dsr_path_is_cut().
 * @method: how packets reach the backend
 * @hops: table of the paths by the next hops of a route that has several; NULL for a
 *	route with one next hop, and in the paths that such a table added. It is in
 *	the cache line that each packet reads in any case.
 * @cookie: cookie for the validity check of an IPv6 route
 * @mtu: the route's own MTU, see struct dsr_route
 * @svc: id of the backend's service
 * @overhead: number of bytes that @method pushes
 * @family: address family of the backend
 * @outer_source: enum nf_dsr_outer_source
 * @outer_prefix: length of the prefix in @src, for outer-source prefix
 * @outer_ttl: TTL of the outer header; 0: inherit it from the packet
 * @dscp: the service's code
 * @via_other: @neigh is of the other address family
 * @form: form of the headers that are pushed
 * @src: source address of the outer header, or its prefix; unused if the outer source
 *	is the client's address
 * @addr: the backend's address
 * @born: time of the lookup, in jiffies
 * @rcu: for freeing
 */
struct dsr_path {
	struct dst_entry *dst;
	struct neighbour *neigh;
	struct net_device *dev;
	const struct dsr_method *method;
	struct dsr_hops *hops;
	u32 cookie;
	u32 mtu;
	u32 svc;
	u8 overhead;
	u8 family;
	u8 outer_source;
	u8 outer_prefix;
	u8 outer_ttl;
	u8 dscp;
	bool via_other;
	struct dsr_encap_form form;
	union nf_inet_addr src;
	union nf_inet_addr addr;
	unsigned long born;
	struct rcu_head rcu;
};

/* Return the path to a backend, and look it up if there is none or it is no longer
 * fresh. Among several next hops the flow's hash selects one. Return NULL if there is
 * no path. The path is valid until the end of the RCU read-side critical section.
 * Context: softirq, under RCU.
 */
const struct dsr_path *dsr_path_get(struct dsr_backend *backend, u32 hash);

/* Return the reason to drop a packet for which dsr_path_get() has found no path.
 * Context: softirq, under RCU.
 */
enum dsr_verdict dsr_path_missing(const struct dsr_backend *backend);

/* Return the size of the largest packet that the operator's settings permit: the
 * device's MTU, or the route's own MTU if that is less. Context: under RCU.
 */
static inline u32 dsr_path_set_mtu(const struct dsr_path *path)
{
	const struct net_device *dev = path->dev;
	const struct inet6_dev *idev;

	if (path->family == AF_INET)
		return min_t(u32, path->mtu, READ_ONCE(dev->mtu));
	idev = __in6_dev_get(dev);
	return min_t(u32, path->mtu,
		     idev ? READ_ONCE(idev->cnf.mtu6) : IPV6_MIN_MTU);
}

/* Return the size of the largest packet that may leave, with all its headers.
 * Context: under RCU.
 *
 * A tunnel packet normally has an address of the director as its source, so routers
 * report to the director that it is too big. Packets of methods l2 and dscp keep the
 * client's address as their source, as on a router, and so do outer headers with
 * outer-source client. Routers report to the client then, and no ICMP error that
 * arrives here is about such a packet. The path MTU that the kernel has learned for the
 * backend's address may come from any sender in this case, because the kernel accepts
 * an error about an echo reply that it never sent. So these use the settings alone, as
 * ip_forward() does.
 */
static inline u32 dsr_path_wire_mtu(const struct dsr_path *path)
{
	if (!path->overhead ||
	    unlikely(path->outer_source == NF_DSR_OUTER_SOURCE_CLIENT))
		return dsr_path_set_mtu(path);
	return dst_mtu(path->dst);
}

/* Hand a finished packet to the next hop, and consume it. An IPv4 route may have an
 * IPv6 next hop. The link-layer header that such a neighbour caches announces an IPv6
 * packet, so the device builds a header from skb->protocol instead, as it does for
 * ip_finish_output2(). Context: softirq, under RCU.
 */
static inline void dsr_path_output(const struct dsr_path *path,
				   struct sk_buff *skb)
{
	neigh_output(path->neigh, skb, path->via_other);
}

/* Return true if the kernel has released the route since the path was looked up.
 * dst_dev_put() replaces the device of the route by blackhole_netdev, without a grace
 * period if it replaces or removes a learned MTU; from then on the MTU of the route
 * is that of blackhole_netdev. So a caller that finds a packet too long calls this
 * function after it has read the MTU. Context: under RCU.
 */
static inline bool dsr_path_is_cut(const struct dsr_path *path)
{
	smp_rmb();	/* after the caller's read of the MTU */
	return READ_ONCE(path->dst->dev) != path->dev;
}

/* Return the size of the largest packet that fits, from the client's IP header on.
 * Context: under RCU.
 */
static inline u32 dsr_path_mtu(const struct dsr_path *path)
{
	return dsr_path_wire_mtu(path) - path->overhead;
}

/* Return true if the director may have sent the backend a packet with this outer
 * source address and these headers. Return false if the outer source is the client's
 * address, because routers report errors about these packets to the client. Context:
 * under RCU.
 */
bool dsr_path_owns_outer(const struct dsr_backend *backend,
			 const union nf_inet_addr *src,
			 const struct dsr_encap_read *read);

/* Record that a hop on the way to the backend takes packets of at most @mtu bytes,
 * outer headers included. The kernel stores this value with its route, for the
 * lifetime and with the minimum that its sysctls set. A path whose route changes by
 * this is looked up anew. Context: softirq, under RCU.
 */
void dsr_path_update_pmtu(const struct dsr_backend *backend, u32 mtu);

/* Return the MTU that an ICMP error may report to a client for packets of an address
 * family: the size of the largest packet that the path takes, with one exception. An
 * IPv6 sender need not send packets of less than 1280 bytes, so a tunnel always takes
 * packets of that size, and fragments the outer packet if necessary (RFC 2473, RFC
 * 4213). Context: under RCU.
 */
static inline u32 dsr_path_inner_mtu(const struct dsr_path *path, u8 family)
{
	u32 mtu = dsr_path_mtu(path);

	return family == AF_INET6 && path->overhead ?
		max_t(u32, mtu, IPV6_MIN_MTU) : mtu;
}

/* Return, as enum dsr_reach, whether packets would reach the backend according to the
 * kernel's current knowledge. For a backend without a valid cached path only the
 * route is looked up. Context: process, under dsr_net.lock.
 */
u8 dsr_path_reach(const struct dsr_backend *backend);

/* Drop the path of a backend. The next packet looks it up anew. Context: any but hard
 * irq.
 */
void dsr_path_drop(struct dsr_backend *backend);

/* Drop all paths through a device that goes down. Context: process. */
void dsr_path_drop_dev(struct dsr_net *dn, const struct net_device *dev);

/* Stop the creation of paths, and wait for a grace period. The module calls this
 * before it unregisters its netdevice notifier, because no later event would release
 * the devices of new paths. Context: process.
 */
void dsr_path_close(void);

/* Return true if the module is being unloaded, so that a namespace may already lack
 * its struct dsr_net. If this returns false, the struct dsr_net of every namespace
 * stays until the end of the RCU read-side critical section. Context: under RCU.
 */
bool dsr_path_is_closed(void);

/* Check whether there can be a path to a backend. No later route or link provides one
 * to an address that is not unicast, or, except with method local, to an address of
 * this machine. Such a backend is refused. Routes, links, addresses and the VRF may
 * appear after the configuration, so their absence is only a warning: @warning then
 * points to a text; otherwise it is unchanged. Context: process. Return: 0, or
 * -EINVAL with an extack message.
 */
int dsr_path_check(const struct dsr_service *svc,
		   const struct dsr_backend_key *key,
		   const struct dsr_fwd *fwd, const char **warning,
		   struct netlink_ext_ack *extack);

/*
 * Next hops of a route that has several: one path for each next hop, and a table that
 * distributes flows over the paths.
 *
 * The kernel's routing decides which flow takes which next hop, by its own weights
 * and rules. Each slot of the table stands for one route lookup with a hash of its
 * own. A slot is looked up when the first packet needs it, so a change of routes
 * costs a packet at most one lookup, regardless of the number of slots.
 *
 * The table belongs to the first path that was looked up, to which struct dsr_backend
 * points, and is freed with it. Packets read the table under RCU. A slot is written
 * once, from 0 to its final value, under the backend's lock and after the path that
 * it refers to.
 */

/* Number of slots: flows follow the weights of the next hops to within a few percent. */
#define DSR_HOPS_SLOTS	256

/* Maximum number of paths. Further next hops share the paths that exist. */
#define DSR_HOPS_MAX	32

/* Lifetime of a table. Routing may change its choice without a change of routes: a
 * next hop that did not answer answers again, or a resilient group moves its buckets.
 * A resilient group also regards a bucket that is not looked up as idle.
 */
#define DSR_HOPS_LIFE	(10 * HZ)

/**
 * struct dsr_hops - paths by several next hops
 * @until: end of the table's lifetime, in jiffies; all slots are looked up anew after
 *	that
 * @nr: number of entries in @paths
 * @slots: index into @paths, plus 1; 0: not looked up yet
 * @paths: one path for each next hop; the first one is the path that owns the table
 */
struct dsr_hops {
	unsigned long until;
	u8 nr;
	u8 slots[DSR_HOPS_SLOTS];
	struct dsr_path *paths[DSR_HOPS_MAX];
};

/* Return the slot of a flow's hash. These bits do not index the flow table, whose
 * hash must stay secret: an observer of packets on one of the links learns only that
 * their flows use this link.
 */
static inline u8 dsr_hops_slot(u32 hash)
{
	return hash >> 24;
}

static inline bool dsr_hops_expired(const struct dsr_hops *hops)
{
	return time_after(jiffies, hops->until);
}

/* Return the path of a flow, or NULL if its slot has not been looked up yet or the
 * table has expired. Context: under RCU.
 */
static inline struct dsr_path *dsr_hops_lookup(const struct dsr_hops *hops,
					       u32 hash)
{
	u8 hop = READ_ONCE(hops->slots[dsr_hops_slot(hash)]);

	if (unlikely(!hop || dsr_hops_expired(hops)))
		return NULL;
	return hops->paths[hop - 1];
}

/* Return the path at index @i, for iteration from 0 on, or NULL after the last one.
 * Context: under RCU.
 */
static inline struct dsr_path *dsr_hops_at(const struct dsr_hops *hops,
					   unsigned int i)
{
	/* Pairs with dsr_hops_add(). */
	return i < smp_load_acquire(&hops->nr) ? hops->paths[i] : NULL;
}

/* Create a table with one path, which takes slot @slot. Context: softirq. Return: the
 * table, or NULL if there is no memory.
 */
struct dsr_hops *dsr_hops_new(struct dsr_path *path, u8 slot);

/* Enter a path into a slot of the table. Return the path to use: an existing path of
 * the same next hop if there is one, or one to share if the table is full; @path then
 * remains the caller's. Context: under the backend's lock.
 */
struct dsr_path *dsr_hops_add(struct dsr_hops *hops, u8 slot,
			      struct dsr_path *path);

#endif /* _DSR_PATH_H */

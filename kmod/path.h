/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: the way to a backend, looked up once and kept until something on it
 * changes: its configuration, a route, a neighbour, a device.
 *
 * A path never changes, except that next hops are added to the table of a route that
 * has several (path.h). Packets use it under RCU, without references. It holds its
 * route and neighbour, and gives them back a grace period after it was replaced or its
 * device went down.
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
 * struct dsr_method - how packets reach a backend; enum nf_dsr_method
 * @on_link: the backend must be a neighbour with a MAC address
 * @same_family: the backend must be of the service's family
 * @local: the backend is this machine; nothing is sent
 * @encap: enum dsr_encap_kind: what is pushed before a packet
 * @rewrite: change the packet, which has a header of that protocol at that offset,
 *	before it may be cut up; NULL if it stays as it is. Softirq, under RCU.
 *	Returns 0 or a negative errno, and the packet is unchanged then.
 * @push: push it; NULL if there is nothing. The headroom is there and the
 *	header may be written. Softirq, under RCU. Returns 0 or a negative errno,
 *	and the packet is unchanged then.
 */
struct dsr_method {
	bool on_link;
	bool same_family;
	bool local;
	u8 encap;
	int (*rewrite)(struct sk_buff *skb, u8 proto, u16 l4_off,
		       const struct dsr_path *path);
	int (*push)(struct sk_buff *skb, const struct dsr_path *path, u32 hash);
};

extern const struct dsr_method dsr_method_l2;
extern const struct dsr_method dsr_method_ipip;
extern const struct dsr_method dsr_method_gre;
extern const struct dsr_method dsr_method_gue;
extern const struct dsr_method dsr_method_dscp;
extern const struct dsr_method dsr_method_local;

/**
 * struct dsr_path - the way to a backend
 * @dst: route to the backend
 * @neigh: next hop on it; for an on-link method the backend itself, whatever
 *	exceptions @dst has
 * @dev: device that packets leave by, held by @neigh. The kernel may take @dst->dev away
 *	at any time, see dsr_path_is_cut().
 * @method: how packets reach the backend
 * @hops: where the route has several next hops, the paths by these; NULL for one,
 *	and for those paths. In the line that each packet reads anyway.
 * @cookie: tells whether an IPv6 route is still good
 * @mtu: the route's own MTU, see struct dsr_route
 * @svc: id of the backend's service
 * @overhead: bytes that @method pushes
 * @family: of the backend's address
 * @outer_source: enum nf_dsr_outer_source
 * @outer_prefix: length of the prefix in @src, for outer-source prefix
 * @outer_ttl: 0: inherit
 * @dscp: the service's code
 * @via_other: @neigh is of the other address family
 * @form: of the headers that are pushed
 * @src: source of a pushed header, or prefix of it, unless it is the client's
 * @addr: the backend's address
 * @born: jiffies when it was looked up
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

/* The path of a backend, fresh or made so; NULL if there is none. A flow's hash picks
 * one of several next hops. Softirq, under RCU; valid as long.
 */
const struct dsr_path *dsr_path_get(struct dsr_backend *backend, u32 hash);

/* Why dsr_path_get() has found no path: a reason to drop a packet. The same context. */
enum dsr_verdict dsr_path_missing(const struct dsr_backend *backend);

/* Largest packet that the operator's settings let through: the device's MTU, or the
 * route's own where that is less. Under RCU.
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

/* Largest packet that may leave, with all its headers. Under RCU.
 *
 * What goes into a tunnel has the director's address for a source, and routers tell
 * the director what is too big for them. What l2 and dscp send has the client's, as
 * on a router: routers tell the client, so no ICMP error that comes here is about it.
 * The path MTU that the kernel has learned for the backend's address may then be any
 * sender's word: the kernel takes an error about an echo reply that was never sent.
 * So l2 and dscp do as ip_forward() does and go by the settings alone.
 */
static inline u32 dsr_path_wire_mtu(const struct dsr_path *path)
{
	return path->overhead ? dst_mtu(path->dst) : dsr_path_set_mtu(path);
}

/* Hand a finished packet to the next hop, and consume it. An IPv4 route may have an
 * IPv6 next hop. The link-layer header that such a neighbour caches announces an IPv6
 * packet, so the device writes one by skb->protocol instead, as ip_finish_output2() has
 * it do. Softirq, under RCU.
 */
static inline void dsr_path_output(const struct dsr_path *path,
				   struct sk_buff *skb)
{
	neigh_output(path->neigh, skb, path->via_other);
}

/* Return true if the kernel has given up the route since the path was looked up.
 * dst_dev_put() makes blackhole_netdev its device, without a grace period where it
 * replaces or removes a learned MTU, and the route's MTU is that device's from then on.
 * So whoever blames a packet for its length asks this afterwards.
 */
static inline bool dsr_path_is_cut(const struct dsr_path *path)
{
	smp_rmb();	/* behind the MTU that the caller has read */
	return READ_ONCE(path->dst->dev) != path->dev;
}

/* Largest packet, from the client's IP header on, that fits. Under RCU. */
static inline u32 dsr_path_mtu(const struct dsr_path *path)
{
	return dsr_path_wire_mtu(path) - path->overhead;
}

/* Could the backend have been sent that, an outer header with this source and
 * this protocol behind it, and for UDP this destination port? Not so with the
 * clients' sources, as what is said of these packets is said to the clients.
 * Under RCU.
 */
bool dsr_path_owns_outer(const struct dsr_backend *backend,
			 const union nf_inet_addr *src, u8 proto, __be16 port);

/* A hop on the way to the backend takes packets of @mtu bytes, outer headers
 * included. The kernel remembers that with its route, for as long and with the
 * least MTU that its sysctls say; the path is then looked up anew. Softirq, under
 * RCU.
 */
void dsr_path_update_pmtu(const struct dsr_backend *backend, u32 mtu);

/* Largest packet of a family that a client may be told to send. An IPv6 sender need
 * not send less than 1280 bytes. So a tunnel takes these in any case, in fragments
 * of its own if need be (RFC 2473, RFC 4213). Under RCU.
 */
static inline u32 dsr_path_inner_mtu(const struct dsr_path *path, u8 family)
{
	u32 mtu = dsr_path_mtu(path);

	return family == AF_INET6 && path->overhead ?
		max_t(u32, mtu, IPV6_MIN_MTU) : mtu;
}

/* Would packets get to the backend, as far as the kernel knows now? enum dsr_reach. Of
 * one that no packet is for nothing is asked but its route. Process context, under
 * dsr_net.lock.
 */
u8 dsr_path_reach(const struct dsr_backend *backend);

/* Forget the path; the next packet looks it up anew. Any context but hard irq. */
void dsr_path_drop(struct dsr_backend *backend);

/* Forget the paths through a device that goes down. Process context. */
void dsr_path_drop_dev(struct dsr_net *dn, const struct net_device *dev);

/* From now on there are no new paths; for devices that nobody will tell us of any
 * more. Process context.
 */
void dsr_path_close(void);

/* Return true if the module is being unloaded, so that namespaces may be without their
 * part of it. Under RCU: where it is not, they have it until the end of the section.
 */
bool dsr_path_is_closed(void);

/* enum nf_dsr_method */
u8 dsr_path_method(const struct dsr_path *path);

/* Does the method need a backend of the service's family? */
bool dsr_path_same_family(u8 method);

/* Can there be a path? No later route or link makes one to an address that is not
 * unicast or, but for method local, that is this machine's own: such a backend is
 * refused. Routes, links, addresses and the VRF may all come later than the
 * configuration does, so what is missing of them now is a warning: @warning points
 * to a text then, and is left alone otherwise. Process context.
 */
int dsr_path_check(const struct dsr_service *svc,
		   const struct dsr_backend_key *key,
		   const struct dsr_fwd *fwd, const char **warning,
		   struct netlink_ext_ack *extack);

/*
 * The next hops of a route that has several: a path for each, and a table that spreads
 * flows over them.
 *
 * Routing itself says which flow takes which next hop, by its own weights and rules:
 * each slot of the table stands for one lookup with a hash of its own. A slot is
 * looked up when the first packet needs it, so that a change of routes costs a packet
 * one lookup at most, however many slots there are.
 *
 * The table belongs to the first path that was found, which struct dsr_backend points
 * to, and is freed with it. Packets read it under RCU. A slot is written once, from 0,
 * under the backend's lock; what it refers to is there by then.
 */

/* Flows in proportion to the weights of next hops, to some percent. */
#define DSR_HOPS_SLOTS	256

/* More next hops than that share the paths of others. */
#define DSR_HOPS_MAX	32

/* Routing may change its mind without a change of routes: a next hop that did not
 * answer does so again, or a resilient group moves its buckets. The latter also takes
 * buckets that nobody asks for to be idle.
 */
#define DSR_HOPS_LIFE	(10 * HZ)

/**
 * struct dsr_hops - the table
 * @until: jiffies; then all is looked up anew
 * @nr: how many of @paths there are
 * @slots: index into @paths, plus 1; 0: not looked up yet
 * @paths: one for each next hop; the first is the path that the table belongs to
 */
struct dsr_hops {
	unsigned long until;
	u8 nr;
	u8 slots[DSR_HOPS_SLOTS];
	struct dsr_path *paths[DSR_HOPS_MAX];
};

/* Of a flow's hash. These are not the bits that index the flow table, whose secret
 * they are: who sees packets on one of the links learns no more than that they are
 * of flows of this link.
 */
static inline u8 dsr_hops_slot(u32 hash)
{
	return hash >> 24;
}

static inline bool dsr_hops_expired(const struct dsr_hops *hops)
{
	return time_after(jiffies, hops->until);
}

/* The path of a flow; NULL if it is not looked up yet, or no longer good. Under RCU. */
static inline struct dsr_path *dsr_hops_find(const struct dsr_hops *hops,
					     u32 hash)
{
	u8 hop = READ_ONCE(hops->slots[dsr_hops_slot(hash)]);

	if (unlikely(!hop || dsr_hops_expired(hops)))
		return NULL;
	return hops->paths[hop - 1];
}

/* One path after the other, from 0 on; NULL: there are no more. Under RCU. */
static inline struct dsr_path *dsr_hops_at(const struct dsr_hops *hops,
					   unsigned int i)
{
	/* Pairs with dsr_hops_add(). */
	return i < smp_load_acquire(&hops->nr) ? hops->paths[i] : NULL;
}

/* A table of one path, whose slot is that; NULL without memory. Softirq. */
struct dsr_hops *dsr_hops_new(struct dsr_path *path, u8 slot);

/* The slot has this path. Returns the one to use: an older one of the same next hop
 * if there is one, and then @path remains the caller's. Under the backend's lock.
 */
struct dsr_path *dsr_hops_add(struct dsr_hops *hops, u8 slot,
			      struct dsr_path *path);

#endif /* _DSR_PATH_H */

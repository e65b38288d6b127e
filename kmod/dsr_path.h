/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Paths: the way to a backend, looked up once and kept until something on it
 * changes: its configuration, a route, a neighbour, a device.
 *
 * A path never changes. Packets use it under RCU, without references. It holds
 * its route and neighbour, and gives them back a grace period after it was
 * replaced or its device went down.
 */
#ifndef _DSR_PATH_H
#define _DSR_PATH_H

#include <linux/netdevice.h>
#include <net/dst.h>
#include <net/neighbour.h>

#include "dsr_backend.h"

struct dsr_net;
struct dsr_path;

/**
 * struct dsr_method - how packets reach a backend; enum nf_dsr_method
 * @on_link: the backend must be a neighbour with a MAC address
 * @overhead: bytes pushed before a packet, for a backend of @family
 * @push: push them; NULL if there are none. The headroom is there and the
 *	header may be written. Softirq, under RCU. Returns 0 or a negative errno,
 *	and the packet is unchanged then.
 */
struct dsr_method {
	bool on_link;
	unsigned int (*overhead)(u8 family);
	int (*push)(struct sk_buff *skb, const struct dsr_path *path, u32 hash);
};

extern const struct dsr_method dsr_method_l2;
extern const struct dsr_method dsr_method_ipip;
extern const struct dsr_method dsr_method_gre;

/**
 * struct dsr_path - the way to a backend
 * @dst: route to the backend
 * @neigh: next hop on it; for an on-link method the backend itself
 * @method: how packets reach the backend
 * @cookie: tells whether an IPv6 route is still good
 * @overhead: bytes that @method pushes
 * @family: of the backend's address
 * @outer_source: enum nf_dsr_outer_source
 * @outer_ttl: 0: inherit
 * @src: source of a pushed header, unless it is the client's
 * @addr: the backend's address
 * @rcu: for freeing
 */
struct dsr_path {
	struct dst_entry *dst;
	struct neighbour *neigh;
	const struct dsr_method *method;
	u32 cookie;
	u8 overhead;
	u8 family;
	u8 outer_source;
	u8 outer_ttl;
	union nf_inet_addr src;
	union nf_inet_addr addr;
	struct rcu_head rcu;
};

/* The path of a backend, fresh or made so; NULL if there is none. Softirq, under
 * RCU; valid as long.
 */
const struct dsr_path *dsr_path_get(struct dsr_backend *backend);

/* Largest packet, from the client's IP header on, that fits. Under RCU. */
static inline u32 dsr_path_mtu(const struct dsr_path *path)
{
	return dst_mtu(path->dst) - path->overhead;
}

/* Forget the path; the next packet looks it up anew. Any context but hard irq. */
void dsr_path_drop(struct dsr_backend *backend);

/* Forget the paths through a device that goes down. Process context. */
void dsr_path_drop_dev(struct dsr_net *dn, const struct net_device *dev);

/* Can there be a path? A backend that is a multicast address or this machine
 * itself is refused, as is an off-link one for an on-link method. Without any
 * route a backend of another method may be configured, as a route may come.
 * Process context.
 */
int dsr_path_check(const struct dsr_service *svc,
		   const struct dsr_backend_key *key,
		   const struct dsr_fwd *fwd, struct netlink_ext_ack *extack);

#endif /* _DSR_PATH_H */

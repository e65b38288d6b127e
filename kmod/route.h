/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes to backends: the result of the kernel's routing for a backend's address, in
 * the form that a path needs.
 */
#ifndef _DSR_ROUTE_H
#define _DSR_ROUTE_H

#include <net/dst.h>
#include <net/neighbour.h>

#include "backend.h"

/**
 * enum dsr_route_encap - encapsulation that the route itself requests (lwtunnel)
 * @DSR_ROUTE_PLAIN: none
 * @DSR_ROUTE_METADATA: the device pushes it, and reads its parameters from the
 *	packet's dst
 * @DSR_ROUTE_LWTUNNEL: the dst's own output function pushes it (mpls, seg6, bpf...).
 *	Packets that are handed to a neighbour do not pass that function.
 */
enum dsr_route_encap {
	DSR_ROUTE_PLAIN,
	DSR_ROUTE_METADATA,
	DSR_ROUTE_LWTUNNEL,
};

/**
 * struct dsr_route - result of a route lookup
 * @dst: the route, held
 * @src: source address that routing selects for this route
 * @gateway: the routing table names a next hop other than the backend itself
 * @unicast: the route leads to another machine
 * @local: the route leads to this machine
 * @encap: enum dsr_route_encap, the highest value among the next hops
 * @several: the routing table names more than one next hop
 * @cookie: cookie for the validity check of an IPv6 route
 * @mtu: the route's own MTU, as set by the operator; without one, the maximum for IP
 *
 * ICMP errors and redirects add exceptions to a route. @dst includes them. @gateway
 * and @mtu do not: they come from the routing table itself, so no packet from the
 * network changes them. An IPv4 exception of either kind shows a gateway in @dst even
 * if the destination is on-link.
 */
struct dsr_route {
	struct dst_entry *dst;
	union nf_inet_addr src;
	bool gateway;
	bool unicast;
	bool local;
	u8 encap;
	bool several;
	u32 cookie;
	u32 mtu;
};

/* Look up a backend's address in the routes of its service's VRF. Among several next
 * hops @slot of struct dsr_hops selects one: routing gets a hash of the slot as the
 * hash of a flow. The caller releases route->dst. Context: softirq or process.
 * Return: 0 or a negative errno.
 */
int dsr_route_lookup(const struct dsr_service *svc,
		     const struct dsr_backend_key *key, u8 slot,
		     struct dsr_route *route);

/* Return true if the backend is a neighbour that may have a MAC address. */
bool dsr_route_on_link(const struct dsr_route *route);

/* Return the neighbour that packets are handed to, held, or NULL if there is no
 * memory. With @on_link it is the backend itself, regardless of redirects. Context:
 * softirq.
 */
struct neighbour *dsr_route_neigh(const struct dsr_route *route,
				  const struct dsr_backend_key *key,
				  bool on_link);

#endif /* _DSR_ROUTE_H */

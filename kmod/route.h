/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Routes to backends: what the kernel's routing says of an address, as a path
 * needs to know it.
 */
#ifndef _DSR_ROUTE_H
#define _DSR_ROUTE_H

#include <net/dst.h>
#include <net/neighbour.h>

#include "backend.h"

/**
 * enum dsr_route_encap - encapsulation that the route itself asks for (lwtunnel)
 * @DSR_ROUTE_PLAIN: none
 * @DSR_ROUTE_METADATA: the device pushes it, and reads in the packet's dst what
 * @DSR_ROUTE_LWTUNNEL: the dst's own output function pushes it (mpls, seg6, bpf...).
 *	Packets to a neighbour do not pass that function.
 */
enum dsr_route_encap {
	DSR_ROUTE_PLAIN,
	DSR_ROUTE_METADATA,
	DSR_ROUTE_LWTUNNEL,
};

/**
 * struct dsr_route - outcome of a route lookup
 * @dst: the route, held
 * @src: the address that routing picks for this way
 * @gateway: the routing table names a next hop other than the backend itself
 * @unicast: it leads to another machine
 * @local: it leads to this one
 * @encap: enum dsr_route_encap, the most demanding of its next hops'
 * @several: the routing table names more than one next hop
 * @cookie: tells whether an IPv6 route is still good
 * @mtu: the route's own MTU, as the operator set it; without one, the largest
 *	that IP knows
 *
 * ICMP errors and redirects give a route exceptions. @dst has these. @gateway and
 * @mtu do not: they come from the routing table itself, so that no packet from the
 * network changes them. An IPv4 exception of either kind shows a gateway in @dst even
 * when the destination is on-link.
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
 * hops the slot of struct dsr_hops decides: routing takes a hash of it for a flow's.
 * The caller gives route->dst back. Softirq or process context. Return: 0 or a
 * negative errno.
 */
int dsr_route_lookup(const struct dsr_service *svc,
		     const struct dsr_backend_key *key, u8 slot,
		     struct dsr_route *route);

/* Return true if the backend is a neighbour that may have a MAC address. */
bool dsr_route_on_link(const struct dsr_route *route);

/* The neighbour that packets are handed to, held; NULL without memory. @on_link: it
 * is the backend itself, whatever a redirect says. Softirq.
 */
struct neighbour *dsr_route_neigh(const struct dsr_route *route,
				  const struct dsr_backend_key *key,
				  bool on_link);

#endif /* _DSR_ROUTE_H */

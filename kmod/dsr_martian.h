/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sources that routing refuses, as far as the addresses alone tell. Pure.
 *
 * IPv4 as in ip_route_input_slow(), IPv6 as in ip6_rcv_core() and ip6_forward(). So
 * 169.254.0.0/16 and 240.0.0.0/4 are sources like any others. Loopback addresses are
 * refused even where route_localnet is on: the backend would answer itself.
 */
#ifndef _DSR_MARTIAN_H
#define _DSR_MARTIAN_H

#include <net/ip.h>
#include <net/ipv6.h>

#include "dsr_tuple.h"

/* Return true if no packet of a client may have that source. */
static inline bool dsr_tuple_is_martian(const struct dsr_tuple *t)
{
	if (dsr_addr_eq(&t->src, &t->dst))
		return true;
	if (t->family == AF_INET6)
		return ipv6_addr_any(&t->src.in6) ||
		       ipv6_addr_loopback(&t->src.in6) ||
		       ipv6_addr_is_multicast(&t->src.in6);
	return ipv4_is_zeronet(t->src.ip) || ipv4_is_loopback(t->src.ip) ||
	       ipv4_is_multicast(t->src.ip) || ipv4_is_lbcast(t->src.ip);
}

/* Return true if the address means something on one link only (fe80::/10). */
static inline bool dsr_addr_is_of_link(const struct in6_addr *addr)
{
	return (addr->s6_addr32[0] & htonl(0xffc00000)) == htonl(0xfe800000);
}

#endif /* _DSR_MARTIAN_H */

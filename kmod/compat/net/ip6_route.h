/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux 7.1 exports ip6_fragment(). Before that, IPv6 could be a module, and others reached
 * its functions through a table that it filled in.
 */
#ifndef _DSR_COMPAT_NET_IP6_ROUTE_H
#define _DSR_COMPAT_NET_IP6_ROUTE_H

#include_next <net/ip6_route.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(7, 1, 0)
#include <net/ipv6_stubs.h>

#define ip6_fragment(net, sk, skb, output) \
	ipv6_stub->ipv6_fragment(net, sk, skb, output)
#endif

#endif /* _DSR_COMPAT_NET_IP6_ROUTE_H */

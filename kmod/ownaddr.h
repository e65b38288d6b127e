/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The director's own addresses, those by which it is reached itself: a service that takes
 * all that comes to one of them takes its operator's connections as well.
 *
 * Process context, under dsr_net.lock. The addresses are looked at under RCU, as they are at
 * that moment; nothing remembers them.
 */
#ifndef _DSR_OWNADDR_H
#define _DSR_OWNADDR_H

struct dsr_service;
struct netlink_ext_ack;

/**
 * dsr_ownaddr_check() - may there be such a service, unless its operator insists?
 * @svc: a new service; its VRF has been looked up
 * @extack: for a refusal
 *
 * Refused are services of all addresses (prefix length 0), of a prefix that covers an
 * address of the director's own, and of any protocol or any port of such an address.
 * Services of marks, and of some ports of a single address, never are.
 *
 * Addresses of the director's own are those on devices of the service's VRF that have a
 * subnet and are not secondary in it, or have a limited lifetime. An address of full length,
 * or a secondary one of IPv4, is a VIP that the director has as well, as with VRRP; but if
 * the director has none of the others in that VRF and family, each may be the one by which
 * it is reached, and so all count as its own. Loopback addresses are nobody's way to it.
 *
 * Return: 0, or -EADDRINUSE with an extack.
 */
int dsr_ownaddr_check(const struct dsr_service *svc,
		      struct netlink_ext_ack *extack);

#endif /* _DSR_OWNADDR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The director's own addresses, by which operators and other hosts reach the director
 * itself. A service that takes all packets to such an address also takes the connections
 * of its operator.
 *
 * Context: process, under dsr_net.lock. The addresses are read under RCU, as they are at
 * this moment; they are not stored.
 */
#ifndef _DSR_OWNADDR_H
#define _DSR_OWNADDR_H

struct dsr_service;
struct netlink_ext_ack;

/**
 * dsr_ownaddr_check() - check that a service takes no packets for the director itself
 * @svc: new service, whose VRF has been looked up
 * @extack: for the message of a refusal
 *
 * The operator may add a service without this check, with the flag force. The check
 * refuses services of all addresses (prefix length 0), of a prefix that covers one of
 * the director's own addresses, and of any protocol or any port of such an address. It
 * never refuses services of marks, nor services of some ports of a single address.
 *
 * The director's own addresses are the addresses on devices of the service's VRF that
 * have a subnet and are not secondary in it, or that have a limited lifetime. An address
 * of full prefix length, or a secondary IPv4 address, is regarded as a VIP that the
 * director has as well, as with VRRP. But if the director has no own address in this VRF
 * and family, apart from link-local ones, then it may be reached by any address there,
 * so all of them are regarded as its own. Loopback addresses are ignored, because no
 * other host reaches the director by them.
 *
 * Return: 0, or -EADDRINUSE with an extack message.
 */
int dsr_ownaddr_check(const struct dsr_service *svc,
		      struct netlink_ext_ack *extack);

#endif /* _DSR_OWNADDR_H */

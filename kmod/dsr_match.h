/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The match table: from a packet's destination to a service and what packets see
 * of it. It never changes; each transaction makes a new one, published by one
 * pointer swap, so that a packet sees all of a change or nothing of it.
 */
#ifndef _DSR_MATCH_H
#define _DSR_MATCH_H

#include "dsr_service.h"

struct dsr_match;
struct dsr_vip;

/**
 * struct dsr_ingress - what is matched besides the packet's own bytes
 * @vip: what dsr_match_covers() found for its destination; NULL: was not asked
 * @mark: firewall mark
 * @ifindex: device by which it came in
 * @zone: of the VRF that this is in; 0: in none
 */
struct dsr_ingress {
	const struct dsr_vip *vip;
	u32 mark;
	int ifindex;
	u8 zone;
};

/**
 * struct dsr_view - what packets see of a service; part of a match table
 * @svc: the service
 * @pool: its backends; lives as long as the table
 * @filter: whose packets it takes, NULL: everybody's; likewise
 * @echo: what becomes of echo requests, see dsr_service_echo()
 */
struct dsr_view {
	struct dsr_service *svc;
	struct dsr_pool *pool;
	const struct dsr_filter *filter;
	u8 echo;
};

/* What tells the table from all that were and will be. Under RCU. */
u64 dsr_match_serial(const struct dsr_match *match);

/* Are there services by mark, of this family? Under RCU. */
bool dsr_match_has_marks(const struct dsr_match *match, u8 family);

/* Zone of a VRF, by its device; 0: it has no services. Under RCU. */
u8 dsr_match_zone(const struct dsr_match *match, int ifindex);

/* Is the address a VIP, or in a prefix of VIPs, or has the packet a mark that
 * is a service's? The cheap question that every packet of the namespace is
 * asked. Return: where dsr_match_find() begins, or NULL. Under RCU.
 */
const struct dsr_vip *dsr_match_covers(const struct dsr_match *match,
				       const struct dsr_ingress *in, u8 family,
				       const union nf_inet_addr *addr);

/* The service of a packet: that of its mark, or of the longest prefix that has
 * one; in it the exact port, then a range, then any port, then any protocol. An
 * echo has no port: of a prefix the first service decides that sets its echo,
 * else that of any protocol; see dsr_service_echo(). A service whose filter does
 * not take the packet is passed over. Under RCU.
 */
const struct dsr_view *dsr_match_find(const struct dsr_match *match,
				      const struct dsr_ingress *in,
				      const struct dsr_tuple *tuple);

/* enum nf_dsr_unmatched, for a packet that has no service. Under RCU. */
u8 dsr_match_unmatched(const struct dsr_match *match,
		       const struct dsr_ingress *in,
		       const struct dsr_tuple *tuple);

/**
 * dsr_match_build() - make the table of these services
 * @services: list of struct dsr_service in the order of their keys
 * @nr: how many, at least 1
 *
 * It refers to the pools and filters that are prepared for them, and else to
 * those that are published. Process context. Return: the table, NULL without
 * memory.
 */
struct dsr_match *dsr_match_build(const struct list_head *services, u32 nr);

void dsr_match_free_rcu(struct dsr_match *match);

#endif /* _DSR_MATCH_H */

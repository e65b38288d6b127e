/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The match table: from a packet's destination to a service and what packets see
 * of it. It never changes; each transaction makes a new one, published by one
 * pointer swap, so that a packet sees all of a change or nothing of it.
 */
#ifndef _DSR_MATCH_H
#define _DSR_MATCH_H

#include "dsr_service.h"

struct dsr_port;
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

/* May this client use the service that its packet belongs to? Under RCU. */
static inline bool dsr_view_admits(const struct dsr_view *view,
				   const union nf_inet_addr *src)
{
	return likely(!view->filter) || dsr_filter_admits(view->filter, src);
}

/**
 * struct dsr_vip - a VIP or a prefix of VIPs
 * @addr: address, the bits behind the prefix 0
 * @kind: family, length of the prefix and zone, see dsr_vip_kind(); 0: the slot is
 *	free
 * @unmatched: enum nf_dsr_unmatched, the sternest of its services'
 * @first: its first port
 * @nr: how many ports
 * @echo: decides on echo requests; NULL: a shorter prefix may
 */
struct dsr_vip {
	union nf_inet_addr addr;
	u32 kind;
	u32 first;
	u32 nr;
	u8 unmatched;
	const struct dsr_view *echo;
};

/**
 * struct dsr_match - the table
 * @rcu: for freeing
 * @mask: size of @vips less 1
 * @bits: of an index into @vips
 * @nr_lens: how many lengths of prefixes there are, by family
 * @lens: these lengths, longest first; with a mark that of marks before them
 * @nr_vrfs: how many VRFs there are
 * @vrfs: a service of each; behind @ports
 * @ports: behind @vips
 * @vips: at most half full
 */
struct dsr_match {
	struct rcu_head rcu;
	u32 mask;
	u8 bits;
	u8 nr_lens[2];
	u8 lens[2][130];
	u8 nr_vrfs;
	struct dsr_service **vrfs;
	struct dsr_port *ports;
	struct dsr_vip vips[];
};

/* Of what is there for each family. */
static inline unsigned int dsr_family_index(u8 family)
{
	return family == AF_INET6;
}

/* Are there services by mark, of this family? Under RCU. */
static inline bool dsr_match_has_marks(const struct dsr_match *match, u8 family)
{
	unsigned int fam = dsr_family_index(family);

	return match->nr_lens[fam] && match->lens[fam][0] == DSR_PREFIX_MARK;
}

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

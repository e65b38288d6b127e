/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The match table: it maps the destination of a packet to a service, and has what
 * packets see of that service. It is a hash table of VIPs. Each VIP has its ports in an
 * object of its own, which never changes once it is published. Read struct dsr_match
 * and struct dsr_vip, then dsr_match_vip() and dsr_match_service(); what follows in
 * match.c serves transactions.
 *
 * A transaction publishes its change by one pointer store, so that a packet sees all of
 * the change or nothing of it. If the change is to the services of one VIP, this is the
 * pointer to the VIP's ports, and the cost does not depend on the number of other VIPs.
 * If it changes several VIPs, or which prefix lengths or VRFs there are, it is the
 * pointer to the table: a copy of the table is made, which shares all other VIPs with
 * the old table.
 *
 * A packet looks up its VIP once and keeps the pointer in struct dsr_match_ctx.
 *
 * The caller of dsr_match_prepare(), _publish() and _abort() holds dsr_net.lock. The
 * table owns its VIPs: each is freed a grace period after it is removed from the table.
 * struct dsr_match_svc refers to services, pools and filters. Their owners free them a
 * grace period after the transaction that removes them from the table.
 */
#ifndef _DSR_MATCH_H
#define _DSR_MATCH_H

#include "service.h"

struct dsr_vip;

/**
 * struct dsr_match_ctx - what is matched besides the packet's own bytes
 * @vip: result of dsr_match_vip() for the destination; NULL: not looked up
 * @mark: firewall mark
 * @ifindex: device by which the packet came in
 * @zone: zone of the VRF that this device is in; 0: in none
 */
struct dsr_match_ctx {
	const struct dsr_vip *vip;
	u32 mark;
	int ifindex;
	u8 zone;
};

/**
 * struct dsr_match_svc - what packets see of a service; part of struct dsr_port
 * @svc: the service
 * @pool: its backends; lives as long as the VIP that this is part of
 * @filter: which packets the service takes; NULL: all; lives as long as @pool
 * @echo: what becomes of echo requests, see dsr_service_echo()
 */
struct dsr_match_svc {
	struct dsr_service *svc;
	struct dsr_pool *pool;
	const struct dsr_filter *filter;
	u8 echo;
};

/* Return true if the client may use the service that its packet matches. Context: under
 * RCU.
 */
static inline bool dsr_match_svc_admits(const struct dsr_match_svc *match_svc,
					const union nf_inet_addr *src)
{
	return likely(!match_svc->filter) || dsr_filter_admits(match_svc->filter, src);
}

/**
 * struct dsr_port - ports of a VIP that belong to one service
 * @rank: protocol, class and first port; the sort key
 * @last: last port
 * @unmatched: the service's enum nf_dsr_unmatched
 * @sets_echo: the service sets what becomes of echo requests
 * @match_svc: the service
 */
struct dsr_port {
	u32 rank;
	u16 last;
	u8 unmatched;
	bool sets_echo;
	struct dsr_match_svc match_svc;
};

/**
 * struct dsr_vip - what packets see of a VIP or of a prefix of VIPs
 * @rcu: for freeing
 * @echo: service that decides about echo requests; NULL: a shorter prefix may decide
 * @nr: number of @ports, at least 1
 * @unmatched: the strictest enum nf_dsr_unmatched of its services
 * @ports: sorted by rank
 */
struct dsr_vip {
	struct rcu_head rcu;
	const struct dsr_match_svc *echo;
	u32 nr;
	u8 unmatched;
	struct dsr_port ports[];
};

/**
 * struct dsr_vip_slot - slot of the hash table
 * @addr: address; the bits after the prefix are 0
 * @kind: family, prefix length and zone, see dsr_vip_kind(); 0: the slot is free. A
 *	slot that is not free belongs to the VIP as long as the table lives
 * @vip: the VIP; NULL: all its services are deleted
 */
struct dsr_vip_slot {
	union nf_inet_addr addr;
	u32 kind;
	struct dsr_vip __rcu *vip;
};

/* The prefix lengths of IPv6, and DSR_PREFIX_MARK */
#define DSR_MATCH_LENS	130

/**
 * struct dsr_match - the match table
 * @rcu: for freeing
 * @mask: number of @slots less 1
 * @bits: number of bits of an index into @slots
 * @nr_lens: number of prefix lengths, by family
 * @lens: the prefix lengths, longest first; DSR_PREFIX_MARK, if it is used, precedes
 *	them
 * @nr_vrfs: number of VRFs
 * @vrfs: one service of each VRF; the array is behind @slots
 * @nr_used: slots that are not free; packets read neither this nor the next two members
 * @nr_vips: slots that have a VIP
 * @nr_prefixes: number of VIPs of each of @lens
 * @slots: at most half of them are used
 */
struct dsr_match {
	struct rcu_head rcu;
	u32 mask;
	u8 bits;
	u8 nr_lens[2];
	u8 lens[2][DSR_MATCH_LENS];
	u8 nr_vrfs;
	struct dsr_service **vrfs;
	u32 nr_used;
	u32 nr_vips;
	u32 nr_prefixes[2][DSR_MATCH_LENS];
	struct dsr_vip_slot slots[];
};

/**
 * struct dsr_match_draft - change of the match table by a transaction
 * @changes: list of struct dsr_vip_change, one for each VIP that changes
 * @table: with @replaces, the new table; NULL: there are no services afterwards
 * @replaces: @table replaces the published table; else @changes has one VIP, which
 *	changes in the published table
 */
struct dsr_match_draft {
	struct list_head changes;
	struct dsr_match *table;
	bool replaces;
};

/* Index into arrays that have one element for each family. */
static inline unsigned int dsr_family_index(u8 family)
{
	return family == AF_INET6;
}

/* Return true if services of this family match a mark. Context: under RCU. */
static inline bool dsr_match_has_marks(const struct dsr_match *match, u8 family)
{
	unsigned int fam = dsr_family_index(family);

	return match->nr_lens[fam] && match->lens[fam][0] == DSR_PREFIX_MARK;
}

/* Return the zone of a VRF, by its device; 0 if it has no services. Context: under RCU.
 */
u8 dsr_match_zone(const struct dsr_match *match, int ifindex);

/* Look up the VIP, the prefix of VIPs or the mark that a packet matches. This is the
 * cheap check that is done for every packet of the namespace. Return where
 * dsr_match_service() begins, or NULL. Context: under RCU.
 */
const struct dsr_vip *dsr_match_vip(const struct dsr_match *match,
				    const struct dsr_match_ctx *in, u8 family,
				    const union nf_inet_addr *addr);

/* Find the service of a packet: that of its mark, or that of the longest prefix that
 * has one. Within a prefix, an exact port precedes a range, any port, and any protocol.
 * An echo request has no port: the first service of the prefix that sets echo decides,
 * else the service for any protocol, see dsr_service_echo(). A service whose filter
 * does not take the packet is skipped. Context: under RCU.
 */
const struct dsr_match_svc *dsr_match_service(const struct dsr_match *match,
					      const struct dsr_match_ctx *in,
					      const struct dsr_tuple *tuple);

/* Return the enum nf_dsr_unmatched for a packet to a VIP that matches no service.
 * Context: under RCU.
 */
u8 dsr_match_unmatched(const struct dsr_match *match,
		       const struct dsr_match_ctx *in,
		       const struct dsr_tuple *tuple);

/* Initialize an empty draft. */
void dsr_match_draft_init(struct dsr_match_draft *draft);

/**
 * dsr_match_prepare() - prepare the change that a transaction will publish
 * @draft: initialized; the caller publishes or aborts it, also after an error
 * @match: the published table; NULL: there are no services
 * @dirty: services that are new, changed or deleted, linked by dsr_service.dirty; the
 *	function sorts the list
 * @empty: there are no services afterwards
 *
 * The draft refers to the pools and filters that are prepared for these services.
 * Context: process; may sleep. Return: 0 or -ENOMEM.
 */
int dsr_match_prepare(struct dsr_match_draft *draft,
		      const struct dsr_match *match, struct list_head *dirty,
		      bool empty);

/* Publish the change, and free what packets see no more after a grace period. @match
 * points to the pointer to the table.
 */
void dsr_match_publish(struct dsr_match_draft *draft,
		       struct dsr_match __rcu **match);

/* Free what dsr_match_prepare() has made. */
void dsr_match_abort(struct dsr_match_draft *draft);

/* Free the table and all its VIPs after a grace period. */
void dsr_match_free_rcu(struct dsr_match *match);

#endif /* _DSR_MATCH_H */

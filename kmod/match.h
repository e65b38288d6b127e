/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The match table: from a packet's destination to a service and what packets see
 * of it. It is a hash of VIPs, and each VIP has its ports in an object of its own,
 * which never changes once it is published.
 *
 * A transaction publishes by one pointer store, so that a packet sees all of a change
 * or nothing of it. Where it changes the services of one VIP, that is the pointer to
 * the VIP's ports: the costs do not depend on how many other VIPs there are. Where it
 * changes several VIPs, or which prefix lengths or VRFs there are, it is the pointer to
 * the table, of which a copy is made, but all other VIPs are shared with that.
 *
 * A packet looks up its VIP once and keeps the pointer in struct dsr_match_ctx.
 *
 * The caller of dsr_match_prepare(), _publish() and _abort() holds dsr_net.lock. The
 * table owns its VIPs: each is freed a grace period after the table has let it go. Views
 * refer to services, pools and filters, whose owners free them a grace period after the
 * transaction that took them out of the table.
 */
#ifndef _DSR_MATCH_H
#define _DSR_MATCH_H

#include "service.h"

struct dsr_vip;

/**
 * struct dsr_match_ctx - what is matched besides the packet's own bytes
 * @vip: what dsr_match_vip() found for its destination; NULL: was not asked
 * @mark: firewall mark
 * @ifindex: device by which it came in
 * @zone: of the VRF that this is in; 0: in none
 */
struct dsr_match_ctx {
	const struct dsr_vip *vip;
	u32 mark;
	int ifindex;
	u8 zone;
};

/**
 * struct dsr_match_svc - what packets see of a service; part of a match table
 * @svc: the service
 * @pool: its backends; lives as long as the table
 * @filter: whose packets it takes, NULL: everybody's; likewise
 * @echo: what becomes of echo requests, see dsr_service_echo()
 */
struct dsr_match_svc {
	struct dsr_service *svc;
	struct dsr_pool *pool;
	const struct dsr_filter *filter;
	u8 echo;
};

/* May this client use the service that its packet belongs to? Under RCU. */
static inline bool dsr_match_svc_admits(const struct dsr_match_svc *match_svc,
					const union nf_inet_addr *src)
{
	return likely(!match_svc->filter) || dsr_filter_admits(match_svc->filter, src);
}

/**
 * struct dsr_port - ports of a VIP that belong to one service
 * @rank: protocol, class, first port; sorted by it
 * @last: last port
 * @unmatched: the service's enum nf_dsr_unmatched
 * @sets_echo: the service says what becomes of echo requests
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
 * struct dsr_vip - what packets see of a VIP or a prefix of VIPs
 * @rcu: for freeing
 * @echo: decides on echo requests; NULL: a shorter prefix may
 * @nr: how many @ports, at least 1
 * @unmatched: enum nf_dsr_unmatched, the sternest of its services'
 * @ports: sorted
 */
struct dsr_vip {
	struct rcu_head rcu;
	const struct dsr_match_svc *echo;
	u32 nr;
	u8 unmatched;
	struct dsr_port ports[];
};

/**
 * struct dsr_vip_slot - where a VIP is found
 * @addr: address, the bits behind the prefix 0
 * @kind: family, length of the prefix and zone, see dsr_vip_kind(); 0: the slot is
 *	free. A slot that is not free stays the VIP's as long as the table lives
 * @vip: NULL: all its services are gone
 */
struct dsr_vip_slot {
	union nf_inet_addr addr;
	u32 kind;
	struct dsr_vip __rcu *vip;
};

/* Prefix lengths of IPv6, and marks */
#define DSR_MATCH_LENS	130

/**
 * struct dsr_match - the table
 * @rcu: for freeing
 * @mask: size of @slots less 1
 * @bits: of an index into @slots
 * @nr_lens: how many lengths of prefixes there are, by family
 * @lens: these lengths, longest first; with a mark that of marks before them
 * @nr_vrfs: how many VRFs there are
 * @vrfs: a service of each; behind @slots
 * @nr_used: slots that are not free; packets read neither this nor the next two
 * @nr_vips: those of them that have a VIP
 * @nr_prefixes: VIPs of each of @lens
 * @slots: at most half of them used
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
 * struct dsr_match_draft - what a transaction makes of the table
 * @changes: list of struct dsr_vip_change, one for each VIP that it changes
 * @table: a new table, in place of the published one
 * @replaces: is there? Else @changes is one VIP of the published table
 */
struct dsr_match_draft {
	struct list_head changes;
	struct dsr_match *table;
	bool replaces;
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
 * asked. Return: where dsr_match_service() begins, or NULL. Under RCU.
 */
const struct dsr_vip *dsr_match_vip(const struct dsr_match *match,
				    const struct dsr_match_ctx *in, u8 family,
				    const union nf_inet_addr *addr);

/* The service of a packet: that of its mark, or of the longest prefix that has
 * one; in it the exact port, then a range, then any port, then any protocol. An
 * echo has no port: of a prefix the first service decides that sets its echo,
 * else that of any protocol; see dsr_service_echo(). A service whose filter does
 * not take the packet is passed over. Under RCU.
 */
const struct dsr_match_svc *dsr_match_service(const struct dsr_match *match,
					      const struct dsr_match_ctx *in,
					      const struct dsr_tuple *tuple);

/* enum nf_dsr_unmatched, for a packet to a VIP that has no service. Under RCU. */
u8 dsr_match_unmatched(const struct dsr_match *match,
		       const struct dsr_match_ctx *in,
		       const struct dsr_tuple *tuple);

void dsr_match_draft_init(struct dsr_match_draft *draft);

/**
 * dsr_match_prepare() - make what a transaction will publish
 * @draft: to be filled; to be published or aborted, also after an error
 * @match: the published table, NULL: there are no services
 * @dirty: the services that are new, changed or deleted, by dsr_service.touched; it
 *	gets sorted
 * @empty: there are no services afterwards
 *
 * What is prepared refers to the pools and filters that are prepared for these services.
 * Process context; may sleep. Return: 0, or -ENOMEM.
 */
int dsr_match_prepare(struct dsr_match_draft *draft,
		      const struct dsr_match *match, struct list_head *dirty,
		      bool empty);

/* Have packets see it, and free what they see no more. @match: points to the table. */
void dsr_match_publish(struct dsr_match_draft *draft,
		       struct dsr_match __rcu **match);

/* Free what was prepared. */
void dsr_match_abort(struct dsr_match_draft *draft);

/* The table and all its VIPs, which packets may still look at. */
void dsr_match_free_rcu(struct dsr_match *match);

#endif /* _DSR_MATCH_H */

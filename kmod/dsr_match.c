// SPDX-License-Identifier: GPL-2.0
/*
 * The match table: VIPs in a hash with open addressing, and for each VIP a run
 * of ports, sorted, in one array. A firewall mark is a VIP whose prefix is longer
 * than any. See dsr_match.h.
 */
#include <linux/bitmap.h>
#include <linux/hash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>

#include "dsr_match.h"
#include "dsr_mem.h"

/* How specific the ports of a service are. */
enum dsr_port_class {
	DSR_PORT_EXACT,
	DSR_PORT_RANGE,
	DSR_PORT_ANY,
};

/**
 * struct dsr_port - ports of a VIP that belong to one service
 * @rank: protocol, class, first port; sorted by it
 * @last: last port
 * @view: the service
 */
struct dsr_port {
	u32 rank;
	u16 last;
	struct dsr_view view;
};

static u32 dsr_port_rank(u8 proto, enum dsr_port_class class, u16 port)
{
	return proto << 18 | class << 16 | port;
}

static u32 dsr_key_rank(const struct dsr_service_key *key)
{
	enum dsr_port_class class = DSR_PORT_EXACT;

	if (dsr_key_any_port(key))
		class = DSR_PORT_ANY;
	else if (key->port != key->port_end)
		class = DSR_PORT_RANGE;
	return dsr_port_rank(key->proto, class, key->port);
}

static int dsr_vip_cmp(const struct dsr_service_key *a,
		       const struct dsr_service_key *b)
{
	if (a->family != b->family)
		return a->family - b->family;
	if (a->prefix_len != b->prefix_len)
		return b->prefix_len - a->prefix_len;
	if (memcmp(a->vrf, b->vrf, sizeof(a->vrf)))
		return memcmp(a->vrf, b->vrf, sizeof(a->vrf));
	return memcmp(&a->addr, &b->addr, sizeof(a->addr));
}

int dsr_key_cmp(const struct dsr_service_key *a,
		const struct dsr_service_key *b)
{
	int cmp = dsr_vip_cmp(a, b);

	if (cmp)
		return cmp;
	if (dsr_key_rank(a) != dsr_key_rank(b))
		return dsr_key_rank(a) < dsr_key_rank(b) ? -1 : 1;
	return a->port_end - b->port_end;
}

bool dsr_key_covers(const struct dsr_service_key *key,
		    const union nf_inet_addr *addr)
{
	union nf_inet_addr prefix;

	if (key->prefix_len == DSR_PREFIX_MARK)
		return false;
	dsr_addr_mask(&prefix, key->family, addr, key->prefix_len);
	return dsr_addr_eq(&prefix, &key->addr);
}

/* What is hashed of a VIP. Only an operator puts VIPs in here, so the hash needs no
 * secret; VIPs that are counted up spread best.
 */
static u32 dsr_vip_sum(u8 zone, u8 family, const union nf_inet_addr *addr,
		       u8 len)
{
	u32 sum = ntohl(addr->ip);

	if (family == AF_INET6)
		sum = ((ntohl(addr->ip6[0]) * 31 + ntohl(addr->ip6[1])) * 31 +
		       ntohl(addr->ip6[2])) * 31 + ntohl(addr->ip6[3]);
	return sum ^ zone << 24 ^ len << 16;
}

/* Prefix lengths are up to 32 or 128; DSR_PREFIX_MARK. */
static u32 dsr_vip_kind(u8 zone, u8 family, u8 len)
{
	return zone << 16 | len << 8 | family;
}

/* The VIP, or the free slot where it belongs. */
static __always_inline u32 dsr_vip_slot(const struct dsr_match *match, u8 zone,
					u8 family,
					const union nf_inet_addr *addr, u8 len)
{
	u32 i = hash_32(dsr_vip_sum(zone, family, addr, len), match->bits);
	u32 kind = dsr_vip_kind(zone, family, len);
	const struct dsr_vip *vip;

	for (;; i = (i + 1) & match->mask) {
		vip = &match->vips[i];
		if (!vip->kind ||
		    (vip->kind == kind && dsr_addr_eq(&vip->addr, addr)))
			return i;
	}
}

/* The mark's, then the next prefix of VIPs, longest first, that covers the
 * address.
 */
static __always_inline const struct dsr_vip *
dsr_vip_next(const struct dsr_match *match, const struct dsr_ingress *in,
	     u8 family, const union nf_inet_addr *addr, unsigned int *nth)
{
	unsigned int fam = dsr_family_index(family);
	const union nf_inet_addr *wanted;
	const struct dsr_vip *vip;
	union nf_inet_addr prefix;
	u8 len;

	while (*nth < match->nr_lens[fam]) {
		len = match->lens[fam][(*nth)++];
		wanted = &prefix;
		if (unlikely(len == DSR_PREFIX_MARK))
			prefix = (union nf_inet_addr) { .all = { in->mark } };
		else if (likely(len == (family == AF_INET ? 32 : 128)))
			wanted = addr;
		else
			dsr_addr_mask(&prefix, family, addr, len);
		vip = &match->vips[dsr_vip_slot(match, in->zone, family,
						wanted, len)];
		if (vip->nr)
			return vip;
	}
	return NULL;
}

u8 dsr_match_zone(const struct dsr_match *match, int ifindex)
{
	const struct dsr_service *svc;
	unsigned int i;

	for (i = 0; i < match->nr_vrfs; i++) {
		svc = match->vrfs[i];
		if (READ_ONCE(svc->vrf_ifindex) == ifindex)
			return svc->zone;
	}
	return 0;
}

const struct dsr_vip *dsr_match_covers(const struct dsr_match *match,
				       const struct dsr_ingress *in, u8 family,
				       const union nf_inet_addr *addr)
{
	unsigned int nth = 0;

	return dsr_vip_next(match, in, family, addr, &nth);
}

/* The last port of @rank or below, as far as protocol and class agree. Each step is one
 * without a branch, which ports that come in any order would have guessed wrong.
 */
static __always_inline const struct dsr_port *
dsr_port_below(const struct dsr_match *match, const struct dsr_vip *vip,
	       u32 rank)
{
	const struct dsr_port *port = match->ports + vip->first;
	u32 nr = vip->nr, half;

	for (; nr > 1; nr -= half) {
		half = nr / 2;
		port += port[half].rank <= rank ? half : 0;
	}
	if (port->rank > rank || port->rank >> 16 != rank >> 16)
		return NULL;
	return port;
}

static bool dsr_view_takes(const struct dsr_view *view,
			   const struct dsr_ingress *in,
			   const struct dsr_tuple *tuple)
{
	return likely(!view->filter) ||
	       dsr_filter_takes(view->filter, &tuple->src, in->ifindex);
}

static const struct dsr_view *dsr_port_find(const struct dsr_match *match,
					    const struct dsr_vip *vip,
					    const struct dsr_ingress *in,
					    const struct dsr_tuple *tuple)
{
	u16 number = ntohs(tuple->dport);
	const struct dsr_port *port;
	enum dsr_port_class class;

	for (class = DSR_PORT_EXACT; class <= DSR_PORT_ANY; class++) {
		port = dsr_port_below(match, vip,
				      dsr_port_rank(tuple->proto, class,
						    number));
		if (port && number <= port->last &&
		    dsr_view_takes(&port->view, in, tuple))
			return &port->view;
	}
	port = dsr_port_below(match, vip, dsr_port_rank(0, DSR_PORT_ANY, 0));
	if (port && dsr_view_takes(&port->view, in, tuple))
		return &port->view;
	return NULL;
}

static const struct dsr_view *dsr_echo_find(const struct dsr_vip *vip,
					    const struct dsr_ingress *in,
					    const struct dsr_tuple *tuple)
{
	if (vip->echo && dsr_view_takes(vip->echo, in, tuple))
		return vip->echo;
	return NULL;
}

static const struct dsr_view *dsr_vip_find(const struct dsr_match *match,
					   const struct dsr_vip *vip,
					   const struct dsr_ingress *in,
					   const struct dsr_tuple *tuple)
{
	return unlikely(dsr_tuple_is_icmp(tuple)) ?
		dsr_echo_find(vip, in, tuple) :
		dsr_port_find(match, vip, in, tuple);
}

const struct dsr_view *dsr_match_find(const struct dsr_match *match,
				      const struct dsr_ingress *in,
				      const struct dsr_tuple *tuple)
{
	const struct dsr_view *view;
	const struct dsr_vip *vip;
	unsigned int nth = 0;

	if (likely(in->vip)) {
		view = dsr_vip_find(match, in->vip, in, tuple);
		if (likely(view))
			return view;
	}
	/* Shorter prefixes may have what the first one has not. */
	while ((vip = dsr_vip_next(match, in, tuple->family, &tuple->dst,
				   &nth))) {
		view = dsr_vip_find(match, vip, in, tuple);
		if (view)
			return view;
	}
	return NULL;
}

u8 dsr_match_unmatched(const struct dsr_match *match,
		       const struct dsr_ingress *in,
		       const struct dsr_tuple *tuple)
{
	const struct dsr_vip *vip;
	unsigned int nth = 0;

	vip = dsr_vip_next(match, in, tuple->family, &tuple->dst, &nth);
	return vip ? vip->unmatched : NF_DSR_UNMATCHED_PASS;
}

/* Services come sorted: the lengths of a family come longest first. */
static void dsr_match_note_len(struct dsr_match *match,
			       const struct dsr_service_key *key)
{
	unsigned int fam = dsr_family_index(key->family);
	u8 *nr = &match->nr_lens[fam];

	if (!*nr || match->lens[fam][*nr - 1] != key->prefix_len)
		match->lens[fam][(*nr)++] = key->prefix_len;
}

/* Who decides on a VIP's echo requests: the first service that says something of
 * them, or else that of any protocol, which they belong to.
 */
static void dsr_vip_note_echo(struct dsr_vip *vip, const struct dsr_view *view)
{
	const struct dsr_service *svc = view->svc;
	bool says = svc->conf.echo != NF_DSR_ECHO_DEFAULT;

	if (vip->echo &&
	    (vip->echo->svc->conf.echo != NF_DSR_ECHO_DEFAULT || !says))
		return;
	if (says || !svc->key.proto)
		vip->echo = view;
}

/* Room for a service of each VRF. */
static u32 dsr_match_count_vrfs(const struct list_head *services)
{
	DECLARE_BITMAP(zones, DSR_ZONES_MAX + 1) = {};
	struct dsr_service *svc;

	list_for_each_entry(svc, services, list) {
		__set_bit(svc->zone, zones);
		cond_resched();
	}
	__clear_bit(0, zones);
	return bitmap_weight(zones, DSR_ZONES_MAX + 1);
}

static void dsr_match_note_vrf(struct dsr_match *match,
			       struct dsr_service *svc)
{
	unsigned int i;

	for (i = 0; i < match->nr_vrfs; i++) {
		if (match->vrfs[i]->zone == svc->zone)
			return;
	}
	match->vrfs[match->nr_vrfs++] = svc;
}

static struct dsr_vip *dsr_match_add_vip(struct dsr_match *match,
					 const struct dsr_service *svc,
					 u32 first)
{
	const struct dsr_service_key *key = &svc->key;
	struct dsr_vip *vip;

	vip = &match->vips[dsr_vip_slot(match, svc->zone, key->family,
					&key->addr, key->prefix_len)];
	if (vip->nr)
		return vip;
	vip->addr = key->addr;
	vip->kind = dsr_vip_kind(svc->zone, key->family, key->prefix_len);
	vip->first = first;
	return vip;
}

static void dsr_view_set(struct dsr_view *view, struct dsr_service *svc)
{
	view->svc = svc;
	view->pool = svc->next_pool ?: svc->pool;
	view->filter = svc->next_pool ? svc->next_filter : svc->filter;
	view->echo = dsr_service_echo(svc);
}

struct dsr_match *dsr_match_build(const struct list_head *services, u32 nr)
{
	u32 size = roundup_pow_of_two(2 * nr), i = 0;
	u32 nr_vrfs = dsr_match_count_vrfs(services);
	struct dsr_match *match;
	struct dsr_service *svc;
	struct dsr_port *port;
	struct dsr_vip *vip;

	match = kvzalloc(size_add(size_add(struct_size(match, vips, size),
					   array_size(nr, sizeof(*port))),
				  array_size(nr_vrfs, sizeof(svc))),
			 DSR_GFP);
	if (!match)
		return NULL;
	match->mask = size - 1;
	match->bits = ilog2(size);
	match->ports = (struct dsr_port *)&match->vips[size];
	match->vrfs = (struct dsr_service **)&match->ports[nr];
	list_for_each_entry(svc, services, list) {
		if (svc->zone)
			dsr_match_note_vrf(match, svc);
		dsr_match_note_len(match, &svc->key);
		vip = dsr_match_add_vip(match, svc, i);
		vip->nr++;
		vip->unmatched = max(vip->unmatched, svc->conf.policy.unmatched);
		port = &match->ports[i++];
		port->rank = dsr_key_rank(&svc->key);
		port->last = svc->key.port_end;
		dsr_view_set(&port->view, svc);
		dsr_vip_note_echo(vip, &port->view);
		cond_resched();
	}
	return match;
}

void dsr_match_free_rcu(struct dsr_match *match)
{
	if (match)
		kvfree_rcu(match, rcu);
}

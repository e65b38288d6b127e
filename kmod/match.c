// SPDX-License-Identifier: GPL-2.0
/*
 * The match table: VIPs in a hash table with open addressing, and for each VIP an array
 * of its ports, sorted by rank. A firewall mark is a VIP whose prefix is longer than
 * any other. See match.h.
 *
 * First the lookups of packets, up to dsr_match_unmatched(); then how a transaction
 * makes and publishes a change, from struct dsr_vip_change on.
 */
#include <linux/cache.h>
#include <linux/hash.h>
#include <linux/list_sort.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <linux/sched.h>

#include "match.h"
#include "mem.h"

enum dsr_port_class {
	DSR_PORT_EXACT,
	DSR_PORT_RANGE,
	DSR_PORT_ANY,
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

/* Combine what identifies a VIP into one word, which dsr_vip_home() hashes. Only an
 * operator adds VIPs, so the hash needs no secret. Consecutive VIPs spread best.
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

/* The prefix length is at most 32 or 128, or DSR_PREFIX_MARK. */
static u32 dsr_vip_kind(u8 zone, u8 family, u8 len)
{
	return zone << 16 | len << 8 | family;
}

/* Return the index of the slot at which the search for a VIP begins. */
static __always_inline u32 dsr_vip_home(const struct dsr_match *match, u8 zone,
					u8 family,
					const union nf_inet_addr *addr, u8 len)
{
	return hash_32(dsr_vip_sum(zone, family, addr, len), match->bits);
}

/* Return the slot of a VIP, or NULL if it has none. */
static __always_inline const struct dsr_vip_slot *
dsr_slot_lookup(const struct dsr_match *match, u8 zone, u8 family,
		const union nf_inet_addr *addr, u8 len)
{
	u32 i = dsr_vip_home(match, zone, family, addr, len);
	u32 wanted = dsr_vip_kind(zone, family, len);
	const struct dsr_vip_slot *slot;
	u32 kind;

	for (;; i = (i + 1) & match->mask) {
		slot = &match->slots[i];
		/* Pairs with dsr_slot_take(), which writes the address first. */
		kind = smp_load_acquire(&slot->kind);
		if (!kind)
			return NULL;
		if (kind == wanted && dsr_addr_eq(&slot->addr, addr))
			return slot;
	}
}

/* Return the next VIP that matches: that of the mark, then the prefixes that cover the
 * address, longest first. @nth: the prefix length, as an index, at which the search
 * goes on.
 */
static __always_inline const struct dsr_vip *
dsr_vip_next(const struct dsr_match *match, const struct dsr_match_ctx *in,
	     u8 family, const union nf_inet_addr *addr, unsigned int *nth)
{
	unsigned int fam = dsr_family_index(family);
	const union nf_inet_addr *wanted;
	const struct dsr_vip_slot *slot;
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
		slot = dsr_slot_lookup(match, in->zone, family, wanted, len);
		vip = slot ? rcu_dereference(slot->vip) : NULL;
		if (vip)
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

const struct dsr_vip *dsr_match_vip(const struct dsr_match *match,
				    const struct dsr_match_ctx *in, u8 family,
				    const union nf_inet_addr *addr)
{
	unsigned int nth = 0;

	return dsr_vip_next(match, in, family, addr, &nth);
}

/* Return the last port whose rank is at most @rank, or NULL if it is of another
 * protocol or class. The search has no conditional branch in its loop, as the CPU would
 * mispredict it for ports in random order.
 */
static __always_inline const struct dsr_port *
dsr_port_below(const struct dsr_vip *vip, u32 rank)
{
	const struct dsr_port *port = vip->ports;
	u32 nr = vip->nr, half;

	for (; nr > 1; nr -= half) {
		half = nr / 2;
		port += port[half].rank <= rank ? half : 0;
	}
	if (port->rank > rank || port->rank >> 16 != rank >> 16)
		return NULL;
	return port;
}

static bool dsr_match_svc_matches(const struct dsr_match_svc *match_svc,
				  const struct dsr_match_ctx *in,
				  const struct dsr_tuple *tuple)
{
	return likely(!match_svc->filter) ||
	       dsr_filter_matches(match_svc->filter, &tuple->src, in->ifindex);
}

static const struct dsr_match_svc *dsr_port_lookup(const struct dsr_vip *vip,
						   const struct dsr_match_ctx *in,
						   const struct dsr_tuple *tuple)
{
	u16 number = ntohs(tuple->dport);
	const struct dsr_port *port;
	enum dsr_port_class class;

	for (class = DSR_PORT_EXACT; class <= DSR_PORT_ANY; class++) {
		port = dsr_port_below(vip, dsr_port_rank(tuple->proto, class,
							 number));
		if (port && number <= port->last &&
		    dsr_match_svc_matches(&port->match_svc, in, tuple))
			return &port->match_svc;
	}
	port = dsr_port_below(vip, dsr_port_rank(0, DSR_PORT_ANY, 0));
	if (port && dsr_match_svc_matches(&port->match_svc, in, tuple))
		return &port->match_svc;
	return NULL;
}

static const struct dsr_match_svc *dsr_vip_lookup_echo(const struct dsr_vip *vip,
						       const struct dsr_match_ctx *in,
						       const struct dsr_tuple *tuple)
{
	if (vip->echo && dsr_match_svc_matches(vip->echo, in, tuple))
		return vip->echo;
	return NULL;
}

static const struct dsr_match_svc *dsr_vip_lookup(const struct dsr_vip *vip,
						  const struct dsr_match_ctx *in,
						  const struct dsr_tuple *tuple)
{
	return unlikely(dsr_tuple_is_icmp(tuple)) ?
		dsr_vip_lookup_echo(vip, in, tuple) :
		dsr_port_lookup(vip, in, tuple);
}

const struct dsr_match_svc *dsr_match_service(const struct dsr_match *match,
					      const struct dsr_match_ctx *in,
					      const struct dsr_tuple *tuple)
{
	const struct dsr_match_svc *match_svc;
	const struct dsr_vip *vip;
	unsigned int nth = 0;

	if (likely(in->vip)) {
		match_svc = dsr_vip_lookup(in->vip, in, tuple);
		if (likely(match_svc))
			return match_svc;
	}
	/* A shorter prefix may have the service that the first one does not have. */
	while ((vip = dsr_vip_next(match, in, tuple->family, &tuple->dst,
				   &nth))) {
		match_svc = dsr_vip_lookup(vip, in, tuple);
		if (match_svc)
			return match_svc;
	}
	return NULL;
}

u8 dsr_match_unmatched(const struct dsr_match *match,
		       const struct dsr_match_ctx *in,
		       const struct dsr_tuple *tuple)
{
	const struct dsr_vip *vip = in->vip;
	unsigned int nth = 0;

	if (!vip)
		vip = dsr_vip_next(match, in, tuple->family, &tuple->dst, &nth);
	return vip ? vip->unmatched : NF_DSR_UNMATCHED_PASS;
}

/**
 * struct dsr_vip_change - change of a VIP by a transaction
 * @list: in dsr_match_draft.changes
 * @key: the VIP, in the form of its slot
 * @vip: the VIP to be published; NULL: the last of its services is deleted
 */
struct dsr_vip_change {
	struct list_head list;
	struct dsr_vip_slot key;
	struct dsr_vip *vip;
};

static u8 dsr_slot_family(const struct dsr_vip_slot *slot)
{
	return slot->kind;
}

static u8 dsr_slot_len(const struct dsr_vip_slot *slot)
{
	return slot->kind >> 8;
}

static u8 dsr_slot_zone(const struct dsr_vip_slot *slot)
{
	return slot->kind >> 16;
}

/* Context, here and below: the caller owns the table, or holds dsr_net.lock. */
static struct dsr_vip *dsr_slot_vip(const struct dsr_vip_slot *slot)
{
	return slot ? rcu_dereference_protected(slot->vip, true) : NULL;
}

static struct dsr_vip_slot *dsr_match_slot(const struct dsr_match *match,
					   const struct dsr_vip_slot *key)
{
	return (struct dsr_vip_slot *)dsr_slot_lookup(match, dsr_slot_zone(key),
						      dsr_slot_family(key),
						      &key->addr,
						      dsr_slot_len(key));
}

/* Return the VIP that is published; NULL if there is no such VIP, or no table. */
static struct dsr_vip *dsr_match_published_vip(const struct dsr_match *match,
					       const struct dsr_vip_slot *key)
{
	return match ? dsr_slot_vip(dsr_match_slot(match, key)) : NULL;
}

static void dsr_port_set(struct dsr_port *port, struct dsr_service *svc)
{
	port->rank = dsr_key_rank(&svc->key);
	port->last = svc->key.port_end;
	port->unmatched = svc->conf.policy.unmatched;
	port->sets_echo = svc->conf.policy.echo != NF_DSR_ECHO_DEFAULT;
	port->match_svc.svc = svc;
	port->match_svc.pool = svc->next_pool ?: svc->pool;
	port->match_svc.filter = svc->next_pool ? svc->next_filter : svc->filter;
	port->match_svc.echo = dsr_service_echo(svc);
}

static int dsr_port_cmp(const struct dsr_port *port,
			const struct dsr_service_key *key)
{
	u32 rank = dsr_key_rank(key);

	if (port->rank != rank)
		return port->rank < rank ? -1 : 1;
	return port->last - key->port_end;
}

/* Merge the ports of @old with those of the services that change: @first and what
 * follows in its list up to @end. Services that are deleted have no ports in the
 * result, services that are new or changed have new ones. Return the number of ports.
 * If @vip is NULL, only count them.
 */
static u32 dsr_vip_merge(struct dsr_vip *vip, const struct dsr_vip *old,
			 struct dsr_service *first, const struct list_head *end)
{
	u32 nr_old = old ? old->nr : 0, i = 0, nr = 0;
	struct dsr_service *svc = first;
	int cmp;

	while (i < nr_old || &svc->dirty != end) {
		if (i == nr_old)
			cmp = 1;
		else if (&svc->dirty == end)
			cmp = -1;
		else
			cmp = dsr_port_cmp(&old->ports[i], &svc->key);
		if (cmp < 0) {
			if (vip)
				vip->ports[nr] = old->ports[i];
			nr++;
			i++;
			continue;
		}
		if (!cmp)
			i++;
		if (!svc->deleting) {
			if (vip)
				dsr_port_set(&vip->ports[nr], svc);
			nr++;
		}
		svc = list_next_entry(svc, dirty);
		cond_resched();
	}
	return nr;
}

/* Return the service of a VIP that decides about echo requests: the first that sets
 * echo, or else the service for any protocol, if there is one.
 */
static const struct dsr_match_svc *dsr_vip_echo(const struct dsr_vip *vip)
{
	const struct dsr_port *port;
	u32 i;

	for (i = 0; i < vip->nr; i++) {
		port = &vip->ports[i];
		if (port->sets_echo)
			return &port->match_svc;
	}
	/* A service for any protocol has the lowest rank. */
	port = &vip->ports[0];
	return port->rank == dsr_port_rank(0, DSR_PORT_ANY, 0) ? &port->match_svc :
								  NULL;
}

/* Allocate whole cache lines: the port of a VIP with one service is in the first one.
 */
static struct dsr_vip *dsr_vip_alloc(u32 nr)
{
	struct dsr_vip *vip;

	return kvzalloc(ALIGN(struct_size(vip, ports, nr), SMP_CACHE_BYTES),
			DSR_GFP);
}

static int dsr_vip_build(struct dsr_vip_change *change,
			 const struct dsr_vip *old, struct dsr_service *first,
			 const struct list_head *end)
{
	u32 nr = dsr_vip_merge(NULL, old, first, end), i;
	struct dsr_vip *vip;

	if (!nr)
		return 0;
	vip = dsr_vip_alloc(nr);
	if (!vip)
		return -ENOMEM;
	vip->nr = nr;
	dsr_vip_merge(vip, old, first, end);
	vip->echo = dsr_vip_echo(vip);
	for (i = 0; i < nr; i++)
		vip->unmatched = max(vip->unmatched, vip->ports[i].unmatched);
	change->vip = vip;
	return 0;
}

/* Add the change of one VIP to the draft. @first and what follows up to @end are its
 * services that change.
 */
static int dsr_match_change(struct dsr_match_draft *draft,
			    const struct dsr_match *match,
			    struct dsr_service *first,
			    const struct list_head *end)
{
	struct dsr_vip_change *change = kzalloc(sizeof(*change), DSR_GFP);

	if (!change)
		return -ENOMEM;
	change->key.addr = first->key.addr;
	change->key.kind = dsr_vip_kind(first->zone, first->key.family,
					first->key.prefix_len);
	list_add_tail(&change->list, &draft->changes);
	return dsr_vip_build(change, dsr_match_published_vip(match, &change->key), first,
			     end);
}

static int dsr_match_cmp(void *priv, const struct list_head *a,
			 const struct list_head *b)
{
	cond_resched();
	return dsr_key_cmp(&list_entry(a, struct dsr_service, dirty)->key,
			   &list_entry(b, struct dsr_service, dirty)->key);
}

static int dsr_match_change_vips(struct dsr_match_draft *draft,
				 const struct dsr_match *match,
				 struct list_head *dirty)
{
	struct dsr_service *first, *svc;
	int err;

	list_sort(NULL, dirty, dsr_match_cmp);
	first = list_first_entry(dirty, struct dsr_service, dirty);
	while (&first->dirty != dirty) {
		svc = first;
		list_for_each_entry_continue(svc, dirty, dirty) {
			if (dsr_vip_cmp(&svc->key, &first->key))
				break;
		}
		err = dsr_match_change(draft, match, first, &svc->dirty);
		if (err)
			return err;
		first = svc;
	}
	return 0;
}

/* Return the counter of VIPs of the same prefix length; NULL if there are none. */
static u32 *dsr_match_prefixes(struct dsr_match *match,
			       const struct dsr_vip_slot *key)
{
	unsigned int fam = dsr_family_index(dsr_slot_family(key)), i;

	for (i = 0; i < match->nr_lens[fam]; i++) {
		if (match->lens[fam][i] == dsr_slot_len(key))
			return &match->nr_prefixes[fam][i];
	}
	return NULL;
}

/* Insert the prefix length of its first VIP; the longest comes first. */
static void dsr_match_add_len(struct dsr_match *match,
			      const struct dsr_vip_slot *key)
{
	unsigned int fam = dsr_family_index(dsr_slot_family(key)), i, behind;
	u32 *prefixes = match->nr_prefixes[fam];
	u8 *lens = match->lens[fam];

	for (i = 0; i < match->nr_lens[fam]; i++) {
		if (lens[i] < dsr_slot_len(key))
			break;
	}
	behind = match->nr_lens[fam]++ - i;
	memmove(&lens[i + 1], &lens[i], behind * sizeof(*lens));
	memmove(&prefixes[i + 1], &prefixes[i], behind * sizeof(*prefixes));
	lens[i] = dsr_slot_len(key);
	prefixes[i] = 1;
}

static void dsr_match_count(struct dsr_match *match,
			    const struct dsr_vip_slot *key)
{
	u32 *prefixes = dsr_match_prefixes(match, key);

	match->nr_vips++;
	if (prefixes)
		(*prefixes)++;
	else
		dsr_match_add_len(match, key);
}

/* Return a service of the VRF; NULL if the table has none. */
static struct dsr_service *dsr_match_vrf(const struct dsr_match *match, u8 zone)
{
	unsigned int i;

	for (i = 0; i < match->nr_vrfs; i++) {
		if (match->vrfs[i]->zone == zone)
			return match->vrfs[i];
	}
	return NULL;
}

/* Give a free slot to a VIP. A packet that finds the slot also sees its content. */
static void dsr_slot_take(struct dsr_match *match,
			  const struct dsr_vip_slot *key, struct dsr_vip *vip)
{
	u32 i = dsr_vip_home(match, dsr_slot_zone(key), dsr_slot_family(key),
			     &key->addr, dsr_slot_len(key));
	struct dsr_vip_slot *slot;

	while (match->slots[i].kind)
		i = (i + 1) & match->mask;
	slot = &match->slots[i];
	slot->addr = key->addr;
	RCU_INIT_POINTER(slot->vip, vip);
	/* Pairs with dsr_slot_lookup(). */
	smp_store_release(&slot->kind, key->kind);
	match->nr_used++;
}

/* Return true if the change can be made in one slot of the published table. */
static bool dsr_match_takes(struct dsr_match *match,
			    const struct dsr_vip_change *change)
{
	const struct dsr_vip_slot *slot = dsr_match_slot(match, &change->key);
	const u32 *prefixes = dsr_match_prefixes(match, &change->key);
	const struct dsr_service *vrf;

	if (dsr_slot_zone(&change->key)) {
		vrf = dsr_match_vrf(match, dsr_slot_zone(&change->key));
		if (!vrf || vrf->deleting)
			return false;
	}
	if (!change->vip)
		return !dsr_slot_vip(slot) || *prefixes > 1;
	return prefixes && (slot || 2 * (match->nr_used + 1) <= match->mask + 1);
}

/* Publish the change in one slot. Return the VIP that was there, or NULL. */
static struct dsr_vip *dsr_match_put(struct dsr_match *match,
				     const struct dsr_vip_change *change)
{
	struct dsr_vip_slot *slot = dsr_match_slot(match, &change->key);
	struct dsr_vip *old = dsr_slot_vip(slot), *vip = change->vip;

	if (slot)
		rcu_assign_pointer(slot->vip, vip);
	else if (vip)
		dsr_slot_take(match, &change->key, vip);
	if (vip && !old) {
		dsr_match_count(match, &change->key);
	} else if (old && !vip) {
		match->nr_vips--;
		(*dsr_match_prefixes(match, &change->key))--;
	}
	return old;
}

static struct dsr_match *dsr_match_alloc(u32 nr_vips, u32 nr_vrfs)
{
	/* At most a third is used now, so that VIPs can be added until half is. */
	u32 size = roundup_pow_of_two(3 * nr_vips);
	struct dsr_match *match;

	match = kvzalloc(size_add(struct_size(match, slots, size),
				  array_size(nr_vrfs, sizeof(*match->vrfs))),
			 DSR_GFP);
	if (!match)
		return NULL;
	match->mask = size - 1;
	match->bits = ilog2(size);
	match->vrfs = (struct dsr_service **)&match->slots[size];
	return match;
}

/* Add a VIP to a table that is not published yet. If @vip is NULL, the slot only shows
 * that the VIP is deleted.
 */
static void dsr_match_add(struct dsr_match *match,
			  const struct dsr_vip_slot *key, struct dsr_vip *vip)
{
	dsr_slot_take(match, key, vip);
	if (!vip)
		return;
	dsr_match_count(match, key);
	if (dsr_slot_zone(key) && !dsr_match_vrf(match, dsr_slot_zone(key)))
		match->vrfs[match->nr_vrfs++] = vip->ports[0].match_svc.svc;
}

/* Make a new table from the changes and the unchanged VIPs of the published table. */
static int dsr_match_copy(struct dsr_match_draft *draft,
			  const struct dsr_match *match)
{
	u32 nr = match ? match->nr_vips : 0, i;
	u32 nr_vrfs = match ? match->nr_vrfs : 0;
	const struct dsr_vip_slot *slot;
	struct dsr_vip_change *change;

	list_for_each_entry(change, &draft->changes, list) {
		nr++;
		nr_vrfs += !!dsr_slot_zone(&change->key);
	}
	draft->replaces = true;
	draft->table = dsr_match_alloc(nr, min_t(u32, nr_vrfs, DSR_ZONES_MAX));
	if (!draft->table)
		return -ENOMEM;
	list_for_each_entry(change, &draft->changes, list) {
		dsr_match_add(draft->table, &change->key, change->vip);
		cond_resched();
	}
	for (i = 0; match && i <= match->mask; i++) {
		slot = &match->slots[i];
		if (dsr_slot_vip(slot) && !dsr_match_slot(draft->table, slot))
			dsr_match_add(draft->table, slot, dsr_slot_vip(slot));
		cond_resched();
	}
	return 0;
}

void dsr_match_draft_init(struct dsr_match_draft *draft)
{
	*draft = (struct dsr_match_draft) {};
	INIT_LIST_HEAD(&draft->changes);
}

int dsr_match_prepare(struct dsr_match_draft *draft,
		      const struct dsr_match *match, struct list_head *dirty,
		      bool empty)
{
	int err;

	if (empty) {
		draft->replaces = true;
		return 0;
	}
	err = dsr_match_change_vips(draft, match, dirty);
	if (err)
		return err;
	if (match && list_is_singular(&draft->changes) &&
	    dsr_match_takes((struct dsr_match *)match,
			    list_first_entry(&draft->changes,
					     struct dsr_vip_change, list)))
		return 0;
	return dsr_match_copy(draft, match);
}

void dsr_match_publish(struct dsr_match_draft *draft,
		       struct dsr_match __rcu **where)
{
	struct dsr_match *match = rcu_dereference_protected(*where, true);
	struct dsr_vip_change *change, *next;
	struct dsr_vip *old;

	if (draft->replaces)
		rcu_assign_pointer(*where, draft->table);
	list_for_each_entry_safe(change, next, &draft->changes, list) {
		old = draft->replaces ? dsr_match_published_vip(match, &change->key) :
					dsr_match_put(match, change);
		if (old)
			kvfree_rcu(old, rcu);
		kfree(change);
		cond_resched();
	}
	if (!draft->table && draft->replaces)
		dsr_match_free_rcu(match);
	else if (match && draft->replaces)
		kvfree_rcu(match, rcu);
	dsr_match_draft_init(draft);
}

void dsr_match_abort(struct dsr_match_draft *draft)
{
	struct dsr_vip_change *change, *next;

	list_for_each_entry_safe(change, next, &draft->changes, list) {
		kvfree(change->vip);
		kfree(change);
		cond_resched();
	}
	kvfree(draft->table);
	dsr_match_draft_init(draft);
}

void dsr_match_free_rcu(struct dsr_match *match)
{
	struct dsr_vip *vip;
	u32 i;

	if (!match)
		return;
	for (i = 0; i <= match->mask; i++) {
		vip = dsr_slot_vip(&match->slots[i]);
		if (vip)
			kvfree_rcu(vip, rcu);
		cond_resched();
	}
	kvfree_rcu(match, rcu);
}

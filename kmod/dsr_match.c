// SPDX-License-Identifier: GPL-2.0
/*
 * The match table: VIPs in a hash with open addressing, and for each VIP a run
 * of ports, sorted, in one array. See dsr_match.h.
 */
#include <linux/inetdevice.h>
#include <linux/jhash.h>
#include <linux/log2.h>
#include <linux/mm.h>
#include <linux/overflow.h>
#include <net/ipv6.h>

#include "dsr_match.h"

/* How specific the ports of a service are. */
enum dsr_port_class {
	DSR_PORT_EXACT,
	DSR_PORT_RANGE,
	DSR_PORT_ANY,
};

/**
 * struct dsr_vip - a VIP or a prefix of VIPs
 * @addr: address, the bits behind the prefix 0
 * @family: AF_INET or AF_INET6
 * @prefix_len: 0 to 32 or 128
 * @first: its first port
 * @nr: how many ports; 0: the slot is free
 * @echo: decides on echo requests; NULL: a shorter prefix may
 */
struct dsr_vip {
	union nf_inet_addr addr;
	u8 family;
	u8 prefix_len;
	u32 first;
	u32 nr;
	struct dsr_service *echo;
};

/**
 * struct dsr_port - ports of a VIP that belong to one service
 * @rank: protocol, class, first port; sorted by it
 * @last: last port
 * @svc: the service
 */
struct dsr_port {
	u32 rank;
	u16 last;
	struct dsr_service *svc;
};

/**
 * struct dsr_match - the table
 * @rcu: for freeing
 * @mask: size of @vips less 1
 * @nr_lens: how many lengths of prefixes there are, by family
 * @lens: these lengths, longest first
 * @vips: at most half full
 * @ports: behind @vips
 */
struct dsr_match {
	struct rcu_head rcu;
	u32 mask;
	u8 nr_lens[2];
	u8 lens[2][129];
	struct dsr_port *ports;
	struct dsr_vip vips[];
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

static void dsr_addr_mask(union nf_inet_addr *out, u8 family,
			  const union nf_inet_addr *addr, u8 len)
{
	memset(out, 0, sizeof(*out));
	if (family == AF_INET)
		out->ip = addr->ip & inet_make_mask(len);
	else
		ipv6_addr_prefix(&out->in6, &addr->in6, len);
}

bool dsr_key_covers(const struct dsr_service_key *key,
		    const union nf_inet_addr *addr)
{
	union nf_inet_addr prefix;

	dsr_addr_mask(&prefix, key->family, addr, key->prefix_len);
	return dsr_addr_eq(&prefix, &key->addr);
}

/* Only an operator puts VIPs in here, so the hash needs no secret. */
static u32 dsr_vip_hash(u8 family, const union nf_inet_addr *addr, u8 len)
{
	if (family == AF_INET)
		return jhash_1word((__force u32)addr->ip, len);
	return jhash2((__force const u32 *)addr->all, 4, len);
}

/* The VIP, or the free slot where it belongs. */
static u32 dsr_vip_slot(const struct dsr_match *match, u8 family,
			const union nf_inet_addr *addr, u8 len)
{
	u32 i = dsr_vip_hash(family, addr, len) & match->mask;
	const struct dsr_vip *vip;

	for (;; i = (i + 1) & match->mask) {
		vip = &match->vips[i];
		if (!vip->nr ||
		    (vip->prefix_len == len && vip->family == family &&
		     dsr_addr_eq(&vip->addr, addr)))
			return i;
	}
}

static unsigned int dsr_family_index(u8 family)
{
	return family == AF_INET6;
}

/* The next prefix of VIPs, longest first, that covers the address. */
static const struct dsr_vip *dsr_vip_next(const struct dsr_match *match,
					  u8 family,
					  const union nf_inet_addr *addr,
					  unsigned int *nth)
{
	unsigned int fam = dsr_family_index(family);
	const struct dsr_vip *vip;
	union nf_inet_addr prefix;
	u8 len;

	while (*nth < match->nr_lens[fam]) {
		len = match->lens[fam][(*nth)++];
		dsr_addr_mask(&prefix, family, addr, len);
		vip = &match->vips[dsr_vip_slot(match, family, &prefix, len)];
		if (vip->nr)
			return vip;
	}
	return NULL;
}

bool dsr_match_covers(const struct dsr_match *match, u8 family,
		      const union nf_inet_addr *addr)
{
	unsigned int nth = 0;

	return dsr_vip_next(match, family, addr, &nth);
}

/* The last port of @rank or below, as far as protocol and class agree. */
static const struct dsr_port *dsr_port_below(const struct dsr_match *match,
					     const struct dsr_vip *vip, u32 rank)
{
	const struct dsr_port *port = match->ports + vip->first;
	u32 low = 0, high = vip->nr, middle;

	while (low < high) {
		middle = (low + high) / 2;
		if (port[middle].rank <= rank)
			low = middle + 1;
		else
			high = middle;
	}
	if (!low || port[low - 1].rank >> 16 != rank >> 16)
		return NULL;
	return &port[low - 1];
}

static struct dsr_service *dsr_port_find(const struct dsr_match *match,
					 const struct dsr_vip *vip, u8 proto,
					 u16 number)
{
	const struct dsr_port *port;
	enum dsr_port_class class;

	for (class = DSR_PORT_EXACT; class <= DSR_PORT_ANY; class++) {
		port = dsr_port_below(match, vip,
				      dsr_port_rank(proto, class, number));
		if (port && number <= port->last)
			return port->svc;
	}
	port = dsr_port_below(match, vip, dsr_port_rank(0, DSR_PORT_ANY, 0));
	return port ? port->svc : NULL;
}

struct dsr_service *dsr_match_find(const struct dsr_match *match,
				   const struct dsr_tuple *tuple)
{
	const struct dsr_vip *vip;
	struct dsr_service *svc;
	unsigned int nth = 0;

	while ((vip = dsr_vip_next(match, tuple->family, &tuple->dst, &nth))) {
		svc = dsr_tuple_is_icmp(tuple) ? vip->echo :
			dsr_port_find(match, vip, tuple->proto,
				      ntohs(tuple->dport));
		if (svc)
			return svc;
	}
	return NULL;
}

struct dsr_service *dsr_match_key(const struct dsr_match *match,
				  const struct dsr_service_key *key)
{
	const struct dsr_port *port;
	const struct dsr_vip *vip;
	u32 i;

	i = dsr_vip_slot(match, key->family, &key->addr, key->prefix_len);
	vip = &match->vips[i];
	if (!vip->nr)
		return NULL;
	port = dsr_port_below(match, vip, dsr_key_rank(key));
	if (!port || dsr_key_cmp(&port->svc->key, key))
		return NULL;
	return port->svc;
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
static void dsr_vip_note_echo(struct dsr_vip *vip, struct dsr_service *svc)
{
	bool says = svc->conf.echo != NF_DSR_ECHO_DEFAULT;

	if (vip->echo && (vip->echo->conf.echo != NF_DSR_ECHO_DEFAULT || !says))
		return;
	if (says || !svc->key.proto)
		vip->echo = svc;
}

struct dsr_match *dsr_match_build(const struct list_head *services, u32 nr)
{
	struct dsr_match *match;
	struct dsr_service *svc;
	struct dsr_port *port;
	struct dsr_vip *vip;
	u32 size, i = 0;

	size = roundup_pow_of_two(2 * nr);
	match = kvzalloc(size_add(struct_size(match, vips, size),
				  array_size(nr, sizeof(*port))),
			 GFP_KERNEL_ACCOUNT);
	if (!match)
		return NULL;
	match->mask = size - 1;
	match->ports = (struct dsr_port *)&match->vips[size];
	list_for_each_entry(svc, services, list) {
		dsr_match_note_len(match, &svc->key);
		vip = &match->vips[dsr_vip_slot(match, svc->key.family,
						&svc->key.addr,
						svc->key.prefix_len)];
		if (!vip->nr) {
			vip->addr = svc->key.addr;
			vip->family = svc->key.family;
			vip->prefix_len = svc->key.prefix_len;
			vip->first = i;
		}
		vip->nr++;
		dsr_vip_note_echo(vip, svc);
		port = &match->ports[i++];
		port->rank = dsr_key_rank(&svc->key);
		port->last = svc->key.port_end;
		port->svc = svc;
	}
	return match;
}

void dsr_match_free_rcu(struct dsr_match *match)
{
	if (match)
		kvfree_rcu(match, rcu);
}

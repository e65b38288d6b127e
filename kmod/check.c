// SPDX-License-Identifier: GPL-2.0
/*
 * What happens to checks, see check.h. dsr_check_packet() looks up the backend of a mark,
 * and sends the packet on the path that the backend's flows take.
 */
#include <linux/rhashtable.h>

#include "backend.h"
#include "check.h"
#include "net.h"
#include "path.h"
#include "trace.h"
#include "xmit.h"

const struct rhashtable_params dsr_check_mark_params = {
	.key_len	= sizeof_field(struct dsr_check, mark),
	.key_offset	= offsetof(struct dsr_check, mark),
	.head_offset	= offsetof(struct dsr_check, node),
	.automatic_shrinking = true,
};

/* Return true if the packet is one to the service, or an echo request to a VIP of it,
 * whichever service decides about those of clients.
 */
static bool dsr_check_is_to(const struct dsr_service *svc, u8 zone,
			    const struct dsr_pkt *pkt)
{
	const struct dsr_service_key *key = &svc->key;
	const struct dsr_tuple *t = &pkt->tuple;
	u16 port = ntohs(t->dport);

	if (pkt->kind != DSR_KIND_FLOW || key->family != t->family ||
	    svc->zone != zone || !dsr_key_covers(key, &t->dst))
		return false;
	return dsr_tuple_is_icmp(t) || !key->proto ||
	       (key->proto == t->proto && port >= key->port && port <= key->port_end);
}

static struct dsr_backend *dsr_check_backend(struct dsr_net *dn, u32 mark)
{
	const struct dsr_check *check;

	check = rhashtable_lookup(&dn->checks, &mark, dsr_check_mark_params);
	return check ? rcu_dereference(check->backend) : NULL;
}

/* Drop a check that only this machine would answer, because it has the VIP and has chosen
 * it as the source. It would say nothing about the backend, unless that is this machine.
 */
static bool dsr_check_is_martian(struct dsr_backend *backend,
				 const struct dsr_decision *d)
{
	const struct dsr_path *path;

	if (likely(!dsr_tuple_is_martian(&d->pkt.tuple)))
		return false;
	path = dsr_path_get(backend, d->hash);
	return !path || !path->method->local;
}

bool dsr_check_decide(struct dsr_net *dn, u32 mark, u8 zone, struct dsr_decision *d)
{
	struct dsr_backend *backend = dsr_check_backend(dn, mark);

	if (!backend || !dsr_check_is_to(backend->svc, zone, &d->pkt))
		return false;
	d->lacks_backend = false;
	d->match_svc = NULL;
	d->svc = backend->svc;
	dsr_choice_init(&d->choice);
	d->pkt.tuple.zone = zone;
	d->hash = dsr_flow_hash(&dn->flows, &d->pkt.tuple);
	d->choice.backend = backend;
	d->choice.by = NF_DSR_CHOSEN_BY_CHECK;
	d->action = DSR_ACT_DROP;
	if (dsr_check_is_martian(backend, d))
		d->drop = DSR_DROP_MARTIAN;
	else if (unlikely(d->pkt.source_route))
		d->drop = DSR_DROP_SOURCE_ROUTE;
	else
		d->action = DSR_ACT_FORWARD;
	return true;
}

enum dsr_verdict dsr_check_packet(struct dsr_net *dn, u8 zone, struct sk_buff *skb)
{
	u32 packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	struct dsr_decision d __uninitialized;
	struct dsr_backend *backend;
	const struct dsr_path *path;
	enum dsr_verdict verdict;
	u32 bytes = skb->len;

	if (dsr_packet_parse(skb, &d.pkt) != DSR_PASS ||
	    !dsr_check_decide(dn, skb->mark, zone, &d))
		return DSR_PASS;
	if (d.action == DSR_ACT_DROP)
		return d.drop;
	backend = d.choice.backend;
	path = dsr_path_get(backend, d.hash);
	if (!path)
		return dsr_path_missing(backend);
	verdict = dsr_xmit(skb, &d.pkt, path, d.hash);
	if (verdict == DSR_SENT || verdict == DSR_LOCAL) {
		dsr_stats_check(backend->stats, packets, bytes);
		trace_dsr_forward(&d.pkt.tuple, backend);
	}
	return verdict;
}

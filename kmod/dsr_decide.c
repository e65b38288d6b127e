// SPDX-License-Identifier: GPL-2.0
/*
 * The decision about a packet, see dsr_decide.h: which service, which flow or
 * else which backend.
 */
#include <linux/inetdevice.h>
#include <net/route.h>

#include "dsr_backend.h"
#include "dsr_decide.h"
#include "dsr_martian.h"
#include "dsr_net.h"
#include "dsr_pool.h"
#include "dsr_state.h"

static void dsr_decide_pass(struct dsr_decision *d, enum dsr_pass why)
{
	d->action = DSR_ACT_PASS;
	d->pass = why;
}

static void dsr_decide_drop(struct dsr_decision *d, enum dsr_verdict why)
{
	d->action = DSR_ACT_DROP;
	d->drop = why;
}

/* Return true if routing would take the IPv4 source for forged: one of this machine's own
 * addresses, unless the device has accept_local, or the broadcast address of a subnet.
 * IPv6 has no such rule. A packet that begins a flow is asked this, and one that is
 * answered here; it costs a lookup in the local table.
 */
static bool dsr_decide_is_forged(const struct dsr_net *dn,
				 const struct dsr_ingress *in,
				 const struct dsr_tuple *t)
{
	struct in_device *in_dev;
	struct net_device *dev;

	if (t->family != AF_INET || !in->ifindex)
		return false;
	dev = dev_get_by_index_rcu(dn->net, in->ifindex);
	if (!dev)
		return false;
	switch (inet_addr_type_dev_table(dn->net, dev, t->src.ip)) {
	case RTN_BROADCAST:
		return true;
	case RTN_LOCAL:
		in_dev = __in_dev_get_rcu(dev);
		return !in_dev || !IN_DEV_ACCEPT_LOCAL(in_dev);
	default:
		return false;
	}
}

/* This machine may talk to itself, if it has the VIP. */
static void dsr_decide_martian(struct dsr_decision *d, bool own)
{
	if (own)
		dsr_decide_pass(d, DSR_PASS_ITSELF);
	else
		dsr_decide_drop(d, DSR_DROP_MARTIAN);
}

/* A packet to a VIP that no service wants. Ping is not meant. */
static void dsr_decide_unmatched(const struct dsr_net *dn,
				 const struct dsr_match *match,
				 const struct dsr_ingress *in, bool own,
				 struct dsr_decision *d)
{
	u8 unmatched = dsr_match_unmatched(match, in, &d->pkt.tuple);
	u8 proto = d->pkt.tuple.proto;

	if (unmatched == NF_DSR_UNMATCHED_PASS || proto == IPPROTO_ICMP ||
	    proto == IPPROTO_ICMPV6) {
		dsr_decide_pass(d, DSR_PASS_UNMATCHED);
		return;
	}
	if (dsr_tuple_is_martian(&d->pkt.tuple) ||
	    dsr_decide_is_forged(dn, in, &d->pkt.tuple)) {
		dsr_decide_martian(d, own);
		return;
	}
	dsr_decide_drop(d, DSR_DROP_UNMATCHED);
	if (unmatched == NF_DSR_UNMATCHED_REJECT)
		d->action = DSR_ACT_REJECT;
}

/* An echo request to a VIP that does not forward these. Of an error about a
 * reply no backend can know anything.
 */
static void dsr_decide_echo(const struct dsr_net *dn,
			    const struct dsr_ingress *in, bool own,
			    struct dsr_decision *d)
{
	u8 echo = d->view->echo;

	/* What this machine sends goes by its routes, whoever answers. */
	if (d->pkt.kind != DSR_KIND_FLOW || echo == NF_DSR_ECHO_PASS || own)
		dsr_decide_pass(d, DSR_PASS_ECHO);
	else if (dsr_decide_is_forged(dn, in, &d->pkt.tuple))
		dsr_decide_drop(d, DSR_DROP_MARTIAN);
	else if (echo == NF_DSR_ECHO_REPLY_IF_UP && !d->view->pool->nr)
		dsr_decide_drop(d, DSR_DROP_ECHO_DOWN);
	else
		d->action = DSR_ACT_ECHO;
}

/* Does the service refuse what belongs to a backend that is gone? A SYN does
 * not: it begins something new.
 */
static bool dsr_decide_is_orphan(const struct dsr_decision *d)
{
	return d->view->pool->policy.on_delete != NF_DSR_ON_DELETE_REHASH &&
	       !dsr_state_begins(d->pkt.tcp_flags);
}

/* The backend of the packet's flow. False: it has none, or none any more.
 *
 * A SYN keeps the backend, too, whatever the state of the flow: it may be forged, and
 * so may the FIN or RST before it. A client that uses a port again meets the same
 * backend, which knows best what has become of the connection before.
 */
static bool dsr_decide_flow(const struct dsr_flow *flow,
			    struct dsr_decision *d)
{
	struct dsr_choice *choice = &d->choice;

	if (dsr_flow_expired(flow))
		return false;
	if (unlikely(!dsr_backend_usable(flow->backend))) {
		choice->why = DSR_DROP_BACKEND_GONE;
		return dsr_decide_is_orphan(d);
	}
	choice->flow = *flow;
	choice->backend = flow->backend;
	choice->by = NF_DSR_CHOSEN_BY_FLOW;
	return true;
}

/* A packet of a service that no backend gets. */
static void dsr_decide_refuse(struct dsr_decision *d)
{
	const struct dsr_policy *policy = &d->view->pool->policy;
	bool reject;

	if (d->choice.why == DSR_DROP_BACKEND_GONE) {
		reject = policy->on_delete == NF_DSR_ON_DELETE_REJECT;
	} else {
		if (policy->no_backend == NF_DSR_NO_BACKEND_ACCEPT) {
			dsr_decide_pass(d, DSR_PASS_NO_BACKEND);
			return;
		}
		reject = policy->no_backend == NF_DSR_NO_BACKEND_REJECT;
	}
	dsr_decide_drop(d, d->choice.why);
	if (reject)
		d->action = DSR_ACT_REJECT;
}

/* Most packets are of flows, and the table is too large for caches: what it is
 * asked first is on its way here while the service is looked for.
 */
static void dsr_decide_begin(const struct dsr_net *dn,
			     const struct dsr_ingress *in,
			     struct dsr_decision *d)
{
	d->view = NULL;
	d->svc = NULL;
	dsr_choice_init(&d->choice);
	if (unlikely(in->zone))
		d->pkt.tuple.zone = in->zone;
	d->hash = dsr_flow_hash(&dn->flows, &d->pkt.tuple);
	d->home = dsr_flow_reach(&dn->flows, &d->pkt.tuple, d->hash);
}

/* Which backend, of the service that was found? */
static void dsr_decide_backend(struct dsr_net *dn,
			       const struct dsr_ingress *in, bool take,
			       struct dsr_decision *d)
{
	struct dsr_flow flow;

	if (!dsr_flow_look(&dn->flows, d->home, &d->pkt.tuple, d->hash,
			   &flow) ||
	    !dsr_decide_flow(&flow, d)) {
		/* Errors neither begin flows nor end them: anybody can forge one. */
		if (d->pkt.kind == DSR_KIND_FLOW) {
			if (unlikely(dsr_decide_is_forged(dn, in,
							  &d->pkt.tuple))) {
				dsr_decide_drop(d, DSR_DROP_MARTIAN);
				return;
			}
			d->choice.over = flow;
		}
		dsr_schedule(dn, d->view, &d->pkt, take, &d->choice);
	}
	if (likely(d->choice.backend))
		d->action = DSR_ACT_FORWARD;
	else
		dsr_decide_refuse(d);
}

/* An error that is for no service as it came: it has not the mark that its flow's
 * packets have, or comes in by another device. The flow knows, and its client was
 * admitted when it began. Without one it is about what the stack itself may have
 * sent.
 */
static void dsr_decide_by_flow(struct dsr_net *dn, struct dsr_decision *d)
{
	struct dsr_flow flow;

	if (!dsr_flow_look(&dn->flows, d->home, &d->pkt.tuple, d->hash,
			   &flow) ||
	    dsr_flow_expired(&flow) || d->pkt.source_route ||
	    !dsr_backend_usable(flow.backend)) {
		dsr_decide_pass(d, DSR_PASS_UNMATCHED);
		return;
	}
	d->svc = flow.backend->svc;
	d->choice.flow = flow;
	d->choice.backend = flow.backend;
	d->choice.by = NF_DSR_CHOSEN_BY_FLOW;
	d->action = DSR_ACT_FORWARD;
}

void dsr_decide_stray(struct dsr_net *dn, const struct dsr_ingress *in,
		      struct dsr_decision *d)
{
	dsr_decide_begin(dn, in, d);
	dsr_decide_by_flow(dn, d);
}

/* Which service? False: none from which a backend is to be chosen; it is decided. */
static bool dsr_decide_service(struct dsr_net *dn, const struct dsr_match *match,
			       const struct dsr_ingress *in, bool own,
			       struct dsr_decision *d)
{
	dsr_decide_begin(dn, in, d);
	if (d->pkt.kind != DSR_KIND_FLOW && d->pkt.kind != DSR_KIND_ERROR) {
		dsr_decide_pass(d, d->pkt.kind == DSR_KIND_FRAGMENT ?
				   DSR_PASS_FRAGMENT : DSR_PASS_CONTROL);
		return false;
	}
	d->view = dsr_match_find(match, in, &d->pkt.tuple);
	if (!d->view) {
		if (d->pkt.kind == DSR_KIND_ERROR)
			dsr_decide_by_flow(dn, d);
		else
			dsr_decide_unmatched(dn, match, in, own, d);
		return false;
	}
	d->svc = d->view->svc;
	if (unlikely(dsr_tuple_is_martian(&d->pkt.tuple))) {
		dsr_decide_martian(d, own);
		return false;
	}
	if (unlikely(d->pkt.source_route)) {
		dsr_decide_drop(d, DSR_DROP_SOURCE_ROUTE);
		return false;
	}
	if (unlikely(!dsr_view_admits(d->view, &d->pkt.tuple.src))) {
		dsr_decide_drop(d, DSR_DROP_SOURCE);
		return false;
	}
	if (unlikely(dsr_tuple_is_icmp(&d->pkt.tuple)) &&
	    d->view->echo != NF_DSR_ECHO_FORWARD) {
		dsr_decide_echo(dn, in, own, d);
		return false;
	}
	return true;
}

void dsr_decide(struct dsr_net *dn, const struct dsr_match *match,
		const struct dsr_ingress *in, bool own, bool take,
		struct dsr_decision *d)
{
	if (dsr_decide_service(dn, match, in, own, d))
		dsr_decide_backend(dn, in, take, d);
}

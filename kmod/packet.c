// SPDX-License-Identifier: GPL-2.0
/*
 * The full path of a packet: parse it, decide, carry the decision out, count.
 *
 * dsr_packet() calls the steps in this order. dsr_decide() and its helpers, in the
 * second half of the file, do not change the packet.
 */
#include <linux/inetdevice.h>
#include <net/route.h>

#include "backend.h"
#include "icmp.h"
#include "lib/state.h"
#include "lib/tuple.h"
#include "net.h"
#include "packet.h"
#include "pool.h"
#include "trace.h"
#include "xmit.h"

/* The parser returns how many bytes it needs contiguous. That is always more than it had,
 * so the loop ends.
 */
enum dsr_verdict dsr_packet_parse(struct sk_buff *skb, struct dsr_pkt *pkt)
{
	int err;

	do {
		err = dsr_parse(skb->data, skb_headlen(skb), skb->len, pkt);
		if (!err)
			return DSR_PASS;
		if (err != -EAGAIN)
			return DSR_DROP_MALFORMED;
	} while (pskb_may_pull(skb, pkt->need));
	return DSR_DROP_NO_MEMORY;
}

/* Remember the chosen backend if the packet begins a flow, else that its flow is alive.
 * Return the backend that the packet goes to.
 */
static struct dsr_backend *dsr_packet_keep(struct dsr_net *dn,
					   const struct dsr_decision *d)
{
	if (unlikely(d->choice.by != NF_DSR_CHOSEN_BY_FLOW))
		return dsr_sched_flow_create(dn, d->svc, &d->pkt, d->hash,
					     &d->choice);
	if (d->pkt.kind == DSR_KIND_FLOW)
		dsr_flow_update(&dn->flows, &d->pkt.tuple, d->hash,
				&d->choice.flow, d->pkt.tcp_flags);
	return d->choice.backend;
}

static enum dsr_verdict dsr_packet_forward(struct dsr_net *dn,
					   struct sk_buff *skb,
					   struct dsr_decision *d)
{
	struct dsr_backend *backend = dsr_packet_keep(dn, d);
	const struct dsr_path *path = dsr_path_get(backend, d->hash);
	u32 packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	u32 bytes = skb->len;
	enum dsr_verdict verdict;

	if (!path) {
		d->lacks_backend = !dsr_backend_usable(backend);
		dsr_stats_unreachable(backend->stats, packets);
		return dsr_path_missing(backend);
	}
	verdict = dsr_xmit(skb, &d->pkt, path, d->hash);
	if (verdict == DSR_SENT || verdict == DSR_LOCAL) {
		dsr_stats_packet(backend->stats, packets, bytes);
		trace_dsr_forward(&d->pkt.tuple, backend);
	}
	return verdict;
}

/* Carry out a decision that is not to send the packet to a backend. */
static enum dsr_verdict dsr_packet_act(struct dsr_net *dn, struct sk_buff *skb,
				       const struct dsr_decision *d)
{
	dsr_sched_flow_remove(dn, d->svc, &d->pkt, d->hash, &d->choice);
	switch (d->action) {
	case DSR_ACT_PASS:
		return DSR_PASS;
	case DSR_ACT_ECHO:
		return dsr_echo_reply(skb, &d->pkt);
	case DSR_ACT_REJECT:
		dsr_reject(dn->net, skb, &d->pkt);
		break;
	case DSR_ACT_FORWARD:
	case DSR_ACT_DROP:
		break;
	}
	return d->drop;
}

/* How often the full path decides about a packet. */
#define DSR_PACKET_TRIES	4

/* Decide about a packet again, if it lacks a backend and the configuration has changed since
 * the packet read it. The backends of the old one may be gone: packets that are in flight on
 * other CPUs, or in tasks that were preempted, do not hold up a change. With the new
 * configuration the packet goes where the next one goes.
 *
 * Carry out the last decision. @d is the first one, and @verdict the result of the attempt
 * to send the packet.
 */
static noinline enum dsr_verdict
dsr_packet_again(struct dsr_net *dn, const struct dsr_match *match,
		 const struct dsr_match_ctx *in, struct sk_buff *skb,
		 struct dsr_decision *d, enum dsr_verdict verdict)
{
	bool local_out = dsr_xmit_is_local_out(skb);
	struct dsr_match_ctx now = *in;
	const struct dsr_match *newest;
	const void *vip = in->vip;
	int tries;

	for (tries = 1; d->lacks_backend && tries < DSR_PACKET_TRIES; tries++) {
		smp_rmb();	/* pairs with dsr_backend_set_state() */
		newest = rcu_dereference(dn->match);
		if (!newest ||
		    !dsr_packet_is_covered(newest, skb, d->pkt.tuple.family, &now))
			return DSR_PASS;
		/* A change of one VIP keeps the table, and replaces the VIP in it. */
		if (newest == match && now.vip == vip)
			break;
		match = newest;
		vip = now.vip;
		dsr_decide(dn, match, &now, local_out, true, d);
		if (d->action == DSR_ACT_FORWARD)
			verdict = dsr_packet_forward(dn, skb, d);
	}
	return d->action == DSR_ACT_FORWARD ? verdict : dsr_packet_act(dn, skb, d);
}

enum dsr_verdict dsr_packet(struct dsr_net *dn, const struct dsr_match *match,
			    const struct dsr_match_ctx *in, struct sk_buff *skb)
{
	bool local_out = dsr_xmit_is_local_out(skb);
	/* Each field is written before it is read. Kernels are built to zero such
	 * variables, which would cost a tenth of all work for a packet.
	 */
	struct dsr_decision d __uninitialized;
	enum dsr_verdict verdict;

	verdict = dsr_packet_parse(skb, &d.pkt);
	if (verdict != DSR_PASS)
		return verdict;
	/* The source address of outer headers may be a VIP, too. */
	if (unlikely(d.pkt.kind == DSR_KIND_ERROR) && !local_out &&
	    dsr_icmp_tunnel_error(dn, match, in->zone, skb))
		return DSR_PASS;
	dsr_decide(dn, match, in, local_out, true, &d);
	if (likely(d.action == DSR_ACT_FORWARD))
		verdict = dsr_packet_forward(dn, skb, &d);
	if (unlikely(d.action != DSR_ACT_FORWARD || d.lacks_backend))
		return dsr_packet_again(dn, match, in, skb, &d, verdict);
	return verdict;
}

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

/* Return true if routing would take the IPv4 source address for forged: one of this
 * machine's own addresses, unless the device has accept_local, or the broadcast address
 * of a subnet. IPv6 has no such rule. The check costs a lookup in the local table, so
 * it is made only for packets that begin a flow, and for those that are answered here.
 */
static bool dsr_decide_is_forged(const struct dsr_net *dn,
				 const struct dsr_match_ctx *in,
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

/* Drop a martian. A packet of this machine is left to the stack instead: the machine
 * may send to itself if it has the VIP.
 */
static void dsr_decide_martian(struct dsr_decision *d, bool local_out)
{
	if (local_out)
		dsr_decide_pass(d, DSR_PASS_ITSELF);
	else
		dsr_decide_drop(d, DSR_DROP_MARTIAN);
}

/* Decide about a packet to a VIP that belongs to no service. ICMP is always left to the
 * stack.
 */
static void dsr_decide_unmatched(const struct dsr_net *dn,
				 const struct dsr_match *match,
				 const struct dsr_match_ctx *in, bool local_out,
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
		dsr_decide_martian(d, local_out);
		return;
	}
	dsr_decide_drop(d, DSR_DROP_UNMATCHED);
	if (unmatched == NF_DSR_UNMATCHED_REJECT)
		d->action = DSR_ACT_REJECT;
}

/* Decide about an echo request to a VIP that does not forward them. An error about an
 * echo reply is left to the stack, because no backend has sent that reply.
 */
static void dsr_decide_echo(const struct dsr_net *dn,
			    const struct dsr_match_ctx *in, bool local_out,
			    struct dsr_decision *d)
{
	u8 echo = d->match_svc->echo;

	/* An echo request of this machine follows its routes. */
	if (d->pkt.kind != DSR_KIND_FLOW || echo == NF_DSR_ECHO_PASS || local_out)
		dsr_decide_pass(d, DSR_PASS_ECHO);
	else if (dsr_decide_is_forged(dn, in, &d->pkt.tuple))
		dsr_decide_drop(d, DSR_DROP_MARTIAN);
	else if (echo == NF_DSR_ECHO_REPLY_IF_UP && !d->match_svc->pool->nr)
		dsr_decide_drop(d, DSR_DROP_ECHO_DOWN);
	else
		d->action = DSR_ACT_ECHO;
}

/* Return true, and the reason, if the service refuses a packet of a flow whose backend is
 * not usable. It does not refuse a SYN, which begins a new connection.
 */
static bool dsr_decide_is_orphan(const struct dsr_backend *backend, struct dsr_decision *d)
{
	const struct dsr_policy *policy = &d->match_svc->pool->policy;
	bool refuses;

	if (READ_ONCE(backend->state) == DSR_STATE_UNHEALTHY) {
		d->choice.why = DSR_DROP_BACKEND_DOWN;
		refuses = policy->on_down == NF_DSR_ON_DOWN_RESET &&
			  d->pkt.tuple.proto == IPPROTO_TCP;
	} else {
		d->choice.why = DSR_DROP_BACKEND_GONE;
		refuses = policy->on_delete != NF_DSR_ON_DELETE_REHASH;
	}
	return refuses && !dsr_state_begins(d->pkt.tcp_flags);
}

/* Use the backend of the packet's flow. Return false if the scheduler must choose one:
 * the flow has expired, or its backend is gone and the service does not refuse the
 * packet.
 *
 * A SYN keeps the backend, too, in any state of the flow: it may be forged, and so may
 * the FIN or RST before it. A client that uses a port again meets the same backend,
 * which knows the state of the earlier connection.
 */
static bool dsr_decide_flow(const struct dsr_flow *flow,
			    struct dsr_decision *d)
{
	struct dsr_choice *choice = &d->choice;

	if (dsr_flow_expired(flow))
		return false;
	if (unlikely(!dsr_backend_usable(flow->backend)))
		return dsr_decide_is_orphan(flow->backend, d);
	choice->flow = *flow;
	choice->backend = flow->backend;
	choice->by = NF_DSR_CHOSEN_BY_FLOW;
	return true;
}

/* Decide about a packet of a service that no backend gets. */
static void dsr_decide_refuse(struct dsr_decision *d)
{
	const struct dsr_policy *policy = &d->match_svc->pool->policy;
	bool reject;

	d->lacks_backend = true;
	if (d->choice.why == DSR_DROP_BACKEND_DOWN) {
		reject = true;
	} else if (d->choice.why == DSR_DROP_BACKEND_GONE) {
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

/* Initialize the decision. Most packets belong to flows, and the flow table is too
 * large for caches, so the home bucket is fetched while the service is looked up.
 */
static void dsr_decide_begin(const struct dsr_net *dn,
			     const struct dsr_match_ctx *in,
			     struct dsr_decision *d)
{
	d->lacks_backend = false;
	d->match_svc = NULL;
	d->svc = NULL;
	dsr_choice_init(&d->choice);
	if (unlikely(in->zone))
		d->pkt.tuple.zone = in->zone;
	d->hash = dsr_flow_hash(&dn->flows, &d->pkt.tuple);
	d->home = dsr_flow_prefetch(&dn->flows, &d->pkt.tuple, d->hash);
}

/* Find the backend: that of the flow, or else the scheduler's choice. */
static void dsr_decide_backend(struct dsr_net *dn,
			       const struct dsr_match_ctx *in, bool commit,
			       struct dsr_decision *d)
{
	struct dsr_flow flow;

	if (!dsr_flow_lookup_bucket(&dn->flows, d->home, &d->pkt.tuple, d->hash,
				    &flow) ||
	    !dsr_decide_flow(&flow, d)) {
		/* Errors neither begin nor end flows: anyone can forge one. */
		if (d->pkt.kind == DSR_KIND_FLOW) {
			if (unlikely(dsr_decide_is_forged(dn, in,
							  &d->pkt.tuple))) {
				dsr_decide_drop(d, DSR_DROP_MARTIAN);
				return;
			}
			d->choice.stale = flow;
		}
		dsr_sched_pick(dn, d->match_svc, &d->pkt, commit, &d->choice);
	}
	if (likely(d->choice.backend))
		d->action = DSR_ACT_FORWARD;
	else
		dsr_decide_refuse(d);
}

/* Decide about an error that matches no service, because it does not have the mark of
 * its flow's packets, or comes in by another device. The flow identifies the backend,
 * and its client was admitted when it began. Without a flow, the error is about a
 * packet that the stack itself may have sent.
 */
static void dsr_decide_by_flow(struct dsr_net *dn, struct dsr_decision *d)
{
	struct dsr_flow flow;

	if (!dsr_flow_lookup_bucket(&dn->flows, d->home, &d->pkt.tuple, d->hash,
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

/* Decide what becomes of an ICMP error to an address that is no VIP. The parameters and
 * the context are those of dsr_decide().
 */
static void dsr_decide_stray(struct dsr_net *dn, const struct dsr_match_ctx *in,
			     struct dsr_decision *d)
{
	dsr_decide_begin(dn, in, d);
	dsr_decide_by_flow(dn, d);
}

/* An error that this machine sends is not checked here for a tunnel: it comes back over
 * the loopback device, and is checked then.
 */
enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
				  const struct dsr_match *match,
				  const struct dsr_match_ctx *in,
				  struct sk_buff *skb)
{
	struct dsr_decision d;

	if ((!dsr_xmit_is_local_out(skb) &&
	     dsr_icmp_tunnel_error(dn, match, in->zone, skb)) ||
	    dsr_packet_parse(skb, &d.pkt) != DSR_PASS ||
	    d.pkt.kind != DSR_KIND_ERROR)
		return DSR_PASS;
	dsr_decide_stray(dn, in, &d);
	if (d.action == DSR_ACT_FORWARD)
		return dsr_packet_forward(dn, skb, &d);
	return dsr_packet_act(dn, skb, &d);
}

/* Return true if the packet's kind is one that a backend may get. Any other packet is
 * left to the stack.
 */
static bool dsr_decide_kind(struct dsr_decision *d)
{
	switch (d->pkt.kind) {
	case DSR_KIND_FLOW:
	case DSR_KIND_ERROR:
		break;
	case DSR_KIND_FRAGMENT:
		dsr_decide_pass(d, DSR_PASS_FRAGMENT);
		return false;
	case DSR_KIND_CONTROL:
		dsr_decide_pass(d, DSR_PASS_CONTROL);
		return false;
	}
	return true;
}

/* Find the service of a packet. Return false if no backend has to be chosen, because
 * the decision is made already.
 */
static bool dsr_decide_service(struct dsr_net *dn, const struct dsr_match *match,
			       const struct dsr_match_ctx *in, bool local_out,
			       struct dsr_decision *d)
{
	dsr_decide_begin(dn, in, d);
	if (!dsr_decide_kind(d))
		return false;
	d->match_svc = dsr_match_service(match, in, &d->pkt.tuple);
	if (!d->match_svc) {
		if (d->pkt.kind == DSR_KIND_ERROR)
			dsr_decide_by_flow(dn, d);
		else
			dsr_decide_unmatched(dn, match, in, local_out, d);
		return false;
	}
	d->svc = d->match_svc->svc;
	if (unlikely(dsr_tuple_is_martian(&d->pkt.tuple))) {
		dsr_decide_martian(d, local_out);
		return false;
	}
	if (unlikely(d->pkt.source_route)) {
		dsr_decide_drop(d, DSR_DROP_SOURCE_ROUTE);
		return false;
	}
	if (unlikely(!dsr_match_svc_admits(d->match_svc, &d->pkt.tuple.src))) {
		dsr_decide_drop(d, DSR_DROP_SOURCE);
		return false;
	}
	if (unlikely(dsr_tuple_is_icmp(&d->pkt.tuple)) &&
	    d->match_svc->echo != NF_DSR_ECHO_FORWARD) {
		dsr_decide_echo(dn, in, local_out, d);
		return false;
	}
	return true;
}

void dsr_decide(struct dsr_net *dn, const struct dsr_match *match,
		const struct dsr_match_ctx *in, bool local_out, bool commit,
		struct dsr_decision *d)
{
	if (dsr_decide_service(dn, match, in, local_out, d))
		dsr_decide_backend(dn, in, commit, d);
}

bool dsr_packet_is_covered(const struct dsr_match *match,
			   const struct sk_buff *skb, u8 family,
			   struct dsr_match_ctx *in)
{
	union nf_inet_addr dst = {};

	if (family == AF_INET6)
		dst.in6 = ipv6_hdr(skb)->daddr;
	else
		dst.ip = ip_hdr(skb)->daddr;
	in->vip = dsr_match_vip(match, in, family, &dst);
	return in->vip;
}

unsigned int dsr_packet_verdict(struct dsr_net *dn, struct sk_buff *skb,
				enum dsr_verdict verdict)
{
	switch (verdict) {
	case DSR_PASS:
	case DSR_LOCAL:
		return NF_ACCEPT;
	case DSR_SENT:
		return NF_STOLEN;
	DSR_DROPS(DSR_DROP_LABEL)
		break;
	}
	dsr_stats_drop(dn->drops, verdict);
	trace_dsr_drop(dn->net, skb, verdict);
	return NF_DROP;
}

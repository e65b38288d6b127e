// SPDX-License-Identifier: GPL-2.0
/*
 * The way of a packet: what is it, what is to become of it (which service, which
 * flow or else which backend), do that, count it.
 */
#include "dsr_backend.h"
#include "dsr_echo.h"
#include "dsr_icmp.h"
#include "dsr_net.h"
#include "dsr_packet.h"
#include "dsr_pool.h"
#include "dsr_reject.h"
#include "dsr_trace.h"
#include "dsr_xmit.h"

/* The parser says how many bytes it wants in one piece; it never asks for as
 * few as it had, so this ends.
 */
static enum dsr_verdict dsr_packet_parse(struct sk_buff *skb,
					 struct dsr_pkt *pkt)
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

/* Remember where a flow goes that begins, or that it is there yet. */
static struct dsr_backend *dsr_packet_keep(struct dsr_net *dn,
					   const struct dsr_decision *d)
{
	if (unlikely(d->choice.by != NF_DSR_CHOSEN_BY_FLOW))
		return dsr_schedule_keep(dn, d->svc, &d->pkt, d->hash,
					 &d->choice);
	if (d->pkt.kind == DSR_KIND_FLOW)
		dsr_flow_touch(&dn->flows, &d->pkt.tuple, d->hash,
			       &d->choice.flow, d->pkt.tcp_flags);
	return d->choice.backend;
}

static enum dsr_verdict dsr_packet_forward(struct dsr_net *dn,
					   struct sk_buff *skb,
					   const struct dsr_decision *d)
{
	struct dsr_backend *backend = dsr_packet_keep(dn, d);
	const struct dsr_path *path = dsr_path_get(backend, d->hash);
	u32 packets = max_t(u32, skb_shinfo(skb)->gso_segs, 1);
	u32 bytes = skb->len;
	enum dsr_verdict verdict;

	if (!path) {
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

/* Do what was decided. */
static enum dsr_verdict dsr_packet_act(struct dsr_net *dn, struct sk_buff *skb,
				       const struct dsr_decision *d)
{
	if (likely(d->action == DSR_ACT_FORWARD))
		return dsr_packet_forward(dn, skb, d);
	dsr_schedule_forget(dn, d->svc, &d->pkt, d->hash, &d->choice);
	switch (d->action) {
	case DSR_ACT_PASS:
		return DSR_PASS;
	case DSR_ACT_ECHO:
		return dsr_echo_reply(skb, &d->pkt);
	case DSR_ACT_REJECT:
		dsr_reject(dn->net, skb, &d->pkt);
		fallthrough;
	default:
		return d->drop;
	}
}

enum dsr_verdict dsr_packet(struct dsr_net *dn, const struct dsr_match *match,
			    const struct dsr_ingress *in, struct sk_buff *skb)
{
	bool own = dsr_xmit_is_own(skb);
	/* Each field is written before it is read. To have all zeroed first, as
	 * kernels are built, would be a tenth of the work for a packet.
	 */
	struct dsr_decision d __uninitialized;
	enum dsr_verdict verdict;

	verdict = dsr_packet_parse(skb, &d.pkt);
	if (verdict != DSR_PASS)
		return verdict;
	/* The source of outer headers may be a VIP, too. */
	if (unlikely(d.pkt.kind == DSR_KIND_ERROR) && !own &&
	    dsr_icmp_tunnel_error(dn, match, in->zone, skb))
		return DSR_PASS;
	dsr_decide(dn, match, in, own, true, &d);
	return dsr_packet_act(dn, skb, &d);
}

/* One of our own comes back before it is looked at as an error about a tunnel. */
enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
				  const struct dsr_match *match,
				  const struct dsr_ingress *in,
				  struct sk_buff *skb)
{
	struct dsr_decision d;

	if ((!dsr_xmit_is_own(skb) &&
	     dsr_icmp_tunnel_error(dn, match, in->zone, skb)) ||
	    dsr_packet_parse(skb, &d.pkt) != DSR_PASS ||
	    d.pkt.kind != DSR_KIND_ERROR)
		return DSR_PASS;
	dsr_decide_stray(dn, in, &d);
	return dsr_packet_act(dn, skb, &d);
}

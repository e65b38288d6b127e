// SPDX-License-Identifier: GPL-2.0
/*
 * Packet trace, see packet_trace.h.
 */
#include <linux/skbuff.h>

#include "backend.h"
#include "check.h"
#include "lib/probe.h"
#include "net.h"
#include "packet_trace.h"
#include "path.h"
#include "stats.h"
#include "xmit.h"

struct sk_buff *dsr_packet_trace_skb(const struct dsr_probe *probe, u32 mark)
{
	struct sk_buff *skb = alloc_skb(probe->len, GFP_KERNEL);

	if (!skb)
		return NULL;
	dsr_probe_write(skb_put_zero(skb, probe->len), probe);
	skb_reset_network_header(skb);
	skb->protocol = htons(probe->tuple.family == AF_INET ? ETH_P_IP :
							       ETH_P_IPV6);
	skb->mark = mark;
	/* A nonzero index means that this machine does not send the packet itself. */
	skb->skb_iif = LOOPBACK_IFINDEX;
	return skb;
}

static const char *const dsr_pass_names[] = {
#define X(id, name, doc) name,
	DSR_PASSES(X)
#undef X
};

static const char *const dsr_pass_docs[] = {
#define X(id, name, doc) doc,
	DSR_PASSES(X)
#undef X
};

static void dsr_packet_trace_pass(struct dsr_packet_trace_result *result, enum dsr_pass why)
{
	result->verdict = NF_DSR_TRACE_VERDICT_PASS;
	result->reason = dsr_pass_names[why];
	result->doc = dsr_pass_docs[why];
}

static void dsr_packet_trace_drop(struct dsr_packet_trace_result *result, u8 verdict,
				  enum dsr_verdict why)
{
	result->verdict = verdict;
	result->reason = dsr_drop_name(why);
	result->doc = dsr_drop_doc(why);
}

/* Look up the path to the backend, and check whether the packet could take it. */
static void dsr_packet_trace_forward(struct dsr_net *dn, const struct sk_buff *skb,
				     struct dsr_packet_trace_result *result)
{
	const struct dsr_choice *choice = &result->d.choice;
	struct dsr_backend *backend = choice->backend;
	enum dsr_verdict verdict;
	bool fits;

	result->by = choice->by;
	if (choice->by != NF_DSR_CHOSEN_BY_FLOW && choice->by != NF_DSR_CHOSEN_BY_CHECK)
		backend = dsr_sched_flow_peek(dn, &result->d.pkt,
					      result->d.hash, choice);
	if (backend != choice->backend)
		result->by = NF_DSR_CHOSEN_BY_HASH;
	result->backend = backend;
	result->path = dsr_path_get(backend, result->d.hash);
	if (!result->path) {
		dsr_packet_trace_drop(result, NF_DSR_TRACE_VERDICT_DROP,
				      dsr_path_missing(backend));
		return;
	}
	verdict = dsr_xmit_check(skb, &result->d.pkt, result->path, &fits);
	switch (verdict) {
	case DSR_LOCAL:
		result->verdict = NF_DSR_TRACE_VERDICT_LOCAL;
		break;
	case DSR_SENT:
		result->verdict = NF_DSR_TRACE_VERDICT_FORWARD;
		result->fragmented = !fits;
		break;
	case DSR_PASS:	/* the check does not return it */
	DSR_DROPS(DSR_DROP_LABEL)
		dsr_packet_trace_drop(result, NF_DSR_TRACE_VERDICT_DROP, verdict);
		break;
	}
}

static void dsr_packet_trace_decision(struct dsr_net *dn, const struct sk_buff *skb,
				      struct dsr_packet_trace_result *result)
{
	const struct dsr_decision *d = &result->d;

	switch (d->action) {
	case DSR_ACT_FORWARD:
		dsr_packet_trace_forward(dn, skb, result);
		break;
	case DSR_ACT_PASS:
		dsr_packet_trace_pass(result, d->pass);
		break;
	case DSR_ACT_ECHO:
		result->verdict = NF_DSR_TRACE_VERDICT_REPLY;
		break;
	case DSR_ACT_DROP:
		dsr_packet_trace_drop(result, NF_DSR_TRACE_VERDICT_DROP, d->drop);
		break;
	case DSR_ACT_REJECT:
		dsr_packet_trace_drop(result, NF_DSR_TRACE_VERDICT_REJECT, d->drop);
		break;
	}
}

/* Return true if the packet is a check: one that a socket of this machine sends, by the
 * VRF @dev or by no VRF. A packet that arrives does so by a device that is no VRF.
 */
static bool dsr_packet_trace_check(struct dsr_net *dn, const struct net_device *dev,
				   const struct dsr_match_ctx *in,
				   struct dsr_decision *d)
{
	return in->mark && (!dev || netif_is_l3_master(dev)) &&
	       dsr_check_decide(dn, in->mark, in->zone, d);
}

void dsr_packet_trace(struct dsr_net *dn, const struct sk_buff *skb,
		      const struct net_device *dev, struct dsr_packet_trace_result *result)
{
	const struct dsr_match *match = rcu_dereference(dn->match);
	struct dsr_pkt *pkt = &result->d.pkt;
	struct dsr_match_ctx in = { .mark = skb->mark };

	memset(result, 0, sizeof(*result));
	if (!match) {
		dsr_packet_trace_pass(result, DSR_PASS_NO_SERVICES);
		return;
	}
	if (dev && !dsr_match_ctx_init(match, dev, skb->mark, &in)) {
		dsr_packet_trace_pass(result, DSR_PASS_VRF);
		return;
	}
	if (dsr_parse(skb->data, skb->len, skb->len, pkt)) {
		dsr_packet_trace_drop(result, NF_DSR_TRACE_VERDICT_DROP,
				      DSR_DROP_MALFORMED);
		return;
	}
	if (dsr_packet_trace_check(dn, dev, &in, &result->d)) {
		dsr_packet_trace_decision(dn, skb, result);
		return;
	}
	/* An ICMP error is addressed to the VIP that sent the quoted packet. */
	in.vip = dsr_match_vip(match, &in, pkt->tuple.family,
			       &pkt->tuple.dst);
	if (!in.vip) {
		dsr_packet_trace_pass(result, DSR_PASS_NO_VIP);
		return;
	}
	dsr_decide(dn, match, &in, false, false, &result->d);
	dsr_packet_trace_decision(dn, skb, result);
}

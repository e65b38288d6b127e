/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Asking what would become of a packet, by the steps that a packet goes through,
 * up to where something would be done about it.
 */
#ifndef _DSR_PACKET_TRACE_H
#define _DSR_PACKET_TRACE_H

#include "packet.h"

struct dsr_net;
struct dsr_path;
struct dsr_probe;

/**
 * struct dsr_packet_trace_result - what would become of a packet
 * @verdict: enum nf_dsr_trace_verdict
 * @reason: name of the reason; NULL: there is none to give
 * @doc: the same in a sentence
 * @d: what was decided
 * @backend: where it would go; NULL: nowhere
 * @by: enum nf_dsr_chosen_by, where there is a backend
 * @path: the way there; NULL: none, or nobody asked
 * @fragmented: in fragments
 */
struct dsr_packet_trace_result {
	u8 verdict;
	const char *reason;
	const char *doc;
	struct dsr_decision d;
	const struct dsr_backend *backend;
	u8 by;
	const struct dsr_path *path;
	bool fragmented;
};

/* The packet, in an skb of its own; NULL without memory. Process context. */
struct sk_buff *dsr_packet_trace_skb(const struct dsr_probe *probe, u32 mark);

/**
 * dsr_packet_trace() - ask what would become of a packet
 * @dn: the network namespace
 * @skb: of dsr_packet_trace_skb(); not changed
 * @dev: device by which it would come in; NULL: one that nobody has named
 * @answer: result
 *
 * What packets and operators can see stays as it is; a route may have been looked
 * up that the next packet then finds. Softirq or bottom halves off, under RCU; the
 * answer is valid as long.
 */
void dsr_packet_trace(struct dsr_net *dn, const struct sk_buff *skb,
		      const struct net_device *dev, struct dsr_packet_trace_result *answer);

#endif /* _DSR_PACKET_TRACE_H */

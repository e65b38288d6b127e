/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packet trace: report what the director would do with a given packet. The trace
 * takes the same steps as a packet, up to the point where the director would act on
 * it.
 */
#ifndef _DSR_PACKET_TRACE_H
#define _DSR_PACKET_TRACE_H

#include "packet.h"

struct dsr_net;
struct dsr_path;
struct dsr_probe;

/**
 * struct dsr_packet_trace_result - what the director would do with a packet
 * @verdict: enum nf_dsr_trace_verdict
 * @reason: name of the reason; NULL: there is none
 * @doc: the reason in a sentence
 * @d: the decision about the packet
 * @backend: backend that the packet would go to; NULL: none
 * @by: enum nf_dsr_chosen_by, if there is a backend
 * @path: path to @backend; NULL: there is none, or none was looked up
 * @fragmented: the packet would be fragmented
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

/* Return a new skb with the packet that @probe describes, or NULL if there is no
 * memory. Context: process.
 */
struct sk_buff *dsr_packet_trace_skb(const struct dsr_probe *probe, u32 mark);

/**
 * dsr_packet_trace() - determine what the director would do with a packet
 * @dn: the network namespace
 * @skb: packet from dsr_packet_trace_skb(); not changed
 * @dev: device by which the packet would come in; NULL: none is given
 * @result: result
 *
 * No state that packets or operators can see changes. A trace may look up a path,
 * which the next packet then uses. The result is valid until the end of the RCU
 * read-side critical section. Context: softirq or bottom halves off, under RCU.
 */
void dsr_packet_trace(struct dsr_net *dn, const struct sk_buff *skb,
		      const struct net_device *dev, struct dsr_packet_trace_result *result);

#endif /* _DSR_PACKET_TRACE_H */

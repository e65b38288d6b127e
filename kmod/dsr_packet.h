/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The way of a packet that has to do with a service. Softirq, or with bottom halves
 * off; under RCU. The packet's data begins at its IP header. DSR_PASS leaves it to
 * the stack; with DSR_SENT it is no longer the caller's.
 */
#ifndef _DSR_PACKET_H
#define _DSR_PACKET_H

#include <linux/skbuff.h>

#include "dsr_decide.h"

/* A packet to a VIP, or with a service's mark. */
enum dsr_verdict dsr_packet(struct dsr_net *dn, const struct dsr_match *match,
			    const struct dsr_ingress *in, struct sk_buff *skb);

/* An ICMP packet for no VIP and without a service's mark: an error about what was
 * sent in a tunnel, or about the flow of a mark.
 */
enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
				  const struct dsr_match *match,
				  const struct dsr_ingress *in,
				  struct sk_buff *skb);

#endif /* _DSR_PACKET_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Refusals that clients are told of.
 */
#ifndef _DSR_REJECT_H
#define _DSR_REJECT_H

#include <linux/skbuff.h>

struct dsr_pkt;

/* Answer a packet of a flow: a TCP reset from the VIP, which need not be an
 * address of this machine, for anything else ICMP port unreachable from one
 * that is. The answer takes the routes of the VRF that the packet came in through.
 * Softirq, under RCU; the packet is as it came and stays the caller's. The stack limits
 * the rate of ICMP errors; resets are at most one for each segment, and shorter than it.
 */
void dsr_reject(struct net *net, struct sk_buff *skb, const struct dsr_pkt *pkt);

#endif /* _DSR_REJECT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fast path: the same steps in fewer instructions, for most packets. They are TCP
 * segments and UDP datagrams without options, extension headers or fragments, of flows
 * that go on as they did. All others are left alone, for dsr_packet().
 *
 * A flow that is known was once begun by a packet that had been judged in full: no
 * martian. What depends on more than addresses and ports (which service, does it take
 * this client and device, has the packet its mark) is asked of each packet.
 */
#ifndef _DSR_FAST_H
#define _DSR_FAST_H

#include <linux/skbuff.h>

#include "dsr_hold.h"
#include "dsr_match.h"

/* Put a packet by, to send it soon. False: it is not for the fast path, and none that was
 * waits any more. Softirq, under RCU; its data begins at its IP header.
 */
bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_ingress *in, struct sk_buff *skb);

/* Send one that was put by. DSR_PASS: nothing was done about it. Softirq, under RCU. */
enum dsr_verdict dsr_fast_send(const struct dsr_held *held);

#endif /* _DSR_FAST_H */

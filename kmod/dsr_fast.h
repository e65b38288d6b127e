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

#include "dsr_batch.h"
#include "dsr_match.h"

/* Add a packet to the batch, which sends it soon. Return false if it is not for the fast
 * path; the batch is flushed then. Bottom halves off, under RCU; the packet's data begins
 * at its IP header.
 */
bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_ingress *in, struct sk_buff *skb);

/* Send a packet of the batch. DSR_PASS: nothing was done about it. The same context. */
enum dsr_verdict dsr_fast_send(const struct dsr_batched *held);

#endif /* _DSR_FAST_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that wait for memory. The flow table of a busy director is larger than any
 * cache, so that who looks for a flow waits for memory longer than all else takes.
 * Memory can fetch many things at once. So a packet whose flow's place is on its way
 * here is put by, and the packets behind it come to the same point meanwhile. All go on
 * when there are DSR_HOLD of them, or when this CPU is done with the packets that it
 * was given at once. With few flows that pays as well: a step that is done for eight
 * packets in turn is cheaper than eight steps are that take turns.
 *
 * They wait in a queue per CPU, whatever their network namespace. They hold no
 * reference, so a namespace and a device wait for them when they go.
 */
#ifndef _DSR_HOLD_H
#define _DSR_HOLD_H

#include <linux/skbuff.h>

#include "dsr_tuple.h"

struct dsr_net;

/**
 * struct dsr_held - a packet that waits
 * @dn: its network namespace
 * @skb: the packet
 * @hash: of @tuple, see dsr_flow_hash()
 * @steady: it has no TCP flag that could change its flow's state
 * @tuple: its flow
 *
 * A line of the cache.
 */
struct dsr_held {
	struct dsr_net *dn;
	struct sk_buff *skb;
	u32 hash;
	bool steady;
	struct dsr_tuple tuple;
};

void dsr_hold_init(void);

/* Nobody calls dsr_hold() any more. */
void dsr_hold_exit(void);

/* Where to write down a packet that shall wait; nothing to give back. NULL: none may.
 * Softirq.
 */
struct dsr_held *dsr_hold_slot(void);

/* Put the packet by that is in the slot; no longer the caller's. It may go on by this,
 * and others before it. Softirq, under RCU.
 */
void dsr_hold(void);

/* Let all go on that wait on this CPU: before a packet that does not wait, as it may
 * be of the same flow. Softirq, under RCU.
 */
void dsr_hold_release(void);

/* Have the packet, which goes into the stack again, not be put by again. */
void dsr_hold_again(struct sk_buff *skb);

/* From now on nothing is put by; for devices that nobody will tell us of any more.
 * Process context.
 */
void dsr_hold_close(void);

/* Wait until all have gone on that were put by before. Process context. */
void dsr_hold_drain(void);

#endif /* _DSR_HOLD_H */

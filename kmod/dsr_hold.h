/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets that wait for memory. The flow table of a busy director is larger than any
 * cache, so that who looks for a flow waits for memory longer than all else takes.
 * Memory can fetch many things at once. So a packet that was found a service, and
 * whose flow's place is on its way here, is put by, and the packets behind it come
 * to the same point meanwhile. It goes on when DSR_HOLD others have come, or when
 * this CPU is done with the packets that it was given at once.
 *
 * They wait in a ring per CPU, whatever their network namespace. They hold no
 * reference, so a namespace and a device wait for them when they go.
 */
#ifndef _DSR_HOLD_H
#define _DSR_HOLD_H

#include <linux/skbuff.h>

#include "dsr_decide.h"

void dsr_hold_init(void);

/* Nobody calls dsr_hold() any more. */
void dsr_hold_exit(void);

/* May it be put by, and does that pay? dsr_decide_service() has found its service.
 * Softirq, under RCU.
 */
bool dsr_hold_pays(const struct dsr_net *dn, const struct sk_buff *skb,
		   const struct dsr_decision *d);

/**
 * dsr_hold() - put a packet by
 * @dn: the network namespace
 * @serial: of the match table that it was decided by
 * @skb: packet; no longer the caller's
 * @d: what was decided up to now
 *
 * The first of those that wait may go on by this. Softirq, under RCU.
 */
void dsr_hold(struct dsr_net *dn, u64 serial, struct sk_buff *skb,
	      const struct dsr_decision *d);

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

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The fast path: the steps of dsr_packet() in fewer instructions, for most packets; and
 * the batch, in which these packets wait while their flows are fetched from memory.
 * Read dsr_fast() first, then dsr_fast_resume().
 *
 * The flow table of a busy director is larger than any cache, so a lookup waits for
 * memory longer than all other steps take. Memory can serve many requests at once. So a
 * packet joins the batch when the fetch of its bucket has begun, and the next packets
 * reach the same point in the meantime. The batch is sent when it has DSR_BATCH_SIZE
 * packets, or when this CPU is done with the packets that it was given at once. This
 * pays with few flows as well: to run one step for eight packets in a row is cheaper
 * than to run all steps for each packet.
 *
 * Locking: each CPU has one batch, for all network namespaces. Only code with bottom
 * halves off uses it, which excludes all other code on the CPU, so it needs no lock. A
 * packet may return to the batch on its way: by an ICMP error, or because it enters the
 * stack again. So the sender first marks the batch, in place. Until all of it is sent, no
 * packet joins it and a flush does nothing; packets that arrive in the meantime take the
 * full path at once.
 *
 * Under PREEMPT_RT, from Linux 6.18 on, tasks with bottom halves off preempt each other
 * (DSR_BH_EXCLUSIVE is false). There no packet joins a batch: dsr_fast() describes it on
 * the stack and sends it at once. A lock would keep the batch intact, but not the order
 * of packets. A task would find packets of its own queue in the hands of another task,
 * which is preempted while it sends them; and it could not wait for that task, as it may
 * hold locks that sending needs.
 *
 * Order: the packets of a flow leave in the order in which they arrive, as far as they
 * arrive on one receive queue and the kernel itself keeps them in order. A packet that
 * does not join the batch flushes it first.
 *
 * Lifetime: RCU does not protect the packets of a batch, and the batch holds no
 * reference on what it points to. Before they free anything, namespaces, devices and
 * the module wait for the grace period after which none of their packets joins a batch,
 * and then call dsr_batch_drain(). A CPU that goes offline flushes its own batch.
 */
#ifndef _DSR_FASTPATH_H
#define _DSR_FASTPATH_H

#include <linux/skbuff.h>

#include "match.h"

struct dsr_net;

/* Set up the batches of all CPUs. Context: process. */
int dsr_batch_init(void);

/* Free the batches, after dsr_batch_disable(), when no hook is registered any more.
 * Context: process.
 */
void dsr_batch_exit(void);

/* Send all packets of this CPU's batch. The caller has a packet that does not join the
 * batch but may belong to the same flow. Context: bottom halves off, under RCU.
 */
void dsr_batch_flush(void);

/* Have dsr_hook_ingress() leave all packets to the hooks behind it, until the CPU is
 * done with the packets that it was given at once; unless DSR_BH_EXCLUSIVE, until a grace
 * period is over. Context: bottom halves off, under RCU.
 */
void dsr_batch_divert(void);

/* Return true if dsr_hook_ingress() must leave packets to the hooks behind it. Context:
 * bottom halves off, under RCU.
 */
bool dsr_batch_diverts(void);

/* Let no packet join a batch from now on, on any CPU, and wait until those that have
 * joined are sent. Context: process.
 */
void dsr_batch_disable(void);

/* Wait until all packets are sent that have joined a batch before the call. This
 * neither wakes nor interrupts a CPU whose batch is empty. Context: process.
 */
void dsr_batch_drain(void);

/*
 * The fast path takes TCP segments and UDP datagrams without IP options, extension
 * headers or fragmentation, of flows whose state does not change. It leaves all other
 * packets to dsr_packet().
 *
 * A known flow began with a packet that dsr_decide() has checked in full, so its
 * packets are no martians. The fast path checks for each packet what depends on more
 * than addresses and ports: which service it belongs to, whether the service takes this
 * client and device, and whether the packet has the mark.
 */

/* Add a packet to the batch, which sends it soon; unless DSR_BH_EXCLUSIVE, send it.
 * Return false if the packet is not for the fast path; the batch is then flushed. The
 * data of the packet begins at its IP header. Context: bottom halves off, under RCU.
 */
bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_match_ctx *in, struct sk_buff *skb);

#endif /* _DSR_FASTPATH_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The batch: packets whose flows are being fetched from memory. The flow table of a busy
 * director is larger than any cache, so a lookup waits for memory longer than everything
 * else takes. Memory can fetch many things at once. So a packet whose bucket is on its
 * way here joins the batch, and the packets behind it come to the same point meanwhile.
 * All are sent when there are DSR_BATCH_SIZE of them, or when this CPU is done with the
 * packets that it was given at once. With few flows that pays as well: one step done for
 * eight packets in turn is cheaper than eight steps that take turns.
 *
 * Each CPU has one batch, for all network namespaces. Only code with bottom halves off
 * uses it: on most kernels that alone keeps everybody else on the CPU away. Under
 * PREEMPT_RT, from Linux 6.18 on, tasks with bottom halves off preempt each other; there
 * a local lock protects the batch. Elsewhere the lock is nothing but an assertion of
 * lockdep's. The lock is never held while packets are sent, as a packet may come back to
 * the batch on its way: by an ICMP error, or because it goes into the stack again. So
 * sending begins by marking the batch, in place. Until all of it is sent, no packet joins
 * it and a flush finds nothing to do; such packets go the whole way at once.
 *
 * Order: the packets of a flow leave in the order in which they came, as far as they come
 * by one receive queue and the kernel itself keeps them in order. Whatever does not join
 * the batch flushes it first. Under PREEMPT_RT a task that is preempted while it sends
 * may be overtaken by another one of the same CPU, as it may be by another CPU.
 *
 * Lifetime: a batch lives outside of RCU and holds no reference on what it points to.
 * Namespaces, devices and the module call dsr_batch_drain() after the grace period behind
 * which no packet of theirs joins a batch. A CPU that goes offline flushes its own.
 */
#ifndef _DSR_FASTPATH_H
#define _DSR_FASTPATH_H

#include <linux/skbuff.h>

#include "lib/tuple.h"
#include "match.h"

struct dsr_net;

/**
 * struct dsr_batched - a packet of the batch
 * @dn: its network namespace
 * @skb: the packet
 * @hash: of @tuple, see dsr_flow_hash()
 * @steady: it has no TCP flag that could change its flow's state
 * @tuple: its flow
 *
 * One cache line.
 */
struct dsr_batched {
	struct dsr_net *dn;
	struct sk_buff *skb;
	u32 hash;
	bool steady;
	struct dsr_tuple tuple;
};

int dsr_batch_init(void);

/* After dsr_batch_disable(), when no hook is left. Process context. */
void dsr_batch_exit(void);

/* Return where to describe a packet, or NULL if it cannot join the batch. A slot is given
 * back at once, by dsr_batch_add() or dsr_batch_cancel(): the batch is locked meanwhile.
 * Bottom halves off, under RCU.
 */
struct dsr_batched *dsr_batch_reserve(void);

/* The packet in the slot joins the batch and is no longer the caller's. This may send it,
 * and others before it.
 */
void dsr_batch_add(void);

/* No packet is in the slot. */
void dsr_batch_cancel(void);

/* Send what is in this CPU's batch: before a packet that does not join it, as that may be
 * of the same flow. Bottom halves off, under RCU.
 */
void dsr_batch_flush(void);

/* Leave the packets that come by devices' ingress hooks to the hooks behind it, until the
 * CPU is done with the packets that it was given at once. Bottom halves off.
 */
void dsr_batch_divert(void);

/* Return true if they are. */
bool dsr_batch_diverts(void);

/* From now on no packet joins a batch, on any CPU. Process context. */
void dsr_batch_disable(void);

/* Wait until all packets are sent that have joined a batch before. Neither wakes nor
 * interrupts a CPU whose batch is empty. Process context.
 */
void dsr_batch_drain(void);

/*
 * The fast path: the same steps in fewer instructions, for most packets. They are TCP
 * segments and UDP datagrams without options, extension headers or fragments, of flows
 * that go on as they did. All others are left alone, for dsr_packet().
 *
 * A flow that is known was once begun by a packet that had been judged in full: no
 * martian. What depends on more than addresses and ports (which service, does it take
 * this client and device, has the packet its mark) is asked of each packet.
 */

/* Add a packet to the batch, which sends it soon. Return false if it is not for the fast
 * path; the batch is flushed then. Bottom halves off, under RCU; the packet's data begins
 * at its IP header.
 */
bool dsr_fast(struct dsr_net *dn, const struct dsr_match *match,
	      const struct dsr_match_ctx *in, struct sk_buff *skb);

#endif /* _DSR_FASTPATH_H */

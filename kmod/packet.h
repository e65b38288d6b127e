/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The full path of a packet. dsr_decide() finds the packet's service and its flow, or
 * else has the scheduler choose a backend, and decides what becomes of the packet. It
 * does nothing with the packet, so dsr_packet_trace() uses it, too. dsr_packet()
 * carries the decision out. Read packet.c from dsr_packet() on.
 */
#ifndef _DSR_PACKET_H
#define _DSR_PACKET_H

#include <linux/netdevice.h>
#include <linux/skbuff.h>
#include <net/l3mdev.h>

#include "drop.h"
#include "lib/parse.h"
#include "match.h"
#include "sched.h"

struct dsr_net;

/**
 * enum dsr_action - what to do with a packet
 * @DSR_ACT_FORWARD: send it to the chosen backend
 * @DSR_ACT_PASS: leave it to the stack
 * @DSR_ACT_ECHO: answer the echo request
 * @DSR_ACT_DROP: drop it
 * @DSR_ACT_REJECT: drop it, and send its sender an error
 */
enum dsr_action {
	DSR_ACT_FORWARD,
	DSR_ACT_PASS,
	DSR_ACT_ECHO,
	DSR_ACT_DROP,
	DSR_ACT_REJECT,
};

/**
 * struct dsr_decision - what becomes of a packet
 * @pkt: the parsed packet; the caller fills it in
 * @action: what to do
 * @pass: the reason for DSR_ACT_PASS
 * @drop: the reason for DSR_ACT_DROP and DSR_ACT_REJECT
 * @lacks_backend: the service has no backend for it, which is why it is not sent
 * @hash: hash of its tuple, see dsr_flow_hash()
 * @home: home bucket of its flow, see dsr_flow_prefetch()
 * @match_svc: the service that it matches, as packets see it; NULL: none
 * @svc: its service, or that of its flow; NULL: none
 * @choice: the chosen backend; all pointers are NULL if there was no choice to make
 */
struct dsr_decision {
	struct dsr_pkt pkt;
	enum dsr_action action;
	enum dsr_pass pass;
	enum dsr_verdict drop;
	bool lacks_backend;
	u32 hash;
	struct dsr_flow_bucket *home;
	const struct dsr_match_svc *match_svc;
	struct dsr_service *svc;
	struct dsr_choice choice;
};

/* Fill in how a packet comes in by a device. Return false if that is through a VRF that
 * has no services. Context: under RCU.
 */
static inline bool dsr_match_ctx_init(const struct dsr_match *match,
				      const struct net_device *dev, u32 mark,
				      struct dsr_match_ctx *in)
{
	*in = (struct dsr_match_ctx) { .mark = mark, .ifindex = dev->ifindex };
	if (likely(!netif_is_l3_slave(dev) && !netif_is_l3_master(dev)))
		return true;
	in->zone = dsr_match_zone(match, l3mdev_master_ifindex_rcu(dev));
	return in->zone;
}

/**
 * dsr_decide() - decide what becomes of a packet
 * @dn: the network namespace
 * @match: its match table
 * @in: how the packet came in
 * @local_out: this machine sends the packet
 * @commit: the decision will be carried out; else it is only for information, and
 *	nothing changes
 * @d: @d->pkt is the parsed packet; the rest is the result
 *
 * Context: softirq, under RCU; the result is valid for the same RCU section.
 */
void dsr_decide(struct dsr_net *dn, const struct dsr_match *match,
		const struct dsr_match_ctx *in, bool local_out, bool commit,
		struct dsr_decision *d);

/*
 * The full path of a packet that may belong to a service. The packet's data begins at
 * its IP header. The functions return DSR_PASS to leave the packet to the stack; after
 * DSR_SENT the caller no longer owns it. Context: softirq or bottom halves off, under
 * RCU.
 */

enum dsr_verdict dsr_packet(struct dsr_net *dn, const struct dsr_match *match,
			    const struct dsr_match_ctx *in, struct sk_buff *skb);

/* Parse a packet, and make contiguous what that needs. Return DSR_PASS, or the reason why
 * it cannot be read.
 */
enum dsr_verdict dsr_packet_parse(struct sk_buff *skb, struct dsr_pkt *pkt);

/* Handle an ICMP packet that is for no VIP and has no mark of a service. It may be an
 * error about a packet that was sent in a tunnel, or about the flow of a mark.
 */
enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
				  const struct dsr_match *match,
				  const struct dsr_match_ctx *in,
				  struct sk_buff *skb);

/* Return true if the packet is for a VIP or has the mark of a service, and set
 * @in->vip. The packet's data begins at its IP header. Context: under RCU.
 */
bool dsr_packet_is_covered(const struct dsr_match *match,
			   const struct sk_buff *skb, u8 family,
			   struct dsr_match_ctx *in);

/* Return the netfilter verdict for the outcome of a packet, and count and trace a drop.
 * This is the only place that decides it, except that a packet that joins the batch is
 * stolen.
 */
unsigned int dsr_packet_verdict(struct dsr_net *dn, struct sk_buff *skb,
				enum dsr_verdict verdict);

#endif /* _DSR_PACKET_H */

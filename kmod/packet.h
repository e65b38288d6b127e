/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to become of a packet: its service, its flow or else the scheduler's
 * choice, or why it is refused or none of our business. Nothing is done about it
 * here, so that who only wants to know can ask the same question.
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
 * enum dsr_action - what is to be done with a packet
 * @DSR_ACT_FORWARD: send it to the backend that was chosen
 * @DSR_ACT_PASS: leave it to the stack
 * @DSR_ACT_ECHO: answer it
 * @DSR_ACT_DROP: drop it
 * @DSR_ACT_REJECT: drop it, and tell its sender
 */
enum dsr_action {
	DSR_ACT_FORWARD,
	DSR_ACT_PASS,
	DSR_ACT_ECHO,
	DSR_ACT_DROP,
	DSR_ACT_REJECT,
};

/**
 * struct dsr_decision - what was decided of a packet
 * @pkt: the packet; filled in before
 * @action: what to do
 * @pass: for DSR_ACT_PASS, why
 * @drop: for DSR_ACT_DROP and DSR_ACT_REJECT, why
 * @hash: of its tuple, see dsr_flow_hash()
 * @home: where its flow is, see dsr_flow_prefetch()
 * @match_svc: its service, as packets see it; NULL: none that it matches
 * @svc: its service, or that of its flow; NULL: none
 * @choice: its backend; all NULL where none was asked for
 */
struct dsr_decision {
	struct dsr_pkt pkt;
	enum dsr_action action;
	enum dsr_pass pass;
	enum dsr_verdict drop;
	u32 hash;
	struct dsr_flow_bucket *home;
	const struct dsr_match_svc *match_svc;
	struct dsr_service *svc;
	struct dsr_choice choice;
};

/* How a packet comes in by a device. False: through a VRF that has no services.
 * Under RCU.
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
 * dsr_decide() - decide what is to become of a packet
 * @dn: the network namespace
 * @match: its services
 * @in: how the packet came in
 * @local_out: this machine sends it
 * @commit: the packet is there; else somebody only asks, and nothing changes
 * @d: @d->pkt is the packet, parsed; the rest is the result
 *
 * Softirq, under RCU; valid as long.
 */
void dsr_decide(struct dsr_net *dn, const struct dsr_match *match,
		const struct dsr_match_ctx *in, bool local_out, bool commit,
		struct dsr_decision *d);

/* The same for an ICMP error to an address that is no VIP. */
void dsr_decide_stray(struct dsr_net *dn, const struct dsr_match_ctx *in,
		      struct dsr_decision *d);

/*
 * The way of a packet that has to do with a service. Softirq, or with bottom halves
 * off; under RCU. The packet's data begins at its IP header. DSR_PASS leaves it to
 * the stack; with DSR_SENT it is no longer the caller's.
 */

enum dsr_verdict dsr_packet(struct dsr_net *dn, const struct dsr_match *match,
			    const struct dsr_match_ctx *in, struct sk_buff *skb);

/* An ICMP packet for no VIP and without a service's mark: an error about what was
 * sent in a tunnel, or about the flow of a mark.
 */
enum dsr_verdict dsr_packet_other(struct dsr_net *dn,
				  const struct dsr_match *match,
				  const struct dsr_match_ctx *in,
				  struct sk_buff *skb);

/* Return true if the packet is for a VIP or has a service's mark; @in then says which VIP.
 * Under RCU; the packet's data begins at its IP header.
 */
bool dsr_packet_is_covered(const struct dsr_match *match,
			   const struct sk_buff *skb, u8 family,
			   struct dsr_match_ctx *in);

/* What a hook returns: the one place that decides. A drop is counted and traced. */
unsigned int dsr_packet_verdict(struct dsr_net *dn, struct sk_buff *skb,
				enum dsr_verdict verdict);

#endif /* _DSR_PACKET_H */

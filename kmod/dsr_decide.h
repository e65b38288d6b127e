/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What is to become of a packet: its service, its flow or else the scheduler's
 * choice, or why it is refused or none of our business. Nothing is done about it
 * here, so that who only wants to know can ask the same question.
 */
#ifndef _DSR_DECIDE_H
#define _DSR_DECIDE_H

#include <linux/netdevice.h>
#include <net/l3mdev.h>

#include "dsr_match.h"
#include "dsr_parse.h"
#include "dsr_schedule.h"
#include "dsr_verdict.h"

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
 * @home: where its flow is, see dsr_flow_reach()
 * @view: its service, as packets see it; NULL: none that it matches
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
	const struct dsr_view *view;
	struct dsr_service *svc;
	struct dsr_choice choice;
};

/* How a packet comes in by a device. False: through a VRF that has no services.
 * Under RCU.
 */
static inline bool dsr_ingress_by(const struct dsr_match *match,
				  const struct net_device *dev, u32 mark,
				  struct dsr_ingress *in)
{
	*in = (struct dsr_ingress) { .mark = mark, .ifindex = dev->ifindex };
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
 * @own: this machine sends it
 * @take: the packet is there; else somebody only asks, and nothing changes
 * @d: @d->pkt is the packet, parsed; the rest is the result
 *
 * Softirq, under RCU; valid as long.
 */
void dsr_decide(struct dsr_net *dn, const struct dsr_match *match,
		const struct dsr_ingress *in, bool own, bool take,
		struct dsr_decision *d);

/* The same for an ICMP error to an address that is no VIP. */
void dsr_decide_stray(struct dsr_net *dn, const struct dsr_ingress *in,
		      struct dsr_decision *d);

#endif /* _DSR_DECIDE_H */

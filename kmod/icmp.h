/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the director tells clients. Softirq, under RCU; the packet is as it
 * came and stays the caller's. The stack limits the rate and picks the source:
 * an address of this machine, as the VIP need not be one.
 */
#ifndef _DSR_ICMP_H
#define _DSR_ICMP_H

#include <linux/skbuff.h>

#include "drop.h"
#include "lib/parse.h"

struct dsr_match;
struct dsr_net;
struct dsr_pkt;

/* Give an IPv4 packet that has no route the one back to its client, in the client's VRF.
 * Return: has it one now?
 */
bool dsr_icmp_route(struct sk_buff *skb);

/* TTL or hop limit ran out. */
void dsr_icmp_time_exceeded(struct sk_buff *skb, u8 family);

/* The packet would leave the link that its IPv6 source belongs to. */
void dsr_icmp_beyond_scope(struct sk_buff *skb);

/* Host unreachable, or address unreachable. */
void dsr_icmp_unreachable(struct sk_buff *skb, u8 family);

/* Fragmentation needed (RFC 1191), or packet too big (RFC 8201); the latter
 * never asks for less than 1280.
 */
void dsr_icmp_too_big(struct sk_buff *skb, u8 family, u32 mtu);

/**
 * dsr_icmp_tunnel_error() - take in what others say of packets sent to backends
 * @dn: the namespace
 * @match: its services
 * @zone: of the VRF that the packet came in through; 0: none
 * @skb: an ICMP packet
 *
 * What is too big for the way to a backend makes that way's MTU smaller. The
 * client whose packet it was is told where the quote suffices; where it does not,
 * the next packet that is too big tells it. The packet stays the caller's; the
 * stack may see it, too.
 *
 * Return: was it about the outer header of such a packet?
 */
bool dsr_icmp_tunnel_error(struct dsr_net *dn, const struct dsr_match *match,
			   u8 zone, struct sk_buff *skb);

/*
 * Answering pings in a VIP's name. Softirq, under RCU.
 */

/**
 * dsr_echo_reply() - turn an echo request into the reply, and send that
 * @skb: echo request, its data at the IP header
 * @pkt: what it is
 *
 * The reply has the VIP as source, wherever that is, and the TTL and
 * identification of a packet of this machine; IP options and extension headers
 * are not returned. It leaves by LOCAL_OUT, unknown to connection tracking.
 */
enum dsr_verdict dsr_echo_reply(struct sk_buff *skb,
				const struct dsr_pkt *pkt);

/*
 * Refusals that clients are told of.
 */

/* Answer a packet of a flow: a TCP reset from the VIP, which need not be an
 * address of this machine, for anything else ICMP port unreachable from one
 * that is. The answer takes the routes of the VRF that the packet came in through.
 * Softirq, under RCU; the packet is as it came and stays the caller's. The stack limits
 * the rate of ICMP errors; resets are at most one for each segment, and shorter than it.
 */
void dsr_reject(struct net *net, struct sk_buff *skb, const struct dsr_pkt *pkt);

#endif /* _DSR_ICMP_H */

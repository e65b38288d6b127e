/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMP errors, echo replies and refusals that the director sends to clients (icmp.c),
 * and the ICMP errors that it receives about tunnel packets (icmp_err.c). Context:
 * softirq, under RCU.
 *
 * The functions for ICMP errors leave the packet as received, and it remains the
 * caller's. The stack limits their rate and selects their source, which is an address
 * of this machine, because the VIP need not be one.
 */
#ifndef _DSR_ICMP_H
#define _DSR_ICMP_H

#include <linux/skbuff.h>

#include "drop.h"
#include "lib/parse.h"

struct dsr_match;
struct dsr_net;
struct dsr_pkt;

/* Report that the TTL or the hop limit is exceeded. */
void dsr_icmp_time_exceeded(struct sk_buff *skb, u8 family);

/* Report that the packet would leave the link that its IPv6 source belongs to. */
void dsr_icmp_beyond_scope(struct sk_buff *skb);

/* Report host unreachable (IPv4) or address unreachable (IPv6). */
void dsr_icmp_unreachable(struct sk_buff *skb, u8 family);

/* Report fragmentation needed (RFC 1191) or packet too big (RFC 8201). The latter
 * never requests less than 1280 bytes.
 */
void dsr_icmp_too_big(struct sk_buff *skb, u8 family, u32 mtu);

/**
 * dsr_icmp_tunnel_error() - process an ICMP error about a packet sent to a backend
 * @dn: the network namespace
 * @match: its match table
 * @zone: zone of the VRF that the packet came in through; 0: none
 * @skb: an ICMP packet
 *
 * If the packet was too big for the way to the backend, the path MTU is reduced. If
 * the quote is long enough to identify the client's packet, the client gets an ICMP
 * error about it: too big, or unreachable for any other error. If the quote is
 * shorter, the client's next packet that is too big causes an ICMP error. The packet
 * remains the caller's, and the stack may also process it.
 *
 * Return: true if the error was about the outer header of a packet sent to a backend.
 */
bool dsr_icmp_tunnel_error(struct dsr_net *dn, const struct dsr_match *match,
			   u8 zone, struct sk_buff *skb);

/*
 * Echo replies in the name of a VIP. Context: softirq, under RCU.
 */

/**
 * dsr_echo_reply() - turn an echo request into the reply and send it
 * @skb: echo request, its data at the IP header
 * @pkt: result of its parsing
 *
 * The reply has the VIP as its source, which need not be an address of this machine,
 * and the TTL and identification of a packet that this machine sends. IP options and
 * extension headers are not returned. The reply leaves through LOCAL_OUT, untracked
 * by conntrack.
 *
 * Return: DSR_SENT, or the reason to drop the request, which then remains the
 * caller's.
 */
enum dsr_verdict dsr_echo_reply(struct sk_buff *skb,
				const struct dsr_pkt *pkt);

/*
 * Refusals that the director reports to clients.
 */

/* Refuse a packet of a flow: send a TCP reset from the VIP, which need not be an
 * address of this machine, or, for any other protocol, an ICMP port unreachable from
 * an address of this machine. The answer is routed in the VRF that the packet came in
 * through. The packet stays as received and remains the caller's. The stack limits
 * the rate of the ICMP errors. There is at most one reset for each segment, and it is
 * no longer than the segment. Context: softirq, under RCU.
 */
void dsr_reject(struct net *net, struct sk_buff *skb, const struct dsr_pkt *pkt);

#endif /* _DSR_ICMP_H */

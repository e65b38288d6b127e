/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Sending a packet to its backend. Softirq, under RCU, bottom halves off.
 */
#ifndef _DSR_XMIT_H
#define _DSR_XMIT_H

#include <linux/skbuff.h>
#include <net/neighbour.h>

#include "drop.h"
#include "lib/parse.h"
#include "path.h"

/* Did this machine send the packet itself? Such a packet comes from LOCAL_OUT, has
 * a socket and a route, and maybe no device; it has passed no router yet.
 */
static inline bool dsr_xmit_is_own(const struct sk_buff *skb)
{
	return !skb->skb_iif;
}

/**
 * dsr_xmit() - send a client's packet to a backend
 * @skb: packet, its data at the IP header
 * @pkt: what it is
 * @path: way to the backend
 * @hash: of the flow, for the flow label of a pushed IPv6 header
 */
enum dsr_verdict dsr_xmit(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, u32 hash);

/**
 * dsr_xmit_plain() - the same for a packet of a known kind, that came in by a device
 * @skb: packet, its data at the IP header, which has no options or extensions
 * @proto: of the header behind that
 * @path: way to the backend
 * @hash: of the flow
 *
 * Return: DSR_PASS, and nothing done, if dsr_xmit() should have it: it does not go in
 * one piece, or to another machine.
 */
enum dsr_verdict dsr_xmit_plain(struct sk_buff *skb, u8 proto,
				const struct dsr_path *path, u32 hash);

/* What would dsr_xmit() do? DSR_SENT, DSR_LOCAL, or why it would drop the packet;
 * @fits is whether the packet goes in one piece. The same context.
 */
enum dsr_verdict dsr_xmit_check(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path, bool *fits);

/* Make a packet what goes onto the wire. Return: DSR_SENT, or why not. */
enum dsr_verdict dsr_xmit_wrap(struct sk_buff *skb, const struct dsr_path *path,
			       u32 hash);

/* Send a piece of a packet that did not fit. */
enum dsr_verdict dsr_xmit_segment(struct sk_buff *skb, const struct dsr_path *path,
				  u32 hash);

/**
 * dsr_frag() - cut up a packet and send the pieces
 * @skb: packet that does not fit, or fits no outer header's length field
 * @path: way to the backend
 * @hash: as above
 *
 * GSO packets are cut into their segments, and what is still too long into
 * fragments. IPv6 packets of up to 1280 bytes stay whole in a tunnel; the outer
 * packet is fragmented. Pieces that fail are dropped and lost silently, as they
 * are on any other hop.
 */
enum dsr_verdict dsr_frag(struct sk_buff *skb, const struct dsr_path *path,
			  u32 hash);

/**
 * dsr_xmit_frag_list() - take apart what fraglist GRO has put together, and send the packets
 * @skb: list of packets of one flow, as they came
 * @pkt: the first of them
 * @path: way to the backend
 * @hash: as above
 *
 * dsr_xmit() sends each packet. One that it does not send is dropped; its client is told
 * as usual, and no counter changes.
 */
enum dsr_verdict dsr_xmit_frag_list(struct sk_buff *skb, const struct dsr_pkt *pkt,
				    const struct dsr_path *path, u32 hash);

/*
 * Packets of method l2 that wait for their backend's MAC address. The kernel's
 * neighbour code goes by a packet's dst, both to send it when the address is known
 * and to say that it never will be; and these have none, as their IP destination
 * is the VIP. So while they wait, they get one that leads to their backend.
 */

int dsr_neigh_dst_init(void);

/* Nobody calls dsr_neigh_dst_xmit() any more. Sleeps until the last packet has gone. */
void dsr_neigh_dst_exit(void);

/* Have the packet wait for the neighbour; neigh_output() is to follow. If the
 * neighbour fails, the client is told, and it counts as unreachable of the backend of
 * that address in the service of that id. Without memory it waits as well, but its
 * client will not be told, and nothing counts. Softirq.
 */
void dsr_neigh_dst_xmit(struct sk_buff *skb, struct neighbour *neigh, u32 svc);

#endif /* _DSR_XMIT_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transmission of a packet to its backend: the check, the method's headers,
 * fragmentation, and the wait for a MAC address. Context: softirq, under RCU, bottom
 * halves off.
 */
#ifndef _DSR_XMIT_H
#define _DSR_XMIT_H

#include <linux/skbuff.h>
#include <net/neighbour.h>

#include "drop.h"
#include "lib/parse.h"
#include "path.h"

/* Return true if this machine itself has sent the packet. Such a packet comes from
 * LOCAL_OUT. It has a socket and a route, may lack a device, and has not passed a
 * router yet.
 */
static inline bool dsr_xmit_is_local_out(const struct sk_buff *skb)
{
	return !skb->skb_iif;
}

/**
 * dsr_xmit() - send a client's packet to a backend
 * @skb: packet, its data at the IP header
 * @pkt: result of its parsing
 * @path: way to the backend
 * @hash: hash of the flow, for the flow label of a pushed IPv6 header
 *
 * Return: DSR_SENT; otherwise DSR_LOCAL or the reason to drop the packet, and the
 * packet remains the caller's.
 */
enum dsr_verdict dsr_xmit(struct sk_buff *skb, const struct dsr_pkt *pkt,
			  const struct dsr_path *path, u32 hash);

/**
 * dsr_xmit_plain() - send a plain packet that came in by a device
 * @skb: packet, its data at the IP header, which has no options or extension headers
 * @proto: protocol of the header behind the IP header
 * @path: way to the backend
 * @hash: hash of the flow
 *
 * Return: as dsr_xmit(); or DSR_PASS, with the packet unchanged, if only dsr_xmit()
 * can handle it, because it does not go in one piece or does not go to another
 * machine.
 */
enum dsr_verdict dsr_xmit_plain(struct sk_buff *skb, u8 proto,
				const struct dsr_path *path, u32 hash);

/* Check what dsr_xmit() would do with a packet. @fits returns whether the packet goes
 * in one piece. Context: softirq, under RCU. Return: DSR_SENT, DSR_LOCAL, or the
 * reason for which dsr_xmit() would drop the packet.
 */
enum dsr_verdict dsr_xmit_check(const struct sk_buff *skb,
				const struct dsr_pkt *pkt,
				const struct dsr_path *path, bool *fits);

/*
 * Wait for the MAC address of a backend, for packets of method l2. The kernel's
 * neighbour code uses a packet's dst both to send the packet once the address is
 * known and to report that the neighbour does not answer. Packets of method l2 have
 * no dst, because their IP destination is the VIP. So while such a packet waits, it
 * has a dst that leads to its backend.
 */

int dsr_neigh_dst_init(void);

/* Clean up when dsr_neigh_dst_xmit() has no more callers. Sleeps until the last
 * waiting packet has gone.
 */
void dsr_neigh_dst_exit(void);

/* Prepare a packet for its wait for the neighbour; neigh_output() must follow. If the
 * neighbour fails, the client gets an ICMP error, and the packet counts as
 * unreachable for the backend with the neighbour's address in service @svc. If there
 * is no memory, the packet waits as well, but a failure is neither reported nor
 * counted. Context: softirq.
 */
void dsr_neigh_dst_xmit(struct sk_buff *skb, struct neighbour *neigh, u32 svc);

#endif /* _DSR_XMIT_H */

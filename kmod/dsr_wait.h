/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets of method l2 that wait for their backend's MAC address. The kernel's
 * neighbour code goes by a packet's dst, both to send it when the address is known
 * and to say that it never will be; and these have none, as their IP destination
 * is the VIP. So while they wait, they get one that leads to their backend.
 */
#ifndef _DSR_WAIT_H
#define _DSR_WAIT_H

#include <linux/skbuff.h>
#include <net/neighbour.h>

int dsr_wait_init(void);

/* Nobody calls dsr_wait() any more. Sleeps until the last packet has gone. */
void dsr_wait_exit(void);

/* Have the packet wait for the neighbour; neigh_output() is to follow. If the
 * neighbour fails, the client is told, and it counts as unreachable of the backend of
 * that address in the service of that id. Without memory it waits as well, but its
 * client will not be told, and nothing counts. Softirq.
 */
void dsr_wait(struct sk_buff *skb, struct neighbour *neigh, u32 svc);

#endif /* _DSR_WAIT_H */

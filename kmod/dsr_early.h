/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What IP's input does to a packet and asks of it, for packets that do not get
 * there. Whatever is not plain is left to it.
 */
#ifndef _DSR_EARLY_H
#define _DSR_EARLY_H

#include <linux/skbuff.h>

/* Return AF_INET or AF_INET6 for a packet to this machine that IP's input would get by its
 * device, with its header in one piece; AF_UNSPEC for others. Softirq.
 */
u8 dsr_early_family(struct sk_buff *skb);

/* Return true if it is a whole IP packet, with nothing between IP header and transport
 * header, as far as that is known without its length and sum, and nobody but IP's input
 * would want it.
 */
bool dsr_early_is_plain(struct sk_buff *skb, u8 family);

/* Return true if a packet that is not plain may be of a flow that has plain ones, too. */
bool dsr_early_may_be_flow(const struct sk_buff *skb, u8 family);

/* Do the same checks as IP's input, take off padding, and set up what its ICMP and
 * fragmentation read. False: leave it to IP's input, which counts what is wrong.
 */
bool dsr_early_input(struct sk_buff *skb, u8 family);

#endif /* _DSR_EARLY_H */

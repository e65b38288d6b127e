/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What IP's input does to a packet and asks of it, for packets that do not get
 * there. Whatever is not plain is left to it.
 */
#ifndef _DSR_EARLY_H
#define _DSR_EARLY_H

#include <linux/skbuff.h>

/* AF_INET or AF_INET6 if it is a whole IP packet for this machine, as far as it is
 * known without its length and sum; AF_UNSPEC if not, or if IP's input should have
 * it for any other reason. Its IP header is in one piece then. Softirq.
 */
u8 dsr_early_family(struct sk_buff *skb);

/* Do the same checks as IP's input, take off padding, and set up what its ICMP and
 * fragmentation read. False: leave it to IP's input, which counts what is wrong.
 */
bool dsr_early_input(struct sk_buff *skb, u8 family);

#endif /* _DSR_EARLY_H */

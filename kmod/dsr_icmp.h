/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the director tells clients. Softirq, under RCU; the packet is as it
 * came and stays the caller's. The stack limits the rate and picks the source:
 * an address of this machine, as the VIP need not be one.
 */
#ifndef _DSR_ICMP_H
#define _DSR_ICMP_H

#include <linux/skbuff.h>

/* TTL or hop limit ran out. */
void dsr_icmp_time_exceeded(struct sk_buff *skb, u8 family);

/* Fragmentation needed (RFC 1191), or packet too big (RFC 8201); the latter
 * never asks for less than 1280.
 */
void dsr_icmp_too_big(struct sk_buff *skb, u8 family, u32 mtu);

#endif /* _DSR_ICMP_H */

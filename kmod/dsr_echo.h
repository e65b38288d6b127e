/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Answering pings in a VIP's name. Softirq, under RCU.
 */
#ifndef _DSR_ECHO_H
#define _DSR_ECHO_H

#include <linux/skbuff.h>

#include "dsr_parse.h"
#include "dsr_verdict.h"

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

#endif /* _DSR_ECHO_H */

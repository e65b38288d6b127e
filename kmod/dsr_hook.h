/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets come in: PRE_ROUTING and LOCAL_OUT of IPv4 and IPv6, behind the
 * raw table and before connection tracking.
 */
#ifndef _DSR_HOOK_H
#define _DSR_HOOK_H

#include <linux/netfilter.h>

struct dsr_batched;
struct dsr_net;

/* Process context, under dsr_net.lock. From registration on packets are seen;
 * after dsr_hook_unregister() no new ones, but those under way go on until a
 * grace period has passed.
 */
int dsr_hook_register(struct dsr_net *dn);
void dsr_hook_unregister(struct dsr_net *dn);

/* For netfilter's ingress hook of a device, see dsr_device.h. */
unsigned int dsr_hook_early(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state);

/* Send a packet of the batch, see dsr_batch.h, or drop it. Bottom halves off, under RCU. */
void dsr_hook_resume(const struct dsr_batched *held);

#endif /* _DSR_HOOK_H */

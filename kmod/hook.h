/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The netfilter hooks: PRE_ROUTING and LOCAL_OUT of IPv4 and IPv6, after the raw table
 * and before connection tracking, and the ingress hook of the devices in ingress.h.
 */
#ifndef _DSR_HOOK_H
#define _DSR_HOOK_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct dsr_net;

/* Register or unregister the PRE_ROUTING and LOCAL_OUT hooks. Packets may arrive before
 * dsr_hook_register() returns. After dsr_hook_unregister() no new packet arrives, but a
 * packet that has arrived before may be in use until a grace period has passed.
 * Context: process, under dsr_net.lock.
 */
int dsr_hook_register(struct dsr_net *dn);
void dsr_hook_unregister(struct dsr_net *dn);

/* The ingress hook of a device, see ingress.h. */
unsigned int dsr_hook_ingress(void *priv, struct sk_buff *skb,
			      const struct nf_hook_state *state);

#endif /* _DSR_HOOK_H */

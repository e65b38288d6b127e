/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Where packets come in: PRE_ROUTING and LOCAL_OUT of IPv4 and IPv6, behind the
 * raw table and before connection tracking.
 */
#ifndef _DSR_HOOK_H
#define _DSR_HOOK_H

#include <linux/netfilter.h>
#include <linux/skbuff.h>

struct dsr_net;

/* Process context, under dsr_net.lock. From registration on packets are seen;
 * after dsr_hook_unregister() no new ones, but those under way go on until a
 * grace period has passed.
 */
int dsr_hook_register(struct dsr_net *dn);
void dsr_hook_unregister(struct dsr_net *dn);

/* For netfilter's ingress hook of a device, see ingress.h. */
unsigned int dsr_hook_ingress(void *priv, struct sk_buff *skb,
			    const struct nf_hook_state *state);

#endif /* _DSR_HOOK_H */

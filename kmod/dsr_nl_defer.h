/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Requests that a worker of their namespace serves, instead of the sender.
 *
 * While the sender of a request is in the kernel it holds genetlink's lock, which
 * a family takes for writing when it is registered: the requests of all families on
 * the host then wait for the slowest one. So a request that may take long, and each
 * one that would have to wait for such a request, is put into a queue; the sender
 * leaves the kernel at once, and a worker answers when it is done. The requests in
 * the queue are served in their order.
 *
 * The work is charged to the memory cgroup of the sender, and ends early if the
 * sender is killed. Process context.
 */
#ifndef _DSR_NL_DEFER_H
#define _DSR_NL_DEFER_H

#include <net/genetlink.h>

struct dsr_net;

/* As many requests of a namespace may wait; further ones are refused. */
#define DSR_NL_DEFERRED_MAX	64

void dsr_nl_defer_init(struct dsr_net *dn);

/* The namespace goes; waits for the worker. */
void dsr_nl_defer_exit(struct dsr_net *dn);

/* The module goes: waits until every worker is done, and defers no more requests. */
void dsr_nl_defer_close(void);

/* For struct genl_family. The request either goes on and holds dsr_net.slow for
 * reading, or is in the queue and -EINTR tells netlink not to answer.
 */
int dsr_nl_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		    struct genl_info *info);
void dsr_nl_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info);

#endif /* _DSR_NL_DEFER_H */

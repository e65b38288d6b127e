/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Messages as the kernel fills them, for the replies of the fake kernel. */
#ifndef REPLY_H
#define REPLY_H

#include <netlink/msg.h>
#include <stdbool.h>

/* Return a message with the service or backend of a command line, and with all that the
 * kernel adds to it.
 */
struct nl_msg *reply_service(int cmd, const char *line);
struct nl_msg *reply_backend(int cmd, const char *line);
/* Set the counters of the replies that follow: flows, packets and bytes, or again those that a
 * reply has by default if all of them are 0.
 */
void reply_set_counters(__u64 flows, __u64 packets, __u64 bytes);
struct nl_msg *reply_flow_ipv4(void);
struct nl_msg *reply_flow_ipv6(void);
struct nl_msg *reply_stats(const char *doc);
struct nl_msg *reply_device(int cmd, const char *name, bool attached);
struct nl_msg *reply_commit(int cmd);
void reply_add_warning(struct nl_msg *msg, __u32 operation, const char *text);

#endif

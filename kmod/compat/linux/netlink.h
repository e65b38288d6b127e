/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _DSR_COMPAT_LINUX_NETLINK_H
#define _DSR_COMPAT_LINUX_NETLINK_H

#include_next <linux/netlink.h>

/* Before Linux 6.2 an extended ack had no buffer for a formatted message. */
#ifndef NL_SET_ERR_MSG_FMT
#define NETLINK_MAX_FMTMSG_LEN	0
#define NL_SET_ERR_MSG_FMT(extack, fmt, args...) do {	\
	(void)(extack);					\
	no_printk(fmt, ##args);				\
} while (0)
#endif

#endif /* _DSR_COMPAT_LINUX_NETLINK_H */

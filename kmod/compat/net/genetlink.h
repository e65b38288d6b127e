/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since Linux 6.6 a dump's attributes are found in genl_info_dump(cb)->attrs. Since
 * Linux 6.2 what is called before and after an operation gets a genl_split_ops; what
 * is read of it has the same names in a genl_ops.
 */
#ifndef _DSR_COMPAT_NET_GENETLINK_H
#define _DSR_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define genl_info_dump(cb)	genl_dumpit_info(cb)
#endif
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
#define genl_split_ops	genl_ops
#endif

#endif /* _DSR_COMPAT_NET_GENETLINK_H */

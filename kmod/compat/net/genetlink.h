/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since Linux 6.6 a dump finds its attributes in genl_info_dump(cb)->attrs. Since
 * Linux 6.2 the callbacks before and after an operation get a genl_split_ops; the
 * members that they read have the same names in genl_ops.
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

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since Linux 6.6 a dump's attributes are found in genl_info_dump(cb)->attrs.
 */
#ifndef _DSR_COMPAT_NET_GENETLINK_H
#define _DSR_COMPAT_NET_GENETLINK_H

#include_next <net/genetlink.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
#define genl_info_dump(cb)	genl_dumpit_info(cb)
#endif

#endif /* _DSR_COMPAT_NET_GENETLINK_H */

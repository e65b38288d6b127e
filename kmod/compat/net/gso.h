/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux 6.5 moved skb_gso_segment() to this header from linux/netdevice.h.
 */
#ifndef _DSR_COMPAT_NET_GSO_H
#define _DSR_COMPAT_NET_GSO_H

#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 5, 0)
#include <linux/netdevice.h>
#else
#include_next <net/gso.h>
#endif

#endif /* _DSR_COMPAT_NET_GSO_H */

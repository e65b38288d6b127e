/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skb_gso_segment() moved here in Linux 6.5; before it
 * was declared with the devices.
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

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * skb_gso_segment() moved here in Linux 6.5; before it
 * was declared with the devices.
 */
#ifndef _DSR_COMPAT_NET_GSO_H
#define _DSR_COMPAT_NET_GSO_H

#if __has_include_next(<net/gso.h>)
#include_next <net/gso.h>
#else
#include <linux/netdevice.h>
#endif

#endif /* _DSR_COMPAT_NET_GSO_H */

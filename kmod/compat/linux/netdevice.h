/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.10 the user of a dummy device allocated its memory.
 */
#ifndef _DSR_COMPAT_LINUX_NETDEVICE_H
#define _DSR_COMPAT_LINUX_NETDEVICE_H

#include_next <linux/netdevice.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 10, 0)
#include <linux/slab.h>

static inline struct net_device *alloc_netdev_dummy(int sizeof_priv)
{
	struct net_device *dev = kzalloc(sizeof(*dev) + sizeof_priv, GFP_KERNEL);

	if (dev)
		init_dummy_netdev(dev);
	return dev;
}

/* The module has no other devices to free. */
#define free_netdev(dev)	kfree(dev)
#endif

#endif /* _DSR_COMPAT_LINUX_NETDEVICE_H */

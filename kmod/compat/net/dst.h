/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.7 dst_init() and dst_alloc() had a further argument, the initial
 * reference count, which all callers set to 1.
 */
#ifndef _DSR_COMPAT_NET_DST_H
#define _DSR_COMPAT_NET_DST_H

#include_next <net/dst.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 7, 0)
#define dst_init(dst, ops, dev, obsolete, flags) \
	dst_init(dst, ops, dev, 1, obsolete, flags)
#define dst_alloc(ops, dev, obsolete, flags) \
	dst_alloc(ops, dev, 1, obsolete, flags)
#endif

#endif /* _DSR_COMPAT_NET_DST_H */

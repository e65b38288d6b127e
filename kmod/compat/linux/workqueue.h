/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Linux 6.17 introduced the name system_dfl_wq, and Linux 7.2 warns once, at run time, of
 * work that is queued under the old name. A stable release of an older kernel may declare
 * both; the old name is sound there.
 */
#ifndef _DSR_COMPAT_LINUX_WORKQUEUE_H
#define _DSR_COMPAT_LINUX_WORKQUEUE_H

#include_next <linux/workqueue.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 17, 0)
#define system_dfl_wq	system_unbound_wq
#endif

#endif /* _DSR_COMPAT_LINUX_WORKQUEUE_H */

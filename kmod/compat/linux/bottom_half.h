/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.18 a task with bottom halves off excludes all others on its CPU, under
 * PREEMPT_RT by a lock. Since then PREEMPT_RT has the lock only with
 * CONFIG_PREEMPT_RT_NEEDS_BH_LOCK: without it, such tasks cannot migrate, but they
 * preempt each other.
 */
#ifndef _DSR_COMPAT_LINUX_BOTTOM_HALF_H
#define _DSR_COMPAT_LINUX_BOTTOM_HALF_H

#include_next <linux/bottom_half.h>
#include <linux/version.h>

#if IS_ENABLED(CONFIG_PREEMPT_RT) && \
	!IS_ENABLED(CONFIG_PREEMPT_RT_NEEDS_BH_LOCK) && \
	LINUX_VERSION_CODE >= KERNEL_VERSION(6, 18, 0)
#define DSR_BH_EXCLUSIVE	false
#else
#define DSR_BH_EXCLUSIVE	true
#endif

#endif /* _DSR_COMPAT_LINUX_BOTTOM_HALF_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Before Linux 6.11 code with bottom halves off needs no lock for its per-CPU data,
 * under PREEMPT_RT as well.
 */
#ifndef _DSR_COMPAT_LINUX_LOCAL_LOCK_H
#define _DSR_COMPAT_LINUX_LOCAL_LOCK_H

/* Linux 6.12 does not include what its header needs. */
#include <linux/irqflags.h>
#include <linux/preempt.h>
#include <linux/sched.h>
#include_next <linux/local_lock.h>

#ifndef local_lock_nested_bh
#define local_lock_nested_bh(lock)	((void)(lock))
#define local_unlock_nested_bh(lock)	((void)(lock))
#endif

#endif /* _DSR_COMPAT_LINUX_LOCAL_LOCK_H */

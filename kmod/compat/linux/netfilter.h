/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Since Linux 6.16 the task records that it sends a duplicate of a packet for a rule;
 * before that the CPU did.
 */
#ifndef _DSR_COMPAT_LINUX_NETFILTER_H
#define _DSR_COMPAT_LINUX_NETFILTER_H

#include_next <linux/netfilter.h>
#include <linux/version.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 16, 0)
#define nf_in_duplicate()	__this_cpu_read(nf_skb_duplicated)
#else
#include <linux/sched.h>
#define nf_in_duplicate()	(current->in_nf_duplicate)
#endif

#endif /* _DSR_COMPAT_LINUX_NETFILTER_H */

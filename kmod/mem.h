/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Allocation of memory on an operator's behalf. The amount has hardly any limit, so a
 * request is refused while some memory is left for other users. Otherwise the OOM
 * killer would choose a victim, which need not be the process that made the request.
 */
#ifndef _DSR_MEM_H
#define _DSR_MEM_H

#include <linux/gfp.h>
#include <linux/mm.h>

#define DSR_GFP_PERCPU	(GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN)

/* The memory cgroup of the requesting process is charged. An allocation fails instead
 * of triggering the OOM killer.
 */
#define DSR_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* Return true if a sixteenth of the memory would remain available. This is a
 * snapshot. Context: process.
 */
static inline bool dsr_mem_suffices(u64 bytes)
{
	u64 left = si_mem_available();

	return (bytes >> PAGE_SHIFT) + totalram_pages() / 16 <= left;
}

#endif /* _DSR_MEM_H */

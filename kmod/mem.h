/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Memory that an operator asks for. How much that is has hardly a limit, so a request
 * is refused while others still have some, rather than have the OOM killer look for
 * a victim, who need not be the one who asked.
 */
#ifndef _DSR_MEM_H
#define _DSR_MEM_H

#include <linux/gfp.h>
#include <linux/mm.h>

#define DSR_GFP_PERCPU	(GFP_KERNEL_ACCOUNT | __GFP_NORETRY | __GFP_NOWARN)

/* Charged to the one who asks, and to fail is better than to kill. */
#define DSR_GFP	(GFP_KERNEL_ACCOUNT | __GFP_RETRY_MAYFAIL | __GFP_NOWARN)

/* Would a sixteenth of the memory be left for others? A snapshot. Process context. */
static inline bool dsr_mem_suffices(u64 bytes)
{
	u64 left = si_mem_available();

	return (bytes >> PAGE_SHIFT) + totalram_pages() / 16 <= left;
}

#endif /* _DSR_MEM_H */

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A library that tests/vm/run preloads into user-mode Linux with KASAN.
 *
 * For each address space of the guest, user-mode Linux forks itself. The host then copies
 * the page tables of KASAN's shadow memory, nearly 200 MiB in 4 KiB pages, and afterwards
 * each page that the kernel writes: several times the cost of all the rest of an exec in
 * the guest. The child has no use for the shadow. It still runs a few instrumented
 * functions before it becomes the guest's process, so leave it an empty shadow, in which
 * everything is accessible, instead of none.
 */
#define _GNU_SOURCE
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Nothing else that user-mode Linux maps is as large: the shadow has 16 TiB. */
#define SHADOW_MIN 0x10000000000UL

void *mmap64(void *addr, size_t length, int prot, int flags, int fd, off_t offset)
{
	void *at = (void *)syscall(SYS_mmap, addr, length, prot, flags, fd, offset);

	if (at != MAP_FAILED && length >= SHADOW_MIN && madvise(at, length, MADV_WIPEONFORK))
		abort();
	return at;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "random.h"

/* xorshift64, whose state is never 0. */
__u64 seed;

__u32 next(void)
{
	seed ^= seed << 13;
	seed ^= seed >> 7;
	seed ^= seed << 17;
	return seed >> 32;
}

__u32 below(__u32 limit)
{
	return (__u64)next() * limit >> 32;
}

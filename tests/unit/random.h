/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Random numbers for tests, the same each time: a test sets the seed, which is not 0. */
#ifndef RANDOM_H
#define RANDOM_H

#include <linux/types.h>

extern __u64 seed;

__u32 next(void);
/* Return a number below the limit. */
__u32 below(__u32 limit);

#endif

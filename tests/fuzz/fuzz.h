/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the fuzz targets share. clang's libFuzzer calls LLVMFuzzerTestOneInput(). */
#ifndef FUZZ_H
#define FUZZ_H

#include <stddef.h>
#include <linux/types.h>

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size);

/* Return the path of a file in memory with this content, until the next call. */
const char *fuzz_file(const void *data, size_t size);

#endif

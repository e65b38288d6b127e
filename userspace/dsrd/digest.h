/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MD5 and HMAC-MD5, which RADIUS and TACACS+ need, by OpenSSL. Pure. */
#ifndef DSRD_DIGEST_H
#define DSRD_DIGEST_H

#include <linux/types.h>
#include <stdbool.h>
#include <stddef.h>
#include <sys/uio.h>

#define DIGEST_SIZE 16

/* Compute the digest of all parts together. Return false if OpenSSL may not, as in FIPS mode. */
bool digest_md5(__u8 *digest, const struct iovec *parts, size_t n);
bool digest_hmac_md5(__u8 *digest, const void *key, size_t key_size, const void *bytes,
		     size_t size);

/* Compare in a time that does not depend on the bytes. */
bool digest_equal(const __u8 *left, const __u8 *right);

#endif

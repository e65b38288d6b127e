// SPDX-License-Identifier: GPL-2.0-or-later
#include <openssl/crypto.h>
#include <openssl/evp.h>

#include "dsrd/digest.h"

bool digest_md5(__u8 *digest, const struct iovec *parts, size_t n)
{
	EVP_MD_CTX *context = EVP_MD_CTX_new();
	bool done = context && EVP_DigestInit_ex(context, EVP_md5(), NULL);
	size_t i;

	for (i = 0; done && i < n; i++)
		done = EVP_DigestUpdate(context, parts[i].iov_base, parts[i].iov_len);
	done = done && EVP_DigestFinal_ex(context, digest, NULL);
	EVP_MD_CTX_free(context);
	return done;
}

bool digest_hmac_md5(__u8 *digest, const void *key, size_t key_size, const void *bytes,
		     size_t size)
{
	size_t length;

	return EVP_Q_mac(NULL, "HMAC", NULL, "MD5", NULL, key, key_size, bytes, size, digest,
			 DIGEST_SIZE, &length) && length == DIGEST_SIZE;
}

bool digest_equal(const __u8 *left, const __u8 *right)
{
	return !CRYPTO_memcmp(left, right, DIGEST_SIZE);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives dsrd any message as the answer to a request of RADIUS: as it is, or signed as if its sender
 * knew the secret. No fuzzer can guess a digest.
 */
#include <stdlib.h>
#include <string.h>

#include "dsrd/digest.h"
#include "dsrd/radius.h"
#include "fuzz.h"

static void sign(const struct radius_request *request, __u8 *bytes, size_t size)
{
	size_t length = bytes[2] << 8 | bytes[3];
	const struct iovec parts[] = {
		{ bytes, length }, { (void *)request->secret, request->secret_size }
	};
	__u8 digest[DIGEST_SIZE];

	if (length < 20 || length > size)
		return;
	memcpy(bytes + 4, request->authenticator, RADIUS_AUTHENTICATOR);
	/* Wherever the attribute is, a server that has only this one puts it first. */
	if (length >= 38 && bytes[20] == 80 && bytes[21] == 18) {
		memset(bytes + 22, 0, DIGEST_SIZE);
		digest_hmac_md5(digest, request->secret, request->secret_size, bytes, length);
		memcpy(bytes + 22, digest, DIGEST_SIZE);
	}
	digest_md5(digest, parts, 2);
	memcpy(bytes + 4, digest, DIGEST_SIZE);
}

/* The first byte says what is asked, and whether to sign; the second one is the length of the
 * password.
 */
int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct radius_request request = { .secret = "secret", .secret_size = 6 };
	__u8 *bytes, asked[RADIUS_REQUEST_MAX];
	char password[RADIUS_PASSWORD_MAX] = "";
	enum radius_answer answer;

	if (size < 2)
		return 0;
	if (data[0] & 1)
		request.user = "user";
	request.password = password;
	request.password_size = data[1] % (RADIUS_PASSWORD_MAX + 1);
	if (!radius_request(asked, &request))
		abort();
	size -= 2;
	bytes = malloc(size + 1);
	memcpy(bytes, data + 2, size);
	if (data[0] & 2 && size >= 20)
		sign(&request, bytes, size);
	answer = radius_answer(&request, data[0] & 4, bytes, size);
	if (!(data[0] & 2) && answer > RADIUS_UNSIGNED)
		abort();
	free(bytes);
	return 0;
}

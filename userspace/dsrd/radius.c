// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "dsrd/digest.h"
#include "dsrd/radius.h"

/* A message: code, identifier, length, authenticator, attributes. */
#define CODE 0
#define ID 1
#define LENGTH 2
#define AUTHENTICATOR 4
#define HEADER 20

enum {
	ACCESS_REQUEST = 1,
	ACCESS_ACCEPT = 2,
	ACCESS_REJECT = 3,
	ACCOUNTING_RESPONSE = 5,
	ACCESS_CHALLENGE = 11,
	STATUS_SERVER = 12,
};

enum {
	USER_NAME = 1,
	USER_PASSWORD = 2,
	NAS_IDENTIFIER = 32,
	MESSAGE_AUTHENTICATOR = 80,
};

#define NAME_MAX_BYTES 253
#define SIGNATURE (2 + DIGEST_SIZE)

static const char nas[] = "dsrd";

/* Append an attribute. Return its end. */
static __u8 *put(__u8 *bytes, __u8 type, const void *value, size_t size)
{
	bytes[0] = type;
	bytes[1] = 2 + size;
	memcpy(bytes + 2, value, size);
	return bytes + 2 + size;
}

/* Each 16 bytes are hidden by a digest of the secret and the 16 bytes before. */
size_t radius_hide(__u8 *bytes, const struct radius_request *request)
{
	size_t size = (request->password_size + DIGEST_SIZE - 1) / DIGEST_SIZE * DIGEST_SIZE, i, j;
	const __u8 *before = request->authenticator;
	__u8 digest[DIGEST_SIZE];

	if (!size)
		size = DIGEST_SIZE;
	memset(bytes, 0, size);
	memcpy(bytes, request->password, request->password_size);
	for (i = 0; i < size; i += DIGEST_SIZE) {
		const struct iovec parts[] = {
			{ (void *)request->secret, request->secret_size },
			{ (void *)before, DIGEST_SIZE },
		};

		if (!digest_md5(digest, parts, 2))
			return 0;
		for (j = 0; j < DIGEST_SIZE; j++)
			bytes[i + j] ^= digest[j];
		before = bytes + i;
	}
	return size;
}

static __u8 *put_login(__u8 *bytes, const struct radius_request *request)
{
	__u8 hidden[RADIUS_PASSWORD_MAX];
	size_t name = strnlen(request->user, NAME_MAX_BYTES), size = radius_hide(hidden, request);

	if (!size)
		return NULL;
	bytes = put(bytes, USER_NAME, request->user, name);
	bytes = put(bytes, USER_PASSWORD, hidden, size);
	return put(bytes, NAS_IDENTIFIER, nas, sizeof(nas) - 1);
}

size_t radius_request(__u8 *bytes, const struct radius_request *request)
{
	static const __u8 nothing[DIGEST_SIZE];
	__u8 digest[DIGEST_SIZE], *end;
	size_t size;

	bytes[CODE] = request->user ? ACCESS_REQUEST : STATUS_SERVER;
	bytes[ID] = request->id;
	memcpy(bytes + AUTHENTICATOR, request->authenticator, RADIUS_AUTHENTICATOR);
	end = put(bytes + HEADER, MESSAGE_AUTHENTICATOR, nothing, sizeof(nothing));
	if (request->user)
		end = put_login(end, request);
	if (!end)
		return 0;
	size = end - bytes;
	bytes[LENGTH] = size >> 8;
	bytes[LENGTH + 1] = size & 0xff;
	/* It is computed with zeros in its own place. */
	if (!digest_hmac_md5(digest, request->secret, request->secret_size, bytes, size))
		return 0;
	memcpy(bytes + HEADER + 2, digest, sizeof(digest));
	return size;
}

/* Find the only Message-Authenticator. Return -1 if the attributes are malformed, 0 if there is
 * none, otherwise the offset of its value.
 */
static int find_signature(const __u8 *bytes, size_t size)
{
	size_t at, length;
	int found = 0;

	for (at = HEADER; at < size; at += length) {
		length = at + 1 < size ? bytes[at + 1] : 0;
		if (length < 2 || length > size - at)
			return -1;
		if (bytes[at] != MESSAGE_AUTHENTICATOR)
			continue;
		if (found || length != SIGNATURE)
			return -1;
		found = at + 2;
	}
	return found;
}

/* Return true if the authenticator is the digest of the message with that of the request. */
static bool is_authentic(const struct radius_request *request, const __u8 *bytes, size_t size)
{
	const struct iovec parts[] = {
		{ (void *)bytes, AUTHENTICATOR },
		{ (void *)request->authenticator, RADIUS_AUTHENTICATOR },
		{ (void *)(bytes + HEADER), size - HEADER },
		{ (void *)request->secret, request->secret_size },
	};
	__u8 digest[DIGEST_SIZE];

	return digest_md5(digest, parts, 4) && digest_equal(digest, bytes + AUTHENTICATOR);
}

static bool is_signed(const struct radius_request *request, const __u8 *bytes, size_t size,
		      int at)
{
	__u8 copy[RADIUS_MAX], digest[DIGEST_SIZE];

	memcpy(copy, bytes, size);
	memcpy(copy + AUTHENTICATOR, request->authenticator, RADIUS_AUTHENTICATOR);
	memset(copy + at, 0, DIGEST_SIZE);
	return digest_hmac_md5(digest, request->secret, request->secret_size, copy, size) &&
	       digest_equal(digest, bytes + at);
}

/* Return what a code says. The accounting port has one of its own. */
static enum radius_answer meaning_of(const struct radius_request *request, __u8 code)
{
	switch (code) {
	case ACCESS_ACCEPT:
		return RADIUS_ACCEPT;
	case ACCESS_REJECT:
		return request->user ? RADIUS_REJECT : RADIUS_NONE;
	case ACCESS_CHALLENGE:
		return request->user ? RADIUS_CHALLENGE : RADIUS_NONE;
	case ACCOUNTING_RESPONSE:
		return request->user ? RADIUS_NONE : RADIUS_ACCEPT;
	default:
		return RADIUS_NONE;
	}
}

enum radius_answer radius_answer(const struct radius_request *request, bool must_sign,
				 const __u8 *bytes, size_t size)
{
	enum radius_answer meaning;
	size_t length;
	int at;

	if (size < HEADER || bytes[ID] != request->id)
		return RADIUS_NONE;
	/* What follows the message is padding. */
	length = bytes[LENGTH] << 8 | bytes[LENGTH + 1];
	if (length < HEADER || length > size || length > RADIUS_MAX)
		return RADIUS_NONE;
	meaning = meaning_of(request, bytes[CODE]);
	at = find_signature(bytes, length);
	if (meaning == RADIUS_NONE || at < 0)
		return RADIUS_NONE;
	if (!is_authentic(request, bytes, length) ||
	    (at && !is_signed(request, bytes, length, at)))
		return RADIUS_FORGED;
	return at || !must_sign ? meaning : RADIUS_UNSIGNED;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of dsrd's messages of RADIUS, with the examples of RFC 2865 (7.1) and RFC 5997 (6.1). */
#include <string.h>

#include "dsrd/digest.h"
#include "dsrd/radius.h"
#include "unit.h"

#define SECRET "xyzzy5461"

static const __u8 login_authenticator[] =
	"\x0f\x40\x3f\x94\x73\x97\x80\x57\xbd\x83\xd5\xcb\x98\xf4\x22\x7a";
static const __u8 hidden_password[] =
	"\x0d\xbe\x70\x8d\x93\xd4\x13\xce\x31\x96\xe4\x3f\x78\x2a\x0a\xee";
static const __u8 accept_message[] =
	"\x02\x00\x00\x26\x86\xfe\x22\x0e\x76\x24\xba\x2a\x10\x05\xf6\xbf\x9b\x55\xe0\xb2"
	"\x06\x06\x00\x00\x00\x01\x0f\x06\x00\x00\x00\x00\x0e\x06\xc0\xa8\x01\x03";
static const __u8 status_message[] =
	"\x0c\xda\x00\x26\x8a\x54\xf4\x68\x6f\xb3\x94\xc5\x28\x66\xe3\x02\x18\x5d\x06\x23"
	"\x50\x12\x5a\x66\x5e\x2e\x1e\x84\x11\xf3\xe2\x43\x82\x20\x97\xc8\x4f\xa3";
static const __u8 status_answer[] =
	"\x02\xda\x00\x14\xef\x0d\x55\x2a\x4b\xf2\xd6\x93\xec\x2b\x6f\xe8\xb5\x41\x1d\x66";

#define SIZE(bytes) (sizeof(bytes) - 1)

static struct radius_request login_of(const char *password)
{
	struct radius_request request = {
		.secret = SECRET, .secret_size = SIZE(SECRET), .user = "nemo",
		.password = password, .password_size = strlen(password)
	};

	memcpy(request.authenticator, login_authenticator, RADIUS_AUTHENTICATOR);
	return request;
}

static struct radius_request status(void)
{
	struct radius_request request = {
		.id = status_message[1], .secret = SECRET, .secret_size = SIZE(SECRET)
	};

	memcpy(request.authenticator, status_message + 4, RADIUS_AUTHENTICATOR);
	return request;
}

static void a_question_for_the_status_has_its_bytes(void **state)
{
	struct radius_request request = status();
	__u8 bytes[RADIUS_REQUEST_MAX];

	(void)state;
	assert_int_equal(radius_request(bytes, &request), SIZE(status_message));
	assert_memory_equal(bytes, status_message, SIZE(status_message));
}

static void a_password_is_hidden(void **state)
{
	static const __u8 second[] =
		"\xc4\x86\x50\x05\x4e\xfc\x30\x6d\xe2\x4d\xb5\xc3\x5f\x64\xa8\x84";
	struct radius_request request = login_of("arctangent");
	__u8 bytes[RADIUS_PASSWORD_MAX];
	char longest[RADIUS_PASSWORD_MAX + 1] = "";

	(void)state;
	assert_int_equal(radius_hide(bytes, &request), 16);
	assert_memory_equal(bytes, hidden_password, 16);
	/* The second part depends on the first one. */
	memset(longest, 'a', 20);
	request = login_of(longest);
	assert_int_equal(radius_hide(bytes, &request), 32);
	assert_memory_equal(bytes + 16, second, 16);
	memset(longest, 'a', RADIUS_PASSWORD_MAX);
	request = login_of(longest);
	assert_int_equal(radius_hide(bytes, &request), RADIUS_PASSWORD_MAX);
	request = login_of("");
	assert_int_equal(radius_hide(bytes, &request), 16);
}

/* The Message-Authenticator comes first, then who logs in. */
static void a_login_has_its_attributes(void **state)
{
	static const __u8 attributes[] = "\x01\x06nemo\x02\x12\x0d\xbe\x70\x8d\x93\xd4\x13\xce"
					 "\x31\x96\xe4\x3f\x78\x2a\x0a\xee\x20\x06\x64\x73rd";
	struct radius_request request = login_of("arctangent");
	__u8 bytes[RADIUS_REQUEST_MAX], sent[DIGEST_SIZE], digest[DIGEST_SIZE];
	size_t size = radius_request(bytes, &request);

	(void)state;
	assert_int_equal(size, 20 + 18 + SIZE(attributes));
	assert_memory_equal(bytes, "\x01\x00\x00\x44", 4);
	assert_memory_equal(bytes + 4, login_authenticator, RADIUS_AUTHENTICATOR);
	assert_memory_equal(bytes + 20, "\x50\x12", 2);
	assert_memory_equal(bytes + 38, attributes, SIZE(attributes));
	memcpy(sent, bytes + 22, sizeof(sent));
	memset(bytes + 22, 0, sizeof(sent));
	assert_true(digest_hmac_md5(digest, SECRET, SIZE(SECRET), bytes, size));
	assert_memory_equal(sent, digest, sizeof(sent));
}

static void the_examples_are_answers(void **state)
{
	struct radius_request login = login_of("arctangent"), question = status();

	(void)state;
	assert_int_equal(radius_answer(&login, false, accept_message, SIZE(accept_message)),
			 RADIUS_ACCEPT);
	assert_int_equal(radius_answer(&question, false, status_answer, SIZE(status_answer)),
			 RADIUS_ACCEPT);
	/* They are older than the attack that requires more. */
	assert_int_equal(radius_answer(&login, true, accept_message, SIZE(accept_message)),
			 RADIUS_UNSIGNED);
	assert_int_equal(radius_answer(&question, true, status_answer, SIZE(status_answer)),
			 RADIUS_UNSIGNED);
}

/* Write an answer with these attributes, and sign it as a server does: the place of a
 * Message-Authenticator, or 0, and then the authenticator.
 */
static size_t sign(__u8 *bytes, const struct radius_request *request, __u8 code,
		   const void *attributes, size_t n, size_t at)
{
	const struct iovec parts[] = { { bytes, 20 + n }, { (void *)request->secret,
							    request->secret_size } };
	__u8 digest[DIGEST_SIZE];

	bytes[0] = code;
	bytes[1] = request->id;
	bytes[2] = (20 + n) >> 8;
	bytes[3] = (20 + n) & 0xff;
	memcpy(bytes + 4, request->authenticator, RADIUS_AUTHENTICATOR);
	memcpy(bytes + 20, attributes, n);
	if (at) {
		assert_true(digest_hmac_md5(digest, request->secret, request->secret_size, bytes,
					    20 + n));
		memcpy(bytes + at, digest, sizeof(digest));
	}
	assert_true(digest_md5(digest, parts, 2));
	memcpy(bytes + 4, digest, sizeof(digest));
	return 20 + n;
}

static const __u8 signature[] = "\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
static const __u8 text_first[] = "\x12\x04ok\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";

static void each_code_means_something(void **state)
{
	static const struct {
		__u8 code;
		enum radius_answer to_login, to_status;
	} codes[] = {
		{ 1, RADIUS_NONE, RADIUS_NONE }, { 2, RADIUS_ACCEPT, RADIUS_ACCEPT },
		{ 3, RADIUS_REJECT, RADIUS_NONE }, { 5, RADIUS_NONE, RADIUS_ACCEPT },
		{ 11, RADIUS_CHALLENGE, RADIUS_NONE }, { 12, RADIUS_NONE, RADIUS_NONE },
	};
	struct radius_request login = login_of("arctangent"), question = status();
	__u8 bytes[64];
	size_t size, i;

	(void)state;
	for (i = 0; i < sizeof(codes) / sizeof(*codes); i++) {
		size = sign(bytes, &login, codes[i].code, signature, SIZE(signature), 22);
		assert_int_equal(radius_answer(&login, true, bytes, size), codes[i].to_login);
		size = sign(bytes, &question, codes[i].code, text_first, SIZE(text_first), 26);
		assert_int_equal(radius_answer(&question, true, bytes, size), codes[i].to_status);
	}
}

/* Each byte of an answer counts, with and without a Message-Authenticator. */
static void nothing_forged_counts(void **state)
{
	struct radius_request login = login_of("arctangent");
	__u8 bytes[64];
	size_t size, i;
	int with;

	(void)state;
	for (with = 0; with < 2; with++) {
		size = sign(bytes, &login, 2, text_first, with ? SIZE(text_first) : 4,
			    with ? 26 : 0);
		assert_int_equal(radius_answer(&login, with, bytes, size), RADIUS_ACCEPT);
		for (i = 0; i < size; i++) {
			bytes[i] ^= 1;
			assert_in_range(radius_answer(&login, false, bytes, size), RADIUS_NONE,
					RADIUS_FORGED);
			bytes[i] ^= 1;
		}
		login.secret_size--;
		assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_FORGED);
		login.secret_size++;
	}
}

/* However well it is signed. */
static void an_answer_to_another_request_is_none(void **state)
{
	struct radius_request login = login_of("arctangent");
	__u8 bytes[64];
	size_t size = sign(bytes, &login, 2, signature, SIZE(signature), 22);

	(void)state;
	login.id++;
	assert_int_equal(radius_answer(&login, true, bytes, size), RADIUS_NONE);
	login.id--;
	login.authenticator[0]++;
	assert_int_equal(radius_answer(&login, true, bytes, size), RADIUS_FORGED);
}

/* The authenticator alone can be forged, so a wrong Message-Authenticator is never right. */
static void a_wrong_message_authenticator_is_forged(void **state)
{
	struct radius_request login = login_of("arctangent");
	__u8 bytes[64];
	size_t size = sign(bytes, &login, 2, signature, SIZE(signature), 0);

	(void)state;
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_FORGED);
}

static void malformed_messages_are_no_answers(void **state)
{
	static const __u8 twice[] = "\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0"
				    "\x50\x12\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0\0";
	struct radius_request login = login_of("arctangent");
	__u8 bytes[128] = { 0 };
	size_t size, i;

	(void)state;
	size = sign(bytes, &login, 2, text_first, SIZE(text_first), 26);
	for (i = 0; i < size; i++)
		assert_int_equal(radius_answer(&login, false, bytes, i), RADIUS_NONE);
	/* Padding is nothing. */
	assert_int_equal(radius_answer(&login, true, bytes, size + 7), RADIUS_ACCEPT);
	size = sign(bytes, &login, 2, twice, SIZE(twice), 22);
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_NONE);
	/* Attributes without a length, of no length, and longer than the message. */
	size = sign(bytes, &login, 2, "\x12", 1, 0);
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_NONE);
	size = sign(bytes, &login, 2, "\x12\x00", 2, 0);
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_NONE);
	size = sign(bytes, &login, 2, "\x12\x05ok", 4, 0);
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_NONE);
	/* A Message-Authenticator of another length. */
	size = sign(bytes, &login, 2, "\x50\x04ok", 4, 0);
	assert_int_equal(radius_answer(&login, false, bytes, size), RADIUS_NONE);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_for_the_status_has_its_bytes),
		cmocka_unit_test(a_password_is_hidden),
		cmocka_unit_test(a_login_has_its_attributes),
		cmocka_unit_test(the_examples_are_answers),
		cmocka_unit_test(each_code_means_something),
		cmocka_unit_test(nothing_forged_counts),
		cmocka_unit_test(an_answer_to_another_request_is_none),
		cmocka_unit_test(a_wrong_message_authenticator_is_forged),
		cmocka_unit_test(malformed_messages_are_no_answers),
	};

	return cmocka_run_group_tests_name("radius", tests, NULL, NULL);
}

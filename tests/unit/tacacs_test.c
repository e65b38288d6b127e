// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of dsrd's messages of TACACS+. RFC 8907 has no examples, so Python's hashlib has made these
 * by the RFC's sections 4.5 and 5.
 */
#include <string.h>

#include "dsrd/tacacs.h"
#include "unit.h"

#define SECRET "xyzzy5461"
#define SIZE(bytes) (sizeof(bytes) - 1)

static const __u8 pap_start[] =
	"\xc1\x01\x01\x00\x12\x34\x56\x78\x00\x00\x00\x1a\x19\xaf\xd7\x8f\xb9\xb3\x7e\x99"
	"\x95\xb7\x11\xad\xbb\x04\x85\x7f\xd0\xb1\x1c\x45\x62\x8d\x5d\x22\x5b\xf3";
static const __u8 ascii_start[] =
	"\xc0\x01\x01\x00\x12\x34\x56\x78\x00\x00\x00\x10\x71\x1c\x2f\x89\x6f\xf8\x66\x19"
	"\xc5\x44\x36\xdb\x49\xc9\x7f\x41";
static const __u8 password_message[] =
	"\xc0\x01\x03\x00\x12\x34\x56\x78\x00\x00\x00\x0f\xc6\xfc\xf4\xfb\x60\xd3\x4f\x71"
	"\xd7\x34\xc5\xd7\x68\x1f\xdc";
static const __u8 pass_reply[] =
	"\xc1\x01\x02\x00\x12\x34\x56\x78\x00\x00\x00\x06\x21\x0b\xb0\xc3\xd7\x88";
static const __u8 prompt_reply[] =
	"\xc0\x01\x02\x00\x12\x34\x56\x78\x00\x00\x00\x10\xd0\xfb\x35\xef\x35\xdf\x5d\xc1"
	"\x98\x67\xde\xad\xc8\xb0\xaf\x7e";

static struct tacacs_session session_of(bool pap)
{
	return (struct tacacs_session){
		.id = 0x12345678, .pap = pap, .sequence = 1, .secret = SECRET,
		.secret_size = SIZE(SECRET)
	};
}

static void requests_have_their_bytes(void **state)
{
	struct tacacs_session pap = session_of(true), ascii = session_of(false);
	__u8 bytes[TACACS_REQUEST_MAX];

	(void)state;
	assert_int_equal(tacacs_start(bytes, &pap, "nemo", "arctangent", 10), SIZE(pap_start));
	assert_memory_equal(bytes, pap_start, SIZE(pap_start));
	assert_int_equal(tacacs_start(bytes, &ascii, "nemo", NULL, 0), SIZE(ascii_start));
	assert_memory_equal(bytes, ascii_start, SIZE(ascii_start));
	assert_int_equal(tacacs_continue(bytes, &ascii, "arctangent", 10),
			 SIZE(password_message));
	assert_memory_equal(bytes, password_message, SIZE(password_message));
	assert_int_equal(ascii.sequence, 3);
}

static void the_longest_texts_fit(void **state)
{
	struct tacacs_session session = session_of(true);
	__u8 bytes[TACACS_REQUEST_MAX];
	char text[TACACS_TEXT_MAX + 1] = "";

	(void)state;
	memset(text, 'x', TACACS_TEXT_MAX);
	assert_int_equal(tacacs_start(bytes, &session, text, text, TACACS_TEXT_MAX),
			 TACACS_HEADER + 8 + 2 * TACACS_TEXT_MAX + 4);
	assert_int_equal(tacacs_continue(bytes, &session, text, TACACS_TEXT_MAX),
			 TACACS_HEADER + 5 + TACACS_TEXT_MAX);
}

/* Return what a reply says, with one byte of it changed. */
static enum tacacs_status read_reply(const struct tacacs_session *session, const __u8 *reply,
				     size_t size, size_t at, __u8 change)
{
	__u8 bytes[64];

	memcpy(bytes, reply, size);
	bytes[at] ^= change;
	if (tacacs_reply_size(session, bytes) != size)
		return TACACS_MALFORMED;
	return tacacs_reply(session, bytes, size);
}

static void replies_are_read(void **state)
{
	struct tacacs_session session = session_of(true);

	(void)state;
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 0, 0), TACACS_PASS);
	/* Status 2 in place of 1. */
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 12, 3), TACACS_FAIL);
	assert_int_equal(read_reply(&session, prompt_reply, SIZE(prompt_reply), 0, 0),
			 TACACS_GETPASS);
	/* The server may offer to keep the connection. */
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 3, 4), TACACS_PASS);
}

/* Return true if the header is one of a reply to the request, with one byte of it changed. */
static bool is_reply(const struct tacacs_session *session, size_t at, __u8 change)
{
	__u8 bytes[TACACS_HEADER];

	memcpy(bytes, pass_reply, sizeof(bytes));
	bytes[at] ^= change;
	return tacacs_reply_size(session, bytes);
}

/* The body need not be read for that. */
static void headers_are_those_of_the_request(void **state)
{
	struct tacacs_session session = session_of(true);

	(void)state;
	assert_true(is_reply(&session, 0, 0));
	assert_true(is_reply(&session, 0, 1));
	assert_false(is_reply(&session, 0, 2));
	assert_false(is_reply(&session, 1, 3));
	assert_false(is_reply(&session, 2, 1));
	assert_false(is_reply(&session, 3, 1));
	assert_false(is_reply(&session, 4, 1));
	assert_false(is_reply(&session, 7, 1));
	/* Too long, and too short. */
	assert_false(is_reply(&session, 8, 1));
	assert_false(is_reply(&session, 10, 0x20));
	assert_false(is_reply(&session, 11, 3));
	session.sequence = 3;
	assert_false(is_reply(&session, 0, 0));
	assert_true(is_reply(&session, 2, 6));
}

static void what_is_no_reply_to_the_request_is_refused(void **state)
{
	struct tacacs_session session = session_of(true);
	size_t i;

	(void)state;
	/* Version, type, number, plain text, session and length. */
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 0, 2), -1);
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 0, 0x40), -1);
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 1, 3), -1);
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 2, 6), -1);
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 3, 1), -1);
	for (i = 4; i < 12; i++)
		assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), i, 1), -1);
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 10, 0x40), -1);
	/* An unknown status, and lengths that do not fit. */
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 12, 8), -1);
	for (i = 14; i < SIZE(pass_reply); i++)
		assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), i, 1), -1);
	/* Another secret. */
	session.secret_size--;
	assert_int_equal(read_reply(&session, pass_reply, SIZE(pass_reply), 0, 0), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_have_their_bytes),
		cmocka_unit_test(the_longest_texts_fit),
		cmocka_unit_test(replies_are_read),
		cmocka_unit_test(headers_are_those_of_the_request),
		cmocka_unit_test(what_is_no_reply_to_the_request_is_refused),
	};

	return cmocka_run_group_tests_name("tacacs", tests, NULL, NULL);
}

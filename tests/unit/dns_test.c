// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of dsrd's messages of DNS. */
#include <string.h>

#include "dsrd/dns.h"
#include "unit.h"

static __u8 question[DNS_QUESTION_MAX];
static size_t size;

static void ask(const char *name)
{
	size = dns_question(question, sizeof(question), 0x1234, name, 28);
}

static void a_question_has_its_bytes(void **state)
{
	static const __u8 bytes[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				    "\002ab\007example\x00\x00\x1c\x00\x01";
	static const __u8 root[] = "\x12\x34\x01\x00\x00\x01\x00\x00\x00\x00\x00\x00"
				   "\x00\x00\x1c\x00\x01";

	(void)state;
	ask("ab.example");
	assert_int_equal(size, sizeof(bytes) - 1);
	assert_memory_equal(question, bytes, size);
	ask("ab.example.");
	assert_int_equal(size, sizeof(bytes) - 1);
	assert_memory_equal(question, bytes, size);
	ask(".");
	assert_int_equal(size, sizeof(root) - 1);
	assert_memory_equal(question, root, size);
}

static void what_is_no_name_is_not_asked(void **state)
{
	char label[65], name[257];

	(void)state;
	memset(label, 'a', 64);
	label[64] = '\0';
	ask(label);
	assert_int_equal(size, 0);
	ask(label + 1);
	assert_int_equal(size, 12 + 65 + 4);
	memset(name, 'a', 256);
	name[256] = '\0';
	name[63] = '.';
	name[127] = '.';
	name[191] = '.';
	ask(name);
	assert_int_equal(size, 0);
	/* 255 bytes are the most: four lengths, 250 letters and the end. */
	name[253] = '\0';
	ask(name);
	assert_int_equal(size, DNS_QUESTION_MAX);
	name[253] = 'a';
	name[254] = '\0';
	ask(name);
	assert_int_equal(size, 0);
	ask("a..b");
	assert_int_equal(size, 0);
	ask(".a");
	assert_int_equal(size, 0);
	assert_int_equal(dns_question(question, 10, 1, "a", 1), 0);
}

/* Return what is made of the question, with one byte changed, as an answer. */
static int answer(size_t at, __u8 byte, size_t length)
{
	__u8 bytes[DNS_QUESTION_MAX];

	memcpy(bytes, question, sizeof(bytes));
	bytes[2] |= 0x80;
	bytes[at] = byte;
	return dns_answer(question, size, bytes, length);
}

static void only_an_answer_to_the_question_counts(void **state)
{
	size_t i;

	(void)state;
	ask("ab.example");
	assert_int_equal(answer(3, 0x80, size), 0);
	assert_int_equal(answer(3, 0x83, size), 3);
	/* Upper case is the same. */
	assert_int_equal(answer(13, 'A', size), 0);
	/* The question itself, another number, question or type, and another operation. */
	assert_int_equal(answer(2, 0x01, size), -1);
	assert_int_equal(answer(1, 0x35, size), -1);
	assert_int_equal(answer(13, 'x', size), -1);
	assert_int_equal(answer(size - 3, 1, size), -1);
	assert_int_equal(answer(2, 0xa8, size), -1);
	assert_int_equal(answer(5, 2, size), -1);
	/* Without the question there must be an error. */
	assert_int_equal(answer(5, 0, 12), -1);
	/* Whatever is cut off. */
	for (i = 0; i < size; i++)
		assert_int_equal(answer(3, 0, i), -1);
}

static void an_error_needs_no_question(void **state)
{
	static const __u8 bytes[] = "\x12\x34\x81\x01\x00\x00\x00\x00\x00\x00\x00\x00";

	(void)state;
	ask("ab.example");
	assert_int_equal(dns_answer(question, size, bytes, 12), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_question_has_its_bytes),
		cmocka_unit_test(what_is_no_name_is_not_asked),
		cmocka_unit_test(only_an_answer_to_the_question_counts),
		cmocka_unit_test(an_error_needs_no_question),
	};

	return cmocka_run_group_tests_name("dns", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the keys of checks: what their values may be, and which belong together. */
#include <string.h>

#include "config_check.h"
#include "unit.h"

static struct config_check check;
static struct dsr_error err;

static const struct check_option *find(const char *name)
{
	const struct check_option *option = check_options;

	while (strcmp(option->name, name))
		option++;
	return option;
}

/* Make a check of "TYPE [KEY VALUE]...". Return what is wrong with it, or NULL. */
static const char *error_of(const char *text)
{
	struct line line;
	int i, kind;

	line_cut(&line, text);
	kind = model_find(check_kinds, line.words[0]);
	assert_in_range(kind, 0, CHECK_KINDS - 1);
	check_init(&check, kind);
	err = (struct dsr_error){ 0 };
	for (i = 1; i + 1 < line.n; i += 2)
		if (check_parse(&check, find(line.words[i]), line.words[i + 1], &err))
			return err.text;
	return check_complete(&check, &err) ? err.text : NULL;
}

static const struct {
	const char *check;
	const char *error;
} wrong[] = {
	{ "radius", "secret-file is missing in a check of type radius" },
	{ "radius secret-file a/b",
	  "secret-file \"a/b\": expected an absolute path, or a credential's name" },
	{ "radius secret-file s user u",
	  "password-file: expected one, because there is a user" },
	{ "radius secret-file s password-file p",
	  "user: expected one, because there is a password-file" },
	{ "radius secret-file s user u password-file ..",
	  "password-file \"..\": expected an absolute path, or a credential's name" },
	{ "radius secret-file s answer any",
	  "answer: expected accept, because there is no password-file" },
	{ "radius secret-file s login pap", "a check of type radius has no login" },
	{ "tacacs secret-file s", "user is missing in a check of type tacacs" },
	{ "tacacs secret-file s user u",
	  "password-file: expected one, because there is a user" },
	{ "tacacs secret-file s login ascii answer reject",
	  "answer: expected accept, because there is no password-file" },
	{ "tacacs secret-file s message-authenticator no",
	  "a check of type tacacs has no message-authenticator" },
	{ "dns query a secret-file s", "a check of type dns has no secret-file" },
	{ "icmp size 99", "size \"99\": expected 100 to 65535, or mtu" },
	{ "icmp size 1", "size \"1\": expected 100 to 65535, or mtu" },
	{ "icmp size 65536", "size \"65536\": expected 100 to 65535, or mtu" },
	{ "tcp size mtu", "a check of type tcp has no size" },
	{ "tcp sweep 65", "sweep \"65\": expected 1 to 64" },
	{ "tcp sweep 4 sweep-fall 5", "sweep-fall: expected at most the sweep" },
	{ "tcp sweep-fall 2", "sweep-fall: expected at most the sweep" },
	{ "http sweep 4", "a check of type http has no sweep" },
};

static void what_is_wrong_is_refused(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		assert_non_null(error_of(wrong[i].check));
		assert_string_equal(err.text, wrong[i].error);
	}
}

static void a_name_for_radius_fits_into_its_attribute(void **state)
{
	char text[400], name[255] = "";

	(void)state;
	memset(name, 'x', 253);
	snprintf(text, sizeof(text), "radius secret-file s password-file p user %s", name);
	assert_null(error_of(text));
	name[253] = 'x';
	snprintf(text, sizeof(text), "radius secret-file s password-file p user %s", name);
	assert_string_equal(error_of(text), "user: expected at most 253 bytes for RADIUS");
}

static void what_is_left_out_is_completed(void **state)
{
	(void)state;
	assert_null(error_of("tcp"));
	assert_int_equal(check.size, 0);
	assert_int_equal(check.sweep, 1);
	assert_int_equal(check.sweep_fall, 1);
	assert_null(error_of("tcp sweep 16"));
	assert_int_equal(check.sweep_fall, 8);
	assert_null(error_of("udp send a sweep 3"));
	assert_int_equal(check.sweep_fall, 2);
	assert_null(error_of("udp send a sweep 2"));
	assert_int_equal(check.sweep_fall, 2);
	assert_null(error_of("tcp sweep 16 sweep-fall 16"));
	assert_int_equal(check.sweep_fall, 16);
	assert_null(error_of("radius secret-file radius"));
	assert_int_equal(check.message_authenticator, 1);
	assert_int_equal(check.answer, CHECK_ACCEPT);
	assert_null(error_of("tacacs secret-file /s login ascii"));
	assert_null(error_of("tacacs secret-file /s login ascii user u"));
	assert_null(error_of("tacacs secret-file /s user u password-file p answer reject"));
}

static void a_size_is_a_number_or_that_of_the_path(void **state)
{
	char text[CHECK_FORMAT_SIZE];

	(void)state;
	assert_null(error_of("icmp size 1500"));
	assert_int_equal(check.size, 1500);
	assert_string_equal(option_format(find("size"), &check, text, sizeof(text)), "1500");
	assert_null(error_of("icmp size mtu"));
	assert_int_equal(check.size, CHECK_SIZE_MTU);
	assert_string_equal(option_format(find("size"), &check, text, sizeof(text)), "mtu");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(what_is_wrong_is_refused),
		cmocka_unit_test(a_name_for_radius_fits_into_its_attribute),
		cmocka_unit_test(what_is_left_out_is_completed),
		cmocka_unit_test(a_size_is_a_number_or_that_of_the_path),
	};

	return cmocka_run_group_tests_name("check", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what headers of a request mean to dsrd. */
#include <string.h>

#include "dsrd/web_rules.h"
#include "unit.h"

/* Return a configuration with these keys; host may be NULL. */
static struct config_status listening(const char *listen, const char *host)
{
	struct config_status status;
	struct dsr_error err = { 0 };

	status_init(&status);
	if (status_keys[0].parse(&status, listen, &err))
		fail_msg("%s: %s", listen, err.text);
	if (host)
		assert_int_equal(status_keys[1].parse(&status, host, &err), 0);
	return status;
}

struct host_case {
	const char *listen;
	const char *name;
	const char *host;
	bool ours;
};

static void only_own_hosts_are_served(void **state)
{
	static const struct host_case cases[] = {
		{ "127.0.0.1:14780", NULL, "localhost", true },
		{ "127.0.0.1:14780", NULL, "LOCALHOST:14780", true },
		{ "127.0.0.1:14780", NULL, "localhost.", true },
		{ "127.0.0.1:14780", NULL, "localhost:8080", true },
		{ "127.0.0.1:14780", NULL, "127.0.0.1", true },
		{ "127.0.0.1:14780", NULL, "127.8.8.8:14780", true },
		{ "127.0.0.1:14780", NULL, "[::1]:14780", true },
		{ "127.0.0.1:14780", NULL, "::1", false },
		{ "127.0.0.1:14780", NULL, "10.1.1.2", false },
		{ "127.0.0.1:14780", NULL, "evil.example", false },
		{ "127.0.0.1:14780", NULL, "localhost.evil.example", false },
		{ "127.0.0.1:14780", NULL, "127.0.0.1.evil.example", false },
		{ "127.0.0.1:14780", NULL, "localhost@evil.example", false },
		{ "127.0.0.1:14780", NULL, "localhost:80x", false },
		{ "127.0.0.1:14780", NULL, "localhost:80:80", false },
		{ "127.0.0.1:14780", NULL, "[::1", false },
		{ "127.0.0.1:14780", NULL, "[::1]x", false },
		{ "127.0.0.1:14780", NULL, "", false },
		{ "127.0.0.1:14780", NULL, ".", false },
		{ "127.0.0.1:14780", NULL, "[]", false },
		{ "127.0.0.1:14780", NULL, NULL, false },
		{ "10.1.1.2:14780", NULL, "10.1.1.2:14780", true },
		{ "10.1.1.2:14780", NULL, "10.1.1.3:14780", false },
		{ "10.1.1.2:14780", "lb.example", "LB.example.:1", true },
		{ "10.1.1.2:14780", "lb.example", "b.example", false },
		{ "10.1.1.2:14780", "lb.example", "lb.example.org", false },
		{ "[2001:db8::1]:14780", NULL, "[2001:db8:0::1]:14780", true },
		{ "[2001:db8::1]:14780", NULL, "[2001:db8::2]:14780", false },
		{ "0.0.0.0:14780", NULL, "10.1.1.3", true },
		{ "[::]:14780", NULL, "10.1.1.3", true },
		{ "[::]:14780", NULL, "[2001:db8::2]", true },
		{ "[::]:14780", NULL, "evil.example", false },
		{ "/run/nf_dsr/status.sock", NULL, "localhost", true },
		{ "/run/nf_dsr/status.sock", "lb.example", "lb.example", true },
		{ "/run/nf_dsr/status.sock", NULL, "10.1.1.2", false },
	};
	struct config_status status;
	char longest[600];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		status = listening(cases[i].listen, cases[i].name);
		if (web_host_is_ours(&status, cases[i].host) != cases[i].ours)
			fail_msg("%s, %s: %s", cases[i].listen, cases[i].name, cases[i].host);
	}
	memset(longest, 'a', sizeof(longest) - 1);
	longest[sizeof(longest) - 1] = '\0';
	status = listening("0.0.0.0:14780", NULL);
	assert_false(web_host_is_ours(&status, longest));
}

static void the_form_of_metrics_is_negotiated(void **state)
{
	static const char *const open[] = {
		"application/openmetrics-text",
		"application/openmetrics-text; version=1.0.0",
		"Application/OpenMetrics-Text;version=1.0.0;q=0.5,application/openmetrics-text;q=0.4,text/plain;q=0.3",
		"text/plain;q=0.1, application/openmetrics-text;q=0.2",
	};
	static const char *const plain[] = {
		"", "*/*", "text/plain", "text/html,application/xhtml+xml,*/*;q=0.8",
		"application/openmetrics-text;q=0",
		"application/openmetrics-text;q=x",
		"application/openmetrics-text;q=-1",
		"application/openmetrics-text;q=0.2,text/plain;q=0.3",
		"application/openmetrics-textile", ",,,;;q=",
		"application/openmetrics-text;q=0.1,*/*",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(open) / sizeof(*open); i++)
		if (!web_prefers_openmetrics(open[i]))
			fail_msg("%s", open[i]);
	for (i = 0; i < sizeof(plain) / sizeof(*plain); i++)
		if (web_prefers_openmetrics(plain[i]))
			fail_msg("%s", plain[i]);
	assert_false(web_prefers_openmetrics(NULL));
}

static void gzip_is_for_those_who_take_it(void **state)
{
	(void)state;
	assert_true(web_accepts_gzip("gzip"));
	assert_true(web_accepts_gzip("deflate, GZip;q=0.5, br"));
	assert_false(web_accepts_gzip("gzip;q=0"));
	assert_false(web_accepts_gzip("identity"));
	assert_false(web_accepts_gzip(NULL));
}

static void tags_are_found(void **state)
{
	(void)state;
	assert_true(web_has_tag("\"a\"", "\"a\""));
	assert_true(web_has_tag("\"b\", W/\"a\" ,\"c\"", "\"a\""));
	assert_false(web_has_tag("\"ab\"", "\"a\""));
	assert_false(web_has_tag("", "\"a\""));
	assert_false(web_has_tag(NULL, "\"a\""));
}

static void a_number_that_is_none_is_1(void **state)
{
	(void)state;
	assert_int_equal(web_number("17"), 17);
	assert_int_equal(web_number(NULL), 1);
	assert_int_equal(web_number(""), 1);
	assert_int_equal(web_number("-1"), 1);
	assert_int_equal(web_number("99999999999999999999"), 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(only_own_hosts_are_served),
		cmocka_unit_test(the_form_of_metrics_is_negotiated),
		cmocka_unit_test(gzip_is_for_those_who_take_it),
		cmocka_unit_test(tags_are_found),
		cmocka_unit_test(a_number_that_is_none_is_1),
	};

	return cmocka_run_group_tests_name("web_rules", tests, NULL, NULL);
}

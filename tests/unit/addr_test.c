// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>
#include <netinet/in.h>

#include "unit.h"

static const char *key_error(const char *text, struct dsr_key *key)
{
	static struct dsr_error err;

	return addr_parse_key(text, key, &err) ? err.text : NULL;
}

static void key_reads_and_writes_the_same(void **state)
{
	static const char *const keys[] = {
		"192.0.2.1", "192.0.2.1:80", "192.0.2.1:1-65535", "192.0.2.0/28",
		"192.0.2.0/28:8000-8099", "0.0.0.0/0", "0.0.0.0/0:65535", "2001:db8::1",
		"[2001:db8::1]:53", "[2001:db8::1]:5-6", "2001:db8::/64", "[2001:db8::]/64:53",
		"::/0", "[::]/0:1-2",
	};
	struct dsr_key key = { .protocol = IPPROTO_TCP };
	char text[ADDR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(keys) / sizeof(*keys); i++) {
		assert_null(key_error(keys[i], &key));
		assert_string_equal(addr_format_key(&key, text, sizeof(text)), keys[i]);
	}
}

static void key_has_all_parts(void **state)
{
	struct dsr_key key = { .protocol = IPPROTO_UDP };

	(void)state;
	assert_null(key_error("192.0.2.16/28:8000-8099", &key));
	assert_int_equal(key.addr.family, AF_INET);
	assert_memory_equal(key.addr.bytes, "\xc0\x00\x02\x10", 4);
	assert_int_equal(key.prefix_len, 28);
	assert_int_equal(key.port, 8000);
	assert_int_equal(key.port_end, 8099);

	assert_null(key_error("[2001:db8::53]:53", &key));
	assert_int_equal(key.addr.family, AF_INET6);
	assert_int_equal(key.addr.bytes[15], 0x53);
	assert_int_equal(key.prefix_len, 128);
	assert_int_equal(key.port, 53);
	assert_int_equal(key.port_end, 53);
}

static void same_key_in_another_writing_is_made_canonical(void **state)
{
	static const char *const pairs[][2] = {
		{ "192.0.2.1/32:80", "192.0.2.1:80" },
		{ "192.0.2.1:80-80", "192.0.2.1:80" },
		{ "[2001:DB8:0::1]", "2001:db8::1" },
		{ "2001:db8:0:0:0:0:0:1/128", "2001:db8::1" },
	};
	struct dsr_key key = { .protocol = IPPROTO_TCP };
	char text[ADDR_TEXT];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_null(key_error(pairs[i][0], &key));
		assert_string_equal(addr_format_key(&key, text, sizeof(text)), pairs[i][1]);
	}
}

#define FORM ": expected ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], an IPv6 address with a port in brackets"

static void bad_keys_say_what_was_expected(void **state)
{
	static const char *const bad[][2] = {
		{ "192.0.2.1:0", "port \"0\": expected 1 to 65535" },
		{ "192.0.2.1:65536", "port \"65536\": expected 1 to 65535" },
		{ "192.0.2.1:99999999999999999999", "expected 1 to 65535" },
		{ "192.0.2.1:", "port \"\": expected 1 to 65535" },
		{ "192.0.2.1:+80", "port \"+80\": expected 1 to 65535" },
		{ "192.0.2.1:http", "port \"http\": expected 1 to 65535" },
		{ "192.0.2.1:80-", "port \"\": expected 1 to 65535" },
		{ "192.0.2.1:80/24", "port \"80/24\": expected 1 to 65535" },
		{ "192.0.2.1:0-80", "port \"0\": expected 1 to 65535" },
		{ "192.0.2.1:90-80", "port range 90-80 is reversed: expected 80-90" },
		{ "192.0.2.1:81-80", "port range 81-80 is reversed: expected 80-81" },
		{ "192.0.2.0/33", "prefix length \"33\": expected 0 to 32 for IPv4" },
		{ "2001:db8::/129", "prefix length \"129\": expected 0 to 128 for IPv6" },
		{ "192.0.2.0/", "prefix length \"\": expected 0 to 32 for IPv4" },
		{ "192.0.2.0/-1", "prefix length \"-1\": expected 0 to 32 for IPv4" },
		{ "192.0.2.17/28:80", "host bits are set: expected 192.0.2.16/28" },
		{ "192.0.2.1/0", "host bits are set: expected 0.0.0.0/0" },
		{ "[2001:db8::1]/64:80", "host bits are set: expected 2001:db8::/64" },
		{ "", "\"\"" FORM },
		{ "vip", "\"vip\"" FORM },
		{ "192.0.2", "\"192.0.2\"" FORM },
		{ "192.0.2.256", FORM },
		{ "[192.0.2.1]:80", FORM },
		{ "[2001:db8::1", FORM },
		{ "[2001:db8::1]80", FORM },
		{ "[2001:db8::/64]:80", FORM },
		{ "2001:db8::1%", FORM },
		{ "192.0.2.1%..", FORM },
		{ ":80", FORM },
	};
	struct dsr_key key = { .protocol = IPPROTO_TCP };
	const char *text;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(bad) / sizeof(*bad); i++) {
		text = key_error(bad[i][0], &key);
		if (!text || !strstr(text, bad[i][1]))
			fail_msg("\"%s\" gave: %s", bad[i][0], text ? text : "no error");
	}
}

static void overlong_key_is_refused(void **state)
{
	struct dsr_key key = { .protocol = IPPROTO_TCP };
	char text[1000];

	(void)state;
	memset(text, '1', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	assert_non_null(key_error(text, &key));
}

static void any_protocol_has_no_ports(void **state)
{
	struct dsr_key key = { 0 };

	(void)state;
	assert_null(key_error("192.0.2.0/24", &key));
	assert_string_equal(key_error("192.0.2.1:80", &key),
			    "\"192.0.2.1:80\": protocol any has no ports: expected ADDRESS[/PREFIX]");
}

static void address_with_port_has_brackets_for_ipv6_only(void **state)
{
	struct dsr_error err;
	struct dsr_addr addr;
	char text[ADDR_TEXT];

	(void)state;
	assert_int_equal(addr_parse("2001:db8::1", &addr, &err), 0);
	assert_string_equal(addr_format_port(&addr, 80, text, sizeof(text)), "[2001:db8::1]:80");
	assert_string_equal(addr_format_port(&addr, 0, text, sizeof(text)), "2001:db8::1");
	assert_int_equal(addr_parse("10.0.0.1", &addr, &err), 0);
	assert_string_equal(addr_format_port(&addr, 80, text, sizeof(text)), "10.0.0.1:80");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(key_reads_and_writes_the_same),
		cmocka_unit_test(key_has_all_parts),
		cmocka_unit_test(same_key_in_another_writing_is_made_canonical),
		cmocka_unit_test(bad_keys_say_what_was_expected),
		cmocka_unit_test(overlong_key_is_refused),
		cmocka_unit_test(any_protocol_has_no_ports),
		cmocka_unit_test(address_with_port_has_brackets_for_ipv6_only),
	};

	return cmocka_run_group_tests_name("addr", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/netlink.h>
#include <netinet/in.h>
#include <string.h>

#include "unit.h"

#define SERVICE_ADD "service add tcp 192.0.2.1"
#define BACKEND_ADD "backend add tcp 192.0.2.1:80 10.0.0.1"
#define HEADERS " method gue outer-port 6081 outer-checksum off gue-variant 1 gre-key 4294967295"
#define SERVICE "service add udp [2001:db8::53]:53 scheduler wrr seed 7 method gre " \
	"outer-source client outer-ttl inherit timeout udp 30 timeout tcp-syn 2147483"
#define BACKEND "backend add tcp 172.16.4.99:49 10.1.1.51 method ipip weight 65535 " \
	"state drain outer-source 10.1.1.1 outer-ttl 255"

static void service_keywords_are_taken(void **state)
{
	struct dsr_args args = parse_args(SERVICE);

	(void)state;
	assert_int_equal(args.key.protocol, IPPROTO_UDP);
	assert_int_equal(args.key.port, 53);
	assert_string_equal(args.conf.scheduler, "wrr");
	assert_int_equal(args.conf.seed, 7);
	assert_int_equal(args.conf.method, NF_DSR_METHOD_GRE);
	assert_int_equal(args.conf.outer_source, NF_DSR_OUTER_SOURCE_CLIENT);
	assert_int_equal(args.conf.outer_ttl, 0);
	assert_int_equal(args.conf.timeout_udp, 30);
	assert_int_equal(args.conf.timeout_tcp_syn, NF_DSR_TIMEOUT_MAX);
	assert_int_equal(args.conf.set,
			 CONF_BIT(scheduler) | CONF_BIT(seed) | CONF_BIT(method) |
			 CONF_BIT(outer_source) | CONF_BIT(outer_ttl) |
			 CONF_BIT(timeout_udp) |
			 CONF_BIT(timeout_tcp_syn));
}

static void backend_keywords_are_taken(void **state)
{
	struct dsr_args args = parse_args(BACKEND);

	(void)state;
	assert_memory_equal(args.addr.bytes, "\x0a\x01\x01\x33", 4);
	assert_int_equal(args.conf.weight, 65535);
	assert_int_equal(args.conf.state, NF_DSR_BACKEND_STATE_DRAIN);
	assert_int_equal(args.conf.method, NF_DSR_METHOD_IPIP);
	assert_int_equal(args.conf.outer_source, NF_DSR_OUTER_SOURCE_ADDRESS);
	assert_memory_equal(args.conf.outer_addr4.bytes, "\x0a\x01\x01\x01", 4);
	assert_int_equal(args.conf.outer_ttl, 255);
	assert_int_equal(args.conf.set,
			 CONF_BIT(method) | CONF_BIT(weight) | CONF_BIT(state) |
			 CONF_BIT(outer_source) | CONF_BIT(outer_addr4) | CONF_BIT(outer_ttl));
}

static void marks_and_vrfs_are_keys(void **state)
{
	struct dsr_args args = parse_args("backend add mark 0xff%red/ipv6 10.0.0.1");

	(void)state;
	assert_true(args.key.by_mark);
	assert_int_equal(args.key.mark, 255);
	assert_int_equal(args.key.addr.family, AF_INET6);
	assert_string_equal(args.key.vrf, "red");
	args = parse_args("service add mark 4294967295");
	assert_true(args.key.mark == UINT32_MAX);
	assert_int_equal(args.key.addr.family, AF_INET);
	assert_string_equal(args.key.vrf, "");
	args = parse_args("service add tcp [2001:db8::%vrf-blue]/64:80");
	assert_string_equal(args.key.vrf, "vrf-blue");
	assert_int_equal(args.key.port, 80);
	assert_int_equal(args.key.prefix_len, 64);
}

#define SOURCES " source 10.0.0.0/8 source 192.0.2.7 source-other drop dev eth1"

static void sources_add_up(void **state)
{
	struct dsr_args args = parse_args(SERVICE_ADD SOURCES);

	(void)state;
	assert_int_equal(args.conf.n_sources, 2);
	assert_int_equal(args.conf.sources[0].len, 8);
	assert_int_equal(args.conf.sources[1].len, 32);
	assert_memory_equal(args.conf.sources[1].addr.bytes, "\xc0\x00\x02\x07", 4);
	assert_int_equal(args.conf.source_other, NF_DSR_SOURCE_OTHER_DROP);
	assert_string_equal(args.conf.dev, "eth1");
	assert_int_equal(args.conf.set, CONF_BIT(sources) | CONF_BIT(source_other) | CONF_BIT(dev));
	args = parse_args(SERVICE_ADD " source any dev any");
	assert_int_equal(args.conf.n_sources, 0);
	assert_string_equal(args.conf.dev, "");
	assert_int_equal(args.conf.set, CONF_BIT(sources) | CONF_BIT(dev));
}

static void nothing_given_is_nothing_set(void **state)
{
	(void)state;
	assert_int_equal(parse_args("service add tcp 192.0.2.1:80").conf.set, 0);
	assert_int_equal(parse_args("backend add tcp 192.0.2.1:80 10.0.0.1").conf.set, 0);
}

static void seed_is_exact_in_64_bits(void **state)
{
	(void)state;
	assert_true(parse_args("service add tcp 192.0.2.1 seed 18446744073709551615").conf.seed ==
		    UINT64_MAX);
	assert_true(parse_args("service add tcp 192.0.2.1 seed 0xFEDCBA9876543210").conf.seed ==
		    0xfedcba9876543210ULL);
}

static void service_takes_an_outer_source_of_each_family(void **state)
{
	struct dsr_args args = parse_args(SERVICE_ADD " outer-source 10.0.0.1 outer-source ::9");

	(void)state;
	assert_int_equal(args.conf.set,
			 CONF_BIT(outer_source) | CONF_BIT(outer_addr4) | CONF_BIT(outer_addr6));
}

static void one_prefix_makes_both_outer_sources_prefixes(void **state)
{
	static const char *const lines[] = {
		SERVICE_ADD " outer-source 10.0.0.0/24 outer-source ::9",
		SERVICE_ADD " outer-source ::9 outer-source 10.0.0.0/24",
	};
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct dsr_args args = parse_args(lines[i]);

		assert_int_equal(args.conf.outer_source, NF_DSR_OUTER_SOURCE_PREFIX);
		assert_int_equal(args.conf.outer_prefix4, 24);
		assert_int_equal(args.conf.outer_prefix6, 128);
		assert_int_equal(args.conf.set,
				 CONF_BIT(outer_source) | CONF_BIT(outer_addr4) |
				 CONF_BIT(outer_addr6) | CONF_BIT(outer_prefix4) |
				 CONF_BIT(outer_prefix6));
	}
}

static void headers_are_as_they_are_said(void **state)
{
	struct dsr_args args = parse_args(BACKEND_ADD HEADERS);

	(void)state;
	assert_int_equal(args.conf.method, NF_DSR_METHOD_GUE);
	assert_int_equal(args.conf.outer_port, 6081);
	assert_int_equal(args.conf.outer_checksum, NF_DSR_OUTER_CHECKSUM_OFF);
	assert_int_equal(args.conf.gue_variant, 1);
	assert_int_equal(args.conf.gre_key, 0xffffffff);
	args = parse_args(SERVICE_ADD " dscp 63 method dscp");
	assert_int_equal(args.conf.method, NF_DSR_METHOD_DSCP);
	assert_int_equal(args.conf.dscp, 63);
	assert_int_equal(args.conf.set, CONF_BIT(method) | CONF_BIT(dscp));
	assert_true(parse_args(BACKEND_ADD " gre-key none").conf.gre_key == NF_DSR_GRE_KEY_NONE);
}

static void commands_set_their_netlink_flags(void **state)
{
	(void)state;
	assert_int_equal(parse_args("service add tcp 192.0.2.1").nlm_flags,
			 NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(parse_args("service change tcp 192.0.2.1 seed 1").nlm_flags,
			 NLM_F_REPLACE);
	assert_int_equal(parse_args("service replace tcp 192.0.2.1").nlm_flags,
			 NLM_F_CREATE | NLM_F_REPLACE);
	assert_int_equal(parse_args("backend add tcp 192.0.2.1 10.0.0.1").nlm_flags,
			 NLM_F_CREATE | NLM_F_EXCL);
	assert_int_equal(parse_args("backend change tcp 192.0.2.1 10.0.0.1 weight 2").nlm_flags,
			 NLM_F_REPLACE);
	assert_int_equal(parse_args("backend replace tcp 192.0.2.1 10.0.0.1").nlm_flags,
			 NLM_F_CREATE | NLM_F_REPLACE);
}

static void show_is_what_is_meant_by_nothing(void **state)
{
	static const char *const pairs[][2] = {
		{ "", "service show" }, { "service", "service show" },
		{ "backend", "backend show" }, { "flow", "flow show" }, { "stats", "stats show" },
	};
	struct dsr_parsed bare, full;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(pairs) / sizeof(*pairs); i++) {
		assert_null(parse_error(pairs[i][0], &bare));
		assert_null(parse_error(pairs[i][1], &full));
		assert_ptr_equal(bare.command, full.command);
	}
}

static void operands_of_show_are_optional(void **state)
{
	(void)state;
	assert_int_equal(parse_args("service show").operands, 0);
	assert_int_equal(parse_args("service show tcp 192.0.2.1:80").operands, 2);
	assert_int_equal(parse_args("backend show tcp 192.0.2.1:80").operands, 2);
	assert_int_equal(parse_args("flow count tcp 192.0.2.1:80 10.0.0.1").operands, 3);
}

static void help_is_known_at_every_level(void **state)
{
	struct dsr_parsed parsed;

	(void)state;
	assert_null(parse_error("help", &parsed));
	assert_true(parsed.help && !parsed.object);
	assert_null(parse_error("service help", &parsed));
	assert_true(parsed.help && parsed.object && !parsed.command);
	assert_null(parse_error("service add help", &parsed));
	assert_true(parsed.help && parsed.command);
	assert_null(parse_error("monitor help", &parsed));
	assert_true(parsed.help);
}

static void explain_may_look_like_an_option(void **state)
{
	(void)state;
	assert_false(parse_args("stats show").explain);
	assert_true(parse_args("stats show explain").explain);
	assert_true(parse_args("stats show --explain").explain);
}

#define OBJECTS "service, backend, flow, device, stats, top, metrics, trace, doctor, health, announce, monitor, flush, save, check, diff, apply, confirm, rollback, restore, history, export, preview, schema, import or help"
#define FLOW_COMMANDS "show, flush, count, add, export, import or help"
#define COMMANDS "add, change, replace, del, destroy, show or help"
#define SERVICE_WORDS "scheduler, seed, method, outer-source, ..."
#define BACKEND_WORDS "state, health, weight, method, outer-source, ..."
#define MARK_FORM "MARK[%VRF][/ipv6], MARK 1 to 4294967295"
#define VIP_FORM "ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], or MARK[%VRF][/ipv6]"
#define TIMEOUTS "tcp, tcp-syn, tcp-closing, udp, icmp, other, tcp-unconfirmed"

static const struct refused bad_lines[] = {
	{ "service add mark 0", "mark \"0\": expected " MARK_FORM },
	{ "service add mark 4294967296", "mark \"4294967296\": expected " MARK_FORM },
	{ "service add mark 192.0.2.1", "mark \"192.0.2.1\": expected " MARK_FORM },
	{ "service add mark 7/6", "mark \"7/6\": expected " MARK_FORM },
	{ "service add mark 7%", "mark \"7%\": expected " MARK_FORM },
	{ SERVICE_ADD " source 10.0.0.1/8",
	  "\"10.0.0.1/8\": host bits are set: expected 10.0.0.0/8" },
	{ SERVICE_ADD " source 2001:db8::/32",
	  "source \"2001:db8::/32\": expected IPv4, the family of the service" },
	{ SERVICE_ADD " source ten", "\"ten\": expected ADDRESS[/PREFIX]" },
	{ SERVICE_ADD " source any source 10.0.0.1", "source any excludes other sources" },
	{ SERVICE_ADD " source 10.0.0.1 source any", "source any excludes other sources" },
	{ SERVICE_ADD " source-other accept",
	  "source-other \"accept\": expected pass, drop" },
	{ SERVICE_ADD " dev a-name-too-long-for-it",
	  "dev \"a-name-too-long-for-it\": expected any, or the name of a device" },
	{ "serv", "\"serv\" is not an object: expected " OBJECTS },
	{ "-j", "\"-j\": options must precede the object" },
	{ "service ad", "\"ad\" is not a command of service: expected " COMMANDS },
	{ "flow put", "\"put\" is not a command of flow: expected " FLOW_COMMANDS },
	{ "service add", "PROTOCOL is missing: expected tcp, udp, sctp, any or mark" },
	{ "service add dccp 192.0.2.1",
	  "protocol \"dccp\": expected tcp, udp, sctp, any or mark" },
	{ "service add tc 192.0.2.1", "protocol \"tc\": expected tcp, udp, sctp, any or mark" },
	{ "announce show 192.0.2.1:80", "\"192.0.2.1:80\": expected ADDRESS[%VRF][/PREFIX]" },
	{ "service add tcp", "VIP is missing: expected " VIP_FORM },
	{ "service show tcp", "VIP is missing: expected " VIP_FORM },
	{ "service add any 192.0.2.1:80",
	  "\"192.0.2.1:80\": protocol any has no ports: expected ADDRESS[/PREFIX]" },
	{ "backend add tcp 192.0.2.1:80",
	  "BACKEND is missing: expected the backend's IPv4 or IPv6 address" },
	{ "backend add tcp 192.0.2.1:80 10.0.0.1:80",
	  "\"10.0.0.1:80\": expected an IPv4 or IPv6 address" },
	{ BACKEND_ADD " weight 65536",
	  "weight \"65536\": expected 0 to 65535" },
	{ BACKEND_ADD " weight -1",
	  "weight \"-1\": expected 0 to 65535" },
	{ BACKEND_ADD " weight",
	  "weight: a value is missing: expected 0..65535" },
	{ BACKEND_ADD " weight 1 weight 1",
	  "weight is given twice" },
	{ BACKEND_ADD " state up",
	  "state \"up\": expected active, drain, down" },
	{ BACKEND_ADD " scheduler wrr",
	  "\"scheduler\" is not a keyword here: expected " BACKEND_WORDS },
	{ BACKEND_ADD " unset", "unset: a value is missing: expected KEYWORD" },
	{ BACKEND_ADD " unset scheduler", "unset \"scheduler\": expected " BACKEND_WORDS },
	{ BACKEND_ADD " unset unset", "unset \"unset\": expected " BACKEND_WORDS },
	{ "backend change tcp 192.0.2.1:80 10.0.0.1",
	  "there is nothing to change: expected " BACKEND_WORDS },
	{ BACKEND_ADD " outer-source 2001:db8::1",
	  "outer-source \"2001:db8::1\": expected IPv4, the family of the backend" },
	{ "backend add tcp 192.0.2.1:80 2001:db8::1 outer-source 10.0.0.1",
	  "outer-source \"10.0.0.1\": expected IPv6, the family of the backend" },
	{ SERVICE_ADD " outer-source address",
	  "outer-source \"address\": expected route, client, an address or a prefix" },
	{ SERVICE_ADD " outer-source 10.0.0.0:53",
	  "outer-source \"10.0.0.0:53\": expected route, client, an address or a prefix" },
	{ SERVICE_ADD " outer-source 10.0.0.1/24",
	  "\"10.0.0.1/24\": host bits are set: expected 10.0.0.0/24" },
	{ SERVICE_ADD " outer-source 10.0.0.0/33",
	  "\"10.0.0.0/33\": prefix length \"33\": expected 0 to 32 for IPv4" },
	{ SERVICE_ADD " outer-source 10.0.0.0/24 outer-source 10.0.1.0/24",
	  "outer-source is given twice" },
	{ SERVICE_ADD " outer-port 0", "outer-port \"0\": expected 1 to 65535" },
	{ BACKEND_ADD " outer-port 65536", "outer-port \"65536\": expected 1 to 65535" },
	{ SERVICE_ADD " outer-checksum maybe", "outer-checksum \"maybe\": expected auto, off, on" },
	{ SERVICE_ADD " dscp 0", "dscp \"0\": expected 1 to 63" },
	{ SERVICE_ADD " dscp 64", "dscp \"64\": expected 1 to 63" },
	{ SERVICE_ADD " gue-variant 2", "gue-variant \"2\": expected 0, 1" },
	{ SERVICE_ADD " gre-key 4294967296",
	  "gre-key \"4294967296\": expected 0 to 4294967295 or none" },
	{ BACKEND_ADD " gre-key", "gre-key: a value is missing: expected none, 0..4294967295" },
	{ SERVICE_ADD " outer-source route outer-source client",
	  "outer-source is given twice" },
	{ SERVICE_ADD " outer-source route outer-source 10.0.0.1",
	  "outer-source is given twice" },
	{ SERVICE_ADD " outer-source 10.0.0.1 outer-source 10.0.0.2",
	  "outer-source is given twice" },
	{ SERVICE_ADD " outer-ttl 0",
	  "outer-ttl \"0\": expected 1 to 255 or inherit" },
	{ SERVICE_ADD " outer-ttl 256",
	  "outer-ttl \"256\": expected 1 to 255 or inherit" },
	{ SERVICE_ADD " method nat",
	  "method \"nat\": expected l2, ipip, ..." },
	{ SERVICE_ADD " scheduler sh",
	  "scheduler \"sh\": expected maglev, wrr, ..." },
	{ SERVICE_ADD " seed 18446744073709551616",
	  "seed \"18446744073709551616\": expected a number of 64 bits, decimal or 0x" },
	{ SERVICE_ADD " seed 0x",
	  "seed \"0x\": expected a number of 64 bits, decimal or 0x" },
	{ SERVICE_ADD " seed 0x10000000000000000",
	  "seed \"0x10000000000000000\": expected a number of 64 bits, decimal or 0x" },
	{ SERVICE_ADD " hash port",
	  "hash \"port\": expected 5-tuple, source, source-port, destination" },
	{ SERVICE_ADD " persist-prefix4 33", "persist-prefix4 \"33\": expected 1 to 32" },
	{ SERVICE_ADD " min-active 0", "min-active \"0\": expected 1 to 65535" },
	{ SERVICE_ADD " fail-open-below 0",
	  "fail-open-below \"0\": expected 1 to 65535, 1% to 100% or off" },
	{ SERVICE_ADD " fail-open-below 101%",
	  "fail-open-below \"101%\": expected 1 to 65535, 1% to 100% or off" },
	{ SERVICE_ADD " fail-open-below 65546",
	  "fail-open-below \"65546\": expected 1 to 65535, 1% to 100% or off" },
	{ SERVICE_ADD " on-down drop",
	  "on-down \"drop\": expected on-delete, keep, rehash, reset" },
	{ SERVICE_ADD " one-packet yes", "one-packet \"yes\": expected off, on" },
	{ BACKEND_ADD " priority 256", "priority \"256\": expected 0 to 255" },
	{ BACKEND_ADD " max-flows 4294967296",
	  "max-flows \"4294967296\": expected 0 to 4294967295" },
	{ BACKEND_ADD " check-mark 4294967296",
	  "check-mark \"4294967296\": expected a number of 32 bits, decimal or 0x" },
	{ BACKEND_ADD " check-mark 0x100000000",
	  "check-mark \"0x100000000\": expected a number of 32 bits, decimal or 0x" },
	{ SERVICE_ADD " table-size 250", "table-size \"250\": expected 251 to 131071" },
	{ SERVICE_ADD " timeout",
	  "timeout: a value is missing: expected " TIMEOUTS },
	{ SERVICE_ADD " timeout tcp",
	  "timeout: a value is missing: expected SECONDS" },
	{ SERVICE_ADD " timeout fin 3",
	  "timeout \"fin\": expected " TIMEOUTS },
	{ SERVICE_ADD " timeout tcp 0",
	  "timeout tcp \"0\": expected 1 to 2147483" },
	{ SERVICE_ADD " timeout tcp 2147484",
	  "timeout tcp \"2147484\": expected 1 to 2147483" },
	{ SERVICE_ADD " timeout tcp 1 timeout tcp 2",
	  "timeout tcp is given twice" },
	{ "service change tcp 192.0.2.1",
	  "there is nothing to change: expected " SERVICE_WORDS },
	{ "service del tcp 192.0.2.1 seed 1", "\"seed\": expected no more words" },
	{ "service show tcp 192.0.2.1 10.0.0.1",
	  "\"10.0.0.1\" is not a keyword here: expected protocol, address, family, vrf" },
	{ "flow flush tcp 192.0.2.1 10.0.0.1 10.0.0.2", "\"10.0.0.2\": expected no more words" },
	{ "flush now", "\"now\": expected no more words" },
	{ "service show tcp 192.0.2.1 --stats", "\"--stats\": options must precede the object" },
	{ "stats show all", "\"all\" is not a keyword here: expected explain, --explain" },
};

static void options_are_unset_by_their_keywords(void **state)
{
	static const char line[] =
		"service change tcp 192.0.2.1 unset outer-source seed 1 unset hash unset source";
	struct dsr_args args = parse_args(line);

	(void)state;
	assert_int_equal(args.conf.set, CONF_BIT(seed));
	assert_int_equal(args.conf.unset, CONF_BIT(outer_source) | CONF_BIT(outer_addr4) |
			 CONF_BIT(outer_addr6) | CONF_BIT(outer_prefix4) | CONF_BIT(outer_prefix6) |
			 CONF_BIT(hash) | CONF_BIT(sources));
	args = parse_args("service change tcp 192.0.2.1 unset timeout");
	assert_int_equal(args.conf.unset, CONF_BIT(timeout_tcp) |
			 CONF_BIT(timeout_tcp_syn) | CONF_BIT(timeout_tcp_closing) |
			 CONF_BIT(timeout_udp) | CONF_BIT(timeout_icmp) |
			 CONF_BIT(timeout_other) | CONF_BIT(timeout_tcp_unconfirmed));
}

static void bad_lines_name_the_word_and_what_was_expected(void **state)
{
	(void)state;
	assert_refused(bad_lines, sizeof(bad_lines) / sizeof(*bad_lines));
}

static void wrong_words_get_a_hint(void **state)
{
	static const struct refused hints[] = {
		{ "serxice show", "did you mean \"service\"?" },
		{ "serv show", "did you mean \"service\"?" },
		{ "service chxnge tcp 192.0.2.1", "did you mean \"change\"?" },
		{ "service add tpc 192.0.2.1", "did you mean \"tcp\"?" },
		{ SERVICE_ADD " scheduxer wrr", "did you mean \"scheduler\"?" },
		{ SERVICE_ADD " scheduler maglve", "did you mean \"maglev\"?" },
		{ BACKEND_ADD " mexhod ipip", "did you mean \"method\"?" },
		{ "bogus show", "" },
		{ SERVICE_ADD " scheduler wr", "did you mean \"wrr\"?" },
		{ SERVICE_ADD " x wrr", "" },
		{ "service show -s", "dsrctl -s service ..." },
		{ "backend add tcp 192.0.2.1 10.0.0.1 weight --json", "dsrctl --json backend ..." },
		{ SERVICE_ADD " a-word-longer-than-any-of-the-grammar wrr", "" },
		{ "service add tcp 2001:db8:1:2:3:4:5:6:80",
		  "an IPv6 address with a port needs brackets: [2001:db8:1:2:3:4:5:6]:80" },
		{ "service add tcp 2001:db8::1:", "" },
		{ "service add tcp 2001:db8:1:2:3:4:5:6:65536", "" },
	};
	struct dsr_parsed parsed;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(hints) / sizeof(*hints); i++)
		assert_string_equal(parse_hint(hints[i].line, &parsed), hints[i].text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(service_keywords_are_taken),
		cmocka_unit_test(backend_keywords_are_taken),
		cmocka_unit_test(marks_and_vrfs_are_keys),
		cmocka_unit_test(sources_add_up),
		cmocka_unit_test(nothing_given_is_nothing_set),
		cmocka_unit_test(seed_is_exact_in_64_bits),
		cmocka_unit_test(service_takes_an_outer_source_of_each_family),
		cmocka_unit_test(one_prefix_makes_both_outer_sources_prefixes),
		cmocka_unit_test(headers_are_as_they_are_said),
		cmocka_unit_test(commands_set_their_netlink_flags),
		cmocka_unit_test(show_is_what_is_meant_by_nothing),
		cmocka_unit_test(operands_of_show_are_optional),
		cmocka_unit_test(help_is_known_at_every_level),
		cmocka_unit_test(explain_may_look_like_an_option),
		cmocka_unit_test(options_are_unset_by_their_keywords),
		cmocka_unit_test(bad_lines_name_the_word_and_what_was_expected),
		cmocka_unit_test(wrong_words_get_a_hint),
	};

	return cmocka_run_group_tests_name("parse", tests, NULL, NULL);
}

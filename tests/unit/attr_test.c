// SPDX-License-Identifier: GPL-2.0-or-later
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <netinet/in.h>
#include <string.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "unit.h"

static void assert_same_key(const struct dsr_key *a, const struct dsr_key *b)
{
	char text_a[ADDR_TEXT], text_b[ADDR_TEXT];

	assert_string_equal(addr_format_key(a, text_a, sizeof(text_a)),
			    addr_format_key(b, text_b, sizeof(text_b)));
	assert_int_equal(a->protocol, b->protocol);
}

#define TIMEOUTS "timeout tcp 1 timeout tcp-syn 2 timeout tcp-closing 3 timeout udp 4 " \
	"timeout icmp 5 timeout other 2147483 timeout tcp-unconfirmed 6"

static void service_comes_back_as_it_was_put(void **state)
{
	static const char *const lines[] = {
		"service add tcp 192.0.2.1:80",
		"service add udp [2001:db8::]/64:53-54 scheduler wrr seed 0xfedcba9876543210",
		"service add any 192.0.2.0/28 method ipip outer-source client outer-ttl inherit",
		"service add any 0.0.0.0/0 outer-source 10.0.0.1 outer-source 2001:db8::1",
		"service add tcp 192.0.2.1 outer-source 10.0.0.0/24 outer-source 2001:db8::/64",
		"service add tcp 192.0.2.1 outer-port 6081 outer-checksum on gue-variant 1",
		"service add tcp 192.0.2.1 gre-key none dscp 63",
		"service add tcp 192.0.2.1 " TIMEOUTS,
		"service add tcp 192.0.2.1 hash destination table-size 131071",
		"service add tcp 192.0.2.1 on-delete reject no-backend accept unmatched drop",
		"service add tcp 192.0.2.1 persist 300 persist-prefix4 24 persist-prefix6 64",
		"service add tcp 192.0.2.1 one-packet on min-active 65535 slow-start 2147483",
		"service add tcp 192.0.2.1 echo reply-if-up",
		"service add sctp 192.0.2.1:3868",
		"service add mark 4294967295%red/ipv6 source 2001:db8::/32 source ::1 dev eth1",
		"service add mark 7 source-other drop",
		"service add tcp [2001:db8::%blue]/64:80 source any",
		"service add any 10.0.0.0/8 force",
		"service add any 192.0.2.1 fail-open-below off",
		"service add any 192.0.2.1 fail-open-below 65535 on-down keep drain-for 2147483",
		"service add any 192.0.2.1 fail-open-below 100% on-down reset",
	};
	struct dsr_service service;
	struct dsr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct dsr_args args = parse_args(lines[i]);
		struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_NEW);

		attr_put_service(msg, &args.key, &args.conf);
		assert_int_equal(attr_get_service(nlmsg_hdr(msg), &service, &err), 0);
		assert_same_key(&service.key, &args.key);
		assert_memory_equal(&service.conf, &args.conf, sizeof(args.conf));
		nlmsg_free(msg);
	}
}

static void backend_comes_back_as_it_was_put(void **state)
{
	static const char *const lines[] = {
		"backend add tcp 192.0.2.1:80 10.0.0.1",
		"backend add udp [2001:db8::]/64:53-54 2001:db8::2 weight 0 state down method gre",
		"backend add any 192.0.2.1 10.0.0.1 outer-source 10.0.0.9 outer-ttl 255 weight 65535",
		"backend add any 192.0.2.1 10.0.0.1 state drain drain-timeout 2147483 health down",
		"backend add any 192.0.2.1 10.0.0.1 priority 255 max-flows 4294967295 min-flows 7",
		"backend add mark 7%red/ipv6 10.0.0.1",
		"backend add any 192.0.2.1 2001:db8::2 outer-source 2001:db8::9 outer-ttl inherit",
		"backend add any 192.0.2.1 2001:db8::2 method gue outer-source 2001:db8::/96",
		"backend add any 192.0.2.1 10.0.0.1 outer-port 65535 outer-checksum off",
		"backend add any 192.0.2.1 10.0.0.1 gue-variant 0 gre-key 4294967295",
		"backend add any 192.0.2.1 10.0.0.1 check-mark 0xffffffff",
	};
	struct dsr_backend backend;
	struct dsr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		struct dsr_args args = parse_args(lines[i]);
		struct nl_msg *msg = fake_msg(NF_DSR_CMD_BACKEND_NEW);

		attr_put_backend(msg, &args.key, &args.addr, &args.conf);
		assert_int_equal(attr_get_backend(nlmsg_hdr(msg), &backend, &err), 0);
		assert_same_key(&backend.service, &args.key);
		assert_memory_equal(&backend.addr, &args.addr, sizeof(args.addr));
		assert_memory_equal(&backend.conf, &args.conf, sizeof(args.conf));
		nlmsg_free(msg);
	}
}

/* Return the numbers in the attributes of a type, as a text. A round trip cannot show
 * that these are the bytes of the protocol.
 */
static const char *numbers_of(struct nl_msg *msg, int type, char *text, size_t size)
{
	struct nlmsghdr *hdr = nlmsg_hdr(msg);
	struct nlattr *nla;
	size_t used = 0;
	int rem;

	*text = '\0';
	nlmsg_for_each_attr(nla, hdr, GENL_HDRLEN, rem) {
		if (nla_type(nla) != type)
			continue;
		assert_int_equal(nla_len(nla), 2);
		used += snprintf(text + used, size - used, " %u", nla_get_u16(nla));
	}
	return text;
}

static void what_is_unset_is_put_by_its_numbers(void **state)
{
	struct dsr_args args = parse_args("service change tcp 192.0.2.1 unset seed unset source");
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_NEW);
	char text[80], expected[80];

	(void)state;
	attr_put_service(msg, &args.key, &args.conf);
	snprintf(expected, sizeof(expected), " %d %d", NF_DSR_A_SERVICE_SEED,
		 NF_DSR_A_SERVICE_SOURCE);
	assert_string_equal(numbers_of(msg, NF_DSR_A_SERVICE_UNSET, text, sizeof(text)), expected);
	nlmsg_free(msg);
	args = parse_args("backend change tcp 192.0.2.1 10.0.0.1 unset weight unset gre-key");
	msg = fake_msg(NF_DSR_CMD_BACKEND_NEW);
	attr_put_backend(msg, &args.key, &args.addr, &args.conf);
	snprintf(expected, sizeof(expected), " %d %d", NF_DSR_A_BACKEND_WEIGHT,
		 NF_DSR_A_BACKEND_GRE_KEY);
	assert_string_equal(numbers_of(msg, NF_DSR_A_BACKEND_UNSET, text, sizeof(text)), expected);
	nlmsg_free(msg);
}

static void key_is_in_network_byte_order_and_leaves_defaults_out(void **state)
{
	struct dsr_args args = parse_args("service add tcp 192.0.2.1:80");
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_DEL);
	struct nlattr *tb[NF_DSR_A_SERVICE_MAX + 1];

	(void)state;
	attr_put_service_key(msg, &args.key);
	assert_int_equal(genlmsg_parse(nlmsg_hdr(msg), 0, tb, NF_DSR_A_SERVICE_MAX, NULL), 0);
	assert_int_equal(nla_len(tb[NF_DSR_A_SERVICE_ADDR4]), 4);
	assert_memory_equal(nla_data(tb[NF_DSR_A_SERVICE_ADDR4]), "\xc0\x00\x02\x01", 4);
	assert_int_equal(nla_len(tb[NF_DSR_A_SERVICE_PORT]), 2);
	assert_memory_equal(nla_data(tb[NF_DSR_A_SERVICE_PORT]), "\x00\x50", 2);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_SERVICE_PROTOCOL]), IPPROTO_TCP);
	assert_null(tb[NF_DSR_A_SERVICE_ADDR6]);
	assert_null(tb[NF_DSR_A_SERVICE_PREFIX_LEN]);
	assert_null(tb[NF_DSR_A_SERVICE_PORT_END]);
	nlmsg_free(msg);
}

static void counters_are_read_from_their_nest(void **state)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_NEW);
	struct dsr_service service;
	struct dsr_error err;
	struct nlattr *nest;

	(void)state;
	nla_put_u32(msg, NF_DSR_A_SERVICE_BACKENDS, 3);
	nest = nla_nest_start(msg, NF_DSR_A_SERVICE_STATS);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_FLOWS, 1);
	nla_put(msg, NF_DSR_A_COUNTERS_PAD, 0, NULL);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_PACKETS, 2);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_BYTES, UINT64_MAX);
	nla_put_u64(msg, NF_DSR_A_COUNTERS_ACTIVE, 4);
	nla_nest_end(msg, nest);
	assert_int_equal(attr_get_service(nlmsg_hdr(msg), &service, &err), 0);
	assert_int_equal(service.backends, 3);
	assert_int_equal(service.counters.flows, 1);
	assert_int_equal(service.counters.packets, 2);
	assert_true(service.counters.bytes == UINT64_MAX);
	assert_int_equal(service.counters.active, 4);
	nlmsg_free(msg);
}

static void unknown_attributes_are_passed_over(void **state)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_NEW);
	struct dsr_args args = parse_args("service add tcp 192.0.2.1:80");
	struct dsr_service service;
	struct dsr_error err;

	(void)state;
	nla_put_u32(msg, NF_DSR_A_SERVICE_MAX + 7, 3);
	attr_put_service(msg, &args.key, &args.conf);
	assert_int_equal(attr_get_service(nlmsg_hdr(msg), &service, &err), 0);
	assert_same_key(&service.key, &args.key);
	nlmsg_free(msg);
}

static void short_attributes_are_refused(void **state)
{
	static const int attrs[] = {
		NF_DSR_A_SERVICE_ADDR4, NF_DSR_A_SERVICE_ADDR6, NF_DSR_A_SERVICE_PORT,
		NF_DSR_A_SERVICE_SEED, NF_DSR_A_SERVICE_TIMEOUT_TCP,
	};
	struct dsr_service service;
	struct dsr_error err;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(attrs) / sizeof(*attrs); i++) {
		struct nl_msg *msg = fake_msg(NF_DSR_CMD_SERVICE_NEW);

		nla_put_u8(msg, attrs[i], 1);
		assert_int_equal(attr_get_service(nlmsg_hdr(msg), &service, &err), -1);
		assert_string_equal(err.text, "the kernel's answer is malformed");
		nlmsg_free(msg);
	}
}

static void overlong_addresses_are_refused(void **state)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_FLOW_GET);
	struct dsr_error err;
	struct dsr_flow flow;
	char bytes[32] = "";

	(void)state;
	nla_put(msg, NF_DSR_A_FLOW_SRC6, sizeof(bytes), bytes);
	assert_int_equal(attr_get_flow(nlmsg_hdr(msg), &flow, &err), -1);
	nlmsg_free(msg);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(service_comes_back_as_it_was_put),
		cmocka_unit_test(backend_comes_back_as_it_was_put),
		cmocka_unit_test(what_is_unset_is_put_by_its_numbers),
		cmocka_unit_test(key_is_in_network_byte_order_and_leaves_defaults_out),
		cmocka_unit_test(counters_are_read_from_their_nest),
		cmocka_unit_test(unknown_attributes_are_passed_over),
		cmocka_unit_test(short_attributes_are_refused),
		cmocka_unit_test(overlong_addresses_are_refused),
	};

	return cmocka_run_group_tests_name("attr", tests, NULL, NULL);
}

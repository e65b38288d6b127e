// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the filters in the requests of commands that list objects. */
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <string.h>

#include "fake_nl.h"
#include "unit.h"

#define TYPES 128
#define FLOW_WORDS "client 198.51.100.0/24 vip 192.0.2.1 backend 10.0.0.1 " \
	"protocol udp state udp"
#define FLOW_STATES "syn, established, closing, udp, icmp, other, persist, reset, unconfirmed"

/* Run a command line, and return the attributes of its request, whose numbers are @max at
 * most.
 */
static void request_of(const char *line, bool dump, struct nlattr **tb, int max)
{
	struct screen screen;

	fake_reset();
	screen_open(&screen);
	if (screen_run(&screen, line))
		fail_msg("\"%s\" gave: %s", line, screen.err.text);
	screen_close(&screen);
	assert_int_equal(!!(fake_request()->nlmsg_flags & NLM_F_DUMP), dump);
	assert_int_equal(genlmsg_parse((struct nlmsghdr *)fake_request(), 0, tb, max, NULL), 0);
}

/* Assert that there are exactly these attributes. */
static void assert_only(struct nlattr *const *tb, int max, const int *types, size_t n)
{
	int i, count = 0;
	size_t j;

	for (i = 1; i <= max; i++)
		count += !!tb[i];
	assert_int_equal(count, n);
	for (j = 0; j < n; j++)
		assert_non_null(tb[types[j]]);
}

#define ASSERT_ONLY(tb, max, ...) \
	assert_only(tb, max, (const int[]){ __VA_ARGS__ }, \
		    sizeof((const int[]){ __VA_ARGS__ }) / sizeof(int))

static void services_are_listed_by_what_is_given(void **state)
{
	struct nlattr *tb[TYPES];

	(void)state;
	request_of("service show protocol udp address 192.0.2.0/24 family ipv4 vrf blue", true, tb,
		   NF_DSR_A_SERVICE_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_SERVICE_MAX, NF_DSR_A_SERVICE_PROTOCOL, NF_DSR_A_SERVICE_ADDR4,
		    NF_DSR_A_SERVICE_PREFIX_LEN, NF_DSR_A_SERVICE_FAMILY, NF_DSR_A_SERVICE_VRF);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_SERVICE_PROTOCOL]), 17);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_SERVICE_PREFIX_LEN]), 24);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_SERVICE_FAMILY]), 4);
	assert_string_equal(nla_get_string(tb[NF_DSR_A_SERVICE_VRF]), "blue");
	request_of("service show address 2001:db8::1 vrf none", true, tb, NF_DSR_A_SERVICE_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_SERVICE_MAX, NF_DSR_A_SERVICE_ADDR6, NF_DSR_A_SERVICE_VRF);
	assert_string_equal(nla_get_string(tb[NF_DSR_A_SERVICE_VRF]), "");
	request_of("service show protocol any", true, tb, NF_DSR_A_SERVICE_MAX);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_SERVICE_PROTOCOL]), 0);
	fake_reset();
}

static void backends_are_listed_by_what_is_given(void **state)
{
	struct nlattr *tb[TYPES];

	(void)state;
	request_of("backend show address 10.0.0.1 state drain", true, tb, NF_DSR_A_BACKEND_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_BACKEND_MAX, NF_DSR_A_BACKEND_ADDR4, NF_DSR_A_BACKEND_STATE);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_BACKEND_STATE]), NF_DSR_BACKEND_STATE_DRAIN);
	request_of("backend show tcp 192.0.2.1:80 state active", true, tb, NF_DSR_A_BACKEND_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_BACKEND_MAX, NF_DSR_A_BACKEND_SERVICE, NF_DSR_A_BACKEND_STATE);
	request_of("backend show tcp 192.0.2.1:80 10.0.0.1 state down", true, tb,
		   NF_DSR_A_BACKEND_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_BACKEND_MAX, NF_DSR_A_BACKEND_SERVICE, NF_DSR_A_BACKEND_ADDR4,
		    NF_DSR_A_BACKEND_STATE);
	fake_reset();
}

static void flows_are_listed_by_what_is_given(void **state)
{
	static const char *const lines[] = { "flow show ", "flow count " };
	struct nlattr *tb[TYPES];
	char line[128];
	int i;

	(void)state;
	for (i = 0; i < 2; i++) {
		snprintf(line, sizeof(line), "%s%s", lines[i], FLOW_WORDS);
		request_of(line, true, tb, NF_DSR_A_FLOW_MAX);
		ASSERT_ONLY(tb, NF_DSR_A_FLOW_MAX, NF_DSR_A_FLOW_SRC4,
			    NF_DSR_A_FLOW_SRC_PREFIX_LEN, NF_DSR_A_FLOW_DST4,
			    NF_DSR_A_FLOW_BACKEND4, NF_DSR_A_FLOW_PROTOCOL, NF_DSR_A_FLOW_STATE);
		assert_int_equal(nla_get_u8(tb[NF_DSR_A_FLOW_SRC_PREFIX_LEN]), 24);
		assert_int_equal(nla_get_u8(tb[NF_DSR_A_FLOW_STATE]), NF_DSR_FLOW_STATE_UDP);
	}
	request_of("flow show tcp 192.0.2.1:80 client 2001:db8::7 protocol 47", true, tb,
		   NF_DSR_A_FLOW_MAX);
	ASSERT_ONLY(tb, NF_DSR_A_FLOW_MAX, NF_DSR_A_FLOW_SERVICE, NF_DSR_A_FLOW_SRC6,
		    NF_DSR_A_FLOW_PROTOCOL);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_FLOW_PROTOCOL]), 47);
	fake_reset();
}

static void words_that_describe_nothing_are_refused(void **state)
{
	static const struct refused lines[] = {
		{ "service show protocol icmp",
		  "protocol \"icmp\": expected tcp, udp, sctp, any" },
		{ "service show address 192.0.2.1/24",
		  "\"192.0.2.1/24\": host bits are set: expected 192.0.2.0/24" },
		{ "service show family 5", "family \"5\": expected ipv4, ipv6" },
		{ "service show vrf eth/0",
		  "vrf \"eth/0\": expected none, or the name of a VRF" },
		{ "service show port 80",
		  "protocol \"port\": expected tcp, udp, sctp, any or mark" },
		{ "backend show state up", "state \"up\": expected active, drain, down" },
		{ "backend show tcp 192.0.2.1 10.0.0.1 address 10.0.0.2",
		  "the backend is given twice" },
		{ "flow show state gone", "state \"gone\": expected " FLOW_STATES },
		{ "flow show client", "client: a value is missing: expected ADDRESS[/PREFIX]" },
		{ "flow show client 10.0.0.1 client 10.0.0.2", "client is given twice" },
		{ "flow show protocol 256", "protocol \"256\": expected 0 to 255" },
		{ "flow flush client 10.0.0.1",
		  "protocol \"client\": expected tcp, udp, sctp, any or mark" },
	};

	(void)state;
	assert_refused(lines, sizeof(lines) / sizeof(*lines));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(services_are_listed_by_what_is_given),
		cmocka_unit_test(backends_are_listed_by_what_is_given),
		cmocka_unit_test(flows_are_listed_by_what_is_given),
		cmocka_unit_test(words_that_describe_nothing_are_refused),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}

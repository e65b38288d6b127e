// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the requests that the commands send to the kernel. */
#include <netlink/genl/genl.h>
#include <netlink/attr.h>
#include <string.h>

#include "fake_nl.h"
#include "reply.h"
#include "unit.h"

static const struct nlmsghdr *request_of(const char *line, int *cmd)
{
	const struct genlmsghdr *genl;
	struct screen screen;

	fake_reset();
	screen_open(&screen);
	if (screen_run(&screen, line))
		fail_msg("\"%s\" gave: %s", line, screen.err.text);
	screen_close(&screen);
	genl = nlmsg_data(fake_request());
	*cmd = genl->cmd;
	return fake_request();
}

static void commands_send_their_operation(void **state)
{
	static const struct {
		const char *line;
		int cmd;
		int flags;
	} cases[] = {
		{ "service add tcp 192.0.2.1", NF_DSR_CMD_SERVICE_NEW,
		  NLM_F_CREATE | NLM_F_EXCL },
		{ "service change tcp 192.0.2.1 seed 1", NF_DSR_CMD_SERVICE_NEW, NLM_F_REPLACE },
		{ "service replace tcp 192.0.2.1", NF_DSR_CMD_SERVICE_NEW,
		  NLM_F_CREATE | NLM_F_REPLACE },
		{ "service del tcp 192.0.2.1", NF_DSR_CMD_SERVICE_DEL, 0 },
		{ "service destroy tcp 192.0.2.1", NF_DSR_CMD_SERVICE_DESTROY, 0 },
		{ "service show", NF_DSR_CMD_SERVICE_GET, NLM_F_DUMP },
		{ "service show tcp 192.0.2.1", NF_DSR_CMD_SERVICE_GET, 0 },
		{ "flush", NF_DSR_CMD_SERVICE_DEL, NLM_F_BULK },
		{ "backend add tcp 192.0.2.1 10.0.0.1", NF_DSR_CMD_BACKEND_NEW,
		  NLM_F_CREATE | NLM_F_EXCL },
		{ "backend del tcp 192.0.2.1 10.0.0.1", NF_DSR_CMD_BACKEND_DEL, 0 },
		{ "backend destroy tcp 192.0.2.1 10.0.0.1", NF_DSR_CMD_BACKEND_DESTROY, 0 },
		{ "backend show", NF_DSR_CMD_BACKEND_GET, NLM_F_DUMP },
		{ "backend show tcp 192.0.2.1", NF_DSR_CMD_BACKEND_GET, NLM_F_DUMP },
		{ "backend show tcp 192.0.2.1 10.0.0.1", NF_DSR_CMD_BACKEND_GET, 0 },
		{ "flow show", NF_DSR_CMD_FLOW_GET, NLM_F_DUMP },
		{ "flow count", NF_DSR_CMD_FLOW_GET, NLM_F_DUMP },
		{ "flow flush", NF_DSR_CMD_FLOW_FLUSH, 0 },
		{ "device add eth0", NF_DSR_CMD_DEVICE_NEW, NLM_F_CREATE | NLM_F_EXCL },
		{ "device del eth0", NF_DSR_CMD_DEVICE_DEL, 0 },
		{ "device destroy eth0", NF_DSR_CMD_DEVICE_DESTROY, 0 },
		{ "device show", NF_DSR_CMD_DEVICE_GET, NLM_F_DUMP },
		{ "device show eth0", NF_DSR_CMD_DEVICE_GET, 0 },
		{ "stats show", NF_DSR_CMD_STATS_GET, 0 },
	};
	const struct nlmsghdr *hdr;
	size_t i;
	int cmd;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		hdr = request_of(cases[i].line, &cmd);
		assert_int_equal(cmd, cases[i].cmd);
		assert_int_equal(hdr->nlmsg_flags, NLM_F_REQUEST | cases[i].flags);
	}
	fake_reset();
}

static void flush_names_nothing(void **state)
{
	int cmd;

	(void)state;
	assert_int_equal(genlmsg_attrlen(nlmsg_data(request_of("flush", &cmd)), 0), 0);
	assert_int_equal(genlmsg_attrlen(nlmsg_data(request_of("flow flush", &cmd)), 0), 0);
	assert_int_equal(genlmsg_attrlen(nlmsg_data(request_of("backend show", &cmd)), 0), 0);
	fake_reset();
}

static void flow_filters_name_service_and_backend(void **state)
{
	static const char *const lines[] = {
		"flow show tcp 192.0.2.1:80 10.0.0.1", "flow count tcp 192.0.2.1:80 10.0.0.1",
		"flow flush tcp 192.0.2.1:80 10.0.0.1",
	};
	struct nlattr *tb[NF_DSR_A_FLOW_MAX + 1];
	const struct nlmsghdr *hdr;
	size_t i;
	int cmd;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		hdr = request_of(lines[i], &cmd);
		assert_int_equal(genlmsg_parse((struct nlmsghdr *)hdr, 0, tb, NF_DSR_A_FLOW_MAX,
					       NULL), 0);
		assert_non_null(tb[NF_DSR_A_FLOW_SERVICE]);
		assert_non_null(nla_find(nla_data(tb[NF_DSR_A_FLOW_SERVICE]),
					 nla_len(tb[NF_DSR_A_FLOW_SERVICE]),
					 NF_DSR_A_SERVICE_PORT));
		assert_memory_equal(nla_data(tb[NF_DSR_A_FLOW_BACKEND4]), "\x0a\x00\x00\x01", 4);
	}
	fake_reset();
}

static void explain_is_asked_for(void **state)
{
	const struct nlmsghdr *hdr;
	int cmd;

	(void)state;
	hdr = request_of("stats show explain", &cmd);
	assert_non_null(nlmsg_find_attr((struct nlmsghdr *)hdr, GENL_HDRLEN,
					NF_DSR_A_STATS_EXPLAIN));
	hdr = request_of("stats show", &cmd);
	assert_null(nlmsg_find_attr((struct nlmsghdr *)hdr, GENL_HDRLEN, NF_DSR_A_STATS_EXPLAIN));
	fake_reset();
}

static void help_asks_the_kernel_nothing(void **state)
{
	struct screen screen;

	(void)state;
	fake_reset();
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, "backend show help"), 0);
	assert_string_equal(screen_text(&screen),
			    "Usage:\n"
			    "    dsrctl backend show [ PROTOCOL VIP [ BACKEND ] ]\n"
			    "        [ address ADDRESS ]\n"
			    "        [ state active|drain|down ]\n"
			    "        show one backend, or those that meet all conditions\n"
			    "\n"
			    "PROTOCOL   tcp, udp, sctp, any or mark\n"
			    "VIP        ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], or MARK[%VRF][/ipv6]\n"
			    "BACKEND    the backend's IPv4 or IPv6 address\n");
	screen_close(&screen);
	assert_int_equal(fake_requests(), 0);
}

static void help_has_the_form_of_each_value(void **state)
{
	static const char *const parts[] = {
		"    dsrctl service add PROTOCOL VIP\n        [ scheduler maglev|",
		"        [ seed NUMBER ]\n",
		"        [ outer-source route|client|ADDRESS[/PREFIX] ]...\n",
		"        [ outer-ttl inherit|1..255 ]\n",
		"        [ timeout tcp|tcp-syn|tcp-closing|udp|icmp|other|tcp-unconfirmed SECONDS ]...\n",
		"        [ source any|ADDRESS[/PREFIX] ]...\n",
		"        [ source-other pass|drop ]\n",
		"        [ dev any|NAME ]\n",
		"        [ dscp 1..63 ]\n",
		"        [ table-size 251..131071 ]\n",
		"        [ slow-start SECONDS ]\n",
		"        [ one-packet off|on ]\n",
		"        [ gue-variant 0|1 ]\n",
		"        [ gre-key none|0..4294967295 ]\n",
		"        [ force ]\n        [ unset KEYWORD ]...\n",
	};
	struct screen screen;
	size_t i;

	(void)state;
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, "service add help"), 0);
	for (i = 0; i < sizeof(parts) / sizeof(*parts); i++)
		if (!strstr(screen_text(&screen), parts[i]))
			fail_msg("\"%s\" is not in: %s", parts[i], screen_text(&screen));
	screen_close(&screen);
}

static void warning_of_a_request_is_printed(void **state)
{
	struct screen screen;

	(void)state;
	fake_warn("no route to the backend");
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, "backend add tcp 192.0.2.1:80 10.0.0.1"), 0);
	assert_string_equal(screen_text(&screen), "warning: no route to the backend\n");
	screen.ctl.json = true;
	assert_int_equal(screen_run(&screen, "backend add tcp 192.0.2.1:80 10.0.0.2"), 0);
	assert_string_equal(screen_text(&screen), "warning: no route to the backend\n"
			    "{\"warning\":\"no route to the backend\"}\n");
	screen_close(&screen);
	fake_reset();
}

static void address_that_may_have_been_meant_with_a_port_is_warned_of(void **state)
{
	static const char *const quiet[] = {
		"service add any 2001:db8::1:80", "service add tcp 2001:db8:80::80",
		"service add tcp [2001:db8::1:80]", "service add tcp 2001:db8::1:80/128",
		"service add tcp 2001:db8::1:ab", "service add tcp 192.0.2.1",
	};
	struct screen screen;
	size_t i;

	(void)state;
	screen_open(&screen);
	for (i = 0; i < sizeof(quiet) / sizeof(*quiet); i++)
		assert_int_equal(screen_run(&screen, quiet[i]), 0);
	assert_string_equal(screen_text(&screen), "");
	assert_int_equal(screen_run(&screen, "service add tcp 2001:db8::1:80"), 0);
	assert_string_equal(screen_text(&screen),
			    "warning: 2001:db8::1:80 is an address without a port: for port 80 write [2001:db8::1]:80\n");
	screen_close(&screen);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(commands_send_their_operation),
		cmocka_unit_test(flush_names_nothing),
		cmocka_unit_test(flow_filters_name_service_and_backend),
		cmocka_unit_test(explain_is_asked_for),
		cmocka_unit_test(help_asks_the_kernel_nothing),
		cmocka_unit_test(help_has_the_form_of_each_value),
		cmocka_unit_test(warning_of_a_request_is_printed),
		cmocka_unit_test(address_that_may_have_been_meant_with_a_port_is_warned_of),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("request", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the trace command: its arguments, its requests and its output. */
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "unit.h"

#define TCP "trace tcp 192.168.11.201:61067 172.16.4.99:49"
#define UDP6 "trace udp [2001:db8::7]:1024 [2001:db8::53]:53"

static struct nl_msg *answer_forward(void)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_TRACE);
	struct dsr_args args = parse_args("service show tcp 172.16.4.99:49");
	struct nlattr *nest;

	nla_put_u8(msg, NF_DSR_A_TRACE_VERDICT, NF_DSR_TRACE_VERDICT_FORWARD);
	nest = nla_nest_start(msg, NF_DSR_A_TRACE_SERVICE);
	attr_put_service_key(msg, &args.key);
	nla_nest_end(msg, nest);
	nla_put_string(msg, NF_DSR_A_TRACE_SCHEDULER, "maglev");
	nla_put_u8(msg, NF_DSR_A_TRACE_CHOSEN_BY, NF_DSR_CHOSEN_BY_FLOW);
	nla_put_u32(msg, NF_DSR_A_TRACE_BACKEND4, inet_addr("10.9.1.51"));
	nla_put_u8(msg, NF_DSR_A_TRACE_STATE, NF_DSR_FLOW_STATE_ESTABLISHED);
	nla_put_u8(msg, NF_DSR_A_TRACE_METHOD, NF_DSR_METHOD_IPIP);
	nla_put_string(msg, NF_DSR_A_TRACE_OUT_DEV, "eth0");
	nla_put_u32(msg, NF_DSR_A_TRACE_VIA4, inet_addr("10.1.1.1"));
	nla_put(msg, NF_DSR_A_TRACE_LLADDR, 6, "\x02\0\0\0\x01\xff");
	nla_put_u32(msg, NF_DSR_A_TRACE_MTU, 1500);
	nla_put_u32(msg, NF_DSR_A_TRACE_INNER_MTU, 1480);
	nla_put_flag(msg, NF_DSR_A_TRACE_FRAGMENTED);
	return msg;
}

static struct nl_msg *answer_drop(void)
{
	struct nl_msg *msg = fake_msg(NF_DSR_CMD_TRACE);

	nla_put_u8(msg, NF_DSR_A_TRACE_VERDICT, NF_DSR_TRACE_VERDICT_DROP);
	nla_put_string(msg, NF_DSR_A_TRACE_REASON, "martian");
	nla_put_string(msg, NF_DSR_A_TRACE_REASON_DOC, "the source is the VIP");
	return msg;
}

static void assert_prints(const char *line, bool json, const char *expected)
{
	struct screen screen;

	screen_open(&screen);
	screen.ctl.json = json;
	assert_int_equal(screen_run(&screen, line), 0);
	assert_string_equal(screen_text(&screen), expected);
	screen_close(&screen);
	fake_reset();
}

#define FORWARD_TABLE \
	"NAME    VALUE\n" \
	"packet  tcp 192.168.11.201:61067 > 172.16.4.99:49\n" \
	"verdict forward\n" \
	"service tcp 172.16.4.99:49\n" \
	"backend 10.9.1.51 by flow established\n" \
	"method  ipip\n" \
	"route   dev eth0 via 10.1.1.1 lladdr 02:00:00:00:01:ff\n" \
	"mtu     1500, for the packet 1480, fragmented\n"

#define FORWARD_JSON \
	"[\n{\"protocol\":\"tcp\",\"source\":\"192.168.11.201\",\"source_port\":61067," \
	"\"destination\":\"172.16.4.99\",\"destination_port\":49,\"verdict\":\"forward\"," \
	"\"service\":{\"vip\":\"172.16.4.99\",\"prefix_len\":32,\"protocol\":\"tcp\"," \
	"\"port\":49,\"port_end\":49},\"scheduler\":\"maglev\",\"backend\":\"10.9.1.51\"," \
	"\"chosen_by\":\"flow\",\"state\":\"established\",\"method\":\"ipip\"," \
	"\"out_dev\":\"eth0\",\"via\":\"10.1.1.1\",\"lladdr\":\"02:00:00:00:01:ff\"," \
	"\"mtu\":1500,\"inner_mtu\":1480,\"fragmented\":\"yes\"}\n]\n"

static void a_packet_that_is_forwarded(void **state)
{
	(void)state;
	fake_reply(answer_forward());
	assert_prints(TCP, false, FORWARD_TABLE);
	fake_reply(answer_forward());
	assert_prints(TCP, true, FORWARD_JSON);
}

#define DROP_TABLE \
	"NAME    VALUE\n" \
	"packet  icmpv6 2001:db8::1 > 2001:db8::1, an ICMP error about it\n" \
	"verdict drop\n" \
	"reason  martian\n" \
	"        the source is the VIP\n"

#define DROP_JSON \
	"[\n{\"protocol\":\"47\",\"source\":\"192.0.2.1\",\"destination\":\"192.0.2.1\"," \
	"\"verdict\":\"drop\",\"reason\":\"martian\",\"meaning\":\"the source is the VIP\"}\n]\n"

static void a_packet_that_is_dropped(void **state)
{
	(void)state;
	fake_reply(answer_drop());
	assert_prints("trace icmp 2001:db8::1 2001:db8::1 error", false, DROP_TABLE);
	fake_reply(answer_drop());
	assert_prints("trace 47 192.0.2.1 192.0.2.1", true, DROP_JSON);
}

static struct nlattr *attr_asked(const char *line, int attr)
{
	struct screen screen;

	fake_reset();
	fake_reply(answer_drop());
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, line), 0);
	screen_close(&screen);
	assert_int_equal(((struct genlmsghdr *)nlmsg_data(fake_request()))->cmd,
			 NF_DSR_CMD_TRACE);
	return nlmsg_find_attr((struct nlmsghdr *)fake_request(), GENL_HDRLEN, attr);
}

static void every_word_is_asked(void **state)
{
	static const char all[] =
		TCP " dev eth1 mark 0x11 flags ack flags fin length 1500 df off ttl 1 error";

	(void)state;
	assert_int_equal(nla_get_u32(attr_asked(all, NF_DSR_A_TRACE_SRC4)),
			 inet_addr("192.168.11.201"));
	assert_int_equal(nla_get_u32(attr_asked(all, NF_DSR_A_TRACE_DST4)),
			 inet_addr("172.16.4.99"));
	assert_int_equal(nla_get_u8(attr_asked(all, NF_DSR_A_TRACE_PROTOCOL)), IPPROTO_TCP);
	assert_int_equal(nla_get_u16(attr_asked(all, NF_DSR_A_TRACE_SRC_PORT)), htons(61067));
	assert_int_equal(nla_get_u16(attr_asked(all, NF_DSR_A_TRACE_DST_PORT)), htons(49));
	assert_string_equal(nla_get_string(attr_asked(all, NF_DSR_A_TRACE_DEV)), "eth1");
	assert_int_equal(nla_get_u32(attr_asked(all, NF_DSR_A_TRACE_MARK)), 17);
	assert_int_equal(nla_get_u8(attr_asked(all, NF_DSR_A_TRACE_TCP_FLAGS)), 0x11);
	assert_int_equal(nla_get_u32(attr_asked(all, NF_DSR_A_TRACE_LENGTH)), 1500);
	assert_int_equal(nla_get_u8(attr_asked(all, NF_DSR_A_TRACE_DF)), 0);
	assert_int_equal(nla_get_u8(attr_asked(all, NF_DSR_A_TRACE_TTL)), 1);
	assert_int_equal(nla_get_flag(attr_asked(all, NF_DSR_A_TRACE_ERROR)), 1);
	fake_reset();
}

static void what_is_not_said_is_not_asked(void **state)
{
	int attr;

	(void)state;
	for (attr = NF_DSR_A_TRACE_DEV; attr <= NF_DSR_A_TRACE_ERROR; attr++)
		assert_null(attr_asked(UDP6, attr));
	assert_null(attr_asked("trace icmp 192.0.2.1 192.0.2.2", NF_DSR_A_TRACE_SRC_PORT));
	assert_int_equal(nla_len(attr_asked(UDP6, NF_DSR_A_TRACE_SRC6)), 16);
	assert_int_equal(nla_get_u8(attr_asked("trace icmp ::1 ::2", NF_DSR_A_TRACE_PROTOCOL)),
			 IPPROTO_ICMPV6);
	fake_reset();
}

static const struct refused bad_lines[] = {
	{ "trace", "PROTOCOL is missing: expected tcp, udp, sctp, icmp or 0..255" },
	{ "trace any 192.0.2.1 192.0.2.2",
	  "protocol \"any\": expected tcp, udp, sctp, icmp or 0 to 255" },
	{ "trace 256 192.0.2.1 192.0.2.2",
	  "protocol \"256\": expected tcp, udp, sctp, icmp or 0 to 255" },
	{ "trace tcp", "SOURCE is missing: expected ADDRESS[:PORT] of the client" },
	{ "trace tcp 192.0.2.1 192.0.2.2:80",
	  "\"192.0.2.1\": expected ADDRESS:PORT, an IPv6 address in brackets" },
	{ "trace tcp 192.0.2.1:1-2 192.0.2.2:80",
	  "\"192.0.2.1:1-2\": expected ADDRESS:PORT, an IPv6 address in brackets" },
	{ "trace tcp 192.0.2.0/24:1 192.0.2.2:80",
	  "\"192.0.2.0/24:1\": expected ADDRESS:PORT, an IPv6 address in brackets" },
	{ "trace icmp 192.0.2.1:1 192.0.2.2",
	  "\"192.0.2.1:1\": expected ADDRESS, an IPv6 address without brackets" },
	{ "trace tcp 192.0.2.1:1", "DEST is missing: expected ADDRESS[:PORT] that it is sent to" },
	{ "trace tcp 192.0.2.1:1 [::1]:80",
	  "\"[::1]:80\": expected IPv4, the family of the source" },
	{ TCP " dev", "dev: a value is missing: expected NAME" },
	{ TCP " dev a/b", "dev \"a/b\": expected the name of a device" },
	{ TCP " mark x", "mark \"x\": expected 0 to 4294967295" },
	{ TCP " mark 0x100000000", "mark \"0x100000000\": expected 0 to 4294967295" },
	{ TCP " flags psh", "flags \"psh\": expected syn, ack, fin, rst" },
	{ UDP6 " flags syn", "flags \"syn\": only packets of protocol tcp have flags" },
	{ TCP " length 19", "length \"19\": expected 20 to 65535" },
	{ TCP " ttl 256", "ttl \"256\": expected 0 to 255" },
	{ UDP6 " df off", "df off: no router fragments IPv6" },
	{ TCP " vip",
	  "\"vip\" is not a keyword here: expected dev, mark, flags, length, df, ttl, error" },
};

static void bad_lines_are_refused(void **state)
{
	(void)state;
	assert_refused(bad_lines, sizeof(bad_lines) / sizeof(*bad_lines));
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(a_packet_that_is_forwarded),
		cmocka_unit_test(a_packet_that_is_dropped),
		cmocka_unit_test(every_word_is_asked),
		cmocka_unit_test(what_is_not_said_is_not_asked),
		cmocka_unit_test(bad_lines_are_refused),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("trace", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the output of the commands that show objects, byte by byte. */
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_clock.h"
#include "fake_nl.h"
#include "print.h"
#include "reply.h"
#include "unit.h"

#define SERVICE "service add tcp 192.0.2.1:80 scheduler maglev seed 18446744073709551615 " \
	"method ipip outer-source client outer-ttl inherit timeout tcp 3600 timeout tcp-syn 60 " \
	"timeout tcp-closing 60 timeout udp 120 timeout icmp 2 timeout other 120 " \
	"hash source-port table-size 4093 echo reply"
#define SERVICE_ANY "service add any [2001:db8::]/64 scheduler wrr seed 0 method l2 " \
	"outer-source 10.0.0.9 outer-source 2001:db8::9 outer-ttl 64"
#define BACKEND "backend add tcp 192.0.2.1:80 10.0.0.1 state active weight 10 method gre " \
	"outer-source 10.0.0.9 outer-ttl 255 health down drain-timeout 30"
#define BACKEND_PLAIN "backend add any 2001:db8::/64 2001:db8::2 state drain weight 1 health up"

#define SERVICE_JSON "\"vip\":\"192.0.2.1\",\"prefix_len\":32,\"protocol\":\"tcp\",\"port\":80," \
	"\"port_end\":80,\"scheduler\":\"maglev\",\"seed\":18446744073709551615," \
	"\"method\":\"ipip\",\"outer_source\":\"client\",\"outer_ttl\":\"inherit\"," \
	"\"timeouts\":{\"tcp\":3600,\"tcp_syn\":60,\"tcp_closing\":60,\"udp\":120,\"icmp\":2," \
	"\"other\":120},\"hash\":\"source-port\",\"table_size\":4093,\"echo\":\"reply\"," \
	"\"backends\":2"
#define COUNTERS_JSON ",\"flows\":12,\"packets\":3456,\"bytes\":18446744073709551615," \
	"\"active\":7,\"icmp_errors\":8,\"unreachable\":9,\"check_packets\":10," \
	"\"check_bytes\":11"
#define BACKEND_JSON "\"service\":{\"vip\":\"192.0.2.1\",\"prefix_len\":32,\"protocol\":\"tcp\"," \
	"\"port\":80,\"port_end\":80},\"address\":\"10.0.0.1\",\"state\":\"active\"," \
	"\"health\":\"down\",\"effective_state\":\"health-down\",\"weight\":10," \
	"\"method\":\"gre\",\"outer_source\":\"address\",\"outer_addr\":\"10.0.0.9\"," \
	"\"outer_ttl\":255,\"drain_timeout\":30"

#define SERVICE_LINE "tcp 192.0.2.1:80 scheduler maglev seed 18446744073709551615 method ipip " \
	"outer-source client outer-ttl inherit timeouts tcp 3600 tcp-syn 60 tcp-closing 60 " \
	"udp 120 icmp 2 other 120 source any source-other pass dev any " \
	"options hash source-port table-size 4093 echo reply backends 2"

enum { JSON = 1, STATS = 2, PRETTY = 4, WIDE = 8, EXACTLY = 16 };

static bool has_title(const char *table, const char *title, size_t length)
{
	const char *at = table, *end = strchr(table, '\n');

	while ((at = strstr(at, title)) && at < end) {
		if ((at == table || at[-1] == ' ') && (at[length] == ' ' || at[length] == '\n'))
			return true;
		at += length;
	}
	return false;
}

/* Remove a column from all lines of a table. Its cells must be empty. */
static void remove_column(char *table, size_t start, size_t length)
{
	char *line = table, *end, *cell;

	for (; (end = strchr(line, '\n')); line = strchr(line, '\n') + 1) {
		assert_true(end >= line + start + length);
		cell = line + start;
		if (line != table)
			assert_true(strspn(cell, " ") >= length);
		memmove(cell, cell + length, strlen(cell + length) + 1);
	}
}

/* Remove the empty columns that the expected table does not have: those of options that
 * none of the shown objects has.
 */
static void remove_other_columns(char *table, const char *expected)
{
	char title[32];
	size_t start = 0, length;

	while (table[start] && table[start] != '\n') {
		length = strcspn(table + start, "\n ");
		snprintf(title, sizeof(title), "%.*s", (int)length, table + start);
		if (has_title(expected, title, length))
			start += length + strspn(table + start + length, " ");
		else
			remove_column(table, start, length + 1);
	}
}

static void assert_shows(const char *line, int options, const char *expected)
{
	struct screen screen;

	screen_open(&screen);
	screen.ctl.json = options & JSON;
	screen.ctl.stats = options & STATS;
	screen.ctl.pretty = options & PRETTY;
	screen.ctl.wide = options & WIDE;
	assert_int_equal(screen_run(&screen, line), 0);
	screen_text(&screen);
	if (!(options & (JSON | EXACTLY)) && *expected)
		remove_other_columns(screen.text, expected);
	assert_string_equal(screen.text, expected);
	screen_close(&screen);
	fake_reset();
}

static void assert_shows_exactly(const char *line, int options, const char *expected)
{
	assert_shows(line, options | EXACTLY, expected);
}

static void service_as_json(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show", JSON, "[\n{" SERVICE_JSON "}\n]\n");
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show", JSON | STATS, "[\n{" SERVICE_JSON COUNTERS_JSON "}\n]\n");
}

#define SERVICE_OF_ANY_PORT_HAS_NO_PORT_IN_JSON \
	"[\n{\"vip\":\"2001:db8::\",\"prefix_len\":64,\"protocol\":\"any\"," \
	"\"scheduler\":\"wrr\",\"seed\":0,\"method\":\"l2\"," \
	"\"outer_source\":\"address\"," \
	"\"outer_addr4\":\"10.0.0.9\",\"outer_addr6\":\"2001:db8::9\"," \
	"\"outer_ttl\":64,\"timeouts\":{},\"backends\":2},\n{" SERVICE_JSON "}\n]\n"

static void service_of_any_port_has_no_port_in_json(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE_ANY));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show", JSON, SERVICE_OF_ANY_PORT_HAS_NO_PORT_IN_JSON);
}

#define SERVICES_AS_TABLE \
	"PROTO SERVICE       SCHEDULER METHOD OUTER-SOURCE         OUTER-TTL BACKENDS\n" \
	"tcp   192.0.2.1:80  maglev    ipip   client                 inherit        2\n" \
	"any   2001:db8::/64 wrr       l2     10.0.0.9,2001:db8::9        64        2\n"

static void services_as_table(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE_ANY));
	assert_shows("service show", 0, SERVICES_AS_TABLE);
}

#define COUNTERS_AS_COLUMNS \
	"PROTO SERVICE      METHOD BACKENDS FLOWS ACTIVE PACKETS                BYTES\n" \
	"tcp   192.0.2.1:80 ipip          2    12      7    3456 18446744073709551615\n" \
	"warning: columns left out to fit the width: OUTER-SOURCE OUTER-TTL (-w shows all)\n"

#define COUNTERS_AS_WIDE_COLUMNS \
	"PROTO SERVICE      SCHEDULER METHOD OUTER-SOURCE OUTER-TTL BACKENDS FLOWS " \
	"ACTIVE PACKETS                BYTES                 SEED TIMEOUTS         " \
	"                                           SOURCE SOURCE-OTHER DEV OPTIONS\n" \
	"tcp   192.0.2.1:80 maglev    ipip   client         inherit        2    12     " \
	" 7    3456 18446744073709551615 18446744073709551615 tcp 3600 tcp-syn 60 " \
	"tcp-closing 60 udp 120 icmp 2 other 120 any    pass         any hash source-port " \
	"table-size 4093 echo reply\n"

static void counters_as_columns(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show", STATS, COUNTERS_AS_COLUMNS);
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show", STATS | WIDE, COUNTERS_AS_WIDE_COLUMNS);
}

#define ONE_SERVICE_WITH_SEED_AND_TIMEOUTS \
	"PROTO SERVICE      SCHEDULER METHOD OUTER-SOURCE OUTER-TTL BACKENDS           " \
	"      SEED TIMEOUTS                                                    SOURCE " \
	"SOURCE-OTHER DEV OPTIONS\n" \
	"tcp   192.0.2.1:80 maglev    ipip   client         inherit        2 " \
	"18446744073709551615 tcp 3600 tcp-syn 60 tcp-closing 60 udp 120 icmp 2 other 120 any    " \
	"pass         any hash source-port table-size 4093 echo reply\n"

static void one_service_with_seed_and_timeouts(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	assert_shows("service show tcp 192.0.2.1:80", 0, ONE_SERVICE_WITH_SEED_AND_TIMEOUTS);
}

#define MARK "service add mark 255%red/ipv6 scheduler wrr seed 0 source 2001:db8::/32 " \
	"source ::5 source-other drop dev eth1"

#define MARKS_VRFS_AND_SOURCES_AS_JSON \
	"[\n{\"mark\":255,\"family\":\"ipv6\",\"vrf\":\"red\",\"protocol\":\"any\"," \
	"\"scheduler\":\"wrr\",\"seed\":0,\"timeouts\":{}," \
	"\"source\":[\"2001:db8::/32\",\"::5\"],\"source_other\":\"drop\"," \
	"\"dev\":\"eth1\",\"backends\":2}\n]\n"

static void marks_vrfs_and_sources_as_json(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, MARK));
	assert_shows("service show", JSON,
		     MARKS_VRFS_AND_SOURCES_AS_JSON);
}

#define MARKS_AND_VRFS_AS_TABLE \
	"PROTO SERVICE       SCHEDULER METHOD OUTER-SOURCE OUTER-TTL BACKENDS\n" \
	"mark  255%red/ipv6  wrr       -      -                    -        2\n" \
	"mark  7             wrr       -      -                    -        2\n" \
	"tcp   [::5%blue]:80 wrr       -      -                    -        2\n"

static void marks_and_vrfs_as_table(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, MARK));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, "service add mark 7 scheduler wrr"));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET,
				 "service add tcp [::5%blue]:80 scheduler wrr"));
	assert_shows("service show", 0, MARKS_AND_VRFS_AS_TABLE);
}

static void backend_as_json(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND));
	assert_shows("backend show", JSON, "[\n{" BACKEND_JSON "}\n]\n");
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND));
	assert_shows("backend show", JSON | STATS, "[\n{" BACKEND_JSON COUNTERS_JSON "}\n]\n");
}

#define WHAT_A_BACKEND_LEAVES_TO_ITS_SERVICE_IS_NOT_IN_JSON \
	"[\n{\"service\":{\"vip\":\"2001:db8::\",\"prefix_len\":64,\"protocol\":\"any\"}," \
	"\"address\":\"2001:db8::2\",\"state\":\"drain\"," \
	"\"health\":\"up\",\"effective_state\":\"draining\",\"weight\":1}\n]\n"

static void what_a_backend_leaves_to_its_service_is_not_in_json(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_PLAIN));
	assert_shows("backend show", JSON, WHAT_A_BACKEND_LEAVES_TO_ITS_SERVICE_IS_NOT_IN_JSON);
}

#define BACKENDS_AS_TABLE \
	"PROTO SERVICE       BACKEND     EFFECTIVE   WEIGHT METHOD OUTER-SOURCE OUTER-TTL\n" \
	"tcp   192.0.2.1:80  10.0.0.1    health-down     10 gre    10.0.0.9           255\n" \
	"any   2001:db8::/64 2001:db8::2 draining         1 -      -                    -\n" \
	"warning: columns left out to fit the width: STATE HEALTH (-w shows all)\n"

#define BACKENDS_AS_WIDE_TABLE \
	"PROTO SERVICE      BACKEND  STATE  HEALTH EFFECTIVE   WEIGHT METHOD OUTER-SOURCE " \
	"OUTER-TTL OPTIONS\n" \
	"tcp   192.0.2.1:80 10.0.0.1 active down   health-down     10 gre    10.0.0.9     " \
	"      255 drain-timeout 30\n"

static void backends_as_table(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_PLAIN));
	assert_shows("backend show", 0, BACKENDS_AS_TABLE);
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND));
	assert_shows("backend show", WIDE, BACKENDS_AS_WIDE_TABLE);
}

#define SERVICE_USUAL "service add tcp 192.0.2.1:80 scheduler maglev seed 1 method l2 " \
	"outer-source route outer-ttl 64"
#define BACKEND_USUAL "backend add tcp 192.0.2.1:80 10.0.0.1 state active health up weight 1"

#define USUAL_SERVICES \
	"PROTO SERVICE      BACKENDS\n" \
	"tcp   192.0.2.1:80        2\n"

#define USUAL_BACKENDS \
	"PROTO SERVICE      BACKEND  EFFECTIVE\n" \
	"tcp   192.0.2.1:80 10.0.0.1 serving\n"

#define ONE_USUAL_BACKEND \
	"PROTO SERVICE      BACKEND  STATE  HEALTH EFFECTIVE WEIGHT METHOD OUTER-SOURCE " \
	"OUTER-TTL OPTIONS\n" \
	"tcp   192.0.2.1:80 10.0.0.1 active up     serving        1 -      -            " \
	"        - drain-timeout 30\n"

static void what_nobody_has_set_needs_no_column(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE_USUAL));
	assert_shows_exactly("service show", 0, USUAL_SERVICES);
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_USUAL));
	assert_shows_exactly("backend show", 0, USUAL_BACKENDS);
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_USUAL " drain-timeout 30"));
	assert_shows_exactly("backend show tcp 192.0.2.1:80 10.0.0.1", 0, ONE_USUAL_BACKEND);
}

#define IPV6 "[2001:db8:80:81:82:83:84:85]:8080"
#define LONG_BACKEND "backend add tcp " IPV6 " 2001:db8:1:2:3:4:5:6 state active health up " \
	"weight 100 method ipip"

#define LONG_COUNTERS \
	"PROTO SERVICE                           BACKEND              FLOWS PACKETS\n" \
	"tcp   [2001:db8:80:81:82:83:84:85]:8080 2001:db8:1:2:3:4:5:6    12    3456\n" \
	"warning: columns left out to fit the width: EFFECTIVE WEIGHT METHOD ACTIVE BYTES " \
	"ICMP-ERRORS UNREACHABLE CHECKS (-w shows all)\n"

static void long_addresses_leave_room_for_less(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, LONG_BACKEND));
	assert_shows_exactly("backend show", STATS, LONG_COUNTERS);
}

#define BACKEND_GUE "backend add any 2001:db8::/64 2001:db8::2 state active weight 1 method gue " \
	"outer-source 2001:db8:9::/96 outer-port 6081 outer-checksum off gue-variant 1 gre-key 7"

#define HEADERS_AS_JSON \
	"[\n{\"service\":{\"vip\":\"2001:db8::\",\"prefix_len\":64,\"protocol\":\"any\"}," \
	"\"address\":\"2001:db8::2\",\"state\":\"active\",\"effective_state\":\"serving\"," \
	"\"weight\":1,\"method\":\"gue\"," \
	"\"outer_source\":\"prefix\",\"outer_addr\":\"2001:db8:9::\",\"outer_prefix\":96," \
	"\"outer_port\":6081,\"outer_checksum\":\"off\",\"gue_variant\":1,\"gre_key\":7}\n]\n"

#define HEADERS_OF_ONE_BACKEND \
	"PROTO SERVICE       BACKEND     STATE  HEALTH EFFECTIVE WEIGHT METHOD OUTER-SOURCE    " \
	"OUTER-TTL OPTIONS\n" \
	"any   2001:db8::/64 2001:db8::2 active        serving        1 gue    2001:db8:9::/96 " \
	"        - " \
	"outer-port 6081 outer-checksum off gue-variant 1 gre-key 7\n"

static void headers_of_one_backend(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_GUE));
	assert_shows("backend show", JSON, HEADERS_AS_JSON);
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_GUE));
	assert_shows("backend show any 2001:db8::/64 2001:db8::2", 0, HEADERS_OF_ONE_BACKEND);
}

#define SERVICE_DSCP "service add tcp 192.0.2.1:80 scheduler wrr seed 0 dscp 12 method dscp " \
	"outer-source route outer-ttl 64 gre-key none"

#define DSCP_AS_JSON \
	"[\n{\"vip\":\"192.0.2.1\",\"prefix_len\":32,\"protocol\":\"tcp\",\"port\":80," \
	"\"port_end\":80,\"scheduler\":\"wrr\",\"seed\":0,\"method\":\"dscp\"," \
	"\"outer_source\":\"route\",\"outer_ttl\":64,\"timeouts\":{},\"dscp\":12," \
	"\"gre_key\":\"none\",\"backends\":2}\n]\n"

#define DSCP_OF_ONE_SERVICE \
	"PROTO SERVICE      SCHEDULER METHOD OUTER-SOURCE OUTER-TTL BACKENDS SEED " \
	"TIMEOUTS SOURCE SOURCE-OTHER DEV OPTIONS\n" \
	"tcp   192.0.2.1:80 wrr       dscp   route               64        2    0 " \
	"         any    pass         any dscp 12 gre-key none\n"

static void dscp_of_one_service(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE_DSCP));
	assert_shows("service show", JSON, DSCP_AS_JSON);
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE_DSCP));
	assert_shows("service show tcp 192.0.2.1:80", 0, DSCP_OF_ONE_SERVICE);
}

#define FLOWS_AS_JSON \
	"[\n{\"client\":\"198.51.100.7\",\"client_port\":61067,\"vip\":\"192.0.2.1\"," \
	"\"port\":80,\"protocol\":\"tcp\",\"backend\":\"10.0.0.1\"," \
	"\"state\":\"established\",\"idle\":5,\"expires\":3595," \
	"\"service\":{\"vip\":\"192.0.2.1\",\"prefix_len\":32,\"protocol\":\"tcp\"," \
	"\"port\":80,\"port_end\":80}},\n" \
	"{\"client\":\"2001:db8::7\",\"client_port\":0,\"vip\":\"2001:db8::53\"," \
	"\"port\":0,\"protocol\":\"47\",\"backend\":\"10.0.0.2\"," \
	"\"state\":\"other\",\"idle\":0,\"expires\":120," \
	"\"service\":{\"vip\":\"2001:db8::\",\"prefix_len\":64," \
	"\"protocol\":\"any\"}}\n]\n"

static void flows_as_json(void **state)
{
	(void)state;
	fake_reply(reply_flow_ipv4());
	fake_reply(reply_flow_ipv6());
	assert_shows("flow show", JSON, FLOWS_AS_JSON);
}

#define FLOWS_AS_TABLE \
	"PROTO CLIENT             VIP          BACKEND  STATE       IDLE EXPIRES\n" \
	"tcp   198.51.100.7:61067 192.0.2.1:80 10.0.0.1 established    5    3595\n" \
	"47    2001:db8::7        2001:db8::53 10.0.0.2 other          0     120\n"

static void flows_as_table(void **state)
{
	(void)state;
	fake_reply(reply_flow_ipv4());
	fake_reply(reply_flow_ipv6());
	assert_shows("flow show", 0, FLOWS_AS_TABLE);
}

static void flow_protocols_have_names(void **state)
{
	static const struct {
		__u8 number;
		const char *name;
	} protocols[] = {
		{ 6, "tcp" }, { 17, "udp" }, { 1, "icmp" }, { 58, "icmpv6" }, { 132, "sctp" },
		{ 47, "47" },
	};
	char text[8];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(protocols) / sizeof(*protocols); i++)
		assert_string_equal(model_protocol(protocols[i].number, text, sizeof(text)),
				    protocols[i].name);
}

/* A long table is written in parts. The later parts use the widths of the first one. */
static void long_table_has_one_header_and_even_columns(void **state)
{
	struct dsr_flow flow = { .client.family = AF_INET, .client.bytes = { 255, 255, 255, 255 } };
	size_t size, i, lines = 0;
	char *text, *line, *save;
	FILE *file = open_memstream(&text, &size);
	struct out *out = out_open(file, OUT_TABLE, false, print_flow_columns, 0);

	(void)state;
	for (i = 0; i < 3000; i++) {
		print_flow(out, &flow);
		memset(flow.client.bytes, 1, 4);
	}
	out_close(out);
	fclose(file);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_int_equal(strlen(line), strlen(text));
		assert_int_equal(!strncmp(line, "PROTO", 5), !lines);
		lines++;
	}
	assert_int_equal(lines, 3001);
	free(text);
}

/* The first part of a long table decides about the columns of all parts. */
static void long_table_fits_the_width(void **state)
{
	struct dsr_flow flow = { .client.family = AF_INET6, .vip.family = AF_INET6 };
	size_t size, i, lines = 0;
	char *text, *line, *save, titles[32];
	FILE *file = open_memstream(&text, &size);
	struct out *out = out_open(file, OUT_TABLE, false, print_flow_columns, 0);

	(void)state;
	memset(flow.client.bytes, 0x11, sizeof(flow.client.bytes));
	memset(flow.vip.bytes, 0x11, 4);
	out_limit(out, 80);
	for (i = 0; i < 2000; i++)
		print_flow(out, &flow);
	assert_true(out_left_out(out, titles, sizeof(titles)));
	assert_string_equal(titles, " EXPIRES");
	out_close(out);
	fclose(file);
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		assert_true(strlen(line) <= 80);
		lines++;
	}
	assert_int_equal(lines, 2001);
	free(text);
}

static void flow_count_is_a_number(void **state)
{
	(void)state;
	fake_reply(reply_flow_ipv4());
	fake_reply(reply_flow_ipv6());
	assert_shows("flow count", 0, "2\n");
	assert_shows("flow count", JSON, "[\n{\"flows\":0}\n]\n");
}

#define STATS_AS_JSON \
	"[\n{\"version\":\"0.1.0\",\"services\":2,\"flows\":7,\"flows_max\":1048576," \
	"\"buckets\":4096,\"flow_size\":96,\"generation\":12," \
	"\"drops\":{\"no_backend\":3,\"malformed\":18446744073709551615}}\n]\n"

static void stats_as_json(void **state)
{
	(void)state;
	fake_reply(reply_stats(NULL));
	assert_shows("stats show", JSON, STATS_AS_JSON);
}

#define STATS_EXPLAIN_THEMSELVES \
	"[\n{\"version\":\"0.1.0\",\"services\":2,\"flows\":7,\"flows_max\":1048576," \
	"\"buckets\":4096,\"flow_size\":96,\"generation\":12," \
	"\"drops\":{\"no_backend\":3,\"malformed\":18446744073709551615}," \
	"\"explain\":{\"no_backend\":\"It says so.\",\"malformed\":\"It says so.\"}}\n]\n"

#define STATS_EXPLAIN_THEMSELVES_2 \
	"NAME                           VALUE MEANING\n" \
	"version                        0.1.0 version of the module\n" \
	"services                           2 services configured\n" \
	"flows                              7 flows remembered now\n" \
	"flows-max                    1048576 maximum number of remembered flows\n" \
	"buckets                         4096 buckets of the flow table, 128 bytes each\n" \
	"flow-size                         96 bytes of memory of one IPv4 flow\n" \
	"generation                        12 increases with each change\n" \
	"drop no_backend                    3 It says so.\n" \
	"drop malformed  18446744073709551615 It says so.\n"

static void stats_explain_themselves(void **state)
{
	(void)state;
	fake_reply(reply_stats("It says so."));
	assert_shows("stats show explain", JSON, STATS_EXPLAIN_THEMSELVES);
	fake_reply(reply_stats("It says so."));
	assert_shows("stats show --explain", 0, STATS_EXPLAIN_THEMSELVES_2);
}

static void nothing_is_an_empty_array_or_nothing(void **state)
{
	static const char *const lines[] = { "service show", "backend show", "flow show" };
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++) {
		assert_shows(lines[i], JSON, "[]\n");
		assert_shows(lines[i], 0, "");
	}
}

#define PRETTY_JSON_IS_INDENTED \
	"[\n" \
	"  {\n" \
	"    \"service\": {\n" \
	"      \"vip\": \"2001:db8::\",\n" \
	"      \"prefix_len\": 64,\n" \
	"      \"protocol\": \"any\"\n" \
	"    },\n" \
	"    \"address\": \"2001:db8::2\",\n" \
	"    \"state\": \"drain\",\n" \
	"    \"health\": \"up\",\n" \
	"    \"effective_state\": \"draining\",\n" \
	"    \"weight\": 1\n" \
	"  }\n" \
	"]\n"

static void pretty_json_is_indented(void **state)
{
	(void)state;
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_PLAIN));
	assert_shows("backend show", JSON | PRETTY, PRETTY_JSON_IS_INDENTED);
}

static void interrupted_dump_is_shown_once(void **state)
{
	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	fake_interrupt();
	assert_shows("service show", JSON, "[\n{" SERVICE_JSON "}\n]\n");
	fake_reply(reply_flow_ipv4());
	fake_interrupt();
	assert_shows("flow count", 0, "1\n");
}

#define MONITOR_PRINTS_A_LINE_PER_EVENT \
	"ready\n" \
	"service_new " SERVICE_LINE " generation 9\n" \
	"backend_new tcp 192.0.2.1:80 10.0.0.1 state active health down effective health-down " \
	"weight 10 method gre outer-source 10.0.0.9 outer-ttl 255 options drain-timeout 30 " \
	"generation 10\n" \
	"backend_del any 2001:db8::/64 2001:db8::2 state drain health up effective draining " \
	"weight 1 method - outer-source - outer-ttl - generation 10\n" \
	"service_del " SERVICE_LINE " generation 9\n" \
	"device_new eth0 attached yes generation 11\n" \
	"device_del later attached no generation 11\n" \
	"commit generation 12 operations 3\n" \
	"lost notifications were lost: read the configuration again\n" \
	"warning: notifications were lost: read the configuration again\n" \
	"resync generation 12 later changes are reported again\n" \
	"gone the module was unloaded: waiting until it is loaded again\n" \
	"warning: the module was unloaded: waiting until it is loaded again\n"

static void monitor_prints_a_line_per_event(void **state)
{
	struct screen screen;

	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_NTF, SERVICE));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_NTF, BACKEND));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_DEL_NTF, BACKEND_PLAIN));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_DEL_NTF, SERVICE));
	fake_reply(reply_device(NF_DSR_CMD_DEVICE_NTF, "eth0", true));
	fake_reply(reply_device(NF_DSR_CMD_DEVICE_DEL_NTF, "later", false));
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT_NTF));
	fake_reply(reply_stats(NULL));

	screen_open(&screen);
	screen_run(&screen, "monitor");
	assert_string_equal(screen_text(&screen), MONITOR_PRINTS_A_LINE_PER_EVENT);
	screen_close(&screen);
	fake_reset();
}

#define MONITOR_PRINTS_AN_OBJECT_PER_EVENT \
	"{\"event\":\"ready\"}\n" \
	"{\"event\":\"service_new\"," SERVICE_JSON ",\"generation\":9}\n" \
	"{\"event\":\"backend_del\"," BACKEND_JSON ",\"generation\":10}\n" \
	"{\"event\":\"device_new\",\"device\":\"eth0\",\"attached\":\"yes\",\"generation\":11}\n" \
	"{\"event\":\"commit\",\"generation\":12,\"operations\":3}\n" \
	"{\"event\":\"lost\",\"message\":" \
	"\"notifications were lost: read the configuration again\"}\n" \
	"{\"warning\":\"notifications were lost: read the configuration again\"}\n" \
	"{\"event\":\"resync\",\"generation\":12,\"message\":" \
	"\"later changes are reported again\"}\n" \
	"{\"event\":\"gone\",\"message\":" \
	"\"the module was unloaded: waiting until it is loaded again\"}\n" \
	"{\"warning\":\"the module was unloaded: waiting until it is loaded again\"}\n"

static void monitor_prints_an_object_per_event(void **state)
{
	struct screen screen;

	(void)state;
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_NTF, SERVICE));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_DEL_NTF, BACKEND));
	fake_reply(reply_device(NF_DSR_CMD_DEVICE_NTF, "eth0", true));
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT_NTF));
	fake_reply(reply_stats(NULL));
	screen_open(&screen);
	screen.ctl.json = true;
	screen.ctl.pretty = true;
	screen_run(&screen, "monitor");
	assert_string_equal(screen_text(&screen), MONITOR_PRINTS_AN_OBJECT_PER_EVENT);
	screen_close(&screen);
	fake_reset();
}

#define MONITOR_TIMES_SHORT \
	"[2026-11-29T12:00:01.234567] ready\n" \
	"[2026-11-29T12:00:01.234567] device_new eth0 attached yes generation 11\n"
#define MONITOR_TIMES_LONG \
	"Timestamp: Sun Nov 29 12:00:01 2026 234567 usec\nready\n" \
	"Timestamp: Sun Nov 29 12:00:01 2026 234567 usec\n" \
	"device_new eth0 attached yes generation 11\n"
#define MONITOR_TIMES_JSON \
	"{\"time\":\"" FAKE_TIME "\",\"event\":\"ready\"}\n" \
	"{\"time\":\"" FAKE_TIME "\",\"event\":\"device_new\",\"device\":\"eth0\"," \
	"\"attached\":\"yes\",\"generation\":11}\n"

static void monitor_prints_times(void **state)
{
	static const struct {
		bool json;
		enum clock_form form;
		const char *text;
	} cases[] = {
		{ false, CLOCK_SHORT, MONITOR_TIMES_SHORT },
		{ false, CLOCK_LONG, MONITOR_TIMES_LONG },
		{ true, CLOCK_SHORT, MONITOR_TIMES_JSON },
		{ true, CLOCK_LONG, MONITOR_TIMES_JSON },
	};
	struct screen screen;
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++) {
		fake_reply(reply_device(NF_DSR_CMD_DEVICE_NTF, "eth0", true));
		screen_open(&screen);
		screen.ctl.json = cases[i].json;
		screen.ctl.stamped = true;
		screen.ctl.stamp = cases[i].form;
		screen_run(&screen, "monitor");
		screen_text(&screen);
		/* Without an answer about the generation there is none. */
		assert_null(strstr(screen.text, "resync"));
		screen.text[strlen(cases[i].text)] = '\0';
		assert_string_equal(screen.text, cases[i].text);
		screen_close(&screen);
		fake_reset();
	}
}

static void monitor_ends_when_its_output_does(void **state)
{
	struct screen screen;
	FILE *memory;

	(void)state;
	screen_open(&screen);
	memory = screen.ctl.file;
	screen.ctl.file = fopen("/dev/full", "w");
	assert_int_equal(screen_run(&screen, "monitor"), DSR_USAGE);
	assert_string_equal(screen.err.text, "standard output: No space left on device");
	fclose(screen.ctl.file);
	screen.ctl.file = memory;
	screen_close(&screen);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(service_as_json),
		cmocka_unit_test(service_of_any_port_has_no_port_in_json),
		cmocka_unit_test(services_as_table),
		cmocka_unit_test(counters_as_columns),
		cmocka_unit_test(one_service_with_seed_and_timeouts),
		cmocka_unit_test(marks_vrfs_and_sources_as_json),
		cmocka_unit_test(marks_and_vrfs_as_table),
		cmocka_unit_test(backend_as_json),
		cmocka_unit_test(what_a_backend_leaves_to_its_service_is_not_in_json),
		cmocka_unit_test(backends_as_table),
		cmocka_unit_test(what_nobody_has_set_needs_no_column),
		cmocka_unit_test(long_addresses_leave_room_for_less),
		cmocka_unit_test(headers_of_one_backend),
		cmocka_unit_test(dscp_of_one_service),
		cmocka_unit_test(flows_as_json),
		cmocka_unit_test(flows_as_table),
		cmocka_unit_test(flow_protocols_have_names),
		cmocka_unit_test(long_table_has_one_header_and_even_columns),
		cmocka_unit_test(long_table_fits_the_width),
		cmocka_unit_test(flow_count_is_a_number),
		cmocka_unit_test(stats_as_json),
		cmocka_unit_test(stats_explain_themselves),
		cmocka_unit_test(nothing_is_an_empty_array_or_nothing),
		cmocka_unit_test(pretty_json_is_indented),
		cmocka_unit_test(interrupted_dump_is_shown_once),
		cmocka_unit_test(monitor_prints_a_line_per_event),
		cmocka_unit_test(monitor_prints_an_object_per_event),
		cmocka_unit_test(monitor_prints_times),
		cmocka_unit_test(monitor_ends_when_its_output_does),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("show", tests, NULL, NULL);
}

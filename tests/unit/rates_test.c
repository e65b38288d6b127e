// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of rates and shares: as computed from two readings, and as shown in intervals. */
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_clock.h"
#include "fake_nl.h"
#include "rates.h"
#include "reply.h"
#include "unit.h"

#define SECOND 1000000000ULL

/* Add a backend, by the last byte of its address and the port of its service. */
static void add(struct rates_reading *reading, __u16 port, __u8 host, __u64 flows, __u64 packets,
		__u64 bytes)
{
	const struct dsr_key key = { .addr.family = AF_INET, .port = port, .port_end = port };
	const struct dsr_addr addr = { AF_INET, { 10, 0, 0, host } };
	const struct dsr_counters counters = { flows, packets, bytes };
	const struct dsr_conf conf = { .weight = 1 };

	rates_add(reading, &key, &addr, &conf, &counters);
}

/* Return the object that was added last. */
static struct rates_object *last(const struct rates_reading *reading)
{
	return (void *)list_at(&reading->objects, reading->objects.n - 1);
}

static void assert_rates(const struct rates_result *result, double flows, double packets,
			 double bits)
{
	assert_true(fabs(result->rates.flows - flows) < 0.001);
	assert_true(fabs(result->rates.packets - packets) < 0.001);
	assert_true(fabs(result->rates.bits - bits) < 0.001);
}

static void compute(struct rates_reading *before, struct rates_reading *now, struct list *results)
{
	rates_sort(before);
	rates_sort(now);
	rates_compute(before, now, results);
}

static void finish(struct rates_reading *before, struct rates_reading *now, struct list *results)
{
	rates_free(before);
	rates_free(now);
	list_free(results);
}

static void rates_use_the_time_that_elapsed(void **state)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	struct list results = LIST_OF(struct rates_result);

	(void)state;
	before.time = 7 * SECOND;
	now.time = 7 * SECOND + SECOND / 2;
	add(&before, 80, 1, 100, 1000, 50000);
	add(&now, 80, 1, 110, 1200, 70000);
	compute(&before, &now, &results);
	assert_int_equal(results.n, 1);
	assert_rates(list_at(&results, 0), 20, 400, 320000);
	finish(&before, &now, &results);
}

static void objects_may_appear_vanish_and_begin_again(void **state)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	struct list results = LIST_OF(struct rates_result);

	(void)state;
	before.time = 1;
	now.time = 1 + 2 * SECOND;
	add(&before, 80, 1, 100, 1000, 50000);
	add(&before, 80, 2, 100, 1000, 50000);
	add(&before, 80, 3, 100, 1000, 50000);
	add(&before, 80, 5, UINT64_MAX - 1, 7, 7);
	/* Another order, a new one, one with smaller counters, and one that vanished. */
	add(&now, 80, 4, 2, 20, 200);
	add(&now, 80, 3, 102, 1020, 50200);
	add(&now, 80, 1, 10, 30, 600);
	add(&now, 80, 5, UINT64_MAX, 7, 7);
	compute(&before, &now, &results);
	assert_int_equal(results.n, 4);
	assert_rates(list_at(&results, 0), 1, 10, 800);
	assert_rates(list_at(&results, 1), 1, 10, 800);
	assert_rates(list_at(&results, 2), 5, 15, 2400);
	assert_rates(list_at(&results, 3), 0.5, 0, 0);
	finish(&before, &now, &results);
}

static void keys_that_differ_in_one_part_are_different(void **state)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	struct list results = LIST_OF(struct rates_result);
	const struct dsr_key keys[] = {
		{ .addr.family = AF_INET, .prefix_len = 32, .protocol = 6, .port = 80 },
		{ .addr.family = AF_INET6, .prefix_len = 32, .protocol = 6, .port = 80 },
		{ .addr.family = AF_INET, .prefix_len = 31, .protocol = 6, .port = 80 },
		{ .addr.family = AF_INET, .prefix_len = 32, .protocol = 17, .port = 80 },
		{ .addr.family = AF_INET, .prefix_len = 32, .protocol = 6, .port = 81 },
		{ .addr.family = AF_INET, .prefix_len = 32, .protocol = 6, .port = 80,
		  .port_end = 90 },
		{ .addr.family = AF_INET, .prefix_len = 32, .protocol = 6, .port = 80,
		  .vrf = "red" },
		{ .addr.family = AF_INET, .by_mark = true, .mark = 1 },
		{ .addr.family = AF_INET, .by_mark = true, .mark = 2 },
	};
	const size_t n = sizeof(keys) / sizeof(*keys);
	const struct dsr_conf conf = { 0 };
	size_t i;

	(void)state;
	before.time = 1;
	now.time = 1 + SECOND;
	for (i = 0; i < n; i++) {
		rates_add(&before, &keys[i], NULL, &conf, &(struct dsr_counters){ 100 * i });
		rates_add(&now, &keys[n - 1 - i], NULL, &conf,
			  &(struct dsr_counters){ 100 * (n - 1 - i) + n - 1 - i });
	}
	compute(&before, &now, &results);
	for (i = 0; i < n; i++)
		assert_rates(list_at(&results, i), n - 1 - i, 0, 0);
	finish(&before, &now, &results);
}

static void assert_shares(const struct rates_result *result, double share, double weight_share)
{
	assert_true(fabs(result->share - share) < 0.001);
	assert_true(fabs(result->weight_share - weight_share) < 0.001);
}

static void shares_are_those_of_a_service(void **state)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	struct list results = LIST_OF(struct rates_result);

	(void)state;
	before.time = 1;
	now.time = 1 + SECOND;
	add(&now, 80, 1, 30, 0, 0);
	add(&now, 80, 2, 10, 0, 0);
	last(&now)->weight = 2;
	last(&now)->effective = NF_DSR_EFFECTIVE_STATE_SLOW_STARTING;
	add(&now, 80, 3, 0, 0, 0);
	last(&now)->effective = NF_DSR_EFFECTIVE_STATE_DRAINING;
	/* A service without new flows, and one in which no backend takes any. */
	add(&now, 81, 1, 0, 0, 0);
	add(&now, 82, 1, 0, 0, 0);
	last(&now)->effective = NF_DSR_EFFECTIVE_STATE_NO_ROUTE;
	compute(&before, &now, &results);
	assert_shares(list_at(&results, 0), 0.75, 1 / 3.0);
	assert_shares(list_at(&results, 1), 0.25, 2 / 3.0);
	assert_shares(list_at(&results, 2), 0, 0);
	assert_shares(list_at(&results, 3), RATES_UNKNOWN, 1);
	assert_shares(list_at(&results, 4), RATES_UNKNOWN, 0);
	finish(&before, &now, &results);
}

static void no_time_gives_no_rate(void **state)
{
	struct rates_reading before = RATES_READING, now = RATES_READING;
	struct list results = LIST_OF(struct rates_result);

	(void)state;
	before.time = SECOND;
	now.time = SECOND;
	add(&now, 80, 1, 30, 20, 10);
	compute(&before, &now, &results);
	assert_rates(list_at(&results, 0), 0, 0, 0);
	finish(&before, &now, &results);
}

static void drops_have_rates(void **state)
{
	struct dsr_drop old[] = { { "a", NULL, 5 }, { "b", NULL, 50 }, { "c", NULL, 7 } };
	struct dsr_drop new[] = { { "a", NULL, 25 }, { "c", NULL, 6 }, { "d", "Why.", 4 } };
	const struct dsr_stats before = { .drops = old, .n_drops = 3 };
	const struct dsr_stats now = { .drops = new, .n_drops = 3 };
	static const double expected[] = { 10, 3, 2 };
	struct list drops = LIST_OF(struct rates_drop);
	const struct rates_drop *drop;
	size_t i;

	(void)state;
	rates_drops(&before, &now, 2 * SECOND, &drops);
	assert_int_equal(drops.n, 3);
	for (i = 0; i < drops.n; i++) {
		drop = list_at(&drops, i);
		assert_string_equal(drop->name, new[i].name);
		assert_true(fabs(drop->rate - expected[i]) < 0.001);
	}
	list_free(&drops);
}

static void numbers_have_five_characters_at_most(void **state)
{
	static const struct {
		double value;
		const char *text;
	} cases[] = {
		{ 0, "0" }, { 0.04, "0.0" }, { 1, "1.0" }, { 9.94, "9.9" }, { 9.95, "10" },
		{ 999.4, "999" }, { 999.5, "1.00k" }, { 1234, "1.23k" }, { 9994, "9.99k" },
		{ 9996, "10.0k" }, { 12345, "12.3k" }, { 99960, "100k" }, { 999499, "999k" },
		{ 999500, "1.00M" }, { 1e9, "1.00G" }, { 1.5e12, "1.50T" }, { 18.4e18, "18.4E" },
	};
	char text[16];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(cases) / sizeof(*cases); i++)
		assert_string_equal(rates_format(cases[i].value, text, sizeof(text)),
				    cases[i].text);
	assert_string_equal(rates_format_share(RATES_UNKNOWN, text, sizeof(text)), "-");
	assert_string_equal(rates_format_share(1 / 3.0, text, sizeof(text)), "33%");
	assert_string_equal(rates_format_share(1, text, sizeof(text)), "100%");
}

#define SERVICE "service add tcp 192.0.2.1:80 scheduler maglev seed 1 method l2 " \
	"outer-source route outer-ttl 64"
#define BACKEND "backend add tcp 192.0.2.1:80 10.0.0.1 state active health up weight 1"
#define BACKEND_NEW "backend add tcp 192.0.2.1:80 10.0.0.2 state active health up weight 1"

static bool fake_answer = true;

static void answer_with_more(unsigned int times)
{
	fake_reset();
	if (!fake_answer)
		return;
	reply_set_counters(100 + 30 * times, 1000 + 3000 * times, 10000 + 1500000 * times);
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, SERVICE));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND));
	if (times > 1) {
		reply_set_counters(15, 30, 1500);
		fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET, BACKEND_NEW));
	}
	reply_set_counters(0, 0, 0);
}

/* Run a command with intervals of 1 second, after which dsrctl wakes up late. */
static void assert_shows(const char *line, bool json, unsigned int count, const char *expected)
{
	struct screen screen;

	fake_clock_start(SECOND / 2, answer_with_more);
	answer_with_more(0);
	screen_open(&screen);
	screen.ctl.json = json;
	screen.ctl.stats = true;
	screen.ctl.interval = SECOND;
	screen.ctl.count = count;
	assert_int_equal(screen_run(&screen, line), 0);
	assert_string_equal(screen_text(&screen), expected);
	screen_close(&screen);
	fake_reset();
}

#define SERVICES_IN_INTERVALS \
	FAKE_TIME ", 1.500 seconds\n" \
	"PROTO SERVICE      BACKENDS ACTIVE FLOWS/S PKTS/S BITS/S\n" \
	"tcp   192.0.2.1:80        2      7      20  2.00k  8.00M\n" \
	"\n" \
	FAKE_TIME ", 1.000 seconds\n" \
	"PROTO SERVICE      BACKENDS ACTIVE FLOWS/S PKTS/S BITS/S\n" \
	"tcp   192.0.2.1:80        2      7      30  3.00k  12.0M\n" \
	"\n"

#define BACKENDS_IN_INTERVALS \
	FAKE_TIME ", 1.500 seconds\n" \
	"PROTO SERVICE      BACKEND  EFFECTIVE ACTIVE FLOWS/S PKTS/S BITS/S\n" \
	"tcp   192.0.2.1:80 10.0.0.1 serving        7      20  2.00k  8.00M\n" \
	"\n" \
	FAKE_TIME ", 1.000 seconds\n" \
	"PROTO SERVICE      BACKEND  EFFECTIVE ACTIVE FLOWS/S PKTS/S BITS/S\n" \
	"tcp   192.0.2.1:80 10.0.0.1 serving        7      30  3.00k  12.0M\n" \
	"tcp   192.0.2.1:80 10.0.0.2 serving        7      15     30  12.0k\n" \
	"\n"

static void rates_are_shown_in_intervals(void **state)
{
	(void)state;
	assert_shows("service show", false, 2, SERVICES_IN_INTERVALS);
	assert_shows("backend show", false, 2, BACKENDS_IN_INTERVALS);
}

#define BACKENDS_AS_ARRAYS \
	"[\n{\"service\":{\"vip\":\"192.0.2.1\",\"prefix_len\":32,\"protocol\":\"tcp\"," \
	"\"port\":80,\"port_end\":80},\"address\":\"10.0.0.1\",\"state\":\"active\"," \
	"\"health\":\"up\",\"effective_state\":\"serving\",\"weight\":1," \
	"\"flows\":130,\"packets\":4000,\"bytes\":1510000,\"active\":7,\"icmp_errors\":8," \
	"\"unreachable\":9,\"check_packets\":10,\"check_bytes\":11," \
	"\"time\":\"" FAKE_TIME "\",\"seconds\":1.500000," \
	"\"flows_per_second\":20.000,\"packets_per_second\":2000.000," \
	"\"bits_per_second\":8000000.000}\n]\n"

static void each_interval_is_an_array(void **state)
{
	(void)state;
	assert_shows("backend show", true, 1, BACKENDS_AS_ARRAYS);
	/* Without objects, too. */
	fake_answer = false;
	assert_shows("backend show", true, 2, "[]\n[]\n");
	fake_answer = true;
}

static void assert_refuses(const char *line, bool stats, __u64 interval, __u32 count,
			   const char *text)
{
	struct screen screen;

	screen_open(&screen);
	screen.ctl.stats = stats;
	screen.ctl.interval = interval;
	screen.ctl.count = count;
	assert_int_equal(screen_run(&screen, line), DSR_USAGE);
	assert_string_equal(screen.err.text, text);
	screen_close(&screen);
	assert_int_equal(fake_requests(), 0);
}

static void intervals_need_a_command_with_rates(void **state)
{
	(void)state;
	assert_refuses("flow show", true, SECOND, 0,
		       "--interval: only top, service show and backend show have rates");
	assert_refuses("flush", true, 0, 1,
		       "--count: only top, service show and backend show have rates");
	assert_refuses("service show", true, 0, 1,
		       "--count needs an interval: expected --interval SECONDS, too");
	assert_refuses("backend show", false, SECOND, 0,
		       "--interval shows the rates of counters: expected --stats, too");
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(rates_use_the_time_that_elapsed),
		cmocka_unit_test(objects_may_appear_vanish_and_begin_again),
		cmocka_unit_test(keys_that_differ_in_one_part_are_different),
		cmocka_unit_test(shares_are_those_of_a_service),
		cmocka_unit_test(no_time_gives_no_rate),
		cmocka_unit_test(drops_have_rates),
		cmocka_unit_test(numbers_have_five_characters_at_most),
		cmocka_unit_test(rates_are_shown_in_intervals),
		cmocka_unit_test(each_interval_is_an_array),
		cmocka_unit_test(intervals_need_a_command_with_rates),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("rates", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of checks that ask from several source ports. */
#include <string.h>

#include "loop.h"

#define SWEEP(options) \
	CHECKS("udp, send: a, sweep: 4, timeout: 0.3" options)

/* One way of the first backend is lost. A try from another port would be answered. */
static void a_sweep_that_loses_a_way_degrades(void **state)
{
	(void)state;
	take(SWEEP(""));
	run(1);
	assert_non_null(strstr(journal(), "4 ways: answer of 1 bytes"));
	assert_int_equal(udp.received, 4);
	udp.received = 0;
	udp.choose_port = true;
	run(1);
	/* Three that are answered at once, and three tries of the other. */
	assert_int_equal(udp.received, 6);
	assert_non_null(strstr(journal(), "1 of 4 ways lost: no answer within 300 ms"));
	assert_null(strstr(journal(), "\"event\":\"degraded\""));
	udp.choose_port = true;
	run(1);
	assert_int_equal(kernel.told, 0);
	assert_int_equal(member_verdict(registry_member(0)), VERDICT_UP);
}

/* Each time, one way of the first backend is lost. */
static void degrade(int times)
{
	while (times--) {
		udp.choose_port = true;
		run(1);
	}
}

static void a_sweep_degrades_after_as_many_checks_as_a_failure_takes(void **state)
{
	(void)state;
	take(SWEEP(""));
	degrade(1);
	assert_null(strstr(journal(), "\"degraded\":"));
	degrade(1);
	assert_non_null(strstr(journal(), "\"degraded\":\"1 of 4 ways\""));
	assert_non_null(strstr(journal(), "\"event\":\"degraded\""));
	assert_int_equal(kernel.told, 0);
	udp.deaf_to = 0;
	run(2);
	assert_null(strstr(journal(), "\"degraded\":"));
	assert_non_null(strstr(journal(), "\"event\":\"whole\""));
}

static void a_sweep_fails_by_as_many_ways_as_the_check_says(void **state)
{
	(void)state;
	take(SWEEP(", sweep-fall: 1"));
	degrade(2);
	run_until(is_down_1);
	assert_non_null(strstr(journal(), "1 of 4 ways lost"));
}

static bool all_have_connected(void)
{
	return clients >= 8 * SERVERS;
}

static void a_sweep_over_tcp_repeats_nothing_that_was_refused(void **state)
{
	(void)state;
	take(CHECKS("tcp, sweep: 8"));
	clients = 0;
	run(1);
	run_until(all_have_connected);
	assert_int_equal(clients, 8 * SERVERS);
	stop_server(0);
	run(2);
	run_until(is_down_1);
	assert_non_null(strstr(journal(), "8 of 8 ways lost: connection: Connection refused"));
	start_server(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_sweep_that_loses_a_way_degrades),
		TEST(a_sweep_degrades_after_as_many_checks_as_a_failure_takes),
		TEST(a_sweep_fails_by_as_many_ways_as_the_check_says),
		TEST(a_sweep_over_tcp_repeats_nothing_that_was_refused),
	};

	return cmocka_run_group_tests_name("sweep", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what dsrd's checks find, and what the kernel is told. */
#include <string.h>

#include "loop.h"

/* Let one server go and come back. */
static void one_goes_and_comes(const char *text)
{
	take(text);
	run(2);
	assert_int_equal(kernel.told, 0);
	stop_server(0);
	run(1);
	assert_int_equal(kernel.told, 0);
	run(1);
	run_until(is_down_1);
	assert_int_equal(kernel.told, 1);
	start_server(0);
	run(1);
	assert_int_equal(kernel.told, 1);
	run(1);
	run_until(is_up_1);
	assert_int_equal(kernel.told, 2);
	assert_non_null(strstr(journal(), "\"event\":\"down\""));
}

static void tcp_finds_what_goes_and_comes(void **state)
{
	(void)state;
	one_goes_and_comes(CHECKS("tcp"));
}

static void http_does_too(void **state)
{
	(void)state;
	one_goes_and_comes(CHECKS("http, expect: hello"));
}

static void programs_do_too(void **state)
{
	(void)state;
	take(CHECKS("exec, command: /bin/true"));
	run(2);
	assert_int_equal(kernel.told, 0);
	assert_non_null(strstr(journal(), "status 0"));
	take(CHECKS("exec, command: /bin/false"));
	run(1);
	assert_non_null(strstr(journal(), "status 1"));
}

static void what_the_kernel_has_is_adopted(void **state)
{
	(void)state;
	kernel.health[1] = NF_DSR_HEALTH_DOWN;
	stop_server(1);
	take(CHECKS("tcp"));
	assert_int_equal(member_verdict(registry_member(1)), VERDICT_DOWN);
	run(3);
	assert_int_equal(kernel.told, 0);
	start_server(1);
}

/* The same checks keep their state, and others begin with that of the kernel. */
static void a_reload_keeps_what_did_not_change(void **state)
{
	const struct probe *probe;

	(void)state;
	take(CHECKS("tcp"));
	run(1);
	probe = registry_member(0)->links[0].probe;
	take(CHECKS("tcp"));
	assert_ptr_equal(registry_member(0)->links[0].probe, probe);
	assert_int_equal(probe->health.good, 1);
	take(CHECKS("tcp, rise: 5"));
	assert_int_equal(registry_member(0)->links[0].probe->health.good, 0);
}

static struct dsr_backend changed_by_hand(__u8 health)
{
	struct dsr_backend backend = {
		.service = registry_member(0)->service, .addr = registry_member(0)->addr,
		.conf.health = health
	};

	kernel.health[0] = health;
	return backend;
}

static void a_health_that_another_program_sets_is_corrected(void **state)
{
	struct dsr_backend backend;

	(void)state;
	take(CHECKS("tcp"));
	run(2);
	backend = changed_by_hand(NF_DSR_HEALTH_DOWN);
	assert_true(registry_on_backend(&backend));
	run(1);
	run_until(is_up_1);
	backend.addr.bytes[3] = 99;
	assert_false(registry_on_backend(&backend));
}

static void what_is_paused_stays_as_it_is(void **state)
{
	(void)state;
	take(CHECKS("tcp"));
	assert_int_equal(registry_pause(&all, true), SERVERS);
	stop_server(0);
	run(3);
	assert_int_equal(kernel.told, 0);
	registry_pause(&all, false);
	run(1);
	run_until(is_down_1);
	start_server(0);
}

/* What was told before the brake was engaged is taken back. */
static void a_mass_failure_changes_nothing(void **state)
{
	int i;

	(void)state;
	take(CHECKS("tcp"));
	run(2);
	stop_server(0);
	run(2);
	run_until(is_down_1);
	stop_server(1);
	run(1);
	run_until(is_braked);
	run_until(is_up_1);
	stop_server(2);
	run(3);
	for (i = 0; i < SERVERS; i++)
		assert_int_equal(kernel.health[i], NF_DSR_HEALTH_UP);
	assert_non_null(strstr(journal(), "\"hold\":\"brake\""));
	for (i = 0; i < SERVERS; i++)
		start_server(i);
	run(2);
	run_until(is_free);
	assert_int_equal(kernel.told, 2);
}

static void a_refusal_is_logged_and_repeated(void **state)
{
	(void)state;
	take(CHECKS("tcp"));
	kernel.refuses = true;
	stop_server(0);
	run(3);
	assert_int_equal(kernel.told, 0);
	kernel.refuses = false;
	run(1);
	run_until(is_down_1);
	assert_non_null(strstr(journal(), "\"event\":\"refused\""));
	start_server(0);
}

#define LOSSY(name) \
	"{name: " name ", type: udp, send: a, timeout: 0.15, interval: 60, fast-interval: 60}"

/* 10,000 checks at default settings but for times: each way loses one in a hundred datagrams. */
static void lost_datagrams_flip_nothing(void **state)
{
	int i;

	(void)state;
	udp.seed = 8;
	take_named(LOSSY("a") "," LOSSY("b") "," LOSSY("c") "," LOSSY("d") "," LOSSY("e") ","
		   LOSSY("f") "," LOSSY("g") "," LOSSY("h"), "a, b, c, d, e, f, g, h");
	udp.loss = 10;
	for (i = 0; i * 24 < 10000; i++)
		run(1);
	assert_in_range(udp.lost, 100, 400);
	assert_int_equal(kernel.told, 0);
	for (i = 0; i < SERVERS; i++)
		assert_int_equal(member_verdict(registry_member(i)), VERDICT_UP);
}

static const struct tally_counts *counts(void)
{
	return &registry_member(0)->tally->of[false];
}

/* Return the number of results that were counted. */
static unsigned int results(void)
{
	unsigned int i, sum = 0;

	for (i = 0; i <= TALLY_BOUNDS; i++)
		sum += counts()->buckets[i];
	return sum;
}

/* Fail by one server that is gone, and by one whose answer is wrong. */
static void check_counts(const char *good, const char *wrong)
{
	take(good);
	assert_true(counts()->used);
	assert_false(registry_member(0)->tally->of[true].used);
	run(1);
	assert_int_equal(results(), SERVERS);
	assert_true(counts()->last_success > 0);
	stop_server(0);
	run(2);
	assert_int_equal(results(), 3 * SERVERS);
	assert_int_equal(counts()->failures[CAUSE_REFUSED], 2);
	assert_int_equal(counts()->transitions, 1);
	start_server(0);
	take(wrong);
	run(1);
	assert_int_equal(results(), 4 * SERVERS);
	assert_int_equal(counts()->failures[CAUSE_ANSWER], SERVERS);
}

static void results_of_tcp_are_counted(void **state)
{
	(void)state;
	check_counts(CHECKS("tcp"), CHECKS("tcp, send: x, expect: nothing"));
}

static void results_of_http_are_counted(void **state)
{
	(void)state;
	check_counts(CHECKS("http"), CHECKS("http, status: 404"));
	take(CHECKS("https"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_TLS], SERVERS);
}

static void results_of_others_are_counted(void **state)
{
	(void)state;
	take(CHECKS("tls"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_TLS], SERVERS);
	take(CHECKS("exec, command: /bin/false"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_PROGRAM], SERVERS);
	take(CHECKS("udp, send: x, port: 1"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_REFUSED], SERVERS);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(tcp_finds_what_goes_and_comes),
		TEST(results_of_tcp_are_counted),
		TEST(results_of_http_are_counted),
		TEST(results_of_others_are_counted),
		TEST(http_does_too),
		TEST(programs_do_too),
		TEST(what_the_kernel_has_is_adopted),
		TEST(a_reload_keeps_what_did_not_change),
		TEST(a_health_that_another_program_sets_is_corrected),
		TEST(what_is_paused_stays_as_it_is),
		TEST(a_mass_failure_changes_nothing),
		TEST(a_refusal_is_logged_and_repeated),
		TEST(lost_datagrams_flip_nothing),
	};

	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}

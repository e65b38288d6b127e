// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what signals of the kernel start, and what they do not decide. */
#include <string.h>

#include "clock.h"
#include "dsrd/trigger.h"
#include "loop.h"

/* A signal about the next hop of all servers, or about one server. */
static void send_signal(enum signal_kind kind, const struct dsr_addr *addr, bool up)
{
	const struct signal signal = { .kind = kind, .addr = *addr, .ifindex = 7, .up = up };

	trigger_on_signal(&signal);
}

/* Their first checks are over, and the next ones would begin in a minute. */
static void settle(const char *text)
{
	take(text);
	run(2);
	run_for(0.1);
	clients = 0;
}

#define FAST (HEALTH_SECOND / 5)

/* Whatever comes, a check begins no more often than its fast-interval permits. */
static void a_storm_of_signals_asks_no_more_than_checks_may(void **state)
{
	__u64 began = clock_now();
	int round, i;

	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 0.2}");
	for (round = 0; round < 50; round++) {
		for (i = 0; i < 100; i++) {
			send_signal(SIGNAL_NEIGHBOUR, &router, false);
			send_signal(SIGNAL_UNREACHABLE, &registry_member(i % SERVERS)->addr, false);
		}
		run_for(0.02);
	}
	/* For each, but for the first one, a fast-interval has passed. */
	assert_in_range(clients, 3 * SERVERS, SERVERS * (1 + (clock_now() - began) / FAST));
	assert_non_null(strstr(journal(), "neighbour 127.1.1.1 on eth7 does not answer: 3 checks"));
}

static void a_signal_about_others_asks_nobody(void **state)
{
	/* Before and behind those of the servers and the router, in the order of addresses. */
	static const struct dsr_addr others[] = {
		{ AF_INET, { 126, 1, 1, 1 } }, { AF_INET, { 127, 1, 1, 2 } }
	};
	const struct signal elsewhere = {
		.kind = SIGNAL_NEIGHBOUR, .addr = router, .ifindex = 8
	};
	int i;

	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 0.1}");
	trigger_on_signal(&elsewhere);
	for (i = 0; i < 2; i++) {
		send_signal(SIGNAL_NEIGHBOUR, &others[i], false);
		send_signal(SIGNAL_UNREACHABLE, &others[i], false);
	}
	run_for(0.3);
	assert_int_equal(clients, 0);
}

/* That nothing listens at the port of a check is the answer to that check. Other ports are of
 * tunnels.
 */
static void only_ports_that_no_check_asks_are_a_signal(void **state)
{
	struct signal signal = { .kind = SIGNAL_UNREACHABLE };

	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 0.1}");
	signal.addr = registry_member(0)->addr;
	signal.port = registry_member(0)->links[0].probe->target.port;
	trigger_on_signal(&signal);
	run_for(0.3);
	assert_int_equal(clients, 0);
	signal.port++;
	trigger_on_signal(&signal);
	run_for(0.3);
	assert_int_equal(clients, 1);
}

/* A failure that a signal has found counts as one of those that it takes. */
static void a_signal_flips_nothing(void **state)
{
	const struct probe *probe;

	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 1}");
	probe = registry_member(0)->links[0].probe;
	stop_server(0);
	since = clock_now();
	send_signal(SIGNAL_NEIGHBOUR, &router, false);
	run_until(all_have_run);
	assert_int_equal(probe->health.bad, 1);
	assert_int_equal(probe->health.state, HEALTH_UP);
	assert_int_equal(kernel.told, 0);
	run(1);
	run_until(is_down_1);
	start_server(0);
}

static bool first_is_asked(void)
{
	return registry_member(0)->links[0].probe->finished >= since;
}

/* What is down is not asked for each sign that it is, but at once when the way is new. */
static void what_is_down_is_asked_when_the_way_is_new(void **state)
{
	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 0.1}");
	stop_server(0);
	run(2);
	run_until(is_down_1);
	start_server(0);
	since = clock_now();
	send_signal(SIGNAL_UNREACHABLE, &registry_member(0)->addr, false);
	run_for(0.3);
	assert_false(first_is_asked());
	send_signal(SIGNAL_LINK, &router, false);
	send_signal(SIGNAL_LINK, &router, true);
	run_until(first_is_asked);
}

/* The brake is engaged before any check has failed. */
static void without_an_uplink_nothing_is_told(void **state)
{
	const struct signal deleted = { .kind = SIGNAL_LINK, .ifindex = 7, .gone = true };
	int i;

	(void)state;
	settle("{name: c, type: tcp, fall: 2, interval: 60, fast-interval: 0.1}");
	send_signal(SIGNAL_LINK, &router, false);
	assert_true(registry_is_braked());
	assert_non_null(strstr(journal(), "no device or route on the way to any backend"));
	for (i = 0; i < SERVERS; i++)
		stop_server(i);
	run(3);
	assert_int_equal(kernel.told, 0);
	for (i = 0; i < SERVERS; i++)
		start_server(i);
	send_signal(SIGNAL_LINK, &router, true);
	assert_true(registry_is_braked());
	run_until(is_free);
	assert_int_equal(kernel.told, 0);
	/* With a device that is deleted it is the same, until there is another route. */
	trigger_on_signal(&deleted);
	assert_true(registry_is_braked());
	run_until(is_free);
	/* And without a route. */
	has_route = false;
	send_signal(SIGNAL_ROUTES, &router, false);
	run_until(is_braked);
	has_route = true;
	send_signal(SIGNAL_ROUTES, &router, false);
	run_until(is_free);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(a_storm_of_signals_asks_no_more_than_checks_may),
		TEST(a_signal_about_others_asks_nobody),
		TEST(only_ports_that_no_check_asks_are_a_signal),
		TEST(a_signal_flips_nothing),
		TEST(what_is_down_is_asked_when_the_way_is_new),
		TEST(without_an_uplink_nothing_is_told),
	};

	return cmocka_run_group_tests_name("trigger", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of dsrd's state machine and brake: what they do in single cases, and what holds in many
 * random ones. The random numbers are the same each time.
 */
#include <string.h>

#include "dsrd/brake.h"
#include "dsrd/health.h"
#include "random.h"
#include "unit.h"

#define SECOND HEALTH_SECOND
#define MS (SECOND / 1000)
#define ROUNDS 2000

static const struct health_conf defaults = {
	.rise = 2, .fall = 3, .tries = 3, .interval = 5 * SECOND, .fast_interval = SECOND,
	.max_interval = 30 * SECOND, .timeout = SECOND
};

static bool happens(double probability)
{
	return next() < probability * UINT32_MAX;
}

static struct health_conf random_conf(void)
{
	struct health_conf conf = {
		.rise = 1 + below(10), .fall = 1 + below(10), .tries = 1 + below(10),
	};

	conf.interval = (100 + below(20000)) * MS;
	conf.fast_interval = 100 * MS + below(conf.interval / MS - 99) * MS;
	conf.max_interval = conf.interval + below(60000) * MS;
	conf.timeout = (10 + below(conf.interval / MS - 9)) * MS;
	return conf;
}

/* What the state machine is compared with: all results so far, the last one first. */
struct log {
	__u8 success[32];
};

static void log_add(struct log *log, bool success)
{
	memmove(log->success + 1, log->success, sizeof(log->success) - 1);
	log->success[0] = success;
}

static bool last_are(const struct log *log, unsigned int n, bool success)
{
	unsigned int i;

	for (i = 0; i < n; i++)
		if (log->success[i] != success)
			return false;
	return true;
}

static void no_state_changes_without_its_row_of_results(void **state)
{
	struct health_conf conf;
	struct health health;
	enum health_state before;
	__u64 now;
	int round, i;

	(void)state;
	seed = 1;
	for (round = 0; round < ROUNDS; round++) {
		struct log log = { { 0 } };
		double p = below(100) / 100.0;

		conf = random_conf();
		now = SECOND;
		health_adopt(&health, below(3), now);
		for (i = 1; i <= 200; i++) {
			bool success = happens(p), changed;

			before = health.state;
			now += below(10000) * MS;
			log_add(&log, success);
			changed = health_result(&health, &conf, success, now);
			assert_int_equal(changed, health.state != before);
			if (!changed)
				continue;
			assert_int_not_equal(health.state, HEALTH_UNKNOWN);
			assert_int_equal(health.state, success ? HEALTH_UP : HEALTH_DOWN);
			assert_true(i >= (int)(success ? conf.rise : conf.fall));
			assert_true(last_are(&log, success ? conf.rise : conf.fall, success));
			assert_true(health.since == now);
			if (success)
				assert_true(now >= health.held_until);
		}
	}
}

/* The reverse: a row of results has its effect at once, unless it is held down. */
static void a_row_of_results_has_its_effect(void **state)
{
	struct health_conf conf;
	struct health health;
	unsigned int i;
	int round;

	(void)state;
	seed = 2;
	for (round = 0; round < ROUNDS; round++) {
		conf = random_conf();
		health_adopt(&health, below(3), SECOND);
		for (i = 0; i < conf.fall; i++)
			health_result(&health, &conf, false, SECOND);
		assert_int_equal(health.state, HEALTH_DOWN);
		for (i = 0; i < conf.rise; i++)
			health_result(&health, &conf, true, SECOND);
		assert_int_equal(health.state, HEALTH_UP);
	}
}

static void delays_are_within_their_limits(void **state)
{
	__u64 delay, plain, least = UINT64_MAX, most = 0;
	struct health_conf conf;
	struct health health;
	int round;

	(void)state;
	seed = 3;
	for (round = 0; round < 100 * ROUNDS; round++) {
		conf = random_conf();
		health_adopt(&health, below(3), SECOND);
		health.good = below(4);
		health.bad = health.good ? 0 : below(3) ? below(20) : UINT32_MAX;
		delay = health_delay(&health, &conf, next());
		plain = health_in_transition(&health) ? conf.fast_interval : conf.interval;
		if (health.state == HEALTH_DOWN && health.good >= conf.rise)
			plain = conf.interval;
		assert_true(delay >= plain - plain / 10);
		assert_true(delay <= conf.max_interval + conf.max_interval / 10);
		if (health.state != HEALTH_DOWN)
			assert_true(delay <= plain + plain / 10);
		assert_true(health_phase(&conf, next()) <= conf.interval);
		assert_true(health_try(&conf, 0) == 0);
		assert_true(health_try(&conf, conf.tries - 1) < conf.timeout);
	}
	/* The jitter uses its whole range, and so does the phase. */
	health_adopt(&health, HEALTH_UP, SECOND);
	for (round = 0; round < ROUNDS; round++) {
		delay = health_delay(&health, &defaults, next());
		least = delay < least ? delay : least;
		most = delay > most ? delay : most;
	}
	assert_true(least < 4510 * MS && most > 5490 * MS);
	assert_true(health_phase(&defaults, 0) == 0);
	assert_true(health_phase(&defaults, UINT32_MAX) == defaults.interval);
}

static void what_is_down_is_checked_less_often(void **state)
{
	static const unsigned int seconds[] = { 5, 10, 20, 30, 30 };
	struct health health;
	unsigned int i;

	(void)state;
	health_adopt(&health, HEALTH_UP, SECOND);
	for (i = 0; i < defaults.fall; i++)
		health_result(&health, &defaults, false, SECOND);
	for (i = 0; i < sizeof(seconds) / sizeof(*seconds); i++) {
		assert_true(health_delay(&health, &defaults, 0) == seconds[i] * SECOND * 9 / 10);
		health_result(&health, &defaults, false, SECOND);
	}
	health_result(&health, &defaults, true, SECOND);
	assert_true(health_delay(&health, &defaults, 0) == SECOND * 9 / 10);
}

/* One backend: its checks, which begin, last and end. */
struct backend {
	struct health health;
	const struct health_conf *conf;
	__u64 now;		/* the next check begins */
	unsigned int flips;
};

/* Carry out one check. It lasts as long as the timeout if nothing answers. */
static void check(struct backend *backend, bool success, __u64 duration)
{
	__u64 end = backend->now + duration, begin;
	bool known = backend->health.state != HEALTH_UNKNOWN;

	if (health_result(&backend->health, backend->conf, success, end) && known)
		backend->flips++;
	begin = backend->now + health_delay(&backend->health, backend->conf, next());
	backend->now = begin > end ? begin : end;
}

/* The bound that health.h promises, for what fails for good at any time. */
static void detection_takes_no_longer_than_promised(void **state)
{
	struct health_conf conf;
	struct backend backend;
	__u64 began, slow, most;
	int round, i;

	(void)state;
	seed = 4;
	for (round = 0; round < 10 * ROUNDS; round++) {
		conf = random_conf();
		backend = (struct backend){ .conf = &conf, .now = SECOND };
		health_adopt(&backend.health, HEALTH_UP, SECOND);
		for (i = below(20); i; i--)
			check(&backend, true, below(conf.timeout / MS) * MS);
		began = backend.now;
		while (backend.health.state != HEALTH_DOWN)
			check(&backend, false, conf.timeout - below(2) * below(10) * MS);
		slow = conf.fast_interval > conf.timeout ? conf.fast_interval : conf.timeout;
		most = conf.fall * slow + conf.timeout;
		assert_true(backend.health.since - began <= most);
	}
	/* With the default values: four seconds. */
	assert_true(defaults.fall * defaults.fast_interval + defaults.timeout == 4 * SECOND);
}

/* Return true if one of the tries of a check is answered, each by two packets. */
static bool packets_arrive(const struct health_conf *conf, double loss)
{
	unsigned int i;

	for (i = 0; i < conf->tries; i++)
		if (!happens(loss) && !happens(loss))
			return true;
	return false;
}

/* A day of checks of 100 backends, each way losing one packet in a hundred. */
static void lost_packets_make_no_flips(void **state)
{
	struct backend backend;
	unsigned int checks = 0, flips = 0;
	int i;

	(void)state;
	seed = 5;
	for (i = 0; i < 100; i++) {
		backend = (struct backend){ .conf = &defaults };
		health_adopt(&backend.health, HEALTH_UP, 0);
		while (backend.now < 86400 * SECOND) {
			check(&backend, packets_arrive(&defaults, 0.01), MS);
			checks++;
		}
		flips += backend.flips;
	}
	assert_true(checks > 1600000);
	assert_int_equal(flips, 0);
}

/* Even 30 per cent of all packets, each way. */
static void bad_ways_make_few_flips(void **state)
{
	struct health_conf conf = defaults;
	struct backend backend = { .conf = &conf };
	unsigned int checks;

	(void)state;
	seed = 6;
	health_adopt(&backend.health, HEALTH_UP, 0);
	conf.tries = 10;
	for (checks = 0; checks < 10000; checks++)
		check(&backend, packets_arrive(&conf, 0.3), MS);
	assert_int_equal(backend.flips, 0);
}

/* If whole checks fail at random, nothing but longer rows helps. Their number is what health.h
 * says: failures begin a row of three in 0.01^3 of all checks.
 */
static void failed_checks_make_as_many_flips_as_computed(void **state)
{
	struct backend backend = { .conf = &defaults };
	unsigned int checks, downs = 0, ten_thousand = 0;

	(void)state;
	seed = 7;
	health_adopt(&backend.health, HEALTH_UP, 0);
	for (checks = 0; checks < 20000000; checks++) {
		check(&backend, !happens(0.01), MS);
		if (backend.health.state == HEALTH_DOWN) {
			downs++;
			health_adopt(&backend.health, HEALTH_UP, backend.now);
		}
		if (checks < 10000)
			ten_thousand = downs;
	}
	/* 20 are expected; more or less by four times the standard deviation. */
	assert_in_range(downs, 3, 38);
	assert_int_equal(ten_thousand, 0);
}

/* Let it go down and up again, each as fast as it can. Return how long it was down. */
static __u64 flap(struct health *health, __u64 *now)
{
	__u64 down;

	while (health->state != HEALTH_DOWN)
		health_result(health, &defaults, false, *now += SECOND);
	down = *now;
	while (health->state != HEALTH_UP)
		health_result(health, &defaults, true, *now += SECOND);
	return (*now - down) / SECOND;
}

static void flapping_holds_down_for_longer_each_time(void **state)
{
	static const unsigned int seconds[] = { 2, 2, 10, 20, 40, 80, 160, 300, 300 };
	struct health health;
	__u64 now = SECOND;
	size_t i;

	(void)state;
	health_adopt(&health, HEALTH_UP, now);
	for (i = 0; i < sizeof(seconds) / sizeof(*seconds); i++)
		assert_int_equal(flap(&health, &now), seconds[i]);
	/* It is forgotten. */
	now += HEALTH_FLAP_WINDOW;
	assert_int_equal(flap(&health, &now), 2);
}

/* Return whether the brake is engaged after it has seen this. */
static bool brakes(struct brake *brake, unsigned int all, unsigned int failing,
		   unsigned int lately, unsigned int answering, __u64 now)
{
	const struct brake_view view = { all, failing, lately, answering };
	bool before = brake->engaged, changed = brake_update(brake, &view, now);

	assert_int_equal(changed, before != brake->engaged);
	return brake->engaged;
}

static void the_brake_is_for_failures_at_the_same_time(void **state)
{
	struct brake brake = { 0 };

	(void)state;
	assert_false(brakes(&brake, 10, 9, 5, 1, SECOND));
	assert_false(brakes(&brake, 1, 1, 1, 0, SECOND));
	assert_false(brakes(&brake, 0, 0, 0, 0, SECOND));
	assert_true(brakes(&brake, 10, 9, 6, 1, SECOND));
	assert_true(brakes(&brake, 10, 6, 0, 4, 2 * SECOND));
	/* At most half of them fail. */
	assert_false(brakes(&brake, 10, 5, 0, 5, 3 * SECOND));
	assert_true(brakes(&brake, 3, 2, 2, 0, SECOND));
}

static void the_brake_holds_as_long_as_nothing_answers(void **state)
{
	struct brake brake = { 0 };

	(void)state;
	assert_true(brakes(&brake, 10, 10, 10, 0, SECOND));
	assert_true(brakes(&brake, 10, 10, 0, 0, 1000 * SECOND));
	/* Some answer, so the others do fail. */
	assert_false(brakes(&brake, 10, 8, 0, 2, 1001 * SECOND));
	assert_true(brakes(&brake, 10, 8, 8, 2, 1100 * SECOND));
	assert_true(brakes(&brake, 10, 8, 0, 2, 1100 * SECOND + BRAKE_HOLD - 1));
	assert_false(brakes(&brake, 10, 8, 0, 2, 1100 * SECOND + BRAKE_HOLD));
}

/* Return whether the brake is engaged while there is a way to the backends, or none. */
static bool brakes_cut(struct brake *brake, bool cut, unsigned int all, unsigned int failing,
		       unsigned int answering, __u64 now)
{
	const struct brake_view view = {
		.all = all, .failing = failing, .answering = answering, .cut = cut
	};

	brake_update(brake, &view, now);
	return brake->engaged;
}

static void without_an_uplink_the_brake_waits_for_no_failure(void **state)
{
	struct brake brake = { 0 };

	(void)state;
	/* One backend is a mass, too. */
	assert_true(brakes_cut(&brake, true, 1, 0, 1, SECOND));
	assert_true(brakes_cut(&brake, true, 1, 1, 0, 1000 * SECOND));
	/* The way is back, and the last check still says that it failed. */
	assert_true(brakes_cut(&brake, false, 1, 1, 0, 1001 * SECOND));
	assert_false(brakes_cut(&brake, false, 1, 0, 1, 1002 * SECOND));
	/* It fails for long, although there is a way. */
	assert_true(brakes_cut(&brake, true, 1, 1, 0, 2000 * SECOND));
	assert_true(brakes_cut(&brake, false, 1, 1, 0, 2000 * SECOND + BRAKE_HOLD - 1));
	assert_false(brakes_cut(&brake, false, 1, 1, 0, 2000 * SECOND + BRAKE_HOLD));
	/* Of many, a mass must answer or not fail any more, as after any other failure. */
	assert_true(brakes_cut(&brake, true, 10, 10, 0, 3000 * SECOND));
	assert_true(brakes_cut(&brake, false, 10, 10, 0, 3000 * SECOND + BRAKE_HOLD));
	assert_false(brakes_cut(&brake, false, 10, 9, 1, 3001 * SECOND + BRAKE_HOLD));
}

static void a_cut_during_a_mass_failure_prolongs_it(void **state)
{
	struct brake brake = { 0 };

	(void)state;
	assert_true(brakes(&brake, 10, 10, 10, 0, SECOND));
	assert_true(brakes_cut(&brake, true, 10, 8, 2, 100 * SECOND));
	assert_true(brakes_cut(&brake, false, 10, 8, 2, 100 * SECOND + BRAKE_HOLD - 1));
	assert_false(brakes_cut(&brake, false, 10, 8, 2, 100 * SECOND + BRAKE_HOLD));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_state_changes_without_its_row_of_results),
		cmocka_unit_test(a_row_of_results_has_its_effect),
		cmocka_unit_test(delays_are_within_their_limits),
		cmocka_unit_test(what_is_down_is_checked_less_often),
		cmocka_unit_test(detection_takes_no_longer_than_promised),
		cmocka_unit_test(lost_packets_make_no_flips),
		cmocka_unit_test(bad_ways_make_few_flips),
		cmocka_unit_test(failed_checks_make_as_many_flips_as_computed),
		cmocka_unit_test(flapping_holds_down_for_longer_each_time),
		cmocka_unit_test(the_brake_is_for_failures_at_the_same_time),
		cmocka_unit_test(the_brake_holds_as_long_as_nothing_answers),
		cmocka_unit_test(without_an_uplink_the_brake_waits_for_no_failure),
		cmocka_unit_test(a_cut_during_a_mass_failure_prolongs_it),
	};

	return cmocka_run_group_tests_name("health", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of the decision whether a VIP is announced: single cases, and what holds in many random
 * ones. The random numbers are the same each time.
 */
#include <linux/nf_dsr.h>
#include <string.h>

#include "dsrd/announce.h"
#include "random.h"
#include "unit.h"

#define SECOND 1000000000ULL
#define MS (SECOND / 1000)
#define ROUNDS 2000
#define STEPS 200
#define PERCENT(n) (NF_DSR_FAIL_OPEN_PERCENT + (n))

static const struct announce_conf defaults = { .settle = 10 * SECOND, .drain = 10 * SECOND };

static struct announce_conf random_conf(void)
{
	return (struct announce_conf){
		.settle = (100 + below(20000)) * MS, .drain = below(20000) * MS
	};
}

static struct announce_view random_view(void)
{
	static const enum announce_level levels[] = {
		ANNOUNCE_NONE, ANNOUNCE_DEGRADED, ANNOUNCE_FULL, ANNOUNCE_FULL
	};

	return (struct announce_view){
		.decided = !below(4), .held = !below(8), .drained = !below(8),
		.deserves = levels[below(4)],
	};
}

/* A VIP and what is seen of it. */
struct subject {
	struct announce announce;
	struct announce_conf conf;
	struct announce_view view;
	__u64 now;
};

static struct subject new_subject(enum announce_level level)
{
	struct subject subject = {
		.conf = defaults, .now = SECOND,
		.view = { .decided = true, .deserves = ANNOUNCE_FULL },
	};

	announce_adopt(&subject.announce, level, subject.now);
	return subject;
}

static void update(struct subject *subject)
{
	enum announce_level before = subject->announce.level;
	bool changed = announce_update(&subject->announce, &subject->conf, &subject->view,
				       subject->now);

	assert_int_equal(changed, subject->announce.level != before);
	if (changed)
		assert_true(subject->announce.since == subject->now);
}

/* Let time pass, and assert the level and the state. */
static void after(struct subject *subject, double seconds, enum announce_level level,
		  enum announce_state state)
{
	subject->now += seconds * SECOND;
	update(subject);
	assert_int_equal(subject->announce.level, level);
	assert_int_equal(announce_state(&subject->announce), state);
}

static void a_vip_is_announced_when_it_was_well_for_a_while(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_NONE);

	(void)state;
	vip.view.decided = false;
	after(&vip, 100, ANNOUNCE_NONE, ANNOUNCE_IS_UNKNOWN);
	assert_true(announce_next(&vip.announce, &vip.conf) == 0);
	vip.view.decided = true;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
	after(&vip, 9.9, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
	assert_true(announce_next(&vip.announce, &vip.conf) == vip.now + 100 * MS);
	after(&vip, 0.1, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
	assert_true(announce_next(&vip.announce, &vip.conf) == 0);
}

static void what_gets_worse_does_so_at_once(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_FULL);

	(void)state;
	after(&vip, 0, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
	vip.view.deserves = ANNOUNCE_DEGRADED;
	after(&vip, 0, ANNOUNCE_DEGRADED, ANNOUNCE_IS_DEGRADED);
	vip.view.deserves = ANNOUNCE_NONE;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	vip.view.deserves = ANNOUNCE_DEGRADED;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
	vip.view.deserves = ANNOUNCE_FULL;
	after(&vip, 9, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
	after(&vip, 1, ANNOUNCE_DEGRADED, ANNOUNCE_IS_DEGRADED);
	after(&vip, 8, ANNOUNCE_DEGRADED, ANNOUNCE_IS_DEGRADED);
	after(&vip, 1, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
}

/* A break begins the time anew. */
static void a_vip_that_flaps_stays_withdrawn(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_NONE);
	int i;

	(void)state;
	for (i = 0; i < 100; i++) {
		vip.view.deserves = ANNOUNCE_FULL;
		after(&vip, 1, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
		vip.view.deserves = ANNOUNCE_NONE;
		after(&vip, 9.9, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	}
}

static void a_route_that_was_there_stays_until_checks_decide(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_DEGRADED);

	(void)state;
	vip.view = (struct announce_view){ .deserves = ANNOUNCE_NONE };
	after(&vip, 100, ANNOUNCE_DEGRADED, ANNOUNCE_IS_UNKNOWN);
	vip.view.decided = true;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	/* A new backend that has not been checked yet does not make it unknown again. */
	vip.view = (struct announce_view){ .deserves = ANNOUNCE_FULL };
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_SETTLING);
	after(&vip, 10, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
}

static void a_drained_vip_is_withdrawn_later(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_FULL);

	(void)state;
	after(&vip, 0, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
	vip.view.drained = true;
	after(&vip, 50, ANNOUNCE_DRAINING, ANNOUNCE_IS_DRAINING);
	assert_true(announce_next(&vip.announce, &vip.conf) == vip.now + 10 * SECOND);
	after(&vip, 9.9, ANNOUNCE_DRAINING, ANNOUNCE_IS_DRAINING);
	after(&vip, 0.1, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	assert_true(announce_next(&vip.announce, &vip.conf) == 0);
	after(&vip, 1000, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	/* It has been well all the time. */
	vip.view.drained = false;
	after(&vip, 0, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
}

static void what_is_withdrawn_or_useless_needs_no_drain(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_NONE);

	(void)state;
	vip.view.drained = true;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	vip = new_subject(ANNOUNCE_FULL);
	vip.view.drained = true;
	after(&vip, 0, ANNOUNCE_DRAINING, ANNOUNCE_IS_DRAINING);
	vip.view.deserves = ANNOUNCE_NONE;
	vip.view.held = true;
	after(&vip, 0, ANNOUNCE_DRAINING, ANNOUNCE_IS_DRAINING);
	vip.view.held = false;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
	vip = new_subject(ANNOUNCE_FULL);
	vip.conf.drain = 0;
	vip.view.drained = true;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
}

static void the_brake_keeps_what_is_announced(void **state)
{
	struct subject vip = new_subject(ANNOUNCE_FULL);

	(void)state;
	after(&vip, 0, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
	vip.view.held = true;
	vip.view.deserves = ANNOUNCE_NONE;
	after(&vip, 1000, ANNOUNCE_FULL, ANNOUNCE_IS_FULL);
	vip.view.held = false;
	after(&vip, 0, ANNOUNCE_NONE, ANNOUNCE_IS_WITHDRAWN);
}

/* What the state machine is compared with: all that was seen. */
struct history {
	struct announce_view view[STEPS];
	__u64 at[STEPS];
	int n;
};

/* Return true if the VIP has deserved a level for as long as it has to. */
static bool has_settled(const struct history *history, const struct announce_conf *conf,
			enum announce_level level)
{
	__u64 now = history->at[history->n - 1];
	int i, first = history->n;

	for (i = history->n - 1; i >= 0 && history->view[i].deserves >= level; i--)
		first = i;
	for (i = 0; i < history->n; i++)
		if (history->view[i].decided)
			break;
	if (i > first)
		first = i;
	return first < history->n && now - history->at[first] >= conf->settle;
}

static void no_level_is_reached_without_its_time(void **state)
{
	struct history history;
	enum announce_level before;
	struct subject vip;
	int round;

	(void)state;
	seed = 1;
	for (round = 0; round < ROUNDS; round++) {
		vip = new_subject(below(ANNOUNCE_LEVELS));
		vip.conf = random_conf();
		for (history.n = 0; history.n < STEPS;) {
			if (!below(3))
				vip.view = random_view();
			vip.now += below(5000) * MS;
			history.view[history.n] = vip.view;
			history.at[history.n++] = vip.now;
			before = vip.announce.level;
			update(&vip);
			if (vip.announce.level > before)
				assert_true(has_settled(&history, &vip.conf, vip.announce.level));
		}
	}
}

/* The reverse, and what each change is due to. */
static void each_change_has_its_cause(void **state)
{
	enum announce_level before;
	struct subject vip;
	bool known;
	int round, i;

	(void)state;
	seed = 2;
	for (round = 0; round < ROUNDS; round++) {
		vip = new_subject(below(ANNOUNCE_LEVELS));
		vip.conf = random_conf();
		known = false;
		for (i = 0; i < STEPS; i++) {
			if (!below(3))
				vip.view = random_view();
			vip.now += below(5000) * MS;
			known |= vip.view.decided;
			before = vip.announce.level;
			update(&vip);
			if (vip.view.drained) {
				assert_true(vip.announce.level <= ANNOUNCE_DRAINING);
				assert_true(vip.announce.level <= before);
			} else if (!known || (vip.view.held && vip.view.deserves < before)) {
				assert_int_equal(vip.announce.level, before);
			} else {
				assert_true(vip.announce.level <= vip.view.deserves);
				assert_true(vip.announce.level >= before ||
					    vip.announce.level == vip.view.deserves);
			}
		}
	}
}

/* Nothing changes before the time that announce_next() says, and something does then. */
static void the_next_change_is_foreseen(void **state)
{
	struct announce_view view;
	struct subject vip;
	__u64 at;
	int round, i;

	(void)state;
	seed = 3;
	for (round = 0; round < ROUNDS; round++) {
		vip = new_subject(below(ANNOUNCE_LEVELS));
		vip.conf = random_conf();
		for (i = 0; i < STEPS; i++) {
			view = random_view();
			view.held = false;
			vip.view = view;
			update(&vip);
			at = announce_next(&vip.announce, &vip.conf);
			if (!at) {
				vip.now += 1000 * SECOND;
				assert_false(announce_update(&vip.announce, &vip.conf, &view,
							     vip.now));
				continue;
			}
			assert_true(at > vip.now);
			vip.now = at - 1;
			assert_false(announce_update(&vip.announce, &vip.conf, &view, vip.now));
			vip.now = at;
			assert_true(announce_update(&vip.announce, &vip.conf, &view, vip.now));
		}
	}
}

static void a_service_needs_a_number_or_a_share(void **state)
{
	(void)state;
	assert_int_equal(announce_needs(0, 10), 0);
	assert_int_equal(announce_needs(3, 10), 3);
	assert_int_equal(announce_needs(3, 2), 3);
	assert_int_equal(announce_needs(PERCENT(50), 5), 3);
	assert_int_equal(announce_needs(PERCENT(1), 5), 1);
	assert_int_equal(announce_needs(PERCENT(100), 5), 5);
	/* Without any backend there is nothing to announce. */
	assert_int_equal(announce_needs(PERCENT(50), 0), 1);
}

static void to_have_enough_again_takes_a_quarter_more(void **state)
{
	(void)state;
	assert_true(announce_lacks(false, 0, 3, 1));
	assert_false(announce_lacks(true, 1, 3, 1));
	assert_true(announce_lacks(false, 19, 100, 20));
	assert_false(announce_lacks(false, 20, 100, 20));
	assert_true(announce_lacks(true, 24, 100, 20));
	assert_false(announce_lacks(true, 25, 100, 20));
	/* All are enough, if they are as many as it needs. */
	assert_false(announce_lacks(true, 20, 20, 20));
	assert_true(announce_lacks(true, 2, 2, 3));
	assert_true(announce_lacks(false, 0, 0, 1));
	assert_false(announce_lacks(true, 0, 3, 0));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_vip_is_announced_when_it_was_well_for_a_while),
		cmocka_unit_test(what_gets_worse_does_so_at_once),
		cmocka_unit_test(a_vip_that_flaps_stays_withdrawn),
		cmocka_unit_test(a_route_that_was_there_stays_until_checks_decide),
		cmocka_unit_test(a_drained_vip_is_withdrawn_later),
		cmocka_unit_test(what_is_withdrawn_or_useless_needs_no_drain),
		cmocka_unit_test(the_brake_keeps_what_is_announced),
		cmocka_unit_test(no_level_is_reached_without_its_time),
		cmocka_unit_test(each_change_has_its_cause),
		cmocka_unit_test(the_next_change_is_foreseen),
		cmocka_unit_test(a_service_needs_a_number_or_a_share),
		cmocka_unit_test(to_have_enough_again_takes_a_quarter_more),
	};

	return cmocka_run_group_tests_name("announce", tests, NULL, NULL);
}

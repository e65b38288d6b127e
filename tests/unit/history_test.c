// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the last hour of services. */
#include <netinet/in.h>
#include <string.h>

#include "dsrd/history.h"
#include "unit.h"

#define SECOND 1000000000ULL
#define MINUTE (60 * SECOND)

static struct histories histories = HISTORIES;
static struct rates_reading reading = RATES_READING;

static struct dsr_key key_of(unsigned int i)
{
	return (struct dsr_key){
		.addr = { AF_INET, { 192, 0, i / 256, i % 256 } }, .prefix_len = 32,
		.protocol = IPPROTO_TCP, .port = 80, .port_end = 80
	};
}

/* Begin a reading at this time. */
static void at(__u64 time)
{
	list_clear(&reading.objects);
	reading.time = time;
}

/* Add a service with so many backends, of which some take flows and some fail. */
static void service(unsigned int i, unsigned int backends, unsigned int up, unsigned int failing,
		    __u64 flows)
{
	const struct dsr_counters counters = { .flows = flows };
	const struct dsr_conf conf = { 0 };
	const struct dsr_key key = key_of(i);
	struct rates_object *object = rates_add(&reading, &key, NULL, &conf, &counters);

	object->backends = backends;
	object->up = up;
	object->failing = failing;
}

static void take(void)
{
	rates_sort(&reading);
	histories_take(&histories, &reading);
}

static const struct history_minute *minute_of(unsigned int i, unsigned int ago)
{
	const struct dsr_key key = key_of(i);
	const struct history *history = histories_find(&histories, &key);

	assert_non_null(history);
	return history_minute(&histories, history, ago);
}

static void a_minute_has_the_worst_state_and_the_mean_rate(void **state)
{
	(void)state;
	at(100 * MINUTE);
	service(1, 2, 2, 0, 1000);
	take();
	at(100 * MINUTE + 20 * SECOND);
	service(1, 2, 1, 1, 1100);
	take();
	at(100 * MINUTE + 40 * SECOND);
	service(1, 2, 2, 0, 1400);
	take();
	assert_int_equal(minute_of(1, 0)->state, SERVICE_DEGRADED);
	assert_true(minute_of(1, 0)->flows == 10);
	at(101 * MINUTE);
	service(1, 2, 2, 0, 1500);
	take();
	assert_int_equal(minute_of(1, 0)->state, SERVICE_OK);
	assert_int_equal(minute_of(1, 1)->state, SERVICE_DEGRADED);
	assert_int_equal(minute_of(1, 2)->state, SERVICE_UNSEEN);
}

static void minutes_without_readings_are_unseen(void **state)
{
	unsigned int i;

	(void)state;
	at(100 * MINUTE);
	service(1, 2, 0, 2, 0);
	take();
	at(103 * MINUTE);
	service(1, 2, 2, 0, 0);
	take();
	assert_int_equal(minute_of(1, 3)->state, SERVICE_DOWN);
	assert_int_equal(minute_of(1, 2)->state, SERVICE_UNSEEN);
	assert_int_equal(minute_of(1, 0)->state, SERVICE_OK);
	/* Longer than the hour. */
	at(500 * MINUTE);
	service(1, 2, 2, 0, 0);
	take();
	for (i = 1; i < HISTORY_MINUTES; i++)
		assert_int_equal(minute_of(1, i)->state, SERVICE_UNSEEN);
}

static void an_hour_is_kept(void **state)
{
	unsigned int i;

	(void)state;
	for (i = 0; i < 90; i++) {
		at((100 + i) * MINUTE);
		service(1, 2, i % 7 ? 2 : 0, 0, 60 * i);
		take();
	}
	for (i = 0; i < HISTORY_MINUTES; i++)
		assert_int_equal(minute_of(1, i)->state,
				 (89 - i) % 7 ? SERVICE_OK : SERVICE_DOWN);
}

static void services_that_are_gone_are_forgotten(void **state)
{
	const struct dsr_key key = key_of(1);

	(void)state;
	at(100 * MINUTE);
	service(1, 1, 0, 1, 500);
	service(2, 1, 1, 0, 500);
	take();
	at(101 * MINUTE);
	service(2, 1, 1, 0, 500);
	take();
	assert_null(histories_find(&histories, &key));
	at(102 * MINUTE);
	service(1, 1, 1, 0, 6);
	service(2, 1, 1, 0, 500);
	take();
	assert_int_equal(minute_of(1, 1)->state, SERVICE_UNSEEN);
	/* One that was made again within a minute counts from 0. */
	at(102 * MINUTE + 30 * SECOND);
	service(1, 1, 1, 0, 3);
	service(2, 1, 1, 0, 500);
	take();
	assert_true(minute_of(1, 0)->flows == 0.1);
}

static void memory_is_bounded(void **state)
{
	const struct dsr_key last = key_of(HISTORY_SERVICES + 9);
	unsigned int i;

	(void)state;
	at(100 * MINUTE);
	for (i = 0; i < HISTORY_SERVICES + 10; i++)
		service(i, 1, 1, 0, 0);
	take();
	assert_int_equal(histories.list.n, HISTORY_SERVICES);
	assert_int_equal(minute_of(0, 0)->state, SERVICE_OK);
	assert_null(histories_find(&histories, &last));
	assert_true(sizeof(struct history) < 1300);
}

static void states_follow_from_backends(void **state)
{
	struct rates_object object = { .backends = 0 };

	(void)state;
	assert_int_equal(service_state(&object), SERVICE_EMPTY);
	object.backends = 2;
	object.fail_open = 1;
	assert_int_equal(service_state(&object), SERVICE_DOWN);
	object.up = 2;
	assert_int_equal(service_state(&object), SERVICE_FAIL_OPEN);
	object.fail_open = 0;
	object.failing = 1;
	assert_int_equal(service_state(&object), SERVICE_DEGRADED);
	object.failing = 0;
	object.up = 1;
	assert_int_equal(service_state(&object), SERVICE_OK);
}

static int tear_down(void **state)
{
	(void)state;
	histories_free(&histories);
	histories = (struct histories)HISTORIES;
	rates_free(&reading);
	reading = (struct rates_reading)RATES_READING;
	return 0;
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_teardown(a_minute_has_the_worst_state_and_the_mean_rate,
					  tear_down),
		cmocka_unit_test_teardown(minutes_without_readings_are_unseen, tear_down),
		cmocka_unit_test_teardown(an_hour_is_kept, tear_down),
		cmocka_unit_test_teardown(services_that_are_gone_are_forgotten, tear_down),
		cmocka_unit_test_teardown(memory_is_bounded, tear_down),
		cmocka_unit_test(states_follow_from_backends),
	};

	return cmocka_run_group_tests_name("history", tests, NULL, NULL);
}

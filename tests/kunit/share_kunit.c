// SPDX-License-Identifier: GPL-2.0
/* Tests of the computations for shares and limits of backends. */
#include <kunit/test.h>

#include "../../kmod/lib/share.c"

static u8 worst(u32 first, u32 second, u32 third, u32 min_active)
{
	u32 up[DSR_PRIORITIES] = {};

	up[0] = first;
	up[7] = second;
	up[255] = third;
	return dsr_share_worst(up, min_active);
}

static void worse_priorities_stand_in_for_too_few_better_ones(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, worst(1, 1, 1, 1), 0);
	KUNIT_EXPECT_EQ(test, worst(0, 1, 1, 1), 7);
	KUNIT_EXPECT_EQ(test, worst(0, 0, 1, 1), 255);
	KUNIT_EXPECT_EQ(test, worst(1, 1, 1, 2), 7);
	KUNIT_EXPECT_EQ(test, worst(2, 1, 1, 2), 0);
	KUNIT_EXPECT_EQ(test, worst(1, 1, 1, 3), 255);
	KUNIT_EXPECT_EQ(test, worst(2, 0, 1, 3), 255);
	KUNIT_EXPECT_EQ(test, worst(3, 9, 0, 65535), 7);
	KUNIT_EXPECT_EQ(test, worst(0, 0, 0, 1), 0);
}

static void a_service_fails_open_below_a_number(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 0, 3, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 1, 3, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 3, 10, 4));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 4, 10, 4));
	/* 0 stands for never. */
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 0, 3, 0));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(true, 0, 3, 0));
	/* Without a backend there is nothing to ignore. */
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 0, 0, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(true, 0, 0, 65535));
	/* More than there are means all. */
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(true, 2, 2, 3));
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 1, 2, 3));
}

static void a_percentage_is_rounded_up(struct kunit *test)
{
	const u32 percent = NF_DSR_FAIL_OPEN_PERCENT;

	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 1, 3, percent + 50));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 2, 3, percent + 50));
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 0, 3, percent + 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 1, 100, percent + 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 1, 101, percent + 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_fail_open(false, 65534, 65535, percent + 100));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 65535, 65535, percent + 100));
	KUNIT_EXPECT_FALSE(test, dsr_share_fail_open(false, 0, 0, percent + 100));
}

/* Return with how many healthy backends of 1000 a service ceases to fail open. */
static u32 ends_at(u32 below)
{
	u32 healthy = 0;

	while (dsr_share_fail_open(true, healthy, 1000, below))
		healthy++;
	return healthy;
}

static void it_takes_more_healthy_backends_to_end_than_to_begin(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, ends_at(1), 1);
	KUNIT_EXPECT_EQ(test, ends_at(2), 3);
	KUNIT_EXPECT_EQ(test, ends_at(4), 5);
	KUNIT_EXPECT_EQ(test, ends_at(5), 6);
	KUNIT_EXPECT_EQ(test, ends_at(6), 8);
	KUNIT_EXPECT_EQ(test, ends_at(20), 25);
	KUNIT_EXPECT_EQ(test, ends_at(NF_DSR_FAIL_OPEN_PERCENT + 50), 625);
	KUNIT_EXPECT_EQ(test, ends_at(900), 1000);
	KUNIT_EXPECT_EQ(test, ends_at(65535), 1000);
}

static void fail_open_below_has_two_ranges(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dsr_share_below_ok(0));
	KUNIT_EXPECT_TRUE(test, dsr_share_below_ok(65535));
	KUNIT_EXPECT_FALSE(test, dsr_share_below_ok(65536));
	KUNIT_EXPECT_TRUE(test, dsr_share_below_ok(65537));
	KUNIT_EXPECT_TRUE(test, dsr_share_below_ok(65636));
	KUNIT_EXPECT_FALSE(test, dsr_share_below_ok(65637));
	KUNIT_EXPECT_FALSE(test, dsr_share_below_ok(U32_MAX));
}

static void a_weight_grows_in_sixteen_steps(struct kunit *test)
{
	u32 age, step, last = 0;

	for (age = 0; age <= 100; age++) {
		step = dsr_share_step(age, 100);
		KUNIT_EXPECT_LE(test, step - last, age ? 1u : 16u);
		last = step;
	}
	KUNIT_EXPECT_EQ(test, dsr_share_step(0, 100), 1);
	KUNIT_EXPECT_EQ(test, dsr_share_step(-5, 100), 1);
	KUNIT_EXPECT_EQ(test, dsr_share_step(99, 100), 15);
	KUNIT_EXPECT_EQ(test, dsr_share_step(100, 100), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_step(0, 0), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_step(S64_MAX, 1), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_step(2147482, 2147483), 15);
}

static void weights_stay_within_16_bits_and_above_0(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dsr_share_scale(1), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_scale(4095), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_scale(4096), 1);
	KUNIT_EXPECT_EQ(test, dsr_share_scale(65535), 1);

	KUNIT_EXPECT_EQ(test, dsr_share_weight(1, 16, 1), 1);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(1, 16, 16), 16);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(4095, 16, 16), 65520);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(65535, 1, 16), 65535);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(65535, 1, 1), 4095);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(3, 1, 1), 1);
	KUNIT_EXPECT_EQ(test, dsr_share_weight(7, 1, 16), 7);
}

static void a_limit_holds_until_flows_are_down_to_the_minimum(struct kunit *test)
{
	KUNIT_EXPECT_FALSE(test, dsr_share_limited(false, 99, 50, 100));
	KUNIT_EXPECT_TRUE(test, dsr_share_limited(false, 100, 50, 100));
	KUNIT_EXPECT_TRUE(test, dsr_share_limited(true, 51, 50, 100));
	KUNIT_EXPECT_FALSE(test, dsr_share_limited(true, 50, 50, 100));
	/* three quarters by default */
	KUNIT_EXPECT_TRUE(test, dsr_share_limited(true, 76, 0, 100));
	KUNIT_EXPECT_FALSE(test, dsr_share_limited(true, 75, 0, 100));
	KUNIT_EXPECT_TRUE(test, dsr_share_limited(true, 1, 0, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_limited(true, 0, 0, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_limited(true, 3221225472u, 0,
						  U32_MAX));
	/* none */
	KUNIT_EXPECT_FALSE(test, dsr_share_limited(true, U64_MAX, 0, 0));
}

static void the_fewest_flows_for_the_weight_are_the_lightest(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dsr_share_lighter(1, 1, 2, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_lighter(2, 1, 2, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_lighter(3, 1, 2, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_lighter(0, 2, 0, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_lighter(8, 10, 0, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_lighter(9, 10, 0, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_lighter(U32_MAX - 1, 65535, U32_MAX,
						  65535));
}

static void an_idle_backend_comes_first(struct kunit *test)
{
	KUNIT_EXPECT_TRUE(test, dsr_share_idler(0, 1, 1, 65535));
	KUNIT_EXPECT_FALSE(test, dsr_share_idler(1, 65535, 0, 1));
	/* otherwise, and among idle ones, the weight decides */
	KUNIT_EXPECT_TRUE(test, dsr_share_idler(0, 2, 0, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_idler(0, 1, 0, 1));
	KUNIT_EXPECT_TRUE(test, dsr_share_idler(3, 5, 1, 1));
	KUNIT_EXPECT_FALSE(test, dsr_share_idler(1, 1, 3, 5));
}

static struct kunit_case share_cases[] = {
	KUNIT_CASE(a_service_fails_open_below_a_number),
	KUNIT_CASE(a_percentage_is_rounded_up),
	KUNIT_CASE(it_takes_more_healthy_backends_to_end_than_to_begin),
	KUNIT_CASE(fail_open_below_has_two_ranges),
	KUNIT_CASE(worse_priorities_stand_in_for_too_few_better_ones),
	KUNIT_CASE(a_weight_grows_in_sixteen_steps),
	KUNIT_CASE(weights_stay_within_16_bits_and_above_0),
	KUNIT_CASE(a_limit_holds_until_flows_are_down_to_the_minimum),
	KUNIT_CASE(the_fewest_flows_for_the_weight_are_the_lightest),
	KUNIT_CASE(an_idle_backend_comes_first),
	{}
};

static struct kunit_suite share_suite = {
	.name = "nf_dsr_share",
	.test_cases = share_cases,
};

kunit_test_suite(share_suite);

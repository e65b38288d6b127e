// SPDX-License-Identifier: GPL-2.0
/* Tests of weighted round robin. */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "../../kmod/lib/wrr.c"
#include "array.h"

struct layout {
	struct dsr_wrr_backend *backends;
	u16 *sequence;
	u32 length;
	u32 n;
};

static struct layout lay_out(struct kunit *test, const u32 *weights, u32 n)
{
	struct layout l = { .n = n };
	u32 i;

	l.backends = array_alloc(test, n, sizeof(*l.backends));
	for (i = 0; i < n; i++) {
		l.backends[i].weight = weights[i];
		l.backends[i].index = i;
	}
	l.length = dsr_wrr_length(l.backends, n);
	l.sequence = array_alloc(test, l.length, sizeof(*l.sequence));
	memset(l.sequence, 0xff, l.length * sizeof(*l.sequence));
	dsr_wrr_fill(l.sequence, l.length, l.backends, n);
	return l;
}

static u32 *equal_weights(struct kunit *test, u32 n, u32 weight)
{
	u32 *weights = array_alloc(test, n, sizeof(*weights));
	u32 i;

	for (i = 0; i < n; i++)
		weights[i] = weight;
	return weights;
}

static u32 *count_turns(struct kunit *test, const struct layout *l)
{
	u32 *count = array_alloc(test, l->n, sizeof(*count));
	u32 i;

	for (i = 0; i < l->length; i++) {
		KUNIT_ASSERT_LT(test, l->sequence[i], l->n);
		count[l->sequence[i]]++;
	}
	return count;
}

static void expect_sequence(struct kunit *test, const u32 *weights, u32 n,
			    const u16 *expected, u32 length)
{
	struct layout l = lay_out(test, weights, n);

	KUNIT_ASSERT_EQ(test, l.length, length);
	KUNIT_EXPECT_MEMEQ(test, l.sequence, expected,
			   length * sizeof(*expected));
}

static void heavy_backend_is_spread_between_the_others(struct kunit *test)
{
	static const u32 weights[] = { 5, 1, 1 };
	static const u16 expected[] = { 0, 0, 1, 0, 2, 0, 0 };

	expect_sequence(test, weights, ARRAY_SIZE(weights), expected,
			ARRAY_SIZE(expected));
}

static void order_of_entry_decides_among_equals(struct kunit *test)
{
	static const u32 weights[] = { 1, 2, 1, 2 };
	static const u16 expected[] = { 1, 3, 0, 2, 1, 3 };

	expect_sequence(test, weights, ARRAY_SIZE(weights), expected,
			ARRAY_SIZE(expected));
}

static void equal_weights_are_round_robin(struct kunit *test)
{
	static const u32 sizes[] = { 1, 2, 3, 1000, 65535 };
	struct layout l;
	u32 i, pos;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		l = lay_out(test, equal_weights(test, sizes[i], 7), sizes[i]);
		KUNIT_ASSERT_EQ(test, l.length, sizes[i]);
		for (pos = 0; pos < l.length; pos++)
			KUNIT_ASSERT_EQ(test, l.sequence[pos], pos);
	}
}

static void common_divisor_does_not_lengthen_the_sequence(struct kunit *test)
{
	static const u32 weights[] = { 30000, 10000, 20000 };
	static const u16 expected[] = { 0, 2, 0, 1, 2, 0 };

	expect_sequence(test, weights, ARRAY_SIZE(weights), expected,
			ARRAY_SIZE(expected));
}

/* The caller sets a backend's index, which need not be its place in the order of entry.
 */
static void sequence_holds_the_given_index(struct kunit *test)
{
	struct dsr_wrr_backend backends[] = {
		{ .weight = 2, .index = 700 }, { .weight = 1, .index = 3 },
	};
	static const u16 expected[] = { 700, 3, 700 };
	u16 sequence[3];

	KUNIT_ASSERT_EQ(test, dsr_wrr_length(backends, 2), 3);
	dsr_wrr_fill(sequence, 3, backends, 2);
	KUNIT_EXPECT_MEMEQ(test, sequence, expected, sizeof(expected));
}

/* Fill a sequence by the common form of the algorithm, with a credit for each backend. */
static void lay_out_naively(u16 *sequence, u32 length, const u32 *weights,
			    u32 n, s64 *credit)
{
	u32 i, step, best;
	s64 total = 0;

	for (i = 0; i < n; i++) {
		credit[i] = 0;
		total += weights[i];
	}
	for (step = 0; step < length; step++) {
		for (i = 0; i < n; i++)
			credit[i] += weights[i];
		for (best = 0, i = 1; i < n; i++) {
			if (credit[i] > credit[best])
				best = i;
		}
		credit[best] -= total;
		sequence[step] = best;
	}
}

/* Compare two sequences. KUNIT_EXPECT_MEMEQ() would print all of both. */
static void expect_same_sequence(struct kunit *test, const u16 *left,
				 const u16 *right, u32 length)
{
	u32 same = 0;

	while (same < length && left[same] == right[same])
		same++;
	KUNIT_ASSERT_EQ(test, same, length);
}

static void equals_the_naive_sequence(struct kunit *test)
{
	u32 *weights = array_alloc(test, 64, sizeof(*weights));
	s64 *credit = array_alloc(test, 64, sizeof(*credit));
	u16 *naive = array_alloc(test, DSR_WRR_MAX, sizeof(*naive));
	struct rnd_state random;
	struct layout l;
	u32 round, i, n, limit;

	prandom_seed_state(&random, 511);
	for (round = 0; round < 300; round++) {
		n = 1 + prandom_u32_state(&random) % 64;
		limit = 1 + prandom_u32_state(&random) % 40;
		for (i = 0; i < n; i++)
			weights[i] = 1 + prandom_u32_state(&random) % limit;
		l = lay_out(test, weights, n);
		lay_out_naively(naive, l.length, weights, n, credit);
		expect_same_sequence(test, l.sequence, naive, l.length);
	}
}

static void turns_are_the_weights_exactly_where_they_fit(struct kunit *test)
{
	static const u32 weights[] = { 9000, 7001, 300, 82, 1 };
	struct layout l = lay_out(test, weights, ARRAY_SIZE(weights));
	u32 *count = count_turns(test, &l);
	u32 i;

	KUNIT_EXPECT_EQ(test, l.length, DSR_WRR_MAX);
	for (i = 0; i < l.n; i++)
		KUNIT_EXPECT_EQ(test, count[i], weights[i]);
}

static void greater_weights_are_scaled_in_proportion(struct kunit *test)
{
	static const u32 weights[] = { 65535, 32768, 16001, 8000 };
	const u32 total = 122304;
	struct layout l = lay_out(test, weights, ARRAY_SIZE(weights));
	u32 *count = count_turns(test, &l);
	u32 i;

	KUNIT_EXPECT_LE(test, l.length, DSR_WRR_MAX + l.n);
	KUNIT_EXPECT_GE(test, l.length, DSR_WRR_MAX - l.n);
	for (i = 0; i < l.n; i++) {
		u32 wanted = weights[i] * DSR_WRR_MAX / total;

		KUNIT_EXPECT_GE(test, count[i], wanted - 1);
		KUNIT_EXPECT_LE(test, count[i], wanted + 1);
	}
}

static void scaled_weights_are_reduced_again(struct kunit *test)
{
	static const u32 weights[] = { 65535, 65534 };
	static const u16 expected[] = { 0, 1 };

	expect_sequence(test, weights, ARRAY_SIZE(weights), expected,
			ARRAY_SIZE(expected));
}

static void lightest_backend_has_a_turn(struct kunit *test)
{
	u32 *weights = equal_weights(test, 1000, 1);
	struct layout l;
	u32 *count, i;

	weights[500] = 65535;
	l = lay_out(test, weights, 1000);
	count = count_turns(test, &l);
	for (i = 0; i < l.n; i++) {
		if (i != 500)
			KUNIT_EXPECT_EQ(test, count[i], 1);
	}
	KUNIT_EXPECT_GT(test, count[500], DSR_WRR_MAX * 9 / 10);
}

static void greatest_pool_has_a_turn_for_each(struct kunit *test)
{
	u32 *weights = equal_weights(test, 65535, 65535);
	struct layout l;
	u32 *count, i;

	for (i = 0; i < 65535; i += 2)
		weights[i] = 1 + i;
	l = lay_out(test, weights, 65535);
	count = count_turns(test, &l);
	for (i = 0; i < l.n; i++)
		KUNIT_ASSERT_GT(test, count[i], 0);
}

static struct kunit_case wrr_cases[] = {
	KUNIT_CASE(heavy_backend_is_spread_between_the_others),
	KUNIT_CASE(order_of_entry_decides_among_equals),
	KUNIT_CASE(equal_weights_are_round_robin),
	KUNIT_CASE(common_divisor_does_not_lengthen_the_sequence),
	KUNIT_CASE(sequence_holds_the_given_index),
	KUNIT_CASE(equals_the_naive_sequence),
	KUNIT_CASE(turns_are_the_weights_exactly_where_they_fit),
	KUNIT_CASE(greater_weights_are_scaled_in_proportion),
	KUNIT_CASE(scaled_weights_are_reduced_again),
	KUNIT_CASE(lightest_backend_has_a_turn),
	KUNIT_CASE(greatest_pool_has_a_turn_for_each),
	{}
};

static struct kunit_suite wrr_suite = {
	.name = "nf_dsr_wrr",
	.test_cases = wrr_cases,
};

kunit_test_suite(wrr_suite);

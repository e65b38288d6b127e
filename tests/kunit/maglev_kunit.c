// SPDX-License-Identifier: GPL-2.0
/* Tests of the tables of the consistent hash (Maglev). */
#include <kunit/test.h>
#include <linux/prandom.h>

#include "../../kmod/lib/maglev.c"
#include "array.h"

/* Large enough that the shares of a thousand backends are exact to one percent. */
#define SLOTS	65537

/* A pool to fill tables from: the backends' hashes, weights and indexes, in the order of
 * entry. dsr_maglev_fill() works on copies of them.
 */
struct pool {
	struct kunit *test;
	struct dsr_maglev_backend *entered;
	struct dsr_maglev_backend *scratch;
	u32 n;
};

static u16 *new_table(struct kunit *test)
{
	return array_alloc(test, SLOTS, sizeof(u16));
}

/* Return a random hash, as uniform as those of addresses, and the same in every run. */
static u64 some_hash(struct rnd_state *random)
{
	u64 high = prandom_u32_state(random);

	return high << 32 | prandom_u32_state(random);
}

static void pool_init(struct kunit *test, struct pool *pool, u32 n, u32 weight)
{
	struct rnd_state random;
	u32 i;

	pool->test = test;
	pool->n = n;
	pool->entered = array_alloc(test, n, sizeof(*pool->entered));
	pool->scratch = array_alloc(test, n, sizeof(*pool->scratch));
	prandom_seed_state(&random, 65537);
	for (i = 0; i < n; i++) {
		pool->entered[i].hash = some_hash(&random);
		pool->entered[i].weight = weight;
		pool->entered[i].index = i;
	}
}

static void pool_fill(struct pool *pool, u16 *table, u32 slots)
{
	memcpy(pool->scratch, pool->entered, pool->n * sizeof(*pool->entered));
	dsr_maglev_fill(table, slots, pool->scratch, pool->n);
}

/* Remove the backend at @pos. The others keep their index. */
static void pool_remove(struct pool *pool, u32 pos)
{
	memmove(pool->entered + pos, pool->entered + pos + 1,
		(pool->n - pos - 1) * sizeof(*pool->entered));
	pool->n--;
}

static u32 *count_slots(struct pool *pool, const u16 *table, u32 slots)
{
	u32 *count = array_alloc(pool->test, pool->n, sizeof(*count));
	u32 i;

	for (i = 0; i < slots; i++) {
		KUNIT_ASSERT_LT(pool->test, table[i], pool->n);
		count[table[i]]++;
	}
	return count;
}

/* Return how many slots moved from one backend to another, without those of @gone. */
static u32 moved(const u16 *before_it, const u16 *after_it, u32 gone)
{
	u32 i, slots = 0;

	for (i = 0; i < SLOTS; i++)
		slots += before_it[i] != after_it[i] && before_it[i] != gone;
	return slots;
}

/* Compare two tables. KUNIT_EXPECT_MEMEQ() would print both tables byte by byte, which
 * takes hours.
 */
static void expect_same_table(struct kunit *test, const u16 *left,
			      const u16 *right, u32 slots)
{
	u32 same = 0;

	while (same < slots && left[same] == right[same])
		same++;
	KUNIT_EXPECT_EQ(test, same, slots);
}

static void expect_exact_shares(struct pool *pool)
{
	u16 *table = new_table(pool->test);
	u64 total = 0;
	u32 *count;
	u32 i;

	for (i = 0; i < pool->n; i++)
		total += pool->entered[i].weight;
	pool_fill(pool, table, SLOTS);
	count = count_slots(pool, table, SLOTS);
	for (i = 0; i < pool->n; i++) {
		u64 wanted = (u64)SLOTS * pool->entered[i].weight;

		KUNIT_EXPECT_LE(pool->test, count[i] * total * 100,
				wanted * 101);
		KUNIT_EXPECT_GE(pool->test, count[i] * total * 100,
				wanted * 99);
	}
}

static void shares_of_few_weights_are_within_a_hundredth(struct kunit *test)
{
	static const u32 weights[] = { 1, 2, 3, 10, 100 };
	struct pool pool;
	u32 i;

	pool_init(test, &pool, ARRAY_SIZE(weights), 0);
	for (i = 0; i < ARRAY_SIZE(weights); i++)
		pool.entered[i].weight = weights[i];
	expect_exact_shares(&pool);
}

static void shares_of_1000_equals_are_within_a_hundredth(struct kunit *test)
{
	struct pool pool;

	pool_init(test, &pool, 1000, 1);
	expect_exact_shares(&pool);
}

/* The weight of each light backend is worth two thirds of a slot: some get one and others
 * none. All of them together get their share, and so does the heavy backend.
 */
static void light_backends_together_get_their_share(struct kunit *test)
{
	const u32 n = 30000;
	u16 *table = new_table(test);
	struct pool pool;
	u64 total, wanted;
	u32 *count;

	pool_init(test, &pool, n + 1, 1);
	pool.entered[0].weight = 65535;
	total = 65535 + n;
	wanted = (u64)SLOTS * 65535;
	pool_fill(&pool, table, SLOTS);
	count = count_slots(&pool, table, SLOTS);
	KUNIT_EXPECT_LE(test, count[0] * total * 100, wanted * 101);
	KUNIT_EXPECT_GE(test, count[0] * total * 100, wanted * 99);
}

static void single_backend_gets_all(struct kunit *test)
{
	u16 *table = new_table(test);
	struct pool pool;
	u32 *count;

	pool_init(test, &pool, 1, 65535);
	pool_fill(&pool, table, SLOTS);
	count = count_slots(&pool, table, SLOTS);
	KUNIT_EXPECT_EQ(test, count[0], SLOTS);
}

static void as_many_backends_as_allowed_share_the_table(struct kunit *test)
{
	u16 *table = new_table(test);
	struct pool pool;
	u32 *count, i;

	pool_init(test, &pool, 65535, 65535);
	pool_fill(&pool, table, SLOTS);
	count = count_slots(&pool, table, SLOTS);
	for (i = 0; i < pool.n; i++)
		KUNIT_EXPECT_LE(test, count[i], 2);
}

static void random_weights(struct pool *pool, u32 seed, u32 limit)
{
	struct rnd_state random;
	u32 i;

	prandom_seed_state(&random, seed);
	for (i = 0; i < pool->n; i++)
		pool->entered[i].weight = 1 + prandom_u32_state(&random) % limit;
}

static void order_of_entry_does_not_matter(struct kunit *test)
{
	u16 *first = new_table(test), *second = new_table(test);
	struct rnd_state random;
	struct pool pool;
	u32 i, j;

	pool_init(test, &pool, 100, 1);
	random_weights(&pool, 1, 10);
	pool_fill(&pool, first, SLOTS);

	prandom_seed_state(&random, 2);
	for (i = pool.n; i > 1; i--) {
		j = prandom_u32_state(&random) % i;
		swap(pool.entered[i - 1], pool.entered[j]);
	}
	pool_fill(&pool, second, SLOTS);
	expect_same_table(test, first, second, SLOTS);
}

static void only_the_ratio_of_weights_matters(struct kunit *test)
{
	u16 *first = new_table(test), *second = new_table(test);
	struct pool pool;
	u32 i;

	pool_init(test, &pool, 50, 1);
	random_weights(&pool, 3, 100);
	pool_fill(&pool, first, SLOTS);
	for (i = 0; i < pool.n; i++)
		pool.entered[i].weight *= 655;
	pool_fill(&pool, second, SLOTS);
	expect_same_table(test, first, second, SLOTS);
}

static void other_hashes_give_another_table(struct kunit *test)
{
	u16 *first = new_table(test), *second = new_table(test);
	struct pool pool;
	u32 i;

	pool_init(test, &pool, 10, 1);
	pool_fill(&pool, first, SLOTS);
	for (i = 0; i < pool.n; i++)
		pool.entered[i].hash = ~pool.entered[i].hash;
	pool_fill(&pool, second, SLOTS);
	KUNIT_EXPECT_GT(test, moved(first, second, SLOTS), SLOTS * 4 / 5);
}

/* The measured value is at most 0.6 % of the table. */
static void removal_moves_few_slots_of_the_others(struct kunit *test)
{
	static const u32 sizes[] = { 2, 10, 100, 1000 };
	u16 *with = new_table(test), *without = new_table(test);
	struct pool pool;
	u32 i, pos, slots;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		pos = sizes[i] / 2;
		pool_init(test, &pool, sizes[i], 1);
		pool_fill(&pool, with, SLOTS);
		pool_remove(&pool, pos);
		pool_fill(&pool, without, SLOTS);
		slots = moved(with, without, pos);
		kunit_info(test, "1 of %u removed: %u slots of the others moved",
			   sizes[i], slots);
		KUNIT_EXPECT_LT(test, slots, SLOTS / 100);
	}
}

static void change_of_a_weight_moves_few_slots_of_the_others(struct kunit *test)
{
	u16 *heavy = new_table(test), *light = new_table(test);
	struct pool pool;

	pool_init(test, &pool, 100, 100);
	pool_fill(&pool, heavy, SLOTS);
	pool.entered[50].weight = 50;
	pool_fill(&pool, light, SLOTS);
	KUNIT_EXPECT_LT(test, moved(heavy, light, 50), SLOTS / 100);
}

/* Fill a table as the Maglev paper describes it: with whole permutations instead of a
 * walk, and with a search through all backends instead of a heap.
 */
static void fill_naively(u16 *table, u32 slots,
			 const struct dsr_maglev_backend *b, u32 n,
			 u32 *preferred, u32 *turns)
{
	u32 i, slot, filled, best;

	memset(table, 0xff, slots * sizeof(*table));
	memset(preferred, 0, n * sizeof(*preferred));
	memset(turns, 0, n * sizeof(*turns));
	for (filled = 0; filled < slots; filled++) {
		for (best = 0, i = 1; i < n; i++) {
			u64 mine = ((u64)turns[i] + 1) * 65536 -
				   (b[i].hash & 0xffff);
			u64 its = ((u64)turns[best] + 1) * 65536 -
				  (b[best].hash & 0xffff);

			if (mine * b[best].weight < its * b[i].weight ||
			    (mine * b[best].weight == its * b[i].weight &&
			     b[i].hash < b[best].hash))
				best = i;
		}
		do {
			u64 offset = (b[best].hash >> 32) * slots >> 32;
			u64 skip = ((b[best].hash & 0xffffffff) *
				    (slots - 1) >> 32) + 1;

			slot = (offset + preferred[best]++ * skip) % slots;
		} while (table[slot] != 0xffff);
		table[slot] = b[best].index;
		turns[best]++;
	}
}

/* Give every other backend the same phase, so that the hash must break ties. */
static void share_phases(struct pool *pool)
{
	u32 i;

	for (i = 0; i < pool->n; i += 2)
		pool->entered[i].hash |= 0xffff;
}

static void equals_the_naive_table(struct kunit *test)
{
	static const struct {
		u32 slots, n, max_weight;
	} sizes[] = {
		{ 3, 3, 1 }, { 13, 2, 5 }, { 251, 1, 9 }, { 251, 250, 1 },
		{ 1009, 40, 300 }, { 4099, 100, 65535 }, { SLOTS, 7, 100 },
	};
	u16 *table = new_table(test), *naive = new_table(test);
	u32 *preferred = array_alloc(test, SLOTS, sizeof(u32));
	u32 *turns = array_alloc(test, SLOTS, sizeof(u32));
	struct pool pool;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sizes); i++) {
		pool_init(test, &pool, sizes[i].n, 1);
		random_weights(&pool, i, sizes[i].max_weight);
		share_phases(&pool);
		pool_fill(&pool, table, sizes[i].slots);
		fill_naively(naive, sizes[i].slots, pool.entered, pool.n,
			     preferred, turns);
		expect_same_table(test, table, naive, sizes[i].slots);
	}
}

static void every_hash_has_a_slot(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, dsr_maglev_slot(0, SLOTS), 0);
	KUNIT_EXPECT_EQ(test, dsr_maglev_slot(~0ull, SLOTS), SLOTS - 1);
	KUNIT_EXPECT_EQ(test, dsr_maglev_slot(1ull << 63, SLOTS), SLOTS / 2);
	KUNIT_EXPECT_EQ(test, dsr_maglev_slot(~0ull, 2), 1);
}

static void tables_have_a_prime_of_slots_within_limits(struct kunit *test)
{
	static const u32 good[] = {
		251, 509, 1021, 2039, 4093, 8191, 16381, 32749, 65521, 65537,
		131071,
	};
	/* squares of primes, products of two primes, and too small or large numbers */
	static const u32 bad[] = {
		0, 1, 2, 241, 250, 252, 289, 4087, 65535, 65536, 130321,
		131070, 131072, 131101, U32_MAX,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(good); i++)
		KUNIT_EXPECT_TRUE(test, dsr_maglev_slots_ok(good[i]));
	for (i = 0; i < ARRAY_SIZE(bad); i++)
		KUNIT_EXPECT_FALSE(test, dsr_maglev_slots_ok(bad[i]));
}

static struct kunit_case maglev_cases[] = {
	KUNIT_CASE(shares_of_few_weights_are_within_a_hundredth),
	KUNIT_CASE(shares_of_1000_equals_are_within_a_hundredth),
	KUNIT_CASE(light_backends_together_get_their_share),
	KUNIT_CASE(single_backend_gets_all),
	KUNIT_CASE(as_many_backends_as_allowed_share_the_table),
	KUNIT_CASE(order_of_entry_does_not_matter),
	KUNIT_CASE(only_the_ratio_of_weights_matters),
	KUNIT_CASE(other_hashes_give_another_table),
	KUNIT_CASE(removal_moves_few_slots_of_the_others),
	KUNIT_CASE(change_of_a_weight_moves_few_slots_of_the_others),
	KUNIT_CASE(equals_the_naive_table),
	KUNIT_CASE(every_hash_has_a_slot),
	KUNIT_CASE(tables_have_a_prime_of_slots_within_limits),
	{}
};

static struct kunit_suite maglev_suite = {
	.name = "nf_dsr_maglev",
	.test_cases = maglev_cases,
};

kunit_test_suite(maglev_suite);

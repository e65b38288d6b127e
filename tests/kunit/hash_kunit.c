// SPDX-License-Identifier: GPL-2.0
/* Tests of the hashes of flows and of backends. */
#include <kunit/test.h>

#include "../../kmod/lib/hash.c"
#include "../../kmod/lib/maglev.h"

#define ANOTHER_SEED	0x0123456789abcdef

static const struct dsr_tuple tuple4 = {
	.family = AF_INET,
	.proto = IPPROTO_TCP,
	.src.ip = cpu_to_be32(0xc6336407),	/* 198.51.100.7 */
	.dst.ip = cpu_to_be32(0xc0000201),	/* 192.0.2.1 */
	.sport = cpu_to_be16(40000),
	.dport = cpu_to_be16(443),
};

/* 2001:db8:c100::7 to 2001:db8:be00::5301 */
static const struct dsr_tuple tuple6 = {
	.family = AF_INET6,
	.proto = IPPROTO_UDP,
	.src.ip6 = { cpu_to_be32(0x20010db8), cpu_to_be32(0xc1000000), 0,
		     cpu_to_be32(7) },
	.dst.ip6 = { cpu_to_be32(0x20010db8), cpu_to_be32(0xbe000000), 0,
		     cpu_to_be32(0x5301) },
	.sport = cpu_to_be16(40000),
	.dport = cpu_to_be16(443),
};

static const union nf_inet_addr backend4 = {
	.ip = cpu_to_be32(0x0a010133),		/* 10.1.1.51 */
};

static const union nf_inet_addr backend6 = {	/* 2001:db8::51 */
	.ip6 = { cpu_to_be32(0x20010db8), 0, 0, cpu_to_be32(0x51) },
};

static u64 hash(const struct dsr_tuple *tuple, u64 seed)
{
	siphash_key_t key;

	dsr_hash_seed(&key, seed);
	return dsr_hash_tuple(tuple, &key);
}

static u64 hash_addr(u8 family, const union nf_inet_addr *addr, u64 seed)
{
	siphash_key_t key;

	dsr_hash_seed(&key, seed);
	return dsr_hash_addr(family, addr, &key);
}

/* The values come from an independent SipHash-2-4 in Python, which was checked with the
 * test vector of the SipHash paper. They must never change: directors with different
 * releases must agree.
 */
static void hashes_are_the_same_on_every_machine(struct kunit *test)
{
	KUNIT_EXPECT_EQ(test, hash(&tuple4, 0), 0xfb81afccd6cc8c42ull);
	KUNIT_EXPECT_EQ(test, hash(&tuple6, 0), 0xf021f1a088ae3be0ull);
	KUNIT_EXPECT_EQ(test, hash(&tuple4, ANOTHER_SEED),
			0x72d428fe0d1ea76full);
	KUNIT_EXPECT_EQ(test, hash(&tuple6, ANOTHER_SEED),
			0x16d1ee0062384c49ull);
	KUNIT_EXPECT_EQ(test, hash_addr(AF_INET, &backend4, 0),
			0x8204cf85e68b691cull);
	KUNIT_EXPECT_EQ(test, hash_addr(AF_INET6, &backend6, 0),
			0xce90dc75cbfbb462ull);
	KUNIT_EXPECT_EQ(test, hash_addr(AF_INET, &backend4, ANOTHER_SEED),
			0x039ed60f2f3e546bull);
	KUNIT_EXPECT_EQ(test, hash_addr(AF_INET6, &backend6, ANOTHER_SEED),
			0xa5e2710b0608aee4ull);
}

static void flip_bits(struct kunit *test, const struct dsr_tuple *tuple,
		      u32 offset, u32 size)
{
	struct dsr_tuple other = *tuple;
	u8 *field = (u8 *)&other + offset;
	u32 bit;

	for (bit = 0; bit < size * 8; bit++) {
		field[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_NE(test, hash(&other, 0), hash(tuple, 0));
		field[bit / 8] ^= 1 << bit % 8;
	}
}

static void every_bit_of_the_tuple_matters(struct kunit *test)
{
	const struct dsr_tuple *tuples[] = { &tuple4, &tuple6 };
	u32 i, size;

	for (i = 0; i < ARRAY_SIZE(tuples); i++) {
		size = tuples[i]->family == AF_INET ? 4 : 16;
		flip_bits(test, tuples[i], offsetof(struct dsr_tuple, src),
			  size);
		flip_bits(test, tuples[i], offsetof(struct dsr_tuple, dst),
			  size);
		flip_bits(test, tuples[i], offsetof(struct dsr_tuple, sport),
			  2);
		flip_bits(test, tuples[i], offsetof(struct dsr_tuple, dport),
			  2);
		flip_bits(test, tuples[i], offsetof(struct dsr_tuple, proto),
			  1);
	}
}

static void every_bit_of_an_address_matters(struct kunit *test)
{
	union nf_inet_addr addr = backend6;
	u32 bit;

	for (bit = 0; bit < 128; bit++) {
		((u8 *)&addr)[bit / 8] ^= 1 << bit % 8;
		KUNIT_EXPECT_NE(test, hash_addr(AF_INET6, &addr, 0),
				hash_addr(AF_INET6, &backend6, 0));
		((u8 *)&addr)[bit / 8] ^= 1 << bit % 8;
	}
	addr = backend4;
	for (bit = 0; bit < 32; bit++) {
		addr.ip ^= cpu_to_be32(1u << bit);
		KUNIT_EXPECT_NE(test, hash_addr(AF_INET, &addr, 0),
				hash_addr(AF_INET, &backend4, 0));
		addr.ip ^= cpu_to_be32(1u << bit);
	}
}

static void source_and_destination_are_not_the_same(struct kunit *test)
{
	struct dsr_tuple turned = tuple4;

	turned.src = tuple4.dst;
	turned.dst = tuple4.src;
	KUNIT_EXPECT_NE(test, hash(&turned, 0), hash(&tuple4, 0));

	turned = tuple4;
	turned.sport = tuple4.dport;
	turned.dport = tuple4.sport;
	KUNIT_EXPECT_NE(test, hash(&turned, 0), hash(&tuple4, 0));
}

/* Return true if, with this choice of fields, the hash depends on the byte at @offset. */
static bool counts(u8 choice, const struct dsr_tuple *tuple, u32 offset)
{
	struct dsr_tuple other = *tuple;
	siphash_key_t key;

	dsr_hash_seed(&key, 0);
	((u8 *)&other)[offset] ^= 1;
	return dsr_hash_choice(&other, choice, &key) !=
	       dsr_hash_choice(tuple, choice, &key);
}

static void what_is_chosen_counts_and_nothing_else(struct kunit *test)
{
	static const u32 offsets[] = {
		offsetof(struct dsr_tuple, src), offsetof(struct dsr_tuple, dst),
		offsetof(struct dsr_tuple, sport),
		offsetof(struct dsr_tuple, dport),
		offsetof(struct dsr_tuple, proto),
	};
	static const char *const expected[] = {
		[NF_DSR_HASH_5_TUPLE] = "yyyyy", [NF_DSR_HASH_SOURCE] = "ynnnn",
		[NF_DSR_HASH_SOURCE_PORT] = "ynynn",
		[NF_DSR_HASH_DESTINATION] = "nynnn",
	};
	u32 choice, i;

	for (choice = 0; choice < ARRAY_SIZE(expected); choice++) {
		for (i = 0; i < ARRAY_SIZE(offsets); i++) {
			bool wanted = expected[choice][i] == 'y';

			KUNIT_EXPECT_EQ(test, counts(choice, &tuple4, offsets[i]),
					wanted);
			KUNIT_EXPECT_EQ(test, counts(choice, &tuple6, offsets[i]),
					wanted);
		}
	}
}

static void every_seed_gives_another_key_and_hash(struct kunit *test)
{
	siphash_key_t zero, other;
	u32 bit;

	dsr_hash_seed(&zero, 0);
	for (bit = 0; bit < 64; bit++) {
		u64 seed = 1ull << bit;

		dsr_hash_seed(&other, seed);
		KUNIT_EXPECT_MEMNEQ(test, &zero, &other, sizeof(zero));
		KUNIT_EXPECT_NE(test, hash(&tuple4, seed), hash(&tuple4, 0));
		KUNIT_EXPECT_NE(test, hash(&tuple6, seed), hash(&tuple6, 0));
		KUNIT_EXPECT_NE(test, hash_addr(AF_INET, &backend4, seed),
				hash_addr(AF_INET, &backend4, 0));
	}
}

#define BINS		256
#define PER_BIN		256

/* Return the chi-square value of counts that should be uniform over BINS. It is about 255
 * for a uniform distribution, and above 370 once in a million times. The hashes do not
 * change, so the result of the test does not depend on chance.
 */
static u32 spread(const u32 *count)
{
	u32 i, sum = 0;

	for (i = 0; i < BINS; i++) {
		s32 off = count[i] - PER_BIN;

		sum += off * off;
	}
	return sum / PER_BIN;
}

/* Consecutive addresses and consecutive ports, as those of real clients. */
static void similar_tuples_spread_evenly(struct kunit *test)
{
	const struct dsr_tuple *tuples[] = { &tuple4, &tuple6 };
	u32 *low = kunit_kcalloc(test, BINS, sizeof(*low), GFP_KERNEL);
	u32 *slot = kunit_kcalloc(test, BINS, sizeof(*slot), GFP_KERNEL);
	struct dsr_tuple tuple;
	u32 i, n;
	u64 h;

	KUNIT_ASSERT_NOT_NULL(test, low);
	KUNIT_ASSERT_NOT_NULL(test, slot);
	for (i = 0; i < ARRAY_SIZE(tuples); i++) {
		memset(low, 0, BINS * sizeof(*low));
		memset(slot, 0, BINS * sizeof(*slot));
		tuple = *tuples[i];
		for (n = 0; n < BINS * PER_BIN; n++) {
			tuple.src.ip6[tuple.family == AF_INET ? 0 : 3] =
				htonl(0xc6336400 + n / 256);
			tuple.sport = htons(32768 + n % 256);
			h = hash(&tuple, 0);
			low[h % BINS]++;
			slot[dsr_maglev_slot(h, BINS)]++;
		}
		KUNIT_EXPECT_LT(test, spread(low), 370);
		KUNIT_EXPECT_LT(test, spread(slot), 370);
	}
}

static struct kunit_case hash_cases[] = {
	KUNIT_CASE(hashes_are_the_same_on_every_machine),
	KUNIT_CASE(every_bit_of_the_tuple_matters),
	KUNIT_CASE(every_bit_of_an_address_matters),
	KUNIT_CASE(source_and_destination_are_not_the_same),
	KUNIT_CASE(what_is_chosen_counts_and_nothing_else),
	KUNIT_CASE(every_seed_gives_another_key_and_hash),
	KUNIT_CASE(similar_tuples_spread_evenly),
	{}
};

static struct kunit_suite hash_suite = {
	.name = "nf_dsr_hash",
	.test_cases = hash_cases,
};

kunit_test_suite(hash_suite);

// SPDX-License-Identifier: GPL-2.0
/* Tests of the sources and devices that services match. */
#include <kunit/test.h>

#include "../../kmod/filter.c"

#define CLIENT	0xc6336407	/* 198.51.100.7 */

static struct dsr_filter *filter_of(struct kunit *test, u8 family, u8 nr)
{
	struct dsr_filter *filter;

	filter = kunit_kzalloc(test, struct_size(filter, sources, nr),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, filter);
	filter->family = family;
	filter->nr = nr;
	return filter;
}

static void set_source(struct dsr_filter *filter, int i, u32 addr, u8 len)
{
	filter->sources[i].addr.ip = htonl(addr) & inet_make_mask(len);
	filter->sources[i].len = len;
}

static bool admits(const struct dsr_filter *filter, u32 addr)
{
	union nf_inet_addr src = { .ip = htonl(addr) };

	return dsr_filter_admits(filter, &src);
}

static bool takes(const struct dsr_filter *filter, u32 addr, int ifindex)
{
	union nf_inet_addr src = { .ip = htonl(addr) };

	return dsr_filter_matches(filter, &src, ifindex);
}

static void each_prefix_admits_its_addresses(struct kunit *test)
{
	struct dsr_filter *filter = filter_of(test, AF_INET, 2);

	set_source(filter, 0, CLIENT, 29);
	set_source(filter, 1, 1, 32);
	KUNIT_EXPECT_TRUE(test, admits(filter, CLIENT));
	KUNIT_EXPECT_TRUE(test, admits(filter, CLIENT - 7));
	KUNIT_EXPECT_FALSE(test, admits(filter, CLIENT - 8));
	KUNIT_EXPECT_FALSE(test, admits(filter, CLIENT + 1));
	KUNIT_EXPECT_TRUE(test, admits(filter, 1));
	KUNIT_EXPECT_FALSE(test, admits(filter, 0));
	set_source(filter, 1, 0, 0);
	KUNIT_EXPECT_TRUE(test, admits(filter, CLIENT + 1));
}

static void no_source_admits_everybody(struct kunit *test)
{
	struct dsr_filter *filter = filter_of(test, AF_INET, 0);

	KUNIT_EXPECT_TRUE(test, admits(filter, CLIENT));
	KUNIT_EXPECT_TRUE(test, takes(filter, CLIENT, 7));
}

static void ipv6_prefixes_end_anywhere(struct kunit *test)
{
	struct dsr_filter *filter = filter_of(test, AF_INET6, 1);
	union nf_inet_addr src = {
		.ip6 = { htonl(0x20010db8), htonl(0xabcfffff), 5, 6 },
	};

	filter->sources[0] = (struct dsr_prefix) {
		.addr.ip6 = { htonl(0x20010db8), htonl(0xabc00000) },
		.len = 44,
	};
	KUNIT_EXPECT_TRUE(test, dsr_filter_admits(filter, &src));
	src.ip6[1] = htonl(0xabd00000);
	KUNIT_EXPECT_FALSE(test, dsr_filter_admits(filter, &src));
}

static void others_are_taken_only_to_be_dropped(struct kunit *test)
{
	struct dsr_filter *filter = filter_of(test, AF_INET, 1);

	set_source(filter, 0, CLIENT, 32);
	KUNIT_EXPECT_TRUE(test, takes(filter, CLIENT, 7));
	KUNIT_EXPECT_FALSE(test, takes(filter, CLIENT + 1, 7));
	filter->drop = true;
	KUNIT_EXPECT_TRUE(test, takes(filter, CLIENT + 1, 7));
	KUNIT_EXPECT_FALSE(test, admits(filter, CLIENT + 1));
}

static void other_devices_are_never_taken(struct kunit *test)
{
	struct dsr_filter *filter = filter_of(test, AF_INET, 1);

	set_source(filter, 0, CLIENT, 32);
	filter->drop = true;
	filter->ifindex = 7;
	KUNIT_EXPECT_TRUE(test, takes(filter, CLIENT, 7));
	KUNIT_EXPECT_FALSE(test, takes(filter, CLIENT, 8));
	filter->ifindex = DSR_NO_DEVICE;
	KUNIT_EXPECT_FALSE(test, takes(filter, CLIENT, 7));
}

static struct kunit_case filter_cases[] = {
	KUNIT_CASE(each_prefix_admits_its_addresses),
	KUNIT_CASE(no_source_admits_everybody),
	KUNIT_CASE(ipv6_prefixes_end_anywhere),
	KUNIT_CASE(others_are_taken_only_to_be_dropped),
	KUNIT_CASE(other_devices_are_never_taken),
	{}
};

static struct kunit_suite filter_suite = {
	.name = "nf_dsr_filter",
	.test_cases = filter_cases,
};

kunit_test_suite(filter_suite);

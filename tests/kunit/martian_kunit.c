// SPDX-License-Identifier: GPL-2.0
/* Tests of the check for invalid sources. */
#include <kunit/test.h>
#include <linux/inet.h>

#include "../../kmod/lib/tuple.h"

static const char *const vips[] = { "192.0.2.80", "2001:db8:80::80" };

static const struct {
	const char *src;
	bool martian;
	bool of_link;
} sources[] = {
	{ "0.0.0.0", true },
	{ "0.0.0.1" },
	{ "1.0.0.0" },
	{ "126.255.255.255" },
	{ "127.0.0.1", true },
	{ "127.255.255.255", true },
	{ "128.0.0.0" },
	{ "169.254.0.1" },
	{ "192.0.2.79" },
	{ "192.0.2.80", true },
	{ "223.255.255.255" },
	{ "224.0.0.0", true },
	{ "239.255.255.255", true },
	{ "240.0.0.0" },
	{ "255.255.255.254" },
	{ "255.255.255.255", true },
	{ "::", true },
	{ "::1", true },
	{ "::2" },
	{ "::ffff:192.0.2.80" },
	{ "2001:db8:80::7f" },
	{ "2001:db8:80::80", true },
	{ "fe7f:ffff::1" },
	{ "fe80::", false, true },
	{ "fe80::1", false, true },
	{ "febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff", false, true },
	{ "fec0::1" },
	{ "feff::1" },
	{ "ff00::", true },
	{ "ff02::1", true },
	{ "ffff::1", true },
};

static bool parse(const char *text, union nf_inet_addr *addr)
{
	if (strchr(text, ':'))
		return in6_pton(text, -1, addr->in6.s6_addr, -1, NULL);
	return in4_pton(text, -1, (u8 *)&addr->ip, -1, NULL);
}

static void sources_that_routing_refuses_are_martians(struct kunit *test)
{
	u32 i;

	for (i = 0; i < ARRAY_SIZE(sources); i++) {
		bool ipv6 = !!strchr(sources[i].src, ':');
		struct dsr_tuple tuple = {};

		tuple.family = ipv6 ? AF_INET6 : AF_INET;
		KUNIT_ASSERT_TRUE(test, parse(sources[i].src, &tuple.src));
		KUNIT_ASSERT_TRUE(test, parse(vips[ipv6], &tuple.dst));
		KUNIT_EXPECT_EQ_MSG(test, dsr_tuple_is_martian(&tuple),
				    sources[i].martian, "%s", sources[i].src);
		if (ipv6)
			KUNIT_EXPECT_EQ_MSG(test,
					    dsr_addr_is_of_link(&tuple.src.in6),
					    sources[i].of_link, "%s",
					    sources[i].src);
	}
}

static struct kunit_case martian_cases[] = {
	KUNIT_CASE(sources_that_routing_refuses_are_martians),
	{}
};

static struct kunit_suite martian_suite = {
	.name = "nf_dsr_martian",
	.test_cases = martian_cases,
};

kunit_test_suite(martian_suite);

// SPDX-License-Identifier: GPL-2.0
/* Tests of traced packets: the parser must find in them what dsr_probe_write() put there.
 */
#include <kunit/test.h>
#include <linux/icmp.h>
#include <linux/slab.h>

#include "packet.h"

#include "../../kmod/lib/probe.c"

static const struct {
	u8 family;
	u8 proto;
	u32 headers;		/* behind the IP header */
	bool ports;
} meta[] = {
	{ AF_INET, IPPROTO_TCP, 20, true },
	{ AF_INET, IPPROTO_UDP, 8, true },
	{ AF_INET, IPPROTO_SCTP, 12, true },
	{ AF_INET, IPPROTO_ICMP, 8 },
	{ AF_INET, IPPROTO_ESP, 0 },
	{ AF_INET, IPPROTO_ICMPV6, 0 },
	{ AF_INET6, IPPROTO_TCP, 20, true },
	{ AF_INET6, IPPROTO_UDP, 8, true },
	{ AF_INET6, IPPROTO_SCTP, 12, true },
	{ AF_INET6, IPPROTO_ICMPV6, 8 },
	{ AF_INET6, IPPROTO_GRE, 0 },
	{ AF_INET6, IPPROTO_ICMP, 0 },
};

static void make_probe(u32 kind, struct dsr_probe *probe)
{
	bool ipv6 = meta[kind].family == AF_INET6;
	struct dsr_tuple *tuple = &probe->tuple;

	memset(probe, 0, sizeof(*probe));
	tuple->family = meta[kind].family;
	tuple->proto = meta[kind].proto;
	memcpy(&tuple->src, ipv6 ? client6 : client4, ipv6 ? 16 : 4);
	memcpy(&tuple->dst, ipv6 ? vip6 : vip4, ipv6 ? 16 : 4);
	if (meta[kind].ports || dsr_tuple_is_icmp(tuple))
		tuple->sport = htons(CLIENT_PORT);
	if (meta[kind].ports)
		tuple->dport = htons(VIP_PORT);
	probe->ttl = 33;
	probe->len = dsr_probe_min(probe);
}

/* Write the packet and parse it. dsr_probe_write() must write no byte behind the first
 * dsr_probe_min().
 */
static void parse_probe(struct kunit *test, const struct dsr_probe *probe,
			struct dsr_pkt *pkt)
{
	u32 min = dsr_probe_min(probe), i;
	u8 *buf = kunit_kzalloc(test, probe->len + 4, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, buf);
	dsr_probe_write(buf, probe);
	for (i = min; i < probe->len + 4; i++)
		KUNIT_ASSERT_EQ(test, buf[i], 0);
	KUNIT_ASSERT_EQ(test, dsr_parse(buf, probe->len, probe->len, pkt), 0);
	KUNIT_EXPECT_EQ(test, pkt->len, probe->len);
	KUNIT_EXPECT_EQ(test, pkt->ttl, probe->ttl);
	KUNIT_EXPECT_FALSE(test, pkt->source_route);
	KUNIT_EXPECT_EQ(test, memcmp(&pkt->tuple, &probe->tuple,
				     sizeof(pkt->tuple)), 0);
	kunit_kfree(test, buf);
}

static void packet_is_of_the_flow(struct kunit *test)
{
	struct dsr_probe probe;
	struct dsr_pkt pkt;
	u32 i, more;

	for (i = 0; i < ARRAY_SIZE(meta); i++) {
		make_probe(i, &probe);
		KUNIT_EXPECT_EQ(test, probe.len, meta[i].headers +
				(meta[i].family == AF_INET6 ? 40 : 20));
		for (more = 0; more < 3000; more += 1400) {
			probe.len = dsr_probe_min(&probe) + more;
			parse_probe(test, &probe, &pkt);
			KUNIT_EXPECT_EQ(test, pkt.kind, DSR_KIND_FLOW);
		}
		probe.len = DSR_PROBE_MAX;
		parse_probe(test, &probe, &pkt);
	}
}

static void error_is_about_the_flow(struct kunit *test)
{
	struct dsr_probe probe;
	struct dsr_pkt pkt;
	u32 i, ip_len;

	for (i = 0; i < ARRAY_SIZE(meta); i++) {
		make_probe(i, &probe);
		ip_len = meta[i].family == AF_INET6 ? 40 : 20;
		probe.error = true;
		probe.len = dsr_probe_min(&probe);
		KUNIT_EXPECT_EQ(test, probe.len, 2 * ip_len + 16);
		parse_probe(test, &probe, &pkt);
		KUNIT_EXPECT_EQ(test, pkt.kind, DSR_KIND_ERROR);
	}
}

static void flags_of_tcp_and_ip(struct kunit *test)
{
	struct dsr_probe probe;
	struct dsr_pkt pkt;
	u32 flags;

	make_probe(0, &probe);
	for (flags = 0; flags < 256; flags++) {
		probe.tcp_flags = flags;
		probe.df = flags & 1;
		parse_probe(test, &probe, &pkt);
		KUNIT_EXPECT_EQ(test, pkt.tcp_flags,
				flags & (DSR_TCP_FIN | DSR_TCP_SYN |
					 DSR_TCP_RST | DSR_TCP_ACK));
		KUNIT_EXPECT_EQ(test, pkt.df, probe.df);
	}
}

static void extension_headers_are_no_protocols(struct kunit *test)
{
	struct dsr_probe probe = {};
	u32 proto, refused = 0;

	for (proto = 0; proto < 256; proto++) {
		probe.tuple.proto = proto;
		probe.tuple.family = AF_INET;
		KUNIT_EXPECT_TRUE(test, dsr_probe_possible(&probe));
		probe.tuple.family = AF_INET6;
		refused += !dsr_probe_possible(&probe);
	}
	KUNIT_EXPECT_EQ(test, refused, 4);
	probe.tuple.proto = IPPROTO_FRAGMENT;
	KUNIT_EXPECT_FALSE(test, dsr_probe_possible(&probe));
}

static struct kunit_case probe_cases[] = {
	KUNIT_CASE(packet_is_of_the_flow),
	KUNIT_CASE(error_is_about_the_flow),
	KUNIT_CASE(flags_of_tcp_and_ip),
	KUNIT_CASE(extension_headers_are_no_protocols),
	{}
};

static struct kunit_suite probe_suite = {
	.name = "nf_dsr_probe",
	.test_cases = probe_cases,
};

kunit_test_suite(probe_suite);

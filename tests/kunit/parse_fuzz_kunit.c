// SPDX-License-Identifier: GPL-2.0
/*
 * Tests of the parser with random packets, from a generator with a fixed seed. Each
 * packet is in memory of exactly its length, so that KASAN detects any read beyond it.
 */
#include <linux/prandom.h>
#include <linux/slab.h>

#include "packet.h"

#define ROUNDS		4000
#define RANDOM_MAX	160

struct fuzz {
	struct kunit *test;
	struct rnd_state random;
	struct packet *p;
	u32 flows;
	u32 errors;
	u32 malformed;
	u32 plain;
};

static u32 below(struct fuzz *f, u32 limit)
{
	return prandom_u32_state(&f->random) % limit;
}

/* Check what is true of every result. */
static void check_result(struct fuzz *f, int err, const struct dsr_pkt *pkt)
{
	struct kunit *test = f->test;

	if (err) {
		KUNIT_ASSERT_EQ(test, err, -EBADMSG);
		f->malformed++;
		return;
	}
	KUNIT_ASSERT_LE(test, pkt->len, f->p->total);
	KUNIT_ASSERT_LE(test, pkt->l4_off, pkt->len);
	KUNIT_ASSERT_LE(test, pkt->kind, DSR_KIND_CONTROL);
	KUNIT_ASSERT_EQ(test, pkt->tuple.persist, 0);
	KUNIT_ASSERT_EQ(test, pkt->tuple.zone, 0);
	if (pkt->kind == DSR_KIND_FRAGMENT || pkt->kind == DSR_KIND_CONTROL)
		KUNIT_ASSERT_FALSE(test, pkt->tuple.sport || pkt->tuple.dport);
	f->flows += pkt->kind == DSR_KIND_FLOW;
	f->errors += pkt->kind == DSR_KIND_ERROR;
}

/* Parse as the hook does: begin with a short prefix, and continue with the length that
 * the parser needs.
 */
static void parse_by_and_by(struct fuzz *f)
{
	u32 avail = below(f, 24);
	struct dsr_pkt pkt;
	void *exact;
	int err;

	if (avail > f->p->len)
		avail = f->p->len;
	for (;;) {
		exact = kmemdup(f->p->data, avail, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(f->test, exact);
		err = dsr_parse(exact, avail, f->p->total, &pkt);
		f->plain += packet_expect_plain(f->test, exact, avail,
						f->p->total, err, &pkt);
		kfree(exact);
		if (err != -EAGAIN)
			break;
		KUNIT_ASSERT_GT(f->test, pkt.need, avail);
		KUNIT_ASSERT_LE(f->test, pkt.need, f->p->total);
		avail = pkt.need;
	}
	check_result(f, err, &pkt);
}

static u8 some_protocol(struct fuzz *f)
{
	static const u8 protocols[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP,
		IPPROTO_ICMPV6, IPPROTO_HOPOPTS, IPPROTO_ROUTING,
		IPPROTO_FRAGMENT, IPPROTO_DSTOPTS, IPPROTO_NONE,
	};

	return protocols[below(f, ARRAY_SIZE(protocols))];
}

/* Make a packet of random bytes, but with those fields set that would make nearly all of
 * these packets malformed.
 */
static void random_bytes(struct fuzz *f)
{
	struct packet *p = f->p;

	p->len = below(f, RANDOM_MAX);
	p->total = p->len;
	prandom_bytes_state(&f->random, p->data, RANDOM_MAX);
	if (below(f, 2)) {
		p->data[0] = 0x40 | below(f, 16);
		p->data[2] = 0;
		p->data[9] = some_protocol(f);
	} else {
		p->data[0] = 0x60;
		p->data[4] = 0;
		p->data[6] = some_protocol(f);
	}
}

/* Make an ICMP error with a quote, and change some bytes. */
static void spoiled_packet(struct fuzz *f)
{
	struct packet *p = f->p;
	u32 changes = below(f, 5);

	p->len = 0;
	if (below(f, 2)) {
		packet_ipv4(p, IPPROTO_ICMP, router4, vip4, 0);
		packet_icmp(p, 3, 0);
		packet_quoted_ip(p, AF_INET, some_protocol(f));
	} else {
		packet_ipv6(p, IPPROTO_DSTOPTS, router6, vip6);
		packet_ext(p, IPPROTO_ICMPV6, below(f, 2));
		packet_icmp(p, 1, 0);
		packet_quoted_ip(p, AF_INET6, some_protocol(f));
		packet_ext(p, some_protocol(f), below(f, 3));
		packet_ext(p, some_protocol(f), below(f, 3));
	}
	packet_tcp(p, VIP_PORT, CLIENT_PORT, DSR_TCP_ACK);
	packet_finish(p);
	if (below(f, 2)) {
		p->len = below(f, p->len + 1);
		packet_finish(p);
	}
	while (changes--)
		p->data[below(f, 96)] = below(f, 3) ? some_protocol(f) :
						      below(f, 256);
}

/* Make a packet for the fast path, or one that only slightly differs from it. */
static void spoiled_plain_packet(struct fuzz *f)
{
	u8 family = below(f, 2) ? AF_INET : AF_INET6;
	u8 proto = below(f, 2) ? IPPROTO_TCP : IPPROTO_UDP;
	struct packet *p = f->p;
	u32 changes = below(f, 3);

	p->len = 0;
	packet_ip(p, family, proto);
	if (proto == IPPROTO_TCP)
		packet_tcp(p, CLIENT_PORT, VIP_PORT, below(f, 256));
	else
		packet_udp(p, CLIENT_PORT, VIP_PORT, below(f, 8));
	packet_finish(p);
	if (!below(f, 4)) {
		p->len = below(f, p->len + 1);
		p->total = p->len;
	}
	while (changes--)
		p->data[below(f, 64)] = below(f, 3) ? below(f, 32) :
						      below(f, 256);
}

static void fuzz(struct kunit *test, void (*make)(struct fuzz *f),
		 struct fuzz *f)
{
	u32 round;

	f->test = test;
	f->p = packet_new(test);
	prandom_seed_state(&f->random, 20160316);
	for (round = 0; round < ROUNDS; round++) {
		make(f);
		parse_by_and_by(f);
	}
}

static void random_bytes_do_no_harm(struct kunit *test)
{
	struct fuzz f = {};

	fuzz(test, random_bytes, &f);
	KUNIT_EXPECT_GT(test, f.malformed, ROUNDS / 100);
	KUNIT_EXPECT_GT(test, f.flows, ROUNDS / 100);
}

static void spoiled_packets_do_no_harm(struct kunit *test)
{
	struct fuzz f = {};

	fuzz(test, spoiled_packet, &f);
	KUNIT_EXPECT_GT(test, f.malformed, ROUNDS / 100);
	KUNIT_EXPECT_GT(test, f.errors, ROUNDS / 100);
}

static void the_fast_path_reads_what_the_parser_reads(struct kunit *test)
{
	struct fuzz f = {};

	fuzz(test, spoiled_plain_packet, &f);
	KUNIT_EXPECT_GT(test, f.plain, ROUNDS / 4);
	KUNIT_EXPECT_GT(test, f.malformed, ROUNDS / 100);
}

static struct kunit_case parse_fuzz_cases[] = {
	KUNIT_CASE(random_bytes_do_no_harm),
	KUNIT_CASE(spoiled_packets_do_no_harm),
	KUNIT_CASE(the_fast_path_reads_what_the_parser_reads),
	{}
};

static struct kunit_suite parse_fuzz_suite = {
	.name = "nf_dsr_parse_fuzz",
	.test_cases = parse_fuzz_cases,
};

kunit_test_suite(parse_fuzz_suite);

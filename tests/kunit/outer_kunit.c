// SPDX-License-Identifier: GPL-2.0
/* Tests with ICMP errors about packets from a director (router4, router6) to a backend.
 * These contain packets from the client to the VIP.
 */
#include <linux/prandom.h>
#include <linux/slab.h>

#include "../../kmod/lib/outer.c"
#include "packet.h"

#define QUOTED_LEN	1000

static const u8 backend4[4] = { 10, 1, 1, 51 };
static const u8 backend6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0x51, [15] = 0x51 };

static const struct tunnel {
	const char *name;
	enum dsr_encap_kind kind;
	u8 outer;
	u8 inner;
	u8 proto;
	u8 len;
	u8 bytes[24];
} tunnels[] = {
	{ "IPv4 in IPv4", DSR_ENCAP_IP, AF_INET, AF_INET, IPPROTO_IPIP },
	{ "IPv6 in IPv4", DSR_ENCAP_IP, AF_INET, AF_INET6, IPPROTO_IPV6 },
	{ "IPv4 in IPv6", DSR_ENCAP_IP, AF_INET6, AF_INET, IPPROTO_IPIP },
	{ "IPv6 in IPv6", DSR_ENCAP_IP, AF_INET6, AF_INET6, IPPROTO_IPV6 },
	{ "GRE in IPv4", DSR_ENCAP_GRE, AF_INET, AF_INET, IPPROTO_GRE, 4,
	  { 0, 0, 8, 0 } },
	{ "GRE in IPv6", DSR_ENCAP_GRE, AF_INET6, AF_INET6, IPPROTO_GRE, 4,
	  { 0, 0, 0x86, 0xdd } },
	{ "GRE with checksum and key", DSR_ENCAP_GRE, AF_INET, AF_INET6,
	  IPPROTO_GRE, 12, { 0xa0, 0, 0x86, 0xdd } },
	{ "GRE with a key", DSR_ENCAP_GRE, AF_INET6, AF_INET, IPPROTO_GRE, 8,
	  { 0x20, 0, 8, 0 } },
	{ "GUE", DSR_ENCAP_UDP, AF_INET, AF_INET, IPPROTO_UDP, 12,
	  { 0xc0, 1, 0x17, 0xc0, 4, 0, 0, 0, 0, 4 } },
	{ "GUE in IPv6", DSR_ENCAP_UDP, AF_INET6, AF_INET6, IPPROTO_UDP, 12,
	  { 0xc0, 1, 0x17, 0xc0, 4, 0, 0x12, 0x34, 0, 41 } },
	{ "GUE without header", DSR_ENCAP_UDP, AF_INET, AF_INET6, IPPROTO_UDP,
	  8, { 0xc0, 1, 0x17, 0xc0, 4 } },
};

static void tunnel_name(const struct tunnel *t, char *desc)
{
	strscpy(desc, t->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(tunnel, tunnels, tunnel_name);

/* Return an ICMP error without the packet that it quotes. */
static struct packet *error_begin(struct kunit *test, u8 family, u8 type,
				  u8 code, u32 word)
{
	struct packet *p = packet_new(test);
	u8 *icmp;

	if (family == AF_INET)
		packet_ipv4(p, IPPROTO_ICMP, client4, router4, 0);
	else
		packet_ipv6(p, IPPROTO_ICMPV6, client6, router6);
	icmp = packet_add_zero(p, 8);
	icmp[0] = type;
	icmp[1] = code;
	packet_put16(icmp + 4, word >> 16);
	packet_put16(icmp + 6, word);
	return p;
}

static struct packet *too_big_begin(struct kunit *test, u8 family)
{
	return family == AF_INET ? error_begin(test, family, 3, 4, 1400) :
				   error_begin(test, family, 2, 0, 1400);
}

static u8 *add_outer(struct packet *p, u8 family, u8 proto)
{
	if (family == AF_INET)
		return packet_ipv4(p, proto, router4, backend4, 0);
	return packet_ipv6(p, proto, router6, backend6);
}

static u8 *add_inner(struct packet *p, u8 family, u8 proto)
{
	u8 *at = packet_ip(p, family, proto);

	if (family == AF_INET) {
		packet_put16(at + 2, QUOTED_LEN);
		packet_put16(at + 6, IPV4_DF);
	} else {
		packet_put16(at + 4, QUOTED_LEN - 40);
	}
	return at;
}

/* Return the first @len bytes of a packet, in memory that ends with them. */
static const void *first_of(struct kunit *test, const struct packet *p, u32 len)
{
	u8 *exact = kunit_kmalloc(test, len, GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, exact);
	memcpy(exact, p->data, len);
	return exact;
}

static bool parse_first(struct kunit *test, const struct packet *p, u32 len,
			struct dsr_outer_error *e)
{
	return dsr_outer_parse(first_of(test, p, len), len, p->len, e);
}

static bool read_first(struct kunit *test, const struct packet *p, u32 len,
		       enum dsr_encap_kind kind, struct dsr_outer_error *e)
{
	const void *data = first_of(test, p, len);

	return dsr_outer_parse(data, len, p->len, e) &&
	       dsr_outer_read(data, len, kind, e);
}

static void expect_addresses(struct kunit *test,
			     const struct dsr_outer_error *e, u8 family)
{
	bool four = family == AF_INET;

	KUNIT_EXPECT_EQ(test, e->family, family);
	KUNIT_EXPECT_MEMEQ(test, &e->src, four ? router4 : router6,
			   four ? 4 : 16);
	KUNIT_EXPECT_MEMEQ(test, &e->dst, four ? backend4 : backend6,
			   four ? 4 : 16);
}

static void expect_flow(struct kunit *test, const struct dsr_outer_error *e,
			u8 family, u8 proto)
{
	bool four = family == AF_INET;

	KUNIT_EXPECT_EQ(test, e->flow.family, family);
	KUNIT_EXPECT_EQ(test, e->flow.proto, proto);
	KUNIT_EXPECT_MEMEQ(test, &e->flow.src, four ? client4 : client6,
			   four ? 4 : 16);
	KUNIT_EXPECT_MEMEQ(test, &e->flow.dst, four ? vip4 : vip6,
			   four ? 4 : 16);
	KUNIT_EXPECT_EQ(test, ntohs(e->flow.sport), CLIENT_PORT);
	KUNIT_EXPECT_EQ(test, ntohs(e->flow.dport), VIP_PORT);
	KUNIT_EXPECT_EQ(test, e->inner_len, QUOTED_LEN);
	KUNIT_EXPECT_TRUE(test, e->inner_df);
}

static void any_length_of_a_quote_tells_what_it_can(struct kunit *test)
{
	const struct tunnel *t = test->param_value;
	struct packet *p = too_big_begin(test, t->outer);
	struct dsr_outer_error e;
	u32 outer_end, read_end, inner, flow_end, len;

	add_outer(p, t->outer, t->proto);
	outer_end = p->len;
	read_end = p->len + (t->kind == DSR_ENCAP_IP ? 0 : 8);
	packet_add(p, t->bytes, t->len);
	inner = p->len;
	add_inner(p, t->inner, IPPROTO_TCP);
	flow_end = p->len + 8;
	packet_tcp(p, CLIENT_PORT, VIP_PORT, 0);

	for (len = 1; len <= p->len; len++) {
		KUNIT_ASSERT_EQ(test, parse_first(test, p, len, &e), len >= outer_end);
		if (len < outer_end)
			continue;
		expect_addresses(test, &e, t->outer);
		KUNIT_EXPECT_EQ(test, e.proto, t->proto);
		KUNIT_EXPECT_EQ(test, e.kind, DSR_OUTER_TOO_BIG);
		KUNIT_EXPECT_EQ(test, e.mtu, 1400);
		KUNIT_ASSERT_EQ(test, read_first(test, p, len, t->kind, &e),
				len >= read_end);
		if (len < read_end)
			continue;
		KUNIT_EXPECT_EQ(test, ntohs(e.encap.form.port),
				t->kind == DSR_ENCAP_UDP ? 6080 : 0);
		KUNIT_ASSERT_EQ(test, e.inner_off, len < flow_end ? 0 : inner);
	}
	expect_flow(test, &e, t->inner, IPPROTO_TCP);
	KUNIT_EXPECT_EQ(test, e.end, p->len);
}

/* A backend may get headers of one kind, and the quote have those of another. */
static void no_other_kind_is_read(struct kunit *test)
{
	const struct tunnel *t = test->param_value;
	struct packet *p = too_big_begin(test, t->outer);
	struct dsr_outer_error e;
	int i;

	add_outer(p, t->outer, t->proto);
	packet_add(p, t->bytes, t->len);
	add_inner(p, t->inner, IPPROTO_TCP);
	packet_tcp(p, CLIENT_PORT, VIP_PORT, 0);
	KUNIT_EXPECT_FALSE(test, read_first(test, p, p->len, DSR_ENCAP_NONE, &e));
	for (i = 0; i < ARRAY_SIZE(tunnels); i++)
		KUNIT_EXPECT_EQ(test, read_first(test, p, p->len, tunnels[i].kind, &e),
				tunnels[i].kind == t->kind);
}

static bool parse_about(struct kunit *test, u8 family, u8 type, u8 code,
			struct dsr_outer_error *e)
{
	struct packet *p = error_begin(test, family, type, code, 0);

	add_outer(p, family, IPPROTO_IPIP);
	add_inner(p, AF_INET, IPPROTO_UDP);
	packet_udp(p, CLIENT_PORT, VIP_PORT, 0);
	return parse_first(test, p, p->len, e);
}

static void only_some_errors_count(struct kunit *test)
{
	static const u8 unreachable4[][2] = { { 3, 0 }, { 3, 1 }, { 3, 2 },
					      { 3, 13 }, { 11, 0 } };
	static const u8 unreachable6[][2] = { { 1, 0 }, { 1, 3 }, { 3, 0 } };
	static const u8 other4[][2] = { { 0, 0 }, { 4, 0 }, { 5, 1 }, { 8, 0 },
					{ 11, 1 }, { 12, 0 } };
	static const u8 other6[][2] = { { 3, 1 }, { 4, 0 }, { 128, 0 },
					{ 135, 0 } };
	struct dsr_outer_error e;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(unreachable4); i++) {
		KUNIT_EXPECT_TRUE(test, parse_about(test, AF_INET,
						    unreachable4[i][0],
						    unreachable4[i][1], &e));
		KUNIT_EXPECT_EQ(test, e.kind, DSR_OUTER_UNREACHABLE);
	}
	for (i = 0; i < ARRAY_SIZE(unreachable6); i++) {
		KUNIT_EXPECT_TRUE(test, parse_about(test, AF_INET6,
						    unreachable6[i][0],
						    unreachable6[i][1], &e));
		KUNIT_EXPECT_EQ(test, e.kind, DSR_OUTER_UNREACHABLE);
	}
	for (i = 0; i < ARRAY_SIZE(other4); i++)
		KUNIT_EXPECT_FALSE(test, parse_about(test, AF_INET,
						     other4[i][0],
						     other4[i][1], &e));
	for (i = 0; i < ARRAY_SIZE(other6); i++)
		KUNIT_EXPECT_FALSE(test, parse_about(test, AF_INET6,
						     other6[i][0],
						     other6[i][1], &e));
}

static void extensions_are_no_part_of_the_quote(struct kunit *test)
{
	struct packet *p = error_begin(test, AF_INET, 3, 1, 32 << 16);
	struct dsr_outer_error e;

	add_outer(p, AF_INET, IPPROTO_IPIP);
	add_inner(p, AF_INET, IPPROTO_UDP);
	packet_add_zero(p, 200);
	KUNIT_EXPECT_TRUE(test, parse_first(test, p, p->len, &e));
	KUNIT_EXPECT_EQ(test, e.end, 28 + 32 * 4);

	/* In an MTU, the same bits do not have this meaning. */
	p = error_begin(test, AF_INET6, 2, 0, 32 << 24 | 1400);
	add_outer(p, AF_INET6, IPPROTO_IPIP);
	packet_add_zero(p, 500);
	KUNIT_EXPECT_TRUE(test, parse_first(test, p, p->len, &e));
	KUNIT_EXPECT_EQ(test, e.end, p->len);
}

static void expect_no_flow(struct kunit *test, const struct packet *p)
{
	struct dsr_outer_error e;

	KUNIT_EXPECT_TRUE(test, read_first(test, p, p->len, DSR_ENCAP_IP, &e));
	KUNIT_EXPECT_EQ(test, e.inner_off, 0);
}

static void what_has_no_ports_tells_of_no_flow(struct kunit *test)
{
	struct packet *p;

	/* a later fragment */
	p = too_big_begin(test, AF_INET);
	add_outer(p, AF_INET, IPPROTO_IPIP);
	packet_put16(add_inner(p, AF_INET, IPPROTO_UDP) + 6, 100);
	packet_udp(p, CLIENT_PORT, VIP_PORT, 0);
	expect_no_flow(test, p);
	/* an error */
	p = too_big_begin(test, AF_INET);
	add_outer(p, AF_INET, IPPROTO_IPIP);
	add_inner(p, AF_INET, IPPROTO_ICMP);
	packet_icmp(p, 3, 0);
	expect_no_flow(test, p);
	/* extension headers */
	p = too_big_begin(test, AF_INET6);
	add_outer(p, AF_INET6, IPPROTO_IPV6);
	add_inner(p, AF_INET6, IPPROTO_DSTOPTS);
	packet_ext(p, IPPROTO_UDP, 0);
	packet_udp(p, CLIENT_PORT, VIP_PORT, 0);
	expect_no_flow(test, p);
	/* a packet of another family than the outer header announces */
	p = too_big_begin(test, AF_INET);
	add_outer(p, AF_INET, IPPROTO_IPIP);
	add_inner(p, AF_INET6, IPPROTO_UDP);
	packet_udp(p, CLIENT_PORT, VIP_PORT, 0);
	expect_no_flow(test, p);
}

static void what_the_director_never_sends_is_not_read(struct kunit *test)
{
	static const struct {
		enum dsr_encap_kind kind;
		u8 proto;
		u8 len;
		u8 bytes[16];
	} cases[] = {
		{ DSR_ENCAP_IP, IPPROTO_TCP },
		/* GRE of another version, with a sequence number, with Ethernet */
		{ DSR_ENCAP_GRE, IPPROTO_GRE, 4, { 0, 1, 8, 0 } },
		{ DSR_ENCAP_GRE, IPPROTO_GRE, 8, { 0x10, 0, 8, 0 } },
		{ DSR_ENCAP_GRE, IPPROTO_GRE, 4, { 0, 0, 0x65, 0x58 } },
		/* GUE: a control message, options, flags, Ethernet, another version */
		{ DSR_ENCAP_UDP, IPPROTO_UDP, 12, { [8] = 0x20, 4 } },
		{ DSR_ENCAP_UDP, IPPROTO_UDP, 16, { [8] = 1, 4 } },
		{ DSR_ENCAP_UDP, IPPROTO_UDP, 12, { [8] = 0, 4, 0, 1 } },
		{ DSR_ENCAP_UDP, IPPROTO_UDP, 12, { [8] = 0, 143 } },
		{ DSR_ENCAP_UDP, IPPROTO_UDP, 12, { [8] = 0x80, 4 } },
	};
	struct dsr_outer_error e;
	struct packet *p;
	int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		p = too_big_begin(test, AF_INET);
		add_outer(p, AF_INET, cases[i].proto);
		packet_add(p, cases[i].bytes, cases[i].len);
		add_inner(p, AF_INET, IPPROTO_UDP);
		packet_udp(p, CLIENT_PORT, VIP_PORT, 0);
		KUNIT_EXPECT_TRUE(test, parse_first(test, p, p->len, &e));
		KUNIT_EXPECT_FALSE_MSG(test, read_first(test, p, p->len, cases[i].kind, &e),
				       "case %d", i);
	}
}

static void an_echo_has_its_identifier(struct kunit *test)
{
	struct packet *p = too_big_begin(test, AF_INET6);
	struct dsr_outer_error e;

	add_outer(p, AF_INET6, IPPROTO_IPV6);
	add_inner(p, AF_INET6, IPPROTO_ICMPV6);
	packet_icmp(p, 128, CLIENT_PORT);
	KUNIT_EXPECT_TRUE(test, read_first(test, p, p->len, DSR_ENCAP_IP, &e));
	KUNIT_EXPECT_NE(test, e.inner_off, 0);
	KUNIT_EXPECT_EQ(test, ntohs(e.flow.sport), CLIENT_PORT);
	KUNIT_EXPECT_EQ(test, e.flow.dport, 0);
}

static void what_quotes_no_whole_header_is_nothing(struct kunit *test)
{
	struct packet *p = too_big_begin(test, AF_INET);
	struct dsr_outer_error e;

	/* a header of the other family */
	add_outer(p, AF_INET6, IPPROTO_IPIP);
	KUNIT_EXPECT_FALSE(test, parse_first(test, p, p->len, &e));
	/* an IP header that is too short */
	p = too_big_begin(test, AF_INET);
	add_outer(p, AF_INET, IPPROTO_IPIP)[0] = 0x44;
	KUNIT_EXPECT_FALSE(test, parse_first(test, p, p->len, &e));
	/* one with options */
	p = too_big_begin(test, AF_INET);
	add_outer(p, AF_INET, IPPROTO_IPIP)[0] = 0x46;
	packet_add_zero(p, 4);
	KUNIT_EXPECT_FALSE(test, parse_first(test, p, p->len, &e));
	/* a later fragment of the outer packet */
	p = too_big_begin(test, AF_INET);
	packet_put16(add_outer(p, AF_INET, IPPROTO_IPIP) + 6, 1);
	KUNIT_EXPECT_FALSE(test, parse_first(test, p, p->len, &e));
	/* not ICMP */
	p = too_big_begin(test, AF_INET);
	p->data[9] = IPPROTO_TCP;
	add_outer(p, AF_INET, IPPROTO_IPIP);
	KUNIT_EXPECT_FALSE(test, parse_first(test, p, p->len, &e));
}

/* Random changes of a sound error: nothing behind its bytes is read, and what is read is
 * within them.
 */
static void any_bytes_are_safe(struct kunit *test)
{
	const struct tunnel *t = test->param_value;
	struct packet *p = too_big_begin(test, t->outer), *sound;
	struct rnd_state rnd;
	struct dsr_outer_error e;
	const void *data;
	u32 round, len;
	int i;

	add_outer(p, t->outer, t->proto);
	packet_add(p, t->bytes, t->len);
	add_inner(p, t->inner, IPPROTO_TCP);
	packet_tcp(p, CLIENT_PORT, VIP_PORT, 0);
	sound = packet_new(test);
	*sound = *p;
	prandom_seed_state(&rnd, 13);
	for (round = 0; round < 500; round++) {
		*p = *sound;
		for (i = 0; i < 3; i++)
			p->data[prandom_u32_state(&rnd) % p->len] =
				prandom_u32_state(&rnd);
		len = prandom_u32_state(&rnd) % p->len + 1;
		data = first_of(test, p, len);
		if (!dsr_outer_parse(data, len, p->len, &e))
			continue;
		for (i = 0; i < ARRAY_SIZE(tunnels); i++)
			if (dsr_outer_read(data, len, tunnels[i].kind, &e))
				KUNIT_ASSERT_LT(test, e.inner_off, len);
	}
}

static struct kunit_case outer_cases[] = {
	KUNIT_CASE_PARAM(any_bytes_are_safe, tunnel_gen_params),
	KUNIT_CASE_PARAM(any_length_of_a_quote_tells_what_it_can,
			 tunnel_gen_params),
	KUNIT_CASE_PARAM(no_other_kind_is_read, tunnel_gen_params),
	KUNIT_CASE(only_some_errors_count),
	KUNIT_CASE(extensions_are_no_part_of_the_quote),
	KUNIT_CASE(what_has_no_ports_tells_of_no_flow),
	KUNIT_CASE(what_the_director_never_sends_is_not_read),
	KUNIT_CASE(an_echo_has_its_identifier),
	KUNIT_CASE(what_quotes_no_whole_header_is_nothing),
	{}
};

static struct kunit_suite outer_suite = {
	.name = "nf_dsr_outer",
	.test_cases = outer_cases,
};

kunit_test_suite(outer_suite);

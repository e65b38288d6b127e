// SPDX-License-Identifier: GPL-2.0
/* Tests of the parser: IPv6. */
#include "packet.h"

/* The maximum number of extension headers that the parser walks. */
#define EXT_HEADERS_MAX	8

static void add_tcp(struct packet *p)
{
	packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_ACK);
}

static struct packet *tcp_packet(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET6, IPPROTO_TCP);
	add_tcp(p);
	return packet_finish(p);
}

static struct dsr_pkt expect_tcp(struct kunit *test, const struct packet *p)
{
	return packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP, CLIENT_PORT,
			     VIP_PORT);
}

static void tcp_segment_is_a_flow(struct kunit *test)
{
	struct dsr_pkt pkt = expect_tcp(test, tcp_packet(test));

	KUNIT_EXPECT_EQ(test, pkt.tcp_flags, DSR_TCP_ACK);
	KUNIT_EXPECT_EQ(test, pkt.tos, 0xb8);
	KUNIT_EXPECT_EQ(test, pkt.ttl, 61);
	KUNIT_EXPECT_TRUE(test, pkt.df);
	KUNIT_EXPECT_EQ(test, pkt.l4_off, 40);
	KUNIT_EXPECT_EQ(test, pkt.len, 60);
}

static void udp_and_sctp_have_ports(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET6, IPPROTO_UDP);
	packet_udp(p, CLIENT_PORT, VIP_PORT, 30);
	packet_expect(test, packet_finish(p), DSR_KIND_FLOW, IPPROTO_UDP,
		      CLIENT_PORT, VIP_PORT);

	p = packet_new(test);
	packet_ip(p, AF_INET6, IPPROTO_SCTP);
	packet_ports(p, CLIENT_PORT, VIP_PORT, 12);
	packet_expect(test, packet_finish(p), DSR_KIND_FLOW, IPPROTO_SCTP,
		      CLIENT_PORT, VIP_PORT);
}

static const u8 ext_types[] = {
	IPPROTO_HOPOPTS, IPPROTO_ROUTING, IPPROTO_DSTOPTS, IPPROTO_FRAGMENT,
};

/* Append an extension header. A fragment header makes an atomic fragment, which is a
 * whole datagram.
 */
static void add_ext(struct packet *p, u8 type, u8 next, u8 more_units)
{
	if (type == IPPROTO_FRAGMENT)
		packet_fragment(p, next, 0, false);
	else
		packet_ext(p, next, more_units);
}

/* Return a packet with @count extension headers. @order has a digit in base 4 for the
 * type of each, so that all orders occur, with repetitions.
 */
static struct packet *chain(struct kunit *test, u32 order, u32 count)
{
	struct packet *p = packet_new(test);
	u8 types[EXT_HEADERS_MAX + 2];
	u32 i;

	for (i = 0; i < count; i++, order /= 4)
		types[i] = ext_types[order % 4];
	types[count] = IPPROTO_TCP;

	packet_ip(p, AF_INET6, types[0]);
	for (i = 0; i < count; i++)
		add_ext(p, types[i], types[i + 1], i);
	add_tcp(p);
	return packet_finish(p);
}

static void extension_headers_are_walked_in_any_order(struct kunit *test)
{
	struct dsr_pkt pkt;
	struct packet *p;
	u32 order;

	for (order = 0; order < 4 * 4 * 4 * 4; order++) {
		p = chain(test, order, 4);
		pkt = expect_tcp(test, p);
		KUNIT_EXPECT_EQ(test, pkt.l4_off, p->len - 20);
	}
}

static void longest_extension_header_is_walked(struct kunit *test)
{
	struct packet *p = packet_new(test);
	struct dsr_pkt pkt;

	packet_ip(p, AF_INET6, IPPROTO_HOPOPTS);
	packet_ext(p, IPPROTO_TCP, 255);
	add_tcp(p);
	pkt = expect_tcp(test, packet_finish(p));
	KUNIT_EXPECT_EQ(test, pkt.l4_off, 40 + 2048);
}

static void too_many_extension_headers_are_malformed(struct kunit *test)
{
	u32 all_dstopts = 0xaaaaaaaa;

	expect_tcp(test, chain(test, all_dstopts, EXT_HEADERS_MAX));
	packet_expect_malformed(test, chain(test, all_dstopts,
					    EXT_HEADERS_MAX + 1));
}

static void chain_beyond_the_packet_is_malformed(struct kunit *test)
{
	struct packet *p;
	u32 type, units;

	for (type = 0; type < 3; type++) {
		for (units = 1; units < 256; units += 127) {
			p = packet_new(test);
			packet_ip(p, AF_INET6, ext_types[type]);
			packet_ext(p, IPPROTO_NONE, 0)[1] = units;
			packet_expect_malformed(test, packet_finish(p));
		}
	}
}

static void cut_off_extension_header_is_malformed(struct kunit *test)
{
	struct packet *p;
	u32 type, len;

	for (type = 0; type < ARRAY_SIZE(ext_types); type++) {
		for (len = 0; len < 8; len++) {
			p = packet_new(test);
			packet_ip(p, AF_INET6, ext_types[type]);
			packet_add_zero(p, len);
			packet_expect_malformed(test, packet_finish(p));
		}
	}
}

static void transport_header_behind_extensions_is_checked(struct kunit *test)
{
	struct packet *p = chain(test, 0, 2);

	p->data[p->len - 8] = 0x60;
	packet_expect_malformed(test, p);

	p = chain(test, 0, 2);
	p->len--;
	packet_expect_malformed(test, packet_finish(p));
}

static void fragments_have_no_ports(struct kunit *test)
{
	static const struct {
		u16 offset;
		bool more;
	} fragments[] = {
		{ 0, true }, { 1448, true }, { 1448, false }, { 8, false },
		{ 0xfff8, false },
	};
	struct dsr_pkt pkt;
	struct packet *p;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fragments); i++) {
		p = packet_new(test);
		packet_ip(p, AF_INET6, IPPROTO_HOPOPTS);
		packet_ext(p, IPPROTO_FRAGMENT, 0);
		packet_fragment(p, IPPROTO_TCP, fragments[i].offset,
				fragments[i].more);
		add_tcp(p);
		pkt = packet_expect(test, packet_finish(p), DSR_KIND_FRAGMENT,
				    IPPROTO_TCP, 0, 0);
		KUNIT_EXPECT_EQ(test, pkt.tcp_flags, 0);
		KUNIT_EXPECT_EQ(test, pkt.l4_off, 56);
	}
}

static void fragment_may_hold_less_than_a_transport_header(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET6, IPPROTO_FRAGMENT);
	packet_fragment(p, IPPROTO_TCP, 1448, false);
	packet_expect(test, packet_finish(p), DSR_KIND_FRAGMENT, IPPROTO_TCP, 0,
		      0);
}

static void reserved_bits_make_no_fragment(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET6, IPPROTO_FRAGMENT);
	packet_fragment(p, IPPROTO_TCP, 0x0006, false)[1] = 0xff;
	add_tcp(p);
	expect_tcp(test, packet_finish(p));
}

static void other_protocols_are_flows_without_ports(struct kunit *test)
{
	static const u8 protocols[] = {
		IPPROTO_NONE, IPPROTO_AH, IPPROTO_ESP, IPPROTO_GRE,
		IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_ICMP, IPPROTO_MH, 255,
	};
	struct packet *p;
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (len = 0; len <= 24; len += 24) {
			p = packet_new(test);
			packet_ip(p, AF_INET6, IPPROTO_DSTOPTS);
			packet_ext(p, protocols[i], 0);
			memset(packet_add_zero(p, len), 0xff, len);
			packet_expect(test, packet_finish(p), DSR_KIND_FLOW,
				      protocols[i], 0, 0);
		}
	}
}

static void padding_is_not_part_of_the_packet(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	packet_add(p, "\xff\xff", 2);
	p->total = p->len;
	pkt = expect_tcp(test, p);
	KUNIT_EXPECT_EQ(test, pkt.len, 60);

	packet_put16(p->data + 4, 19);
	packet_expect_malformed(test, p);
}

static void length_beyond_the_packet_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	packet_put16(p->data + 4, 21);
	packet_expect_malformed(test, p);
	packet_put16(p->data + 4, 0xffff);
	packet_expect_malformed(test, p);
}

static void packet_shorter_than_its_header_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	packet_put16(p->data + 4, 0);
	for (p->len = 0; p->len < 40; p->len++) {
		p->total = p->len;
		packet_expect_malformed(test, p);
	}
}

/* RFC 2675: the option is 0xc2, length 4, and its value the real length. */
static void length_0_is_that_of_a_jumbogram(struct kunit *test)
{
	struct packet *p = packet_new(test);
	struct dsr_pkt pkt;

	packet_ip(p, AF_INET6, IPPROTO_HOPOPTS);
	memcpy(packet_ext(p, IPPROTO_TCP, 0) + 2, "\xc2\x04\x00\x01\x00\x08",
	       6);
	add_tcp(p);
	p->total = 40 + 65536 + 8;
	pkt = expect_tcp(test, p);
	KUNIT_EXPECT_EQ(test, pkt.len, p->total);
	KUNIT_EXPECT_EQ(test, pkt.l4_off, 48);
}

static void length_0_of_a_big_packet_needs_no_option(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	packet_put16(p->data + 4, 0);
	packet_expect_malformed(test, p);
	p->total = 40 + 65535;
	packet_expect_malformed(test, p);
	p->total = 40 + 65536;
	pkt = expect_tcp(test, p);
	KUNIT_EXPECT_EQ(test, pkt.len, p->total);
}

static void segments_left_are_a_source_route(struct kunit *test)
{
	struct dsr_pkt pkt;
	struct packet *p;
	u8 left;

	for (left = 0; left < 3; left++) {
		p = packet_new(test);
		packet_ipv6(p, IPPROTO_HOPOPTS, client6, vip6);
		packet_ext(p, IPPROTO_ROUTING, 0)[3] = 5;
		packet_ext(p, IPPROTO_TCP, 2)[3] = left;
		packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_ACK);
		pkt = packet_expect(test, packet_finish(p), DSR_KIND_FLOW,
				    IPPROTO_TCP, CLIENT_PORT, VIP_PORT);
		KUNIT_EXPECT_EQ(test, pkt.source_route, left > 0);
	}
}

static struct kunit_case parse_ipv6_cases[] = {
	KUNIT_CASE(tcp_segment_is_a_flow),
	KUNIT_CASE(udp_and_sctp_have_ports),
	KUNIT_CASE(segments_left_are_a_source_route),
	KUNIT_CASE(extension_headers_are_walked_in_any_order),
	KUNIT_CASE(longest_extension_header_is_walked),
	KUNIT_CASE(too_many_extension_headers_are_malformed),
	KUNIT_CASE(chain_beyond_the_packet_is_malformed),
	KUNIT_CASE(cut_off_extension_header_is_malformed),
	KUNIT_CASE(transport_header_behind_extensions_is_checked),
	KUNIT_CASE(fragments_have_no_ports),
	KUNIT_CASE(fragment_may_hold_less_than_a_transport_header),
	KUNIT_CASE(reserved_bits_make_no_fragment),
	KUNIT_CASE(other_protocols_are_flows_without_ports),
	KUNIT_CASE(padding_is_not_part_of_the_packet),
	KUNIT_CASE(length_beyond_the_packet_is_malformed),
	KUNIT_CASE(packet_shorter_than_its_header_is_malformed),
	KUNIT_CASE(length_0_is_that_of_a_jumbogram),
	KUNIT_CASE(length_0_of_a_big_packet_needs_no_option),
	{}
};

static struct kunit_suite parse_ipv6_suite = {
	.name = "nf_dsr_parse_ipv6",
	.test_cases = parse_ipv6_cases,
};

kunit_test_suite(parse_ipv6_suite);

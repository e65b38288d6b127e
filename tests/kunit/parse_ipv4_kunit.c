// SPDX-License-Identifier: GPL-2.0
/* Tests of the parser: IPv4. This suite includes the parser; the other suites only call
 * it.
 */
#include "packet.h"
#include "../../kmod/lib/parse.c"

static struct packet *tcp_packet(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET, IPPROTO_TCP);
	packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_SYN);
	return packet_finish(p);
}

static struct packet *udp_packet(struct kunit *test, u32 payload)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET, IPPROTO_UDP);
	packet_udp(p, CLIENT_PORT, VIP_PORT, payload);
	return packet_finish(p);
}

static void tcp_segment_is_a_flow(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	packet_put16(p->data + 6, 0x4000);
	pkt = packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP, CLIENT_PORT,
			    VIP_PORT);
	KUNIT_EXPECT_EQ(test, pkt.tcp_flags, DSR_TCP_SYN);
	KUNIT_EXPECT_EQ(test, pkt.tos, 0xb8);
	KUNIT_EXPECT_EQ(test, pkt.ttl, 61);
	KUNIT_EXPECT_TRUE(test, pkt.df);
	KUNIT_EXPECT_EQ(test, pkt.l4_off, 20);
	KUNIT_EXPECT_EQ(test, pkt.len, 40);
}

static void without_df_it_may_be_fragmented(struct kunit *test)
{
	struct dsr_pkt pkt;

	pkt = packet_expect(test, tcp_packet(test), DSR_KIND_FLOW, IPPROTO_TCP,
			    CLIENT_PORT, VIP_PORT);
	KUNIT_EXPECT_FALSE(test, pkt.df);
}

static void only_four_tcp_flags_are_told(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;
	u32 flags;

	for (flags = 0; flags < 256; flags++) {
		p->data[20 + 13] = flags;
		KUNIT_ASSERT_EQ(test, packet_parse(test, p, &pkt), 0);
		KUNIT_EXPECT_EQ(test, pkt.tcp_flags, flags & 0x17);
	}
}

static void ports_stand_behind_the_options(struct kunit *test)
{
	struct packet *p;
	struct dsr_pkt pkt;
	u8 words;

	for (words = 1; words <= 10; words++) {
		p = packet_new(test);
		packet_ipv4(p, IPPROTO_TCP, client4, vip4, words);
		packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_ACK);
		pkt = packet_expect(test, packet_finish(p), DSR_KIND_FLOW,
				    IPPROTO_TCP, CLIENT_PORT, VIP_PORT);
		KUNIT_EXPECT_EQ(test, pkt.l4_off, 20 + 4 * words);
	}
}

static struct packet *with_options(struct kunit *test, const void *bytes,
				   u32 len)
{
	struct packet *p = packet_new(test);
	u8 words = (len + 3) / 4;

	memcpy(packet_ipv4(p, IPPROTO_TCP, client4, vip4, words) + 20, bytes,
	       len);
	packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_ACK);
	return packet_finish(p);
}

static void source_routes_are_seen(struct kunit *test)
{
	static const struct {
		u8 bytes[40];
		u32 len;
		bool source_route;
	} options[] = {
		{ { 131, 7, 4, 10, 0, 0, 1 }, 7, true },	/* LSRR */
		{ { 137, 3, 4 }, 3, true },			/* SSRR */
		{ { 1, 1, 148, 4, 0, 0, 131, 3, 4 }, 9, true },
		{ { 7, 39, 4 }, 40, false },			/* RR */
		{ { 68, 8, 5, 131, 137, 131, 137, 131 }, 8, false },
		{ { 1, 0, 131, 3, 4 }, 5, false },		/* behind the end */
	};
	struct dsr_pkt pkt;
	struct packet *p;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(options); i++) {
		p = with_options(test, options[i].bytes, options[i].len);
		pkt = packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP,
				    CLIENT_PORT, VIP_PORT);
		KUNIT_EXPECT_EQ(test, pkt.source_route,
				options[i].source_route);
	}
}

static void options_that_do_not_end_are_malformed(struct kunit *test)
{
	static const u8 options[][4] = {
		{ 131, 0 }, { 131, 1 }, { 131, 5, 4 }, { 1, 1, 1, 131 },
		{ 7, 255 }, { 1, 7, 4 },
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(options); i++)
		packet_expect_malformed(test,
					with_options(test, options[i], 4));
}

static void header_shorter_than_20_bytes_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	u8 ihl;

	for (ihl = 0; ihl < 5; ihl++) {
		p->data[0] = 0x40 | ihl;
		packet_expect_malformed(test, p);
	}
}

static void options_beyond_the_datagram_are_malformed(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET, IPPROTO_GRE);
	packet_finish(p);
	packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_GRE, 0, 0);
	p->data[0] = 0x46;
	packet_expect_malformed(test, p);
}

static void padding_is_not_part_of_the_packet(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	packet_add(p, "\xff\xff\xff\xff\xff\xff", 6);
	p->total = p->len;
	pkt = packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP, CLIENT_PORT,
			    VIP_PORT);
	KUNIT_EXPECT_EQ(test, pkt.len, 40);
}

static void header_that_ends_in_the_padding_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	packet_put16(p->data + 2, p->len - 1);
	packet_expect_malformed(test, p);
}

static void length_beyond_the_packet_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	packet_put16(p->data + 2, p->len + 1);
	packet_expect_malformed(test, p);
	packet_put16(p->data + 2, 0xffff);
	packet_expect_malformed(test, p);
}

static void length_shorter_than_the_header_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	packet_put16(p->data + 2, 19);
	packet_expect_malformed(test, p);
	packet_put16(p->data + 2, 1);
	packet_expect_malformed(test, p);
}

static void length_0_is_that_of_a_big_tcp_packet(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	packet_put16(p->data + 2, 0);
	packet_expect_malformed(test, p);
	p->total = 65535;
	packet_expect_malformed(test, p);
	p->total = 65536;
	pkt = packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP, CLIENT_PORT,
			    VIP_PORT);
	KUNIT_EXPECT_EQ(test, pkt.len, 65536);
}

static void fragments_have_no_ports(struct kunit *test)
{
	static const u16 fields[] = {
		0x2000,		/* first */
		0x6000,		/* first, with DF */
		0x2001, 0x20b9,	/* in the middle */
		0x0001, 0x1fff,	/* last */
	};
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(fields); i++) {
		packet_put16(p->data + 6, fields[i]);
		pkt = packet_expect(test, p, DSR_KIND_FRAGMENT, IPPROTO_TCP, 0,
				    0);
		KUNIT_EXPECT_EQ(test, pkt.tcp_flags, 0);
		KUNIT_EXPECT_EQ(test, pkt.l4_off, 20);
	}
}

static void fragment_may_hold_less_than_a_transport_header(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET, IPPROTO_TCP);
	packet_add_zero(p, 8);
	packet_finish(p);
	packet_put16(p->data + 6, 0x0003);
	packet_expect(test, p, DSR_KIND_FRAGMENT, IPPROTO_TCP, 0, 0);
}

static void tcp_header_that_lies_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	u8 doff;

	for (doff = 0; doff < 16; doff++) {
		p->data[20 + 12] = doff << 4;
		if (doff != 5)
			packet_expect_malformed(test, p);
	}
}

static void tcp_options_need_not_be_read(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	struct dsr_pkt pkt;

	p->data[20 + 12] = 0xf0;
	packet_add_zero(p, 40);
	packet_finish(p);
	KUNIT_EXPECT_EQ(test, dsr_parse(p->data, 40, p->total, &pkt), 0);
	packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_TCP, CLIENT_PORT,
		      VIP_PORT);
}

static void short_transport_header_is_malformed(struct kunit *test)
{
	static const struct {
		u8 proto;
		u8 minimum;
	} protocols[] = {
		{ IPPROTO_TCP, 20 }, { IPPROTO_UDP, 8 }, { IPPROTO_SCTP, 12 },
		{ IPPROTO_ICMP, 8 },
	};
	struct packet *p;
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (len = 0; len < protocols[i].minimum; len++) {
			p = packet_new(test);
			packet_ip(p, AF_INET, protocols[i].proto);
			packet_add_zero(p, len);
			packet_expect_malformed(test, packet_finish(p));
		}
	}
}

static void udp_datagram_is_a_flow(struct kunit *test)
{
	struct dsr_pkt pkt;

	packet_expect(test, udp_packet(test, 0), DSR_KIND_FLOW, IPPROTO_UDP,
		      CLIENT_PORT, VIP_PORT);
	pkt = packet_expect(test, udp_packet(test, 100), DSR_KIND_FLOW,
			    IPPROTO_UDP, CLIENT_PORT, VIP_PORT);
	KUNIT_EXPECT_EQ(test, pkt.tcp_flags, 0);
	KUNIT_EXPECT_EQ(test, pkt.len, 128);
}

static void udp_length_that_lies_is_malformed(struct kunit *test)
{
	static const u16 lengths[] = { 0, 1, 7, 109, 0xffff };
	struct packet *p = udp_packet(test, 100);
	u32 i;

	for (i = 0; i < ARRAY_SIZE(lengths); i++) {
		packet_put16(p->data + 24, lengths[i]);
		packet_expect_malformed(test, p);
	}
}

static void udp_length_may_be_that_of_the_first_segment(struct kunit *test)
{
	struct packet *p = udp_packet(test, 100);

	packet_put16(p->data + 24, 8 + 50);
	packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_UDP, CLIENT_PORT,
		      VIP_PORT);
}

static void udp_length_0_is_that_of_a_big_packet(struct kunit *test)
{
	struct packet *p = udp_packet(test, 100);

	packet_put16(p->data + 2, 0);
	packet_put16(p->data + 24, 0);
	p->total = 70000;
	packet_expect(test, p, DSR_KIND_FLOW, IPPROTO_UDP, CLIENT_PORT,
		      VIP_PORT);
	packet_put16(p->data + 24, 7);
	packet_expect_malformed(test, p);
}

static void sctp_has_ports(struct kunit *test)
{
	struct packet *p = packet_new(test);

	packet_ip(p, AF_INET, IPPROTO_SCTP);
	packet_ports(p, CLIENT_PORT, VIP_PORT, 12);
	packet_expect(test, packet_finish(p), DSR_KIND_FLOW, IPPROTO_SCTP,
		      CLIENT_PORT, VIP_PORT);
}

static void other_protocols_are_flows_without_ports(struct kunit *test)
{
	static const u8 protocols[] = {
		0, IPPROTO_IGMP, IPPROTO_IPIP, IPPROTO_IPV6, IPPROTO_GRE,
		IPPROTO_ESP, IPPROTO_AH, IPPROTO_ICMPV6, 255,
	};
	struct packet *p;
	u32 i, len;

	for (i = 0; i < ARRAY_SIZE(protocols); i++) {
		for (len = 0; len <= 24; len += 24) {
			p = packet_new(test);
			packet_ip(p, AF_INET, protocols[i]);
			memset(packet_add_zero(p, len), 0xff, len);
			packet_expect(test, packet_finish(p), DSR_KIND_FLOW,
				      protocols[i], 0, 0);
		}
	}
}

static void packet_of_another_version_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);
	u8 version;

	packet_add_zero(p, 60);
	p->total = p->len;
	for (version = 0; version < 16; version++) {
		p->data[0] = version << 4 | 5;
		if (version != 4 && version != 6)
			packet_expect_malformed(test, p);
	}
}

static void packet_shorter_than_any_header_is_malformed(struct kunit *test)
{
	struct packet *p = tcp_packet(test);

	for (p->len = 0; p->len < 20; p->len++) {
		p->total = p->len;
		packet_expect_malformed(test, p);
	}
}

static struct kunit_case parse_ipv4_cases[] = {
	KUNIT_CASE(tcp_segment_is_a_flow),
	KUNIT_CASE(without_df_it_may_be_fragmented),
	KUNIT_CASE(only_four_tcp_flags_are_told),
	KUNIT_CASE(ports_stand_behind_the_options),
	KUNIT_CASE(source_routes_are_seen),
	KUNIT_CASE(options_that_do_not_end_are_malformed),
	KUNIT_CASE(header_shorter_than_20_bytes_is_malformed),
	KUNIT_CASE(options_beyond_the_datagram_are_malformed),
	KUNIT_CASE(padding_is_not_part_of_the_packet),
	KUNIT_CASE(header_that_ends_in_the_padding_is_malformed),
	KUNIT_CASE(length_beyond_the_packet_is_malformed),
	KUNIT_CASE(length_shorter_than_the_header_is_malformed),
	KUNIT_CASE(length_0_is_that_of_a_big_tcp_packet),
	KUNIT_CASE(fragments_have_no_ports),
	KUNIT_CASE(fragment_may_hold_less_than_a_transport_header),
	KUNIT_CASE(tcp_header_that_lies_is_malformed),
	KUNIT_CASE(tcp_options_need_not_be_read),
	KUNIT_CASE(short_transport_header_is_malformed),
	KUNIT_CASE(udp_datagram_is_a_flow),
	KUNIT_CASE(udp_length_that_lies_is_malformed),
	KUNIT_CASE(udp_length_may_be_that_of_the_first_segment),
	KUNIT_CASE(udp_length_0_is_that_of_a_big_packet),
	KUNIT_CASE(sctp_has_ports),
	KUNIT_CASE(other_protocols_are_flows_without_ports),
	KUNIT_CASE(packet_of_another_version_is_malformed),
	KUNIT_CASE(packet_shorter_than_any_header_is_malformed),
	{}
};

static struct kunit_suite parse_ipv4_suite = {
	.name = "nf_dsr_parse_ipv4",
	.test_cases = parse_ipv4_cases,
};

kunit_test_suite(parse_ipv4_suite);

// SPDX-License-Identifier: GPL-2.0
/* Tests of the parser: ICMP and ICMPv6. */
#include <linux/icmp.h>
#include <linux/icmpv6.h>

#include "packet.h"

#define ECHO_ID	0x1234

static const struct icmp_family {
	u8 family;
	u8 proto;
	u8 echo;
	u8 reply;
	u8 errors[4];
	u8 ip_header;
} families[] = {
	{ AF_INET, IPPROTO_ICMP, ICMP_ECHO, ICMP_ECHOREPLY,
	  { ICMP_DEST_UNREACH, ICMP_SOURCE_QUENCH, ICMP_TIME_EXCEEDED,
	    ICMP_PARAMETERPROB }, 20 },
	{ AF_INET6, IPPROTO_ICMPV6, ICMPV6_ECHO_REQUEST, ICMPV6_ECHO_REPLY,
	  { ICMPV6_DEST_UNREACH, ICMPV6_PKT_TOOBIG, ICMPV6_TIME_EXCEED,
	    ICMPV6_PARAMPROB }, 40 },
};

static void family_name(const struct icmp_family *f, char *name)
{
	strscpy(name, f->family == AF_INET ? "ICMP" : "ICMPv6",
		KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(family, families, family_name);

/* Return an error from a router on the client's side, without the quote. */
static struct packet *error_of_type(struct kunit *test, u8 type)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = packet_new(test);

	if (f->family == AF_INET)
		packet_ipv4(p, f->proto, router4, vip4, 0);
	else
		packet_ipv6(p, f->proto, router6, vip6);
	packet_icmp(p, type, 0);
	return p;
}

static struct packet *error_packet(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;

	return error_of_type(test, f->errors[0]);
}

/* Return an error with a quoted IP header, and the first 8 bytes that the VIP sent. */
static struct packet *error_about(struct kunit *test, u8 proto)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	packet_quoted_ip(p, f->family, proto);
	packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
	return packet_finish(p);
}

static void expect_error(struct kunit *test, const struct packet *p, u8 proto,
			 u16 sport, u16 dport)
{
	const struct icmp_family *f = test->param_value;
	struct dsr_pkt pkt;

	pkt = packet_expect(test, p, DSR_KIND_ERROR, proto, sport, dport);
	KUNIT_EXPECT_EQ(test, pkt.l4_off, f->ip_header);
	KUNIT_EXPECT_EQ(test, pkt.len, p->len);
	KUNIT_EXPECT_EQ(test, pkt.tcp_flags, 0);
}

/* Expect a control message, which the stack handles, with the addresses of the packet
 * itself.
 */
static void expect_control(struct kunit *test, const struct packet *p)
{
	const struct icmp_family *f = test->param_value;
	bool ipv4 = f->family == AF_INET;
	struct dsr_pkt pkt;

	KUNIT_ASSERT_EQ(test, packet_parse(test, p, &pkt), 0);
	KUNIT_EXPECT_EQ(test, pkt.kind, DSR_KIND_CONTROL);
	KUNIT_EXPECT_EQ(test, pkt.tuple.family, f->family);
	KUNIT_EXPECT_EQ(test, pkt.tuple.proto, f->proto);
	KUNIT_EXPECT_MEMEQ(test, &pkt.tuple.dst, ipv4 ? vip4 : vip6,
			   ipv4 ? 4 : 16);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.tuple.sport), 0);
	KUNIT_EXPECT_EQ(test, ntohs(pkt.tuple.dport), 0);
}

static void echo_request_is_a_flow_by_its_identifier(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = packet_new(test);

	packet_ip(p, f->family, f->proto);
	packet_icmp(p, f->echo, ECHO_ID);
	packet_expect(test, packet_finish(p), DSR_KIND_FLOW, f->proto, ECHO_ID,
		      0);
}

static bool has_meaning(const struct icmp_family *f, u32 type)
{
	return type == f->echo || memchr(f->errors, type, sizeof(f->errors));
}

static void all_other_types_are_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	u32 type;

	for (type = 0; type < 256; type++) {
		struct packet *p = error_of_type(test, type);

		packet_quoted_ip(p, f->family, IPPROTO_UDP);
		packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
		if (!has_meaning(f, type))
			expect_control(test, packet_finish(p));
	}
}

static void icmp_of_the_other_family_is_just_a_protocol(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	u8 proto = f->family == AF_INET ? IPPROTO_ICMPV6 : IPPROTO_ICMP;
	struct packet *p = packet_new(test);

	packet_ip(p, f->family, proto);
	packet_icmp(p, f->echo, ECHO_ID);
	packet_expect(test, packet_finish(p), DSR_KIND_FLOW, proto, 0, 0);
}

static void all_error_types_tell_the_flow(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	u32 i;

	for (i = 0; i < ARRAY_SIZE(f->errors); i++) {
		struct packet *p = error_of_type(test, f->errors[i]);

		packet_quoted_ip(p, f->family, IPPROTO_TCP);
		packet_tcp(p, VIP_PORT, CLIENT_PORT, DSR_TCP_ACK);
		expect_error(test, packet_finish(p), IPPROTO_TCP, CLIENT_PORT,
			     VIP_PORT);
	}
}

static void eight_quoted_bytes_suffice(struct kunit *test)
{
	static const u8 protocols[] = {
		IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP,
	};
	u32 i;

	for (i = 0; i < ARRAY_SIZE(protocols); i++)
		expect_error(test, error_about(test, protocols[i]),
			     protocols[i], CLIENT_PORT, VIP_PORT);
}

static void shorter_quotes_are_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_about(test, IPPROTO_TCP);

	while (--p->len >= f->ip_header + 8)
		expect_control(test, packet_finish(p));
}

static void shorter_icmp_header_is_malformed(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	while (--p->len >= f->ip_header)
		packet_expect_malformed(test, packet_finish(p));
}

static void quoted_protocol_without_ports_has_none(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	packet_quoted_ip(p, f->family, IPPROTO_ESP);
	expect_error(test, packet_finish(p), IPPROTO_ESP, 0, 0);
	expect_error(test, error_about(test, IPPROTO_ESP), IPPROTO_ESP, 0, 0);
}

static void quoted_lengths_do_not_matter(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_about(test, IPPROTO_UDP);
	u8 *length = p->data + f->ip_header + 8 +
		     (f->family == AF_INET ? 2 : 4);

	packet_put16(length, 0);
	expect_error(test, p, IPPROTO_UDP, CLIENT_PORT, VIP_PORT);
	packet_put16(length, 0xffff);
	expect_error(test, p, IPPROTO_UDP, CLIENT_PORT, VIP_PORT);
}

static void quote_of_another_sender_is_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	packet_ip(p, f->family, IPPROTO_TCP);
	packet_tcp(p, CLIENT_PORT, VIP_PORT, DSR_TCP_ACK);
	expect_control(test, packet_finish(p));
}

static void quoted_echo_reply_tells_the_flow(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	packet_quoted_ip(p, f->family, f->proto);
	packet_icmp(p, f->reply, ECHO_ID);
	expect_error(test, packet_finish(p), f->proto, ECHO_ID, 0);
}

static void other_quoted_icmp_is_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	u32 type;

	for (type = 0; type < 256; type++) {
		struct packet *p = error_packet(test);

		packet_quoted_ip(p, f->family, f->proto);
		packet_icmp(p, type, ECHO_ID);
		packet_quoted_ip(p, f->family, IPPROTO_TCP);
		packet_tcp(p, VIP_PORT, CLIENT_PORT, DSR_TCP_ACK);
		if (type != f->reply)
			expect_control(test, packet_finish(p));
	}
}

static void quote_of_another_version_is_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_about(test, IPPROTO_TCP);
	u8 *first = p->data + f->ip_header + 8;
	u32 byte;

	for (byte = 0; byte < 256; byte++) {
		*first = byte;
		if (byte >> 4 != (f->family == AF_INET ? 4 : 6))
			expect_control(test, p);
	}
}

static void fragmented_error_is_a_fragment(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = packet_new(test);

	if (f->family == AF_INET) {
		packet_put16(packet_ip(p, AF_INET, f->proto) + 6, 0x2000);
	} else {
		packet_ip(p, AF_INET6, IPPROTO_FRAGMENT);
		packet_fragment(p, f->proto, 0, true);
	}
	packet_icmp(p, f->errors[0], 0);
	packet_quoted_ip(p, f->family, IPPROTO_TCP);
	packet_tcp(p, VIP_PORT, CLIENT_PORT, DSR_TCP_ACK);
	packet_expect(test, packet_finish(p), DSR_KIND_FRAGMENT, f->proto, 0,
		      0);
}

static void quoted_fragment_tells_the_flow_only_if_first(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	u32 later;

	for (later = 0; later < 2; later++) {
		struct packet *p = error_packet(test);

		if (f->family == AF_INET) {
			packet_put16(packet_quoted_ip(p, AF_INET, IPPROTO_UDP) +
				     6, 0x2000 | later);
		} else {
			packet_quoted_ip(p, AF_INET6, IPPROTO_FRAGMENT);
			packet_fragment(p, IPPROTO_UDP, later * 8, true);
		}
		packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
		packet_finish(p);
		if (later)
			expect_control(test, p);
		else
			expect_error(test, p, IPPROTO_UDP, CLIENT_PORT,
				     VIP_PORT);
	}
}

static void quoted_first_fragment_is_walked_through(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	if (f->family == AF_INET) {
		packet_put16(packet_ipv4(p, IPPROTO_TCP, vip4, client4, 10) + 6,
			     0x2000);
	} else {
		packet_quoted_ip(p, AF_INET6, IPPROTO_FRAGMENT);
		packet_fragment(p, IPPROTO_DSTOPTS, 0, true);
		packet_ext(p, IPPROTO_TCP, 1);
	}
	packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
	expect_error(test, packet_finish(p), IPPROTO_TCP, CLIENT_PORT,
		     VIP_PORT);
}

/* A sender may put any bytes into a later fragment: here, headers of another packet. */
static void quoted_later_fragment_cannot_pose_as_a_header(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	if (f->family == AF_INET) {
		packet_put16(packet_quoted_ip(p, AF_INET, IPPROTO_UDP) + 6, 1);
	} else {
		packet_quoted_ip(p, AF_INET6, IPPROTO_FRAGMENT);
		packet_fragment(p, IPPROTO_FRAGMENT, 8, false);
		packet_fragment(p, IPPROTO_UDP, 0, false);
	}
	packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
	expect_control(test, packet_finish(p));
}

/* Append a quote with the longest options of IPv4, or with extension headers of IPv6. */
static void add_long_quote(struct kunit *test, struct packet *p)
{
	const struct icmp_family *f = test->param_value;

	if (f->family == AF_INET) {
		packet_ipv4(p, IPPROTO_TCP, vip4, client4, 10);
	} else {
		packet_quoted_ip(p, AF_INET6, IPPROTO_HOPOPTS);
		packet_ext(p, IPPROTO_DSTOPTS, 1);
		packet_ext(p, IPPROTO_ROUTING, 0);
		packet_ext(p, IPPROTO_TCP, 2);
	}
	packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
}

static void quoted_options_and_extensions_are_walked(struct kunit *test)
{
	struct packet *p = error_packet(test);

	add_long_quote(test, p);
	expect_error(test, packet_finish(p), IPPROTO_TCP, CLIENT_PORT,
		     VIP_PORT);
}

static void quote_that_ends_among_them_is_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);

	add_long_quote(test, p);
	while (--p->len >= f->ip_header + 8)
		expect_control(test, packet_finish(p));
}

static void quoted_header_that_lies_is_control(struct kunit *test)
{
	const struct icmp_family *f = test->param_value;
	struct packet *p = error_packet(test);
	u32 i;

	if (f->family == AF_INET) {
		packet_quoted_ip(p, AF_INET, IPPROTO_TCP)[0] = 0x44;
		packet_ports(p, VIP_PORT, CLIENT_PORT, 8);
	} else {
		packet_quoted_ip(p, AF_INET6, IPPROTO_DSTOPTS);
		for (i = 0; i < 20; i++)
			packet_ext(p, IPPROTO_DSTOPTS, 0);
	}
	expect_control(test, packet_finish(p));
}

#define FOR_BOTH(name)	KUNIT_CASE_PARAM(name, family_gen_params)

static struct kunit_case parse_icmp_cases[] = {
	FOR_BOTH(echo_request_is_a_flow_by_its_identifier),
	FOR_BOTH(all_other_types_are_control),
	FOR_BOTH(icmp_of_the_other_family_is_just_a_protocol),
	FOR_BOTH(all_error_types_tell_the_flow),
	FOR_BOTH(eight_quoted_bytes_suffice),
	FOR_BOTH(shorter_quotes_are_control),
	FOR_BOTH(shorter_icmp_header_is_malformed),
	FOR_BOTH(quoted_protocol_without_ports_has_none),
	FOR_BOTH(quoted_lengths_do_not_matter),
	FOR_BOTH(quote_of_another_sender_is_control),
	FOR_BOTH(quoted_echo_reply_tells_the_flow),
	FOR_BOTH(other_quoted_icmp_is_control),
	FOR_BOTH(quote_of_another_version_is_control),
	FOR_BOTH(fragmented_error_is_a_fragment),
	FOR_BOTH(quoted_fragment_tells_the_flow_only_if_first),
	FOR_BOTH(quoted_first_fragment_is_walked_through),
	FOR_BOTH(quoted_later_fragment_cannot_pose_as_a_header),
	FOR_BOTH(quoted_options_and_extensions_are_walked),
	FOR_BOTH(quote_that_ends_among_them_is_control),
	FOR_BOTH(quoted_header_that_lies_is_control),
	{}
};

static struct kunit_suite parse_icmp_suite = {
	.name = "nf_dsr_parse_icmp",
	.test_cases = parse_icmp_cases,
};

kunit_test_suite(parse_icmp_suite);

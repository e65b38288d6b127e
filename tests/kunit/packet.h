/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Packets for the parser's suites, built header by header. packet_finish() sets lengths
 * and offsets; then a test changes the field that it is about.
 */
#ifndef _DSR_TEST_PACKET_H
#define _DSR_TEST_PACKET_H

#include <kunit/test.h>
#include <linux/in.h>
#include <linux/in6.h>
#include <linux/string.h>

#include "lib/parse.h"

#define PACKET_ROOM	4096

/* @total is the length that the parser gets. It exceeds @len in packets whose rest the
 * parser does not need.
 */
struct packet {
	u8 data[PACKET_ROOM];
	u32 len;
	u32 total;
};

#define CLIENT_PORT	40000
#define VIP_PORT	443

extern const u8 client4[4], vip4[4], router4[4];
extern const u8 client6[16], vip6[16], router6[16];

struct packet *packet_new(struct kunit *test);
u8 *packet_add(struct packet *p, const void *bytes, u32 len);
u8 *packet_add_zero(struct packet *p, u32 len);

/* Append a header. Return where it begins. */
u8 *packet_ipv4(struct packet *p, u8 proto, const u8 *src, const u8 *dst,
		u8 option_words);
u8 *packet_ipv6(struct packet *p, u8 next, const u8 *src, const u8 *dst);
u8 *packet_ext(struct packet *p, u8 next, u8 more_units);
u8 *packet_fragment(struct packet *p, u8 next, u16 offset, bool more);
u8 *packet_ports(struct packet *p, u16 sport, u16 dport, u32 header_len);
u8 *packet_tcp(struct packet *p, u16 sport, u16 dport, u8 flags);
u8 *packet_udp(struct packet *p, u16 sport, u16 dport, u32 payload);
u8 *packet_icmp(struct packet *p, u8 type, u16 id);

/* Append an IP header of this family, from the client to the VIP. */
u8 *packet_ip(struct packet *p, u8 family, u8 proto);

/* Append an IP header of this family, from the VIP to the client, as ICMP errors quote
 * it.
 */
u8 *packet_quoted_ip(struct packet *p, u8 family, u8 proto);

void packet_put16(u8 *at, u16 value);
struct packet *packet_finish(struct packet *p);

/*
 * Parse each prefix of the packet, in memory that ends with the prefix, as the hook may
 * pass it. Check that the parser returns -EAGAIN and the needed length for a prefix that
 * is too short, with the same length until a prefix has it, and the result of the whole
 * packet for all other prefixes. Return this result.
 */
int packet_parse(struct kunit *test, const struct packet *p,
		 struct dsr_pkt *pkt);

/* Compare dsr_parse_plain() with the result of dsr_parse() for the same bytes, @err and
 * @pkt. Return true if the packet is plain.
 */
bool packet_expect_plain(struct kunit *test, const void *data, u32 avail,
			 u32 total, int err, const struct dsr_pkt *pkt);

void packet_expect_malformed(struct kunit *test, const struct packet *p);

/* Parse the packet, and expect this kind, protocol and ports; 0 means no port. */
struct dsr_pkt packet_expect(struct kunit *test, const struct packet *p,
			     enum dsr_kind kind, u8 proto, u16 sport,
			     u16 dport);

#endif /* _DSR_TEST_PACKET_H */

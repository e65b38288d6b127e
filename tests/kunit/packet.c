// SPDX-License-Identifier: GPL-2.0
#include <linux/slab.h>

#include "packet.h"

const u8 client4[4] = { 198, 51, 100, 7 };
const u8 vip4[4] = { 192, 0, 2, 1 };
const u8 router4[4] = { 203, 0, 113, 9 };
const u8 client6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xc1, [15] = 0x07 };
const u8 vip6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xbe, [14] = 0x53, 0x01 };
const u8 router6[16] = { 0x20, 0x01, 0x0d, 0xb8, 0xff, [15] = 0x09 };

struct packet *packet_new(struct kunit *test)
{
	struct packet *p = kunit_kzalloc(test, sizeof(*p), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, p);
	return p;
}

u8 *packet_add_zero(struct packet *p, u32 len)
{
	u8 *at = p->data + p->len;

	memset(at, 0, len);
	p->len += len;
	return at;
}

u8 *packet_add(struct packet *p, const void *bytes, u32 len)
{
	return memcpy(packet_add_zero(p, len), bytes, len);
}

void packet_put16(u8 *at, u16 value)
{
	at[0] = value >> 8;
	at[1] = value;
}

u8 *packet_ipv4(struct packet *p, u8 proto, const u8 *src, const u8 *dst,
		u8 option_words)
{
	u8 *at = packet_add_zero(p, 20 + option_words * 4);

	at[0] = 0x40 | (5 + option_words);
	at[1] = 0xb8;
	at[8] = 61;
	at[9] = proto;
	memcpy(at + 12, src, 4);
	memcpy(at + 16, dst, 4);
	memset(at + 20, 1, option_words * 4);
	return at;
}

u8 *packet_ipv6(struct packet *p, u8 next, const u8 *src, const u8 *dst)
{
	u8 *at = packet_add_zero(p, 40);

	at[0] = 0x6b;
	at[1] = 0x8f;
	at[2] = 0xff;
	at[3] = 0xff;
	at[6] = next;
	at[7] = 61;
	memcpy(at + 8, src, 16);
	memcpy(at + 24, dst, 16);
	return at;
}

u8 *packet_ip(struct packet *p, u8 family, u8 proto)
{
	if (family == AF_INET)
		return packet_ipv4(p, proto, client4, vip4, 0);
	return packet_ipv6(p, proto, client6, vip6);
}

u8 *packet_quoted_ip(struct packet *p, u8 family, u8 proto)
{
	if (family == AF_INET)
		return packet_ipv4(p, proto, vip4, client4, 0);
	return packet_ipv6(p, proto, vip6, client6);
}

u8 *packet_ext(struct packet *p, u8 next, u8 more_units)
{
	u8 *at = packet_add_zero(p, (more_units + 1) * 8);

	at[0] = next;
	at[1] = more_units;
	return at;
}

u8 *packet_fragment(struct packet *p, u8 next, u16 offset, bool more)
{
	u8 *at = packet_add_zero(p, 8);

	at[0] = next;
	packet_put16(at + 2, offset | more);
	return at;
}

u8 *packet_ports(struct packet *p, u16 sport, u16 dport, u32 header_len)
{
	u8 *at = packet_add_zero(p, header_len);

	packet_put16(at, sport);
	packet_put16(at + 2, dport);
	return at;
}

u8 *packet_tcp(struct packet *p, u16 sport, u16 dport, u8 flags)
{
	u8 *at = packet_ports(p, sport, dport, 20);

	at[12] = 0x50;
	at[13] = flags;
	return at;
}

u8 *packet_udp(struct packet *p, u16 sport, u16 dport, u32 payload)
{
	u8 *at = packet_ports(p, sport, dport, 8);

	packet_put16(at + 4, 8 + payload);
	packet_add_zero(p, payload);
	return at;
}

u8 *packet_icmp(struct packet *p, u8 type, u16 id)
{
	u8 *at = packet_add_zero(p, 8);

	at[0] = type;
	packet_put16(at + 4, id);
	packet_put16(at + 6, 1);
	return at;
}

struct packet *packet_finish(struct packet *p)
{
	if (p->data[0] >> 4 == 4)
		packet_put16(p->data + 2, p->len);
	else
		packet_put16(p->data + 4, p->len - 40);
	p->total = p->len;
	return p;
}

/* Four objects, which are 0 to 3 bytes shorter than the packet. Any prefix of the packet
 * fits into one of them so that it begins aligned and ends at the end of the object,
 * where KASAN detects reads behind it. An object for each prefix would take KASAN too
 * long.
 */
struct objects {
	u8 *data[4];
	u32 len;
};

static void objects_alloc(struct kunit *test, struct objects *o, u32 len)
{
	u32 i;

	o->len = len;
	for (i = 0; i < 4 && i <= len; i++) {
		o->data[i] = kmalloc(len - i, GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, o->data[i]);
	}
}

static void objects_free(struct objects *o)
{
	u32 i;

	for (i = 0; i < 4 && i <= o->len; i++)
		kfree(o->data[i]);
}

bool packet_expect_plain(struct kunit *test, const void *data, u32 avail,
			 u32 total, int err, const struct dsr_pkt *pkt)
{
	const struct iphdr *iph = data;
	bool ipv4 = avail && iph->version == 4, steady, plain, flow;
	u32 off = ipv4 ? sizeof(struct iphdr) : sizeof(struct ipv6hdr);
	struct dsr_tuple tuple;

	if (avail < off)
		return false;
	memset(&tuple, 0xa5, sizeof(tuple));
	plain = dsr_parse_plain(data, avail, total, ipv4 ? AF_INET : AF_INET6,
				&tuple, &steady);
	flow = !err && pkt->kind == DSR_KIND_FLOW && pkt->l4_off == off &&
	       pkt->len == total && total <= U16_MAX &&
	       (pkt->tuple.proto == IPPROTO_TCP ||
		pkt->tuple.proto == IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, plain, flow);
	if (!plain || !flow)
		return false;
	KUNIT_EXPECT_MEMEQ(test, &tuple, &pkt->tuple, sizeof(tuple));
	KUNIT_EXPECT_EQ(test, steady,
			!(pkt->tcp_flags & (DSR_TCP_SYN | DSR_TCP_FIN | DSR_TCP_RST)));
	KUNIT_EXPECT_FALSE(test, pkt->source_route);
	return true;
}

/* Parse a prefix of the packet. The result contains garbage before, which the parser must
 * overwrite.
 */
static int parse_prefix(struct kunit *test, struct objects *o,
			const struct packet *p, u32 avail, struct dsr_pkt *pkt)
{
	int err;

	u32 shorter = (o->len - avail) % 4;
	u8 *data = o->data[shorter] + (o->len - shorter - avail);

	memcpy(data, p->data, avail);
	memset(pkt, 0xa5, sizeof(*pkt));
	err = dsr_parse(data, avail, p->total, pkt);
	packet_expect_plain(test, data, avail, p->total, err, pkt);
	return err;
}

static void parse_prefixes(struct kunit *test, struct objects *o,
			   const struct packet *p, int whole,
			   const struct dsr_pkt *pkt)
{
	u32 avail, need = 0;
	struct dsr_pkt part;
	int err;

	for (avail = 0; avail < p->len; avail++) {
		err = parse_prefix(test, o, p, avail, &part);
		if (err == -EAGAIN) {
			KUNIT_EXPECT_GT(test, part.need, avail);
			KUNIT_EXPECT_LE(test, part.need, p->total);
			if (need > avail)
				KUNIT_EXPECT_EQ(test, part.need, need);
			need = part.need;
			continue;
		}
		KUNIT_EXPECT_LE(test, need, avail);
		KUNIT_EXPECT_EQ(test, err, whole);
		if (!err)
			KUNIT_EXPECT_MEMEQ(test, &part, pkt, sizeof(part));
	}
}

int packet_parse(struct kunit *test, const struct packet *p,
		 struct dsr_pkt *pkt)
{
	struct objects o;
	int whole;

	objects_alloc(test, &o, p->len);
	whole = parse_prefix(test, &o, p, p->len, pkt);
	KUNIT_EXPECT_NE(test, whole, -EAGAIN);
	parse_prefixes(test, &o, p, whole, pkt);
	objects_free(&o);
	return whole;
}

void packet_expect_malformed(struct kunit *test, const struct packet *p)
{
	struct dsr_pkt pkt;

	KUNIT_EXPECT_EQ(test, packet_parse(test, p, &pkt), -EBADMSG);
}

struct dsr_pkt packet_expect(struct kunit *test, const struct packet *p,
			     enum dsr_kind kind, u8 proto, u16 sport, u16 dport)
{
	bool ipv4 = p->data[0] >> 4 == 4;
	struct dsr_tuple tuple = {
		.family = ipv4 ? AF_INET : AF_INET6,
		.proto = proto,
		.sport = htons(sport),
		.dport = htons(dport),
	};
	struct dsr_pkt pkt;

	memcpy(&tuple.src, ipv4 ? client4 : client6, ipv4 ? 4 : 16);
	memcpy(&tuple.dst, ipv4 ? vip4 : vip6, ipv4 ? 4 : 16);
	KUNIT_ASSERT_EQ(test, packet_parse(test, p, &pkt), 0);
	KUNIT_EXPECT_EQ(test, pkt.kind, kind);
	KUNIT_EXPECT_MEMEQ(test, &pkt.tuple, &tuple, sizeof(tuple));
	return pkt;
}

// SPDX-License-Identifier: GPL-2.0
/* The expected bytes are written out, not computed. */
#include <kunit/test.h>

#include "../../kmod/dsr_encap.c"

static const struct header {
	const char *name;
	u8 family;
	u8 inner_family;
	bool gre;
	u8 len;
	u8 bytes[DSR_ENCAP_MAX];
} headers[] = {
	{ "IPv4 in IPv4", AF_INET, AF_INET, false, 20,
	  { 0x45, 0xb9, 0x00, 0x78, 0xab, 0xcd, 0x40, 0x00,
	    0x3f, 0x04, 0xc1, 0xbd,
	    0xc0, 0x00, 0x02, 0x0a, 0x0a, 0x01, 0x01, 0x33 } },
	{ "IPv6 in IPv4", AF_INET, AF_INET6, false, 20,
	  { 0x45, 0xb9, 0x00, 0x78, 0xab, 0xcd, 0x40, 0x00,
	    0x3f, 0x29, 0xc1, 0x98,
	    0xc0, 0x00, 0x02, 0x0a, 0x0a, 0x01, 0x01, 0x33 } },
	{ "IPv4 in GRE in IPv4", AF_INET, AF_INET, true, 24,
	  { 0x45, 0xb9, 0x00, 0x7c, 0xab, 0xcd, 0x40, 0x00,
	    0x3f, 0x2f, 0xc1, 0x8e,
	    0xc0, 0x00, 0x02, 0x0a, 0x0a, 0x01, 0x01, 0x33,
	    0x00, 0x00, 0x08, 0x00 } },
	{ "IPv6 in GRE in IPv4", AF_INET, AF_INET6, true, 24,
	  { 0x45, 0xb9, 0x00, 0x7c, 0xab, 0xcd, 0x40, 0x00,
	    0x3f, 0x2f, 0xc1, 0x8e,
	    0xc0, 0x00, 0x02, 0x0a, 0x0a, 0x01, 0x01, 0x33,
	    0x00, 0x00, 0x86, 0xdd } },
	{ "IPv4 in IPv6", AF_INET6, AF_INET, false, 40,
	  { 0x6b, 0x95, 0x43, 0x21, 0x00, 0x64, 0x04, 0x3f,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x02, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x51 } },
	{ "IPv6 in IPv6", AF_INET6, AF_INET6, false, 40,
	  { 0x6b, 0x95, 0x43, 0x21, 0x00, 0x64, 0x29, 0x3f,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x02, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x51 } },
	{ "IPv4 in GRE in IPv6", AF_INET6, AF_INET, true, 44,
	  { 0x6b, 0x95, 0x43, 0x21, 0x00, 0x68, 0x2f, 0x3f,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x02, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x51,
	    0x00, 0x00, 0x08, 0x00 } },
	{ "IPv6 in GRE in IPv6", AF_INET6, AF_INET6, true, 44,
	  { 0x6b, 0x95, 0x43, 0x21, 0x00, 0x68, 0x2f, 0x3f,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x01, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x0a,
	    0x20, 0x01, 0x0d, 0xb8, 0x00, 0x02, 0x00, 0x00,
	    0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x00, 0x51,
	    0x00, 0x00, 0x86, 0xdd } },
};

static void header_name(const struct header *h, char *name)
{
	strscpy(name, h->name, KUNIT_PARAM_DESC_SIZE);
}

KUNIT_ARRAY_PARAM(header, headers, header_name);

static struct dsr_encap encap_of(u8 family, u8 inner_family, bool gre)
{
	static const u8 src4[] = { 192, 0, 2, 10 };
	static const u8 dst4[] = { 10, 1, 1, 51 };
	static const u8 src6[16] = { 0x20, 0x01, 0x0d, 0xb8, [5] = 1, [15] = 10 };
	static const u8 dst6[16] = { 0x20, 0x01, 0x0d, 0xb8, [5] = 2, [15] = 0x51 };
	struct dsr_encap encap = {
		.family = family,
		.inner_family = inner_family,
		.gre = gre,
		.df = true,
		.tos = 0xb9,
		.ttl = 63,
		.id = htons(0xabcd),
		.flow_label = 0xfff54321,
		.inner_len = 100,
	};

	memcpy(&encap.src, family == AF_INET ? src4 : src6,
	       family == AF_INET ? 4 : 16);
	memcpy(&encap.dst, family == AF_INET ? dst4 : dst6,
	       family == AF_INET ? 4 : 16);
	return encap;
}

/* All bytes are written, whatever stood there, and none behind them. */
static void write_to(struct kunit *test, u8 *bytes,
		     const struct dsr_encap *encap, u32 len)
{
	u8 room[DSR_ENCAP_MAX + 4] __aligned(4);
	u32 i;

	memset(room, 0xa5, sizeof(room));
	dsr_encap_write(room, encap);
	for (i = len; i < sizeof(room); i++)
		KUNIT_EXPECT_EQ(test, room[i], 0xa5);
	memcpy(bytes, room, len);
}

static void header_is_right_byte_for_byte(struct kunit *test)
{
	const struct header *h = test->param_value;
	struct dsr_encap encap = encap_of(h->family, h->inner_family, h->gre);
	u8 bytes[DSR_ENCAP_MAX];

	KUNIT_ASSERT_EQ(test, dsr_encap_len(h->family, h->gre), h->len);
	write_to(test, bytes, &encap, h->len);
	KUNIT_EXPECT_MEMEQ(test, bytes, h->bytes, h->len);
}

static void length_too_great_for_its_field_is_0(struct kunit *test)
{
	const struct header *h = test->param_value;
	struct dsr_encap encap = encap_of(h->family, h->inner_family, h->gre);
	u32 counted = h->family == AF_INET ? h->len : h->len - 40;
	u32 field = h->family == AF_INET ? 2 : 4;
	u8 bytes[DSR_ENCAP_MAX];

	encap.inner_len = 65535 - counted;
	write_to(test, bytes, &encap, h->len);
	KUNIT_EXPECT_EQ(test, bytes[field] << 8 | bytes[field + 1], 65535);

	encap.inner_len += 1000;
	write_to(test, bytes, &encap, h->len);
	KUNIT_EXPECT_EQ(test, bytes[field] << 8 | bytes[field + 1], 0);
}

static void without_df_the_outer_packet_may_be_fragmented(struct kunit *test)
{
	struct dsr_encap encap = encap_of(AF_INET, AF_INET, false);
	u8 bytes[DSR_ENCAP_MAX];

	encap.df = false;
	write_to(test, bytes, &encap, 20);
	KUNIT_EXPECT_EQ(test, bytes[6] << 8 | bytes[7], 0);
}

static void flow_label_and_class_do_not_mix(struct kunit *test)
{
	struct dsr_encap encap = encap_of(AF_INET6, AF_INET6, false);
	u8 bytes[DSR_ENCAP_MAX];

	encap.tos = 0xff;
	encap.flow_label = 0;
	write_to(test, bytes, &encap, 40);
	KUNIT_EXPECT_MEMEQ(test, bytes, "\x6f\xf0\x00\x00", 4);

	encap.tos = 0;
	encap.flow_label = 0xfffff;
	write_to(test, bytes, &encap, 40);
	KUNIT_EXPECT_MEMEQ(test, bytes, "\x60\x0f\xff\xff", 4);
}

/* A receiver's view: all words and their checksum add up to 0xffff. */
static void expect_valid_checksum(struct kunit *test, const u8 *bytes)
{
	u32 sum = 0, i;

	for (i = 0; i < 20; i += 2)
		sum += bytes[i] << 8 | bytes[i + 1];
	while (sum >> 16)
		sum = (sum & 0xffff) + (sum >> 16);
	KUNIT_EXPECT_EQ(test, sum, 0xffff);
}

static void checksum_carries_as_often_as_needed(struct kunit *test)
{
	struct dsr_encap encap = encap_of(AF_INET, AF_INET, false);
	u8 bytes[DSR_ENCAP_MAX];
	u32 id;

	for (id = 0; id <= 0xffff; id++) {
		encap.id = htons(id);
		write_to(test, bytes, &encap, 20);
		expect_valid_checksum(test, bytes);
	}
	encap.src.ip = htonl(0xffffffff);
	encap.dst.ip = htonl(0xffffffff);
	encap.tos = 0xff;
	encap.ttl = 0xff;
	write_to(test, bytes, &encap, 20);
	expect_valid_checksum(test, bytes);
}

static struct kunit_case encap_cases[] = {
	KUNIT_CASE_PARAM(header_is_right_byte_for_byte, header_gen_params),
	KUNIT_CASE_PARAM(length_too_great_for_its_field_is_0,
			 header_gen_params),
	KUNIT_CASE(without_df_the_outer_packet_may_be_fragmented),
	KUNIT_CASE(flow_label_and_class_do_not_mix),
	KUNIT_CASE(checksum_carries_as_often_as_needed),
	{}
};

static struct kunit_suite encap_suite = {
	.name = "nf_dsr_encap",
	.test_cases = encap_cases,
};

kunit_test_suite(encap_suite);

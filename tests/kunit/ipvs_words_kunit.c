// SPDX-License-Identifier: GPL-2.0
/* Tests of the translation between the words of IPVS and those of nf_dsr. */
#include <kunit/test.h>
#include <linux/inetdevice.h>

#include "../../kmod/ipvs/rate.h"
#include "../../kmod/ipvs/words.c"

#define CSUM	IP_VS_TUNNEL_ENCAP_FLAG_CSUM

static const struct dsr_policy plain_policy = {
	.table_size = 4093,
	.min_active = 1,
	.slow_start = 30,
	.persist_prefix4 = 32,
	.persist_prefix6 = 128,
};

static const struct dsr_fwd plain_fwd = {
	.method = NF_DSR_METHOD_L2,
	.outer_port = htons(6080),
};

static struct dsr_ipvs_service web(const char *sched, u32 flags)
{
	struct dsr_ipvs_service words = {
		.addr.ip = htonl(0xc0000250),
		.family = AF_INET,
		.proto = IPPROTO_TCP,
		.port = 80,
		.flags = flags,
		.timeout = 300,
		.mask = htonl(0xffffffff),
	};

	strscpy(words.sched, sched, sizeof(words.sched));
	return words;
}

static struct dsr_service_key key_of(const struct dsr_ipvs_service *words)
{
	struct dsr_service_key key;
	const char *why;

	if (dsr_ipvs_key_read(words, &key, &why))
		memset(&key, 0, sizeof(key));
	return key;
}

/**
 * struct sched - a scheduler of IPVS, and what it means
 * @word: its name
 * @flags: IP_VS_SVC_F_*
 * @sched: of nf_dsr
 * @hash: enum nf_dsr_hash
 * @shown: the nearest word for that
 */
struct sched {
	const char *word;
	u32 flags;
	const char *sched;
	u8 hash;
	const char *shown;
};

static const struct sched scheds[] = {
	{ "rr", 0, "rr", 0, "rr" },
	{ "wrr", 0, "wrr", 0, "wrr" },
	{ "lc", 0, "lc", 0, "lc" },
	{ "wlc", 0, "wlc", 0, "wlc" },
	{ "sed", 0, "wlc", 0, "wlc" },
	{ "nq", 0, "nq", 0, "nq" },
	{ "fo", 0, "fo", 0, "fo" },
	{ "ovf", 0, "ovf", 0, "ovf" },
	{ "sh", 0, "maglev", NF_DSR_HASH_SOURCE, "mh" },
	{ "sh", DSR_IPVS_PORT, "maglev", NF_DSR_HASH_SOURCE_PORT, "mh" },
	{ "mh", DSR_IPVS_FALLBACK, "maglev", NF_DSR_HASH_SOURCE, "mh" },
	{ "mh", DSR_IPVS_PORT, "maglev", NF_DSR_HASH_SOURCE_PORT, "mh" },
	{ "dh", DSR_IPVS_PORT, "maglev", NF_DSR_HASH_DESTINATION, "dh" },
};

static void schedulers_keep_their_meaning_and_their_word(struct kunit *test)
{
	struct dsr_ipvs_service words, shown;
	struct dsr_service_key key;
	const char *sched, *why;
	struct dsr_policy p;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(scheds); i++) {
		words = web(scheds[i].word, scheds[i].flags);
		key = key_of(&words);
		p = plain_policy;
		KUNIT_ASSERT_EQ(test, 0, dsr_ipvs_service_read(&words, &p, &sched, &why));
		KUNIT_EXPECT_STREQ(test, sched, scheds[i].sched);
		KUNIT_EXPECT_EQ(test, p.hash, scheds[i].hash);
		KUNIT_EXPECT_EQ(test, p.slow_start, plain_policy.slow_start);
		KUNIT_EXPECT_EQ(test, p.no_backend, NF_DSR_NO_BACKEND_REJECT);
		dsr_ipvs_service_write(&key, sched, &p, &shown);
		KUNIT_EXPECT_STREQ(test, shown.sched, scheds[i].shown);
		KUNIT_EXPECT_TRUE(test, dsr_ipvs_service_holds(&words, &key, sched, &p));
		p.hash = p.hash == NF_DSR_HASH_DESTINATION ? NF_DSR_HASH_SOURCE :
							     NF_DSR_HASH_DESTINATION;
		KUNIT_EXPECT_EQ(test, dsr_ipvs_service_holds(&words, &key, sched, &p),
				strcmp(sched, "maglev") != 0);
		KUNIT_EXPECT_FALSE(test, dsr_ipvs_service_holds(&words, &key, "none", &p));
	}
}

static void the_default_is_shown_as_mh_with_its_flags(struct kunit *test)
{
	struct dsr_ipvs_service words = web("mh", 0), shown;
	struct dsr_service_key key = key_of(&words);

	dsr_ipvs_service_write(&key, "maglev", &plain_policy, &shown);
	KUNIT_EXPECT_STREQ(test, shown.sched, "mh");
	KUNIT_EXPECT_EQ(test, shown.flags, DSR_IPVS_FALLBACK | DSR_IPVS_PORT);
}

static void what_has_no_equal_is_refused(struct kunit *test)
{
	static const char * const none[] = { "lblc", "lblcr", "twos", "none", "", "best" };
	struct dsr_policy p = plain_policy;
	struct dsr_ipvs_service words;
	const char *sched, *why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(none); i++) {
		words = web(none[i], 0);
		why = NULL;
		KUNIT_EXPECT_EQ(test, -ENOENT,
				dsr_ipvs_service_read(&words, &p, &sched, &why));
		KUNIT_ASSERT_NOT_NULL(test, why);
		KUNIT_EXPECT_LT(test, strlen(why), 80);
	}
}

static int read_service(const struct dsr_ipvs_service *words, struct dsr_policy *p)
{
	const char *sched, *why;

	*p = plain_policy;
	return dsr_ipvs_service_read(words, p, &sched, &why);
}

static void persistence_has_a_time_and_a_prefix(struct kunit *test)
{
	struct dsr_ipvs_service words = web("rr", IP_VS_SVC_F_PERSISTENT), shown;
	struct dsr_service_key key = key_of(&words);
	struct dsr_policy p;

	words.mask = htonl(0xfffff000);
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_EQ(test, p.persist, 300);
	KUNIT_EXPECT_EQ(test, p.persist_prefix4, 20);
	dsr_ipvs_service_write(&key, "rr", &p, &shown);
	KUNIT_EXPECT_EQ(test, shown.flags, IP_VS_SVC_F_PERSISTENT);
	KUNIT_EXPECT_EQ(test, shown.timeout, 300);
	KUNIT_EXPECT_EQ(test, ntohl(shown.mask), 0xfffff000);
	words.mask = htonl(0xff00ff00);
	KUNIT_EXPECT_EQ(test, -EINVAL, read_service(&words, &p));
	words.mask = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, read_service(&words, &p));
	words.mask = htonl(0xffffffff);
	words.timeout = 0;
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_EQ(test, p.persist, 1);
	words.timeout = U32_MAX;
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_EQ(test, p.persist, NF_DSR_TIMEOUT_MAX);
	KUNIT_EXPECT_TRUE(test, dsr_ipvs_service_holds(&words, &key, "rr", &p));
	words.flags = 0;
	words.mask = 0;
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_EQ(test, p.persist, 0);
	KUNIT_EXPECT_EQ(test, p.persist_prefix4, 32);
}

static void of_ipv6_the_mask_is_a_length(struct kunit *test)
{
	struct dsr_ipvs_service words = {
		.addr.ip6 = { htonl(0x20010db8), 0, 0, htonl(0x80) },
		.family = AF_INET6,
		.proto = IPPROTO_UDP,
		.port = 53,
		.flags = IP_VS_SVC_F_PERSISTENT | IP_VS_SVC_F_ONEPACKET,
		.timeout = 60,
		.mask = (__force __be32)64,
		.sched = "wrr",
	}, shown;
	struct dsr_service_key key = key_of(&words);
	struct dsr_policy p;

	KUNIT_EXPECT_EQ(test, key.prefix_len, 128);
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_EQ(test, p.persist_prefix6, 64);
	KUNIT_EXPECT_EQ(test, p.one_packet, 1);
	dsr_ipvs_service_write(&key, "wrr", &p, &shown);
	KUNIT_EXPECT_MEMEQ(test, &shown, &words, sizeof(words));
	words.mask = (__force __be32)129;
	KUNIT_EXPECT_EQ(test, -EINVAL, read_service(&words, &p));
	words.mask = 0;
	KUNIT_EXPECT_EQ(test, -EINVAL, read_service(&words, &p));
}

static void a_service_has_a_vip_or_a_mark(struct kunit *test)
{
	struct dsr_ipvs_service words = web("rr", 0);
	struct dsr_service_key key;
	struct dsr_policy p;
	const char *why;

	words.port = 0;
	KUNIT_EXPECT_EQ(test, 0, dsr_ipvs_key_read(&words, &key, &why));
	KUNIT_EXPECT_TRUE(test, dsr_key_any_port(&key));
	KUNIT_EXPECT_EQ(test, key.port_end, U16_MAX);
	KUNIT_EXPECT_EQ(test, -EINVAL, read_service(&words, &p));
	words.flags = IP_VS_SVC_F_PERSISTENT;
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	words.proto = IPPROTO_ICMP;
	KUNIT_EXPECT_EQ(test, -EPROTONOSUPPORT, dsr_ipvs_key_read(&words, &key, &why));
	words.proto = IPPROTO_SCTP;
	words.addr.ip = htonl(INADDR_LOOPBACK);
	KUNIT_EXPECT_EQ(test, -EINVAL, dsr_ipvs_key_read(&words, &key, &why));
	words.mark = 7;
	words.flags = 0;
	KUNIT_EXPECT_EQ(test, 0, dsr_ipvs_key_read(&words, &key, &why));
	KUNIT_EXPECT_EQ(test, dsr_key_mark(&key), 7);
	KUNIT_EXPECT_EQ(test, key.proto, 0);
	KUNIT_EXPECT_EQ(test, 0, read_service(&words, &p));
	KUNIT_EXPECT_TRUE(test, dsr_ipvs_key_matches(&words, &key));
	words.mark = 8;
	KUNIT_EXPECT_FALSE(test, dsr_ipvs_key_matches(&words, &key));
}

static void the_nearest_words_identify_a_service(struct kunit *test)
{
	struct dsr_ipvs_service words = web("rr", 0);
	struct dsr_service_key key = key_of(&words);

	key.prefix_len = 24;
	key.proto = 0;
	key.port_end = 90;
	KUNIT_EXPECT_TRUE(test, dsr_ipvs_key_matches(&words, &key));
	words.port = 81;
	KUNIT_EXPECT_FALSE(test, dsr_ipvs_key_matches(&words, &key));
	words.port = 80;
	words.proto = IPPROTO_UDP;
	KUNIT_EXPECT_FALSE(test, dsr_ipvs_key_matches(&words, &key));
}

static const struct dsr_backend_key b1 = {
	.addr.ip = htonl(0x0a010133),
	.family = AF_INET,
};

static struct dsr_ipvs_dest server(u32 fwd, u8 type, u16 port, u16 flags)
{
	return (struct dsr_ipvs_dest) {
		.addr = b1.addr,
		.family = AF_INET,
		.port = 80,
		.fwd = fwd,
		.weight = 3,
		.tun_type = type,
		.tun_port = htons(port),
		.tun_flags = flags,
	};
}

/**
 * struct method - a method of IPVS, and what it means
 * @fwd: IP_VS_CONN_F_*
 * @type: of a tunnel
 * @port: of a tunnel
 * @flags: of a tunnel
 * @local: the address is one of this machine
 * @method: enum nf_dsr_method
 * @set: DSR_FWD_* of the options that are set
 * @checksum: enum nf_dsr_outer_checksum
 * @exact: the nearest words for that are these again
 */
struct method {
	u32 fwd;
	u8 type;
	u16 port;
	u16 flags;
	bool local;
	u8 method;
	u16 set;
	u8 checksum;
	bool exact;
};

static const struct method methods[] = {
	{ .fwd = IP_VS_CONN_F_DROUTE, .method = NF_DSR_METHOD_L2, .set = DSR_FWD_METHOD,
	  .exact = true },
	{ .fwd = IP_VS_CONN_F_LOCALNODE, .method = NF_DSR_METHOD_LOCAL,
	  .set = DSR_FWD_METHOD, .exact = true },
	{ .fwd = IP_VS_CONN_F_DROUTE, .local = true, .method = NF_DSR_METHOD_LOCAL,
	  .set = DSR_FWD_METHOD },
	{ .fwd = IP_VS_CONN_F_MASQ, .local = true, .method = NF_DSR_METHOD_LOCAL,
	  .set = DSR_FWD_METHOD },
	{ .fwd = IP_VS_CONN_F_TUNNEL, .method = NF_DSR_METHOD_IPIP,
	  .set = DSR_FWD_METHOD | DSR_FWD_OUTER_TTL, .exact = true },
	{ .fwd = IP_VS_CONN_F_TUNNEL, .type = IP_VS_CONN_F_TUNNEL_TYPE_GRE,
	  .method = NF_DSR_METHOD_GRE,
	  .set = DSR_FWD_METHOD | DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_CHECKSUM,
	  .checksum = NF_DSR_OUTER_CHECKSUM_OFF, .exact = true },
	{ .fwd = IP_VS_CONN_F_TUNNEL, .type = IP_VS_CONN_F_TUNNEL_TYPE_GRE, .flags = CSUM,
	  .method = NF_DSR_METHOD_GRE,
	  .set = DSR_FWD_METHOD | DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_CHECKSUM,
	  .checksum = NF_DSR_OUTER_CHECKSUM_ON, .exact = true },
	{ .fwd = IP_VS_CONN_F_TUNNEL, .type = IP_VS_CONN_F_TUNNEL_TYPE_GUE, .port = 7000,
	  .flags = CSUM, .method = NF_DSR_METHOD_GUE,
	  .set = DSR_FWD_METHOD | DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_CHECKSUM |
		 DSR_FWD_OUTER_PORT,
	  .checksum = NF_DSR_OUTER_CHECKSUM_ON, .exact = true },
	{ .fwd = IP_VS_CONN_F_TUNNEL, .type = IP_VS_CONN_F_TUNNEL_TYPE_GUE, .port = 7000,
	  .method = NF_DSR_METHOD_GUE,
	  .set = DSR_FWD_METHOD | DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_CHECKSUM |
		 DSR_FWD_OUTER_PORT,
	  .checksum = NF_DSR_OUTER_CHECKSUM_OFF, .exact = true },
};

static void methods_keep_their_meaning_and_their_words(struct kunit *test)
{
	const struct dsr_ipvs_service words = web("rr", 0);
	const struct dsr_service_key key = key_of(&words);
	struct dsr_ipvs_dest dest, shown;
	const struct method *m;
	const char *why;
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(methods); i++) {
		struct dsr_backend_conf conf = { .priority = 2 };

		m = &methods[i];
		dest = server(m->fwd, m->type, m->port, m->flags);
		KUNIT_ASSERT_EQ(test, 0, dsr_ipvs_dest_read(&dest, &key, m->local, &conf, &why));
		KUNIT_EXPECT_EQ(test, conf.fwd.method, m->method);
		KUNIT_EXPECT_EQ(test, conf.fwd.set, m->set);
		KUNIT_EXPECT_EQ(test, conf.fwd.outer_checksum, m->checksum);
		KUNIT_EXPECT_EQ(test, ntohs(conf.fwd.outer_port), m->port);
		KUNIT_EXPECT_EQ(test, conf.weight, 3);
		KUNIT_EXPECT_EQ(test, conf.priority, 2);
		dsr_ipvs_dest_write(&key, &plain_fwd, &b1, &conf, &shown);
		KUNIT_EXPECT_EQ(test, !memcmp(&shown, &dest, sizeof(dest)), m->exact);
		KUNIT_EXPECT_TRUE(test, dsr_ipvs_dest_holds(&dest, &key, &plain_fwd, &b1,
							    &conf));
		conf.weight = 4;
		KUNIT_EXPECT_FALSE(test, dsr_ipvs_dest_holds(&dest, &key, &plain_fwd, &b1,
							     &conf));
		conf.weight = 3;
		dsr_ipvs_fwd_set(&conf.fwd, NF_DSR_METHOD_DSCP);
		KUNIT_EXPECT_EQ(test, dsr_ipvs_dest_holds(&dest, &key, &plain_fwd, &b1, &conf),
				m->method == NF_DSR_METHOD_IPIP);
	}
}

static int read_dest(const struct dsr_ipvs_dest *dest, bool local,
		     struct dsr_backend_conf *conf)
{
	const struct dsr_ipvs_service words = web("rr", 0);
	const struct dsr_service_key key = key_of(&words);
	const char *why;

	return dsr_ipvs_dest_read(dest, &key, local, conf, &why);
}

static void servers_that_dsr_cannot_have_are_refused(struct kunit *test)
{
	struct dsr_backend_conf conf = {};
	struct dsr_ipvs_dest dest;

	dest = server(IP_VS_CONN_F_MASQ, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, read_dest(&dest, false, &conf));
	dest.port = 8080;
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, read_dest(&dest, true, &conf));
	dest = server(IP_VS_CONN_F_BYPASS, 0, 0, 0);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, read_dest(&dest, false, &conf));
	dest = server(IP_VS_CONN_F_TUNNEL, IP_VS_CONN_F_TUNNEL_TYPE_GUE, 0, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, read_dest(&dest, false, &conf));
	dest = server(IP_VS_CONN_F_TUNNEL, IP_VS_CONN_F_TUNNEL_TYPE_GUE, 6080,
		      IP_VS_TUNNEL_ENCAP_FLAG_REMCSUM);
	KUNIT_EXPECT_EQ(test, -EOPNOTSUPP, read_dest(&dest, false, &conf));
	dest = server(IP_VS_CONN_F_TUNNEL, 200, 0, 0);
	KUNIT_EXPECT_EQ(test, -EINVAL, read_dest(&dest, false, &conf));
	dest = server(IP_VS_CONN_F_DROUTE, 0, 0, 0);
	dest.family = AF_INET6;
	KUNIT_EXPECT_EQ(test, -EINVAL, read_dest(&dest, false, &conf));
	dest.fwd = IP_VS_CONN_F_TUNNEL;
	KUNIT_EXPECT_EQ(test, 0, read_dest(&dest, false, &conf));
	dest.weight = 65536;
	KUNIT_EXPECT_EQ(test, -ERANGE, read_dest(&dest, false, &conf));
}

static void thresholds_are_limits(struct kunit *test)
{
	static const struct {
		u32 upper, lower, max, min;
		int err;
	} cases[] = {
		{ 0, 0, 0, 0, 0 },
		{ 100, 0, 100, 0, 0 },
		{ 100, 50, 100, 50, 0 },
		{ 100, 100, 100, 99, 0 },
		{ 1, 1, 1, 0, 0 },
		{ 5, 6, 0, 0, -ERANGE },
		{ 0, 1, 0, 0, -ERANGE },
		{ (u32)INT_MAX + 1, 0, 0, 0, -EINVAL },
	};
	struct dsr_ipvs_dest dest = server(IP_VS_CONN_F_DROUTE, 0, 0, 0);
	struct dsr_backend_conf conf = {};
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(cases); i++) {
		dest.upper = cases[i].upper;
		dest.lower = cases[i].lower;
		KUNIT_EXPECT_EQ(test, cases[i].err, read_dest(&dest, false, &conf));
		if (cases[i].err)
			continue;
		KUNIT_EXPECT_EQ(test, conf.max_flows, cases[i].max);
		KUNIT_EXPECT_EQ(test, conf.min_flows, cases[i].min);
	}
}

static void timeouts_are_those_of_all_flows(struct kunit *test)
{
	const struct dsr_ipvs_timeouts words = { .tcp = 800, .tcp_fin = 100, .udp = U32_MAX };
	struct dsr_timeouts timeouts = { .seconds = { [NF_DSR_FLOW_STATE_SYN] = 60 } };

	dsr_ipvs_timeouts_read(&words, &timeouts);
	KUNIT_EXPECT_EQ(test, timeouts.seconds[NF_DSR_FLOW_STATE_ESTABLISHED], 800);
	KUNIT_EXPECT_EQ(test, timeouts.seconds[NF_DSR_FLOW_STATE_OTHER], 800);
	KUNIT_EXPECT_EQ(test, timeouts.seconds[NF_DSR_FLOW_STATE_CLOSING], 100);
	KUNIT_EXPECT_EQ(test, timeouts.seconds[NF_DSR_FLOW_STATE_UDP], NF_DSR_TIMEOUT_MAX);
	KUNIT_EXPECT_EQ(test, timeouts.seconds[NF_DSR_FLOW_STATE_SYN], 60);
}

/* 1000 a second for a long time, and then none. */
static void rates_follow_a_counter(struct kunit *test)
{
	struct dsr_ipvs_rate rate = { .last = 5 };
	u64 now = 5;
	int i;

	dsr_ipvs_rate_turn(&rate, now += 2000, 2000, DSR_IPVS_RATE_COUNT);
	KUNIT_EXPECT_EQ(test, dsr_ipvs_rate_read(&rate, DSR_IPVS_RATE_COUNT), 250ull);
	for (i = 0; i < 40; i++)
		dsr_ipvs_rate_turn(&rate, now += 2000, 2000, DSR_IPVS_RATE_COUNT);
	KUNIT_EXPECT_EQ(test, dsr_ipvs_rate_read(&rate, DSR_IPVS_RATE_COUNT), 1000ull);
	dsr_ipvs_rate_turn(&rate, now, 4000, DSR_IPVS_RATE_COUNT);
	KUNIT_EXPECT_EQ(test, dsr_ipvs_rate_read(&rate, DSR_IPVS_RATE_COUNT), 750ull);
	for (i = 0; i < 60; i++)
		dsr_ipvs_rate_turn(&rate, now, 2000, DSR_IPVS_RATE_COUNT);
	KUNIT_EXPECT_EQ(test, dsr_ipvs_rate_read(&rate, DSR_IPVS_RATE_COUNT), 0ull);
}

/* 12.5 GB a second do not overflow. */
static void rates_of_bytes_are_large(struct kunit *test)
{
	struct dsr_ipvs_rate rate = {};
	u64 now = 0;
	int i;

	for (i = 0; i < 120; i++)
		dsr_ipvs_rate_turn(&rate, now += 25000000000ull, 2000, DSR_IPVS_RATE_BYTES);
	KUNIT_EXPECT_EQ(test, dsr_ipvs_rate_read(&rate, DSR_IPVS_RATE_BYTES), 12500000000ull);
}

static struct kunit_case ipvs_words_cases[] = {
	KUNIT_CASE(schedulers_keep_their_meaning_and_their_word),
	KUNIT_CASE(the_default_is_shown_as_mh_with_its_flags),
	KUNIT_CASE(what_has_no_equal_is_refused),
	KUNIT_CASE(persistence_has_a_time_and_a_prefix),
	KUNIT_CASE(of_ipv6_the_mask_is_a_length),
	KUNIT_CASE(a_service_has_a_vip_or_a_mark),
	KUNIT_CASE(the_nearest_words_identify_a_service),
	KUNIT_CASE(methods_keep_their_meaning_and_their_words),
	KUNIT_CASE(servers_that_dsr_cannot_have_are_refused),
	KUNIT_CASE(thresholds_are_limits),
	KUNIT_CASE(timeouts_are_those_of_all_flows),
	KUNIT_CASE(rates_follow_a_counter),
	KUNIT_CASE(rates_of_bytes_are_large),
	{}
};

static struct kunit_suite ipvs_words_suite = {
	.name = "nf_dsr_ipvs_words",
	.test_cases = ipvs_words_cases,
};

kunit_test_suite(ipvs_words_suite);

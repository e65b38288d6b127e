// SPDX-License-Identifier: GPL-2.0
/* Tests of the match table. */
#include <kunit/test.h>
#include <linux/inetdevice.h>
#include <linux/prandom.h>

#include "../../kmod/match.c"
#include "../../kmod/pool.h"
#include "match_table.h"

#define CLIENT	0xc6336407	/* 198.51.100.7 */

static struct dsr_service *find4_in(struct kunit *test,
				    const struct dsr_match_ctx *in, u32 addr,
				    u8 proto, u16 port)
{
	struct dsr_tuple tuple = {
		.family = AF_INET,
		.proto = proto,
		.dport = htons(port),
	};

	tuple.src.ip = htonl(CLIENT);
	tuple.dst.ip = htonl(addr);
	return find_in(test, in, &tuple);
}

static const struct dsr_match_ctx plain = { .ifindex = 2 };

static struct dsr_service *find4(struct kunit *test, u32 addr, u8 proto,
				 u16 port)
{
	return find4_in(test, &plain, addr, proto, port);
}

#define VIP	0xc0000201	/* 192.0.2.1 */

static void the_more_specific_service_wins(struct kunit *test)
{
	struct dsr_service *exact = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	struct dsr_service *range = add4(test, VIP, 32, IPPROTO_TCP, 80, 90);
	struct dsr_service *ports = add4(test, VIP, 32, IPPROTO_TCP, 0, 0);
	struct dsr_service *any = add4(test, VIP, 32, 0, 0, 0);
	struct dsr_service *prefix = add4(test, VIP, 24, IPPROTO_TCP, 80, 80);
	struct dsr_service *wide = add4(test, VIP, 16, 0, 0, 0);

	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), exact);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 81), range);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 90), range);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 79), ports);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 91), ports);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 65535), ports);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_UDP, 80), any);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ESP, 0), any);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 1, IPPROTO_TCP, 80), prefix);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 1, IPPROTO_TCP, 81), wide);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 256, IPPROTO_UDP, 1), wide);
	KUNIT_EXPECT_NULL(test, find4(test, VIP + 65536, IPPROTO_TCP, 80));
}

static void a_prefix_ends_where_it_says(struct kunit *test)
{
	struct dsr_service *svc = add4(test, VIP, 28, IPPROTO_TCP, 8000, 8099);
	u32 first = VIP & ~15;

	build(test);
	KUNIT_EXPECT_NULL(test, find4(test, first - 1, IPPROTO_TCP, 8000));
	KUNIT_EXPECT_PTR_EQ(test, find4(test, first, IPPROTO_TCP, 8000), svc);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, first + 15, IPPROTO_TCP, 8099), svc);
	KUNIT_EXPECT_NULL(test, find4(test, first + 16, IPPROTO_TCP, 8000));
	KUNIT_EXPECT_NULL(test, find4(test, first, IPPROTO_TCP, 7999));
	KUNIT_EXPECT_NULL(test, find4(test, first, IPPROTO_TCP, 8100));
	KUNIT_EXPECT_NULL(test, find4(test, first, IPPROTO_UDP, 8000));
}

static void the_first_service_that_sets_its_echo_decides(struct kunit *test)
{
	struct dsr_service *any, *exact, *ports, *udp, *wide;

	ports = add4(test, VIP, 32, IPPROTO_TCP, 0, 0);
	udp = add4(test, VIP, 32, IPPROTO_UDP, 53, 53);
	exact = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	any = add4(test, VIP, 32, 0, 0, 0);
	add4(test, VIP + 1, 32, IPPROTO_TCP, 80, 80);
	add4(test, VIP, 24, IPPROTO_TCP, 80, 80);
	wide = add4(test, VIP, 16, 0, 0, 0);

	ports->conf.policy.echo = NF_DSR_ECHO_REPLY;
	udp->conf.policy.echo = NF_DSR_ECHO_PASS;
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMP, 0), ports);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 1, IPPROTO_ICMP, 0), wide);
	KUNIT_EXPECT_NULL(test, find4(test, VIP + 65536, IPPROTO_ICMP, 0));
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMPV6, 0), any);

	exact->conf.policy.echo = NF_DSR_ECHO_REPLY_IF_UP;
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMP, 0), exact);

	any->conf.policy.echo = NF_DSR_ECHO_PASS;
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMP, 0), any);
}

static void only_protocol_any_forwards_echo_requests_unasked(struct kunit *test)
{
	struct dsr_service *tcp = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	struct dsr_service *any = add4(test, VIP + 1, 32, 0, 0, 0);

	build(test);
	KUNIT_EXPECT_NULL(test, find4(test, VIP, IPPROTO_ICMP, 0));
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 1, IPPROTO_ICMP, 0), any);
	KUNIT_EXPECT_EQ(test, dsr_service_echo(tcp), NF_DSR_ECHO_PASS);
	KUNIT_EXPECT_EQ(test, dsr_service_echo(any), NF_DSR_ECHO_FORWARD);
	tcp->conf.policy.echo = NF_DSR_ECHO_FORWARD;
	any->conf.policy.echo = NF_DSR_ECHO_REPLY;
	KUNIT_EXPECT_EQ(test, dsr_service_echo(tcp), NF_DSR_ECHO_FORWARD);
	KUNIT_EXPECT_EQ(test, dsr_service_echo(any), NF_DSR_ECHO_REPLY);
}

static void families_do_not_meet(struct kunit *test)
{
	struct table *t = test->priv;
	struct dsr_service_key key = {
		.family = AF_INET6,
		.prefix_len = 64,
		.port_end = U16_MAX,
	};
	struct dsr_tuple tuple = { .family = AF_INET6, .proto = IPPROTO_UDP };
	struct dsr_service *v6;

	add4(test, 0, 0, 0, 0, 0);
	key.addr.ip6[0] = htonl(0x20010db8);
	v6 = add(test, &key);
	build(test);
	tuple.dst.ip6[0] = htonl(0x20010db8);
	tuple.dst.ip6[3] = htonl(7);
	KUNIT_EXPECT_PTR_EQ(test, find_in(test, &plain, &tuple), v6);
	KUNIT_EXPECT_TRUE(test, is_vip(t, &plain, AF_INET6, &tuple.dst));
	tuple.dst.ip6[1] = htonl(1);
	KUNIT_EXPECT_NULL(test, find_in(test, &plain, &tuple));
	KUNIT_EXPECT_FALSE(test, is_vip(t, &plain, AF_INET6, &tuple.dst));
	KUNIT_EXPECT_TRUE(test, is_vip(t, &plain, AF_INET, &tuple.src));
}

static struct dsr_service *add_mark(struct kunit *test, u32 mark, u8 family)
{
	struct dsr_service_key key = {
		.addr = { .all = { mark } },
		.family = family,
		.prefix_len = DSR_PREFIX_MARK,
		.port_end = U16_MAX,
	};

	return add(test, &key);
}

static void a_mark_wins_over_addresses(struct kunit *test)
{
	const struct dsr_match_ctx seven = { .mark = 7, .ifindex = 2 };
	const struct dsr_match_ctx high = { .mark = U32_MAX, .ifindex = 2 };
	const struct dsr_match_ctx other = { .mark = 8, .ifindex = 2 };
	struct dsr_tuple ipv6 = { .family = AF_INET6, .proto = IPPROTO_UDP };
	struct table *t = test->priv;
	struct dsr_service *svc7, *svc_high, *vip;

	vip = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	/* The address of this service equals the number of the mark. */
	add4(test, (__force u32)htonl(7), 32, 0, 0, 0);
	svc7 = add_mark(test, 7, AF_INET);
	svc_high = add_mark(test, U32_MAX, AF_INET6);
	build(test);

	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), vip);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &seven, VIP, IPPROTO_TCP, 80),
			    svc7);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &seven, 1, IPPROTO_ESP, 0),
			    svc7);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &seven, 1, IPPROTO_ICMP, 0),
			    svc7);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &other, VIP, IPPROTO_TCP, 80),
			    vip);
	KUNIT_EXPECT_NULL(test, find4_in(test, &other, 1, IPPROTO_TCP, 80));
	KUNIT_EXPECT_NULL(test, find4_in(test, &high, 1, IPPROTO_TCP, 80));
	KUNIT_EXPECT_PTR_EQ(test, find_in(test, &high, &ipv6), svc_high);
	KUNIT_EXPECT_NULL(test, find_in(test, &seven, &ipv6));
	KUNIT_EXPECT_NULL(test, find_in(test, &plain, &ipv6));
	KUNIT_EXPECT_TRUE(test, is_vip(t, &seven, AF_INET, &ipv6.dst));
	KUNIT_EXPECT_FALSE(test, is_vip(t, &other, AF_INET, &ipv6.dst));
	KUNIT_EXPECT_FALSE(test, dsr_key_covers(&svc7->key, &svc7->key.addr));
}

static struct dsr_service *add_vrf(struct kunit *test, const char *vrf,
				   u8 zone, int ifindex, u8 len)
{
	struct dsr_service_key key = key4(VIP, len, IPPROTO_TCP, 80, 80);
	struct dsr_service *svc;

	strscpy(key.vrf, vrf, sizeof(key.vrf));
	svc = add(test, &key);
	KUNIT_ASSERT_NOT_NULL(test, svc);
	svc->zone = zone;
	svc->vrf_ifindex = ifindex;
	return svc;
}

static void vrfs_have_services_of_their_own(struct kunit *test)
{
	struct dsr_service *red, *blue, *wide, *none;
	struct table *t = test->priv;
	struct dsr_match_ctx in = {};

	none = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	red = add_vrf(test, "red", 1, 10, 32);
	wide = add_vrf(test, "red", 1, 10, 24);
	blue = add_vrf(test, "blue", 2, 11, 32);
	build(test);

	KUNIT_EXPECT_EQ(test, dsr_match_zone(t->match, 10), 1);
	KUNIT_EXPECT_EQ(test, dsr_match_zone(t->match, 11), 2);
	KUNIT_EXPECT_EQ(test, dsr_match_zone(t->match, 12), 0);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), none);
	KUNIT_EXPECT_NULL(test, find4(test, VIP + 1, IPPROTO_TCP, 80));
	in.zone = 1;
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &in, VIP, IPPROTO_TCP, 80),
			    red);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &in, VIP + 1, IPPROTO_TCP, 80),
			    wide);
	in.zone = 2;
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &in, VIP, IPPROTO_TCP, 80),
			    blue);
	KUNIT_EXPECT_NULL(test, find4_in(test, &in, VIP + 1, IPPROTO_TCP, 80));
}

static struct dsr_filter *set_filter(struct kunit *test,
				     struct dsr_service *svc, int ifindex,
				     bool drop)
{
	struct dsr_filter *filter;

	filter = kunit_kzalloc(test, struct_size(filter, sources, 2),
			       GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, filter);
	filter->family = AF_INET;
	filter->ifindex = ifindex;
	filter->drop = drop;
	svc->filter = filter;
	return filter;
}

static void a_restricted_service_leaves_others_to_the_next(struct kunit *test)
{
	struct dsr_service *exact = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	struct dsr_service *any = add4(test, VIP, 32, 0, 0, 0);
	struct dsr_service *wide = add4(test, VIP, 24, 0, 0, 0);
	struct dsr_filter *filter = set_filter(test, exact, 0, false);

	filter->sources[filter->nr++].len = 32;
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), any);
	filter->sources[filter->nr++].len = 0;
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), exact);
	filter->nr = 1;
	filter->drop = true;
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), exact);

	set_filter(test, exact, plain.ifindex + 1, false);
	set_filter(test, any, plain.ifindex, false);
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), any);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMP, 0), any);
	set_filter(test, any, DSR_NO_DEVICE, true);
	build(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_TCP, 80), wide);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_ICMP, 0), wide);
}

/* Apply the rule of dsr_match_service() by a search through all services. */
static struct dsr_service *find_naive(const struct table *t, u32 addr, u8 proto,
				      u16 port)
{
	struct dsr_service *svc, *best = NULL;
	int width, best_width = 0;

	list_for_each_entry(svc, &t->services, list) {
		const struct dsr_service_key *k = &svc->key;

		if ((htonl(addr) & inet_make_mask(k->prefix_len)) != k->addr.ip ||
		    (k->proto && k->proto != proto) ||
		    (k->proto && (port < k->port || port > k->port_end)))
			continue;
		width = k->proto ? k->port_end - k->port : 1 << 20;
		if (!best || k->prefix_len > best->key.prefix_len ||
		    (k->prefix_len == best->key.prefix_len &&
		     width < best_width)) {
			best = svc;
			best_width = width;
		}
	}
	return best;
}

static u32 below(struct rnd_state *rnd, u32 limit)
{
	return prandom_u32_state(rnd) % limit;
}

/* Add a random service. The port ranges of a VIP must not overlap, so each lies in a
 * different hundred.
 */
static void add_random(struct kunit *test, struct rnd_state *rnd)
{
	static const u8 lens[] = { 32, 32, 32, 30, 24 };
	static const u8 protos[] = { IPPROTO_TCP, IPPROTO_UDP };
	u8 len = lens[below(rnd, ARRAY_SIZE(lens))];
	u8 proto = protos[below(rnd, 2)];
	u32 addr = VIP + below(rnd, 40);
	u16 port = 1 + below(rnd, 600);

	switch (below(rnd, 4)) {
	case 0:
		add4(test, addr, len, 0, 0, 0);
		break;
	case 1:
		add4(test, addr, len, proto, 0, 0);
		break;
	case 2:
		port = port / 100 * 100 + 1;
		add4(test, addr, len, proto, port, port + 60);
		break;
	default:
		add4(test, addr, len, proto, port, port);
	}
}

/* Compare the match table with a full search, for random packets. Return how many of them
 * have a service.
 */
static u32 expect_as_a_full_search(struct kunit *test, struct rnd_state *rnd,
				   u32 packets)
{
	u32 hits = 0;

	while (packets--) {
		u32 addr = VIP - 8 + below(rnd, 64);
		u8 proto = below(rnd, 2) ? IPPROTO_TCP : IPPROTO_UDP;
		u16 port = below(rnd, 800);
		struct dsr_service *svc = find_naive(test->priv, addr, proto,
						     port);

		hits += !!svc;
		KUNIT_EXPECT_PTR_EQ(test, find4(test, addr, proto, port), svc);
	}
	return hits;
}

static void many_services_are_found_as_a_full_search_finds_them(struct kunit *test)
{
	struct rnd_state rnd;
	u32 i, hits;

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < 400; i++)
		add_random(test, &rnd);
	build(test);
	hits = expect_as_a_full_search(test, &rnd, 20000);
	KUNIT_EXPECT_GT(test, hits, 1000u);
	KUNIT_EXPECT_LT(test, hits, 20000u);
}

static struct dsr_service *nth(const struct table *t, u32 n)
{
	struct dsr_service *svc;

	list_for_each_entry(svc, &t->services, list) {
		if (!n--)
			return svc;
	}
	return NULL;
}

/* Run transactions of one or more steps. Most steps add services until there are many,
 * then most steps delete services until none is left.
 */
static void services_come_and_go_in_any_order(struct kunit *test)
{
	u32 i, step, full = 0, emptied = 0, kept = 0;
	struct table *t = test->priv;
	struct dsr_match *before;
	struct rnd_state rnd;
	bool grows = true;

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < 3000; i++) {
		for (step = below(&rnd, 4) ? 1 : 1 + below(&rnd, 4); step; step--) {
			if (below(&rnd, 8) < (grows ? 6 : 2))
				add_random(test, &rnd);
			else if (t->nr)
				del(t, nth(t, below(&rnd, t->nr)));
		}
		before = t->match;
		publish(test);
		kept += before && t->match == before;
		KUNIT_ASSERT_EQ(test, !t->match, !t->nr);
		if (t->match)
			expect_as_a_full_search(test, &rnd, 20);
		full += grows && t->nr > 200;
		emptied += !grows && !t->nr;
		grows = grows ? t->nr <= 200 : !t->nr;
	}
	KUNIT_EXPECT_GT(test, full, 2u);
	KUNIT_EXPECT_GT(test, emptied, 0u);
	KUNIT_EXPECT_GT(test, kept, 1000u);
}

/* Return a pool. The tests only compare the addresses of pools. */
static struct dsr_pool *pool_of(struct kunit *test)
{
	return kunit_kzalloc(test, sizeof(struct dsr_pool), GFP_KERNEL);
}

static const struct dsr_match_svc *match_svc4(struct kunit *test, u32 addr, u8 proto)
{
	struct dsr_tuple tuple = { .family = AF_INET, .proto = proto };
	struct table *t = test->priv;

	tuple.dst.ip = htonl(addr);
	return dsr_match_service(t->match, &plain, &tuple);
}

static void what_is_prepared_is_what_packets_will_see(struct kunit *test)
{
	struct dsr_service *svc = add4(test, VIP, 32, 0, 0, 0);
	struct dsr_service *other = add4(test, VIP + 1, 32, 0, 0, 0);
	struct table *t = test->priv;
	struct dsr_match_draft draft;
	const struct dsr_match_svc *match_svc;

	svc->pool = pool_of(test);
	other->pool = pool_of(test);
	set_filter(test, svc, 0, false);
	build(test);

	svc->next_pool = pool_of(test);
	svc->conf.policy.echo = NF_DSR_ECHO_REPLY;
	mark_dirty(t, svc);
	dsr_match_draft_init(&draft);
	KUNIT_ASSERT_EQ(test, dsr_match_prepare(&draft, t->match, &t->dirty,
						false), 0);
	rcu_read_lock();
	match_svc = match_svc4(test, VIP, IPPROTO_UDP);
	KUNIT_EXPECT_PTR_EQ(test, match_svc->pool, svc->pool);
	KUNIT_EXPECT_PTR_EQ(test, match_svc->filter, svc->filter);
	KUNIT_EXPECT_EQ(test, match_svc->echo, NF_DSR_ECHO_FORWARD);
	rcu_read_unlock();

	dsr_match_publish(&draft, &t->published);
	list_del_init(&svc->dirty);
	rcu_read_lock();
	match_svc = match_svc4(test, VIP + 1, IPPROTO_UDP);
	KUNIT_EXPECT_PTR_EQ(test, match_svc->pool, other->pool);
	match_svc = match_svc4(test, VIP, IPPROTO_UDP);
	KUNIT_EXPECT_PTR_EQ(test, match_svc->pool, svc->next_pool);
	KUNIT_EXPECT_NULL(test, match_svc->filter);
	KUNIT_EXPECT_EQ(test, match_svc->echo, NF_DSR_ECHO_REPLY);
	KUNIT_EXPECT_PTR_EQ(test, match_svc4(test, VIP, IPPROTO_ICMP), match_svc);
	rcu_read_unlock();
}

static const struct dsr_vip *vip4(const struct table *t, u32 addr)
{
	union nf_inet_addr dst = {};

	dst.ip = htonl(addr);
	return dsr_match_vip(t->match, &plain, AF_INET, &dst);
}

static void a_change_of_one_vip_costs_nothing_elsewhere(struct kunit *test)
{
	struct dsr_service *svc = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	struct table *t = test->priv;
	const struct dsr_vip *vip, *other;
	struct dsr_match *match;
	u32 i;

	for (i = 1; i < 100; i++)
		add4(test, VIP + i, 32, IPPROTO_TCP, 80, 80);
	build(test);
	match = t->match;
	rcu_read_lock();
	vip = vip4(t, VIP);
	other = vip4(t, VIP + 1);
	rcu_read_unlock();

	mark_dirty(t, svc);
	publish(test);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_NE(test, vip4(t, VIP), vip);
	KUNIT_EXPECT_PTR_EQ(test, vip4(t, VIP + 1), other);
	rcu_read_unlock();
	KUNIT_EXPECT_PTR_EQ(test, t->match, match);

	del(t, svc);
	publish(test);
	KUNIT_EXPECT_NULL(test, find4(test, VIP, IPPROTO_TCP, 80));
	svc = add4(test, VIP, 32, IPPROTO_UDP, 53, 53);
	publish(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP, IPPROTO_UDP, 53), svc);
	KUNIT_EXPECT_NULL(test, find4(test, VIP, IPPROTO_TCP, 80));
	svc = add4(test, VIP + 100, 32, IPPROTO_UDP, 53, 53);
	publish(test);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 100, IPPROTO_UDP, 53), svc);
	KUNIT_EXPECT_PTR_EQ(test, t->match, match);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, vip4(t, VIP + 1), other);
	rcu_read_unlock();

	/* Packets must see changes of several VIPs at once, so there is a new table. */
	mark_dirty(t, svc);
	mark_dirty(t, list_first_entry(&t->services, struct dsr_service, list));
	publish(test);
	KUNIT_EXPECT_PTR_NE(test, t->match, match);
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, vip4(t, VIP + 1), other);
	rcu_read_unlock();
}

/* Packets look up each prefix length of the table, so it must not keep a length that no
 * VIP has any more.
 */
static void lengths_and_vrfs_go_with_their_last_vip(struct kunit *test)
{
	struct dsr_service *wide, *red, *red_wide;
	struct table *t = test->priv;
	struct dsr_match_ctx in = { .zone = 1 };

	add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	build(test);
	wide = add4(test, VIP, 24, IPPROTO_TCP, 80, 80);
	publish(test);
	KUNIT_EXPECT_EQ(test, t->match->nr_lens[0], 2);
	KUNIT_EXPECT_EQ(test, t->match->lens[0][0], 32);
	KUNIT_EXPECT_EQ(test, t->match->lens[0][1], 24);
	KUNIT_EXPECT_PTR_EQ(test, find4(test, VIP + 1, IPPROTO_TCP, 80), wide);
	del(t, wide);
	publish(test);
	KUNIT_EXPECT_EQ(test, t->match->nr_lens[0], 1);
	KUNIT_EXPECT_NULL(test, find4(test, VIP + 1, IPPROTO_TCP, 80));

	red = add_vrf(test, "red", 1, 10, 32);
	publish(test);
	red_wide = add_vrf(test, "red", 1, 10, 24);
	publish(test);
	del(t, red);
	publish(test);
	memset(red, 0, sizeof(*red));	/* the memory may be reused now */
	KUNIT_EXPECT_EQ(test, dsr_match_zone(t->match, 10), 1);
	KUNIT_EXPECT_PTR_EQ(test, find4_in(test, &in, VIP, IPPROTO_TCP, 80),
			    red_wide);
	del(t, red_wide);
	publish(test);
	KUNIT_EXPECT_EQ(test, dsr_match_zone(t->match, 10), 0);
}

/* A packet uses the VIP that it has found, even if the VIP changes in the meantime. */
static void a_packet_keeps_the_vip_it_has_found(struct kunit *test)
{
	struct dsr_service *tcp = add4(test, VIP, 32, IPPROTO_TCP, 80, 80);
	struct dsr_tuple tuple = {
		.family = AF_INET,
		.proto = IPPROTO_TCP,
		.dport = htons(80),
		.dst.ip = htonl(VIP),
	};
	struct dsr_vip_change change = {
		.key.kind = dsr_vip_kind(0, AF_INET, 32),
		.key.addr.ip = htonl(VIP),
	};
	struct table *t = test->priv;
	struct dsr_match_ctx in = plain;
	struct dsr_vip *old;

	tcp->conf.policy.unmatched = NF_DSR_UNMATCHED_DROP;
	add4(test, VIP + 1, 32, IPPROTO_TCP, 80, 80);
	build(test);
	rcu_read_lock();
	in.vip = vip4(t, VIP);
	old = dsr_match_put(t->match, &change);
	KUNIT_EXPECT_PTR_EQ(test, old, in.vip);
	KUNIT_EXPECT_NULL(test, vip4(t, VIP));
	KUNIT_EXPECT_PTR_EQ(test, dsr_match_service(t->match, &in, &tuple)->svc,
			    tcp);
	KUNIT_EXPECT_EQ(test, dsr_match_unmatched(t->match, &in, &tuple),
			NF_DSR_UNMATCHED_DROP);
	rcu_read_unlock();
	kvfree(old);
}

static void keys_have_one_order(struct kunit *test)
{
	struct dsr_service *svc, *next;
	struct table *t = test->priv;
	struct rnd_state rnd;
	int i;

	prandom_seed_state(&rnd, 4711);
	for (i = 0; i < 400; i++)
		add_random(test, &rnd);
	list_for_each_entry(svc, &t->services, list) {
		next = svc;
		KUNIT_EXPECT_EQ(test, dsr_key_cmp(&svc->key, &svc->key), 0);
		list_for_each_entry_continue(next, &t->services, list) {
			KUNIT_ASSERT_LT(test, dsr_key_cmp(&svc->key, &next->key),
					0);
			KUNIT_ASSERT_GT(test, dsr_key_cmp(&next->key, &svc->key),
					0);
		}
	}
}

static struct kunit_case match_cases[] = {
	KUNIT_CASE(the_more_specific_service_wins),
	KUNIT_CASE(a_prefix_ends_where_it_says),
	KUNIT_CASE(the_first_service_that_sets_its_echo_decides),
	KUNIT_CASE(only_protocol_any_forwards_echo_requests_unasked),
	KUNIT_CASE(families_do_not_meet),
	KUNIT_CASE(a_mark_wins_over_addresses),
	KUNIT_CASE(vrfs_have_services_of_their_own),
	KUNIT_CASE(a_restricted_service_leaves_others_to_the_next),
	KUNIT_CASE(many_services_are_found_as_a_full_search_finds_them),
	KUNIT_CASE(services_come_and_go_in_any_order),
	KUNIT_CASE(what_is_prepared_is_what_packets_will_see),
	KUNIT_CASE(a_change_of_one_vip_costs_nothing_elsewhere),
	KUNIT_CASE(lengths_and_vrfs_go_with_their_last_vip),
	KUNIT_CASE(a_packet_keeps_the_vip_it_has_found),
	KUNIT_CASE(keys_have_one_order),
	{}
};

static struct kunit_suite match_suite = {
	.name = "nf_dsr_match",
	.init = table_init,
	.exit = table_exit,
	.test_cases = match_cases,
};

kunit_test_suite(match_suite);

// SPDX-License-Identifier: GPL-2.0
/* Tests of the flow table and its garbage collection. */
#include <kunit/test.h>
#include <linux/completion.h>
#include <linux/kthread.h>

#include "../../kmod/flow.c"
#include "../../kmod/flow_gc.c"
#include "../../kmod/stats.c"
#include "../../kmod/trace.c"

#include "flow_table.h"

static void a_flow_is_found_until_it_is_removed(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;
	struct dsr_flow flow;

	KUNIT_EXPECT_FALSE(test, exists(f, 1, AF_INET));
	KUNIT_EXPECT_PTR_EQ(test, insert(f, 1, AF_INET, &b[0]), &b[0]);
	KUNIT_EXPECT_PTR_EQ(test, insert(f, 1, AF_INET6, &b[1]), &b[1]);
	KUNIT_EXPECT_FALSE(test, exists(f, 2, AF_INET));
	KUNIT_ASSERT_TRUE(test, lookup(f, 1, AF_INET, &flow));
	KUNIT_EXPECT_PTR_EQ(test, flow.backend, &b[0]);
	KUNIT_EXPECT_EQ(test, flow.state, NF_DSR_FLOW_STATE_SYN);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 2u);

	remove(f, 1, AF_INET, &flow);
	remove(f, 1, AF_INET, &flow);	/* another CPU may do so, too */
	KUNIT_EXPECT_FALSE(test, exists(f, 1, AF_INET));
	KUNIT_EXPECT_TRUE(test, exists(f, 1, AF_INET6));
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 1u);
}

static void a_flow_that_was_seen_since_is_not_removed(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow flow;

	insert(f, 1, AF_INET, f->backend);
	lookup(f, 1, AF_INET, &flow);
	update_state(f, 1, DSR_TCP_ACK);
	remove(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_TRUE(test, exists(f, 1, AF_INET));
	lookup(f, 1, AF_INET, &flow);
	flow.backend = &f->backend[1];
	remove(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_TRUE(test, exists(f, 1, AF_INET));
}

/* The table does not grow until its work runs. */
static void more_flows_than_slots_are_kept_all_the_same(struct kunit *test)
{
	u32 many[] = { 64 * DSR_FLOW_STRIPES, 32 * DSR_FLOW_STRIPES };
	u8 families[] = { AF_INET, AF_INET6 };
	struct flows *f = test->priv;
	struct dsr_flow_array *a = rcu_access_pointer(f->ft.array[0]);
	struct dsr_flow flow;
	u32 i, k;

	f->ft.hurried = true;
	for (k = 0; k < 2; k++) {
		for (i = 0; i < many[k]; i++)
			insert(f, i, families[k], &f->backend[0]);
		for (i = 0; i < many[k]; i++)
			KUNIT_ASSERT_TRUE(test, exists(f, i, families[k]));
		KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), many[k]);
		/* New flows reuse slots in the middle of chains. */
		for (i = 0; i < many[k]; i += 2) {
			lookup(f, i, families[k], &flow);
			remove(f, i, families[k], &flow);
		}
		for (i = 0; i < many[k]; i += 2) {
			KUNIT_ASSERT_FALSE(test, exists(f, i, families[k]));
			insert(f, i, families[k], &f->backend[1]);
		}
		for (i = 0; i < many[k]; i++) {
			KUNIT_ASSERT_TRUE(test, lookup(f, i, families[k], &flow));
			KUNIT_ASSERT_PTR_EQ(test, flow.backend,
					    f->backend + (i % 2 == 0));
			remove(f, i, families[k], &flow);
		}
		KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 0u);
	}
	for (i = 0; i < DSR_FLOW_STRIPES; i++)
		KUNIT_ASSERT_TRUE(test, dsr_flow_is_empty(dsr_flow_bucket(a, i)));
}

static void the_quicker_of_two_inserts_wins(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;

	KUNIT_EXPECT_PTR_EQ(test, insert(f, 1, AF_INET, &b[0]), &b[0]);
	KUNIT_EXPECT_PTR_EQ(test, insert(f, 1, AF_INET, &b[1]), &b[0]);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 1u);
}

static void a_full_table_refuses(struct kunit *test)
{
	struct flows *f = test->priv;
	u32 i, taken = 0;

	for (i = 0; i < 4 * MANY; i++) {
		taken += !!insert(f, i, AF_INET, f->backend);
		update_state(f, i, DSR_TCP_ACK);
	}
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), taken);
	KUNIT_EXPECT_LE(test, taken, f->ft.stripe_max * DSR_FLOW_STRIPES);
	KUNIT_EXPECT_GT(test, taken, 2 * MANY * 9 / 10);
}

static void the_table_grows_and_shrinks_and_loses_nothing(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow flow;
	u32 i;

	for (i = 0; i < MANY; i++)
		insert(f, i, i % 3 ? AF_INET : AF_INET6, f->backend);
	run_work(f);
	/* 13,333 and 6,667 flows, in 5/8 of the slots at most */
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 8192u + 8192u);
	for (i = 0; i < MANY; i++)
		KUNIT_ASSERT_TRUE(test, exists(f, i, i % 3 ? AF_INET : AF_INET6));
	for (i = 300; i < MANY; i++) {
		lookup(f, i, i % 3 ? AF_INET : AF_INET6, &flow);
		remove(f, i, i % 3 ? AF_INET : AF_INET6, &flow);
	}
	run_work(f);
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 256u + 256u);
	for (i = 0; i < 500; i++)
		KUNIT_ASSERT_EQ(test, exists(f, i, i % 3 ? AF_INET : AF_INET6),
				i < 300);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 300u);
}

static bool is_second_backend(const struct dsr_flow *flow, u8 proto,
			      const void *arg)
{
	return flow->backend == arg;
}

static void a_purge_takes_what_it_should(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_counters sum[2] = {};
	u32 i;

	for (i = 0; i < 1000; i++)
		insert(f, i, AF_INET, &f->backend[i % 2]);
	dsr_flow_purge(&f->ft, is_second_backend, &f->backend[1]);
	for (i = 0; i < 1000; i++)
		KUNIT_ASSERT_EQ(test, !exists(f, i, AF_INET), i % 2);
	dsr_stats_sum(f->backend[0].stats, &sum[0]);
	dsr_stats_sum(f->backend[1].stats, &sum[1]);
	KUNIT_EXPECT_EQ(test, sum[0].flows, 500ull);
	KUNIT_EXPECT_EQ(test, sum[0].gone, 0ull);
	KUNIT_EXPECT_EQ(test, sum[1].flows, 500ull);
	KUNIT_EXPECT_EQ(test, sum[1].gone, 500ull);
}

static void silent_flows_expire(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow flow;
	int round;

	insert(f, 1, AF_INET, f->backend);
	insert(f, 2, AF_INET, f->backend);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_FALSE(test, dsr_flow_expired(&flow));
	set_seen(f, 1, (u32)jiffies - 60 * HZ);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_TRUE(test, dsr_flow_expired(&flow));
	KUNIT_EXPECT_EQ(test, dsr_flow_idle(&flow), 60u);
	update_state(f, 1, DSR_TCP_ACK);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_EQ(test, flow.state, NF_DSR_FLOW_STATE_ESTABLISHED);
	KUNIT_EXPECT_FALSE(test, dsr_flow_expired(&flow));
	set_seen(f, 1, (u32)jiffies - 3600 * HZ);
	for (round = 0; round < DSR_FLOW_ROUNDS; round++)
		run_work(f);
	KUNIT_EXPECT_FALSE(test, exists(f, 1, AF_INET));
	KUNIT_EXPECT_TRUE(test, exists(f, 2, AF_INET));
}

/* While new flows keep arriving, every round may be hurried. */
static void silent_flows_expire_in_hurried_rounds(struct kunit *test)
{
	struct flows *f = test->priv;
	int round;

	insert(f, 1, AF_INET, f->backend);
	set_seen(f, 1, (u32)jiffies - 3600 * HZ);
	for (round = 0; round < DSR_FLOW_ROUNDS; round++) {
		f->ft.hurried = true;
		run_work(f);
		KUNIT_EXPECT_FALSE(test, f->ft.hurried);
	}
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 0u);
}

/* An unconfirmed flow does not make room within its first second, as its handshake may
 * not be complete, nor after a packet has confirmed it.
 */
static void unconfirmed_flows_make_room(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;
	u32 second, third, ipv6;

	second = next_of_stripe(f, 0, AF_INET);
	third = next_of_stripe(f, second, AF_INET);
	ipv6 = next_of_stripe(f, 0, AF_INET6);
	f->ft.stripe_max = 1;
	KUNIT_EXPECT_PTR_EQ(test, insert(f, 0, AF_INET, b), b);
	KUNIT_EXPECT_NULL(test, insert(f, second, AF_INET, b));
	KUNIT_EXPECT_TRUE(test, exists(f, 0, AF_INET));
	set_seen(f, 0, (u32)jiffies - HZ);
	KUNIT_EXPECT_PTR_EQ(test, insert(f, ipv6, AF_INET6, b), b);
	KUNIT_EXPECT_FALSE(test, exists(f, 0, AF_INET));
	dsr_flow_purge(&f->ft, is_second_backend, b);
	KUNIT_EXPECT_PTR_EQ(test, insert(f, second, AF_INET, b), b);
	update_state(f, second, DSR_TCP_ACK);
	set_seen(f, second, (u32)jiffies - 3599 * HZ);
	KUNIT_EXPECT_NULL(test, insert(f, third, AF_INET, b));
	KUNIT_EXPECT_TRUE(test, exists(f, second, AF_INET));
	set_seen(f, second, (u32)jiffies - 3600 * HZ);
	KUNIT_EXPECT_PTR_EQ(test, insert(f, third, AF_INET, b), b);
	KUNIT_EXPECT_FALSE(test, exists(f, second, AF_INET));
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 1u);
}

/* A new flow replaces an unconfirmed one in any of a few buckets of its stripe, not only
 * in its home bucket.
 */
static void a_full_table_of_unconfirmed_flows_takes_others(struct kunit *test)
{
	struct flows *f = test->priv;
	u32 i, taken = 0;

	f->ft.stripe_max = 8;
	for (i = 0; i < MANY; i++)
		insert(f, i, AF_INET, f->backend);
	run_work(f);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 8u * DSR_FLOW_STRIPES);
	KUNIT_EXPECT_GT(test, dsr_flow_nr_buckets(&f->ft), 4u * DSR_FLOW_STRIPES);
	for (i = 0; i < MANY; i++)
		set_seen(f, i, (u32)jiffies - 2 * HZ);
	for (i = MANY; i < MANY + DSR_FLOW_STRIPES; i++)
		taken += !!insert(f, i, AF_INET, f->backend);
	KUNIT_EXPECT_GE(test, taken, DSR_FLOW_STRIPES - 1);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), 8u * DSR_FLOW_STRIPES);
}

static void only_confirmed_flows_count_for_limits(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;
	struct dsr_counters sum = {};
	u32 i;

	b->max_flows = 3;
	for (i = 0; i < 20; i++)
		insert(f, i, AF_INET, b);
	KUNIT_EXPECT_TRUE(test, dsr_backend_admits(b));
	for (i = 0; i < 3; i++) {
		KUNIT_EXPECT_FALSE(test, b->limited);
		update_state(f, i, DSR_TCP_ACK);
		update_state(f, i, DSR_TCP_ACK);
	}
	KUNIT_EXPECT_TRUE(test, b->limited);
	KUNIT_EXPECT_EQ(test, atomic_read(&b->taken), 3);
	dsr_flow_purge(&f->ft, is_second_backend, b);
	dsr_stats_sum(b->stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.flows, 20ull);
	KUNIT_EXPECT_EQ(test, sum.gone, 20ull);
	KUNIT_EXPECT_EQ(test, sum.confirmed, 3ull);
	KUNIT_EXPECT_EQ(test, sum.confirmed_gone, 3ull);
}

static u32 closing(const struct dsr_backend *b)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(b->stats, &sum);
	return sum.closing;
}

static void flows_that_close_are_counted(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;
	struct dsr_flow flow;
	u32 i;

	for (i = 0; i < 4; i++) {
		insert(f, i, AF_INET, b);
		update_state(f, i, DSR_TCP_ACK);
	}
	KUNIT_EXPECT_EQ(test, closing(b), 0);
	update_state(f, 0, DSR_TCP_FIN | DSR_TCP_ACK);
	update_state(f, 0, DSR_TCP_FIN | DSR_TCP_ACK);
	update_state(f, 1, DSR_TCP_RST);
	update_state(f, 2, DSR_TCP_RST);
	KUNIT_EXPECT_EQ(test, closing(b), 3);
	update_state(f, 1, DSR_TCP_ACK);	/* the RST was forged */
	KUNIT_EXPECT_EQ(test, closing(b), 2);
	lookup(f, 0, AF_INET, &flow);
	remove(f, 0, AF_INET, &flow);
	KUNIT_EXPECT_EQ(test, closing(b), 1);
	dsr_flow_purge(&f->ft, is_second_backend, b);
	KUNIT_EXPECT_EQ(test, closing(b), 0);
}

static void client_prefixes_are_counted(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_tuple t = packet(1, AF_INET).tuple;
	u32 hash = dsr_flow_hash(&f->ft, &t);
	struct dsr_counters sum = {};

	t.persist = 1;
	rcu_read_lock();
	dsr_flow_insert(&f->ft, &t, NF_DSR_FLOW_STATE_PERSIST | DSR_STATE_NEW, hash, f->backend);
	rcu_read_unlock();
	dsr_stats_sum(f->backend->stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.prefixes, 1ull);
	KUNIT_EXPECT_EQ(test, sum.flows, 0ull);
	dsr_flow_purge(&f->ft, is_second_backend, f->backend);
	sum = (struct dsr_counters) {};
	dsr_stats_sum(f->backend->stats, &sum);
	KUNIT_EXPECT_EQ(test, (u32)sum.prefixes, 0);
	KUNIT_EXPECT_EQ(test, sum.gone, 0ull);
}

/* A flow that another table had is confirmed from the beginning, and as old as it was. */
static void a_restored_flow_is_as_it_was(struct kunit *test)
{
	struct flows *f = test->priv;
	const struct dsr_tuple t = packet(1, AF_INET).tuple;
	u32 hash = dsr_flow_hash(&f->ft, &t);
	struct dsr_counters sum = {};
	struct dsr_backend *b = f->backend;
	const struct dsr_flow old = {
		.backend = b,
		.seen = (u32)jiffies - 7 * HZ,
		.state = NF_DSR_FLOW_STATE_ESTABLISHED,
	};
	struct dsr_flow flow;

	b->max_flows = 1;
	rcu_read_lock();
	KUNIT_EXPECT_PTR_EQ(test, dsr_flow_restore(&f->ft, &t, hash, &old), b);
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, b->limited);
	KUNIT_ASSERT_TRUE(test, lookup(f, 1, AF_INET, &flow));
	KUNIT_EXPECT_EQ(test, flow.seen, old.seen);
	KUNIT_EXPECT_EQ(test, flow.state, old.state);
	dsr_stats_sum(b->stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.flows, 1ull);
	KUNIT_EXPECT_EQ(test, sum.confirmed, 1ull);
}

/* Only a family that has flows gets the minimal size. */
static void there_is_room_for_the_least(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow flow;

	f->ft.min = MANY;
	run_work(f);
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 256u + 256u);
	insert(f, 1, AF_INET, f->backend);
	run_work(f);
	/* 20,000 flows, in 5/8 of the slots at most */
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 8192u + 256u);
	run_work(f);
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 8192u + 256u);
	KUNIT_EXPECT_TRUE(test, lookup(f, 1, AF_INET, &flow));
	remove(f, 1, AF_INET, &flow);
	run_work(f);
	KUNIT_EXPECT_EQ(test, dsr_flow_nr_buckets(&f->ft), 256u + 256u);
}

/* A packet updates a flow only if its time is old or its state changes. */
static void a_touch_writes_once_a_second(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_pkt pkt = packet(1, AF_INET);
	u32 hash = dsr_flow_hash(&f->ft, &pkt.tuple);
	u32 seen = (u32)jiffies - HZ / 2;
	struct dsr_flow flow;

	insert(f, 1, AF_INET, f->backend);
	update_state(f, 1, DSR_TCP_ACK);
	set_seen(f, 1, seen);
	lookup(f, 1, AF_INET, &flow);
	flow.seen = jiffies;
	dsr_flow_update(&f->ft, &pkt.tuple, hash, &flow, DSR_TCP_ACK);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_EQ(test, flow.seen, seen);
	flow.seen -= HZ;
	dsr_flow_update(&f->ft, &pkt.tuple, hash, &flow, DSR_TCP_ACK);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_NE(test, flow.seen, seen);
	set_seen(f, 1, seen);
	flow.seen = jiffies;
	dsr_flow_update(&f->ft, &pkt.tuple, hash, &flow, DSR_TCP_FIN);
	lookup(f, 1, AF_INET, &flow);
	KUNIT_EXPECT_EQ(test, flow.state, NF_DSR_FLOW_STATE_CLOSING);
	KUNIT_EXPECT_NE(test, flow.seen, seen);
}

static void a_clock_that_is_behind_expires_nothing(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow flow;

	insert(f, 1, AF_INET, f->backend);
	lookup(f, 1, AF_INET, &flow);
	flow.seen = (u32)jiffies + 2;
	KUNIT_EXPECT_FALSE(test, dsr_flow_expired(&flow));
	KUNIT_EXPECT_EQ(test, dsr_flow_idle(&flow), 0u);
}

static int count_flow(const struct dsr_flow_entry *entry, void *arg)
{
	u32 *left = arg;

	if (!*left)
		return -EMSGSIZE;
	--*left;
	return 0;
}

static void a_walk_goes_on_where_it_stopped(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_flow_cursor cursor = {};
	u32 i, left, seen = 0;
	int err;

	for (i = 0; i < 5000; i++)
		insert(f, i, i % 2 ? AF_INET : AF_INET6, f->backend);
	/* A walk during which the table is resized may see a flow twice. */
	run_work(f);
	do {
		left = 7;
		mutex_lock(&f->ft.walk);
		err = dsr_flow_for_each(&f->ft, &cursor, count_flow, &left);
		mutex_unlock(&f->ft.walk);
		seen += 7 - left;
	} while (err);
	KUNIT_EXPECT_EQ(test, seen, 5000u);
}

struct writer {
	struct flows *f;
	u32 first;
	u32 lost;
	struct completion done;
};

/* Insert, check and remove flows of this writer alone, and keep one in four, while the
 * worker resizes the table.
 */
static int write_flows(void *arg)
{
	struct writer *w = arg;
	struct dsr_flow flow;
	u32 i;

	for (i = w->first; i < w->first + MANY / 2; i++) {
		insert(w->f, i, AF_INET, w->f->backend);
		if (!lookup(w->f, i, AF_INET, &flow))
			w->lost++;
		else if (i % 4)
			remove(w->f, i, AF_INET, &flow);
		cond_resched();
	}
	complete(&w->done);
	return 0;
}

static void writers_and_resizing_do_not_disturb_each_other(struct kunit *test)
{
	struct flows *f = test->priv;
	struct writer w[2];
	u32 i, size = 512;

	for (i = 0; i < 2; i++) {
		w[i] = (struct writer) { .f = f, .first = i * MANY };
		init_completion(&w[i].done);
		KUNIT_ASSERT_FALSE(test, IS_ERR(kthread_run(write_flows, &w[i],
							    "dsr_writer")));
	}
	while (!completion_done(&w[0].done) || !completion_done(&w[1].done)) {
		mutex_lock(&f->ft.walk);
		dsr_flow_resize(&f->ft, false, size);
		mutex_unlock(&f->ft.walk);
		size = size == 512 ? 4096 : 512;
	}
	for (i = 0; i < MANY + MANY / 2; i++) {
		bool kept = i % 4 == 0 && i % MANY < MANY / 2;

		KUNIT_ASSERT_EQ(test, !!exists(f, i, AF_INET), kept);
	}
	KUNIT_EXPECT_EQ(test, w[0].lost + w[1].lost, 0u);
	KUNIT_EXPECT_EQ(test, dsr_flow_count(&f->ft), MANY / 4);
}

/* The entry of a prefix is no flow, even with the hash of a flow and in its bucket. */
static void memory_of_a_prefix_is_no_flow(struct kunit *test)
{
	struct flows *f = test->priv;
	struct dsr_backend *b = f->backend;
	struct dsr_flow_entry entry = { .tuple = packet(1, AF_INET).tuple };
	u32 hash = dsr_flow_hash(&f->ft, &entry.tuple);
	struct dsr_flow *flow = &entry.flow;
	struct dsr_counters sum = {};
	struct dsr_tuple seen;

	f->svc.persist = 300;
	f->svc.key.addr.ip = htonl(0xc0000209);
	f->svc.key.proto = IPPROTO_UDP;
	f->svc.key.port = 53;
	insert(f, 1, AF_INET, &b[0]);
	entry.tuple.persist = 1;
	rcu_read_lock();
	KUNIT_EXPECT_FALSE(test, dsr_flow_lookup(&f->ft, &entry.tuple, hash, flow));
	KUNIT_EXPECT_PTR_EQ(test,
			    dsr_flow_insert(&f->ft, &entry.tuple,
					    NF_DSR_FLOW_STATE_PERSIST |
					    DSR_STATE_NEW, hash, &b[1]), &b[1]);
	dsr_flow_lookup(&f->ft, &entry.tuple, hash, flow);
	KUNIT_EXPECT_PTR_EQ(test, flow->backend, &b[1]);
	KUNIT_EXPECT_EQ(test, dsr_flow_timeout(flow), 300u);
	/* Such an entry's destination is that of the service, whatever its tuple
	 * contains.
	 */
	dsr_flow_tuple(&entry, &seen);
	KUNIT_EXPECT_EQ(test, ntohl(seen.dst.ip), 0xc0000209u);
	KUNIT_EXPECT_EQ(test, seen.proto, IPPROTO_UDP);
	KUNIT_EXPECT_EQ(test, ntohs(seen.dport), 53);
	dsr_flow_update_state(&f->ft, &entry.tuple, hash, DSR_TCP_FIN);
	dsr_flow_lookup(&f->ft, &entry.tuple, hash, flow);
	KUNIT_EXPECT_TRUE(test, dsr_flow_persists(flow));
	dsr_flow_remove(&f->ft, &entry.tuple, hash, flow);
	KUNIT_EXPECT_FALSE(test, dsr_flow_lookup(&f->ft, &entry.tuple, hash, flow));
	rcu_read_unlock();
	KUNIT_EXPECT_TRUE(test, lookup(f, 1, AF_INET, flow));
	KUNIT_EXPECT_PTR_EQ(test, flow->backend, &b[0]);
	dsr_stats_sum(b[1].stats, &sum);
	KUNIT_EXPECT_EQ(test, sum.flows + sum.gone, 0u);
}

static struct kunit_case flow_cases[] = {
	KUNIT_CASE(a_flow_is_found_until_it_is_removed),
	KUNIT_CASE(a_flow_that_was_seen_since_is_not_removed),
	KUNIT_CASE(more_flows_than_slots_are_kept_all_the_same),
	KUNIT_CASE(the_quicker_of_two_inserts_wins),
	KUNIT_CASE(a_full_table_refuses),
	KUNIT_CASE(the_table_grows_and_shrinks_and_loses_nothing),
	KUNIT_CASE(a_purge_takes_what_it_should),
	KUNIT_CASE(silent_flows_expire),
	KUNIT_CASE(silent_flows_expire_in_hurried_rounds),
	KUNIT_CASE(unconfirmed_flows_make_room),
	KUNIT_CASE(a_full_table_of_unconfirmed_flows_takes_others),
	KUNIT_CASE(only_confirmed_flows_count_for_limits),
	KUNIT_CASE(flows_that_close_are_counted),
	KUNIT_CASE(client_prefixes_are_counted),
	KUNIT_CASE(a_restored_flow_is_as_it_was),
	KUNIT_CASE(there_is_room_for_the_least),
	KUNIT_CASE(a_touch_writes_once_a_second),
	KUNIT_CASE(a_clock_that_is_behind_expires_nothing),
	KUNIT_CASE(a_walk_goes_on_where_it_stopped),
	KUNIT_CASE(writers_and_resizing_do_not_disturb_each_other),
	KUNIT_CASE(memory_of_a_prefix_is_no_flow),
	{}
};

static struct kunit_suite flow_suite = {
	.name = "nf_dsr_flow",
	.init = flows_init,
	.exit = flows_exit,
	.test_cases = flow_cases,
};

kunit_test_suite(flow_suite);

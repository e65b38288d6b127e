/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A flow table, a service and two backends, in test->priv. For the one suite that
 * includes kmod/flow.c.
 */
#ifndef _DSR_FLOW_TABLE_H
#define _DSR_FLOW_TABLE_H

#define MANY	20000u

struct flows {
	struct dsr_flow_table ft;
	struct dsr_service svc;
	struct dsr_backend backend[2];
};

static int flows_init(struct kunit *test)
{
	struct flows *f = kunit_kzalloc(test, sizeof(*f), GFP_KERNEL);
	int i;

	KUNIT_ASSERT_NOT_NULL(test, f);
	KUNIT_ASSERT_EQ(test, dsr_flow_cache_init(), 0);
	KUNIT_ASSERT_EQ(test, dsr_flow_init(&f->ft, 0, 2 * MANY), 0);
	f->svc.timeouts = dsr_timeouts_default;
	for (i = 0; i < 2; i++) {
		f->backend[i].svc = &f->svc;
		f->backend[i].stats = dsr_stats_alloc();
		/* A pointer per CPU may be one to another address space. */
		KUNIT_ASSERT_TRUE(test, !!f->backend[i].stats);
	}
	test->priv = f;
	return 0;
}

static void flows_exit(struct kunit *test)
{
	struct flows *f = test->priv;

	dsr_flow_exit(&f->ft);
	rcu_barrier();
	dsr_flow_cache_exit();
	free_percpu(f->backend[0].stats);
	free_percpu(f->backend[1].stats);
}

static struct dsr_pkt packet(u32 number, u8 family)
{
	struct dsr_pkt pkt = {
		.tcp_flags = DSR_TCP_SYN,
		.tuple = {
			.family = family,
			.proto = IPPROTO_TCP,
			.sport = htons(number),
			.dport = htons(80),
		},
	};

	pkt.tuple.src.ip = htonl(0x0a000000 | number >> 16);
	pkt.tuple.dst.ip = htonl(0xc0000201);
	return pkt;
}

static struct dsr_backend *insert(struct flows *f, u32 number, u8 family,
				  struct dsr_backend *backend)
{
	struct dsr_pkt pkt = packet(number, family);

	rcu_read_lock();
	backend = dsr_flow_insert(&f->ft, &pkt.tuple,
				  dsr_state_first(pkt.tuple.proto,
						  pkt.tcp_flags),
				  dsr_flow_hash(&f->ft, &pkt.tuple), backend);
	rcu_read_unlock();
	return backend;
}

static bool lookup(struct flows *f, u32 number, u8 family, struct dsr_flow *flow)
{
	struct dsr_pkt pkt = packet(number, family);
	bool found;

	rcu_read_lock();
	found = dsr_flow_lookup(&f->ft, &pkt.tuple,
				dsr_flow_hash(&f->ft, &pkt.tuple), flow);
	rcu_read_unlock();
	return found;
}

static bool exists(struct flows *f, u32 number, u8 family)
{
	struct dsr_flow flow;

	return lookup(f, number, family, &flow);
}

static void remove(struct flows *f, u32 number, u8 family,
		   const struct dsr_flow *flow)
{
	struct dsr_pkt pkt = packet(number, family);

	dsr_flow_remove(&f->ft, &pkt.tuple, dsr_flow_hash(&f->ft, &pkt.tuple),
			flow);
}

static void update_state(struct flows *f, u32 number, u8 tcp_flags)
{
	struct dsr_pkt pkt = packet(number, AF_INET);

	dsr_flow_update_state(&f->ft, &pkt.tuple, dsr_flow_hash(&f->ft, &pkt.tuple),
			      tcp_flags);
}

/* Set the time of a flow's last packet. */
static void set_seen(struct flows *f, u32 number, u32 seen)
{
	struct dsr_pkt pkt = packet(number, AF_INET);
	u32 hash = dsr_flow_hash(&f->ft, &pkt.tuple);
	struct dsr_flow_place at;

	spin_lock_bh(&dsr_flow_stripe(&f->ft, hash)->lock);
	if (dsr_flow_search(dsr_flow_locked_home(&f->ft, false, hash), false,
			    &pkt.tuple, &at))
		dsr_flow_slot(at.b, false, at.i)->seen = seen;
	spin_unlock_bh(&dsr_flow_stripe(&f->ft, hash)->lock);
}

/* Return the next number whose packet belongs to the same stripe as that of number 0 over
 * IPv4.
 */
static u32 next_of_stripe(struct flows *f, u32 number, u8 family)
{
	struct dsr_pkt pkt = packet(0, AF_INET);
	u32 stripe = dsr_flow_hash(&f->ft, &pkt.tuple) % DSR_FLOW_STRIPES;

	do {
		pkt = packet(++number, family);
	} while (dsr_flow_hash(&f->ft, &pkt.tuple) % DSR_FLOW_STRIPES != stripe);
	return number;
}

static void run_work(struct flows *f)
{
	dsr_flow_work(&f->ft.work.work);
	dsr_flow_stop(&f->ft);
}

#endif /* _DSR_FLOW_TABLE_H */

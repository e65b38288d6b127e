/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list of services and the match table made of them, as test->priv. For the one
 * file that has kmod/dsr_match.c in it.
 */
#ifndef _DSR_MATCH_TABLE_H
#define _DSR_MATCH_TABLE_H

struct table {
	struct list_head services;
	struct dsr_match *match;
	u32 nr;
};

static int table_init(struct kunit *test)
{
	struct table *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	INIT_LIST_HEAD(&t->services);
	test->priv = t;
	return 0;
}

static void table_exit(struct kunit *test)
{
	struct table *t = test->priv;

	kvfree(t->match);
}

static void build(struct kunit *test)
{
	struct table *t = test->priv;

	kvfree(t->match);
	t->match = dsr_match_build(&t->services, t->nr);
	KUNIT_ASSERT_NOT_NULL(test, t->match);
}

/* In the order of keys, as dsr_service_add() keeps them. NULL: it is there. */
static struct dsr_service *add(struct kunit *test,
			       const struct dsr_service_key *key)
{
	struct table *t = test->priv;
	struct list_head *place = &t->services;
	struct dsr_service *svc, *new;

	list_for_each_entry(svc, &t->services, list) {
		if (!dsr_key_cmp(&svc->key, key))
			return NULL;
		if (dsr_key_cmp(&svc->key, key) < 0)
			place = &svc->list;
	}
	new = kunit_kzalloc(test, sizeof(*new), GFP_KERNEL);
	KUNIT_ASSERT_NOT_NULL(test, new);
	new->key = *key;
	list_add(&new->list, place);
	t->nr++;
	return new;
}

/* Port 0: any. */
static struct dsr_service_key key4(u32 addr, u8 len, u8 proto, u16 port,
				   u16 end)
{
	struct dsr_service_key key = {
		.family = AF_INET,
		.prefix_len = len,
		.proto = proto,
		.port = port,
		.port_end = port ? end : U16_MAX,
	};

	key.addr.ip = htonl(addr) & inet_make_mask(len);
	return key;
}

static struct dsr_service *add4(struct kunit *test, u32 addr, u8 len, u8 proto,
				u16 port, u16 end)
{
	struct dsr_service_key key = key4(addr, len, proto, port, end);

	return add(test, &key);
}

static struct dsr_service *find_in(struct kunit *test,
				   const struct dsr_ingress *in,
				   const struct dsr_tuple *tuple)
{
	const struct dsr_view *view;
	struct table *t = test->priv;

	rcu_read_lock();
	view = dsr_match_find(t->match, in, tuple);
	rcu_read_unlock();
	return view ? view->svc : NULL;
}

#endif /* _DSR_MATCH_TABLE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A list of services and the match table made from it, in test->priv. For the one suite
 * that includes kmod/match.c.
 */
#ifndef _DSR_MATCH_TABLE_H
#define _DSR_MATCH_TABLE_H

struct table {
	struct list_head services;
	struct list_head dirty;
	struct dsr_match __rcu *published;
	struct dsr_match *match;	/* the same pointer */
	u32 nr;
};

static int table_init(struct kunit *test)
{
	struct table *t = kunit_kzalloc(test, sizeof(*t), GFP_KERNEL);

	KUNIT_ASSERT_NOT_NULL(test, t);
	INIT_LIST_HEAD(&t->services);
	INIT_LIST_HEAD(&t->dirty);
	test->priv = t;
	return 0;
}

static void table_exit(struct kunit *test)
{
	struct table *t = test->priv;

	dsr_match_free_rcu(t->match);
}

static void mark_dirty(struct table *t, struct dsr_service *svc)
{
	if (list_empty(&svc->dirty))
		list_add_tail(&svc->dirty, &t->dirty);
}

/* Publish the table as dsr_txn_commit() does. */
static void publish(struct kunit *test)
{
	struct dsr_service *svc, *next;
	struct dsr_match_draft draft;
	struct table *t = test->priv;

	dsr_match_draft_init(&draft);
	KUNIT_ASSERT_EQ(test, dsr_match_prepare(&draft, t->match, &t->dirty,
						!t->nr), 0);
	dsr_match_publish(&draft, &t->published);
	t->match = rcu_dereference_protected(t->published, true);
	list_for_each_entry_safe(svc, next, &t->dirty, dirty)
		list_del_init(&svc->dirty);
}

/* Publish a table for which all services are new or changed. */
static void build(struct kunit *test)
{
	struct table *t = test->priv;
	struct dsr_service *svc;

	list_for_each_entry(svc, &t->services, list)
		mark_dirty(t, svc);
	publish(test);
	KUNIT_ASSERT_NOT_NULL(test, t->match);
}

static void del(struct table *t, struct dsr_service *svc)
{
	list_del(&svc->list);
	svc->deleting = true;
	t->nr--;
	mark_dirty(t, svc);
}

/* Return the service with this key that the transaction deletes, or NULL. As in
 * dsr_service_add(), adding the key again reuses it.
 */
static struct dsr_service *lookup_deleted(struct table *t,
					  const struct dsr_service_key *key)
{
	struct dsr_service *svc;

	list_for_each_entry(svc, &t->dirty, dirty) {
		if (svc->deleting && !dsr_key_cmp(&svc->key, key))
			return svc;
	}
	return NULL;
}

/* Add a service. The list is in the order of keys, as dsr_service_add() keeps it. Return
 * NULL if the service exists.
 */
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
	new = lookup_deleted(t, key);
	if (!new) {
		new = kunit_kzalloc(test, sizeof(*new), GFP_KERNEL);
		KUNIT_ASSERT_NOT_NULL(test, new);
		new->key = *key;
		INIT_LIST_HEAD(&new->dirty);
	}
	new->deleting = false;
	list_add(&new->list, place);
	mark_dirty(t, new);
	t->nr++;
	return new;
}

/* Return the key of an IPv4 service. Port 0 means any port. */
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
				   const struct dsr_match_ctx *in,
				   const struct dsr_tuple *tuple)
{
	const struct dsr_match_svc *match_svc;
	struct table *t = test->priv;

	rcu_read_lock();
	match_svc = dsr_match_service(t->match, in, tuple);
	rcu_read_unlock();
	return match_svc ? match_svc->svc : NULL;
}

static bool is_vip(const struct table *t, const struct dsr_match_ctx *in,
		   u8 family, const union nf_inet_addr *addr)
{
	bool found;

	rcu_read_lock();
	found = dsr_match_vip(t->match, in, family, addr);
	rcu_read_unlock();
	return found;
}

#endif /* _DSR_MATCH_TABLE_H */

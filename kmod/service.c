// SPDX-License-Identifier: GPL-2.0
/*
 * Services, see service.h. First come the drafts of a transaction, see txn.h: the log,
 * the list and index, the checks, the operations, and how they are published and rolled
 * back. The second part has the defaults, the replacement of pool and filter, and the
 * removal of services up to the reaper.
 */
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "backend.h"
#include "hook.h"
#include "lib/maglev.h"
#include "match.h"
#include "mem.h"
#include "net.h"
#include "ownaddr.h"
#include "path.h"
#include "pool.h"
#include "timer.h"
#include "txn.h"

/**
 * struct dsr_service_trans - a step of a draft
 * @trans: in the log
 * @svc: the service
 * @is_new: the service did not exist before
 * @first: the first step of the service in this transaction
 * @deleting: value of dsr_service.deleting before the step
 * @conf: the conf before the step
 */
struct dsr_service_trans {
	struct dsr_trans trans;
	struct dsr_service *svc;
	bool is_new;
	bool first;
	bool deleting;
	struct dsr_service_conf conf;
};

static const struct dsr_trans_ops dsr_service_trans_ops;

/* Log a step. The caller changes the service after that, because the log saves its
 * state.
 */
static int dsr_service_log(struct dsr_txn *txn, struct dsr_service *svc,
			   bool is_new)
{
	struct dsr_service_trans *e = kmalloc(sizeof(*e), DSR_GFP);

	if (!e)
		return -ENOMEM;
	e->svc = svc;
	e->is_new = is_new;
	e->first = !svc->in_trans;
	e->deleting = svc->deleting;
	e->conf = svc->conf;
	svc->in_trans = true;
	dsr_txn_log(txn, &e->trans, &dsr_service_trans_ops);
	return 0;
}

static struct dsr_service *dsr_service_at(struct rb_node *node)
{
	return rb_entry_safe(node, struct dsr_service, node);
}

static int dsr_service_cmp_key(const void *key, const struct rb_node *node)
{
	return dsr_key_cmp(key, &rb_entry(node, struct dsr_service, node)->key);
}

static int dsr_service_cmp(struct rb_node *node, const struct rb_node *other)
{
	return dsr_service_cmp_key(&dsr_service_at(node)->key, other);
}

struct dsr_service *dsr_service_lookup(struct dsr_net *dn,
				       const struct dsr_service_key *key)
{
	return dsr_service_at(rb_find(key, &dn->index, dsr_service_cmp_key));
}

/* Return the service of a key that the transaction deletes, or NULL. */
static struct dsr_service *
dsr_service_lookup_deleting(struct dsr_net *dn, const struct dsr_service_key *key)
{
	return dsr_service_at(rb_find(key, &dn->deleting, dsr_service_cmp_key));
}

/* Insert the service into the list and the index, at the position of its key. */
static void dsr_service_enlist(struct dsr_service *svc)
{
	struct dsr_net *dn = svc->dn;
	struct rb_node *before;

	if (svc->deleting)
		rb_erase(&svc->node, &dn->deleting);
	svc->deleting = false;
	rb_find_add(&svc->node, &dn->index, dsr_service_cmp);
	before = rb_prev(&svc->node);
	list_move(&svc->list, before ? &dsr_service_at(before)->list :
				       &dn->services);
	dn->nr_services++;
}

static void dsr_service_delist(struct dsr_txn *txn, struct dsr_service *svc)
{
	struct dsr_net *dn = svc->dn;

	rb_erase(&svc->node, &dn->index);
	rb_find_add(&svc->node, &dn->deleting, dsr_service_cmp);
	svc->deleting = true;
	list_move_tail(&svc->list, &txn->services);
	dn->nr_services--;
}

/* Return true if two ranges of ports of one VIP and protocol overlap. An exact port
 * inside a range is no conflict, nor is any port around both, because the more specific
 * service wins.
 */
static bool dsr_service_overlaps(const struct dsr_service_key *a,
				 const struct dsr_service_key *b)
{
	if (a->family != b->family || a->prefix_len != b->prefix_len ||
	    a->proto != b->proto || !dsr_addr_eq(&a->addr, &b->addr) ||
	    strcmp(a->vrf, b->vrf))
		return false;
	if (dsr_key_any_port(a) || dsr_key_any_port(b) ||
	    a->port == a->port_end || b->port == b->port_end)
		return false;
	return a->port <= b->port_end && b->port <= a->port_end;
}

/* Return true if the ports of the service overlap those of a neighbour in the list. If
 * any ranges of ports overlap, then two neighbours do, because the list is in the order
 * of first ports.
 */
static bool dsr_service_meets(const struct dsr_service *svc)
{
	const struct list_head *end = &svc->dn->services;
	const struct list_head *prev = svc->list.prev, *next = svc->list.next;

	return (prev != end &&
		dsr_service_overlaps(&list_entry(prev, struct dsr_service,
						 list)->key, &svc->key)) ||
	       (next != end &&
		dsr_service_overlaps(&list_entry(next, struct dsr_service,
						 list)->key, &svc->key));
}

/* Record a conflict if the service's ports overlap another one's. After the first
 * conflict of a draft, later services may overlap one that is not their neighbour yet,
 * so all later ones are recorded for the check at the end of the draft.
 */
static int dsr_service_check_ports(struct dsr_txn *txn, struct dsr_service *svc)
{
	if (list_empty(&txn->doubts) && !dsr_service_meets(svc))
		return 0;
	return dsr_txn_doubt(txn, svc, NULL);
}

int dsr_service_settle(const struct dsr_service *svc,
		       struct netlink_ext_ack *extack)
{
	if (svc->deleting || !dsr_service_meets(svc))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "port range overlaps another service of this VIP");
	return -EEXIST;
}

/* The seed is random, so that a client cannot predict which backend its packets would
 * reach. It stays the same until the namespace is removed, so that a configuration that
 * is loaded again moves no flow.
 */
u64 dsr_service_default_seed(struct dsr_net *dn)
{
	while (!dn->seed)
		dn->seed = get_random_u64();
	return dn->seed;
}

static void dsr_service_set_conf(struct dsr_service *svc,
				 const struct dsr_service_conf *conf)
{
	u64 seed = svc->conf.seed;

	svc->conf = *conf;
	if (!conf->seeded)
		svc->conf.seed = seed;
}

/* Return an extack text with the reason why single packets do not spread over the
 * backends, or NULL if they do.
 */
static const char *dsr_service_lacks(const struct dsr_service_conf *conf)
{
	return conf->policy.one_packet ? conf->sched->one_packet : NULL;
}

/* Set the transaction's warning if single packets do not spread over the backends,
 * unless the same was true for the same reason with the conf @old, which is NULL for a
 * new service.
 */
static void dsr_service_warn(struct dsr_txn *txn,
			     const struct dsr_service_conf *old,
			     const struct dsr_service_conf *conf)
{
	const char *text = dsr_service_lacks(conf);

	if (!txn->warning && text && (!old || dsr_service_lacks(old) != text))
		txn->warning = text;
}

static struct dsr_service *dsr_service_new(struct dsr_net *dn,
					   const struct dsr_service_key *key,
					   const struct dsr_service_conf *conf)
{
	struct dsr_service *svc;

	if (!dsr_mem_suffices(sizeof(*svc)))
		return NULL;
	svc = kzalloc(sizeof(*svc), DSR_GFP);
	if (!svc)
		return NULL;
	svc->dn = dn;
	svc->key = *key;
	svc->id = ++dn->last_id;
	svc->conf.seed = dsr_service_default_seed(dn);
	dsr_service_set_conf(svc, conf);
	svc->index = RB_ROOT;
	INIT_LIST_HEAD(&svc->list);
	INIT_LIST_HEAD(&svc->dirty);
	INIT_LIST_HEAD(&svc->backends);
	INIT_LIST_HEAD(&svc->deleted);
	return svc;
}

static int dsr_service_make(struct dsr_txn *txn,
			    const struct dsr_service_key *key,
			    const struct dsr_service_conf *conf, bool force,
			    struct netlink_ext_ack *extack)
{
	struct dsr_service *svc = dsr_service_new(txn->dn, key, conf);
	int err;

	if (!svc)
		return -ENOMEM;
	err = dsr_service_enter_vrf(svc, extack);
	if (!err && !force)
		err = dsr_ownaddr_check(svc, extack);
	if (!err)
		err = dsr_service_log(txn, svc, true);
	if (err) {
		kfree(svc);
		return err;
	}
	dsr_service_warn(txn, NULL, conf);
	dsr_service_hold_zone(svc);
	dsr_service_enlist(svc);
	dsr_txn_mark_dirty(txn, svc);
	return dsr_service_check_ports(txn, svc);
}

/* Bring back a service that this transaction has deleted. Its backends are brought back
 * one by one, by operations of their own.
 */
static int dsr_service_return(struct dsr_txn *txn, struct dsr_service *svc,
			      const struct dsr_service_conf *conf)
{
	int err = dsr_service_log(txn, svc, false);

	if (err)
		return err;
	dsr_service_warn(txn, &svc->conf, conf);
	dsr_service_set_conf(svc, conf);
	dsr_service_enlist(svc);
	dsr_txn_mark_dirty(txn, svc);
	return dsr_service_check_ports(txn, svc);
}

int dsr_service_add(struct dsr_txn *txn, const struct dsr_service_key *key,
		    const struct dsr_service_conf *conf, bool force,
		    struct netlink_ext_ack *extack)
{
	struct dsr_service *svc = dsr_service_lookup_deleting(txn->dn, key);

	return svc ? dsr_service_return(txn, svc, conf) :
		     dsr_service_make(txn, key, conf, force, extack);
}

static int dsr_service_check_backends(struct dsr_txn *txn,
				      struct dsr_service *svc,
				      const struct dsr_service_conf *conf,
				      struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend;
	int err;

	list_for_each_entry(backend, &svc->backends, list) {
		err = dsr_backend_check(txn, svc, &conf->fwd, &backend->key,
					&backend->conf.fwd, extack);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int dsr_service_change(struct dsr_txn *txn, struct dsr_service *svc,
		       const struct dsr_service_conf *conf,
		       struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend;
	int err;

	err = dsr_service_check_backends(txn, svc, conf, extack);
	if (!err)
		err = dsr_service_log(txn, svc, false);
	if (err)
		return err;
	dsr_service_warn(txn, &svc->conf, conf);
	dsr_service_set_conf(svc, conf);
	dsr_txn_mark_dirty(txn, svc);
	list_for_each_entry(backend, &svc->backends, list) {
		err = dsr_net_killed(txn->dn) ? -EINTR :
						dsr_backend_check_twins(txn, backend);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

int dsr_service_del(struct dsr_txn *txn, struct dsr_service *svc)
{
	struct dsr_backend *backend, *next;
	int err;

	list_for_each_entry_safe(backend, next, &svc->backends, list) {
		err = dsr_net_killed(txn->dn) ? -EINTR :
						dsr_backend_del(txn, backend);
		if (err)
			return err;
		cond_resched();
	}
	err = dsr_service_log(txn, svc, false);
	if (err)
		return err;
	dsr_service_delist(txn, svc);
	dsr_txn_mark_dirty(txn, svc);
	return 0;
}

int dsr_service_flush(struct dsr_txn *txn)
{
	struct dsr_service *svc, *next;
	int err;

	list_for_each_entry_safe(svc, next, &txn->dn->services, list) {
		err = dsr_net_killed(txn->dn) ? -EINTR :
						dsr_service_del(txn, svc);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

/* Publish what flows read of the service. A persistence time that becomes shorter is not
 * published yet: entries of client prefixes must not expire for packets that still use
 * the old policy.
 */
static void dsr_service_pre_publish(struct dsr_trans *trans)
{
	struct dsr_service_trans *e =
		container_of(trans, struct dsr_service_trans, trans);
	struct dsr_service *svc = e->svc;
	int i;

	if (!e->first || svc->deleting)
		return;
	for (i = 0; i < DSR_TIMEOUTS; i++)
		WRITE_ONCE(svc->timeouts.seconds[i],
			   svc->conf.timeouts.seconds[i]);
	WRITE_ONCE(svc->persist, max(svc->persist, svc->conf.policy.persist));
}

static void dsr_service_post_publish(struct dsr_txn *txn, struct dsr_trans *trans)
{
	struct dsr_service_trans *e =
		container_of(trans, struct dsr_service_trans, trans);
	struct dsr_service *svc = e->svc;
	struct dsr_backend *backend;

	if (!e->first)
		return;
	svc->in_trans = false;
	if (svc->deleting)
		return;
	WRITE_ONCE(svc->persist, svc->conf.policy.persist);
	if (e->is_new)
		return;
	if (!e->conf.policy.one_packet && svc->conf.policy.one_packet)
		txn->forget = true;
	/* The timer stops again if no backend has a deadline because of drain-for. */
	if (svc->conf.policy.drain_for)
		dsr_timer_start(svc);
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_backend_update_fwd(backend);
		dsr_backend_update_state(backend);
		cond_resched();
	}
}

static void dsr_service_rollback(struct dsr_txn *txn, struct dsr_trans *trans)
{
	struct dsr_service_trans *e =
		container_of(trans, struct dsr_service_trans, trans);
	struct dsr_service *svc = e->svc;

	if (e->first)
		svc->in_trans = false;
	if (e->is_new) {
		svc->dn->nr_services--;
		dsr_service_unlink(svc);
		return;
	}
	svc->conf = e->conf;
	if (e->deleting && !svc->deleting)
		dsr_service_delist(txn, svc);
	else if (!e->deleting && svc->deleting)
		dsr_service_enlist(svc);
}

static bool dsr_filter_conf_equal(const struct dsr_filter_conf *a,
				  const struct dsr_filter_conf *b)
{
	u32 i;

	if (strcmp(a->dev, b->dev) || a->source_other != b->source_other ||
	    a->nr != b->nr)
		return false;
	for (i = 0; i < a->nr; i++) {
		if (a->sources[i].len != b->sources[i].len ||
		    !dsr_addr_eq(&a->sources[i].addr, &b->sources[i].addr))
			return false;
	}
	return true;
}

static bool dsr_service_conf_equal(const struct dsr_service_conf *a,
				   const struct dsr_service_conf *b)
{
	return a->sched == b->sched && a->seed == b->seed &&
	       !memcmp(&a->policy, &b->policy, sizeof(a->policy)) &&
	       !memcmp(&a->fwd, &b->fwd, sizeof(a->fwd)) &&
	       !memcmp(&a->timeouts, &b->timeouts, sizeof(a->timeouts)) &&
	       dsr_filter_conf_equal(&a->filter, &b->filter);
}

static bool dsr_service_changes(const struct dsr_trans *trans)
{
	const struct dsr_service_trans *e =
		container_of(trans, struct dsr_service_trans, trans);
	const struct dsr_service *svc = e->svc;

	if (!e->first)
		return false;
	if (e->is_new || svc->deleting)
		return e->is_new != svc->deleting;
	return !dsr_service_conf_equal(&svc->conf, &e->conf);
}

static void dsr_service_notify(struct dsr_txn *txn, const struct dsr_trans *trans)
{
	const struct dsr_service_trans *e =
		container_of(trans, struct dsr_service_trans, trans);

	e->svc->notified_fail_open = e->svc->fail_open;
	dsr_notify->service(e->svc, txn->info, e->svc->deleting);
}

static const struct dsr_trans_ops dsr_service_trans_ops = {
	.pre_publish	= dsr_service_pre_publish,
	.post_publish	= dsr_service_post_publish,
	.rollback	= dsr_service_rollback,
	.changes = dsr_service_changes,
	.notify	= dsr_service_notify,
};

/*
 * Defaults, pool and filter, removal.
 */

static const struct dsr_service_conf dsr_service_conf_default = {
	.sched = &dsr_scheds[0],
	.policy = {
		.table_size = DSR_MAGLEV_SLOTS,
		.min_active = 1,
		.fail_open_below = 1,
		.persist_prefix4 = 32,
		.persist_prefix6 = 128,
	},
	.fwd = {
		.set = DSR_FWD_METHOD | DSR_FWD_OUTER_SOURCE |
		       DSR_FWD_OUTER_TTL | DSR_FWD_OUTER_PORT |
		       DSR_FWD_OUTER_CHECKSUM | DSR_FWD_GUE_VARIANT |
		       DSR_FWD_GRE_KEY,
		.method = NF_DSR_METHOD_L2,
		.outer_source = NF_DSR_OUTER_SOURCE_ROUTE,
		.outer_ttl = 64,
		.outer_port = htons(6080),
		.outer_checksum = NF_DSR_OUTER_CHECKSUM_AUTO,
		.gre_key = NF_DSR_GRE_KEY_NONE,
	},
};

void dsr_service_conf_init(struct dsr_service_conf *conf)
{
	*conf = dsr_service_conf_default;
	conf->timeouts = dsr_timeouts_default;
}

static bool dsr_flow_match_datagrams(const struct dsr_flow *flow, u8 proto,
				     const void *arg)
{
	return proto == IPPROTO_UDP &&
	       flow->backend->svc->conf.policy.one_packet;
}

void dsr_service_forget_datagrams(struct dsr_net *dn)
{
	lockdep_assert_held(&dn->lock);
	synchronize_rcu();	/* packets in flight use the old policy */
	dsr_flow_purge(&dn->flows, dsr_flow_match_datagrams, NULL);
}

int dsr_service_prepare(struct dsr_service *svc)
{
	struct dsr_filter *filter;
	struct dsr_pool *pool;

	filter = dsr_filter_build(svc->dn->net, svc->key.family,
				  &svc->conf.filter);
	if (IS_ERR(filter))
		return PTR_ERR(filter);
	pool = dsr_pool_build(svc);
	if (IS_ERR(pool)) {
		kfree(filter);
		return PTR_ERR(pool);
	}
	svc->next_filter = filter;
	svc->next_pool = pool;
	return 0;
}

/* Publish what follows from @fail_open for the backends. Those that the transaction
 * changes are published by their own steps of it.
 */
static void dsr_service_set_fail_open(struct dsr_service *svc, bool fail_open)
{
	struct dsr_backend *backend;

	svc->fail_open = fail_open;
	svc->fail_opens += fail_open;
	list_for_each_entry(backend, &svc->backends, list) {
		if (!backend->in_trans)
			dsr_backend_update_state(backend);
		cond_resched();
	}
}

void dsr_service_begin_fail_open(struct dsr_service *svc)
{
	if (svc->next_pool && svc->next_pool->fail_open && !svc->fail_open)
		dsr_service_set_fail_open(svc, true);
}

void dsr_service_publish(struct dsr_service *svc)
{
	struct dsr_filter *filter = svc->filter;
	struct dsr_pool *pool = svc->pool;

	svc->pool = svc->next_pool;
	svc->filter = svc->next_filter;
	svc->next_pool = NULL;
	svc->next_filter = NULL;
	if (svc->fail_open && !svc->pool->fail_open)
		dsr_service_set_fail_open(svc, false);
	dsr_pool_start(svc);
	dsr_timer_wake(svc->dn);
	dsr_pool_free_rcu(pool);
	if (filter)
		kfree_rcu(filter, rcu);
}

void dsr_service_notify_fail_open(struct dsr_service *svc, struct genl_info *info)
{
	if (svc->deleting || svc->notified_fail_open == svc->fail_open)
		return;
	svc->notified_fail_open = svc->fail_open;
	dsr_notify->service(svc, info, false);
}

void dsr_service_unprepare(struct dsr_service *svc)
{
	dsr_pool_free(svc->next_pool);
	kfree(svc->next_filter);
	svc->next_pool = NULL;
	svc->next_filter = NULL;
}

void dsr_service_unlink(struct dsr_service *svc)
{
	struct dsr_backend *backend, *next;
	struct dsr_net *dn = svc->dn;

	list_splice_tail_init(&svc->deleted, &svc->backends);
	list_for_each_entry_safe(backend, next, &svc->backends, list) {
		dsr_backend_unlink(backend);
		cond_resched();
	}
	svc->nr_backends = 0;
	dsr_detach(&svc->attached);
	dsr_stats_add(&dn->gone, &svc->gone);
	rb_erase(&svc->node, svc->deleting ? &dn->deleting : &dn->index);
	dsr_service_release_zone(svc);
	list_move_tail(&svc->list, &dn->dead_services);
	queue_work(system_dfl_wq, &dn->reaper);
}

void dsr_service_exit(struct dsr_net *dn)
{
	struct dsr_match *match = rcu_dereference_protected(dn->match,
						lockdep_is_held(&dn->lock));
	struct dsr_service *svc, *next;

	if (!match)
		return;
	dsr_hook_unregister(dn);
	dsr_flow_stop(&dn->flows);
	RCU_INIT_POINTER(dn->match, NULL);
	dsr_match_free_rcu(match);
	dn->nr_services = 0;
	list_for_each_entry_safe(svc, next, &dn->services, list) {
		dsr_service_unlink(svc);
		cond_resched();
	}
	dsr_pin_put();
}

void dsr_service_sum(const struct dsr_service *svc, struct dsr_counters *sum)
{
	const struct dsr_backend *backend;

	*sum = svc->gone;
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_stats_sum(backend->stats, sum);
		cond_resched();
	}
	list_for_each_entry(backend, &svc->deleted, list) {
		dsr_stats_sum(backend->stats, sum);
		cond_resched();
	}
}

static bool dsr_flow_match_dead(const struct dsr_flow *flow, u8 proto,
				const void *arg)
{
	return READ_ONCE(flow->backend->state) == DSR_BACKEND_DEAD;
}

void dsr_service_reap(struct work_struct *work)
{
	struct dsr_net *dn = container_of(work, struct dsr_net, reaper);
	struct dsr_backend *backend, *next_backend;
	struct dsr_service *svc, *next_svc;
	LIST_HEAD(backends);
	LIST_HEAD(services);

	mutex_lock(&dn->lock);
	list_splice_init(&dn->dead_backends, &backends);
	list_splice_init(&dn->dead_services, &services);
	mutex_unlock(&dn->lock);

	/* Packets that have chosen a deleted backend may still insert a flow. */
	synchronize_rcu();
	dsr_flow_purge(&dn->flows, dsr_flow_match_dead, NULL);
	/* Packets and dumps that have found such a flow may still read its backend. */
	synchronize_rcu();
	list_for_each_entry_safe(backend, next_backend, &backends, list) {
		dsr_backend_free(backend);
		cond_resched();
	}
	list_for_each_entry_safe(svc, next_svc, &services, list) {
		dsr_pool_free(svc->pool);
		kfree(svc->filter);
		kfree(svc);
		cond_resched();
	}
}

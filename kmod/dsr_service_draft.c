// SPDX-License-Identifier: GPL-2.0
/*
 * Services come, change and go, in the draft of a transaction; see dsr_txn.h.
 */
#include <linux/random.h>
#include <linux/sched.h>
#include <linux/slab.h>

#include "dsr_backend.h"
#include "dsr_match.h"
#include "dsr_mem.h"
#include "dsr_net.h"
#include "dsr_nl.h"
#include "dsr_ownaddr.h"
#include "dsr_pool.h"
#include "dsr_txn.h"

/**
 * struct dsr_service_edit - a step of a draft
 * @edit: in the log
 * @svc: the service
 * @is_new: there was none before
 * @first: its first step in this transaction
 * @leaving: as it was before
 * @conf: likewise
 */
struct dsr_service_edit {
	struct dsr_edit edit;
	struct dsr_service *svc;
	bool is_new;
	bool first;
	bool leaving;
	struct dsr_service_conf conf;
};

static const struct dsr_edit_ops dsr_service_edit_ops;

/* To be called before what is logged is done. */
static int dsr_service_log(struct dsr_txn *txn, struct dsr_service *svc,
			   bool is_new)
{
	struct dsr_service_edit *e = kmalloc(sizeof(*e), DSR_GFP);

	if (!e)
		return -ENOMEM;
	e->svc = svc;
	e->is_new = is_new;
	e->first = !svc->edited;
	e->leaving = svc->leaving;
	e->conf = svc->conf;
	svc->edited = true;
	dsr_txn_log(txn, &e->edit, &dsr_service_edit_ops);
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

struct dsr_service *dsr_service_find(struct dsr_net *dn,
				     const struct dsr_service_key *key)
{
	return dsr_service_at(rb_find(key, &dn->index, dsr_service_cmp_key));
}

/* One that the transaction deletes. */
static struct dsr_service *
dsr_service_find_leaving(struct dsr_net *dn, const struct dsr_service_key *key)
{
	return dsr_service_at(rb_find(key, &dn->leaving, dsr_service_cmp_key));
}

/* Into the list, where its key belongs. */
static void dsr_service_enlist(struct dsr_service *svc)
{
	struct dsr_net *dn = svc->dn;
	struct rb_node *before;

	if (svc->leaving)
		rb_erase(&svc->node, &dn->leaving);
	svc->leaving = false;
	rb_find_add(&svc->node, &dn->index, dsr_service_cmp);
	before = rb_prev(&svc->node);
	list_move(&svc->list, before ? &dsr_service_at(before)->list :
				       &dn->services);
	dn->nr_services++;
}

static void dsr_service_leave(struct dsr_txn *txn, struct dsr_service *svc)
{
	struct dsr_net *dn = svc->dn;

	rb_erase(&svc->node, &dn->index);
	rb_find_add(&svc->node, &dn->leaving, dsr_service_cmp);
	svc->leaving = true;
	list_move_tail(&svc->list, &txn->services);
	dn->nr_services--;
}

/* Do two ranges of ports of one VIP and protocol meet? An exact port inside a
 * range, or any port around both, is no conflict: the more specific one wins.
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

/* Do its ports meet those of a neighbour in the list? Where some ranges of ports meet,
 * two neighbours do, as they are in the order of their first ports.
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

/* Once ranges meet in a draft, what comes after may meet one that is not its neighbour
 * yet: so all that do are looked at again.
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
	if (svc->leaving || !dsr_service_meets(svc))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "port range overlaps another service of this VIP");
	return -EEXIST;
}

/* Random, as nobody outside shall know beforehand which backend a packet would meet. It
 * stays until the namespace goes: a configuration that is loaded again moves no flow.
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

/* Why single packets do not spread over the backends, as an extack text; NULL: they do. */
static const char *dsr_service_lacks(const struct dsr_service_conf *conf)
{
	if (!conf->policy.one_packet || conf->sched == &dsr_sched_wrr)
		return NULL;
	if (conf->sched == &dsr_sched_maglev)
		return "one-packet with maglev: packets of a port meet one backend: take wrr";
	return "one-packet with wlc: there are no flows that it could count: take wrr";
}

/* Said where the service becomes so. @old: as it was; NULL: it is new. */
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
	INIT_LIST_HEAD(&svc->touched);
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
	dsr_txn_touch(txn, svc);
	return dsr_service_check_ports(txn, svc);
}

/* One that this very transaction deleted. Its backends come back one by one. */
static int dsr_service_return(struct dsr_txn *txn, struct dsr_service *svc,
			      const struct dsr_service_conf *conf)
{
	int err = dsr_service_log(txn, svc, false);

	if (err)
		return err;
	dsr_service_warn(txn, &svc->conf, conf);
	dsr_service_set_conf(svc, conf);
	dsr_service_enlist(svc);
	dsr_txn_touch(txn, svc);
	return dsr_service_check_ports(txn, svc);
}

int dsr_service_add(struct dsr_txn *txn, const struct dsr_service_key *key,
		    const struct dsr_service_conf *conf, bool force,
		    struct netlink_ext_ack *extack)
{
	struct dsr_service *svc = dsr_service_find_leaving(txn->dn, key);

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
	dsr_txn_touch(txn, svc);
	list_for_each_entry(backend, &svc->backends, list) {
		err = dsr_backend_check_twins(txn, backend);
		if (err)
			return err;
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
	dsr_service_leave(txn, svc);
	dsr_txn_touch(txn, svc);
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

/* What flows read of it. The memory of prefixes must not run out under those who
 * still go by it.
 */
static void dsr_service_open(struct dsr_edit *edit)
{
	struct dsr_service_edit *e =
		container_of(edit, struct dsr_service_edit, edit);
	struct dsr_service *svc = e->svc;
	int i;

	if (!e->first || svc->leaving)
		return;
	for (i = 0; i < DSR_TIMEOUTS; i++)
		WRITE_ONCE(svc->timeouts.seconds[i],
			   svc->conf.timeouts.seconds[i]);
	WRITE_ONCE(svc->persist, max(svc->persist, svc->conf.policy.persist));
}

static void dsr_service_apply(struct dsr_txn *txn, struct dsr_edit *edit)
{
	struct dsr_service_edit *e =
		container_of(edit, struct dsr_service_edit, edit);
	struct dsr_service *svc = e->svc;
	struct dsr_backend *backend;

	if (!e->first)
		return;
	svc->edited = false;
	if (svc->leaving)
		return;
	WRITE_ONCE(svc->persist, svc->conf.policy.persist);
	if (e->is_new)
		return;
	if (!e->conf.policy.one_packet && svc->conf.policy.one_packet)
		txn->forget = true;
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_backend_update_fwd(backend);
		cond_resched();
	}
}

static void dsr_service_undo(struct dsr_txn *txn, struct dsr_edit *edit)
{
	struct dsr_service_edit *e =
		container_of(edit, struct dsr_service_edit, edit);
	struct dsr_service *svc = e->svc;

	if (e->first)
		svc->edited = false;
	if (e->is_new) {
		svc->dn->nr_services--;
		dsr_service_bury(svc);
		return;
	}
	svc->conf = e->conf;
	if (e->leaving && !svc->leaving)
		dsr_service_leave(txn, svc);
	else if (!e->leaving && svc->leaving)
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

/* Nobody zeroes the padding of a conf, so it is not compared. */
static bool dsr_service_conf_equal(const struct dsr_service_conf *a,
				   const struct dsr_service_conf *b)
{
	return a->sched == b->sched && a->seed == b->seed &&
	       !memcmp(&a->policy, &b->policy,
		       offsetofend(struct dsr_policy, unmatched)) &&
	       !memcmp(&a->fwd, &b->fwd, sizeof(a->fwd)) &&
	       !memcmp(&a->timeouts, &b->timeouts, sizeof(a->timeouts)) &&
	       a->echo == b->echo &&
	       dsr_filter_conf_equal(&a->filter, &b->filter);
}

static bool dsr_service_changes(const struct dsr_edit *edit)
{
	const struct dsr_service_edit *e =
		container_of(edit, struct dsr_service_edit, edit);
	const struct dsr_service *svc = e->svc;

	if (!e->first)
		return false;
	if (e->is_new || svc->leaving)
		return e->is_new != svc->leaving;
	return !dsr_service_conf_equal(&svc->conf, &e->conf);
}

static void dsr_service_tell(struct dsr_txn *txn, const struct dsr_edit *edit)
{
	const struct dsr_service_edit *e =
		container_of(edit, struct dsr_service_edit, edit);

	dsr_nl_notify_service(e->svc, txn->info, e->svc->leaving);
}

static const struct dsr_edit_ops dsr_service_edit_ops = {
	.open	= dsr_service_open,
	.apply	= dsr_service_apply,
	.undo	= dsr_service_undo,
	.changes = dsr_service_changes,
	.tell	= dsr_service_tell,
};

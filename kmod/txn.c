// SPDX-License-Identifier: GPL-2.0
/*
 * The steps of a transaction: begin, draft log, prepare, publish or roll back. See
 * txn.h.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "backend.h"
#include "hook.h"
#include "mem.h"
#include "net.h"
#include "pool.h"
#include "txn.h"

const struct dsr_notify_ops *dsr_notify __read_mostly;

void dsr_txn_begin(struct dsr_txn *txn, struct dsr_net *dn)
{
	lockdep_assert_held(&dn->lock);
	*txn = (struct dsr_txn) { .dn = dn, .last_id = dn->last_id };
	INIT_LIST_HEAD(&txn->trans_list);
	INIT_LIST_HEAD(&txn->dirty);
	INIT_LIST_HEAD(&txn->services);
	INIT_LIST_HEAD(&txn->backends);
	INIT_LIST_HEAD(&txn->doubts);
	dsr_match_draft_init(&txn->match);
}

/**
 * struct dsr_doubt - a conflict to check again at the end of the draft
 * @list: in dsr_txn.doubts
 * @svc: service whose ports are in conflict
 * @backend: backend whose code is in conflict; NULL if the ports are
 * @step: dsr_txn.step that caused the conflict
 *
 * It lives as long as its transaction, which frees none of the objects.
 */
struct dsr_doubt {
	struct list_head list;
	struct dsr_service *svc;
	struct dsr_backend *backend;
	u32 step;
};

int dsr_txn_doubt(struct dsr_txn *txn, struct dsr_service *svc,
		  struct dsr_backend *backend)
{
	struct dsr_doubt *doubt = kmalloc(sizeof(*doubt), DSR_GFP);

	if (!doubt)
		return -ENOMEM;
	doubt->svc = svc;
	doubt->backend = backend;
	doubt->step = txn->step;
	list_add_tail(&doubt->list, &txn->doubts);
	return 0;
}

int dsr_txn_settle(struct dsr_txn *txn, struct netlink_ext_ack *extack)
{
	struct dsr_doubt *doubt;
	int err;

	list_for_each_entry(doubt, &txn->doubts, list) {
		err = doubt->backend ?
			dsr_backend_settle(doubt->backend, extack) :
			dsr_service_settle(doubt->svc, extack);
		if (err) {
			txn->step = doubt->step;
			return err;
		}
		cond_resched();
	}
	return 0;
}

static void dsr_txn_forget_doubts(struct dsr_txn *txn)
{
	struct dsr_doubt *doubt, *next;

	list_for_each_entry_safe(doubt, next, &txn->doubts, list)
		kfree(doubt);
	INIT_LIST_HEAD(&txn->doubts);
}

void dsr_txn_log(struct dsr_txn *txn, struct dsr_trans *trans,
		 const struct dsr_trans_ops *ops)
{
	trans->ops = ops;
	list_add_tail(&trans->list, &txn->trans_list);
}

void dsr_txn_mark_dirty(struct dsr_txn *txn, struct dsr_service *svc)
{
	if (list_empty(&svc->dirty))
		list_add_tail(&svc->dirty, &txn->dirty);
}

/* Create the pools and filters of dirty services. A pool may take long, because the
 * lookup tables of the consistent hash are filled here.
 */
static int dsr_txn_prepare_services(struct dsr_txn *txn)
{
	struct dsr_service *svc;
	int err;

	list_for_each_entry(svc, &txn->dirty, dirty) {
		if (svc->deleting)
			continue;
		err = dsr_net_killed(txn->dn) ? -EINTR :
						dsr_service_prepare(svc);
		if (err)
			return err;
		cond_resched();
	}
	return 0;
}

static struct dsr_match *dsr_txn_published(const struct dsr_txn *txn)
{
	return rcu_dereference_protected(txn->dn->match,
					 lockdep_is_held(&txn->dn->lock));
}

/* Set the text of the request's refusal. For -ENOMEM, dsr_nl_explain() sets a text. */
static void dsr_txn_explain(struct dsr_txn *txn, const char *text)
{
	if (txn->info)
		txn->info->extack->_msg = text;
}

/* Start the namespace, as it gets its first service. The hooks accept all packets until
 * there is a match table.
 */
static int dsr_txn_start(struct dsr_txn *txn)
{
	struct dsr_net *dn = txn->dn;
	int err;

	if (!dsr_pin_get()) {
		dsr_txn_explain(txn, "the module is being unloaded: load it again first");
		return -ENODEV;
	}
	dsr_flow_charge(&dn->flows);
	err = dsr_hook_register(dn);
	if (!err) {
		dsr_flow_start(&dn->flows);
		return 0;
	}
	if (err != -ENOMEM)
		dsr_txn_explain(txn, "netfilter did not register the hooks");
	dsr_pin_put();
	return err;
}

static int dsr_txn_prepare(struct dsr_txn *txn)
{
	struct dsr_net *dn = txn->dn;
	int err;

	err = dsr_txn_prepare_services(txn);
	if (!err)
		err = dsr_match_prepare(&txn->match, dsr_txn_published(txn),
					&txn->dirty, !dn->nr_services);
	if (err || !dn->nr_services || dsr_txn_published(txn))
		return err;
	return dsr_txn_start(txn);
}

static void dsr_txn_pre_publish(struct dsr_txn *txn)
{
	struct dsr_service *svc;
	struct dsr_trans *trans;

	list_for_each_entry(svc, &txn->dirty, dirty) {
		dsr_service_begin_fail_open(svc);
		cond_resched();
	}
	list_for_each_entry(trans, &txn->trans_list, list) {
		trans->ops->pre_publish(trans);
		cond_resched();
	}
}

static void dsr_txn_swap(struct dsr_txn *txn)
{
	struct dsr_service *svc;

	dsr_match_publish(&txn->match, &txn->dn->match);
	list_for_each_entry(svc, &txn->dirty, dirty) {
		if (!svc->deleting)
			dsr_service_publish(svc);
		cond_resched();
	}
}

static void dsr_txn_post_publish(struct dsr_txn *txn)
{
	struct dsr_trans *trans;

	list_for_each_entry(trans, &txn->trans_list, list) {
		trans->ops->post_publish(txn, trans);
		cond_resched();
	}
}

/* Notify listeners and free the log. Deleted objects stay in memory until the lock is
 * released, because the reaper takes it.
 */
static void dsr_txn_notify(struct dsr_txn *txn)
{
	struct dsr_trans *trans, *next;

	list_for_each_entry_safe(trans, next, &txn->trans_list, list) {
		if (trans->ops->changes(trans))
			trans->ops->notify(txn, trans);
		kfree(trans);
		cond_resched();
	}
}

/* Unlink deleted objects. Packets no longer find them through the match table, but flows
 * may still refer to them.
 */
static void dsr_txn_unlink(struct dsr_txn *txn)
{
	struct dsr_backend *backend, *next_backend;
	struct dsr_service *svc, *next_svc;

	list_for_each_entry_safe(backend, next_backend, &txn->backends, list) {
		dsr_backend_removed(backend);
		cond_resched();
	}
	list_for_each_entry_safe(svc, next_svc, &txn->services, list) {
		dsr_service_unlink(svc);
		cond_resched();
	}
}

static void dsr_txn_clean(struct dsr_txn *txn)
{
	struct dsr_service *svc, *next;

	list_for_each_entry_safe(svc, next, &txn->dirty, dirty) {
		list_del_init(&svc->dirty);
		dsr_service_unprepare(svc);
		cond_resched();
	}
}

static void dsr_txn_publish(struct dsr_txn *txn)
{
	bool was_empty = !dsr_txn_published(txn);
	bool changed = !list_empty(&txn->trans_list);
	struct dsr_net *dn = txn->dn;

	dsr_txn_pre_publish(txn);
	dsr_txn_swap(txn);
	dsr_txn_post_publish(txn);
	dsr_txn_unlink(txn);
	dsr_txn_clean(txn);
	if (txn->forget)
		dsr_service_forget_datagrams(dn);
	if (!was_empty && !dn->nr_services) {
		dsr_hook_unregister(dn);
		dsr_flow_stop(&dn->flows);
		dsr_pin_put();
	}
	if (changed)
		dsr_net_changed(dn);
	dsr_txn_notify(txn);
}

/* Return true if the transaction has steps, and all of them together change nothing. */
static bool dsr_txn_is_void(const struct dsr_txn *txn)
{
	const struct dsr_trans *trans;

	list_for_each_entry(trans, &txn->trans_list, list) {
		if (trans->ops->changes(trans))
			return false;
	}
	return !list_empty(&txn->trans_list);
}

/* Roll the transaction back. */
static void dsr_txn_abort(struct dsr_txn *txn)
{
	struct dsr_trans *trans, *next;

	lockdep_assert_held(&txn->dn->lock);
	dsr_txn_forget_doubts(txn);
	dsr_txn_clean(txn);
	list_for_each_entry_safe_reverse(trans, next, &txn->trans_list, list) {
		trans->ops->rollback(txn, trans);
		kfree(trans);
		cond_resched();
	}
	txn->dn->last_id = txn->last_id;
	dsr_match_abort(&txn->match);
}

int dsr_txn_commit(struct dsr_txn *txn)
{
	int err;

	lockdep_assert_held(&txn->dn->lock);
	dsr_txn_forget_doubts(txn);
	if (list_empty(&txn->trans_list) && list_empty(&txn->dirty))
		return 0;
	if (dsr_txn_is_void(txn)) {
		dsr_txn_abort(txn);
		return 0;
	}
	err = dsr_txn_prepare(txn);
	if (err)
		dsr_txn_abort(txn);
	else
		dsr_txn_publish(txn);
	return err;
}

int dsr_txn_end(struct dsr_txn *txn, int err)
{
	if (!err)
		return dsr_txn_commit(txn);
	dsr_txn_abort(txn);
	return err;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * Transactions, see dsr_txn.h.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <net/genetlink.h>

#include "dsr_backend.h"
#include "dsr_hook.h"
#include "dsr_mem.h"
#include "dsr_net.h"
#include "dsr_pin.h"
#include "dsr_pool.h"
#include "dsr_txn.h"

void dsr_txn_begin(struct dsr_txn *txn, struct dsr_net *dn)
{
	lockdep_assert_held(&dn->lock);
	*txn = (struct dsr_txn) { .dn = dn, .last_id = dn->last_id };
	INIT_LIST_HEAD(&txn->edits);
	INIT_LIST_HEAD(&txn->touched);
	INIT_LIST_HEAD(&txn->services);
	INIT_LIST_HEAD(&txn->backends);
	INIT_LIST_HEAD(&txn->doubts);
	dsr_match_draft_init(&txn->match);
}

/**
 * struct dsr_doubt - what may clash with something else; lives as long as its
 *	transaction, which frees none of the objects
 * @list: in dsr_txn.doubts
 * @svc: the service whose ports they are
 * @backend: or the backend whose code it is; NULL
 * @step: dsr_txn.step that made it so
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

void dsr_txn_log(struct dsr_txn *txn, struct dsr_edit *edit,
		 const struct dsr_edit_ops *ops)
{
	edit->ops = ops;
	list_add_tail(&edit->list, &txn->edits);
}

void dsr_txn_touch(struct dsr_txn *txn, struct dsr_service *svc)
{
	if (list_empty(&svc->touched))
		list_add_tail(&svc->touched, &txn->touched);
}

/* A pool may take a while: that is where the lookup tables are filled. */
static int dsr_txn_prepare_services(struct dsr_txn *txn)
{
	struct dsr_service *svc;
	int err;

	list_for_each_entry(svc, &txn->touched, touched) {
		if (svc->leaving)
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

/* The text of the request's refusal; without memory there is one already. */
static void dsr_txn_explain(struct dsr_txn *txn, const char *text)
{
	if (txn->info)
		txn->info->extack->_msg = text;
}

/* The first service comes. Until there is a table the hooks accept all packets. */
static int dsr_txn_start(struct dsr_txn *txn)
{
	struct dsr_net *dn = txn->dn;
	int err;

	if (!dsr_pin_get()) {
		dsr_txn_explain(txn, "the module is being unloaded: load it again first");
		return -ENODEV;
	}
	dsr_flow_own(&dn->flows);
	err = dsr_hook_register(dn);
	if (!err) {
		dsr_flow_start(&dn->flows);
		return 0;
	}
	if (err != -ENOMEM)
		dsr_txn_explain(txn, "netfilter refuses the hooks");
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
					&txn->touched, !dn->nr_services);
	if (err || !dn->nr_services || dsr_txn_published(txn))
		return err;
	return dsr_txn_start(txn);
}

static void dsr_txn_open(struct dsr_txn *txn)
{
	struct dsr_edit *edit;

	list_for_each_entry(edit, &txn->edits, list) {
		edit->ops->open(edit);
		cond_resched();
	}
}

static void dsr_txn_swap(struct dsr_txn *txn)
{
	struct dsr_service *svc;

	dsr_match_publish(&txn->match, &txn->dn->match);
	list_for_each_entry(svc, &txn->touched, touched) {
		if (!svc->leaving)
			dsr_service_publish(svc);
		cond_resched();
	}
}

static void dsr_txn_apply(struct dsr_txn *txn)
{
	struct dsr_edit *edit;

	list_for_each_entry(edit, &txn->edits, list) {
		edit->ops->apply(txn, edit);
		cond_resched();
	}
}

/* What was deleted stays in memory until the lock is released: the reaper takes it. */
static void dsr_txn_tell(struct dsr_txn *txn)
{
	struct dsr_edit *edit, *next;

	list_for_each_entry_safe(edit, next, &txn->edits, list) {
		if (edit->ops->changes(edit))
			edit->ops->tell(txn, edit);
		kfree(edit);
		cond_resched();
	}
}

/* Packets do not see them any more; flows may. */
static void dsr_txn_bury(struct dsr_txn *txn)
{
	struct dsr_backend *backend, *next_backend;
	struct dsr_service *svc, *next_svc;

	list_for_each_entry_safe(backend, next_backend, &txn->backends, list) {
		dsr_backend_depart(backend);
		cond_resched();
	}
	list_for_each_entry_safe(svc, next_svc, &txn->services, list) {
		dsr_service_bury(svc);
		cond_resched();
	}
}

static void dsr_txn_untouch(struct dsr_txn *txn)
{
	struct dsr_service *svc, *next;

	list_for_each_entry_safe(svc, next, &txn->touched, touched) {
		list_del_init(&svc->touched);
		dsr_service_unprepare(svc);
		cond_resched();
	}
}

static void dsr_txn_publish(struct dsr_txn *txn)
{
	bool was_empty = !dsr_txn_published(txn);
	bool changed = !list_empty(&txn->edits);
	struct dsr_net *dn = txn->dn;

	dsr_txn_open(txn);
	dsr_txn_swap(txn);
	dsr_txn_apply(txn);
	dsr_txn_bury(txn);
	dsr_txn_untouch(txn);
	if (txn->forget)
		dsr_service_forget_datagrams(dn);
	if (!was_empty && !dn->nr_services) {
		dsr_hook_unregister(dn);
		dsr_flow_stop(&dn->flows);
		dsr_pin_put();
	}
	if (changed)
		dsr_net_changed(dn);
	dsr_txn_tell(txn);
}

/* Does it do something, and all of it takes back what it did? */
static bool dsr_txn_is_void(const struct dsr_txn *txn)
{
	const struct dsr_edit *edit;

	list_for_each_entry(edit, &txn->edits, list) {
		if (edit->ops->changes(edit))
			return false;
	}
	return !list_empty(&txn->edits);
}

int dsr_txn_commit(struct dsr_txn *txn)
{
	int err;

	lockdep_assert_held(&txn->dn->lock);
	dsr_txn_forget_doubts(txn);
	if (list_empty(&txn->edits) && list_empty(&txn->touched))
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

void dsr_txn_abort(struct dsr_txn *txn)
{
	struct dsr_edit *edit, *next;

	lockdep_assert_held(&txn->dn->lock);
	dsr_txn_forget_doubts(txn);
	dsr_txn_untouch(txn);
	list_for_each_entry_safe_reverse(edit, next, &txn->edits, list) {
		edit->ops->undo(txn, edit);
		kfree(edit);
		cond_resched();
	}
	txn->dn->last_id = txn->last_id;
	dsr_match_abort(&txn->match);
}

int dsr_txn_end(struct dsr_txn *txn, int err)
{
	if (!err)
		return dsr_txn_commit(txn);
	dsr_txn_abort(txn);
	return err;
}

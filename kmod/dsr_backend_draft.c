// SPDX-License-Identifier: GPL-2.0
/*
 * Backends come, change and go, in the draft of a transaction; see dsr_txn.h.
 */
#include <linux/slab.h>

#include "dsr_backend.h"
#include "dsr_mem.h"
#include "dsr_nl.h"
#include "dsr_state.h"
#include "dsr_txn.h"

/* The padding behind the family is no part of the key. */
static int dsr_backend_cmp_key(const void *key, const struct rb_node *node)
{
	const struct dsr_backend *backend =
		rb_entry(node, struct dsr_backend, node);

	return memcmp(key, &backend->key, offsetofend(struct dsr_backend_key, family));
}

static int dsr_backend_cmp(struct rb_node *node, const struct rb_node *other)
{
	return dsr_backend_cmp_key(&rb_entry(node, struct dsr_backend,
					     node)->key, other);
}

struct dsr_backend *dsr_backend_lookup(const struct dsr_service *svc,
				       const struct dsr_backend_key *key)
{
	return rb_entry_safe(rb_find(key, &svc->index, dsr_backend_cmp_key),
			     struct dsr_backend, node);
}

struct dsr_backend *dsr_backend_find(const struct dsr_service *svc,
				     const struct dsr_backend_key *key)
{
	struct dsr_backend *backend = dsr_backend_lookup(svc, key);

	return backend && !backend->leaving ? backend : NULL;
}

static bool dsr_backend_is_down(const struct dsr_backend_conf *conf)
{
	return dsr_state_backend(conf->state, conf->health, false) ==
	       NF_DSR_BACKEND_STATE_DOWN;
}

/**
 * struct dsr_backend_edit - a step of a draft
 * @edit: in the log
 * @backend: the backend
 * @is_new: there was none before
 * @first: its first step in this transaction
 * @leaving: as it was before
 * @place: what it stood behind in its list
 * @up_since: as it was before
 * @conf: likewise
 */
struct dsr_backend_edit {
	struct dsr_edit edit;
	struct dsr_backend *backend;
	bool is_new;
	bool first;
	bool leaving;
	struct list_head *place;
	time64_t up_since;
	struct dsr_backend_conf conf;
};

static const struct dsr_edit_ops dsr_backend_edit_ops;

/* To be called before what is logged is done. */
static int dsr_backend_log(struct dsr_txn *txn, struct dsr_backend *backend,
			   bool is_new)
{
	struct dsr_backend_edit *e = kmalloc(sizeof(*e), DSR_GFP);

	if (!e)
		return -ENOMEM;
	e->backend = backend;
	e->is_new = is_new;
	e->first = !backend->edited;
	e->leaving = backend->leaving;
	e->place = backend->list.prev;
	e->up_since = backend->up_since;
	e->conf = backend->conf;
	backend->edited = true;
	dsr_txn_log(txn, &e->edit, &dsr_backend_edit_ops);
	return 0;
}

static int dsr_backend_make(struct dsr_txn *txn, struct dsr_service *svc,
			    const struct dsr_backend_key *key,
			    const struct dsr_backend_conf *conf)
{
	struct dsr_backend *backend = dsr_backend_new(svc, key, conf);
	int err;

	if (!backend)
		return -ENOMEM;
	rb_find_add(&backend->node, &svc->index, dsr_backend_cmp);
	err = dsr_backend_log(txn, backend, true);
	if (err) {
		dsr_backend_bury(backend);
		return err;
	}
	list_add_tail(&backend->list, &svc->backends);
	svc->nr_backends++;
	return 0;
}

static void dsr_backend_set_conf(struct dsr_backend *backend,
				 const struct dsr_backend_conf *conf)
{
	if (dsr_backend_is_down(&backend->conf) && !dsr_backend_is_down(conf))
		backend->up_since = ktime_get_seconds();
	backend->conf = *conf;
}

/* One that this very transaction deleted. */
static int dsr_backend_return(struct dsr_txn *txn, struct dsr_backend *backend,
			      const struct dsr_backend_conf *conf)
{
	int err = dsr_backend_log(txn, backend, false);

	if (err)
		return err;
	dsr_backend_set_conf(backend, conf);
	backend->leaving = false;
	list_move_tail(&backend->list, &backend->svc->backends);
	backend->svc->nr_backends++;
	return 0;
}

int dsr_backend_add(struct dsr_txn *txn, struct dsr_service *svc,
		    const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend = dsr_backend_lookup(svc, key);
	int err;

	if (svc->nr_backends >= NF_DSR_BACKENDS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "service has as many backends as it can have");
		return -ENOSPC;
	}
	err = dsr_backend_check(txn, svc, &svc->conf.fwd, key, &conf->fwd,
				extack);
	if (err)
		return err;
	err = backend ? dsr_backend_return(txn, backend, conf) :
			dsr_backend_make(txn, svc, key, conf);
	if (err)
		return err;
	dsr_txn_touch(txn, svc);
	return dsr_backend_check_twins(txn, dsr_backend_find(svc, key));
}

static bool dsr_backend_is_local(const struct dsr_service *svc,
				 const struct dsr_backend_conf *conf)
{
	return dsr_fwd_method(&conf->fwd, &svc->conf.fwd) ==
	       NF_DSR_METHOD_LOCAL;
}

/* Nobody zeroes the padding of a conf, so it is not compared. */
static bool dsr_backend_conf_equal(const struct dsr_backend_conf *a,
				   const struct dsr_backend_conf *b)
{
	return a->state == b->state && a->health == b->health &&
	       a->priority == b->priority &&
	       a->drain_timeout == b->drain_timeout &&
	       a->weight == b->weight && a->max_flows == b->max_flows &&
	       a->min_flows == b->min_flows &&
	       !memcmp(&a->fwd, &b->fwd, sizeof(a->fwd));
}

/* Does the service need another pool with that conf? Packets read these of the
 * backend itself, not of its pool, and of @fwd a pool goes only by whether the backend
 * is local, see dsr_pool.leaves. A pool may go by anything else.
 */
static bool dsr_backend_changes_pool(const struct dsr_backend *backend,
				     const struct dsr_backend_conf *conf)
{
	const struct dsr_backend_conf *old = &backend->conf;
	struct dsr_backend_conf rest = *conf;

	rest.drain_timeout = old->drain_timeout;
	rest.min_flows = old->min_flows;
	rest.fwd = old->fwd;
	return !dsr_backend_conf_equal(&rest, old) ||
	       dsr_backend_is_local(backend->svc, conf) !=
	       dsr_backend_is_local(backend->svc, old);
}

int dsr_backend_change(struct dsr_txn *txn, struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack)
{
	struct dsr_service *svc = backend->svc;
	int err;

	err = dsr_backend_check(txn, svc, &svc->conf.fwd, &backend->key,
				&conf->fwd, extack);
	if (!err)
		err = dsr_backend_log(txn, backend, false);
	if (err)
		return err;
	if (dsr_backend_changes_pool(backend, conf))
		dsr_txn_touch(txn, svc);
	dsr_backend_set_conf(backend, conf);
	return dsr_backend_check_twins(txn, backend);
}

int dsr_backend_del(struct dsr_txn *txn, struct dsr_backend *backend)
{
	struct dsr_service *svc = backend->svc;
	int err = dsr_backend_log(txn, backend, false);

	if (err)
		return err;
	backend->leaving = true;
	list_move_tail(&backend->list, &txn->backends);
	svc->nr_backends--;
	dsr_txn_touch(txn, svc);
	return 0;
}

static void dsr_backend_set_words(struct dsr_backend_edit *e)
{
	struct dsr_backend *backend = e->backend;

	dsr_backend_recount(backend);
	dsr_backend_set_deadline(backend, e->is_new ? NULL : &e->conf);
	dsr_backend_update_state(backend);
	dsr_backend_update_fwd(backend);
}

/* Packets that have the new pool may come to one that is new or comes up. */
static void dsr_backend_open_way(struct dsr_edit *edit)
{
	struct dsr_backend_edit *e =
		container_of(edit, struct dsr_backend_edit, edit);
	struct dsr_backend *backend = e->backend;

	if (!e->first || backend->leaving)
		return;
	if (e->is_new ||
	    (!dsr_backend_usable(backend) && !dsr_backend_is_down(&backend->conf)))
		dsr_backend_set_words(e);
}

static void dsr_backend_apply(struct dsr_txn *txn, struct dsr_edit *edit)
{
	struct dsr_backend_edit *e =
		container_of(edit, struct dsr_backend_edit, edit);
	struct dsr_backend *backend = e->backend;

	if (!e->first)
		return;
	backend->edited = false;
	if (!backend->leaving)
		dsr_backend_set_words(e);
}

static void dsr_backend_undo(struct dsr_txn *txn, struct dsr_edit *edit)
{
	struct dsr_backend_edit *e =
		container_of(edit, struct dsr_backend_edit, edit);
	struct dsr_backend *backend = e->backend;

	if (e->first)
		backend->edited = false;
	if (e->is_new) {
		backend->svc->nr_backends--;
		dsr_backend_bury(backend);
		return;
	}
	backend->conf = e->conf;
	backend->up_since = e->up_since;
	/* Whether it comes back into the list or leaves it again. */
	backend->svc->nr_backends += backend->leaving - e->leaving;
	backend->leaving = e->leaving;
	list_move(&backend->list, e->place);
}

/* As dsr_service_changes(). Of one that goes with its service there is no event. */
static bool dsr_backend_changes(const struct dsr_edit *edit)
{
	const struct dsr_backend_edit *e =
		container_of(edit, struct dsr_backend_edit, edit);
	const struct dsr_backend *backend = e->backend;

	if (!e->first || backend->svc->leaving)
		return false;
	if (e->is_new || backend->leaving)
		return e->is_new != backend->leaving;
	return !dsr_backend_conf_equal(&backend->conf, &e->conf);
}

static void dsr_backend_tell(struct dsr_txn *txn, const struct dsr_edit *edit)
{
	struct dsr_backend_edit *e =
		container_of(edit, struct dsr_backend_edit, edit);

	if (!e->backend->leaving)
		dsr_backend_look(e->backend);
	dsr_nl_notify_backend(e->backend, txn->info, e->backend->leaving);
}

static const struct dsr_edit_ops dsr_backend_edit_ops = {
	.open	= dsr_backend_open_way,
	.apply	= dsr_backend_apply,
	.undo	= dsr_backend_undo,
	.changes = dsr_backend_changes,
	.tell	= dsr_backend_tell,
};

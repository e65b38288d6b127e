// SPDX-License-Identifier: GPL-2.0
/*
 * Backends, see backend.h. First come the drafts of a transaction, see txn.h: the log,
 * the operations, and how they are published and rolled back. The second part has the
 * defaults, the checks of settings, the state and load, and the creation and removal of
 * backends.
 */
#include <linux/percpu.h>
#include <linux/slab.h>

#include "backend.h"
#include "check.h"
#include "lib/share.h"
#include "lib/state.h"
#include "mem.h"
#include "net.h"
#include "path.h"
#include "pool.h"
#include "timer.h"
#include "txn.h"

/* The padding behind the family is not part of the key. */
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

struct dsr_backend *dsr_backend_lookup_any(const struct dsr_service *svc,
					   const struct dsr_backend_key *key)
{
	return rb_entry_safe(rb_find(key, &svc->index, dsr_backend_cmp_key),
			     struct dsr_backend, node);
}

struct dsr_backend *dsr_backend_lookup_next(const struct dsr_service *svc,
					    const struct dsr_backend_key *key)
{
	return rb_entry_safe(dsr_rb_behind(key, &svc->index, dsr_backend_cmp_key),
			     struct dsr_backend, node);
}

struct dsr_backend *dsr_backend_lookup(const struct dsr_service *svc,
				       const struct dsr_backend_key *key)
{
	struct dsr_backend *backend = dsr_backend_lookup_any(svc, key);

	return backend && !backend->deleting ? backend : NULL;
}

/* Return true if this conf has the backend down: it comes up when that ends. */
static bool dsr_backend_is_down(const struct dsr_backend *backend,
				const struct dsr_backend_conf *conf)
{
	u8 health = dsr_backend_health(conf, backend->svc->fail_open);

	return conf->state == NF_DSR_BACKEND_STATE_DOWN || health != NF_DSR_HEALTH_UP;
}

/**
 * struct dsr_backend_trans - a step of a draft
 * @trans: in the log
 * @backend: the backend
 * @is_new: the backend did not exist before
 * @first: the first step of the backend in this transaction
 * @deleting: value of dsr_backend.deleting before the step
 * @place: predecessor in its list before the step
 * @up_since: value of dsr_backend.up_since before the step
 * @check: value of dsr_backend.check before the step, with a reference
 * @conf: the conf before the step
 */
struct dsr_backend_trans {
	struct dsr_trans trans;
	struct dsr_backend *backend;
	bool is_new;
	bool first;
	bool deleting;
	struct list_head *place;
	time64_t up_since;
	struct dsr_check *check;
	struct dsr_backend_conf conf;
};

static const struct dsr_trans_ops dsr_backend_trans_ops;

/* Log a step. The caller changes the backend after that, because the log saves its
 * state.
 */
static int dsr_backend_log(struct dsr_txn *txn, struct dsr_backend *backend,
			   bool is_new)
{
	struct dsr_backend_trans *e = kmalloc(sizeof(*e), DSR_GFP);

	if (!e)
		return -ENOMEM;
	e->backend = backend;
	e->is_new = is_new;
	e->first = !backend->in_trans;
	e->deleting = backend->deleting;
	e->place = backend->list.prev;
	e->up_since = backend->up_since;
	e->check = dsr_check_hold(backend);
	e->conf = backend->conf;
	backend->in_trans = true;
	dsr_txn_log(txn, &e->trans, &dsr_backend_trans_ops);
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
		dsr_backend_unlink(backend);
		return err;
	}
	list_add_tail(&backend->list, &svc->backends);
	svc->nr_backends++;
	return dsr_check_claim(backend, conf->check_mark);
}

static int dsr_backend_set_conf(struct dsr_backend *backend,
				const struct dsr_backend_conf *conf)
{
	int err = dsr_check_claim(backend, conf->check_mark);

	if (err)
		return err;
	if (dsr_backend_is_down(backend, &backend->conf) &&
	    !dsr_backend_is_down(backend, conf))
		backend->up_since = ktime_get_seconds();
	backend->conf = *conf;
	return 0;
}

/* Bring back a backend that this transaction has deleted. */
static int dsr_backend_return(struct dsr_txn *txn, struct dsr_backend *backend,
			      const struct dsr_backend_conf *conf)
{
	int err = dsr_backend_log(txn, backend, false);

	if (!err)
		err = dsr_backend_set_conf(backend, conf);
	if (err)
		return err;
	backend->deleting = false;
	list_move_tail(&backend->list, &backend->svc->backends);
	backend->svc->nr_backends++;
	return 0;
}

static int dsr_backend_check_conf(struct dsr_txn *txn, const struct dsr_service *svc,
				  const struct dsr_backend_key *key,
				  const struct dsr_backend_conf *conf,
				  struct netlink_ext_ack *extack)
{
	if (conf->check_mark && dsr_key_mark(&svc->key)) {
		NL_SET_ERR_MSG(extack,
			       "a service that matches a mark has no VIP for checks: no check-mark");
		return -EINVAL;
	}
	return dsr_backend_check(txn, svc, &svc->conf.fwd, key, &conf->fwd, extack);
}

int dsr_backend_add(struct dsr_txn *txn, struct dsr_service *svc,
		    const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack)
{
	struct dsr_backend *backend = dsr_backend_lookup_any(svc, key);
	int err;

	if (svc->nr_backends >= NF_DSR_BACKENDS_MAX) {
		NL_SET_ERR_MSG(extack,
			       "service has as many backends as it can have");
		return -ENOSPC;
	}
	err = dsr_backend_check_conf(txn, svc, key, conf, extack);
	if (err)
		return err;
	err = backend ? dsr_backend_return(txn, backend, conf) :
			dsr_backend_make(txn, svc, key, conf);
	if (err)
		return err;
	dsr_txn_mark_dirty(txn, svc);
	return dsr_backend_check_twins(txn, dsr_backend_lookup(svc, key));
}

static bool dsr_backend_conf_equal(const struct dsr_backend_conf *a,
				   const struct dsr_backend_conf *b)
{
	return !memcmp(a, b, sizeof(*a));
}

/* Return true if the service needs a new pool for this conf. The drain timeout,
 * @min_flows, the check-mark and @fwd apply to the backend itself, not to its pool, with
 * one exception: a pool depends on whether the backend is local, see dsr_pool.no_local. A
 * pool may depend on all other members.
 */
static bool dsr_backend_changes_pool(const struct dsr_backend *backend,
				     const struct dsr_backend_conf *conf)
{
	const struct dsr_fwd *defaults = &backend->svc->conf.fwd;
	const struct dsr_backend_conf *old = &backend->conf;
	struct dsr_backend_conf rest = *conf;

	rest.drain_timeout = old->drain_timeout;
	rest.min_flows = old->min_flows;
	rest.check_mark = old->check_mark;
	rest.fwd = old->fwd;
	return !dsr_backend_conf_equal(&rest, old) ||
	       dsr_fwd_method(&conf->fwd, defaults)->local !=
	       dsr_fwd_method(&old->fwd, defaults)->local;
}

int dsr_backend_change(struct dsr_txn *txn, struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack)
{
	struct dsr_service *svc = backend->svc;
	int err;

	err = dsr_backend_check_conf(txn, svc, &backend->key, conf, extack);
	if (!err)
		err = dsr_backend_log(txn, backend, false);
	if (err)
		return err;
	if (dsr_backend_changes_pool(backend, conf))
		dsr_txn_mark_dirty(txn, svc);
	err = dsr_backend_set_conf(backend, conf);
	return err ?: dsr_backend_check_twins(txn, backend);
}

int dsr_backend_del(struct dsr_txn *txn, struct dsr_backend *backend)
{
	struct dsr_service *svc = backend->svc;
	int err = dsr_backend_log(txn, backend, false);

	if (err)
		return err;
	backend->deleting = true;
	dsr_check_claim(backend, 0);
	list_move_tail(&backend->list, &txn->backends);
	svc->nr_backends--;
	dsr_txn_mark_dirty(txn, svc);
	return 0;
}

static void dsr_backend_publish_state(struct dsr_backend_trans *e)
{
	struct dsr_backend *backend = e->backend;

	dsr_backend_recount(backend);
	dsr_backend_set_deadline(backend, e->is_new ? NULL : &e->conf);
	dsr_backend_update_state(backend);
	dsr_backend_update_fwd(backend);
	dsr_check_publish(backend);
}

/* Publish the state of a backend that is new or comes up, because packets with the new
 * pool may choose it.
 */
static void dsr_backend_pre_publish(struct dsr_trans *trans)
{
	struct dsr_backend_trans *e =
		container_of(trans, struct dsr_backend_trans, trans);
	struct dsr_backend *backend = e->backend;

	if (!e->first || backend->deleting)
		return;
	if (e->is_new ||
	    (!dsr_backend_usable(backend) && !dsr_backend_is_down(backend, &backend->conf)))
		dsr_backend_publish_state(e);
}

static void dsr_backend_post_publish(struct dsr_txn *txn, struct dsr_trans *trans)
{
	struct dsr_backend_trans *e =
		container_of(trans, struct dsr_backend_trans, trans);
	struct dsr_backend *backend = e->backend;

	dsr_check_release(txn->dn, e->check);
	if (!e->first)
		return;
	backend->in_trans = false;
	if (!backend->deleting)
		dsr_backend_publish_state(e);
}

static void dsr_backend_rollback(struct dsr_txn *txn, struct dsr_trans *trans)
{
	struct dsr_backend_trans *e =
		container_of(trans, struct dsr_backend_trans, trans);
	struct dsr_backend *backend = e->backend;

	if (e->first)
		backend->in_trans = false;
	dsr_check_restore(backend, e->check);
	dsr_check_release(txn->dn, e->check);
	if (e->is_new) {
		backend->svc->nr_backends--;
		dsr_backend_unlink(backend);
		return;
	}
	backend->conf = e->conf;
	backend->up_since = e->up_since;
	/* The rollback may return the backend to the list or remove it again. */
	backend->svc->nr_backends += backend->deleting - e->deleting;
	backend->deleting = e->deleting;
	list_move(&backend->list, e->place);
}

/* See dsr_service_changes(). No event is sent about a backend that is deleted with its
 * service.
 */
static bool dsr_backend_changes(const struct dsr_trans *trans)
{
	const struct dsr_backend_trans *e =
		container_of(trans, struct dsr_backend_trans, trans);
	const struct dsr_backend *backend = e->backend;

	if (!e->first || backend->svc->deleting)
		return false;
	if (e->is_new || backend->deleting)
		return e->is_new != backend->deleting;
	return !dsr_backend_conf_equal(&backend->conf, &e->conf);
}

static void dsr_backend_notify(struct dsr_txn *txn, const struct dsr_trans *trans)
{
	struct dsr_backend_trans *e =
		container_of(trans, struct dsr_backend_trans, trans);

	if (!e->backend->deleting)
		dsr_backend_look(e->backend);
	dsr_notify->backend(e->backend, txn->info, e->backend->deleting);
	dsr_service_notify_fail_open(e->backend->svc, txn->info);
}

static const struct dsr_trans_ops dsr_backend_trans_ops = {
	.pre_publish	= dsr_backend_pre_publish,
	.post_publish	= dsr_backend_post_publish,
	.rollback	= dsr_backend_rollback,
	.changes = dsr_backend_changes,
	.notify	= dsr_backend_notify,
};

/*
 * Defaults, checks, state and load, creation and removal.
 */

const struct dsr_backend_conf dsr_backend_conf_default = {
	.state = NF_DSR_BACKEND_STATE_ACTIVE,
	.weight = 1,
};

/* Return true if the backend tells VIPs apart by their codes, according to the draft.
 * @fwd is updated when the draft is published.
 */
static bool dsr_backend_is_by_code(const struct dsr_backend *backend)
{
	const struct dsr_fwd *defaults = &backend->svc->conf.fwd;

	return dsr_fwd_method(&backend->conf.fwd, defaults)->by_code;
}

static bool dsr_backend_is_twin(const struct dsr_backend *backend,
				const struct dsr_backend *other)
{
	const struct dsr_service *svc = backend->svc, *than = other->svc;

	return !other->deleting && svc->conf.fwd.dscp == than->conf.fwd.dscp &&
	       svc->key.family == than->key.family &&
	       !dsr_addr_eq(&svc->key.addr, &than->key.addr) &&
	       dsr_backend_is_by_code(other);
}

/* Return true if another VIP has a service with the same code on this backend, which
 * distinguishes VIPs by their codes. The services of one VIP may share a code. Context:
 * under dsr_net.lock.
 */
static bool dsr_backend_has_twin(const struct dsr_backend *backend)
{
	const struct dsr_backend *other;

	if (backend->deleting || !dsr_backend_is_by_code(backend))
		return false;
	list_for_each_entry(other, &backend->addr->list, by_addr)
		if (dsr_backend_is_twin(backend, other))
			return true;
	return false;
}

int dsr_backend_check_twins(struct dsr_txn *txn, struct dsr_backend *backend)
{
	return dsr_backend_has_twin(backend) || dsr_check_is_taken(backend) ?
		dsr_txn_doubt(txn, backend->svc, backend) : 0;
}

int dsr_backend_settle(const struct dsr_backend *backend,
		       struct netlink_ext_ack *extack)
{
	if (dsr_check_is_taken(backend)) {
		NL_SET_ERR_MSG(extack, "another backend has this check-mark");
		return -EEXIST;
	}
	if (!dsr_backend_has_twin(backend))
		return 0;
	NL_SET_ERR_MSG(extack,
		       "a service of another VIP has this dscp and this backend, which could not tell the VIPs apart");
	return -EEXIST;
}

/* Return true if the backend has been published with this method. Routes and links of an
 * existing backend may disappear at any time. That they are missing must not keep an
 * operator from changing the backend, above all from taking it out of service.
 */
static bool dsr_backend_is_published(const struct dsr_backend *backend,
				     u8 method)
{
	return backend && backend->fwd.set && backend->fwd.method == method;
}

int dsr_backend_check(struct dsr_txn *txn, const struct dsr_service *svc,
		      const struct dsr_fwd *defaults,
		      const struct dsr_backend_key *key,
		      const struct dsr_fwd *fwd,
		      struct netlink_ext_ack *extack)
{
	struct dsr_fwd all = *defaults;
	int err;

	dsr_fwd_merge(&all, fwd);
	if (dsr_addr_is_loopback(key->family, &key->addr) &&
	    !dsr_method_lookup(all.method)->local) {
		NL_SET_ERR_MSG(extack,
			       "backend must be unicast, and not loopback unless its method is local");
		return -EINVAL;
	}
	if (key->family == svc->key.family &&
	    dsr_key_covers(&svc->key, &key->addr) &&
	    !dsr_method_lookup(all.method)->local) {
		NL_SET_ERR_MSG(extack,
			       "backend is the VIP itself: give the server's own address");
		return -EINVAL;
	}
	err = dsr_method_check_backend(&svc->key, key->family, &all, extack);
	if (err || dsr_backend_is_published(dsr_backend_lookup_any(svc, key), all.method))
		return err;
	return dsr_path_check(svc, key, &all, &txn->warning, extack);
}

void dsr_backend_update_fwd(struct dsr_backend *backend)
{
	struct dsr_fwd fwd = backend->svc->conf.fwd;

	dsr_fwd_merge(&fwd, &backend->conf.fwd);
	/* No other function writes it, so no lock is needed to read it here. */
	if (!memcmp(&fwd, &backend->fwd, sizeof(fwd)))
		return;
	spin_lock_bh(&backend->lock);
	backend->fwd = fwd;
	spin_unlock_bh(&backend->lock);
	dsr_path_drop(backend);
}

static bool dsr_backend_overdue(const struct dsr_backend *backend)
{
	u32 drain_for = backend->svc->conf.policy.drain_for;

	return drain_for && ktime_get_seconds() >= backend->down_since + drain_for;
}

bool dsr_backend_keeps_for(const struct dsr_backend *backend)
{
	const struct dsr_policy *policy = &backend->svc->conf.policy;

	return policy->on_down == NF_DSR_ON_DOWN_KEEP && policy->drain_for &&
	       backend->conf.health != NF_DSR_HEALTH_UP && !dsr_backend_overdue(backend);
}

void dsr_backend_set_deadline(struct dsr_backend *backend,
			      const struct dsr_backend_conf *old)
{
	const struct dsr_backend_conf *conf = &backend->conf;

	if (!old || old->health != conf->health)
		backend->down_since = ktime_get_seconds();
	if (dsr_backend_keeps_for(backend))
		dsr_timer_start(backend->svc);
	if (conf->state != NF_DSR_BACKEND_STATE_DRAIN || !conf->drain_timeout) {
		backend->drain_end = 0;
		return;
	}
	if (!old || old->state != conf->state ||
	    old->drain_timeout != conf->drain_timeout)
		backend->drain_end = ktime_get_seconds() + conf->drain_timeout;
	dsr_timer_start(backend->svc);
}

/* A packet that finds the state also finds the configuration that was published before,
 * see dsr_packet_again().
 */
static void dsr_backend_set_state(struct dsr_backend *backend, u8 state)
{
	smp_store_release(&backend->state, state);	/* pairs with dsr_packet_again() */
}

u8 dsr_backend_conf_state(const struct dsr_backend *backend,
			  const struct dsr_backend_conf *conf, u8 health, bool at_once)
{
	const struct dsr_state_causes causes = {
		.state		= conf->state,
		.health		= health,
		.on_down	= backend->svc->conf.policy.on_down,
		.drained	= !at_once && dsr_backend_drained(backend),
		.overdue	= !at_once && dsr_backend_overdue(backend),
	};

	return dsr_state_backend(&causes);
}

void dsr_backend_update_state(struct dsr_backend *backend)
{
	const struct dsr_backend_conf *conf = &backend->conf;
	u8 health = dsr_backend_health(conf, backend->svc->fail_open);
	u8 state = dsr_backend_conf_state(backend, conf, health, false);

	/* Whether or not the pool has the backend, a client with persistence must not
	 * return to it.
	 */
	if (state == NF_DSR_BACKEND_STATE_ACTIVE && !conf->weight)
		state = NF_DSR_BACKEND_STATE_DRAIN;
	dsr_backend_set_state(backend, state);
}

u8 dsr_backend_effective(const struct dsr_backend *backend)
{
	const struct dsr_backend_conf *conf = &backend->conf;
	const struct dsr_pool *pool = backend->svc->pool;
	const struct dsr_state_facts facts = {
		.state		= conf->state,
		.health		= dsr_backend_health(conf, backend->svc->fail_open),
		.reach		= backend->reach,
		.drained	= dsr_backend_drained(backend),
		.weightless	= !conf->weight,
		.standby	= pool && conf->priority > pool->worst,
		.limited	= READ_ONCE(backend->limited),
		.ramping	= pool && dsr_pool_ramps(pool, backend),
	};

	return dsr_state_effective(&facts);
}

bool dsr_backend_look(struct dsr_backend *backend)
{
	u8 notified = backend->notified;

	backend->reach = dsr_path_reach(backend);
	backend->notified = dsr_backend_effective(backend);
	return backend->notified != notified;
}

void dsr_backend_recount(struct dsr_backend *backend)
{
	const struct dsr_backend_conf *conf = &backend->conf;
	struct dsr_counters sum = {};
	u64 taken;

	dsr_stats_sum(backend->stats, &sum);
	taken = sum.confirmed - min(sum.confirmed, sum.confirmed_gone);
	WRITE_ONCE(backend->max_flows, conf->max_flows);
	atomic_set(&backend->load, sum.flows - min(sum.flows, sum.gone));
	atomic_set(&backend->taken, taken);
	WRITE_ONCE(backend->limited,
		   dsr_share_limited(backend->limited, taken, conf->min_flows,
				     conf->max_flows));
}

void dsr_backend_free(struct dsr_backend *backend)
{
	dsr_path_drop(backend);
	free_percpu(backend->stats);
	kfree(backend);
}

struct dsr_backend *dsr_backend_new(struct dsr_service *svc,
				    const struct dsr_backend_key *key,
				    const struct dsr_backend_conf *conf)
{
	struct dsr_backend *backend;

	if (!dsr_mem_suffices(sizeof(*backend)))
		return NULL;
	backend = kzalloc(sizeof(*backend), DSR_GFP);
	if (!backend)
		return NULL;
	backend->stats = dsr_stats_alloc();
	if (!backend->stats) {
		kfree(backend);
		return NULL;
	}
	spin_lock_init(&backend->lock);
	backend->svc = svc;
	backend->key = *key;
	backend->conf = *conf;
	backend->up_since = ktime_get_seconds();
	INIT_LIST_HEAD(&backend->list);
	RB_CLEAR_NODE(&backend->node);
	/* Code that finds the backend by its address ignores it as long as it has no
	 * path.
	 */
	if (!dsr_backend_enter_addr(backend)) {
		dsr_backend_free(backend);
		return NULL;
	}
	mutex_lock(&svc->dn->all_lock);
	list_add_tail(&backend->all, &svc->dn->all);
	mutex_unlock(&svc->dn->all_lock);
	return backend;
}

static void dsr_backend_unindex(struct dsr_backend *backend)
{
	if (RB_EMPTY_NODE(&backend->node))
		return;
	rb_erase(&backend->node, &backend->svc->index);
	RB_CLEAR_NODE(&backend->node);
}

void dsr_backend_walk_begin(struct dsr_net *dn)
{
	lockdep_assert_held(&dn->lock);
	dn->walk = dn->all.next;
}

struct dsr_backend *dsr_backend_walk_next(struct dsr_net *dn)
{
	struct list_head *at = dn->walk;

	lockdep_assert_held(&dn->lock);
	if (at == &dn->all)
		return NULL;
	dn->walk = at->next;
	return list_entry(at, struct dsr_backend, all);
}

/* Add the counters of a backend to those of unlinked ones. */
static void dsr_backend_count_gone(const struct dsr_backend *backend)
{
	struct dsr_service *svc = backend->svc;
	struct dsr_gone *gone;
	int cpu;

	for_each_possible_cpu(cpu) {
		struct dsr_counters part = {};

		dsr_stats_add_cpu(backend->stats, cpu, &part);
		dsr_stats_add(&svc->gone, &part);
		gone = &svc->dn->gone[cpu];
		gone->choices += dsr_service_choices(svc, &part);
		gone->packets += part.packets;
		gone->bytes += part.bytes;
	}
	svc->gone.gone = svc->gone.flows;	/* the reaper ends all flows */
	svc->gone.closing = 0;
	svc->gone.prefixes = 0;
}

void dsr_backend_unlink(struct dsr_backend *backend)
{
	struct dsr_service *svc = backend->svc;

	dsr_backend_set_state(backend, DSR_BACKEND_DEAD);
	dsr_check_leave(backend);
	dsr_backend_leave_addr(backend);
	if (svc->dn->walk == &backend->all)
		svc->dn->walk = backend->all.next;
	mutex_lock(&svc->dn->all_lock);
	list_del(&backend->all);
	mutex_unlock(&svc->dn->all_lock);
	dsr_backend_unindex(backend);
	dsr_path_drop(backend);
	dsr_backend_count_gone(backend);
	list_move_tail(&backend->list, &svc->dn->dead_backends);
	queue_work(system_dfl_wq, &svc->dn->reaper);
}

/* Keep the flows of a deleted backend. Their packets are refused; without the flows they
 * would look like packets of new connections.
 */
static void dsr_backend_unlink_keep_flows(struct dsr_backend *backend)
{
	dsr_backend_set_state(backend, DSR_BACKEND_DELETED);
	dsr_check_leave(backend);
	dsr_backend_unindex(backend);
	dsr_path_drop(backend);
	list_move_tail(&backend->list, &backend->svc->deleted);
	dsr_timer_start(backend->svc);
}

void dsr_backend_removed(struct dsr_backend *backend)
{
	const struct dsr_service *svc = backend->svc;

	dsr_detach(&backend->attached);
	if (svc->deleting ||
	    svc->conf.policy.on_delete == NF_DSR_ON_DELETE_REHASH)
		dsr_backend_unlink(backend);
	else
		dsr_backend_unlink_keep_flows(backend);
}

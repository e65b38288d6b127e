// SPDX-License-Identifier: GPL-2.0
/*
 * The worker that time passes by, see dsr_tick.h.
 */
#include <linux/sched.h>

#include "dsr_backend.h"
#include "dsr_net.h"
#include "dsr_nl.h"
#include "dsr_pool.h"
#include "dsr_tick.h"
#include "dsr_txn.h"

/* Backends, or those of one service, whose ways are looked at in one round. */
#define DSR_TICK_LOOKS	1024

void dsr_tick_start(struct dsr_service *svc)
{
	svc->ticks = true;
	dsr_tick_wake(svc->dn);
}

void dsr_tick_wake(struct dsr_net *dn)
{
	queue_delayed_work(system_unbound_wq, &dn->tick, HZ);
}

void dsr_tick_stop(struct dsr_net *dn)
{
	cancel_delayed_work_sync(&dn->tick);
}

/* Returns whether there is more to wait for. */
static bool dsr_tick_backend(struct dsr_backend *backend, bool counts)
{
	u8 before = backend->state;

	dsr_backend_update_state(backend);
	if (backend->conf.max_flows || counts)
		dsr_backend_recount(backend);
	if (dsr_backend_look(backend) || backend->state != before ||
	    backend->limited != backend->told_limited)
		dsr_nl_notify_backend(backend, NULL, false);
	backend->told_limited = backend->limited;
	return backend->drain_end && !dsr_backend_drained(backend);
}

/* A deleted backend stays as long as it has flows to refuse packets of. Its
 * reaper looks for flows of packets that were under way.
 */
static void dsr_tick_gone(struct dsr_backend *backend)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(backend->stats, &sum);
	if (sum.flows == sum.gone)
		dsr_backend_bury(backend);
}

/* Publish the weights as they have grown. Without memory for that the next round
 * tries again.
 */
static void dsr_tick_weights(struct dsr_net *dn)
{
	struct dsr_service *svc;
	struct dsr_txn txn;

	dsr_txn_begin(&txn, dn);
	list_for_each_entry(svc, &dn->services, list) {
		if (svc->ticks && dsr_pool_outgrown(svc->pool))
			dsr_txn_touch(&txn, svc);
		cond_resched();
	}
	dsr_txn_commit(&txn);
}

static bool dsr_tick_service(struct dsr_service *svc)
{
	bool more = svc->pool->ramping || svc->pool->counts;
	struct dsr_backend *backend, *next;

	list_for_each_entry(backend, &svc->backends, list) {
		more |= dsr_tick_backend(backend, svc->pool->counts);
		cond_resched();
	}
	list_for_each_entry_safe(backend, next, &svc->deleted, list) {
		dsr_tick_gone(backend);
		cond_resched();
	}
	return more || !list_empty(&svc->deleted);
}

static void dsr_tick_look_service(struct dsr_service *svc, u32 *left)
{
	struct dsr_backend *backend;

	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_backend_look(backend))
			dsr_nl_notify_backend(backend, NULL, false);
		*left -= min(*left, 1u);
		cond_resched();
	}
}

/* Routes and neighbours change by themselves, and tell nobody: see what has become of
 * the ways to backends, of some services after the other. An event for each that is
 * different from the last time bounds what others can make of them.
 */
static void dsr_tick_look(struct dsr_net *dn)
{
	u32 at = 0, left = DSR_TICK_LOOKS;
	struct dsr_service *svc;

	list_for_each_entry(svc, &dn->services, list) {
		if (at++ < dn->looked)
			continue;
		dsr_tick_look_service(svc, &left);
		dn->looked = at;
		if (!left)
			return;
	}
	dn->looked = 0;
}

void dsr_tick(struct work_struct *work)
{
	struct dsr_net *dn = container_of(to_delayed_work(work),
					  struct dsr_net, tick);
	struct dsr_service *svc;
	bool more;

	/* Weights may grow in all services at once. */
	down_write(&dn->slow);
	mutex_lock(&dn->lock);
	dsr_tick_weights(dn);
	list_for_each_entry(svc, &dn->services, list) {
		if (svc->ticks)
			svc->ticks = dsr_tick_service(svc);
		cond_resched();
	}
	dsr_tick_look(dn);
	more = dn->nr_services;
	mutex_unlock(&dn->lock);
	up_write(&dn->slow);
	if (more)
		dsr_tick_wake(dn);
}

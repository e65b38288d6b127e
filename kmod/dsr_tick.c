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

void dsr_tick_start(struct dsr_service *svc)
{
	svc->ticks = true;
	queue_delayed_work(system_unbound_wq, &svc->dn->tick, HZ);
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
	if (backend->state != before ||
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

void dsr_tick(struct work_struct *work)
{
	struct dsr_net *dn = container_of(to_delayed_work(work),
					  struct dsr_net, tick);
	struct dsr_service *svc;
	bool more = false;

	/* Weights may grow in all services at once. */
	down_write(&dn->slow);
	mutex_lock(&dn->lock);
	dsr_tick_weights(dn);
	list_for_each_entry(svc, &dn->services, list) {
		if (svc->ticks)
			svc->ticks = dsr_tick_service(svc);
		more |= svc->ticks;
		cond_resched();
	}
	mutex_unlock(&dn->lock);
	up_write(&dn->slow);
	if (more)
		queue_delayed_work(system_unbound_wq, &dn->tick, HZ);
}

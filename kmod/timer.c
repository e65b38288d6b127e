// SPDX-License-Identifier: GPL-2.0
/*
 * The timer's worker, see timer.h.
 */
#include <linux/sched.h>

#include "backend.h"
#include "net.h"
#include "pool.h"
#include "timer.h"
#include "txn.h"

#define DSR_TIMER_LOOKS	1024

/* Update a backend and report its changes. Return true if it waits for a further
 * change.
 */
static bool dsr_timer_backend(struct dsr_backend *backend, bool track_load)
{
	u8 before = backend->state;

	dsr_backend_update_state(backend);
	if (backend->conf.max_flows || track_load)
		dsr_backend_recount(backend);
	if (dsr_backend_look(backend) || backend->state != before ||
	    backend->limited != backend->notified_limited)
		dsr_notify->backend(backend, NULL, false);
	backend->notified_limited = backend->limited;
	return (backend->drain_end && !dsr_backend_drained(backend)) ||
	       dsr_backend_keeps_for(backend);
}

/* Unlink a deleted backend once it has no flows. Until then it stays, so that packets
 * of its flows can be refused. The reaper purges flows that packets in flight may
 * still insert.
 */
static void dsr_timer_deleted(struct dsr_backend *backend)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(backend->stats, &sum);
	if (sum.flows == sum.gone)
		dsr_backend_unlink(backend);
}

/* Publish the weights that have grown. If there is no memory for this, the next round
 * tries again.
 */
static void dsr_timer_weights(struct dsr_net *dn)
{
	struct dsr_service *svc;
	struct dsr_txn txn;

	dsr_txn_begin(&txn, dn);
	list_for_each_entry(svc, &dn->services, list) {
		if (svc->timed && dsr_pool_outgrown(svc->pool))
			dsr_txn_mark_dirty(&txn, svc);
		cond_resched();
	}
	dsr_txn_commit(&txn);
}

static bool dsr_timer_service(struct dsr_service *svc)
{
	bool more = svc->pool->ramping || svc->pool->track_load;
	struct dsr_backend *backend, *next;

	list_for_each_entry(backend, &svc->backends, list) {
		more |= dsr_timer_backend(backend, svc->pool->track_load);
		cond_resched();
	}
	list_for_each_entry_safe(backend, next, &svc->deleted, list) {
		dsr_timer_deleted(backend);
		cond_resched();
	}
	return more || !list_empty(&svc->deleted);
}

static void dsr_timer_look_service(struct dsr_service *svc, u32 *left)
{
	struct dsr_backend *backend;

	list_for_each_entry(backend, &svc->backends, list) {
		if (dsr_backend_look(backend))
			dsr_notify->backend(backend, NULL, false);
		*left -= min(*left, 1u);
		cond_resched();
	}
}

/* Check the reachability of backends, a limited number in each round, service by
 * service. Routes and neighbours change without a notification. A round reports each
 * backend whose state has changed since the last report, so the limit also bounds the
 * number of events that routes and neighbours can cause.
 */
static void dsr_timer_look(struct dsr_net *dn)
{
	u32 at = 0, left = DSR_TIMER_LOOKS;
	struct dsr_service *svc;

	list_for_each_entry(svc, &dn->services, list) {
		if (at++ < dn->looked)
			continue;
		dsr_timer_look_service(svc, &left);
		dn->looked = at;
		if (!left)
			return;
	}
	dn->looked = 0;
}

void dsr_timer(struct work_struct *work)
{
	struct dsr_net *dn = container_of(to_delayed_work(work),
					  struct dsr_net, timer);
	struct dsr_service *svc;
	bool more;

	/* Weights may grow in all services at once, so @lock may be held for long. */
	down_write(&dn->slow);
	mutex_lock(&dn->lock);
	dsr_timer_weights(dn);
	list_for_each_entry(svc, &dn->services, list) {
		if (svc->timed)
			svc->timed = dsr_timer_service(svc);
		cond_resched();
	}
	dsr_timer_look(dn);
	more = dn->nr_services;
	mutex_unlock(&dn->lock);
	up_write(&dn->slow);
	if (more)
		dsr_timer_wake(dn);
}

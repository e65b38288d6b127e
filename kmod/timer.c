// SPDX-License-Identifier: GPL-2.0
/*
 * The worker that time passes by, see timer.h.
 */
#include <linux/sched.h>

#include "backend.h"
#include "net.h"
#include "pool.h"
#include "timer.h"
#include "txn.h"

#define DSR_TIMER_LOOKS	1024

/* Returns whether there is more to wait for. */
static bool dsr_timer_backend(struct dsr_backend *backend, bool track_load)
{
	u8 before = backend->state;

	dsr_backend_update_state(backend);
	if (backend->conf.max_flows || track_load)
		dsr_backend_recount(backend);
	if (dsr_backend_look(backend) || backend->state != before ||
	    backend->limited != backend->told_limited)
		dsr_notify->backend(backend, NULL, false);
	backend->told_limited = backend->limited;
	return backend->drain_end && !dsr_backend_drained(backend);
}

/* A deleted backend stays as long as it has flows to refuse packets of. Its
 * reaper looks for flows of packets that were under way.
 */
static void dsr_timer_deleted(struct dsr_backend *backend)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(backend->stats, &sum);
	if (sum.flows == sum.gone)
		dsr_backend_unlink(backend);
}

/* Publish the weights as they have grown. Without memory for that the next round
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

/* Routes and neighbours change by themselves, and tell nobody: see what has become of
 * the ways to backends, of some services after the other. An event for each that is
 * different from the last time bounds what others can make of them.
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

	/* Weights may grow in all services at once. */
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

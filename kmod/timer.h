/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of backends by mere time: drain deadlines, slow start, flow limits,
 * and deleted ones whose last flow has ended; and whether a way leads to them. A worker
 * looks once a second, as long as there are services: at those that wait for something,
 * and at the ways to some backends in turn.
 */
#ifndef _DSR_TIMER_H
#define _DSR_TIMER_H

#include <linux/workqueue.h>

#include "net.h"
#include "service.h"

/* There is a service. Process context, under dsr_net.lock. */
static inline void dsr_timer_wake(struct dsr_net *dn)
{
	queue_delayed_work(system_unbound_wq, &dn->timer, HZ);
}

/* Look at the service from now on, for as long as it has something to wait for.
 * Process context, under dsr_net.lock.
 */
static inline void dsr_timer_start(struct dsr_service *svc)
{
	svc->timed = true;
	dsr_timer_wake(svc->dn);
}

/* Waits for a round under way; not under dsr_net.lock. */
static inline void dsr_timer_stop(struct dsr_net *dn)
{
	cancel_delayed_work_sync(&dn->timer);
}

void dsr_timer(struct work_struct *work);

#endif /* _DSR_TIMER_H */

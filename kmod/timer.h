/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The timer: changes of backends that only the passage of time causes. These are
 * drain deadlines, slow start, flow limits, and deleted backends whose last flow has
 * ended; and whether a backend is reachable. A worker runs once a second as long as
 * there are services. Each round examines the services that wait for such a change,
 * and checks the reachability of some backends in turn.
 */
#ifndef _DSR_TIMER_H
#define _DSR_TIMER_H

#include <linux/workqueue.h>

#include "net.h"
#include "service.h"

/* Schedule the next round, because there is a service. Context: process, under
 * dsr_net.lock.
 */
static inline void dsr_timer_wake(struct dsr_net *dn)
{
	queue_delayed_work(system_dfl_wq, &dn->timer, HZ);
}

/* Include the service in each round for as long as it waits for a change. Context:
 * process, under dsr_net.lock.
 */
static inline void dsr_timer_start(struct dsr_service *svc)
{
	svc->timed = true;
	dsr_timer_wake(svc->dn);
}

/* Cancel the timer and wait for a round that is running. Context: process, not under
 * dsr_net.lock.
 */
static inline void dsr_timer_stop(struct dsr_net *dn)
{
	cancel_delayed_work_sync(&dn->timer);
}

void dsr_timer(struct work_struct *work);

#endif /* _DSR_TIMER_H */

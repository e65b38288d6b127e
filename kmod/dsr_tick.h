/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What becomes of backends by mere time: drain deadlines, slow start, flow limits,
 * and deleted ones whose last flow has ended; and whether a way leads to them. A worker
 * looks once a second, as long as there are services: at those that wait for something,
 * and at the ways to some backends in turn.
 */
#ifndef _DSR_TICK_H
#define _DSR_TICK_H

#include <linux/workqueue.h>

struct dsr_net;
struct dsr_service;

/* Look at the service from now on, for as long as it has something to wait for.
 * Process context, under dsr_net.lock.
 */
void dsr_tick_start(struct dsr_service *svc);

/* There is a service. Process context, under dsr_net.lock. */
void dsr_tick_wake(struct dsr_net *dn);

/* Waits for a round under way; not under dsr_net.lock. */
void dsr_tick_stop(struct dsr_net *dn);

void dsr_tick(struct work_struct *work);

#endif /* _DSR_TICK_H */

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Signals of the kernel start checks of the backends that they concern, so that a failure is found
 * before the next check would have begun. A signal decides nothing: a check that it starts counts
 * as any other, and no check begins more often than its fast-interval permits, whatever comes.
 * Checks of a backend that is down go on as before, unless the way to it is new.
 *
 * If no device or route on the way to any backend is left, the registry is told.
 *
 * Owner: a table of addresses, each with its VRF, its route, and the probes that go there. It is
 * made anew by trigger_rebuild(), which must follow registry_rebuild() before the loop goes on.
 */
#ifndef DSRD_TRIGGER_H
#define DSRD_TRIGGER_H

#include <ev.h>

#include "dsrd/signals.h"

/* Checks a second that signals may start. */
#define TRIGGER_RATE 5000

void trigger_init(struct ev_loop *loop);
void trigger_exit(void);

/* Take the probes that there are now. */
void trigger_rebuild(void);

void trigger_on_signal(const struct signal *signal);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The timer that undoes a change which nobody confirms. It does not depend on the process that
 * made the change, nor on its terminal: systemd has it or, where that does not run, a process
 * of its own.
 */
#ifndef DSRCTL_DEADLINE_H
#define DSRCTL_DEADLINE_H

#include <linux/types.h>
#include <time.h>

#include "error.h"

/* Run "dsrctl rollback unconfirmed NUMBER" in a number of seconds. Return 0, or -1 with err
 * filled.
 */
int deadline_start(const char *netns, unsigned int number, __u32 seconds, struct dsr_error *err);
/* Stop the timer. A process that waits finds that the change was confirmed. */
void deadline_stop(const char *netns, unsigned int number);

/* Format a time in the local time zone. */
const char *deadline_text(time_t time, char *text, size_t size);

#endif

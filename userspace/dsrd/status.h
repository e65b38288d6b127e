/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status page and the metrics: what is answered to which request, and where it is served. */
#ifndef DSRD_STATUS_H
#define DSRD_STATUS_H

#include <ev.h>

#include "config.h"

void status_start(struct ev_loop *loop, const char *netns);
void status_stop(void);

/* Take a configuration, NULL if there is none, and serve where it says. It must stay until the next
 * call. The path of the file that was read last is copied; @refused says that it has errors.
 */
void status_configure(const struct config *config, const char *file, bool refused);

#endif

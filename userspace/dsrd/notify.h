/* SPDX-License-Identifier: GPL-2.0-or-later */
/* systemd's protocol of notifications, sd_notify(3). Without systemd, the functions do nothing. */
#ifndef DSRD_NOTIFY_H
#define DSRD_NOTIFY_H

#include <ev.h>

/* Find out whether systemd wants to know. Begin to feed its watchdog from the loop. */
void notify_init(struct ev_loop *loop);

/* Send lines of assignments. */
void notify_send(const char *text);

/* Say that the file is read again, or has been. */
void notify_reloading(void);
void notify_ready(const char *status);

#endif

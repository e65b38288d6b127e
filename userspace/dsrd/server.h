/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The socket for dsrctl, see control.h. */
#ifndef DSRD_SERVER_H
#define DSRD_SERVER_H

#include <ev.h>

#include "error.h"

/* Listen for requests. Return 0, or -1 with err filled. */
int server_init(struct ev_loop *loop, const char *netns, struct dsr_error *err);
void server_exit(void);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Sockets that listen. All are non-blocking, and programs do not inherit them. */
#ifndef DSRD_LISTEN_H
#define DSRD_LISTEN_H

#include <sys/types.h>

#include "addr.h"

/* Listen on a Unix socket, which replaces one that no other process has. Return the descriptor, or
 * -1 with err filled. The caller removes the path in the end.
 */
int listen_unix(const char *path, mode_t mode, int backlog, struct dsr_error *err);
/* Listen on a port. */
int listen_inet(const struct dsr_addr *addr, __u16 port, int backlog, struct dsr_error *err);

#endif

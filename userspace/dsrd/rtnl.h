/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The sockets for signals of the kernel, see signals.h, and lookups of routes. */
#ifndef DSRD_RTNL_H
#define DSRD_RTNL_H

#include <ev.h>

#include "dsrd/signals.h"
#include "error.h"

/* The route to an address. */
struct rtnl_route {
	bool found;
	int ifindex;
	struct dsr_addr next_hop;	/* a router, or the address itself */
};

/* Listen. The state of each device is reported first. Return 0, or -1 with err filled. */
int rtnl_init(struct ev_loop *loop, void (*on_signal)(const struct signal *signal),
	      struct dsr_error *err);
void rtnl_exit(void);

/* Look up a route, in the VRF of a device unless its name is empty. The kernel answers at once. */
struct rtnl_route rtnl_look_up(const struct dsr_addr *addr, const char *device);

/* Write the name of a device. */
const char *rtnl_name(int ifindex, char *name);

#endif

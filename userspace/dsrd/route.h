/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The routes that announce VIPs: in a table of their own, to which no rule leads, so no packet ever
 * uses them, and with a protocol number of dsrd's own. BIRD or FRR read the table.
 *
 * A route is identified by its VIP and its metric. Requests wait for their answers; what others do
 * to these routes is heard through the loop.
 */
#ifndef DSRD_ROUTE_H
#define DSRD_ROUTE_H

#include <ev.h>

#include "addr.h"
#include "config_announce.h"

struct route {
	struct dsr_prefix vip;
	__u32 metric;
	bool right;		/* it is as dsrd makes it */
};

struct route_events {
	/* A program other than dsrd has deleted a route. */
	void (*deleted)(const struct route *route);
	/* Notifications were lost: read all again. */
	void (*lost)(void);
};

/* Open the sockets. Return 0, or -1 with err filled. */
int route_init(struct ev_loop *loop, const struct route_events *events, struct dsr_error *err);
void route_exit(void);

/* Use this table, protocol number and device from now on, for what is heard, too. */
int route_use(const struct config_announce *conf, struct dsr_error *err);

/* Call a function for each route of the table with the protocol number. */
int route_read(void (*call)(const struct route *route), struct dsr_error *err);

/* Add a route, or make it right. */
int route_add(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err);
/* Delete a route if it is there. */
int route_delete(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The VIPs that dsrd announces: those of services whose health the kernel has. announce.h decides,
 * and route.h has the routes.
 *
 * A VIP that no service announces any more is drained and withdrawn. So is one of an earlier dsrd
 * of which only the route is left, when it is certain that the file does not have it.
 *
 * Owner: all VIPs belong to this unit. vips_rebuild() replaces services and backends, and keeps
 * VIPs that stay with all their state. There is one loop, and nothing runs outside of it.
 */
#ifndef DSRD_VIPS_H
#define DSRD_VIPS_H

#include <ev.h>

#include "config.h"
#include "dsrd/announce.h"
#include "names.h"
#include "out.h"
#include "running.h"

struct vip_service;

struct vip {
	struct dsr_key key;		/* without protocol and ports */
	struct announce announce;
	__u32 metric;			/* of its route; 0: it has none */
	bool wrong;			/* the route is not as it should be */
	bool is_new;			/* a route that is found is adopted */
	bool drained;			/* by a command */
	__u64 created;
	__u64 leaves;			/* when it is drained for lack of services; 0: never */
	/* What the services together say. */
	bool decided;
	enum announce_level deserves;
	const struct vip_service *cause;	/* why it deserves no more; NULL: all is well */
};

/* A service that announces its VIP. */
struct vip_service {
	struct dsr_key key;
	char name[NAMES_TEXT];
	__u32 below;			/* withdraw-below */
	bool exists;			/* in the kernel */
	bool decided;			/* all of its checks are */
	bool lacking;			/* too few backends are healthy */
	/* Backends that are active and have a weight. */
	__u32 candidates;
	__u32 healthy;
	struct vip *vip;
};

void vips_init(struct ev_loop *loop);
/* Leave all routes as they are. */
void vips_exit(void);

/* Take what the file and the kernel have now. */
void vips_rebuild(const struct config *config, const struct running *running);

/* The kernel reports a backend. Return false if it is new in a service that announces its VIP. */
bool vips_on_backend(const struct dsr_backend *backend);

/* Drain and withdraw all VIPs in order, and call the function when that is done. Return false if
 * nothing is to be done, so nothing is called.
 */
bool vips_stop(void (*done)(void));
/* Withdraw all VIPs now, if vips_stop() has begun. */
void vips_stop_now(void);
/* Return how long vips_stop() takes, in milliseconds. */
__u32 vips_drain_time(void);

bool vips_has(const struct dsr_key *key);
/* Drain a VIP until it is resumed, or all (NULL), also those to come. */
void vips_drain(const struct dsr_key *key, bool drained);

/* Call a function for each VIP, in the order of addresses. One that is withdrawn has no metric. */
void vips_each(void (*call)(const struct vip *vip, void *arg), void *arg);

/* Print all VIPs, or one (NULL: all). */
void vips_print(struct out *out, const struct dsr_key *key);
/* Write for each service whether its VIP is announced. */
struct metrics;
void vips_write(const struct metrics *metrics);
/* Say why a VIP has its level. */
const char *vip_reason(const struct vip *vip, char *text, size_t size);

/* For vips_rebuild.c: */

struct vips {
	struct ev_loop *loop;
	struct config_announce conf;	/* given: VIPs are or were announced */
	struct list vips;		/* of struct vip pointers, in the order of addresses */
	struct list services;		/* of struct vip_service, in the order of keys */
	struct list backends;		/* of struct vip_backend, in the order of services */
	bool open;			/* the sockets for routes are */
	bool drain_new;			/* all are drained by a command, also VIPs to come */
	bool failing;			/* a route could not be changed */
	bool failed;			/* the same the last time: it was said already */
	void (*stopped)(void);		/* vips_stop() has begun */
	ev_timer next;			/* when something may change */
	ev_timer resync;
};

/* A backend of such a service. */
struct vip_backend {
	struct dsr_key service;
	struct dsr_addr addr;
	bool counts;			/* it is active and has a weight */
	bool healthy;
	struct vip_service *of;
};

extern struct vips vips;

struct vip *vips_at(size_t i);
struct vip_service *vips_service(size_t i);
/* Return the service of a list, which has the order of keys, or NULL. */
struct vip_service *vips_find_service(const struct list *services, const struct dsr_key *key);
int vips_compare_services(const void *a, const void *b);
int vips_compare_backends(const void *a, const void *b);
/* Set what the kernel reports of a backend, and count it. */
void vips_take_backend(struct vip_backend *to, const struct dsr_backend *from);
/* Return the prefix of a VIP's route. */
struct dsr_prefix vip_prefix(const struct vip *vip);
__u32 vips_metric(enum announce_level level);
/* Decide anew about all VIPs, and change their routes. */
void vips_update(void);
/* Read the routes, adopt those of new VIPs, and correct the others. */
void vips_resync(void);
/* Give a VIP the route of its level. */
void vips_apply(struct vip *vip);

#endif

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backends: the real servers of a service.
 *
 * The functions are for process context, under dsr_net.lock, and may sleep.
 * Packets reach a backend through a pool or a flow, under RCU; what they read
 * of it comes first. It is freed by dsr_service_reap().
 */
#ifndef _DSR_BACKEND_H
#define _DSR_BACKEND_H

#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "dsr_service.h"

struct dsr_net;
struct dsr_path;

/* Deleted; beyond the states that an operator can ask for. */
#define DSR_BACKEND_DEAD	(NF_DSR_BACKEND_STATE_DOWN + 1)

/**
 * struct dsr_backend_key - what tells the backends of a service apart
 * @addr: its address
 * @family: AF_INET or AF_INET6
 */
struct dsr_backend_key {
	union nf_inet_addr addr;
	u8 family;
};

/**
 * struct dsr_backend_conf - what an operator says of a backend
 * @state: enum nf_dsr_backend_state
 * @weight: 0 to NF_DSR_WEIGHT_MAX
 * @fwd: what it says for itself; the rest is the service's to say
 */
struct dsr_backend_conf {
	u8 state;
	u32 weight;
	struct dsr_fwd fwd;
};

/**
 * struct dsr_backend - a backend
 * @path: cached way to it; NULL until a packet needs it
 * @stats: counters
 * @svc: its service
 * @state: enum nf_dsr_backend_state or DSR_BACKEND_DEAD
 * @key: never changes
 * @lock: of @fwd and for writing @path
 * @fwd: what holds for it: its own words, else the service's
 * @conf: its own words
 * @by_addr: in dsr_net.backends
 * @list: in dsr_service.backends or dsr_net.dead_backends
 */
struct dsr_backend {
	struct dsr_path __rcu *path;
	struct dsr_backend_stats __percpu *stats;
	struct dsr_service *svc;
	u8 state;
	struct dsr_backend_key key;
	spinlock_t lock;	/* fwd, and writing path */
	struct dsr_fwd fwd;
	struct dsr_backend_conf conf;
	struct rhlist_head by_addr;
	struct list_head list;
};

/* May packets of its flows still go to it? Any context. */
static inline bool dsr_backend_usable(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) < NF_DSR_BACKEND_STATE_DOWN;
}

/* Does it take new flows? Under dsr_net.lock. */
static inline bool dsr_backend_eligible(const struct dsr_backend *backend)
{
	return backend->conf.state == NF_DSR_BACKEND_STATE_ACTIVE &&
	       backend->conf.weight;
}

extern const struct dsr_backend_conf dsr_backend_conf_default;

/* The table of backends of a namespace; all have gone when it goes. */
int dsr_backend_table_init(struct dsr_net *dn);
void dsr_backend_table_exit(struct dsr_net *dn);

/* The backends of that address, in any service. Under RCU. */
struct rhlist_head *dsr_backend_at(struct dsr_net *dn,
				   const struct dsr_backend_key *key);

struct dsr_backend *dsr_backend_find(const struct dsr_service *svc,
				     const struct dsr_backend_key *key);
/* Nothing of that key may exist in the service. */
int dsr_backend_add(struct dsr_service *svc, const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack);
int dsr_backend_change(struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack);
int dsr_backend_del(struct dsr_backend *backend);

/* Would it do with these defaults of its service? */
int dsr_backend_check(const struct dsr_service *svc,
		      const struct dsr_fwd *defaults,
		      const struct dsr_backend_key *key,
		      const struct dsr_fwd *fwd,
		      struct netlink_ext_ack *extack);

/* Take over the service's defaults as they are now. */
void dsr_backend_update_fwd(struct dsr_backend *backend);

/* Take it off its service, for the reaper; the pool must not know it any more. */
void dsr_backend_bury(struct dsr_backend *backend);

/* Nobody knows it any more. */
void dsr_backend_free(struct dsr_backend *backend);

#endif /* _DSR_BACKEND_H */

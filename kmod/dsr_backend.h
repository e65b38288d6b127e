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

#include <linux/spinlock.h>
#include <linux/timekeeping.h>

#include "dsr_service.h"

struct dsr_path;

/* Deleted, beyond the states that an operator can ask for: with flows whose
 * packets are refused, and with none that anybody will find.
 */
#define DSR_BACKEND_DELETED	(NF_DSR_BACKEND_STATE_DOWN + 1)
#define DSR_BACKEND_DEAD	(NF_DSR_BACKEND_STATE_DOWN + 2)

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
 * @health: enum nf_dsr_health; a health check's word, not the operator's
 * @drain_timeout: seconds; 0: for ever
 * @weight: 0 to NF_DSR_WEIGHT_MAX
 * @fwd: what it says for itself; the rest is the service's to say
 */
struct dsr_backend_conf {
	u8 state;
	u8 health;
	u32 drain_timeout;
	u32 weight;
	struct dsr_fwd fwd;
};

/**
 * struct dsr_backend - a backend
 * @path: cached way to it; NULL until a packet needs it
 * @stats: counters
 * @svc: its service
 * @state: what holds of @conf, enum nf_dsr_backend_state; or DSR_BACKEND_*
 * @key: never changes
 * @lock: of @fwd and for writing @path
 * @fwd: what holds for it: its own words, else the service's
 * @conf: its own words
 * @drain_end: when it has drained long enough, ktime_get_seconds(); 0: never
 * @list: in dsr_service.backends or .deleted, or dsr_net.dead_backends
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
	time64_t drain_end;
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
	       backend->conf.health == NF_DSR_HEALTH_UP &&
	       backend->conf.weight;
}

/* Is its time to drain over? Under dsr_net.lock. */
static inline bool dsr_backend_drained(const struct dsr_backend *backend)
{
	return backend->drain_end && ktime_get_seconds() >= backend->drain_end;
}

extern const struct dsr_backend_conf dsr_backend_conf_default;

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

/* Make what is said of it what holds. Under dsr_net.lock. */
void dsr_backend_update_state(struct dsr_backend *backend);

/* Leave it, and the flows it has, to the reaper; neither its service's list nor
 * the pool know it any more after that.
 */
void dsr_backend_bury(struct dsr_backend *backend);

/* Nobody knows it any more. */
void dsr_backend_free(struct dsr_backend *backend);

#endif /* _DSR_BACKEND_H */

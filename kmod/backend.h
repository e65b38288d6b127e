/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backends: the real servers of a service.
 *
 * Packets reach a backend through a pool or a flow, under RCU; the members that they
 * read come first. dsr_service_reap() frees it. Functions with a struct dsr_txn argument
 * draft, see txn.h.
 *
 * Context: unless a comment says otherwise, all functions are called in process context,
 * under dsr_net.lock, and may sleep.
 *
 * Read struct dsr_backend first, then backend.c.
 */
#ifndef _DSR_BACKEND_H
#define _DSR_BACKEND_H

#include <linux/ktime.h>
#include <linux/rculist.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "service.h"

struct dsr_check;
struct dsr_net;
struct dsr_path;

/* States of deleted backends, in addition to the states that an operator can set.
 * DELETED: its flows remain, and their packets are refused. DEAD: the reaper removes its
 * flows and frees it.
 */
#define DSR_BACKEND_DELETED	(DSR_STATE_UNHEALTHY + 1)
#define DSR_BACKEND_DEAD	(DSR_STATE_UNHEALTHY + 2)

/**
 * struct dsr_backend_key - identity of a backend within its service
 * @addr: its address
 * @family: AF_INET or AF_INET6
 */
struct dsr_backend_key {
	union nf_inet_addr addr;
	u8 family;
};

/**
 * struct dsr_backend_addr - the backends with one address, in all services
 * @node: in dsr_net.backends
 * @key: the address
 * @list: the backends, by dsr_backend.by_addr
 * @encaps: bits of enum dsr_encap_kind, of the headers of all paths that packets have
 *	taken to the address so far
 * @rcu: for freeing
 *
 * The first backend with an address creates this struct, and the last one frees it.
 * Thousands of services may share a backend, so a backend leaves the list without a
 * walk. Locking: changed under dsr_net.lock, but for @encaps, to which packets add bits
 * atomically; read under RCU.
 */
struct dsr_backend_addr {
	struct rhash_head node;
	struct dsr_backend_key key;
	struct list_head list;
	unsigned long encaps;
	struct rcu_head rcu;
};

/* Confs are compared as bytes, so they must have no padding. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/**
 * struct dsr_backend_conf - how a backend behaves, as configured
 * @fwd: settings of its own; the service provides the others
 * @drain_timeout: seconds after which on-delete applies to the flows of a draining
 *	backend; 0: never
 * @weight: 0 to NF_DSR_WEIGHT_MAX
 * @max_flows: number of flows at which the backend takes no new ones; 0: no limit
 * @min_flows: number of flows at which it takes new ones again; 0: three quarters of
 *	@max_flows
 * @check_mark: mark of its checks, see check.h; 0: none
 * @state: enum nf_dsr_backend_state, set by the operator
 * @health: enum nf_dsr_health, set by a health check
 * @priority: 0 is the best
 * @unused: 0, as there must be no padding
 */
struct dsr_backend_conf {
	struct dsr_fwd fwd;
	u32 drain_timeout;
	u32 weight;
	u32 max_flows;
	u32 min_flows;
	u32 check_mark;
	u8 state;
	u8 health;
	u8 priority;
	u8 unused;
};

#pragma GCC diagnostic pop

/**
 * struct dsr_backend - a backend
 * @path: cached path to it; NULL until a packet needs it
 * @stats: counters
 * @svc: its service
 * @state: state that results from @conf, see dsr_state_backend(); or DSR_BACKEND_*
 * @limited: the backend has reached its limit of flows
 * @no_path: enum dsr_verdict, the reason why the last lookup found no path
 * @max_flows: the published limit of flows; 0: no limit
 * @load: number of flows at the last recount, plus new flows since; updated if the
 *	scheduler uses it
 * @taken: number of confirmed flows at the last recount, plus flows confirmed since;
 *	updated if there is a limit
 * @key: identity; never changes
 * @lock: protects @fwd, and writes to @path and @no_path
 * @fwd: settings that apply: its own, and the service's where it has none
 * @conf: how it behaves, as configured
 * @drain_end: drain deadline in ktime_get_seconds(); 0: none
 * @down_since: time when its health became down, in ktime_get_seconds()
 * @notified_limited: value of @limited in the last notification
 * @notified: value of dsr_backend_effective() in the last notification
 * @reach: enum dsr_reach, as of the last check
 * @rank: number of the backend in a preview, see preview.h; nothing else uses it
 * @up_since: time when the backend came up, in ktime_get_seconds(); for slow start
 * @addr: the backends with its address; NULL: the backend is not among them
 * @by_addr: in dsr_backend_addr.list
 * @all: in dsr_net.all, from its creation until it is unlinked
 * @list: in dsr_service.backends or .deleted, or dsr_net.dead_backends, or
 *	dsr_txn.backends
 * @node: in dsr_service.index
 * @attached: of nf_dsr_ipvs, or NULL
 * @check: what stands for the check-mark of @conf; NULL: it has none, or is deleted
 * @shown_check: the same as packets see it
 * @deleting: the transaction deletes the backend
 * @in_trans: the transaction has logged a step of the backend already
 */
struct dsr_backend {
	struct dsr_path __rcu *path;
	struct dsr_backend_stats __percpu *stats;
	struct dsr_service *svc;
	u8 state;
	bool limited;
	u8 no_path;
	u32 max_flows;
	atomic_t load;
	atomic_t taken;
	struct dsr_backend_key key;
	spinlock_t lock;	/* fwd, and writes to path */
	struct dsr_fwd fwd;
	struct dsr_backend_conf conf;
	time64_t drain_end;
	time64_t down_since;
	bool notified_limited;
	u8 notified;
	u8 reach;
	u32 rank;
	time64_t up_since;
	struct dsr_backend_addr *addr;
	struct list_head by_addr;
	struct list_head all;
	struct list_head list;
	struct rb_node node;
	struct dsr_attached *attached;
	struct dsr_check *check;
	struct dsr_check *shown_check;
	bool deleting;
	bool in_trans;
};

/* Return true unless the backend is deleted. Context: any. */
static inline bool dsr_backend_exists(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) < DSR_BACKEND_DELETED;
}

/* Return true if packets of the backend's flows may still go to it. Context: any. */
static inline bool dsr_backend_usable(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) < NF_DSR_BACKEND_STATE_DOWN;
}

/* Return true if the backend takes new flows, as far as states and weights determine
 * that. Context: any.
 */
static inline bool dsr_backend_takes_new(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) == NF_DSR_BACKEND_STATE_ACTIVE;
}

/* Return true if the limit of flows leaves room for a new flow. Context: softirq, under
 * RCU.
 */
static inline bool dsr_backend_admits(const struct dsr_backend *backend)
{
	u32 max = READ_ONCE(backend->max_flows);

	return !max || (!READ_ONCE(backend->limited) &&
			(u32)atomic_read(&backend->taken) < max);
}

/* Count a flow that has been confirmed. Context: softirq, under RCU.
 *
 * A limit has to hold during a burst as well, so it is not sufficient to read the
 * counters from time to time. Instead, each flow is counted when it is confirmed, in a
 * word that all CPUs write. This is done only if there is a limit, and only once for
 * each flow. Flows that end are not counted here; dsr_backend_recount() takes them into
 * account. Flows do not count before they are confirmed, because any host can forge a
 * first packet. So connections whose handshakes are in progress at the same time may
 * exceed the limit together.
 */
static inline void dsr_backend_count(struct dsr_backend *backend)
{
	u32 max = READ_ONCE(backend->max_flows);

	if (max && (u32)atomic_inc_return(&backend->taken) >= max)
		WRITE_ONCE(backend->limited, true);
}

/* Return true if the backend takes new flows according to its conf, provided that it is
 * healthy. Context: under dsr_net.lock.
 */
static inline bool dsr_backend_is_candidate(const struct dsr_backend *backend)
{
	return backend->conf.state == NF_DSR_BACKEND_STATE_ACTIVE && backend->conf.weight;
}

/* Return the health that counts, as enum nf_dsr_health; @fail_open: the service ignores
 * health.
 */
static inline u8 dsr_backend_health(const struct dsr_backend_conf *conf, bool fail_open)
{
	return fail_open ? NF_DSR_HEALTH_UP : conf->health;
}

/* Return true if the backend takes new flows according to its conf. Context: under
 * dsr_net.lock.
 */
static inline bool dsr_backend_eligible(const struct dsr_backend *backend)
{
	return dsr_backend_is_candidate(backend) &&
	       dsr_backend_health(&backend->conf, backend->svc->fail_open) ==
	       NF_DSR_HEALTH_UP;
}

/* Return true if the drain deadline has passed. Context: under dsr_net.lock. */
static inline bool dsr_backend_drained(const struct dsr_backend *backend)
{
	return backend->drain_end && ktime_get_seconds() >= backend->drain_end;
}

extern const struct dsr_backend_conf dsr_backend_conf_default;

/* Create and destroy the table of a namespace's backends by address. The table must be
 * empty when it is destroyed.
 */
int dsr_backend_table_init(struct dsr_net *dn);
void dsr_backend_table_exit(struct dsr_net *dn);

/* Enter the backend into this table, and remove it. Return false if there is no memory.
 * Context: under dsr_net.lock.
 */
bool dsr_backend_enter_addr(struct dsr_backend *backend);
void dsr_backend_leave_addr(struct dsr_backend *backend);

/* Parameters of dsr_net.backends. */
extern const struct rhashtable_params dsr_backend_addr_params;

/* Return the backends with an address, in all services, or NULL if there are none.
 * Context: under RCU.
 */
const struct dsr_backend_addr *dsr_backend_lookup_addr(struct dsr_net *dn,
						       const struct dsr_backend_key *key);

struct dsr_backend *dsr_backend_lookup(const struct dsr_service *svc,
				       const struct dsr_backend_key *key);
/* Return the first backend of the service behind the key in the order of keys, or NULL. */
struct dsr_backend *dsr_backend_lookup_next(const struct dsr_service *svc,
					    const struct dsr_backend_key *key);
/* Return the backend of a key, or NULL; this may be one that the transaction deletes. */
struct dsr_backend *dsr_backend_lookup_any(const struct dsr_service *svc,
					   const struct dsr_backend_key *key);

/* Add, change or delete a backend. A backend to add must not exist in the service; one
 * that the transaction deletes comes back. Return: 0, or a negative errno, usually with
 * an extack message.
 */
int dsr_backend_add(struct dsr_txn *txn, struct dsr_service *svc,
		    const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack);
int dsr_backend_change(struct dsr_txn *txn, struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack);
int dsr_backend_del(struct dsr_txn *txn, struct dsr_backend *backend);

/* For txn.c: unlink a deleted backend that packets no longer find in a pool. Its service
 * determines what happens to its flows.
 */
void dsr_backend_removed(struct dsr_backend *backend);

/* Check whether a backend may have these settings, with these defaults of its service.
 * Whether it can be reached is checked only if its address or its method is new, see
 * dsr_path_check(). Return: 0, or a negative errno with an extack message.
 */
int dsr_backend_check(struct dsr_txn *txn, const struct dsr_service *svc,
		      const struct dsr_fwd *defaults,
		      const struct dsr_backend_key *key,
		      const struct dsr_fwd *fwd,
		      struct netlink_ext_ack *extack);

/* Check whether a service of another VIP has this backend with the same code of method
 * dscp, or another backend has the same check-mark. If so, dsr_backend_check_twins()
 * records a conflict, and dsr_backend_settle() checks again at the end of the draft.
 * Return: 0, or -ENOMEM from the first and -EEXIST with an extack message from the second
 * function.
 */
int dsr_backend_check_twins(struct dsr_txn *txn, struct dsr_backend *backend);
int dsr_backend_settle(const struct dsr_backend *backend,
		       struct netlink_ext_ack *extack);

/* Create a backend, which is in the table of backends by address and in dsr_net.all, but
 * not in the list of its service. Return: the backend, or NULL if there is no memory.
 */
struct dsr_backend *dsr_backend_new(struct dsr_service *svc,
				    const struct dsr_backend_key *key,
				    const struct dsr_backend_conf *conf);

/* Return true if on-down keep applies to the flows of the backend for a time, which is not
 * over. Context: under dsr_net.lock.
 */
bool dsr_backend_keeps_for(const struct dsr_backend *backend);

/* Set or clear the drain deadline according to the conf, and note when the health became
 * down. The time to drain starts again only if the state or the drain timeout differs from
 * the conf @old, which is NULL for a new backend.
 */
void dsr_backend_set_deadline(struct dsr_backend *backend,
			      const struct dsr_backend_conf *old);

/* Return the state that would result from the conf, with the health that counts. @at_once:
 * as long as no deadline has passed.
 */
u8 dsr_backend_conf_state(const struct dsr_backend *backend,
			  const struct dsr_backend_conf *conf, u8 health, bool at_once);

/* Update the settings that apply from the backend's conf and the service's current
 * defaults.
 */
void dsr_backend_update_fwd(struct dsr_backend *backend);

/* Publish the state that results from the conf. Context: under dsr_net.lock. */
void dsr_backend_update_state(struct dsr_backend *backend);

/* Return what the backend effectively does, as enum nf_dsr_effective_state. Context:
 * under dsr_net.lock.
 */
u8 dsr_backend_effective(const struct dsr_backend *backend);

/* Check the way to the backend. Return true if its effective state differs from the last
 * notification. The new state counts as notified after that, so the caller sends a
 * notification. Context: process, under dsr_net.lock.
 */
bool dsr_backend_look(struct dsr_backend *backend);

/* Recalculate the load and the number of confirmed flows from the counters, and check
 * the limit of flows. Context: under dsr_net.lock.
 */
void dsr_backend_recount(struct dsr_backend *backend);

/* Unlink the backend and leave it and its flows to the reaper. Neither its service's
 * list nor a pool refers to it after that.
 */
void dsr_backend_unlink(struct dsr_backend *backend);

/* Walk over the backends of all services, including deleted ones that have not been
 * unlinked. Begin a walk, which ends the previous one; and return its next backend, or
 * NULL at the end. Between two backends the caller may release dsr_net.lock: the walk
 * leaves out backends that are unlinked before their turn.
 */
void dsr_backend_walk_begin(struct dsr_net *dn);
struct dsr_backend *dsr_backend_walk_next(struct dsr_net *dn);

/* Free a backend that nothing refers to any more. */
void dsr_backend_free(struct dsr_backend *backend);

#endif /* _DSR_BACKEND_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Backends: the real servers of a service.
 *
 * The functions are for process context, under dsr_net.lock, and may sleep. Those
 * that get a struct dsr_txn draft, see txn.h.
 * Packets reach a backend through a pool or a flow, under RCU; what they read
 * of it comes first. It is freed by dsr_service_reap().
 */
#ifndef _DSR_BACKEND_H
#define _DSR_BACKEND_H

#include <linux/ktime.h>
#include <linux/rculist.h>
#include <linux/rhashtable-types.h>
#include <linux/spinlock.h>

#include "service.h"

struct dsr_net;
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
 * struct dsr_backend_addr - the backends that have one address, in any service
 * @node: in dsr_net.backends
 * @key: the address
 * @list: the backends, by dsr_backend.by_addr
 * @rcu: for freeing
 *
 * The first backend of an address makes it, the last one frees it. Thousands of
 * services may share a backend, so a backend leaves the list without a walk.
 * Changed under dsr_net.lock, read under RCU.
 */
struct dsr_backend_addr {
	struct rhash_head node;
	struct dsr_backend_key key;
	struct list_head list;
	struct rcu_head rcu;
};

/**
 * struct dsr_backend_conf - what an operator says of a backend
 * @state: enum nf_dsr_backend_state
 * @health: enum nf_dsr_health; a health check's word, not the operator's
 * @drain_timeout: seconds; 0: for ever
 * @priority: 0 is the best
 * @weight: 0 to NF_DSR_WEIGHT_MAX
 * @max_flows: as many flows and it takes no new ones; 0: any number
 * @min_flows: until it is down to that many; 0: three quarters
 * @fwd: what it says for itself; the rest is the service's to say
 */
struct dsr_backend_conf {
	u8 state;
	u8 health;
	u8 priority;
	u32 drain_timeout;
	u32 weight;
	u32 max_flows;
	u32 min_flows;
	struct dsr_fwd fwd;
};

/**
 * struct dsr_backend - a backend
 * @path: cached way to it; NULL until a packet needs it
 * @stats: counters
 * @svc: its service
 * @state: what holds of @conf, enum nf_dsr_backend_state; or DSR_BACKEND_*
 * @limited: has as many flows as it may
 * @no_path: enum dsr_verdict: why the last lookup found no path
 * @max_flows: how many these are; 0: any number
 * @load: where the scheduler counts: flows it had a second ago at most, and new ones
 *	since
 * @taken: where there is a limit: the same of confirmed flows
 * @key: never changes
 * @lock: of @fwd and for writing @path and @no_path
 * @fwd: what holds for it: its own words, else the service's
 * @conf: its own words
 * @drain_end: when it has drained long enough, ktime_get_seconds(); 0: never
 * @notified_limited: @limited as it was last shown to the operator
 * @notified: the same of dsr_backend_effective()
 * @reach: enum dsr_reach, when that was last looked at
 * @up_since: when it came up, ktime_get_seconds(); for slow start
 * @addr: the backends of its address; NULL: it is not among them
 * @by_addr: in dsr_backend_addr.list
 * @all: in dsr_net.all, from its beginning until it is buried
 * @list: in dsr_service.backends or .deleted, or dsr_net.dead_backends, or
 *	dsr_txn.backends
 * @node: in dsr_service.index
 * @deleting: the transaction deletes it
 * @in_trans: the transaction has logged it already
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
	spinlock_t lock;	/* fwd, and writing path */
	struct dsr_fwd fwd;
	struct dsr_backend_conf conf;
	time64_t drain_end;
	bool notified_limited;
	u8 notified;
	u8 reach;
	time64_t up_since;
	struct dsr_backend_addr *addr;
	struct list_head by_addr;
	struct list_head all;
	struct list_head list;
	struct rb_node node;
	bool deleting;
	bool in_trans;
};

/* May packets of its flows still go to it? Any context. */
static inline bool dsr_backend_usable(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) < NF_DSR_BACKEND_STATE_DOWN;
}

/* Do new flows go to it, as far as states and weights matter? Any context. */
static inline bool dsr_backend_takes_new(const struct dsr_backend *backend)
{
	return READ_ONCE(backend->state) == NF_DSR_BACKEND_STATE_ACTIVE;
}

/* Has it room for a new flow? Softirq, under RCU. */
static inline bool dsr_backend_admits(const struct dsr_backend *backend)
{
	u32 max = READ_ONCE(backend->max_flows);

	return !max || (!READ_ONCE(backend->limited) &&
			(u32)atomic_read(&backend->taken) < max);
}

/* It has one confirmed flow more. Softirq, under RCU.
 *
 * A limit shall hold against a burst, which looking at the counters once in a
 * while would not achieve. So each flow is counted when it is confirmed, in a word
 * that all CPUs write, but only where there is a limit; after that it never touches
 * it. What ends is not counted but seen by dsr_backend_recount(). Flows do not count
 * before they are confirmed, as anybody can forge a first packet: connections whose
 * handshakes are under way at the same time may exceed the limit together.
 */
static inline void dsr_backend_count(struct dsr_backend *backend)
{
	u32 max = READ_ONCE(backend->max_flows);

	if (max && (u32)atomic_inc_return(&backend->taken) >= max)
		WRITE_ONCE(backend->limited, true);
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

/* The table of backends of a namespace; all have gone when it goes. */
int dsr_backend_table_init(struct dsr_net *dn);
void dsr_backend_table_exit(struct dsr_net *dn);

/* Of dsr_net.backends. */
extern const struct rhashtable_params dsr_backend_addr_params;

/* The backends of that address, in any service; NULL: there is none. Under RCU. */
const struct dsr_backend_addr *dsr_backend_lookup_addr(struct dsr_net *dn,
						       const struct dsr_backend_key *key);

struct dsr_backend *dsr_backend_lookup(const struct dsr_service *svc,
				       const struct dsr_backend_key *key);
/* The same, or one that the transaction deletes. */
struct dsr_backend *dsr_backend_lookup_any(const struct dsr_service *svc,
					   const struct dsr_backend_key *key);

/* Nothing of that key may exist in the service; one that the transaction deletes
 * comes back.
 */
int dsr_backend_add(struct dsr_txn *txn, struct dsr_service *svc,
		    const struct dsr_backend_key *key,
		    const struct dsr_backend_conf *conf,
		    struct netlink_ext_ack *extack);
int dsr_backend_change(struct dsr_txn *txn, struct dsr_backend *backend,
		       const struct dsr_backend_conf *conf,
		       struct netlink_ext_ack *extack);
int dsr_backend_del(struct dsr_txn *txn, struct dsr_backend *backend);

/* For txn.c: it was deleted and is out of packets' sight; what becomes of its
 * flows is the service's to say.
 */
void dsr_backend_removed(struct dsr_backend *backend);

/* Would it do with these defaults of its service? Whether it can be reached is asked
 * only where its address or its method is new; see dsr_path_check().
 */
int dsr_backend_check(struct dsr_txn *txn, const struct dsr_service *svc,
		      const struct dsr_fwd *defaults,
		      const struct dsr_backend_key *key,
		      const struct dsr_fwd *fwd,
		      struct netlink_ext_ack *extack);

/* Does another VIP have this backend with the same code of method dscp? If so, that is
 * looked at again by dsr_backend_settle(), when the draft is at its end.
 */
int dsr_backend_check_twins(struct dsr_txn *txn, struct dsr_backend *backend);
int dsr_backend_settle(const struct dsr_backend *backend,
		       struct netlink_ext_ack *extack);

/* NULL without memory. It is in the table by address, and in no list. */
struct dsr_backend *dsr_backend_new(struct dsr_service *svc,
				    const struct dsr_backend_key *key,
				    const struct dsr_backend_conf *conf);

/* Time to drain begins anew only with a new state or another length than in @old;
 * NULL: it is new.
 */
void dsr_backend_set_deadline(struct dsr_backend *backend,
			      const struct dsr_backend_conf *old);

/* Take over the service's defaults as they are now. */
void dsr_backend_update_fwd(struct dsr_backend *backend);

/* Make what is said of it what holds. Under dsr_net.lock. */
void dsr_backend_update_state(struct dsr_backend *backend);

/* What it does in effect, enum nf_dsr_effective_state. Under dsr_net.lock. */
u8 dsr_backend_effective(const struct dsr_backend *backend);

/* Look at the way to it; has what it does in effect become another thing than was
 * told? It counts as told then. Process context, under dsr_net.lock.
 */
bool dsr_backend_look(struct dsr_backend *backend);

/* Take over its counters into its load, and see what its limit says of that.
 * Under dsr_net.lock.
 */
void dsr_backend_recount(struct dsr_backend *backend);

/* Leave it, and the flows it has, to the reaper; neither its service's list nor
 * the pool know it any more after that.
 */
void dsr_backend_unlink(struct dsr_backend *backend);

/* Nobody knows it any more. */
void dsr_backend_free(struct dsr_backend *backend);

#endif /* _DSR_BACKEND_H */

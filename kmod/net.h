/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of nf_dsr in one network namespace.
 *
 * The configuration (services, backends, pools, the match table) changes under @lock,
 * in process context, by a transaction (txn.h), and is published to packets by RCU
 * with the match table. Deleted services and backends wait on @dead_services and
 * @dead_backends until @reaper has made sure that no packet and no flow refers to
 * them.
 */
#ifndef _DSR_NET_H
#define _DSR_NET_H

#include <linux/if.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/netfilter.h>
#include <linux/rbtree.h>
#include <linux/rhashtable.h>
#include <linux/rwsem.h>
#include <linux/sched/signal.h>
#include <linux/types.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "flow.h"
#include "stats.h"

struct dsr_drops;
struct dsr_match;

/**
 * struct dsr_zone - a number that represents a VRF
 * @vrf: name of the VRF
 * @users: number of services in the VRF; 0: the number is free
 */
struct dsr_zone {
	char vrf[IFNAMSIZ];
	u32 users;
};

/**
 * struct dsr_net - nf_dsr in one network namespace
 * @match: table that packets are matched against; NULL without services
 * @drops: per CPU, one counter for each reason
 * @flows: the flow table
 * @backends: struct dsr_backend_addr; changed under @lock, read under RCU
 * @checks: struct dsr_check; changed under @lock, read under RCU
 * @tables: struct dsr_table; looked up and inserted under @lock, removed in any
 *	context
 * @net: the namespace, which outlives this structure
 * @lock: held to change the configuration, which is all members below that do not
 *	name another lock
 * @services: services in the order of their keys
 * @index: services by key
 * @deleting: services that the current transaction deletes, by key, until it ends
 * @gone: counters of deleted services
 * @zones: struct dsr_zone by number, DSR_ZONES_MAX + 1 of them; NULL until a service
 *	is in a VRF
 * @nr_services: number of @services
 * @last_id: id of the latest service
 * @seed: seed of services without one of their own; 0: no service has needed it yet
 * @generation: generation of the configuration, never 0; it counts changes for dumps
 *	and clients
 * @devices: devices with an ingress hook, see ingress.h; a change of the list also
 *	requires RTNL, and RTNL alone protects the hooks
 * @nr_devices: number of @devices
 * @hook_ops: hooks, registered while there are services
 * @slow: held for reading by a request while its sender is in the kernel, and for
 *	writing by code that may hold @lock for long, so that no sender waits for
 *	such code; taken before RTNL and @lock
 * @requester: sender of the request that a worker serves, under @slow; else NULL
 * @deferred_lock: protects @deferred and @nr_deferred
 * @deferred: requests that wait for @defer
 * @nr_deferred: number of requests, including the one that is being served
 * @defer: serves the deferred requests, see netlink.h
 * @all_lock: protects @all; taken after RTNL and @lock
 * @all: the backends of all services, including deleted ones, by dsr_backend.all
 * @names: looks up devices by their names again, see dsr_service_find_devices()
 * @dead_services: deleted services that @reaper has to free
 * @dead_backends: deleted backends that @reaper has to free
 * @reaper: frees deleted services and backends
 * @timer: runs once a second, see timer.h
 * @looked: number of services whose backends have been checked in the current turn of
 *	@timer
 */
struct dsr_net {
	struct dsr_match __rcu *match;
	struct dsr_drops __percpu *drops;
	struct dsr_flow_table flows;
	struct rhashtable backends;
	struct rhashtable checks;
	struct rhashtable tables;

	struct net *net;
	struct mutex lock;	/* the configuration */
	struct list_head services;
	struct rb_root index;
	struct rb_root deleting;
	struct dsr_counters gone;
	struct dsr_zone *zones;
	u32 nr_services;
	u32 last_id;
	u64 seed;
	u32 generation;
	struct list_head devices;
	u32 nr_devices;
	struct nf_hook_ops hook_ops[4];
	struct rw_semaphore slow;
	struct task_struct *requester;
	spinlock_t deferred_lock;	/* the queue of requests */
	struct list_head deferred;
	u32 nr_deferred;
	struct work_struct defer;
	struct mutex all_lock;	/* the list of all backends */
	struct list_head all;
	struct work_struct names;
	struct list_head dead_services;
	struct list_head dead_backends;
	struct work_struct reaper;
	struct delayed_work timer;
	u32 looked;
};

/* id of the module's pernet_operations */
extern unsigned int dsr_net_id;

struct dsr_net *dsr_net(const struct net *net);

/* Return true if the sender of the current request has been killed, so that the rest
 * of the work is not needed. Context: process, under @slow.
 */
static inline bool dsr_net_killed(const struct dsr_net *dn)
{
	struct task_struct *task = READ_ONCE(dn->requester) ?: current;

	return fatal_signal_pending(task) || READ_ONCE(task->flags) & PF_SIGNALED;
}

/* Count a change of the configuration. The generation skips 0, because a dump with
 * sequence 0 is not checked for changes. Context: under dsr_net.lock.
 */
static inline void dsr_net_changed(struct dsr_net *dn)
{
	WRITE_ONCE(dn->generation, dn->generation + 1 ?: 1);
}

/*
 * The pin is a reference on the module that keeps it from being unloaded by mistake
 * while it forwards traffic. The module holds the pin while any network namespace has
 * services, unless the module parameter pin disables it. It is released only in code
 * that the module's exit or removal waits for: under genetlink's lock, in a
 * namespace's workers, in the exit of a namespace, or in a write to the parameter.
 * Context: process; may sleep.
 */

/* Count a namespace as a user of the pin when it gets its first service, and no more
 * when it loses its last one. dsr_pin_get() returns false if the module is being
 * unloaded; the namespace must not get a service then.
 */
bool dsr_pin_get(void);
void dsr_pin_put(void);

#endif /* _DSR_NET_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that belongs to one network namespace.
 *
 * Configuration (services, backends, pools, the match table) is changed under
 * @lock, in process context, by a transaction (txn.h), and published to
 * packets by RCU, with the match table. Services and
 * backends that were deleted wait on @dead_services and @dead_backends until
 * @reaper has seen to it that no packet and no flow knows them any more.
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

struct dsr_drops;
struct dsr_match;

/**
 * struct dsr_zone - a number that stands for a VRF
 * @vrf: name of the VRF
 * @users: services in it; 0: the number is free
 */
struct dsr_zone {
	char vrf[IFNAMSIZ];
	u32 users;
};

/**
 * struct dsr_net - nf_dsr in one network namespace
 * @match: what packets are matched against; NULL without services
 * @drops: per CPU, one counter for each reason
 * @flows: the flow table
 * @backends: struct dsr_backend_addr; changed under @lock, read under RCU
 * @tables: struct dsr_table; found and entered under @lock, left in any context
 * @net: the namespace; outlives this
 * @lock: held for any change of what stands below
 * @services: in the order of their keys
 * @index: the same by key
 * @deleting: those that a transaction deletes, by key, until it ends
 * @zones: by number, DSR_ZONES_MAX + 1 of them; NULL until a service is in a VRF
 * @nr_services: how many
 * @last_id: of a service
 * @seed: of services that have been given none; 0: none has needed one yet
 * @generation: of the configuration; never 0; counts its changes, for dumps and
 *	for clients
 * @devices: whose packets are looked at early, see ingress.h; changed under RTNL,
 *	too, which alone is enough for their hooks
 * @nr_devices: how many
 * @hook_ops: registered while there are services
 * @slow: held for reading by a request while its sender is in the kernel, and for
 *	writing by what may hold @lock for long, so that no sender waits for that;
 *	outside of RTNL and @lock
 * @requester: who sent the request that a worker serves, under @slow; else NULL
 * @deferred_lock: protects the two below
 * @deferred: requests that wait for @defer
 * @nr_deferred: how many, with the one that is being served
 * @defer: serves them, see netlink.h
 * @all_lock: protects the one below; inside of RTNL and @lock
 * @all: the backends of all services, also deleted ones, by dsr_backend.all
 * @names: finds devices by their names again, see dsr_service_find_devices()
 * @dead_services: deleted, for @reaper to free
 * @dead_backends: deleted, for @reaper to free
 * @reaper: frees the dead
 * @timer: looks once a second at what time changes, see timer.h
 * @looked: at the ways to backends of so many services, in this turn
 */
struct dsr_net {
	struct dsr_match __rcu *match;
	struct dsr_drops __percpu *drops;
	struct dsr_flow_table flows;
	struct rhashtable backends;
	struct rhashtable tables;

	struct net *net;
	struct mutex lock;	/* the configuration, all below */
	struct list_head services;
	struct rb_root index;
	struct rb_root deleting;
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
	struct mutex all_lock;	/* the list of backends */
	struct list_head all;
	struct work_struct names;
	struct list_head dead_services;
	struct list_head dead_backends;
	struct work_struct reaper;
	struct delayed_work timer;
	u32 looked;
};

/* Of pernet_operations. */
extern unsigned int dsr_net_id;

struct dsr_net *dsr_net(const struct net *net);

/* Has the sender of the request been killed that is being served? Nobody waits for
 * the rest of the work then. Process context, under @slow.
 */
static inline bool dsr_net_killed(const struct dsr_net *dn)
{
	struct task_struct *task = READ_ONCE(dn->requester) ?: current;

	return fatal_signal_pending(task) || READ_ONCE(task->flags) & PF_SIGNALED;
}

/* The configuration has changed. Under the lock. 0 would mean that dumps need no
 * check.
 */
static inline void dsr_net_changed(struct dsr_net *dn)
{
	WRITE_ONCE(dn->generation, dn->generation + 1 ?: 1);
}

/*
 * A module that forwards traffic is not unloaded by mistake: each network namespace
 * with services holds it, unless the parameter pin says otherwise. Process context; may
 * sleep. Who lets go is in code that the module's exit waits for: under genetlink's lock,
 * or in the exit of a namespace.
 */

/* A namespace has its first service, and has none any more. Return false if the module is
 * being unloaded: there must be no service then.
 */
bool dsr_pin_get(void);
void dsr_pin_put(void);

#endif /* _DSR_NET_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * All that belongs to one network namespace.
 *
 * Configuration (services, backends, pools, the match table) is changed under
 * @lock, in process context, by a transaction (dsr_txn.h), and published to
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
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "dsr_flow.h"

struct dsr_match;
struct dsr_drops;

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
 * @net: the namespace; outlives this
 * @lock: held for any change of what stands below
 * @services: in the order of their keys
 * @index: the same by key
 * @leaving: those that a transaction deletes, by key, until it ends
 * @zones: by number, DSR_ZONES_MAX + 1 of them; NULL until a service is in a VRF
 * @nr_services: how many
 * @last_id: of a service
 * @seed: of services that have been given none; 0: none has needed one yet
 * @generation: of the configuration; never 0; counts its changes, for dumps and
 *	for clients
 * @devices: whose packets are looked at early, see dsr_device.h; changed under RTNL,
 *	too
 * @nr_devices: how many
 * @hook_ops: registered while there are services
 * @dead_services: deleted, for @reaper to free
 * @dead_backends: deleted, for @reaper to free
 * @reaper: frees the dead
 * @tick: looks once a second at what time changes, see dsr_tick.h
 */
struct dsr_net {
	struct dsr_match __rcu *match;
	struct dsr_drops __percpu *drops;
	struct dsr_flow_table flows;
	struct rhashtable backends;

	struct net *net;
	struct mutex lock;	/* the configuration, all below */
	struct list_head services;
	struct rb_root index;
	struct rb_root leaving;
	struct dsr_zone *zones;
	u32 nr_services;
	u32 last_id;
	u64 seed;
	u32 generation;
	struct list_head devices;
	u32 nr_devices;
	struct nf_hook_ops hook_ops[4];
	struct list_head dead_services;
	struct list_head dead_backends;
	struct work_struct reaper;
	struct delayed_work tick;
};

struct dsr_net *dsr_net(const struct net *net);

/* The configuration has changed. Under the lock. 0 would mean that dumps need no
 * check.
 */
static inline void dsr_net_changed(struct dsr_net *dn)
{
	WRITE_ONCE(dn->generation, dn->generation + 1 ?: 1);
}

#endif /* _DSR_NET_H */

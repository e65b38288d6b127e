/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services: what is matched, and how a backend is chosen for it.
 *
 * Packets reach a service through dsr_net.match, under RCU, and flows through their
 * backend. Functions with a struct dsr_txn argument draft, see txn.h: packets see
 * nothing of their changes before the transaction is published.
 *
 * Context: unless a comment says otherwise, all functions are called in process context,
 * under dsr_net.lock, and may sleep.
 *
 * Read struct dsr_service first, then service.c, vrf.c and ownaddr.h.
 */
#ifndef _DSR_SERVICE_H
#define _DSR_SERVICE_H

#include <linux/list.h>
#include <linux/netlink.h>
#include <linux/rbtree.h>

#include "filter.h"
#include "lib/state.h"
#include "lib/tuple.h"
#include "stats.h"

struct dsr_net;
struct dsr_pool;
struct dsr_sched_ops;
struct dsr_service_key;
struct dsr_txn;
struct genl_info;

/* Bits of struct dsr_fwd.set. */
#define DSR_FWD_METHOD		BIT(0)
#define DSR_FWD_OUTER_SOURCE	BIT(1)
#define DSR_FWD_OUTER_ADDR4	BIT(2)
#define DSR_FWD_OUTER_ADDR6	BIT(3)
#define DSR_FWD_OUTER_TTL	BIT(4)
#define DSR_FWD_OUTER_PREFIX4	BIT(5)
#define DSR_FWD_OUTER_PREFIX6	BIT(6)
#define DSR_FWD_OUTER_PORT	BIT(7)
#define DSR_FWD_OUTER_CHECKSUM	BIT(8)
#define DSR_FWD_GUE_VARIANT	BIT(9)
#define DSR_FWD_GRE_KEY		BIT(10)
#define DSR_FWD_DSCP		BIT(11)

/* Options are compared as bytes, so their structs must have no padding. */
#pragma GCC diagnostic push
#pragma GCC diagnostic error "-Wpadded"

/**
 * struct dsr_fwd - how packets reach a backend; see the netlink attributes
 * @set: DSR_FWD_* bits of the members that were given; a backend takes the others from
 *	its service
 * @method: enum nf_dsr_method
 * @outer_source: enum nf_dsr_outer_source
 * @outer_ttl: TTL of the outer header; 0: inherit it from the packet
 * @outer_checksum: enum nf_dsr_outer_checksum
 * @outer_prefix4: length of the prefix in @outer_addr4, for outer-source prefix
 * @outer_prefix6: length of the prefix in @outer_addr6
 * @gue_variant: 0: with a GUE header; 1: without
 * @dscp: code of method dscp; only services have one
 * @outer_port: UDP destination port
 * @outer_addr4: outer source for IPv4 backends, for outer-source address or prefix
 * @outer_addr6: outer source for IPv6 backends
 * @gre_key: a key of 32 bits, or NF_DSR_GRE_KEY_NONE
 */
struct dsr_fwd {
	u16 set;
	u8 method;
	u8 outer_source;
	u8 outer_ttl;
	u8 outer_checksum;
	u8 outer_prefix4;
	u8 outer_prefix6;
	u8 gue_variant;
	u8 dscp;
	__be16 outer_port;
	__be32 outer_addr4;
	struct in6_addr outer_addr6;
	u64 gre_key;
};

/**
 * struct dsr_policy - the options of a service that are a number each; see the netlink
 * attributes
 * @table_size: number of slots of the consistent hash's table
 * @min_active: backends of a worse priority are used while fewer backends than this take
 *	new flows
 * @slow_start: seconds in which the weight of a new backend grows; 0: it does not grow
 * @persist: seconds for which a client prefix keeps its backend; 0: no persistence
 * @fail_open_below: the health of backends is ignored while fewer are healthy, see
 *	dsr_share_fail_open()
 * @drain_for: seconds for which @on_down keeps flows; 0: without an end
 * @persist_prefix4: length of an IPv4 client prefix
 * @persist_prefix6: length of an IPv6 client prefix
 * @one_packet: UDP packets make no flow
 * @hash: fields of a packet that the consistent hash uses, enum nf_dsr_hash
 * @on_delete: enum nf_dsr_on_delete
 * @no_backend: enum nf_dsr_no_backend
 * @unmatched: enum nf_dsr_unmatched
 * @echo: enum nf_dsr_echo
 * @on_down: enum nf_dsr_on_down
 * @unused: 0, as there must be no padding
 */
struct dsr_policy {
	u32 table_size;
	u32 min_active;
	u32 slow_start;
	u32 persist;
	u32 fail_open_below;
	u32 drain_for;
	u8 persist_prefix4;
	u8 persist_prefix6;
	u8 one_packet;
	u8 hash;
	u8 on_delete;
	u8 no_backend;
	u8 unmatched;
	u8 echo;
	u8 on_down;
	u8 unused[3];
};

#pragma GCC diagnostic pop

/* Copy the members that are set in @from to @fwd. */
void dsr_fwd_merge(struct dsr_fwd *fwd, const struct dsr_fwd *from);

/* Check whether @fwd has the address that its outer-source needs for backends of this
 * family. Return: 0, or -EINVAL with an extack message.
 */
int dsr_fwd_check_source(const struct dsr_fwd *fwd, u8 family,
			 struct netlink_ext_ack *extack);

/* Used in place of the length of a prefix: the service matches a firewall mark. */
#define DSR_PREFIX_MARK	255

/* Maximum number of VRFs with services: a flow has one byte for its VRF. */
#define DSR_ZONES_MAX	255

/**
 * struct dsr_service_key - what a service matches
 * @addr: the VIP or a prefix of VIPs, whose bits behind the prefix are 0; or the mark,
 *	in the first word
 * @vrf: name of the VRF device that the service is in, padded with 0; or empty
 * @family: AF_INET or AF_INET6
 * @prefix_len: 0 to 32 or 128; or DSR_PREFIX_MARK
 * @proto: IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, or 0 for any
 * @port: first port, host byte order; 0: any port
 * @port_end: last port, host byte order; 65535 for any port
 */
struct dsr_service_key {
	union nf_inet_addr addr;
	char vrf[IFNAMSIZ];
	u8 family;
	u8 prefix_len;
	u8 proto;
	u16 port;
	u16 port_end;
};

/* Return the mark, or 0 if the service matches addresses. */
static inline u32 dsr_key_mark(const struct dsr_service_key *key)
{
	return key->prefix_len == DSR_PREFIX_MARK ? key->addr.all[0] : 0;
}

static inline bool dsr_key_any_port(const struct dsr_service_key *key)
{
	return !key->port;
}

/* Return true if the address is one of the service's VIPs. A mark has no VIP. */
bool dsr_key_covers(const struct dsr_service_key *key,
		    const union nf_inet_addr *addr);

/* Compare two keys. This is the order of services: IPv4 before IPv6; marks first, then
 * longer prefixes before shorter ones; by VRF; by address; and for each protocol of a
 * VIP exact ports, then ranges, then any port. Return: a negative or positive number, or
 * 0 if the keys are equal.
 */
int dsr_key_cmp(const struct dsr_service_key *a,
		const struct dsr_service_key *b);

/**
 * struct dsr_service_conf - how a service behaves
 * @sched: scheduler that chooses backends for new flows
 * @seed: key of the consistent hash
 * @seeded: @seed was given. Otherwise an existing service keeps its seed, and a new one
 *	gets the namespace's
 * @policy: further options
 * @fwd: how packets reach backends without settings of their own; all members but
 *	addresses, prefixes and @dscp are set
 * @timeouts: timeouts of flows
 * @filter: packets that the service accepts
 */
struct dsr_service_conf {
	const struct dsr_sched_ops *sched;
	u64 seed;
	bool seeded;
	struct dsr_policy policy;
	struct dsr_fwd fwd;
	struct dsr_timeouts timeouts;
	struct dsr_filter_conf filter;
};

/**
 * struct dsr_attached - what another module attaches to a service or a backend
 * @detach: called when the object is unlinked; frees the memory, and must not sleep
 *
 * Whoever attaches it detaches it before its code goes. Context: under dsr_net.lock.
 */
struct dsr_attached {
	void (*detach)(struct dsr_attached *attached);
};

/* Detach what is attached at @at, if anything is. Context: under dsr_net.lock. */
static inline void dsr_detach(struct dsr_attached **at)
{
	struct dsr_attached *attached = *at;

	*at = NULL;
	if (attached)
		attached->detach(attached);
}

/**
 * struct dsr_service - a service
 * @timeouts: published timeouts of @conf. Packets read them without a lock, one word at
 *	a time
 * @persist: published @persist of the policy, read in the same way
 * @pool: the pool that packets see through the match table
 * @filter: the filter that packets see through the match table; NULL: the service
 *	accepts all packets
 * @next_pool: pool that the transaction will publish in place of @pool
 * @next_filter: filter that the transaction will publish in place of @filter
 * @conf: how the service behaves
 * @key: what the service matches; never changes
 * @id: number that no other service has or had
 * @dn: network namespace
 * @attached: of nf_dsr_ipvs, or NULL
 * @list: in dsr_net.services or .dead_services, or dsr_txn.services
 * @node: in dsr_net.index or .deleting
 * @dirty: in dsr_txn.dirty
 * @deleting: the transaction deletes the service
 * @in_trans: the transaction has logged a step of the service already
 * @backends: backends, in the order in which they were added
 * @index: backends by key, including those that the transaction deletes
 * @nr_backends: number of @backends
 * @deleted: deleted backends whose flows are refused, see on-delete
 * @fail_open: the service ignores the health of its backends, as packets see it
 * @notified_fail_open: value of @fail_open in the last notification
 * @fail_opens: number of times that @fail_open became true
 * @timed: the timer has to examine the service, see timer.h
 * @gone: counters of deleted backends that have been unlinked
 * @vrf_ifindex: index of the device that currently has the name of the VRF; 0: the
 *	service is in no VRF; DSR_NO_DEVICE: there is no such VRF device. Packets read
 *	this word without a lock
 * @zone: number that represents the VRF; 0: the service is in no VRF. All services of a
 *	VRF have the same number, for as long as the VRF has services
 */
struct dsr_service {
	struct dsr_timeouts timeouts;
	u32 persist;
	struct dsr_pool *pool;
	struct dsr_filter *filter;
	struct dsr_pool *next_pool;
	struct dsr_filter *next_filter;
	struct dsr_service_conf conf;
	struct dsr_service_key key;
	u32 id;
	struct dsr_net *dn;
	struct dsr_attached *attached;
	struct list_head list;
	struct rb_node node;
	struct list_head dirty;
	bool deleting;
	bool in_trans;
	struct list_head backends;
	struct rb_root index;
	u32 nr_backends;
	struct list_head deleted;
	bool fail_open;
	bool notified_fail_open;
	u64 fail_opens;
	bool timed;
	struct dsr_counters gone;
	int vrf_ifindex;
	u8 zone;
};

/* Return what happens to an echo request that this service decides on: NF_DSR_ECHO_PASS
 * and so on, never NF_DSR_ECHO_DEFAULT. Context: any.
 */
static inline u8 dsr_service_echo(const struct dsr_service *svc)
{
	u8 echo = svc->conf.policy.echo;

	if (echo != NF_DSR_ECHO_DEFAULT)
		return echo;
	return svc->key.proto ? NF_DSR_ECHO_PASS : NF_DSR_ECHO_FORWARD;
}

/* Set the defaults that the netlink attributes document. */
void dsr_service_conf_init(struct dsr_service_conf *conf);

/* Return the seed of all services of a namespace that were given none, so that services
 * with the same backends choose the same backend for a client.
 */
u64 dsr_service_default_seed(struct dsr_net *dn);

struct dsr_service *dsr_service_lookup(struct dsr_net *dn,
				       const struct dsr_service_key *key);
/* Add a service. No service with this key may exist; one that the transaction deletes
 * comes back. Unless the operator insists with @force, a new service that takes packets
 * for the director itself is refused, see dsr_ownaddr_check(). Return: 0, or a negative
 * errno, usually with an extack message.
 */
int dsr_service_add(struct dsr_txn *txn, const struct dsr_service_key *key,
		    const struct dsr_service_conf *conf, bool force,
		    struct netlink_ext_ack *extack);
int dsr_service_change(struct dsr_txn *txn, struct dsr_service *svc,
		       const struct dsr_service_conf *conf,
		       struct netlink_ext_ack *extack);
int dsr_service_del(struct dsr_txn *txn, struct dsr_service *svc);

/* Delete all services. */
int dsr_service_flush(struct dsr_txn *txn);

/* For txn.c, at the end of a draft: check whether the port range of the service overlaps
 * another one's. Return: 0, or -EEXIST with an extack message.
 */
int dsr_service_settle(const struct dsr_service *svc,
		       struct netlink_ext_ack *extack);

/* Find the device of a new service's VRF, and the number that represents the VRF.
 * dsr_service_hold_zone() takes a reference on the number. dsr_service_unlink() releases
 * it by dsr_service_release_zone().
 */
int dsr_service_enter_vrf(struct dsr_service *svc,
			  struct netlink_ext_ack *extack);
void dsr_service_hold_zone(struct dsr_service *svc);
void dsr_service_release_zone(struct dsr_service *svc);

/* For txn.c: build the pool and filter of a service; put them in place of the published
 * ones; or free them, if there are any, after a failure. Before the table is published,
 * dsr_service_begin_fail_open() makes backends usable that only the new pool may choose.
 * dsr_service_unlink() leaves a
 * service that packets can no longer find to the reaper, with its backends.
 */
int dsr_service_prepare(struct dsr_service *svc);
void dsr_service_begin_fail_open(struct dsr_service *svc);
void dsr_service_publish(struct dsr_service *svc);
void dsr_service_unprepare(struct dsr_service *svc);
void dsr_service_unlink(struct dsr_service *svc);

/* Notify listeners if the service has begun or ceased to fail open since the last
 * notification about it. @info is the request that caused it, or NULL.
 */
void dsr_service_notify_fail_open(struct dsr_service *svc, struct genl_info *info);

/* Remove the UDP flows of services with one-packet. This is necessary because packets
 * look up their flow before they check the policy.
 */
void dsr_service_forget_datagrams(struct dsr_net *dn);

/* Delete all services because the namespace is being removed. This cannot fail. */
void dsr_service_exit(struct dsr_net *dn);

/* Look up the devices of services again after devices have appeared, disappeared or been
 * renamed. This never waits for dsr_net.lock: while the lock is held,
 * dsr_service_names(), a work item, does it soon after. Context: process, without
 * dsr_net.lock.
 */
void dsr_service_find_devices(struct dsr_net *dn);
void dsr_service_names(struct work_struct *work);

void dsr_service_sum(const struct dsr_service *svc, struct dsr_counters *sum);

/* Free deleted services and backends after no packet and no flow refers to them any
 * more. A work item, which takes dsr_net.lock itself.
 */
void dsr_service_reap(struct work_struct *work);

#endif /* _DSR_SERVICE_H */

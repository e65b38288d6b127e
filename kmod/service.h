/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Services: what is matched, and how its backends are chosen.
 *
 * All functions are for process context, under dsr_net.lock, and may sleep.
 * Packets reach a service through dsr_net.match, under RCU, and flows through
 * their backend. Those that get a struct dsr_txn draft, see txn.h: packets
 * see nothing of it before the transaction is published.
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

/* Bits of struct dsr_fwd.set */
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

/**
 * struct dsr_fwd - how packets reach a backend; see the netlink attributes
 * @set: which of the others were given; the rest is the service's to say
 * @method: enum nf_dsr_method
 * @outer_source: enum nf_dsr_outer_source
 * @outer_ttl: 0: inherit
 * @outer_checksum: enum nf_dsr_outer_checksum
 * @outer_prefix4: length of the prefix in @outer_addr4, for outer-source prefix
 * @outer_prefix6: the same for @outer_addr6
 * @gue_variant: 0 with a GUE header, 1 without
 * @dscp: for method dscp; only services have one
 * @outer_port: UDP destination port
 * @outer_addr4: for outer-source address or prefix and IPv4 backends
 * @outer_addr6: the same for IPv6 backends
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

/* Take from @from what is set there. */
void dsr_fwd_merge(struct dsr_fwd *fwd, const struct dsr_fwd *from);

/* The method of a backend that says @fwd and leaves the rest to @defaults. */
static inline u8 dsr_fwd_method(const struct dsr_fwd *fwd,
				const struct dsr_fwd *defaults)
{
	return fwd->set & DSR_FWD_METHOD ? fwd->method : defaults->method;
}

/* Does it say what is needed of the outer source for backends of a family? */
int dsr_fwd_check_source(const struct dsr_fwd *fwd, u8 family,
			 struct netlink_ext_ack *extack);

/* Does it say what method dscp needs, if it says that method, with the VIP of a service? */
int dsr_fwd_check_dscp(const struct dsr_service_key *key,
		       const struct dsr_fwd *fwd,
		       struct netlink_ext_ack *extack);

/* In place of a prefix's length: the service matches a firewall mark. */
#define DSR_PREFIX_MARK	255

/* More VRFs cannot have services: flows have a byte for it. */
#define DSR_ZONES_MAX	255

/**
 * struct dsr_service_key - what a service matches
 * @addr: VIP, the bits behind the prefix are 0; or the mark, in the first word
 * @vrf: name of the VRF device it is in, to its end filled with 0; or empty
 * @family: AF_INET or AF_INET6
 * @prefix_len: 0 to 32 or 128; or DSR_PREFIX_MARK
 * @proto: IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, or 0 for any
 * @port: first port, host byte order; 0 with any port
 * @port_end: last port; 65535 with any port
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

/* 0: it matches addresses. */
static inline u32 dsr_key_mark(const struct dsr_service_key *key)
{
	return key->prefix_len == DSR_PREFIX_MARK ? key->addr.all[0] : 0;
}

static inline bool dsr_key_any_port(const struct dsr_service_key *key)
{
	return !key->port;
}

/* Is the address one of the service's VIPs? A mark has none. */
bool dsr_key_covers(const struct dsr_service_key *key,
		    const union nf_inet_addr *addr);

/* Order of services: marks, then longer prefixes first; by VRF; then exact ports,
 * ranges, any port, for each protocol of a VIP. 0: the same key.
 */
int dsr_key_cmp(const struct dsr_service_key *a,
		const struct dsr_service_key *b);

/**
 * struct dsr_policy - how a service schedules; see the netlink attributes
 * @table_size: slots of the consistent hash's table
 * @min_active: worse priorities are used while fewer backends take new flows
 * @slow_start: seconds in which a new backend's weight grows; 0: none
 * @persist: seconds for which a client prefix keeps its backend; 0: none
 * @persist_prefix4: length of such a prefix
 * @persist_prefix6: the same for IPv6
 * @one_packet: UDP packets make no flow
 * @hash: what of a packet the consistent hash goes by, enum nf_dsr_hash
 * @on_delete: enum nf_dsr_on_delete
 * @no_backend: enum nf_dsr_no_backend
 * @unmatched: enum nf_dsr_unmatched
 */
struct dsr_policy {
	u32 table_size;
	u32 min_active;
	u32 slow_start;
	u32 persist;
	u8 persist_prefix4;
	u8 persist_prefix6;
	u8 one_packet;
	u8 hash;
	u8 on_delete;
	u8 no_backend;
	u8 unmatched;
};

/**
 * struct dsr_service_conf - how a service behaves
 * @sched: chooses backends for new flows
 * @seed: keys the consistent hash
 * @seeded: @seed was given; else a service keeps the one it has, and a new one gets the
 *	namespace's
 * @policy: what else its pools go by
 * @fwd: for backends that do not say; all of it but addresses and prefixes is
 *	set
 * @timeouts: of its flows
 * @echo: enum nf_dsr_echo
 * @filter: whose packets it takes
 */
struct dsr_service_conf {
	const struct dsr_sched_ops *sched;
	u64 seed;
	bool seeded;
	struct dsr_policy policy;
	struct dsr_fwd fwd;
	struct dsr_timeouts timeouts;
	u8 echo;
	struct dsr_filter_conf filter;
};

/**
 * struct dsr_service - a service
 * @timeouts: those of @conf that were published. Read by packets without a lock,
 *	a word at a time
 * @persist: likewise, of struct dsr_policy
 * @pool: the backends that packets see, by way of the match table
 * @filter: whose packets it takes, likewise; NULL: everybody's
 * @next_pool: to be published in place of these two
 * @next_filter: with @next_pool
 * @conf: how it behaves
 * @key: what it matches; never changes
 * @id: no other service has or had it
 * @dn: network namespace
 * @list: in dsr_net.services or .dead_services, or dsr_txn.services
 * @node: in dsr_net.index or .leaving
 * @dirty: in dsr_txn.touched
 * @deleting: the transaction deletes it
 * @in_trans: the transaction has logged it already
 * @backends: in the order in which they were added
 * @index: the same by key, and those that the transaction deletes
 * @nr_backends: how many
 * @deleted: backends since deleted whose flows are refused, see on-delete
 * @timed: something of it waits for time to pass
 * @gone: counters of backends since deleted
 * @vrf_ifindex: of the device that is called as its VRF now; 0: it is in none;
 *	DSR_NO_DEVICE. Read by packets, a word
 * @zone: number that stands for its VRF; 0: it is in none. The same for all
 *	services of a VRF and as long as there are some
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
	struct list_head list;
	struct rb_node node;
	struct list_head dirty;
	bool deleting;
	bool in_trans;
	struct list_head backends;
	struct rb_root index;
	u32 nr_backends;
	struct list_head deleted;
	bool timed;
	struct dsr_counters gone;
	int vrf_ifindex;
	u8 zone;
};

/* What becomes of an echo request that this service decides on: NF_DSR_ECHO_PASS
 * and so on, never the default.
 */
static inline u8 dsr_service_echo(const struct dsr_service *svc)
{
	u8 echo = svc->conf.echo;

	if (echo != NF_DSR_ECHO_DEFAULT)
		return echo;
	return svc->key.proto ? NF_DSR_ECHO_PASS : NF_DSR_ECHO_FORWARD;
}

/* The defaults, as the netlink attributes say. */
void dsr_service_conf_init(struct dsr_service_conf *conf);

/* The seed of all services of a namespace that have been given none, so that those with
 * the same backends agree about a client.
 */
u64 dsr_service_default_seed(struct dsr_net *dn);

struct dsr_service *dsr_service_lookup(struct dsr_net *dn,
				       const struct dsr_service_key *key);
/* Nothing of that key may exist; one that the transaction deletes comes back. Whether a new
 * one takes what is for the director itself is asked unless the operator insists: @force.
 */
int dsr_service_add(struct dsr_txn *txn, const struct dsr_service_key *key,
		    const struct dsr_service_conf *conf, bool force,
		    struct netlink_ext_ack *extack);
int dsr_service_change(struct dsr_txn *txn, struct dsr_service *svc,
		       const struct dsr_service_conf *conf,
		       struct netlink_ext_ack *extack);
int dsr_service_del(struct dsr_txn *txn, struct dsr_service *svc);

/* Delete all. */
int dsr_service_flush(struct dsr_txn *txn);

/* For txn.c, at the end of a draft: do its ports meet those of another one? */
int dsr_service_settle(const struct dsr_service *svc,
		       struct netlink_ext_ack *extack);

/* Find the device of a new one's VRF, and the number that stands for the VRF; the
 * number is taken with dsr_service_hold_zone(), until the service is buried.
 */
int dsr_service_enter_vrf(struct dsr_service *svc,
			  struct netlink_ext_ack *extack);
void dsr_service_hold_zone(struct dsr_service *svc);
void dsr_service_release_zone(struct dsr_service *svc);

/* For txn.c. Make its pool and filter; put them in the place of those that
 * were published; or throw them away, if there are any. Then: leave it to the
 * reaper, out of packets' sight.
 */
int dsr_service_prepare(struct dsr_service *svc);
void dsr_service_publish(struct dsr_service *svc);
void dsr_service_unprepare(struct dsr_service *svc);
void dsr_service_unlink(struct dsr_service *svc);

/* Forget UDP flows where there shall be none: packets find a flow before they ask
 * whether there should be one.
 */
void dsr_service_forget_datagrams(struct dsr_net *dn);

/* The namespace goes, and all services with it; does not fail. */
void dsr_service_exit(struct dsr_net *dn);

/* Devices came, went or have other names. Never waits for dsr_net.lock: while that is
 * held, dsr_service_names(), a work item, does it a moment later.
 */
void dsr_service_find_devices(struct dsr_net *dn);
void dsr_service_names(struct work_struct *work);

void dsr_service_sum(const struct dsr_service *svc, struct dsr_counters *sum);

/* Free what was deleted, once no packet and no flow knows it; a work item. */
void dsr_service_reap(struct work_struct *work);

#endif /* _DSR_SERVICE_H */

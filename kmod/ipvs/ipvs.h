/* SPDX-License-Identifier: GPL-2.0 */
/*
 * nf_dsr_ipvs: the interface of IPVS to the configuration of nf_dsr, for ipvsadm,
 * keepalived and other programs that know no other. Services and destinations are
 * services and backends of nf_dsr, and both interfaces see all of them. This module has
 * no part in the way of a packet.
 *
 * It attaches to objects what they cannot remember themselves: the words that a program
 * has used, the counters at the last reset, and the estimates of rates (attach.c). This memory
 * belongs to the object that it is attached to (struct dsr_attached), and is charged to
 * the process that causes it. Without it, or where an operator has changed the object by
 * dsrctl since, the nearest words are shown, see words.h.
 *
 * Locks: each request takes dsr_net.slow by dsr_nl_enter(), then dsr_net.lock, as the
 * requests of nf_dsr's own family do. dsr_net.lock protects all that is attached, and
 * struct dsr_ipvs_net, but for the totals, which have a lock of their own. Any user may
 * read totals and services in /proc/net: the former without dsr_net.lock, the latter some
 * at a time.
 *
 * When the module is unloaded, or the namespace is removed, first no more requests and
 * readers come, then dsr_ipvs_net_exit() waits for deferred requests and for the estimator,
 * and frees what is attached. The services stay: they are nf_dsr's. Only the
 * words are forgotten.
 *
 * Read this file first, then words.h, main.c and request.c.
 */
#ifndef _DSR_IPVS_H
#define _DSR_IPVS_H

#include <net/genetlink.h>
#include <linux/mutex.h>
#include <linux/seq_file.h>
#include <linux/spinlock.h>
#include <linux/wait.h>
#include <linux/workqueue.h>

#include "../net.h"
#include "rate.h"
#include "words.h"

/**
 * struct dsr_ipvs_counts - counters as IPVS shows them
 * @conns: new flows
 * @packets: packets received
 * @bytes: bytes of @packets
 */
struct dsr_ipvs_counts {
	u64 conns;
	u64 packets;
	u64 bytes;
};

/**
 * struct dsr_ipvs_stats - counters and rates of an object
 * @counts: since the last reset
 * @rates: each second
 */
struct dsr_ipvs_stats {
	struct dsr_ipvs_counts counts;
	struct dsr_ipvs_counts rates;
};

/**
 * struct dsr_ipvs_rates - rates of some counters
 * @turn: time of the last estimate, in jiffies
 * @conns: rate of new flows
 * @packets: rate of packets
 * @bytes: rate of bytes
 */
struct dsr_ipvs_rates {
	unsigned long turn;
	struct dsr_ipvs_rate conns;
	struct dsr_ipvs_rate packets;
	struct dsr_ipvs_rate bytes;
};

/**
 * struct dsr_ipvs_totals - counters and rates of the namespace
 * @lock: protects all members; taken after dsr_net.lock
 * @by_cpu: what each CPU has counted, as of the latest round; by CPU
 * @counts: sum of @by_cpu
 * @zero: @counts at the last reset
 * @rates: rates of @counts
 * @rounds: number of rounds so far
 * @going: the estimator goes on to take rounds
 */
struct dsr_ipvs_totals {
	spinlock_t lock;	/* what readers see of rounds */
	struct dsr_ipvs_counts *by_cpu;
	struct dsr_ipvs_counts counts;
	struct dsr_ipvs_counts zero;
	struct dsr_ipvs_rates rates;
	u32 rounds;
	bool going;
};

/**
 * struct dsr_ipvs_net - this module in one network namespace
 * @dn: nf_dsr in the namespace
 * @timeouts: of the services that programs of IPVS add
 * @estimator: takes a round over all backends, see estimator.c
 * @sums: what each CPU has counted, as far as the current round has come; by CPU
 * @totals: the result of the latest round
 * @rounds: readers that wait for the end of a round
 * @reading: held by a reader of services while it waits for dsr_net.lock and holds it, so
 *	that others wait for one reader only, however many there are
 */
struct dsr_ipvs_net {
	struct dsr_net *dn;
	struct dsr_ipvs_timeouts timeouts;
	struct delayed_work estimator;
	struct dsr_ipvs_counts *sums;
	struct dsr_ipvs_totals totals;
	wait_queue_head_t rounds;
	struct mutex reading;	/* turns of the readers of services */
};

/* id of the module's pernet_operations */
extern unsigned int dsr_ipvs_net_id;

struct dsr_ipvs_net *dsr_ipvs_net(const struct net *net);

/*
 * What is attached to services and backends. Context: process, under dsr_net.lock.
 */

/**
 * struct dsr_ipvs_svc - what is attached to a service
 * @attached: of the service
 * @has_words: a program of IPVS has made the service, or changed it
 * @words: by these words
 * @zero: its counters at the last reset
 */
struct dsr_ipvs_svc {
	struct dsr_attached attached;
	bool has_words;
	struct dsr_ipvs_service words;
	struct dsr_ipvs_counts zero;
};

/**
 * struct dsr_ipvs_backend - what is attached to a backend
 * @attached: of the backend
 * @has_words: a program of IPVS has made the backend, or changed it
 * @words: by these words
 * @zero: its counters at the last reset
 * @rates: its rates
 */
struct dsr_ipvs_backend {
	struct dsr_attached attached;
	bool has_words;
	struct dsr_ipvs_dest words;
	struct dsr_ipvs_counts zero;
	struct dsr_ipvs_rates rates;
};

/* Allocate what a service or backend is to have, before its transaction, so that it
 * cannot fail after that. It may be freed by kfree() until it is attached.
 */
struct dsr_ipvs_svc *dsr_ipvs_svc_alloc(void);
struct dsr_ipvs_backend *dsr_ipvs_backend_alloc(void);

/* Remember the words of an object. This takes over @fresh, which is freed if the object has
 * something attached already.
 */
void dsr_ipvs_svc_remember(struct dsr_service *svc, struct dsr_ipvs_svc *fresh,
			   const struct dsr_ipvs_service *words);
void dsr_ipvs_backend_remember(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend,
			       struct dsr_ipvs_backend *fresh,
			       const struct dsr_ipvs_dest *words);

/* Return true if a program of IPVS has made or changed the service. */
bool dsr_ipvs_svc_has_words(const struct dsr_service *svc);

/* Get the words of an object: those that a program has used, if they still mean the
 * object, or the nearest.
 */
void dsr_ipvs_svc_words(const struct dsr_service *svc, struct dsr_ipvs_service *words);
void dsr_ipvs_backend_words(const struct dsr_backend *backend,
			    struct dsr_ipvs_dest *words);

/* Get counters and rates. From then on, rates are estimated for the backends; the first
 * request gets none. There are none if memory is short.
 */
void dsr_ipvs_svc_stats(struct dsr_ipvs_net *ipvs, struct dsr_service *svc,
			struct dsr_ipvs_stats *stats);
void dsr_ipvs_backend_stats(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend,
			    struct dsr_ipvs_stats *stats);

/* Set the backend's rates, if it has some, according to its current counters. */
void dsr_ipvs_backend_turn(struct dsr_backend *backend, const struct dsr_ipvs_counts *now);

/**
 * struct dsr_ipvs_conns - the flows of a backend, as IPVS divides them
 * @active: flows of TCP and SCTP that the client is not closing
 * @inactive: all others, UDP included
 * @persistent: client prefixes
 */
struct dsr_ipvs_conns {
	u32 active;
	u32 inactive;
	u32 persistent;
};

void dsr_ipvs_backend_conns(const struct dsr_backend *backend,
			    struct dsr_ipvs_conns *conns);

/* Reset the counters of a service and its backends, as programs of IPVS see them. Other
 * programs still see all that was counted. Return: 0 or -ENOMEM.
 */
int dsr_ipvs_svc_zero(struct dsr_ipvs_net *ipvs, struct dsr_service *svc);

/* Free all that is attached in the namespace. Takes dsr_net.lock. */
void dsr_ipvs_attach_exit(struct dsr_ipvs_net *ipvs);

/* Convert counters of the service, or of one of its backends. */
void dsr_ipvs_counts_of(const struct dsr_service *svc, const struct dsr_counters *sum,
			struct dsr_ipvs_counts *counts);

void dsr_ipvs_counts_since(struct dsr_ipvs_counts *counts,
			   const struct dsr_ipvs_counts *zero);

/* Forget the rates, whose counters are at @now; take a turn, unless it comes too early after
 * that; and add the rates to @sum.
 */
void dsr_ipvs_rates_reset(struct dsr_ipvs_rates *rates, const struct dsr_ipvs_counts *now);
void dsr_ipvs_rates_turn(struct dsr_ipvs_rates *rates, const struct dsr_ipvs_counts *now);
void dsr_ipvs_rates_add(const struct dsr_ipvs_rates *rates, struct dsr_ipvs_counts *sum);

/*
 * The estimator and its totals, see estimator.c.
 */

int dsr_ipvs_estimator_init(struct dsr_ipvs_net *ipvs);
void dsr_ipvs_estimator_exit(struct dsr_ipvs_net *ipvs);

/* Time between two rounds. */
#define DSR_IPVS_TURN		(2 * HZ)

/* Have the estimator take rounds from now on. Context: under dsr_net.lock. */
static inline void dsr_ipvs_estimator_start(struct dsr_ipvs_net *ipvs)
{
	queue_delayed_work(system_dfl_wq, &ipvs->estimator, DSR_IPVS_TURN);
}

/* Wait until there are totals: until the end of the first round, if none are going on.
 * Context: process, without a lock. Return: 0 or -EINTR.
 */
int dsr_ipvs_totals_wait(struct dsr_ipvs_net *ipvs);

/* Get the totals since the last reset. Context: under totals->lock. */
void dsr_ipvs_totals_stats(struct dsr_ipvs_totals *totals, struct dsr_ipvs_stats *stats);

/* Reset the counters of all services and backends, as dsr_ipvs_svc_zero() does, and the
 * totals. Context: process, under dsr_net.lock. Return: 0, -ENOMEM or -EINTR.
 */
int dsr_ipvs_total_zero(struct dsr_ipvs_net *ipvs);

/*
 * Requests, see request.c and answer.c.
 */

/* Set the family of the answers, before it is registered. */
void dsr_ipvs_answer_init(const struct genl_family *family);

/* Attributes of requests, by type. */
extern const struct nla_policy dsr_ipvs_policy[IPVS_CMD_ATTR_MAX + 1];

/* Return the service that a request identifies, by its words or, for a request that only
 * reads, by its nearest words. Return: the service, or NULL or an ERR_PTR.
 */
struct dsr_service *dsr_ipvs_service_of(struct dsr_ipvs_net *ipvs,
					const struct nlattr *nest,
					struct netlink_ext_ack *extack);

/* Operations of the family. */
int dsr_ipvs_doit(struct sk_buff *skb, struct genl_info *info);
int dsr_ipvs_pre_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
		      struct genl_info *info);
void dsr_ipvs_post_doit(const struct genl_split_ops *ops, struct sk_buff *skb,
			struct genl_info *info);
int dsr_ipvs_get_doit(struct sk_buff *skb, struct genl_info *info);
int dsr_ipvs_dump_services(struct sk_buff *skb, struct netlink_callback *cb);
int dsr_ipvs_dump_dests(struct sk_buff *skb, struct netlink_callback *cb);
int dsr_ipvs_dump_daemons(struct sk_buff *skb, struct netlink_callback *cb);

/*
 * Files in /proc/net, see proc.c and proc_conn.c.
 */

int dsr_ipvs_proc_init(struct net *net);
void dsr_ipvs_proc_exit(struct net *net);
int dsr_ipvs_proc_conn_init(struct net *net);
void dsr_ipvs_proc_conn_exit(struct net *net);

#endif /* _DSR_IPVS_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: how the configuration changes. One may change any number of
 * services and backends; packets see all of it at once, or nothing.
 *
 * 1. Draft: dsr_service_add() and so on change what the operator sees (the lists,
 *    the conf of services and backends), and log how to take that back. Nothing
 *    that packets read is touched. What is deleted leaves its list, but can still
 *    be found by its key: whoever adds it again gets the same object back, with
 *    its flows and counters.
 * 2. Prepare: the pools and filters of touched services are made, once for each,
 *    then what refers to them in the match table. This may fail, and then the log is
 *    taken back from its end; so it is with -EINTR if whoever asked for the
 *    transaction is killed in these two steps.
 * 3. Publish: one pointer store, see match.h, is the moment at which packets
 *    see the services, pools and filters. Right behind it follow the words that
 *    flows read of their backend and service (states, limits, timeouts), and what
 *    was deleted is left to the reaper; but before it, those words without which
 *    a packet that has the new table would not get through: all of what is new,
 *    and the states of backends that come up. This cannot fail. At last listeners
 *    are told of each object that is another one than before.
 *
 * A draft that ends where it began is taken back: it makes no new generation.
 *
 * The caller holds dsr_net.lock from dsr_txn_begin() to the end, so there is one
 * transaction at a time, and nobody else sees a draft. The log and what has been
 * prepared belong to the transaction until then. Process context; may sleep.
 */
#ifndef _DSR_TXN_H
#define _DSR_TXN_H

#include <linux/list.h>
#include <linux/types.h>

#include "match.h"

struct dsr_backend;
struct dsr_trans;
struct dsr_net;
struct dsr_service;
struct genl_info;
struct netlink_ext_ack;

/**
 * struct dsr_txn - a transaction
 * @dn: network namespace
 * @info: the request that it is, for events; NULL: none
 * @trans_list: the log, in the order in which things were done
 * @dirty: services that need a new pool or are deleted, by dsr_service.touched
 * @services: deleted services, by dsr_service.list
 * @backends: deleted backends, by dsr_backend.list
 * @doubts: what clashed when it was drafted, of struct dsr_doubt
 * @step: number of the operation that is drafted, for those who count them
 * @match: prepared of the match table
 * @warning: what the last steps want for, as an extack text: they are done, but do
 *	not work yet. NULL: nothing. Whoever began the transaction tells the operator
 * @last_id: of a service, before
 * @forget: UDP flows of some service shall be no longer
 */
struct dsr_txn {
	struct dsr_net *dn;
	struct genl_info *info;
	struct list_head trans_list;
	struct list_head dirty;
	struct list_head services;
	struct list_head backends;
	struct list_head doubts;
	u32 step;
	struct dsr_match_draft match;
	const char *warning;
	u32 last_id;
	bool forget;
};

/**
 * struct dsr_trans_ops - what becomes of a step of a draft
 * @pre_publish: it will be published at once; write the words that packets need then,
 *	and that do no harm before
 * @post_publish: it is published; write the words that flows read
 * @rollback: take it back; all later ones have been
 * @changes: is its object another one now than before the transaction? Only an
 *	object's first step says so
 * @notify: the object was published, and is another one: tell listeners
 */
struct dsr_trans_ops {
	void (*pre_publish)(struct dsr_trans *trans);
	void (*post_publish)(struct dsr_txn *txn, struct dsr_trans *trans);
	void (*rollback)(struct dsr_txn *txn, struct dsr_trans *trans);
	bool (*changes)(const struct dsr_trans *trans);
	void (*notify)(struct dsr_txn *txn, const struct dsr_trans *trans);
};

/**
 * struct dsr_trans - a step of a draft; the head of its owner's struct
 * @list: in dsr_txn.edits
 * @ops: its owner's
 */
struct dsr_trans {
	struct list_head list;
	const struct dsr_trans_ops *ops;
};

/**
 * struct dsr_notify_ops - how listeners learn of an object's new state
 * @service: a service was added, changed or deleted; @info is the request that did it,
 *	or NULL
 * @backend: the same of a backend
 *
 * Process context, under dsr_net.lock.
 */
struct dsr_notify_ops {
	void (*service)(struct dsr_service *svc, struct genl_info *info,
			bool deleted);
	void (*backend)(struct dsr_backend *backend, struct genl_info *info,
			bool deleted);
};

/* Set before there is a service, and never changed. */
extern const struct dsr_notify_ops *dsr_notify;

void dsr_txn_begin(struct dsr_txn *txn, struct dsr_net *dn);

/* Prepare and publish, or, on failure, take all back; over in both cases. */
int dsr_txn_commit(struct dsr_txn *txn);
void dsr_txn_abort(struct dsr_txn *txn);

/* One or the other: what a draft that ended so calls for. Returns @err, or what
 * the commit did.
 */
int dsr_txn_end(struct dsr_txn *txn, int err);

/* The draft is at its end: does what clashed on the way still clash? Two services may
 * swap what only one of them can have, in any order. Returns 0 or -EEXIST with an extack,
 * and @step is then that of the operation at fault.
 */
int dsr_txn_settle(struct dsr_txn *txn, struct netlink_ext_ack *extack);

/* For those who draft: the service's ports, or the backend's code where there is one,
 * clash with others; look again when the draft is at its end. Returns 0 or -ENOMEM.
 */
int dsr_txn_doubt(struct dsr_txn *txn, struct dsr_service *svc,
		  struct dsr_backend *backend);

/* For those who draft: log a step, to be freed with kfree(); ask for a new pool. */
void dsr_txn_log(struct dsr_txn *txn, struct dsr_trans *trans,
		 const struct dsr_trans_ops *ops);
void dsr_txn_mark_dirty(struct dsr_txn *txn, struct dsr_service *svc);

#endif /* _DSR_TXN_H */

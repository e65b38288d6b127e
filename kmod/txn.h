/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Transactions: how the configuration changes. A transaction changes any number of
 * services and backends. Packets see all of its changes at once, or none.
 *
 * 1. Draft: dsr_service_add() and the functions like it change what the operator sees
 *    (the lists, the conf of services and backends), and log how to undo that. They
 *    change nothing that packets read. A deleted object leaves its list, but can still
 *    be looked up by its key: an operation that adds it again gets the same object back,
 *    with its flows and counters.
 * 2. Prepare: the transaction creates the pools and filters of dirty services, once for
 *    each service, and then the parts of the match table that refer to them. This may
 *    fail. It fails with -EINTR if the sender of the request is killed during these two
 *    steps. After a failure the log is rolled back from its end.
 * 3. Publish: one pointer store, see match.h, makes the new services, pools and filters
 *    visible to packets. This cannot fail. What flows read of their backend and service
 *    (states, limits, timeouts) is published directly after that store, with one
 *    exception: without some of it, packets that have the new table would not get
 *    through. So everything of a new object, and the states of backends that come up,
 *    are published before the store. Deleted objects are then left to the reaper.
 *    Finally, listeners are notified of each object that differs from its state before
 *    the transaction.
 *
 * A draft that ends where it began is rolled back and makes no new generation.
 *
 * The caller holds dsr_net.lock from dsr_txn_begin() to the end of the transaction. So
 * there is one transaction at a time, and no other code sees a draft. The log and all
 * prepared objects belong to the transaction until it ends. Context: process; may sleep.
 *
 * Read this file first, then txn.c, then the drafting functions in service.c and
 * backend.c.
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
 * @info: the request that the transaction serves, for events; NULL if there is none
 * @trans_list: the log, in the order of the steps
 * @dirty: services that need a new pool or are deleted, by dsr_service.dirty
 * @services: deleted services, by dsr_service.list
 * @backends: deleted backends, by dsr_backend.list
 * @doubts: conflicts that the draft had at some point, struct dsr_doubt
 * @step: number of the operation that is being drafted, if the caller numbers its
 *	operations
 * @match: prepared parts of the match table
 * @warning: extack text about what the last steps lack: they are done, but do not work
 *	yet. NULL if they lack nothing. The caller of dsr_txn_begin() reports it to the
 *	operator
 * @last_id: dsr_net.last_id before the transaction
 * @forget: the UDP flows of at least one service have to be removed
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
 * struct dsr_trans_ops - how a step of a draft is published or rolled back
 * @pre_publish: called directly before the new match table is published; publish what
 *	its packets need from the beginning and what does no harm before
 * @post_publish: called after the new match table is published; publish what flows read
 * @rollback: undo the step; all later steps have been undone already
 * @changes: return true if the object differs from its state before the transaction.
 *	Only the first step of an object returns true
 * @notify: notify listeners of an object that was published and differs
 */
struct dsr_trans_ops {
	void (*pre_publish)(struct dsr_trans *trans);
	void (*post_publish)(struct dsr_txn *txn, struct dsr_trans *trans);
	void (*rollback)(struct dsr_txn *txn, struct dsr_trans *trans);
	bool (*changes)(const struct dsr_trans *trans);
	void (*notify)(struct dsr_txn *txn, const struct dsr_trans *trans);
};

/**
 * struct dsr_trans - a step of a draft; the first member of its owner's struct
 * @list: in dsr_txn.trans_list
 * @ops: operations of its owner
 */
struct dsr_trans {
	struct list_head list;
	const struct dsr_trans_ops *ops;
};

/**
 * struct dsr_notify_ops - notification of listeners about an object's new state
 * @service: notify of a service that was added, changed or deleted; @info is the request
 *	that did it, or NULL
 * @backend: notify of a backend in the same way
 *
 * Context: process, under dsr_net.lock.
 */
struct dsr_notify_ops {
	void (*service)(struct dsr_service *svc, struct genl_info *info,
			bool deleted);
	void (*backend)(struct dsr_backend *backend, struct genl_info *info,
			bool deleted);
};

/* Set before the first service exists, and never changed. */
extern const struct dsr_notify_ops *dsr_notify;

void dsr_txn_begin(struct dsr_txn *txn, struct dsr_net *dn);

/* Prepare and publish the transaction, or roll it back if the preparation fails. The
 * transaction has ended in both cases.
 */
int dsr_txn_commit(struct dsr_txn *txn);

/* End a transaction whose draft returned @err: commit it if @err is 0, otherwise abort
 * it. Return: @err, or the result of the commit.
 */
int dsr_txn_end(struct dsr_txn *txn, int err);

/* Check at the end of a draft whether the conflicts found on the way remain. Two
 * services may swap what only one of them can have, in any order of operations. Return:
 * 0, or -EEXIST with an extack message; @step is then the number of the operation at
 * fault.
 */
int dsr_txn_settle(struct dsr_txn *txn, struct netlink_ext_ack *extack);

/* Record a conflict, for dsr_txn_settle() to check again at the end of the draft: the
 * ports of the service, or the code of method dscp of @backend if that is not NULL, are
 * in use elsewhere. For drafting functions. Return: 0 or -ENOMEM.
 */
int dsr_txn_doubt(struct dsr_txn *txn, struct dsr_service *svc,
		  struct dsr_backend *backend);

/* For drafting functions: dsr_txn_log() adds a step to the log, which frees it with
 * kfree(). dsr_txn_mark_dirty() requests a new pool for the service.
 */
void dsr_txn_log(struct dsr_txn *txn, struct dsr_trans *trans,
		 const struct dsr_trans_ops *ops);
void dsr_txn_mark_dirty(struct dsr_txn *txn, struct dsr_service *svc);

#endif /* _DSR_TXN_H */

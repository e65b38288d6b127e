/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The scheduler: choose a backend for a packet that belongs to no known flow, and
 * remember the choice. dsr_sched_pick() changes only whose turn it is, and not even
 * that without @commit; dsr_sched_flow_create() makes all other changes for a new flow.
 */
#ifndef _DSR_SCHED_H
#define _DSR_SCHED_H

#include "drop.h"
#include "flow.h"
#include "lib/parse.h"

struct dsr_backend;
struct dsr_net;
struct dsr_pool;
struct dsr_service;
struct dsr_match_svc;

/**
 * struct dsr_choice - which backend a packet gets
 * @backend: the backend; NULL: none
 * @by: enum nf_dsr_chosen_by
 * @why: reason if there is no backend
 * @flow: the packet's flow, or the entry of its client prefix, if @by names it;
 *	undefined for other values of @by
 * @stale: flow of the packet that has ended, if any
 * @stale_prefix: entry of its client prefix that is no longer valid, if any
 * @pool: the pool from which the scheduler chose; NULL: it was not needed
 */
struct dsr_choice {
	struct dsr_backend *backend;
	u8 by;
	enum dsr_verdict why;
	struct dsr_flow flow;
	struct dsr_flow stale;
	struct dsr_flow stale_prefix;
	struct dsr_pool *pool;
};

/* Initialize an empty choice. Members that mean nothing without a backend are not
 * written: most packets do not need them.
 */
static inline void dsr_choice_init(struct dsr_choice *choice)
{
	choice->backend = NULL;
	choice->flow.backend = NULL;
	choice->stale.backend = NULL;
	choice->stale_prefix.backend = NULL;
	choice->pool = NULL;
}

/* Get the tuple under which the prefix of a client is remembered; each service has entries
 * of its own. Context: any.
 */
void dsr_persist_tuple(struct dsr_tuple *prefix, const struct dsr_service *svc,
		       const struct dsr_policy *policy, const struct dsr_tuple *tuple);

/**
 * dsr_sched_pick() - choose a backend
 * @dn: the network namespace
 * @match_svc: the packet's service
 * @pkt: the packet, DSR_KIND_FLOW or DSR_KIND_ERROR
 * @commit: the choice will be used, so it takes a turn; else nothing changes
 * @choice: result; @choice->stale is set by the caller
 *
 * Context: softirq, under RCU.
 */
void dsr_sched_pick(struct dsr_net *dn, const struct dsr_match_svc *match_svc,
		    const struct dsr_pkt *pkt, bool commit,
		    struct dsr_choice *choice);

/**
 * dsr_sched_flow_create() - remember a choice, if the packet begins a flow
 * @dn: the network namespace
 * @svc: the packet's service
 * @pkt: the packet
 * @hash: hash of its tuple, see dsr_flow_hash()
 * @choice: result of dsr_sched_pick()
 *
 * Context: softirq, in the same RCU section as dsr_sched_pick().
 *
 * Return: the backend to use. It is another one than @choice->backend if another CPU
 * has created the flow before, or if there is no room to remember the choice.
 */
struct dsr_backend *dsr_sched_flow_create(struct dsr_net *dn,
					  const struct dsr_service *svc,
					  const struct dsr_pkt *pkt, u32 hash,
					  const struct dsr_choice *choice);

/* Return what dsr_sched_flow_create() would return, without remembering anything. The
 * same context.
 */
struct dsr_backend *dsr_sched_flow_peek(const struct dsr_net *dn,
					const struct dsr_pkt *pkt, u32 hash,
					const struct dsr_choice *choice);

/* Remove the flow and the prefix entry that have ended, as dsr_sched_flow_create()
 * does. The same context.
 */
void dsr_sched_flow_remove(struct dsr_net *dn, const struct dsr_service *svc,
			   const struct dsr_pkt *pkt, u32 hash,
			   const struct dsr_choice *choice);

#endif /* _DSR_SCHED_H */

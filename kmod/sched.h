/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of no known flow: which backend it gets, and remembering that. The
 * former changes nothing but whose turn it is, and not even that where nobody
 * takes it; whatever else a new flow changes is in the latter.
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
 * @why: without a backend, the reason
 * @flow: what is remembered that @by is about, the packet's flow or the entry of
 *	its client's prefix; nothing with other values of @by
 * @stale: flow of the packet that has ended, if any
 * @stale_prefix: entry of its client's prefix that does not hold any more, likewise
 * @pool: where there was something to choose: among these
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

/* Nothing was chosen. What then says nothing is left as it is: most packets need
 * none of it.
 */
static inline void dsr_choice_init(struct dsr_choice *choice)
{
	choice->backend = NULL;
	choice->flow.backend = NULL;
	choice->stale.backend = NULL;
	choice->stale_prefix.backend = NULL;
	choice->pool = NULL;
}

/**
 * dsr_sched_pick() - choose a backend
 * @dn: the network namespace
 * @match_svc: the packet's service
 * @pkt: the packet, DSR_KIND_FLOW or DSR_KIND_ERROR
 * @commit: somebody takes the turn; else nothing changes
 * @choice: result; @stale is there already
 *
 * Softirq, under RCU.
 */
void dsr_sched_pick(struct dsr_net *dn, const struct dsr_match_svc *match_svc,
		    const struct dsr_pkt *pkt, bool commit,
		    struct dsr_choice *choice);

/**
 * dsr_sched_flow_create() - remember a choice, if the packet begins a flow
 * @dn: the network namespace
 * @svc: the packet's service
 * @pkt: the packet
 * @hash: of its tuple, see dsr_flow_hash()
 * @choice: what dsr_sched_pick() chose
 *
 * Softirq, under RCU, the same section as dsr_sched_pick().
 *
 * Return: the backend that holds: another one if another CPU was quicker, or if
 * there is no room to remember.
 */
struct dsr_backend *dsr_sched_flow_create(struct dsr_net *dn,
					  const struct dsr_service *svc,
					  const struct dsr_pkt *pkt, u32 hash,
					  const struct dsr_choice *choice);

/* What dsr_sched_flow_create() would return, and nothing is remembered. The same
 * context.
 */
struct dsr_backend *dsr_sched_flow_peek(const struct dsr_net *dn,
					const struct dsr_pkt *pkt, u32 hash,
					const struct dsr_choice *choice);

/* Forget what is over, as dsr_sched_flow_create() does. The same context. */
void dsr_sched_flow_remove(struct dsr_net *dn, const struct dsr_service *svc,
			   const struct dsr_pkt *pkt, u32 hash,
			   const struct dsr_choice *choice);

#endif /* _DSR_SCHED_H */

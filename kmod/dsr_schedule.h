/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of no known flow: which backend it gets, and remembering that. The
 * former changes nothing but whose turn it is, and not even that where nobody
 * takes it; whatever else a new flow changes is in the latter.
 */
#ifndef _DSR_SCHEDULE_H
#define _DSR_SCHEDULE_H

#include "dsr_flow.h"
#include "dsr_parse.h"
#include "dsr_verdict.h"

struct dsr_backend;
struct dsr_net;
struct dsr_pool;
struct dsr_service;
struct dsr_view;

/**
 * struct dsr_choice - which backend a packet gets
 * @backend: the backend; NULL: none
 * @by: enum nf_dsr_chosen_by
 * @why: without a backend, the reason
 * @flow: what is remembered that @by is about, the packet's flow or the entry of
 *	its client's prefix; nothing with other values of @by
 * @over: flow of the packet that has ended, if any
 * @over_prefix: entry of its client's prefix that does not hold any more, likewise
 * @pool: where there was something to choose: among these
 */
struct dsr_choice {
	struct dsr_backend *backend;
	u8 by;
	enum dsr_verdict why;
	struct dsr_flow flow;
	struct dsr_flow over;
	struct dsr_flow over_prefix;
	struct dsr_pool *pool;
};

/* Nothing was chosen. What then says nothing is left as it is: most packets need
 * none of it.
 */
static inline void dsr_choice_init(struct dsr_choice *choice)
{
	choice->backend = NULL;
	choice->flow.backend = NULL;
	choice->over.backend = NULL;
	choice->over_prefix.backend = NULL;
	choice->pool = NULL;
}

/**
 * dsr_schedule() - choose a backend
 * @dn: the network namespace
 * @view: the packet's service
 * @pkt: the packet, DSR_KIND_FLOW or DSR_KIND_ERROR
 * @take: somebody takes the turn; else nothing changes
 * @choice: result; @over is there already
 *
 * Softirq, under RCU.
 */
void dsr_schedule(struct dsr_net *dn, const struct dsr_view *view,
		  const struct dsr_pkt *pkt, bool take,
		  struct dsr_choice *choice);

/**
 * dsr_schedule_keep() - remember a choice, if the packet begins a flow
 * @dn: the network namespace
 * @svc: the packet's service
 * @pkt: the packet
 * @hash: of its tuple, see dsr_flow_hash()
 * @choice: what dsr_schedule() chose
 *
 * Softirq, under RCU, the same section as dsr_schedule().
 *
 * Return: the backend that holds: another one if another CPU was quicker, or if
 * there is no room to remember.
 */
struct dsr_backend *dsr_schedule_keep(struct dsr_net *dn,
				      const struct dsr_service *svc,
				      const struct dsr_pkt *pkt, u32 hash,
				      const struct dsr_choice *choice);

/* What dsr_schedule_keep() would return, and nothing is remembered. The same
 * context.
 */
struct dsr_backend *dsr_schedule_foresee(const struct dsr_net *dn,
					 const struct dsr_pkt *pkt, u32 hash,
					 const struct dsr_choice *choice);

/* Forget what is over, as dsr_schedule_keep() does. The same context. */
void dsr_schedule_forget(struct dsr_net *dn, const struct dsr_service *svc,
			 const struct dsr_pkt *pkt, u32 hash,
			 const struct dsr_choice *choice);

#endif /* _DSR_SCHEDULE_H */

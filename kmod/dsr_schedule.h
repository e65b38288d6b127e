/* SPDX-License-Identifier: GPL-2.0 */
/*
 * A packet of no known flow: which backend it gets.
 */
#ifndef _DSR_SCHEDULE_H
#define _DSR_SCHEDULE_H

#include "dsr_parse.h"
#include "dsr_verdict.h"

struct dsr_backend;
struct dsr_net;
struct dsr_view;

/**
 * dsr_schedule() - choose a backend, and remember that if it begins a flow
 * @dn: the network namespace
 * @view: the packet's service
 * @pkt: the packet, DSR_KIND_FLOW or DSR_KIND_ERROR
 * @hash: of its tuple, see dsr_flow_hash()
 * @why: without a backend, the reason
 *
 * Softirq, under RCU. Return: the backend or NULL.
 */
struct dsr_backend *dsr_schedule(struct dsr_net *dn,
				 const struct dsr_view *view,
				 const struct dsr_pkt *pkt, u32 hash,
				 enum dsr_verdict *why);

#endif /* _DSR_SCHEDULE_H */

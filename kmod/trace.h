/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: nf_dsr:dsr_forward for each packet sent to a backend, and
 * nf_dsr:dsr_drop for each dropped packet, with the reason; nf_dsr:dsr_flow_new and
 * nf_dsr:dsr_flow_end for each flow that the table begins or ceases to remember.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_dsr

#if !defined(_DSR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DSR_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "backend.h"
#include "drop.h"
#include "flow.h"

/* The flow of a packet. The last 32 bits of its addresses are numbers, too: filters of events
 * compare numbers only.
 */
#undef DSR_TRACE_FLOW
#define DSR_TRACE_FLOW							\
		__array(u8, src, 16)					\
		__array(u8, dst, 16)					\
		__field(u32, netns)					\
		__field(u32, src_low)					\
		__field(u32, dst_low)					\
		__field(u16, sport)					\
		__field(u16, dport)					\
		__field(u8, proto)

#undef DSR_TRACE_SET_FLOW
#define DSR_TRACE_SET_FLOW(net, tuple)					\
	do {								\
		dsr_trace_addr(__entry->src, (tuple)->family, &(tuple)->src); \
		dsr_trace_addr(__entry->dst, (tuple)->family, &(tuple)->dst); \
		__entry->netns = (net)->ns.inum;			\
		__entry->src_low = dsr_trace_low((tuple)->family, &(tuple)->src); \
		__entry->dst_low = dsr_trace_low((tuple)->family, &(tuple)->dst); \
		__entry->sport = ntohs((tuple)->sport);			\
		__entry->dport = ntohs((tuple)->dport);			\
		__entry->proto = (tuple)->proto;			\
	} while (0)

#undef DSR_TRACE_FORMAT
#define DSR_TRACE_FORMAT "netns=%u proto=%u src=%pI6c sport=%u dst=%pI6c dport=%u"

#undef DSR_TRACE_PRINT
#define DSR_TRACE_PRINT							\
	__entry->netns, __entry->proto, __entry->src, __entry->sport,	\
	__entry->dst, __entry->dport

TRACE_EVENT(dsr_forward,
	TP_PROTO(const struct dsr_tuple *tuple,
		 const struct dsr_backend *backend),
	TP_ARGS(tuple, backend),
	TP_STRUCT__entry(
		DSR_TRACE_FLOW
		__array(u8, backend, 16)
	),
	TP_fast_assign(
		DSR_TRACE_SET_FLOW(backend->svc->dn->net, tuple);
		dsr_trace_addr(__entry->backend, backend->key.family,
			       &backend->key.addr);
	),
	TP_printk(DSR_TRACE_FORMAT " backend=%pI6c", DSR_TRACE_PRINT,
		  __entry->backend)
);

/* This header is included several times, and each inclusion defines these macros
 * anew.
 */
#undef DSR_TRACE_ENUM
#define DSR_TRACE_ENUM(id, name, doc) TRACE_DEFINE_ENUM(DSR_DROP_##id);
DSR_DROPS(DSR_TRACE_ENUM)

#undef DSR_TRACE_NAME
#define DSR_TRACE_NAME(id, name, doc) { DSR_DROP_##id, name },
TRACE_EVENT(dsr_drop,
	TP_PROTO(const struct net *net, const struct sk_buff *skb,
		 enum dsr_verdict verdict),
	TP_ARGS(net, skb, verdict),
	TP_STRUCT__entry(
		DSR_TRACE_FLOW
		__field(const void *, skbaddr)
		__field(int, ifindex)
		__field(u32, len)
		__field(u8, verdict)
	),
	TP_fast_assign(
		struct dsr_tuple tuple;

		dsr_trace_tuple(skb, &tuple);
		DSR_TRACE_SET_FLOW(net, &tuple);
		__entry->skbaddr = skb;
		__entry->ifindex = skb->skb_iif;
		__entry->len = skb->len;
		__entry->verdict = verdict;
	),
	TP_printk(DSR_TRACE_FORMAT " skbaddr=%p ifindex=%d len=%u reason=%s",
		  DSR_TRACE_PRINT, __entry->skbaddr, __entry->ifindex, __entry->len,
		  __print_symbolic(__entry->verdict,
				   DSR_DROPS(DSR_TRACE_NAME)
				   { DSR_SENT, "" }))
);

/* Both events of a flow have the same @sample, so a filter like "sample < 655" selects
 * whole flows, one of a hundred. It has nothing of the hash of the table, which is a
 * secret.
 */
DECLARE_EVENT_CLASS(dsr_flow,
	TP_PROTO(const struct dsr_tuple *tuple, const struct dsr_flow *flow, u32 idle,
		 bool expired),
	TP_ARGS(tuple, flow, idle, expired),
	TP_STRUCT__entry(
		DSR_TRACE_FLOW
		__array(u8, backend, 16)
		__field(u32, idle)
		__field(u16, sample)
		__field(u8, state)
		__field(u8, expired)
	),
	TP_fast_assign(
		const struct dsr_backend *backend = flow->backend;

		DSR_TRACE_SET_FLOW(backend->svc->dn->net, tuple);
		dsr_trace_addr(__entry->backend, backend->key.family,
			       &backend->key.addr);
		__entry->idle = idle;
		__entry->sample = dsr_trace_sample(tuple);
		__entry->state = dsr_state_shown(flow->state);
		__entry->expired = expired;
	),
	TP_printk(DSR_TRACE_FORMAT " backend=%pI6c state=%u idle=%u expired=%u sample=%u",
		  DSR_TRACE_PRINT, __entry->backend, __entry->state, __entry->idle,
		  __entry->expired, __entry->sample)
);

DEFINE_EVENT(dsr_flow, dsr_flow_new,
	TP_PROTO(const struct dsr_tuple *tuple, const struct dsr_flow *flow, u32 idle,
		 bool expired),
	TP_ARGS(tuple, flow, idle, expired)
);

DEFINE_EVENT(dsr_flow, dsr_flow_end,
	TP_PROTO(const struct dsr_tuple *tuple, const struct dsr_flow *flow, u32 idle,
		 bool expired),
	TP_ARGS(tuple, flow, idle, expired)
);

#endif /* _DSR_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Tracepoints: nf_dsr:dsr_forward for each packet sent to a backend, and
 * nf_dsr:dsr_drop for each dropped packet, with the reason.
 */
#undef TRACE_SYSTEM
#define TRACE_SYSTEM nf_dsr

#if !defined(_DSR_TRACE_H) || defined(TRACE_HEADER_MULTI_READ)
#define _DSR_TRACE_H

#include <linux/skbuff.h>
#include <linux/tracepoint.h>

#include "backend.h"
#include "drop.h"

TRACE_EVENT(dsr_forward,
	TP_PROTO(const struct dsr_tuple *tuple,
		 const struct dsr_backend *backend),
	TP_ARGS(tuple, backend),
	TP_STRUCT__entry(
		__array(u8, src, 16)
		__array(u8, dst, 16)
		__array(u8, backend, 16)
		__field(u16, sport)
		__field(u16, dport)
		__field(u8, proto)
	),
	TP_fast_assign(
		dsr_trace_addr(__entry->src, tuple->family, &tuple->src);
		dsr_trace_addr(__entry->dst, tuple->family, &tuple->dst);
		dsr_trace_addr(__entry->backend, backend->key.family,
			       &backend->key.addr);
		__entry->sport = ntohs(tuple->sport);
		__entry->dport = ntohs(tuple->dport);
		__entry->proto = tuple->proto;
	),
	TP_printk("proto=%u src=%pI6c sport=%u dst=%pI6c dport=%u backend=%pI6c",
		  __entry->proto, __entry->src, __entry->sport, __entry->dst,
		  __entry->dport, __entry->backend)
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
	TP_PROTO(const struct sk_buff *skb, enum dsr_verdict verdict),
	TP_ARGS(skb, verdict),
	TP_STRUCT__entry(
		__field(const void *, skbaddr)
		__field(int, ifindex)
		__field(u32, len)
		__field(u8, verdict)
	),
	TP_fast_assign(
		__entry->skbaddr = skb;
		__entry->ifindex = skb->skb_iif;
		__entry->len = skb->len;
		__entry->verdict = verdict;
	),
	TP_printk("skbaddr=%p ifindex=%d len=%u reason=%s", __entry->skbaddr,
		  __entry->ifindex, __entry->len,
		  __print_symbolic(__entry->verdict,
				   DSR_DROPS(DSR_TRACE_NAME)
				   { DSR_SENT, "" }))
);

#endif /* _DSR_TRACE_H */

#undef TRACE_INCLUDE_PATH
#define TRACE_INCLUDE_PATH .
#undef TRACE_INCLUDE_FILE
#define TRACE_INCLUDE_FILE trace
#include <trace/define_trace.h>

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters of backends and of drops. Each CPU writes its own part, and a reader adds
 * up the parts of all CPUs.
 *
 * Under PREEMPT_RT, from Linux 6.18 on, tasks of a CPU that write its part preempt each
 * other. No count is lost: on 64 bits u64_stats_add() is one local64_add(), which is
 * atomic on its CPU on all architectures, and on 32 bits u64_stats_update_begin()
 * disables preemption. So only u64_stats_add() and _inc() may write a counter, and only
 * between u64_stats_update_begin() and _end(), where nothing may sleep.
 */
#ifndef _DSR_STATS_H
#define _DSR_STATS_H

#include <linux/u64_stats_sync.h>

#include "drop.h"

/**
 * struct dsr_counters - sum of a backend's counters, or one CPU's part of it
 * @flows: flows assigned to the backend
 * @gone: those of @flows that have ended
 * @confirmed: flows that were confirmed, see DSR_STATES_CONFIRMED
 * @confirmed_gone: those of @confirmed that have ended
 * @packets: packets forwarded; a GSO packet counts as its segments
 * @bytes: bytes of @packets from the IP header on, as received
 * @icmp_errors: ICMP errors about packets sent to the backend
 * @unreachable: packets lost because the backend was not reachable
 * @closing: flows that the client is closing or has reset, now
 * @prefixes: client prefixes that the backend has by persistence, now
 * @check_packets: packets of checks, which no other counter has; counted as @packets
 * @check_bytes: bytes of @check_packets
 *
 * One CPU may count the beginning of what another CPU counts the end of, so only the sums
 * of @closing and @prefixes mean something, and only their low 32 bits.
 */
struct dsr_counters {
	u64 flows;
	u64 gone;
	u64 confirmed;
	u64 confirmed_gone;
	u64 packets;
	u64 bytes;
	u64 icmp_errors;
	u64 unreachable;
	u64 closing;
	u64 prefixes;
	u64 check_packets;
	u64 check_bytes;
};

/* One CPU's part of a backend's counters. */
struct dsr_backend_stats {
	u64_stats_t flows;
	u64_stats_t gone;
	u64_stats_t confirmed;
	u64_stats_t confirmed_gone;
	u64_stats_t packets;
	u64_stats_t bytes;
	u64_stats_t icmp_errors;
	u64_stats_t unreachable;
	u64_stats_t closing;
	u64_stats_t prefixes;
	u64_stats_t check_packets;
	u64_stats_t check_bytes;
	struct u64_stats_sync syncp;
};

/* One CPU's part of a namespace's drops. */
struct dsr_drops {
	u64_stats_t packets[DSR_NR_DROPS];
	struct u64_stats_sync syncp;
};

/* Update a counter. Context: softirq, bottom halves off. */
void dsr_stats_packet(struct dsr_backend_stats __percpu *stats, u32 packets,
		      u32 bytes);
void dsr_stats_check(struct dsr_backend_stats __percpu *stats, u32 packets, u32 bytes);
void dsr_stats_icmp_error(struct dsr_backend_stats __percpu *stats);
void dsr_stats_unreachable(struct dsr_backend_stats __percpu *stats,
			   u32 packets);
void dsr_stats_drop(struct dsr_drops __percpu *drops, enum dsr_verdict verdict);

/* Update the counters of flows. Context: any. */
void dsr_stats_flow_begins(struct dsr_backend_stats __percpu *stats);
void dsr_stats_flow_confirmed(struct dsr_backend_stats __percpu *stats);
void dsr_stats_flow_ends(struct dsr_backend_stats __percpu *stats,
			 bool confirmed);

/* Count a flow that begins to close, or ends to; and the entry of a client prefix.
 * @change: 1 or -1. Context: any.
 */
void dsr_stats_closing(struct dsr_backend_stats __percpu *stats, int change);
void dsr_stats_prefix(struct dsr_backend_stats __percpu *stats, int change);

/* Add one CPU's part of a backend's counters to @sum. Context: any. */
void dsr_stats_add_cpu(const struct dsr_backend_stats __percpu *stats, int cpu,
		       struct dsr_counters *sum);

/* Add @part to @sum. */
void dsr_stats_add(struct dsr_counters *sum, const struct dsr_counters *part);

/* Add a backend's counters to @sum. Context: any. */
void dsr_stats_sum(const struct dsr_backend_stats __percpu *stats,
		   struct dsr_counters *sum);

/* Return the number of packets dropped for the reason @verdict. */
u64 dsr_stats_drops(const struct dsr_drops __percpu *drops,
		    enum dsr_verdict verdict);

struct dsr_backend_stats __percpu *dsr_stats_alloc(void);
struct dsr_drops __percpu *dsr_drops_alloc(void);

const char *dsr_drop_name(enum dsr_verdict verdict);
const char *dsr_drop_doc(enum dsr_verdict verdict);

#endif /* _DSR_STATS_H */

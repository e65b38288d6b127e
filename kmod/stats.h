/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Counters. Each CPU writes its own; readers add them up.
 */
#ifndef _DSR_STATS_H
#define _DSR_STATS_H

#include <linux/u64_stats_sync.h>

#include "drop.h"

/**
 * struct dsr_counters - sums, or a CPU's part before summing
 * @flows: flows given to a backend
 * @gone: flows of it that have ended
 * @confirmed: flows of it that were confirmed, see DSR_STATES_CONFIRMED
 * @confirmed_gone: those of them that have ended
 * @packets: packets forwarded; segments of GSO packets
 * @bytes: their bytes from the IP header on, as received
 * @icmp_errors: ICMP errors about packets that were sent to it
 * @unreachable: packets lost as no way led to it
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
	struct u64_stats_sync syncp;
};

/* One CPU's part of a namespace's drops. */
struct dsr_drops {
	u64_stats_t packets[DSR_NR_DROPS];
	struct u64_stats_sync syncp;
};

/* Softirq, bottom halves off. */
void dsr_stats_packet(struct dsr_backend_stats __percpu *stats, u32 packets,
		      u32 bytes);
void dsr_stats_icmp_error(struct dsr_backend_stats __percpu *stats);
void dsr_stats_unreachable(struct dsr_backend_stats __percpu *stats,
			   u32 packets);
void dsr_stats_drop(struct dsr_drops __percpu *drops, enum dsr_verdict verdict);

/* Any context. */
void dsr_stats_flow_begins(struct dsr_backend_stats __percpu *stats);
void dsr_stats_flow_confirmed(struct dsr_backend_stats __percpu *stats);
void dsr_stats_flow_ends(struct dsr_backend_stats __percpu *stats,
			 bool confirmed);

/* Add a backend's counters to @sum; any context. */
void dsr_stats_sum(const struct dsr_backend_stats __percpu *stats,
		   struct dsr_counters *sum);

/* Packets dropped for the reason that @verdict is. */
u64 dsr_stats_drops(const struct dsr_drops __percpu *drops,
		    enum dsr_verdict verdict);

struct dsr_backend_stats __percpu *dsr_stats_alloc(void);
struct dsr_drops __percpu *dsr_drops_alloc(void);

const char *dsr_drop_name(enum dsr_verdict verdict);
const char *dsr_drop_doc(enum dsr_verdict verdict);

#endif /* _DSR_STATS_H */

// SPDX-License-Identifier: GPL-2.0
/*
 * Counters, see stats.h.
 */
#include <linux/percpu.h>

#include "mem.h"
#include "stats.h"

static const char *const dsr_drop_names[] = {
#define X(id, name, doc) name,
	DSR_DROPS(X)
#undef X
};

static const char *const dsr_drop_docs[] = {
#define X(id, name, doc) doc,
	DSR_DROPS(X)
#undef X
};

const char *dsr_drop_name(enum dsr_verdict verdict)
{
	return dsr_drop_names[verdict - DSR_DROP_FIRST];
}

const char *dsr_drop_doc(enum dsr_verdict verdict)
{
	return dsr_drop_docs[verdict - DSR_DROP_FIRST];
}

void dsr_stats_packet(struct dsr_backend_stats __percpu *stats, u32 packets,
		      u32 bytes)
{
	struct dsr_backend_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_add(&s->packets, packets);
	u64_stats_add(&s->bytes, bytes);
	u64_stats_update_end(&s->syncp);
}

void dsr_stats_check(struct dsr_backend_stats __percpu *stats, u32 packets, u32 bytes)
{
	struct dsr_backend_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_add(&s->check_packets, packets);
	u64_stats_add(&s->check_bytes, bytes);
	u64_stats_update_end(&s->syncp);
}

void dsr_stats_icmp_error(struct dsr_backend_stats __percpu *stats)
{
	struct dsr_backend_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_inc(&s->icmp_errors);
	u64_stats_update_end(&s->syncp);
}

void dsr_stats_unreachable(struct dsr_backend_stats __percpu *stats,
			   u32 packets)
{
	struct dsr_backend_stats *s = this_cpu_ptr(stats);

	u64_stats_update_begin(&s->syncp);
	u64_stats_add(&s->unreachable, packets);
	u64_stats_update_end(&s->syncp);
}

void dsr_stats_drop(struct dsr_drops __percpu *drops, enum dsr_verdict verdict)
{
	struct dsr_drops *d = this_cpu_ptr(drops);

	u64_stats_update_begin(&d->syncp);
	u64_stats_inc(&d->packets[verdict - DSR_DROP_FIRST]);
	u64_stats_update_end(&d->syncp);
}

/* Update the counters of flows. Flows also end in process context, where softirq may
 * interrupt the update, so bottom halves are disabled.
 */
static void dsr_stats_flow(struct dsr_backend_stats __percpu *stats,
			   int begun, int confirmed, int gone)
{
	struct dsr_backend_stats *s;

	local_bh_disable();
	s = this_cpu_ptr(stats);
	u64_stats_update_begin(&s->syncp);
	u64_stats_add(&s->flows, begun);
	u64_stats_add(&s->gone, gone);
	u64_stats_add(gone ? &s->confirmed_gone : &s->confirmed, confirmed);
	u64_stats_update_end(&s->syncp);
	local_bh_enable();
}

void dsr_stats_flow_begins(struct dsr_backend_stats __percpu *stats)
{
	dsr_stats_flow(stats, 1, 0, 0);
}

void dsr_stats_flow_confirmed(struct dsr_backend_stats __percpu *stats)
{
	dsr_stats_flow(stats, 0, 1, 0);
}

void dsr_stats_flow_ends(struct dsr_backend_stats __percpu *stats,
			 bool confirmed)
{
	dsr_stats_flow(stats, 0, confirmed, 1);
}

static void dsr_stats_change(struct dsr_backend_stats __percpu *stats, int closing,
			     int prefixes)
{
	struct dsr_backend_stats *s;

	local_bh_disable();
	s = this_cpu_ptr(stats);
	u64_stats_update_begin(&s->syncp);
	u64_stats_add(&s->closing, closing);
	u64_stats_add(&s->prefixes, prefixes);
	u64_stats_update_end(&s->syncp);
	local_bh_enable();
}

void dsr_stats_closing(struct dsr_backend_stats __percpu *stats, int change)
{
	dsr_stats_change(stats, change, 0);
}

void dsr_stats_prefix(struct dsr_backend_stats __percpu *stats, int change)
{
	dsr_stats_change(stats, 0, change);
}

void dsr_stats_add(struct dsr_counters *sum, const struct dsr_counters *part)
{
	sum->flows += part->flows;
	sum->gone += part->gone;
	sum->confirmed += part->confirmed;
	sum->confirmed_gone += part->confirmed_gone;
	sum->packets += part->packets;
	sum->bytes += part->bytes;
	sum->icmp_errors += part->icmp_errors;
	sum->unreachable += part->unreachable;
	sum->closing += part->closing;
	sum->prefixes += part->prefixes;
	sum->check_packets += part->check_packets;
	sum->check_bytes += part->check_bytes;
}

void dsr_stats_add_cpu(const struct dsr_backend_stats __percpu *stats, int cpu,
		       struct dsr_counters *sum)
{
	const struct dsr_backend_stats *s = per_cpu_ptr(stats, cpu);
	struct dsr_counters part;
	unsigned int start;

	do {
		start = u64_stats_fetch_begin(&s->syncp);
		part.flows = u64_stats_read(&s->flows);
		part.gone = u64_stats_read(&s->gone);
		part.confirmed = u64_stats_read(&s->confirmed);
		part.confirmed_gone = u64_stats_read(&s->confirmed_gone);
		part.packets = u64_stats_read(&s->packets);
		part.bytes = u64_stats_read(&s->bytes);
		part.icmp_errors = u64_stats_read(&s->icmp_errors);
		part.unreachable = u64_stats_read(&s->unreachable);
		part.closing = u64_stats_read(&s->closing);
		part.prefixes = u64_stats_read(&s->prefixes);
		part.check_packets = u64_stats_read(&s->check_packets);
		part.check_bytes = u64_stats_read(&s->check_bytes);
	} while (u64_stats_fetch_retry(&s->syncp, start));
	dsr_stats_add(sum, &part);
}

void dsr_stats_sum(const struct dsr_backend_stats __percpu *stats,
		   struct dsr_counters *sum)
{
	int cpu;

	for_each_possible_cpu(cpu)
		dsr_stats_add_cpu(stats, cpu, sum);
}

u64 dsr_stats_drops(const struct dsr_drops __percpu *drops,
		    enum dsr_verdict verdict)
{
	const struct dsr_drops *d;
	unsigned int start;
	u64 sum = 0, part;
	int cpu;

	for_each_possible_cpu(cpu) {
		d = per_cpu_ptr(drops, cpu);
		do {
			start = u64_stats_fetch_begin(&d->syncp);
			part = u64_stats_read(&d->packets[verdict - DSR_DROP_FIRST]);
		} while (u64_stats_fetch_retry(&d->syncp, start));
		sum += part;
	}
	return sum;
}

struct dsr_backend_stats __percpu *dsr_stats_alloc(void)
{
	struct dsr_backend_stats __percpu *stats;
	int cpu;

	stats = alloc_percpu_gfp(struct dsr_backend_stats, DSR_GFP_PERCPU);
	if (!stats)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(stats, cpu)->syncp);
	return stats;
}

struct dsr_drops __percpu *dsr_drops_alloc(void)
{
	struct dsr_drops __percpu *drops;
	int cpu;

	drops = alloc_percpu_gfp(struct dsr_drops, DSR_GFP_PERCPU);
	if (!drops)
		return NULL;
	for_each_possible_cpu(cpu)
		u64_stats_init(&per_cpu_ptr(drops, cpu)->syncp);
	return drops;
}

// SPDX-License-Identifier: GPL-2.0
/*
 * The estimator, see ipvs.h. Every 2 seconds it takes a round over all backends of the
 * namespace: it updates the rates of those that have some, and adds up what each CPU has
 * counted. So /proc/net shows totals without a walk, as of the latest round; IPVS does the
 * same.
 *
 * A round costs what a reading of all counters costs, in a worker, off the way of packets.
 * It holds dsr_net.lock for a limited number of backends at a time, so that requests need
 * not wait, whatever the number of backends and of readers.
 *
 * Rounds begin when a program of IPVS adds or asks for a backend, or a user for the totals,
 * and end when the namespace has no backends.
 */
#include <linux/sched.h>
#include <linux/slab.h>
#include <linux/wait.h>

#include "ipvs.h"

/* Number of backends that a round visits while it holds dsr_net.lock. */
#define DSR_IPVS_STEP		256

static void dsr_ipvs_counts_add(struct dsr_ipvs_counts *counts,
				const struct dsr_ipvs_counts *more)
{
	counts->conns += more->conns;
	counts->packets += more->packets;
	counts->bytes += more->bytes;
}

/* Raise counters to those of a newer sum. A sum may be less than the previous one: backends
 * are not in it that are unlinked between the beginning of the round and their turn, and
 * when the operator changes one-packet, conns counts something else.
 */
static void dsr_ipvs_counts_raise(struct dsr_ipvs_counts *counts,
				  const struct dsr_ipvs_counts *sum)
{
	counts->conns = max(counts->conns, sum->conns);
	counts->packets = max(counts->packets, sum->packets);
	counts->bytes = max(counts->bytes, sum->bytes);
}

/* Begin a round. It counts unlinked backends first, so it counts none twice. Context: under
 * dsr_net.lock, as for all functions of a round.
 */
static void dsr_ipvs_round_begin(struct dsr_ipvs_net *ipvs)
{
	const struct dsr_gone *gone;
	int cpu;

	for_each_possible_cpu(cpu) {
		gone = &ipvs->dn->gone[cpu];
		ipvs->sums[cpu] = (struct dsr_ipvs_counts) {
			.conns		= gone->choices,
			.packets	= gone->packets,
			.bytes		= gone->bytes,
		};
	}
	dsr_backend_walk_begin(ipvs->dn);
}

static void dsr_ipvs_round_visit(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend)
{
	struct dsr_ipvs_counts counts, all = {};
	int cpu;

	for_each_possible_cpu(cpu) {
		struct dsr_counters part = {};

		dsr_stats_add_cpu(backend->stats, cpu, &part);
		dsr_ipvs_counts_of(backend->svc, &part, &counts);
		dsr_ipvs_counts_add(&ipvs->sums[cpu], &counts);
		dsr_ipvs_counts_add(&all, &counts);
	}
	dsr_ipvs_backend_turn(backend, &all);
}

static void dsr_ipvs_round_end(struct dsr_ipvs_net *ipvs)
{
	struct dsr_ipvs_totals *totals = &ipvs->totals;
	int cpu;

	spin_lock(&totals->lock);
	totals->counts = (struct dsr_ipvs_counts) {};
	for_each_possible_cpu(cpu) {
		dsr_ipvs_counts_raise(&totals->by_cpu[cpu], &ipvs->sums[cpu]);
		dsr_ipvs_counts_add(&totals->counts, &totals->by_cpu[cpu]);
	}
	if (totals->rounds)
		dsr_ipvs_rates_turn(&totals->rates, &totals->counts);
	else
		dsr_ipvs_rates_reset(&totals->rates, &totals->counts);
	totals->rounds++;
	totals->going = !list_empty(&ipvs->dn->all);
	spin_unlock(&totals->lock);
	wake_up_all(&ipvs->rounds);
}

/* Visit some backends. Return true if the round goes on. */
static bool dsr_ipvs_round_step(struct dsr_ipvs_net *ipvs)
{
	struct dsr_backend *backend;
	int n;

	for (n = 0; n < DSR_IPVS_STEP; n++) {
		backend = dsr_backend_walk_next(ipvs->dn);
		if (!backend) {
			dsr_ipvs_round_end(ipvs);
			return false;
		}
		dsr_ipvs_round_visit(ipvs, backend);
	}
	return true;
}

static void dsr_ipvs_estimate(struct work_struct *work)
{
	struct dsr_ipvs_net *ipvs = container_of(to_delayed_work(work),
						 struct dsr_ipvs_net, estimator);
	struct dsr_net *dn = ipvs->dn;
	bool more;

	mutex_lock(&dn->lock);
	dsr_ipvs_round_begin(ipvs);
	mutex_unlock(&dn->lock);
	do {
		mutex_lock(&dn->lock);
		more = dsr_ipvs_round_step(ipvs);
		if (!more && !list_empty(&dn->all))
			dsr_ipvs_estimator_start(ipvs);
		mutex_unlock(&dn->lock);
		cond_resched();
	} while (more);
}

/* Return true if a round has ended since there were @rounds, or if rounds are going on. */
static bool dsr_ipvs_totals_known(struct dsr_ipvs_totals *totals, u32 rounds)
{
	bool known;

	spin_lock(&totals->lock);
	known = totals->going || totals->rounds != rounds;
	spin_unlock(&totals->lock);
	return known;
}

int dsr_ipvs_totals_wait(struct dsr_ipvs_net *ipvs)
{
	struct dsr_ipvs_totals *totals = &ipvs->totals;
	u32 rounds = READ_ONCE(totals->rounds);

	if (dsr_ipvs_totals_known(totals, rounds))
		return 0;
	mod_delayed_work(system_dfl_wq, &ipvs->estimator, 0);
	return wait_event_killable(ipvs->rounds, dsr_ipvs_totals_known(totals, rounds)) ?
	       -EINTR : 0;
}

void dsr_ipvs_totals_stats(struct dsr_ipvs_totals *totals, struct dsr_ipvs_stats *stats)
{
	lockdep_assert_held(&totals->lock);
	stats->counts = totals->counts;
	dsr_ipvs_counts_since(&stats->counts, &totals->zero);
	stats->rates = (struct dsr_ipvs_counts) {};
	dsr_ipvs_rates_add(&totals->rates, &stats->rates);
}

/* Reset the totals, after a round. A round of the worker that is under way ends with it. */
static void dsr_ipvs_totals_zero(struct dsr_ipvs_net *ipvs)
{
	struct dsr_ipvs_totals *totals = &ipvs->totals;

	dsr_ipvs_round_begin(ipvs);
	while (dsr_ipvs_round_step(ipvs))
		cond_resched();
	spin_lock(&totals->lock);
	totals->zero = totals->counts;
	dsr_ipvs_rates_reset(&totals->rates, &totals->counts);
	spin_unlock(&totals->lock);
}

int dsr_ipvs_total_zero(struct dsr_ipvs_net *ipvs)
{
	struct dsr_service *svc;
	int err;

	list_for_each_entry(svc, &ipvs->dn->services, list) {
		err = dsr_net_killed(ipvs->dn) ? -EINTR : dsr_ipvs_svc_zero(ipvs, svc);
		if (err)
			return err;
	}
	dsr_ipvs_totals_zero(ipvs);
	return 0;
}

int dsr_ipvs_estimator_init(struct dsr_ipvs_net *ipvs)
{
	INIT_DELAYED_WORK(&ipvs->estimator, dsr_ipvs_estimate);
	init_waitqueue_head(&ipvs->rounds);
	spin_lock_init(&ipvs->totals.lock);
	ipvs->sums = kvcalloc(nr_cpu_ids, sizeof(*ipvs->sums), GFP_KERNEL_ACCOUNT);
	ipvs->totals.by_cpu = kvcalloc(nr_cpu_ids, sizeof(*ipvs->totals.by_cpu),
				       GFP_KERNEL_ACCOUNT);
	if (ipvs->sums && ipvs->totals.by_cpu)
		return 0;
	kvfree(ipvs->totals.by_cpu);
	kvfree(ipvs->sums);
	return -ENOMEM;
}

/* Nothing starts the estimator any more, but the estimator itself. */
void dsr_ipvs_estimator_exit(struct dsr_ipvs_net *ipvs)
{
	cancel_delayed_work_sync(&ipvs->estimator);
	kvfree(ipvs->totals.by_cpu);
	kvfree(ipvs->sums);
}

// SPDX-License-Identifier: GPL-2.0
/*
 * What is attached to services and backends, see ipvs.h: words, counters, and the
 * estimator of rates.
 *
 * Rates are estimated only for backends that a program of IPVS has made or asked about. It
 * costs what a reading of their counters costs, every 2 seconds, off the way of packets. A
 * worker does it for a limited number of backends at a time, so that requests need not
 * wait. The rates of a service are the sum of its backends' rates.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "../mem.h"
#include "../pool.h"
#include "ipvs.h"

#define DSR_IPVS_TURN		(2 * HZ)
/* Number of estimates while dsr_net.lock is held. */
#define DSR_IPVS_ESTIMATES	256

static struct dsr_ipvs_svc *dsr_ipvs_svc_of(const struct dsr_service *svc)
{
	struct dsr_attached *attached = svc->attached;

	lockdep_assert_held(&svc->dn->lock);
	return attached ? container_of(attached, struct dsr_ipvs_svc, attached) : NULL;
}

static struct dsr_ipvs_backend *
dsr_ipvs_backend_of(const struct dsr_backend *backend)
{
	struct dsr_attached *attached = backend->attached;

	lockdep_assert_held(&backend->svc->dn->lock);
	return attached ? container_of(attached, struct dsr_ipvs_backend, attached) : NULL;
}

static void dsr_ipvs_svc_detach(struct dsr_attached *attached)
{
	kfree(container_of(attached, struct dsr_ipvs_svc, attached));
}

static void dsr_ipvs_backend_detach(struct dsr_attached *attached)
{
	struct dsr_ipvs_backend *e =
		container_of(attached, struct dsr_ipvs_backend, attached);

	list_del(&e->list);
	kfree(e);
}

struct dsr_ipvs_svc *dsr_ipvs_svc_alloc(void)
{
	struct dsr_ipvs_svc *e = kzalloc(sizeof(*e), DSR_GFP);

	if (e)
		e->attached.detach = dsr_ipvs_svc_detach;
	return e;
}

struct dsr_ipvs_backend *dsr_ipvs_backend_alloc(void)
{
	struct dsr_ipvs_backend *e = kzalloc(sizeof(*e), DSR_GFP);

	if (e)
		e->attached.detach = dsr_ipvs_backend_detach;
	return e;
}

/* Packets that are scheduled one by one make no flow here, and a connection each in IPVS. */
static u64 dsr_ipvs_nr_conns(const struct dsr_service *svc, const struct dsr_counters *sum)
{
	return svc->key.proto == IPPROTO_UDP && svc->conf.policy.one_packet ?
	       sum->packets : sum->flows;
}

static void dsr_ipvs_counts_of(const struct dsr_service *svc,
			       const struct dsr_counters *sum,
			       struct dsr_ipvs_counts *counts)
{
	counts->conns = dsr_ipvs_nr_conns(svc, sum);
	counts->packets = sum->packets;
	counts->bytes = sum->bytes;
}

static void dsr_ipvs_counts_add(struct dsr_ipvs_counts *counts,
				const struct dsr_ipvs_counts *more)
{
	counts->conns += more->conns;
	counts->packets += more->packets;
	counts->bytes += more->bytes;
}

static void dsr_ipvs_counts_since(struct dsr_ipvs_counts *counts,
				  const struct dsr_ipvs_counts *zero)
{
	counts->conns -= zero->conns;
	counts->packets -= zero->packets;
	counts->bytes -= zero->bytes;
}

static void dsr_ipvs_backend_counts(const struct dsr_backend *backend,
				    struct dsr_ipvs_counts *counts)
{
	struct dsr_counters sum = {};

	dsr_stats_sum(backend->stats, &sum);
	dsr_ipvs_counts_of(backend->svc, &sum, counts);
}

static void dsr_ipvs_rates_reset(struct dsr_ipvs_backend *e,
				 const struct dsr_ipvs_counts *now)
{
	e->turn = jiffies;
	e->conns = (struct dsr_ipvs_rate) { .last = now->conns };
	e->packets = (struct dsr_ipvs_rate) { .last = now->packets };
	e->bytes = (struct dsr_ipvs_rate) { .last = now->bytes };
}

/* Attach @e, and begin to estimate. */
static void dsr_ipvs_backend_attach(struct dsr_ipvs_net *ipvs,
				    struct dsr_backend *backend,
				    struct dsr_ipvs_backend *e)
{
	struct dsr_ipvs_counts now;

	e->backend = backend;
	e->round = ipvs->round;
	backend->attached = &e->attached;
	dsr_ipvs_backend_counts(backend, &now);
	dsr_ipvs_rates_reset(e, &now);
	list_add_tail(&e->list, &ipvs->estimated);
	queue_delayed_work(system_dfl_wq, &ipvs->estimator, DSR_IPVS_TURN);
}

static struct dsr_ipvs_backend *
dsr_ipvs_backend_get(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend)
{
	struct dsr_ipvs_backend *e = dsr_ipvs_backend_of(backend);

	if (e)
		return e;
	e = dsr_ipvs_backend_alloc();
	if (e)
		dsr_ipvs_backend_attach(ipvs, backend, e);
	return e;
}

void dsr_ipvs_svc_remember(struct dsr_service *svc, struct dsr_ipvs_svc *fresh,
			   const struct dsr_ipvs_service *words)
{
	struct dsr_ipvs_svc *e = dsr_ipvs_svc_of(svc);

	if (e) {
		kfree(fresh);
	} else {
		e = fresh;
		svc->attached = &e->attached;
	}
	e->has_words = true;
	e->words = *words;
}

void dsr_ipvs_backend_remember(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend,
			       struct dsr_ipvs_backend *fresh,
			       const struct dsr_ipvs_dest *words)
{
	struct dsr_ipvs_backend *e = dsr_ipvs_backend_of(backend);

	if (e) {
		kfree(fresh);
	} else {
		e = fresh;
		dsr_ipvs_backend_attach(ipvs, backend, e);
	}
	e->has_words = true;
	e->words = *words;
}

bool dsr_ipvs_svc_has_words(const struct dsr_service *svc)
{
	const struct dsr_ipvs_svc *e = dsr_ipvs_svc_of(svc);

	return e && e->has_words;
}

void dsr_ipvs_svc_words(const struct dsr_service *svc, struct dsr_ipvs_service *words)
{
	const struct dsr_ipvs_svc *e = dsr_ipvs_svc_of(svc);
	const struct dsr_service_conf *conf = &svc->conf;

	if (e && e->has_words &&
	    dsr_ipvs_service_holds(&e->words, &svc->key, conf->sched->name,
				   &conf->policy))
		*words = e->words;
	else
		dsr_ipvs_service_write(&svc->key, conf->sched->name, &conf->policy,
				       words);
}

void dsr_ipvs_backend_words(const struct dsr_backend *backend,
			    struct dsr_ipvs_dest *words)
{
	const struct dsr_ipvs_backend *e = dsr_ipvs_backend_of(backend);
	const struct dsr_backend_conf *conf = &backend->conf;
	const struct dsr_service *svc = backend->svc;

	if (e && e->has_words &&
	    dsr_ipvs_dest_holds(&e->words, &svc->key, &svc->conf.fwd, &backend->key, conf))
		*words = e->words;
	else
		dsr_ipvs_dest_write(&svc->key, &svc->conf.fwd, &backend->key, conf, words);
	/* An operator, or a health check, has taken it out of service. */
	if (!dsr_backend_eligible(backend))
		words->weight = 0;
}

static void dsr_ipvs_add_rates(const struct dsr_backend *backend,
			       struct dsr_ipvs_counts *rates)
{
	const struct dsr_ipvs_backend *e = dsr_ipvs_backend_of(backend);

	if (!e)
		return;
	rates->conns += dsr_ipvs_rate_read(&e->conns, DSR_IPVS_RATE_COUNT);
	rates->packets += dsr_ipvs_rate_read(&e->packets, DSR_IPVS_RATE_COUNT);
	rates->bytes += dsr_ipvs_rate_read(&e->bytes, DSR_IPVS_RATE_BYTES);
}

void dsr_ipvs_backend_stats(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend,
			    struct dsr_ipvs_stats *stats)
{
	const struct dsr_ipvs_backend *e = dsr_ipvs_backend_get(ipvs, backend);

	memset(stats, 0, sizeof(*stats));
	dsr_ipvs_backend_counts(backend, &stats->counts);
	if (e)
		dsr_ipvs_counts_since(&stats->counts, &e->zero);
	dsr_ipvs_add_rates(backend, &stats->rates);
}

void dsr_ipvs_svc_stats(struct dsr_ipvs_net *ipvs, struct dsr_service *svc,
			struct dsr_ipvs_stats *stats)
{
	const struct dsr_ipvs_svc *e = dsr_ipvs_svc_of(svc);
	struct dsr_backend *backend;
	struct dsr_counters sum;

	memset(stats, 0, sizeof(*stats));
	dsr_service_sum(svc, &sum);
	dsr_ipvs_counts_of(svc, &sum, &stats->counts);
	if (e)
		dsr_ipvs_counts_since(&stats->counts, &e->zero);
	list_for_each_entry(backend, &svc->backends, list) {
		dsr_ipvs_backend_get(ipvs, backend);
		dsr_ipvs_add_rates(backend, &stats->rates);
		cond_resched();
	}
}

void dsr_ipvs_backend_conns(const struct dsr_backend *backend,
			    struct dsr_ipvs_conns *conns)
{
	struct dsr_counters sum = {};
	u32 all;

	dsr_stats_sum(backend->stats, &sum);
	all = sum.flows - min(sum.flows, sum.gone);
	conns->inactive = backend->svc->key.proto == IPPROTO_UDP ? all :
			  min(all, (u32)sum.closing);
	conns->active = all - conns->inactive;
	conns->persistent = sum.prefixes;
}

/* Get the counters of deleted services, whose protocol is no longer known. */
static void dsr_ipvs_gone_counts(const struct dsr_ipvs_net *ipvs,
				 struct dsr_ipvs_counts *counts)
{
	const struct dsr_counters *gone = &ipvs->dn->gone;

	*counts = (struct dsr_ipvs_counts) {
		.conns		= gone->flows,
		.packets	= gone->packets,
		.bytes		= gone->bytes,
	};
}

static void dsr_ipvs_total_counts(struct dsr_ipvs_net *ipvs,
				  struct dsr_ipvs_counts *counts)
{
	struct dsr_ipvs_counts own;
	struct dsr_service *svc;
	struct dsr_counters sum;

	dsr_ipvs_gone_counts(ipvs, counts);
	list_for_each_entry(svc, &ipvs->dn->services, list) {
		dsr_service_sum(svc, &sum);
		dsr_ipvs_counts_of(svc, &sum, &own);
		dsr_ipvs_counts_add(counts, &own);
	}
}

void dsr_ipvs_total_stats(struct dsr_ipvs_net *ipvs, struct dsr_ipvs_stats *stats)
{
	const struct dsr_ipvs_backend *e;

	memset(stats, 0, sizeof(*stats));
	dsr_ipvs_total_counts(ipvs, &stats->counts);
	dsr_ipvs_counts_since(&stats->counts, &ipvs->zero);
	list_for_each_entry(e, &ipvs->estimated, list) {
		dsr_ipvs_add_rates(e->backend, &stats->rates);
		cond_resched();
	}
}

static void dsr_ipvs_svc_sum_cpu(const struct dsr_service *svc, int cpu,
				 struct dsr_counters *sum)
{
	const struct dsr_backend *backend;

	list_for_each_entry(backend, &svc->backends, list) {
		dsr_stats_add_cpu(backend->stats, cpu, sum);
		cond_resched();
	}
	list_for_each_entry(backend, &svc->deleted, list) {
		dsr_stats_add_cpu(backend->stats, cpu, sum);
		cond_resched();
	}
}

void dsr_ipvs_total_cpu(struct dsr_ipvs_net *ipvs, int cpu,
			struct dsr_ipvs_counts *counts)
{
	bool is_first = cpu == cpumask_first(cpu_possible_mask);
	struct dsr_ipvs_counts own;
	struct dsr_service *svc;
	struct dsr_counters sum;

	memset(counts, 0, sizeof(*counts));
	if (is_first)
		dsr_ipvs_gone_counts(ipvs, counts);
	list_for_each_entry(svc, &ipvs->dn->services, list) {
		sum = is_first ? svc->gone : (struct dsr_counters) {};
		dsr_ipvs_svc_sum_cpu(svc, cpu, &sum);
		dsr_ipvs_counts_of(svc, &sum, &own);
		dsr_ipvs_counts_add(counts, &own);
		cond_resched();
	}
}

static int dsr_ipvs_backend_zero(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend)
{
	struct dsr_ipvs_backend *e = dsr_ipvs_backend_get(ipvs, backend);

	if (!e)
		return -ENOMEM;
	dsr_ipvs_backend_counts(backend, &e->zero);
	dsr_ipvs_rates_reset(e, &e->zero);
	return 0;
}

static int dsr_ipvs_svc_zero_own(struct dsr_service *svc)
{
	struct dsr_ipvs_svc *e = dsr_ipvs_svc_of(svc);
	struct dsr_counters sum;

	if (!e) {
		e = dsr_ipvs_svc_alloc();
		if (!e)
			return -ENOMEM;
		svc->attached = &e->attached;
	}
	dsr_service_sum(svc, &sum);
	dsr_ipvs_counts_of(svc, &sum, &e->zero);
	return 0;
}

int dsr_ipvs_svc_zero(struct dsr_ipvs_net *ipvs, struct dsr_service *svc)
{
	struct dsr_backend *backend;
	int err;

	list_for_each_entry(backend, &svc->backends, list) {
		err = dsr_ipvs_backend_zero(ipvs, backend);
		if (err)
			return err;
		cond_resched();
	}
	return dsr_ipvs_svc_zero_own(svc);
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
	dsr_ipvs_total_counts(ipvs, &ipvs->zero);
	return 0;
}

/*
 * The estimator.
 */

/* Update one estimate. A turn that comes too early, after a reset, is left out. */
static void dsr_ipvs_estimate_one(struct dsr_ipvs_backend *e)
{
	u32 ms = jiffies_to_msecs(jiffies - e->turn);
	struct dsr_ipvs_counts now;

	if (ms < MSEC_PER_SEC)
		return;
	dsr_ipvs_backend_counts(e->backend, &now);
	dsr_ipvs_rate_turn(&e->conns, now.conns, ms, DSR_IPVS_RATE_COUNT);
	dsr_ipvs_rate_turn(&e->packets, now.packets, ms, DSR_IPVS_RATE_COUNT);
	dsr_ipvs_rate_turn(&e->bytes, now.bytes, ms, DSR_IPVS_RATE_BYTES);
	e->turn = jiffies;
}

/* Update some estimates, of those that wait the longest. Return true if there are more
 * that had no turn in this round. Context: process, under dsr_net.lock.
 */
static bool dsr_ipvs_estimate_some(struct dsr_ipvs_net *ipvs)
{
	struct dsr_ipvs_backend *e;
	int n;

	for (n = 0; n < DSR_IPVS_ESTIMATES; n++) {
		e = list_first_entry_or_null(&ipvs->estimated, struct dsr_ipvs_backend,
					     list);
		if (!e || e->round == ipvs->round)
			return false;
		dsr_ipvs_estimate_one(e);
		e->round = ipvs->round;
		list_move_tail(&e->list, &ipvs->estimated);
	}
	return true;
}

static void dsr_ipvs_estimate(struct work_struct *work)
{
	struct dsr_ipvs_net *ipvs = container_of(to_delayed_work(work),
						 struct dsr_ipvs_net, estimator);
	bool more;

	ipvs->round++;
	do {
		mutex_lock(&ipvs->dn->lock);
		more = dsr_ipvs_estimate_some(ipvs);
		if (!more && !list_empty(&ipvs->estimated))
			queue_delayed_work(system_dfl_wq, &ipvs->estimator,
					   DSR_IPVS_TURN);
		mutex_unlock(&ipvs->dn->lock);
		cond_resched();
	} while (more);
}

void dsr_ipvs_attach_init(struct dsr_ipvs_net *ipvs)
{
	INIT_LIST_HEAD(&ipvs->estimated);
	INIT_DELAYED_WORK(&ipvs->estimator, dsr_ipvs_estimate);
}

void dsr_ipvs_attach_exit(struct dsr_ipvs_net *ipvs)
{
	struct dsr_ipvs_backend *e, *next;
	struct dsr_service *svc;

	mutex_lock(&ipvs->dn->lock);
	list_for_each_entry(svc, &ipvs->dn->services, list) {
		dsr_detach(&svc->attached);
		cond_resched();
	}
	list_for_each_entry_safe(e, next, &ipvs->estimated, list) {
		dsr_detach(&e->backend->attached);
		cond_resched();
	}
	mutex_unlock(&ipvs->dn->lock);
	/* The list is empty, so a turn that is under way queues no further one. */
	cancel_delayed_work_sync(&ipvs->estimator);
}

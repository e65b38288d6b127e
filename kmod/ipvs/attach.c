// SPDX-License-Identifier: GPL-2.0
/*
 * What is attached to services and backends, see ipvs.h: words, counters at the last reset,
 * and rates. The rates of a service are the sum of its backends' rates.
 */
#include <linux/sched.h>
#include <linux/slab.h>

#include "../mem.h"
#include "../pool.h"
#include "ipvs.h"

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
	kfree(container_of(attached, struct dsr_ipvs_backend, attached));
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

void dsr_ipvs_counts_of(const struct dsr_service *svc, const struct dsr_counters *sum,
			struct dsr_ipvs_counts *counts)
{
	counts->conns = dsr_service_choices(svc, sum);
	counts->packets = sum->packets;
	counts->bytes = sum->bytes;
}

void dsr_ipvs_counts_since(struct dsr_ipvs_counts *counts,
			   const struct dsr_ipvs_counts *zero)
{
	/* When the operator changes one-packet, conns counts something else. */
	counts->conns -= min(counts->conns, zero->conns);
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

void dsr_ipvs_rates_reset(struct dsr_ipvs_rates *rates, const struct dsr_ipvs_counts *now)
{
	rates->turn = jiffies;
	rates->conns = (struct dsr_ipvs_rate) { .last = now->conns };
	rates->packets = (struct dsr_ipvs_rate) { .last = now->packets };
	rates->bytes = (struct dsr_ipvs_rate) { .last = now->bytes };
}

void dsr_ipvs_rates_turn(struct dsr_ipvs_rates *rates, const struct dsr_ipvs_counts *now)
{
	u32 ms = jiffies_to_msecs(jiffies - rates->turn);

	if (ms < MSEC_PER_SEC)
		return;
	dsr_ipvs_rate_turn(&rates->conns, now->conns, ms, DSR_IPVS_RATE_COUNT);
	dsr_ipvs_rate_turn(&rates->packets, now->packets, ms, DSR_IPVS_RATE_COUNT);
	dsr_ipvs_rate_turn(&rates->bytes, now->bytes, ms, DSR_IPVS_RATE_BYTES);
	rates->turn = jiffies;
}

void dsr_ipvs_rates_add(const struct dsr_ipvs_rates *rates, struct dsr_ipvs_counts *sum)
{
	sum->conns += dsr_ipvs_rate_read(&rates->conns, DSR_IPVS_RATE_COUNT);
	sum->packets += dsr_ipvs_rate_read(&rates->packets, DSR_IPVS_RATE_COUNT);
	sum->bytes += dsr_ipvs_rate_read(&rates->bytes, DSR_IPVS_RATE_BYTES);
}

/* Attach @e, and begin to estimate. */
static void dsr_ipvs_backend_attach(struct dsr_ipvs_net *ipvs,
				    struct dsr_backend *backend,
				    struct dsr_ipvs_backend *e)
{
	struct dsr_ipvs_counts now;

	backend->attached = &e->attached;
	dsr_ipvs_backend_counts(backend, &now);
	dsr_ipvs_rates_reset(&e->rates, &now);
	dsr_ipvs_estimator_start(ipvs);
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

	if (e)
		dsr_ipvs_rates_add(&e->rates, rates);
}

void dsr_ipvs_backend_turn(struct dsr_backend *backend, const struct dsr_ipvs_counts *now)
{
	struct dsr_ipvs_backend *e = dsr_ipvs_backend_of(backend);

	if (e)
		dsr_ipvs_rates_turn(&e->rates, now);
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

static int dsr_ipvs_backend_zero(struct dsr_ipvs_net *ipvs, struct dsr_backend *backend)
{
	struct dsr_ipvs_backend *e = dsr_ipvs_backend_get(ipvs, backend);

	if (!e)
		return -ENOMEM;
	dsr_ipvs_backend_counts(backend, &e->zero);
	dsr_ipvs_rates_reset(&e->rates, &e->zero);
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

void dsr_ipvs_attach_exit(struct dsr_ipvs_net *ipvs)
{
	struct dsr_backend *backend;
	struct dsr_service *svc;

	mutex_lock(&ipvs->dn->lock);
	list_for_each_entry(svc, &ipvs->dn->services, list) {
		dsr_detach(&svc->attached);
		cond_resched();
	}
	dsr_backend_walk_begin(ipvs->dn);
	while ((backend = dsr_backend_walk_next(ipvs->dn))) {
		dsr_detach(&backend->attached);
		cond_resched();
	}
	mutex_unlock(&ipvs->dn->lock);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/nf_dsr.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dsrd/health.h"
#include "dsrd/journal.h"
#include "dsrd/registry.h"
#include "dsrd/route.h"
#include "dsrd/vips.h"

/* Seconds in which changes are collected, between looks at checks that have not decided, and
 * between attempts to change a route.
 */
#define UPDATE_DELAY 0.01
#define LOOK_DELAY 0.3
/* The kernel does not report each route that it deletes: not those of a device that goes down. */
#define RESYNC_INTERVAL 60.0

struct vips vips;

struct vip *vips_at(size_t i)
{
	return *(struct vip *const *)list_at(&vips.vips, i);
}

struct vip_service *vips_service(size_t i)
{
	return (struct vip_service *)list_at(&vips.services, i);
}

struct dsr_prefix vip_prefix(const struct vip *vip)
{
	return (struct dsr_prefix){ vip->key.addr, vip->key.prefix_len };
}

__u32 vips_metric(enum announce_level level)
{
	switch (level) {
	case ANNOUNCE_FULL:
		return vips.conf.metric;
	case ANNOUNCE_DEGRADED:
		return vips.conf.metric_degraded;
	case ANNOUNCE_DRAINING:
		return vips.conf.metric_draining;
	default:
		return 0;
	}
}

static const char *drain_reason(const struct vip *vip)
{
	if (vips.stopped)
		return "dsrd ends";
	if (vip->drained)
		return "by a command";
	return "no service announces it any more";
}

static const char *health_reason(const struct vip_service *service, bool withdraws, char *text,
				 size_t size)
{
	char below[DSR_TEXT], needs[DSR_TEXT + 24] = "";

	if (!service->exists) {
		snprintf(text, size, "%s is not in the kernel", service->name);
		return text;
	}
	if (withdraws)
		snprintf(needs, sizeof(needs), ", withdraw-below is %s",
			 announce_format_below(service->below, below, sizeof(below)));
	snprintf(text, size, "%s has %u of %u healthy backends%s", service->name, service->healthy,
		 service->candidates, needs);
	return text;
}

const char *vip_reason(const struct vip *vip, char *text, size_t size)
{
	if (vip->announce.drained)
		return drain_reason(vip);
	if (!vip->announce.decided)
		return "checks have not decided yet";
	if (vip->cause)
		return health_reason(vip->cause, vip->cause->lacking, text, size);
	return "all backends are healthy";
}

static void journal_level(const struct vip *vip)
{
	static const char *const events[] = {
		[ANNOUNCE_NONE] = "withdrawn",
		[ANNOUNCE_DRAINING] = "draining",
		[ANNOUNCE_DEGRADED] = "degraded",
		[ANNOUNCE_FULL] = "announced",
	};
	bool bad = vip->announce.level == ANNOUNCE_NONE && !vip->announce.drained;
	char name[ADDR_TEXT], text[256];

	journal_add(bad ? JOURNAL_WARNING : JOURNAL_NOTICE,
		    addr_format_key(&vip->key, name, sizeof(name)), NULL,
		    events[vip->announce.level], "%s", vip_reason(vip, text, sizeof(text)));
}

/* Say once that routes cannot be changed. */
static void journal_failure(const struct dsr_error *err)
{
	if (!vips.failing && !vips.failed)
		journal_add(JOURNAL_ERROR, NULL, NULL, "route", "%s", err->text);
	vips.failing = true;
}

/* A VIP that changes its metric has two routes for a moment, and never none. */
void vips_apply(struct vip *vip)
{
	struct dsr_prefix prefix = vip_prefix(vip);
	__u32 metric = vips_metric(vip->announce.level);
	struct dsr_error err = { 0 };

	if (metric == vip->metric && !vip->wrong)
		return;
	if ((metric && route_add(&prefix, metric, &err)) ||
	    (vip->metric && vip->metric != metric && route_delete(&prefix, vip->metric, &err))) {
		journal_failure(&err);
		return;
	}
	vip->metric = metric;
	vip->wrong = false;
}

static bool member_is_decided(const struct member *member)
{
	unsigned int i;

	if (member->paused)
		return true;
	for (i = 0; i < member->n_links; i++)
		if (!member->links[i].probe->finished)
			return false;
	return member_verdict(member) != VERDICT_UNKNOWN;
}

/* Find out which services have checks that are decided. Both lists have the same order. */
static void look_at_checks(void)
{
	struct vip_service *service;
	size_t i, j = 0, n = registry_n_members();
	int order = -1;

	for (i = 0; i < vips.services.n; i++) {
		service = vips_service(i);
		service->decided = true;
		for (; j < n; j++) {
			order = config_compare_keys(&registry_member(j)->service, &service->key);
			if (order > 0)
				break;
			if (!order)
				service->decided &= member_is_decided(registry_member(j));
		}
	}
}

/* A service that the kernel does not have may be about to come when dsrd starts. */
static bool is_decided(const struct vip_service *service, __u64 now)
{
	if (service->exists)
		return service->decided;
	return now - service->vip->created >= vips.conf.settle * (HEALTH_SECOND / 1000);
}

/* Have a service say what its VIP deserves at most. */
static void judge(struct vip_service *service, __u64 now)
{
	enum announce_level level = ANNOUNCE_FULL;
	struct vip *vip = service->vip;

	service->lacking = announce_lacks(service->lacking, service->healthy, service->candidates,
					  service->below);
	if (service->lacking)
		level = ANNOUNCE_NONE;
	else if (service->healthy < service->candidates || !service->healthy)
		level = ANNOUNCE_DEGRADED;
	vip->decided &= is_decided(service, now);
	if (level >= vip->deserves)
		return;
	vip->deserves = level;
	vip->cause = service;
}

static bool any_is_undecided(void)
{
	size_t i;

	for (i = 0; i < vips.vips.n; i++)
		if (!vips_at(i)->announce.decided)
			return true;
	return false;
}

static void judge_all(__u64 now)
{
	struct vip *vip;
	size_t i;

	if (any_is_undecided())
		look_at_checks();
	for (i = 0; i < vips.vips.n; i++) {
		vip = vips_at(i);
		vip->deserves = ANNOUNCE_FULL;
		vip->decided = true;
		vip->cause = NULL;
	}
	for (i = 0; i < vips.services.n; i++)
		judge(vips_service(i), now);
}

static struct announce_conf announce_conf(void)
{
	return (struct announce_conf){
		.settle = vips.conf.settle * (HEALTH_SECOND / 1000),
		.drain = vips.conf.drain * (HEALTH_SECOND / 1000),
	};
}

static void update_vip(struct vip *vip, __u64 now)
{
	bool leaves = vip->leaves && now >= vip->leaves;
	struct announce_conf conf = announce_conf();
	struct announce_view view = {
		.decided = vip->decided && !vip->leaves,
		.held = registry_is_braked(),
		.drained = vips.stopped || vip->drained || leaves,
		.deserves = vip->deserves,
	};

	if (announce_update(&vip->announce, &conf, &view, now))
		journal_level(vip);
	vips_apply(vip);
}

/* Forget VIPs that no service announces and that have no route any more. */
static void forget_vips(void)
{
	struct vip **all = (struct vip **)vips.vips.records;
	size_t i, n = 0;

	for (i = 0; i < vips.vips.n; i++) {
		if (all[i]->leaves && !all[i]->metric && all[i]->announce.level == ANNOUNCE_NONE)
			free(all[i]);
		else
			all[n++] = all[i];
	}
	vips.vips.n = n;
}

/* Return the time at which something may change, or 0. */
static __u64 next_time(__u64 now)
{
	__u64 look = now + (__u64)(LOOK_DELAY * HEALTH_SECOND), next = 0, at;
	struct announce_conf conf = announce_conf();
	const struct vip *vip;
	size_t i;

	for (i = 0; i < vips.vips.n; i++) {
		vip = vips_at(i);
		at = announce_next(&vip->announce, &conf);
		if (vip->leaves > now && !vip->announce.drained)
			at = vip->leaves;
		if (!vip->announce.decided && !vip->leaves && (!at || look < at))
			at = look;
		if (at && (!next || at < next))
			next = at;
	}
	if ((vips.failing || registry_is_braked()) && (!next || look < next))
		next = look;
	return next;
}

static void update_in(double seconds)
{
	ev_timer_stop(vips.loop, &vips.next);
	ev_timer_set(&vips.next, seconds, 0);
	ev_timer_start(vips.loop, &vips.next);
}

static void update_at(__u64 time, __u64 now)
{
	/* A timer may be early by a rounding error. */
	if (time)
		update_in(time > now ? (double)(time - now) / HEALTH_SECOND + 0.001 : 0);
	else
		ev_timer_stop(vips.loop, &vips.next);
}

static bool has_routes(void)
{
	size_t i;

	for (i = 0; i < vips.vips.n; i++)
		if (vips_at(i)->metric)
			return true;
	return false;
}

void vips_update(void)
{
	__u64 now = clock_now();
	size_t i;

	vips.failed = vips.failing;
	vips.failing = false;
	judge_all(now);
	for (i = 0; i < vips.vips.n; i++)
		update_vip(vips_at(i), now);
	forget_vips();
	update_at(next_time(now), now);
	if (vips.stopped && !has_routes())
		vips.stopped();
}

static void on_next(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	vips_update();
}

static void on_resync(struct ev_loop *loop, ev_timer *timer, int events)
{
	(void)loop;
	(void)timer;
	(void)events;
	if (vips.open)
		vips_resync();
}

static void count(struct vip_backend *backend, int sign)
{
	if (!backend->counts)
		return;
	backend->of->candidates += sign;
	if (backend->healthy)
		backend->of->healthy += sign;
}

void vips_take_backend(struct vip_backend *to, const struct dsr_backend *from)
{
	to->counts = from->conf.state == NF_DSR_BACKEND_STATE_ACTIVE && from->conf.weight;
	to->healthy = from->conf.health == NF_DSR_HEALTH_UP;
	count(to, 1);
}

int vips_compare_backends(const void *a, const void *b)
{
	const struct vip_backend *left = a, *right = b;

	return config_compare_keys(&left->service, &right->service) ?:
	       config_compare_addrs(&left->addr, &right->addr);
}

int vips_compare_services(const void *a, const void *b)
{
	const struct vip_service *left = a, *right = b;

	return config_compare_keys(&left->key, &right->key);
}

struct vip_service *vips_find_service(const struct list *services, const struct dsr_key *key)
{
	const struct vip_service like = { .key = *key };

	return services->n ? bsearch(&like, services->records, services->n, sizeof(like),
				     vips_compare_services) : NULL;
}

bool vips_on_backend(const struct dsr_backend *backend)
{
	struct vip_backend like = { .service = backend->service, .addr = backend->addr }, *found;

	found = vips.backends.n ? bsearch(&like, vips.backends.records, vips.backends.n,
					  sizeof(like), vips_compare_backends) : NULL;
	if (!found)
		return !vips_find_service(&vips.services, &backend->service);
	count(found, -1);
	vips_take_backend(found, backend);
	update_in(UPDATE_DELAY);
	return true;
}

bool vips_stop(void (*done)(void))
{
	if (vips.conf.on_stop == ON_STOP_KEEP || !has_routes())
		return false;
	vips.stopped = done;
	/* The caller is to know that something is done before it is. */
	update_in(0);
	return true;
}

void vips_stop_now(void)
{
	struct dsr_error ignored = { 0 };
	struct dsr_prefix prefix;
	size_t i;

	for (i = 0; vips.stopped && i < vips.vips.n; i++) {
		prefix = vip_prefix(vips_at(i));
		if (vips_at(i)->metric)
			route_delete(&prefix, vips_at(i)->metric, &ignored);
	}
}

__u32 vips_drain_time(void)
{
	return vips.conf.drain;
}

bool vips_has(const struct dsr_key *key)
{
	size_t i;

	for (i = 0; i < vips.vips.n; i++)
		if (!config_compare_keys(&vips_at(i)->key, key))
			return true;
	return false;
}

void vips_drain(const struct dsr_key *key, bool drained)
{
	size_t i;

	for (i = 0; i < vips.vips.n; i++)
		if (!key || !config_compare_keys(&vips_at(i)->key, key))
			vips_at(i)->drained = drained;
	if (!key)
		vips.drain_new = drained;
	vips_update();
}

void vips_each(void (*call)(const struct vip *vip, void *arg), void *arg)
{
	size_t i;

	for (i = 0; i < vips.vips.n; i++)
		call(vips_at(i), arg);
}

void vips_init(struct ev_loop *loop)
{
	vips = (struct vips){
		.loop = loop, .vips = LIST_OF(struct vip *),
		.services = LIST_OF(struct vip_service), .backends = LIST_OF(struct vip_backend),
	};
	ev_init(&vips.next, on_next);
	ev_timer_init(&vips.resync, on_resync, RESYNC_INTERVAL, RESYNC_INTERVAL);
	ev_timer_start(loop, &vips.resync);
}

void vips_exit(void)
{
	size_t i;

	ev_timer_stop(vips.loop, &vips.next);
	ev_timer_stop(vips.loop, &vips.resync);
	for (i = 0; i < vips.vips.n; i++)
		free(vips_at(i));
	list_free(&vips.vips);
	list_free(&vips.services);
	list_free(&vips.backends);
	if (vips.open)
		route_exit();
	vips.open = false;
}

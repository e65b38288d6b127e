// SPDX-License-Identifier: GPL-2.0-or-later
/* Derives VIPs from the file, the kernel and the routes, and keeps those that stay. */
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dsrd/health.h"
#include "dsrd/journal.h"
#include "dsrd/route.h"
#include "dsrd/vips.h"

/* Routes that were read. */
static struct list found;

static int compare_prefixes(const struct dsr_prefix *a, const struct dsr_prefix *b)
{
	return config_compare_addrs(&a->addr, &b->addr) ?: (int)a->len - (int)b->len;
}

/* A route has no VRF, and no address is announced in two. */
static int compare_vips(const void *a, const void *b)
{
	struct dsr_prefix left = vip_prefix(*(struct vip *const *)a);
	struct dsr_prefix right = vip_prefix(*(struct vip *const *)b);

	return compare_prefixes(&left, &right);
}

/* Return the VIP of a prefix among the first ones, which are sorted. */
static struct vip *find_vip(const struct dsr_prefix *prefix, size_t n)
{
	struct vip like = { .key = { .addr = prefix->addr, .prefix_len = prefix->len } };
	struct vip *key = &like, **vip;

	vip = n ? bsearch(&key, vips.vips.records, n, sizeof(key), compare_vips) : NULL;
	return vip ? *vip : NULL;
}

static void sort(struct list *list, int (*compare)(const void *a, const void *b))
{
	if (list->n)
		qsort(list->records, list->n, list->size, compare);
}

static void sort_vips(void)
{
	sort(&vips.vips, compare_vips);
}

static struct vip *new_vip(const struct dsr_prefix *prefix, __u64 now)
{
	struct vip *vip = error_check_alloc(calloc(1, sizeof(*vip)));

	vip->key.addr = prefix->addr;
	vip->key.prefix_len = prefix->len;
	vip->is_new = true;
	vip->drained = vips.drain_new;
	vip->created = now;
	announce_adopt(&vip->announce, ANNOUNCE_NONE, now);
	*(struct vip **)list_new(&vips.vips) = vip;
	return vip;
}

/* A metric that the file does not have any more is that of a VIP that was announced. */
static enum announce_level level_of(__u32 metric)
{
	int level = ANNOUNCE_DRAINING;

	while (level < ANNOUNCE_FULL && vips_metric(level) != metric)
		level++;
	return level;
}

static void adopt(struct vip *vip, const struct route *route, __u64 now)
{
	char name[ADDR_TEXT];

	vip->metric = route->metric;
	announce_adopt(&vip->announce, level_of(route->metric), now);
	journal_add(JOURNAL_NOTICE, addr_format_key(&vip->key, name, sizeof(name)), NULL,
		    "adopted", "a route with metric %u was there", route->metric);
}

static void delete_stray(const struct route *route)
{
	struct dsr_error err = { 0 };
	char name[ADDR_TEXT];

	if (route_delete(&route->vip, route->metric, &err))
		return;
	journal_add(JOURNAL_WARNING, addr_format_prefix(&route->vip, name, sizeof(name)), NULL,
		    "deleted", "another route, with metric %u, had dsrd's protocol", route->metric);
}

static void note_missing(struct vip *vip)
{
	char name[ADDR_TEXT];

	vip->metric = 0;
	journal_add(JOURNAL_WARNING, addr_format_key(&vip->key, name, sizeof(name)), NULL,
		    "restored", "another program has deleted its route");
}

/* Take the routes to one VIP: one is right, or is adopted, and others are deleted. */
static void take_routes(struct vip *vip, const struct route *routes, size_t n, __u64 now)
{
	bool has_route = false;
	size_t i;

	if (vip->is_new && n)
		adopt(vip, &routes[0], now);
	vip->is_new = false;
	for (i = 0; i < n; i++) {
		if (routes[i].metric != vip->metric) {
			delete_stray(&routes[i]);
			continue;
		}
		has_route = true;
		vip->wrong = !routes[i].right;
	}
	if (vip->metric && !has_route)
		note_missing(vip);
}

static int compare_routes(const void *a, const void *b)
{
	const struct route *left = a, *right = b;

	return compare_prefixes(&left->vip, &right->vip) ?:
	       (left->metric > right->metric) - (left->metric < right->metric);
}

static void on_route(const struct route *route)
{
	*(struct route *)list_new(&found) = *route;
}

static const struct route *route_at(size_t i)
{
	return list_at(&found, i);
}

/* Return the number of routes to the same VIP, from this one on. */
static size_t count_routes(size_t first)
{
	size_t i = first;

	while (i < found.n && !compare_prefixes(&route_at(first)->vip, &route_at(i)->vip))
		i++;
	return i - first;
}

/* A VIP of which only the route is known leaves, but not before it is certain that the file does
 * not have it.
 */
static void take_unknown(const struct route *routes, size_t n, __u64 now)
{
	struct vip *vip = new_vip(&routes->vip, now);

	vip->leaves = now + vips.conf.settle * (HEALTH_SECOND / 1000);
	take_routes(vip, routes, n, now);
}

static void take_all_routes(void)
{
	size_t known = vips.vips.n, first, n, i;
	__u64 now = clock_now();
	struct vip *vip;

	sort(&found, compare_routes);
	for (i = 0, first = 0; i < known; i++) {
		struct dsr_prefix prefix = vip_prefix(vips_at(i));

		vip = vips_at(i);
		for (; first < found.n; first += n) {
			if (compare_prefixes(&route_at(first)->vip, &prefix) >= 0)
				break;
			n = count_routes(first);
			take_unknown(route_at(first), n, now);
		}
		n = first < found.n && !compare_prefixes(&route_at(first)->vip, &prefix) ?
			count_routes(first) : 0;
		take_routes(vip, n ? route_at(first) : NULL, n, now);
		first += n;
	}
	for (; first < found.n; first += n) {
		n = count_routes(first);
		take_unknown(route_at(first), n, now);
	}
	sort_vips();
}

static void journal_error(const struct dsr_error *err)
{
	journal_add(JOURNAL_ERROR, NULL, NULL, "route", "%s", err->text);
}

static void read_routes(void)
{
	struct dsr_error err = { 0 };

	found = (struct list)LIST_OF(struct route);
	if (route_read(on_route, &err))
		journal_error(&err);
	else
		take_all_routes();
	list_free(&found);
}

void vips_resync(void)
{
	read_routes();
	vips_update();
}

/* Another program has deleted a route. It comes back at once, unless it was not wanted. */
static void on_deleted(const struct route *route)
{
	struct vip *vip = find_vip(&route->vip, vips.vips.n);

	if (!vip || vip->metric != route->metric)
		return;
	note_missing(vip);
	vips_update();
}

static const struct route_events events = { on_deleted, vips_resync };

/* Change to another table, protocol number or device: first all VIPs get their new routes, then
 * the old ones are deleted.
 */
static void move_routes(const struct config_announce *from, struct dsr_error *err)
{
	struct list old = LIST_OF(struct route);
	struct vip *vip;
	size_t i;

	for (i = 0; i < vips.vips.n; i++) {
		vip = vips_at(i);
		if (!vip->metric)
			continue;
		*(struct route *)list_new(&old) =
			(struct route){ .vip = vip_prefix(vip), .metric = vip->metric };
		vip->metric = 0;
		vips_apply(vip);
	}
	if (!route_use(from, err))
		for (i = 0; i < old.n; i++)
			route_delete(&((const struct route *)list_at(&old, i))->vip,
				     ((const struct route *)list_at(&old, i))->metric, err);
	list_free(&old);
	route_use(&vips.conf, err);
}

/* Return true if both have the same routes but for their metrics. */
static bool is_same_place(const struct config_announce *a, const struct config_announce *b)
{
	return a->table == b->table && a->protocol == b->protocol &&
	       !strcmp(a->device, b->device);
}

/* Take the values of the file. One that does not announce any more leaves the old ones. */
static int take_conf(const struct config_announce *conf, struct dsr_error *err)
{
	struct config_announce old = vips.conf;

	if (!conf->given)
		return 0;
	if (!vips.open && route_init(vips.loop, &events, err))
		return -1;
	if ((!vips.open || !is_same_place(&old, conf)) && route_use(conf, err))
		return -1;
	vips.conf = *conf;
	if (vips.open && !is_same_place(&old, conf))
		move_routes(&old, err);
	vips.open = true;
	return 0;
}

static void add_service(const struct config_service *service, const struct list *old)
{
	struct vip_service *added = list_new(&vips.services);
	const struct vip_service *before = vips_find_service(old, &service->key);

	*added = (struct vip_service){
		.key = service->key, .below = config_withdraw_below(service),
		.lacking = before && before->lacking
	};
	if (*service->name)
		snprintf(added->name, sizeof(added->name), "%s", service->name);
	else
		names_service(NULL, &service->key, added->name, sizeof(added->name));
}

/* Give a service its VIP: that of the service before, one that was known, or a new one. */
static void take_vip(struct vip_service *service, const struct vip_service *before, size_t known,
		     __u64 now)
{
	struct dsr_prefix prefix = { service->key.addr, service->key.prefix_len };
	struct dsr_prefix last = before ? vip_prefix(before->vip) : (struct dsr_prefix){ 0 };

	if (!compare_prefixes(&prefix, &last))
		service->vip = before->vip;
	else
		service->vip = find_vip(&prefix, known) ?: new_vip(&prefix, now);
	service->vip->leaves = 0;
	memcpy(service->vip->key.vrf, service->key.vrf, sizeof(service->key.vrf));
}

/* Services of the same VIP follow each other. */
static void take_vips(void)
{
	size_t known = vips.vips.n, i;
	__u64 now = clock_now();

	for (i = 0; i < known; i++)
		if (!vips_at(i)->leaves)
			vips_at(i)->leaves = now;
	for (i = 0; i < vips.services.n; i++)
		take_vip(vips_service(i), i ? vips_service(i - 1) : NULL, known, now);
	sort_vips();
}

static void take_services(const struct config *config)
{
	struct list old = vips.services;
	size_t i;

	vips.services = (struct list)LIST_OF(struct vip_service);
	for (i = 0; i < config->services.n; i++)
		if (config_announces(config, config_service(config, i)))
			add_service(config_service(config, i), &old);
	list_free(&old);
	sort(&vips.services, vips_compare_services);
	take_vips();
}

/* Take the kernel's services and backends of those that announce. */
static void take_running(const struct running *running)
{
	const struct dsr_backend *backend;
	const struct dsr_service *known;
	struct vip_service *service;
	struct vip_backend *added;
	size_t i;

	for (i = 0; i < running->services.n; i++) {
		known = list_at(&running->services, i);
		service = vips_find_service(&vips.services, &known->key);
		if (service)
			service->exists = true;
	}
	list_clear(&vips.backends);
	for (i = 0; i < running->backends.n; i++) {
		backend = list_at(&running->backends, i);
		service = vips_find_service(&vips.services, &backend->service);
		if (!service)
			continue;
		added = list_new(&vips.backends);
		*added = (struct vip_backend){
			.service = backend->service, .addr = backend->addr, .of = service
		};
		vips_take_backend(added, backend);
	}
	sort(&vips.backends, vips_compare_backends);
}

void vips_rebuild(const struct config *config, const struct running *running)
{
	struct dsr_error err = { 0 };

	if (take_conf(&config->announce, &err))
		journal_error(&err);
	if (!vips.open)
		return;
	take_services(config);
	take_running(running);
	vips_resync();
}

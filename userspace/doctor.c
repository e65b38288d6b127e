// SPDX-License-Identifier: GPL-2.0-or-later
/* The facts and findings of doctor, see doctor.h: their lists, and what all files need. */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "doctor.h"

void doctor_init(struct doctor_facts *facts)
{
	*facts = (struct doctor_facts){
		.version = DSRCTL_VERSION,
		.services = LIST_OF(struct dsr_service),
		.backends = LIST_OF(struct doctor_backend),
		.devices = LIST_OF(struct dsr_device),
		.targets = LIST_OF(struct doctor_target),
		.vips = LIST_OF(struct doctor_vip),
		.links = LIST_OF(struct doctor_link),
		.addrs = LIST_OF(struct doctor_addr),
		.neighbours = LIST_OF(struct doctor_addr),
		.rules = LIST_OF(struct doctor_rule),
		.ipvs = LIST_OF(struct doctor_ipvs),
		.tracked = LIST_OF(struct doctor_tracked),
	};
}

void doctor_free(struct doctor_facts *facts)
{
	model_free_stats(&facts->stats);
	list_free(&facts->services);
	list_free(&facts->backends);
	list_free(&facts->devices);
	list_free(&facts->targets);
	list_free(&facts->vips);
	list_free(&facts->links);
	list_free(&facts->addrs);
	list_free(&facts->neighbours);
	list_free(&facts->rules);
	list_free(&facts->ipvs);
	list_free(&facts->tracked);
}

void doctor_unseen(struct doctor_facts *facts, const char *text, const char *cure)
{
	if (facts->n_unseen == sizeof(facts->unseen) / sizeof(*facts->unseen))
		return;
	snprintf(facts->unseen[facts->n_unseen], sizeof(*facts->unseen), "%s", text);
	snprintf(facts->unseen_cure[facts->n_unseen++], sizeof(*facts->unseen_cure), "%s", cure);
}

static int compare_addrs(const struct dsr_addr *a, const struct dsr_addr *b)
{
	if (a->family != b->family)
		return a->family - b->family;
	return memcmp(a->bytes, b->bytes, sizeof(a->bytes));
}

bool doctor_addr_equal(const struct dsr_addr *a, const struct dsr_addr *b)
{
	return !compare_addrs(a, b);
}

const struct doctor_addr *doctor_next_subnet(const struct doctor_facts *facts, size_t *i,
					     const struct dsr_addr *addr)
{
	const struct doctor_addr *own;
	struct dsr_prefix subnet;

	while (*i < facts->addrs.n) {
		own = list_at(&facts->addrs, (*i)++);
		subnet = (struct dsr_prefix){ own->addr, own->len };
		if (addr_covers(&subnet, addr))
			return own;
	}
	return NULL;
}

/* Compare the VIPs of two services: marks are behind addresses, in one VIP each. */
static int compare_vips(const struct dsr_key *a, const struct dsr_key *b)
{
	int difference = strcmp(a->vrf, b->vrf);

	if (!difference)
		difference = a->by_mark - b->by_mark;
	if (!difference && a->by_mark)
		difference = a->addr.family - b->addr.family;
	if (!difference && !a->by_mark)
		difference = compare_addrs(&a->addr, &b->addr);
	if (!difference)
		difference = a->prefix_len - b->prefix_len;
	if (!difference && a->mark != b->mark)
		difference = a->mark < b->mark ? -1 : 1;
	return difference;
}

static int compare_services(const void *a, const void *b)
{
	const struct dsr_key *key_a = &((const struct dsr_service *)a)->key;
	const struct dsr_key *key_b = &((const struct dsr_service *)b)->key;
	int difference = compare_vips(key_a, key_b);

	if (!difference)
		difference = key_a->protocol - key_b->protocol;
	if (!difference)
		difference = key_a->port - key_b->port;
	return difference ? difference : key_a->port_end - key_b->port_end;
}

static int compare_backends(const void *a, const void *b)
{
	const struct dsr_backend *backend_a = &((const struct doctor_backend *)a)->backend;
	const struct dsr_backend *backend_b = &((const struct doctor_backend *)b)->backend;
	int difference = strcmp(backend_a->service.vrf, backend_b->service.vrf);

	return difference ? difference : compare_addrs(&backend_a->addr, &backend_b->addr);
}

static void sort(struct list *list, int (*compare)(const void *a, const void *b))
{
	if (list->n)
		qsort(list->records, list->n, list->size, compare);
}

static void find_service(const struct doctor_facts *facts, struct doctor_backend *backend)
{
	struct dsr_service wanted = { .key = backend->backend.service };

	backend->service = facts->services.n ?
		bsearch(&wanted, facts->services.records, facts->services.n,
			facts->services.size, compare_services) : NULL;
}

static void make_targets(struct doctor_facts *facts)
{
	struct doctor_target *target = NULL;
	struct doctor_backend *backend;
	size_t i;

	for (i = 0; i < facts->backends.n; i++) {
		backend = (struct doctor_backend *)list_at(&facts->backends, i);
		find_service(facts, backend);
		if (!target ||
		    compare_backends(list_at(&facts->backends, target->first), backend)) {
			target = list_new(&facts->targets);
			*target = (struct doctor_target){
				.vrf = backend->backend.service.vrf,
				.addr = backend->backend.addr,
				.first = i,
			};
		}
		target->n++;
	}
}

static void make_vips(struct doctor_facts *facts)
{
	const struct dsr_service *service;
	struct doctor_vip *vip = NULL;
	size_t i;

	for (i = 0; i < facts->services.n; i++) {
		service = list_at(&facts->services, i);
		if (!vip || compare_vips(vip->key, &service->key)) {
			vip = list_new(&facts->vips);
			*vip = (struct doctor_vip){ .key = &service->key, .first = i };
		}
		vip->n++;
	}
}

/* Mark the VIPs that have a backend of method local. */
static void mark_local(struct doctor_facts *facts)
{
	const struct doctor_backend *backend;
	struct doctor_vip *vip;
	size_t i, j;

	for (i = 0; i < facts->backends.n; i++) {
		backend = list_at(&facts->backends, i);
		if (!backend->service || DOCTOR_FWD(backend, method) != NF_DSR_METHOD_LOCAL)
			continue;
		for (j = 0; j < facts->vips.n; j++) {
			vip = (struct doctor_vip *)list_at(&facts->vips, j);
			if (!compare_vips(vip->key, &backend->service->key))
				vip->has_local = true;
		}
	}
}

void doctor_sort(struct doctor_facts *facts)
{
	sort(&facts->services, compare_services);
	sort(&facts->backends, compare_backends);
	make_targets(facts);
	make_vips(facts);
	mark_local(facts);
}

static int compare_by_vip(const void *a, const void *b)
{
	return compare_vips(a, ((const struct doctor_vip *)b)->key);
}

void doctor_add_tracked(struct doctor_facts *facts, const struct doctor_tracked *tracked)
{
	struct dsr_key key = {
		.addr = tracked->addr, .prefix_len = addr_bits(tracked->addr.family),
	};
	struct doctor_tracked *known;
	size_t i;

	if (!facts->vips.n || !bsearch(&key, facts->vips.records, facts->vips.n,
				       facts->vips.size, compare_by_vip))
		return;
	for (i = 0; i < facts->tracked.n; i++) {
		known = (struct doctor_tracked *)list_at(&facts->tracked, i);
		if (known->protocol != tracked->protocol || known->port != tracked->port ||
		    !doctor_addr_equal(&known->addr, &tracked->addr))
			continue;
		known->n++;
		return;
	}
	known = list_new(&facts->tracked);
	*known = *tracked;
	known->n = 1;
}

const struct doctor_link *doctor_link(const struct doctor_facts *facts, int ifindex)
{
	const struct doctor_link *link;
	size_t i;

	for (i = 0; i < facts->links.n; i++) {
		link = list_at(&facts->links, i);
		if (link->ifindex == ifindex)
			return link;
	}
	return NULL;
}

const struct doctor_link *doctor_link_by_name(const struct doctor_facts *facts, const char *name)
{
	const struct doctor_link *link;
	size_t i;

	for (i = 0; i < facts->links.n; i++) {
		link = list_at(&facts->links, i);
		if (!strcmp(link->name, name))
			return link;
	}
	return NULL;
}

const struct dsr_conf *doctor_conf(const struct doctor_backend *backend, size_t offset)
{
	if (!backend->service || backend->backend.conf.set & conf_bit_at(offset))
		return &backend->backend.conf;
	return &backend->service->conf;
}

bool doctor_in_use(const struct doctor_backend *backend)
{
	return backend->service && backend->backend.conf.state != NF_DSR_BACKEND_STATE_DOWN;
}

struct doctor_finding *doctor_add(struct list *findings, enum doctor_severity severity,
				  const char *id, const char *about, const char *format, ...)
{
	struct doctor_finding *finding = list_new(findings);
	va_list args;

	memset(finding, 0, sizeof(*finding));
	finding->severity = severity;
	snprintf(finding->id, sizeof(finding->id), "%s", id);
	snprintf(finding->about, sizeof(finding->about), "%s", about);
	va_start(args, format);
	vsnprintf(finding->text, sizeof(finding->text), format, args);
	va_end(args);
	return finding;
}

void doctor_cure(struct doctor_finding *finding, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(finding->cure, sizeof(finding->cure), format, args);
	va_end(args);
}

const char *doctor_word(const char *name, char *text, size_t size)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789.,:%/_@+-[]";
	size_t used = 1;

	if (*name && strspn(name, plain) == strlen(name)) {
		snprintf(text, size, "%s", name);
		return text;
	}
	text[0] = '\'';
	for (; *name && used + 6 < size; name++)
		used += sprintf(text + used, *name == '\'' ? "'\\''" : "%c", *name);
	text[used++] = '\'';
	text[used] = '\0';
	return text;
}

const char *doctor_service(const struct dsr_key *key, char *text, size_t size)
{
	char kind[16], name[ADDR_TEXT], word[4 * ADDR_TEXT + 3];

	snprintf(text, size, "%s %s", model_key_kind(key, kind, sizeof(kind)),
		 doctor_word(addr_format_key(key, name, sizeof(name)), word, sizeof(word)));
	return text;
}

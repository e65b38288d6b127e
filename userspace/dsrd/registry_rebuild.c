// SPDX-License-Identifier: GPL-2.0-or-later
/* Derives members and probes from the file and the kernel, and keeps those that stay the same. */
#include <linux/nf_dsr.h>
#include <netinet/in.h>
#include <search.h>
#include <stdlib.h>
#include <string.h>

#include "clock.h"
#include "dsrd/journal.h"
#include "dsrd/registry.h"
#include "error.h"

/* All probes, and all members. */
static void *probes;
static void *members;
static bool is_first = true;

/* A rebuild. */
struct builder {
	const struct config *config;
	const struct dsr_backend **running;	/* sorted */
	size_t n_running;
	struct list found;			/* of struct member pointers */
	__u64 lately;
	size_t without_path;			/* members that cannot have a check of the path */
};

static int compare_probes(const void *a, const void *b)
{
	const struct probe *left = a, *right = b;
	int order = memcmp(&left->target, &right->target, sizeof(left->target));

	return order ? order : memcmp(&left->check, &right->check,
				      offsetof(struct config_check, place));
}

static int compare_members(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return config_compare_keys(&left->service, &right->service) ?:
	       config_compare_addrs(&left->addr, &right->addr);
}

static int compare_running(const void *a, const void *b)
{
	const struct dsr_backend *left = *(const struct dsr_backend *const *)a;
	const struct dsr_backend *right = *(const struct dsr_backend *const *)b;

	return config_compare_keys(&left->service, &right->service) ?:
	       config_compare_addrs(&left->addr, &right->addr);
}

static void sort_running(struct builder *builder, const struct running *running)
{
	size_t i;

	builder->n_running = running->backends.n;
	builder->running = error_check_alloc(calloc(running->backends.n + 1,
						    sizeof(*builder->running)));
	for (i = 0; i < running->backends.n; i++)
		builder->running[i] = list_at(&running->backends, i);
	qsort(builder->running, builder->n_running, sizeof(*builder->running), compare_running);
}

static const struct dsr_backend *find_running(const struct builder *builder,
					      const struct dsr_key *service,
					      const struct dsr_addr *addr)
{
	const struct dsr_backend like = { .service = *service, .addr = *addr }, *key = &like;
	const struct dsr_backend **found = bsearch(&key, builder->running, builder->n_running,
						   sizeof(key), compare_running);

	return found ? *found : NULL;
}

/* Return the protocol that a check sends, or 0 for ping, which takes the way of any service. */
static __u8 protocol_of(const struct config_check *check)
{
	switch (check->kind) {
	case CHECK_ICMP:
		return 0;
	case CHECK_UDP:
	case CHECK_DNS:
	case CHECK_RADIUS:
		return IPPROTO_UDP;
	default:
		return IPPROTO_TCP;
	}
}

/* Return true if the kernel sends what the check sends to the backend. */
static bool has_path(const struct member *member, const struct config_check *check, __u16 port)
{
	const struct dsr_key *key = &member->service;
	__u8 protocol = protocol_of(check);

	if (!member->mark || key->by_mark || check->target == CHECK_HOST)
		return false;
	if (!protocol)
		return true;
	if (key->protocol && key->protocol != protocol)
		return false;
	return !key->port || (port >= key->port && port <= key->port_end);
}

/* Return true if what is asked depends on the VIP even if the address does not. */
static bool names_vip(const struct config_check *check)
{
	switch (check->kind) {
	case CHECK_HTTP:
	case CHECK_HTTPS:
	case CHECK_TLS:
		return !*check->host;
	case CHECK_EXEC:
		return true;
	default:
		return false;
	}
}

/* Fill in a target. Its padding is 0, too. */
static void make_target(struct target *target, const struct member *member,
			const struct config_check *check, bool of_path)
{
	const struct dsr_key *key = &member->service;

	memset(target, 0, sizeof(*target));
	target->backend = member->addr;
	target->addr = of_path ? key->addr : member->addr;
	target->mark = of_path ? member->mark : 0;
	if (!key->by_mark && names_vip(check))
		target->vip = key->addr;
	if (check->kind != CHECK_ICMP)
		target->port = check->port ? check->port : key->port;
	memcpy(target->device, key->vrf, sizeof(target->device) - 1);
}

static enum health_state adopted_state(const struct member *member)
{
	return member->health == NF_DSR_HEALTH_UP ? HEALTH_UP : HEALTH_DOWN;
}

/* Return the probe of a target, which exists already or is new. */
static struct probe *get_probe(const struct config_check *check, const struct target *target,
			       enum health_state adopted)
{
	struct probe like = { .check = *check, .target = *target }, *probe;
	struct probe **found = tfind(&like, &probes, compare_probes);

	if (found) {
		/* Whom to believe if the kernel has two opinions? */
		if (!(*found)->finished && (*found)->health.state != adopted)
			health_adopt(&(*found)->health, HEALTH_UNKNOWN, clock_now());
		return *found;
	}
	probe = probe_new(check, target, adopted);
	error_check_alloc(tsearch(probe, &probes, compare_probes));
	return probe;
}

static void add_link(struct builder *builder, struct member *member,
		     const struct config_check *check, bool of_path, enum health_state adopted)
{
	struct target target;
	struct probe *probe;

	if (member->n_links == sizeof(member->links) / sizeof(*member->links))
		return;
	make_target(&target, member, check, of_path);
	probe = get_probe(check, &target, adopted);
	member->links[member->n_links++] = (struct link){ probe, of_path };
	probe->members = error_check_alloc(reallocarray(probe->members, probe->n_members + 1,
							sizeof(*probe->members)));
	probe->members[probe->n_members++] = member;
	member->tally->of[of_path].used = true;
	if (probe->conf.interval > builder->lately)
		builder->lately = probe->conf.interval;
}

static void add_check(struct builder *builder, struct member *member,
		      const struct config_check *check, enum health_state adopted)
{
	__u16 port = check->port ? check->port : member->service.port;
	bool path = has_path(member, check, port);

	if (path)
		add_link(builder, member, check, true, adopted);
	if (check->target != CHECK_PATH)
		add_link(builder, member, check, false, adopted);
	else if (!path)
		builder->without_path++;
}

/* Return the member of a backend, which exists already or is new. */
static struct member *get_member(const struct dsr_key *service, const struct dsr_addr *addr,
				 bool *is_new)
{
	struct member like = { .service = *service, .addr = *addr }, *member;
	struct member **found = tfind(&like, &members, compare_members);

	*is_new = !found;
	if (found)
		return *found;
	member = error_check_alloc(calloc(1, sizeof(*member)));
	member->service = *service;
	member->addr = *addr;
	error_check_alloc(tsearch(member, &members, compare_members));
	return member;
}

static void name_member(struct member *member, const struct config_service *service,
			const struct config_backend *backend)
{
	snprintf(member->service_name, sizeof(member->service_name), "%s", service->name);
	snprintf(member->name, sizeof(member->name), "%s", backend->name);
	if (!*service->name)
		names_service(NULL, &service->key, member->service_name,
			      sizeof(member->service_name));
	if (!*backend->name)
		addr_format(&backend->addr, member->name, sizeof(member->name));
}

/* Forget the probes of all members. They are added again, or freed. */
static void forget_links(void)
{
	struct member *member;
	size_t i, j;

	for (i = 0; i < registry_n_members(); i++) {
		member = registry_member(i);
		for (j = 0; j < member->n_links; j++)
			member->links[j].probe->n_members = 0;
		member->n_links = 0;
		member->seen = false;
	}
}

static void add_member(struct builder *builder, const struct config_service *service,
		       const struct config_backend *backend)
{
	const struct dsr_backend *running = find_running(builder, &service->key, &backend->addr);
	enum health_state adopted;
	struct member *member;
	bool is_new;
	int i;

	if (!running || !(service->checks.n + backend->checks.n))
		return;
	member = get_member(&service->key, &backend->addr, &is_new);
	name_member(member, service, backend);
	member->tally = tally_get(&service->key, member->service_name);
	member->seen = true;
	member->health = running->conf.health;
	member->mark = running->conf.check_mark;
	adopted = is_new && !is_first ? HEALTH_UNKNOWN : adopted_state(member);
	for (i = 0; i < service->checks.n; i++)
		add_check(builder, member, config_check(builder->config, service->checks.at[i]),
			  adopted);
	for (i = 0; i < backend->checks.n; i++)
		if (!config_checks_have(&service->checks, backend->checks.at[i]))
			add_check(builder, member,
				  config_check(builder->config, backend->checks.at[i]), adopted);
	*(struct member **)list_new(&builder->found) = member;
}

static void free_unseen(void)
{
	struct member *member;
	size_t i;

	for (i = 0; i < registry_n_members(); i++) {
		member = registry_member(i);
		if (member->seen)
			continue;
		tdelete(member, &members, compare_members);
		free(member);
	}
}

/* tdelete() must not be called during a walk, so collect them first. */
static struct list unused;

static void collect_unused(const void *node, VISIT visit, int depth)
{
	struct probe *probe = *(struct probe *const *)node;

	(void)depth;
	if ((visit == postorder || visit == leaf) && !probe->n_members)
		*(struct probe **)list_new(&unused) = probe;
}

static void free_unused(void)
{
	const struct list empty = LIST_OF(struct probe *);
	struct probe *probe;
	size_t i;

	unused = empty;
	twalk(probes, collect_unused);
	for (i = 0; i < unused.n; i++) {
		probe = *(struct probe *const *)list_at(&unused, i);
		tdelete(probe, &probes, compare_probes);
		probe_free(probe);
	}
	list_free(&unused);
}

static int compare_found(const void *a, const void *b)
{
	return compare_members(*(struct member *const *)a, *(struct member *const *)b);
}

static int compare_hosts(const void *a, const void *b)
{
	const struct member *left = *(struct member *const *)a;
	const struct member *right = *(struct member *const *)b;

	return config_compare_addrs(&left->addr, &right->addr);
}

/* Number the addresses of members. Return how many there are. */
static size_t number_hosts(struct member **found, size_t n)
{
	size_t i, number = 0;

	qsort(found, n, sizeof(*found), compare_hosts);
	for (i = 0; i < n; i++) {
		if (i && compare_hosts(&found[i - 1], &found[i]))
			number++;
		found[i]->host = number;
	}
	return n ? number + 1 : 0;
}

static void publish(struct builder *builder)
{
	struct member **found = (struct member **)builder->found.records;
	size_t n = builder->found.n, hosts = number_hosts(found, n);

	qsort(found, n, sizeof(*found), compare_found);
	registry_take(found, n, hosts, builder->lately + builder->lately / 10);
	if (builder->without_path)
		journal_add(JOURNAL_WARNING, NULL, NULL, "config",
			    "%zu checks of the path are not made: a backend without check-mark, or a service of another protocol or port",
			    builder->without_path);
}

void registry_rebuild(const struct config *config, const struct running *running)
{
	struct builder builder = { .config = config, .found.size = sizeof(struct member *) };
	const struct config_service *service;
	size_t i, j;

	sort_running(&builder, running);
	forget_links();
	tally_begin();
	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		for (j = 0; j < service->n_backends; j++)
			add_member(&builder, service,
				   config_backend(config, service->first_backend + j));
	}
	free_unseen();
	free_unused();
	tally_end();
	publish(&builder);
	free(builder.running);
	is_first = is_first && !running->services.n;
}

void registry_exit(void)
{
	forget_links();
	free_unseen();
	free_unused();
	tally_begin();
	tally_end();
	registry_take(NULL, 0, 0, 0);
	is_first = true;
}

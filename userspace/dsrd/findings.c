// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What is wrong now, in sentences, each with the command to run. Backends of a service that have
 * the same fault share a sentence: five thousand of them would help nobody.
 */
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "dsrd/view.h"

/* Backends that a sentence names. */
#define NAMED 3
#define DAY (24 * 60 * 60)
#define CERTIFICATE_SOON (14 * DAY)
/* In milliseconds: the checks notice. */
#define LAG_NOTICED 250
#define FLOWS_NEARLY_FULL 0.9

static void append(char *text, size_t size, const char *format, ...) __printf(3, 4);

static void append(char *text, size_t size, const char *format, ...)
{
	size_t used = strlen(text);
	va_list args;

	va_start(args, format);
	vsnprintf(text + used, size - used, format, args);
	va_end(args);
}

static struct finding *add(struct view *view, enum finding_level level,
			   const struct view_service *service)
{
	struct finding *finding = list_new(&view->findings);

	*finding = (struct finding){ .level = level, .service = service };
	view->n_findings[level]++;
	return finding;
}

#define say(finding, ...) append((finding)->text, sizeof((finding)->text), __VA_ARGS__)

#define put(finding, ...) append((finding)->command, sizeof((finding)->command), __VA_ARGS__)

/* Append a word of a command, for a shell. */
static void put_word(struct finding *finding, const char *word)
{
	static const char plain[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789._:/%@+=,-";

	if (*word && !word[strspn(word, plain)]) {
		put(finding, " %s", word);
		return;
	}
	put(finding, " '");
	for (; *word; word++) {
		if (*word == '\'')
			put(finding, "'\\''");
		else
			put(finding, "%c", *word);
	}
	put(finding, "'");
}

/* Begin a command of dsrctl in the network namespace of dsrd. */
static void run(const struct view *view, struct finding *finding, const char *words)
{
	put(finding, "dsrctl");
	if (view->daemon.netns) {
		put(finding, " -n");
		put_word(finding, view->daemon.netns);
	}
	put(finding, " %s", words);
}

/* The same, about a service and, unless it is NULL, a backend. */
static void run_about(const struct view *view, struct finding *finding, const char *words,
		      const struct view_service *service, const char *backend)
{
	const char *vip = strchr(service->match, ' ') + 1;

	run(view, finding, words);
	put(finding, " %.*s", (int)(vip - service->match - 1), service->match);
	put_word(finding, vip);
	if (backend)
		put_word(finding, backend);
}

/* The kinds of faults of a backend, the first one that holds counts. */
enum fault {
	FAULT_NONE,
	FAULT_PATH,
	FAULT_DOWN,
	FAULT_HAND,
	FAULT_NO_NEIGHBOUR,
	FAULT_NO_ROUTE,
	FAULT_PAUSED,
	FAULT_DRAINS,
	FAULT_OUT,
	FAULTS,
};

static enum fault fault_of(const struct view_backend *backend)
{
	const struct rates_object *object = backend->result->object;
	const struct view_check *check = &backend->check;

	if (object->state == NF_DSR_BACKEND_STATE_DOWN)
		return FAULT_OUT;
	if (object->state == NF_DSR_BACKEND_STATE_DRAIN)
		return FAULT_DRAINS;
	if (check->host_only && object->health == NF_DSR_HEALTH_DOWN)
		return FAULT_PATH;
	if (object->health == NF_DSR_HEALTH_DOWN)
		return check->known && !check->paused ? FAULT_DOWN : FAULT_HAND;
	if (object->effective == NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR)
		return FAULT_NO_NEIGHBOUR;
	if (object->effective == NF_DSR_EFFECTIVE_STATE_NO_ROUTE)
		return FAULT_NO_ROUTE;
	return check->paused ? FAULT_PAUSED : FAULT_NONE;
}

/* The backends of a service that have a fault. */
struct group {
	size_t n;
	const struct view_backend *named[NAMED];
};

static void say_backends(struct finding *finding, const struct group *group)
{
	size_t i;

	for (i = 0; i < group->n && i < NAMED; i++)
		say(finding, "%s%s",
		    !i ? "" : i + 1 == group->n ? " and " : ", ", group->named[i]->name);
	if (group->n > NAMED)
		say(finding, " and %zu more", group->n - NAMED);
}

static void say_reason(struct finding *finding, const struct group *group)
{
	const struct view_check *check = &group->named[0]->check;
	char since[32];

	if (!check->reason)
		return;
	say(finding, " The check %s says%s%s: %s (for %s).", check->check ? check->check : "",
	    group->n > 1 ? " of " : "", group->n > 1 ? group->named[0]->name : "", check->reason,
	    view_duration(check->since, since, sizeof(since)));
}

static const enum finding_level levels[FAULTS] = {
	[FAULT_PATH] = FINDING_FAULT,
	[FAULT_DOWN] = FINDING_FAULT,
	[FAULT_HAND] = FINDING_WARNING,
	[FAULT_NO_NEIGHBOUR] = FINDING_FAULT,
	[FAULT_NO_ROUTE] = FINDING_FAULT,
	[FAULT_PAUSED] = FINDING_NOTE,
	[FAULT_DRAINS] = FINDING_NOTE,
	[FAULT_OUT] = FINDING_NOTE,
};

/* What is said behind the names of one backend, and of several. */
static const char *const sentences[FAULTS][2] = {
	[FAULT_PATH] = {
		" answers at its own address, but not by the path to the VIP.",
		" answer at their own addresses, but not by the path to the VIP."
	},
	[FAULT_DOWN] = { " is down.", " are down." },
	[FAULT_HAND] = {
		" is down in the kernel, and no check of dsrd says why.",
		" are down in the kernel, and no check of dsrd says why."
	},
	[FAULT_NO_NEIGHBOUR] = {
		" does not answer ARP or neighbour discovery, or its next hop does not.",
		" do not answer ARP or neighbour discovery, or their next hops do not."
	},
	[FAULT_NO_ROUTE] = {
		" cannot be reached: the director has no usable route.",
		" cannot be reached: the director has no usable route."
	},
	[FAULT_PAUSED] = { ": its checks are paused.", ": their checks are paused." },
	[FAULT_DRAINS] = {
		" drains: it gets no new flows.", " drain: they get no new flows."
	},
	[FAULT_OUT] = { " is taken out (state down).", " are taken out (state down)." },
};

/* Set the command for a group; for a single backend it names it. */
static void set_command(struct view *view, struct finding *finding, enum fault fault,
			const struct group *group)
{
	const struct view_service *service = finding->service;
	const struct dsr_key *key = &service->object->service;
	const char *first = group->named[0]->address;
	const char *only = group->n == 1 ? first : NULL;
	char vip[ADDR_TEXT];

	switch (fault) {
	case FAULT_PATH:
		if (key->by_mark) {
			run_about(view, finding, "health show", service, only);
			break;
		}
		finding->at_backend = true;
		put(finding, "dsr-backend check %s", addr_format(&key->addr, vip, sizeof(vip)));
		break;
	case FAULT_DOWN:
		run_about(view, finding, "health show", service, only);
		break;
	case FAULT_HAND:
		run_about(view, finding, "backend change", service, first);
		put(finding, " health up");
		break;
	case FAULT_PAUSED:
		run_about(view, finding, "health resume", service, only);
		break;
	case FAULT_DRAINS:
	case FAULT_OUT:
		run_about(view, finding, "backend change", service, first);
		put(finding, " state active");
		break;
	default:
		run(view, finding, "doctor");
	}
}

static void find_group(struct view *view, const struct view_service *service, enum fault fault,
		       const struct group *group)
{
	struct finding *finding;

	if (!group->n)
		return;
	finding = add(view, levels[fault], service);
	say(finding, "%s: ", service->name);
	say_backends(finding, group);
	say(finding, "%s", sentences[fault][group->n > 1]);
	if (fault == FAULT_PATH)
		say(finding, " See VIP, tunnel, rp_filter or MTU at the backend.");
	if (fault == FAULT_PATH || fault == FAULT_DOWN)
		say_reason(finding, group);
	set_command(view, finding, fault, group);
}

static void find_state(struct view *view, const struct view_service *service)
{
	const struct rates_object *object = service->object;
	struct finding *finding;

	switch (service->state) {
	case SERVICE_DOWN:
		finding = add(view, FINDING_FAULT, service);
		say(finding,
		    "%s: none of its backends (%u) takes new flows, so no new client is served.",
		    service->name, object->backends);
		run_about(view, finding, "backend show", service, NULL);
		break;
	case SERVICE_FAIL_OPEN:
		finding = add(view, FINDING_FAULT, service);
		say(finding,
		    "%s fails open: %u of %u backends are healthy, which is too few, so new flows go to the others as well.",
		    service->name, object->healthy, object->backends);
		run_about(view, finding, "health show", service, NULL);
		break;
	case SERVICE_EMPTY:
		finding = add(view, FINDING_WARNING, service);
		say(finding, "%s has no backends.", service->name);
		run_about(view, finding, "backend show", service, NULL);
		break;
	default:
		break;
	}
}

static void find_certificates(struct view *view, const struct view_service *service)
{
	const struct view_backend *backend, *first = NULL;
	struct finding *finding;
	char left[32];
	size_t i;

	for (i = service->first; i < service->first + service->n; i++) {
		backend = &view->backends[i];
		if (backend->check.expires &&
		    (!first || backend->check.expires < first->check.expires))
			first = backend;
	}
	if (!first || first->check.expires > view->daemon.now + CERTIFICATE_SOON)
		return;
	if (first->check.expires <= view->daemon.now) {
		finding = add(view, FINDING_FAULT, service);
		say(finding, "%s: the certificate of %s has expired.", service->name, first->name);
	} else {
		finding = add(view, FINDING_WARNING, service);
		say(finding, "%s: the certificate of %s expires in %s.", service->name, first->name,
		    view_duration(first->check.expires - view->daemon.now, left, sizeof(left)));
	}
	run_about(view, finding, "health checks", service, first->address);
}

static void find_in_service(struct view *view, const struct view_service *service)
{
	struct group groups[FAULTS] = { 0 };
	const struct view_backend *backend;
	struct group *group;
	enum fault fault;
	size_t i;

	find_state(view, service);
	for (i = service->first; i < service->first + service->n; i++) {
		backend = &view->backends[i];
		group = &groups[fault_of(backend)];
		if (group->n < NAMED)
			group->named[group->n] = backend;
		group->n++;
	}
	for (fault = FAULT_NONE + 1; fault < FAULTS; fault++)
		find_group(view, service, fault, &groups[fault]);
	find_certificates(view, service);
}

static void find_drops(struct view *view)
{
	const struct rates_drop *drop;
	struct finding *finding;
	char rate[16];
	size_t i;

	for (i = 0; i < view->drops.n; i++) {
		drop = list_at(&view->drops, i);
		if (drop->rate <= 0)
			continue;
		finding = add(view, FINDING_WARNING, NULL);
		say(finding, "The kernel drops %s packets per second (%s): %s",
		    rates_format(drop->rate, rate, sizeof(rate)), drop->name,
		    drop->doc ? drop->doc : "");
		run(view, finding, "trace --live");
	}
}

static void find_in_kernel(struct view *view)
{
	const struct view_daemon *daemon = &view->daemon;
	const struct dsr_stats *stats = &view->now->stats;
	struct finding *finding;
	char age[32];

	if (!daemon->loaded) {
		finding = add(view, FINDING_FAULT, NULL);
		say(finding, "The module nf_dsr is not loaded: nothing is forwarded.");
		put(finding, "systemctl restart nf_dsr");
	} else if (daemon->error) {
		finding = add(view, FINDING_FAULT, NULL);
		say(finding,
		    "The kernel does not say what it has: %s. What follows is %s old.",
		    daemon->error, view_duration(daemon->age, age, sizeof(age)));
		run(view, finding, "stats show");
	}
	if (stats->flows_max && stats->flows > FLOWS_NEARLY_FULL * stats->flows_max) {
		finding = add(view, FINDING_WARNING, NULL);
		say(finding,
		    "The flow table is nearly full: %u of %u. Further flows are not remembered.",
		    stats->flows, stats->flows_max);
		run(view, finding, "flow count");
	}
}

static void find_in_daemon(struct view *view)
{
	const struct view_daemon *daemon = &view->daemon;
	struct finding *finding;

	if (daemon->braked) {
		finding = add(view, FINDING_FAULT, NULL);
		say(finding,
		    "More than half of all backends began to fail at the same time, or no way leads to any of them. The director or its network is more likely at fault: dsrd leaves the health in the kernel as it was.");
		run(view, finding, "health show");
	}
	if (daemon->refused) {
		finding = add(view, FINDING_WARNING, NULL);
		say(finding, "The configuration file has errors; dsrd goes on %s.",
		    daemon->has_file ? "with the one before" : "without checks");
		run(view, finding, "check");
		if (daemon->file)
			put_word(finding, daemon->file);
	}
	if (daemon->has_file && daemon->drift) {
		finding = add(view, FINDING_WARNING, NULL);
		say(finding, "The kernel differs from the configuration file in %zu %s.",
		    daemon->drift, daemon->drift == 1 ? "place" : "places");
		run(view, finding, "diff");
	}
	if (daemon->lag >= LAG_NOTICED) {
		finding = add(view, FINDING_WARNING, NULL);
		say(finding,
		    "dsrd was late by %llu ms within the last minute: it lacks processor time, and checks may be late.",
		    (unsigned long long)daemon->lag);
		put(finding, "systemctl status dsrd");
	}
}

static void find_vips(struct view *view)
{
	const struct list *vips = view->daemon.vips;
	const struct view_vip *vip;
	struct finding *finding;
	size_t i;

	for (i = 0; vips && i < vips->n; i++) {
		vip = list_at(vips, i);
		finding = add(view, vip->wanted ? FINDING_NOTE : FINDING_FAULT, NULL);
		say(finding, "%s is %s: %s.", vip->name,
		    vip->withdrawn ? "not announced" : "being withdrawn", vip->reason);
		run(view, finding, "announce show");
		put_word(finding, vip->name);
	}
}

/* Sort by level. Those of a level stay in their order. */
static void sort(struct list *findings)
{
	struct list sorted = LIST_OF(struct finding);
	const struct finding *finding;
	int level;
	size_t i;

	for (level = 0; level < FINDING_LEVELS; level++) {
		for (i = 0; i < findings->n; i++) {
			finding = list_at(findings, i);
			if (finding->level == (enum finding_level)level)
				*(struct finding *)list_new(&sorted) = *finding;
		}
	}
	list_free(findings);
	*findings = sorted;
}

void findings_make(struct view *view)
{
	size_t i;

	find_in_kernel(view);
	find_in_daemon(view);
	find_vips(view);
	for (i = 0; i < view->n_services; i++)
		find_in_service(view, &view->services[i]);
	find_drops(view);
	sort(&view->findings);
}

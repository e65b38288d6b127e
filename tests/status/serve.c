// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Serves the status page of a director that does not exist, by the code of dsrd, to look at it:
 *
 *	serve PORT usual|good|hostile|large
 */
#include <ev.h>
#include <math.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "config.h"
#include "dsrd/journal.h"
#include "dsrd/page.h"
#include "dsrd/web.h"
#include "dsrd/web_rules.h"
#include "metrics.h"
#include "view_fixture.h"

#define HOSTILE "<img src=x onerror=alert(1)>\"'&\xe2\x80\xae\xff"

static struct fixture fixture;
static const struct view *view;

static void answer_metrics(struct web_answer *answer)
{
	const struct metrics metrics = { .text = &answer->body, .program = "dsrd" };

	answer->type = "text/plain";
	metrics_write(&metrics, &fixture.now);
}

static void answer(const struct web_request *request, struct web_answer *answer)
{
	const struct view_service *service = NULL;

	if (web_answer_asset(request, answer))
		return;
	if (!strcmp(request->path, "/metrics")) {
		answer_metrics(answer);
		return;
	}
	answer->type = "text/html; charset=utf-8";
	if (request->match)
		service = view_find(view, request->match);
	if (service)
		page_service(&answer->body, view, service, web_number(request->page));
	else if (!strcmp(request->path, "/log"))
		page_log(&answer->body, view, web_number(request->page));
	else
		page_overview(&answer->body, view, web_number(request->page));
}

/* Give a backend counters of now and of half a minute ago. */
static void count(struct rates_object *object, unsigned int flows)
{
	object->counters.active = flows * 7;
	object->counters.flows = flows * 30;
	object->counters.packets = flows * 30 * 11;
	object->counters.bytes = flows * 30 * 11 * 240ULL;
}

static void add_backend(__u8 effective, __u8 health, unsigned int flows)
{
	struct rates_object *object = fixture_backend(&fixture, effective, health);

	count(object, flows);
}

static void add_service(unsigned int flows)
{
	count(fixture_service(&fixture, NULL), flows);
}

/* An hour with a wave of traffic, and a fault since some minutes for one of the services. */
static void make_history(unsigned int minutes_of_fault)
{
	struct rates_reading *services = &fixture.now.services;
	const __u64 now = services->time, minute = 60 * 1000000000ULL;
	struct rates_object *service;
	struct dsr_counters *saved;
	unsigned int i;
	size_t j;

	rates_sort(services);
	saved = calloc(services->objects.n, sizeof(*saved));
	for (j = 0; j < services->objects.n; j++)
		saved[j] = ((struct rates_object *)list_at(&services->objects, j))->counters;
	for (i = 0; i < 2 * HISTORY_MINUTES; i++) {
		services->time = now - (2 * HISTORY_MINUTES - 1 - i) * minute / 2;
		for (j = 0; j < services->objects.n; j++) {
			service = (struct rates_object *)list_at(&services->objects, j);
			service->counters.flows += (100 + 60 * sin(i / 9.0 + j)) * (j + 1) * 30;
			service->up = service->backends;
			service->failing = !j && 2 * HISTORY_MINUTES - i <= 2 * minutes_of_fault;
			if (j == 1 && i > 40 && i < 47)
				service->up = 0;
		}
		histories_take(&fixture.histories, services);
	}
	for (j = 0; j < services->objects.n; j++) {
		service = (struct rates_object *)list_at(&services->objects, j);
		service->up = 0;
		service->failing = 0;
		service->counters = saved[j];
	}
	free(saved);
}

static struct config config;

static void name(size_t service, const char *text)
{
	struct config_service *named = list_new(&config.services);
	const struct rates_object *object = list_at(&fixture.now.services.objects, service);

	*named = (struct config_service){
		.key = object->service, .first_backend = config.backends.n
	};
	snprintf(named->name, sizeof(named->name), "%s", text);
}

static void name_backends(size_t first, size_t n, const char *text)
{
	struct config_service *service = config_service(&config, config.services.n - 1);
	const struct rates_object *object;
	struct config_backend *named;
	size_t i;

	service->n_backends = n;
	for (i = 0; i < n; i++) {
		object = list_at(&fixture.now.backends.objects, first + i);
		named = list_new(&config.backends);
		*named = (struct config_backend){ .addr = object->addr };
		snprintf(named->name, sizeof(named->name), "%s%zu", text, i + 1);
	}
}

static void use_names(void)
{
	struct names *names = names_new(NULL);

	names_take(names, &config);
	fixture.now.names = names;
}

static void add_draining(void)
{
	struct rates_object *object = fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_DRAINING,
						      NF_DSR_HEALTH_UP);

	object->state = NF_DSR_BACKEND_STATE_DRAIN;
}

/* Three services, one of which has a broken tunnel. */
static void make_usual(bool good)
{
	const __u8 serving = NF_DSR_EFFECTIVE_STATE_SERVING;

	add_service(320);
	add_backend(serving, NF_DSR_HEALTH_UP, 160);
	if (good)
		add_backend(serving, NF_DSR_HEALTH_UP, 78);
	else
		add_backend(NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN, NF_DSR_HEALTH_DOWN, 0);
	add_backend(serving, NF_DSR_HEALTH_UP, 82);
	add_service(190);
	add_backend(serving, NF_DSR_HEALTH_UP, 97);
	add_backend(serving, NF_DSR_HEALTH_UP, 93);
	if (!good)
		add_draining();
	fixture_service(&fixture, "blue");
	add_backend(serving, NF_DSR_HEALTH_UP, 0);
	config_init(&config);
	name(0, "shop");
	name_backends(0, 3, "web");
	name(1, "api");
	name_backends(3, 2 + !good, "api");
	use_names();
	fixture.before.time = fixture.now.time - 30000000000;
	fixture.before.services.time = fixture.before.time;
	fixture.before.backends.time = fixture.before.time;
	make_history(good ? 0 : 12);
	journal_add(JOURNAL_NOTICE, NULL, NULL, "reload", "5 backends have checks");
	fixture_checked = 2;
	fixture_others = (struct view_check){
		.known = true, .path = "up", .host = "up", .check = "front",
		.reason = "status 200", .since = 86400 * 12
	};
	fixture_check = fixture_others;
	if (good)
		return;
	fixture.daemon.drift = 1;
	fixture_check = (struct view_check){
		.known = true, .path = "down", .host = "up", .host_only = true, .check = "front",
		.reason = "no answer within 1000 ms", .since = 745
	};
	journal_add(JOURNAL_WARNING, "shop", "web2", "down", "front: no answer within 1000 ms");
	fixture.now.stats.drops = calloc(1, sizeof(struct dsr_drop));
	fixture.now.stats.n_drops = 1;
	fixture.now.stats.drops[0] = (struct dsr_drop){
		strdup("too_big"),
		strdup("The packet is too long for the path, and must not be fragmented."),
		75
	};
}

static void make_hostile(void)
{
	make_usual(false);
	fixture_service(&fixture, "\"><b>&'");
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR, NF_DSR_HEALTH_UP);
	fixture_check.reason = HOSTILE;
	fixture_check.check = HOSTILE;
	fixture_checked = 0;
	fixture.daemon.machine = HOSTILE;
	fixture.daemon.netns = "Averylongnameofanetworknamespacewithoutanyblankwhatsoever";
	journal_add(JOURNAL_WARNING, HOSTILE, HOSTILE, "down", HOSTILE);
}

static void stop(struct ev_loop *loop, ev_signal *self, int events)
{
	(void)self;
	(void)events;
	ev_break(loop, EVBREAK_ALL);
}

int main(int argc, char **argv)
{
	struct ev_loop *loop = ev_default_loop(EVFLAG_NOENV);
	struct config_status where;
	struct dsr_error err = { 0 };
	ev_signal term;

	if (argc != 3)
		return 1;
	fixture_begin(&fixture);
	if (!strcmp(argv[2], "hostile")) {
		make_hostile();
	} else if (!strcmp(argv[2], "large")) {
		fixture_fill(&fixture, 100, 100);
		fixture_shake(&fixture);
	} else {
		make_usual(!strcmp(argv[2], "good"));
	}
	view = fixture_view(&fixture);
	status_init(&where);
	where.port = atoi(argv[1]);
	if (web_start(loop, &where, answer, &err)) {
		fprintf(stderr, "%s\n", err.text);
		return 1;
	}
	ev_signal_init(&term, stop, SIGTERM);
	ev_signal_start(loop, &term);
	ev_run(loop, 0);
	web_stop();
	return 0;
}

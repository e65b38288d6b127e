// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "dsrd/view.h"

#define SECOND 1000000000ULL

static void name_service(struct view_service *service, const struct names *names)
{
	const struct dsr_key *key = &service->object->service;

	names_service(names, key, service->name, sizeof(service->name));
	names_service(NULL, key, service->match, sizeof(service->match));
}

static void make_services(struct view *view, const struct view_source *source)
{
	const struct rates_reading *services = &source->now->services;
	struct view_service *service;
	size_t i;

	view->n_services = services->objects.n;
	view->services = error_check_alloc(calloc(view->n_services + 1, sizeof(*service)));
	for (i = 0; i < view->n_services; i++) {
		service = &view->services[i];
		service->object = list_at(&services->objects, i);
		service->state = service_state(service->object);
		service->history = histories_find(source->histories, &service->object->service);
		name_service(service, source->now->names);
		rates_of(&source->before->services, service->object, services->time,
			 &service->rates);
	}
}

static void make_backend(struct view_backend *backend, const struct rates_result *result,
			 const struct view_source *source)
{
	const struct rates_object *object = result->object;

	backend->result = result;
	backend->fails = rates_fails(object);
	names_backend(source->now->names, &object->service, &object->addr, backend->name,
		      sizeof(backend->name));
	addr_format(&object->addr, backend->address, sizeof(backend->address));
	source->look(&object->service, &object->addr, &backend->check);
}

/* Return the service of an object, as the kernel lists it, or NULL. */
static struct view_service *service_of(struct view *view, const struct rates_object *object)
{
	const struct rates_object *service = rates_find(&view->now->services, &object->service,
							NULL);

	if (!service)
		return NULL;
	return &view->services[service - view->services[0].object];
}

static void make_backends(struct view *view, const struct view_source *source)
{
	const struct rates_result *result, *last = NULL;
	struct view_service *service = NULL;
	size_t i;

	view->n_backends = view->results.n;
	view->backends = error_check_alloc(calloc(view->n_backends + 1, sizeof(*view->backends)));
	for (i = 0; i < view->n_backends; i++) {
		result = list_at(&view->results, i);
		make_backend(&view->backends[i], result, source);
		if (!last || rates_compare_keys(&last->object->service, &result->object->service)) {
			service = service_of(view, result->object);
			if (service)
				service->first = i;
		}
		if (service)
			service->n++;
		last = result;
	}
}

void view_make(struct view *view, const struct view_source *source)
{
	__u64 before = source->before->time, now = source->now->time;

	*view = (struct view){
		.daemon = source->daemon, .now = source->now, .histories = source->histories,
		.results = LIST_OF(struct rates_result), .drops = LIST_OF(struct rates_drop),
		.findings = LIST_OF(struct finding),
	};
	if (before && now > before)
		view->seconds = (double)(now - before) / SECOND;
	make_services(view, source);
	rates_compute(&source->before->backends, &source->now->backends, &view->results);
	make_backends(view, source);
	rates_drops(&source->before->stats, &source->now->stats,
		    before && now > before ? now - before : 0, &view->drops);
	findings_make(view);
}

void view_free(struct view *view)
{
	free(view->services);
	free(view->backends);
	list_free(&view->results);
	list_free(&view->drops);
	list_free(&view->findings);
}

const struct view_service *view_find(const struct view *view, const char *match)
{
	size_t i;

	for (i = 0; i < view->n_services; i++)
		if (!strcmp(view->services[i].match, match))
			return &view->services[i];
	return NULL;
}

const char *view_duration(__u64 seconds, char *text, size_t size)
{
	unsigned long long minutes = seconds / 60, hours = minutes / 60;

	if (!minutes)
		snprintf(text, size, "%llu s", (unsigned long long)seconds);
	else if (!hours)
		snprintf(text, size, "%llu min", minutes);
	else if (hours < 48)
		snprintf(text, size, "%llu h %llu min", hours, minutes % 60);
	else
		snprintf(text, size, "%llu days", hours / 24);
	return text;
}

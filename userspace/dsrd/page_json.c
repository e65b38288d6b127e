// SPDX-License-Identifier: GPL-2.0-or-later
/* The contents of the status page as JSON. dsrd(8) describes it. */
#include <string.h>

#include "dsrd/html.h"
#include "dsrd/page.h"

static void begin_key(struct text *text, const char *key)
{
	char last = text->bytes[text->n - 1];

	if (last != '{' && last != '[')
		text_add(text, ",");
	json_text(text, key);
	text_add(text, ":");
}

static void put_string(struct text *text, const char *key, const char *value)
{
	if (!value)
		return;
	begin_key(text, key);
	json_text(text, value);
}

static void put_number(struct text *text, const char *key, __u64 value)
{
	begin_key(text, key);
	text_add_number(text, value);
}

static void put_real(struct text *text, const char *key, double value)
{
	begin_key(text, key);
	text_printf(text, "%.6g", value);
}

static void put_flag(struct text *text, const char *key, bool value)
{
	begin_key(text, key);
	text_add(text, value ? "true" : "false");
}

static void begin_object(struct text *text)
{
	if (text->bytes[text->n - 1] == '}')
		text_add(text, ",\n");
	text_add(text, "{");
}

static void put_rates(struct text *text, const struct dsr_rates *rates,
		      const struct dsr_counters *counters)
{
	put_number(text, "flows", counters->active);
	put_real(text, "new_flows_per_second", rates->flows);
	put_real(text, "packets_per_second", rates->packets);
	put_real(text, "bits_per_second", rates->bits);
}

static void put_word(struct text *text, const char *key, const char *const *names,
		     unsigned int value)
{
	char number[16];

	put_string(text, key, model_name(names, value, number, sizeof(number)));
}

static void put_backend(struct text *text, const struct view_backend *backend)
{
	const struct rates_result *result = backend->result;
	const struct rates_object *object = result->object;

	begin_object(text);
	put_string(text, "name", backend->name);
	put_string(text, "address", backend->address);
	put_word(text, "effective", names_effective_state, object->effective);
	put_word(text, "state", names_backend_state, object->state);
	put_word(text, "health", names_health, object->health);
	put_number(text, "weight", object->weight);
	if (result->weight_share >= 0)
		put_real(text, "weight_share", result->weight_share);
	if (result->share >= 0)
		put_real(text, "share", result->share);
	put_rates(text, &result->rates, &object->counters);
	if (backend->check.known) {
		put_string(text, "path", backend->check.path);
		put_string(text, "host", backend->check.host);
		put_string(text, "check", backend->check.check);
		put_string(text, "reason", backend->check.reason);
		put_number(text, "since", backend->check.since);
		put_string(text, "hint", backend->check.hint);
		put_flag(text, "paused", backend->check.paused);
	}
	text_add(text, "}");
}

/* In the order of enum service_state. */
static const char *const states[SERVICE_STATES] = {
	"unseen", "ok", "empty", "degraded", "fail-open", "down"
};

static void put_hour(struct text *text, const struct view *view, const struct history *history)
{
	const struct history_minute *minute;
	unsigned int i;

	begin_key(text, "hour");
	text_add(text, "[");
	for (i = HISTORY_MINUTES; i-- > 0;) {
		minute = history_minute(view->histories, history, i);
		begin_object(text);
		put_string(text, "state", states[minute->state]);
		put_real(text, "new_flows_per_second", minute->flows);
		text_add(text, "}");
	}
	text_add(text, "]");
}

static void put_service(struct text *text, const struct view *view,
			const struct view_service *service, bool services)
{
	size_t i;

	begin_object(text);
	put_string(text, "name", service->name);
	put_string(text, "match", service->match);
	put_string(text, "state", states[service->state]);
	put_number(text, "backends_total", service->object->backends);
	put_number(text, "backends_up", service->object->up);
	put_flag(text, "fail_open", service->object->fail_open);
	put_rates(text, &service->rates, &service->object->counters);
	if (service->history)
		put_hour(text, view, service->history);
	if (!services) {
		begin_key(text, "backends");
		text_add(text, "[");
		for (i = 0; i < service->n; i++)
			put_backend(text, &view->backends[service->first + i]);
		text_add(text, "]");
	}
	text_add(text, "}");
}

static void put_findings(struct text *text, const struct view *view)
{
	static const char *const levels[] = { "fault", "warning", "note" };
	const struct finding *finding;
	size_t i;

	begin_key(text, "findings");
	text_add(text, "[");
	for (i = 0; i < view->findings.n; i++) {
		finding = list_at(&view->findings, i);
		begin_object(text);
		put_string(text, "level", levels[finding->level]);
		put_string(text, "text", finding->text);
		if (*finding->command) {
			put_string(text, "command", finding->command);
			put_string(text, "at", finding->at_backend ? "backend" : "director");
		}
		if (finding->service)
			put_string(text, "service", finding->service->match);
		text_add(text, "}");
	}
	text_add(text, "]");
}

static void put_drops(struct text *text, const struct view *view)
{
	const struct rates_drop *drop;
	size_t i;

	begin_key(text, "drops");
	text_add(text, "[");
	for (i = 0; i < view->drops.n; i++) {
		drop = list_at(&view->drops, i);
		begin_object(text);
		put_string(text, "reason", drop->name);
		put_string(text, "meaning", drop->doc);
		put_number(text, "packets", drop->packets);
		put_real(text, "packets_per_second", drop->rate);
		text_add(text, "}");
	}
	text_add(text, "]");
}

static void put_daemon(struct text *text, const struct view *view)
{
	const struct view_daemon *daemon = &view->daemon;

	put_string(text, "time", daemon->time);
	put_string(text, "machine", daemon->machine);
	put_string(text, "netns", daemon->netns);
	put_string(text, "version", DSRCTL_VERSION);
	put_flag(text, "module_loaded", daemon->loaded);
	put_string(text, "error", daemon->error);
	put_number(text, "age", daemon->age);
	put_string(text, "file", daemon->file);
	put_flag(text, "file_refused", daemon->refused);
	if (daemon->has_file)
		put_number(text, "drift", daemon->drift);
	put_flag(text, "brake", daemon->braked);
	put_number(text, "generation", view->now->stats.generation);
	put_number(text, "flows", view->now->stats.flows);
	put_number(text, "flows_max", view->now->stats.flows_max);
	put_real(text, "rates_seconds", view->seconds);
}

void page_json(struct text *text, const struct view *view, bool services)
{
	size_t i;

	text_add(text, "{");
	put_daemon(text, view);
	put_findings(text, view);
	put_drops(text, view);
	begin_key(text, "services");
	text_add(text, "[");
	for (i = 0; i < view->n_services; i++)
		put_service(text, view, &view->services[i], services);
	text_add(text, "]}\n");
}

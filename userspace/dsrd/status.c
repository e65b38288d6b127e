// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "clock.h"
#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "dsrd/page.h"
#include "dsrd/registry.h"
#include "dsrd/sample.h"
#include "dsrd/status.h"
#include "dsrd/vips.h"
#include "dsrd/web.h"
#include "dsrd/web_rules.h"
#include "metrics.h"

#define SECOND 1000000000ULL
#define TICK 1.0
/* Ticks of a window in which the longest delay is looked for; the one before counts, too. */
#define LAG_TICKS 30
/* Ticks until it is tried again to serve. */
#define RETRY_TICKS 10

static struct {
	struct ev_loop *loop;
	const char *netns;		/* for commands, or NULL */
	char machine[HOST_NAME_MAX + 1];
	char file[PATH_MAX];		/* empty: none was read */
	bool refused;
	bool has_file;
	struct config_status wanted;
	struct config_status served;	/* as long as is_serving */
	bool is_serving;
	bool has_complained;
	ev_timer tick;
	__u64 due;			/* when the next tick is */
	__u64 lag, lag_before;		/* the longest delays of ticks */
	unsigned int ticks;
} status;

static __u64 lag(void)
{
	return status.lag > status.lag_before ? status.lag : status.lag_before;
}

static void look(const struct dsr_key *service, const struct dsr_addr *addr,
		 struct view_check *check)
{
	const struct member *member = registry_find(service, addr);
	const struct probe *probe;
	unsigned int i;

	if (!member)
		return;
	*check = (struct view_check){
		.known = true, .paused = member->paused, .hint = member_hint(member),
		.path = verdict_name(member_verdict_of(member, true)),
		.host = verdict_name(member_verdict_of(member, false)),
	};
	check->host_only = check->hint;
	probe = member_reason(member);
	if (probe) {
		check->check = probe->check.name;
		check->reason = probe->reason;
		check->since = (clock_now() - probe->health.since) / SECOND;
	}
	for (i = 0; i < member->n_links; i++) {
		probe = member->links[i].probe;
		if (probe->expires && (!check->expires || probe->expires < check->expires))
			check->expires = probe->expires;
	}
}

/* Write the time without fractions of seconds, but with its zone. */
static void format_time(char *text, size_t size)
{
	char whole[CLOCK_TEXT];

	clock_format(CLOCK_ISO, whole, sizeof(whole));
	snprintf(text, size, "%.10s %.8s %s", whole, whole + strlen("2026-11-29T"),
		 whole + strlen("2026-11-29T12:00:01.234567"));
}

/* Add a VIP to a list unless it is announced, or about to be. */
static void add_vip(const struct vip *vip, void *arg)
{
	enum announce_state state = announce_state(&vip->announce);
	struct view_vip *added;
	char reason[sizeof(added->reason)];

	if (state != ANNOUNCE_IS_WITHDRAWN && state != ANNOUNCE_IS_DRAINING)
		return;
	added = list_new(arg);
	added->withdrawn = state == ANNOUNCE_IS_WITHDRAWN;
	added->wanted = vip->announce.drained;
	addr_format_key(&vip->key, added->name, sizeof(added->name));
	snprintf(added->reason, sizeof(added->reason), "%s",
		 vip_reason(vip, reason, sizeof(reason)));
}

/* Fill in the view. The VIPs are kept until the next one is made. */
static void make_view(struct view *view)
{
	const struct sample *sample = sample_get();
	static char time_text[CLOCK_TEXT];
	static struct list vips = LIST_OF(struct view_vip);
	struct view_source source = {
		.now = &sample->now, .before = sample_before(sample),
		.histories = &sample->histories, .look = look,
		.daemon = {
			.machine = status.machine, .netns = status.netns, .time = time_text,
			.now = time(NULL), .loaded = kernel_is_loaded(),
			.error = *sample->error ? sample->error : NULL,
			.age = sample->now.time ? (clock_now() - sample->now.time) / SECOND : 0,
			.file = *status.file ? status.file : NULL, .refused = status.refused,
			.has_file = status.has_file, .drift = sample->drift,
			.braked = registry_is_braked(), .vips = &vips,
			.lag = lag() / 1000000,
		}
	};

	list_clear(&vips);
	vips_each(add_vip, &vips);
	format_time(time_text, sizeof(time_text));
	view_make(view, &source);
}

/* Write when the certificates that checks have seen expire. */
static void write_certificates(const struct metrics *metrics)
{
	static const char name[] = "tls_certificate_expiry_timestamp_seconds";
	struct text labels = { 0 };
	const struct member *member;
	const struct link *link;
	size_t i;

	metrics_family(metrics, name, "gauge",
		       "When the certificate that a check has seen expires.");
	for (i = 0; i < registry_n_members(); i++) {
		member = registry_member(i);
		for (link = member->links; link < member->links + member->n_links; link++) {
			if (!link->probe->expires)
				continue;
			metrics_label(&labels, "service", member->service_name);
			metrics_label(&labels, "backend", member->name);
			metrics_label(&labels, "check", link->probe->check.name);
			metrics_label(&labels, "target", link->of_path ? "path" : "host");
			metrics_sample(metrics, name, labels.bytes);
			metrics_number(metrics, link->probe->expires);
			text_free(&labels);
		}
	}
}

static void write_daemon(const struct metrics *metrics, const struct sample *sample)
{
	metrics_gauge(metrics, "module_loaded", "Whether the module nf_dsr is loaded.",
		      kernel_is_loaded());
	if (status.has_file)
		metrics_gauge(metrics, "config_drift",
			      "Differences between the configuration file and the kernel.",
			      sample->drift);
	metrics_gauge(metrics, "config_refused",
		      "1 if the configuration file has errors, so the one before is in effect.",
		      status.refused);
	metrics_gauge(metrics, "check_brake",
		      "1 while a mass failure keeps dsrd from telling the kernel what checks find.",
		      registry_is_braked());
	metrics_gauge(metrics, "check_backends", "Backends that have checks.",
		      registry_n_members());
	metrics_family(metrics, "check_scheduler_lag_seconds", "gauge",
		       "The longest delay of dsrd's timers within the last minute.");
	metrics_sample(metrics, "check_scheduler_lag_seconds", NULL);
	metrics_real(metrics, lag() / 1e9);
}

static void answer_metrics(const struct web_request *request, struct web_answer *answer)
{
	const struct sample *sample = sample_get();
	struct metrics metrics = { .text = &answer->body, .program = "dsrd" };

	answer->type = "text/plain; version=0.0.4; charset=utf-8";
	/* A scrape that fails is noticed, and old counters are not. */
	if (kernel_is_loaded() && *sample->error) {
		answer->status = 503;
		text_printf(&answer->body, "%s\n", sample->error);
		return;
	}
	if (web_prefers_openmetrics(request->accept)) {
		metrics.form = METRICS_OPEN;
		answer->type = "application/openmetrics-text; version=1.0.0; charset=utf-8";
	}
	if (request->scope && !strcmp(request->scope, "service"))
		metrics.scope = METRICS_SERVICES;
	if (kernel_is_loaded())
		metrics_write(&metrics, &sample->now);
	write_daemon(&metrics, sample);
	tally_write(&metrics);
	vips_write(&metrics);
	if (metrics.scope == METRICS_ALL)
		write_certificates(&metrics);
	metrics_end(&metrics);
}

static void answer_page(const struct web_request *request, struct web_answer *answer)
{
	const struct view_service *service;
	struct view view;

	answer->type = "text/html; charset=utf-8";
	make_view(&view);
	service = request->match ? view_find(&view, request->match) : NULL;
	if (!strcmp(request->path, "/")) {
		page_overview(&answer->body, &view, web_number(request->page));
	} else if (!strcmp(request->path, "/log")) {
		page_log(&answer->body, &view, web_number(request->page));
	} else if (!strcmp(request->path, "/service") && service) {
		page_service(&answer->body, &view, service, web_number(request->page));
	} else {
		answer->status = 404;
		page_not_found(&answer->body, &view);
	}
	view_free(&view);
}

static void answer_json(const struct web_request *request, struct web_answer *answer)
{
	struct view view;

	answer->type = "application/json";
	make_view(&view);
	page_json(&answer->body, &view, request->scope && !strcmp(request->scope, "service"));
	view_free(&view);
}

static void answer_request(const struct web_request *request, struct web_answer *answer)
{
	if (web_answer_asset(request, answer))
		return;
	if (!strcmp(request->path, "/metrics"))
		answer_metrics(request, answer);
	else if (!strcmp(request->path, "/status.json"))
		answer_json(request, answer);
	else
		answer_page(request, answer);
}

/* Serve what is wanted, unless it is served. */
static void serve(void)
{
	struct dsr_error err = { 0 };
	char text[STATUS_FORMAT_SIZE];

	if (status.is_serving || status.wanted.kind == STATUS_OFF)
		return;
	status.served = status.wanted;
	if (!web_start(status.loop, &status.served, answer_request, &err)) {
		status.is_serving = true;
		sample_keep(true);
		status.has_complained = false;
		journal_add(JOURNAL_NOTICE, NULL, NULL, "status", "the status page is at %s%s",
			    status.served.kind == STATUS_INET ? "http://" : "",
			    status_keys[0].format(&status.served, text, sizeof(text)));
	} else if (!status.has_complained) {
		status.has_complained = true;
		journal_add(JOURNAL_ERROR, NULL, NULL, "status", "no status page: %s", err.text);
	}
}

static void on_tick(struct ev_loop *loop, ev_timer *timer, int events)
{
	__u64 now = clock_now(), late = now > status.due ? now - status.due : 0;

	(void)loop;
	(void)timer;
	(void)events;
	if (late > status.lag)
		status.lag = late;
	/* The loop does not say when a timer was due, but it is never early. And what was missed is
	 * not made up for.
	 */
	if (now < status.due || late > TICK * SECOND)
		status.due = now;
	status.due += TICK * SECOND;
	status.ticks++;
	if (!(status.ticks % LAG_TICKS)) {
		status.lag_before = status.lag;
		status.lag = 0;
	}
	if (!(status.ticks % RETRY_TICKS))
		serve();
}

void status_configure(const struct config *config, const char *file, bool refused)
{
	struct config_status none;

	snprintf(status.file, sizeof(status.file), "%s", file);
	status.refused = refused;
	status.has_file = config;
	sample_configure(config);
	status_init(&none);
	status.wanted = config ? config->status : none;
	if (status.is_serving && memcmp(&status.wanted, &status.served, sizeof(status.wanted))) {
		web_stop();
		status.is_serving = false;
		sample_keep(false);
	}
	status.has_complained = false;
	serve();
}

void status_start(struct ev_loop *loop, const char *netns)
{
	status.loop = loop;
	status.netns = netns;
	gethostname(status.machine, sizeof(status.machine) - 1);
	sample_init(loop);
	ev_timer_init(&status.tick, on_tick, TICK, TICK);
	ev_timer_start(loop, &status.tick);
	status.due = clock_now() + TICK * SECOND;
}

void status_stop(void)
{
	web_stop();
	sample_exit();
}

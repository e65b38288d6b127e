// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Metrics, see metrics.h. The outer loops are over the tables of families, and the inner ones over
 * the objects, whose labels are made once.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "metrics.h"
#include "names.h"

/* Room for a value of a label, in which each byte may take five. */
#define VALUE (5 * NAMES_TEXT)

enum kind {
	NUMBER32,	/* of struct rates_object at the offset */
	NUMBER64,
	SERVING,	/* 1 if the backend takes new flows */
	SHARE,		/* that the weights give to the backend */
	HEALTH,		/* a sample for each state, 1 for the one that it has */
	STATE,
};

struct family {
	const char *name;
	const char *type;
	const char *help;
	enum kind kind;
	size_t offset;
};

#define COUNTER(member) offsetof(struct rates_object, counters.member)

/* The kernel counts only what clients send, and readers look for the other direction. */
#define ONE_WAY " Replies do not pass the director."

static const struct family service_families[] = {
	{ "service_flows", "gauge", "Flows remembered now.", NUMBER64, COUNTER(active) },
	{ "service_new_flows_total", "counter", "Flows that began.", NUMBER64, COUNTER(flows) },
	{
		"service_packets_total", "counter",
		"Packets from clients to backends." ONE_WAY, NUMBER64, COUNTER(packets)
	}, {
		"service_bytes_total", "counter",
		"Bytes from clients to backends." ONE_WAY, NUMBER64, COUNTER(bytes)
	}, {
		"service_backends", "gauge", "Backends, whatever their states are.",
		NUMBER32, offsetof(struct rates_object, backends)
	},
	{
		"service_backends_up", "gauge", "Backends that take new flows.",
		NUMBER32, offsetof(struct rates_object, up)
	}, {
		"service_backends_healthy", "gauge",
		"Healthy backends, of those that are active and have a weight.",
		NUMBER32, offsetof(struct rates_object, healthy)
	}, {
		"service_fail_open", "gauge",
		"1 while the health of backends is ignored because too few are healthy.",
		NUMBER32, offsetof(struct rates_object, fail_open)
	}, {
		"service_fail_opens_total", "counter", "Times that this began.",
		NUMBER64, offsetof(struct rates_object, fail_opens)
	},
	{ 0 }
};

static const struct family backend_families[] = {
	{ "backend_flows", "gauge", "Flows remembered now.", NUMBER64, COUNTER(active) },
	{ "backend_new_flows_total", "counter", "Flows that began.", NUMBER64, COUNTER(flows) },
	{
		"backend_packets_total", "counter",
		"Packets from clients to the backend." ONE_WAY, NUMBER64, COUNTER(packets)
	}, {
		"backend_bytes_total", "counter",
		"Bytes from clients to the backend." ONE_WAY, NUMBER64, COUNTER(bytes)
	}, {
		"backend_icmp_errors_total", "counter",
		"ICMP errors about packets in the tunnel to the backend.",
		NUMBER64, COUNTER(icmp_errors)
	}, {
		"backend_unreachable_packets_total", "counter",
		"Packets lost because the backend could not be reached.",
		NUMBER64, COUNTER(unreachable)
	}, {
		"backend_check_packets_total", "counter",
		"Packets of checks with the backend's check-mark, which no other counter has.",
		NUMBER64, COUNTER(check_packets)
	}, {
		"backend_check_bytes_total", "counter", "Bytes of these packets.",
		NUMBER64, COUNTER(check_bytes)
	}, {
		"backend_weight", "gauge", "Weight.",
		NUMBER32, offsetof(struct rates_object, weight)
	}, {
		"backend_share_ratio", "gauge",
		"Share of new flows that the weights of backends which take them give.", SHARE
	},
	{ "backend_serving", "gauge", "Whether the backend takes new flows.", SERVING },
	{ "backend_health", "gauge", "Result of health checks, 1 for the one it is.", HEALTH },
	{
		"backend_admin_state", "gauge",
		"State that the operator has set, 1 for the one it is.", STATE
	},
	{ 0 }
};

/* An object with its labels and what was computed for it. */
struct item {
	const struct rates_object *object;
	size_t labels;		/* where they begin */
	size_t length;
	double share;
};

struct items {
	struct item *items;
	size_t n;
	struct text labels;	/* of all of them, one after another */
};

void metrics_escape(const char *value, char *text, size_t size)
{
	size_t used = 0;

	for (text[0] = '\0'; *value && used + 6 <= size; value++) {
		if (*value == '"' || *value == '\\')
			used += snprintf(text + used, size - used, "\\%c", *value);
		else if (isascii(*value) && isprint((unsigned char)*value))
			used += snprintf(text + used, size - used, "%c", *value);
		else
			used += snprintf(text + used, size - used, "\\\\x%02x",
					 (unsigned char)*value);
	}
}

void metrics_label(struct text *labels, const char *label, const char *value)
{
	char text[VALUE];

	metrics_escape(value, text, sizeof(text));
	if (labels->n && labels->bytes[labels->n - 1] != '{')
		text_add(labels, ",");
	text_add(labels, label);
	text_add(labels, "=\"");
	text_add(labels, text);
	text_add(labels, "\"");
}

void metrics_service_labels(struct text *labels, const struct names *names,
			    const struct dsr_key *service)
{
	char name[NAMES_TEXT];

	metrics_label(labels, "service", names_service(names, service, name, sizeof(name)));
}

static void make_labels(struct text *labels, const struct rates_object *object,
			const struct names *names)
{
	char name[NAMES_TEXT], proto[16];

	text_add(labels, "{");
	metrics_service_labels(labels, names, &object->service);
	if (object->addr.family)
		metrics_label(labels, "backend",
			      names_backend(names, &object->service, &object->addr, name,
					    sizeof(name)));
	metrics_label(labels, "proto",
		      model_protocol(object->service.protocol, proto, sizeof(proto)));
}

static void make_items(struct items *items, const struct rates_reading *reading,
		       const struct names *names)
{
	size_t i;

	*items = (struct items){ .n = reading->objects.n };
	items->items = error_check_alloc(calloc(items->n + 1, sizeof(*items->items)));
	for (i = 0; i < items->n; i++) {
		items->items[i].object = list_at(&reading->objects, i);
		items->items[i].labels = items->labels.n;
		make_labels(&items->labels, items->items[i].object, names);
		items->items[i].length = items->labels.n - items->items[i].labels;
	}
}

static void free_items(struct items *items)
{
	free(items->items);
	text_free(&items->labels);
}

static void compute_shares(const struct rates_reading *backends, struct items *items)
{
	const struct rates_reading none = RATES_READING;
	struct list results = LIST_OF(struct rates_result);
	const struct rates_result *result;
	size_t i;

	rates_compute(&none, backends, &results);
	for (i = 0; i < results.n; i++) {
		result = list_at(&results, i);
		items->items[i].share = result->weight_share > 0 ? result->weight_share : 0;
	}
	list_free(&results);
}

/* In OpenMetrics, the name of a family of counters does not have the end that samples have. */
static int family_length(const struct metrics *metrics, const char *name, const char *type)
{
	int length = strlen(name);

	if (metrics->form == METRICS_OPEN && !strcmp(type, "counter"))
		length -= strlen("_total");
	return length;
}

void metrics_family(const struct metrics *metrics, const char *name, const char *type,
		    const char *help)
{
	int length = family_length(metrics, name, type);

	text_printf(metrics->text, "# HELP nf_dsr_%.*s %s\n# TYPE nf_dsr_%.*s %s\n", length, name,
		    help, length, name, type);
}

void metrics_sample(const struct metrics *metrics, const char *name, const char *labels)
{
	text_add(metrics->text, "nf_dsr_");
	text_add(metrics->text, name);
	if (labels) {
		text_add(metrics->text, "{");
		text_add(metrics->text, labels);
		text_add(metrics->text, "}");
	}
	text_add(metrics->text, " ");
}

void metrics_number(const struct metrics *metrics, __u64 value)
{
	text_add_number(metrics->text, value);
	text_add(metrics->text, "\n");
}

void metrics_real(const struct metrics *metrics, double value)
{
	text_printf(metrics->text, "%.9g\n", value);
}

void metrics_gauge(const struct metrics *metrics, const char *name, const char *help, __u64 value)
{
	metrics_family(metrics, name, "gauge", help);
	metrics_sample(metrics, name, NULL);
	metrics_number(metrics, value);
}

/* The beginning of all samples of a family, and an object with its labels. */
struct sample {
	const struct text *name;
	const char *labels;
	size_t length;
	const struct rates_object *object;
};

static void begin_sample(struct text *text, const struct sample *sample)
{
	text_add_bytes(text, sample->name->bytes, sample->name->n);
	text_add_bytes(text, sample->labels, sample->length);
}

static void put_states(struct text *text, const struct sample *sample, const char *const *names,
		       __u8 value)
{
	int i;

	for (i = 0; names[i]; i++) {
		begin_sample(text, sample);
		text_add(text, ",state=\"");
		text_add(text, names[i]);
		text_add_bytes(text, i == value ? "\"} 1\n" : "\"} 0\n", 5);
	}
}

/* Return the value of a family that has integers. */
static __u64 number_of(const struct family *family, const struct rates_object *object)
{
	const void *at = (const char *)object + family->offset;

	switch (family->kind) {
	case NUMBER32:
		return *(const __u32 *)at;
	case NUMBER64:
		return *(const __u64 *)at;
	default:
		return rates_takes_flows(object->effective);
	}
}

static void put_sample(struct text *text, const struct family *family, const struct sample *sample,
		       double share)
{
	switch (family->kind) {
	case HEALTH:
		put_states(text, sample, names_health, sample->object->health);
		break;
	case STATE:
		put_states(text, sample, names_backend_state, sample->object->state);
		break;
	case SHARE:
		begin_sample(text, sample);
		text_printf(text, "} %.6g\n", share);
		break;
	default:
		begin_sample(text, sample);
		text_add_bytes(text, "} ", 2);
		text_add_number(text, number_of(family, sample->object));
		text_add_bytes(text, "\n", 1);
	}
}

static void put_families(const struct metrics *metrics, const struct family *family,
			 const struct items *items)
{
	struct text name = { 0 };
	size_t i;

	for (; family->name; family++) {
		metrics_family(metrics, family->name, family->type, family->help);
		text_printf(&name, "nf_dsr_%s", family->name);
		for (i = 0; i < items->n; i++) {
			const struct item *item = &items->items[i];
			const struct sample sample = {
				&name, items->labels.bytes + item->labels, item->length,
				item->object
			};

			put_sample(metrics->text, family, &sample, item->share);
		}
		text_free(&name);
	}
}

static void put_drops(const struct metrics *metrics, const struct dsr_stats *stats)
{
	struct text labels = { 0 };
	size_t i;

	metrics_family(metrics, "drops_total", "counter", "Packets not forwarded, by reason.");
	for (i = 0; i < stats->n_drops; i++) {
		metrics_label(&labels, "reason", stats->drops[i].name);
		metrics_sample(metrics, "drops_total", labels.bytes);
		metrics_number(metrics, stats->drops[i].packets);
		text_free(&labels);
	}
}

static void put_build(const struct metrics *metrics, const struct dsr_stats *stats)
{
	struct text labels = { 0 };

	metrics_family(metrics, "build_info", "gauge",
		       "Versions of the module and of the program that says so; always 1.");
	metrics_label(&labels, "version", stats->version);
	metrics_label(&labels, metrics->program, DSRCTL_VERSION);
	metrics_sample(metrics, "build_info", labels.bytes);
	metrics_number(metrics, 1);
	text_free(&labels);
}

static void put_totals(const struct metrics *metrics, const struct dsr_stats *stats)
{
	put_build(metrics, stats);
	metrics_gauge(metrics, "config_generation",
		      "Increases with each change of the configuration.", stats->generation);
	metrics_gauge(metrics, "flow_table_entries", "Flows remembered now.", stats->flows);
	metrics_gauge(metrics, "flow_table_limit", "Maximum number of remembered flows.",
		      stats->flows_max);
	put_drops(metrics, stats);
}

void metrics_write(const struct metrics *metrics, const struct snapshot *snapshot)
{
	struct items items;

	put_totals(metrics, &snapshot->stats);
	make_items(&items, &snapshot->services, snapshot->names);
	put_families(metrics, service_families, &items);
	free_items(&items);
	if (metrics->scope == METRICS_SERVICES)
		return;
	make_items(&items, &snapshot->backends, snapshot->names);
	compute_shares(&snapshot->backends, &items);
	put_families(metrics, backend_families, &items);
	free_items(&items);
}

void metrics_end(const struct metrics *metrics)
{
	if (metrics->form == METRICS_OPEN)
		text_add(metrics->text, "# EOF\n");
}

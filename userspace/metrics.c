// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Metrics, see metrics.h. The format wants all samples of a family together, behind its HELP and
 * TYPE. So the outer loops are over the tables of families, and the inner ones over the objects,
 * whose labels are made once.
 */
#include <ctype.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "metrics.h"
#include "names.h"

/* Room for the labels of an object: two names in which each byte may take five. */
#define LABELS (2 * 5 * NAMES_TEXT + 64)
#define VALUE (5 * NAMES_TEXT)

enum kind {
	NUMBER32,	/* of struct rates_object at the offset */
	NUMBER64,
	UP,		/* backends of the service that take new flows */
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
	{ "service_backends_up", "gauge", "Backends that take new flows.", UP },
	{
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
	char labels[LABELS];
	const struct rates_object *object;
	double share;
	__u32 up;
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

static void make_labels(struct item *item, const struct names *names)
{
	const struct rates_object *object = item->object;
	char name[NAMES_TEXT], service[VALUE], backend[VALUE], proto[16];
	const char *protocol = model_protocol(object->service.protocol, proto, sizeof(proto));

	names_service(names, &object->service, name, sizeof(name));
	metrics_escape(name, service, sizeof(service));
	if (!object->addr.family) {
		snprintf(item->labels, LABELS, "service=\"%s\",proto=\"%s\"", service, protocol);
		return;
	}
	names_backend(names, &object->service, &object->addr, name, sizeof(name));
	metrics_escape(name, backend, sizeof(backend));
	snprintf(item->labels, LABELS, "service=\"%s\",backend=\"%s\",proto=\"%s\"", service,
		 backend, protocol);
}

static struct item *make_items(const struct rates_reading *reading, const struct names *names)
{
	struct item *items = error_check_alloc(calloc(reading->objects.n + 1, sizeof(*items)));
	size_t i;

	for (i = 0; i < reading->objects.n; i++) {
		items[i].object = list_at(&reading->objects, i);
		make_labels(&items[i], names);
	}
	return items;
}

static void compute_shares(const struct rates_reading *backends, struct item *items)
{
	const struct rates_reading none = RATES_READING;
	struct list results = LIST_OF(struct rates_result);
	const struct rates_result *result;
	size_t i;

	rates_compute(&none, backends, &results);
	for (i = 0; i < results.n; i++) {
		result = list_at(&results, i);
		items[i].share = result->weight_share > 0 ? result->weight_share : 0;
	}
	list_free(&results);
}

static void count_up(const struct snapshot *snapshot, struct item *services)
{
	const struct rates_object *first = list_at(&snapshot->services.objects, 0), *backend;
	const struct rates_object *service;
	size_t i;

	for (i = 0; i < snapshot->backends.objects.n; i++) {
		backend = list_at(&snapshot->backends.objects, i);
		if (!rates_takes_flows(backend->effective))
			continue;
		service = rates_find(&snapshot->services, &backend->service, NULL);
		if (service)
			services[service - first].up++;
	}
}

static void put_header(FILE *file, const char *name, const char *type, const char *help)
{
	fprintf(file, "# HELP nf_dsr_%s %s\n# TYPE nf_dsr_%s %s\n", name, help, name, type);
}

static void put_states(FILE *file, const struct family *family, const struct item *item,
		       const char *const *names, __u8 value)
{
	int i;

	for (i = 0; names[i]; i++)
		fprintf(file, "nf_dsr_%s{%s,state=\"%s\"} %d\n", family->name, item->labels,
			names[i], i == value);
}

static void put_sample(FILE *file, const struct family *family, const struct item *item)
{
	const void *at = (const char *)item->object + family->offset;
	unsigned long long number = 0;

	switch (family->kind) {
	case NUMBER32:
		number = *(const __u32 *)at;
		break;
	case NUMBER64:
		number = *(const __u64 *)at;
		break;
	case UP:
		number = item->up;
		break;
	case SERVING:
		number = rates_takes_flows(item->object->effective);
		break;
	case SHARE:
		fprintf(file, "nf_dsr_%s{%s} %.6g\n", family->name, item->labels, item->share);
		return;
	case HEALTH:
		put_states(file, family, item, names_health, item->object->health);
		return;
	case STATE:
		put_states(file, family, item, names_backend_state, item->object->state);
		return;
	}
	fprintf(file, "nf_dsr_%s{%s} %llu\n", family->name, item->labels, number);
}

static void put_families(FILE *file, const struct family *family, const struct item *items,
			 size_t n)
{
	size_t i;

	for (; family->name; family++) {
		put_header(file, family->name, family->type, family->help);
		for (i = 0; i < n; i++)
			put_sample(file, family, &items[i]);
	}
}

static void put_total(FILE *file, const char *name, const char *help, __u32 value)
{
	put_header(file, name, "gauge", help);
	fprintf(file, "nf_dsr_%s %u\n", name, value);
}

static void put_totals(FILE *file, const struct dsr_stats *stats)
{
	char text[5 * DSR_TEXT];
	size_t i;

	put_header(file, "build_info", "gauge", "Versions of the module and of dsrctl; always 1.");
	metrics_escape(stats->version, text, sizeof(text));
	fprintf(file, "nf_dsr_build_info{version=\"%s\",dsrctl=\"%s\"} 1\n", text,
		DSRCTL_VERSION);
	put_total(file, "config_generation", "Increases with each change of the configuration.",
		  stats->generation);
	put_total(file, "flow_table_entries", "Flows remembered now.", stats->flows);
	put_total(file, "flow_table_limit", "Maximum number of remembered flows.",
		  stats->flows_max);
	put_header(file, "drops_total", "counter", "Packets not forwarded, by reason.");
	for (i = 0; i < stats->n_drops; i++) {
		metrics_escape(stats->drops[i].name, text, sizeof(text));
		fprintf(file, "nf_dsr_drops_total{reason=\"%s\"} %llu\n", text,
			(unsigned long long)stats->drops[i].packets);
	}
}

void metrics_write(FILE *file, const struct snapshot *snapshot)
{
	struct item *services = make_items(&snapshot->services, snapshot->names);
	struct item *backends = make_items(&snapshot->backends, snapshot->names);

	count_up(snapshot, services);
	compute_shares(&snapshot->backends, backends);
	put_totals(file, &snapshot->stats);
	put_families(file, service_families, services, snapshot->services.objects.n);
	put_families(file, backend_families, backends, snapshot->backends.objects.n);
	free(services);
	free(backends);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Services, backends, flows and the totals as fields of a listing, see print.h. */
#include <string.h>
#include <sys/socket.h>

#include "print.h"

/* A key with '-' belongs to a cell, which JSON does not have. */
static const struct out_column column_event = { "event", "EVENT", OUT_BARE, OUT_EVENT };
static const struct out_column column_gen = { "generation", "GENERATION", OUT_RIGHT, OUT_EVENT };
static const struct out_column column_protocol = { "protocol", "PROTO", OUT_BARE, 0 };
static const struct out_column column_service = { "service", "SERVICE", OUT_BARE, 0 };
static const struct out_column column_scheduler = { "scheduler", "SCHEDULER", 0, 0 };
static const struct out_column column_method = { "method", "METHOD", 0, 0 };
static const struct out_column column_outer_source = { "outer-source", "OUTER-SOURCE", 0, 0 };
static const struct out_column column_outer_ttl = { "outer-ttl", "OUTER-TTL", OUT_RIGHT, 0 };
static const struct out_column column_backends = { "backends", "BACKENDS", OUT_RIGHT, 0 };
static const struct out_column column_address = { "address", "BACKEND", OUT_BARE, 0 };
static const struct out_column column_state = { "state", "STATE", 0, 0 };
static const struct out_column column_weight = { "weight", "WEIGHT", OUT_RIGHT, 0 };
static const struct out_column column_flows = { "flows", "FLOWS", OUT_RIGHT, OUT_STATS };
static const struct out_column column_active = { "active", "ACTIVE", OUT_RIGHT, OUT_STATS };
static const struct out_column column_packets = { "packets", "PACKETS", OUT_RIGHT, OUT_STATS };
static const struct out_column column_bytes = { "bytes", "BYTES", OUT_RIGHT, OUT_STATS };
static const struct out_column column_seed = { "seed", "SEED", OUT_RIGHT, OUT_DETAIL };
static const struct out_column column_timeouts = { "timeouts", "TIMEOUTS", 0, OUT_DETAIL };
static const struct out_column column_source = { "source", "SOURCE", 0, OUT_DETAIL };
static const struct out_column column_others = { "source-other", "SOURCE-OTHER", 0, OUT_DETAIL };
static const struct out_column column_dev = { "dev", "DEV", 0, OUT_DETAIL };
static const struct out_column column_options = { "options", "OPTIONS", 0, OUT_DETAIL };
static const struct out_column column_health = { "health", "HEALTH", 0, 0 };
static const struct out_column column_effective = { "effective_state", "EFFECTIVE", 0, 0 };
static const struct out_column column_errs = { "icmp_errors", "ICMP-ERRORS", OUT_RIGHT, OUT_STATS };
static const struct out_column column_lost = { "unreachable", "UNREACHABLE", OUT_RIGHT, OUT_STATS };
static const struct out_column column_client = { "flow-client", "CLIENT", 0, 0 };
static const struct out_column column_vip = { "flow-vip", "VIP", 0, 0 };
static const struct out_column column_backend = { "backend", "BACKEND", 0, 0 };
static const struct out_column column_idle = { "idle", "IDLE", OUT_RIGHT, 0 };
static const struct out_column column_expires = { "expires", "EXPIRES", OUT_RIGHT, 0 };
static const struct out_column column_name = { "name", "NAME", 0, 0 };
static const struct out_column column_value = { "value", "VALUE", OUT_RIGHT, 0 };
static const struct out_column column_meaning = { "meaning", "MEANING", 0, OUT_EXPLAIN };

const struct out_column *const print_service_columns[] = {
	&column_event, &column_protocol, &column_service, &column_scheduler, &column_method,
	&column_outer_source, &column_outer_ttl, &column_backends, &column_flows, &column_active,
	&column_packets, &column_bytes, &column_seed, &column_timeouts, &column_source,
	&column_others, &column_dev, &column_options, &column_gen, NULL
};

const struct out_column *const print_backend_columns[] = {
	&column_event, &column_protocol, &column_service, &column_address, &column_state,
	&column_health, &column_effective, &column_weight, &column_method, &column_outer_source,
	&column_outer_ttl, &column_flows, &column_active, &column_packets, &column_bytes,
	&column_errs, &column_lost, &column_options,
	&column_gen, NULL
};

const struct out_column *const print_flow_columns[] = {
	&column_protocol, &column_client, &column_vip, &column_backend, &column_state,
	&column_idle, &column_expires, NULL
};

const struct out_column *const print_stats_columns[] = {
	&column_name, &column_value, &column_meaning, NULL
};

static void print_addr(struct out *out, const char *key, const struct dsr_addr *addr)
{
	char text[ADDR_TEXT];

	out_string(out, key, addr_format(addr, text, sizeof(text)));
}

static void print_name(struct out *out, const char *key, const char *const *names,
		       unsigned int value)
{
	char text[16];

	out_string(out, key, model_name(names, value, text, sizeof(text)));
}

static void print_protocol(struct out *out, __u8 protocol)
{
	char text[16];

	out_string(out, "protocol", model_protocol(protocol, text, sizeof(text)));
}

void print_key_fields(struct out *out, const struct dsr_key *key)
{
	char text[16];

	if (key->by_mark) {
		if (out_is_json(out)) {
			out_number(out, "mark", key->mark);
			out_string(out, "family", key->addr.family == AF_INET6 ? "ipv6" : "ipv4");
		}
	} else {
		print_addr(out, "vip", &key->addr);
		out_number(out, "prefix_len", key->prefix_len);
	}
	if (*key->vrf)
		out_string(out, "vrf", key->vrf);
	if (out_is_json(out))
		print_protocol(out, key->protocol);
	else
		out_string(out, "protocol", model_key_kind(key, text, sizeof(text)));
	if (key->port) {
		out_number(out, "port", key->port);
		out_number(out, "port_end", key->port_end);
	}
}

static void print_key_cells(struct out *out, const struct dsr_key *key)
{
	char text[ADDR_TEXT];

	out_cell(out, "protocol", model_key_kind(key, text, sizeof(text)));
	out_cell(out, "service", addr_format_key(key, text, sizeof(text)));
}

static void print_event(struct out *out, const char *event)
{
	if (out_shows(out, OUT_EVENT))
		out_string(out, "event", event);
}

void print_generation(struct out *out, __u32 generation)
{
	if (out_shows(out, OUT_EVENT))
		out_number(out, "generation", generation);
}

/* Append an outer source to the text, in the form of the grammar. */
static void append_source(char *text, size_t size, const struct dsr_addr *addr, __u8 prefix_len)
{
	const struct dsr_key key = { .addr = *addr, .prefix_len = prefix_len };
	size_t used = strlen(text);
	char name[ADDR_TEXT];

	snprintf(text + used, size - used, "%s%s", used ? "," : "",
		 addr_format_key(&key, name, sizeof(name)));
}

/* Print route, client, or the addresses or prefixes. */
static void print_outer_source_cell(struct out *out, const struct dsr_conf *conf)
{
	bool prefix = conf->outer_source == NF_DSR_OUTER_SOURCE_PREFIX;
	char text[2 * ADDR_TEXT] = "-";
	const char *name = text;

	if (conf->set & DSR_SET_OUTER_SOURCE)
		name = model_name(names_outer_source, conf->outer_source, text, sizeof(text));
	if (name != text && (prefix || conf->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)) {
		*text = '\0';
		if (conf->set & DSR_SET_OUTER_ADDR4)
			append_source(text, sizeof(text), &conf->outer_addr4,
				      prefix ? conf->outer_prefix4 : 32);
		if (conf->set & DSR_SET_OUTER_ADDR6)
			append_source(text, sizeof(text), &conf->outer_addr6,
				      prefix ? conf->outer_prefix6 : 128);
		name = text;
	}
	out_cell(out, "outer-source", name);
}

static void print_outer_ttl(struct out *out, const struct dsr_conf *conf)
{
	char text[8] = "-";

	if (conf->set & DSR_SET_OUTER_TTL && !conf->outer_ttl) {
		out_string(out, "outer_ttl", "inherit");
		out_cell(out, "outer-ttl", "inherit");
		return;
	}
	if (conf->set & DSR_SET_OUTER_TTL) {
		out_number(out, "outer_ttl", conf->outer_ttl);
		snprintf(text, sizeof(text), "%u", conf->outer_ttl);
	}
	out_cell(out, "outer-ttl", text);
}

/* Print how packets reach a backend. "-" means that the backend uses the service's
 * option.
 */
static void print_path(struct out *out, const struct dsr_conf *conf)
{
	if (conf->set & DSR_SET_METHOD)
		print_name(out, "method", names_method, conf->method);
	else
		out_cell(out, "method", "-");
	if (conf->set & DSR_SET_OUTER_SOURCE && out_is_json(out))
		print_name(out, "outer_source", names_outer_source, conf->outer_source);
	print_outer_source_cell(out, conf);
	print_outer_ttl(out, conf);
}

/* Make a JSON key from a word of the grammar: '-' becomes '_'. */
static void make_key(char *key, size_t size, const char *name)
{
	snprintf(key, size, "%s", name);
	while ((key = strchr(key, '-')))
		*key = '_';
}

/* Print the timeouts. Their JSON keys are the words of model_timeouts, see make_key(). */
static void print_timeouts(struct out *out, const struct dsr_conf *conf)
{
	char text[160] = "", name[16];
	size_t used = 0;
	int i;

	out_begin_object(out, "timeouts");
	for (i = 0; i < DSR_TIMEOUTS; i++) {
		if (!(conf->set & DSR_SET_TIMEOUT_OF(i)))
			continue;
		make_key(name, sizeof(name), model_timeouts[i]);
		out_number(out, name, conf->timeouts[i]);
		used += snprintf(text + used, sizeof(text) - used, "%s%s %u", used ? " " : "",
				 model_timeouts[i], conf->timeouts[i]);
	}
	out_end_object(out);
	out_cell(out, "timeouts", text);
}

/* Append a word of the grammar and its value to the text. */
static void append_option(char *text, size_t size, const char *word, const char *value)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s %s", used ? " " : "", word, value);
}

/* Print each option under its own key, and append it to the text in the form of the
 * grammar.
 */
static void print_fields(struct out *out, const struct dsr_conf *conf,
			 const struct dsr_field *field, char *text, size_t size)
{
	char key[32], number[24];
	const char *word;

	for (; field->name; field++) {
		__u64 value = model_field_get(conf, field);

		if (!(conf->set & field->bit))
			continue;
		make_key(key, sizeof(key), field->name);
		word = model_field_word(field, value, number, sizeof(number));
		if (word) {
			out_string(out, key, word);
		} else {
			out_number(out, key, value);
			snprintf(number, sizeof(number), "%llu", (unsigned long long)value);
			word = number;
		}
		if (field->bit != DSR_SET_HEALTH)	/* it has a column of its own */
			append_option(text, size, field->name, word);
	}
}

static void print_options(struct out *out, const struct dsr_conf *conf,
			  const struct dsr_field *fields)
{
	char text[512] = "";

	print_fields(out, conf, fields, text, sizeof(text));
	print_fields(out, conf, model_header_fields, text, sizeof(text));
	if (*text)
		out_cell(out, "options", text);
}

/* Print the sources and the device. JSON omits them if the service accepts any. */
static void print_filter(struct out *out, const struct dsr_conf *conf)
{
	char texts[NF_DSR_SOURCES_MAX][ADDR_TEXT], text[16];
	const char *sources[NF_DSR_SOURCES_MAX] = { "any" }, *other;
	int i;

	for (i = 0; i < conf->n_sources; i++)
		sources[i] = addr_format_prefix(&conf->sources[i], texts[i], sizeof(texts[i]));
	other = model_name(names_source_other, conf->source_other, text, sizeof(text));
	if (!out_is_json(out)) {
		out_strings(out, "source", sources, conf->n_sources ? conf->n_sources : 1);
		out_cell(out, "source-other", other);
		out_cell(out, "dev", *conf->dev ? conf->dev : "any");
		return;
	}
	if (conf->n_sources) {
		out_strings(out, "source", sources, conf->n_sources);
		out_string(out, "source_other", other);
	}
	if (*conf->dev)
		out_string(out, "dev", conf->dev);
}

static void print_counters(struct out *out, const struct dsr_counters *counters)
{
	if (!out_shows(out, OUT_STATS))
		return;
	out_number(out, "flows", counters->flows);
	out_number(out, "packets", counters->packets);
	out_number(out, "bytes", counters->bytes);
	out_number(out, "active", counters->active);
	out_number(out, "icmp_errors", counters->icmp_errors);
	out_number(out, "unreachable", counters->unreachable);
}

void print_service(struct out *out, const struct dsr_service *service, const char *event)
{
	const struct dsr_conf *conf = &service->conf;
	char text[ADDR_TEXT];

	out_begin(out);
	print_event(out, event);
	print_key_fields(out, &service->key);
	out_cell(out, "service", addr_format_key(&service->key, text, sizeof(text)));
	out_string(out, "scheduler", conf->scheduler);
	out_number(out, "seed", conf->seed);
	print_path(out, conf);
	if (conf->set & DSR_SET_OUTER_ADDR4)
		print_addr(out, "outer_addr4", &conf->outer_addr4);
	if (conf->set & DSR_SET_OUTER_ADDR6)
		print_addr(out, "outer_addr6", &conf->outer_addr6);
	if (conf->set & DSR_SET_OUTER_PREFIX4)
		out_number(out, "outer_prefix4", conf->outer_prefix4);
	if (conf->set & DSR_SET_OUTER_PREFIX6)
		out_number(out, "outer_prefix6", conf->outer_prefix6);
	print_timeouts(out, conf);
	print_filter(out, conf);
	print_options(out, conf, model_service_fields);
	out_number(out, "backends", service->backends);
	print_counters(out, &service->counters);
	print_generation(out, service->generation);
	out_end(out);
}

void print_backend(struct out *out, const struct dsr_backend *backend, const char *event)
{
	const struct dsr_conf *conf = &backend->conf;

	out_begin(out);
	print_event(out, event);
	out_begin_object(out, "service");
	print_key_fields(out, &backend->service);
	out_end_object(out);
	print_key_cells(out, &backend->service);
	print_addr(out, "address", &backend->addr);
	print_name(out, "state", names_backend_state, conf->state);
	if (conf->set & DSR_SET_EFFECTIVE)
		print_name(out, "effective_state", names_effective_state, conf->effective);
	out_number(out, "weight", conf->weight);
	print_path(out, conf);
	if (conf->set & DSR_SET_OUTER_ADDR4)
		print_addr(out, "outer_addr", &conf->outer_addr4);
	if (conf->set & DSR_SET_OUTER_ADDR6)
		print_addr(out, "outer_addr", &conf->outer_addr6);
	if (conf->set & DSR_SET_OUTER_PREFIX4)
		out_number(out, "outer_prefix", conf->outer_prefix4);
	if (conf->set & DSR_SET_OUTER_PREFIX6)
		out_number(out, "outer_prefix", conf->outer_prefix6);
	print_options(out, conf, model_backend_fields);
	print_counters(out, &backend->counters);
	print_generation(out, backend->generation);
	out_end(out);
}

void print_flow(struct out *out, const struct dsr_flow *flow)
{
	char text[ADDR_TEXT];

	out_begin(out);
	print_addr(out, "client", &flow->client);
	out_number(out, "client_port", flow->client_port);
	print_addr(out, "vip", &flow->vip);
	out_number(out, "port", flow->port);
	print_protocol(out, flow->protocol);
	print_addr(out, "backend", &flow->backend);
	print_name(out, "state", names_flow_state, flow->state);
	out_number(out, "idle", flow->idle);
	out_number(out, "expires", flow->expires);
	out_cell(out, "flow-client",
		 addr_format_port(&flow->client, flow->client_port, text, sizeof(text)));
	out_cell(out, "flow-vip", addr_format_port(&flow->vip, flow->port, text, sizeof(text)));
	out_begin_object(out, "service");
	print_key_fields(out, &flow->service);
	out_end_object(out);
	out_end(out);
}

static void print_total(struct out *out, const char *name, const char *value,
			const char *meaning)
{
	out_begin(out);
	out_cell(out, "name", name);
	out_cell(out, "value", value);
	out_cell(out, "meaning", meaning);
	out_end(out);
}

static void print_stats_rows(struct out *out, const struct dsr_stats *stats)
{
	const struct {
		const char *name;
		__u64 value;
		const char *meaning;
	} totals[] = {
		{ "services", stats->services, "services configured" },
		{ "flows", stats->flows, "flows remembered now" },
		{ "flows-max", stats->flows_max, "most flows that may be remembered" },
		{ "buckets", stats->buckets, "buckets of the flow table, of 128 bytes" },
		{ "flow-size", stats->flow_size, "bytes of memory of one IPv4 flow" },
		{ "generation", stats->generation, "of the configuration: grows with each change" },
	};
	char name[80], value[24];
	size_t i;

	print_total(out, "version", stats->version, "version of the module");
	for (i = 0; i < sizeof(totals) / sizeof(*totals); i++) {
		snprintf(value, sizeof(value), "%llu", (unsigned long long)totals[i].value);
		print_total(out, totals[i].name, value, totals[i].meaning);
	}
	for (i = 0; i < stats->n_drops; i++) {
		const struct dsr_drop *drop = &stats->drops[i];

		snprintf(name, sizeof(name), "drop %s", drop->name);
		snprintf(value, sizeof(value), "%llu", (unsigned long long)drop->packets);
		print_total(out, name, value, drop->doc ? drop->doc : "");
	}
}

static void print_stats_record(struct out *out, const struct dsr_stats *stats)
{
	size_t i;

	out_begin(out);
	out_string(out, "version", stats->version);
	out_number(out, "services", stats->services);
	out_number(out, "flows", stats->flows);
	out_number(out, "flows_max", stats->flows_max);
	out_number(out, "buckets", stats->buckets);
	out_number(out, "flow_size", stats->flow_size);
	out_number(out, "generation", stats->generation);
	out_begin_object(out, "drops");
	for (i = 0; i < stats->n_drops; i++)
		out_number(out, stats->drops[i].name, stats->drops[i].packets);
	out_end_object(out);
	if (out_shows(out, OUT_EXPLAIN)) {
		out_begin_object(out, "explain");
		for (i = 0; i < stats->n_drops; i++)
			if (stats->drops[i].doc)
				out_string(out, stats->drops[i].name, stats->drops[i].doc);
		out_end_object(out);
	}
	out_end(out);
}

/* In a table, each value has a row of its own. */
void print_stats(struct out *out, const struct dsr_stats *stats)
{
	if (out_is_json(out))
		print_stats_record(out, stats);
	else
		print_stats_rows(out, stats);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The key of a service, flows and the totals as fields of a listing, see print.h. */
#include <string.h>
#include <sys/socket.h>

#include "print.h"

static const struct out_column column_protocol = { "protocol", "PROTO", OUT_BARE, 0 };
static const struct out_column column_client = { "flow-client", "CLIENT", 0, 0 };
static const struct out_column column_vip = { "flow-vip", "VIP", 0, 0 };
static const struct out_column column_backend = { "backend", "BACKEND", 0, 0 };
static const struct out_column column_state = { "state", "STATE", 0, 0, NULL, 3 };
static const struct out_column column_idle = { "idle", "IDLE", OUT_RIGHT, 0, NULL, 2 };
static const struct out_column column_expires = { "expires", "EXPIRES", OUT_RIGHT, 0, NULL, 1 };
static const struct out_column column_name = { "name", "NAME", 0, 0 };
static const struct out_column column_value = { "value", "VALUE", OUT_RIGHT, 0 };
static const struct out_column column_meaning = { "meaning", "MEANING", 0, OUT_EXPLAIN };

const struct out_column *const print_flow_columns[] = {
	&column_protocol, &column_client, &column_vip, &column_backend, &column_state,
	&column_idle, &column_expires, NULL
};

const struct out_column *const print_stats_columns[] = {
	&column_name, &column_value, &column_meaning, NULL
};

void print_addr(struct out *out, const char *key, const struct dsr_addr *addr)
{
	char text[ADDR_TEXT];

	out_string(out, key, addr_format(addr, text, sizeof(text)));
}

void print_name(struct out *out, const char *key, const char *const *names, unsigned int value)
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

void print_generation(struct out *out, __u32 generation)
{
	if (out_shows(out, OUT_EVENT))
		out_number(out, "generation", generation);
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
		{ "flows-max", stats->flows_max, "maximum number of remembered flows" },
		{ "buckets", stats->buckets, "buckets of the flow table, 128 bytes each" },
		{ "flow-size", stats->flow_size, "bytes of memory of one IPv4 flow" },
		{ "generation", stats->generation, "increases with each change" },
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

// SPDX-License-Identifier: GPL-2.0-or-later
/* Services and backends as fields of a listing, with the options by the table of conf.c. */
#include <string.h>
#include <sys/socket.h>

#include "conf.h"
#include "print.h"
#include "rates.h"

/* More than a listing has columns. */
#define COLUMNS 64

static const struct out_column column_event = { "event", "EVENT", OUT_BARE, OUT_EVENT };
static const struct out_column column_gen = { "generation", "GENERATION", OUT_RIGHT, OUT_EVENT };
static const struct out_column column_protocol = { "protocol", "PROTO", OUT_BARE, 0 };
static const struct out_column column_service = { "service", "SERVICE", OUT_BARE, 0 };
static const struct out_column column_backends = { "backends", "BACKENDS", OUT_RIGHT, 0 };
static const struct out_column column_address = { "address", "BACKEND", OUT_BARE, 0 };
static const struct out_column column_name = { "name", "NAME", 0, OUT_EVENT };
static const struct out_column column_flows = { "flows", "FLOWS", OUT_RIGHT, OUT_STATS };

static const struct out_column column_active = {
	"active", "ACTIVE", OUT_RIGHT, OUT_STATS | OUT_RATES, NULL, 9
};

static const struct out_column column_packets = { "packets", "PACKETS", OUT_RIGHT, OUT_STATS };

static const struct out_column column_bytes = {
	"bytes", "BYTES", OUT_RIGHT, OUT_STATS, NULL, 8
};

static const struct out_column column_errs = {
	"icmp_errors", "ICMP-ERRORS", OUT_RIGHT, OUT_STATS, "0", 11
};

static const struct out_column column_lost = {
	"unreachable", "UNREACHABLE", OUT_RIGHT, OUT_STATS, "0", 12
};

static const struct out_column column_checks = {
	"check_packets", "CHECKS", OUT_RIGHT, OUT_STATS, "0", 13
};

static const struct out_column column_flow_rate = {
	"flows_per_second", "FLOWS/S", OUT_RIGHT, OUT_RATES
};

static const struct out_column column_packet_rate = {
	"packets_per_second", "PKTS/S", OUT_RIGHT, OUT_RATES
};

static const struct out_column column_bit_rate = {
	"bits_per_second", "BITS/S", OUT_RIGHT, OUT_RATES
};

static const struct out_column column_rest = { "options", "OPTIONS", 0, OUT_DETAIL };
/* These stand for the columns of the options, those for one object apart. */
static const struct out_column option_columns = { "" };
static const struct out_column detail_columns = { "" };

static const struct out_column *const layouts[CONF_OBJECTS][COLUMNS] = {
	[CONF_SERVICE] = {
		&column_event, &column_protocol, &column_service, &column_name,
		&option_columns, &column_backends, &column_flows, &column_active,
		&column_packets, &column_bytes, &column_flow_rate, &column_packet_rate,
		&column_bit_rate, &detail_columns, &column_rest, &column_gen
	},
	[CONF_BACKEND] = {
		&column_event, &column_protocol, &column_service, &column_address,
		&column_name, &option_columns, &column_flows, &column_active,
		&column_packets, &column_bytes, &column_errs, &column_lost, &column_checks,
		&column_flow_rate, &column_packet_rate, &column_bit_rate, &detail_columns,
		&column_rest, &column_gen
	},
};

/* The columns of a listing: the layout with the columns of the options. */
struct made {
	struct out_column options[COLUMNS];
	char usual[COLUMNS][DSR_TEXT];
	int n_options;
	const struct out_column *list[2 * COLUMNS];
	int n;
};

/* Return the cell of an option that nobody has given, or NULL if it always needs a column. */
static const char *usual_cell(const struct conf_option *option, enum conf_object object, char *text)
{
	if (!option->spare || option->read_only)
		return NULL;
	if (object == CONF_BACKEND && option->service)
		return "-";
	return conf_initial_text(object, option, text, DSR_TEXT);
}

static void make_columns(struct made *made, enum conf_object object, bool detail)
{
	const struct conf_option *option;
	struct out_column *column;
	char *text;

	for (option = conf_options; option->name; option++) {
		if (!conf_attr(option, object) || !option->column || option->detail != detail)
			continue;
		text = made->usual[made->n_options];
		column = &made->options[made->n_options++];
		*column = (struct out_column){
			option->name, option->column, conf_is_number(option) ? OUT_RIGHT : 0,
			detail ? OUT_DETAIL : 0, usual_cell(option, object, text),
			option->spare
		};
		made->list[made->n++] = column;
	}
}

const struct out_column *const *print_conf_columns(enum conf_object object)
{
	static struct made objects[CONF_OBJECTS];
	const struct out_column *const *next;
	struct made *made = &objects[object];

	if (made->n)
		return made->list;
	for (next = layouts[object]; *next; next++)
		if (*next == &option_columns || *next == &detail_columns)
			make_columns(made, object, *next == &detail_columns);
		else
			made->list[made->n++] = *next;
	return made->list;
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

/* Print the name that the configuration file gives the object of an event. */
static void print_name_of(struct out *out, const char *name)
{
	if (name)
		out_string(out, "name", name);
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

/* Print the word of an outer source, or its addresses or prefixes. "-" means that the
 * backend uses the service's.
 */
static void print_outer_source_cell(struct out *out, const char *key,
				    const struct dsr_conf *conf)
{
	bool prefix = conf->outer_source == NF_DSR_OUTER_SOURCE_PREFIX;
	char text[2 * ADDR_TEXT] = "";

	if (!(conf->set & CONF_BIT(outer_source))) {
		out_cell(out, key, "-");
		return;
	}
	if (!prefix && conf->outer_source != NF_DSR_OUTER_SOURCE_ADDRESS) {
		print_name(out, key, names_outer_source, conf->outer_source);
		return;
	}
	if (conf->set & CONF_BIT(outer_addr4))
		append_source(text, sizeof(text), &conf->outer_addr4,
			      prefix ? conf->outer_prefix4 : 32);
	if (conf->set & CONF_BIT(outer_addr6))
		append_source(text, sizeof(text), &conf->outer_addr6,
			      prefix ? conf->outer_prefix6 : 128);
	out_cell(out, key, text);
}

/* A backend has one address, so its JSON keys do not name the family. */
static void print_outer_source_json(struct out *out, enum conf_object object,
				    const struct dsr_conf *conf)
{
	bool one = object == CONF_BACKEND;

	if (conf->set & CONF_BIT(outer_source))
		print_name(out, "outer_source", names_outer_source, conf->outer_source);
	if (conf->set & CONF_BIT(outer_addr4))
		print_addr(out, one ? "outer_addr" : "outer_addr4", &conf->outer_addr4);
	if (conf->set & CONF_BIT(outer_addr6))
		print_addr(out, one ? "outer_addr" : "outer_addr6", &conf->outer_addr6);
	if (conf->set & CONF_BIT(outer_prefix4))
		out_number(out, one ? "outer_prefix" : "outer_prefix4", conf->outer_prefix4);
	if (conf->set & CONF_BIT(outer_prefix6))
		out_number(out, one ? "outer_prefix" : "outer_prefix6", conf->outer_prefix6);
}

/* Print the sources. JSON has none if the service accepts any. */
static void print_sources(struct out *out, const struct conf_option *option,
			  const struct dsr_conf *conf)
{
	char texts[NF_DSR_SOURCES_MAX][ADDR_TEXT];
	const char *sources[NF_DSR_SOURCES_MAX];
	int i;

	for (i = 0; i < conf->n_sources; i++)
		sources[i] = addr_format_prefix(&conf->sources[i], texts[i], sizeof(texts[i]));
	if (conf->n_sources)
		out_strings(out, option->name, sources, conf->n_sources);
	else
		out_cell(out, option->name, option->none);
}

/* Make a JSON key from a word of the grammar: '-' becomes '_'. */
static void make_key(char *key, size_t size, const char *name)
{
	snprintf(key, size, "%s", name);
	while ((key = strchr(key, '-')))
		*key = '_';
}

/* Append a word and a value to the text, in the form of the grammar. */
static void append(char *text, size_t size, const char *word, const char *value)
{
	size_t used = strlen(text);

	snprintf(text + used, size - used, "%s%s %s", used ? " " : "", word, value);
}

/* Print a group of numbers: an object of their second words, or one cell. */
static void print_group(struct out *out, const struct conf_option *first,
			const struct dsr_conf *conf)
{
	char text[512] = "", key[32], number[24];
	const struct conf_option *option;

	snprintf(key, sizeof(key), "%.*ss", (int)strcspn(first->name, " "), first->name);
	out_begin_object(out, key);
	for (option = first; option->name && conf_same_group(first, option); option++) {
		if (!(conf->set & conf_bit(option)))
			continue;
		make_key(key, sizeof(key), conf_second_word(option));
		out_number(out, key, conf_get(conf, option));
		append(text, sizeof(text), conf_second_word(option),
		       conf_format(conf, option, number, sizeof(number)));
	}
	out_end_object(out);
	out_cell(out, first->name, text);
}

static void print_json(struct out *out, const struct conf_option *option,
		       const struct dsr_conf *conf, const char *value)
{
	char key[32];

	if (!conf_has_value(conf, option))
		return;
	make_key(key, sizeof(key), option->name);
	if (conf_is_numeric(option, value))
		out_number(out, key, conf_get(conf, option));
	else
		out_string(out, key, value);
}

/* Print the value, in the column of the option if it has one, or append it to the text. */
static void print_value(struct out *out, const struct conf_option *option,
			const struct dsr_conf *conf, char *rest, size_t size)
{
	bool is_set = conf->set & conf_bit(option);
	char text[DSR_TEXT];
	const char *value = conf_format(conf, option, text, sizeof(text));

	if (out_is_json(out))
		print_json(out, option, conf, value);
	else if (!option->column && conf_has_value(conf, option))
		append(rest, size, option->name, value);
	else if (is_set)
		out_cell(out, option->name, value);
	else if (option->service && option->backend)
		out_cell(out, option->name, "-");
	else if (option->none)
		out_cell(out, option->name, option->none);
}

static void print_options(struct out *out, enum conf_object object, const struct dsr_conf *conf)
{
	const struct conf_option *option, *last = NULL;
	char rest[512] = "";

	for (option = conf_options; option->name; last = option++) {
		if (!conf_attr(option, object) || option->part_of || option->kind == FLAG ||
		    (last && conf_same_group(last, option)))
			continue;
		if (conf_second_word(option))
			print_group(out, option, conf);
		else if (option->syntax == CONF_SOURCES)
			print_sources(out, option, conf);
		else if (option->syntax == CONF_VALUE)
			print_value(out, option, conf, rest, sizeof(rest));
		else if (out_is_json(out))
			print_outer_source_json(out, object, conf);
		else
			print_outer_source_cell(out, option->name, conf);
	}
	if (*rest)
		out_cell(out, column_rest.key, rest);
}

static void print_counters(struct out *out, const struct dsr_counters *counters)
{
	if (!out_shows(out, OUT_STATS | OUT_RATES))
		return;
	out_number(out, "flows", counters->flows);
	out_number(out, "packets", counters->packets);
	out_number(out, "bytes", counters->bytes);
	out_number(out, "active", counters->active);
	out_number(out, "icmp_errors", counters->icmp_errors);
	out_number(out, "unreachable", counters->unreachable);
	out_number(out, "check_packets", counters->check_packets);
	out_number(out, "check_bytes", counters->check_bytes);
}

static void print_rate(struct out *out, const char *key, double value)
{
	char text[16];

	out_real(out, key, value, 3, rates_format(value, text, sizeof(text)));
}

static void print_rates(struct out *out, const struct dsr_rates *rates)
{
	if (!out_shows(out, OUT_RATES))
		return;
	if (out_is_json(out)) {
		out_string(out, "time", rates->time);
		out_real(out, "seconds", rates->seconds, 6, NULL);
	}
	print_rate(out, "flows_per_second", rates->flows);
	print_rate(out, "packets_per_second", rates->packets);
	print_rate(out, "bits_per_second", rates->bits);
}

void print_service(struct out *out, const struct dsr_service *service, const char *event,
		   const char *name)
{
	char text[ADDR_TEXT];

	out_begin(out);
	print_event(out, event);
	print_key_fields(out, &service->key);
	out_cell(out, "service", addr_format_key(&service->key, text, sizeof(text)));
	print_name_of(out, name);
	print_options(out, CONF_SERVICE, &service->conf);
	out_number(out, "backends", service->backends);
	print_counters(out, &service->counters);
	print_rates(out, &service->rates);
	print_generation(out, service->generation);
	out_end(out);
}

void print_backend(struct out *out, const struct dsr_backend *backend, const char *event,
		   const char *name)
{
	out_begin(out);
	print_event(out, event);
	out_begin_object(out, "service");
	print_key_fields(out, &backend->service);
	out_end_object(out);
	print_key_cells(out, &backend->service);
	print_addr(out, "address", &backend->addr);
	print_name_of(out, name);
	print_options(out, CONF_BACKEND, &backend->conf);
	print_counters(out, &backend->counters);
	print_rates(out, &backend->rates);
	print_generation(out, backend->generation);
	out_end(out);
}

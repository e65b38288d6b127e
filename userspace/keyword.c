// SPDX-License-Identifier: GPL-2.0-or-later
/* The operands and keywords of the grammar, and the functions that parse their values. */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "grammar.h"
#include "keyword.h"

static const char *const outer_source_words[] = { "route", "client", NULL };
static const char *const outer_ttl_words[] = { "inherit", NULL };
static const char *const any_words[] = { "any", NULL };

static int parse_protocol(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	int i = model_find(model_protocols, word);

	if (i < 0)
		return error_usage(err, "protocol \"%s\": expected tcp, udp, sctp, any or mark",
				   word);
	args->key.protocol = model_protocol_numbers[i];
	args->key.by_mark = !strcmp(word, "mark");
	return 0;
}

static int parse_vip(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	return addr_parse_key(word, &args->key, err);
}

static int parse_backend(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	return addr_parse(word, &args->addr, err);
}

const struct dsr_operand grammar_operands[] = {
	{ "PROTOCOL", "tcp, udp, sctp, any or mark", model_protocols, parse_protocol },
	{ "VIP", "ADDRESS[%VRF][/PREFIX][:PORT[-PORT]], or MARK[%VRF][/ipv6]", NULL, parse_vip },
	{ "BACKEND", "the backend's IPv4 or IPv6 address", NULL, parse_backend },
	{ 0 }
};

int grammar_number(const char *name, const char *word, __u64 min, __u64 max, __u64 *number,
		   struct dsr_error *err)
{
	if (addr_parse_number(word, max, number) || *number < min)
		return error_usage(err, "%s \"%s\": expected %llu to %llu", name, word,
				   (unsigned long long)min, (unsigned long long)max);
	return 0;
}

static int parse_scheduler(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	snprintf(args->conf.scheduler, sizeof(args->conf.scheduler), "%s", values[0]);
	args->conf.set |= DSR_SET_SCHEDULER;
	return 0;
}

static int parse_seed(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	if (addr_parse_number(values[0], UINT64_MAX, &args->conf.seed) &&
	    addr_parse_hex(values[0], &args->conf.seed))
		return error_usage(err, "seed \"%s\": expected a number of 64 bits, decimal or 0x",
				   values[0]);
	args->conf.set |= DSR_SET_SEED;
	return 0;
}

static int parse_state(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->conf.state = model_find(names_backend_state, values[0]);
	args->conf.set |= DSR_SET_STATE;
	return 0;
}

static int parse_weight(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("weight", values[0], 0, NF_DSR_WEIGHT_MAX, &number, err))
		return -1;
	args->conf.weight = number;
	args->conf.set |= DSR_SET_WEIGHT;
	return 0;
}

static int parse_method(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->conf.method = model_find(names_method, values[0]);
	args->conf.set |= DSR_SET_METHOD;
	return 0;
}

static void set_outer_prefix(struct dsr_conf *conf, int family, __u8 prefix_len)
{
	if (family == AF_INET) {
		conf->outer_prefix4 = prefix_len;
		conf->set |= DSR_SET_OUTER_PREFIX4;
	} else {
		conf->outer_prefix6 = prefix_len;
		conf->set |= DSR_SET_OUTER_PREFIX6;
	}
}

/* Store one address of outer-source. If either of two addresses, one of each family, is
 * a prefix, both become prefixes.
 */
static void set_outer_address(struct dsr_conf *conf, const struct dsr_key *key, bool prefix)
{
	int other = key->addr.family == AF_INET ? AF_INET6 : AF_INET;
	bool has_other = conf->set & DSR_SET_OUTER_SOURCE;

	if (key->addr.family == AF_INET)
		conf->outer_addr4 = key->addr;
	else
		conf->outer_addr6 = key->addr;
	conf->set |= DSR_SET_OUTER_SOURCE |
		     (key->addr.family == AF_INET ? DSR_SET_OUTER_ADDR4 : DSR_SET_OUTER_ADDR6);
	if (!prefix && (!has_other || conf->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)) {
		conf->outer_source = NF_DSR_OUTER_SOURCE_ADDRESS;
		return;
	}
	if (has_other && conf->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)
		set_outer_prefix(conf, other, addr_bits(other));
	conf->outer_source = NF_DSR_OUTER_SOURCE_PREFIX;
	set_outer_prefix(conf, key->addr.family, key->prefix_len);
}

static int parse_outer_address(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	bool prefix = strchr(word, '/');
	struct dsr_error ignored;
	struct dsr_key key = { 0 };
	__u32 bit;

	if (addr_parse_key(word, &key, prefix ? err : &ignored))
		return prefix ? -1 : error_usage(err,
			"outer-source \"%s\": expected route, client, an address or a prefix",
			word);
	if (args->addr.family && args->addr.family != key.addr.family)
		return error_usage(err, "outer-source \"%s\": expected %s, as the backend is", word,
				   addr_family_name(args->addr.family));
	bit = key.addr.family == AF_INET ? DSR_SET_OUTER_ADDR4 : DSR_SET_OUTER_ADDR6;
	if (args->conf.set & bit || (args->conf.set & DSR_SET_OUTER_SOURCE &&
				     args->conf.outer_source < NF_DSR_OUTER_SOURCE_ADDRESS))
		return error_usage(err, "outer-source is given twice");
	set_outer_address(&args->conf, &key, prefix);
	return 0;
}

/* The keyword may be repeated to give an address of each family. */
static int parse_outer_source(struct dsr_args *args, const char *const *values,
			      struct dsr_error *err)
{
	int source = model_find(outer_source_words, values[0]);

	if (source < 0)
		return parse_outer_address(args, values[0], err);
	if (args->conf.set & DSR_SET_OUTER_SOURCE)
		return error_usage(err, "outer-source is given twice");
	args->conf.outer_source = source;
	args->conf.set |= DSR_SET_OUTER_SOURCE;
	return 0;
}

static int parse_outer_ttl(struct dsr_args *args, const char *const *values,
			   struct dsr_error *err)
{
	__u64 number = 0;

	if (strcmp(values[0], "inherit") &&
	    (addr_parse_number(values[0], UINT8_MAX, &number) || !number))
		return error_usage(err, "outer-ttl \"%s\": expected 1 to 255 or inherit",
				   values[0]);
	args->conf.outer_ttl = number;
	args->conf.set |= DSR_SET_OUTER_TTL;
	return 0;
}

static int parse_timeout(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	int timeout = model_find(model_timeouts, values[0]);
	__u64 number;
	char name[32];

	snprintf(name, sizeof(name), "timeout %s", values[0]);
	if (args->conf.set & DSR_SET_TIMEOUT_OF(timeout))
		return error_usage(err, "%s is given twice", name);
	if (grammar_number(name, values[1], 1, NF_DSR_TIMEOUT_MAX, &number, err))
		return -1;
	args->conf.timeouts[timeout] = number;
	args->conf.set |= DSR_SET_TIMEOUT_OF(timeout);
	return 0;
}

/* Add one source. "any" excludes other sources. */
static int parse_source(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	struct dsr_conf *conf = &args->conf;
	bool any = !strcmp(values[0], "any");
	struct dsr_prefix *source;

	if (conf->set & DSR_SET_SOURCES && (any || !conf->n_sources))
		return error_usage(err, "source any goes with no other source");
	conf->set |= DSR_SET_SOURCES;
	if (any)
		return 0;
	if (conf->n_sources == NF_DSR_SOURCES_MAX)
		return error_usage(err, "source \"%s\": expected %u of them at most", values[0],
				   NF_DSR_SOURCES_MAX);
	source = &conf->sources[conf->n_sources++];
	if (addr_parse_prefix(values[0], source, err))
		return -1;
	if (source->addr.family != args->key.addr.family)
		return error_usage(err, "source \"%s\": expected %s, as the service is", values[0],
				   addr_family_name(args->key.addr.family));
	return 0;
}

static int parse_source_other(struct dsr_args *args, const char *const *values,
			      struct dsr_error *err)
{
	(void)err;
	args->conf.source_other = model_find(names_source_other, values[0]);
	args->conf.set |= DSR_SET_SOURCE_OTHER;
	return 0;
}

static int parse_dev(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	const char *name = strcmp(values[0], "any") ? values[0] : "";

	if (name == values[0] && !addr_is_device(name))
		return error_usage(err, "dev \"%s\": expected any, or the name of a device", name);
	snprintf(args->conf.dev, sizeof(args->conf.dev), "%s", name);
	args->conf.set |= DSR_SET_DEV;
	return 0;
}

static int parse_force(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->conf.set |= DSR_SET_FORCE;
	return 0;
}

static int parse_explain(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->explain = true;
	return 0;
}

static const struct dsr_keyword scheduler = {
	"scheduler", { { .choices = model_schedulers } }, false, parse_scheduler,
	.bits = DSR_SET_SCHEDULER
};

static const struct dsr_keyword seed = {
	"seed", { { .form = "NUMBER" } }, false, parse_seed,
	.bits = DSR_SET_SEED
};

static const struct dsr_keyword timeout = {
	"timeout", { { .choices = model_timeouts }, { .form = "SECONDS" } }, true, parse_timeout,
	.bits = DSR_SET_ALL_TIMEOUTS
};

static const struct dsr_keyword weight = {
	"weight", { { .form = "0..65535" } }, false, parse_weight,
	.bits = DSR_SET_WEIGHT
};

static const struct dsr_keyword state = {
	"state", { { .choices = names_backend_state } }, false, parse_state,
	.bits = DSR_SET_STATE
};

static const struct dsr_keyword method = {
	"method", { { .choices = names_method } }, false, parse_method,
	.bits = DSR_SET_METHOD
};

static const struct dsr_keyword outer_source = {
	"outer-source", { { outer_source_words, "ADDRESS[/PREFIX]" } }, true, parse_outer_source,
	.bits = DSR_SET_OUTER_SOURCE | DSR_SET_OUTER_ADDR4 | DSR_SET_OUTER_ADDR6 |
		DSR_SET_OUTER_PREFIX4 | DSR_SET_OUTER_PREFIX6
};

static const struct dsr_keyword outer_ttl = {
	"outer-ttl", { { outer_ttl_words, "1..255" } }, false, parse_outer_ttl,
	.bits = DSR_SET_OUTER_TTL
};

static const struct dsr_keyword source = {
	"source", { { any_words, "ADDRESS[/PREFIX]" } }, true, parse_source,
	.bits = DSR_SET_SOURCES
};

static const struct dsr_keyword source_other = {
	"source-other", { { .choices = names_source_other } }, false, parse_source_other,
	.bits = DSR_SET_SOURCE_OTHER
};

static const struct dsr_keyword dev = {
	"dev", { { any_words, "NAME" } }, false, parse_dev,
	.bits = DSR_SET_DEV
};

static const struct dsr_keyword unset = {
	"unset", { { .form = "KEYWORD" } }, true, .unsets = true
};

static const struct dsr_keyword force = {
	"force", { { 0 } }, false, parse_force
};

static const struct dsr_keyword explain = {
	"explain", { { 0 } }, false, parse_explain
};

/* For users who write it like an option. */
static const struct dsr_keyword explain_option = {
	"--explain", { { 0 } }, false, parse_explain
};

const struct dsr_keyword *const grammar_service_keywords[] = {
	&scheduler, &seed, &method, &outer_source, &outer_ttl, &timeout, &keyword_hash,
	&keyword_table_size, &keyword_on_delete, &keyword_no_backend, &keyword_unmatched,
	&keyword_min_active, &keyword_slow_start, &keyword_persist, &keyword_persist_prefix4,
	&keyword_persist_prefix6, &keyword_one_packet, &keyword_outer_port,
	&keyword_outer_checksum, &keyword_gue_variant, &keyword_gre_key, &keyword_dscp,
	&keyword_echo, &source, &source_other, &dev, &unset, &force, NULL
};

const struct dsr_keyword *const grammar_backend_keywords[] = {
	&weight, &state, &method, &outer_source, &outer_ttl, &keyword_health,
	&keyword_drain_timeout, &keyword_priority, &keyword_max_flows, &keyword_min_flows,
	&keyword_outer_port, &keyword_outer_checksum, &keyword_gue_variant, &keyword_gre_key,
	&unset, NULL
};

const struct dsr_keyword *const grammar_stats_keywords[] = {
	&explain, &explain_option, NULL
};

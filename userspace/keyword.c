// SPDX-License-Identifier: GPL-2.0-or-later
/* The operands of the grammar that identify services and backends, and the keywords of stats,
 * top and metrics.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "grammar.h"

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

static int parse_explain(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->explain = true;
	return 0;
}

static const struct dsr_keyword explain = {
	"explain", { { 0 } }, false, parse_explain
};

/* For users who write it like an option. */
static const struct dsr_keyword explain_option = {
	"--explain", { { 0 } }, false, parse_explain
};

static int parse_plain(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->plain = true;
	return 0;
}

static const struct dsr_keyword plain = {
	"plain", { { 0 } }, false, parse_plain
};

static const struct dsr_keyword plain_option = {
	"--plain", { { 0 } }, false, parse_plain
};

const struct dsr_keyword *const grammar_top_keywords[] = {
	&plain, &plain_option, NULL
};

static int parse_output(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	if (args->output)
		return error_usage(err, "output is given twice");
	args->output = values[0];
	return 0;
}

static const struct dsr_keyword output = {
	"output", { { .form = "FILE" } }, false, parse_output
};

const struct dsr_keyword grammar_output_letter = {
	"-o", { { .form = "FILE" } }, false, parse_output
};

const struct dsr_keyword grammar_output_option = {
	"--output", { { .form = "FILE" } }, false, parse_output
};

const struct dsr_keyword *const grammar_metrics_keywords[] = {
	&output, &grammar_output_letter, &grammar_output_option, NULL
};

const struct dsr_keyword *const grammar_stats_keywords[] = {
	&explain, &explain_option, NULL
};

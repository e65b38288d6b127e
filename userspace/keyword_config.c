// SPDX-License-Identifier: GPL-2.0-or-later
/* The operands and keywords of the commands about configuration files. */
#include <stdint.h>

#include "grammar.h"

static int parse_file(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	(void)err;
	args->file = word;
	return 0;
}

const struct dsr_operand grammar_file_operands[] = {
	{ "FILE", "a configuration file, - for standard input", NULL, parse_file },
	{ 0 }
};

const struct dsr_operand grammar_flow_file_operands[] = {
	{ "FILE", "what \"flow export\" has printed; standard input by default", NULL, parse_file },
	{ 0 }
};

const struct dsr_operand grammar_preview_operands[] = {
	{ "FILE", "a configuration file, or a command about services", NULL, parse_file },
	{ 0 }
};

static int parse_history(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("number", word, 1, UINT32_MAX, &number, err))
		return -1;
	args->number = number;
	return 0;
}

const struct dsr_operand grammar_history_operands[] = {
	{ "NUMBER", "of a file, see \"dsrctl history\"", NULL, parse_history },
	{ 0 }
};

static int parse_dry_run(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->dry_run = true;
	return 0;
}

static int parse_reset(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->reset_overrides = true;
	return 0;
}

static int parse_drained(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->drained = true;
	return 0;
}

static int parse_unrecorded(struct dsr_args *args, const char *const *values,
			    struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->unrecorded = true;
	return 0;
}

static int parse_confirm(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 seconds;

	if (grammar_number("--confirm", values[0], 1, 86400, &seconds, err))
		return -1;
	args->confirm = seconds;
	return 0;
}

static int parse_unconfirmed(struct dsr_args *args, const char *const *values,
			     struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("unconfirmed", values[0], 1, UINT32_MAX, &number, err))
		return -1;
	args->unconfirmed = number;
	return 0;
}

static const struct dsr_keyword dry_run = {
	"--dry-run", { { 0 } }, false, parse_dry_run
};

static const struct dsr_keyword reset_overrides = {
	"--reset-overrides", { { 0 } }, false, parse_reset
};

static const struct dsr_keyword drained = {
	"--drained", { { 0 } }, false, parse_drained
};

static const struct dsr_keyword unrecorded = {
	"--unrecorded", { { 0 } }, false, parse_unrecorded
};

static const struct dsr_keyword confirm = {
	"--confirm", { { .form = "SECONDS" } }, false, parse_confirm
};

static const struct dsr_keyword unconfirmed = {
	"unconfirmed", { { .form = "NUMBER" } }, false, parse_unconfirmed
};

const struct dsr_keyword *const grammar_diff_keywords[] = { &reset_overrides, NULL };
const struct dsr_keyword *const grammar_apply_keywords[] = {
	&dry_run, &confirm, &reset_overrides, &unrecorded, &drained, NULL
};

const struct dsr_keyword *const grammar_rollback_keywords[] = {
	&confirm, &reset_overrides, &unconfirmed, NULL
};

const struct dsr_operand grammar_import_operands[] = {
	{ "FILE", "a file of the other program, - for standard input", NULL, parse_file },
	{ 0 }
};

static int parse_report(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->report = values[0];
	return 0;
}

static int parse_config_id(struct dsr_args *args, const char *const *values,
			   struct dsr_error *err)
{
	(void)err;
	args->config_id = values[0];
	return 0;
}

static int parse_server(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	if (args->n_servers == NF_DSR_SOURCES_MAX)
		return error_usage(err, "--backend \"%s\": expected at most %d", values[0],
				   NF_DSR_SOURCES_MAX);
	return addr_parse(values[0], &args->servers[args->n_servers++], err);
}

static const struct dsr_keyword report = {
	"--report", { { .form = "FILE" } }, false, parse_report
};

static const struct dsr_keyword config_id = {
	"--config-id", { { .form = "ID" } }, false, parse_config_id
};

static const struct dsr_keyword server = {
	"--backend", { { .form = "ADDRESS" } }, true, parse_server
};

const struct dsr_keyword *const grammar_import_keywords[] = {
	&grammar_output_option, &grammar_output_letter, &report, NULL
};

const struct dsr_keyword *const grammar_keepalived_keywords[] = {
	&grammar_output_option, &grammar_output_letter, &report, &config_id, NULL
};

const struct dsr_keyword *const grammar_dsr_conf_keywords[] = {
	&grammar_output_option, &grammar_output_letter, &report, &server, NULL
};

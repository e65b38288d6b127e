// SPDX-License-Identifier: GPL-2.0-or-later
/* The commands about the VIPs that dsrd announces, which it answers. */
#include "ask.h"
#include "control.h"
#include "dsrctl.h"

static const struct out_column vip = { "vip", "VIP" };
static const struct out_column state = { "state", "STATE" };
static const struct out_column metric = { "metric", "METRIC", OUT_RIGHT };
static const struct out_column since = { "since", "SINCE", OUT_RIGHT, .spare = 1 };
static const struct out_column reason = { "reason", "REASON" };

static const struct out_column *const columns[] = {
	&vip, &state, &metric, &since, &reason, NULL
};

static int parse_vip(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	struct dsr_error ignored = { 0 };

	if (addr_parse_key(word, &args->key, &ignored))
		return error_usage(err, "\"%s\": expected ADDRESS[%%VRF][/PREFIX]", word);
	return 0;
}

const struct dsr_operand grammar_vip_operands[] = {
	{ "VIP", "ADDRESS[%VRF][/PREFIX]; all by default", NULL, parse_vip },
	{ 0 }
};

static int ask(const struct dsrctl *ctl, const struct dsr_args *args, const char *command,
	       struct dsr_error *err)
{
	char line[CONTROL_LINE_MAX], text[ADDR_TEXT] = "";

	if (args->operands)
		addr_format_key(&args->key, text, sizeof(text));
	snprintf(line, sizeof(line), "%s %s", command, text);
	return ask_dsrd(ctl, line, columns, 0, err);
}

int cmd_announce_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, CONTROL_VIPS, err);
}

int cmd_announce_drain(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, CONTROL_VIPS_DRAIN, err);
}

int cmd_announce_resume(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return ask(ctl, args, CONTROL_VIPS_RESUME, err);
}

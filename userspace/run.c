// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs one command: parse it, then call the function that the grammar names for it. */
#include <string.h>
#include <sys/ioctl.h>

#include "commit.h"
#include "dsrctl.h"

/* The width of tables, unless the output is a terminal that is wider. */
#define WIDTH 80

static size_t terminal_width(FILE *file)
{
	struct winsize size;

	if (ioctl(fileno(file), TIOCGWINSZ, &size) || size.ws_col < WIDTH)
		return WIDTH;
	return size.ws_col;
}

struct out *dsrctl_out(const struct dsrctl *ctl, const struct out_column *const *columns,
		       unsigned int show)
{
	struct out *out;

	/* A table has the rates in place of the counters. */
	if (ctl->stats && (ctl->json || !(show & OUT_RATES)))
		show |= OUT_STATS;
	if (ctl->wide)
		show |= OUT_DETAIL;
	out = out_open(ctl->file, ctl->json ? OUT_JSON : OUT_TABLE, ctl->pretty, columns, show);
	if (!(show & OUT_DETAIL))
		out_limit(out, terminal_width(ctl->file));
	return out;
}

void dsrctl_close(struct out *out, struct dsr_error *err)
{
	char titles[100];

	if (out_left_out(out, titles, sizeof(titles)))
		snprintf(err->warning, sizeof(err->warning),
			 "columns left out to fit the width:%s (-w shows all)", titles);
	out_close(out);
}

/* Return -1 with err filled if the options about rates do not fit the command. */
static int check_rates(const struct dsrctl *ctl, const struct dsr_command *command,
		       struct dsr_error *err)
{
	if (!ctl->interval && !ctl->count)
		return 0;
	if (command->rates == NO_RATES)
		return error_usage(err, "%s: only top, service show and backend show have rates",
				   ctl->interval ? "--interval" : "--count");
	if (command->rates == RATES_OF_STATS && !ctl->interval)
		return error_usage(err,
				   "--count needs an interval: expected --interval SECONDS, too");
	if (command->rates == RATES_OF_STATS && !ctl->stats)
		return error_usage(err,
				   "--interval shows the rates of counters: expected --stats, too");
	return 0;
}

int dsrctl_run(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err)
{
	struct dsr_parsed parsed;

	/* A word that names an object begins a command, and another one is a file. */
	if (n > 1 && !strcmp(words[0], "preview") && grammar_object(words[1]) && !ctl->commit)
		return preview_words(ctl, n - 1, words + 1, err);
	if (grammar_parse(n, words, &parsed, err))
		return -1;
	if (parsed.help) {
		help_print(&parsed, ctl->file);
		return 0;
	}
	if (check_rates(ctl, parsed.command, err))
		return -1;
	error_warn(err, ctl->json, ctl->warnings);
	if (ctl->commit)
		return commit_add(ctl->commit, &parsed, err);
	if (!parsed.command->offline && !ctl->nl && dsr_nl_open(&ctl->nl, err))
		return -1;
	if (parsed.command->run(ctl, &parsed.args, err))
		return -1;
	error_warn(err, ctl->json, ctl->warnings);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Runs one command: parse it, then call the function that the grammar names for it. */
#include "commit.h"
#include "dsrctl.h"

struct out *dsrctl_out(const struct dsrctl *ctl, const struct out_column *const *columns,
		       unsigned int show)
{
	if (ctl->stats)
		show |= OUT_STATS;
	return out_open(ctl->file, ctl->json ? OUT_JSON : OUT_TABLE, ctl->pretty, columns, show);
}

int dsrctl_run(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err)
{
	struct dsr_parsed parsed;

	if (grammar_parse(n, words, &parsed, err))
		return -1;
	if (parsed.help) {
		help_print(&parsed, ctl->file);
		return 0;
	}
	error_warn(err, ctl->json, ctl->warnings);
	if (ctl->commit)
		return commit_add(ctl->commit, &parsed, err);
	if (!ctl->nl && dsr_nl_open(&ctl->nl, err))
		return -1;
	if (parsed.command->run(ctl, &parsed.args, err))
		return -1;
	error_warn(err, ctl->json, ctl->warnings);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "print.h"

static const struct out_column event_column = { "event", "EVENT", OUT_BARE, OUT_EVENT };
static const struct out_column generation_column = { "generation", "GENERATION", OUT_RIGHT, 0 };
static const struct out_column operations_column = { "operations", "OPERATIONS", OUT_RIGHT, 0 };

const struct out_column *const print_commit_columns[] = {
	&event_column, &generation_column, &operations_column, NULL
};

void print_commit(struct out *out, const struct dsr_commit *commit, const char *event)
{
	out_begin(out);
	if (event)
		out_string(out, "event", event);
	out_number(out, "generation", commit->generation);
	out_number(out, "operations", commit->operations);
	out_end(out);
}

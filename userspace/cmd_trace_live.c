// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "trace --live": follow packets. */
#include "live.h"
#include "print.h"

static const struct out_column column_verdict = { "verdict", "VERDICT", OUT_BARE, 0 };
static const struct out_column column_reason = { "reason", "REASON", 0, 0 };
static const struct out_column column_length = { "length", "LENGTH", 0, 0 };

static const struct out_column *const columns[] = {
	&column_verdict, &live_column_protocol, &live_column_client, &live_column_vip,
	&live_column_backend, &column_reason, &column_length, NULL
};

enum { FORWARD, DROP };

/* A packet that is dropped has no backend. */
static const char *const all_events[] = {
	[FORWARD] = "dsr_forward", [DROP] = "dsr_drop", NULL
};

static const char *const forward_events[] = { [FORWARD] = "dsr_forward", NULL };

static void print_packet(struct out *out, size_t event, const char *text,
			 const struct live_ends *ends)
{
	char reason[32];

	out_string(out, "verdict", event == DROP ? "drop" : "forward");
	/* A malformed packet has no addresses. */
	if (ends->vip.family && ends->protocol)
		live_print_ends(out, ends);
	if (event == FORWARD) {
		print_addr(out, "backend", &ends->backend);
		return;
	}
	live_word(text, "reason", reason, sizeof(reason));
	out_string(out, "reason", reason);
	out_number(out, "length", live_number(text, "len"));
}

int cmd_trace_live(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	const struct live live = {
		.events = args->addr.family ? forward_events : all_events,
		.args = args,
		.columns = columns,
		.print = print_packet,
	};

	return live_follow(ctl, &live, err);
}

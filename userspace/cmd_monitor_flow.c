// SPDX-License-Identifier: GPL-2.0-or-later
/* The command "monitor flow": report flows that begin and end. */
#include "live.h"
#include "print.h"

/* The kernel's sample of a flow is a number below this. */
#define SAMPLES 65536

static const struct out_column column_event = { "event", "EVENT", OUT_BARE, 0 };
static const struct out_column column_state = { "state", "STATE", OUT_BARE, 0 };
static const struct out_column column_idle = { "idle", "IDLE", 0, 0 };
static const struct out_column column_reason = { "reason", "REASON", OUT_BARE, 0 };

static const struct out_column *const columns[] = {
	&column_event, &live_column_protocol, &live_column_client, &live_column_vip,
	&live_column_backend, &column_state, &column_idle, &column_reason, NULL
};

enum { NEW, END };

static const char *const events[] = { [NEW] = "dsr_flow_new", [END] = "dsr_flow_end", NULL };

static void print_flow_event(struct out *out, size_t event, const char *text,
			     const struct live_ends *ends)
{
	out_string(out, "event", event == NEW ? "flow_new" : "flow_end");
	live_print_ends(out, ends);
	print_addr(out, "backend", &ends->backend);
	print_name(out, "state", names_flow_state, live_number(text, "state"));
	if (event == NEW)
		return;
	out_number(out, "idle", live_number(text, "idle"));
	out_string(out, "reason", live_number(text, "expired") ? "expired" : "removed");
}

int cmd_monitor_flow(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	char condition[32];
	const struct live live = {
		.events = events,
		.condition = args->sample ? condition : NULL,
		.args = args,
		.columns = columns,
		.print = print_flow_event,
	};

	snprintf(condition, sizeof(condition), "sample < %u",
		 args->sample ? SAMPLES / args->sample : 0);
	return live_follow(ctl, &live, err);
}

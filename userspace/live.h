/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Packets and flows as the module's tracepoints report them. The events go to a trace instance of
 * this process, so that other users of tracing are not disturbed. The kernel compares what its
 * filters can; the rest is compared here.
 */
#ifndef DSRCTL_LIVE_H
#define DSRCTL_LIVE_H

#include "dsrctl.h"

/* The ends of a packet or a flow, and its backend, as far as the event has them. */
struct live_ends {
	unsigned int protocol;
	struct dsr_addr client, vip, backend;
	unsigned int client_port, port;
};

struct live {
	const char *const *events;	/* names, the last to be enabled first; NULL ends them */
	const char *condition;		/* of the kernel's filter, besides that of args; or NULL */
	const struct dsr_args *args;	/* protocol, client, VIP and backend that are wanted */
	const struct out_column *const *columns;
	/* Print an event, whose number is that in events. */
	void (*print)(struct out *out, size_t event, const char *text,
		      const struct live_ends *ends);
};

/* Print events until a signal comes, or the output cannot be written. Return 0, or -1 with err
 * filled.
 */
int live_follow(struct dsrctl *ctl, const struct live *live, struct dsr_error *err);

/* Return the number that an event has behind NAME=, or put the word there into word. What is not
 * there is 0, or empty.
 */
unsigned int live_number(const char *text, const char *name);
void live_word(const char *text, const char *name, char *word, size_t size);

/* Print protocol, client and VIP, for the columns. */
void live_print_ends(struct out *out, const struct live_ends *ends);
extern const struct out_column live_column_protocol, live_column_client, live_column_vip,
	live_column_backend;

#endif

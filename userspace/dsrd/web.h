/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A server of HTTP for the status page and the metrics, by libmicrohttpd in the loop of dsrd. It
 * only reads: there are no methods but GET and HEAD, and no body of a request is read.
 *
 * The peers are not trusted. Their number, the size of a request's headers, the time that a
 * connection lives, and the memory of answers that they have not read yet are limited.
 */
#ifndef DSRD_WEB_H
#define DSRD_WEB_H

#include <ev.h>

#include "config_status.h"
#include "text.h"

struct web_request {
	const char *path;
	const char *match;	/* arguments of the query, or NULL */
	const char *page;
	const char *scope;
	const char *accept;	/* headers, or NULL */
};

struct web_answer {
	unsigned int status;
	const char *type;	/* of the contents */
	struct text body;
	bool constant;		/* it is the same as long as this program runs */
};

/* Answer a request. The status is 200 and all else 0 at first. */
typedef void (*web_fn)(const struct web_request *request, struct web_answer *answer);

/* Answer a request for a style sheet or the like. Return false if it is for something else. */
bool web_answer_asset(const struct web_request *request, struct web_answer *answer);

/* Begin to serve where the configuration says. The struct must stay as it is until web_stop().
 * Return 0, or -1 with err filled.
 */
int web_start(struct ev_loop *loop, const struct config_status *status, web_fn answer,
	      struct dsr_error *err);
/* End, with all connections. It may not have begun. */
void web_stop(void);

#endif

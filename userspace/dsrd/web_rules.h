/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What headers of a request mean. Pure: a peer writes them, so they may have any bytes.
 */
#ifndef DSRD_WEB_RULES_H
#define DSRD_WEB_RULES_H

#include "config_status.h"

/* Return true if a request for this host is meant for this server. A page of another site may have
 * its name resolve to an address of this machine (DNS rebinding), and read what the browser of a
 * victim can reach. So only these are right: localhost, a loopback address, the address that is
 * listened on or, if that is any, an address at all, and the configured name. host may be NULL.
 */
bool web_host_is_ours(const struct config_status *status, const char *host);

/* Return true if the client prefers OpenMetrics to the text format. accept may be NULL. */
bool web_prefers_openmetrics(const char *accept);

/* Return true if the client takes gzip. header may be NULL. */
bool web_accepts_gzip(const char *header);

/* Return true if an If-None-Match has this tag. header may be NULL. */
bool web_has_tag(const char *header, const char *tag);

/* Parse a number of a query. Without one, or if it is none, return 1. */
unsigned int web_number(const char *text);

#endif

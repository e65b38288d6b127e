/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The names of services and backends in what other programs keep: metrics and events. The
 * configuration file gives them; a service or backend without one is named by its key, which no
 * name of a file equals. A name stays the same as long as the file says so.
 */
#ifndef DSRCTL_NAMES_H
#define DSRCTL_NAMES_H

#include "model.h"

/* Size of the longest name. */
#define NAMES_TEXT 112

struct names;

/* Return the names of a network namespace, see state.h. There are none before
 * names_refresh(). The caller frees them.
 */
struct names *names_new(const char *netns);
void names_free(struct names *names);
/* Read the newest file that was stored, if there is a new one: an event of a transaction comes
 * before dsrctl records its file as applied. Without a readable file there are no names.
 */
void names_refresh(struct names *names);

/* Take the names of a configuration instead. */
struct config;
void names_take(struct names *names, const struct config *config);

/* Return the name that the file gives, or NULL. names may be NULL. */
const char *names_find(const struct names *names, const struct dsr_key *service,
		       const struct dsr_addr *backend);
/* Return the name of a service: without one, its protocol, or mark, and its VIP, as in a
 * command.
 */
const char *names_service(const struct names *names, const struct dsr_key *key, char *text,
			  size_t size);
/* Return the name of a backend, which is unique in its service: without one, its address. */
const char *names_backend(const struct names *names, const struct dsr_key *service,
			  const struct dsr_addr *addr, char *text, size_t size);

#endif

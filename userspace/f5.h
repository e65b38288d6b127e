/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the files that import F5's configuration share. */
#ifndef DSRCTL_F5_H
#define DSRCTL_F5_H

#include "import_block.h"

struct f5 {
	struct import *in;
	const struct node *root;
	struct list objects;		/* of the file, sorted by f5_index() */
	const struct node *node;	/* of the virtual server */
	struct import_service *service;
	const struct node *pool;
	bool impossible;		/* it cannot be translated */
};

/* What every object may have, which says nothing about packets. */
extern const struct import_keyword f5_common_keywords[];

/* Return a name without /Common/ or another folder. */
const char *f5_base_name(const char *name);
/* Sort the objects of "ltm", before one of them is looked for. */
void f5_index(struct f5 *f5);
/* Find "ltm KIND [SECOND] NAME". Names may be without their folder. */
const struct node *f5_find(const struct f5 *f5, const char *kind, const char *second,
			   const char *name);
/* Return the value of a statement inside, or NULL. The node may be NULL. */
const char *f5_value(const struct node *node, const char *word);
bool f5_has_value(const struct node *node, const char *word, const char *value);

/* ADDRESS[%DOMAIN]:PORT or, for IPv6, ADDRESS[%DOMAIN].PORT */
struct f5_endpoint {
	char address[ADDR_TEXT];
	int port;			/* -1: wrong */
	bool has_domain;
};

struct f5_endpoint f5_read_endpoint(const char *text);

/* Add the members of a virtual server's pool, which the statement names, to the service. */
void f5_load_pool(struct import *in, void *context, const struct node *node);

#endif

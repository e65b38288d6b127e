/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The addresses of virtual servers of keepalived.conf, and of groups of them. */
#ifndef DSRCTL_KEEPALIVED_VIPS_H
#define DSRCTL_KEEPALIVED_VIPS_H

#include "import_block.h"

/* What a virtual server matches, in our words. */
struct keepalived_vip {
	const char *protocol;		/* mark, or NULL for that of the virtual server */
	char text[2 * ADDR_TEXT];
	size_t line;
};

/* Add what the words of a statement say, from this one on: fwmark MARK [inet6], or ADDRESS,
 * ADDRESS-END or ADDRESS/LENGTH, and a port. @family is that of a mark that has none.
 */
void keepalived_add_vips(struct import *in, struct list *vips, const struct node *node, int first,
			 const char *family);

#endif

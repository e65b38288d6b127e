/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Records kept until a dump is known to be consistent. */
#ifndef DSRCTL_LIST_H
#define DSRCTL_LIST_H

#include <stddef.h>

struct list {
	size_t size;		/* of a record */
	size_t n;
	size_t room;
	char *records;
};

#define LIST_OF(type) { .size = sizeof(type) }

/* A record at the end; it stays where it is until the next call. */
void *list_new(struct list *list);
const void *list_at(const struct list *list, size_t i);
/* A struct list, as a dump's restart has it. */
void list_clear(void *list);
void list_free(struct list *list);

#endif

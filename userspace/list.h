/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A growing array: the records of a dump, until the dump has proved consistent. */
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

/* Append a record and return it, uninitialized. It may move with the next call. */
void *list_new(struct list *list);
const void *list_at(const struct list *list, size_t i);
/* Remove all records. The argument is a struct list; restart of dsr_nl_dump() needs the
 * type void *.
 */
void list_clear(void *list);
void list_free(struct list *list);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "error.h"
#include "list.h"

void *list_new(struct list *list)
{
	if (list->n == list->room) {
		list->room = list->room ? 2 * list->room : 16;
		list->records = error_check_alloc(reallocarray(list->records, list->room,
							       list->size));
	}
	return list->records + list->size * list->n++;
}

const void *list_at(const struct list *list, size_t i)
{
	return list->records + list->size * i;
}

void list_clear(void *arg)
{
	struct list *list = arg;

	list->n = 0;
}

void list_free(struct list *list)
{
	free(list->records);
}

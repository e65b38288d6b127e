/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Text that grows: pages, and metrics of thousands of objects. */
#ifndef DSRCTL_TEXT_H
#define DSRCTL_TEXT_H

#include <linux/types.h>
#include <stddef.h>
#include <string.h>

#include "error.h"

/* The text ends with a NUL, which n does not count. All is 0 at first. */
struct text {
	char *bytes;
	size_t n;
	size_t room;
};

/* Have room for so many more bytes and a NUL. */
void text_make_room(struct text *text, size_t n);

static inline void text_add_bytes(struct text *text, const char *bytes, size_t n)
{
	if (text->n + n >= text->room)
		text_make_room(text, n);
	memcpy(text->bytes + text->n, bytes, n);
	text->n += n;
	text->bytes[text->n] = '\0';
}

void text_add(struct text *text, const char *string);
void text_add_number(struct text *text, __u64 number);
void text_printf(struct text *text, const char *format, ...) __printf(2, 3);
void text_free(struct text *text);

#endif

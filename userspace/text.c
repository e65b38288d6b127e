// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>

#include "text.h"

#define FIRST_ROOM 4096
#define DIGITS 20	/* of the largest number */

void text_make_room(struct text *text, size_t n)
{
	if (text->n + n < text->room)
		return;
	if (!text->room)
		text->room = FIRST_ROOM;
	while (text->n + n >= text->room)
		text->room *= 2;
	text->bytes = error_check_alloc(realloc(text->bytes, text->room));
}

void text_add(struct text *text, const char *string)
{
	text_add_bytes(text, string, strlen(string));
}

void text_add_number(struct text *text, __u64 number)
{
	char digits[DIGITS], *first = digits + DIGITS;

	do {
		*--first = '0' + number % 10;
		number /= 10;
	} while (number);
	text_add_bytes(text, first, digits + DIGITS - first);
}

void text_printf(struct text *text, const char *format, ...)
{
	va_list args, again;
	int n;

	va_start(args, format);
	va_copy(again, args);
	n = vsnprintf(NULL, 0, format, args);
	va_end(args);
	text_make_room(text, n);
	vsnprintf(text->bytes + text->n, n + 1, format, again);
	va_end(again);
	text->n += n;
}

void text_free(struct text *text)
{
	free(text->bytes);
	*text = (struct text){ 0 };
}

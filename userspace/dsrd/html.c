// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "dsrd/html.h"

#define REPLACEMENT "\xef\xbf\xbd"

/* Return the length of the character that begins here, or 0 if none does that can be shown: it is
 * no UTF-8, or a control character.
 */
static size_t character(const char *string)
{
	const unsigned char *at = (const unsigned char *)string;
	unsigned int code, least;
	size_t length, i;

	if (*at < 0x80)
		return *at >= 0x20 && *at != 0x7f;
	if (*at < 0xc2 || *at > 0xf4)
		return 0;
	length = *at < 0xe0 ? 2 : *at < 0xf0 ? 3 : 4;
	least = length == 2 ? 0x80 : length == 3 ? 0x800 : 0x10000;
	code = *at & (0x7f >> length);
	for (i = 1; i < length; i++) {
		if ((at[i] & 0xc0) != 0x80)
			return 0;
		code = code << 6 | (at[i] & 0x3f);
	}
	/* Neither too long, nor a surrogate, nor beyond Unicode, nor a control character: some of
	 * the latter change the direction of what follows.
	 */
	if (code < least || (code >= 0xd800 && code < 0xe000) || code > 0x10ffff ||
	    (code >= 0x80 && code < 0xa0) || (code >= 0x200b && code <= 0x200f) ||
	    (code >= 0x2028 && code <= 0x202e) || (code >= 0x2060 && code <= 0x206f) ||
	    code == 0xfeff)
		return 0;
	return length;
}

/* Append a string, of which a function replaces single ASCII characters. */
static void put_escaped(struct text *text, const char *string, const char *(*escape)(char c))
{
	const char *replaced;
	size_t length;

	for (; *string; string += length ? length : 1) {
		length = character(string);
		replaced = length ? length == 1 ? escape(*string) : NULL : REPLACEMENT;
		if (replaced)
			text_add(text, replaced);
		else
			text_add_bytes(text, string, length);
	}
}

static const char *escape_html(char c)
{
	switch (c) {
	case '&':
		return "&amp;";
	case '<':
		return "&lt;";
	case '>':
		return "&gt;";
	case '"':
		return "&quot;";
	case '\'':
		return "&#39;";
	default:
		return NULL;
	}
}

static const char *escape_json(char c)
{
	switch (c) {
	case '"':
		return "\\\"";
	case '\\':
		return "\\\\";
	default:
		return NULL;
	}
}

void html_text(struct text *text, const char *string)
{
	put_escaped(text, string, escape_html);
}

void json_text(struct text *text, const char *string)
{
	text_add(text, "\"");
	put_escaped(text, string, escape_json);
	text_add(text, "\"");
}

static bool is_unreserved(char c)
{
	return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') ||
	       (c && strchr("-._~:", c));
}

void html_url(struct text *text, const char *string)
{
	for (; *string; string++) {
		if (is_unreserved(*string))
			text_add_bytes(text, string, 1);
		else
			text_printf(text, "%%%02X", (unsigned char)*string);
	}
}

void html_put(struct text *text, const char *format, ...)
{
	va_list args;
	size_t plain;

	va_start(args, format);
	for (; *format; format += 2) {
		plain = strcspn(format, "%");
		text_add_bytes(text, format, plain);
		format += plain;
		if (!*format)
			break;
		switch (format[1]) {
		case 's':
			html_text(text, va_arg(args, const char *));
			break;
		case 'U':
			html_url(text, va_arg(args, const char *));
			break;
		case 'u':
			text_add_number(text, va_arg(args, unsigned int));
			break;
		case '%':
			text_add(text, "%");
			break;
		default:
			abort();
		}
	}
	va_end(args);
}

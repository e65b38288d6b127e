/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Writes HTML and JSON. Names, reasons and everything else that was not written in this source may
 * have any bytes, so whatever becomes part of a page passes html_text(), html_url() or json_text().
 *
 * Pure.
 */
#ifndef DSRD_HTML_H
#define DSRD_HTML_H

#include "text.h"

/* Append text between tags or in quotes. What is no UTF-8, and control characters, become the
 * character U+FFFD.
 */
void html_text(struct text *text, const char *string);
/* Append a value of a query. */
void html_url(struct text *text, const char *string);
/* Append a string with its quotes. */
void json_text(struct text *text, const char *string);

/* Append a part of a page, in which these stand for the arguments:
 *	%s	text, escaped
 *	%U	a value of a query, escaped
 *	%u	an unsigned int
 *	%%	a per cent sign
 */
void html_put(struct text *text, const char *format, ...);

#endif

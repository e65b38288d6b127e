/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Functions that the unit tests share. Includes the headers that cmocka.h needs. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "dsrctl.h"

/* A command line, split at its blanks. The words point into text. */
struct line {
	char text[512];
	const char *words[64];
	int n;
};

void line_cut(struct line *line, const char *text);

/* Parse a line. Return the text of the error, or NULL if the line is valid. */
const char *parse_error(const char *text, struct dsr_parsed *parsed);

/* Parse a line that is invalid. Return the hint of the error, "" if there is none. */
const char *parse_hint(const char *text, struct dsr_parsed *parsed);

struct refused {
	const char *line;
	const char *text;	/* of the error, or its beginning and "..." */
};

/* Assert that each line is refused with its text. */
void assert_refused(const struct refused *lines, size_t n);

/* Write the text to a new file, which the caller unlinks. @path is as for mkstemp(). */
void make_file(char *path, const char *text);

/* Return the arguments of a valid line. */
struct dsr_args parse_args(const char *text);

/* Return the records that a function prints, as JSON. The text is there until the next call. */
const char *printed(void (*print)(struct out *out));

/* A dsrctl that writes its data and its warnings into the same memory. */
struct screen {
	struct dsrctl ctl;
	struct dsr_error err;
	char *text;
	size_t size;
};

void screen_open(struct screen *screen);
/* Run a command line without options. Return its status. */
int screen_run(struct screen *screen, const char *text);
/* Return all that was written so far. */
const char *screen_text(struct screen *screen);
void screen_close(struct screen *screen);

#endif

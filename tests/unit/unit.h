/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the unit tests share; includes what cmocka.h wants before it. */
#ifndef UNIT_H
#define UNIT_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>

#include <cmocka.h>

#include "dsrctl.h"

/* A command line cut at its blanks; words point into text. */
struct line {
	char text[512];
	const char *words[64];
	int n;
};

void line_cut(struct line *line, const char *text);

/* What the parser makes of a line, or the text of its refusal, or NULL. */
const char *parse_error(const char *text, struct dsr_parsed *parsed);

/* The hint that comes with the refusal, "" if there is none. */
const char *parse_hint(const char *text, struct dsr_parsed *parsed);

struct refused {
	const char *line;
	const char *text;
};

/* Each line is refused with the text behind it. */
void assert_refused(const struct refused *lines, size_t n);

/* Write it to a new file, which the caller unlinks; path: see mkstemp(). */
void make_file(char *path, const char *text);

/* The arguments of a line that is right. */
struct dsr_args parse_args(const char *text);

/* A dsrctl that writes into memory, its warnings between its data. */
struct screen {
	struct dsrctl ctl;
	struct dsr_error err;
	char *text;
	size_t size;
};

void screen_open(struct screen *screen);
/* Runs a command line without options; returns its status. */
int screen_run(struct screen *screen, const char *text);
/* All that was written so far. */
const char *screen_text(struct screen *screen);
void screen_close(struct screen *screen);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A listing: the same calls make rows of a table, elements of a JSON array, or
 * lines as they come. A field goes to the JSON under its key, and to the table
 * if a column has that key; a cell goes to the table alone.
 */
#ifndef DSRCTL_OUT_H
#define DSRCTL_OUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

enum out_mode {
	OUT_TABLE,
	OUT_JSON,	/* one array */
	OUT_TEXT_LINES,	/* a record a line, written out at once */
	OUT_JSON_LINES,
};

/* When a column is shown: always (0), or when one of these was asked for. */
enum {
	OUT_STATS = 1,	/* counters */
	OUT_DETAIL = 2,	/* all of one object */
	OUT_EVENT = 4,	/* what happened to it */
	OUT_EXPLAIN = 8,
};

enum {
	OUT_RIGHT = 1,	/* a number */
	OUT_BARE = 2,	/* in lines without its title, as in the grammar */
};

struct out_column {
	const char *key;
	const char *title;
	unsigned int style;
	unsigned int when;
};

struct out;

/* The columns end with NULL. */
struct out *out_open(FILE *file, enum out_mode mode, bool pretty,
		     const struct out_column *const *columns, unsigned int show);
bool out_is_json(const struct out *out);
bool out_shows(const struct out *out, unsigned int when);

/* A record with its fields; objects group some of these in JSON. */
void out_begin(struct out *out);
void out_string(struct out *out, const char *key, const char *value);
void out_number(struct out *out, const char *key, __u64 value);
/* An array in JSON, else the words with commas between. */
void out_strings(struct out *out, const char *key, const char *const *values, int n);
void out_cell(struct out *out, const char *key, const char *value);
void out_begin_object(struct out *out, const char *key);
void out_end_object(struct out *out);
void out_end(struct out *out);

/* Writes what is left and frees it. */
void out_close(struct out *out);

#endif

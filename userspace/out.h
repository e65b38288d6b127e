/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A listing: the same calls write rows of a table, elements of a JSON array, or lines
 * that appear at once. A field appears in JSON under its key, and in the table if a
 * column has that key. A cell appears only in the table or the lines.
 */
#ifndef DSRCTL_OUT_H
#define DSRCTL_OUT_H

#include <linux/types.h>
#include <stdbool.h>
#include <stdio.h>

#include "clock.h"

enum out_mode {
	OUT_TABLE,
	OUT_JSON,	/* one array */
	OUT_TEXT_LINES,	/* one record per line, written at once */
	OUT_JSON_LINES,
};

/* When a column is shown: always (0), or if one of these was requested. */
enum {
	OUT_STATS = 1,	/* counters */
	OUT_DETAIL = 2,	/* all details of one object */
	OUT_EVENT = 4,	/* the event that happened to the object */
	OUT_EXPLAIN = 8,
	OUT_RATES = 16,	/* instead of counters */
};

enum {
	OUT_RIGHT = 1,	/* aligned to the right, for numbers */
	OUT_BARE = 2,	/* in lines without the title, as in the grammar */
};

struct out_column {
	const char *key;
	const char *title;
	unsigned int style;
	unsigned int when;
	/* For a table with a limited width: */
	const char *usual;	/* cell that needs no column if all records have it, or NULL */
	unsigned int spare;	/* order in which columns are left out to fit; 0: never */
};

struct out;

/* Open a listing. columns ends with NULL. */
struct out *out_open(FILE *file, enum out_mode mode, bool pretty,
		     const struct out_column *const *columns, unsigned int show);
/* Limit the width of a table: as long as it is too wide, leave out the column that can be spared
 * first. The records of the first part decide, and no cell is cut.
 */
void out_limit(struct out *out, size_t width);
/* Let all records decide, and leave out the columns in which all cells are usual, too. The caller
 * writes the records in a loop that ends when out_again() returns false.
 */
void out_measure(struct out *out);
bool out_again(struct out *out);
/* Write the remaining records. Then put the titles of the columns that were left out although not
 * all of their cells are usual into text, each after a blank. Return true if there are any.
 */
bool out_left_out(struct out *out, char *text, size_t size);

/* Begin each line with the local time. In JSON it is the key time. */
void out_stamp(struct out *out, enum clock_form form);

bool out_is_json(const struct out *out);
bool out_shows(const struct out *out, unsigned int when);

/* Write a record with its fields. In JSON, objects group some of the fields. */
void out_begin(struct out *out);
void out_string(struct out *out, const char *key, const char *value);
void out_number(struct out *out, const char *key, __u64 value);
/* Write a number with decimals in JSON, otherwise the text. */
void out_real(struct out *out, const char *key, double value, int decimals, const char *text);
/* Write an array in JSON, otherwise the words separated by commas. */
void out_strings(struct out *out, const char *key, const char *const *values, int n);
void out_cell(struct out *out, const char *key, const char *value);
void out_begin_object(struct out *out, const char *key);
void out_end_object(struct out *out);
void out_end(struct out *out);

/* Write the remaining records, and free the listing. */
void out_close(struct out *out);

#endif

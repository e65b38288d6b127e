// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Listings, see out.h. json-c formats JSON, and libsmartcols formats tables. Lines need
 * neither.
 */
#include <ctype.h>
#include <json-c/json.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "out.h"

/* Maximum depth: a record, and one object in it. */
#define OBJECTS 2
/* Lines per part of a table. A table is written in parts to limit memory. */
#define PART 1024

struct out {
	FILE *file;
	enum out_mode mode;
	bool pretty;
	unsigned int show;
	const struct out_column *const *columns;

	struct json_object *objects[OBJECTS];
	int depth;			/* number of open objects */
	bool any;			/* a record has been written */

	struct libscols_table *table;
	struct libscols_line *line;	/* of the open record */
	size_t n_lines;
};

static void open_table(struct out *out)
{
	const struct out_column *const *next;

	out->table = error_check_alloc(scols_new_table());
	scols_table_set_stream(out->table, out->file);
	/* Do not cut cells to the width of a terminal. */
	scols_table_set_termforce(out->table, SCOLS_TERMFORCE_NEVER);
	for (next = out->columns; *next; next++)
		if (out_shows(out, (*next)->when))
			error_check_alloc(scols_table_new_column(out->table, (*next)->title, 0,
								 (*next)->style & OUT_RIGHT ?
								 SCOLS_FL_RIGHT : 0));
}

struct out *out_open(FILE *file, enum out_mode mode, bool pretty,
		     const struct out_column *const *columns, unsigned int show)
{
	struct out *out = error_check_alloc(calloc(1, sizeof(*out)));

	out->file = file;
	out->mode = mode;
	out->pretty = pretty && mode == OUT_JSON;
	out->columns = columns;
	out->show = show;
	if (mode == OUT_TABLE)
		open_table(out);
	return out;
}

bool out_is_json(const struct out *out)
{
	return out->mode == OUT_JSON || out->mode == OUT_JSON_LINES;
}

bool out_shows(const struct out *out, unsigned int when)
{
	return !when || out->show & when;
}

void out_begin(struct out *out)
{
	if (out_is_json(out))
		out->objects[0] = error_check_alloc(json_object_new_object());
	else if (out->mode == OUT_TABLE)
		out->line = error_check_alloc(scols_table_new_line(out->table, NULL));
	out->depth = 1;
}

static void add_json(struct out *out, const char *key, struct json_object *value)
{
	json_object_object_add(out->objects[out->depth - 1], key, error_check_alloc(value));
}

static void print_lower(const char *text, FILE *file)
{
	for (; *text; text++)
		fputc(tolower((unsigned char)*text), file);
}

static void print_word(struct out *out, const struct out_column *column, const char *value)
{
	if (column != *out->columns)
		fputc(' ', out->file);
	if (!(column->style & OUT_BARE)) {
		print_lower(column->title, out->file);
		fputc(' ', out->file);
	}
	fputs(value, out->file);
}

void out_cell(struct out *out, const char *key, const char *value)
{
	const struct out_column *const *next;
	size_t i = 0;

	if (out_is_json(out))
		return;
	for (next = out->columns; *next; next++) {
		if (!out_shows(out, (*next)->when))
			continue;
		if (!strcmp((*next)->key, key))
			break;
		i++;
	}
	if (!*next)
		return;
	if (out->mode == OUT_TEXT_LINES)
		print_word(out, *next, value);
	else if (scols_line_set_data(out->line, i, value))
		error_check_alloc(NULL);
}

void out_string(struct out *out, const char *key, const char *value)
{
	if (out_is_json(out))
		add_json(out, key, json_object_new_string(value));
	else if (out->depth == 1)
		out_cell(out, key, value);
}

void out_number(struct out *out, const char *key, __u64 value)
{
	char text[24];

	if (out_is_json(out)) {
		add_json(out, key, json_object_new_uint64(value));
	} else if (out->depth == 1) {
		snprintf(text, sizeof(text), "%llu", (unsigned long long)value);
		out_cell(out, key, text);
	}
}

void out_strings(struct out *out, const char *key, const char *const *values, int n)
{
	struct json_object *array;
	char text[1024] = "";
	size_t used = 0;
	int i;

	if (out_is_json(out)) {
		array = error_check_alloc(json_object_new_array());
		for (i = 0; i < n; i++)
			json_object_array_add(array, json_object_new_string(values[i]));
		add_json(out, key, array);
		return;
	}
	for (i = 0; i < n && used < sizeof(text); i++)
		used += snprintf(text + used, sizeof(text) - used, "%s%s", i ? "," : "",
				 values[i]);
	out_cell(out, key, text);
}

void out_begin_object(struct out *out, const char *key)
{
	struct json_object *object;

	if (out_is_json(out)) {
		object = json_object_new_object();
		add_json(out, key, object);
		out->objects[out->depth] = object;
	}
	out->depth++;
}

void out_end_object(struct out *out)
{
	out->depth--;
}

/* Print JSON text with one more level of indentation. JSON text has newlines only where
 * it is indented.
 */
static void print_indented(const char *text, FILE *file)
{
	fputs("  ", file);
	for (; *text; text++) {
		fputc(*text, file);
		if (*text == '\n')
			fputs("  ", file);
	}
}

static void write_json(struct out *out)
{
	int flags = JSON_C_TO_STRING_NOSLASHESCAPE |
		    (out->pretty ? JSON_C_TO_STRING_PRETTY | JSON_C_TO_STRING_SPACED : 0);
	const char *text = json_object_to_json_string_ext(out->objects[0], flags);

	error_check_alloc((void *)text);
	if (out->mode == OUT_JSON_LINES) {
		fputs(text, out->file);
	} else {
		fputs(out->any ? ",\n" : "[\n", out->file);
		if (out->pretty)
			print_indented(text, out->file);
		else
			fputs(text, out->file);
	}
	json_object_put(out->objects[0]);
}

/* Write the lines of this part. The next part has no header, and columns of at least
 * the same width.
 */
static void write_part(struct out *out)
{
	struct libscols_column *column;
	size_t i;

	if (!out->n_lines)
		return;
	scols_print_table(out->table);
	for (i = 0; i < scols_table_get_ncols(out->table); i++) {
		column = scols_table_get_column(out->table, i);
		scols_column_set_whint(column, scols_column_get_width(column));
	}
	scols_table_remove_lines(out->table);
	scols_table_enable_noheadings(out->table, 1);
	out->n_lines = 0;
}

void out_end(struct out *out)
{
	if (out_is_json(out))
		write_json(out);
	else if (out->mode == OUT_TABLE && ++out->n_lines == PART)
		write_part(out);
	if (out->mode == OUT_TEXT_LINES || out->mode == OUT_JSON_LINES) {
		fputc('\n', out->file);
		fflush(out->file);
	}
	out->any = true;
	out->depth = 0;
}

void out_close(struct out *out)
{
	if (out->mode == OUT_JSON)
		fputs(out->any ? "\n]\n" : "[]\n", out->file);
	if (out->mode == OUT_TABLE) {
		write_part(out);
		scols_unref_table(out->table);
	}
	free(out);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Listings, see out.h. json-c formats JSON, and libsmartcols formats tables. Lines need
 * neither.
 */
#include <assert.h>
#include <ctype.h>
#include <json-c/json.h>
#include <libsmartcols.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"
#include "out.h"

/* Maximum depth: a record, an object in it, and one in that. */
#define OBJECTS 3
/* Lines per part of a table. A table is written in parts to limit memory. */
#define PART 1024
/* More than a table has columns. */
#define COLUMNS 64

struct out {
	FILE *file;
	enum out_mode mode;
	bool pretty;
	unsigned int show;
	const struct out_column *const *columns;
	bool stamped;
	enum clock_form stamp;

	struct json_object *objects[OBJECTS];
	int depth;			/* number of open objects */
	bool any;			/* a record has been written */

	struct libscols_table *table;
	struct libscols_line *line;	/* of the open record */
	size_t n_lines;

	size_t limit;			/* of the width; 0: none */
	bool measuring;			/* and not writing */
	bool fitted;
	struct measure {
		const struct out_column *column;
		size_t width;
		bool unusual;		/* some cell is not the usual one */
		bool hidden;
	} measures[COLUMNS];		/* of the columns of the table, in their order */
	size_t n_measures;
};

static void open_table(struct out *out)
{
	const struct out_column *const *next;

	out->table = error_check_alloc(scols_new_table());
	scols_table_set_stream(out->table, out->file);
	/* Do not cut cells to the width of a terminal. */
	scols_table_set_termforce(out->table, SCOLS_TERMFORCE_NEVER);
	for (next = out->columns; *next; next++) {
		if (!out_shows(out, (*next)->when))
			continue;
		error_check_alloc(scols_table_new_column(out->table, (*next)->title, 0,
							 (*next)->style & OUT_RIGHT ?
							 SCOLS_FL_RIGHT : 0));
		assert(out->n_measures < COLUMNS);
		out->measures[out->n_measures++] = (struct measure){
			*next, strlen((*next)->title), !(*next)->usual
		};
	}
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

void out_limit(struct out *out, size_t width)
{
	if (out->mode == OUT_TABLE)
		out->limit = width;
}

void out_measure(struct out *out)
{
	out->measuring = out->limit;
}

/* Return the width of a cell in the table. libsmartcols writes a byte that is not printable as
 * \x and two digits.
 */
static size_t cell_width(const char *text)
{
	size_t width = 0;

	for (; *text; text++)
		width += isprint((unsigned char)*text) ? 1 : 4;
	return width;
}

static void measure(struct out *out, size_t i, const char *value)
{
	struct measure *measure = &out->measures[i];
	size_t width = cell_width(value);

	if (width > measure->width)
		measure->width = width;
	if (measure->column->usual && strcmp(value, measure->column->usual))
		measure->unusual = true;
}

static size_t table_width(const struct out *out)
{
	size_t width = 0, i;

	for (i = 0; i < out->n_measures; i++)
		if (!out->measures[i].hidden)
			width += out->measures[i].width + !!width;
	return width;
}

/* Return the column to leave out next, or NULL if no column can be spared. */
static struct measure *find_spare(struct out *out)
{
	struct measure *found = NULL;
	size_t i;

	for (i = 0; i < out->n_measures; i++) {
		struct measure *next = &out->measures[i];

		if (next->hidden || !next->column->spare)
			continue;
		if (!found || next->column->spare < found->column->spare)
			found = next;
	}
	return found;
}

/* Choose the columns of the table. */
static void fit(struct out *out)
{
	struct measure *spare;
	size_t i;

	out->fitted = true;
	while (table_width(out) > out->limit && (spare = find_spare(out)))
		spare->hidden = true;
	for (i = 0; i < out->n_measures; i++)
		if (out->measures[i].hidden)
			scols_column_set_flags(scols_table_get_column(out->table, i),
					       SCOLS_FL_HIDDEN);
}

bool out_again(struct out *out)
{
	size_t i;

	if (!out->measuring)
		return false;
	out->measuring = false;
	for (i = 0; i < out->n_measures; i++)
		out->measures[i].hidden = !out->measures[i].unusual;
	fit(out);
	return true;
}

void out_stamp(struct out *out, enum clock_form form)
{
	out->stamped = true;
	out->stamp = form;
}

/* The forms of lines are those of iproute2. */
static void write_stamp(struct out *out)
{
	char text[CLOCK_TEXT];

	clock_format(out_is_json(out) ? CLOCK_ISO : out->stamp, text, sizeof(text));
	if (out_is_json(out))
		out_string(out, "time", text);
	else
		fprintf(out->file, out->stamp == CLOCK_SHORT ? "[%s] " : "Timestamp: %s\n", text);
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
	else if (out->mode == OUT_TABLE && !out->measuring)
		out->line = error_check_alloc(scols_table_new_line(out->table, NULL));
	out->depth = 1;
	if (out->stamped)
		write_stamp(out);
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
	if (out->mode == OUT_TEXT_LINES) {
		print_word(out, *next, value);
		return;
	}
	if (out->limit && !out->fitted)
		measure(out, i, value);
	if (!out->measuring && scols_line_set_data(out->line, i, value))
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

void out_real(struct out *out, const char *key, double value, int decimals, const char *text)
{
	char number[32];

	snprintf(number, sizeof(number), "%.*f", decimals, value);
	if (out_is_json(out))
		add_json(out, key, json_object_new_double_s(value, number));
	else if (out->depth == 1)
		out_cell(out, key, text);
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
	if (out->limit && !out->fitted)
		fit(out);
	scols_print_table(out->table);
	for (i = 0; i < scols_table_get_ncols(out->table); i++) {
		column = scols_table_get_column(out->table, i);
		scols_column_set_whint(column, scols_column_get_width(column));
	}
	scols_table_remove_lines(out->table);
	scols_table_enable_noheadings(out->table, 1);
	out->n_lines = 0;
}

bool out_left_out(struct out *out, char *text, size_t size)
{
	size_t used = 0, i;

	if (out->mode == OUT_TABLE)
		write_part(out);
	*text = '\0';
	for (i = 0; i < out->n_measures; i++)
		if (out->measures[i].hidden && out->measures[i].unusual && used < size)
			used += snprintf(text + used, size - used, " %s",
					 out->measures[i].column->title);
	return used;
}

void out_end(struct out *out)
{
	if (out_is_json(out))
		write_json(out);
	else if (out->mode == OUT_TABLE && !out->measuring && ++out->n_lines == PART)
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

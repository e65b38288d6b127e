// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "report.h"

/* More errors are only counted. */
#define ERRORS_MAX 1000
/* Longer lines are not quoted. */
#define QUOTED_MAX 240

struct report_error {
	struct place place;
	bool is_warning;
	char *text;
	char *hint;
};

void report_init(struct report *report, const char *file)
{
	*report = (struct report){
		.errors = LIST_OF(struct report_error),
		.file = file,
	};
}

static struct report_error *error_at(const struct report *report, size_t i)
{
	return (struct report_error *)list_at(&report->errors, i);
}

void report_free(struct report *report)
{
	size_t i;

	for (i = 0; i < report->errors.n; i++) {
		free(error_at(report, i)->text);
		free(error_at(report, i)->hint);
	}
	list_free(&report->errors);
}

static void add_entry(struct report *report, const struct place *place, bool is_warning,
		      const char *text, const char *hint)
{
	report->n_errors += !is_warning;
	if (report->errors.n == ERRORS_MAX) {
		report->left_out++;
		return;
	}
	*(struct report_error *)list_new(&report->errors) = (struct report_error){
		*place, is_warning, error_check_alloc(strdup(text)),
		error_check_alloc(strdup(hint))
	};
}

void report_add(struct report *report, const struct place *place, struct dsr_error *err)
{
	add_entry(report, place, false, err->text, err->hint);
	error_clear(err);
}

void report_warning(struct report *report, const struct place *place, struct dsr_error *err)
{
	if (err->warning[0])
		add_entry(report, place, true, err->warning, "");
	err->warning[0] = '\0';
}

void report_error(struct report *report, const struct place *place, const char *format, ...)
{
	struct dsr_error err = { 0 };
	va_list args;

	va_start(args, format);
	vsnprintf(err.text, sizeof(err.text), format, args);
	va_end(args);
	report_add(report, place, &err);
}

size_t report_n(const struct report *report)
{
	return report->n_errors;
}

static int compare(const void *a, const void *b)
{
	const struct place *left = &((const struct report_error *)a)->place;
	const struct place *right = &((const struct report_error *)b)->place;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return (left->column > right->column) - (left->column < right->column);
}

static const char *find_line(const char *text, unsigned int line)
{
	while (text && --line) {
		text = strchr(text, '\n');
		if (text)
			text++;
	}
	return text;
}

static bool is_continuation(char byte)
{
	return (byte & 0xc0) == 0x80;
}

/* Return the number of characters in UTF-8. */
static size_t characters(const char *text, size_t length)
{
	size_t i, n = 0;

	for (i = 0; i < length; i++)
		n += !is_continuation(text[i]);
	return n;
}

/* Print the line of the error, and a mark below its place. A tab stands for one blank, as
 * the mark would not be below it otherwise; so does a control character.
 */
static void quote(const struct report *report, const struct place *place, FILE *file)
{
	const char *line = find_line(report->text, place->line);
	size_t i, length = line ? strcspn(line, "\r\n") : 0, columns, n;

	columns = characters(line, length);
	if (!length || length > QUOTED_MAX || place->column > columns + 1)
		return;
	fprintf(file, "%6u | ", place->line);
	for (i = 0; i < length; i++)
		fputc((unsigned char)line[i] < ' ' || line[i] == 0x7f ? ' ' : line[i], file);
	n = place->length ? place->length : 1;
	if (n > columns + 1 - place->column)
		n = columns + 1 - place->column;
	fprintf(file, "\n       | %*s", (int)place->column - 1, "");
	for (i = 0; i < (n ? n : 1); i++)
		fputc('^', file);
	fputc('\n', file);
}

static void print_error(const struct report *report, const struct report_error *error, FILE *file)
{
	const char *kind = error->is_warning ? "warning: " : "";

	if (error->place.line) {
		fprintf(file, "%s:%u:%u: %s%s\n", report->file, error->place.line,
			error->place.column, kind, error->text);
		quote(report, &error->place, file);
	} else {
		fprintf(file, "%s: %s%s\n", report->file, kind, error->text);
	}
	if (error->hint[0])
		fprintf(file, "  hint: %s\n", error->hint);
}

static void print_text(const struct report *report, FILE *file)
{
	size_t i;

	for (i = 0; i < report->errors.n; i++)
		print_error(report, error_at(report, i), file);
	if (report->left_out)
		fprintf(file, "%s: and %zu more errors\n", report->file, report->left_out);
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, error_check_alloc(value));
}

static struct json_object *make_object(const struct report *report,
				       const struct report_error *error)
{
	struct json_object *object = error_check_alloc(json_object_new_object());

	add(object, error->is_warning ? "warning" : "error", json_object_new_string(error->text));
	add(object, "file", json_object_new_string(report->file));
	if (error->place.line) {
		add(object, "line", json_object_new_uint64(error->place.line));
		add(object, "column", json_object_new_uint64(error->place.column));
	}
	if (error->hint[0])
		add(object, "hint", json_object_new_string(error->hint));
	return object;
}

static void print_json(const struct report *report, FILE *file)
{
	struct json_object *array = error_check_alloc(json_object_new_array());
	size_t i;

	for (i = 0; i < report->errors.n; i++)
		json_object_array_add(array, make_object(report, error_at(report, i)));
	fprintf(file, "%s\n",
		json_object_to_json_string_ext(array, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(array);
}

void report_print(struct report *report, bool json, FILE *file)
{
	if (report->errors.n)
		qsort(report->errors.records, report->errors.n, report->errors.size, compare);
	if (json)
		print_json(report, file);
	else
		print_text(report, file);
}

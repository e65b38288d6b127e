// SPDX-License-Identifier: GPL-2.0-or-later
/* The report of an import: the notes, and an account of all lines. */
#include <json-c/json.h>
#include <stdlib.h>
#include <string.h>

#include "import.h"
#include "import_note.h"

static const char *const class_names[IMPORT_CLASSES] = {
	[IMPORT_BLANK] = "blank",
	[IMPORT_TRANSLATED] = "translated",
	[IMPORT_APPROXIMATED] = "approximated",
	[IMPORT_REFUSED] = "refused",
};

struct import_counts import_count(struct import *in)
{
	struct import_counts counts = { .lines = in->lines.n };
	size_t i;

	for (i = 0; i < in->lines.n; i++) {
		if (import_line(in, i)->class == IMPORT_UNREAD)
			import_refused(in, i, "this is not understood");
		counts.of[import_line(in, i)->class]++;
	}
	return counts;
}

static int compare(const void *a, const void *b)
{
	const struct import_note *left = a, *right = b;

	if (left->line != right->line)
		return left->line < right->line ? -1 : 1;
	return (left->order > right->order) - (left->order < right->order);
}

/* What a note quotes may have any bytes, which are no business of a terminal or of JSON. */
static char *printable(const char *text)
{
	char *copy = error_check_alloc(strdup(text)), *at;

	for (at = copy; *at; at++)
		if (*at < ' ' || *at > '~')
			*at = '?';
	return copy;
}

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, error_check_alloc(value));
}

static void add_text(struct json_object *object, const char *key, const char *text)
{
	char *clean = printable(text);

	add(object, key, json_object_new_string(clean));
	free(clean);
}

static struct json_object *make_note(const struct import *in, const struct import_note *note)
{
	struct json_object *object = error_check_alloc(json_object_new_object());
	const struct import_line *line = import_line(in, note->line);

	add_text(object, "file", line->file);
	add(object, "line", json_object_new_uint64(line->number));
	add(object, "class", json_object_new_string(class_names[note->class]));
	add_text(object, "text", note->text);
	return object;
}

static void print_json(const struct import *in, const struct import_counts *counts,
		       const struct config *config, FILE *file)
{
	struct json_object *array = error_check_alloc(json_object_new_array());
	struct json_object *total = error_check_alloc(json_object_new_object());
	enum import_class class;
	size_t i;

	for (i = 0; i < in->notes.n; i++)
		json_object_array_add(array, make_note(in, import_note_at(in, i)));
	add(total, "lines", json_object_new_uint64(counts->lines));
	for (class = IMPORT_BLANK; class < IMPORT_CLASSES; class++)
		add(total, class_names[class], json_object_new_uint64(counts->of[class]));
	add(total, "services", json_object_new_uint64(config->services.n));
	add(total, "backends", json_object_new_uint64(config->backends.n));
	json_object_array_add(array, total);
	fprintf(file, "%s\n",
		json_object_to_json_string_ext(array, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(array);
}

static void print_text(const struct import *in, const struct import_counts *counts,
		       const struct config *config, FILE *file)
{
	const struct import_note *note;
	const struct import_line *line;
	char *name, *text;
	size_t i;

	for (i = 0; i < in->notes.n; i++) {
		note = import_note_at(in, i);
		line = import_line(in, note->line);
		name = printable(line->file);
		text = printable(note->text);
		fprintf(file, "%s:%u: %s: %s\n", name, line->number, class_names[note->class],
			text);
		free(name);
		free(text);
	}
	fprintf(file, "%zu lines = %zu translated + %zu approximated + %zu refused + %zu blank\n",
		counts->lines, counts->of[IMPORT_TRANSLATED], counts->of[IMPORT_APPROXIMATED],
		counts->of[IMPORT_REFUSED], counts->of[IMPORT_BLANK]);
	fprintf(file, "%zu services, %zu backends\n", config->services.n, config->backends.n);
}

void import_print(struct import *in, const struct import_counts *counts,
		  const struct config *config, bool json, FILE *file)
{
	if (in->notes.n)
		qsort(in->notes.records, in->notes.n, in->notes.size, compare);
	if (json)
		print_json(in, counts, config, file);
	else
		print_text(in, counts, config, file);
}

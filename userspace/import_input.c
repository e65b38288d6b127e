// SPDX-License-Identifier: GPL-2.0-or-later
/* The lines of an import, and the notes about them, see import.h. */
#include <errno.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "import_block.h"
#include "import_note.h"

#define SIZE_LIMIT (64u << 20)
/* A line of which hundreds of statements are made needs no more notes. */
#define NOTES_LIMIT 50
#define TEXT 512

const char import_no_checks[] =
	"nothing checks servers; set \"health down\" by a program of yours that does";

void import_init(struct import *in)
{
	*in = (struct import){
		.files = LIST_OF(char *),
		.lines = LIST_OF(struct import_line),
		.notes = LIST_OF(struct import_note),
		.services = LIST_OF(struct import_service *),
	};
}

struct import_line *import_line(const struct import *in, size_t line)
{
	return (struct import_line *)list_at(&in->lines, line);
}

struct import_note *import_note_at(const struct import *in, size_t i)
{
	return (struct import_note *)list_at(&in->notes, i);
}

void import_free(struct import *in)
{
	struct import_service *service;
	size_t i;

	for (i = 0; i < in->services.n; i++) {
		service = import_service_at(in, i);
		list_free(&service->backends);
		free(service);
	}
	for (i = 0; i < in->notes.n; i++)
		free(import_note_at(in, i)->text);
	for (i = 0; i < in->lines.n; i++)
		free(import_line(in, i)->text);
	for (i = 0; i < in->files.n; i++)
		free(*(char *const *)list_at(&in->files, i));
	if (in->tree)
		node_free(in->tree);
	list_free(&in->services);
	list_free(&in->notes);
	list_free(&in->lines);
	list_free(&in->files);
}

/* Add a line. Its text is empty if it has a NUL character, which ends what programs read. */
static void add_line(struct import *in, const char *file, unsigned int number, const char *text,
		     size_t length)
{
	struct import_line *line = list_new(&in->lines);
	bool has_nul = strlen(text) < length;
	size_t at = in->lines.n - 1;

	*line = (struct import_line){
		.file = file, .number = number,
		.text = error_check_alloc(strdup(has_nul ? "" : text)),
	};
	line->text[strcspn(line->text, "\r")] = '\0';
	if (has_nul)
		import_refused(in, at, "the line has a NUL character: expected text");
	else if (!line->text[strspn(line->text, " \t\v\f")])
		line->class = IMPORT_BLANK;
}

/* Read a whole stream, which may have no end, up to a limit. Return NULL with err filled if that
 * fails.
 */
static char *read_stream(FILE *stream, const char *name, size_t *size, struct dsr_error *err)
{
	size_t room = 1 << 16;
	char *text = NULL;

	for (*size = 0; *size <= SIZE_LIMIT; room *= 2) {
		text = error_check_alloc(realloc(text, room + 1));
		*size += fread(text + *size, 1, room - *size, stream);
		if (*size < room)
			break;
	}
	text[*size] = '\0';
	if (ferror(stream))
		error_usage(err, "%s: %s", name, strerror(errno));
	else if (*size > SIZE_LIMIT)
		error_usage(err, "%s: the file is too large: expected at most %u MiB", name,
			    SIZE_LIMIT >> 20);
	else
		return text;
	free(text);
	return NULL;
}

static int read_lines(struct import *in, FILE *stream, const char *name, struct dsr_error *err)
{
	unsigned int number = 0;
	char *text, *at, *end;
	size_t size;

	text = read_stream(stream, name, &size, err);
	if (!text)
		return -1;
	for (at = text; at < text + size; at = end + 1) {
		end = memchr(at, '\n', text + size - at) ?: text + size;
		*end = '\0';
		add_line(in, name, ++number, at, end - at);
	}
	free(text);
	return 0;
}

int import_read(struct import *in, const char *path, struct dsr_error *err)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *stream = is_stdin ? stdin : fopen(path, "re");
	char *name;
	int ret;

	if (!stream)
		return error_usage(err, "%s: %s", path, strerror(errno));
	name = error_check_alloc(strdup(is_stdin ? "standard input" : path));
	*(char **)list_new(&in->files) = name;
	ret = read_lines(in, stream, name, err);
	if (!is_stdin)
		fclose(stream);
	return ret;
}

void import_mark(struct import *in, size_t line, enum import_class class)
{
	struct import_line *at = import_line(in, line);

	if (at->class < class)
		at->class = class;
}

/* Several statements may be made of one line, which then has the same note for each. */
static bool has_note(const struct import *in, const struct import_line *line, const char *text)
{
	const struct import_note *note;
	size_t i, at = line->last_note;

	for (i = 0; i < line->n_notes; i++, at = note->previous) {
		note = import_note_at(in, at);
		if (!strcmp(note->text, text))
			return true;
	}
	return false;
}

void import_note(struct import *in, size_t line, enum import_class class, const char *text)
{
	struct import_line *at = import_line(in, line);

	import_mark(in, line, class);
	if (at->n_notes == NOTES_LIMIT || has_note(in, at, text))
		return;
	*(struct import_note *)list_new(&in->notes) = (struct import_note){
		line, in->notes.n, at->last_note, class, error_check_alloc(strdup(text))
	};
	at->last_note = in->notes.n - 1;
	at->n_notes++;
}

void import_approximated(struct import *in, size_t line, const char *format, ...)
{
	char text[TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	import_note(in, line, IMPORT_APPROXIMATED, text);
}

void import_refused(struct import *in, size_t line, const char *format, ...)
{
	char text[TEXT];
	va_list args;

	va_start(args, format);
	vsnprintf(text, sizeof(text), format, args);
	va_end(args);
	import_note(in, line, IMPORT_REFUSED, text);
}

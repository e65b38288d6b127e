// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "unit.h"

void line_cut(struct line *line, const char *text)
{
	char *save, *word;

	snprintf(line->text, sizeof(line->text), "%s", text);
	line->n = 0;
	for (word = strtok_r(line->text, " ", &save); word; word = strtok_r(NULL, " ", &save))
		line->words[line->n++] = word;
}

/* Parse a line. Return the error, or NULL if the line is valid. */
static const struct dsr_error *parse_fails(const char *text, struct dsr_parsed *parsed)
{
	static struct dsr_error err;
	struct line line;

	memset(&err, 0, sizeof(err));
	line_cut(&line, text);
	if (!grammar_parse(line.n, line.words, parsed, &err))
		return NULL;
	assert_int_equal(err.status, DSR_USAGE);
	return &err;
}

const char *parse_error(const char *text, struct dsr_parsed *parsed)
{
	const struct dsr_error *err = parse_fails(text, parsed);

	return err ? err->text : NULL;
}

const char *parse_hint(const char *text, struct dsr_parsed *parsed)
{
	const struct dsr_error *err = parse_fails(text, parsed);

	if (!err)
		fail_msg("\"%s\" gave no error", text);
	return err->hint;
}

void make_file(char *path, const char *text)
{
	FILE *file = fdopen(mkstemp(path), "w");

	assert_non_null(file);
	fputs(text, file);
	fclose(file);
}

static bool is_as_expected(const char *text, const char *expected)
{
	size_t length = strlen(expected);

	if (length > 3 && !strcmp(expected + length - 3, "..."))
		return !strncmp(text, expected, length - 3);
	return !strcmp(text, expected);
}

void assert_refused(const struct refused *lines, size_t n)
{
	struct dsr_parsed parsed;
	const char *text;
	size_t i;

	for (i = 0; i < n; i++) {
		text = parse_error(lines[i].line, &parsed);
		if (!text || !is_as_expected(text, lines[i].text))
			fail_msg("\"%s\" gave: %s", lines[i].line, text ? text : "no error");
	}
}

struct dsr_args parse_args(const char *text)
{
	struct dsr_parsed parsed;
	const char *error = parse_error(text, &parsed);

	if (error)
		fail_msg("\"%s\" gave: %s", text, error);
	return parsed.args;
}

void screen_open(struct screen *screen)
{
	memset(screen, 0, sizeof(*screen));
	screen->ctl.file = open_memstream(&screen->text, &screen->size);
	assert_non_null(screen->ctl.file);
	screen->ctl.warnings = screen->ctl.file;
}

int screen_run(struct screen *screen, const char *text)
{
	struct line line;

	line_cut(&line, text);
	return dsrctl_run(&screen->ctl, line.n, line.words, &screen->err) ? screen->err.status : 0;
}

const char *screen_text(struct screen *screen)
{
	fflush(screen->ctl.file);
	return screen->text;
}

void screen_close(struct screen *screen)
{
	fclose(screen->ctl.file);
	free(screen->text);
	dsr_nl_close(screen->ctl.nl);
}

const char *printed(void (*print)(struct out *out))
{
	static const struct out_column *const none[] = { NULL };
	static char *text;
	size_t size;
	FILE *file;
	struct out *out;

	free(text);
	file = open_memstream(&text, &size);
	out = out_open(file, OUT_JSON, false, none, 0);
	print(out);
	out_close(out);
	fclose(file);
	return text;
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the lines of keepalived.conf, see keepalived_lines.h. */
#include <ctype.h>
#include <glob.h>
#include <libgen.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "keepalived_lines.h"

#define BLANKS " \t\v\f"
#define QUOTES "\"'"
#define COMMENTS "#!"

#define INCLUDE_DEPTH 8
#define REPLACE_DEPTH 24
#define TEXT_LIMIT (64u << 10)
/* Lines that sequences and parameters may make. */
#define LINES_LIMIT 200000

/* A line of a parameter's value, with the place where it stands. */
struct part {
	size_t line;
	char *text;
};

struct parameter {
	char *name;
	struct list parts;
	bool is_text;			/* the value is a part of a line, not lines */
};

struct expander {
	struct import *in;
	struct block_reader *reader;
	struct list parameters;
	bool defining;			/* the last one continues in the next line */
	char id[128];			/* of this machine */
	const char *dir;		/* of the file */
	int includes;			/* how deep */
	size_t made;			/* lines */
};

static void read_statement(struct expander *x, size_t line, const char *text, int depth);
static int read_file(struct expander *x, const char *path, struct dsr_error *err);

static struct parameter *parameter_at(const struct expander *x, size_t i)
{
	return (struct parameter *)list_at(&x->parameters, i);
}

static struct parameter *find_parameter(const struct expander *x, const char *name, size_t length)
{
	struct parameter *parameter;
	size_t i;

	for (i = x->parameters.n; i--;) {
		parameter = parameter_at(x, i);
		if (strlen(parameter->name) == length && !memcmp(parameter->name, name, length))
			return parameter;
	}
	return NULL;
}

static void clear_parts(struct parameter *parameter)
{
	size_t i;

	for (i = 0; i < parameter->parts.n; i++)
		free(((struct part *)list_at(&parameter->parts, i))->text);
	list_clear(&parameter->parts);
}

static void add_part(struct parameter *parameter, size_t line, const char *text, size_t length)
{
	*(struct part *)list_new(&parameter->parts) =
		(struct part){ line, error_check_alloc(strndup(text, length)) };
}

static struct parameter *new_parameter(struct expander *x, const char *name, size_t length)
{
	struct parameter *parameter = find_parameter(x, name, length);

	if (parameter) {
		clear_parts(parameter);
		return parameter;
	}
	parameter = list_new(&x->parameters);
	*parameter = (struct parameter){
		.name = error_check_alloc(strndup(name, length)),
		.parts = LIST_OF(struct part),
	};
	return parameter;
}

static void set_parameter(struct expander *x, const char *name, size_t name_length,
			  const char *value, size_t length, size_t line)
{
	struct parameter *parameter = new_parameter(x, name, name_length);

	parameter->is_text = true;
	add_part(parameter, line, value, length);
}

static void set_text(struct expander *x, const char *name, const char *value)
{
	set_parameter(x, name, strlen(name), value, strlen(value), 0);
}

static size_t name_length(const char *text)
{
	size_t n = 0;

	while (isalnum((unsigned char)text[n]) || text[n] == '_')
		n++;
	return isdigit((unsigned char)text[0]) ? 0 : n;
}

/* Return the length of a text without blanks at its end. */
static size_t trimmed(const char *text, size_t length)
{
	while (length && strchr(BLANKS, text[length - 1]))
		length--;
	return length;
}

/* Add a line to the value of the last parameter. It continues if the line ends with '\'. */
static void add_definition(struct expander *x, struct parameter *parameter, size_t line,
			   const char *text)
{
	size_t length = trimmed(text, block_length(text, COMMENTS, QUOTES, '\0'));

	import_mark(x->in, line, IMPORT_TRANSLATED);
	x->defining = length && text[length - 1] == '\\';
	length = trimmed(text, length - x->defining);
	if (strspn(text, BLANKS) < length)
		add_part(parameter, line, text, length);
}

/* Read $NAME=VALUE. Return false if the text is something else. */
static bool define(struct expander *x, size_t line, const char *text)
{
	size_t length = *text == '$' ? name_length(text + 1) : 0;
	struct parameter *parameter;
	const char *value;

	if (!length || text[length + 1] != '=')
		return false;
	import_mark(x->in, line, IMPORT_TRANSLATED);
	value = text + length + 2;
	value += strspn(value, BLANKS);
	if (strcmp(value, "\\")) {
		set_parameter(x, text + 1, length, value, strlen(value), line);
		return true;
	}
	parameter = new_parameter(x, text + 1, length);
	parameter->is_text = false;
	x->defining = true;
	/* The next lines belong to the last parameter of the list. */
	if (parameter != parameter_at(x, x->parameters.n - 1)) {
		struct parameter last = *parameter_at(x, x->parameters.n - 1);

		*parameter_at(x, x->parameters.n - 1) = *parameter;
		*parameter = last;
	}
	return true;
}

/* Find the next $NAME or ${NAME} of a parameter that is defined. */
static const struct parameter *find_use(const struct expander *x, const char **at, size_t *length)
{
	const struct parameter *parameter;
	const char *use = *at;
	size_t n;
	bool braces;

	for (; (use = strchr(use, '$')); use++) {
		braces = use[1] == '{';
		n = name_length(use + 1 + braces);
		if (!n || (braces ? use[2 + n] != '}' :
			   use[1 + n] && !strchr(BLANKS, use[1 + n])))
			continue;
		parameter = find_parameter(x, use + 1 + braces, n);
		if (!parameter)
			continue;
		*at = use;
		*length = 1 + n + 2 * braces;
		return parameter;
	}
	return NULL;
}

/* Read the lines of a value in place of its parameter. */
static void read_parts(struct expander *x, const struct parameter *parameter, int depth)
{
	size_t i, n = parameter->parts.n;
	struct part *parts = error_check_alloc(calloc(n + 1, sizeof(*parts)));

	/* They may define parameters, which moves the list. */
	for (i = 0; i < n; i++) {
		parts[i] = *(const struct part *)list_at(&parameter->parts, i);
		parts[i].text = error_check_alloc(strdup(parts[i].text));
	}
	for (i = 0; i < n; i++) {
		read_statement(x, parts[i].line, parts[i].text, depth + 1);
		free(parts[i].text);
	}
	free(parts);
}

/* Replace all parameters in a text once. Return false if there are none, or with a report if it
 * is not possible.
 */
static bool replace(struct expander *x, size_t line, const char *text, int depth)
{
	const struct parameter *parameter;
	const char *at = text, *from = text;
	size_t length, size;
	char *result;
	FILE *memory;

	parameter = find_use(x, &at, &length);
	if (!parameter)
		return false;
	import_mark(x->in, line, IMPORT_TRANSLATED);
	if (!parameter->is_text) {
		if (at == text && !text[length])
			read_parts(x, parameter, depth);
		else
			import_refused(x->in, line,
				       "$%s has several lines: expected nothing else in this line",
				       parameter->name);
		return true;
	}
	memory = error_check_alloc(open_memstream(&result, &size));
	for (; parameter && parameter->is_text; parameter = find_use(x, &at, &length)) {
		fprintf(memory, "%.*s%s", (int)(at - from), from,
			parameter->parts.n ?
			((const struct part *)list_at(&parameter->parts, 0))->text : "");
		at += length;
		from = at;
	}
	fputs(from, memory);
	if (fclose(memory))
		error_check_alloc(NULL);
	if (size > TEXT_LIMIT)
		import_refused(x->in, line, "the line becomes too long: expected at most %u bytes",
			       TEXT_LIMIT);
	else
		read_statement(x, line, result, depth + 1);
	free(result);
	return true;
}

/* Read @ID or @^ID. Return the rest of the line if it is for this machine, or NULL. */
static const char *check_condition(struct expander *x, size_t line, const char *text)
{
	bool negative = text[1] == '^', same;
	const char *id = text + 1 + negative;
	size_t length = strcspn(id, BLANKS);

	import_mark(x->in, line, IMPORT_TRANSLATED);
	same = strlen(x->id) == length && !memcmp(x->id, id, length);
	if (same != negative)
		return id + length;
	if (!x->in->config_id)
		import_approximated(x->in, line,
				    "left out, because this import is for machine \"%s\"; another one is named by --config-id",
				    x->id);
	return NULL;
}

/* Split the text in the parentheses of ~SEQ or ~LST at commas outside of braces. Return the
 * number of arguments, or -1 if there are too many.
 */
static int split_arguments(char *text, char **arguments, int max)
{
	int i, n = 0, depth = 0;
	char *at;

	text += strspn(text, BLANKS);
	arguments[n++] = text;
	for (at = text; *at; at++) {
		depth += *at == '{' ? 1 : *at == '}' ? -1 : 0;
		if (*at != ',' || depth)
			continue;
		if (n == max)
			return -1;
		*at = '\0';
		arguments[n++] = at + 1 + strspn(at + 1, BLANKS);
	}
	for (i = 0; i < n; i++)
		arguments[i][trimmed(arguments[i], strlen(arguments[i]))] = '\0';
	return n;
}

/* Return true, or false with a report, if enough lines have been made of parameters. */
static bool may_make_more(struct expander *x, size_t line)
{
	if (x->made < LINES_LIMIT)
		return true;
	import_refused(x->in, line, "too many lines follow from parameters: expected at most %d",
		       LINES_LIMIT);
	return false;
}

/* ~SEQ(NAME, [START, [STEP,]] END) */
static void repeat_sequence(struct expander *x, size_t line, char **arguments, int n, bool hex,
			    const char *rest, int depth)
{
	long first, step, last, value;
	char text[32];

	last = n > 1 ? strtol(arguments[n - 1], NULL, 0) : 0;
	first = n > 2 ? strtol(arguments[1], NULL, 0) : last > 0 ? 1 : -1;
	step = n > 3 ? strtol(arguments[2], NULL, 0) : first <= last ? 1 : -1;
	if (n < 2 || n > 4 || !step || labs(last) > INT_MAX || labs(first) > INT_MAX ||
	    labs(step) > INT_MAX) {
		import_refused(x->in, line,
			       "~SEQ: expected (NAME, START, STEP, END), and a step other than 0");
		return;
	}
	for (value = first; step > 0 ? value <= last : value >= last; value += step) {
		if (!may_make_more(x, line))
			return;
		snprintf(text, sizeof(text), hex ? "%lx" : "%ld", value);
		set_parameter(x, arguments[0], strlen(arguments[0]), text, strlen(text), line);
		read_statement(x, line, rest, depth + 1);
		/* Count it even if it makes no line. */
		x->made++;
	}
}

/* Give one or, in braces, several parameters their values. */
static void set_values(struct expander *x, size_t line, const char *names, const char *values)
{
	size_t name, value;

	names += *names == '{';
	values += *values == '{';
	while (*names && *names != '}') {
		names += strspn(names, BLANKS ",");
		values += strspn(values, BLANKS ",");
		name = strcspn(names, ",}" BLANKS);
		value = strcspn(values, ",}" BLANKS);
		if (!name)
			return;
		set_parameter(x, names, name, values, value, line);
		names += name + strspn(names + name, BLANKS);
		values += value;
	}
}

/* ~LST(NAME, VALUE...) */
static void repeat_list(struct expander *x, size_t line, char **arguments, int n,
			const char *rest, int depth)
{
	int i;

	if (n < 2)
		import_refused(x->in, line, "~LST: expected (NAME, VALUE, ...)");
	for (i = 1; i < n && may_make_more(x, line); i++) {
		set_values(x, line, arguments[0], arguments[i]);
		read_statement(x, line, rest, depth + 1);
		x->made++;
	}
}

static void repeat(struct expander *x, size_t line, const char *text, int depth)
{
	char *copy = error_check_alloc(strdup(text)), *open, *close;
	char *arguments[1024];
	int n;

	import_mark(x->in, line, IMPORT_TRANSLATED);
	open = strchr(copy, '(');
	close = open ? strchr(open, ')') : NULL;
	if (!close) {
		import_refused(x->in, line, "%.5s: expected (NAME, ...)", text);
		free(copy);
		return;
	}
	*close = '\0';
	n = split_arguments(open + 1, arguments, 1024);
	if (n < 0 || name_length(open[1] == '{' ? "x" : arguments[0]) !=
	    (open[1] == '{' ? 1 : strlen(arguments[0])))
		import_refused(x->in, line, "%.5s: expected the name of a parameter first", text);
	else if (!strncmp(text, "~LST(", 5))
		repeat_list(x, line, arguments, n, close + 1, depth);
	else
		repeat_sequence(x, line, arguments, n, text[4] == 'x', close + 1, depth);
	free(copy);
}

static void read_included(struct expander *x, size_t line, const char *pattern)
{
	struct dsr_error err = { 0 };
	char path[PATH_MAX];
	struct stat status;
	glob_t found;
	size_t i;

	import_mark(x->in, line, IMPORT_TRANSLATED);
	if (x->includes == INCLUDE_DEPTH) {
		import_refused(x->in, line, "files include files too deeply: expected at most %d",
			       INCLUDE_DEPTH);
		return;
	}
	if (*pattern == '/' || !strcmp(x->dir, "."))
		snprintf(path, sizeof(path), "%s", pattern);
	else
		snprintf(path, sizeof(path), "%s/%s", x->dir, pattern);
	if (glob(path, GLOB_BRACE, NULL, &found)) {
		import_refused(x->in, line, "%s: there is no such file", path);
		return;
	}
	for (i = 0; i < found.gl_pathc; i++) {
		if (stat(found.gl_pathv[i], &status) || !S_ISREG(status.st_mode))
			import_refused(x->in, line, "%s: expected a regular file",
				       found.gl_pathv[i]);
		else if (read_file(x, found.gl_pathv[i], &err))
			import_refused(x->in, line, "%s", err.text);
	}
	globfree(&found);
}

/* Return what follows include, includer and so on, or NULL. */
static char *is_include(const char *text)
{
	size_t length = strcspn(text, BLANKS);
	const char *pattern = text + length + strspn(text + length, BLANKS);
	size_t size = strlen(pattern);

	if (strncmp(text, "include", 7) || length > 8 || !size ||
	    (length == 8 && !strchr("rmwba", text[7])))
		return NULL;
	if (size > 1 && strchr(QUOTES, *pattern) && pattern[size - 1] == *pattern)
		return error_check_alloc(strndup(pattern + 1, size - 2));
	return error_check_alloc(strdup(pattern));
}

static void read_statement(struct expander *x, size_t line, const char *text, int depth)
{
	const char *rest;
	char *pattern;

	text += strspn(text, BLANKS);
	if (!may_make_more(x, line))
		return;
	if (depth > REPLACE_DEPTH) {
		import_refused(x->in, line,
			       "parameters are replaced too often: expected at most %d times",
			       REPLACE_DEPTH);
	} else if (*text == '@') {
		rest = check_condition(x, line, text);
		if (rest)
			read_statement(x, line, rest, depth + 1);
	} else if (!strncmp(text, "~SEQ", 4) || !strncmp(text, "~LST(", 5)) {
		repeat(x, line, text, depth);
	} else if (!define(x, line, text) && !replace(x, line, text, depth) && *text) {
		pattern = is_include(text);
		if (pattern)
			read_included(x, line, pattern);
		else
			block_line(x->reader, line, text);
		x->made += depth > 0;
		free(pattern);
	}
}

static void read_line(struct expander *x, size_t line)
{
	const char *text = import_line(x->in, line)->text;
	size_t length;
	char *copy;

	if (x->defining) {
		add_definition(x, parameter_at(x, x->parameters.n - 1), line, text);
		return;
	}
	length = trimmed(text, block_length(text, COMMENTS, QUOTES, '\0'));
	if (strspn(text, BLANKS) >= length) {
		import_mark(x->in, line, IMPORT_BLANK);
		return;
	}
	copy = error_check_alloc(strndup(text, length));
	read_statement(x, line, copy, 0);
	free(copy);
}

/* Read a file, and those that it includes in their places. */
static int read_file(struct expander *x, const char *path, struct dsr_error *err)
{
	char *copy = error_check_alloc(strdup(path));
	const char *above = x->dir;
	size_t line = x->in->lines.n, end;

	if (import_read(x->in, path, err)) {
		free(copy);
		return -1;
	}
	x->dir = strcmp(path, "-") ? dirname(copy) : ".";
	x->includes++;
	set_text(x, "_PWD", x->dir);
	for (end = x->in->lines.n; line < end; line++)
		if (import_line(x->in, line)->class == IMPORT_UNREAD || x->defining)
			read_line(x, line);
	x->includes--;
	x->dir = above;
	set_text(x, "_PWD", x->dir ?: ".");
	free(copy);
	return 0;
}

static void set_id(struct expander *x)
{
	struct utsname name;

	if (x->in->config_id)
		snprintf(x->id, sizeof(x->id), "%s", x->in->config_id);
	else if (!uname(&name))
		snprintf(x->id, sizeof(x->id), "%.*s", (int)strcspn(name.nodename, "."),
			 name.nodename);
	set_text(x, "_INSTANCE", x->id);
	set_text(x, "_HASH", "#");
	set_text(x, "_BANG", "!");
}

int keepalived_read(struct import *in, const char *path, struct block_reader *reader,
		    struct dsr_error *err)
{
	struct expander x = {
		.in = in, .reader = reader, .parameters = LIST_OF(struct parameter)
	};
	size_t i;
	int ret;

	reader->comments = "";
	reader->quotes = QUOTES;
	set_id(&x);
	ret = read_file(&x, path, err);
	for (i = 0; i < x.parameters.n; i++) {
		clear_parts(parameter_at(&x, i));
		list_free(&parameter_at(&x, i)->parts);
		free(parameter_at(&x, i)->name);
	}
	list_free(&x.parameters);
	return ret;
}

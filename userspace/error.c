// SPDX-License-Identifier: GPL-2.0-or-later
#include <json-c/json.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "error.h"

static void set(struct dsr_error *err, int status, const char *format, va_list args)
{
	err->status = status;
	vsnprintf(err->text, sizeof(err->text), format, args);
}

int error_usage(struct dsr_error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(err, DSR_USAGE, format, args);
	va_end(args);
	return -1;
}

int error_refused(struct dsr_error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	set(err, DSR_REFUSED, format, args);
	va_end(args);
	return -1;
}

void error_clear(struct dsr_error *err)
{
	*err = (struct dsr_error){ .file = err->file, .line = err->line };
}

void error_hint(struct dsr_error *err, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vsnprintf(err->hint, sizeof(err->hint), format, args);
	va_end(args);
}

void *error_check_alloc(void *memory)
{
	if (!memory) {
		fputs("Error: out of memory\n", stderr);
		exit(DSR_USAGE);
	}
	return memory;
}

static void add_string(struct json_object *object, const char *key, const char *value)
{
	json_object_object_add(object, key, error_check_alloc(json_object_new_string(value)));
}

/* Add the place in the batch to the object, print it on one line, and free it. */
static void print_object(struct json_object *object, const struct dsr_error *err, FILE *file)
{
	if (err->file) {
		add_string(object, "file", err->file);
		json_object_object_add(object, "line", json_object_new_uint64(err->line));
	}
	fprintf(file, "%s\n",
		json_object_to_json_string_ext(object, JSON_C_TO_STRING_NOSLASHESCAPE));
	json_object_put(object);
}

/* Return the name of an error number, like EINVAL. It is empty if the C library does
 * not know the number.
 */
static const char *errno_name(int number)
{
	const char *name = strerrorname_np(number);

	return name ? name : "";
}

static void print_json(const struct dsr_error *err, FILE *file)
{
	struct json_object *object = error_check_alloc(json_object_new_object());

	add_string(object, "error", err->text);
	if (err->number) {
		json_object_object_add(object, "errno",
				       error_check_alloc(json_object_new_int(err->number)));
		add_string(object, "errno_name", errno_name(err->number));
	}
	if (err->at[0])
		add_string(object, "at", err->at);
	if (err->attribute[0])
		add_string(object, "attribute", err->attribute);
	if (err->hint[0])
		add_string(object, "hint", err->hint);
	print_object(object, err, file);
}

void error_warn(struct dsr_error *err, bool json, FILE *file)
{
	struct json_object *object;

	if (!err->warning[0])
		return;
	if (json) {
		object = error_check_alloc(json_object_new_object());
		add_string(object, "warning", err->warning);
		print_object(object, err, file);
	} else if (err->file) {
		fprintf(file, "%s:%u: warning: %s\n", err->file, err->line, err->warning);
	} else {
		fprintf(file, "warning: %s\n", err->warning);
	}
	err->warning[0] = '\0';
}

void error_print(const struct dsr_error *err, bool json, FILE *file)
{
	if (json) {
		print_json(err, file);
		return;
	}
	if (err->file)
		fprintf(file, "%s:%u: %s\n", err->file, err->line, err->text);
	else
		fprintf(file, "Error: %s\n", err->text);
	if (err->at[0])
		fprintf(file, "  at: %s\n", err->at);
	if (err->hint[0])
		fprintf(file, "  hint: %s\n", err->hint);
}

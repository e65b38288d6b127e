/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The errors of a configuration file. A file is read to its end, so that all its errors are
 * reported at once, in the order of their places.
 */
#ifndef DSRCTL_REPORT_H
#define DSRCTL_REPORT_H

#include "error.h"
#include "list.h"

/* A place in a file. Lines and columns begin with 1; a column is a character, not a byte. */
struct place {
	unsigned int line;
	unsigned int column;
	unsigned int length;	/* in characters; 0: unknown */
};

struct report {
	const char *file;	/* its name */
	const char *text;	/* its content, for the lines that errors quote, or NULL */
	struct list errors;	/* of struct report_error; also warnings */
	size_t n_errors;
	size_t left_out;	/* errors and warnings beyond the limit */
};

void report_init(struct report *report, const char *file);
void report_free(struct report *report);

/* Add an error at a place. Its text and hint are those of @err, which is cleared. */
void report_add(struct report *report, const struct place *place, struct dsr_error *err);
/* Add the warning that @err has, if it has one. */
void report_warning(struct report *report, const struct place *place, struct dsr_error *err);
/* Add an error with this text and no hint. */
void report_error(struct report *report, const struct place *place, const char *format, ...)
	__printf(3, 4);

/* Return the number of errors, without warnings. */
size_t report_n(const struct report *report);

/* Print all errors and warnings, each with its line and a mark below the place. In JSON, print
 * an array with an object for each.
 */
void report_print(struct report *report, bool json, FILE *file);

#endif

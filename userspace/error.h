/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * An error or a warning. The function that detects it fills struct dsr_error, its
 * callers pass it on, and main() prints it.
 */
#ifndef DSRCTL_ERROR_H
#define DSRCTL_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses. */
enum {
	DSR_USAGE = 1,		/* the command line, a file or this machine is wrong */
	DSR_REFUSED = 2,	/* the kernel refused, or has no nf_dsr */
	DSR_FOUND = 3,		/* a difference, or a fault */
	DSR_INCOMPLETE = 4,	/* an import refused some lines */
};

/* The kernel's name for this attribute, which checkpatch requires. */
#define __printf(text, args) __attribute__( \
	(__format__(__printf__, text, args)))

struct dsr_error {
	int status;
	char text[512];
	char at[160];		/* attribute that the kernel's refusal points at, or "" */
	unsigned int offset;	/* of that attribute in the request, or 0 */
	char warning[160];	/* the kernel's text about an accepted request, or "" */
	int number;		/* the kernel's errno, positive, or 0 */
	char attribute[64];	/* name of the attribute without its value, or "" */
	char hint[200];		/* how to correct the error, or "" */
	const char *file;	/* of the batch, or NULL */
	unsigned int line;
};

/* Fill err. Both functions return -1, so that a caller can return their result. */
int error_usage(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);
int error_refused(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);

/* Clear the error, but keep the place in the batch. */
void error_clear(struct dsr_error *err);

/* Set the hint: how to correct the error. */
void error_hint(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);

void error_print(const struct dsr_error *err, bool json, FILE *file);

/* Print the warning if there is one, and clear it. */
void error_warn(struct dsr_error *err, bool json, FILE *file);

/* Return the allocation, or exit if there is no memory. */
void *error_check_alloc(void *memory);

#endif

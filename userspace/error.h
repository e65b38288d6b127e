/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What went wrong, carried up from wherever it was noticed to main(), the one
 * place that prints it.
 */
#ifndef DSRCTL_ERROR_H
#define DSRCTL_ERROR_H

#include <stdbool.h>
#include <stdio.h>

/* Exit statuses. */
enum {
	DSR_USAGE = 1,		/* the command line, a file or this machine */
	DSR_REFUSED = 2,	/* the kernel said no */
};

/* The kernel's name for it, which checkpatch asks for. */
#define __printf(text, args) __attribute__( \
	(__format__(__printf__, text, args)))

struct dsr_error {
	int status;
	char text[512];
	char at[160];		/* what the kernel's refusal is about, or "" */
	unsigned int offset;	/* where that is in the request, or 0 */
	char warning[160];	/* what the kernel said of a request it accepted, or "" */
	int number;		/* the kernel's errno, positive, or 0 */
	char attribute[64];	/* the attribute of @at without its value, or "" */
	char hint[200];		/* what to do about it, or "" */
	const char *file;	/* of a batch, or NULL */
	unsigned int line;
};

/* Both return -1, so that a caller can return what they return. */
int error_usage(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);
int error_refused(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);

/* It was none; where the command stands in a batch is kept. */
void error_clear(struct dsr_error *err);

/* Say what to do about it. */
void error_hint(struct dsr_error *err, const char *format, ...)
	__printf(2, 3);

void error_print(const struct dsr_error *err, bool json, FILE *file);

/* Prints the warning, if there is one, and clears it: nothing has gone wrong. */
void error_warn(struct dsr_error *err, bool json, FILE *file);

/* Passes a fresh allocation on; there is no going on without it. */
void *error_check_alloc(void *memory);

#endif

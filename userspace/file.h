/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Writing files as a whole. */
#ifndef DSRCTL_FILE_H
#define DSRCTL_FILE_H

#include <stdio.h>

#include "error.h"

/* Replace a file by one with this text, which is written to @part first and on the disk before it
 * takes the place. The caller makes the directory durable.
 */
int file_replace(const char *path, const char *part, const char *text, size_t size,
		 struct dsr_error *err);

/* Text that goes to a file, or to a stream, once it is complete. */
struct file_output {
	FILE *memory;
	char *text;
	size_t size;
};

/* Return the stream for the text. */
FILE *file_output_open(struct file_output *output);
/* Write the text to the file: the old one is there until the new one is complete. What is not a
 * regular file, such as a pipe, is written to. Without a path, or for "-", write it to @stream.
 */
int file_output_close(struct file_output *output, const char *path, FILE *stream,
		      struct dsr_error *err);

#endif

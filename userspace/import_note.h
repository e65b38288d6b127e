/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A note of an import about one line, for the files that write and print notes. */
#ifndef DSRCTL_IMPORT_NOTE_H
#define DSRCTL_IMPORT_NOTE_H

#include "import.h"

struct import_note {
	size_t line;
	size_t order;
	size_t previous;	/* index of the note before it about the same line */
	enum import_class class;
	char *text;
};

struct import_note *import_note_at(const struct import *in, size_t i);

#endif

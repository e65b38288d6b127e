/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The lines of keepalived.conf as keepalived reads them: with included files in their places,
 * lines for other machines left out (@ID), parameters replaced ($NAME), and sequences and lists
 * repeated (~SEQ, ~LST).
 */
#ifndef DSRCTL_KEEPALIVED_LINES_H
#define DSRCTL_KEEPALIVED_LINES_H

#include "import_block.h"

/* Read a file into the statements of a reader. Return 0, or -1 with err filled if there is no
 * such file. What is wrong inside is reported.
 */
int keepalived_read(struct import *in, const char *path, struct block_reader *reader,
		    struct dsr_error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Asks dsrd, see control.h. */
#ifndef DSRCTL_ASK_H
#define DSRCTL_ASK_H

#include "out.h"

struct dsrctl;
struct dsr_error;

/* Send a request, which has no newline, and print the records of the answer. Return 0, or -1 with
 * err filled.
 */
int ask_dsrd(const struct dsrctl *ctl, const char *request, const struct out_column *const *columns,
	     unsigned int show, struct dsr_error *err);

#endif

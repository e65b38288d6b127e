/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean ...?": the word of the grammar that a wrong one is most like. */
#ifndef DSRCTL_SUGGEST_H
#define DSRCTL_SUGGEST_H

#include "error.h"

struct suggestion {
	const char *word;	/* the wrong one */
	const char *best;	/* the candidate that is most like it, or NULL */
	unsigned int distance;	/* between the two */
};

/* Has the suggestion consider a candidate; begin with { .word = word }. */
void suggest_try(struct suggestion *suggestion, const char *candidate);

/* The same for words whose list ends with NULL; there may be no list. */
void suggest_try_all(struct suggestion *suggestion, const char *const *candidates);

/* Makes a hint of the best candidate, if one is like the word. */
void suggest_hint(const struct suggestion *suggestion, struct dsr_error *err);

#endif

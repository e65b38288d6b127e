/* SPDX-License-Identifier: GPL-2.0-or-later */
/* "Did you mean ...?": the word of the grammar that is most similar to a wrong one. */
#ifndef DSRCTL_SUGGEST_H
#define DSRCTL_SUGGEST_H

#include "error.h"

struct suggestion {
	const char *word;	/* the wrong word */
	const char *best;	/* the most similar candidate, or NULL */
	unsigned int distance;	/* between the two */
};

/* Compare a candidate with the word. The caller has set the word, and cleared the rest of
 * the suggestion.
 */
void suggest_try(struct suggestion *suggestion, const char *candidate);

/* Compare all words of a list, which ends with NULL. The list may be NULL. */
void suggest_try_all(struct suggestion *suggestion, const char *const *candidates);

/* Set the hint to the best candidate, if one is similar to the word. */
void suggest_hint(const struct suggestion *suggestion, struct dsr_error *err);

/* Append a word to a list of what was expected, which fits into size bytes. */
void suggest_append(char *list, size_t size, const char *word);

#endif

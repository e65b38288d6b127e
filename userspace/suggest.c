// SPDX-License-Identifier: GPL-2.0-or-later
#include <string.h>

#include "suggest.h"

/* Maximum length of a word of the grammar. */
#define LENGTH 24

static unsigned int min(unsigned int a, unsigned int b)
{
	return a < b ? a : b;
}

/* Return the optimal string alignment distance of two words: the number of letters to
 * insert, delete, replace or swap with their neighbour to turn one word into the other.
 */
static unsigned int distance(const char *a, const char *b)
{
	unsigned int rows[LENGTH + 1][LENGTH + 1];
	size_t n = strlen(a), m = strlen(b), i, j;

	for (i = 0; i <= n; i++)
		rows[i][0] = i;
	for (j = 0; j <= m; j++)
		rows[0][j] = j;
	for (i = 1; i <= n; i++) {
		for (j = 1; j <= m; j++) {
			rows[i][j] = min(min(rows[i - 1][j], rows[i][j - 1]) + 1,
					 rows[i - 1][j - 1] + (a[i - 1] != b[j - 1]));
			if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
				rows[i][j] = min(rows[i][j], rows[i - 2][j - 2] + 1);
		}
	}
	return rows[n][m];
}

/* A candidate is similar if the word is its beginning, or differs from it in few
 * letters.
 */
void suggest_try(struct suggestion *suggestion, const char *candidate)
{
	size_t length = strlen(suggestion->word);
	unsigned int wrong;

	if (length < 2 || length > LENGTH || strlen(candidate) > LENGTH)
		return;
	wrong = strncmp(suggestion->word, candidate, length) ?
		distance(suggestion->word, candidate) : 1;
	if (wrong > (length + 1) / 3 || (suggestion->best && wrong >= suggestion->distance))
		return;
	suggestion->best = candidate;
	suggestion->distance = wrong;
}

void suggest_try_all(struct suggestion *suggestion, const char *const *candidates)
{
	for (; candidates && *candidates; candidates++)
		suggest_try(suggestion, *candidates);
}

void suggest_hint(const struct suggestion *suggestion, struct dsr_error *err)
{
	if (suggestion->best)
		error_hint(err, "did you mean \"%s\"?", suggestion->best);
}

void suggest_append(char *list, size_t size, const char *word)
{
	size_t used = strlen(list);

	snprintf(list + used, size - used, "%s%s", used ? ", " : "", word);
}

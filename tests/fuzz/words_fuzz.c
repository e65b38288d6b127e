// SPDX-License-Identifier: GPL-2.0-or-later
/* Gives the grammar any words, one in a line, to parse and to complete. */
#include <stdlib.h>
#include <string.h>

#include "fuzz.h"
#include "grammar.h"

#define WORDS 64

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	char *text = strndup((const char *)data, size), *save, *word, *said;
	const char *words[WORDS];
	struct dsr_parsed parsed;
	struct dsr_error err = { 0 };
	FILE *memory = open_memstream(&said, &size);
	int n = 0;

	for (word = strtok_r(text, "\n", &save); word && n < WORDS;
	     word = strtok_r(NULL, "\n", &save))
		words[n++] = word;
	if (grammar_parse(n, words, &parsed, &err))
		error_print(&err, false, memory);
	else if (parsed.help)
		help_print(&parsed, memory);
	/* A word may be the path of any files. */
	if (!memchr(text, '-', strlen(text)))
		complete_print(n, words, memory);
	fclose(memory);
	free(said);
	free(text);
	return 0;
}

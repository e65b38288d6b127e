// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that the manual page matches the grammar. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "unit.h"

static char *read_page(void)
{
	FILE *file = fopen(MAN_PAGE, "r");
	char *page = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&page, &size, '\0', file) > 0);
	fclose(file);
	return page;
}

/* Remove the roff from an example, and what precedes the object. */
static void cut_example(struct line *line, const char *text)
{
	char plain[512];
	size_t used = 0;
	const char *c;

	for (c = text; *c && *c != '\n'; c++)
		if (*c != '\\')
			plain[used++] = *c;
	plain[used] = '\0';
	line_cut(line, plain);
	while (line->n && line->words[0][0] == '-')
		memmove(line->words, line->words + 1, --line->n * sizeof(*line->words));
}

static void every_example_parses(void **state)
{
	static const char prompt[] = "\n# dsrctl ";
	char *page = read_page(), *at;
	struct dsr_parsed parsed;
	struct dsr_error err;
	struct line line;
	int n = 0;

	(void)state;
	at = strstr(page, "\n.Sh EXAMPLES\n");
	assert_non_null(at);
	while ((at = strstr(at, prompt))) {
		at += strlen(prompt);
		cut_example(&line, at);
		if (grammar_parse(line.n, line.words, &parsed, &err))
			fail_msg("%.60s: %s", at, err.text);
		n++;
	}
	assert_true(n >= 15);
	free(page);
}

/* Return true if the page has @word as a whole word. */
static bool has_word(const char *page, const char *word)
{
	const char *at = page;

	while ((at = strstr(at, word))) {
		if (isspace((unsigned char)at[-1]) && !isalnum((unsigned char)at[strlen(word)]))
			return true;
		at += strlen(word);
	}
	return false;
}

static void assert_described(const char *page, const char *word)
{
	if (!has_word(page, word))
		fail_msg("\"%s\" is not in the page", word);
}

/* Assert that the page has an item that begins with the object and has the command. */
static void assert_has_item(const char *page, const char *object, const char *command)
{
	char start[32], line[256];
	const char *at = page;

	snprintf(start, sizeof(start), "\n.It Cm %s", object);
	while ((at = strstr(at, start))) {
		at++;
		snprintf(line, sizeof(line), "%.*s", (int)strcspn(at, "\n"), at);
		if (has_word(line, command ? command : object))
			return;
	}
	fail_msg("\"%s %s\" has no item in the page", object, command ? command : "");
}

static void every_command_keyword_and_option_is_described(void **state)
{
	const struct dsr_command *command;
	const struct dsr_keyword *keyword;
	const struct dsr_object *object;
	const struct dsr_option *option;
	char *page = read_page();
	int i;

	(void)state;
	for (option = grammar_options; option->name; option++)
		assert_described(page, option->name);
	for (object = grammar_objects; object->name; object++) {
		assert_described(page, object->name);
		for (command = object->commands; command->run; command++) {
			assert_has_item(page, object->name, command->name);
			for (i = 0; (keyword = grammar_keyword_at(command, i)); i++)
				if (keyword->name[0] != '-')
					assert_described(page, keyword->name);
		}
	}
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_example_parses),
		cmocka_unit_test(every_command_keyword_and_option_is_described),
	};

	return cmocka_run_group_tests_name("man", tests, NULL, NULL);
}

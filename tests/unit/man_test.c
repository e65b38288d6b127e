// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests that the manual page matches the grammar. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "config_announce.h"
#include "config_check.h"
#include "config_status.h"
#include "unit.h"

/* Return the page. A '-' that must stay one has a '\\' before it there. */
static char *read_page(void)
{
	FILE *file = fopen("man/dsrctl.8", "r");
	char *page = NULL, *at;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&page, &size, '\0', file) > 0);
	fclose(file);
	while ((at = strstr(page, "\\-")))
		memmove(at, at + 1, strlen(at));
	return page;
}

static bool takes_value(const char *word)
{
	const struct dsr_option *option;

	for (option = grammar_options; option->name; option++)
		if (word[1] == option->letter && !word[2])
			return option->form;
	return false;
}

/* Remove the first words of a line. */
static void drop_words(struct line *line, int n)
{
	line->n -= n;
	memmove(line->words, line->words + n, line->n * sizeof(*line->words));
}

/* Remove the roff from an example, what precedes the object, and a redirection. */
static void cut_example(struct line *line, const char *text)
{
	char plain[512];
	size_t used = 0;
	const char *c;

	for (c = text; *c && *c != '\n' && *c != '>'; c++)
		if (*c != '\\')
			plain[used++] = *c;
	plain[used] = '\0';
	line_cut(line, plain);
	while (line->n && line->words[0][0] == '-')
		drop_words(line, takes_value(line->words[0]) ? 2 : 1);
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
	char next;

	while ((at = strstr(at, word))) {
		next = at[strlen(word)];
		if (isspace((unsigned char)at[-1]) && !isalnum((unsigned char)next) &&
		    next != '-')
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

/* Return the part of the page from one heading to the next, as a text of its own. */
static char *section_of(const char *page, const char *heading)
{
	char start[32];
	const char *at;

	snprintf(start, sizeof(start), "\n.Sh %s\n", heading);
	at = strstr(page, start);
	assert_non_null(at);
	at++;
	return strndup(at, strstr(at, "\n.Sh ") - at);
}

/* Copy the line of the item that describes a keyword, alone or in a list of keywords.
 * Return false if there is none.
 */
static bool find_item(const char *section, const char *keyword, char *line, size_t size)
{
	char first[48], next[48], later[48];

	snprintf(first, sizeof(first), ".It Cm %s", keyword);
	snprintf(next, sizeof(next), ", %s", keyword);
	snprintf(later, sizeof(later), ", Cm %s ", keyword);
	while ((section = strstr(section, "\n.It Cm "))) {
		section++;
		snprintf(line, size, "%.*s", (int)strcspn(section, "\n"), section);
		if (has_word(line, keyword) &&
		    (!strncmp(line, first, strlen(first)) || strstr(line, next) ||
		     strstr(line, later)))
			return true;
	}
	return false;
}

/* Assert that a keyword has an item with its value, or with its name alone if the item of
 * the service has the value.
 */
static void assert_has_option(const char *section, const struct dsr_keyword *keyword)
{
	const struct dsr_value *value = &keyword->values[0];
	const char *const *word;
	char line[256];

	if (!find_item(section, keyword->name, line, sizeof(line)))
		fail_msg("%s has no item in the section of its object", keyword->name);
	if (keyword->object == CONF_BACKEND && keyword->option->service)
		return;
	/* The words of a group are in the text of its item. */
	for (word = value->choices; word && *word; word++)
		if (!has_word(keyword->values[1].form ? section : line, *word))
			fail_msg("%s: the page has no \"%s\"", keyword->name, *word);
	value = keyword->values[1].form ? &keyword->values[1] : value;
	if (value->form && !strstr(line, value->form))
		fail_msg("%s: the page has no \"%s\"", keyword->name, value->form);
}

static void every_option_has_an_item_with_its_value(void **state)
{
	static const char *const headings[CONF_OBJECTS] = {
		[CONF_SERVICE] = "SERVICE", [CONF_BACKEND] = "BACKEND",
	};
	char *page = read_page(), *section;
	const struct dsr_keyword *keyword;
	enum conf_object object;
	int i;

	(void)state;
	for (object = CONF_SERVICE; object < CONF_OBJECTS; object++) {
		section = section_of(page, headings[object]);
		for (i = 0; (keyword = grammar_option_keyword(object, i)); i++)
			if (keyword->option)
				assert_has_option(section, keyword);
		free(section);
	}
	free(page);
}

static void every_option_that_is_shown_has_its_key(void **state)
{
	char *page = read_page(), *section = section_of(page, "OUTPUT"), key[48], *at;
	const struct conf_option *option;

	(void)state;
	for (option = conf_options; option->name; option++) {
		const char *name = conf_second_word(option);

		if (option->kind == FLAG)
			continue;
		snprintf(key, sizeof(key), "%s", name ? name : option->name);
		while ((at = strchr(key, '-')))
			*at = '_';
		assert_described(section, key);
	}
	free(section);
	free(page);
}

/* The manual page of files has the keys in the order of their table. */
static void assert_keys(const char *heading, const struct check_option *option)
{
	FILE *page = fopen("man/nf_dsr.yaml.5", "r");
	char line[256], name[64];
	bool found = false;

	assert_non_null(page);
	while (fgets(line, sizeof(line), page)) {
		if (!strncmp(line, ".Ss ", 4))
			found = !strcmp(line, heading);
		if (!found || sscanf(line, ".It Cm %63s", name) != 1 ||
		    !strcmp(name, "name") || !strcmp(name, "type"))
			continue;
		assert_non_null(option->name);
		assert_string_equal(name, option->name);
		option++;
	}
	assert_null(option->name);
	fclose(page);
}

static void the_manual_page_has_all_keys_of_tables(void **state)
{
	(void)state;
	assert_keys(".Ss Checks\n", check_options);
	assert_keys(".Ss Announcements\n", announce_options);
}

/* So it has those of the status. */
static void the_manual_page_has_all_keys_of_the_status(void **state)
{
	FILE *file = fopen("man/nf_dsr.yaml.5", "r");
	const struct status_key *key;
	char *page = NULL, item[64];
	const char *section;
	size_t size = 0;

	(void)state;
	assert_non_null(file);
	assert_true(getdelim(&page, &size, '\0', file) > 0);
	fclose(file);
	section = strstr(page, ".Ss Status\n");
	assert_non_null(section);
	for (key = status_keys; key->name; key++) {
		snprintf(item, sizeof(item), "\n.It Cm %s\n", key->name);
		if (!strstr(section, item))
			fail_msg("%s is not in the page", key->name);
	}
	free(page);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_manual_page_has_all_keys_of_tables),
		cmocka_unit_test(the_manual_page_has_all_keys_of_the_status),
		cmocka_unit_test(every_example_parses),
		cmocka_unit_test(every_command_keyword_and_option_is_described),
		cmocka_unit_test(every_option_has_an_item_with_its_value),
		cmocka_unit_test(every_option_that_is_shown_has_its_key),
	};

	return cmocka_run_group_tests_name("man", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * dsrctl --complete WORDS...: print the words that can stand in place of the last one,
 * one per line, for the scripts in completion/. After a wrong word there are no proposals.
 */
#include <glob.h>
#include <string.h>

#include "grammar.h"

struct completion {
	const char *const *words;	/* the next one; the last one is incomplete */
	int left;
	FILE *file;
};

static bool at_last(const struct completion *c)
{
	return c->left == 1;
}

static const char *take(struct completion *c)
{
	c->left--;
	return *c->words++;
}

static void propose(const struct completion *c, const char *candidate)
{
	if (!strncmp(candidate, *c->words, strlen(*c->words)))
		fprintf(c->file, "%s\n", candidate);
}

static void propose_choices(const struct completion *c, const char *const *choices)
{
	for (; choices && *choices; choices++)
		propose(c, *choices);
}

/* Print the files whose paths begin with the prefix and the typed word, without the
 * prefix.
 */
static void propose_files(const struct completion *c, const char *prefix)
{
	char pattern[4096];
	glob_t found;
	size_t i;

	snprintf(pattern, sizeof(pattern), "%s%s*", prefix, *c->words);
	if (glob(pattern, GLOB_MARK, NULL, &found))
		return;
	for (i = 0; i < found.gl_pathc; i++)
		fprintf(c->file, "%s\n", found.gl_pathv[i] + strlen(prefix));
	globfree(&found);
}

static const struct dsr_option *find_option(const char *word)
{
	const struct dsr_option *option;

	for (option = grammar_options; option->name; option++) {
		if (word[0] == '-' && word[1] == option->letter && !word[2])
			return option;
		if (!strncmp(word, "--", 2) && !strcmp(word + 2, option->name))
			return option;
	}
	return NULL;
}

static void propose_options(const struct completion *c)
{
	const struct dsr_option *option;
	char name[32];

	for (option = grammar_options; option->name; option++) {
		snprintf(name, sizeof(name), "--%s", option->name);
		propose(c, name);
	}
}

/* Skip the options. Return false if the last word is an option or the argument of one. */
static bool skip_options(struct completion *c)
{
	const struct dsr_option *option;

	while (**c->words == '-') {
		if (at_last(c)) {
			propose_options(c);
			return false;
		}
		option = find_option(take(c));
		if (!option || !option->form)
			continue;
		if (at_last(c)) {
			propose_files(c, option->files);
			return false;
		}
		take(c);
	}
	return true;
}

static void propose_objects(const struct completion *c)
{
	const struct dsr_object *object;

	for (object = grammar_objects; object->name; object++)
		propose(c, object->name);
	propose(c, "help");
}

static void propose_commands(const struct completion *c, const struct dsr_object *object)
{
	const struct dsr_command *command;

	for (command = object->commands; command->run; command++)
		if (command->name)
			propose(c, command->name);
}

static void propose_keywords(const struct completion *c, const struct dsr_command *command,
			     __u64 seen)
{
	const struct dsr_keyword *keyword;
	int i;

	for (i = 0; (keyword = grammar_keyword_at(command, i)); i++)
		if (keyword->repeatable || !(seen & 1ULL << i))
			propose(c, keyword->name);
}

/* Propose the options that the command can set. */
static void propose_unset(const struct completion *c, const struct dsr_command *command)
{
	const struct dsr_keyword *keyword;
	int i;

	for (i = 0; (keyword = grammar_keyword_at(command, i)); i++)
		if (grammar_unset_bits(keyword))
			propose(c, keyword->name);
}

static void complete_keywords(struct completion *c, const struct dsr_command *command)
{
	const struct dsr_keyword *keyword;
	__u64 seen = 0;
	int i;

	while (!at_last(c)) {
		i = grammar_keyword(command, take(c));
		if (i < 0)
			return;
		keyword = grammar_keyword_at(command, i);
		seen |= 1ULL << i;
		for (i = 0; i < grammar_n_values(keyword); i++) {
			if (at_last(c)) {
				propose_choices(c, keyword->values[i].choices);
				if (keyword->unsets)
					propose_unset(c, command);
				return;
			}
			take(c);
		}
	}
	propose_keywords(c, command, seen);
}

static void complete_command(struct completion *c, const struct dsr_command *command)
{
	int i;

	for (i = 0; i < command->max_operands; i++) {
		if (at_last(c)) {
			propose_choices(c, grammar_operand(command, i)->choices);
			if (!i)
				propose(c, "help");
			if (i >= command->min_operands && i != 1)
				propose_keywords(c, command, 0);
			return;
		}
		if (grammar_ends_operands(command, i, *c->words))
			break;
		take(c);
	}
	complete_keywords(c, command);
}

void complete_print(int n, const char *const *words, FILE *file)
{
	struct completion c = { words, n, file };
	const struct dsr_command *command;
	const struct dsr_object *object;

	if (!n || !skip_options(&c))
		return;
	if (at_last(&c)) {
		propose_objects(&c);
		return;
	}
	object = grammar_object(take(&c));
	/* The command of which a preview is wanted may follow. */
	if (object && !strcmp(object->name, "preview") && at_last(&c))
		propose_objects(&c);
	else if (object && !strcmp(object->name, "preview") && grammar_object(*c.words))
		object = grammar_object(take(&c));
	if (!object)
		return;
	command = object->commands->name ? NULL : object->commands;
	if (at_last(&c))
		propose_commands(&c, object);
	if (at_last(&c) && !command) {
		propose(&c, "help");
		return;
	}
	if (grammar_command(object, *c.words) || !command)
		command = grammar_command(object, take(&c));
	if (command)
		complete_command(&c, command);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The parser: converts words to struct dsr_parsed, by the tables of the grammar. Read
 * it from the end: grammar_parse() parses object, command, operands and keywords.
 */
#include <string.h>

#include "grammar.h"
#include "suggest.h"

/* The words that have not been parsed yet. */
struct cursor {
	const char *const *words;
	int n;
};

static const char *next_word(struct cursor *cursor)
{
	if (!cursor->n)
		return NULL;
	cursor->n--;
	return *cursor->words++;
}

static bool next_is(const struct cursor *cursor, const char *word)
{
	return cursor->n && !strcmp(*cursor->words, word);
}

/* Return true if the word is one of the global options, which must precede the object. */
static bool is_option(const char *word)
{
	const struct dsr_option *option;

	for (option = grammar_options; *word == '-' && option->name; option++)
		if ((word[1] == option->letter && !word[2]) ||
		    (word[1] == '-' && !strcmp(word + 2, option->name)))
			return true;
	return false;
}

static int option_misplaced(const char *word, const struct dsr_object *object,
			    struct dsr_error *err)
{
	error_usage(err, "\"%s\": options must precede the object", word);
	if (object)
		error_hint(err, "dsrctl %s %s ...", word, object->name);
	return -1;
}

static int unknown_object(const char *word, struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };
	const struct dsr_object *object;
	char list[256] = "";

	if (*word == '-')
		return option_misplaced(word, NULL, err);
	for (object = grammar_objects; object->name; object++) {
		suggest_append(list, sizeof(list), object->name);
		suggest_try(&suggestion, object->name);
	}
	suggest_hint(&suggestion, err);
	return error_usage(err, "\"%s\" is not an object: expected %s or help", word, list);
}

/* Report a word that is not a command, or, if word is NULL, a missing one. */
static int unknown_command(const struct dsr_object *object, const char *word,
			   struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };
	const struct dsr_command *command;
	char list[256] = "";

	for (command = object->commands; command->run; command++) {
		suggest_append(list, sizeof(list), command->name);
		if (word)
			suggest_try(&suggestion, command->name);
	}
	if (!word)
		return error_usage(err, "a command of %s is missing: expected %s or help",
				   object->name, list);
	suggest_hint(&suggestion, err);
	return error_usage(err, "\"%s\" is not a command of %s: expected %s or help", word,
			   object->name, list);
}

/* Report a word that is not a keyword, or, if word is NULL, a missing keyword. */
static int keyword_expected(const struct dsr_command *command, const char *word,
			    struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };
	const struct dsr_keyword *keyword;
	char list[512] = "";
	int i;

	for (i = 0; (keyword = grammar_keyword_at(command, i)); i++) {
		suggest_append(list, sizeof(list), keyword->name);
		if (word)
			suggest_try(&suggestion, keyword->name);
	}
	if (!word)
		return error_usage(err, "there is nothing to %s: expected %s", command->name, list);
	if (!*list)
		return error_usage(err, "\"%s\": expected no more words", word);
	suggest_hint(&suggestion, err);
	return error_usage(err, "\"%s\" is not a keyword here: expected %s", word, list);
}

static int wrong_operand(const struct dsr_operand *operand, const char *word,
			 struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };

	suggest_try_all(&suggestion, operand->choices);
	suggest_hint(&suggestion, err);
	return -1;
}

static int parse_operands(const struct dsr_command *command, struct cursor *cursor,
			  struct dsr_args *args, struct dsr_error *err)
{
	const struct dsr_operand *operand;
	const char *word;

	while (args->operands < command->max_operands) {
		operand = grammar_operand(command, args->operands);
		if (grammar_ends_operands(command, args->operands,
					  cursor->n ? *cursor->words : NULL))
			return 0;
		word = next_word(cursor);
		if (!word)
			return error_usage(err, "%s is missing: expected %s", operand->name,
					   operand->form);
		if (operand->parse(args, word, err))
			return wrong_operand(operand, word, err);
		args->operands++;
	}
	return 0;
}

/* Unset an option. The word is the keyword of an option that the command can also set. */
static int parse_unset(const struct dsr_command *command, struct dsr_args *args, const char *word,
		       struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };
	const struct dsr_keyword *keyword;
	char list[512] = "";
	int i;

	for (i = 0; (keyword = grammar_keyword_at(command, i)); i++) {
		if (!grammar_unset_bits(keyword))
			continue;
		if (!strcmp(keyword->name, word)) {
			args->conf.unset |= grammar_unset_bits(keyword);
			return 0;
		}
		suggest_append(list, sizeof(list), keyword->name);
		suggest_try(&suggestion, keyword->name);
	}
	suggest_hint(&suggestion, err);
	return error_usage(err, "unset \"%s\": expected %s", word, list);
}

static int parse_keyword(const struct dsr_command *command, const struct dsr_keyword *keyword,
			 struct cursor *cursor, struct dsr_args *args, struct dsr_error *err)
{
	const char *values[GRAMMAR_VALUES] = { 0 };
	int i;

	for (i = 0; i < grammar_n_values(keyword); i++)
		values[i] = next_word(cursor);
	if (!keyword->unsets)
		return grammar_parse_values(keyword, args, values, err);
	if (grammar_check_values(keyword, values, err))
		return -1;
	return parse_unset(command, args, values[0], err);
}

static int parse_keywords(const struct dsr_command *command, struct cursor *cursor,
			  struct dsr_args *args, struct dsr_error *err)
{
	const char *word = next_word(cursor);
	const struct dsr_keyword *keyword;
	__u64 seen = 0;
	int i;

	if (!word && command->needs_keyword)
		return keyword_expected(command, NULL, err);
	for (; word; word = next_word(cursor)) {
		i = grammar_keyword(command, word);
		if (i < 0)
			return keyword_expected(command, word, err);
		keyword = grammar_keyword_at(command, i);
		if (seen & 1ULL << i && !keyword->repeatable)
			return error_usage(err, "%s is given twice", word);
		seen |= 1ULL << i;
		if (parse_keyword(command, keyword, cursor, args, err))
			return -1;
	}
	return 0;
}

static int parse_command(struct cursor *cursor, struct dsr_parsed *parsed, struct dsr_error *err)
{
	const char *word = cursor->n ? *cursor->words : NULL;

	parsed->command = grammar_command(parsed->object, word ?: "show");
	if (parsed->command)
		next_word(cursor);
	else if (!parsed->object->commands->name)
		parsed->command = parsed->object->commands;
	return parsed->command ? 0 : unknown_command(parsed->object, word, err);
}

/* Report a global option among the words of a command. No value begins with a dash, so
 * a word that looks like an option is not a value.
 */
static int check_options(const struct cursor *cursor, const struct dsr_object *object,
			 struct dsr_error *err)
{
	int i;

	for (i = 0; i < cursor->n; i++)
		if (is_option(cursor->words[i]))
			return option_misplaced(cursor->words[i], object, err);
	return 0;
}

int grammar_parse(int n, const char *const *words, struct dsr_parsed *parsed,
		  struct dsr_error *err)
{
	struct cursor cursor = { words, n };
	const char *word;

	memset(parsed, 0, sizeof(*parsed));
	parsed->help = next_is(&cursor, "help");
	if (parsed->help)
		return 0;
	word = next_word(&cursor);
	if (!word)
		word = "service";
	parsed->object = grammar_object(word);
	if (!parsed->object)
		return unknown_object(word, err);
	if (check_options(&cursor, parsed->object, err))
		return -1;

	parsed->help = next_is(&cursor, "help");
	if (parsed->help)
		return 0;
	if (parse_command(&cursor, parsed, err))
		return -1;

	parsed->help = next_is(&cursor, "help");
	if (parsed->help)
		return 0;
	parsed->args.nlm_flags = parsed->command->nlm_flags;
	if (parse_operands(parsed->command, &cursor, &parsed->args, err))
		return -1;
	return parse_keywords(parsed->command, &cursor, &parsed->args, err);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The values of keywords, in a command line or in a configuration file. This file does not refer
 * to the tables of commands, so a program that only reads files needs none of them.
 */
#include <string.h>

#include "grammar.h"
#include "suggest.h"

int grammar_n_values(const struct dsr_keyword *keyword)
{
	int n = 0;

	while (n < GRAMMAR_VALUES && (keyword->values[n].choices || keyword->values[n].form))
		n++;
	return n;
}

__u64 grammar_unset_bits(const struct dsr_keyword *keyword)
{
	return keyword->option ? conf_unset_bits(keyword->object, keyword->option) : 0;
}

static int value_expected(const char *keyword, const struct dsr_value *value, const char *word,
			  struct dsr_error *err)
{
	struct suggestion suggestion = { .word = word };
	char list[256] = "";
	int i;

	for (i = 0; value->choices && value->choices[i]; i++)
		suggest_append(list, sizeof(list), value->choices[i]);
	if (value->form)
		suggest_append(list, sizeof(list), value->form);
	if (!word)
		return error_usage(err, "%s: a value is missing: expected %s", keyword, list);
	suggest_try_all(&suggestion, value->choices);
	suggest_hint(&suggestion, err);
	return error_usage(err, "%s \"%s\": expected %s", keyword, word, list);
}

int grammar_check_values(const struct dsr_keyword *keyword, const char *const *values,
			 struct dsr_error *err)
{
	const struct dsr_value *value = keyword->values;
	int i;

	for (i = 0; i < grammar_n_values(keyword); i++, value++)
		if (!values[i] || (!value->form && model_find(value->choices, values[i]) < 0))
			return value_expected(keyword->name, value, values[i], err);
	return 0;
}

int grammar_parse_values(const struct dsr_keyword *keyword, struct dsr_args *args,
			 const char *const *values, struct dsr_error *err)
{
	if (grammar_check_values(keyword, values, err))
		return -1;
	if (keyword->option)
		return grammar_parse_option(keyword, args, values, err);
	return keyword->parse(args, values, err);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of the options of services and backends, from the table in conf.c. */
#include <stdint.h>
#include <string.h>
#include <sys/socket.h>

#include "grammar.h"

/* The options that conf.c permits, unset, and the end; and more than a group has options. */
#define KEYWORDS 65
#define WORDS 16

/* A keyword, and the texts that it refers to. */
struct made {
	struct dsr_keyword keyword;
	char name[24];
	const char *words[WORDS];
	int n_words;
	char range[48];
};

static const struct dsr_keyword unset = {
	"unset", { { .form = "KEYWORD" } }, true, .unsets = true
};

static void add_word(struct made *made, const char *word)
{
	if (made->n_words < WORDS - 1)
		made->words[made->n_words++] = word;
}

/* Describe the value. The values of a group are numbers, and made->words are their second
 * words.
 */
static void make_value(struct made *made, const struct conf_option *option,
		       struct dsr_value *value)
{
	int i;

	value->form = option->form;
	if (option->words && !option->n_words) {
		value->choices = option->words;
		return;
	}
	for (i = 0; i < option->n_words; i++)
		add_word(made, option->words[i]);
	if (option->none)
		add_word(made, option->none);
	if (made->n_words)
		value->choices = made->words;
	if (!value->form) {
		snprintf(made->range, sizeof(made->range), "%llu..%llu",
			 (unsigned long long)option->min, (unsigned long long)option->max);
		value->form = made->range;
	}
}

static void make_keyword(struct made *made, enum conf_object object,
			 const struct conf_option *option)
{
	struct dsr_keyword *keyword = &made->keyword;
	const char *second = conf_second_word(option);

	snprintf(made->name, sizeof(made->name), "%.*s", (int)strcspn(option->name, " "),
		 option->name);
	keyword->name = made->name;
	keyword->object = object;
	keyword->option = option;
	keyword->repeatable = second || option->syntax != CONF_VALUE;
	if (option->kind == FLAG)
		return;
	make_value(made, option, &keyword->values[second ? 1 : 0]);
	if (second) {
		keyword->values[0].choices = made->words;
		add_word(made, second);
	}
}

static void make_keywords(struct made *made, enum conf_object object)
{
	const struct conf_option *option, *last = NULL;

	for (option = conf_options; option->name; option++) {
		if (!conf_attr(option, object) || option->read_only || option->part_of)
			continue;
		if (last && conf_same_group(last, option))
			add_word(made - 1, conf_second_word(option));
		else
			make_keyword(made++, object, option);
		last = option;
	}
	made->keyword = unset;
}

const struct dsr_keyword *grammar_option_keyword(enum conf_object object, int i)
{
	static struct made made[CONF_OBJECTS][KEYWORDS];

	if (!made[object]->keyword.name)
		make_keywords(made[object], object);
	return made[object][i].keyword.name ? &made[object][i].keyword : NULL;
}

static void set_outer_prefix(struct dsr_conf *conf, int family, __u8 prefix_len)
{
	if (family == AF_INET) {
		conf->outer_prefix4 = prefix_len;
		conf->set |= CONF_BIT(outer_prefix4);
	} else {
		conf->outer_prefix6 = prefix_len;
		conf->set |= CONF_BIT(outer_prefix6);
	}
}

/* Store one address of outer-source. If either of two addresses, one of each family, is
 * a prefix, both become prefixes.
 */
static void set_outer_address(struct dsr_conf *conf, const struct dsr_key *key, bool prefix)
{
	int other = key->addr.family == AF_INET ? AF_INET6 : AF_INET;
	bool has_other = conf->set & CONF_BIT(outer_source);

	if (key->addr.family == AF_INET)
		conf->outer_addr4 = key->addr;
	else
		conf->outer_addr6 = key->addr;
	conf->set |= CONF_BIT(outer_source) |
		     (key->addr.family == AF_INET ? CONF_BIT(outer_addr4) : CONF_BIT(outer_addr6));
	if (!prefix && (!has_other || conf->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)) {
		conf->outer_source = NF_DSR_OUTER_SOURCE_ADDRESS;
		return;
	}
	if (has_other && conf->outer_source == NF_DSR_OUTER_SOURCE_ADDRESS)
		set_outer_prefix(conf, other, addr_bits(other));
	conf->outer_source = NF_DSR_OUTER_SOURCE_PREFIX;
	set_outer_prefix(conf, key->addr.family, key->prefix_len);
}

static int parse_outer_address(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	bool prefix = strchr(word, '/');
	struct dsr_error ignored;
	struct dsr_key key = { 0 };
	__u64 bit;

	if (addr_parse_key(word, &key, prefix ? err : &ignored))
		return prefix ? -1 : error_usage(err,
			"outer-source \"%s\": expected route, client, an address or a prefix",
			word);
	if (args->addr.family && args->addr.family != key.addr.family)
		return error_usage(err,
				   "outer-source \"%s\": expected %s, the family of the backend",
				   word, addr_family_name(args->addr.family));
	bit = key.addr.family == AF_INET ? CONF_BIT(outer_addr4) : CONF_BIT(outer_addr6);
	if (args->conf.set & bit || (args->conf.set & CONF_BIT(outer_source) &&
				     args->conf.outer_source < NF_DSR_OUTER_SOURCE_ADDRESS))
		return error_usage(err, "outer-source is given twice");
	set_outer_address(&args->conf, &key, prefix);
	return 0;
}

/* The keyword may be repeated to give an address of each family. */
static int parse_outer_source(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	int source = model_find(names_outer_source, word);

	if (source < 0 || source >= NF_DSR_OUTER_SOURCE_ADDRESS)
		return parse_outer_address(args, word, err);
	if (args->conf.set & CONF_BIT(outer_source))
		return error_usage(err, "outer-source is given twice");
	args->conf.outer_source = source;
	args->conf.set |= CONF_BIT(outer_source);
	return 0;
}

/* Add one source. "any" excludes other sources. */
static int parse_source(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	struct dsr_conf *conf = &args->conf;
	bool any = !strcmp(word, "any");
	struct dsr_prefix *source;

	if (conf->set & CONF_BIT(sources) && (any || !conf->n_sources))
		return error_usage(err, "source any excludes other sources");
	conf->set |= CONF_BIT(sources);
	if (any)
		return 0;
	if (conf->n_sources == NF_DSR_SOURCES_MAX)
		return error_usage(err, "source \"%s\": expected at most %u sources", word,
				   NF_DSR_SOURCES_MAX);
	source = &conf->sources[conf->n_sources++];
	if (addr_parse_prefix(word, source, err))
		return -1;
	if (source->addr.family != args->key.addr.family)
		return error_usage(err, "source \"%s\": expected %s, the family of the service",
				   word, addr_family_name(args->key.addr.family));
	return 0;
}

/* Say what number is expected: a number of the range that is set, or the word for none. */
static int number_expected(const struct conf_option *option, const char *word,
			   struct dsr_error *err)
{
	if (option->hex)
		return error_usage(err, "%s \"%s\": expected a number of %d bits, decimal or 0x",
				   option->name, word, option->kind == U64 ? 64 : 32);
	if (option->percent)
		return error_usage(err, "%s \"%s\": expected %llu to %llu, 1%% to 100%% or %s",
				   option->name, word, (unsigned long long)option->min,
				   (unsigned long long)option->max, option->none);
	if (option->none)
		return error_usage(err, "%s \"%s\": expected %llu to %llu or %s", option->name,
				   word, (unsigned long long)option->min,
				   (unsigned long long)option->max, option->none);
	return -1;
}

/* Parse a percentage. Return true if it is one. */
static bool parse_percentage(const struct conf_option *option, const char *word, __u64 *value)
{
	size_t length = strlen(word);
	struct dsr_error ignored;
	char digits[4];

	if (!option->percent || length < 2 || length > sizeof(digits) || word[length - 1] != '%')
		return false;
	snprintf(digits, sizeof(digits), "%.*s", (int)length - 1, word);
	if (grammar_number(option->name, digits, 1, 100, value, &ignored))
		return false;
	*value += option->percent;
	return true;
}

static int parse_number(const struct conf_option *option, const char *word, __u64 *value,
			struct dsr_error *err)
{
	if (option->hex && !addr_parse_hex(word, option->max, value))
		return 0;
	if (parse_percentage(option, word, value))
		return 0;
	if (grammar_number(option->name, word, option->min, option->max, value, err))
		return number_expected(option, word, err);
	return 0;
}

/* Parse one of the words, the word for no value, or a number. */
static int parse_value(const struct conf_option *option, const char *word, struct dsr_conf *conf,
		       struct dsr_error *err)
{
	__u64 value;

	if (option->none && !strcmp(word, option->none))
		value = option->none_value;
	else if (option->words)
		value = model_find(option->words, word);
	else if (parse_number(option, word, &value, err))
		return -1;
	conf_set(conf, option, value);
	return 0;
}

/* Parse a name: one of the words, or the name of a device. */
static int parse_name(const struct conf_option *option, const char *word, struct dsr_conf *conf,
		      struct dsr_error *err)
{
	bool none = option->none && !strcmp(word, option->none);

	if (!option->words && !none && !addr_is_device(word))
		return error_usage(err, "%s \"%s\": expected %s, or the name of a device",
				   option->name, word, option->none);
	snprintf((char *)conf + option->offset, DSR_TEXT, "%s", none ? "" : word);
	conf->set |= conf_bit(option);
	return 0;
}

/* Return the option of the keyword's group that has this second word. */
static const struct conf_option *find_in_group(const struct dsr_keyword *keyword,
					       const char *second)
{
	const struct conf_option *option;

	for (option = keyword->option; strcmp(conf_second_word(option), second); option++)
		;
	return option;
}

int grammar_parse_option(const struct dsr_keyword *keyword, struct dsr_args *args,
			 const char *const *values, struct dsr_error *err)
{
	const struct conf_option *option = keyword->option;
	const char *word = values[0];

	if (option->syntax == CONF_OUTER_SOURCE)
		return parse_outer_source(args, word, err);
	if (option->syntax == CONF_SOURCES)
		return parse_source(args, word, err);
	if (conf_second_word(option)) {
		option = find_in_group(keyword, values[0]);
		word = values[1];
		if (args->conf.set & conf_bit(option))
			return error_usage(err, "%s is given twice", option->name);
	}
	if (option->kind == FLAG) {
		args->conf.set |= conf_bit(option);
		return 0;
	}
	if (option->kind == STRING)
		return parse_name(option, word, &args->conf, err);
	return parse_value(option, word, &args->conf, err);
}

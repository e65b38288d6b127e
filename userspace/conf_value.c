// SPDX-License-Identifier: GPL-2.0-or-later
/* Values of options: copies, comparisons, and their words. */
#include <stdio.h>
#include <string.h>
#include <sys/socket.h>

#include "conf.h"

static bool is_set(const struct dsr_conf *conf, const struct conf_option *option)
{
	return conf->set & conf_bit(option);
}

static const struct conf_option *find_option(const char *name)
{
	const struct conf_option *option;

	for (option = conf_options; option->name && strcmp(option->name, name); option++)
		;
	return option;
}

/* Return the size of the option's member of struct dsr_conf. */
static size_t value_size(const struct conf_option *option)
{
	switch (option->kind) {
	case U8:
		return sizeof(__u8);
	case U16:
	case BE16:
		return sizeof(__u16);
	case U32:
		return sizeof(__u32);
	case U64:
		return sizeof(__u64);
	case STRING:
		return DSR_TEXT;
	case ADDR4:
	case ADDR6:
		return sizeof(struct dsr_addr);
	default:
		return 0;
	}
}

static void copy_value(struct dsr_conf *to, const struct dsr_conf *from,
		       const struct conf_option *option)
{
	if (option->syntax == CONF_SOURCES) {
		memcpy(to->sources, from->sources, sizeof(to->sources));
		to->n_sources = from->n_sources;
	} else {
		memcpy((char *)to + option->offset, (const char *)from + option->offset,
		       value_size(option));
	}
	to->set |= conf_bit(option);
}

/* Return the option whose keyword sets this one. */
static const struct conf_option *whole_of(const struct conf_option *option)
{
	return option->part_of ? find_option(option->part_of) : option;
}

void conf_copy(struct dsr_conf *to, const struct dsr_conf *from, const struct conf_option *option)
{
	const struct conf_option *part;

	for (part = conf_options; part->name; part++)
		if (whole_of(part) == option && is_set(from, part))
			copy_value(to, from, part);
}

void conf_merge(struct dsr_conf *conf, const struct dsr_conf *defaults)
{
	const struct conf_option *option;
	__u64 given = conf->set;

	for (option = conf_options; option->name; option++)
		if (is_set(defaults, option) && !(given & conf_bit(whole_of(option))))
			copy_value(conf, defaults, option);
}

void conf_narrow(struct dsr_conf *conf, int family)
{
	__u64 bits4 = CONF_BIT(outer_addr4) | CONF_BIT(outer_prefix4);
	__u64 bits6 = CONF_BIT(outer_addr6) | CONF_BIT(outer_prefix6);

	if (conf->set & (family == AF_INET ? CONF_BIT(outer_addr4) : CONF_BIT(outer_addr6)))
		conf->set &= ~(family == AF_INET ? bits6 : bits4);
}

/* Return true if the list @a has all sources of @b. */
static bool has_sources(const struct dsr_conf *a, const struct dsr_conf *b)
{
	int i, j;

	for (i = 0; i < b->n_sources; i++) {
		for (j = 0; j < a->n_sources; j++)
			if (a->sources[j].len == b->sources[i].len &&
			    addr_equal(&a->sources[j].addr, &b->sources[i].addr))
				break;
		if (j == a->n_sources)
			return false;
	}
	return true;
}

static bool has_text(const struct dsr_conf *conf, const struct conf_option *option,
		     const char *text)
{
	return !strcmp((const char *)conf + option->offset, text);
}

/* Return true if the values of an option are equal. One that is not set is initial. */
static bool equal_values(const struct dsr_conf *a, const struct dsr_conf *b,
			 const struct conf_option *option)
{
	const char *initial = option->words ? option->words[0] : "";

	switch (option->kind) {
	case STRING:
		if (!is_set(a, option) || !is_set(b, option))
			return (!is_set(a, option) || has_text(a, option, initial)) &&
			       (!is_set(b, option) || has_text(b, option, initial));
		return has_text(a, option, (const char *)b + option->offset);
	case ADDR4:
	case ADDR6:
		return is_set(a, option) == is_set(b, option) &&
		       (!is_set(a, option) ||
			addr_equal((const void *)((const char *)a + option->offset),
				   (const void *)((const char *)b + option->offset)));
	case NESTS:
		return has_sources(a, b) && has_sources(b, a);
	default:
		return (is_set(a, option) ? conf_get(a, option) : option->initial) ==
		       (is_set(b, option) ? conf_get(b, option) : option->initial);
	}
}

/* Return true for the parts of an outer source that it does not use: the addresses if it is a
 * word, and the lengths if it is no prefix. The kernel keeps them.
 */
static bool is_meaningless(const struct dsr_conf *conf, const struct conf_option *part)
{
	return part->kind == U8 ? conf->outer_source != NF_DSR_OUTER_SOURCE_PREFIX :
		conf->outer_source < NF_DSR_OUTER_SOURCE_ADDRESS;
}

bool conf_equal(enum conf_object object, const struct conf_option *option,
		const struct dsr_conf *a, const struct dsr_conf *b)
{
	bool inherits = object == CONF_BACKEND && option->service;
	const struct conf_option *part;

	if (inherits && (!is_set(a, option) || !is_set(b, option)))
		return is_set(a, option) == is_set(b, option);
	if (!equal_values(a, b, option))
		return false;
	for (part = conf_options; part->name; part++)
		if (part->part_of && whole_of(part) == option && !is_meaningless(a, part) &&
		    !equal_values(a, b, part))
			return false;
	return true;
}

bool conf_is_whole(enum conf_object object, const struct conf_option *option)
{
	return conf_attr(option, object) && !option->read_only && !option->part_of &&
	       option->kind != FLAG;
}

__u64 conf_bits_of(const struct conf_option *option)
{
	const struct conf_option *part;
	__u64 bits = 0;

	for (part = conf_options; part->name; part++)
		if (whole_of(part) == option)
			bits |= conf_bit(part);
	return bits;
}

static void add_addr(char words[][ADDR_TEXT], int *n, const struct dsr_conf *conf,
		     const struct dsr_addr *addr, __u8 prefix_len)
{
	char text[ADDR_TEXT];

	addr_format(addr, text, sizeof(text));
	if (conf->outer_source == NF_DSR_OUTER_SOURCE_PREFIX)
		snprintf(words[*n], ADDR_TEXT, "%.60s/%u", text, prefix_len);
	else
		snprintf(words[*n], ADDR_TEXT, "%s", text);
	++*n;
}

/* Both addresses of an outer source that is a prefix have their lengths, so that one of full
 * length remains a prefix.
 */
static int outer_source_words(const struct dsr_conf *conf, const struct conf_option *option,
			      char words[][ADDR_TEXT])
{
	char text[16];
	int n = 0;

	if (conf->outer_source < NF_DSR_OUTER_SOURCE_ADDRESS) {
		snprintf(words[n++], ADDR_TEXT, "%s",
			 model_name(option->words, conf->outer_source, text, sizeof(text)));
		return n;
	}
	if (conf->set & CONF_BIT(outer_addr4))
		add_addr(words, &n, conf, &conf->outer_addr4, conf->outer_prefix4);
	if (conf->set & CONF_BIT(outer_addr6))
		add_addr(words, &n, conf, &conf->outer_addr6, conf->outer_prefix6);
	return n;
}

int conf_words(const struct dsr_conf *conf, const struct conf_option *option,
	       char words[][ADDR_TEXT])
{
	char text[DSR_TEXT];
	int n = 0;

	if (!is_set(conf, option))
		return 0;
	switch (option->syntax) {
	case CONF_OUTER_SOURCE:
		return outer_source_words(conf, option, words);
	case CONF_SOURCES:
		for (; n < conf->n_sources; n++)
			addr_format_prefix(&conf->sources[n], words[n], ADDR_TEXT);
		return n;
	default:
		if (!conf_can_be_given(conf, option))
			return 0;
		snprintf(words[0], ADDR_TEXT, "%s", conf_format(conf, option, text, sizeof(text)));
		return 1;
	}
}

const char *conf_initial_text(enum conf_object object, const struct conf_option *option, char *text,
			      size_t size)
{
	struct dsr_conf conf = { 0 };
	char word[DSR_TEXT];

	if (object == CONF_BACKEND && option->service) {
		snprintf(text, size, "inherited");
	} else if (option->varies) {
		snprintf(text, size, "random");
	} else if (option->syntax == CONF_SOURCES) {
		snprintf(text, size, "%s", option->none);
	} else if (option->kind == STRING) {
		snprintf(text, size, "%s", option->words ? option->words[0] : option->none);
	} else {
		conf_set(&conf, option, option->initial);
		snprintf(text, size, "%s",
			 conf_has_value(&conf, option) ?
			 conf_format(&conf, option, word, sizeof(word)) : "none");
	}
	return text;
}

const char *conf_text(enum conf_object object, const struct dsr_conf *conf,
		      const struct conf_option *option, char *text, size_t size)
{
	char words[NF_DSR_SOURCES_MAX][ADDR_TEXT];
	int i, n = conf_words(conf, option, words);
	size_t used = 0;

	if (!n)
		conf_initial_text(object, option, text, size);
	for (i = 0; i < n && used < size; i++)
		used += snprintf(text + used, size - used, "%s%s", i ? "," : "", words[i]);
	return text;
}

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The options of services and backends. An entry of conf_options[] is all that dsrctl
 * knows about an option, except for the member of struct dsr_conf that has its value.
 * From the table follow the keywords with their help, completion and unset
 * (keyword_option.c), the attributes (nl_attr.c) and their names in errors
 * (attr_describe.c), the columns and JSON (print_conf.c) and the saved commands
 * (cmd_save.c). A test compares the table with the specification and the manual page.
 */
#ifndef DSRCTL_CONF_H
#define DSRCTL_CONF_H

#include <stdbool.h>
#include <stddef.h>

#include "model.h"

/* The type of an attribute's value. */
enum attr_kind {
	FLAG,
	U8,
	U16,
	U32,
	U64,
	BE16,
	STRING,		/* char[DSR_TEXT] in the struct */
	ADDR4,
	ADDR6,
	NEST,
	NESTS,		/* not read by the tables: may occur several times */
	OPTION,		/* number of another attribute of the set; only in requests */
};

enum conf_object {
	CONF_NONE,
	CONF_SERVICE,
	CONF_BACKEND,
	CONF_OBJECTS,
};

/* Options that are more than one value need code of their own. */
enum conf_syntax {
	CONF_VALUE,
	CONF_OUTER_SOURCE,
	CONF_SOURCES,
};

struct conf_option {
	/* The keyword, which is also the name in errors and, with '_', in JSON. A name of two
	 * words is one of several options with the same keyword.
	 */
	const char *name;
	enum attr_kind kind;
	size_t offset;			/* in struct dsr_conf; a FLAG has no member */
	int service;			/* attribute in the set of services; 0: none */
	int backend;			/* the same for backends, where it replaces the service's */
	const char *part_of;		/* option whose keyword sets this one, too, or NULL */

	/* The value: one of the words, or a number from min to max. */
	enum conf_syntax syntax;
	const char *const *words;
	int n_words;			/* that a command can give; 0: all */
	__u64 min, max;
	const char *none;		/* word for no value, or NULL */
	__u64 none_value;
	__u64 percent;			/* added to a percentage, 1 to 100; 0: it takes none */
	const char *form;		/* in the help; NULL: the words or the range */
	bool hex;			/* the number may be hexadecimal */
	bool numeric;			/* the words are numbers, and numbers in JSON */
	bool read_only;			/* only the kernel sets it */
	__u64 initial;			/* the value that the kernel gives a new object; that of */
					/* a STRING is the first of the words, or empty */
	bool varies;			/* no: the kernel chooses it */
	bool by_hand;			/* may be set for a while, beside the configuration file */

	const char *help;		/* one line; NULL: no keyword of its own sets it */

	/* The output. */
	const char *column;		/* heading; NULL: in the column of other options */
	bool detail;			/* a column only for a single object */
	unsigned int spare;		/* see struct out_column; 0: it is always shown */
	size_t with;			/* offset of a number, without which there is no value */
};

/* In the order in which options are shown. The last one has no name. */
extern const struct conf_option conf_options[];

/* Return the bit of an option in dsr_conf.set, by the option or by its member. */
__u64 conf_bit(const struct conf_option *option);
__u64 conf_bit_at(size_t offset);
#define CONF_BIT(member) conf_bit_at(offsetof(struct dsr_conf, member))

/* Return the number of the option's attribute, or 0 if the object has no such option. */
int conf_attr(const struct conf_option *option, enum conf_object object);
/* Return the option of an object that has this attribute, or NULL. */
const struct conf_option *conf_by_attr(enum conf_object object, int attr);

/* Return true if both options have one keyword that is followed by different words. */
bool conf_same_group(const struct conf_option *a, const struct conf_option *b);
/* Return the second word of the name, or NULL. */
const char *conf_second_word(const struct conf_option *option);
/* Return the bits of an option, of its parts, and of the others of its group: all that
 * unset resets. It is 0 if the option cannot be unset.
 */
__u64 conf_unset_bits(enum conf_object object, const struct conf_option *option);

/* These functions are for options whose value is a number or a word. */
void conf_set(struct dsr_conf *conf, const struct conf_option *option, __u64 value);
__u64 conf_get(const struct dsr_conf *conf, const struct conf_option *option);

/* Return true if a value is set that a command could set, whether or not it has an effect. */
bool conf_can_be_given(const struct dsr_conf *conf, const struct conf_option *option);
/* Return true if it has an effect, too. */
bool conf_has_value(const struct dsr_conf *conf, const struct conf_option *option);
/* Return true if values are numbers, except the one that has a word, and percentages. */
bool conf_is_number(const struct conf_option *option);
/* Return true if this value, in the form of the grammar, is a number. */
bool conf_is_numeric(const struct conf_option *option, const char *value);
/* Return the value in the form of the grammar. */
const char *conf_format(const struct dsr_conf *conf, const struct conf_option *option, char *text,
			size_t size);

/* Return true if the option belongs to the object, a command can set it, and its keyword is its
 * own. The functions below are for such options, and act on their parts, too.
 */
bool conf_is_whole(enum conf_object object, const struct conf_option *option);
__u64 conf_bits_of(const struct conf_option *option);
void conf_copy(struct dsr_conf *to, const struct dsr_conf *from, const struct conf_option *option);
/* Return true if both give the option the same value. An option that is not set has its
 * initial value or, if a backend inherits it, that of its service.
 */
bool conf_equal(enum conf_object object, const struct conf_option *option,
		const struct dsr_conf *a, const struct dsr_conf *b);

/* Write the words that follow the keyword, one for each time that it is repeated. Return their
 * number, at most NF_DSR_SOURCES_MAX. It is 0 if there is no value.
 */
int conf_words(const struct dsr_conf *conf, const struct conf_option *option,
	       char words[][ADDR_TEXT]);
/* Write the value that an object has without the option. */
const char *conf_initial_text(enum conf_object object, const struct conf_option *option, char *text,
			      size_t size);
/* Return all words with commas, or what holds without the option. */
#define CONF_TEXT (NF_DSR_SOURCES_MAX * (ADDR_TEXT + 1))
const char *conf_text(enum conf_object object, const struct dsr_conf *conf,
		      const struct conf_option *option, char *text, size_t size);

/* Forget the outer source of the other family. A backend does not use it, and a command refuses
 * it, but defaults may have both. If there is none of the backend's own family, keep the other:
 * the kernel then says what is missing.
 */
void conf_narrow(struct dsr_conf *conf, int family);

/* Give @conf the values of the options that it has not set. */
void conf_merge(struct dsr_conf *conf, const struct dsr_conf *defaults);

#endif

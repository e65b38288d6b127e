/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The grammar: OBJECT COMMAND [PROTOCOL VIP [BACKEND]] [KEYWORD VALUE...]..., with
 * other operands for a few objects.
 *
 * Its tables drive the parser (parse.c), the help texts (help.c) and the completion
 * (complete.c), so these cannot contradict one another. Read this file first, then the
 * tables in grammar.c, keyword.c and conf.c.
 */
#ifndef DSRCTL_GRAMMAR_H
#define DSRCTL_GRAMMAR_H

#include "conf.h"
#include "model.h"

#define GRAMMAR_VALUES 2

struct dsrctl;

/* What a command line contains after its options. */
struct dsr_args {
	int operands;		/* 1: device; 2: key; 3: key and addr, or trace */
	struct dsr_key key;
	struct dsr_addr addr;
	struct dsr_conf conf;
	struct dsr_trace trace;
	struct dsr_filter filter;
	struct dsr_flow flow;	/* to add, without its service and backend */
	char device[DSR_TEXT];
	bool explain;
	const char *file;	/* of a configuration; NULL: none is given */
	bool dry_run;
	bool reset_overrides;
	bool drained;
	bool unrecorded;
	const char *output;	/* file for the result; NULL: standard output */
	const char *report;	/* file for what an import reports; NULL: standard error */
	const char *config_id;	/* of keepalived, or NULL */
	struct dsr_addr servers[NF_DSR_SOURCES_MAX];	/* of an import */
	int n_servers;
	__u32 confirm;		/* seconds; 0: no confirmation is needed */
	__u32 number;		/* of a file of the history */
	__u32 unconfirmed;	/* the same, to undo if it was not confirmed */
	bool plain;
	__u32 sample;		/* one of so many; 0: all */
	__u16 nlm_flags;	/* flags of the command's netlink request */
};

/* One word after a keyword: one of the choices, or a word of the free form, or either. */
struct dsr_value {
	const char *const *choices;
	const char *form;
};

struct dsr_keyword {
	const char *name;
	struct dsr_value values[GRAMMAR_VALUES];
	bool repeatable;
	int (*parse)(struct dsr_args *args, const char *const *values, struct dsr_error *err);
	/* Without parse, the keyword sets this option (the first one of a group) of: */
	enum conf_object object;
	const struct conf_option *option;
	bool unsets;			/* the value is a keyword to unset */
};

struct dsr_operand {
	const char *name;
	const char *form;
	const char *const *choices;
	int (*parse)(struct dsr_args *args, const char *word, struct dsr_error *err);
};

struct dsr_command {
	const char *name;	/* NULL, only of the first: the object is the command */
	const char *help;
	int min_operands, max_operands;
	const struct dsr_keyword *const *keywords;	/* ends with NULL, or is NULL */
	bool needs_keyword;
	__u16 nlm_flags;
	int (*run)(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
	const struct dsr_operand *operands;	/* NULL: grammar_operands */
	enum conf_object options;		/* the keywords are those of its options */
	bool offline;				/* it needs no socket, or opens it itself */
	/* Whether it shows rates in intervals: with -s and --interval, or always. */
	enum { NO_RATES, RATES_OF_STATS, ALWAYS_RATES } rates;
};

struct dsr_object {
	const char *name;
	const char *help;
	const struct dsr_command *commands;	/* the last one has no run */
};

extern const struct dsr_object grammar_objects[];	/* the last one has no name */
/* In each of these tables the last operand has no name. */
extern const struct dsr_operand grammar_operands[];
extern const struct dsr_operand grammar_device_operands[];
extern const struct dsr_operand grammar_trace_operands[];
extern const struct dsr_operand grammar_vip_operands[];
extern const struct dsr_operand grammar_file_operands[];
extern const struct dsr_operand grammar_flow_file_operands[];
extern const struct dsr_operand grammar_preview_operands[];
extern const struct dsr_operand grammar_history_operands[];
/* The option of other programs that write to a file. */
extern const struct dsr_keyword grammar_output_letter, grammar_output_option;
extern const struct dsr_keyword *const grammar_diff_keywords[];
extern const struct dsr_keyword *const grammar_apply_keywords[];
extern const struct dsr_keyword *const grammar_rollback_keywords[];
extern const struct dsr_operand grammar_import_operands[];
extern const struct dsr_keyword *const grammar_import_keywords[];
extern const struct dsr_keyword *const grammar_keepalived_keywords[];
extern const struct dsr_keyword *const grammar_dsr_conf_keywords[];
extern const struct dsr_keyword *const grammar_stats_keywords[];
extern const struct dsr_keyword *const grammar_top_keywords[];
extern const struct dsr_keyword *const grammar_metrics_keywords[];
extern const struct dsr_keyword *const grammar_service_filters[];
extern const struct dsr_keyword *const grammar_backend_filters[];
extern const struct dsr_keyword *const grammar_flow_filters[];
extern const struct dsr_keyword *const grammar_flow_keywords[];
extern const struct dsr_keyword *const grammar_live_keywords[];
extern const struct dsr_keyword *const grammar_flow_event_keywords[];
extern const struct dsr_keyword *const grammar_trace_keywords[];

const struct dsr_object *grammar_object(const char *name);
const struct dsr_command *grammar_command(const struct dsr_object *object, const char *name);
/* Parse a number from min to max. Return 0, or -1 with an error that has the name and
 * the range.
 */
int grammar_number(const char *name, const char *word, __u64 min, __u64 max, __u64 *number,
		   struct dsr_error *err);
/* Parse the protocol of packets: a word, or a number. */
int grammar_packet_protocol(const char *word, __u8 *protocol, struct dsr_error *err);
const struct dsr_operand *grammar_operand(const struct dsr_command *command, int i);
/* Return true if a word in place of the next operand begins the keywords. word is NULL
 * at the end of the command line.
 */
bool grammar_ends_operands(const struct dsr_command *command, int operands, const char *word);
/* Return a keyword of the command by its index, or NULL behind the last one. */
const struct dsr_keyword *grammar_keyword_at(const struct dsr_command *command, int i);
/* Return the index of a keyword among those of the command, or -1. */
int grammar_keyword(const struct dsr_command *command, const char *name);
int grammar_n_values(const struct dsr_keyword *keyword);
/* Return what unset resets with this keyword, as bits of dsr_conf.set. */
__u64 grammar_unset_bits(const struct dsr_keyword *keyword);
/* Return a keyword of the object's options by its index, or NULL behind the last one. */
const struct dsr_keyword *grammar_option_keyword(enum conf_object object, int i);
int grammar_parse_option(const struct dsr_keyword *keyword, struct dsr_args *args,
			 const char *const *values, struct dsr_error *err);
/* Check the words after a keyword against its choices. A missing word is NULL. */
int grammar_check_values(const struct dsr_keyword *keyword, const char *const *values,
			 struct dsr_error *err);
/* Check the words after a keyword other than unset, and set what they say. */
int grammar_parse_values(const struct dsr_keyword *keyword, struct dsr_args *args,
			 const char *const *values, struct dsr_error *err);

struct dsr_parsed {
	bool help;				/* print help, about: */
	const struct dsr_object *object;	/* NULL: all objects */
	const struct dsr_command *command;	/* NULL: all commands of the object */
	struct dsr_args args;
};

int grammar_parse(int n, const char *const *words, struct dsr_parsed *parsed,
		  struct dsr_error *err);

/* Print the help text that the command line requests. */
void help_print(const struct dsr_parsed *parsed, FILE *file);

/* Print the words that can stand in place of the last one, one per line. */
void complete_print(int n, const char *const *words, FILE *file);

/* The global options, for getopt, help and completion. */
struct dsr_option {
	char letter;
	const char *name;
	const char *form;	/* of the argument; NULL: no argument */
	const char *files;	/* path prefix of files to complete to, or NULL */
	const char *help;
};

extern const struct dsr_option grammar_options[];	/* the last one has no name */

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Statements of configurations with braces, as a tree:
 *
 *   WORD WORD... [{
 *           STATEMENT...
 *   }]
 *
 * A statement ends with its line or its block. The lines are those of the import.
 */
#ifndef DSRCTL_IMPORT_BLOCK_H
#define DSRCTL_IMPORT_BLOCK_H

#include "import.h"

#define BLOCK_DEPTH_MAX 32

struct node {
	char **words;			/* ends with NULL */
	int n;
	size_t line;			/* where it begins */
	size_t open, close;		/* where its braces are, or where its last word ends */
	bool is_block;
	bool is_broken;			/* its end is missing, so it has lines of others */
	struct node *parent, *next;
	struct node *children, *last;	/* of a block */
};

struct block_reader {
	struct import *in;
	struct node *root, *parent;
	struct node *pending;		/* its block may begin in the next line */
	const char *comments;		/* the characters that begin one */
	const char *quotes;		/* those around words with blanks */
	bool no_braces;			/* they are characters of words */
	bool long_quotes;		/* a word in quotes may have several lines */
	char quote;			/* that is open at the end of a line, or NUL */
	unsigned int too_deep;		/* open braces beyond the limit */
};

void block_begin(struct block_reader *reader, struct import *in);
/* Read a line. Its text may differ from that of the import's line with this number. */
void block_line(struct block_reader *reader, size_t line, const char *text);
/* End the last line, and return the statements as children of one node, which belongs to the
 * import.
 */
struct node *block_end(struct block_reader *reader);

/* Begin a block of the last statement, and end the block that is open, where no braces do. */
void block_push(struct block_reader *reader);
void block_pop(struct block_reader *reader);
/* Give up on blocks that are open, with a report. */
void block_restart(struct block_reader *reader);

/* Return the length of a line without its comment. @quote is open before its begin, or NUL. */
size_t block_length(const char *text, const char *comments, const char *quotes, char quote);

/* Add an empty statement behind those of its parent, NULL for the first one of all. */
struct node *node_new(struct node *parent, size_t line);
void node_free(struct node *node);
/* Return the words of a statement, for notes: the first ones, if they are many. */
#define NODE_TEXT 64
const char *node_text(const struct node *node, char *text, size_t size);
/* Return a word of a statement, or "". */
const char *node_word(const struct node *node, int i);
/* Return the first statement inside that begins with this word, or NULL. */
const struct node *node_find(const struct node *parent, const char *word);

/* Mark the lines of one statement, without and with those of its block. */
void node_mark_own(struct import *in, const struct node *node, enum import_class class);
void node_mark(struct import *in, const struct node *node, enum import_class class);
/* Refuse a statement with all of its block. */
void node_refuse(struct import *in, const struct node *node, const char *why);

/* What becomes of a statement, by its first word: a function, or one of the sentences. */
struct import_keyword {
	const char *name;
	void (*load)(struct import *in, void *context, const struct node *node);
	const char *refused;		/* why, and what to do instead */
	const char *approximated;	/* what is different */
	const char *no_effect;		/* why the configuration needs nothing of it */
	const struct import_keyword *more;	/* of the last entry, which has no name: the */
					/* table that continues this one, or NULL */
};

#define REFUSED(word, why) { .name = word, .refused = why }
#define SIMILAR(word, why) { .name = word, .approximated = why }
#define NO_EFFECT(word, why) { .name = word, .no_effect = why }
#define LOADED(word, function) { .name = word, .load = function }
#define END_OF_KEYWORDS { .name = NULL }
#define AND_KEYWORDS(table) { .more = table }

/* Return the next entry of a table, or NULL behind the last one. Begin with NULL. */
const struct import_keyword *import_next_keyword(const struct import_keyword *keywords,
						 const struct import_keyword *last);

/* Let a table decide about a statement. @where is for the note about an unknown one. */
void node_load(struct import *in, const struct import_keyword *keywords, void *context,
	       const struct node *node, const char *where);
void node_load_all(struct import *in, const struct import_keyword *keywords, void *context,
		   const struct node *parent, const char *where);

#endif

// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads statements with braces, see import_block.h. */
#include <stdlib.h>
#include <string.h>

#include "import_block.h"
#include "suggest.h"

struct node *node_new(struct node *parent, size_t line)
{
	struct node *node = error_check_alloc(calloc(1, sizeof(*node)));

	*node = (struct node){ .line = line, .open = line, .close = line, .parent = parent };
	node->words = error_check_alloc(calloc(1, sizeof(*node->words)));
	if (!parent)
		return node;
	if (parent->last)
		parent->last->next = node;
	else
		parent->children = node;
	parent->last = node;
	return node;
}

void node_free(struct node *node)
{
	struct node *child, *next;
	int i;

	for (child = node->children; child; child = next) {
		next = child->next;
		node_free(child);
	}
	for (i = 0; i < node->n; i++)
		free(node->words[i]);
	free(node->words);
	free(node);
}

static void add_word(struct node *node, const char *text, size_t length)
{
	node->words = error_check_alloc(reallocarray(node->words, node->n + 2,
						     sizeof(*node->words)));
	node->words[node->n++] = error_check_alloc(strndup(text, length));
	node->words[node->n] = NULL;
}

const char *node_word(const struct node *node, int i)
{
	return i < node->n ? node->words[i] : "";
}

const struct node *node_find(const struct node *parent, const char *word)
{
	const struct node *node;

	for (node = parent->children; node && strcmp(node_word(node, 0), word); node = node->next)
		;
	return node;
}

void block_begin(struct block_reader *reader, struct import *in)
{
	*reader = (struct block_reader){ .in = in };
	in->tree = node_new(NULL, 0);
	reader->root = in->tree;
	reader->parent = reader->root;
}

size_t block_length(const char *text, const char *comments, const char *quotes, char quote)
{
	const char *at;

	for (at = text; *at; at++) {
		if (*at == '\\' && at[1])
			at++;
		else if (quote && *at == quote)
			quote = '\0';
		else if (!quote && strchr(quotes, *at))
			quote = *at;
		else if (!quote && strchr(comments, *at))
			break;
	}
	return at - text;
}

static size_t depth_of(const struct node *node)
{
	size_t depth = 0;

	for (; node->parent; node = node->parent)
		depth++;
	return depth;
}

static void open_block(struct block_reader *reader, struct node **node, size_t line)
{
	if (reader->too_deep || depth_of(reader->parent) == BLOCK_DEPTH_MAX) {
		import_refused(reader->in, line, "nested too deeply: expected at most %d levels",
			       BLOCK_DEPTH_MAX);
		reader->too_deep++;
		return;
	}
	if (!*node)
		*node = reader->pending ?: node_new(reader->parent, line);
	(*node)->is_block = true;
	(*node)->open = line;
	reader->parent = *node;
	reader->pending = NULL;
	*node = NULL;
}

static void close_block(struct block_reader *reader, struct node **node, size_t line)
{
	*node = NULL;
	reader->pending = NULL;
	if (reader->too_deep) {
		reader->too_deep--;
		import_mark(reader->in, line, IMPORT_REFUSED);
	} else if (reader->parent == reader->root) {
		import_refused(reader->in, line, "a } without a { before it");
	} else {
		reader->parent->close = line;
		reader->parent = reader->parent->parent;
	}
}

/* Copy a part of a word to @to, up to its end or the end of the line. Return the rest of the
 * line. A word may have parts in quotes, and ${...} as a part.
 */
static const char *read_word(struct block_reader *reader, const char *at, char *to, size_t *n)
{
	const char *ends = reader->no_braces ? " \t\v\f" : " \t\v\f{}";

	while (*at && (reader->quote || !strchr(ends, *at))) {
		if (*at == '\\' && at[1]) {
			at++;
			to[(*n)++] = *at++;
		} else if (reader->quote ? *at == reader->quote : !!strchr(reader->quotes, *at)) {
			reader->quote = reader->quote ? '\0' : *at;
			at++;
		} else if (!reader->quote && at[0] == '$' && at[1] == '{' && strchr(at, '}')) {
			do
				to[(*n)++] = *at;
			while (*at++ != '}');
		} else {
			to[(*n)++] = *at++;
		}
	}
	return at;
}

/* Add to the statement whose last word continues in this line. */
static const char *continue_word(struct block_reader *reader, struct node *node, const char *at)
{
	char **word = &node->words[node->n - 1];
	size_t n = strlen(*word);
	char *joined;

	joined = error_check_alloc(malloc(n + strlen(at) + 2));
	memcpy(joined, *word, n);
	joined[n++] = '\n';
	at = read_word(reader, at, joined, &n);
	joined[n] = '\0';
	free(*word);
	*word = joined;
	return at;
}

/* Read the words and braces of a line. Return the statement that is not complete. */
static struct node *read_line(struct block_reader *reader, size_t line, const char *at,
			      struct node *node, char *buffer)
{
	size_t n;

	while (*(at += strspn(at, " \t\v\f"))) {
		if (*at == '{' && !reader->no_braces) {
			open_block(reader, &node, line);
			at++;
		} else if (*at == '}' && !reader->no_braces) {
			close_block(reader, &node, line);
			at++;
		} else {
			n = 0;
			at = read_word(reader, at, buffer, &n);
			if (reader->too_deep)
				continue;
			if (!node)
				node = node_new(reader->parent, line);
			add_word(node, buffer, n);
			node->close = line;
		}
	}
	return node;
}

void block_line(struct block_reader *reader, size_t line, const char *text)
{
	char *copy, *buffer;
	struct node *node = NULL;
	const char *at;

	copy = error_check_alloc(strndup(text, block_length(text, reader->comments,
							    reader->quotes, reader->quote)));
	buffer = error_check_alloc(malloc(strlen(copy) + 1));
	at = copy;
	if (reader->quote && reader->pending) {
		node = reader->pending;
		at = continue_word(reader, node, at);
		node->close = line;
	} else if (!copy[strspn(copy, " \t\v\f")]) {
		import_mark(reader->in, line, IMPORT_BLANK);
		free(buffer);
		free(copy);
		return;
	}
	node = read_line(reader, line, at, node, buffer);
	if (reader->too_deep)
		import_mark(reader->in, line, IMPORT_REFUSED);
	if (reader->quote && (!reader->long_quotes || !node)) {
		import_refused(reader->in, line, "a quote is not closed in this line");
		reader->quote = '\0';
	}
	reader->pending = node;
	free(buffer);
	free(copy);
}

void block_push(struct block_reader *reader)
{
	if (!reader->pending)
		return;
	reader->pending->is_block = true;
	reader->parent = reader->pending;
	reader->pending = NULL;
}

void block_pop(struct block_reader *reader)
{
	if (reader->parent != reader->root)
		reader->parent = reader->parent->parent;
	reader->pending = NULL;
}

void block_restart(struct block_reader *reader)
{
	char text[NODE_TEXT];
	struct node *node;

	if (reader->quote && reader->pending)
		import_refused(reader->in, reader->pending->line, "a quote is not closed");
	for (node = reader->parent; node->parent; node = node->parent) {
		import_refused(reader->in, node->open, "%s: its { is not closed",
			       node_text(node, text, sizeof(text)));
		node->close = node->open;
		node->is_broken = true;
	}
	reader->parent = reader->root;
	reader->pending = NULL;
	reader->quote = '\0';
	reader->too_deep = 0;
}

struct node *block_end(struct block_reader *reader)
{
	block_restart(reader);
	return reader->root;
}

void node_mark_own(struct import *in, const struct node *node, enum import_class class)
{
	size_t line;

	import_mark(in, node->line, class);
	if (node->is_block) {
		import_mark(in, node->open, class);
		import_mark(in, node->close, class);
		return;
	}
	for (line = node->line; line <= node->close; line++)
		import_mark(in, line, class);
}

void node_mark(struct import *in, const struct node *node, enum import_class class)
{
	const struct node *child;

	node_mark_own(in, node, class);
	for (child = node->children; child; child = child->next)
		node_mark(in, child, class);
}

const char *node_text(const struct node *node, char *text, size_t size)
{
	size_t used = 0;
	int i;

	*text = '\0';
	for (i = 0; i < node->n && used < size; i++)
		used += snprintf(text + used, size - used, "%s%s", i ? " " : "", node->words[i]);
	if (used >= size)
		memcpy(text + size - 4, "...", 4);
	return text;
}

void node_refuse(struct import *in, const struct node *node, const char *why)
{
	char text[NODE_TEXT];

	import_refused(in, node->line, "%s: %s", node_text(node, text, sizeof(text)), why);
	node_mark(in, node, IMPORT_REFUSED);
}

const struct import_keyword *import_next_keyword(const struct import_keyword *keywords,
						 const struct import_keyword *last)
{
	const struct import_keyword *next = last ? last + 1 : keywords;

	if (!next->name && next->more)
		next = next->more;
	return next->name ? next : NULL;
}

static const struct import_keyword *find_keyword(const struct import_keyword *keywords,
						 const char *name)
{
	const struct import_keyword *keyword = NULL;

	while ((keyword = import_next_keyword(keywords, keyword)) && strcmp(keyword->name, name))
		;
	return keyword;
}

static void refuse_unknown(struct import *in, const struct import_keyword *keywords,
			   const struct node *node, const char *where)
{
	struct suggestion suggestion = { .word = node_word(node, 0) };
	const struct import_keyword *keyword = NULL;
	char why[256];

	while ((keyword = import_next_keyword(keywords, keyword)))
		suggest_try(&suggestion, keyword->name);
	if (suggestion.best)
		snprintf(why, sizeof(why), "unknown in %s; did you mean \"%s\"?", where,
			 suggestion.best);
	else
		snprintf(why, sizeof(why), "unknown in %s", where);
	node_refuse(in, node, why);
}

void node_load(struct import *in, const struct import_keyword *keywords, void *context,
	       const struct node *node, const char *where)
{
	const struct import_keyword *keyword = find_keyword(keywords, node_word(node, 0));

	if (node->is_broken) {
		node_mark(in, node, IMPORT_REFUSED);
		return;
	}
	if (!keyword) {
		refuse_unknown(in, keywords, node, where);
		return;
	}
	if (keyword->refused) {
		node_refuse(in, node, keyword->refused);
		return;
	}
	if (keyword->no_effect || keyword->approximated)
		node_mark(in, node, IMPORT_TRANSLATED);
	else
		node_mark_own(in, node, IMPORT_TRANSLATED);
	if (keyword->approximated)
		import_approximated(in, node->line, "%s: %s", keyword->name,
				    keyword->approximated);
	if (keyword->load)
		keyword->load(in, context, node);
}

void node_load_all(struct import *in, const struct import_keyword *keywords, void *context,
		   const struct node *parent, const char *where)
{
	const struct node *node;

	for (node = parent->children; node; node = node->next)
		node_load(in, keywords, context, node, where);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a file in YAML. The text is parsed twice: as events, which show what libyaml resolves
 * or forgets in a document, and then as the document, whose nodes have places.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "yaml_file.h"

static const struct place nowhere = { 0 };

/* Read all of a stream. Return 0, or -1 with a report. */
static int read_stream(struct yaml_file *file, FILE *stream, struct report *report)
{
	size_t room = 1 << 16;

	for (;;) {
		file->text = error_check_alloc(realloc(file->text, room + 1));
		file->size += fread(file->text + file->size, 1, room - file->size, stream);
		if (file->size < room || file->size > YAML_FILE_SIZE_MAX)
			break;
		room *= 2;
	}
	file->text[file->size] = '\0';
	if (ferror(stream))
		report_error(report, &nowhere, "%s", strerror(errno));
	else if (file->size > YAML_FILE_SIZE_MAX)
		report_error(report, &nowhere, "the file is too large: expected at most %u MiB",
			     YAML_FILE_SIZE_MAX >> 20);
	return report_n(report) ? -1 : 0;
}

static int read_path(struct yaml_file *file, const char *path, struct report *report)
{
	bool is_stdin = !strcmp(path, "-");
	FILE *stream = is_stdin ? stdin : fopen(path, "re");
	int ret;

	if (!stream) {
		report_error(report, &nowhere, "%s", strerror(errno));
		return -1;
	}
	ret = read_stream(file, stream, report);
	if (!is_stdin)
		fclose(stream);
	return ret;
}

static struct place mark_place(const yaml_mark_t *mark)
{
	return (struct place){ mark->line + 1, mark->column + 1, 0 };
}

static struct place place_between(const yaml_mark_t *start, const yaml_mark_t *end)
{
	struct place place = mark_place(start);

	if (end->line == start->line && end->column > start->column)
		place.length = end->column - start->column;
	return place;
}

static void report_parser(const yaml_parser_t *parser, struct report *report)
{
	struct place place = mark_place(&parser->problem_mark);
	const char *problem = parser->problem ? parser->problem : "this is not YAML";

	if (parser->error == YAML_READER_ERROR)
		report_error(report, &nowhere, "%s, in byte %zu: expected text in UTF-8", problem,
			     parser->problem_offset + 1);
	else if (parser->context)
		report_error(report, &place, "%s, %s", problem, parser->context);
	else
		report_error(report, &place, "%s", problem);
}

/* Return the anchor and the tag of an event. */
static void event_properties(const yaml_event_t *event, const yaml_char_t **anchor,
			     const yaml_char_t **tag)
{
	*anchor = NULL;
	*tag = NULL;
	switch (event->type) {
	case YAML_SCALAR_EVENT:
		*anchor = event->data.scalar.anchor;
		*tag = event->data.scalar.tag;
		break;
	case YAML_SEQUENCE_START_EVENT:
		*anchor = event->data.sequence_start.anchor;
		*tag = event->data.sequence_start.tag;
		break;
	case YAML_MAPPING_START_EVENT:
		*anchor = event->data.mapping_start.anchor;
		*tag = event->data.mapping_start.tag;
		break;
	default:
		break;
	}
}

static void check_properties(const yaml_event_t *event, struct report *report)
{
	struct place place = place_between(&event->start_mark, &event->end_mark);
	const yaml_char_t *anchor, *tag;

	event_properties(event, &anchor, &tag);
	if (anchor)
		report_error(report, &place, "an anchor (&%s): expected a value without one",
			     anchor);
	if (tag)
		report_error(report, &place, "a tag (%s): expected a value without one", tag);
	if (event->type == YAML_ALIAS_EVENT)
		report_error(report, &place, "an alias (*%s): expected the value itself",
			     event->data.alias.anchor);
	if (event->type == YAML_SCALAR_EVENT &&
	    memchr(event->data.scalar.value, '\0', event->data.scalar.length))
		report_error(report, &place, "the text has a NUL character: expected none");
}

/* The state of the pass over the events. */
struct pass {
	int depth;
	int documents;
};

/* Check an event. Return false if the rest of the file is of no interest. */
static bool check_event(struct pass *pass, const yaml_event_t *event, struct report *report)
{
	struct place place = mark_place(&event->start_mark);

	switch (event->type) {
	case YAML_DOCUMENT_START_EVENT:
		if (pass->documents++) {
			report_error(report, &place, "a second document: expected only one");
			return false;
		}
		break;
	case YAML_SEQUENCE_START_EVENT:
	case YAML_MAPPING_START_EVENT:
		if (++pass->depth > YAML_FILE_DEPTH_MAX) {
			report_error(report, &place,
				     "nested too deeply: expected at most %d levels",
				     YAML_FILE_DEPTH_MAX);
			return false;
		}
		break;
	case YAML_SEQUENCE_END_EVENT:
	case YAML_MAPPING_END_EVENT:
		pass->depth--;
		break;
	case YAML_STREAM_END_EVENT:
		return false;
	default:
		break;
	}
	check_properties(event, report);
	return true;
}

static void check_events(struct yaml_file *file, struct report *report)
{
	struct pass pass = { 0 };
	yaml_parser_t parser;
	yaml_event_t event;
	bool more = true;

	if (!yaml_parser_initialize(&parser))
		error_check_alloc(NULL);
	yaml_parser_set_input_string(&parser, (yaml_char_t *)file->text, file->size);
	while (more) {
		if (!yaml_parser_parse(&parser, &event)) {
			report_parser(&parser, report);
			break;
		}
		more = check_event(&pass, &event, report);
		yaml_event_delete(&event);
	}
	yaml_parser_delete(&parser);
}

static void load_document(struct yaml_file *file, struct report *report)
{
	yaml_parser_t parser;

	if (!yaml_parser_initialize(&parser))
		error_check_alloc(NULL);
	yaml_parser_set_input_string(&parser, (yaml_char_t *)file->text, file->size);
	file->has_document = yaml_parser_load(&parser, &file->document);
	if (!file->has_document)
		report_parser(&parser, report);
	yaml_parser_delete(&parser);
}

/* A key of a mapping, for finding it twice. */
struct key {
	const yaml_node_t *node;
	size_t order;
};

static int compare_keys(const void *a, const void *b)
{
	const struct key *left = a, *right = b;
	int order = strcmp(yaml_text(left->node), yaml_text(right->node));

	return order ? order : (left->order > right->order) - (left->order < right->order);
}

/* Report the keys that a mapping has more than once, and those that are not scalars. */
static void check_keys(struct yaml_file *file, const yaml_node_t *mapping, struct report *report)
{
	size_t n = mapping->data.mapping.pairs.top - mapping->data.mapping.pairs.start, i, used = 0;
	struct key *keys = error_check_alloc(calloc(n + 1, sizeof(*keys)));
	const yaml_node_t *key;
	struct place place;

	for (i = 0; i < n; i++) {
		key = yaml_file_node(file, mapping->data.mapping.pairs.start[i].key);
		place = yaml_place(key);
		if (yaml_text(key))
			keys[used++] = (struct key){ key, i };
		else
			report_error(report, &place,
				     "a key that is a list or a mapping: expected a word");
	}
	qsort(keys, used, sizeof(*keys), compare_keys);
	for (i = 1; i < used; i++) {
		if (strcmp(yaml_text(keys[i - 1].node), yaml_text(keys[i].node)))
			continue;
		place = yaml_place(keys[i].node);
		report_error(report, &place, "%s is given twice: the first time in line %zu",
			     yaml_text(keys[i].node), keys[i - 1].node->start_mark.line + 1);
	}
	free(keys);
}

static void check_mappings(struct yaml_file *file, struct report *report)
{
	const yaml_node_t *node;

	for (node = file->document.nodes.start; node < file->document.nodes.top; node++)
		if (node->type == YAML_MAPPING_NODE)
			check_keys(file, node, report);
}

void yaml_file_read(struct yaml_file *file, const char *path, struct report *report)
{
	*file = (struct yaml_file){ 0 };
	if (read_path(file, path, report))
		return;
	report->text = file->text;
	check_events(file, report);
	if (report_n(report))
		return;
	load_document(file, report);
	if (file->has_document)
		check_mappings(file, report);
}

void yaml_file_free_nodes(struct yaml_file *file)
{
	if (file->has_document)
		yaml_document_delete(&file->document);
	file->has_document = false;
}

void yaml_file_free(struct yaml_file *file)
{
	yaml_file_free_nodes(file);
	free(file->text);
}

yaml_node_t *yaml_file_root(struct yaml_file *file)
{
	return file->has_document ? yaml_document_get_root_node(&file->document) : NULL;
}

yaml_node_t *yaml_file_node(struct yaml_file *file, int index)
{
	return yaml_document_get_node(&file->document, index);
}

struct place yaml_place(const yaml_node_t *node)
{
	/* The end of a block is where the next node begins. */
	if (node->type != YAML_SCALAR_NODE)
		return mark_place(&node->start_mark);
	return place_between(&node->start_mark, &node->end_mark);
}

const char *yaml_text(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE ? (const char *)node->data.scalar.value : NULL;
}

bool yaml_is_empty(const yaml_node_t *node)
{
	return node->type == YAML_SCALAR_NODE && !node->data.scalar.length &&
	       node->data.scalar.style == YAML_PLAIN_SCALAR_STYLE;
}

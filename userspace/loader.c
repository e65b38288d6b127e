// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <string.h>

#include "loader.h"
#include "suggest.h"

void loader_complain_error(struct loader *loader, const yaml_node_t *node, struct dsr_error *err)
{
	struct place place = yaml_place(node);

	report_add(loader->report, &place, err);
}

const char *loader_scalar(struct loader *loader, const char *name, const yaml_node_t *node)
{
	if (!yaml_text(node))
		loader_complain(loader, node, "%s: expected a single value", name);
	return yaml_text(node);
}

void loader_list(struct loader *loader, const char *name, yaml_node_t *node, load_fn load,
		 struct object *object)
{
	yaml_node_item_t *item;

	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_SEQUENCE_NODE) {
		loader_complain(loader, node, "%s: expected a list", name);
		return;
	}
	for (item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++)
		load(loader, object, yaml_file_node(loader->file, *item));
}

void loader_name(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "name", node), *at = text;

	if (!text)
		return;
	while (isalnum((unsigned char)*at) || (at > text && *at && strchr("._-", *at)))
		at++;
	if (!*text || *at || at - text > CONFIG_NAME_MAX)
		loader_complain(loader, node,
				"name \"%s\": expected 1 to %d letters, digits, '.', '_' or '-', a letter or digit first",
				text, CONFIG_NAME_MAX);
	else if (config_is_address(text))
		loader_complain(loader, node, "name \"%s\": expected a name, not an address", text);
	else
		snprintf(object->name, sizeof(object->name), "%s", text);
}

/* Set an option to a value, which one or two words of the grammar give. */
static void set_option(struct loader *loader, const struct dsr_keyword *keyword,
		       struct object *object, const char *first, const char *second,
		       const yaml_node_t *node)
{
	const char *values[GRAMMAR_VALUES] = { first, second };
	struct dsr_error err = { 0 };

	if (grammar_parse_values(keyword, &object->args, values, &err))
		loader_complain_error(loader, node, &err);
}

static void load_flag(struct loader *loader, const struct dsr_keyword *keyword,
		      struct object *object, const yaml_node_t *node)
{
	const char *text = loader_scalar(loader, keyword->name, node);

	if (!text)
		return;
	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		set_option(loader, keyword, object, NULL, NULL, node);
	else if (strcmp(text, "no") && strcmp(text, "false"))
		loader_complain(loader, node, "%s \"%s\": expected yes or no", keyword->name, text);
}

/* Load a mapping of the second words of a keyword to their values. */
static void load_group(struct loader *loader, const struct dsr_keyword *keyword,
		       struct object *object, yaml_node_t *node)
{
	const yaml_node_t *key, *value;
	yaml_node_pair_t *pair;
	const char *text;

	if (yaml_is_empty(node))
		return;
	if (node->type != YAML_MAPPING_NODE) {
		loader_complain(loader, node, "%s: expected a mapping", keyword->name);
		return;
	}
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		key = yaml_file_node(loader->file, pair->key);
		value = yaml_file_node(loader->file, pair->value);
		if (!yaml_text(key))
			continue;
		text = model_find(keyword->values[0].choices, yaml_text(key)) < 0 ? "" :
			loader_scalar(loader, yaml_text(key), value);
		if (text)
			set_option(loader, keyword, object, yaml_text(key), text,
				   *text ? value : key);
	}
}

/* Load a list of values, or a single one. */
static void load_values(struct loader *loader, const struct dsr_keyword *keyword,
			struct object *object, yaml_node_t *node)
{
	const yaml_node_t *element;
	yaml_node_item_t *item;
	const char *text;

	if (node->type != YAML_SEQUENCE_NODE) {
		text = loader_scalar(loader, keyword->name, node);
		if (text)
			set_option(loader, keyword, object, text, NULL, node);
		return;
	}
	for (item = node->data.sequence.items.start; item < node->data.sequence.items.top; item++) {
		element = yaml_file_node(loader->file, *item);
		text = loader_scalar(loader, keyword->name, element);
		if (text)
			set_option(loader, keyword, object, text, NULL, element);
	}
}

static void load_option(struct loader *loader, const struct dsr_keyword *keyword,
			struct object *object, yaml_node_t *node)
{
	const char *text;

	if (!grammar_n_values(keyword)) {
		load_flag(loader, keyword, object, node);
	} else if (conf_second_word(keyword->option)) {
		load_group(loader, keyword, object, node);
	} else if (keyword->option->syntax != CONF_VALUE) {
		/* Without the service, the family of the sources is unknown. */
		if (keyword->option->syntax != CONF_SOURCES || object->has_key)
			load_values(loader, keyword, object, node);
	} else {
		text = loader_scalar(loader, keyword->name, node);
		if (text)
			set_option(loader, keyword, object, text, NULL, node);
	}
}

static const struct dsr_keyword *find_keyword(enum conf_object options, const char *name)
{
	const struct dsr_keyword *keyword;
	int i;

	for (i = 0; options && (keyword = grammar_option_keyword(options, i)); i++)
		if (!keyword->unsets && !strcmp(keyword->name, name))
			return keyword;
	return NULL;
}

static void unknown_key(struct loader *loader, const struct shape *shape, const yaml_node_t *key)
{
	struct suggestion suggestion = { .word = yaml_text(key) };
	const struct dsr_keyword *keyword;
	const struct field *field;
	struct dsr_error err = { 0 };
	char list[512] = "";
	int i;

	for (field = shape->fields; field->name; field++) {
		suggest_append(list, sizeof(list), field->name);
		suggest_try(&suggestion, field->name);
	}
	for (i = 0; shape->options && (keyword = grammar_option_keyword(shape->options, i)); i++) {
		if (keyword->unsets)
			continue;
		suggest_append(list, sizeof(list), keyword->name);
		suggest_try(&suggestion, keyword->name);
	}
	for (i = 0; shape->table && shape->table->name(i); i++) {
		suggest_append(list, sizeof(list), shape->table->name(i));
		suggest_try(&suggestion, shape->table->name(i));
	}
	suggest_hint(&suggestion, &err);
	error_usage(&err, "\"%s\" is not a key of %s: expected %s", yaml_text(key), shape->name,
		    list);
	loader_complain_error(loader, key, &err);
}

yaml_node_t *loader_find(struct loader *loader, const yaml_node_t *mapping, const char *name)
{
	const yaml_node_pair_t *pair;
	const char *text;

	for (pair = mapping->data.mapping.pairs.start; pair < mapping->data.mapping.pairs.top;
	     pair++) {
		text = yaml_text(yaml_file_node(loader->file, pair->key));
		if (text && !strcmp(text, name))
			return yaml_file_node(loader->file, pair->value);
	}
	return NULL;
}

static void load_fields(struct loader *loader, const struct shape *shape, struct object *object,
			yaml_node_t *node)
{
	const struct field *field;
	yaml_node_t *value;

	for (field = shape->fields; field->name; field++) {
		value = loader_find(loader, node, field->name);
		if (value)
			field->load(loader, object, value);
		else if (field->required)
			loader_complain(loader, node, "%s is missing in %s", field->name,
					shape->name);
	}
}

static bool is_field(const struct shape *shape, const char *name)
{
	const struct field *field;

	for (field = shape->fields; field->name; field++)
		if (!strcmp(field->name, name))
			return true;
	return false;
}

static int table_index(const struct loader_table *table, const char *name)
{
	int i;

	for (i = 0; table && table->name(i); i++)
		if (!strcmp(table->name(i), name))
			return i;
	return -1;
}

/* Load the value of a key that is no field. */
static void load_other(struct loader *loader, const struct shape *shape, struct object *object,
		       const yaml_node_t *key, yaml_node_t *value)
{
	const struct dsr_keyword *keyword = find_keyword(shape->options, yaml_text(key));
	int i = table_index(shape->table, yaml_text(key));

	if (keyword)
		load_option(loader, keyword, object, value);
	else if (i >= 0)
		shape->table->load(loader, object, i, value);
	else
		unknown_key(loader, shape, key);
}

void loader_mapping(struct loader *loader, const struct shape *shape, struct object *object,
		    yaml_node_t *node)
{
	const yaml_node_pair_t *pair;
	const yaml_node_t *key;

	if (node->type != YAML_MAPPING_NODE) {
		loader_complain(loader, node, "%s: expected a mapping with keys", shape->name);
		return;
	}
	load_fields(loader, shape, object, node);
	for (pair = node->data.mapping.pairs.start; pair < node->data.mapping.pairs.top; pair++) {
		key = yaml_file_node(loader->file, pair->key);
		if (yaml_text(key) && !is_field(shape, yaml_text(key)))
			load_other(loader, shape, object, key,
				   yaml_file_node(loader->file, pair->value));
	}
}

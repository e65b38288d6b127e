// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads the health checks of a configuration file, and which services and backends have them. */
#include <string.h>

#include "loader.h"
#include "suggest.h"

/* Load the type, which says what the other keys may be. */
static void load_type(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "type", node);
	struct suggestion suggestion = { .word = text };
	struct dsr_error err = { 0 };
	char list[128] = "";
	int i;

	if (!text)
		return;
	i = model_find(check_kinds, text);
	if (i >= 0) {
		check_init(object->check, i);
		object->has_key = true;
		return;
	}
	for (i = 0; check_kinds[i]; i++)
		suggest_append(list, sizeof(list), check_kinds[i]);
	suggest_try_all(&suggestion, check_kinds);
	suggest_hint(&suggestion, &err);
	error_usage(&err, "type \"%s\": expected %s", text, list);
	loader_complain_error(loader, node, &err);
}

static const char *option_name(int i)
{
	return check_options[i].name;
}

static void load_option(struct loader *loader, struct object *object, int i, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, check_options[i].name, node);
	struct dsr_error err = { 0 };

	if (text && object->has_key && check_parse(object->check, &check_options[i], text, &err))
		loader_complain_error(loader, node, &err);
}

static const struct config_check *find_check(const struct loader *loader, const char *name,
					     unsigned int *index)
{
	const struct config_check *check;
	size_t i;

	for (i = 0; i < loader->config->checks.n; i++) {
		check = config_check(loader->config, i);
		*index = i;
		if (!strcmp(check->name, name))
			return check;
	}
	return NULL;
}

void load_check(struct loader *loader, struct object *parent, yaml_node_t *node)
{
	static const struct loader_table table = { option_name, load_option };
	static const struct field fields[] = {
		{ "name", true, loader_name },
		{ "type", true, load_type },
		{ 0 }
	};
	static const struct shape shape = { "a check", fields, CONF_NONE, &table };
	struct config_check check = { 0 };
	struct object object = { .check = &check };
	size_t errors = report_n(loader->report);
	struct dsr_error err = { 0 };
	unsigned int other;

	(void)parent;
	loader_mapping(loader, &shape, &object, node);
	memcpy(check.name, object.name, sizeof(check.name));
	check.place = yaml_place(node);
	if (*check.name && find_check(loader, check.name, &other))
		loader_complain(loader, node, "two checks have the name %s", check.name);
	/* What was wrong was left out, so what is missing may not be. */
	if (errors == report_n(loader->report) && check_complete(&check, &err))
		loader_complain_error(loader, node, &err);
	if (loader->config->checks.n == CONFIG_CHECKS_OF_FILE_MAX)
		loader_complain(loader, node, "checks: expected at most %d",
				CONFIG_CHECKS_OF_FILE_MAX);
	else if (object.has_key)
		*(struct config_check *)list_new(&loader->config->checks) = check;
}

static void add_check(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "checks", node);
	struct suggestion suggestion = { .word = text };
	struct config_checks one = { .n = 1 };
	struct dsr_error err = { 0 };
	unsigned int index;
	size_t i;

	if (!text)
		return;
	if (!find_check(loader, text, &index)) {
		for (i = 0; i < loader->config->checks.n; i++)
			suggest_try(&suggestion, config_check(loader->config, i)->name);
		suggest_hint(&suggestion, &err);
		error_usage(&err, "check \"%s\": expected the name of one of the checks", text);
		loader_complain_error(loader, node, &err);
	} else if (config_checks_have(&object->checks, index)) {
		loader_complain(loader, node, "check %s is given twice", text);
	} else {
		one.at[0] = index;
		loader_add_checks(loader, &object->checks, &one, node);
	}
}

void load_checks_of(struct loader *loader, struct object *object, yaml_node_t *node)
{
	if (yaml_text(node) && !yaml_is_empty(node))
		add_check(loader, object, node);
	else
		loader_list(loader, "checks", node, add_check, object);
}

void loader_add_checks(struct loader *loader, struct config_checks *checks,
		       const struct config_checks *more, const yaml_node_t *node)
{
	int i;

	for (i = 0; i < more->n; i++) {
		if (config_checks_have(checks, more->at[i]))
			continue;
		if (checks->n == CONFIG_CHECKS_MAX) {
			loader_complain(loader, node, "checks: expected at most %d for a backend",
					CONFIG_CHECKS_MAX);
			return;
		}
		checks->at[checks->n++] = more->at[i];
	}
}

static void check_ports(struct loader *loader, const struct config_service *service,
			const struct config_checks *checks, const struct place *place)
{
	const struct config_check *check;
	int i;

	for (i = 0; i < checks->n; i++) {
		check = config_check(loader->config, checks->at[i]);
		if (check_needs_port(check) && !check->port && !service->key.port)
			report_error(loader->report, place,
				     "check %s: expected it to have a port, because the service has none",
				     check->name);
	}
}

void loader_check_ports(struct loader *loader, const struct config_service *service)
{
	const struct config_backend *backend;
	size_t i;

	check_ports(loader, service, &service->checks, &service->place);
	for (i = 0; i < service->n_backends; i++) {
		backend = config_backend(loader->config, service->first_backend + i);
		check_ports(loader, service, &backend->checks, &backend->place);
	}
}

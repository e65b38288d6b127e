// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads what a configuration file says about announcing VIPs. */
#include <stdlib.h>
#include <string.h>

#include "loader.h"

static const char *option_name(int i)
{
	return announce_options[i].name;
}

static void load_option(struct loader *loader, struct object *object, int i, yaml_node_t *node)
{
	const struct check_option *option = &announce_options[i];
	const char *text = loader_scalar(loader, option->name, node);
	struct dsr_error err = { 0 };

	(void)object;
	if (!text)
		return;
	if (option_parse(option, &loader->config->announce, text, &err))
		loader_complain_error(loader, node, &err);
	else
		loader->config->announce.set |= announce_bit(option);
}

/* An empty mapping announces VIPs by the initial values. */
void load_announce(struct loader *loader, struct object *object, yaml_node_t *node)
{
	static const struct field no_fields[] = { { 0 } };
	static const struct loader_table table = { option_name, load_option };
	static const struct shape shape = { "the announcements", no_fields, CONF_NONE, &table };
	struct config_announce *announce = &loader->config->announce;
	size_t errors = report_n(loader->report);
	struct dsr_error err = { 0 };

	announce_init(announce);
	announce->given = true;
	if (!yaml_is_empty(node))
		loader_mapping(loader, &shape, object, node);
	/* What was wrong was left out, so what does not fit may fit. */
	if (errors == report_n(loader->report) && announce_complete(announce, &err))
		loader_complain_error(loader, node, &err);
}

void load_announces(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "announce", node);

	if (!text)
		return;
	if (!strcmp(text, "yes") || !strcmp(text, "true"))
		object->announced.announces = ANNOUNCES_YES;
	else if (!strcmp(text, "no") || !strcmp(text, "false"))
		object->announced.announces = ANNOUNCES_NO;
	else
		loader_complain(loader, node, "announce \"%s\": expected yes or no", text);
}

void load_withdraw_below(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "withdraw-below", node);
	struct dsr_error err = { 0 };

	if (!text)
		return;
	if (announce_parse_below(text, &object->announced.below, &err))
		loader_complain_error(loader, node, &err);
	else
		object->announced.has_below = true;
}

void loader_check_announced(struct loader *loader, const struct config_service *service)
{
	struct dsr_error err = { 0 };

	if (config_check_announced(loader->config, service, &err))
		report_add(loader->report, &service->place, &err);
}

/* Compare services by the routes that would announce them. */
static int compare_routes(const void *a, const void *b)
{
	const struct config_service *left = *(const struct config_service *const *)a;
	const struct config_service *right = *(const struct config_service *const *)b;

	return config_compare_addrs(&left->key.addr, &right->key.addr) ?:
	       (left->key.prefix_len > right->key.prefix_len) -
	       (left->key.prefix_len < right->key.prefix_len) ?:
	       (left > right) - (left < right);
}

/* One table has the routes of all VIPs, so a VIP of two VRFs would have one route. */
void loader_check_routes(struct loader *loader)
{
	size_t n = loader->config->services.n, used = 0, i;
	const struct config_service **services, *one, *other;
	char text[ADDR_TEXT];

	services = error_check_alloc(calloc(n + 1, sizeof(*services)));
	for (i = 0; i < n; i++)
		if (config_announces(loader->config, config_service(loader->config, i)))
			services[used++] = config_service(loader->config, i);
	qsort(services, used, sizeof(*services), compare_routes);
	for (i = 1; i < used; i++) {
		one = services[i - 1];
		other = services[i];
		if (addr_equal(&one->key.addr, &other->key.addr) &&
		    one->key.prefix_len == other->key.prefix_len &&
		    strcmp(one->key.vrf, other->key.vrf))
			report_error(loader->report, &other->place,
				     "%s is announced in two VRFs: expected \"announce: no\" here or in line %u",
				     addr_format(&other->key.addr, text, sizeof(text)),
				     one->place.line);
	}
	free(services);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Reads a configuration from a file: the tables of its mappings, see loader.h. The options of
 * services and backends are those of conf.c, whose values have the form of the grammar.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "loader.h"
#include "suggest.h"

/* Let an operand of the grammar parse the text of a node. */
static bool parse_operand(struct loader *loader, struct object *object, int i, const char *word,
			  const yaml_node_t *node)
{
	struct suggestion suggestion = { .word = word };
	struct place place = yaml_place(node);
	struct dsr_error err = { 0 };
	bool failed = grammar_operands[i].parse(&object->args, word, &err);

	if (failed) {
		suggest_try_all(&suggestion, grammar_operands[i].choices);
		suggest_hint(&suggestion, &err);
		report_add(loader->report, &place, &err);
	}
	report_warning(loader->report, &place, &err);
	return !failed;
}

/* Load what a service matches: the words PROTOCOL VIP, as in commands. */
static void load_match(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "match", node), *vip;
	char protocol[16];
	size_t length;

	if (!text)
		return;
	length = strcspn(text, " ");
	vip = text + length + strspn(text + length, " ");
	if (!*vip || length >= sizeof(protocol)) {
		loader_complain(loader, node,
				"match \"%s\": expected a protocol (%s) and a VIP, like \"tcp 192.0.2.80:443\"",
				text, grammar_operands[0].form);
		return;
	}
	snprintf(protocol, sizeof(protocol), "%.*s", (int)length, text);
	object->has_key = parse_operand(loader, object, 0, protocol, node) &&
			  parse_operand(loader, object, 1, vip, node);
}

static void load_address(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "address", node);

	if (text)
		object->has_key = parse_operand(loader, object, 2, text, node);
}

/* Add a backend to the list of its pool or service. */
static void load_backend(struct loader *loader, struct object *parent, yaml_node_t *node)
{
	static const struct field fields[] = {
		{ "address", true, load_address },
		{ "name", false, loader_name },
		{ "checks", false, load_checks_of },
		{ 0 }
	};
	static const struct shape shape = { "a backend", fields, CONF_BACKEND };
	struct object object = { 0 };
	struct config_backend *backend;

	loader_mapping(loader, &shape, &object, node);
	if (!object.has_key)
		return;
	conf_merge(&object.args.conf, &loader->defaults[CONF_BACKEND]);
	conf_narrow(&object.args.conf, object.args.addr.family);
	backend = list_new(parent->backends);
	*backend = (struct config_backend){
		.addr = object.args.addr, .conf = object.args.conf, .checks = object.checks,
		.place = yaml_place(node)
	};
	memcpy(backend->name, object.name, sizeof(backend->name));
}

static void load_backends(struct loader *loader, struct object *object, yaml_node_t *node)
{
	loader_list(loader, "backends", node, load_backend, object);
}

static const struct pool *find_pool(const struct loader *loader, const char *name)
{
	const struct pool *pool;
	size_t i;

	for (i = 0; i < loader->pools.n; i++) {
		pool = list_at(&loader->pools, i);
		if (!strcmp(pool->name, name))
			return pool;
	}
	return NULL;
}

static void load_pool_of(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "pool", node);
	struct suggestion suggestion = { .word = text };
	struct dsr_error err = { 0 };
	size_t i;

	if (!text)
		return;
	object->pool = find_pool(loader, text);
	if (object->pool)
		return;
	for (i = 0; i < loader->pools.n; i++)
		suggest_try(&suggestion, ((const struct pool *)list_at(&loader->pools, i))->name);
	suggest_hint(&suggestion, &err);
	error_usage(&err, "pool \"%s\": expected the name of one of the pools", text);
	loader_complain_error(loader, node, &err);
}

/* One of several backends, for finding addresses and names that are there twice. */
struct member {
	const struct config_backend *backend;
	size_t order;
};

static int compare_addrs(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return config_compare_addrs(&left->backend->addr, &right->backend->addr) ?:
	       (left->order > right->order) - (left->order < right->order);
}

static int compare_names(const void *a, const void *b)
{
	const struct member *left = a, *right = b;

	return strcmp(left->backend->name, right->backend->name) ?:
	       (left->order > right->order) - (left->order < right->order);
}

/* Report backends that a list has twice. Those before @known were checked before. */
static void check_backends(struct loader *loader, const struct list *backends, size_t known)
{
	struct member *members = error_check_alloc(calloc(backends->n + 1, sizeof(*members)));
	const struct config_backend *one, *other;
	char text[ADDR_TEXT];
	size_t i;

	for (i = 0; i < backends->n; i++)
		members[i] = (struct member){ list_at(backends, i), i };
	qsort(members, backends->n, sizeof(*members), compare_addrs);
	for (i = 1; i < backends->n; i++) {
		one = members[i - 1].backend;
		other = members[i].backend;
		if (members[i].order >= known && addr_equal(&one->addr, &other->addr))
			report_error(loader->report, &other->place,
				     "backend %s is given twice: the first time in line %u",
				     addr_format(&other->addr, text, sizeof(text)),
				     one->place.line);
	}
	qsort(members, backends->n, sizeof(*members), compare_names);
	for (i = 1; i < backends->n; i++) {
		one = members[i - 1].backend;
		other = members[i].backend;
		if (members[i].order >= known && *other->name && !strcmp(one->name, other->name))
			report_error(loader->report, &other->place,
				     "two backends have the name %s: the first one is in line %u",
				     other->name, one->place.line);
	}
	free(members);
}

static void load_pool(struct loader *loader, struct object *parent, yaml_node_t *node)
{
	static const struct field fields[] = {
		{ "name", true, loader_name },
		{ "checks", false, load_checks_of },
		{ "backends", true, load_backends },
		{ 0 }
	};
	static const struct shape shape = { "a pool", fields, CONF_NONE };
	struct pool pool = {
		.backends = LIST_OF(struct config_backend),
	};
	struct object object = { .backends = &pool.backends };
	struct config_backend *backend;
	size_t i;

	(void)parent;
	loader_mapping(loader, &shape, &object, node);
	memcpy(pool.name, object.name, sizeof(pool.name));
	if (*pool.name && find_pool(loader, pool.name))
		loader_complain(loader, node, "two pools have the name %s", pool.name);
	check_backends(loader, &pool.backends, 0);
	for (i = 0; i < pool.backends.n; i++) {
		backend = (struct config_backend *)list_at(&pool.backends, i);
		loader_add_checks(loader, &backend->checks, &object.checks, node);
	}
	*(struct pool *)list_new(&loader->pools) = pool;
}

static void load_pools(struct loader *loader, struct object *object, yaml_node_t *node)
{
	loader_list(loader, "pools", node, load_pool, object);
}

/* Add the backends of a service to the configuration: those of its pool, then its own. */
static void add_backends(struct loader *loader, struct config_service *service,
			 const struct object *object)
{
	struct list all = LIST_OF(struct config_backend);
	size_t i, known = object->pool ? object->pool->backends.n : 0;

	for (i = 0; i < known; i++)
		*(struct config_backend *)list_new(&all) =
			*(const struct config_backend *)list_at(&object->pool->backends, i);
	for (i = 0; i < object->backends->n; i++)
		*(struct config_backend *)list_new(&all) =
			*(const struct config_backend *)list_at(object->backends, i);
	if (object->backends->n)
		check_backends(loader, &all, known);
	service->first_backend = loader->config->backends.n;
	service->n_backends = all.n;
	for (i = 0; i < all.n; i++)
		*(struct config_backend *)list_new(&loader->config->backends) =
			*(const struct config_backend *)list_at(&all, i);
	list_free(&all);
}

static void load_checks(struct loader *loader, struct object *object, yaml_node_t *node)
{
	loader_list(loader, "checks", node, load_check, object);
}

static void load_service(struct loader *loader, struct object *parent, yaml_node_t *node)
{
	static const struct field fields[] = {
		{ "match", true, load_match },
		{ "name", false, loader_name },
		{ "checks", false, load_checks_of },
		{ "announce", false, load_announces },
		{ "withdraw-below", false, load_withdraw_below },
		{ "pool", false, load_pool_of },
		{ "backends", false, load_backends },
		{ 0 }
	};
	static const struct shape shape = { "a service", fields, CONF_SERVICE };
	struct list backends = LIST_OF(struct config_backend);
	struct object object = { .backends = &backends };
	struct config_service *service;

	(void)parent;
	loader_mapping(loader, &shape, &object, node);
	if (object.has_key) {
		conf_merge(&object.args.conf, &loader->defaults[CONF_SERVICE]);
		service = list_new(&loader->config->services);
		*service = (struct config_service){
			.key = object.args.key, .conf = object.args.conf,
			.checks = object.checks, .announced = object.announced,
			.place = yaml_place(node)
		};
		memcpy(service->name, object.name, sizeof(service->name));
		add_backends(loader, service, &object);
		loader_check_ports(loader, service);
		loader_check_announced(loader, service);
	}
	list_free(&backends);
}

static void load_services(struct loader *loader, struct object *object, yaml_node_t *node)
{
	loader_list(loader, "services", node, load_service, object);
}

static void load_device(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "devices", node);
	struct config_device *device;
	size_t i;

	(void)object;
	if (!text)
		return;
	if (!addr_is_device(text)) {
		loader_complain(loader, node, "device \"%s\": expected the name of a device", text);
		return;
	}
	for (i = 0; i < loader->config->devices.n; i++)
		if (!strcmp(config_device(loader->config, i)->name, text))
			loader_complain(loader, node, "device %s is given twice", text);
	device = list_new(&loader->config->devices);
	device->place = yaml_place(node);
	snprintf(device->name, sizeof(device->name), "%s", text);
}

static void load_devices(struct loader *loader, struct object *object, yaml_node_t *node)
{
	loader->config->has_devices = true;
	loader_list(loader, "devices", node, load_device, object);
}

static const struct field no_fields[] = { { 0 } };

static const char *status_key(int i)
{
	return status_keys[i].name;
}

static void load_status_key(struct loader *loader, struct object *object, int i, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, status_keys[i].name, node);
	struct config_status *status = &loader->config->status;
	struct dsr_error err = { 0 };

	(void)object;
	if (text && status_keys[i].parse(status, text, &err))
		loader_complain_error(loader, node, &err);
	else if (text)
		status->set |= status_keys[i].bit;
}

static void load_status(struct loader *loader, struct object *object, yaml_node_t *node)
{
	static const struct loader_table table = { status_key, load_status_key };
	static const struct shape shape = { "status", no_fields, CONF_NONE, &table };

	if (!yaml_is_empty(node))
		loader_mapping(loader, &shape, object, node);
}

static void load_version(struct loader *loader, struct object *object, yaml_node_t *node)
{
	const char *text = loader_scalar(loader, "version", node);
	__u64 number;

	(void)object;
	if (text && (addr_parse_number(text, UINT32_MAX, &number) || number != CONFIG_VERSION))
		loader_complain(loader, node, "version \"%s\": expected %d", text, CONFIG_VERSION);
}

/* Load the defaults of services or of backends. They have no key, so no sources. */
static void load_defaults_of(struct loader *loader, const struct shape *shape, yaml_node_t *node)
{
	struct object object = { 0 };

	if (yaml_is_empty(node))
		return;
	loader_mapping(loader, shape, &object, node);
	loader->defaults[shape->options] = object.args.conf;
}

static void load_service_defaults(struct loader *loader, struct object *object, yaml_node_t *node)
{
	static const struct shape shape = { "the defaults of services", no_fields, CONF_SERVICE };

	(void)object;
	if (node->type == YAML_MAPPING_NODE && loader_find(loader, node, "source"))
		loader_complain(loader, loader_find(loader, node, "source"),
				"source: expected it in services only, which have a family");
	load_defaults_of(loader, &shape, node);
}

static void load_backend_defaults(struct loader *loader, struct object *object, yaml_node_t *node)
{
	static const struct shape shape = { "the defaults of backends", no_fields, CONF_BACKEND };

	(void)object;
	load_defaults_of(loader, &shape, node);
}

static void load_defaults(struct loader *loader, struct object *object, yaml_node_t *node)
{
	static const struct field fields[] = {
		{ "service", false, load_service_defaults },
		{ "backend", false, load_backend_defaults },
		{ 0 }
	};
	static const struct shape shape = { "the defaults", fields, CONF_NONE };

	if (!yaml_is_empty(node))
		loader_mapping(loader, &shape, object, node);
}

/* A service, for finding keys and names that are there twice. */
static int compare_service_keys(const void *a, const void *b)
{
	const struct config_service *left = *(const struct config_service *const *)a;
	const struct config_service *right = *(const struct config_service *const *)b;

	return config_compare_keys(&left->key, &right->key) ?: (left > right) - (left < right);
}

static int compare_service_names(const void *a, const void *b)
{
	const struct config_service *left = *(const struct config_service *const *)a;
	const struct config_service *right = *(const struct config_service *const *)b;

	return strcmp(left->name, right->name) ?: (left > right) - (left < right);
}

static void check_services(struct loader *loader)
{
	size_t n = loader->config->services.n, i;
	const struct config_service **services;
	char kind[16], text[ADDR_TEXT];

	services = error_check_alloc(calloc(n + 1, sizeof(*services)));
	for (i = 0; i < n; i++)
		services[i] = config_service(loader->config, i);
	qsort(services, n, sizeof(*services), compare_service_keys);
	for (i = 1; i < n; i++)
		if (!config_compare_keys(&services[i - 1]->key, &services[i]->key))
			report_error(loader->report, &services[i]->place,
				     "service %s %s is given twice: the first time in line %u",
				     model_key_kind(&services[i]->key, kind, sizeof(kind)),
				     addr_format_key(&services[i]->key, text, sizeof(text)),
				     services[i - 1]->place.line);
	qsort(services, n, sizeof(*services), compare_service_names);
	for (i = 1; i < n; i++)
		if (*services[i]->name && !strcmp(services[i - 1]->name, services[i]->name))
			report_error(loader->report, &services[i]->place,
				     "two services have the name %s: the first one is in line %u",
				     services[i]->name, services[i - 1]->place.line);
	free(services);
}

static void free_pools(struct loader *loader)
{
	size_t i;

	for (i = 0; i < loader->pools.n; i++)
		list_free(&((struct pool *)list_at(&loader->pools, i))->backends);
	list_free(&loader->pools);
}

int config_load(struct config *config, struct yaml_file *file, const char *path,
		struct report *report)
{
	static const struct field fields[] = {
		{ "version", true, load_version },
		{ "defaults", false, load_defaults },
		{ "checks", false, load_checks },
		{ "announce", false, load_announce },
		{ "pools", false, load_pools },
		{ "services", false, load_services },
		{ "devices", false, load_devices },
		{ "status", false, load_status },
		{ 0 }
	};
	static const struct shape shape = { "the file", fields, CONF_NONE };
	struct loader loader = {
		.file = file, .report = report, .config = config, .pools = LIST_OF(struct pool)
	};
	struct object object = { 0 };
	yaml_node_t *root;

	yaml_file_read(file, path, report);
	root = yaml_file_root(file);
	if (root) {
		loader_mapping(&loader, &shape, &object, root);
		check_services(&loader);
		loader_check_routes(&loader);
		free_pools(&loader);
	} else if (!report_n(report)) {
		report_error(report, &(struct place){ 0 },
			     "the file is empty: expected at least \"version: %d\"",
			     CONFIG_VERSION);
	}
	yaml_file_free_nodes(file);
	return report_n(report) ? -1 : 0;
}

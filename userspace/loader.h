/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reads mappings and lists of a configuration file. A table for each kind of mapping has its
 * keys (struct shape); what a mapping means is in config_load.c and config_load_check.c.
 *
 * A node that is wrong is reported and left out, and the rest is read.
 */
#ifndef DSRCTL_LOADER_H
#define DSRCTL_LOADER_H

#include "config.h"
#include "grammar.h"
#include "yaml_file.h"

/* A list of backends that services refer to by its name. */
struct pool {
	char name[CONFIG_NAME_MAX + 1];
	struct list backends;
};

struct loader {
	struct yaml_file *file;
	struct report *report;
	struct config *config;
	struct dsr_conf defaults[CONF_OBJECTS];
	struct list pools;
};

/* What is read from a mapping. */
struct object {
	struct dsr_args args;		/* the key, the address and the options */
	bool has_key;
	char name[CONFIG_NAME_MAX + 1];
	const struct pool *pool;
	struct list *backends;		/* of a pool or a service */
	struct config_checks checks;	/* of a pool, a service or a backend */
	struct config_announced announced;	/* of a service */
	struct config_check *check;	/* a check itself */
};

typedef void (*load_fn)(struct loader *loader, struct object *object, yaml_node_t *node);

struct field {
	const char *name;
	bool required;
	load_fn load;
};

/* Keys that are entries of another table. */
struct loader_table {
	/* Return the name of a key by its index, or NULL behind the last one. */
	const char *(*name)(int i);
	void (*load)(struct loader *loader, struct object *object, int i, yaml_node_t *node);
};

/* A kind of mapping. */
struct shape {
	const char *name;
	const struct field *fields;	/* in the order in which they are read; ends with NULL */
	enum conf_object options;	/* whose options are keys, too */
	const struct loader_table *table;	/* whose entries are keys, too; or NULL */
};

/* Report an error about a node. Its text is that of the format. */
#define loader_complain(loader, node, ...) do { \
		struct place place_ = yaml_place(node); \
		report_error((loader)->report, &place_, __VA_ARGS__); \
	} while (0)

void loader_complain_error(struct loader *loader, const yaml_node_t *node, struct dsr_error *err);

/* Return the text of a scalar. Report another node, and return NULL. */
const char *loader_scalar(struct loader *loader, const char *name, const yaml_node_t *node);

/* Call a function for each element of a list. A value that was left out is an empty list. */
void loader_list(struct loader *loader, const char *name, yaml_node_t *node, load_fn load,
		 struct object *object);

/* Load the name of an object. It can be a label of a metric and a word of a command line. */
void loader_name(struct loader *loader, struct object *object, yaml_node_t *node);

/* Return the value of a key, or NULL. */
yaml_node_t *loader_find(struct loader *loader, const yaml_node_t *mapping, const char *name);

/* Load a mapping: first the fields, in the order of their table, then the other keys. */
void loader_mapping(struct loader *loader, const struct shape *shape, struct object *object,
		    yaml_node_t *node);

/* Load one of the checks of the file. */
void load_check(struct loader *loader, struct object *parent, yaml_node_t *node);

/* Load the names of checks that a pool, a service or a backend has, or a single one. */
void load_checks_of(struct loader *loader, struct object *object, yaml_node_t *node);

/* Add checks to a set that has some. Report it if they are too many. */
void loader_add_checks(struct loader *loader, struct config_checks *checks,
		       const struct config_checks *more, const yaml_node_t *node);

/* Report checks of a service and its backends for which the service lacks a port. */
void loader_check_ports(struct loader *loader, const struct config_service *service);

/* Load how VIPs are announced, whether a service announces its VIP, and when not. */
void load_announce(struct loader *loader, struct object *object, yaml_node_t *node);
void load_announces(struct loader *loader, struct object *object, yaml_node_t *node);
void load_withdraw_below(struct loader *loader, struct object *object, yaml_node_t *node);

/* Report what a service says of that and cannot be, and VIPs that would have the same route. */
void loader_check_announced(struct loader *loader, const struct config_service *service);
void loader_check_routes(struct loader *loader);

#endif

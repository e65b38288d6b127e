// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The JSON Schema of configuration files, for editors. The options are those of conf.c. The
 * other keys have tables here, and a test compares them with those of config_load.c.
 *
 * A schema describes what a parser of YAML 1.2 makes of a file: it takes 80 for a number, true
 * for a boolean and "no" for text. dsrctl takes all of these for text, and only its key says
 * what that means. So the schema permits several types where dsrctl reads a name. It does not
 * find all errors: it cannot compare values with one another, or see anchors and tags.
 */
#include <json-c/json.h>
#include <string.h>

#include "config.h"
#include "dsrctl.h"
#include "error.h"

#define ADDRESS "([0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9a-fA-F:.]*:[0-9a-fA-F:.]*)"
#define DEVICE "^(?!\\.{1,2}$)[^/: \\t\\n\\v\\f\\r]{1,15}$"

static void add(struct json_object *object, const char *key, struct json_object *value)
{
	json_object_object_add(object, key, error_check_alloc(value));
}

static void append(struct json_object *array, struct json_object *value)
{
	json_object_array_add(array, error_check_alloc(value));
}

static struct json_object *text(const char *value)
{
	return error_check_alloc(json_object_new_string(value));
}

static struct json_object *object(void)
{
	return error_check_alloc(json_object_new_object());
}

static struct json_object *array(void)
{
	return error_check_alloc(json_object_new_array());
}

/* Return the schema of a value of these types. The names of types end with NULL. */
static struct json_object *typed(const char *const *types)
{
	struct json_object *schema = object(), *list = array();

	for (; *types; types++)
		append(list, text(*types));
	add(schema, "type", list);
	return schema;
}

/* Return the schema of text. */
static struct json_object *matching(const char *pattern)
{
	static const char *const types[] = { "string", NULL };
	struct json_object *schema = typed(types);

	add(schema, "pattern", text(pattern));
	return schema;
}

/* Return the schema of text that may look like a number, a boolean or null. */
static struct json_object *name_matching(const char *pattern)
{
	static const char *const types[] = { "string", "number", "boolean", "null", NULL };
	struct json_object *schema = typed(types);

	add(schema, "pattern", text(pattern));
	return schema;
}

static struct json_object *any_of(struct json_object *first, struct json_object *second)
{
	struct json_object *schema = object(), *list = array();

	append(list, first);
	append(list, second);
	add(schema, "anyOf", list);
	return schema;
}

/* Return the schema of words, of which @n can be given, or all. Some look like numbers. */
static struct json_object *one_of(const char *const *words, int n, bool numeric)
{
	struct json_object *schema = object(), *list = array();
	__u64 number;
	int i;

	for (i = 0; words[i] && (!n || i < n); i++) {
		append(list, text(words[i]));
		if (numeric && !addr_parse_number(words[i], UINT32_MAX, &number))
			append(list, json_object_new_uint64(number));
	}
	add(schema, "enum", list);
	return schema;
}

/* Return the schema of a number, which may have quotes. */
static struct json_object *number(const struct conf_option *option)
{
	struct json_object *plain = object(), *schema;

	add(plain, "type", text("integer"));
	add(plain, "minimum", json_object_new_uint64(option->min));
	add(plain, "maximum", json_object_new_uint64(option->max));
	schema = any_of(plain, matching(option->hex ? "^([0-9]+|0x[0-9a-fA-F]+)$" : "^[0-9]+$"));
	if (option->percent)
		append(json_object_object_get(schema, "anyOf"),
		       matching("^([1-9][0-9]?|100)%$"));
	if (option->none)
		append(json_object_object_get(schema, "anyOf"),
		       one_of((const char *const[]){ option->none, NULL }, 0, false));
	return schema;
}

static struct json_object *list_of(struct json_object *items, int max)
{
	static const char *const types[] = { "array", "null", NULL };
	struct json_object *schema = typed(types);

	add(schema, "items", items);
	if (max)
		add(schema, "maxItems", json_object_new_int(max));
	return schema;
}

/* Return the schema of one address or prefix, or of several. */
static struct json_object *addresses(const struct conf_option *option, int max)
{
	const char *const none[] = { option->none, NULL };
	const char *const *words = option->words ? option->words : none;
	struct json_object *one = any_of(one_of(words, option->n_words, false),
			   matching("^" ADDRESS "(/[0-9]+)?$"));

	return any_of(json_object_get(one), list_of(one, max));
}

static struct json_object *flag(void)
{
	static const char *const words[] = { "yes", "no", "true", "false", NULL };
	struct json_object *schema = one_of(words, 0, false);
	struct json_object *list = json_object_object_get(schema, "enum");

	append(list, json_object_new_boolean(true));
	append(list, json_object_new_boolean(false));
	return schema;
}

static struct json_object *value_of(const struct conf_option *option)
{
	if (option->kind == FLAG)
		return flag();
	if (option->syntax == CONF_OUTER_SOURCE)
		return addresses(option, 2);
	if (option->syntax == CONF_SOURCES)
		return addresses(option, NF_DSR_SOURCES_MAX);
	if (option->words)
		return one_of(option->words, option->n_words, option->numeric);
	return option->kind == STRING ? name_matching(DEVICE) : number(option);
}

/* Say which value the option has without the key, if that is a value of the key. */
static void add_default(struct json_object *schema, enum conf_object kind,
			const struct conf_option *option)
{
	bool is_number = option->kind != STRING && option->syntax == CONF_VALUE &&
		(!option->words || option->numeric);
	struct dsr_conf none = { 0 }, conf = { 0 };
	char word[CONF_TEXT];

	if ((kind == CONF_BACKEND && option->service) || option->varies || option->kind == FLAG)
		return;
	if (is_number)
		conf_set(&conf, option, option->initial);
	if (is_number && !conf_can_be_given(&conf, option))
		return;
	if (is_number && (!option->none || option->initial != option->none_value))
		add(schema, "default", json_object_new_uint64(option->initial));
	else
		add(schema, "default",
		    text(conf_text(kind, &none, option, word, sizeof(word))));
}

static struct json_object *described(struct json_object *schema, const char *help)
{
	if (help)
		add(schema, "description", text(help));
	return schema;
}

static struct json_object *new_mapping(void)
{
	static const char *const types[] = { "object", "null", NULL };
	struct json_object *schema = typed(types);

	add(schema, "properties", object());
	add(schema, "additionalProperties", json_object_new_boolean(false));
	return schema;
}

static struct json_object *properties(struct json_object *mapping)
{
	return json_object_object_get(mapping, "properties");
}

static struct json_object *option_schema(enum conf_object kind, const struct conf_option *option)
{
	struct json_object *schema = described(value_of(option), option->help);

	add_default(schema, kind, option);
	return schema;
}

/* Add the options of an object. Those of a group have a mapping together. */
static void add_options(struct json_object *mapping, enum conf_object kind)
{
	const struct conf_option *option;
	struct json_object *group = NULL;
	char name[24];

	for (option = conf_options; option->name; option++) {
		if (!conf_attr(option, kind) || option->read_only || option->part_of)
			continue;
		if (!conf_second_word(option)) {
			add(properties(mapping), option->name, option_schema(kind, option));
			continue;
		}
		snprintf(name, sizeof(name), "%.*s", (int)strcspn(option->name, " "),
			 option->name);
		group = json_object_object_get(properties(mapping), name);
		if (!group) {
			group = new_mapping();
			add(properties(mapping), name, group);
		}
		add(properties(group), conf_second_word(option), option_schema(kind, option));
	}
}

static struct json_object *reference(const char *name)
{
	char path[32];
	struct json_object *schema = object();

	snprintf(path, sizeof(path), "#/$defs/%s", name);
	add(schema, "$ref", text(path));
	return schema;
}

static struct json_object *version(void)
{
	struct json_object *schema = object(), *list = array();
	char word[8];

	snprintf(word, sizeof(word), "%d", CONFIG_VERSION);
	append(list, json_object_new_int(CONFIG_VERSION));
	append(list, text(word));
	add(schema, "enum", list);
	return schema;
}

static struct json_object *match(void)
{
	char pattern[96] = "^(";
	int i;

	for (i = 0; model_protocols[i]; i++)
		snprintf(pattern + strlen(pattern), sizeof(pattern) - strlen(pattern), "%s%s",
			 i ? "|" : "", model_protocols[i]);
	snprintf(pattern + strlen(pattern), sizeof(pattern) - strlen(pattern), ") +[^ ]+$");
	return matching(pattern);
}

/* No name is an IPv4 address. */
#define OCTET "(25[0-5]|2[0-4][0-9]|1[0-9][0-9]|[1-9]?[0-9])"

static struct json_object *name(void)
{
	char pattern[192];
	struct json_object *schema;

	snprintf(pattern, sizeof(pattern),
		 "^(?!(" OCTET "\\.){3}" OCTET "$)[0-9A-Za-z][0-9A-Za-z._-]{0,%d}$",
		 CONFIG_NAME_MAX - 1);
	schema = name_matching(pattern);
	add(schema, "minimum", json_object_new_int(0));
	return schema;
}

static struct json_object *address(void)
{
	return matching("^" ADDRESS "$");
}

static struct json_object *device(void)
{
	return list_of(name_matching(DEVICE), 0);
}

static struct json_object *defaults(void)
{
	return reference("defaults");
}

static struct json_object *service_defaults(void)
{
	return reference("service-defaults");
}

static struct json_object *backend_defaults(void)
{
	return reference("backend-defaults");
}

static struct json_object *pools(void)
{
	return list_of(reference("pool"), 0);
}

static struct json_object *services(void)
{
	return list_of(reference("service"), 0);
}

static struct json_object *announce(void)
{
	return reference("announce");
}

/* withdraw-below has the values of fail-open-below. */
static struct json_object *withdraw_below(void)
{
	return number(conf_by_attr(CONF_SERVICE, NF_DSR_A_SERVICE_FAIL_OPEN_BELOW));
}

static struct json_object *checks(void)
{
	return list_of(reference("check"), CONFIG_CHECKS_OF_FILE_MAX);
}

static struct json_object *status(void)
{
	return reference("status");
}

static struct json_object *check_type(void)
{
	return one_of(check_kinds, 0, false);
}

/* Return the schema of the names of checks, or of a single one. */
static struct json_object *checks_of(void)
{
	return any_of(name(), list_of(name(), CONFIG_CHECKS_MAX));
}

static struct json_object *backends(void)
{
	return list_of(reference("backend"), 0);
}

/* A key that is no option. */
struct field {
	const char *name;
	bool required;
	struct json_object *(*make)(void);
	const char *help;
};

static const struct field root_fields[] = {
	{ "version", true, version, "Version of the format" },
	{ "defaults", false, defaults, "Options of all services and backends that lack them" },
	{ "checks", false, checks, "Health checks, which dsrd carries out" },
	{ "announce", false, announce, "How dsrd announces VIPs, by routes for BIRD or FRR" },
	{ "pools", false, pools, "Backends that several services share" },
	{ "services", false, services, "What is matched, and where it goes" },
	{ "devices", false, device, "Devices whose packets are handled at their ingress hook" },
	{ "status", false, status, "Where dsrd serves its status page and metrics" },
	{ 0 }
};

static const struct field defaults_fields[] = {
	{ "service", false, service_defaults, "Options of services" },
	{ "backend", false, backend_defaults, "Options of backends" },
	{ 0 }
};

static const struct field pool_fields[] = {
	{ "name", true, name, "Name by which services refer to the pool" },
	{ "checks", false, checks_of, "Names of the checks of its backends" },
	{ "backends", true, backends, "Backends of the pool" },
	{ 0 }
};

static const struct field service_fields[] = {
	{ "match", true, match, "PROTOCOL VIP, like tcp 192.0.2.80:443, or mark MARK" },
	{ "name", false, name, "A name for people and programs, which no other service has" },
	{ "checks", false, checks_of, "Names of the checks of all its backends" },
	{ "announce", false, flag, "Whether the VIP is announced; by default if there are checks" },
	{
		"withdraw-below", false, withdraw_below,
		"Withdraw the VIP while fewer backends, or less than N%, are healthy"
	},
	{ "pool", false, name, "Name of a pool whose backends the service has" },
	{ "backends", false, backends, "Backends that only this service has" },
	{ 0 }
};

static const struct field backend_fields[] = {
	{ "address", true, address, "IPv4 or IPv6 address" },
	{ "name", false, name, "A name for people and programs, one of its own in the service" },
	{ "checks", false, checks_of, "Names of the checks that only this backend has" },
	{ 0 }
};

static const struct field check_fields[] = {
	{ "name", true, name, "Name by which services refer to the check" },
	{ "type", true, check_type, "How the check asks" },
	{ 0 }
};

static const struct field no_fields[] = { { 0 } };

/* Return the schema of a mapping. One that must have a key is no empty value. */
static struct json_object *mapping(const struct field *fields, enum conf_object options)
{
	struct json_object *schema = new_mapping(), *required = array();
	const struct field *field;

	for (field = fields; field->name; field++) {
		add(properties(schema), field->name, described(field->make(), field->help));
		if (field->required)
			append(required, text(field->name));
	}
	if (json_object_array_length(required))
		add(schema, "type", text("object"));
	add(schema, "required", required);
	if (options)
		add_options(schema, options);
	return schema;
}

/* Return the schema of a number, or of one with up to three decimals, which may have quotes. The
 * limits are in thousandths if it has decimals.
 */
static struct json_object *check_number(const struct check_option *option)
{
	bool decimals = option->form == CHECK_SECONDS;
	struct json_object *plain = object();
	double unit = decimals ? 1000 : 1;

	add(plain, "type", text(decimals ? "number" : "integer"));
	add(plain, "minimum", json_object_new_double(option->min / unit));
	add(plain, "maximum", json_object_new_double(option->max / unit));
	if (option->words)
		plain = any_of(plain, one_of(option->words, 0, false));
	return any_of(plain, matching(decimals ? "^[0-9]+(\\.[0-9]{1,3})?$" : "^[0-9]+$"));
}

static struct json_object *check_value(const struct check_option *option)
{
	switch (option->form) {
	case CHECK_WORD:
		return one_of(option->words, 0, false);
	case CHECK_NUMBER:
	case CHECK_SECONDS:
		return check_number(option);
	case CHECK_RANGE:
		return name_matching("^[0-9]{3}(-[0-9]{3})?$");
	case CHECK_TEXT:
	case CHECK_BYTES:
		break;
	}
	return name_matching("^.+$");
}

/* Add the options of a table, with the values that an object has without them. */
static void add_table(struct json_object *schema, const struct check_option *option,
		      const void *initial)
{
	struct json_object *value;
	char word[CHECK_FORMAT_SIZE];

	for (; option->name; option++) {
		value = described(check_value(option), option->help);
		if (*option_format(option, initial, word, sizeof(word)) &&
		    (option->initial || option->form == CHECK_WORD || option->initial_text))
			add(value, "default",
			    text(option_format(option, initial, word, sizeof(word))));
		add(properties(schema), option->name, value);
	}
}

/* Add the options of all types of checks. Only dsrctl knows which type has which. */
static struct json_object *check_mapping(void)
{
	struct json_object *schema = mapping(check_fields, CONF_NONE);
	struct config_check initial;

	check_init(&initial, CHECK_ICMP);
	add_table(schema, check_options, &initial);
	return schema;
}

static struct json_object *announce_mapping(void)
{
	struct json_object *schema = mapping(no_fields, CONF_NONE);
	struct config_announce initial;

	announce_init(&initial);
	add_table(schema, announce_options, &initial);
	return schema;
}

static struct json_object *status_mapping(void)
{
	struct json_object *schema = new_mapping(), *value;
	const struct status_key *key;
	struct config_status initial;
	char word[STATUS_FORMAT_SIZE];

	status_init(&initial);
	for (key = status_keys; key->name; key++) {
		value = described(name_matching(key->pattern), key->help);
		if (*key->format(&initial, word, sizeof(word)))
			add(value, "default", text(key->format(&initial, word, sizeof(word))));
		add(properties(schema), key->name, value);
	}
	return schema;
}

static struct json_object *definitions(void)
{
	struct json_object *defs = object(), *of_services = mapping(no_fields, CONF_SERVICE);

	/* Sources have the family of a service. */
	json_object_object_del(properties(of_services), "source");
	add(defs, "service", mapping(service_fields, CONF_SERVICE));
	add(defs, "backend", mapping(backend_fields, CONF_BACKEND));
	add(defs, "pool", mapping(pool_fields, CONF_NONE));
	add(defs, "check", check_mapping());
	add(defs, "announce", announce_mapping());
	add(defs, "status", status_mapping());
	add(defs, "defaults", mapping(defaults_fields, CONF_NONE));
	add(defs, "service-defaults", of_services);
	add(defs, "backend-defaults", mapping(no_fields, CONF_BACKEND));
	return defs;
}

int cmd_schema(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct json_object *schema = object(), *root = mapping(root_fields, CONF_NONE);

	(void)args;
	(void)err;
	add(schema, "$schema", text("https://json-schema.org/draft/2020-12/schema"));
	add(schema, "title", text("nf_dsr.yaml"));
	add(schema, "description",
	    text("Configuration of direct server return, see nf_dsr.yaml(5)"));
	json_object_object_foreach(root, key, value)
		add(schema, key, json_object_get(value));
	json_object_put(root);
	add(schema, "$defs", definitions());
	fprintf(ctl->file, "%s\n",
		json_object_to_json_string_ext(schema, JSON_C_TO_STRING_NOSLASHESCAPE |
					       JSON_C_TO_STRING_PRETTY |
					       JSON_C_TO_STRING_SPACED));
	json_object_put(schema);
	return 0;
}

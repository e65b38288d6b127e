// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Writes a configuration as a file, by libyaml's emitter, which quotes what needs quotes.
 */
#include <string.h>
#include <yaml.h>

#include "config.h"

static void emit(yaml_emitter_t *emitter, yaml_event_t *event, int made)
{
	if (!made || !yaml_emitter_emit(emitter, event))
		error_check_alloc(NULL);
}

static void scalar(yaml_emitter_t *emitter, const char *text)
{
	yaml_event_t event;

	emit(emitter, &event,
	     yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)text, strlen(text), 1,
					  1, YAML_ANY_SCALAR_STYLE));
}

static void begin_mapping(yaml_emitter_t *emitter)
{
	yaml_event_t event;

	emit(emitter, &event,
	     yaml_mapping_start_event_initialize(&event, NULL, NULL, 1, YAML_BLOCK_MAPPING_STYLE));
}

static void end_mapping(yaml_emitter_t *emitter)
{
	yaml_event_t event;

	emit(emitter, &event, yaml_mapping_end_event_initialize(&event));
}

static void begin_list(yaml_emitter_t *emitter, yaml_sequence_style_t style)
{
	yaml_event_t event;

	emit(emitter, &event, yaml_sequence_start_event_initialize(&event, NULL, NULL, 1, style));
}

static void end_list(yaml_emitter_t *emitter)
{
	yaml_event_t event;

	emit(emitter, &event, yaml_sequence_end_event_initialize(&event));
}

static void pair(yaml_emitter_t *emitter, const char *key, const char *value)
{
	scalar(emitter, key);
	scalar(emitter, value);
}

/* Return true if a file needs the option to give an object the same value. */
static bool is_needed(enum conf_object object, const struct conf_option *option,
		      const struct dsr_conf *conf, const struct dsr_conf *defaults)
{
	static const struct dsr_conf none;

	if (!conf_is_whole(object, option) || !(conf->set & conf_bit(option)))
		return false;
	if (defaults && defaults->set & conf_bit(option))
		return !conf_equal(object, option, conf, defaults);
	return option->varies || !conf_equal(object, option, conf, &none);
}

static void write_values(yaml_emitter_t *emitter, const struct conf_option *option,
			 const struct dsr_conf *conf)
{
	char words[NF_DSR_SOURCES_MAX][ADDR_TEXT];
	int i, n = conf_words(conf, option, words);

	scalar(emitter, conf_second_word(option) ?: option->name);
	if (n == 1) {
		scalar(emitter, words[0]);
		return;
	}
	begin_list(emitter, YAML_FLOW_SEQUENCE_STYLE);
	for (i = 0; i < n; i++)
		scalar(emitter, words[i]);
	end_list(emitter);
}

/* Write the options. Those of a group are next to each other, and have a mapping together. */
static void write_options(yaml_emitter_t *emitter, enum conf_object object,
			  const struct dsr_conf *conf, const struct dsr_conf *defaults)
{
	const struct conf_option *option, *group = NULL;
	char name[24];

	for (option = conf_options; option->name; option++) {
		if (group && !conf_same_group(group, option)) {
			end_mapping(emitter);
			group = NULL;
		}
		if (!is_needed(object, option, conf, defaults))
			continue;
		if (conf_second_word(option) && !group) {
			group = option;
			snprintf(name, sizeof(name), "%.*s", (int)strcspn(option->name, " "),
				 option->name);
			scalar(emitter, name);
			begin_mapping(emitter);
		}
		write_values(emitter, option, conf);
	}
	if (group)
		end_mapping(emitter);
}

/* Write which checks a service or a backend has. */
static void write_checks_of(yaml_emitter_t *emitter, const struct config *config,
			    const struct config_checks *checks)
{
	int i;

	if (!checks->n)
		return;
	scalar(emitter, "checks");
	begin_list(emitter, YAML_FLOW_SEQUENCE_STYLE);
	for (i = 0; i < checks->n; i++)
		scalar(emitter, config_check(config, checks->at[i])->name);
	end_list(emitter);
}

/* Write the options of a mapping that have these bits. */
static void write_given(yaml_emitter_t *emitter, const struct check_option *options, __u64 set,
			const void *object)
{
	const struct check_option *option;
	char text[CHECK_FORMAT_SIZE];

	for (option = options; option->name; option++)
		if (set & 1ULL << (option - options))
			pair(emitter, option->name,
			     option_format(option, object, text, sizeof(text)));
}

static void write_check(yaml_emitter_t *emitter, const struct config_check *check)
{
	begin_mapping(emitter);
	pair(emitter, "name", check->name);
	pair(emitter, "type", check_kinds[check->kind]);
	write_given(emitter, check_options, check->set, check);
	end_mapping(emitter);
}

static void write_checks(yaml_emitter_t *emitter, const struct config *config)
{
	size_t i;

	if (!config->checks.n)
		return;
	scalar(emitter, "checks");
	begin_list(emitter, YAML_BLOCK_SEQUENCE_STYLE);
	for (i = 0; i < config->checks.n; i++)
		write_check(emitter, config_check(config, i));
	end_list(emitter);
}

static void write_announce(yaml_emitter_t *emitter, const struct config_announce *announce)
{
	if (!announce->given)
		return;
	scalar(emitter, "announce");
	begin_mapping(emitter);
	write_given(emitter, announce_options, announce->set, announce);
	end_mapping(emitter);
}

static void write_announced(yaml_emitter_t *emitter, const struct config_announced *announced)
{
	char text[DSR_TEXT];

	if (announced->announces != ANNOUNCES_BY_CHECKS)
		pair(emitter, "announce",
		     announce_words[announced->announces == ANNOUNCES_YES]);
	if (announced->has_below)
		pair(emitter, "withdraw-below",
		     announce_format_below(announced->below, text, sizeof(text)));
}

static void write_backend(yaml_emitter_t *emitter, const struct config *config,
			  const struct config_backend *backend)
{
	char text[ADDR_TEXT];

	begin_mapping(emitter);
	pair(emitter, "address", addr_format(&backend->addr, text, sizeof(text)));
	if (*backend->name)
		pair(emitter, "name", backend->name);
	write_checks_of(emitter, config, &backend->checks);
	write_options(emitter, CONF_BACKEND, &backend->conf, NULL);
	end_mapping(emitter);
}

/* Return true if the kernel may require the keyword force. The kernel checks only some
 * services for traffic that is for the director itself. A service that it has accepted
 * once must be accepted again, whatever addresses the director has by then.
 */
bool config_may_need_force(const struct dsr_key *key)
{
	return !key->by_mark && (!key->port || key->prefix_len != addr_bits(key->addr.family));
}

static void write_backends(yaml_emitter_t *emitter, const struct config *config,
			   const struct config_service *service)
{
	size_t i;

	scalar(emitter, "backends");
	begin_list(emitter, YAML_BLOCK_SEQUENCE_STYLE);
	for (i = 0; i < service->n_backends; i++)
		write_backend(emitter, config,
			      config_backend(config, service->first_backend + i));
	end_list(emitter);
}

static void write_service(yaml_emitter_t *emitter, const struct config *config,
			  const struct config_service *service, const struct dsr_conf *defaults)
{
	char kind[16], text[ADDR_TEXT], match[ADDR_TEXT + 16];

	begin_mapping(emitter);
	snprintf(match, sizeof(match), "%s %s", model_key_kind(&service->key, kind, sizeof(kind)),
		 addr_format_key(&service->key, text, sizeof(text)));
	pair(emitter, "match", match);
	if (*service->name)
		pair(emitter, "name", service->name);
	write_checks_of(emitter, config, &service->checks);
	write_announced(emitter, &service->announced);
	write_options(emitter, CONF_SERVICE, &service->conf, defaults);
	if (!config->compact && config_may_need_force(&service->key))
		pair(emitter, "force", "yes");
	if (*service->pool)
		pair(emitter, "pool", service->pool);
	else if (service->n_backends)
		write_backends(emitter, config, service);
	end_mapping(emitter);
}

/* Return true if no service before this one has the same pool. */
static bool is_first_of_pool(const struct config *config, size_t service)
{
	const char *pool = config_service(config, service)->pool;
	size_t i;

	for (i = 0; *pool && i < service; i++)
		if (!strcmp(config_service(config, i)->pool, pool))
			return false;
	return *pool;
}

static void write_pools(yaml_emitter_t *emitter, const struct config *config)
{
	const struct config_service *service;
	bool any = false;
	size_t i;

	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		if (!is_first_of_pool(config, i))
			continue;
		if (!any) {
			scalar(emitter, "pools");
			begin_list(emitter, YAML_BLOCK_SEQUENCE_STYLE);
		}
		any = true;
		begin_mapping(emitter);
		pair(emitter, "name", service->pool);
		write_backends(emitter, config, service);
		end_mapping(emitter);
	}
	if (any)
		end_list(emitter);
}

/* Return true if an option belongs to the defaults when all services have it alike: one which
 * the kernel chooses or, in a compact file, any which can be there.
 */
static bool is_default(const struct config *config, const struct conf_option *option)
{
	if (option->varies)
		return true;
	return config->compact && config->services.n > 1 && option->syntax != CONF_SOURCES &&
	       conf_is_whole(CONF_SERVICE, option);
}

/* Collect what all services have alike. */
static void find_defaults(const struct config *config, struct dsr_conf *defaults)
{
	const struct conf_option *option;
	const struct dsr_conf *conf;
	bool alike;
	size_t i;

	for (option = conf_options; option->name; option++) {
		alike = is_default(config, option) && config->services.n;
		for (i = 0; alike && i < config->services.n; i++) {
			conf = &config_service(config, i)->conf;
			alike = conf->set & conf_bit(option) &&
				conf_equal(CONF_SERVICE, option, conf,
					   &config_service(config, 0)->conf);
		}
		if (alike)
			conf_copy(defaults, &config_service(config, 0)->conf, option);
	}
}

static void write_defaults(yaml_emitter_t *emitter, const struct dsr_conf *defaults)
{
	if (!defaults->set)
		return;
	scalar(emitter, "defaults");
	begin_mapping(emitter);
	scalar(emitter, "service");
	begin_mapping(emitter);
	write_options(emitter, CONF_SERVICE, defaults, NULL);
	end_mapping(emitter);
	end_mapping(emitter);
}

static void write_devices(yaml_emitter_t *emitter, const struct config *config)
{
	size_t i;

	scalar(emitter, "devices");
	begin_list(emitter, YAML_FLOW_SEQUENCE_STYLE);
	for (i = 0; i < config->devices.n; i++)
		scalar(emitter, config_device(config, i)->name);
	end_list(emitter);
}

/* Write where dsrd serves its status page. */
static void write_status(yaml_emitter_t *emitter, const struct config_status *status)
{
	const struct status_key *key;
	char text[STATUS_FORMAT_SIZE];

	if (!status->set)
		return;
	scalar(emitter, "status");
	begin_mapping(emitter);
	for (key = status_keys; key->name; key++)
		if (status->set & key->bit)
			pair(emitter, key->name, key->format(status, text, sizeof(text)));
	end_mapping(emitter);
}

static void write_root(yaml_emitter_t *emitter, const struct config *config)
{
	struct dsr_conf defaults = { 0 };
	char text[16];
	size_t i;

	begin_mapping(emitter);
	snprintf(text, sizeof(text), "%d", CONFIG_VERSION);
	pair(emitter, "version", text);
	find_defaults(config, &defaults);
	write_defaults(emitter, &defaults);
	write_checks(emitter, config);
	write_announce(emitter, &config->announce);
	write_pools(emitter, config);
	scalar(emitter, "services");
	begin_list(emitter, YAML_BLOCK_SEQUENCE_STYLE);
	for (i = 0; i < config->services.n; i++)
		write_service(emitter, config, config_service(config, i), &defaults);
	end_list(emitter);
	if (!config->compact)
		write_devices(emitter, config);
	write_status(emitter, &config->status);
	end_mapping(emitter);
}

/* Return true for text in UTF-8. The emitter fails for other text as it does without memory. */
static bool is_utf8(const char *text)
{
	yaml_event_t event;

	if (!yaml_scalar_event_initialize(&event, NULL, NULL, (yaml_char_t *)text, strlen(text), 1,
					  1, YAML_ANY_SCALAR_STYLE))
		return false;
	yaml_event_delete(&event);
	return true;
}

static int check_name(const char *name, struct dsr_error *err)
{
	char shown[DSR_TEXT];
	size_t i;

	if (is_utf8(name))
		return 0;
	snprintf(shown, sizeof(shown), "%s", name);
	for (i = 0; shown[i]; i++)
		if (shown[i] < ' ' || shown[i] > '~')
			shown[i] = '?';
	return error_usage(err, "device \"%s\": a file cannot have its name, which is not in UTF-8",
			   shown);
}

int config_check_text(const struct config *config, struct dsr_error *err)
{
	const struct config_service *service;
	size_t i;

	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		if (check_name(service->key.vrf, err) || check_name(service->conf.dev, err))
			return -1;
	}
	for (i = 0; i < config->devices.n; i++)
		if (check_name(config_device(config, i)->name, err))
			return -1;
	return 0;
}

void config_write(const struct config *config, FILE *file)
{
	yaml_emitter_t emitter;
	yaml_event_t event;

	if (!yaml_emitter_initialize(&emitter))
		error_check_alloc(NULL);
	yaml_emitter_set_output_file(&emitter, file);
	yaml_emitter_set_width(&emitter, -1);
	emit(&emitter, &event, yaml_stream_start_event_initialize(&event, YAML_UTF8_ENCODING));
	emit(&emitter, &event, yaml_document_start_event_initialize(&event, NULL, NULL, NULL, 1));
	write_root(&emitter, config);
	emit(&emitter, &event, yaml_document_end_event_initialize(&event, 1));
	emit(&emitter, &event, yaml_stream_end_event_initialize(&event));
	yaml_emitter_delete(&emitter);
}

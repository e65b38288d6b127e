// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration as the commands that create it, for a batch. */
#include <sys/socket.h>

#include "dsrctl.h"
#include "list.h"
#include "nl_attr.h"

/* The configuration of a network namespace. The kernel lists services and backends in
 * the order in which they were added.
 */
struct saved {
	struct list services;
	struct list backends;
	struct list devices;
};

static int collect_service(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_service(hdr, list_new(arg), err);
}

static int collect_backend(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_backend(hdr, list_new(arg), err);
}

static int collect_device(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_device(hdr, list_new(arg), err);
}

static int dump(struct dsrctl *ctl, int cmd, dsr_nl_fn fn, struct list *list,
		struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST | NLM_F_DUMP);

	return dsr_nl_dump(ctl->nl, msg, fn, list_clear, list, err);
}

static int take_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

/* Return the generation of the configuration, or 0 with err filled. */
static __u32 generation(struct dsrctl *ctl, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);
	struct dsr_stats stats = { 0 };
	int ret = dsr_nl_request(ctl->nl, msg, take_stats, &stats, err);

	model_free_stats(&stats);
	return ret ? 0 : stats.generation;
}

/* Read all objects of one generation. If the configuration changes meanwhile, read them
 * again.
 */
static int read_all(struct dsrctl *ctl, struct saved *saved, struct dsr_error *err)
{
	__u32 before, after;

	do {
		before = generation(ctl, err);
		list_clear(&saved->services);
		list_clear(&saved->backends);
		list_clear(&saved->devices);
		if (!before ||
		    dump(ctl, NF_DSR_CMD_SERVICE_GET, collect_service, &saved->services, err) ||
		    dump(ctl, NF_DSR_CMD_BACKEND_GET, collect_backend, &saved->backends, err) ||
		    dump(ctl, NF_DSR_CMD_DEVICE_GET, collect_device, &saved->devices, err))
			return -1;
		after = generation(ctl, err);
	} while (after && after != before);
	return after ? 0 : -1;
}

static void save_name(FILE *file, const char *keyword, const char *const *names,
		      unsigned int value)
{
	char text[16];

	fprintf(file, " %s %s", keyword, model_name(names, value, text, sizeof(text)));
}

static void save_fields(FILE *file, const struct dsr_conf *conf, const struct dsr_field *fields)
{
	const struct dsr_field *field;
	char text[16];

	for (field = fields; field->name; field++) {
		__u64 value = model_field_get(conf, field);
		const char *word = model_field_word(field, value, text, sizeof(text));

		/* Skip options that no command can set, and options without a value. */
		if (!(conf->set & field->bit) || field->bit & DSR_SET_SHOWN ||
		    (!word && value < field->min))
			continue;
		if (word)
			fprintf(file, " %s %s", field->name, word);
		else
			fprintf(file, " %s %llu", field->name, (unsigned long long)value);
	}
}

static void save_outer_addr(FILE *file, const struct dsr_conf *conf, bool four)
{
	const struct dsr_prefix prefix = {
		.addr = four ? conf->outer_addr4 : conf->outer_addr6,
		.len = four ? conf->outer_prefix4 : conf->outer_prefix6,
	};
	char text[ADDR_TEXT];

	if (!(conf->set & (four ? DSR_SET_OUTER_ADDR4 : DSR_SET_OUTER_ADDR6)))
		return;
	addr_format(&prefix.addr, text, sizeof(text));
	fprintf(file, " outer-source %s", text);
	if (conf->outer_source == NF_DSR_OUTER_SOURCE_PREFIX)
		fprintf(file, "/%u", prefix.len);
}

/* Save the outer source. Both addresses of outer-source prefix are saved with their
 * prefix lengths, so that an address of full length remains a prefix.
 */
static void save_outer_source(FILE *file, const struct dsr_conf *conf)
{
	if (!(conf->set & DSR_SET_OUTER_SOURCE))
		return;
	if (conf->outer_source < NF_DSR_OUTER_SOURCE_ADDRESS) {
		save_name(file, "outer-source", names_outer_source, conf->outer_source);
		return;
	}
	save_outer_addr(file, conf, true);
	save_outer_addr(file, conf, false);
}

/* Save how packets reach backends: the options of a service, or those of a backend that
 * replace them.
 */
static void save_path(FILE *file, const struct dsr_conf *conf)
{
	if (conf->set & DSR_SET_METHOD)
		save_name(file, "method", names_method, conf->method);
	save_outer_source(file, conf);
	if (conf->set & DSR_SET_OUTER_TTL && conf->outer_ttl)
		fprintf(file, " outer-ttl %u", conf->outer_ttl);
	else if (conf->set & DSR_SET_OUTER_TTL)
		fputs(" outer-ttl inherit", file);
	save_fields(file, conf, model_header_fields);
}

static void save_filter(FILE *file, const struct dsr_conf *conf)
{
	char text[ADDR_TEXT];
	int i;

	for (i = 0; i < conf->n_sources; i++)
		fprintf(file, " source %s",
			addr_format_prefix(&conf->sources[i], text, sizeof(text)));
	if (conf->n_sources)
		save_name(file, "source-other", names_source_other, conf->source_other);
	if (*conf->dev)
		fprintf(file, " dev %s", conf->dev);
}

/* Return true if the kernel may require the keyword force. The kernel checks only some
 * services for traffic that is for the director itself. A service that it has accepted
 * once must be accepted again, whatever addresses the director has by then.
 */
static bool may_need_force(const struct dsr_key *key)
{
	return !key->by_mark && (!key->port || key->prefix_len != addr_bits(key->addr.family));
}

static void save_service(FILE *file, const struct dsr_service *service)
{
	const struct dsr_conf *conf = &service->conf;
	char kind[16], key[ADDR_TEXT];
	int i;

	fprintf(file, "service add %s %s scheduler %s seed %llu",
		model_key_kind(&service->key, kind, sizeof(kind)),
		addr_format_key(&service->key, key, sizeof(key)), conf->scheduler,
		(unsigned long long)conf->seed);
	save_path(file, conf);
	for (i = 0; i < DSR_TIMEOUTS; i++)
		if (conf->set & DSR_SET_TIMEOUT_OF(i))
			fprintf(file, " timeout %s %u", model_timeouts[i], conf->timeouts[i]);
	save_fields(file, conf, model_service_fields);
	save_filter(file, conf);
	if (may_need_force(&service->key))
		fputs(" force", file);
	fputc('\n', file);
}

static void save_backend(FILE *file, const struct dsr_backend *backend)
{
	const struct dsr_conf *conf = &backend->conf;
	char kind[16], key[ADDR_TEXT], addr[ADDR_TEXT];

	fprintf(file, "backend add %s %s %s weight %u",
		model_key_kind(&backend->service, kind, sizeof(kind)),
		addr_format_key(&backend->service, key, sizeof(key)),
		addr_format(&backend->addr, addr, sizeof(addr)), conf->weight);
	save_name(file, "state", names_backend_state, conf->state);
	save_path(file, conf);
	save_fields(file, conf, model_backend_fields);
	fputc('\n', file);
}

static void save(FILE *file, const struct saved *saved)
{
	size_t i;

	fputs("flush\n", file);
	for (i = 0; i < saved->services.n; i++)
		save_service(file, list_at(&saved->services, i));
	for (i = 0; i < saved->backends.n; i++)
		save_backend(file, list_at(&saved->backends, i));
	for (i = 0; i < saved->devices.n; i++) {
		const struct dsr_device *device = list_at(&saved->devices, i);

		fprintf(file, "device replace %s\n", device->name);
	}
}

int cmd_save(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct saved saved = {
		LIST_OF(struct dsr_service), LIST_OF(struct dsr_backend), LIST_OF(struct dsr_device)
	};
	int ret = read_all(ctl, &saved, err);

	(void)args;
	if (!ret)
		save(ctl->file, &saved);
	list_free(&saved.services);
	list_free(&saved.backends);
	list_free(&saved.devices);
	return ret;
}

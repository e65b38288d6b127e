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

static void save_outer_addr(FILE *file, const struct dsr_conf *conf, const char *name,
			    const struct dsr_addr *addr, __u8 prefix_len)
{
	char text[ADDR_TEXT];

	fprintf(file, " %s %s", name, addr_format(addr, text, sizeof(text)));
	if (conf->outer_source == NF_DSR_OUTER_SOURCE_PREFIX)
		fprintf(file, "/%u", prefix_len);
}

/* Save the outer source. Both addresses of outer-source prefix are saved with their
 * prefix lengths, so that an address of full length remains a prefix.
 */
static void save_outer_source(FILE *file, const struct dsr_conf *conf,
			      const struct conf_option *option)
{
	char text[16];

	if (conf->outer_source < NF_DSR_OUTER_SOURCE_ADDRESS) {
		fprintf(file, " %s %s", option->name,
			model_name(option->words, conf->outer_source, text, sizeof(text)));
		return;
	}
	if (conf->set & CONF_BIT(outer_addr4))
		save_outer_addr(file, conf, option->name, &conf->outer_addr4,
				conf->outer_prefix4);
	if (conf->set & CONF_BIT(outer_addr6))
		save_outer_addr(file, conf, option->name, &conf->outer_addr6,
				conf->outer_prefix6);
}

static void save_sources(FILE *file, const struct dsr_conf *conf,
			 const struct conf_option *option)
{
	char text[ADDR_TEXT];
	int i;

	for (i = 0; i < conf->n_sources; i++)
		fprintf(file, " %s %s", option->name,
			addr_format_prefix(&conf->sources[i], text, sizeof(text)));
}

/* Save the options that have a value and that a command can set. */
static void save_options(FILE *file, enum conf_object object, const struct dsr_conf *conf)
{
	const struct conf_option *option;
	char text[DSR_TEXT];

	for (option = conf_options; option->name; option++) {
		if (!conf_attr(option, object) || !(conf->set & conf_bit(option)) ||
		    option->read_only || option->part_of || option->kind == FLAG)
			continue;
		if (option->syntax == CONF_OUTER_SOURCE)
			save_outer_source(file, conf, option);
		else if (option->syntax == CONF_SOURCES)
			save_sources(file, conf, option);
		else if (conf_has_value(conf, option))
			fprintf(file, " %s %s", option->name,
				conf_format(conf, option, text, sizeof(text)));
	}
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
	char kind[16], key[ADDR_TEXT];

	fprintf(file, "service add %s %s", model_key_kind(&service->key, kind, sizeof(kind)),
		addr_format_key(&service->key, key, sizeof(key)));
	save_options(file, CONF_SERVICE, &service->conf);
	if (may_need_force(&service->key))
		fputs(" force", file);
	fputc('\n', file);
}

static void save_backend(FILE *file, const struct dsr_backend *backend)
{
	char kind[16], key[ADDR_TEXT], addr[ADDR_TEXT];

	fprintf(file, "backend add %s %s %s", model_key_kind(&backend->service, kind, sizeof(kind)),
		addr_format_key(&backend->service, key, sizeof(key)),
		addr_format(&backend->addr, addr, sizeof(addr)));
	save_options(file, CONF_BACKEND, &backend->conf);
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

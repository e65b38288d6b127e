// SPDX-License-Identifier: GPL-2.0-or-later
/* The difference between a configuration file and the kernel, for people and as JSON. */
#include "config_diff.h"
#include "dsrctl.h"
#include "print.h"

static const char *const signs[] = {
	[CONFIG_ADD] = "+", [CONFIG_CHANGE] = "~", [CONFIG_DELETE] = "-", [CONFIG_KEEP] = "=",
};

static const char *const verbs[] = {
	[CONFIG_ADD] = "add", [CONFIG_CHANGE] = "change", [CONFIG_DELETE] = "delete",
	[CONFIG_KEEP] = "keep",
};

static const struct config_service *service_of(const struct config_change *change)
{
	return change->wanted_service ?: change->running_service;
}

static const struct config_backend *backend_of(const struct config_change *change)
{
	return change->wanted_backend ?: change->running_backend;
}

static const char *object_name(const struct config_change *change)
{
	return change->device ? "device" : backend_of(change) ? "backend" : "service";
}

static void print_named(FILE *file, const char *name)
{
	if (*name)
		fprintf(file, " (%s)", name);
}

static void print_object(const struct config_change *change, FILE *file)
{
	const struct config_backend *backend = backend_of(change);
	char kind[16], text[ADDR_TEXT];

	if (change->device) {
		fprintf(file, "device %s", change->device->name);
		return;
	}
	if (backend) {
		fprintf(file, "backend %s", addr_format(&backend->addr, text, sizeof(text)));
		print_named(file, backend->name);
		fputs(" of ", file);
	}
	fprintf(file, "service %s %s",
		model_key_kind(&service_of(change)->key, kind, sizeof(kind)),
		addr_format_key(&service_of(change)->key, text, sizeof(text)));
	print_named(file, service_of(change)->name);
}

static const struct dsr_conf *wanted_conf(const struct config_change *change)
{
	return change->object == CONF_SERVICE ? &change->wanted_service->conf :
		&change->wanted_backend->conf;
}

static const struct dsr_conf *running_conf(const struct config_change *change)
{
	return change->object == CONF_SERVICE ? &change->running_service->conf :
		&change->running_backend->conf;
}

/* Print an option on a line of its own: what the kernel has and will have, and who is the
 * reason if that is not the file.
 */
static void print_option(const struct config_change *change, const struct conf_option *option,
			 FILE *file)
{
	char from[CONF_TEXT], to[CONF_TEXT];

	conf_text(change->object, running_conf(change), option, from, sizeof(from));
	conf_text(change->object, wanted_conf(change), option, to, sizeof(to));
	if (change->kept & conf_bit(option))
		fprintf(file, "    = %s %s: set by hand and kept (the file: %s)\n", option->name,
			from, to);
	else
		fprintf(file, "    ~ %s %s -> %s%s\n", option->name, from, to,
			change->hand & conf_bit(option) ? ": was changed by hand" : "");
}

/* Print the options that an object will have on its line. */
static void print_options(const struct config_change *change, FILE *file)
{
	const struct conf_option *option;
	char text[CONF_TEXT];

	for (option = conf_options; option->name; option++)
		if (conf_is_whole(change->object, option) &&
		    wanted_conf(change)->set & conf_bit(option))
			fprintf(file, " %s %s", option->name,
				conf_text(change->object, wanted_conf(change), option, text,
					  sizeof(text)));
}

static void print_change(const struct config_change *change, FILE *file)
{
	const struct conf_option *option;

	fprintf(file, "%s ", signs[change->kind]);
	print_object(change, file);
	if (change->kind == CONFIG_ADD && change->object)
		print_options(change, file);
	if (change->by_hand)
		fprintf(file, ": was %s by hand",
			change->kind == CONFIG_ADD ? "deleted" : "added");
	fputc('\n', file);
	for (option = conf_options; option->name; option++)
		if ((change->changed | change->kept) & conf_bit(option))
			print_option(change, option, file);
}

static void out_options(struct out *out, const struct config_change *change)
{
	const struct conf_option *option;
	char text[CONF_TEXT];

	out_begin_object(out, "options");
	for (option = conf_options; option->name; option++) {
		if (!((change->changed | change->kept) & conf_bit(option)))
			continue;
		out_begin_object(out, option->name);
		out_string(out, "running", conf_text(change->object, running_conf(change), option,
						     text, sizeof(text)));
		out_string(out, "file", conf_text(change->object, wanted_conf(change), option,
						  text, sizeof(text)));
		out_string(out, "action", change->kept & conf_bit(option) ? "keep" : "change");
		out_string(out, "cause", change->hand & conf_bit(option) ? "hand" : "file");
		out_end_object(out);
	}
	out_end_object(out);
}

static void out_change(struct out *out, const struct config_change *change)
{
	const struct config_backend *backend = backend_of(change);
	char kind[16], text[ADDR_TEXT], match[ADDR_TEXT + 16];

	out_begin(out);
	out_string(out, "action", verbs[change->kind]);
	out_string(out, "object", object_name(change));
	if (change->device) {
		out_string(out, "device", change->device->name);
	} else {
		snprintf(match, sizeof(match), "%s %s",
			 model_key_kind(&service_of(change)->key, kind, sizeof(kind)),
			 addr_format_key(&service_of(change)->key, text, sizeof(text)));
		out_string(out, "match", match);
		if (*service_of(change)->name)
			out_string(out, "service", service_of(change)->name);
	}
	if (backend) {
		out_string(out, "address", addr_format(&backend->addr, text, sizeof(text)));
		if (*backend->name)
			out_string(out, "backend", backend->name);
	}
	out_string(out, "cause", change->by_hand ? "hand" : "file");
	if (change->changed | change->kept)
		out_options(out, change);
	out_end(out);
}

void print_diff(const struct dsrctl *ctl, const struct list *changes)
{
	static const struct out_column *const columns[] = { NULL };
	struct out *out = ctl->json ? dsrctl_out(ctl, columns, 0) : NULL;
	size_t i;

	for (i = 0; i < changes->n; i++) {
		if (out)
			out_change(out, list_at(changes, i));
		else
			print_change(list_at(changes, i), ctl->file);
	}
	if (out)
		out_close(out);
}

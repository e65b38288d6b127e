// SPDX-License-Identifier: GPL-2.0-or-later
/* The configuration as the commands that create it, for a batch. */
#include <string.h>
#include <sys/socket.h>

#include "dsrctl.h"
#include "config.h"
#include "running.h"

/* Write a word so that a batch reads the same one: the kernel accepts names of devices with
 * quotes and such characters.
 */
static void save_word(FILE *file, const char *word)
{
	if (!strpbrk(word, "'\"\\#")) {
		fprintf(file, " %s", word);
		return;
	}
	fputs(" '", file);
	for (; *word; word++)
		if (*word == '\'')
			fputs("'\\''", file);
		else
			fputc(*word, file);
	fputc('\'', file);
}

/* Save the options that have a value and that a command can set. */
static void save_options(FILE *file, enum conf_object object, const struct dsr_conf *conf)
{
	char words[NF_DSR_SOURCES_MAX][ADDR_TEXT];
	const struct conf_option *option;
	int i, n;

	for (option = conf_options; option->name; option++) {
		n = conf_is_whole(object, option) ? conf_words(conf, option, words) : 0;
		for (i = 0; i < n; i++) {
			fprintf(file, " %s", option->name);
			save_word(file, words[i]);
		}
	}
}

static void save_service(FILE *file, const struct dsr_service *service)
{
	char kind[16], key[ADDR_TEXT];

	fprintf(file, "service add %s", model_key_kind(&service->key, kind, sizeof(kind)));
	save_word(file, addr_format_key(&service->key, key, sizeof(key)));
	save_options(file, CONF_SERVICE, &service->conf);
	if (config_may_need_force(&service->key))
		fputs(" force", file);
	fputc('\n', file);
}

static void save_backend(FILE *file, const struct dsr_backend *backend)
{
	char kind[16], key[ADDR_TEXT], addr[ADDR_TEXT];

	fprintf(file, "backend add %s", model_key_kind(&backend->service, kind, sizeof(kind)));
	save_word(file, addr_format_key(&backend->service, key, sizeof(key)));
	fprintf(file, " %s", addr_format(&backend->addr, addr, sizeof(addr)));
	save_options(file, CONF_BACKEND, &backend->conf);
	fputc('\n', file);
}

static void save(FILE *file, const struct running *running)
{
	size_t i;

	fputs("flush\n", file);
	for (i = 0; i < running->services.n; i++)
		save_service(file, list_at(&running->services, i));
	for (i = 0; i < running->backends.n; i++)
		save_backend(file, list_at(&running->backends, i));
	for (i = 0; i < running->devices.n; i++) {
		const struct dsr_device *device = list_at(&running->devices, i);

		fputs("device replace", file);
		save_word(file, device->name);
		fputc('\n', file);
	}
}

int cmd_save(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct running running;
	int ret;

	(void)args;
	running_init(&running);
	ret = running_read(ctl->nl, &running, err);
	if (!ret)
		save(ctl->file, &running);
	running_free(&running);
	return ret;
}

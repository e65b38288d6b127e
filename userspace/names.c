// SPDX-License-Identifier: GPL-2.0-or-later
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "config.h"
#include "error.h"
#include "names.h"
#include "state.h"
#include "yaml_file.h"

/* The name of a service, whose backend has no family, or of a backend. */
struct entry {
	struct dsr_key service;
	struct dsr_addr backend;
	char name[CONFIG_NAME_MAX + 1];
};

struct names {
	const char *netns;
	struct timespec changed;	/* the directory, when it was read */
	struct list entries;		/* struct entry, sorted */
};

struct names *names_new(const char *netns)
{
	struct names *names = error_check_alloc(malloc(sizeof(*names)));

	*names = (struct names){
		.netns = netns,
		.entries = LIST_OF(struct entry),
	};
	return names;
}

void names_free(struct names *names)
{
	if (names)
		list_free(&names->entries);
	free(names);
}

static int compare(const void *a, const void *b)
{
	const struct entry *left = a, *right = b;

	return config_compare_keys(&left->service, &right->service) ?:
	       config_compare_addrs(&left->backend, &right->backend);
}

static void add(struct names *names, const struct dsr_key *service, const struct dsr_addr *backend,
		const char *name)
{
	struct entry *entry;

	if (!*name)
		return;
	entry = list_new(&names->entries);
	*entry = (struct entry){ .service = *service };
	if (backend)
		entry->backend = *backend;
	snprintf(entry->name, sizeof(entry->name), "%s", name);
}

void names_take(struct names *names, const struct config *config)
{
	const struct config_service *service;
	const struct config_backend *backend;
	size_t i, j;

	list_clear(&names->entries);
	for (i = 0; i < config->services.n; i++) {
		service = config_service(config, i);
		add(names, &service->key, NULL, service->name);
		for (j = 0; j < service->n_backends; j++) {
			backend = config_backend(config, service->first_backend + j);
			add(names, &service->key, &backend->addr, backend->name);
		}
	}
	if (names->entries.n)
		qsort(names->entries.records, names->entries.n, names->entries.size, compare);
}

static void read_file(struct names *names, const char *path)
{
	struct yaml_file file;
	struct config config;
	struct report report;

	report_init(&report, path);
	config_init(&config);
	if (!config_load(&config, &file, path, &report))
		names_take(names, &config);
	config_free(&config);
	yaml_file_free(&file);
	report_free(&report);
}

void names_refresh(struct names *names)
{
	struct dsr_error ignored = { 0 };
	struct state_entry *entries;
	struct stat status = { 0 };
	struct state state;
	char path[PATH_MAX];
	size_t n;

	if (state_open(&state, names->netns, STATE_READ, &ignored) || stat(state.dir, &status) ||
	    !memcmp(&names->changed, &status.st_mtim, sizeof(names->changed)))
		return;
	names->changed = status.st_mtim;
	list_clear(&names->entries);
	entries = state_history(&state, &n);
	if (n)
		read_file(names, state_path(&state, entries[0].number, path, sizeof(path)));
	free(entries);
	state_close(&state);
}

const char *names_find(const struct names *names, const struct dsr_key *service,
		       const struct dsr_addr *backend)
{
	struct entry wanted = { .service = *service };
	const struct entry *found;

	if (!names || !names->entries.n)
		return NULL;
	if (backend)
		wanted.backend = *backend;
	found = bsearch(&wanted, names->entries.records, names->entries.n, names->entries.size,
			compare);
	return found ? found->name : NULL;
}

const char *names_service(const struct names *names, const struct dsr_key *key, char *text,
			  size_t size)
{
	const char *name = names_find(names, key, NULL);
	char kind[16], vip[ADDR_TEXT];

	if (name)
		snprintf(text, size, "%s", name);
	else
		snprintf(text, size, "%s %s", model_key_kind(key, kind, sizeof(kind)),
			 addr_format_key(key, vip, sizeof(vip)));
	return text;
}

const char *names_backend(const struct names *names, const struct dsr_key *service,
			  const struct dsr_addr *addr, char *text, size_t size)
{
	const char *name = names_find(names, service, addr);

	if (!name)
		return addr_format(addr, text, size);
	snprintf(text, size, "%s", name);
	return text;
}

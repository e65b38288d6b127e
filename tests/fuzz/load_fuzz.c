// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Gives the loader of configuration files any file. A file that it accepts and writes is read
 * again, as the same configuration.
 */
#include <stdlib.h>
#include <string.h>

#include "config_diff.h"
#include "fuzz.h"
#include "yaml_file.h"

struct loaded {
	struct config config;
	struct yaml_file yaml;
	struct report report;
	int ret;
};

static void load(struct loaded *loaded, const void *data, size_t size)
{
	report_init(&loaded->report, "file");
	config_init(&loaded->config);
	loaded->ret = config_load(&loaded->config, &loaded->yaml, fuzz_file(data, size),
				  &loaded->report);
}

static void print_report(struct loaded *loaded)
{
	size_t size;
	char *text;
	FILE *memory = open_memstream(&text, &size);

	report_print(&loaded->report, false, memory);
	fclose(memory);
	free(text);
}

static void unload(struct loaded *loaded)
{
	config_free(&loaded->config);
	yaml_file_free(&loaded->yaml);
	report_free(&loaded->report);
}

static void check_written(const struct config *config)
{
	struct list changes = LIST_OF(struct config_change);
	struct loaded again;
	size_t size;
	char *text;
	FILE *memory = open_memstream(&text, &size);

	config_write(config, memory);
	fclose(memory);
	load(&again, text, size);
	if (!again.ret)
		config_diff(NULL, config, &again.config, false, &changes);
	if (again.ret || changes.n ||
	    memcmp(&config->status, &again.config.status, sizeof(config->status))) {
		report_print(&again.report, false, stderr);
		fputs(text, stderr);
		abort();
	}
	list_free(&changes);
	unload(&again);
	free(text);
}

int LLVMFuzzerTestOneInput(const __u8 *data, size_t size)
{
	struct loaded loaded;

	load(&loaded, data, size);
	print_report(&loaded);
	if (!loaded.ret)
		check_written(&loaded.config);
	unload(&loaded);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <unistd.h>

#include "loaded.h"

void load(struct loaded *loaded, const char *text)
{
	char path[] = "/tmp/config_test_XXXXXX";

	make_file(path, text);
	report_init(&loaded->report, "FILE");
	config_init(&loaded->config);
	loaded->ret = config_load(&loaded->config, &loaded->yaml, path, &loaded->report);
	unlink(path);
}

void unload(struct loaded *loaded)
{
	config_free(&loaded->config);
	yaml_file_free(&loaded->yaml);
	report_free(&loaded->report);
}

void load_config(struct config *config, const char *text)
{
	struct loaded loaded;

	load(&loaded, text);
	if (loaded.ret)
		report_print(&loaded.report, false, stderr);
	assert_int_equal(loaded.ret, 0);
	config_free(config);
	*config = loaded.config;
	config_init(&loaded.config);
	unload(&loaded);
}

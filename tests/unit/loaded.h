/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Configuration files for tests. */
#ifndef LOADED_H
#define LOADED_H

#include "config.h"
#include "unit.h"
#include "yaml_file.h"

struct loaded {
	struct config config;
	struct yaml_file yaml;
	struct report report;
	int ret;
};

/* Load a file with this text. It may have errors. */
void load(struct loaded *loaded, const char *text);
void unload(struct loaded *loaded);

/* Replace a configuration by that of a file with this text, which has no errors. */
void load_config(struct config *config, const char *text);

#endif

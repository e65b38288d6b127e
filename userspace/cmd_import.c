// SPDX-License-Identifier: GPL-2.0-or-later
/* dsrctl import: makes a configuration file from another program's. */
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "dsrctl.h"
#include "file.h"
#include "import.h"

static int write_config(struct dsrctl *ctl, const struct dsr_args *args,
			const struct config *config, const char *kind,
			const struct import_counts *counts, struct dsr_error *err)
{
	struct file_output output;
	FILE *memory = file_output_open(&output);

	fprintf(memory,
		"# Made by \"dsrctl import %s\", whose report says which lines are not the same:\n",
		kind);
	fprintf(memory, "# %zu translated, %zu approximated, %zu refused\n",
		counts->of[IMPORT_TRANSLATED], counts->of[IMPORT_APPROXIMATED],
		counts->of[IMPORT_REFUSED]);
	config_write(config, memory);
	return file_output_close(&output, args->output, ctl->file, err);
}

static int write_report(struct dsrctl *ctl, const struct dsr_args *args, struct import *in,
			const struct config *config, const struct import_counts *counts,
			struct dsr_error *err)
{
	struct file_output output;

	import_print(in, counts, config, ctl->json, file_output_open(&output));
	return file_output_close(&output, args->report, ctl->warnings, err);
}

static int import(struct dsrctl *ctl, const struct dsr_args *args, import_fn importer,
		  const char *kind, struct dsr_error *err)
{
	struct import_counts counts;
	struct config config;
	struct import in;
	int ret;

	import_init(&in);
	in.config_id = args->config_id;
	in.backends = args->servers;
	in.n_backends = args->n_servers;
	ret = import_run(&in, importer, args->file, &config, err);
	if (!ret) {
		counts = import_count(&in);
		ret = write_config(ctl, args, &config, kind, &counts, err);
	}
	if (!ret)
		ret = write_report(ctl, args, &in, &config, &counts, err);
	if (!ret && counts.of[IMPORT_REFUSED])
		ctl->status = DSR_INCOMPLETE;
	config_free(&config);
	import_free(&in);
	return ret;
}

int cmd_import_ipvs(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return import(ctl, args, import_ipvs, "ipvs", err);
}

int cmd_import_keepalived(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return import(ctl, args, import_keepalived, "keepalived", err);
}

int cmd_import_f5(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return import(ctl, args, import_f5, "f5", err);
}

int cmd_import_ace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return import(ctl, args, import_ace, "ace", err);
}

int cmd_import_dsr_conf(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return import(ctl, args, import_dsr_conf, "dsr.conf", err);
}

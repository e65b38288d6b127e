/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The state of one run of dsrctl, as its global options set it, and the commands that
 * the grammar's tables refer to.
 */
#ifndef DSRCTL_H
#define DSRCTL_H

#include "grammar.h"
#include "nl.h"
#include "out.h"

struct dsrctl {
	bool json;
	bool pretty;
	bool stats;
	bool atomic;		/* the batch is one transaction */
	__u32 generation;	/* that the configuration must have; 0: any */
	struct commit *commit;	/* the transaction while it is collected, else NULL */
	struct dsr_nl *nl;	/* opened by the first command that needs it */
	FILE *file;		/* for data */
	FILE *warnings;
};

/* The commands. Each returns 0, or -1 with err filled. */
int cmd_service_set(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_service_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_service_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_service_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flush(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_backend_set(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_backend_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_backend_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_backend_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_flow_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flow_flush(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flow_count(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_device_add(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_replace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_save(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_stats_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_trace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_monitor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

/* Run one command line without its options, or the commands of a file, one per line.
 * Return 0, or -1 with err filled.
 */
int dsrctl_run(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err);
int batch_run(struct dsrctl *ctl, const char *path, struct dsr_error *err);

/* Open a listing in the form that the global options select. */
struct out *dsrctl_out(const struct dsrctl *ctl, const struct out_column *const *columns,
		       unsigned int show);

#endif

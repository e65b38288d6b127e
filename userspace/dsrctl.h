/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the global options said, and the commands that the grammar calls. */
#ifndef DSRCTL_H
#define DSRCTL_H

#include "grammar.h"
#include "nl.h"
#include "out.h"

struct dsrctl {
	bool json;
	bool pretty;
	bool stats;
	bool atomic;		/* a batch is one transaction, */
	__u32 generation;	/* for this configuration, or 0: for any */
	struct commit *commit;	/* it, while its commands are collected */
	struct dsr_nl *nl;	/* opened by the first command that needs it */
	FILE *file;		/* for data */
	FILE *warnings;
};

/* Each returns 0, or -1 with err filled. */
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

/* One command line without its options; then a file of them. */
int dsrctl_run(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err);
int batch_run(struct dsrctl *ctl, const char *path, struct dsr_error *err);

/* The way the options want a listing to look. */
struct out *dsrctl_out(const struct dsrctl *ctl, const struct out_column *const *columns,
		       unsigned int show);

#endif

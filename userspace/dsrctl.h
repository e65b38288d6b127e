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
	bool stamped;		/* events have the time, in this form: */
	enum clock_form stamp;
	bool wide;		/* tables have all columns */
	__u64 interval;		/* of rates, in nanoseconds; 0: not given */
	__u32 count;		/* of intervals; 0: no end */
	bool atomic;		/* the batch is one transaction */
	__u32 generation;	/* that the configuration must have; 0: any */
	struct commit *commit;	/* the transaction while it is collected, else NULL */
	struct dsr_nl *nl;	/* opened by the first command that needs it */
	const char *netns;	/* NULL: that of the process, without a name */
	const char *entered;	/* the same if -n has named it, else NULL */
	int status;		/* exit status of a command that succeeds */
	struct names *names;	/* of the configuration file; NULL: none */
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
int cmd_flow_add(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flow_export(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flow_import(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_flow_count(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_device_add(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_replace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_device_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

/* The file that commands use if none is given. */
#define CONFIG_FILE "/etc/nf_dsr/nf_dsr.yaml"

int cmd_check(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_diff(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_apply(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_confirm(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_rollback(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_restore(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_history(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_export(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_schema(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

/* Show what a file, or the command of these words, would change. */
int cmd_preview(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int preview_words(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err);
struct commit;
int preview_commit(struct dsrctl *ctl, struct commit *commit, struct dsr_error *err);

int cmd_import_ipvs(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_import_keepalived(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_import_f5(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_import_ace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_import_dsr_conf(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_save(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_stats_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_top(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_trace_live(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_trace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_metrics(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_doctor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_announce_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_announce_drain(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_announce_resume(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_checks(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_log(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_run(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_pause(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_health_resume(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

int cmd_monitor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);
int cmd_monitor_flow(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err);

/* Run one command line without its options, or the commands of a file, one per line.
 * Return 0, or -1 with err filled.
 */
int dsrctl_run(struct dsrctl *ctl, int n, const char *const *words, struct dsr_error *err);
int batch_run(struct dsrctl *ctl, const char *path, struct dsr_error *err);

/* Maximum number of words in a line. A service with all options and the maximum number of sources
 * has fewer.
 */
#define BATCH_WORDS (128 + 2 * NF_DSR_SOURCES_MAX)
/* Split a line into words, up to a comment, and write them into it. Return their number, or -1
 * with err filled.
 */
int batch_split(char *line, const char **words, struct dsr_error *err);

/* Open a listing in the form that the global options select. A table of several objects fits the
 * terminal. Close it with out_close(), or with dsrctl_close(), which warns of columns with other
 * than usual cells that were left out.
 */
struct out *dsrctl_out(const struct dsrctl *ctl, const struct out_column *const *columns,
		       unsigned int show);
void dsrctl_close(struct out *out, struct dsr_error *err);

#endif

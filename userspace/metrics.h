/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Metrics for Prometheus, in its text format (version 0.0.4) or as OpenMetrics (1.0). Both want all
 * samples of a family together, behind its HELP and TYPE.
 */
#ifndef DSRCTL_METRICS_H
#define DSRCTL_METRICS_H

#include "snapshot.h"
#include "text.h"

enum metrics_form {
	METRICS_TEXT,
	METRICS_OPEN,
};

enum metrics_scope {
	METRICS_ALL,
	METRICS_SERVICES,	/* without samples of single backends */
};

struct metrics {
	struct text *text;
	enum metrics_form form;
	enum metrics_scope scope;
	const char *program;	/* whose version it is: a label of build_info */
};

/* Write what a snapshot has. */
void metrics_write(const struct metrics *metrics, const struct snapshot *snapshot);
/* Write the end: after this there is no further family. */
void metrics_end(const struct metrics *metrics);

/* For further families. Names are without "nf_dsr_". Those of counters end in "_total". */
void metrics_family(const struct metrics *metrics, const char *name, const char *type,
		    const char *help);
/* Write a sample of a family. Without labels, they are NULL. The value follows. */
void metrics_sample(const struct metrics *metrics, const char *name, const char *labels);
void metrics_number(const struct metrics *metrics, __u64 value);
void metrics_real(const struct metrics *metrics, double value);
/* Write a family with a single sample. */
void metrics_gauge(const struct metrics *metrics, const char *name, const char *help, __u64 value);

/* Append labels, the first ones of all samples of a service and of a backend. */
void metrics_label(struct text *labels, const char *label, const char *value);
void metrics_service_labels(struct text *labels, const struct names *names,
			    const struct dsr_key *service);

/* Write a value of a label without its quotes. All but printable ASCII is \xNN in it. */
void metrics_escape(const char *value, char *text, size_t size);

#endif

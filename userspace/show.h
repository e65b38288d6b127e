/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command show of services and backends: once, or with their rates in each interval. The
 * kind of object supplies the functions.
 */
#ifndef DSRCTL_SHOW_H
#define DSRCTL_SHOW_H

#include "dsrctl.h"
#include "list.h"
#include "rates.h"

struct show_records {
	struct list list;
	__u64 time;		/* of clock_now(), when the kernel began to list them */
};

struct show {
	enum conf_object object;
	size_t size;		/* of a record */
	bool (*is_one)(const struct dsr_args *args);
	/* Read the records of the command. Call show_restart() before each attempt. */
	int (*read)(struct dsrctl *ctl, const struct dsr_args *args, struct show_records *records,
		    struct dsr_error *err);
	void (*add)(struct rates_reading *reading, const void *record);
	struct dsr_rates *(*rates)(void *record);
	void (*print)(struct out *out, const void *record);
};

/* Discard all records, which the kernel begins to list now. */
void show_restart(void *records);

int show_run(struct dsrctl *ctl, const struct dsr_args *args, const struct show *show,
	     struct dsr_error *err);

/* Add intervals to a time until it has not passed yet: a late reading does not delay the next
 * ones.
 */
__u64 show_next(__u64 time, __u64 interval);

/* Return -1 with err filled if the output cannot be written. */
int show_flush(const struct dsrctl *ctl, struct dsr_error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The configuration that the kernel has, of one generation. */
#ifndef DSRCTL_RUNNING_H
#define DSRCTL_RUNNING_H

#include "list.h"
#include "nl.h"

/* The kernel lists services and backends in the order in which they were added. */
struct running {
	struct list services;	/* of struct dsr_service */
	struct list backends;	/* of struct dsr_backend */
	struct list devices;	/* of struct dsr_device */
	__u32 generation;
};

void running_init(struct running *running);
void running_free(struct running *running);

/* Read all objects. If the configuration changes meanwhile, read them again. Return 0, or -1
 * with err filled.
 */
int running_read(struct dsr_nl *nl, struct running *running, struct dsr_error *err);

#endif

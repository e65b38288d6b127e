/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's side: what services and backends there are, and what health it has of them. Requests
 * wait for their answers; notifications come through the loop.
 */
#ifndef DSRD_KERNEL_H
#define DSRD_KERNEL_H

#include <ev.h>

#include "model.h"
#include "running.h"
#include "snapshot.h"

/* What the notifications are about. */
struct kernel_events {
	/* A backend is new, or has changed. */
	void (*backend)(const struct dsr_backend *backend);
	/* Services or backends came or went, or notifications were lost: read all again. */
	void (*changed)(void);
	/* Anything changed, or may have. */
	void (*any)(void);
};

/* Open the sockets. Return 0, or -1 with err filled. */
int kernel_init(struct ev_loop *loop, const struct kernel_events *events, struct dsr_error *err);
void kernel_exit(void);
/* Return true if the loop has ended because notifications cannot be read any more. */
bool kernel_has_failed(void);

/* Read all. If the module is not loaded, there is nothing. */
int kernel_read(struct running *running, struct dsr_error *err);

/* Return true if the module is loaded, as far as is known. */
bool kernel_is_loaded(void);
/* Read the counters and states of all services and backends, which waits for the kernel. Return 0,
 * or -1 with err filled, also if the module is not loaded.
 */
int kernel_snapshot(const struct names *names, struct snapshot *snapshot, struct dsr_error *err);

/* A backend whose health the kernel is to know. */
struct kernel_change {
	struct dsr_key service;
	struct dsr_addr addr;
	__u8 health;		/* enum nf_dsr_health */
	bool refused;		/* the result */
	char text[160];		/* why it was refused */
};

/* Tell the kernel all of them: as one transaction, or, if it refuses that, each by itself. */
void kernel_tell(struct kernel_change *changes, size_t n);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dsrctl remembers about configuration files, in /var/lib/nf_dsr, or in
 * /var/lib/nf_dsr/netns/NAME for another network namespace:
 *
 *	N.yaml		a file that was applied, N counts from 1
 *	applied		N of the one that is in effect
 *	confirmed	N of the one that the system starts with
 *	pending		the change that waits for its confirmation
 *	before.yaml	what the kernel had before that change
 *	lock		held while these files or the configuration change
 *
 * Each file is replaced as a whole and reaches the disk before what refers to it, so a crash
 * leaves old or new. The functions return 0, or -1 with err filled.
 */
#ifndef DSRCTL_STATE_H
#define DSRCTL_STATE_H

#include <time.h>

#include "error.h"

#define STATE_HISTORY 50	/* files that are kept */

struct state {
	char dir[128];
	int lock;		/* descriptor, or -1 */
	unsigned int applied;	/* 0: none */
	unsigned int confirmed;
	/* The change that waits; 0: none does. */
	unsigned int pending;
	unsigned int previous;	/* applied before it */
	time_t deadline;
};

/* One file of the history. */
struct state_entry {
	unsigned int number;
	time_t time;		/* when it was applied */
};

enum state_lock {
	STATE_READ,		/* without the lock */
	STATE_LOCK,		/* fail if another process has it */
	STATE_WAIT,
};

/* Read the state of a network namespace, NULL for that of the process. */
int state_open(struct state *state, const char *netns, enum state_lock lock,
	       struct dsr_error *err);
void state_close(struct state *state);

/* Write the path of a file of the history, or of before.yaml, for number 0. */
const char *state_path(const struct state *state, unsigned int number, char *path, size_t size);

/* Store the text as the next file of the history, and return its number. */
int state_store(struct state *state, const char *text, size_t size, unsigned int *number,
		struct dsr_error *err);
/* Store what the kernel had before a change. */
int state_store_before(struct state *state, const char *text, size_t size, struct dsr_error *err);

/* Record the members of the state, see above. */
int state_write_applied(struct state *state, unsigned int number, struct dsr_error *err);
int state_write_confirmed(struct state *state, unsigned int number, struct dsr_error *err);
int state_write_pending(struct state *state, unsigned int number, time_t deadline,
			struct dsr_error *err);
int state_clear_pending(struct state *state, struct dsr_error *err);
/* Forget the newest file, which was not applied after all. */
void state_drop(struct state *state, unsigned int number);

/* Return the files of the history, the newest first, and their number. The caller frees them. */
struct state_entry *state_history(const struct state *state, size_t *n);
/* Remove the oldest files, but none that the state refers to. */
void state_prune(const struct state *state);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch as one transaction, see cmd_commit.c. */
#ifndef DSRCTL_COMMIT_H
#define DSRCTL_COMMIT_H

#include "dsrctl.h"
#include "list.h"

struct commit;

struct commit *commit_new(void);
void commit_free(struct commit *commit);

/* Add a command, which is at err->line, to the transaction. Nothing is sent yet. Return
 * 0, or -1 with err filled if a transaction cannot contain the command.
 */
int commit_add(struct commit *commit, const struct dsr_parsed *parsed, struct dsr_error *err);

/* Add an operation, which is of kind enum nf_dsr_op_kind, to the transaction. */
void commit_add_op(struct commit *commit, int kind, const struct dsr_args *args,
		   unsigned int line);

/* Send the transaction, of which the kernel executes all operations or none. Then run
 * the commands about devices. Store the kernel's answer in outcome. Return 0, or -1 with err
 * filled.
 */
int commit_send(struct commit *commit, struct dsrctl *ctl, struct dsr_commit *outcome,
		struct dsr_error *err);

/* Have the kernel check the transaction without changing anything, and append what it would
 * change to lists of struct dsr_preview and struct dsr_preview_backend. Return 0, or -1 with
 * err filled.
 */
int commit_preview(struct commit *commit, struct dsrctl *ctl, struct list *previews,
		   struct list *backends, struct dsr_error *err);

#endif

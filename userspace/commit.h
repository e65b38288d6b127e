/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A batch as one transaction, see cmd_commit.c. */
#ifndef DSRCTL_COMMIT_H
#define DSRCTL_COMMIT_H

#include "dsrctl.h"

struct commit;

struct commit *commit_new(void);
void commit_free(struct commit *commit);

/* Add a command, which is at err->line, to the transaction. Nothing is sent yet. Return
 * 0, or -1 with err filled if a transaction cannot contain the command.
 */
int commit_add(struct commit *commit, const struct dsr_parsed *parsed, struct dsr_error *err);

/* Send the transaction, of which the kernel executes all operations or none. Then run
 * the commands about devices. Return 0, or -1 with err filled.
 */
int commit_send(struct commit *commit, struct dsrctl *ctl, struct dsr_error *err);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Commands that become one transaction, see cmd_commit.c. */
#ifndef DSRCTL_COMMIT_H
#define DSRCTL_COMMIT_H

#include "dsrctl.h"

struct commit;

struct commit *commit_new(void);
void commit_free(struct commit *commit);

/* Take a command, which stands in err's line; or refuse it. Nothing is sent. */
int commit_add(struct commit *commit, const struct dsr_parsed *parsed, struct dsr_error *err);

/* Do all of them, or none. */
int commit_send(struct commit *commit, struct dsrctl *ctl, struct dsr_error *err);

#endif

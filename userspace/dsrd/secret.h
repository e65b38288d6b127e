/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The secrets of checks: the content of files that the configuration names. They are read together
 * with the configuration, so a reload takes what has changed. Nothing else has them: no listing, no
 * journal, no error.
 *
 * A name without a '/' is that of a credential, which systemd puts into a directory for dsrd alone
 * (LoadCredential=, see systemd.exec(5)).
 */
#ifndef DSRD_SECRET_H
#define DSRD_SECRET_H

#include "config.h"

#define SECRET_MAX 255

struct secret {
	struct secret *next;
	char file[CHECK_NAME_SIZE];
	size_t n;			/* 0: it could not be read */
	char bytes[SECRET_MAX];
	char error[CHECK_NAME_SIZE + 64];	/* why */
};

/* Read the files of all checks. What cannot be read is logged; its checks have no result. */
void secret_read_all(const struct config *config);
void secret_forget_all(void);

/* Read a file, without the newline at its end. Return 0, or -1 with error filled. */
int secret_read(struct secret *secret, const char *file);

/* Return the secret of a file, until the next reload. Its error says why it is none. */
const struct secret *secret_find(const char *file);

#endif

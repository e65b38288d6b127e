/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Resources of the status page: the files of web/, which the build makes part of the program. */
#ifndef DSRD_ASSETS_H
#define DSRD_ASSETS_H

struct asset {
	const char *path;
	const char *type;
	const char *content;
};

/* Return the resource of a path, or NULL. */
const struct asset *asset_find(const char *path);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How dsrctl talks to dsrd: by a Unix socket. A request is one line of words,
 *
 *	show|checks|log|run|pause|resume [PROTOCOL VIP [BACKEND]]
 *	vips|vips-drain|vips-resume [VIP]
 *
 * and the answer is a JSON array of objects, or an object with an "error"; then dsrd closes the
 * connection. Only root and dsrd's own user may connect.
 */
#ifndef DSRCTL_CONTROL_H
#define DSRCTL_CONTROL_H

#include <stddef.h>

#define CONTROL_VIPS "vips"
#define CONTROL_VIPS_DRAIN "vips-drain"
#define CONTROL_VIPS_RESUME "vips-resume"

/* The longest request, with its newline. */
#define CONTROL_LINE_MAX 256

/* Write the path of the socket of a network namespace, NULL for that of init. */
const char *control_path(const char *netns, char *path, size_t size);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The difference between a configuration file and the kernel, in which the file that was
 * applied last says who made it: whoever edited the file, or whoever changed the kernel by
 * hand.
 *
 * The file owns the configuration, so changes made by hand are to be undone, with one
 * exception: options that are set by hand for a while, see by_hand in conf.h. Their values are
 * kept until the file has another value than before. The health of a backend with checks is not
 * compared at all: it is what dsrd finds.
 */
#ifndef DSRCTL_CONFIG_DIFF_H
#define DSRCTL_CONFIG_DIFF_H

#include "config.h"

enum config_change_kind {
	CONFIG_ADD,
	CONFIG_CHANGE,
	CONFIG_DELETE,
	CONFIG_KEEP,		/* nothing to do: all that differs is kept */
};

struct config_change {
	enum config_change_kind kind;
	enum conf_object object;	/* CONF_NONE for a device */
	/* Of the file and of the kernel; those of a service that has the backend. NULL: none. */
	const struct config_service *wanted_service, *running_service;
	const struct config_backend *wanted_backend, *running_backend;
	const struct config_device *device;
	__u64 changed;		/* options that change, as bits of dsr_conf.set */
	__u64 kept;		/* options that differ and are kept */
	__u64 hand;		/* those of both that were changed by hand */
	bool by_hand;		/* the object was added or deleted by hand */
};

/* Append the changes that make the kernel's configuration that of the file, to a list of struct
 * config_change: first what is deleted, then the rest in the order of the file. @base is the
 * file that was applied last, or NULL. Without @keep, values set by hand are not kept.
 */
void config_diff(const struct config *base, const struct config *wanted,
		 const struct config *running, bool keep, struct list *changes);

/* Give the kernel's configuration what only a file has: names, checks, announcements, and where
 * dsrd shows its status.
 */
void config_complete(struct config *config, const struct config *named);

/* Return true if one of the changes is more than kept values. */
bool config_differs(const struct list *changes);

/* The conf of a request: the options to set and to unset. */
void config_change_conf(const struct config_change *change, struct dsr_conf *conf);

#endif

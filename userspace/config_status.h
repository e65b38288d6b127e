/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where dsrd serves its status page and metrics: the mapping "status" of a configuration file. From
 * the table status_keys[] follow the loader (config_load.c), the writer (config_write.c) and the
 * JSON Schema (config_schema.c). A test compares it with the manual page.
 */
#ifndef DSRCTL_CONFIG_STATUS_H
#define DSRCTL_CONFIG_STATUS_H

#include "addr.h"

/* Outside of 9100 to 9999, all of which exporters of Prometheus have. */
#define STATUS_PORT 14780
/* dsrd binds the port without privileges. */
#define STATUS_PORT_MIN 1024
/* What a socket address has room for, without the final NUL. */
#define STATUS_PATH_MAX 107
#define STATUS_HOST_MAX 253

enum status_listen {
	STATUS_INET,
	STATUS_UNIX,
	STATUS_OFF,
};

/* Bits of config_status.set: the keys that the file gives. */
enum {
	STATUS_LISTEN = 1 << 0,
	STATUS_HOST = 1 << 1,
};

/* All bytes that are not part of a value are 0: dsrd compares the structs as bytes. */
struct config_status {
	unsigned int set;
	enum status_listen kind;
	struct dsr_addr addr;
	__u16 port;
	char path[STATUS_PATH_MAX + 1];		/* of a Unix socket */
	char host[STATUS_HOST_MAX + 1];		/* another name in requests; empty: none */
};

#define STATUS_FORMAT_SIZE (STATUS_HOST_MAX + 1)

struct status_key {
	const char *name;
	unsigned int bit;
	const char *pattern;			/* of the JSON Schema */
	const char *help;
	int (*parse)(struct config_status *status, const char *text, struct dsr_error *err);
	const char *(*format)(const struct config_status *status, char *text, size_t size);
};

/* The last one has no name. */
extern const struct status_key status_keys[];

/* Give all members the values that they have without the keys. */
void status_init(struct config_status *status);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A whole configuration: that of a file, or that of the kernel. The format of the file is
 * described in nf_dsr.yaml(5).
 *
 * In that of a file, the set of a conf has the options that the file gives, by the object
 * itself or by the defaults; the others have their initial values, see conf.h. In that of the
 * kernel, the set has all options with a value.
 */
#ifndef DSRCTL_CONFIG_H
#define DSRCTL_CONFIG_H

#include "conf.h"
#include "config_announce.h"
#include "config_check.h"
#include "config_status.h"
#include "list.h"
#include "model.h"
#include "report.h"

#define CONFIG_VERSION 1

struct config_service {
	struct dsr_key key;
	struct dsr_conf conf;
	char name[CONFIG_NAME_MAX + 1];	/* empty: none */
	char pool[CONFIG_NAME_MAX + 1];	/* to write; its services have the same backends */
	struct config_checks checks;	/* of all its backends */
	struct config_announced announced;
	struct place place;
	size_t first_backend;		/* in the list of all backends, where they are together */
	size_t n_backends;
};

struct config_backend {
	struct dsr_addr addr;
	struct dsr_conf conf;
	char name[CONFIG_NAME_MAX + 1];
	struct config_checks checks;	/* its own and those of its pool */
	struct place place;
};

struct config_device {
	char name[DSR_TEXT];
	struct place place;
};

struct config {
	struct list services;
	struct list backends;
	struct list devices;
	struct list checks;	/* of a file only; dsrd carries them out */
	struct config_announce announce;	/* the same */
	struct config_status status;	/* of a file only, too */
	bool has_devices;	/* the file says which devices; otherwise they stay as they are */
	bool compact;		/* to write what services have in common only once */
	__u32 generation;	/* of the kernel's configuration */
};

/* Return true if a text is an IPv4 address. No name is one, because a backend without a name has
 * its address instead.
 */
bool config_is_address(const char *text);

void config_init(struct config *config);
void config_free(struct config *config);

struct config_service *config_service(const struct config *config, size_t i);
struct config_backend *config_backend(const struct config *config, size_t i);
struct config_device *config_device(const struct config *config, size_t i);
struct config_check *config_check(const struct config *config, size_t i);

/* Compare what identifies services and backends, for sorting and searching. */
int config_compare_keys(const struct dsr_key *a, const struct dsr_key *b);
int config_compare_addrs(const struct dsr_addr *a, const struct dsr_addr *b);

/* Read the file, "-" for standard input, into an empty configuration. All errors go to the
 * report. Of the file only the text remains. Return 0, or -1 if there are errors.
 */
struct yaml_file;
int config_load(struct config *config, struct yaml_file *file, const char *path,
		struct report *report);

/* Drain all backends that are not down, and have services drop what no backend takes. Forget the
 * devices.
 */
void config_drain(struct config *config);

/* Return true if the kernel may require the keyword force for a service. */
bool config_may_need_force(const struct dsr_key *key);

/* Check that a file can have the configuration: the kernel accepts names of devices that are
 * not in UTF-8. Return 0, or -1 with err filled.
 */
int config_check_text(const struct config *config, struct dsr_error *err);

/* Write a file that has this configuration. An option with its initial value is left out, but
 * a value that the kernel has chosen is not. What the kernel may have accepted only with the
 * keyword force has it, unless the configuration is compact, so was never accepted before.
 */
void config_write(const struct config *config, FILE *file);

/* Convert the kernel's configuration. */
struct running;
void config_from_running(struct config *config, const struct running *running);

#endif

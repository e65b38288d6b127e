/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a configuration file says about announcing VIPs, which dsrd does. The keys of the mapping
 * announce are entries of announce_options[], a table like check_options[], from which loader,
 * writer and schema follow as well. A test compares it with the manual page.
 */
#ifndef DSRCTL_CONFIG_ANNOUNCE_H
#define DSRCTL_CONFIG_ANNOUNCE_H

#include "config_check.h"

enum config_on_stop {
	ON_STOP_WITHDRAW,
	ON_STOP_KEEP,
};

struct config_announce {
	bool given;			/* the file has the mapping */
	__u64 set;			/* bits of the options that it gives */
	__u32 table;
	__u32 protocol;
	__u32 metric;
	__u32 metric_degraded;
	__u32 metric_draining;
	__u32 settle;			/* these two in milliseconds */
	__u32 drain;
	__u32 on_stop;			/* enum config_on_stop */
	char device[CHECK_NAME_SIZE];
};

/* Whether a service announces its VIP. */
enum config_announces {
	ANNOUNCES_BY_CHECKS,		/* if it has checks, and a VIP */
	ANNOUNCES_NO,
	ANNOUNCES_YES,
};

/* What a service says about that. */
struct config_announced {
	__u8 announces;			/* enum config_announces */
	bool has_below;
	__u32 below;			/* withdraw-below, with the values of fail-open-below */
};

/* The last one has no name. */
extern const struct check_option announce_options[];
extern const char *const announce_words[];	/* of a service: no, yes */

/* Return the bit of an option in config_announce.set. */
__u64 announce_bit(const struct check_option *option);

/* Give all members their initial values. */
void announce_init(struct config_announce *announce);

/* Check that all values fit together. Return 0, or -1 with err filled. */
int announce_complete(const struct config_announce *announce, struct dsr_error *err);

/* Parse and format withdraw-below. */
int announce_parse_below(const char *text, __u32 *below, struct dsr_error *err);
const char *announce_format_below(__u32 below, char *text, size_t size);

struct config;
struct config_service;

/* Return true if a service announces its VIP. */
bool config_announces(const struct config *config, const struct config_service *service);

/* Return the number of healthy backends below which a VIP is withdrawn because of a service, in
 * the form of fail-open-below: by default where the service would fail open, but at least 1.
 */
__u32 config_withdraw_below(const struct config_service *service);

/* Check what a service says. Return 0, or -1 with err filled. */
int config_check_announced(const struct config *config, const struct config_service *service,
			   struct dsr_error *err);

#endif

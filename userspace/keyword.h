/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The keywords of keyword_field.c, for the lists in keyword.c. */
#ifndef DSRCTL_KEYWORD_H
#define DSRCTL_KEYWORD_H

#include "grammar.h"

extern const struct dsr_keyword keyword_hash;
extern const struct dsr_keyword keyword_table_size;
extern const struct dsr_keyword keyword_on_delete;
extern const struct dsr_keyword keyword_no_backend;
extern const struct dsr_keyword keyword_unmatched;
extern const struct dsr_keyword keyword_min_active;
extern const struct dsr_keyword keyword_slow_start;
extern const struct dsr_keyword keyword_persist;
extern const struct dsr_keyword keyword_persist_prefix4;
extern const struct dsr_keyword keyword_persist_prefix6;
extern const struct dsr_keyword keyword_one_packet;
extern const struct dsr_keyword keyword_health;
extern const struct dsr_keyword keyword_drain_timeout;
extern const struct dsr_keyword keyword_priority;
extern const struct dsr_keyword keyword_max_flows;
extern const struct dsr_keyword keyword_min_flows;
extern const struct dsr_keyword keyword_outer_port;
extern const struct dsr_keyword keyword_outer_checksum;
extern const struct dsr_keyword keyword_gue_variant;
extern const struct dsr_keyword keyword_gre_key;
extern const struct dsr_keyword keyword_dscp;
extern const struct dsr_keyword keyword_echo;

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What dsrctl talks about, as plain structs: the parser fills them, nl_attr.c
 * makes attributes of them and back, print.c shows them.
 */
#ifndef DSRCTL_MODEL_H
#define DSRCTL_MODEL_H

#include <linux/nf_dsr.h>

#include "addr.h"

enum dsr_timeout {
	DSR_TIMEOUT_TCP,
	DSR_TIMEOUT_TCP_SYN,
	DSR_TIMEOUT_TCP_CLOSING,
	DSR_TIMEOUT_UDP,
	DSR_TIMEOUT_ICMP,
	DSR_TIMEOUT_OTHER,
	DSR_TIMEOUTS,
};

/* Bits of dsr_conf.set. */
enum {
	DSR_SET_SCHEDULER = 1 << 0,
	DSR_SET_SEED = 1 << 1,
	DSR_SET_STATE = 1 << 2,
	DSR_SET_WEIGHT = 1 << 3,
	DSR_SET_METHOD = 1 << 4,
	DSR_SET_OUTER_SOURCE = 1 << 5,
	DSR_SET_OUTER_ADDR4 = 1 << 6,
	DSR_SET_OUTER_ADDR6 = 1 << 7,
	DSR_SET_OUTER_TTL = 1 << 8,
	DSR_SET_TIMEOUT = 1 << 9,	/* of the first one, the others follow */
	DSR_SET_ECHO = 1 << 24,
	DSR_SET_SOURCES = 1 << 25,
	DSR_SET_SOURCE_OTHER = 1 << 26,
	DSR_SET_DEV = 1 << 27,
};

#define DSR_SET_TIMEOUT_OF(timeout) (DSR_SET_TIMEOUT << (timeout))

/* What can be set of a service or a backend; what is not in set is unknown. */
struct dsr_conf {
	__u32 set;
	char scheduler[DSR_TEXT];
	__u64 seed;
	__u8 state;			/* enum nf_dsr_backend_state */
	__u32 weight;
	__u8 method;			/* enum nf_dsr_method */
	__u8 outer_source;		/* enum nf_dsr_outer_source */
	struct dsr_addr outer_addr4;
	struct dsr_addr outer_addr6;
	__u8 outer_ttl;		/* 0: that of the client's packet */
	__u32 timeouts[DSR_TIMEOUTS];
	__u8 echo;			/* enum nf_dsr_echo */
	struct dsr_prefix sources[NF_DSR_SOURCES_MAX];
	__u8 n_sources;			/* 0: any */
	__u8 source_other;		/* enum nf_dsr_source_other */
	char dev[DSR_TEXT];		/* empty: any */
};

struct dsr_counters {
	__u64 flows;
	__u64 packets;
	__u64 bytes;
	__u64 active;
};

struct dsr_service {
	struct dsr_key key;
	struct dsr_conf conf;
	__u32 backends;
	struct dsr_counters counters;
};

struct dsr_backend {
	struct dsr_key service;
	struct dsr_addr addr;
	struct dsr_conf conf;
	struct dsr_counters counters;
};

struct dsr_flow {
	struct dsr_key service;
	struct dsr_addr client;
	struct dsr_addr vip;
	struct dsr_addr backend;
	__u16 client_port;
	__u16 port;
	__u8 protocol;
	__u8 state;			/* enum nf_dsr_flow_state */
	__u32 idle;
	__u32 expires;
};

struct dsr_drop {
	char *name;
	char *doc;			/* NULL when not asked for */
	__u64 packets;
};

struct dsr_stats {
	char version[DSR_TEXT];
	__u32 services;
	__u32 flows;
	__u32 flows_max;
	__u32 buckets;
	__u32 flow_size;
	struct dsr_drop *drops;
	size_t n_drops;
};

/* Words of the grammar by their value; each list ends with NULL. */
extern const char *const model_protocols[];	/* see model_protocol_numbers */
extern const __u8 model_protocol_numbers[];
extern const char *const model_schedulers[];
extern const char *const model_methods[];
extern const char *const model_outer_sources[];
extern const char *const model_echoes[];
extern const char *const model_source_others[];
extern const char *const model_backend_states[];
extern const char *const model_flow_states[];
extern const char *const model_timeouts[];

/* Index of a word in such a list, or -1. */
int model_find(const char *const *names, const char *word);

/* The word of a value, or its number where a newer kernel knows more of them. */
const char *model_name(const char *const *names, unsigned int value, char *text, size_t size);
const char *model_protocol(__u8 number, char *text, size_t size);

/* What stands before a key: its protocol, or mark. */
const char *model_key_kind(const struct dsr_key *key, char *text, size_t size);

void model_free_stats(struct dsr_stats *stats);

#endif

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
};

#define DSR_SET_TIMEOUT_OF(timeout) (DSR_SET_TIMEOUT << (timeout))

/* What can be set of a service or a backend; what is not in set is unknown. */
struct dsr_conf {
	uint32_t set;
	char scheduler[NF_DSR_NAME_MAX + 1];
	uint64_t seed;
	uint8_t state;			/* enum nf_dsr_backend_state */
	uint32_t weight;
	uint8_t method;			/* enum nf_dsr_method */
	uint8_t outer_source;		/* enum nf_dsr_outer_source */
	struct dsr_addr outer_addr4;
	struct dsr_addr outer_addr6;
	uint8_t outer_ttl;		/* 0: that of the client's packet */
	uint32_t timeouts[DSR_TIMEOUTS];
};

struct dsr_counters {
	uint64_t flows;
	uint64_t packets;
	uint64_t bytes;
	uint64_t active;
};

struct dsr_service {
	struct dsr_key key;
	struct dsr_conf conf;
	uint32_t backends;
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
	uint16_t client_port;
	uint16_t port;
	uint8_t protocol;
	uint8_t state;			/* enum nf_dsr_flow_state */
	uint32_t idle;
	uint32_t expires;
};

struct dsr_drop {
	char *name;
	char *doc;			/* NULL when not asked for */
	uint64_t packets;
};

struct dsr_stats {
	char version[64];
	uint32_t services;
	uint32_t flows;
	uint32_t flows_max;
	uint32_t buckets;
	uint32_t flow_size;
	struct dsr_drop *drops;
	size_t n_drops;
};

/* Words of the grammar by their value; each list ends with NULL. */
extern const char *const model_protocols[];	/* see model_protocol_numbers */
extern const uint8_t model_protocol_numbers[];
extern const char *const model_schedulers[];
extern const char *const model_methods[];
extern const char *const model_outer_sources[];
extern const char *const model_backend_states[];
extern const char *const model_flow_states[];
extern const char *const model_timeouts[];

/* Index of a word in such a list, or -1. */
int model_find(const char *const *names, const char *word);

/* The word of a value, or its number where a newer kernel knows more of them. */
const char *model_name(const char *const *names, unsigned int value, char *text, size_t size);
const char *model_protocol(uint8_t number, char *text, size_t size);

void model_free_stats(struct dsr_stats *stats);

#endif

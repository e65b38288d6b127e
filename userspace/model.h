/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The objects that dsrctl handles, as plain structs: the parser fills them, nl_attr.c
 * converts them to attributes and back, and print.c shows them.
 */
#ifndef DSRCTL_MODEL_H
#define DSRCTL_MODEL_H

#include <linux/nf_dsr.h>

#include "addr.h"
#include "names_gen.h"

/* The options of a service or a backend. Each has an entry in conf_options[], see conf.h,
 * and the bit of its index. A member whose bit is not in set is unknown.
 */
struct dsr_conf {
	__u64 set;
	__u64 unset;			/* in a request: bits of the options to unset */
	char scheduler[DSR_TEXT];
	__u64 seed;
	__u8 state;			/* enum nf_dsr_backend_state */
	__u32 weight;
	__u8 method;			/* enum nf_dsr_method */
	__u8 outer_source;		/* enum nf_dsr_outer_source */
	struct dsr_addr outer_addr4;
	struct dsr_addr outer_addr6;
	__u8 outer_prefix4;		/* for outer-source prefix */
	__u8 outer_prefix6;
	__u8 outer_ttl;		/* 0: the TTL of the client's packet */
	__u16 outer_port;
	__u8 outer_checksum;		/* enum nf_dsr_outer_checksum */
	__u8 gue_variant;
	__u8 dscp;
	__u64 gre_key;			/* or NF_DSR_GRE_KEY_NONE */
	__u32 timeout_tcp;
	__u32 timeout_tcp_syn;
	__u32 timeout_tcp_closing;
	__u32 timeout_udp;
	__u32 timeout_icmp;
	__u32 timeout_other;
	__u32 timeout_tcp_unconfirmed;
	__u32 table_size;
	__u8 hash;			/* enum nf_dsr_hash */
	__u8 on_delete;			/* enum nf_dsr_on_delete */
	__u8 on_down;			/* enum nf_dsr_on_down */
	__u32 drain_for;
	__u8 no_backend;		/* enum nf_dsr_no_backend */
	__u8 unmatched;			/* enum nf_dsr_unmatched */
	__u8 health;			/* enum nf_dsr_health */
	__u32 drain_timeout;
	__u32 drain_left;
	__u32 min_active;
	__u32 slow_start;
	__u32 fail_open_below;		/* 0: never; or NF_DSR_FAIL_OPEN_PERCENT and a percentage */
	__u8 fail_open;			/* 0 or 1 */
	__u64 fail_opens;
	__u32 healthy;
	__u32 candidates;
	__u32 persist;
	__u8 persist_prefix4;
	__u8 persist_prefix6;
	__u8 one_packet;		/* 0 or 1 */
	__u8 priority;
	__u32 max_flows;
	__u32 min_flows;
	__u32 check_mark;		/* 0: none */
	__u8 limited;			/* 0 or 1 */
	__u8 effective;			/* enum nf_dsr_effective_state */
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
	__u64 icmp_errors;
	__u64 unreachable;
	__u64 check_packets;
	__u64 check_bytes;
};

/* Rates per second since the reading before. */
struct dsr_rates {
	double seconds;			/* between the readings; 0: there was none before */
	double flows;			/* new ones */
	double packets;
	double bits;
	const char *time;		/* of the later reading, as text */
};

struct dsr_service {
	struct dsr_key key;
	struct dsr_conf conf;
	__u32 backends;
	struct dsr_counters counters;
	struct dsr_rates rates;		/* not from the kernel */
	__u32 generation;		/* of the configuration; all answers have it */
};

struct dsr_backend {
	struct dsr_key service;
	struct dsr_addr addr;
	struct dsr_conf conf;
	struct dsr_counters counters;
	struct dsr_rates rates;
	__u32 generation;
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

/* Bits of dsr_trace.set: the members that a request has, and the optional ones and
 * flags of an answer.
 */
enum {
	DSR_TRACE_SPORT = 1 << 0,
	DSR_TRACE_DPORT = 1 << 1,
	DSR_TRACE_DEV = 1 << 2,
	DSR_TRACE_MARK = 1 << 3,
	DSR_TRACE_TCP_FLAGS = 1 << 4,
	DSR_TRACE_LENGTH = 1 << 5,
	DSR_TRACE_DF = 1 << 6,
	DSR_TRACE_TTL = 1 << 7,
	DSR_TRACE_ERROR = 1 << 8,
	DSR_TRACE_CHOSEN_BY = 1 << 9,
	DSR_TRACE_STATE = 1 << 10,
	DSR_TRACE_METHOD = 1 << 11,
	DSR_TRACE_FRAGMENTED = 1 << 12,
};

/* A packet to trace, and the kernel's answer: what would happen to it. */
struct dsr_trace {
	__u64 set;
	__u8 protocol;
	struct dsr_addr source;
	struct dsr_addr destination;
	__u16 sport;
	__u16 dport;
	char dev[DSR_TEXT];
	__u32 mark;
	__u8 tcp_flags;
	__u32 length;
	__u8 df;			/* 0 or 1 */
	__u8 ttl;

	__u8 verdict;			/* enum nf_dsr_trace_verdict */
	char reason[DSR_TEXT];		/* empty: none */
	char meaning[160];		/* of the reason */
	struct dsr_key service;		/* without an address: none */
	char scheduler[DSR_TEXT];
	__u8 chosen_by;			/* enum nf_dsr_chosen_by */
	__u8 state;			/* enum nf_dsr_flow_state */
	struct dsr_addr backend;
	__u8 method;			/* enum nf_dsr_method */
	char out_dev[DSR_TEXT];
	struct dsr_addr via;
	char lladdr[3 * 32];		/* as text; empty: unknown */
	__u32 mtu;			/* 0: unknown */
	__u32 inner_mtu;
};

/* Bits of dsr_filter.set. */
enum {
	DSR_FILTER_PROTOCOL = 1 << 0,
	DSR_FILTER_STATE = 1 << 1,
	DSR_FILTER_VRF = 1 << 2,
};

/* Conditions for the objects that a command shows. An address without a family matches
 * any.
 */
struct dsr_filter {
	unsigned int set;
	__u8 protocol;
	__u8 state;			/* enum nf_dsr_{flow,backend}_state */
	__u8 version;			/* 4 or 6; 0: any */
	char vrf[DSR_TEXT];		/* empty: none */
	struct dsr_prefix addr;		/* of a VIP or a client */
	struct dsr_addr vip;
};

struct dsr_drop {
	char *name;
	char *doc;			/* NULL unless requested */
	__u64 packets;
};

struct dsr_stats {
	char version[DSR_TEXT];
	__u32 services;
	__u32 flows;
	__u32 flows_max;
	__u32 buckets;
	__u32 flow_size;
	__u32 generation;
	struct dsr_drop *drops;
	size_t n_drops;
};

/* A device whose packets nf_dsr handles at the ingress hook, before IP's input. */
struct dsr_device {
	char name[DSR_TEXT];
	__u8 attached;		/* the device exists and the hook is registered */
	__u32 generation;
};

/* An operation of a transaction that the kernel accepted, but that has no effect yet. */
struct dsr_warning {
	__u32 operation;		/* from 1 */
	char text[160];
};

/* The result of a transaction. */
struct dsr_commit {
	__u32 generation;
	__u32 operations;
	__u32 warnings;			/* their number; the first ones are: */
	struct dsr_warning first[16];
	__u32 n_first;
};

/* A backend before and after a transaction that is not carried out. */
struct dsr_preview_backend {
	struct dsr_addr addr;
	__u32 slots_before;
	__u32 slots_after;
	__u32 weight_before;
	__u32 weight_after;
	__u64 flows;
	__u64 leaving;
	__u64 set;			/* not 0: it would be deleted */
};

/* The same for a service. */
struct dsr_preview {
	struct dsr_key key;
	char scheduler_before[DSR_TEXT];	/* empty: it would be added */
	char scheduler_after[DSR_TEXT];		/* empty: it would be deleted */
	__u32 slots_before;
	__u32 slots_after;
	__u32 moved;
	__u32 backends;
	size_t first_backend;			/* in a list of backends */
	size_t n_backends;
};

/* Where the rest of a preview begins that does not fit into one answer. */
struct dsr_preview_cursor {
	__u32 service;
	__u32 backend;
	__u64 more;			/* not 0: there is a rest */
};

/* Words of the grammar that are not names of the specification, which are in names_gen.h.
 * Each list ends with NULL.
 */
extern const char *const model_protocols[];	/* see model_protocol_numbers */
extern const __u8 model_protocol_numbers[];
extern const char *const model_off_on[];
extern const char *const model_packet_protocols[];	/* see its _numbers */
extern const __u8 model_packet_protocol_numbers[];
extern const char *const model_tcp_flags[];	/* see model_tcp_flag_bits */
extern const __u8 model_tcp_flag_bits[];

/* Return the index of a word in such a list, or -1. */
int model_find(const char *const *names, const char *word);

/* Return the word for a value, or its number if only a newer kernel knows the value. */
const char *model_name(const char *const *names, unsigned int value, char *text, size_t size);
const char *model_protocol(__u8 number, char *text, size_t size);

/* Return the word that precedes a key: its protocol, or mark. */
const char *model_key_kind(const struct dsr_key *key, char *text, size_t size);

void model_free_stats(struct dsr_stats *stats);

#endif

/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
#ifndef SPEC_GEN_H
#define SPEC_GEN_H

#include <linux/nf_dsr.h>
#include <stdbool.h>

#include "names_gen.h"

struct spec_attribute {
	const char *name;
	const char *type;
	const char *const *words;	/* of its enum, or NULL */
	bool settable;
};

static const struct spec_attribute spec_service[] = {
	[NF_DSR_A_SERVICE_ADDR4] = {
		"addr4", "be32", NULL, false
	},
	[NF_DSR_A_SERVICE_ADDR6] = {
		"addr6", "binary", NULL, false
	},
	[NF_DSR_A_SERVICE_PREFIX_LEN] = {
		"prefix-len", "u8", NULL, false
	},
	[NF_DSR_A_SERVICE_PROTOCOL] = {
		"protocol", "u8", NULL, false
	},
	[NF_DSR_A_SERVICE_PORT] = {
		"port", "be16", NULL, false
	},
	[NF_DSR_A_SERVICE_PORT_END] = {
		"port-end", "be16", NULL, false
	},
	[NF_DSR_A_SERVICE_SCHEDULER] = {
		"scheduler", "string", NULL, true
	},
	[NF_DSR_A_SERVICE_SEED] = {
		"seed", "u64", NULL, true
	},
	[NF_DSR_A_SERVICE_METHOD] = {
		"method", "u8", names_method, true
	},
	[NF_DSR_A_SERVICE_OUTER_SOURCE] = {
		"outer-source", "u8", names_outer_source, true
	},
	[NF_DSR_A_SERVICE_OUTER_ADDR4] = {
		"outer-addr4", "be32", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_ADDR6] = {
		"outer-addr6", "binary", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_TTL] = {
		"outer-ttl", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_TCP] = {
		"timeout-tcp", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_SYN] = {
		"timeout-tcp-syn", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_CLOSING] = {
		"timeout-tcp-closing", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_UDP] = {
		"timeout-udp", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_ICMP] = {
		"timeout-icmp", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_OTHER] = {
		"timeout-other", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_BACKENDS] = {
		"backends", "u32", NULL, false
	},
	[NF_DSR_A_SERVICE_PAD] = {
		"pad", "pad", NULL, false
	},
	[NF_DSR_A_SERVICE_STATS] = {
		"stats", "nest", NULL, false
	},
	[NF_DSR_A_SERVICE_TABLE_SIZE] = {
		"table-size", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_HASH] = {
		"hash", "u8", names_hash, true
	},
	[NF_DSR_A_SERVICE_ON_DELETE] = {
		"on-delete", "u8", names_on_delete, true
	},
	[NF_DSR_A_SERVICE_NO_BACKEND] = {
		"no-backend", "u8", names_no_backend, true
	},
	[NF_DSR_A_SERVICE_UNMATCHED] = {
		"unmatched", "u8", names_unmatched, true
	},
	[NF_DSR_A_SERVICE_MIN_ACTIVE] = {
		"min-active", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_SLOW_START] = {
		"slow-start", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_PERSIST] = {
		"persist", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_PERSIST_PREFIX4] = {
		"persist-prefix4", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_PERSIST_PREFIX6] = {
		"persist-prefix6", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_ONE_PACKET] = {
		"one-packet", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_PORT] = {
		"outer-port", "be16", NULL, true
	},
	[NF_DSR_A_SERVICE_GUE_VARIANT] = {
		"gue-variant", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_CHECKSUM] = {
		"outer-checksum", "u8", names_outer_checksum, true
	},
	[NF_DSR_A_SERVICE_GRE_KEY] = {
		"gre-key", "u64", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_PREFIX4] = {
		"outer-prefix4", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_OUTER_PREFIX6] = {
		"outer-prefix6", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_DSCP] = {
		"dscp", "u8", NULL, true
	},
	[NF_DSR_A_SERVICE_ECHO] = {
		"echo", "u8", names_echo, true
	},
	[NF_DSR_A_SERVICE_MARK] = {
		"mark", "u32", NULL, false
	},
	[NF_DSR_A_SERVICE_FAMILY] = {
		"family", "u8", NULL, false
	},
	[NF_DSR_A_SERVICE_VRF] = {
		"vrf", "string", NULL, false
	},
	[NF_DSR_A_SERVICE_SOURCE] = {
		"source", "nest", NULL, true
	},
	[NF_DSR_A_SERVICE_SOURCE_OTHER] = {
		"source-other", "u8", names_source_other, true
	},
	[NF_DSR_A_SERVICE_DEV] = {
		"dev", "string", NULL, true
	},
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_UNCONFIRMED] = {
		"timeout-tcp-unconfirmed", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_GENERATION] = {
		"generation", "u32", NULL, false
	},
	[NF_DSR_A_SERVICE_UNSET] = {
		"unset", "u16", NULL, false
	},
	[NF_DSR_A_SERVICE_FORCE] = {
		"force", "flag", NULL, true
	},
	[NF_DSR_A_SERVICE_FAIL_OPEN_BELOW] = {
		"fail-open-below", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_ON_DOWN] = {
		"on-down", "u8", names_on_down, true
	},
	[NF_DSR_A_SERVICE_DRAIN_FOR] = {
		"drain-for", "u32", NULL, true
	},
	[NF_DSR_A_SERVICE_FAIL_OPEN] = {
		"fail-open", "u8", NULL, false
	},
	[NF_DSR_A_SERVICE_FAIL_OPENS] = {
		"fail-opens", "u64", NULL, false
	},
	[NF_DSR_A_SERVICE_HEALTHY] = {
		"healthy", "u32", NULL, false
	},
	[NF_DSR_A_SERVICE_CANDIDATES] = {
		"candidates", "u32", NULL, false
	},
};

static const struct spec_attribute spec_backend[] = {
	[NF_DSR_A_BACKEND_SERVICE] = {
		"service", "nest", NULL, false
	},
	[NF_DSR_A_BACKEND_ADDR4] = {
		"addr4", "be32", NULL, false
	},
	[NF_DSR_A_BACKEND_ADDR6] = {
		"addr6", "binary", NULL, false
	},
	[NF_DSR_A_BACKEND_STATE] = {
		"state", "u8", names_backend_state, true
	},
	[NF_DSR_A_BACKEND_WEIGHT] = {
		"weight", "u32", NULL, true
	},
	[NF_DSR_A_BACKEND_METHOD] = {
		"method", "u8", names_method, true
	},
	[NF_DSR_A_BACKEND_OUTER_SOURCE] = {
		"outer-source", "u8", names_outer_source, true
	},
	[NF_DSR_A_BACKEND_OUTER_ADDR4] = {
		"outer-addr4", "be32", NULL, true
	},
	[NF_DSR_A_BACKEND_OUTER_ADDR6] = {
		"outer-addr6", "binary", NULL, true
	},
	[NF_DSR_A_BACKEND_OUTER_TTL] = {
		"outer-ttl", "u8", NULL, true
	},
	[NF_DSR_A_BACKEND_STATS] = {
		"stats", "nest", NULL, false
	},
	[NF_DSR_A_BACKEND_DRAIN_TIMEOUT] = {
		"drain-timeout", "u32", NULL, true
	},
	[NF_DSR_A_BACKEND_HEALTH] = {
		"health", "u8", names_health, true
	},
	[NF_DSR_A_BACKEND_DRAIN_LEFT] = {
		"drain-left", "u32", NULL, false
	},
	[NF_DSR_A_BACKEND_PRIORITY] = {
		"priority", "u8", NULL, true
	},
	[NF_DSR_A_BACKEND_MAX_FLOWS] = {
		"max-flows", "u32", NULL, true
	},
	[NF_DSR_A_BACKEND_MIN_FLOWS] = {
		"min-flows", "u32", NULL, true
	},
	[NF_DSR_A_BACKEND_LIMITED] = {
		"limited", "u8", NULL, false
	},
	[NF_DSR_A_BACKEND_OUTER_PORT] = {
		"outer-port", "be16", NULL, true
	},
	[NF_DSR_A_BACKEND_GUE_VARIANT] = {
		"gue-variant", "u8", NULL, true
	},
	[NF_DSR_A_BACKEND_OUTER_CHECKSUM] = {
		"outer-checksum", "u8", names_outer_checksum, true
	},
	[NF_DSR_A_BACKEND_GRE_KEY] = {
		"gre-key", "u64", NULL, true
	},
	[NF_DSR_A_BACKEND_OUTER_PREFIX4] = {
		"outer-prefix4", "u8", NULL, true
	},
	[NF_DSR_A_BACKEND_OUTER_PREFIX6] = {
		"outer-prefix6", "u8", NULL, true
	},
	[NF_DSR_A_BACKEND_GENERATION] = {
		"generation", "u32", NULL, false
	},
	[NF_DSR_A_BACKEND_EFFECTIVE_STATE] = {
		"effective-state", "u8", names_effective_state, false
	},
	[NF_DSR_A_BACKEND_UNSET] = {
		"unset", "u16", NULL, false
	},
	[NF_DSR_A_BACKEND_CHECK_MARK] = {
		"check-mark", "u32", NULL, true
	},
};

#endif

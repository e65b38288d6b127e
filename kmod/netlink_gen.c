// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "netlink_gen.h"

#include <uapi/linux/nf_dsr.h>

/* Common nested types */
const struct nla_policy nf_dsr_backend_request_nl_policy[NF_DSR_A_BACKEND_CHECK_MARK + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_BACKEND_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_BACKEND_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_BACKEND_WEIGHT] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_METHOD] = NLA_POLICY_MAX(NLA_U8, 5),
	[NF_DSR_A_BACKEND_OUTER_SOURCE] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_BACKEND_OUTER_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_OUTER_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_BACKEND_OUTER_TTL] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_DRAIN_TIMEOUT] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_HEALTH] = NLA_POLICY_MAX(NLA_U8, 1),
	[NF_DSR_A_BACKEND_PRIORITY] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_MAX_FLOWS] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_MIN_FLOWS] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_OUTER_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_BACKEND_GUE_VARIANT] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_OUTER_CHECKSUM] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_BACKEND_GRE_KEY] = { .type = NLA_U64, },
	[NF_DSR_A_BACKEND_OUTER_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_OUTER_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_UNSET] = { .type = NLA_U16, },
	[NF_DSR_A_BACKEND_CHECK_MARK] = { .type = NLA_U32, },
};

const struct nla_policy nf_dsr_op_nl_policy[NF_DSR_A_OP_BACKEND + 1] = {
	[NF_DSR_A_OP_KIND] = NLA_POLICY_MAX(NLA_U8, 10),
	[NF_DSR_A_OP_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_request_nl_policy),
	[NF_DSR_A_OP_BACKEND] = NLA_POLICY_NESTED(nf_dsr_backend_request_nl_policy),
};

const struct nla_policy nf_dsr_prefix_nl_policy[NF_DSR_A_PREFIX_PREFIX_LEN + 1] = {
	[NF_DSR_A_PREFIX_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_PREFIX_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_PREFIX_PREFIX_LEN] = { .type = NLA_U8, },
};

const struct nla_policy nf_dsr_preview_cursor_nl_policy[NF_DSR_A_PREVIEW_CURSOR_BACKEND + 1] = {
	[NF_DSR_A_PREVIEW_CURSOR_SERVICE] = { .type = NLA_U32, },
	[NF_DSR_A_PREVIEW_CURSOR_BACKEND] = { .type = NLA_U32, },
};

const struct nla_policy nf_dsr_service_key_nl_policy[NF_DSR_A_SERVICE_VRF + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

const struct nla_policy nf_dsr_service_request_nl_policy[NF_DSR_A_SERVICE_DRAIN_FOR + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_SCHEDULER] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_SEED] = { .type = NLA_U64, },
	[NF_DSR_A_SERVICE_METHOD] = NLA_POLICY_MAX(NLA_U8, 5),
	[NF_DSR_A_SERVICE_OUTER_SOURCE] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_OUTER_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_OUTER_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_OUTER_TTL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_SYN] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_CLOSING] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_UDP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_ICMP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_OTHER] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TABLE_SIZE] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_HASH] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_ON_DELETE] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_NO_BACKEND] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_UNMATCHED] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_MIN_ACTIVE] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_SLOW_START] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_PERSIST] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_PERSIST_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PERSIST_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_ONE_PACKET] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_GUE_VARIANT] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_CHECKSUM] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_GRE_KEY] = { .type = NLA_U64, },
	[NF_DSR_A_SERVICE_OUTER_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_DSCP] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_ECHO] = NLA_POLICY_MAX(NLA_U8, 4),
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_SOURCE] = NLA_POLICY_NESTED(nf_dsr_prefix_nl_policy),
	[NF_DSR_A_SERVICE_SOURCE_OTHER] = NLA_POLICY_MAX(NLA_U8, 1),
	[NF_DSR_A_SERVICE_DEV] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_UNCONFIRMED] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_UNSET] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_FORCE] = { .type = NLA_FLAG, },
	[NF_DSR_A_SERVICE_FAIL_OPEN_BELOW] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ON_DOWN] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_DRAIN_FOR] = { .type = NLA_U32, },
};

/* NF_DSR_CMD_SERVICE_GET - do */
const struct nla_policy nf_dsr_service_get_nl_policy[NF_DSR_A_SERVICE_VRF + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_SERVICE_NEW - do */
const struct nla_policy nf_dsr_service_new_nl_policy[NF_DSR_A_SERVICE_DRAIN_FOR + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_SCHEDULER] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_SEED] = { .type = NLA_U64, },
	[NF_DSR_A_SERVICE_METHOD] = NLA_POLICY_MAX(NLA_U8, 5),
	[NF_DSR_A_SERVICE_OUTER_SOURCE] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_OUTER_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_OUTER_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_OUTER_TTL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_SYN] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_CLOSING] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_UDP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_ICMP] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TIMEOUT_OTHER] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_TABLE_SIZE] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_HASH] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_ON_DELETE] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_NO_BACKEND] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_UNMATCHED] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_MIN_ACTIVE] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_SLOW_START] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_PERSIST] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_PERSIST_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PERSIST_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_ONE_PACKET] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_GUE_VARIANT] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_CHECKSUM] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_SERVICE_GRE_KEY] = { .type = NLA_U64, },
	[NF_DSR_A_SERVICE_OUTER_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_OUTER_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_DSCP] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_ECHO] = NLA_POLICY_MAX(NLA_U8, 4),
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_SOURCE] = NLA_POLICY_NESTED(nf_dsr_prefix_nl_policy),
	[NF_DSR_A_SERVICE_SOURCE_OTHER] = NLA_POLICY_MAX(NLA_U8, 1),
	[NF_DSR_A_SERVICE_DEV] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
	[NF_DSR_A_SERVICE_TIMEOUT_TCP_UNCONFIRMED] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_UNSET] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_FORCE] = { .type = NLA_FLAG, },
	[NF_DSR_A_SERVICE_FAIL_OPEN_BELOW] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ON_DOWN] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_SERVICE_DRAIN_FOR] = { .type = NLA_U32, },
};

/* NF_DSR_CMD_SERVICE_DEL - do */
const struct nla_policy nf_dsr_service_del_nl_policy[NF_DSR_A_SERVICE_VRF + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_BACKEND_GET - do */
const struct nla_policy nf_dsr_backend_get_nl_policy[NF_DSR_A_BACKEND_STATE + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_BACKEND_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_BACKEND_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
};

/* NF_DSR_CMD_BACKEND_NEW - do */
const struct nla_policy nf_dsr_backend_new_nl_policy[NF_DSR_A_BACKEND_CHECK_MARK + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_BACKEND_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_BACKEND_STATE] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_BACKEND_WEIGHT] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_METHOD] = NLA_POLICY_MAX(NLA_U8, 5),
	[NF_DSR_A_BACKEND_OUTER_SOURCE] = NLA_POLICY_MAX(NLA_U8, 3),
	[NF_DSR_A_BACKEND_OUTER_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_OUTER_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_BACKEND_OUTER_TTL] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_DRAIN_TIMEOUT] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_HEALTH] = NLA_POLICY_MAX(NLA_U8, 1),
	[NF_DSR_A_BACKEND_PRIORITY] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_MAX_FLOWS] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_MIN_FLOWS] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_OUTER_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_BACKEND_GUE_VARIANT] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_OUTER_CHECKSUM] = NLA_POLICY_MAX(NLA_U8, 2),
	[NF_DSR_A_BACKEND_GRE_KEY] = { .type = NLA_U64, },
	[NF_DSR_A_BACKEND_OUTER_PREFIX4] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_OUTER_PREFIX6] = { .type = NLA_U8, },
	[NF_DSR_A_BACKEND_UNSET] = { .type = NLA_U16, },
	[NF_DSR_A_BACKEND_CHECK_MARK] = { .type = NLA_U32, },
};

/* NF_DSR_CMD_BACKEND_DEL - do */
const struct nla_policy nf_dsr_backend_del_nl_policy[NF_DSR_A_BACKEND_ADDR6 + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_BACKEND_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_ADDR6] = NLA_POLICY_EXACT_LEN(16),
};

/* NF_DSR_CMD_FLOW_GET - do */
const struct nla_policy nf_dsr_flow_get_nl_policy[NF_DSR_A_FLOW_SRC_PREFIX_LEN + 1] = {
	[NF_DSR_A_FLOW_SRC4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_SRC6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_DST4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_DST6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_FLOW_SRC_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_FLOW_DST_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_FLOW_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_FLOW_BACKEND4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_BACKEND6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 8),
	[NF_DSR_A_FLOW_SRC_PREFIX_LEN] = { .type = NLA_U8, },
};

/* NF_DSR_CMD_FLOW_FLUSH - do */
const struct nla_policy nf_dsr_flow_flush_nl_policy[NF_DSR_A_FLOW_SERVICE + 1] = {
	[NF_DSR_A_FLOW_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_FLOW_BACKEND4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_BACKEND6] = NLA_POLICY_EXACT_LEN(16),
};

/* NF_DSR_CMD_STATS_GET - do */
const struct nla_policy nf_dsr_stats_get_nl_policy[NF_DSR_A_STATS_EXPLAIN + 1] = {
	[NF_DSR_A_STATS_EXPLAIN] = { .type = NLA_FLAG, },
};

/* NF_DSR_CMD_COMMIT - do */
const struct nla_policy nf_dsr_commit_nl_policy[NF_DSR_A_COMMIT_DRY_RUN + 1] = {
	[NF_DSR_A_COMMIT_OP] = NLA_POLICY_NESTED(nf_dsr_op_nl_policy),
	[NF_DSR_A_COMMIT_GENERATION] = { .type = NLA_U32, },
	[NF_DSR_A_COMMIT_DRY_RUN] = NLA_POLICY_NESTED(nf_dsr_preview_cursor_nl_policy),
};

/* NF_DSR_CMD_TRACE - do */
const struct nla_policy nf_dsr_trace_nl_policy[NF_DSR_A_TRACE_ERROR + 1] = {
	[NF_DSR_A_TRACE_SRC4] = { .type = NLA_U32, },
	[NF_DSR_A_TRACE_SRC6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_TRACE_DST4] = { .type = NLA_U32, },
	[NF_DSR_A_TRACE_DST6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_TRACE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_TRACE_SRC_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_TRACE_DST_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_TRACE_DEV] = { .type = NLA_NUL_STRING, .len = 15, },
	[NF_DSR_A_TRACE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_TRACE_TCP_FLAGS] = { .type = NLA_U8, },
	[NF_DSR_A_TRACE_LENGTH] = { .type = NLA_U32, },
	[NF_DSR_A_TRACE_DF] = { .type = NLA_U8, },
	[NF_DSR_A_TRACE_TTL] = { .type = NLA_U8, },
	[NF_DSR_A_TRACE_ERROR] = { .type = NLA_FLAG, },
};

/* NF_DSR_CMD_DEVICE_GET - do */
const struct nla_policy nf_dsr_device_get_nl_policy[NF_DSR_A_DEVICE_NAME + 1] = {
	[NF_DSR_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_DEVICE_NEW - do */
const struct nla_policy nf_dsr_device_new_nl_policy[NF_DSR_A_DEVICE_NAME + 1] = {
	[NF_DSR_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_DEVICE_DEL - do */
const struct nla_policy nf_dsr_device_del_nl_policy[NF_DSR_A_DEVICE_NAME + 1] = {
	[NF_DSR_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_SERVICE_DESTROY - do */
const struct nla_policy nf_dsr_service_destroy_nl_policy[NF_DSR_A_SERVICE_VRF + 1] = {
	[NF_DSR_A_SERVICE_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_ADDR6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_SERVICE_PREFIX_LEN] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_PORT_END] = { .type = NLA_U16, },
	[NF_DSR_A_SERVICE_MARK] = { .type = NLA_U32, },
	[NF_DSR_A_SERVICE_FAMILY] = { .type = NLA_U8, },
	[NF_DSR_A_SERVICE_VRF] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_BACKEND_DESTROY - do */
const struct nla_policy nf_dsr_backend_destroy_nl_policy[NF_DSR_A_BACKEND_ADDR6 + 1] = {
	[NF_DSR_A_BACKEND_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_BACKEND_ADDR4] = { .type = NLA_U32, },
	[NF_DSR_A_BACKEND_ADDR6] = NLA_POLICY_EXACT_LEN(16),
};

/* NF_DSR_CMD_DEVICE_DESTROY - do */
const struct nla_policy nf_dsr_device_destroy_nl_policy[NF_DSR_A_DEVICE_NAME + 1] = {
	[NF_DSR_A_DEVICE_NAME] = { .type = NLA_NUL_STRING, .len = NF_DSR_NAME_MAX, },
};

/* NF_DSR_CMD_FLOW_NEW - do */
const struct nla_policy nf_dsr_flow_new_nl_policy[NF_DSR_A_FLOW_SERVICE + 1] = {
	[NF_DSR_A_FLOW_SRC4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_SRC6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_DST4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_DST6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_PROTOCOL] = { .type = NLA_U8, },
	[NF_DSR_A_FLOW_SRC_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_FLOW_DST_PORT] = { .type = NLA_U16, },
	[NF_DSR_A_FLOW_SERVICE] = NLA_POLICY_NESTED(nf_dsr_service_key_nl_policy),
	[NF_DSR_A_FLOW_BACKEND4] = { .type = NLA_U32, },
	[NF_DSR_A_FLOW_BACKEND6] = NLA_POLICY_EXACT_LEN(16),
	[NF_DSR_A_FLOW_STATE] = NLA_POLICY_MAX(NLA_U8, 8),
	[NF_DSR_A_FLOW_IDLE] = { .type = NLA_U32, },
};

/* Ops table for nf_dsr */
const struct genl_ops nf_dsr_nl_ops[18] = {
	{
		.cmd		= NF_DSR_CMD_SERVICE_GET,
		.doit		= nf_dsr_nl_service_get_doit,
		.dumpit		= nf_dsr_nl_service_get_dumpit,
		.policy		= nf_dsr_service_get_nl_policy,
		.maxattr	= NF_DSR_A_SERVICE_VRF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_SERVICE_NEW,
		.doit		= nf_dsr_nl_service_new_doit,
		.policy		= nf_dsr_service_new_nl_policy,
		.maxattr	= NF_DSR_A_SERVICE_DRAIN_FOR,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_SERVICE_DEL,
		.doit		= nf_dsr_nl_service_del_doit,
		.policy		= nf_dsr_service_del_nl_policy,
		.maxattr	= NF_DSR_A_SERVICE_VRF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_BACKEND_GET,
		.doit		= nf_dsr_nl_backend_get_doit,
		.dumpit		= nf_dsr_nl_backend_get_dumpit,
		.policy		= nf_dsr_backend_get_nl_policy,
		.maxattr	= NF_DSR_A_BACKEND_STATE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_BACKEND_NEW,
		.doit		= nf_dsr_nl_backend_new_doit,
		.policy		= nf_dsr_backend_new_nl_policy,
		.maxattr	= NF_DSR_A_BACKEND_CHECK_MARK,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_BACKEND_DEL,
		.doit		= nf_dsr_nl_backend_del_doit,
		.policy		= nf_dsr_backend_del_nl_policy,
		.maxattr	= NF_DSR_A_BACKEND_ADDR6,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_FLOW_GET,
		.doit		= nf_dsr_nl_flow_get_doit,
		.dumpit		= nf_dsr_nl_flow_get_dumpit,
		.policy		= nf_dsr_flow_get_nl_policy,
		.maxattr	= NF_DSR_A_FLOW_SRC_PREFIX_LEN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_FLOW_FLUSH,
		.doit		= nf_dsr_nl_flow_flush_doit,
		.policy		= nf_dsr_flow_flush_nl_policy,
		.maxattr	= NF_DSR_A_FLOW_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_STATS_GET,
		.doit		= nf_dsr_nl_stats_get_doit,
		.policy		= nf_dsr_stats_get_nl_policy,
		.maxattr	= NF_DSR_A_STATS_EXPLAIN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_COMMIT,
		.doit		= nf_dsr_nl_commit_doit,
		.policy		= nf_dsr_commit_nl_policy,
		.maxattr	= NF_DSR_A_COMMIT_DRY_RUN,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_TRACE,
		.doit		= nf_dsr_nl_trace_doit,
		.policy		= nf_dsr_trace_nl_policy,
		.maxattr	= NF_DSR_A_TRACE_ERROR,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_DEVICE_GET,
		.doit		= nf_dsr_nl_device_get_doit,
		.dumpit		= nf_dsr_nl_device_get_dumpit,
		.policy		= nf_dsr_device_get_nl_policy,
		.maxattr	= NF_DSR_A_DEVICE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_DEVICE_NEW,
		.doit		= nf_dsr_nl_device_new_doit,
		.policy		= nf_dsr_device_new_nl_policy,
		.maxattr	= NF_DSR_A_DEVICE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_DEVICE_DEL,
		.doit		= nf_dsr_nl_device_del_doit,
		.policy		= nf_dsr_device_del_nl_policy,
		.maxattr	= NF_DSR_A_DEVICE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_SERVICE_DESTROY,
		.doit		= nf_dsr_nl_service_destroy_doit,
		.policy		= nf_dsr_service_destroy_nl_policy,
		.maxattr	= NF_DSR_A_SERVICE_VRF,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_BACKEND_DESTROY,
		.doit		= nf_dsr_nl_backend_destroy_doit,
		.policy		= nf_dsr_backend_destroy_nl_policy,
		.maxattr	= NF_DSR_A_BACKEND_ADDR6,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_DEVICE_DESTROY,
		.doit		= nf_dsr_nl_device_destroy_doit,
		.policy		= nf_dsr_device_destroy_nl_policy,
		.maxattr	= NF_DSR_A_DEVICE_NAME,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
	{
		.cmd		= NF_DSR_CMD_FLOW_NEW,
		.doit		= nf_dsr_nl_flow_new_doit,
		.policy		= nf_dsr_flow_new_nl_policy,
		.maxattr	= NF_DSR_A_FLOW_SERVICE,
		.flags		= GENL_UNS_ADMIN_PERM,
	},
};

static const struct genl_multicast_group nf_dsr_nl_mcgrps[] = {
	[NF_DSR_NLGRP_CONFIG] = { "config", },
};

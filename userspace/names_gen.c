// SPDX-License-Identifier: GPL-2.0-or-later
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
#include <linux/nf_dsr.h>
#include <stddef.h>

#include "names_gen.h"

const char *const names_method[] = {
	[NF_DSR_METHOD_L2] = "l2",
	[NF_DSR_METHOD_IPIP] = "ipip",
	[NF_DSR_METHOD_GRE] = "gre",
	[NF_DSR_METHOD_GUE] = "gue",
	[NF_DSR_METHOD_DSCP] = "dscp",
	[NF_DSR_METHOD_LOCAL] = "local",
	NULL
};

const char *const names_outer_source[] = {
	[NF_DSR_OUTER_SOURCE_ROUTE] = "route",
	[NF_DSR_OUTER_SOURCE_CLIENT] = "client",
	[NF_DSR_OUTER_SOURCE_ADDRESS] = "address",
	[NF_DSR_OUTER_SOURCE_PREFIX] = "prefix",
	NULL
};

const char *const names_outer_checksum[] = {
	[NF_DSR_OUTER_CHECKSUM_AUTO] = "auto",
	[NF_DSR_OUTER_CHECKSUM_OFF] = "off",
	[NF_DSR_OUTER_CHECKSUM_ON] = "on",
	NULL
};

const char *const names_echo[] = {
	[NF_DSR_ECHO_DEFAULT] = "default",
	[NF_DSR_ECHO_PASS] = "pass",
	[NF_DSR_ECHO_FORWARD] = "forward",
	[NF_DSR_ECHO_REPLY] = "reply",
	[NF_DSR_ECHO_REPLY_IF_UP] = "reply-if-up",
	NULL
};

const char *const names_source_other[] = {
	[NF_DSR_SOURCE_OTHER_PASS] = "pass",
	[NF_DSR_SOURCE_OTHER_DROP] = "drop",
	NULL
};

const char *const names_backend_state[] = {
	[NF_DSR_BACKEND_STATE_ACTIVE] = "active",
	[NF_DSR_BACKEND_STATE_DRAIN] = "drain",
	[NF_DSR_BACKEND_STATE_DOWN] = "down",
	NULL
};

const char *const names_effective_state[] = {
	[NF_DSR_EFFECTIVE_STATE_SERVING] = "serving",
	[NF_DSR_EFFECTIVE_STATE_SLOW_STARTING] = "slow-starting",
	[NF_DSR_EFFECTIVE_STATE_LIMITED] = "limited",
	[NF_DSR_EFFECTIVE_STATE_STANDBY] = "standby",
	[NF_DSR_EFFECTIVE_STATE_NO_WEIGHT] = "no-weight",
	[NF_DSR_EFFECTIVE_STATE_DRAINING] = "draining",
	[NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR] = "no-neighbour",
	[NF_DSR_EFFECTIVE_STATE_NO_ROUTE] = "no-route",
	[NF_DSR_EFFECTIVE_STATE_DRAINED] = "drained",
	[NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN] = "health-down",
	[NF_DSR_EFFECTIVE_STATE_DOWN] = "down",
	NULL
};

const char *const names_flow_state[] = {
	[NF_DSR_FLOW_STATE_SYN] = "syn",
	[NF_DSR_FLOW_STATE_ESTABLISHED] = "established",
	[NF_DSR_FLOW_STATE_CLOSING] = "closing",
	[NF_DSR_FLOW_STATE_UDP] = "udp",
	[NF_DSR_FLOW_STATE_ICMP] = "icmp",
	[NF_DSR_FLOW_STATE_OTHER] = "other",
	[NF_DSR_FLOW_STATE_PERSIST] = "persist",
	[NF_DSR_FLOW_STATE_RESET] = "reset",
	[NF_DSR_FLOW_STATE_UNCONFIRMED] = "unconfirmed",
	NULL
};

const char *const names_trace_verdict[] = {
	[NF_DSR_TRACE_VERDICT_PASS] = "pass",
	[NF_DSR_TRACE_VERDICT_FORWARD] = "forward",
	[NF_DSR_TRACE_VERDICT_LOCAL] = "local",
	[NF_DSR_TRACE_VERDICT_REPLY] = "reply",
	[NF_DSR_TRACE_VERDICT_DROP] = "drop",
	[NF_DSR_TRACE_VERDICT_REJECT] = "reject",
	NULL
};

const char *const names_chosen_by[] = {
	[NF_DSR_CHOSEN_BY_FLOW] = "flow",
	[NF_DSR_CHOSEN_BY_PERSIST] = "persist",
	[NF_DSR_CHOSEN_BY_SCHEDULER] = "scheduler",
	[NF_DSR_CHOSEN_BY_HASH] = "hash",
	[NF_DSR_CHOSEN_BY_CHECK] = "check",
	NULL
};

const char *const names_hash[] = {
	[NF_DSR_HASH_5_TUPLE] = "5-tuple",
	[NF_DSR_HASH_SOURCE] = "source",
	[NF_DSR_HASH_SOURCE_PORT] = "source-port",
	[NF_DSR_HASH_DESTINATION] = "destination",
	NULL
};

const char *const names_health[] = {
	[NF_DSR_HEALTH_UP] = "up",
	[NF_DSR_HEALTH_DOWN] = "down",
	NULL
};

const char *const names_on_delete[] = {
	[NF_DSR_ON_DELETE_REHASH] = "rehash",
	[NF_DSR_ON_DELETE_DROP] = "drop",
	[NF_DSR_ON_DELETE_REJECT] = "reject",
	NULL
};

const char *const names_on_down[] = {
	[NF_DSR_ON_DOWN_ON_DELETE] = "on-delete",
	[NF_DSR_ON_DOWN_KEEP] = "keep",
	[NF_DSR_ON_DOWN_REHASH] = "rehash",
	[NF_DSR_ON_DOWN_RESET] = "reset",
	NULL
};

const char *const names_no_backend[] = {
	[NF_DSR_NO_BACKEND_DROP] = "drop",
	[NF_DSR_NO_BACKEND_REJECT] = "reject",
	[NF_DSR_NO_BACKEND_ACCEPT] = "accept",
	NULL
};

const char *const names_unmatched[] = {
	[NF_DSR_UNMATCHED_PASS] = "pass",
	[NF_DSR_UNMATCHED_DROP] = "drop",
	[NF_DSR_UNMATCHED_REJECT] = "reject",
	NULL
};

const char *const names_op_kind[] = {
	[NF_DSR_OP_KIND_SERVICE_ADD] = "service-add",
	[NF_DSR_OP_KIND_SERVICE_CHANGE] = "service-change",
	[NF_DSR_OP_KIND_SERVICE_REPLACE] = "service-replace",
	[NF_DSR_OP_KIND_SERVICE_DEL] = "service-del",
	[NF_DSR_OP_KIND_BACKEND_ADD] = "backend-add",
	[NF_DSR_OP_KIND_BACKEND_CHANGE] = "backend-change",
	[NF_DSR_OP_KIND_BACKEND_REPLACE] = "backend-replace",
	[NF_DSR_OP_KIND_BACKEND_DEL] = "backend-del",
	[NF_DSR_OP_KIND_FLUSH] = "flush",
	[NF_DSR_OP_KIND_SERVICE_DESTROY] = "service-destroy",
	[NF_DSR_OP_KIND_BACKEND_DESTROY] = "backend-destroy",
	NULL
};

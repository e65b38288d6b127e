/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NF_DSR_H
#define _UAPI_LINUX_NF_DSR_H

#define NF_DSR_FAMILY_NAME	"nf_dsr"
#define NF_DSR_FAMILY_VERSION	1

#define NF_DSR_NAME_MAX		15
#define NF_DSR_WEIGHT_MAX	65535
#define NF_DSR_BACKENDS_MAX	65535
#define NF_DSR_TIMEOUT_MAX	2147483
#define NF_DSR_TABLE_SIZE_MIN	251
#define NF_DSR_TABLE_SIZE_MAX	131071
#define NF_DSR_GRE_KEY_NONE	4294967296
#define NF_DSR_SOURCES_MAX	16
#define NF_DSR_OPERATIONS_MAX	262144
#define NF_DSR_DEVICES_MAX	64

/**
 * enum nf_dsr_method - How a packet reaches its backend.
 * @NF_DSR_METHOD_L2: Rewrite the destination MAC address; the backend is
 *   on-link.
 * @NF_DSR_METHOD_IPIP: Push an IPv4 or IPv6 header (RFC 2003, RFC 2473, RFC
 *   4213).
 * @NF_DSR_METHOD_GRE: Push an IPv4 or IPv6 header and a GRE header (RFC 2784,
 *   RFC 2890).
 * @NF_DSR_METHOD_GUE: Push an IPv4 or IPv6 header, a UDP header and, or not, a
 *   GUE header.
 * @NF_DSR_METHOD_DSCP: Rewrite the destination address to the backend's, and
 *   the DSCP to the service's code, by which the backend knows the VIP.
 * @NF_DSR_METHOD_LOCAL: Leave it to this machine's own stack; the backend is
 *   an address of this machine, which has the VIP as well.
 */
enum nf_dsr_method {
	NF_DSR_METHOD_L2,
	NF_DSR_METHOD_IPIP,
	NF_DSR_METHOD_GRE,
	NF_DSR_METHOD_GUE,
	NF_DSR_METHOD_DSCP,
	NF_DSR_METHOD_LOCAL,
};

/**
 * enum nf_dsr_outer_source - Where the source address of a pushed header comes
 *   from.
 * @NF_DSR_OUTER_SOURCE_ROUTE: The address that routing picks for the way to
 *   the backend.
 * @NF_DSR_OUTER_SOURCE_CLIENT: The client's own; the backend must be of the
 *   service's family.
 * @NF_DSR_OUTER_SOURCE_ADDRESS: The fixed one in outer-addr4 or outer-addr6.
 * @NF_DSR_OUTER_SOURCE_PREFIX: One of the prefix in outer-addr4 and
 *   outer-prefix4, or outer-addr6 and outer-prefix6; the flow says which.
 */
enum nf_dsr_outer_source {
	NF_DSR_OUTER_SOURCE_ROUTE,
	NF_DSR_OUTER_SOURCE_CLIENT,
	NF_DSR_OUTER_SOURCE_ADDRESS,
	NF_DSR_OUTER_SOURCE_PREFIX,
};

/**
 * enum nf_dsr_outer_checksum - Does a pushed GRE or UDP header have a
 *   checksum?
 * @NF_DSR_OUTER_CHECKSUM_AUTO: GUE has one, GRE has none.
 * @NF_DSR_OUTER_CHECKSUM_OFF: No checksum; 0 in UDP, over IPv6 too (RFC 6935).
 * @NF_DSR_OUTER_CHECKSUM_ON: It has one.
 */
enum nf_dsr_outer_checksum {
	NF_DSR_OUTER_CHECKSUM_AUTO,
	NF_DSR_OUTER_CHECKSUM_OFF,
	NF_DSR_OUTER_CHECKSUM_ON,
};

/**
 * enum nf_dsr_echo - What becomes of an ICMP or ICMPv6 echo request to a VIP.
 *   An echo has no port, so one service speaks for a VIP: of those in the
 *   longest prefix the first, in the order of a dump, that says anything but
 *   default; else the one of protocol any, which forwards; else shorter
 *   prefixes are asked; and where nobody speaks the stack gets it.
 * @NF_DSR_ECHO_DEFAULT: forward for protocol any; other services say nothing.
 * @NF_DSR_ECHO_PASS: The stack gets it, which answers if the VIP is an address
 *   of the director.
 * @NF_DSR_ECHO_FORWARD: It goes to a backend, as a flow of its own.
 * @NF_DSR_ECHO_REPLY: The director answers it with the VIP as source, local or
 *   not.
 * @NF_DSR_ECHO_REPLY_IF_UP: The same while the service has a backend that
 *   takes new flows; else it is dropped.
 */
enum nf_dsr_echo {
	NF_DSR_ECHO_DEFAULT,
	NF_DSR_ECHO_PASS,
	NF_DSR_ECHO_FORWARD,
	NF_DSR_ECHO_REPLY,
	NF_DSR_ECHO_REPLY_IF_UP,
};

/**
 * enum nf_dsr_source_other - What becomes of packets to a service that come
 *   from none of its sources.
 * @NF_DSR_SOURCE_OTHER_PASS: The service does not match them; a less specific
 *   one may, or the stack.
 * @NF_DSR_SOURCE_OTHER_DROP: They are dropped.
 */
enum nf_dsr_source_other {
	NF_DSR_SOURCE_OTHER_PASS,
	NF_DSR_SOURCE_OTHER_DROP,
};

/**
 * enum nf_dsr_backend_state - What the operator wants of a backend.
 * @NF_DSR_BACKEND_STATE_ACTIVE: Takes new flows in proportion to its weight.
 * @NF_DSR_BACKEND_STATE_DRAIN: Keeps its flows and takes no new ones.
 * @NF_DSR_BACKEND_STATE_DOWN: Takes nothing; its flows are treated as
 *   on-delete says.
 */
enum nf_dsr_backend_state {
	NF_DSR_BACKEND_STATE_ACTIVE,
	NF_DSR_BACKEND_STATE_DRAIN,
	NF_DSR_BACKEND_STATE_DOWN,
};

/**
 * enum nf_dsr_effective_state - What a backend does in effect, of all that is
 *   said and known of it. Where several are so, the worst of them is told: the
 *   last one in this list.
 * @NF_DSR_EFFECTIVE_STATE_SERVING: It takes new flows, as its weight says.
 * @NF_DSR_EFFECTIVE_STATE_SLOW_STARTING: The same, with a weight that still
 *   grows; see slow-start.
 * @NF_DSR_EFFECTIVE_STATE_LIMITED: It takes no new flows for now, as it has
 *   max-flows of them.
 * @NF_DSR_EFFECTIVE_STATE_STANDBY: It takes no new flows, as enough of a
 *   better priority do; see min-active.
 * @NF_DSR_EFFECTIVE_STATE_NO_WEIGHT: It keeps its flows and takes no new ones,
 *   as its weight is 0.
 * @NF_DSR_EFFECTIVE_STATE_DRAINING: It keeps its flows and takes no new ones,
 *   as its state is drain.
 * @NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR: The next hop on the way to it does not
 *   answer; packets for it are lost. New ones still have the kernel ask for
 *   it.
 * @NF_DSR_EFFECTIVE_STATE_NO_ROUTE: No route leads to it, or one that its
 *   method cannot use; packets for it are lost.
 * @NF_DSR_EFFECTIVE_STATE_DRAINED: Its drain deadline is over; its flows are
 *   treated as on-delete says.
 * @NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN: A health check says that it is down.
 * @NF_DSR_EFFECTIVE_STATE_DOWN: The operator says that it is down.
 */
enum nf_dsr_effective_state {
	NF_DSR_EFFECTIVE_STATE_SERVING,
	NF_DSR_EFFECTIVE_STATE_SLOW_STARTING,
	NF_DSR_EFFECTIVE_STATE_LIMITED,
	NF_DSR_EFFECTIVE_STATE_STANDBY,
	NF_DSR_EFFECTIVE_STATE_NO_WEIGHT,
	NF_DSR_EFFECTIVE_STATE_DRAINING,
	NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR,
	NF_DSR_EFFECTIVE_STATE_NO_ROUTE,
	NF_DSR_EFFECTIVE_STATE_DRAINED,
	NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN,
	NF_DSR_EFFECTIVE_STATE_DOWN,
};

/**
 * enum nf_dsr_flow_state - What the client's side of a flow has shown so far.
 * @NF_DSR_FLOW_STATE_SYN: TCP, nothing but SYNs.
 * @NF_DSR_FLOW_STATE_ESTABLISHED: TCP, the connection goes on.
 * @NF_DSR_FLOW_STATE_CLOSING: TCP, the client sent a FIN, and no data since.
 * @NF_DSR_FLOW_STATE_UDP: UDP.
 * @NF_DSR_FLOW_STATE_ICMP: ICMP or ICMPv6 echo.
 * @NF_DSR_FLOW_STATE_OTHER: Any other protocol.
 * @NF_DSR_FLOW_STATE_PERSIST: No flow, but the memory of a client prefix's
 *   backend; see persist.
 * @NF_DSR_FLOW_STATE_RESET: TCP, the client sent a RST, or a SYN after its
 *   FIN, and nothing else since.
 * @NF_DSR_FLOW_STATE_UNCONFIRMED: TCP, picked up in the middle, and nothing
 *   but RSTs has come since the first second.
 */
enum nf_dsr_flow_state {
	NF_DSR_FLOW_STATE_SYN,
	NF_DSR_FLOW_STATE_ESTABLISHED,
	NF_DSR_FLOW_STATE_CLOSING,
	NF_DSR_FLOW_STATE_UDP,
	NF_DSR_FLOW_STATE_ICMP,
	NF_DSR_FLOW_STATE_OTHER,
	NF_DSR_FLOW_STATE_PERSIST,
	NF_DSR_FLOW_STATE_RESET,
	NF_DSR_FLOW_STATE_UNCONFIRMED,
};

/**
 * enum nf_dsr_trace_verdict - What would become of a packet.
 * @NF_DSR_TRACE_VERDICT_PASS: It is none of nf_dsr's business; the stack goes
 *   on with it.
 * @NF_DSR_TRACE_VERDICT_FORWARD: It is sent to the backend.
 * @NF_DSR_TRACE_VERDICT_LOCAL: The backend is this machine; the stack goes on
 *   with it.
 * @NF_DSR_TRACE_VERDICT_REPLY: It is an echo request, and answered.
 * @NF_DSR_TRACE_VERDICT_DROP: It is dropped; the sender is told if TTL or MTU
 *   are the reason.
 * @NF_DSR_TRACE_VERDICT_REJECT: It is dropped, and the sender gets a RST or an
 *   ICMP error.
 */
enum nf_dsr_trace_verdict {
	NF_DSR_TRACE_VERDICT_PASS,
	NF_DSR_TRACE_VERDICT_FORWARD,
	NF_DSR_TRACE_VERDICT_LOCAL,
	NF_DSR_TRACE_VERDICT_REPLY,
	NF_DSR_TRACE_VERDICT_DROP,
	NF_DSR_TRACE_VERDICT_REJECT,
};

/**
 * enum nf_dsr_chosen_by - What a packet's backend comes from.
 * @NF_DSR_CHOSEN_BY_FLOW: The packet's flow is remembered, and has it.
 * @NF_DSR_CHOSEN_BY_PERSIST: The prefix of its client has it; see persist.
 * @NF_DSR_CHOSEN_BY_SCHEDULER: It begins a flow, and the scheduler chose it.
 * @NF_DSR_CHOSEN_BY_HASH: The consistent hash, as nothing is remembered: for
 *   an error, or when the flow table is full.
 */
enum nf_dsr_chosen_by {
	NF_DSR_CHOSEN_BY_FLOW,
	NF_DSR_CHOSEN_BY_PERSIST,
	NF_DSR_CHOSEN_BY_SCHEDULER,
	NF_DSR_CHOSEN_BY_HASH,
};

/**
 * enum nf_dsr_hash - What of a packet the consistent hash goes by.
 * @NF_DSR_HASH_5_TUPLE: Addresses, ports and protocol.
 * @NF_DSR_HASH_SOURCE: The client's address.
 * @NF_DSR_HASH_SOURCE_PORT: The client's address and port.
 * @NF_DSR_HASH_DESTINATION: The VIP's address.
 */
enum nf_dsr_hash {
	NF_DSR_HASH_5_TUPLE,
	NF_DSR_HASH_SOURCE,
	NF_DSR_HASH_SOURCE_PORT,
	NF_DSR_HASH_DESTINATION,
};

/**
 * enum nf_dsr_health - What a health check says of a backend.
 * @NF_DSR_HEALTH_UP: It serves.
 * @NF_DSR_HEALTH_DOWN: It does not; as if the operator had said down.
 */
enum nf_dsr_health {
	NF_DSR_HEALTH_UP,
	NF_DSR_HEALTH_DOWN,
};

/**
 * enum nf_dsr_on_delete - What becomes of a flow's packets when its backend is
 *   deleted or down.
 * @NF_DSR_ON_DELETE_REHASH: They go to another backend.
 * @NF_DSR_ON_DELETE_DROP: They are dropped, until the flow is forgotten or
 *   begins anew.
 * @NF_DSR_ON_DELETE_REJECT: As drop, and the client is told by TCP RST or ICMP
 *   port unreachable.
 */
enum nf_dsr_on_delete {
	NF_DSR_ON_DELETE_REHASH,
	NF_DSR_ON_DELETE_DROP,
	NF_DSR_ON_DELETE_REJECT,
};

/**
 * enum nf_dsr_no_backend - What becomes of packets that no backend takes.
 * @NF_DSR_NO_BACKEND_DROP: They are dropped.
 * @NF_DSR_NO_BACKEND_REJECT: They are dropped, and the client is told by TCP
 *   RST or ICMP port unreachable.
 * @NF_DSR_NO_BACKEND_ACCEPT: They go on through the director's own stack.
 */
enum nf_dsr_no_backend {
	NF_DSR_NO_BACKEND_DROP,
	NF_DSR_NO_BACKEND_REJECT,
	NF_DSR_NO_BACKEND_ACCEPT,
};

/**
 * enum nf_dsr_unmatched - What becomes of packets to a VIP that no service
 *   matches.
 * @NF_DSR_UNMATCHED_PASS: They go on through the director's own stack.
 * @NF_DSR_UNMATCHED_DROP: They are dropped.
 * @NF_DSR_UNMATCHED_REJECT: They are dropped, and the client is told by TCP
 *   RST or ICMP port unreachable.
 */
enum nf_dsr_unmatched {
	NF_DSR_UNMATCHED_PASS,
	NF_DSR_UNMATCHED_DROP,
	NF_DSR_UNMATCHED_REJECT,
};

/**
 * enum nf_dsr_op_kind - What an operation of a commit does.
 * @NF_DSR_OP_KIND_SERVICE_ADD: As service-new with NLM_F_CREATE|NLM_F_EXCL.
 * @NF_DSR_OP_KIND_SERVICE_CHANGE: As service-new with NLM_F_REPLACE.
 * @NF_DSR_OP_KIND_SERVICE_REPLACE: As service-new with
 *   NLM_F_CREATE|NLM_F_REPLACE.
 * @NF_DSR_OP_KIND_SERVICE_DEL: As service-del.
 * @NF_DSR_OP_KIND_BACKEND_ADD: As backend-new with NLM_F_CREATE|NLM_F_EXCL.
 * @NF_DSR_OP_KIND_BACKEND_CHANGE: As backend-new with NLM_F_REPLACE.
 * @NF_DSR_OP_KIND_BACKEND_REPLACE: As backend-new with
 *   NLM_F_CREATE|NLM_F_REPLACE.
 * @NF_DSR_OP_KIND_BACKEND_DEL: As backend-del.
 * @NF_DSR_OP_KIND_FLUSH: Delete all services.
 * @NF_DSR_OP_KIND_SERVICE_DESTROY: As service-destroy.
 * @NF_DSR_OP_KIND_BACKEND_DESTROY: As backend-destroy.
 */
enum nf_dsr_op_kind {
	NF_DSR_OP_KIND_SERVICE_ADD,
	NF_DSR_OP_KIND_SERVICE_CHANGE,
	NF_DSR_OP_KIND_SERVICE_REPLACE,
	NF_DSR_OP_KIND_SERVICE_DEL,
	NF_DSR_OP_KIND_BACKEND_ADD,
	NF_DSR_OP_KIND_BACKEND_CHANGE,
	NF_DSR_OP_KIND_BACKEND_REPLACE,
	NF_DSR_OP_KIND_BACKEND_DEL,
	NF_DSR_OP_KIND_FLUSH,
	NF_DSR_OP_KIND_SERVICE_DESTROY,
	NF_DSR_OP_KIND_BACKEND_DESTROY,
};

enum {
	NF_DSR_A_COUNTERS_PAD = 1,
	NF_DSR_A_COUNTERS_FLOWS,
	NF_DSR_A_COUNTERS_PACKETS,
	NF_DSR_A_COUNTERS_BYTES,
	NF_DSR_A_COUNTERS_ACTIVE,
	NF_DSR_A_COUNTERS_ICMP_ERRORS,
	NF_DSR_A_COUNTERS_UNREACHABLE,

	__NF_DSR_A_COUNTERS_MAX,
	NF_DSR_A_COUNTERS_MAX = (__NF_DSR_A_COUNTERS_MAX - 1)
};

enum {
	NF_DSR_A_PREFIX_ADDR4 = 1,
	NF_DSR_A_PREFIX_ADDR6,
	NF_DSR_A_PREFIX_PREFIX_LEN,

	__NF_DSR_A_PREFIX_MAX,
	NF_DSR_A_PREFIX_MAX = (__NF_DSR_A_PREFIX_MAX - 1)
};

enum {
	NF_DSR_A_SERVICE_ADDR4 = 1,
	NF_DSR_A_SERVICE_ADDR6,
	NF_DSR_A_SERVICE_PREFIX_LEN,
	NF_DSR_A_SERVICE_PROTOCOL,
	NF_DSR_A_SERVICE_PORT,
	NF_DSR_A_SERVICE_PORT_END,
	NF_DSR_A_SERVICE_SCHEDULER,
	NF_DSR_A_SERVICE_SEED,
	NF_DSR_A_SERVICE_METHOD,
	NF_DSR_A_SERVICE_OUTER_SOURCE,
	NF_DSR_A_SERVICE_OUTER_ADDR4,
	NF_DSR_A_SERVICE_OUTER_ADDR6,
	NF_DSR_A_SERVICE_OUTER_TTL,
	NF_DSR_A_SERVICE_TIMEOUT_TCP,
	NF_DSR_A_SERVICE_TIMEOUT_TCP_SYN,
	NF_DSR_A_SERVICE_TIMEOUT_TCP_CLOSING,
	NF_DSR_A_SERVICE_TIMEOUT_UDP,
	NF_DSR_A_SERVICE_TIMEOUT_ICMP,
	NF_DSR_A_SERVICE_TIMEOUT_OTHER,
	NF_DSR_A_SERVICE_BACKENDS,
	NF_DSR_A_SERVICE_PAD,
	NF_DSR_A_SERVICE_STATS,
	NF_DSR_A_SERVICE_TABLE_SIZE,
	NF_DSR_A_SERVICE_HASH,
	NF_DSR_A_SERVICE_ON_DELETE,
	NF_DSR_A_SERVICE_NO_BACKEND,
	NF_DSR_A_SERVICE_UNMATCHED,
	NF_DSR_A_SERVICE_MIN_ACTIVE,
	NF_DSR_A_SERVICE_SLOW_START,
	NF_DSR_A_SERVICE_PERSIST,
	NF_DSR_A_SERVICE_PERSIST_PREFIX4,
	NF_DSR_A_SERVICE_PERSIST_PREFIX6,
	NF_DSR_A_SERVICE_ONE_PACKET,
	NF_DSR_A_SERVICE_OUTER_PORT,
	NF_DSR_A_SERVICE_GUE_VARIANT,
	NF_DSR_A_SERVICE_OUTER_CHECKSUM,
	NF_DSR_A_SERVICE_GRE_KEY,
	NF_DSR_A_SERVICE_OUTER_PREFIX4,
	NF_DSR_A_SERVICE_OUTER_PREFIX6,
	NF_DSR_A_SERVICE_DSCP,
	NF_DSR_A_SERVICE_ECHO,
	NF_DSR_A_SERVICE_MARK,
	NF_DSR_A_SERVICE_FAMILY,
	NF_DSR_A_SERVICE_VRF,
	NF_DSR_A_SERVICE_SOURCE,
	NF_DSR_A_SERVICE_SOURCE_OTHER,
	NF_DSR_A_SERVICE_DEV,
	NF_DSR_A_SERVICE_TIMEOUT_TCP_UNCONFIRMED,
	NF_DSR_A_SERVICE_GENERATION,
	NF_DSR_A_SERVICE_UNSET,
	NF_DSR_A_SERVICE_FORCE,

	__NF_DSR_A_SERVICE_MAX,
	NF_DSR_A_SERVICE_MAX = (__NF_DSR_A_SERVICE_MAX - 1)
};

enum {
	NF_DSR_A_BACKEND_SERVICE = 1,
	NF_DSR_A_BACKEND_ADDR4,
	NF_DSR_A_BACKEND_ADDR6,
	NF_DSR_A_BACKEND_STATE,
	NF_DSR_A_BACKEND_WEIGHT,
	NF_DSR_A_BACKEND_METHOD,
	NF_DSR_A_BACKEND_OUTER_SOURCE,
	NF_DSR_A_BACKEND_OUTER_ADDR4,
	NF_DSR_A_BACKEND_OUTER_ADDR6,
	NF_DSR_A_BACKEND_OUTER_TTL,
	NF_DSR_A_BACKEND_STATS,
	NF_DSR_A_BACKEND_DRAIN_TIMEOUT,
	NF_DSR_A_BACKEND_HEALTH,
	NF_DSR_A_BACKEND_DRAIN_LEFT,
	NF_DSR_A_BACKEND_PRIORITY,
	NF_DSR_A_BACKEND_MAX_FLOWS,
	NF_DSR_A_BACKEND_MIN_FLOWS,
	NF_DSR_A_BACKEND_LIMITED,
	NF_DSR_A_BACKEND_OUTER_PORT,
	NF_DSR_A_BACKEND_GUE_VARIANT,
	NF_DSR_A_BACKEND_OUTER_CHECKSUM,
	NF_DSR_A_BACKEND_GRE_KEY,
	NF_DSR_A_BACKEND_OUTER_PREFIX4,
	NF_DSR_A_BACKEND_OUTER_PREFIX6,
	NF_DSR_A_BACKEND_GENERATION,
	NF_DSR_A_BACKEND_EFFECTIVE_STATE,
	NF_DSR_A_BACKEND_UNSET,

	__NF_DSR_A_BACKEND_MAX,
	NF_DSR_A_BACKEND_MAX = (__NF_DSR_A_BACKEND_MAX - 1)
};

enum {
	NF_DSR_A_FLOW_SRC4 = 1,
	NF_DSR_A_FLOW_SRC6,
	NF_DSR_A_FLOW_DST4,
	NF_DSR_A_FLOW_DST6,
	NF_DSR_A_FLOW_PROTOCOL,
	NF_DSR_A_FLOW_SRC_PORT,
	NF_DSR_A_FLOW_DST_PORT,
	NF_DSR_A_FLOW_BACKEND4,
	NF_DSR_A_FLOW_BACKEND6,
	NF_DSR_A_FLOW_STATE,
	NF_DSR_A_FLOW_IDLE,
	NF_DSR_A_FLOW_EXPIRES,
	NF_DSR_A_FLOW_SERVICE,
	NF_DSR_A_FLOW_SRC_PREFIX_LEN,
	NF_DSR_A_FLOW_GENERATION,

	__NF_DSR_A_FLOW_MAX,
	NF_DSR_A_FLOW_MAX = (__NF_DSR_A_FLOW_MAX - 1)
};

enum {
	NF_DSR_A_DROP_PAD = 1,
	NF_DSR_A_DROP_NAME,
	NF_DSR_A_DROP_DOC,
	NF_DSR_A_DROP_PACKETS,

	__NF_DSR_A_DROP_MAX,
	NF_DSR_A_DROP_MAX = (__NF_DSR_A_DROP_MAX - 1)
};

enum {
	NF_DSR_A_STATS_PAD = 1,
	NF_DSR_A_STATS_VERSION,
	NF_DSR_A_STATS_SERVICES,
	NF_DSR_A_STATS_FLOWS,
	NF_DSR_A_STATS_FLOWS_MAX,
	NF_DSR_A_STATS_BUCKETS,
	NF_DSR_A_STATS_FLOW_SIZE,
	NF_DSR_A_STATS_EXPLAIN,
	NF_DSR_A_STATS_DROPS,
	NF_DSR_A_STATS_GENERATION,

	__NF_DSR_A_STATS_MAX,
	NF_DSR_A_STATS_MAX = (__NF_DSR_A_STATS_MAX - 1)
};

enum {
	NF_DSR_A_DEVICE_NAME = 1,
	NF_DSR_A_DEVICE_ATTACHED,
	NF_DSR_A_DEVICE_GENERATION,

	__NF_DSR_A_DEVICE_MAX,
	NF_DSR_A_DEVICE_MAX = (__NF_DSR_A_DEVICE_MAX - 1)
};

enum {
	NF_DSR_A_OP_KIND = 1,
	NF_DSR_A_OP_SERVICE,
	NF_DSR_A_OP_BACKEND,

	__NF_DSR_A_OP_MAX,
	NF_DSR_A_OP_MAX = (__NF_DSR_A_OP_MAX - 1)
};

enum {
	NF_DSR_A_WARNING_OP = 1,
	NF_DSR_A_WARNING_TEXT,

	__NF_DSR_A_WARNING_MAX,
	NF_DSR_A_WARNING_MAX = (__NF_DSR_A_WARNING_MAX - 1)
};

enum {
	NF_DSR_A_COMMIT_OP = 1,
	NF_DSR_A_COMMIT_GENERATION,
	NF_DSR_A_COMMIT_OPS,
	NF_DSR_A_COMMIT_WARNING,
	NF_DSR_A_COMMIT_WARNINGS,

	__NF_DSR_A_COMMIT_MAX,
	NF_DSR_A_COMMIT_MAX = (__NF_DSR_A_COMMIT_MAX - 1)
};

enum {
	NF_DSR_A_TRACE_SRC4 = 1,
	NF_DSR_A_TRACE_SRC6,
	NF_DSR_A_TRACE_DST4,
	NF_DSR_A_TRACE_DST6,
	NF_DSR_A_TRACE_PROTOCOL,
	NF_DSR_A_TRACE_SRC_PORT,
	NF_DSR_A_TRACE_DST_PORT,
	NF_DSR_A_TRACE_DEV,
	NF_DSR_A_TRACE_MARK,
	NF_DSR_A_TRACE_TCP_FLAGS,
	NF_DSR_A_TRACE_LENGTH,
	NF_DSR_A_TRACE_DF,
	NF_DSR_A_TRACE_TTL,
	NF_DSR_A_TRACE_ERROR,
	NF_DSR_A_TRACE_VERDICT,
	NF_DSR_A_TRACE_REASON,
	NF_DSR_A_TRACE_REASON_DOC,
	NF_DSR_A_TRACE_SERVICE,
	NF_DSR_A_TRACE_SCHEDULER,
	NF_DSR_A_TRACE_CHOSEN_BY,
	NF_DSR_A_TRACE_STATE,
	NF_DSR_A_TRACE_BACKEND4,
	NF_DSR_A_TRACE_BACKEND6,
	NF_DSR_A_TRACE_METHOD,
	NF_DSR_A_TRACE_OUT_DEV,
	NF_DSR_A_TRACE_VIA4,
	NF_DSR_A_TRACE_VIA6,
	NF_DSR_A_TRACE_LLADDR,
	NF_DSR_A_TRACE_MTU,
	NF_DSR_A_TRACE_INNER_MTU,
	NF_DSR_A_TRACE_FRAGMENTED,
	NF_DSR_A_TRACE_GENERATION,

	__NF_DSR_A_TRACE_MAX,
	NF_DSR_A_TRACE_MAX = (__NF_DSR_A_TRACE_MAX - 1)
};

enum {
	NF_DSR_CMD_SERVICE_GET = 1,
	NF_DSR_CMD_SERVICE_NEW,
	NF_DSR_CMD_SERVICE_DEL,
	NF_DSR_CMD_SERVICE_NTF,
	NF_DSR_CMD_SERVICE_DEL_NTF,
	NF_DSR_CMD_BACKEND_GET,
	NF_DSR_CMD_BACKEND_NEW,
	NF_DSR_CMD_BACKEND_DEL,
	NF_DSR_CMD_BACKEND_NTF,
	NF_DSR_CMD_BACKEND_DEL_NTF,
	NF_DSR_CMD_FLOW_GET,
	NF_DSR_CMD_FLOW_FLUSH,
	NF_DSR_CMD_STATS_GET,
	NF_DSR_CMD_COMMIT,
	NF_DSR_CMD_COMMIT_NTF,
	NF_DSR_CMD_TRACE,
	NF_DSR_CMD_DEVICE_GET,
	NF_DSR_CMD_DEVICE_NEW,
	NF_DSR_CMD_DEVICE_DEL,
	NF_DSR_CMD_DEVICE_NTF,
	NF_DSR_CMD_DEVICE_DEL_NTF,
	NF_DSR_CMD_SERVICE_DESTROY,
	NF_DSR_CMD_BACKEND_DESTROY,
	NF_DSR_CMD_DEVICE_DESTROY,

	__NF_DSR_CMD_MAX,
	NF_DSR_CMD_MAX = (__NF_DSR_CMD_MAX - 1)
};

#define NF_DSR_MCGRP_CONFIG	"config"

#endif /* _UAPI_LINUX_NF_DSR_H */

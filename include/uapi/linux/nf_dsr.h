/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	include/netlink/specs/nf_dsr.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_NF_DSR_H
#define _UAPI_LINUX_NF_DSR_H

#define NF_DSR_FAMILY_NAME	"nf_dsr"
#define NF_DSR_FAMILY_VERSION	1

#define NF_DSR_NAME_MAX			15
#define NF_DSR_WEIGHT_MAX		65535
#define NF_DSR_BACKENDS_MAX		65535
#define NF_DSR_TIMEOUT_MAX		2147483
#define NF_DSR_TABLE_SIZE_MIN		251
#define NF_DSR_TABLE_SIZE_MAX		131071
#define NF_DSR_GRE_KEY_NONE		4294967296
#define NF_DSR_SOURCES_MAX		16
#define NF_DSR_OPERATIONS_MAX		262144
#define NF_DSR_FAIL_OPEN_PERCENT	65536
#define NF_DSR_DEVICES_MAX		64

/**
 * enum nf_dsr_method - How packets reach a backend.
 * @NF_DSR_METHOD_L2: Rewrite the destination MAC address; the backend is
 *   on-link.
 * @NF_DSR_METHOD_IPIP: Push an IPv4 or IPv6 header (RFC 2003, RFC 2473, RFC
 *   4213).
 * @NF_DSR_METHOD_GRE: Push an IPv4 or IPv6 header and a GRE header (RFC 2784,
 *   RFC 2890).
 * @NF_DSR_METHOD_GUE: Push an IPv4 or IPv6 header, a UDP header and, depending
 *   on gue-variant, a GUE header.
 * @NF_DSR_METHOD_DSCP: Rewrite the destination address to the backend's and
 *   the DSCP to the service's code, by which the backend identifies the VIP.
 * @NF_DSR_METHOD_LOCAL: Pass the packet to this machine's own stack. The
 *   backend is an address of this machine, which also has the VIP.
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
 * enum nf_dsr_outer_source - Source address of a pushed header.
 * @NF_DSR_OUTER_SOURCE_ROUTE: The address that routing selects for the way to
 *   the backend.
 * @NF_DSR_OUTER_SOURCE_CLIENT: The client's address; the backend must be of
 *   the service's family.
 * @NF_DSR_OUTER_SOURCE_ADDRESS: The fixed address in outer-addr4 or
 *   outer-addr6.
 * @NF_DSR_OUTER_SOURCE_PREFIX: An address of the prefix in outer-addr4 and
 *   outer-prefix4, or outer-addr6 and outer-prefix6; the flow determines
 *   which.
 */
enum nf_dsr_outer_source {
	NF_DSR_OUTER_SOURCE_ROUTE,
	NF_DSR_OUTER_SOURCE_CLIENT,
	NF_DSR_OUTER_SOURCE_ADDRESS,
	NF_DSR_OUTER_SOURCE_PREFIX,
};

/**
 * enum nf_dsr_outer_checksum - Whether a pushed GRE or UDP header has a
 *   checksum.
 * @NF_DSR_OUTER_CHECKSUM_AUTO: GUE has a checksum, GRE has none.
 * @NF_DSR_OUTER_CHECKSUM_OFF: No checksum; the UDP checksum is 0, over IPv6 as
 *   well (RFC 6935).
 * @NF_DSR_OUTER_CHECKSUM_ON: The header has a checksum.
 */
enum nf_dsr_outer_checksum {
	NF_DSR_OUTER_CHECKSUM_AUTO,
	NF_DSR_OUTER_CHECKSUM_OFF,
	NF_DSR_OUTER_CHECKSUM_ON,
};

/**
 * enum nf_dsr_echo - What happens to an ICMP or ICMPv6 echo request to a VIP.
 *   An echo request has no port, so one service decides for the VIP. Of the
 *   services of the longest prefix, this is the first in the order of a dump
 *   whose echo is not default, or else the service of protocol any, which
 *   forwards. If there is none, the next shorter prefix decides. If no service
 *   decides, the stack gets the request.
 * @NF_DSR_ECHO_DEFAULT: The same as forward for protocol any; other services
 *   do not decide.
 * @NF_DSR_ECHO_PASS: The stack gets the request, and answers it if the VIP is
 *   an address of the director.
 * @NF_DSR_ECHO_FORWARD: The request goes to a backend, as a flow of its own.
 * @NF_DSR_ECHO_REPLY: The director answers with the VIP as source, whether or
 *   not the VIP is local.
 * @NF_DSR_ECHO_REPLY_IF_UP: The same as reply while the service has a backend
 *   that takes new flows; otherwise the request is dropped.
 */
enum nf_dsr_echo {
	NF_DSR_ECHO_DEFAULT,
	NF_DSR_ECHO_PASS,
	NF_DSR_ECHO_FORWARD,
	NF_DSR_ECHO_REPLY,
	NF_DSR_ECHO_REPLY_IF_UP,
};

/**
 * enum nf_dsr_source_other - What happens to packets to a service that come
 *   from none of its sources.
 * @NF_DSR_SOURCE_OTHER_PASS: The service does not match them; a less specific
 *   service may match them, or else the stack gets them.
 * @NF_DSR_SOURCE_OTHER_DROP: The packets are dropped.
 */
enum nf_dsr_source_other {
	NF_DSR_SOURCE_OTHER_PASS,
	NF_DSR_SOURCE_OTHER_DROP,
};

/**
 * enum nf_dsr_backend_state - State of a backend as set by the operator.
 * @NF_DSR_BACKEND_STATE_ACTIVE: The backend takes new flows in proportion to
 *   its weight.
 * @NF_DSR_BACKEND_STATE_DRAIN: The backend keeps its flows and takes no new
 *   ones.
 * @NF_DSR_BACKEND_STATE_DOWN: The backend takes no packets; on-delete applies
 *   to its flows.
 */
enum nf_dsr_backend_state {
	NF_DSR_BACKEND_STATE_ACTIVE,
	NF_DSR_BACKEND_STATE_DRAIN,
	NF_DSR_BACKEND_STATE_DOWN,
};

/**
 * enum nf_dsr_effective_state - What a backend effectively does, considering
 *   all settings and all that the kernel knows. If several states apply, the
 *   worst one is reported, which is the last one in this list.
 * @NF_DSR_EFFECTIVE_STATE_SERVING: The backend takes new flows in proportion
 *   to its weight.
 * @NF_DSR_EFFECTIVE_STATE_SLOW_STARTING: The same as serving, with a weight
 *   that still grows; see slow-start.
 * @NF_DSR_EFFECTIVE_STATE_LIMITED: The backend takes no new flows for now,
 *   because of max-flows.
 * @NF_DSR_EFFECTIVE_STATE_STANDBY: The backend takes no new flows, because
 *   enough backends of a better priority do; see min-active.
 * @NF_DSR_EFFECTIVE_STATE_NO_WEIGHT: The backend keeps its flows and takes no
 *   new ones, because its weight is 0.
 * @NF_DSR_EFFECTIVE_STATE_DRAINING: The backend keeps its flows and takes no
 *   new ones, because its state is drain.
 * @NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR: The next hop on the way to the backend
 *   does not answer, and packets to the backend are lost. New packets still
 *   make the kernel resolve the next hop.
 * @NF_DSR_EFFECTIVE_STATE_NO_ROUTE: No route leads to the backend, or only a
 *   route that its method cannot use, and packets to the backend are lost.
 * @NF_DSR_EFFECTIVE_STATE_DRAINED: The drain deadline has passed; on-delete
 *   applies to the backend's flows.
 * @NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN: A health check has found the backend
 *   down, and the service does not fail open.
 * @NF_DSR_EFFECTIVE_STATE_DOWN: The operator has set the backend down.
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
 * enum nf_dsr_flow_state - State of a flow, as far as the client's packets
 *   show it.
 * @NF_DSR_FLOW_STATE_SYN: TCP, only SYNs so far.
 * @NF_DSR_FLOW_STATE_ESTABLISHED: TCP, the connection goes on.
 * @NF_DSR_FLOW_STATE_CLOSING: TCP, the client has sent a FIN and no data
 *   since.
 * @NF_DSR_FLOW_STATE_UDP: UDP.
 * @NF_DSR_FLOW_STATE_ICMP: ICMP or ICMPv6 echo.
 * @NF_DSR_FLOW_STATE_OTHER: Any other protocol.
 * @NF_DSR_FLOW_STATE_PERSIST: Not a flow, but the entry of a client prefix
 *   with its backend; see persist.
 * @NF_DSR_FLOW_STATE_RESET: TCP, the client has sent a RST, or a SYN after its
 *   FIN, and nothing else since.
 * @NF_DSR_FLOW_STATE_UNCONFIRMED: TCP, picked up mid-stream; since the first
 *   second only RSTs have arrived.
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
 * enum nf_dsr_trace_verdict - What would happen to a packet.
 * @NF_DSR_TRACE_VERDICT_PASS: nf_dsr does not handle the packet; the stack
 *   continues with it.
 * @NF_DSR_TRACE_VERDICT_FORWARD: The packet is sent to the backend.
 * @NF_DSR_TRACE_VERDICT_LOCAL: The backend is this machine; the stack
 *   continues with the packet.
 * @NF_DSR_TRACE_VERDICT_REPLY: The packet is an echo request, and the director
 *   answers it.
 * @NF_DSR_TRACE_VERDICT_DROP: The packet is dropped; the sender gets an ICMP
 *   error if the reason is TTL or MTU.
 * @NF_DSR_TRACE_VERDICT_REJECT: The packet is dropped, and the sender gets a
 *   RST or an ICMP error.
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
 * enum nf_dsr_chosen_by - How the backend of a packet was chosen.
 * @NF_DSR_CHOSEN_BY_FLOW: The packet's flow is remembered and has the backend.
 * @NF_DSR_CHOSEN_BY_PERSIST: The client's prefix has the backend; see persist.
 * @NF_DSR_CHOSEN_BY_SCHEDULER: The packet begins a flow, and the scheduler
 *   chose the backend.
 * @NF_DSR_CHOSEN_BY_HASH: The consistent hash chose the backend, because no
 *   flow is remembered: for an ICMP error, or when the flow table is full.
 * @NF_DSR_CHOSEN_BY_CHECK: The packet is a check: a socket of this machine
 *   sends it with the check-mark of the backend, to a VIP and port of the
 *   backend's service.
 */
enum nf_dsr_chosen_by {
	NF_DSR_CHOSEN_BY_FLOW,
	NF_DSR_CHOSEN_BY_PERSIST,
	NF_DSR_CHOSEN_BY_SCHEDULER,
	NF_DSR_CHOSEN_BY_HASH,
	NF_DSR_CHOSEN_BY_CHECK,
};

/**
 * enum nf_dsr_hash - Fields of a packet that the consistent hash uses.
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
 * enum nf_dsr_health - Result of a health check of a backend.
 * @NF_DSR_HEALTH_UP: The backend serves.
 * @NF_DSR_HEALTH_DOWN: The backend does not serve. It takes no new flows, and
 *   on-down applies to those that it has. While the service fails open, this
 *   has no effect.
 */
enum nf_dsr_health {
	NF_DSR_HEALTH_UP,
	NF_DSR_HEALTH_DOWN,
};

/**
 * enum nf_dsr_on_delete - What happens to packets of a flow whose backend is
 *   deleted or down.
 * @NF_DSR_ON_DELETE_REHASH: The packets go to another backend.
 * @NF_DSR_ON_DELETE_DROP: The packets are dropped until the flow is forgotten
 *   or begins again.
 * @NF_DSR_ON_DELETE_REJECT: The same as drop, and the client gets a TCP RST or
 *   an ICMP port unreachable.
 */
enum nf_dsr_on_delete {
	NF_DSR_ON_DELETE_REHASH,
	NF_DSR_ON_DELETE_DROP,
	NF_DSR_ON_DELETE_REJECT,
};

/**
 * enum nf_dsr_on_down - What happens to packets of a flow whose backend is
 *   down by its health.
 * @NF_DSR_ON_DOWN_ON_DELETE: The same as for a backend that is deleted, see
 *   on-delete.
 * @NF_DSR_ON_DOWN_KEEP: The packets still go to the backend, for drain-for
 *   seconds if that is not 0. After that on-delete applies.
 * @NF_DSR_ON_DOWN_REHASH: The packets go to another backend.
 * @NF_DSR_ON_DOWN_RESET: The client of a TCP flow gets a RST for its next
 *   packet; packets of other flows go to another backend.
 */
enum nf_dsr_on_down {
	NF_DSR_ON_DOWN_ON_DELETE,
	NF_DSR_ON_DOWN_KEEP,
	NF_DSR_ON_DOWN_REHASH,
	NF_DSR_ON_DOWN_RESET,
};

/**
 * enum nf_dsr_no_backend - What happens to packets that no backend takes.
 * @NF_DSR_NO_BACKEND_DROP: The packets are dropped.
 * @NF_DSR_NO_BACKEND_REJECT: The packets are dropped, and the client gets a
 *   TCP RST or an ICMP port unreachable.
 * @NF_DSR_NO_BACKEND_ACCEPT: The packets continue through the director's own
 *   stack.
 */
enum nf_dsr_no_backend {
	NF_DSR_NO_BACKEND_DROP,
	NF_DSR_NO_BACKEND_REJECT,
	NF_DSR_NO_BACKEND_ACCEPT,
};

/**
 * enum nf_dsr_unmatched - What happens to packets to a VIP that no service
 *   matches.
 * @NF_DSR_UNMATCHED_PASS: The packets continue through the director's own
 *   stack.
 * @NF_DSR_UNMATCHED_DROP: The packets are dropped.
 * @NF_DSR_UNMATCHED_REJECT: The packets are dropped, and the client gets a TCP
 *   RST or an ICMP port unreachable.
 */
enum nf_dsr_unmatched {
	NF_DSR_UNMATCHED_PASS,
	NF_DSR_UNMATCHED_DROP,
	NF_DSR_UNMATCHED_REJECT,
};

/**
 * enum nf_dsr_op_kind - Kinds of operations of a commit.
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
	NF_DSR_A_COUNTERS_CHECK_PACKETS,
	NF_DSR_A_COUNTERS_CHECK_BYTES,

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
	NF_DSR_A_SERVICE_FAIL_OPEN_BELOW,
	NF_DSR_A_SERVICE_ON_DOWN,
	NF_DSR_A_SERVICE_DRAIN_FOR,
	NF_DSR_A_SERVICE_FAIL_OPEN,
	NF_DSR_A_SERVICE_FAIL_OPENS,
	NF_DSR_A_SERVICE_HEALTHY,
	NF_DSR_A_SERVICE_CANDIDATES,

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
	NF_DSR_A_BACKEND_CHECK_MARK,

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
	NF_DSR_A_PREVIEW_CURSOR_SERVICE = 1,
	NF_DSR_A_PREVIEW_CURSOR_BACKEND,

	__NF_DSR_A_PREVIEW_CURSOR_MAX,
	NF_DSR_A_PREVIEW_CURSOR_MAX = (__NF_DSR_A_PREVIEW_CURSOR_MAX - 1)
};

enum {
	NF_DSR_A_PREVIEW_BACKEND_ADDR4 = 1,
	NF_DSR_A_PREVIEW_BACKEND_ADDR6,
	NF_DSR_A_PREVIEW_BACKEND_SLOTS_BEFORE,
	NF_DSR_A_PREVIEW_BACKEND_SLOTS_AFTER,
	NF_DSR_A_PREVIEW_BACKEND_WEIGHT_BEFORE,
	NF_DSR_A_PREVIEW_BACKEND_WEIGHT_AFTER,
	NF_DSR_A_PREVIEW_BACKEND_FLOWS,
	NF_DSR_A_PREVIEW_BACKEND_LEAVING,
	NF_DSR_A_PREVIEW_BACKEND_DELETED,
	NF_DSR_A_PREVIEW_BACKEND_PAD,

	__NF_DSR_A_PREVIEW_BACKEND_MAX,
	NF_DSR_A_PREVIEW_BACKEND_MAX = (__NF_DSR_A_PREVIEW_BACKEND_MAX - 1)
};

enum {
	NF_DSR_A_PREVIEW_SERVICE = 1,
	NF_DSR_A_PREVIEW_SCHEDULER_BEFORE,
	NF_DSR_A_PREVIEW_SCHEDULER_AFTER,
	NF_DSR_A_PREVIEW_SLOTS_BEFORE,
	NF_DSR_A_PREVIEW_SLOTS_AFTER,
	NF_DSR_A_PREVIEW_MOVED,
	NF_DSR_A_PREVIEW_BACKENDS,
	NF_DSR_A_PREVIEW_BACKEND,

	__NF_DSR_A_PREVIEW_MAX,
	NF_DSR_A_PREVIEW_MAX = (__NF_DSR_A_PREVIEW_MAX - 1)
};

enum {
	NF_DSR_A_COMMIT_OP = 1,
	NF_DSR_A_COMMIT_GENERATION,
	NF_DSR_A_COMMIT_OPS,
	NF_DSR_A_COMMIT_WARNING,
	NF_DSR_A_COMMIT_WARNINGS,
	NF_DSR_A_COMMIT_DRY_RUN,
	NF_DSR_A_COMMIT_PREVIEW,
	NF_DSR_A_COMMIT_NEXT,

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
	NF_DSR_CMD_FLOW_NEW,

	__NF_DSR_CMD_MAX,
	NF_DSR_CMD_MAX = (__NF_DSR_CMD_MAX - 1)
};

#define NF_DSR_MCGRP_CONFIG	"config"

#endif /* _UAPI_LINUX_NF_DSR_H */

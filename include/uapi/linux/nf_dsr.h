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
#define NF_DSR_SOURCES_MAX	16

/**
 * enum nf_dsr_method - How a packet reaches its backend.
 * @NF_DSR_METHOD_L2: Rewrite the destination MAC address; the backend is
 *   on-link.
 * @NF_DSR_METHOD_IPIP: Push an IPv4 or IPv6 header (RFC 2003, RFC 2473, RFC
 *   4213).
 * @NF_DSR_METHOD_GRE: Push an IPv4 or IPv6 header and a GRE header (RFC 2784).
 */
enum nf_dsr_method {
	NF_DSR_METHOD_L2,
	NF_DSR_METHOD_IPIP,
	NF_DSR_METHOD_GRE,
};

/**
 * enum nf_dsr_outer_source - Where the source address of a pushed header comes
 *   from.
 * @NF_DSR_OUTER_SOURCE_ROUTE: The address that routing picks for the way to
 *   the backend.
 * @NF_DSR_OUTER_SOURCE_CLIENT: The client's own; the backend must be of the
 *   service's family.
 * @NF_DSR_OUTER_SOURCE_ADDRESS: The fixed one in outer-addr4 or outer-addr6.
 */
enum nf_dsr_outer_source {
	NF_DSR_OUTER_SOURCE_ROUTE,
	NF_DSR_OUTER_SOURCE_CLIENT,
	NF_DSR_OUTER_SOURCE_ADDRESS,
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
 * @NF_DSR_BACKEND_STATE_DOWN: Takes nothing; its flows are given to other
 *   backends.
 */
enum nf_dsr_backend_state {
	NF_DSR_BACKEND_STATE_ACTIVE,
	NF_DSR_BACKEND_STATE_DRAIN,
	NF_DSR_BACKEND_STATE_DOWN,
};

/**
 * enum nf_dsr_flow_state - What the client's side of a flow has shown so far.
 * @NF_DSR_FLOW_STATE_SYN: TCP, nothing but SYNs.
 * @NF_DSR_FLOW_STATE_ESTABLISHED: TCP, any other segment.
 * @NF_DSR_FLOW_STATE_CLOSING: TCP, the client sent a FIN or a RST.
 * @NF_DSR_FLOW_STATE_UDP: UDP.
 * @NF_DSR_FLOW_STATE_ICMP: ICMP or ICMPv6 echo.
 * @NF_DSR_FLOW_STATE_OTHER: Any other protocol.
 */
enum nf_dsr_flow_state {
	NF_DSR_FLOW_STATE_SYN,
	NF_DSR_FLOW_STATE_ESTABLISHED,
	NF_DSR_FLOW_STATE_CLOSING,
	NF_DSR_FLOW_STATE_UDP,
	NF_DSR_FLOW_STATE_ICMP,
	NF_DSR_FLOW_STATE_OTHER,
};

enum {
	NF_DSR_A_COUNTERS_PAD = 1,
	NF_DSR_A_COUNTERS_FLOWS,
	NF_DSR_A_COUNTERS_PACKETS,
	NF_DSR_A_COUNTERS_BYTES,
	NF_DSR_A_COUNTERS_ACTIVE,

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
	NF_DSR_A_SERVICE_ECHO,
	NF_DSR_A_SERVICE_MARK,
	NF_DSR_A_SERVICE_FAMILY,
	NF_DSR_A_SERVICE_VRF,
	NF_DSR_A_SERVICE_SOURCE,
	NF_DSR_A_SERVICE_SOURCE_OTHER,
	NF_DSR_A_SERVICE_DEV,

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

	__NF_DSR_A_STATS_MAX,
	NF_DSR_A_STATS_MAX = (__NF_DSR_A_STATS_MAX - 1)
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

	__NF_DSR_CMD_MAX,
	NF_DSR_CMD_MAX = (__NF_DSR_CMD_MAX - 1)
};

#define NF_DSR_MCGRP_CONFIG	"config"

#endif /* _UAPI_LINUX_NF_DSR_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Outcomes of a packet. Each reason to drop a packet or to pass it to the stack has
 * one entry in the lists below, which generate the enums, the counters, the names and
 * sentences for the operator, and the tracepoints.
 */
#ifndef _DSR_DROP_H
#define _DSR_DROP_H

/* Reasons to drop a packet: X(IDENTIFIER, name, sentence) */
#define DSR_DROPS(X)							\
	X(MALFORMED, "malformed",					\
	  "the packet's own lengths or headers contradict each other")	\
	X(MARTIAN, "martian",						\
	  "the source is loopback, multicast, broadcast, the VIP or the director's own IPv4") \
	X(NO_BACKEND, "no_backend",					\
	  "the service has no active backend with a weight above 0")	\
	X(OVERLOAD, "overload",						\
	  "every backend of the service has reached its max-flows") \
	X(BACKEND_GONE, "backend_gone",					\
	  "the flow's backend is deleted or down, and on-delete is not rehash") \
	X(BACKEND_DOWN, "backend_down",					\
	  "the TCP flow's backend is down by its health, and on-down is reset")	\
	X(UNMATCHED, "unmatched",					\
	  "no service of the VIP matches, and unmatched is not pass")	\
	X(NO_ROUTE, "no_route",						\
	  "no usable route to the backend, or method l2 and a backend that is not on-link")	\
	X(TTL_EXCEEDED, "ttl_exceeded",					\
	  "the TTL or hop limit expired; the client got an ICMP error")		\
	X(TOO_BIG, "too_big",						\
	  "the packet exceeds the path MTU and must not be fragmented; the client got the MTU") \
	X(LRO, "lro",							\
	  "LRO merged the packet; LRO must be off on a director's devices")	\
	X(NO_MEMORY, "no_memory",					\
	  "no memory to add headers or to fragment the packet")	\
	X(ECHO_DOWN, "echo_down",					\
	  "an echo request, and echo is reply-if-up and no backend accepts new flows") \
	X(ECHO_NO_ROUTE, "echo_no_route",				\
	  "no route to the client that sent an echo request")	\
	X(SOURCE, "source",						\
	  "the client matches no source of the service, and source-other is drop") \
	X(SOURCE_ROUTE, "source_route",					\
	  "the packet has a source route (IP option LSRR or SSRR, or IPv6 routing header)") \
	X(ENCAP_ROUTE, "encap_route",					\
	  "the route to the backend has an encapsulation (encap) that the module cannot apply") \
	X(SCOPE, "scope",						\
	  "the source is link-local, and the packet would leave its link; the client got an error")

/* Reasons to leave a packet to the stack: X(IDENTIFIER, name, sentence) */
#define DSR_PASSES(X)							\
	X(NO_SERVICES, "no_services",					\
	  "the namespace has no services")					\
	X(NO_VIP, "no_vip",						\
	  "the destination is no VIP, and no service has the packet's mark")	\
	X(VRF, "vrf",							\
	  "the packet arrived through a VRF that has no services")		\
	X(FRAGMENT, "fragment",						\
	  "a fragment that was not reassembled")	\
	X(CONTROL, "control",						\
	  "ICMP that is neither an echo request nor an error about a packet to the VIP") \
	X(UNMATCHED, "unmatched",					\
	  "no service of the VIP matches, and unmatched is pass") \
	X(ITSELF, "itself",						\
	  "the packet is from this machine to itself")				\
	X(ECHO, "echo",							\
	  "an echo request, or an error about an echo reply, and echo is not forward") \
	X(NO_BACKEND, "no_backend",					\
	  "the service has no backend for the packet, and no-backend is accept")

enum dsr_pass {
#define X(id, name, doc) DSR_PASS_##id,
	DSR_PASSES(X)
#undef X
};

/**
 * enum dsr_verdict - outcome of a step in the processing of a packet
 * @DSR_PASS: the step does not apply to the packet; the stack continues with it
 * @DSR_SENT: the packet is consumed
 * @DSR_LOCAL: the packet goes to this machine's own stack, which is its backend
 * @DSR_DROP_FIRST: the first reason to drop a packet; all values from here on are
 *	such reasons, and each has a counter
 *
 * The skb belongs to the caller after any outcome except DSR_SENT.
 */
enum dsr_verdict {
	DSR_PASS,
	DSR_SENT,
	DSR_LOCAL,
	DSR_DROP_FIRST,
	__DSR_BEFORE_DROPS = DSR_DROP_FIRST - 1,
#define X(id, name, doc) DSR_DROP_##id,
	DSR_DROPS(X)
#undef X
};

/* Number of reasons to drop a packet. */
enum {
#define X(id, name, doc) + 1
	DSR_NR_DROPS = 0 DSR_DROPS(X)
#undef X
};

/* The labels of all reasons to drop a packet, for a switch over enum dsr_verdict:
 * DSR_DROPS(DSR_DROP_LABEL)
 */
#define DSR_DROP_LABEL(id, name, doc) case DSR_DROP_##id:

#endif /* _DSR_DROP_H */

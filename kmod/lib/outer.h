/* SPDX-License-Identifier: GPL-2.0 */
/*
 * ICMP errors that quote an outer header: something on the way to a backend did
 * not take what the director had encapsulated. Bytes in, struct out. Pure: no
 * skb, lock or allocation; safe on any bytes whatsoever.
 */
#ifndef _DSR_OUTER_H
#define _DSR_OUTER_H

#include "tuple.h"

/**
 * enum dsr_outer_kind - what an error says of the way to a backend
 * @DSR_OUTER_TOO_BIG: frag-needed or packet-too-big
 * @DSR_OUTER_UNREACHABLE: other unreachables, or the outer TTL ran out
 */
enum dsr_outer_kind {
	DSR_OUTER_TOO_BIG,
	DSR_OUTER_UNREACHABLE,
};

/**
 * struct dsr_outer_error - an error about an outer header
 * @src: who had sent the quoted packet: the director
 * @dst: to whom: a backend
 * @family: of the error, so of these addresses, too
 * @proto: what follows the quoted header
 * @port: to which port of the backend; 0 if it is not UDP
 * @kind: what it says
 * @mtu: with DSR_OUTER_TOO_BIG: of the way, 0 from routers older than RFC 1191
 * @icmp_off: where the error's ICMP header begins, from its IP header on
 * @inner_off: where the packet begins that had been encapsulated; 0 if the quote
 *	does not reach so far as to tell its flow; all below only if it does
 * @end: where the quote ends, as far as the bytes tell
 * @inner_len: how long the encapsulated packet was, all of it
 * @inner_df: it was not to be fragmented
 * @flow: that it belongs to
 */
struct dsr_outer_error {
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__u8 family;
	__u8 proto;
	__u8 kind;
	__be16 port;
	__u32 mtu;
	__u32 icmp_off;
	__u32 inner_off;
	__u32 end;
	__u32 inner_len;
	bool inner_df;
	struct dsr_tuple flow;
};

/* What is worth laying out before parsing: all headers, with room for options. */
#define DSR_OUTER_READ	256

/**
 * dsr_outer_parse() - is this an error about an outer header?
 * @data: an IP packet, aligned to 4
 * @avail: how many bytes of it may be read, the rest of the packet if that is
 *	less than DSR_OUTER_READ
 * @total: length of the whole packet, at least @avail
 * @error: what it says; undefined when it says nothing
 *
 * Outer headers are IPv4 or IPv6 with nothing but IPv4, IPv6, GRE or UDP with GUE
 * behind. Return: whether it is.
 */
bool dsr_outer_parse(const void *data, __u32 avail, __u32 total,
		     struct dsr_outer_error *error);

#endif /* _DSR_OUTER_H */

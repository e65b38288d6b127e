/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Parse ICMP errors that quote an outer header: a hop on the way to a backend did not
 * accept a packet that the director had encapsulated. Pure: no skb, lock or allocation;
 * safe on any bytes.
 */
#ifndef _DSR_OUTER_H
#define _DSR_OUTER_H

#include "encap.h"
#include "tuple.h"

/**
 * enum dsr_outer_kind - what an error reports about the way to a backend
 * @DSR_OUTER_TOO_BIG: frag-needed or packet-too-big
 * @DSR_OUTER_UNREACHABLE: any other unreachable error, or the outer TTL ran out
 */
enum dsr_outer_kind {
	DSR_OUTER_TOO_BIG,
	DSR_OUTER_UNREACHABLE,
} __packed;

/**
 * struct dsr_outer_error - an error about an outer header
 * @src: source of the quoted outer header: the director
 * @dst: its destination: a backend
 * @family: family of the error, and so of these addresses
 * @proto: protocol that follows the outer header
 * @kind: what it reports
 * @mtu: with DSR_OUTER_TOO_BIG, the MTU of the hop; 0 from routers older than RFC 1191
 * @icmp_off: offset of the error's ICMP header from its IP header
 * @next_off: offset of what follows the outer IP header
 * @end: offset of the end of the quote, as far as the bytes show
 * @encap: the headers that follow the outer IP header, as dsr_outer_read() has read
 *	them, as all members below
 * @inner_off: offset of the packet that had been encapsulated; 0 if the quote is too
 *	short to identify its flow. The members below are valid only if it is not 0
 * @inner_len: full length of the encapsulated packet
 * @inner_df: the encapsulated packet must not be fragmented
 * @flow: the flow that it belongs to
 */
struct dsr_outer_error {
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__u8 family;
	__u8 proto;
	enum dsr_outer_kind kind;
	__u32 mtu;
	__u32 icmp_off;
	__u32 next_off;
	__u32 end;
	struct dsr_encap_read encap;
	__u32 inner_off;
	__u32 inner_len;
	bool inner_df;
	struct dsr_tuple flow;
};

/* Number of bytes to make contiguous before parsing: all headers, with room for
 * options.
 */
#define DSR_OUTER_READ	256

/**
 * dsr_outer_parse() - parse an ICMP error about an outer header
 * @data: an IP packet, aligned to 4
 * @avail: number of bytes that may be read: at least DSR_OUTER_READ, or all of a
 *	shorter packet
 * @total: length of the whole packet, at least @avail
 * @error: result; undefined if the function returns false
 *
 * Return: true if the packet is an error that quotes an IP header. The addresses of this
 * header tell which backends the quoted packet may have been sent to, and so which headers
 * may follow.
 */
bool dsr_outer_parse(const void *data, __u32 avail, __u32 total,
		     struct dsr_outer_error *error);

/**
 * dsr_outer_read() - read what follows the outer IP header
 * @data: as for dsr_outer_parse()
 * @avail: as for dsr_outer_parse()
 * @kind: which headers follow
 * @error: result of dsr_outer_parse(); gets the members from @encap on
 *
 * Return: false if the quote has no such headers, see dsr_encap_read(). The caller must
 * check that the director sends headers of this form to the backend from this source.
 */
bool dsr_outer_read(const void *data, __u32 avail, enum dsr_encap_kind kind,
		    struct dsr_outer_error *error);

#endif /* _DSR_OUTER_H */

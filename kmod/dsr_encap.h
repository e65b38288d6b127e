/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes that the tunnel methods put before a packet. Pure.
 */
#ifndef _DSR_ENCAP_H
#define _DSR_ENCAP_H

#include "dsr_tuple.h"

/* The longest that dsr_encap_len() returns: IPv6 and GRE. */
#define DSR_ENCAP_MAX	44

/**
 * struct dsr_encap - what to push
 * @family: of the outer header, AF_INET or AF_INET6
 * @inner_family: of the packet, AF_INET or AF_INET6
 * @gre: with a GRE header between them (RFC 2784: no key, no checksum)
 * @df: outer don't-fragment flag; IPv4 only
 * @tos: outer TOS byte or traffic class
 * @ttl: outer TTL or hop limit
 * @id: outer identification; IPv4 only
 * @flow_label: low 20 bits are used; IPv6 only (RFC 6438)
 * @src: outer source address
 * @dst: outer destination address
 * @inner_len: length of the packet; where it is too great for the outer length
 *	field (GSO), that is written as 0, for segmentation to set
 */
struct dsr_encap {
	__u8 family;
	__u8 inner_family;
	bool gre;
	bool df;
	__u8 tos;
	__u8 ttl;
	__be16 id;
	__u32 flow_label;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__u32 inner_len;
};

/* Bytes of the headers: 20 or 40, and 4 more with GRE. */
static inline __u32 dsr_encap_len(__u8 family, bool gre)
{
	return (family == AF_INET ? 20 : 40) + (gre ? 4 : 0);
}

/* Write dsr_encap_len() bytes to @buf, aligned to 4, the IPv4 header's checksum
 * among them.
 */
void dsr_encap_write(void *buf, const struct dsr_encap *encap);

#endif /* _DSR_ENCAP_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes that the tunnel methods put before a packet. Pure.
 */
#ifndef _DSR_ENCAP_H
#define _DSR_ENCAP_H

#include "tuple.h"

/* The longest that dsr_encap_len() returns: IPv6, and GRE with all it can have
 * or UDP and GUE.
 */
#define DSR_ENCAP_MAX	52

/* UDP source ports, as hosts choose them for themselves. */
#define DSR_ENCAP_PORT_MIN	32768
#define DSR_ENCAP_PORT_MAX	60999

/**
 * enum dsr_encap_kind - what stands between the outer IP header and the packet
 * @DSR_ENCAP_NONE: there is no outer header
 * @DSR_ENCAP_IP: nothing
 * @DSR_ENCAP_GRE: a GRE header (RFC 2784, RFC 2890)
 * @DSR_ENCAP_UDP: a UDP header, maybe with a GUE header
 */
enum dsr_encap_kind {
	DSR_ENCAP_NONE,
	DSR_ENCAP_IP,
	DSR_ENCAP_GRE,
	DSR_ENCAP_UDP,
};

/**
 * struct dsr_encap_form - what is the same for all packets to a backend
 * @family: of the outer header, AF_INET or AF_INET6
 * @kind: enum dsr_encap_kind
 * @checksum: the GRE or UDP header has one
 * @keyed: the GRE header has a key
 * @gue_header: GUE variant 0: a header behind the UDP header
 * @port: UDP destination port
 * @key: for a GRE header
 */
struct dsr_encap_form {
	__u8 family;
	__u8 kind;
	bool checksum;
	bool keyed;
	bool gue_header;
	__be16 port;
	__be32 key;
};

/**
 * struct dsr_encap - what to push
 * @form: which headers
 * @inner_family: of the packet, AF_INET or AF_INET6
 * @df: outer don't-fragment flag; IPv4 only
 * @tos: outer TOS byte or traffic class
 * @ttl: outer TTL or hop limit
 * @id: outer identification; IPv4 only
 * @sport: UDP source port
 * @flow_label: low 20 bits are used; IPv6 only (RFC 6438)
 * @src: outer source address
 * @dst: outer destination address
 * @inner_len: length of the packet; where it is too great for a length field of
 *	the headers (GSO), that is written as 0, for segmentation to set
 */
struct dsr_encap {
	const struct dsr_encap_form *form;
	__u8 inner_family;
	bool df;
	__u8 tos;
	__u8 ttl;
	__be16 id;
	__be16 sport;
	__u32 flow_label;
	union nf_inet_addr src;
	union nf_inet_addr dst;
	__u32 inner_len;
};

/* Bytes of the outer IP header. */
static inline __u32 dsr_encap_ip_len(const struct dsr_encap_form *form)
{
	return form->family == AF_INET ? 20 : 40;
}

/* Bytes of all headers. */
__u32 dsr_encap_len(const struct dsr_encap_form *form);

/* What the outer IP header says comes next: an IP protocol number. */
__u8 dsr_encap_protocol(const struct dsr_encap *encap);

/* Write dsr_encap_len() bytes to @buf, aligned to 4, the IPv4 header's checksum
 * among them. The checksum of a GRE or UDP header covers the packet: it is
 * written as 0.
 */
void dsr_encap_write(void *buf, const struct dsr_encap *encap);

/* A flow's UDP source port: all hashes together use each about as often. */
__be16 dsr_encap_port(__u32 hash);

/* Fill in a prefix with the low bits of a flow's hash, 32 of them at most. */
void dsr_encap_fill(union nf_inet_addr *addr, __u8 family, __u8 prefix_len,
		    __u32 hash);

#endif /* _DSR_ENCAP_H */

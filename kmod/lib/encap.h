/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The headers that the tunnel methods push before a packet, as bytes: written, and read
 * again from the quotes of ICMP errors. Pure; reading is safe on any bytes.
 */
#ifndef _DSR_ENCAP_H
#define _DSR_ENCAP_H

#include "tuple.h"

/* Maximum of dsr_encap_len(): IPv6 with GRE, checksum and key, or IPv6 with UDP and
 * GUE.
 */
#define DSR_ENCAP_MAX	52

/* UDP source ports: the range that hosts use for their own ephemeral ports. */
#define DSR_ENCAP_PORT_MIN	32768
#define DSR_ENCAP_PORT_MAX	60999

/**
 * enum dsr_encap_kind - what is between the outer IP header and the packet
 * @DSR_ENCAP_NONE: there is no outer header
 * @DSR_ENCAP_IP: nothing
 * @DSR_ENCAP_GRE: a GRE header (RFC 2784, RFC 2890)
 * @DSR_ENCAP_UDP: a UDP header, with or without a GUE header
 */
enum dsr_encap_kind {
	DSR_ENCAP_NONE,
	DSR_ENCAP_IP,
	DSR_ENCAP_GRE,
	DSR_ENCAP_UDP,
} __packed;

/**
 * struct dsr_encap_form - what is the same for all packets to a backend
 * @family: family of the outer header, AF_INET or AF_INET6
 * @kind: which headers; members that these do not have are 0
 * @checksum: the GRE or UDP header has a checksum
 * @keyed: the GRE header has a key
 * @gue_header: GUE variant 0: a GUE header follows the UDP header
 * @port: UDP destination port
 * @key: key of the GRE header
 */
struct dsr_encap_form {
	__u8 family;
	enum dsr_encap_kind kind;
	bool checksum;
	bool keyed;
	bool gue_header;
	__be16 port;
	__be32 key;
};

/**
 * struct dsr_encap - headers to push
 * @form: which headers
 * @inner_family: family of the packet, AF_INET or AF_INET6
 * @df: outer don't-fragment flag; IPv4 only
 * @tos: outer TOS byte or traffic class
 * @ttl: outer TTL or hop limit
 * @id: outer identification; IPv4 only
 * @sport: UDP source port
 * @flow_label: IPv6 only, the low 20 bits are used (RFC 6438)
 * @src: outer source address
 * @dst: outer destination address
 * @inner_len: length of the packet. If it is too great for a length field of the
 *	headers (GSO), the field is written as 0, and segmentation sets it
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

/* Return the length of the outer IP header in bytes. */
static inline __u32 dsr_encap_ip_len(const struct dsr_encap_form *form)
{
	return form->family == AF_INET ? 20 : 40;
}

/* Return the length of all headers in bytes. */
__u32 dsr_encap_len(const struct dsr_encap_form *form);

/* Return the protocol number in the outer IP header. */
__u8 dsr_encap_protocol(const struct dsr_encap *encap);

/* Write dsr_encap_len() bytes to @buf, which is aligned to 4, with the checksum of an
 * IPv4 header. The checksum of a GRE or UDP header covers the packet, and is written as
 * 0.
 */
void dsr_encap_write(void *buf, const struct dsr_encap *encap);

/**
 * struct dsr_encap_read - the headers of a packet, as they were read
 * @form: their form, but for the family of the outer header
 * @inner_family: family of the packet that follows them, AF_INET or AF_INET6
 * @len: their length without the outer IP header
 * @whole: all of them were there to read. If not, the end of the GRE header is missing,
 *	or all that follows the UDP header: the members of @form that it has are 0, and
 *	@inner_family and @len may be 0, too
 */
struct dsr_encap_read {
	struct dsr_encap_form form;
	__u8 inner_family;
	__u8 len;
	bool whole;
};

/**
 * dsr_encap_read() - read headers, as the reverse of dsr_encap_write()
 * @kind: which headers they must be
 * @proto: protocol number in the outer IP header
 * @data: what follows the outer IP header, aligned to 4
 * @avail: number of bytes that may be read
 * @read: result; undefined if the function returns false
 *
 * The first 8 bytes suffice, as that is what each ICMP error quotes.
 *
 * Return: false if dsr_encap_write() writes no such headers of this kind for any form, or
 * if 8 bytes of them are not there.
 */
bool dsr_encap_read(enum dsr_encap_kind kind, __u8 proto, const void *data,
		    __u32 avail, struct dsr_encap_read *read);

/* Return true if headers of this form look like those that were read, as far as these
 * were there.
 */
bool dsr_encap_fits(const struct dsr_encap_form *form,
		    const struct dsr_encap_read *read);

/* Return the UDP source port of a flow. The hashes are spread evenly over the ports. */
__be16 dsr_encap_port(__u32 hash);

/* Fill the host part of a prefix with the low bits of a flow's hash, at most 32 of
 * them.
 */
void dsr_encap_fill(union nf_inet_addr *addr, __u8 family, __u8 prefix_len,
		    __u32 hash);

#endif /* _DSR_ENCAP_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Build the bytes of the packet that an operator wants to trace. Pure.
 */
#ifndef _DSR_PROBE_H
#define _DSR_PROBE_H

#include "tuple.h"

#define DSR_PROBE_MAX	65535

/**
 * struct dsr_probe - description of the packet
 * @tuple: its flow, from a client to a VIP
 * @tcp_flags: octet 13 of the TCP header
 * @ttl: TTL or hop limit
 * @df: IPv4 don't-fragment flag
 * @error: not a packet of the flow, but an ICMP error (port unreachable) from the
 *	client about a packet that the VIP sent
 * @len: length of the packet, dsr_probe_min() to DSR_PROBE_MAX
 */
struct dsr_probe {
	struct dsr_tuple tuple;
	__u8 tcp_flags;
	__u8 ttl;
	bool df;
	bool error;
	__u32 len;
};

/* Return true if there can be a packet of the protocol. In IPv6, the number of an
 * extension header cannot be that of the transport header.
 */
bool dsr_probe_possible(const struct dsr_probe *probe);

/* Return the length of the headers, and of the quote of an error, in bytes. */
__u32 dsr_probe_min(const struct dsr_probe *probe);

/* Write dsr_probe_min() bytes to @buf, which is zeroed and aligned to 4. The checksums
 * stay 0: no step before the decision reads them.
 */
void dsr_probe_write(void *buf, const struct dsr_probe *probe);

#endif /* _DSR_PROBE_H */

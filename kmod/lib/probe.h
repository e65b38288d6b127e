/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The bytes of a packet that somebody asks about. Pure.
 */
#ifndef _DSR_PROBE_H
#define _DSR_PROBE_H

#include "tuple.h"

#define DSR_PROBE_MAX	65535

/**
 * struct dsr_probe - which packet
 * @tuple: the flow that it is of, from a client to a VIP
 * @tcp_flags: octet 13 of a TCP header
 * @ttl: TTL or hop limit
 * @df: IPv4 don't-fragment flag
 * @error: not a packet of the flow but an ICMP error (port unreachable) from the
 *	client, about one that the VIP sent
 * @len: of the packet, dsr_probe_min() to DSR_PROBE_MAX
 */
struct dsr_probe {
	struct dsr_tuple tuple;
	__u8 tcp_flags;
	__u8 ttl;
	bool df;
	bool error;
	__u32 len;
};

/* Can there be a packet of its protocol? In IPv6 the numbers of extension headers
 * stand for what follows.
 */
bool dsr_probe_possible(const struct dsr_probe *probe);

/* Bytes of its headers and of what it quotes. */
__u32 dsr_probe_min(const struct dsr_probe *probe);

/* Write dsr_probe_min() bytes to @buf, which is zero and aligned to 4. There are no
 * checksums: whoever would look at one comes after the decision.
 */
void dsr_probe_write(void *buf, const struct dsr_probe *probe);

#endif /* _DSR_PROBE_H */

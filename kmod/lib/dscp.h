/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Method dscp in bytes: another destination address, another DSCP, and the
 * checksums that cover them. Pure.
 */
#ifndef _DSR_DSCP_H
#define _DSR_DSCP_H

#include "tuple.h"

/**
 * struct dsr_dscp - what a packet shall become
 * @dst: its destination
 * @family: of the packet and of @dst, AF_INET or AF_INET6
 * @code: its DSCP; ECN stays
 * @proto: protocol of the transport header
 * @partial: the transport checksum is so far that of the pseudo header, not
 *	inverted; somebody will sum up the rest
 * @l4_off: where the transport header begins
 */
struct dsr_dscp {
	union nf_inet_addr dst;
	__u8 family;
	__u8 code;
	__u8 proto;
	bool partial;
	__u16 l4_off;
};

/* How many bytes from the IP header on are read or written: beyond @l4_off where
 * the transport protocol has a checksum over addresses.
 */
__u32 dsr_dscp_reach(const struct dsr_dscp *to);

/* Rewrite a whole packet, or its first dsr_dscp_reach() bytes at @packet, aligned
 * to 4. A UDP datagram that came without checksum has none then.
 */
void dsr_dscp_rewrite(void *packet, const struct dsr_dscp *to);

#endif /* _DSR_DSCP_H */

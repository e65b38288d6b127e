/* SPDX-License-Identifier: GPL-2.0 */
/*
 * Method dscp on bytes: replace the destination address and the DSCP of a packet, and
 * adjust the checksums that cover them. Pure.
 */
#ifndef _DSR_DSCP_H
#define _DSR_DSCP_H

#include "tuple.h"

/**
 * struct dsr_dscp - what to write into a packet
 * @dst: destination address
 * @family: family of the packet and of @dst, AF_INET or AF_INET6
 * @code: DSCP; ECN stays
 * @proto: protocol of the transport header
 * @partial: the transport checksum is that of the pseudo header so far, not inverted;
 *	the kernel or the device adds the rest later
 * @l4_off: offset of the transport header
 */
struct dsr_dscp {
	union nf_inet_addr dst;
	__u8 family;
	__u8 code;
	__u8 proto;
	bool partial;
	__u16 l4_off;
};

/* Return how many bytes from the IP header on are read or written. That includes a part
 * of the transport header if its protocol has a checksum over addresses.
 */
__u32 dsr_dscp_reach(const struct dsr_dscp *to);

/* Rewrite a whole packet, or its first dsr_dscp_reach() bytes, at @packet, which is
 * aligned to 4. A UDP datagram without checksum stays without one.
 */
void dsr_dscp_rewrite(void *packet, const struct dsr_dscp *to);

#endif /* _DSR_DSCP_H */

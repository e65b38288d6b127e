/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the client's side of a flow tells about it. Nobody here sees what the
 * backend answers, so this is no TCP state machine: it only decides how long
 * a silent flow is remembered. Pure.
 */
#ifndef _DSR_STATE_H
#define _DSR_STATE_H

#include <linux/types.h>
#include <uapi/linux/nf_dsr.h>

#define DSR_STATES	(NF_DSR_FLOW_STATE_OTHER + 1)

/**
 * struct dsr_timeouts - idle timeouts
 * @seconds: by enum nf_dsr_flow_state; 1 to NF_DSR_TIMEOUT_MAX
 */
struct dsr_timeouts {
	__u32 seconds[DSR_STATES];
};

/* 3600 s TCP, 60 s each for SYN-only and closing, 120 s UDP and other, 2 s ICMP. */
extern const struct dsr_timeouts dsr_timeouts_default;

/* State of a flow whose first packet this is; loose: any packet may be one. */
__u8 dsr_state_first(__u8 proto, __u8 tcp_flags);

/**
 * dsr_state_next() - state of a known flow after one more packet
 * @state: before it
 * @tcp_flags: DSR_TCP_* of the packet
 *
 * FIN and RST begin the closing; nothing ends it but silence or a new
 * connection (see dsr_state_restarts()). Any other segment that is no SYN shows
 * that the handshake is over. States of other protocols never change.
 */
__u8 dsr_state_next(__u8 state, __u8 tcp_flags);

/* Is it a SYN, without ACK, FIN or RST? */
bool dsr_state_begins(__u8 tcp_flags);

/* Is it the first packet of another connection with the same ports? True for
 * a SYN (without ACK, FIN or RST) to a closing flow; a SYN to an established
 * one may be a stray duplicate or forged and restarts nothing (RFC 5961).
 */
bool dsr_state_restarts(__u8 state, __u8 tcp_flags);

/* The worst of what is said of a backend: the operator's word (enum
 * nf_dsr_backend_state), a health check's (enum nf_dsr_health), and whether its
 * time to drain is over.
 */
__u8 dsr_state_backend(__u8 state, __u8 health, bool drained);

#endif /* _DSR_STATE_H */

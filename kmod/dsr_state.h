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

#define DSR_TIMEOUTS	(NF_DSR_FLOW_STATE_OTHER + 1)

/**
 * struct dsr_timeouts - idle timeouts
 * @seconds: by dsr_state_timeout(); 1 to NF_DSR_TIMEOUT_MAX
 */
struct dsr_timeouts {
	__u32 seconds[DSR_TIMEOUTS];
};

/* 3600 s TCP, 60 s each for SYN-only and closing, 120 s UDP and other, 2 s ICMP. */
extern const struct dsr_timeouts dsr_timeouts_default;

/* Which of the timeouts holds for flows in a state; not for
 * NF_DSR_FLOW_STATE_PERSIST, whose timeout is the service's persist.
 */
__u8 dsr_state_timeout(__u8 state);

/* State of a flow whose first packet this is; loose: any packet may be one. */
__u8 dsr_state_first(__u8 proto, __u8 tcp_flags);

/**
 * dsr_state_next() - state of a known flow after one more packet
 * @state: before it
 * @tcp_flags: DSR_TCP_* of the packet
 *
 * Anybody can forge a packet of the client, and nobody here can check its sequence
 * number. So a FIN or RST only shortens the time for which a silent flow is
 * remembered, and the live client takes it back. A client sends nothing after its
 * RST, so whatever else comes then shows that the connection goes on. After its FIN
 * a client still acknowledges what the server sends, and the flow keeps closing;
 * data shows that the connection goes on.
 *
 * A SYN moves no flow. To a closing one it is the first packet of a new connection
 * with the same ports, which the next segment shows to go on. States of other
 * protocols never change.
 */
__u8 dsr_state_next(__u8 state, __u8 tcp_flags);

/* Is it a SYN, without ACK, FIN or RST? */
bool dsr_state_begins(__u8 tcp_flags);

/* The worst of what is said of a backend: the operator's word (enum
 * nf_dsr_backend_state), a health check's (enum nf_dsr_health), and whether its
 * time to drain is over.
 */
__u8 dsr_state_backend(__u8 state, __u8 health, bool drained);

#endif /* _DSR_STATE_H */

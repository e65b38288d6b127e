/* SPDX-License-Identifier: GPL-2.0 */
/*
 * What the client's side of a flow tells about it. Nobody here sees what the
 * backend answers, so this is no TCP state machine: it only decides how long
 * a silent flow is remembered. Pure.
 */
#ifndef _DSR_STATE_H
#define _DSR_STATE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/nf_dsr.h>

#define DSR_TIMEOUT_UNCONFIRMED	(NF_DSR_FLOW_STATE_OTHER + 1)
#define DSR_TIMEOUTS		(DSR_TIMEOUT_UNCONFIRMED + 1)

/* Beside the state of a flow of UDP or another protocol, or of the memory of a
 * prefix: nothing has come since its first second. Operators are not told.
 */
#define DSR_STATE_NEW	0x10

/* Of these flows something has shown that they go on. A single forged packet makes
 * any other one, so those count against no limit, and make room in a full table. An
 * echo shows nothing, and is soon forgotten.
 */
#define DSR_STATES_CONFIRMED	(BIT(NF_DSR_FLOW_STATE_ESTABLISHED) |	\
				 BIT(NF_DSR_FLOW_STATE_CLOSING) |	\
				 BIT(NF_DSR_FLOW_STATE_RESET) |		\
				 BIT(NF_DSR_FLOW_STATE_UDP) |		\
				 BIT(NF_DSR_FLOW_STATE_OTHER) |		\
				 BIT(NF_DSR_FLOW_STATE_PERSIST))

/* Flows of TCP and UDP that a segment without SYN, FIN and RST, or a datagram, leaves
 * as they are, at least within a second.
 */
#define DSR_STATES_STEADY	(BIT(NF_DSR_FLOW_STATE_ESTABLISHED) |	\
				 BIT(NF_DSR_FLOW_STATE_UNCONFIRMED) |	\
				 BIT(NF_DSR_FLOW_STATE_UDP) |		\
				 BIT(NF_DSR_FLOW_STATE_UDP | DSR_STATE_NEW))

/**
 * struct dsr_timeouts - idle timeouts
 * @seconds: by dsr_state_timeout(); 1 to NF_DSR_TIMEOUT_MAX
 */
struct dsr_timeouts {
	__u32 seconds[DSR_TIMEOUTS];
};

/* 3600 s TCP, 60 s each for SYN-only, unconfirmed and closing, 120 s UDP and other, 2 s
 * ICMP.
 */
extern const struct dsr_timeouts dsr_timeouts_default;

/* The state as an operator is told of it, enum nf_dsr_flow_state. */
static inline __u8 dsr_state_told(__u8 state)
{
	return state & ~DSR_STATE_NEW;
}

static inline bool dsr_state_confirmed(__u8 state)
{
	return BIT(state) & DSR_STATES_CONFIRMED;
}

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
 * @late: the flow was last seen a second ago, or longer
 *
 * A flow that a SYN began is confirmed by the next segment that is none; any other
 * one by a packet that comes late.
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
__u8 dsr_state_next(__u8 state, __u8 tcp_flags, bool late);

/* Is it a SYN, without ACK, FIN or RST? */
bool dsr_state_begins(__u8 tcp_flags);

/* The worst of what is said of a backend: the operator's word (enum
 * nf_dsr_backend_state), a health check's (enum nf_dsr_health), and whether its
 * time to drain is over.
 */
__u8 dsr_state_backend(__u8 state, __u8 health, bool drained);

/* What is known of the way to a backend. */
enum dsr_reach {
	DSR_REACH_YES,
	DSR_REACH_NO_NEIGHBOUR,
	DSR_REACH_NO_ROUTE,
};

/**
 * struct dsr_state_facts - all that decides what a backend does in effect
 * @state: the operator's word, enum nf_dsr_backend_state
 * @health: a health check's, enum nf_dsr_health
 * @reach: enum dsr_reach
 * @drained: its time to drain is over
 * @weightless: its weight is 0
 * @standby: its priority is not used
 * @limited: it has as many flows as it may
 * @ramping: its weight still grows
 */
struct dsr_state_facts {
	__u8 state;
	__u8 health;
	__u8 reach;
	bool drained;
	bool weightless;
	bool standby;
	bool limited;
	bool ramping;
};

/* Return: enum nf_dsr_effective_state, the worst that is so. */
__u8 dsr_state_effective(const struct dsr_state_facts *facts);

#endif /* _DSR_STATE_H */

/* SPDX-License-Identifier: GPL-2.0 */
/*
 * The state of a flow, as far as the client's packets show it. The director does not
 * see the answers of backends, so this is no TCP state machine: it only determines how
 * long a silent flow is remembered. The second part is the state of backends. Pure.
 */
#ifndef _DSR_STATE_H
#define _DSR_STATE_H

#include <linux/bits.h>
#include <linux/types.h>
#include <uapi/linux/nf_dsr.h>

#define DSR_TIMEOUT_UNCONFIRMED	(NF_DSR_FLOW_STATE_OTHER + 1)
#define DSR_TIMEOUTS		(DSR_TIMEOUT_UNCONFIRMED + 1)

/* Flag in the state of a flow of UDP or another protocol, or of the entry of a client
 * prefix: no packet has come since the first second of the flow. Operators do not see
 * it.
 */
#define DSR_STATE_NEW	0x10

/* States of confirmed flows: a packet has shown that the flow goes on. A single forged
 * packet can make any other flow, so those do not count towards a limit, and yield in a
 * full table. An echo flow is never confirmed, and soon expires.
 */
#define DSR_STATES_CONFIRMED	(BIT(NF_DSR_FLOW_STATE_ESTABLISHED) |	\
				 BIT(NF_DSR_FLOW_STATE_CLOSING) |	\
				 BIT(NF_DSR_FLOW_STATE_RESET) |		\
				 BIT(NF_DSR_FLOW_STATE_UDP) |		\
				 BIT(NF_DSR_FLOW_STATE_OTHER) |		\
				 BIT(NF_DSR_FLOW_STATE_PERSIST))

/* States of TCP and UDP flows that a segment without SYN, FIN and RST, or a datagram,
 * does not change, at least if it comes within a second of the last packet.
 */
#define DSR_STATES_STEADY	(BIT(NF_DSR_FLOW_STATE_ESTABLISHED) |	\
				 BIT(NF_DSR_FLOW_STATE_UNCONFIRMED) |	\
				 BIT(NF_DSR_FLOW_STATE_UDP) |		\
				 BIT(NF_DSR_FLOW_STATE_UDP | DSR_STATE_NEW))

/**
 * struct dsr_timeouts - idle timeouts
 * @seconds: indexed by dsr_state_timeout(); 1 to NF_DSR_TIMEOUT_MAX
 */
struct dsr_timeouts {
	__u32 seconds[DSR_TIMEOUTS];
};

/* The defaults: 3600 s for TCP, 60 s each for SYN-only, unconfirmed and closing flows,
 * 120 s for UDP and others, 2 s for ICMP.
 */
extern const struct dsr_timeouts dsr_timeouts_default;

/* Return the state that the operator sees, enum nf_dsr_flow_state. */
static inline __u8 dsr_state_shown(__u8 state)
{
	return state & ~DSR_STATE_NEW;
}

static inline bool dsr_state_confirmed(__u8 state)
{
	return BIT(state) & DSR_STATES_CONFIRMED;
}

/* Return true for the states of a flow that the client is closing, or has reset. */
static inline bool dsr_state_closes(__u8 state)
{
	return state == NF_DSR_FLOW_STATE_CLOSING || state == NF_DSR_FLOW_STATE_RESET;
}

/* Return the index of the timeout for flows of this state. Not for
 * NF_DSR_FLOW_STATE_PERSIST, whose timeout is the service's persist.
 */
__u8 dsr_state_timeout(__u8 state);

/* Return true if a flow of the protocol may have the state that the operator sees. */
bool dsr_state_fits(__u8 state, __u8 proto);

/* Return the state of a flow after its first packet. Any packet may be the first, as
 * connections are picked up midway.
 */
__u8 dsr_state_first(__u8 proto, __u8 tcp_flags);

/**
 * dsr_state_next() - compute the state of a known flow after another packet
 * @state: state before the packet
 * @tcp_flags: DSR_TCP_* of the packet
 * @late: the packet before came a second ago, or longer
 *
 * The next segment without SYN confirms a flow that began with a SYN. A packet that
 * comes late confirms any other flow, unless it is a SYN or RST.
 *
 * Anyone can forge a packet of the client, and the director cannot check its sequence
 * number. So a FIN or RST only shortens the time for which a silent flow is remembered,
 * and the live client reverts that. A client sends nothing after its RST, so any other
 * packet then shows that the connection goes on. After its FIN a client still
 * acknowledges what the server sends, and the flow keeps closing; data shows that the
 * connection goes on.
 *
 * A SYN neither confirms nor ends a flow. An unconfirmed flow enters the state of one
 * that began with a SYN. For a closing flow, the SYN is the first packet of a new
 * connection with the same ports: the flow enters the state of a reset one, and the
 * next segment shows that the new connection goes on. Flows of other protocols never
 * change, except that a packet that comes late clears DSR_STATE_NEW.
 */
__u8 dsr_state_next(__u8 state, __u8 tcp_flags, bool late);

/* Return true for a SYN without ACK, FIN or RST. */
bool dsr_state_begins(__u8 tcp_flags);

/* State of a backend that is down by its health alone, in addition to the states that an
 * operator can set, if on-down says what becomes of its flows. Like these, it is worse than
 * NF_DSR_BACKEND_STATE_DOWN for all that compare.
 */
#define DSR_STATE_UNHEALTHY	(NF_DSR_BACKEND_STATE_DOWN + 1)

/**
 * struct dsr_state_causes - what determines the state of a backend
 * @state: the operator's setting, enum nf_dsr_backend_state
 * @health: result of the health check that counts, enum nf_dsr_health
 * @on_down: the service's enum nf_dsr_on_down
 * @drained: its drain timeout is over
 * @overdue: its health has been down for longer than on-down keep keeps flows
 */
struct dsr_state_causes {
	__u8 state;
	__u8 health;
	__u8 on_down;
	bool drained;
	bool overdue;
};

/* Return the worst state that the causes imply: of enum nf_dsr_backend_state, or
 * DSR_STATE_UNHEALTHY. A backend whose flows are kept is in the state drain.
 */
__u8 dsr_state_backend(const struct dsr_state_causes *causes);

/* Whether packets can reach a backend, as far as the kernel knows. */
enum dsr_reach {
	DSR_REACH_YES,
	DSR_REACH_NO_NEIGHBOUR,
	DSR_REACH_NO_ROUTE,
};

/**
 * struct dsr_state_facts - what determines the effective state of a backend
 * @state: the operator's setting, enum nf_dsr_backend_state
 * @health: result of the health check, enum nf_dsr_health
 * @reach: enum dsr_reach
 * @drained: its drain timeout is over
 * @weightless: its weight is 0
 * @standby: its priority is not used
 * @limited: it has as many flows as it may have
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

/* Return the enum nf_dsr_effective_state: the worst one that the facts imply. */
__u8 dsr_state_effective(const struct dsr_state_facts *facts);

#endif /* _DSR_STATE_H */

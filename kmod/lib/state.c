// SPDX-License-Identifier: GPL-2.0
/*
 * The states of flows and backends, see state.h. How long a silent flow is remembered
 * depends on its state, and its state on what the client has sent, because the director
 * does not see the answers.
 */
#include <linux/in.h>
#include <linux/in6.h>

#include "parse.h"
#include "state.h"

const struct dsr_timeouts dsr_timeouts_default = {
	.seconds = {
		[NF_DSR_FLOW_STATE_SYN]		= 60,
		[NF_DSR_FLOW_STATE_ESTABLISHED]	= 3600,
		[NF_DSR_FLOW_STATE_CLOSING]	= 60,
		[NF_DSR_FLOW_STATE_UDP]		= 120,
		[NF_DSR_FLOW_STATE_ICMP]	= 2,
		[NF_DSR_FLOW_STATE_OTHER]	= 120,
		[DSR_TIMEOUT_UNCONFIRMED]	= 60,
	},
};

__u8 dsr_state_first(__u8 proto, __u8 tcp_flags)
{
	switch (proto) {
	case IPPROTO_TCP:
		return dsr_state_begins(tcp_flags) ?
			NF_DSR_FLOW_STATE_SYN : NF_DSR_FLOW_STATE_UNCONFIRMED;
	case IPPROTO_UDP:
		return NF_DSR_FLOW_STATE_UDP | DSR_STATE_NEW;
	case IPPROTO_ICMP:
	case IPPROTO_ICMPV6:
		return NF_DSR_FLOW_STATE_ICMP;
	default:
		return NF_DSR_FLOW_STATE_OTHER | DSR_STATE_NEW;
	}
}

bool dsr_state_fits(__u8 state, __u8 proto)
{
	switch ((enum nf_dsr_flow_state)state) {
	case NF_DSR_FLOW_STATE_PERSIST:
		return true;
	case NF_DSR_FLOW_STATE_SYN:
	case NF_DSR_FLOW_STATE_ESTABLISHED:
	case NF_DSR_FLOW_STATE_CLOSING:
	case NF_DSR_FLOW_STATE_RESET:
	case NF_DSR_FLOW_STATE_UNCONFIRMED:
		return proto == IPPROTO_TCP;
	case NF_DSR_FLOW_STATE_UDP:
	case NF_DSR_FLOW_STATE_ICMP:
	case NF_DSR_FLOW_STATE_OTHER:
		return proto != IPPROTO_TCP &&
		       state == dsr_state_shown(dsr_state_first(proto, 0));
	}
	return false;
}

__u8 dsr_state_timeout(__u8 state)
{
	const enum nf_dsr_flow_state shown = dsr_state_shown(state);

	switch (shown) {
	case NF_DSR_FLOW_STATE_SYN:
	case NF_DSR_FLOW_STATE_ESTABLISHED:
	case NF_DSR_FLOW_STATE_CLOSING:
	case NF_DSR_FLOW_STATE_UDP:
	case NF_DSR_FLOW_STATE_ICMP:
	case NF_DSR_FLOW_STATE_OTHER:
	case NF_DSR_FLOW_STATE_PERSIST:
		break;
	case NF_DSR_FLOW_STATE_RESET:
		return NF_DSR_FLOW_STATE_CLOSING;
	case NF_DSR_FLOW_STATE_UNCONFIRMED:
		return DSR_TIMEOUT_UNCONFIRMED;
	}
	return shown;
}

/* Return the next state of a connection that was not seen to end, or that was reset. */
static __u8 dsr_state_live(__u8 state, __u8 tcp_flags)
{
	if (tcp_flags & DSR_TCP_RST)
		return NF_DSR_FLOW_STATE_RESET;
	if (tcp_flags & DSR_TCP_FIN)
		return NF_DSR_FLOW_STATE_CLOSING;
	if (tcp_flags & DSR_TCP_SYN)
		return state;
	return NF_DSR_FLOW_STATE_ESTABLISHED;
}

static __u8 dsr_state_closing(__u8 tcp_flags)
{
	const __u8 over = DSR_TCP_SYN | DSR_TCP_FIN | DSR_TCP_RST;

	if (dsr_state_begins(tcp_flags))
		return NF_DSR_FLOW_STATE_RESET;
	if ((tcp_flags & DSR_TCP_DATA) && !(tcp_flags & over))
		return NF_DSR_FLOW_STATE_ESTABLISHED;
	return NF_DSR_FLOW_STATE_CLOSING;
}

/* Return the next state of an unconfirmed flow. A RST does not show that the connection
 * goes on.
 */
static __u8 dsr_state_unconfirmed(__u8 tcp_flags, bool late)
{
	if (dsr_state_begins(tcp_flags))
		return NF_DSR_FLOW_STATE_SYN;
	if (!late || (tcp_flags & DSR_TCP_RST))
		return NF_DSR_FLOW_STATE_UNCONFIRMED;
	return dsr_state_live(NF_DSR_FLOW_STATE_UNCONFIRMED, tcp_flags);
}

__u8 dsr_state_next(__u8 state, __u8 tcp_flags, bool late)
{
	const enum nf_dsr_flow_state shown = dsr_state_shown(state);

	switch (shown) {
	case NF_DSR_FLOW_STATE_SYN:
	case NF_DSR_FLOW_STATE_ESTABLISHED:
	case NF_DSR_FLOW_STATE_RESET:
		return dsr_state_live(state, tcp_flags);
	case NF_DSR_FLOW_STATE_CLOSING:
		return dsr_state_closing(tcp_flags);
	case NF_DSR_FLOW_STATE_UNCONFIRMED:
		return dsr_state_unconfirmed(tcp_flags, late);
	case NF_DSR_FLOW_STATE_UDP:
	case NF_DSR_FLOW_STATE_ICMP:
	case NF_DSR_FLOW_STATE_OTHER:
	case NF_DSR_FLOW_STATE_PERSIST:
		break;
	}
	return late ? shown : state;
}

bool dsr_state_begins(__u8 tcp_flags)
{
	const __u8 mask = DSR_TCP_SYN | DSR_TCP_ACK | DSR_TCP_FIN | DSR_TCP_RST;

	return (tcp_flags & mask) == DSR_TCP_SYN;
}

__u8 dsr_state_backend(const struct dsr_state_causes *causes)
{
	if (causes->state == NF_DSR_BACKEND_STATE_DOWN ||
	    (causes->state == NF_DSR_BACKEND_STATE_DRAIN && causes->drained))
		return NF_DSR_BACKEND_STATE_DOWN;
	if (causes->health == NF_DSR_HEALTH_UP)
		return causes->state;
	switch ((enum nf_dsr_on_down)causes->on_down) {
	case NF_DSR_ON_DOWN_ON_DELETE:
		break;
	case NF_DSR_ON_DOWN_KEEP:
		return causes->overdue ? NF_DSR_BACKEND_STATE_DOWN :
					 NF_DSR_BACKEND_STATE_DRAIN;
	case NF_DSR_ON_DOWN_REHASH:
	case NF_DSR_ON_DOWN_RESET:
		return DSR_STATE_UNHEALTHY;
	}
	return NF_DSR_BACKEND_STATE_DOWN;
}

/* Return the effective state of a backend that takes new flows, as far as operator,
 * health check and reachability are concerned.
 */
static __u8 dsr_state_active(const struct dsr_state_facts *facts)
{
	if (facts->weightless)
		return NF_DSR_EFFECTIVE_STATE_NO_WEIGHT;
	if (facts->standby)
		return NF_DSR_EFFECTIVE_STATE_STANDBY;
	if (facts->limited)
		return NF_DSR_EFFECTIVE_STATE_LIMITED;
	return facts->ramping ? NF_DSR_EFFECTIVE_STATE_SLOW_STARTING :
				NF_DSR_EFFECTIVE_STATE_SERVING;
}

__u8 dsr_state_effective(const struct dsr_state_facts *facts)
{
	bool drains = facts->state == NF_DSR_BACKEND_STATE_DRAIN;

	if (facts->state == NF_DSR_BACKEND_STATE_DOWN)
		return NF_DSR_EFFECTIVE_STATE_DOWN;
	if (facts->health != NF_DSR_HEALTH_UP)
		return NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN;
	if (drains && facts->drained)
		return NF_DSR_EFFECTIVE_STATE_DRAINED;
	if (facts->reach == DSR_REACH_NO_ROUTE)
		return NF_DSR_EFFECTIVE_STATE_NO_ROUTE;
	if (facts->reach == DSR_REACH_NO_NEIGHBOUR)
		return NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR;
	return drains ? NF_DSR_EFFECTIVE_STATE_DRAINING :
			dsr_state_active(facts);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* The words of the grammar for the values of the model, see model.h. */
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "model.h"

const char *const model_protocols[] = { "tcp", "udp", "sctp", "any", "mark", NULL };
const __u8 model_protocol_numbers[] = { IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, 0, 0 };

const char *const model_schedulers[] = { "maglev", "wrr", "wlc", NULL };

const char *const model_methods[] = {
	[NF_DSR_METHOD_L2] = "l2",
	[NF_DSR_METHOD_IPIP] = "ipip",
	[NF_DSR_METHOD_GRE] = "gre",
	[NF_DSR_METHOD_GUE] = "gue",
	[NF_DSR_METHOD_DSCP] = "dscp",
	[NF_DSR_METHOD_LOCAL] = "local",
	NULL
};

const char *const model_outer_sources[] = {
	[NF_DSR_OUTER_SOURCE_ROUTE] = "route",
	[NF_DSR_OUTER_SOURCE_CLIENT] = "client",
	[NF_DSR_OUTER_SOURCE_ADDRESS] = "address",
	[NF_DSR_OUTER_SOURCE_PREFIX] = "prefix",
	NULL
};

const char *const model_echoes[] = {
	[NF_DSR_ECHO_DEFAULT] = "default",
	[NF_DSR_ECHO_PASS] = "pass",
	[NF_DSR_ECHO_FORWARD] = "forward",
	[NF_DSR_ECHO_REPLY] = "reply",
	[NF_DSR_ECHO_REPLY_IF_UP] = "reply-if-up",
	NULL
};

const char *const model_source_others[] = {
	[NF_DSR_SOURCE_OTHER_PASS] = "pass",
	[NF_DSR_SOURCE_OTHER_DROP] = "drop",
	NULL
};

const char *const model_backend_states[] = {
	[NF_DSR_BACKEND_STATE_ACTIVE] = "active",
	[NF_DSR_BACKEND_STATE_DRAIN] = "drain",
	[NF_DSR_BACKEND_STATE_DOWN] = "down",
	NULL
};

const char *const model_effective_states[] = {
	[NF_DSR_EFFECTIVE_STATE_SERVING] = "serving",
	[NF_DSR_EFFECTIVE_STATE_SLOW_STARTING] = "slow-starting",
	[NF_DSR_EFFECTIVE_STATE_LIMITED] = "limited",
	[NF_DSR_EFFECTIVE_STATE_STANDBY] = "standby",
	[NF_DSR_EFFECTIVE_STATE_NO_WEIGHT] = "no-weight",
	[NF_DSR_EFFECTIVE_STATE_DRAINING] = "draining",
	[NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR] = "no-neighbour",
	[NF_DSR_EFFECTIVE_STATE_NO_ROUTE] = "no-route",
	[NF_DSR_EFFECTIVE_STATE_DRAINED] = "drained",
	[NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN] = "health-down",
	[NF_DSR_EFFECTIVE_STATE_DOWN] = "down",
	NULL
};

const char *const model_flow_states[] = {
	[NF_DSR_FLOW_STATE_SYN] = "syn",
	[NF_DSR_FLOW_STATE_ESTABLISHED] = "established",
	[NF_DSR_FLOW_STATE_CLOSING] = "closing",
	[NF_DSR_FLOW_STATE_UDP] = "udp",
	[NF_DSR_FLOW_STATE_ICMP] = "icmp",
	[NF_DSR_FLOW_STATE_OTHER] = "other",
	[NF_DSR_FLOW_STATE_PERSIST] = "persist",
	[NF_DSR_FLOW_STATE_RESET] = "reset",
	[NF_DSR_FLOW_STATE_UNCONFIRMED] = "unconfirmed",
	NULL
};

const char *const model_timeouts[] = {
	[DSR_TIMEOUT_TCP] = "tcp",
	[DSR_TIMEOUT_TCP_SYN] = "tcp-syn",
	[DSR_TIMEOUT_TCP_CLOSING] = "tcp-closing",
	[DSR_TIMEOUT_UDP] = "udp",
	[DSR_TIMEOUT_ICMP] = "icmp",
	[DSR_TIMEOUT_OTHER] = "other",
	[DSR_TIMEOUT_TCP_UNCONFIRMED] = "tcp-unconfirmed",
	NULL
};

const char *const model_packet_protocols[] = { "tcp", "udp", "sctp", "icmp", NULL };
const __u8 model_packet_protocol_numbers[] = {
	IPPROTO_TCP, IPPROTO_UDP, IPPROTO_SCTP, IPPROTO_ICMP
};

/* Bits of octet 13 of the TCP header. */
const char *const model_tcp_flags[] = { "syn", "ack", "fin", "rst", NULL };
const __u8 model_tcp_flag_bits[] = { 0x02, 0x10, 0x01, 0x04 };

const char *const model_verdicts[] = {
	[NF_DSR_TRACE_VERDICT_PASS] = "pass",
	[NF_DSR_TRACE_VERDICT_FORWARD] = "forward",
	[NF_DSR_TRACE_VERDICT_LOCAL] = "local",
	[NF_DSR_TRACE_VERDICT_REPLY] = "reply",
	[NF_DSR_TRACE_VERDICT_DROP] = "drop",
	[NF_DSR_TRACE_VERDICT_REJECT] = "reject",
	NULL
};

const char *const model_chosen_by[] = {
	[NF_DSR_CHOSEN_BY_FLOW] = "flow",
	[NF_DSR_CHOSEN_BY_PERSIST] = "persist",
	[NF_DSR_CHOSEN_BY_SCHEDULER] = "scheduler",
	[NF_DSR_CHOSEN_BY_HASH] = "hash",
	NULL
};

int model_find(const char *const *names, const char *word)
{
	int i;

	for (i = 0; names[i]; i++)
		if (!strcmp(names[i], word))
			return i;
	return -1;
}

const char *model_name(const char *const *names, unsigned int value, char *text, size_t size)
{
	unsigned int i;

	for (i = 0; names[i]; i++)
		if (i == value)
			return names[i];
	snprintf(text, size, "%u", value);
	return text;
}

const char *model_protocol(__u8 number, char *text, size_t size)
{
	unsigned int i;

	for (i = 0; model_protocols[i]; i++)
		if (model_protocol_numbers[i] == number)
			return model_protocols[i];
	if (number == IPPROTO_ICMP)
		return "icmp";
	if (number == IPPROTO_ICMPV6)
		return "icmpv6";
	snprintf(text, size, "%u", number);
	return text;
}

const char *model_key_kind(const struct dsr_key *key, char *text, size_t size)
{
	return key->by_mark ? "mark" : model_protocol(key->protocol, text, size);
}

void model_free_stats(struct dsr_stats *stats)
{
	size_t i;

	for (i = 0; i < stats->n_drops; i++) {
		free(stats->drops[i].name);
		free(stats->drops[i].doc);
	}
	free(stats->drops);
}

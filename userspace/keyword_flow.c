// SPDX-License-Identifier: GPL-2.0-or-later
/* The keywords of "flow add", which describe a flow that a flow table had before. */
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "grammar.h"

/* Parse an address with a port, or without one, whatever the protocol is. */
static int parse_end(const char *name, const char *word, struct dsr_addr *addr, __u16 *port,
		     struct dsr_error *err)
{
	struct dsr_key key = { .protocol = IPPROTO_TCP };
	struct dsr_error ignored;

	if (addr_parse_key(word, &key, &ignored) || *key.vrf ||
	    key.prefix_len != addr_bits(key.addr.family) ||
	    (key.port && key.port != key.port_end))
		return error_usage(err, "%s \"%s\": expected ADDRESS or ADDRESS:PORT", name, word);
	*addr = key.addr;
	*port = key.port;
	return 0;
}

static int parse_from(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	return parse_end("from", values[0], &args->flow.client, &args->flow.client_port, err);
}

static int parse_to(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	return parse_end("to", values[0], &args->flow.vip, &args->flow.port, err);
}

static int parse_protocol(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	return grammar_packet_protocol(values[0], &args->flow.protocol, err);
}

static int parse_state(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->flow.state = model_find(names_flow_state, values[0]);
	return 0;
}

static int parse_idle(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("idle", values[0], 0, UINT32_MAX, &number, err))
		return -1;
	args->flow.idle = number;
	return 0;
}

static const struct dsr_keyword from = {
	"from", { { .form = "ADDRESS[:PORT]" } }, false, parse_from
};

static const struct dsr_keyword to = {
	"to", { { .form = "ADDRESS[:PORT]" } }, false, parse_to
};

static const struct dsr_keyword protocol = {
	"protocol", { { model_packet_protocols, "0..255" } }, false, parse_protocol
};

static const struct dsr_keyword state = {
	"state", { { .choices = names_flow_state } }, false, parse_state
};

static const struct dsr_keyword idle = {
	"idle", { { .form = "SECONDS" } }, false, parse_idle
};

const struct dsr_keyword *const grammar_flow_keywords[] = {
	&from, &to, &protocol, &state, &idle, NULL
};

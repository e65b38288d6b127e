// SPDX-License-Identifier: GPL-2.0-or-later
/* The operands and keywords of trace, which describe a packet. */
#include <netinet/in.h>
#include <stdint.h>
#include <sys/socket.h>

#include "grammar.h"

static int parse_protocol(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	int i = model_find(model_packet_protocols, word);
	__u64 number;

	if (i >= 0) {
		args->trace.protocol = model_packet_protocol_numbers[i];
		return 0;
	}
	if (addr_parse_number(word, UINT8_MAX, &number))
		return error_usage(err,
				   "protocol \"%s\": expected tcp, udp, sctp, icmp or 0 to 255",
				   word);
	args->trace.protocol = number;
	return 0;
}

static bool has_ports(__u8 protocol)
{
	return protocol == IPPROTO_TCP || protocol == IPPROTO_UDP || protocol == IPPROTO_SCTP;
}

static int parse_end(const char *word, __u8 protocol, struct dsr_addr *addr, __u16 *port,
		     struct dsr_error *err)
{
	struct dsr_key key = { .protocol = protocol };
	struct dsr_error ignored;
	bool ports = has_ports(protocol);

	if (addr_parse_key(word, &key, &ignored) || *key.vrf ||
	    key.prefix_len != addr_bits(key.addr.family) || key.port != key.port_end ||
	    ports != !!key.port)
		return error_usage(err, "\"%s\": expected %s, an IPv6 address %s", word,
				   ports ? "ADDRESS:PORT" : "ADDRESS",
				   ports ? "in brackets" : "without brackets");
	*addr = key.addr;
	*port = key.port;
	return 0;
}

static int parse_source(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	struct dsr_trace *trace = &args->trace;

	if (parse_end(word, trace->protocol, &trace->source, &trace->sport, err))
		return -1;
	if (trace->sport)
		trace->set |= DSR_TRACE_SPORT;
	/* "icmp" is the word for both protocols. */
	if (trace->protocol == IPPROTO_ICMP && trace->source.family == AF_INET6)
		trace->protocol = IPPROTO_ICMPV6;
	return 0;
}

static int parse_destination(struct dsr_args *args, const char *word, struct dsr_error *err)
{
	struct dsr_trace *trace = &args->trace;

	if (parse_end(word, trace->protocol, &trace->destination, &trace->dport, err))
		return -1;
	if (trace->dport)
		trace->set |= DSR_TRACE_DPORT;
	if (trace->destination.family != trace->source.family)
		return error_usage(err, "\"%s\": expected %s, the family of the source", word,
				   addr_family_name(trace->source.family));
	return 0;
}

const struct dsr_operand grammar_trace_operands[] = {
	{ "PROTOCOL", "tcp, udp, sctp, icmp or 0..255", model_packet_protocols, parse_protocol },
	{ "SOURCE", "ADDRESS[:PORT] of the client", NULL, parse_source },
	{ "DEST", "ADDRESS[:PORT] that it is sent to", NULL, parse_destination },
	{ 0 }
};

static int parse_dev(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	struct dsr_trace *trace = &args->trace;

	if (!addr_is_device(values[0]))
		return error_usage(err, "dev \"%s\": expected the name of a device", values[0]);
	snprintf(trace->dev, sizeof(trace->dev), "%s", values[0]);
	trace->set |= DSR_TRACE_DEV;
	return 0;
}

static int parse_mark(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (addr_parse_number(values[0], UINT32_MAX, &number) &&
	    addr_parse_hex(values[0], UINT32_MAX, &number))
		return error_usage(err, "mark \"%s\": expected 0 to %u", values[0], UINT32_MAX);
	args->trace.mark = number;
	args->trace.set |= DSR_TRACE_MARK;
	return 0;
}

static int parse_flags(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	struct dsr_trace *trace = &args->trace;

	if (trace->protocol != IPPROTO_TCP)
		return error_usage(err, "flags \"%s\": only packets of protocol tcp have flags",
				   values[0]);
	trace->tcp_flags |= model_tcp_flag_bits[model_find(model_tcp_flags, values[0])];
	trace->set |= DSR_TRACE_TCP_FLAGS;
	return 0;
}

static int parse_length(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("length", values[0], 20, UINT16_MAX, &number, err))
		return -1;
	args->trace.length = number;
	args->trace.set |= DSR_TRACE_LENGTH;
	return 0;
}

static int parse_df(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	args->trace.df = model_find(model_off_on, values[0]);
	args->trace.set |= DSR_TRACE_DF;
	if (!args->trace.df && args->trace.source.family != AF_INET)
		return error_usage(err, "df off: no router fragments IPv6");
	return 0;
}

static int parse_ttl(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("ttl", values[0], 0, UINT8_MAX, &number, err))
		return -1;
	args->trace.ttl = number;
	args->trace.set |= DSR_TRACE_TTL;
	return 0;
}

static int parse_error(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)values;
	(void)err;
	args->trace.set |= DSR_TRACE_ERROR;
	return 0;
}

static const struct dsr_keyword dev = { "dev", { { .form = "NAME" } }, false, parse_dev };
static const struct dsr_keyword mark = { "mark", { { .form = "NUMBER" } }, false, parse_mark };
static const struct dsr_keyword length = { "length", { { .form = "BYTES" } }, false, parse_length };
static const struct dsr_keyword ttl = { "ttl", { { .form = "0..255" } }, false, parse_ttl };
static const struct dsr_keyword error = { "error", { { 0 } }, false, parse_error };

static const struct dsr_keyword flags = {
	"flags", { { .choices = model_tcp_flags } }, true, parse_flags
};

static const struct dsr_keyword df = {
	"df", { { .choices = model_off_on } }, false, parse_df
};

const struct dsr_keyword *const grammar_trace_keywords[] = {
	&dev, &mark, &flags, &length, &df, &ttl, &error, NULL
};

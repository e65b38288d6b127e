// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The keywords that select the objects that a command shows. The kernel does the
 * selection.
 */
#include <string.h>
#include <sys/socket.h>

#include "grammar.h"

static const char *const families[] = { "ipv4", "ipv6", NULL };
static const char *const none_words[] = { "none", NULL };

int grammar_packet_protocol(const char *word, __u8 *protocol, struct dsr_error *err)
{
	int i = model_find(model_packet_protocols, word);
	__u64 number = i < 0 ? 0 : model_packet_protocol_numbers[i];

	if (i < 0 && grammar_number("protocol", word, 0, 255, &number, err))
		return -1;
	*protocol = number;
	return 0;
}

static int parse_protocol(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->filter.protocol = model_protocol_numbers[model_find(model_protocols, values[0])];
	args->filter.set |= DSR_FILTER_PROTOCOL;
	return 0;
}

static int parse_flow_protocol(struct dsr_args *args, const char *const *values,
			       struct dsr_error *err)
{
	if (grammar_packet_protocol(values[0], &args->filter.protocol, err))
		return -1;
	args->filter.set |= DSR_FILTER_PROTOCOL;
	return 0;
}

static int parse_addr(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	return addr_parse_prefix(values[0], &args->filter.addr, err);
}

static int parse_vip(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	return addr_parse(values[0], &args->filter.vip, err);
}

static int parse_backend(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	if (args->addr.family)
		return error_usage(err, "the backend is given twice");
	return addr_parse(values[0], &args->addr, err);
}

static int parse_family(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	(void)err;
	args->filter.version = strcmp(values[0], "ipv6") ? 4 : 6;
	return 0;
}

static int parse_vrf(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	const char *name = strcmp(values[0], "none") ? values[0] : "";

	if (*name && !addr_is_device(name))
		return error_usage(err, "vrf \"%s\": expected none, or the name of a VRF", name);
	snprintf(args->filter.vrf, sizeof(args->filter.vrf), "%s", name);
	args->filter.set |= DSR_FILTER_VRF;
	return 0;
}

static int parse_backend_state(struct dsr_args *args, const char *const *values,
			       struct dsr_error *err)
{
	(void)err;
	args->filter.state = model_find(names_backend_state, values[0]);
	args->filter.set |= DSR_FILTER_STATE;
	return 0;
}

static int parse_flow_state(struct dsr_args *args, const char *const *values,
			    struct dsr_error *err)
{
	(void)err;
	args->filter.state = model_find(names_flow_state, values[0]);
	args->filter.set |= DSR_FILTER_STATE;
	return 0;
}

static int parse_sample(struct dsr_args *args, const char *const *values, struct dsr_error *err)
{
	__u64 number;

	if (grammar_number("sample", values[0], 1, 65536, &number, err))
		return -1;
	args->sample = number;
	return 0;
}

/* The protocols of an operand except mark, which is not the protocol of a packet. */
static const char *const service_protocols[] = { "tcp", "udp", "sctp", "any", NULL };

static const struct dsr_keyword protocol = {
	"protocol", { { .choices = service_protocols } }, false, parse_protocol
};

static const struct dsr_keyword address = {
	"address", { { .form = "ADDRESS[/PREFIX]" } }, false, parse_addr
};

static const struct dsr_keyword family = {
	"family", { { .choices = families } }, false, parse_family
};

static const struct dsr_keyword vrf = {
	"vrf", { { none_words, "NAME" } }, false, parse_vrf
};

static const struct dsr_keyword backend_address = {
	"address", { { .form = "ADDRESS" } }, false, parse_backend
};

static const struct dsr_keyword backend_state = {
	"state", { { .choices = names_backend_state } }, false, parse_backend_state
};

static const struct dsr_keyword client = {
	"client", { { .form = "ADDRESS[/PREFIX]" } }, false, parse_addr
};

static const struct dsr_keyword vip = {
	"vip", { { .form = "ADDRESS" } }, false, parse_vip
};

static const struct dsr_keyword backend = {
	"backend", { { .form = "ADDRESS" } }, false, parse_backend
};

static const struct dsr_keyword flow_protocol = {
	"protocol", { { model_packet_protocols, "0..255" } }, false, parse_flow_protocol
};

static const struct dsr_keyword flow_state = {
	"state", { { .choices = names_flow_state } }, false, parse_flow_state
};

const struct dsr_keyword *const grammar_service_filters[] = {
	&protocol, &address, &family, &vrf, NULL
};

const struct dsr_keyword *const grammar_backend_filters[] = {
	&backend_address, &backend_state, NULL
};

static const struct dsr_keyword sample = {
	"sample", { { .form = "1..65536" } }, false, parse_sample
};

const struct dsr_keyword *const grammar_live_keywords[] = {
	&client, &vip, &backend, &flow_protocol, NULL
};

const struct dsr_keyword *const grammar_flow_event_keywords[] = {
	&sample, &client, &vip, &backend, &flow_protocol, NULL
};

const struct dsr_keyword *const grammar_flow_filters[] = {
	&client, &vip, &backend, &flow_protocol, &flow_state, NULL
};

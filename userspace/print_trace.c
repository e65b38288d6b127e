// SPDX-License-Identifier: GPL-2.0-or-later
/* The answer to trace: a table with a row for each part of it, or one JSON record. */
#include <sys/socket.h>

#include "print.h"

static const struct out_column column_name = { "name", "NAME", 0, 0 };
static const struct out_column column_value = { "value", "VALUE", 0, 0 };

const struct out_column *const print_trace_columns[] = { &column_name, &column_value, NULL };

static void print_row(struct out *out, const char *name, const char *value)
{
	out_begin(out);
	out_cell(out, "name", name);
	out_cell(out, "value", value);
	out_end(out);
}

static void print_packet_row(struct out *out, const struct dsr_trace *trace)
{
	char value[3 * ADDR_TEXT], from[ADDR_TEXT], to[ADDR_TEXT], protocol[16];

	snprintf(value, sizeof(value), "%s %s > %s%s",
		 model_protocol(trace->protocol, protocol, sizeof(protocol)),
		 addr_format_port(&trace->source, trace->sport, from, sizeof(from)),
		 addr_format_port(&trace->destination, trace->dport, to, sizeof(to)),
		 trace->set & DSR_TRACE_ERROR ? ", an ICMP error about it" : "");
	print_row(out, "packet", value);
}

static void print_service_row(struct out *out, const struct dsr_trace *trace)
{
	char value[2 * ADDR_TEXT], key[ADDR_TEXT], kind[16];

	snprintf(value, sizeof(value), "%s %s",
		 model_key_kind(&trace->service, kind, sizeof(kind)),
		 addr_format_key(&trace->service, key, sizeof(key)));
	print_row(out, "service", value);
}

static void print_backend_row(struct out *out, const struct dsr_trace *trace)
{
	char value[2 * ADDR_TEXT], addr[ADDR_TEXT], by[16], state[16];
	const char *detail = "";

	if (trace->set & DSR_TRACE_STATE)
		detail = model_name(names_flow_state, trace->state, state, sizeof(state));
	else if (trace->chosen_by == NF_DSR_CHOSEN_BY_SCHEDULER)
		detail = trace->scheduler;
	snprintf(value, sizeof(value), "%s by %s%s%s",
		 addr_format(&trace->backend, addr, sizeof(addr)),
		 model_name(names_chosen_by, trace->chosen_by, by, sizeof(by)),
		 *detail ? " " : "", detail);
	print_row(out, "backend", value);
	if (trace->chosen_by == NF_DSR_CHOSEN_BY_CHECK)
		print_row(out, "", "a socket here sends the packet with this backend's check-mark");
}

static void print_route_row(struct out *out, const struct dsr_trace *trace)
{
	char value[256], via[ADDR_TEXT];
	int used;

	used = snprintf(value, sizeof(value), "dev %s", trace->out_dev);
	if (trace->via.family)
		used += snprintf(value + used, sizeof(value) - used, " via %s",
				 addr_format(&trace->via, via, sizeof(via)));
	if (*trace->lladdr)
		snprintf(value + used, sizeof(value) - used, " lladdr %s", trace->lladdr);
	print_row(out, "route", value);
}

static void print_mtu_row(struct out *out, const struct dsr_trace *trace)
{
	char value[80];

	snprintf(value, sizeof(value), "%u, for the packet %u%s", trace->mtu, trace->inner_mtu,
		 trace->set & DSR_TRACE_FRAGMENTED ? ", fragmented" : "");
	print_row(out, "mtu", value);
}

static void print_rows(struct out *out, const struct dsr_trace *trace)
{
	char text[16];

	print_packet_row(out, trace);
	print_row(out, "verdict",
		  model_name(names_trace_verdict, trace->verdict, text, sizeof(text)));
	if (*trace->reason) {
		print_row(out, "reason", trace->reason);
		print_row(out, "", trace->meaning);
	}
	if (trace->service.addr.family)
		print_service_row(out, trace);
	if (trace->set & DSR_TRACE_CHOSEN_BY)
		print_backend_row(out, trace);
	if (trace->set & DSR_TRACE_METHOD)
		print_row(out, "method",
			  model_name(names_method, trace->method, text, sizeof(text)));
	if (*trace->out_dev)
		print_route_row(out, trace);
	if (trace->mtu)
		print_mtu_row(out, trace);
}

static void print_packet(struct out *out, const struct dsr_trace *trace)
{
	char text[16];

	out_string(out, "protocol", model_protocol(trace->protocol, text, sizeof(text)));
	print_addr(out, "source", &trace->source);
	if (trace->set & DSR_TRACE_SPORT)
		out_number(out, "source_port", trace->sport);
	print_addr(out, "destination", &trace->destination);
	if (trace->set & DSR_TRACE_DPORT)
		out_number(out, "destination_port", trace->dport);
	if (trace->set & DSR_TRACE_ERROR)
		out_string(out, "error", "yes");
}

static void print_route(struct out *out, const struct dsr_trace *trace)
{
	if (*trace->out_dev)
		out_string(out, "out_dev", trace->out_dev);
	if (trace->via.family)
		print_addr(out, "via", &trace->via);
	if (*trace->lladdr)
		out_string(out, "lladdr", trace->lladdr);
	if (trace->mtu) {
		out_number(out, "mtu", trace->mtu);
		out_number(out, "inner_mtu", trace->inner_mtu);
	}
	if (trace->set & DSR_TRACE_FRAGMENTED)
		out_string(out, "fragmented", "yes");
}

static void print_record(struct out *out, const struct dsr_trace *trace)
{
	out_begin(out);
	print_packet(out, trace);
	print_name(out, "verdict", names_trace_verdict, trace->verdict);
	if (*trace->reason) {
		out_string(out, "reason", trace->reason);
		out_string(out, "meaning", trace->meaning);
	}
	if (trace->service.addr.family) {
		out_begin_object(out, "service");
		print_key_fields(out, &trace->service);
		out_end_object(out);
		out_string(out, "scheduler", trace->scheduler);
	}
	if (trace->set & DSR_TRACE_CHOSEN_BY) {
		print_addr(out, "backend", &trace->backend);
		print_name(out, "chosen_by", names_chosen_by, trace->chosen_by);
	}
	if (trace->set & DSR_TRACE_STATE)
		print_name(out, "state", names_flow_state, trace->state);
	if (trace->set & DSR_TRACE_METHOD)
		print_name(out, "method", names_method, trace->method);
	print_route(out, trace);
	out_end(out);
}

/* In a table, each value has a row of its own. */
void print_trace(struct out *out, const struct dsr_trace *trace)
{
	if (out_is_json(out))
		print_record(out, trace);
	else
		print_rows(out, trace);
}

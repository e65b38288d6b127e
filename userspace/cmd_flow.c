// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"

static const struct out_column *const count_columns[] = { NULL };

static const struct out_column column_result = { "result", "RESULT", OUT_BARE, 0 };
static const struct out_column column_flows = { "flows", "FLOWS", OUT_RIGHT, 0 };
static const struct out_column *const import_columns[] = { &column_result, &column_flows, NULL };

static struct nl_msg *flow_msg(const struct dsrctl *ctl, __u8 cmd, __u16 flags,
			       const struct dsr_args *args)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST | flags);

	attr_put_flow_filter(msg, args);
	return msg;
}

static int print_one(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	struct dsr_flow flow;

	if (attr_get_flow(hdr, &flow, err))
		return -1;
	print_flow(arg, &flow);
	return 0;
}

/* Print each flow as it arrives, because there can be a million of them. So the dump is
 * not repeated if it is inconsistent.
 */
int cmd_flow_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = flow_msg(ctl, NF_DSR_CMD_FLOW_GET, NLM_F_DUMP, args);
	struct out *out = dsrctl_out(ctl, print_flow_columns, 0);
	int ret;

	ret = dsr_nl_dump(ctl->nl, msg, print_one, NULL, out, err);
	dsrctl_close(out, err);
	if (ret == 1)
		snprintf(err->warning, sizeof(err->warning),
			 "the flow table was resized: flows may be missing or twice");
	return ret < 0 ? -1 : 0;
}

int cmd_flow_flush(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = flow_msg(ctl, NF_DSR_CMD_FLOW_FLUSH, 0, args);

	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

static int count_one(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	__u64 *count = arg;

	(void)hdr;
	(void)err;
	++*count;
	return 0;
}

static void count_again(void *arg)
{
	__u64 *count = arg;

	*count = 0;
}

int cmd_flow_count(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = flow_msg(ctl, NF_DSR_CMD_FLOW_GET, NLM_F_DUMP, args);
	__u64 count = 0;
	struct out *out;

	if (dsr_nl_dump(ctl->nl, msg, count_one, count_again, &count, err))
		return -1;
	if (!ctl->json) {
		fprintf(ctl->file, "%llu\n", (unsigned long long)count);
		return 0;
	}
	out = dsrctl_out(ctl, count_columns, 0);
	out_begin(out);
	out_number(out, "flows", count);
	out_end(out);
	out_close(out);
	return 0;
}

/* What a flow needs that has no default. Echo flows end within seconds. */
static int check_flow(const struct dsr_args *args, struct dsr_error *err)
{
	if (!args->flow.client.family || !args->flow.vip.family)
		return error_usage(err, "a flow needs \"from\" and \"to\"");
	if (args->flow.client.family != args->flow.vip.family)
		return error_usage(err, "\"from\" and \"to\": expected addresses of one family");
	return 0;
}

int cmd_flow_add(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct dsr_args filled = *args;
	struct nl_msg *msg;

	if (check_flow(args, err))
		return -1;
	if (!filled.flow.protocol)
		filled.flow.protocol = args->key.protocol;
	/* "icmp" is the word for both protocols. */
	if (filled.flow.protocol == IPPROTO_ICMP && filled.flow.client.family == AF_INET6)
		filled.flow.protocol = IPPROTO_ICMPV6;
	msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_FLOW_NEW, NLM_F_REQUEST);
	attr_put_flow(msg, &filled);
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

static int export_one(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	char kind[16], key[ADDR_TEXT], backend[ADDR_TEXT], from[ADDR_TEXT], to[ADDR_TEXT];
	char protocol[16], state[16];
	struct dsr_flow flow;

	if (attr_get_flow(hdr, &flow, err))
		return -1;
	fprintf(arg, "flow add %s %s %s from %s to %s protocol %s state %s idle %u\n",
		model_key_kind(&flow.service, kind, sizeof(kind)),
		addr_format_key(&flow.service, key, sizeof(key)),
		addr_format(&flow.backend, backend, sizeof(backend)),
		addr_format_port(&flow.client, flow.client_port, from, sizeof(from)),
		addr_format_port(&flow.vip, flow.port, to, sizeof(to)),
		model_protocol(flow.protocol, protocol, sizeof(protocol)),
		model_name(names_flow_state, flow.state, state, sizeof(state)), flow.idle);
	return 0;
}

int cmd_flow_export(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = flow_msg(ctl, NF_DSR_CMD_FLOW_GET, NLM_F_DUMP, args);
	int ret;

	ret = dsr_nl_dump(ctl->nl, msg, export_one, NULL, ctl->file, err);
	if (ret == 1)
		snprintf(err->warning, sizeof(err->warning),
			 "the flow table was resized: flows may be missing or twice, so export them again");
	return ret < 0 ? -1 : 0;
}

/* What became of the flows of a file. */
enum imported {
	ADDED,
	EXPIRED,
	TAKEN,
	GONE,
	RESULTS,
};

static const char *const results[RESULTS] = {
	[ADDED] = "added",
	[EXPIRED] = "expired",
	[TAKEN] = "have another backend",
	[GONE] = "have no service or backend",
};

/* Run one line of the file, and count the result. */
static int import_line(struct dsrctl *ctl, char *line, __u64 *counts, struct dsr_error *err)
{
	const char *words[BATCH_WORDS];
	struct dsr_parsed parsed;
	enum imported result = ADDED;
	int n = batch_split(line, words, err);

	if (n <= 0)
		return n;
	if (grammar_parse(n, words, &parsed, err))
		return -1;
	if (parsed.help || parsed.command->run != cmd_flow_add)
		return error_usage(err, "\"%s\": expected \"flow add\"", words[0]);
	if (cmd_flow_add(ctl, &parsed.args, err)) {
		if (err->number == ETIMEDOUT)
			result = EXPIRED;
		else if (err->number == EEXIST)
			result = TAKEN;
		else if (err->number == ENOENT)
			result = GONE;
		else
			return -1;
		error_clear(err);
	}
	counts[result]++;
	return 0;
}

static void print_counts(struct dsrctl *ctl, const __u64 *counts, struct dsr_error *err)
{
	struct out *out = dsrctl_out(ctl, import_columns, 0);
	int i;

	for (i = 0; i < RESULTS; i++) {
		out_begin(out);
		out_string(out, "result", results[i]);
		out_number(out, "flows", counts[i]);
		out_end(out);
	}
	dsrctl_close(out, err);
}

static int import_file(struct dsrctl *ctl, FILE *file, struct dsr_error *err)
{
	__u64 counts[RESULTS] = { 0 };
	char *line = NULL;
	size_t size = 0;
	int ret = 0;

	while (!ret && getline(&line, &size, file) >= 0) {
		err->line++;
		ret = import_line(ctl, line, counts, err);
	}
	if (!ret && ferror(file))
		ret = error_usage(err, "%s", strerror(errno));
	free(line);
	print_counts(ctl, counts, err);
	return ret;
}

int cmd_flow_import(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	bool is_stdin = !args->file || !strcmp(args->file, "-");
	FILE *file = is_stdin ? stdin : fopen(args->file, "re");
	int ret;

	if (!file)
		return error_usage(err, "%s: %s", args->file, strerror(errno));
	err->file = is_stdin ? "-" : args->file;
	err->line = 0;
	ret = import_file(ctl, file, err);
	if (!is_stdin)
		fclose(file);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"

static const struct out_column *const count_columns[] = { NULL };

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
	out_close(out);
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

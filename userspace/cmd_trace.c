// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"

static int get_answer(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_trace(hdr, arg, err);
}

int cmd_trace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_TRACE, NLM_F_REQUEST);
	struct dsr_trace trace = args->trace;
	struct out *out;

	attr_put_trace(msg, &trace);
	if (dsr_nl_request(ctl->nl, msg, get_answer, &trace, err))
		return -1;
	out = dsrctl_out(ctl, print_trace_columns, 0);
	print_trace(out, &trace);
	out_close(out);
	return 0;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"

static int get_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

int cmd_stats_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);
	struct dsr_stats stats = { 0 };
	struct out *out;
	int ret;

	if (args->explain)
		attr_put_explain(msg);
	ret = dsr_nl_request(ctl->nl, msg, get_stats, &stats, err);
	if (!ret) {
		out = dsrctl_out(ctl, print_stats_columns, args->explain ? OUT_EXPLAIN : 0);
		print_stats(out, &stats);
		out_close(out);
	}
	model_free_stats(&stats);
	return ret;
}

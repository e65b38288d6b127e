// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "list.h"
#include "nl_attr.h"
#include "print.h"

int cmd_backend_set(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_BACKEND_NEW,
					NLM_F_REQUEST | args->nlm_flags);

	attr_put_backend(msg, &args->key, &args->addr, &args->conf);
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

static int request_of_key(struct dsrctl *ctl, int cmd, const struct dsr_args *args,
			  struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST);

	attr_put_backend_key(msg, &args->key, &args->addr);
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

int cmd_backend_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request_of_key(ctl, NF_DSR_CMD_BACKEND_DEL, args, err);
}

int cmd_backend_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request_of_key(ctl, NF_DSR_CMD_BACKEND_DESTROY, args, err);
}

static int collect(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_backend(hdr, list_new(arg), err);
}

static void print_list(const struct dsrctl *ctl, const struct list *backends, unsigned int show)
{
	struct out *out = dsrctl_out(ctl, print_conf_columns(CONF_BACKEND), show);
	size_t i;

	for (i = 0; i < backends->n; i++)
		print_backend(out, list_at(backends, i), NULL);
	out_close(out);
}

int cmd_backend_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct list backends = LIST_OF(struct dsr_backend);
	bool one = args->operands == 3 && !args->filter.set;
	struct nl_msg *msg;
	int ret;

	if (one) {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_BACKEND_GET, NLM_F_REQUEST);
		attr_put_backend_key(msg, &args->key, &args->addr);
		ret = dsr_nl_request(ctl->nl, msg, collect, &backends, err);
	} else {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_BACKEND_GET, NLM_F_REQUEST | NLM_F_DUMP);
		attr_put_backend_filter(msg, args);
		ret = dsr_nl_dump(ctl->nl, msg, collect, list_clear, &backends, err);
	}
	if (!ret)
		print_list(ctl, &backends, one ? OUT_DETAIL : 0);
	list_free(&backends);
	return ret;
}

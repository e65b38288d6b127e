// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "list.h"
#include "nl_attr.h"
#include "print.h"

int cmd_service_set(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_NEW,
					NLM_F_REQUEST | args->nlm_flags);

	attr_put_service(msg, &args->key, &args->conf);
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

static int request_of_key(struct dsrctl *ctl, int cmd, const struct dsr_args *args,
			  struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST);

	attr_put_service_key(msg, &args->key);
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

int cmd_service_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request_of_key(ctl, NF_DSR_CMD_SERVICE_DEL, args, err);
}

int cmd_service_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request_of_key(ctl, NF_DSR_CMD_SERVICE_DESTROY, args, err);
}

int cmd_flush(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_DEL,
					NLM_F_REQUEST | NLM_F_BULK);

	(void)args;
	return dsr_nl_request(ctl->nl, msg, NULL, NULL, err);
}

static int collect(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_service(hdr, list_new(arg), err);
}

static void print_list(const struct dsrctl *ctl, const struct list *services, unsigned int show)
{
	struct out *out = dsrctl_out(ctl, print_conf_columns(CONF_SERVICE), show);
	size_t i;

	for (i = 0; i < services->n; i++)
		print_service(out, list_at(services, i), NULL);
	out_close(out);
}

int cmd_service_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct list services = LIST_OF(struct dsr_service);
	struct nl_msg *msg;
	int ret;

	if (args->operands) {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_GET, NLM_F_REQUEST);
		attr_put_service_key(msg, &args->key);
		ret = dsr_nl_request(ctl->nl, msg, collect, &services, err);
	} else {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_GET, NLM_F_REQUEST | NLM_F_DUMP);
		attr_put_service_filter(msg, &args->filter);
		ret = dsr_nl_dump(ctl->nl, msg, collect, list_clear, &services, err);
	}
	if (!ret)
		print_list(ctl, &services, args->operands ? OUT_DETAIL : 0);
	list_free(&services);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"
#include "show.h"

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
	struct show_records *records = arg;

	return attr_get_service(hdr, list_new(&records->list), err);
}

static bool is_one(const struct dsr_args *args)
{
	return args->operands;
}

static int read_records(struct dsrctl *ctl, const struct dsr_args *args,
			struct show_records *records, struct dsr_error *err)
{
	struct nl_msg *msg;

	show_restart(records);
	if (is_one(args)) {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_GET, NLM_F_REQUEST);
		attr_put_service_key(msg, &args->key);
		return dsr_nl_request(ctl->nl, msg, collect, records, err);
	}
	msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_SERVICE_GET, NLM_F_REQUEST | NLM_F_DUMP);
	attr_put_service_filter(msg, &args->filter);
	return dsr_nl_dump(ctl->nl, msg, collect, show_restart, records, err);
}

static void add(struct rates_reading *reading, const void *record)
{
	const struct dsr_service *service = record;

	rates_add(reading, &service->key, NULL, &service->conf, &service->counters);
}

static struct dsr_rates *rates(void *record)
{
	struct dsr_service *service = record;

	return &service->rates;
}

static void print(struct out *out, const void *record)
{
	print_service(out, record, NULL, NULL);
}

static const struct show show = {
	CONF_SERVICE, sizeof(struct dsr_service), is_one, read_records, add, rates, print
};

int cmd_service_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return show_run(ctl, args, &show, err);
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>

#include "dsrctl.h"
#include "list.h"
#include "nl_attr.h"
#include "print.h"

static int request(struct dsrctl *ctl, int cmd, const struct dsr_args *args, dsr_nl_fn fn,
		   void *arg, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(ctl->nl, cmd, NLM_F_REQUEST | args->nlm_flags);

	attr_put_device(msg, args->device);
	return dsr_nl_request(ctl->nl, msg, fn, arg, err);
}

int cmd_device_add(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request(ctl, NF_DSR_CMD_DEVICE_NEW, args, NULL, NULL, err);
}

/* Succeed if the device has been added already. */
int cmd_device_replace(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	if (!cmd_device_add(ctl, args, err))
		return 0;
	if (err->number != EEXIST)
		return -1;
	error_clear(err);
	return 0;
}

int cmd_device_del(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request(ctl, NF_DSR_CMD_DEVICE_DEL, args, NULL, NULL, err);
}

int cmd_device_destroy(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	return request(ctl, NF_DSR_CMD_DEVICE_DESTROY, args, NULL, NULL, err);
}

static int collect(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_device(hdr, list_new(arg), err);
}

int cmd_device_show(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	struct list devices = LIST_OF(struct dsr_device);
	struct nl_msg *msg;
	struct out *out;
	size_t i;
	int ret;

	if (args->operands) {
		ret = request(ctl, NF_DSR_CMD_DEVICE_GET, args, collect, &devices, err);
	} else {
		msg = dsr_nl_msg(ctl->nl, NF_DSR_CMD_DEVICE_GET, NLM_F_REQUEST | NLM_F_DUMP);
		ret = dsr_nl_dump(ctl->nl, msg, collect, list_clear, &devices, err);
	}
	if (!ret) {
		out = dsrctl_out(ctl, print_device_columns, 0);
		for (i = 0; i < devices.n; i++)
			print_device(out, list_at(&devices, i), NULL);
		out_close(out);
	}
	list_free(&devices);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/genetlink.h>

#include "dsrctl.h"
#include "nl_attr.h"
#include "print.h"

#define LOST "notifications were lost: show what is there now"

/* Objects have different fields, hence a listing for each. */
struct monitor {
	struct out *services;
	struct out *backends;
	struct out *devices;
	struct out *commits;
	struct out *lost;
};

static const struct out_column lost_event = { "event", "EVENT", OUT_BARE, 0 };
static const struct out_column lost_message = { "message", "MESSAGE", OUT_BARE, 0 };
static const struct out_column *const lost_columns[] = { &lost_event, &lost_message, NULL };

static int on_service(struct monitor *monitor, const struct nlmsghdr *hdr, const char *event,
		      struct dsr_error *err)
{
	struct dsr_service service;

	if (attr_get_service(hdr, &service, err))
		return -1;
	print_service(monitor->services, &service, event);
	return 0;
}

static int on_backend(struct monitor *monitor, const struct nlmsghdr *hdr, const char *event,
		      struct dsr_error *err)
{
	struct dsr_backend backend;

	if (attr_get_backend(hdr, &backend, err))
		return -1;
	print_backend(monitor->backends, &backend, event);
	return 0;
}

static int on_device(struct monitor *monitor, const struct nlmsghdr *hdr, const char *event,
		     struct dsr_error *err)
{
	struct dsr_device device;

	if (attr_get_device(hdr, &device, err))
		return -1;
	print_device(monitor->devices, &device, event);
	return 0;
}

static int on_commit(struct monitor *monitor, const struct nlmsghdr *hdr, struct dsr_error *err)
{
	struct dsr_commit commit;

	if (attr_get_commit(hdr, &commit, err))
		return -1;
	print_commit(monitor->commits, &commit, "commit");
	return 0;
}

static int on_lost(struct monitor *monitor)
{
	out_begin(monitor->lost);
	out_string(monitor->lost, "event", "lost");
	out_string(monitor->lost, "message", LOST);
	out_end(monitor->lost);
	fputs("Warning: " LOST "\n", stderr);
	return 0;
}

static int on_message(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	const struct genlmsghdr *genl;

	if (!hdr)
		return on_lost(arg);
	genl = nlmsg_data(hdr);
	switch (genl->cmd) {
	case NF_DSR_CMD_SERVICE_NTF:
		return on_service(arg, hdr, "service_new", err);
	case NF_DSR_CMD_SERVICE_DEL_NTF:
		return on_service(arg, hdr, "service_del", err);
	case NF_DSR_CMD_BACKEND_NTF:
		return on_backend(arg, hdr, "backend_new", err);
	case NF_DSR_CMD_BACKEND_DEL_NTF:
		return on_backend(arg, hdr, "backend_del", err);
	case NF_DSR_CMD_DEVICE_NTF:
		return on_device(arg, hdr, "device_new", err);
	case NF_DSR_CMD_DEVICE_DEL_NTF:
		return on_device(arg, hdr, "device_del", err);
	case NF_DSR_CMD_COMMIT_NTF:
		return on_commit(arg, hdr, err);
	default:
		return 0;
	}
}

int cmd_monitor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	enum out_mode mode = ctl->json ? OUT_JSON_LINES : OUT_TEXT_LINES;
	unsigned int show = OUT_EVENT | OUT_DETAIL | (ctl->stats ? OUT_STATS : 0);
	struct monitor monitor = {
		.services = out_open(ctl->file, mode, false, print_service_columns, show),
		.backends = out_open(ctl->file, mode, false, print_backend_columns, show),
		.devices = out_open(ctl->file, mode, false, print_device_columns, show),
		.commits = out_open(ctl->file, mode, false, print_commit_columns, show),
		.lost = out_open(ctl->file, mode, false, lost_columns, show),
	};
	int ret;

	(void)args;
	ret = dsr_nl_listen(ctl->nl, NF_DSR_MCGRP_CONFIG, on_message, &monitor, err);
	out_close(monitor.services);
	out_close(monitor.backends);
	out_close(monitor.devices);
	out_close(monitor.commits);
	out_close(monitor.lost);
	return ret;
}

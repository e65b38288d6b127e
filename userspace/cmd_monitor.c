// SPDX-License-Identifier: GPL-2.0-or-later
/* The command monitor: print the notifications of the kernel. */
#include <errno.h>
#include <linux/genetlink.h>
#include <string.h>

#include "dsrctl.h"
#include "names.h"
#include "nl_attr.h"
#include "print.h"

/* Events that do not change the configuration. An event without a message needs no
 * explanation.
 */
static const struct {
	const char *event;
	const char *message;
} notices[] = {
	[DSR_NL_READY] = { "ready" },
	[DSR_NL_LOST] = { "lost", "notifications were lost: read the configuration again" },
	[DSR_NL_RESYNC] = { "resync", "later changes are reported again" },
	[DSR_NL_GONE] = { "gone", "the module was unloaded: waiting until it is loaded again" },
};

/* One listing for each kind of object, because their fields differ. */
struct monitor {
	struct out *services;
	struct out *backends;
	struct out *devices;
	struct out *commits;
	struct out *notices;
	const struct dsrctl *ctl;
};

static const struct out_column notice_event = { "event", "EVENT", OUT_BARE, 0 };
static const struct out_column notice_generation = { "generation", "GENERATION", 0, 0 };
static const struct out_column notice_message = { "message", "MESSAGE", OUT_BARE, 0 };
static const struct out_column *const notice_columns[] = {
	&notice_event, &notice_generation, &notice_message, NULL
};

static const char *name_of(const struct monitor *monitor, const struct dsr_key *service,
			   const struct dsr_addr *backend)
{
	struct names *names = monitor->ctl->names;

	if (names)
		names_refresh(names);
	return names_find(names, service, backend);
}

static int on_service(struct monitor *monitor, const struct nlmsghdr *hdr, const char *event,
		      struct dsr_error *err)
{
	struct dsr_service service;

	if (attr_get_service(hdr, &service, err))
		return -1;
	print_service(monitor->services, &service, event,
		      name_of(monitor, &service.key, NULL));
	return 0;
}

static int on_backend(struct monitor *monitor, const struct nlmsghdr *hdr, const char *event,
		      struct dsr_error *err)
{
	struct dsr_backend backend;

	if (attr_get_backend(hdr, &backend, err))
		return -1;
	print_backend(monitor->backends, &backend, event,
		      name_of(monitor, &backend.service, &backend.addr));
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

/* Return -1 with err filled if the output cannot be written. Each line is written at
 * once, so the error appears with the first line that fails.
 */
static int check_output(const struct monitor *monitor, struct dsr_error *err)
{
	return ferror(monitor->ctl->file) ?
		error_usage(err, "standard output: %s", strerror(errno)) : 0;
}

static int get_stats(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return attr_get_stats(hdr, arg, err);
}

/* Return the generation of the configuration, or 0 if the module has been unloaded. */
static __u32 read_generation(const struct monitor *monitor)
{
	struct dsr_error ignored = { 0 };
	struct dsr_stats stats = { 0 };
	struct dsr_nl *nl;
	struct nl_msg *msg;

	if (dsr_nl_open_twin(monitor->ctl->nl, &nl, &ignored))
		return 0;
	msg = dsr_nl_msg(nl, NF_DSR_CMD_STATS_GET, NLM_F_REQUEST);
	if (dsr_nl_request(nl, msg, get_stats, &stats, &ignored))
		stats.generation = 0;
	model_free_stats(&stats);
	dsr_nl_close(nl);
	return stats.generation;
}

static int on_notice(enum dsr_nl_notice notice, void *arg, struct dsr_error *err)
{
	struct monitor *monitor = arg;
	const char *message = notices[notice].message;
	__u32 generation = notice == DSR_NL_RESYNC ? read_generation(monitor) : 0;

	/* Another notice says that the module is gone. */
	if (notice == DSR_NL_RESYNC && !generation)
		return 0;
	out_begin(monitor->notices);
	out_string(monitor->notices, "event", notices[notice].event);
	if (generation)
		out_number(monitor->notices, "generation", generation);
	if (message)
		out_string(monitor->notices, "message", message);
	out_end(monitor->notices);
	if (message && notice != DSR_NL_RESYNC) {
		snprintf(err->warning, sizeof(err->warning), "%s", message);
		error_warn(err, monitor->ctl->json, monitor->ctl->warnings);
	}
	return check_output(monitor, err);
}

static int print_event(struct monitor *monitor, const struct nlmsghdr *hdr,
		       struct dsr_error *err)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);

	switch (genl->cmd) {
	case NF_DSR_CMD_SERVICE_NTF:
		return on_service(monitor, hdr, "service_new", err);
	case NF_DSR_CMD_SERVICE_DEL_NTF:
		return on_service(monitor, hdr, "service_del", err);
	case NF_DSR_CMD_BACKEND_NTF:
		return on_backend(monitor, hdr, "backend_new", err);
	case NF_DSR_CMD_BACKEND_DEL_NTF:
		return on_backend(monitor, hdr, "backend_del", err);
	case NF_DSR_CMD_DEVICE_NTF:
		return on_device(monitor, hdr, "device_new", err);
	case NF_DSR_CMD_DEVICE_DEL_NTF:
		return on_device(monitor, hdr, "device_del", err);
	case NF_DSR_CMD_COMMIT_NTF:
		return on_commit(monitor, hdr, err);
	default:
		return 0;
	}
}

static int on_message(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	return print_event(arg, hdr, err) ? -1 : check_output(arg, err);
}

static void stamp_all(const struct monitor *monitor)
{
	struct out *const outs[] = {
		monitor->services, monitor->backends, monitor->devices, monitor->commits,
		monitor->notices
	};
	size_t i;

	for (i = 0; i < sizeof(outs) / sizeof(*outs); i++)
		out_stamp(outs[i], monitor->ctl->stamp);
}

int cmd_monitor(struct dsrctl *ctl, const struct dsr_args *args, struct dsr_error *err)
{
	enum out_mode mode = ctl->json ? OUT_JSON_LINES : OUT_TEXT_LINES;
	unsigned int show = OUT_EVENT | OUT_DETAIL | (ctl->stats ? OUT_STATS : 0);
	struct monitor monitor = {
		.services = out_open(ctl->file, mode, false, print_conf_columns(CONF_SERVICE),
				     show),
		.backends = out_open(ctl->file, mode, false, print_conf_columns(CONF_BACKEND),
				     show),
		.devices = out_open(ctl->file, mode, false, print_device_columns, show),
		.commits = out_open(ctl->file, mode, false, print_commit_columns, show),
		.notices = out_open(ctl->file, mode, false, notice_columns, show),
		.ctl = ctl,
	};
	const struct dsr_nl_listener listener = {
		on_message, on_notice, &monitor, fileno(ctl->file)
	};
	int ret;

	(void)args;
	if (ctl->stamped)
		stamp_all(&monitor);
	ret = dsr_nl_listen(ctl->nl, NF_DSR_MCGRP_CONFIG, &listener, err);
	out_close(monitor.services);
	out_close(monitor.backends);
	out_close(monitor.devices);
	out_close(monitor.commits);
	out_close(monitor.notices);
	return ret;
}

// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <string.h>

#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "nl.h"
#include "nl_attr.h"

/* Bytes of a change in a transaction: more than its attributes take. */
#define CHANGE_SIZE 256

static const struct kernel_events *events;
static struct dsr_nl *listening;
static struct dsr_nl_hearing *hearing;
static struct dsr_nl *requests;		/* NULL: the module is not loaded */
static ev_io io;
static bool failed;

static int on_message(const struct nlmsghdr *hdr, void *arg, struct dsr_error *err)
{
	const struct genlmsghdr *genl = nlmsg_data(hdr);
	struct dsr_backend backend;

	(void)arg;
	events->any();
	switch (genl->cmd) {
	case NF_DSR_CMD_BACKEND_NTF:
		if (attr_get_backend(hdr, &backend, err))
			return -1;
		events->backend(&backend);
		return 0;
	case NF_DSR_CMD_BACKEND_DEL_NTF:
	case NF_DSR_CMD_SERVICE_DEL_NTF:
		events->changed();
		return 0;
	default:
		return 0;
	}
}

static int on_notice(enum dsr_nl_notice notice, void *arg, struct dsr_error *err)
{
	struct dsr_error ignored = { 0 };

	(void)arg;
	(void)err;
	events->any();
	switch (notice) {
	case DSR_NL_GONE:
		journal_add(JOURNAL_WARNING, NULL, NULL, "kernel", "the module was unloaded");
		dsr_nl_close(requests);
		requests = NULL;
		break;
	case DSR_NL_READY:
		if (!requests && dsr_nl_open_twin(listening, &requests, &ignored))
			requests = NULL;
		break;
	case DSR_NL_LOST:
		return 0;
	case DSR_NL_RESYNC:
		break;
	}
	events->changed();
	return 0;
}

static const struct dsr_nl_listener listener = { on_message, on_notice, NULL, -1 };

static void on_readable(struct ev_loop *loop, ev_io *self, int revents)
{
	struct dsr_error err = { 0 };

	(void)self;
	(void)revents;
	if (!dsr_nl_hear(hearing, &err))
		return;
	/* A dsrd that does not hear the kernel is worse than a new one. */
	journal_add(JOURNAL_ERROR, NULL, NULL, "kernel", "%s", err.text);
	ev_io_stop(loop, &io);
	failed = true;
	ev_break(loop, EVBREAK_ALL);
}

bool kernel_has_failed(void)
{
	return failed;
}

int kernel_init(struct ev_loop *loop, const struct kernel_events *given, struct dsr_error *err)
{
	events = given;
	if (dsr_nl_open(&listening, err))
		return -1;
	hearing = dsr_nl_join(listening, NF_DSR_MCGRP_CONFIG, &listener, err);
	if (!hearing)
		return -1;
	ev_io_init(&io, on_readable, dsr_nl_hearing_fd(hearing), EV_READ);
	ev_io_start(loop, &io);
	return 0;
}

void kernel_exit(void)
{
	dsr_nl_leave(hearing);
	dsr_nl_close(listening);
	dsr_nl_close(requests);
}

int kernel_read(struct running *running, struct dsr_error *err)
{
	return requests ? running_read(requests, running, err) : 0;
}

bool kernel_is_loaded(void)
{
	return requests;
}

int kernel_snapshot(const struct names *names, struct snapshot *snapshot, struct dsr_error *err)
{
	if (!requests)
		return error_refused(err, "the module nf_dsr is not loaded");
	return snapshot_read(requests, names, snapshot, err);
}

/* Make the arguments of the command "backend change ... health". */
static struct dsr_args args_of(const struct kernel_change *change)
{
	struct dsr_args args = { .operands = 3, .key = change->service, .addr = change->addr };

	args.conf.health = change->health;
	args.conf.set = CONF_BIT(health);
	return args;
}

static int tell_all(struct kernel_change *changes, size_t n, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_large_msg(requests, NF_DSR_CMD_COMMIT, NLM_F_REQUEST,
					      n * CHANGE_SIZE);
	struct dsr_args args;
	size_t i;

	for (i = 0; i < n; i++) {
		args = args_of(&changes[i]);
		attr_put_op(msg, NF_DSR_OP_KIND_BACKEND_CHANGE, &args);
	}
	return dsr_nl_request(requests, msg, NULL, NULL, err);
}

static int tell_one(struct kernel_change *change, struct dsr_error *err)
{
	struct nl_msg *msg = dsr_nl_msg(requests, NF_DSR_CMD_BACKEND_NEW,
					NLM_F_REQUEST | NLM_F_REPLACE);
	struct dsr_args args = args_of(change);

	attr_put_backend(msg, &args.key, &args.addr, &args.conf);
	return dsr_nl_request(requests, msg, NULL, NULL, err);
}

void kernel_tell(struct kernel_change *changes, size_t n)
{
	struct dsr_error err = { 0 };
	size_t i;

	if (n > 1 && requests && !tell_all(changes, n, &err))
		return;
	for (i = 0; i < n; i++) {
		err = (struct dsr_error){ .text = "the module is not loaded" };
		changes[i].refused = !requests || tell_one(&changes[i], &err);
		snprintf(changes[i].text, sizeof(changes[i].text), "%.159s", err.text);
	}
}

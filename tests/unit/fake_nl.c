// SPDX-License-Identifier: GPL-2.0-or-later
#include <linux/nf_dsr.h>
#include <netlink/genl/genl.h>
#include <string.h>

#include "fake_nl.h"
#include "nl_attr.h"
#include "unit.h"

#define REPLIES 16

struct dsr_nl {
	int family;
};

static struct dsr_nl fake_socket = { .family = 0x20 };

static struct {
	struct nl_msg *replies[REPLIES];
	int n_replies;
	struct nl_msg *request;
	int requests;
	const char *refusal;
	const char *warning;
	unsigned int offset;
	bool interrupted;
} fake;

void fake_reset(void)
{
	while (fake.n_replies)
		nlmsg_free(fake.replies[--fake.n_replies]);
	nlmsg_free(fake.request);
	memset(&fake, 0, sizeof(fake));
}

static int tear_down(void **state)
{
	(void)state;
	fake_reset();
	return 0;
}

void fake_reset_after(struct CMUnitTest *tests, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++)
		tests[i].teardown_func = tear_down;
}

struct nl_msg *fake_msg(int cmd)
{
	return dsr_nl_msg(&fake_socket, cmd, 0);
}

void fake_reply(struct nl_msg *msg)
{
	assert_true(fake.n_replies < REPLIES);
	fake.replies[fake.n_replies++] = msg;
}

void fake_refuse(const char *text)
{
	fake.refusal = text;
}

void fake_refuse_at(const char *text, unsigned int offset)
{
	fake.refusal = text;
	fake.offset = offset;
}

void fake_warn(const char *text)
{
	fake.warning = text;
}

void fake_interrupt(void)
{
	fake.interrupted = true;
}

const struct nlmsghdr *fake_request(void)
{
	return nlmsg_hdr(fake.request);
}

int fake_requests(void)
{
	return fake.requests;
}

int dsr_nl_open(struct dsr_nl **nl, struct dsr_error *err)
{
	(void)err;
	*nl = &fake_socket;
	return 0;
}

int dsr_nl_open_twin(const struct dsr_nl *nl, struct dsr_nl **twin, struct dsr_error *err)
{
	(void)nl;
	return dsr_nl_open(twin, err);
}

void dsr_nl_close(struct dsr_nl *nl)
{
	(void)nl;
}

struct nl_msg *dsr_nl_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags)
{
	struct nl_msg *msg = nlmsg_alloc();

	assert_non_null(msg);
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, flags, cmd,
		    NF_DSR_FAMILY_VERSION);
	return msg;
}

struct nl_msg *dsr_nl_large_msg(const struct dsr_nl *nl, __u8 cmd, __u16 flags, size_t room)
{
	struct nl_msg *msg = nlmsg_alloc_size(room + 256);

	assert_non_null(msg);
	genlmsg_put(msg, NL_AUTO_PORT, NL_AUTO_SEQ, nl->family, 0, flags, cmd,
		    NF_DSR_FAMILY_VERSION);
	return msg;
}

static int cmd_of(const struct nl_msg *msg)
{
	const struct genlmsghdr *genl = nlmsg_data(nlmsg_hdr((struct nl_msg *)msg));

	return genl->cmd;
}

/* Give the queued replies that have the command, or all of them if it is 0. */
static int give_replies(int cmd, dsr_nl_fn fn, void *arg, struct dsr_error *err)
{
	int i;

	for (i = 0; i < fake.n_replies; i++)
		if ((!cmd || cmd == cmd_of(fake.replies[i])) &&
		    fn(nlmsg_hdr(fake.replies[i]), arg, err))
			return -1;
	return 0;
}

int dsr_nl_request(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void *arg,
		   struct dsr_error *err)
{
	(void)nl;
	nlmsg_free(fake.request);
	fake.request = msg;
	fake.requests++;
	if (fake.refusal) {
		err->offset = fake.offset;
		if (fake.offset)
			attr_describe(nlmsg_hdr(msg), fake.offset, err);
		return error_refused(err, "%s", fake.refusal);
	}
	if (fn && give_replies(cmd_of(msg), fn, arg, err))
		return -1;
	if (fake.warning)
		snprintf(err->warning, sizeof(err->warning), "%s", fake.warning);
	return 0;
}

int dsr_nl_dump(struct dsr_nl *nl, struct nl_msg *msg, dsr_nl_fn fn, void (*restart)(void *arg),
		void *arg, struct dsr_error *err)
{
	assert_true(nlmsg_hdr(msg)->nlmsg_flags & NLM_F_DUMP);
	if (dsr_nl_request(nl, msg, fn, arg, err))
		return -1;
	if (!fake.interrupted)
		return 0;
	fake.interrupted = false;
	if (!restart)
		return 1;
	restart(arg);
	return give_replies(cmd_of(fake.request), fn, arg, err);
}

/* Deliver the queued replies as notifications, then the loss of a notification with its end, and
 * the unloading of the module.
 */
int dsr_nl_listen(struct dsr_nl *nl, const char *group, const struct dsr_nl_listener *listener,
		  struct dsr_error *err)
{
	(void)nl;
	assert_string_equal(group, NF_DSR_MCGRP_CONFIG);
	if (listener->notice(DSR_NL_READY, listener->arg, err) ||
	    give_replies(0, listener->message, listener->arg, err) ||
	    listener->notice(DSR_NL_LOST, listener->arg, err) ||
	    listener->notice(DSR_NL_RESYNC, listener->arg, err) ||
	    listener->notice(DSR_NL_GONE, listener->arg, err))
		return -1;
	return error_refused(err, "end");
}

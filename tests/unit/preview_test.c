// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of previews: the request, answers in several parts, and what is printed. */
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>

#include "fake_nl.h"
#include "reply.h"
#include "unit.h"

#define CHANGE "preview backend change tcp 192.0.2.1:80 10.0.0.1 weight 5"

static void put(struct nl_msg *msg, int attr, __u32 value)
{
	assert_int_equal(nla_put_u32(msg, attr, value), 0);
}

static void put_backend(struct nl_msg *msg, __u32 host, __u32 before, __u32 after, __u64 leaving)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_PREVIEW_BACKEND);

	put(msg, NF_DSR_A_PREVIEW_BACKEND_ADDR4, htonl(0x0a000000 + host));
	put(msg, NF_DSR_A_PREVIEW_BACKEND_SLOTS_BEFORE, before);
	put(msg, NF_DSR_A_PREVIEW_BACKEND_SLOTS_AFTER, after);
	put(msg, NF_DSR_A_PREVIEW_BACKEND_WEIGHT_BEFORE, 1);
	put(msg, NF_DSR_A_PREVIEW_BACKEND_WEIGHT_AFTER, after ? 5 : 0);
	nla_put_u64(msg, NF_DSR_A_PREVIEW_BACKEND_FLOWS, 7);
	nla_put_u64(msg, NF_DSR_A_PREVIEW_BACKEND_LEAVING, leaving);
	if (!after)
		nla_put_flag(msg, NF_DSR_A_PREVIEW_BACKEND_DELETED);
	nla_nest_end(msg, nest);
}

/* Begin the preview of a service, which the caller ends. */
static struct nlattr *begin_service(struct nl_msg *msg, __u32 moved)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_COMMIT_PREVIEW), *key;

	key = nla_nest_start(msg, NF_DSR_A_PREVIEW_SERVICE);
	put(msg, NF_DSR_A_SERVICE_ADDR4, htonl(0xc0000201));
	nla_put_u8(msg, NF_DSR_A_SERVICE_PROTOCOL, IPPROTO_TCP);
	nla_put_u16(msg, NF_DSR_A_SERVICE_PORT, htons(80));
	nla_nest_end(msg, key);
	nla_put_string(msg, NF_DSR_A_PREVIEW_SCHEDULER_BEFORE, "maglev");
	nla_put_string(msg, NF_DSR_A_PREVIEW_SCHEDULER_AFTER, "maglev");
	put(msg, NF_DSR_A_PREVIEW_SLOTS_BEFORE, 251);
	put(msg, NF_DSR_A_PREVIEW_SLOTS_AFTER, 251);
	put(msg, NF_DSR_A_PREVIEW_MOVED, moved);
	put(msg, NF_DSR_A_PREVIEW_BACKENDS, 2);
	return nest;
}

static void put_next(struct nl_msg *msg, __u32 backend)
{
	struct nlattr *nest = nla_nest_start(msg, NF_DSR_A_COMMIT_NEXT);

	put(msg, NF_DSR_A_PREVIEW_CURSOR_SERVICE, 0);
	put(msg, NF_DSR_A_PREVIEW_CURSOR_BACKEND, backend);
	nla_nest_end(msg, nest);
}

/* Have the kernel answer in two parts, which have one backend each. */
static void answer(void)
{
	struct nl_msg *first = reply_commit(NF_DSR_CMD_COMMIT);
	struct nl_msg *second = reply_commit(NF_DSR_CMD_COMMIT);
	struct nlattr *nest = begin_service(first, 126);

	put_backend(first, 1, 126, 251, 0);
	nla_nest_end(first, nest);
	put_next(first, 1);
	fake_reply(first);
	nest = begin_service(second, 126);
	put_backend(second, 2, 125, 0, 7);
	nla_nest_end(second, nest);
	fake_reply(second);
}

/* Run a command, and return its status and, in @output, what it prints. */
static int run(const char *text, bool json, char **output)
{
	struct screen screen;
	struct line line;
	int status = 0;

	line_cut(&line, text);
	screen_open(&screen);
	screen.ctl.json = json;
	if (dsrctl_run(&screen.ctl, line.n, line.words, &screen.err))
		status = screen.err.status;
	*output = strdup(status ? screen.err.text : screen_text(&screen));
	screen_close(&screen);
	return status;
}

static void assert_run(const char *text, bool json, int status, const char *expected)
{
	char *output;

	assert_int_equal(run(text, json, &output), status);
	assert_string_equal(output, expected);
	free(output);
}

static void a_preview_in_two_parts_is_printed_as_one(void **state)
{
	(void)state;
	answer();
	assert_run(CHANGE, false, 0,
		   "change service tcp 192.0.2.1:80: 126 of 251 slots move, 7 of 14 flows leave\n"
		   "    10.0.0.1: 50.2 % -> 100.0 % of new flows, 126 -> 251 slots, 7 flows\n"
		   "    10.0.0.2: 49.8 % -> 0.0 % of new flows, 125 -> 0 slots, 7 flows, all leave, deleted\n");
}

static void json_has_objects_of_services_and_backends(void **state)
{
	(void)state;
	answer();
	assert_run(CHANGE, true, 0,
		   "[\n{\"action\":\"change\",\"object\":\"service\",\"match\":\"tcp 192.0.2.1:80\",\"slots\":{\"before\":251,\"after\":251},\"moved\":126,\"flows\":14,\"leaving\":7},\n"
		   "{\"action\":\"keep\",\"object\":\"backend\",\"match\":\"tcp 192.0.2.1:80\",\"address\":\"10.0.0.1\",\"permille\":{\"before\":502,\"after\":1000},\"slots\":{\"before\":126,\"after\":251},\"weight\":{\"before\":1,\"after\":5},\"flows\":7,\"leaving\":0},\n"
		   "{\"action\":\"delete\",\"object\":\"backend\",\"match\":\"tcp 192.0.2.1:80\",\"address\":\"10.0.0.2\",\"permille\":{\"before\":498,\"after\":0},\"slots\":{\"before\":125,\"after\":0},\"weight\":{\"before\":1,\"after\":0},\"flows\":7,\"leaving\":7}\n]\n");
}

/* The kernel changes nothing only because of this attribute. */
static void each_request_is_a_dry_run(void **state)
{
	struct nlattr *tb[NF_DSR_A_COMMIT_MAX + 1], *cursor[NF_DSR_A_PREVIEW_CURSOR_MAX + 1];
	char *output;

	(void)state;
	answer();
	assert_int_equal(run(CHANGE, false, &output), 0);
	assert_int_equal(fake_requests(), 1);
	free(output);
	assert_int_equal(genlmsg_parse((struct nlmsghdr *)fake_request(), 0, tb,
				       NF_DSR_A_COMMIT_MAX, NULL), 0);
	assert_non_null(tb[NF_DSR_A_COMMIT_DRY_RUN]);
	assert_non_null(tb[NF_DSR_A_COMMIT_OP]);
	assert_int_equal(nla_parse_nested(cursor, NF_DSR_A_PREVIEW_CURSOR_MAX,
					  tb[NF_DSR_A_COMMIT_DRY_RUN], NULL), 0);
	assert_int_equal(nla_get_u32(cursor[NF_DSR_A_PREVIEW_CURSOR_BACKEND]), 0);
}

static void nothing_that_moves_is_said(void **state)
{
	(void)state;
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT));
	assert_run(CHANGE, false, 0,
		   "no share of new flows changes, and no flow leaves its backend\n");
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT));
	assert_run(CHANGE, true, 0, "[]\n");
}

static void what_cannot_be_previewed_is_refused(void **state)
{
	(void)state;
	assert_run("preview flow flush", false, 1,
		   "flow flush: a transaction changes services, backends and devices only");
	assert_run("preview backend change tcp 192.0.2.1:80 10.0.0.1 weight many", false, 1,
		   "weight \"many\": expected 0 to 65535");
	fake_refuse("no such service");
	assert_run(CHANGE, false, 2, "no such service");
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(a_preview_in_two_parts_is_printed_as_one),
		cmocka_unit_test(json_has_objects_of_services_and_backends),
		cmocka_unit_test(each_request_is_a_dry_run),
		cmocka_unit_test(nothing_that_moves_is_said),
		cmocka_unit_test(what_cannot_be_previewed_is_refused),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("preview", tests, NULL, NULL);
}

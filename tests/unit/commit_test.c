// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of batches that are one transaction. */
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_nl.h"
#include "reply.h"
#include "unit.h"

/* Run a batch. Return its status, and in @output what it prints, which is the text of the
 * error if it fails.
 */
static int run_batch(const char *text, __u32 generation, bool json, char **output)
{
	char path[] = "/tmp/dsrctl_commit_XXXXXX";
	struct screen screen;
	int status = 0;
	size_t size;
	FILE *file;

	make_file(path, text);
	screen_open(&screen);
	screen.ctl.atomic = true;
	screen.ctl.generation = generation;
	screen.ctl.json = json;
	if (batch_run(&screen.ctl, path, &screen.err))
		status = screen.err.status;
	unlink(path);
	assert_null(screen.ctl.commit);

	if (screen.err.file)
		screen.err.file = "FILE";
	file = open_memstream(output, &size);
	fputs(screen_text(&screen), file);
	if (status)
		error_print(&screen.err, json, file);
	fclose(file);
	screen_close(&screen);
	return status;
}

static void assert_batch(const char *text, int status, const char *output)
{
	char *got;

	assert_int_equal(run_batch(text, 0, false, &got), status);
	assert_string_equal(got, output);
	free(got);
}

static struct nlattr *first_attr(void)
{
	return nlmsg_attrdata(fake_request(), GENL_HDRLEN);
}

static int attrs_len(void)
{
	return nlmsg_attrlen(fake_request(), GENL_HDRLEN);
}

/* Return the attribute of the nth operation, counted from 0. */
static struct nlattr *operation(int n)
{
	struct nlattr *nla;
	int rem;

	nla_for_each_attr(nla, first_attr(), attrs_len(), rem)
		if (nla_type(nla) == NF_DSR_A_COMMIT_OP && !n--)
			return nla;
	return NULL;
}

static void parse_operation(int n, struct nlattr **tb)
{
	assert_non_null(operation(n));
	assert_int_equal(nla_parse_nested(tb, NF_DSR_A_OP_MAX, operation(n), NULL), 0);
	assert_non_null(tb[NF_DSR_A_OP_KIND]);
}

static void assert_kind(int n, int kind, bool service, bool backend)
{
	struct nlattr *tb[NF_DSR_A_OP_MAX + 1];

	parse_operation(n, tb);
	assert_int_equal(nla_get_u8(tb[NF_DSR_A_OP_KIND]), kind);
	assert_int_equal(!!tb[NF_DSR_A_OP_SERVICE], service);
	assert_int_equal(!!tb[NF_DSR_A_OP_BACKEND], backend);
}

#define ALL_KINDS \
	"flush\n" \
	"service add tcp 192.0.2.1:80\n" \
	"# a comment\n" \
	"service change tcp 192.0.2.1:80 seed 7\n" \
	"service replace tcp 192.0.2.1:80\n" \
	"backend add tcp 192.0.2.1:80 10.0.0.1\n" \
	"backend change tcp 192.0.2.1:80 10.0.0.1 weight 300\n" \
	"backend replace tcp 192.0.2.1:80 10.0.0.1\n" \
	"backend del tcp 192.0.2.1:80 10.0.0.1\n" \
	"service del tcp 192.0.2.1:80\n" \
	"backend destroy tcp 192.0.2.1:80 10.0.0.1\n" \
	"service destroy tcp 192.0.2.1:80\n"

static void all_lines_are_one_request(void **state)
{
	const struct genlmsghdr *genl;

	(void)state;
	assert_batch(ALL_KINDS, 0, "");
	assert_int_equal(fake_requests(), 1);
	genl = nlmsg_data(fake_request());
	assert_int_equal(genl->cmd, NF_DSR_CMD_COMMIT);
	assert_kind(0, NF_DSR_OP_KIND_FLUSH, false, false);
	assert_kind(1, NF_DSR_OP_KIND_SERVICE_ADD, true, false);
	assert_kind(2, NF_DSR_OP_KIND_SERVICE_CHANGE, true, false);
	assert_kind(3, NF_DSR_OP_KIND_SERVICE_REPLACE, true, false);
	assert_kind(4, NF_DSR_OP_KIND_BACKEND_ADD, false, true);
	assert_kind(5, NF_DSR_OP_KIND_BACKEND_CHANGE, false, true);
	assert_kind(6, NF_DSR_OP_KIND_BACKEND_REPLACE, false, true);
	assert_kind(7, NF_DSR_OP_KIND_BACKEND_DEL, false, true);
	assert_kind(8, NF_DSR_OP_KIND_SERVICE_DEL, true, false);
	assert_kind(9, NF_DSR_OP_KIND_BACKEND_DESTROY, false, true);
	assert_kind(10, NF_DSR_OP_KIND_SERVICE_DESTROY, true, false);
	assert_null(operation(11));
	assert_null(nla_find(first_attr(), attrs_len(), NF_DSR_A_COMMIT_GENERATION));
	fake_reset();
}

static void operation_has_what_the_request_has(void **state)
{
	struct nlattr *tb[NF_DSR_A_OP_MAX + 1], *backend[NF_DSR_A_BACKEND_MAX + 1];

	(void)state;
	assert_batch(ALL_KINDS, 0, "");
	parse_operation(5, tb);
	assert_int_equal(nla_parse_nested(backend, NF_DSR_A_BACKEND_MAX, tb[NF_DSR_A_OP_BACKEND],
					  NULL), 0);
	assert_int_equal(nla_get_u32(backend[NF_DSR_A_BACKEND_WEIGHT]), 300);
	assert_non_null(backend[NF_DSR_A_BACKEND_SERVICE]);
	assert_memory_equal(nla_data(backend[NF_DSR_A_BACKEND_ADDR4]), "\x0a\0\0\1", 4);
	fake_reset();
}

static void generation_goes_with_it(void **state)
{
	struct nlattr *generation;
	char *got;

	(void)state;
	assert_int_equal(run_batch("flush\n", 4000000000u, false, &got), 0);
	generation = nla_find(first_attr(), attrs_len(), NF_DSR_A_COMMIT_GENERATION);
	assert_non_null(generation);
	assert_int_equal(nla_get_u32(generation), 4000000000u);
	free(got);
	fake_reset();
}

static void answer_is_shown_as_json(void **state)
{
	char *got;

	(void)state;
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT));
	assert_int_equal(run_batch("flush\n", 0, true, &got), 0);
	assert_string_equal(got, "[\n{\"generation\":12,\"operations\":3}\n]\n");
	free(got);
	fake_reset();
}

static void nothing_is_sent_of_a_batch_with_a_bad_line(void **state)
{
	(void)state;
	assert_batch("flush\nservice add tcp 192.0.2.1:0\n", DSR_USAGE,
		     "FILE:2: \"192.0.2.1:0\": port \"0\": expected 1 to 65535\n");
	assert_int_equal(fake_requests(), 0);
	fake_reset();
}

#define NO_PLACE ": a transaction changes services, backends and devices only\n"

static void other_commands_have_no_place_in_it(void **state)
{
	(void)state;
	assert_batch("flush\nservice show\n", DSR_USAGE, "FILE:2: service show" NO_PLACE);
	assert_batch("flow flush\n", DSR_USAGE, "FILE:1: flow flush" NO_PLACE);
	assert_batch("monitor\n", DSR_USAGE, "FILE:1: monitor" NO_PLACE);
	assert_int_equal(fake_requests(), 0);
	fake_reset();
}

/* The kernel has no transactions for devices: dsrctl sends these commands after the rest.
 */
static void devices_follow_the_transaction(void **state)
{
	const struct genlmsghdr *genl;

	(void)state;
	fake_reply(reply_commit(NF_DSR_CMD_COMMIT));
	assert_batch("device replace eth0\nflush\ndevice del eth1\ndevice destroy eth2\n", 0, "");
	assert_int_equal(fake_requests(), 4);
	genl = nlmsg_data(fake_request());
	assert_int_equal(genl->cmd, NF_DSR_CMD_DEVICE_DESTROY);
	fake_reset();
	fake_refuse("no");
	assert_batch("device add eth0\nflush\n", DSR_REFUSED, "Error: no\n");
	assert_int_equal(fake_requests(), 1);
	fake_reset();
}

/* Return the offset of the nth operation's attribute in the request of a batch. */
static unsigned int offset_of(const char *text, int n)
{
	unsigned int offset;

	assert_batch(text, 0, "");
	offset = (char *)operation(n) - (char *)fake_request();
	fake_reset();
	return offset;
}

static void refusal_is_of_the_line(void **state)
{
	unsigned int offset = offset_of(ALL_KINDS, 2);

	(void)state;
	fake_refuse_at("operation 3: no such service", offset);
	assert_batch(ALL_KINDS, DSR_REFUSED, "FILE:4: no such service\n");
	fake_reset();
	fake_refuse_at("no such service", offset - 4);
	assert_batch(ALL_KINDS, DSR_REFUSED, "FILE:2: no such service\n");
	fake_reset();
	/* The service follows the nest's header and the kind, and contains the address.
	 */
	fake_refuse_at("operation 3: no such service", offset + 16);
	assert_batch(ALL_KINDS, DSR_REFUSED,
		     "FILE:4: no such service\n  at: service addr4 192.0.2.1\n");
	fake_reset();
	fake_refuse_at("operation 9: not now", offset_of(ALL_KINDS, 8));
	assert_batch(ALL_KINDS, DSR_REFUSED, "FILE:10: not now\n");
	fake_reset();
}

static void refusal_of_no_line_is_of_none(void **state)
{
	(void)state;
	fake_refuse("the configuration has changed");
	assert_batch(ALL_KINDS, DSR_REFUSED, "Error: the configuration has changed\n");
	fake_reset();
	fake_refuse_at("the configuration has changed", offset_of("flush\n", 0) - 1);
	assert_batch("flush\n", DSR_REFUSED, "Error: the configuration has changed\n");
	fake_reset();
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" lacks: %s", text, part);
}

static void warnings_are_of_their_lines(void **state)
{
	struct nl_msg *msg = reply_commit(NF_DSR_CMD_COMMIT);
	char *got;

	(void)state;
	reply_add_warning(msg, 3, "no route");
	reply_add_warning(msg, 6, "not on-link");
	reply_add_warning(msg, 99, "of no line");
	nla_put_u32(msg, NF_DSR_A_COMMIT_WARNINGS, 5);
	fake_warn("operation 3: no route");
	fake_reply(msg);
	assert_int_equal(run_batch(ALL_KINDS, 0, false, &got), 0);
	assert_has(got, ":4: warning: no route\n");
	assert_has(got, ":7: warning: not on-link\n");
	assert_has(got, ":7: warning: 2 more warnings, about this line and others\n");
	assert_null(strstr(got, "of no line"));
	assert_null(strstr(got, "operation 3"));
	free(got);
	fake_reset();
}

static void warnings_are_json(void **state)
{
	struct nl_msg *msg = reply_commit(NF_DSR_CMD_COMMIT);
	char *got;

	(void)state;
	reply_add_warning(msg, 1, "no route");
	nla_put_u32(msg, NF_DSR_A_COMMIT_WARNINGS, 1);
	fake_reply(msg);
	assert_int_equal(run_batch("\nflush\n", 0, true, &got), 0);
	assert_has(got, "{\"warning\":\"no route\",\"file\":\"/tmp/dsrctl_commit_");
	assert_has(got, "\",\"line\":2}\n");
	assert_has(got, "[\n{\"generation\":12,\"operations\":3}\n]\n");
	free(got);
	fake_reset();
}

static void many_lines_fit(void **state)
{
	size_t size;
	char *text, *got;
	FILE *file;
	int i;

	(void)state;
	file = open_memstream(&text, &size);
	for (i = 0; i < 20000; i++)
		fprintf(file, "backend add tcp 192.0.2.1:80 10.0.%d.%d\n", i / 256, i % 256);
	fclose(file);
	assert_int_equal(run_batch(text, 0, false, &got), 0);
	assert_int_equal(fake_requests(), 1);
	assert_kind(19999, NF_DSR_OP_KIND_BACKEND_ADD, false, true);
	free(text);
	free(got);
	fake_reset();
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(all_lines_are_one_request),
		cmocka_unit_test(operation_has_what_the_request_has),
		cmocka_unit_test(generation_goes_with_it),
		cmocka_unit_test(answer_is_shown_as_json),
		cmocka_unit_test(nothing_is_sent_of_a_batch_with_a_bad_line),
		cmocka_unit_test(other_commands_have_no_place_in_it),
		cmocka_unit_test(devices_follow_the_transaction),
		cmocka_unit_test(refusal_is_of_the_line),
		cmocka_unit_test(refusal_of_no_line_is_of_none),
		cmocka_unit_test(warnings_are_of_their_lines),
		cmocka_unit_test(warnings_are_json),
		cmocka_unit_test(many_lines_fit),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("commit", tests, NULL, NULL);
}

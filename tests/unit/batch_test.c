// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of batches and of the output of errors. */
#include <errno.h>
#include <netlink/genl/genl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "fake_nl.h"
#include "unit.h"

/* Run a batch. Return its status, and in @error the text that dsrctl would print for the
 * error.
 */
static int run_batch(const char *text, bool json, char **error)
{
	char path[] = "/tmp/dsrctl_batch_XXXXXX";
	struct screen screen;
	int status = 0;
	size_t size;
	FILE *file;

	make_file(path, text);
	screen_open(&screen);
	if (batch_run(&screen.ctl, path, &screen.err))
		status = screen.err.status;
	unlink(path);

	/* The file's real name is random, so replace it. */
	screen.err.file = "FILE";
	file = open_memstream(error, &size);
	if (status)
		error_print(&screen.err, json, file);
	fclose(file);
	screen_close(&screen);
	return status;
}

static void assert_batch(const char *text, bool json, int status, const char *error)
{
	char *got;

	assert_int_equal(run_batch(text, json, &got), status);
	assert_string_equal(got, error);
	free(got);
}

static void every_line_is_run(void **state)
{
	const struct genlmsghdr *genl;

	(void)state;
	assert_batch("# two services\n"
		     "service add tcp 192.0.2.1:80\n"
		     "\n"
		     "  \t\n"
		     "service add\ttcp 192.0.2.2:80 # the other\r\n"
		     "device add eth0\n"
		     "service del tcp 192.0.2.1:80", false, 0, "");
	assert_int_equal(fake_requests(), 4);
	genl = nlmsg_data(fake_request());
	assert_int_equal(genl->cmd, NF_DSR_CMD_SERVICE_DEL);
	fake_reset();
}

static void first_bad_line_ends_it_and_is_named(void **state)
{
	(void)state;
	assert_batch("service add tcp 192.0.2.1:80\n"
		     "# now a bad one\n"
		     "service add tcp 192.0.2.1:0\n"
		     "service add tcp 192.0.2.3:80\n", false, DSR_USAGE,
		     "FILE:3: \"192.0.2.1:0\": port \"0\": expected 1 to 65535\n");
	assert_int_equal(fake_requests(), 1);
	fake_reset();
}

static void refusal_of_the_kernel_ends_it_and_is_named(void **state)
{
	(void)state;
	fake_refuse("service exists");
	assert_batch("\nservice add tcp 192.0.2.1:80\nflush\n", false, DSR_REFUSED,
		     "FILE:2: service exists\n");
	assert_int_equal(fake_requests(), 1);
	fake_reset();
}

#define OBJECTS \
	" is not an object: expected service, backend, flow, device, stats, top, metrics, trace, doctor, health, announce, monitor, flush, save, check, diff, apply, confirm, rollback, restore, history, export, preview, schema, import or help"

static void errors_are_json_where_data_is(void **state)
{
	(void)state;
	assert_batch("bad\n", true, DSR_USAGE, "{\"error\":\"\\\"bad\\\"" OBJECTS
		     "\",\"file\":\"FILE\",\"line\":1}\n");
	fake_reset();
}

static void overlong_line_is_an_error(void **state)
{
	char text[1000] = "";
	int i;

	(void)state;
	for (i = 0; i < 161; i++)
		strcat(text, "word ");
	assert_batch(text, false, DSR_USAGE, "FILE:1: more than 160 words in a line\n");
	fake_reset();
}

static void quotes_hold_words_together(void **state)
{
	(void)state;
	assert_batch("\"service\" add 't'cp 192.0.2.1\":80\" # 'not a quote\n"
		     "service del \\tcp 192.0.2.1:80\n"
		     "device add '#eth0'\n", false, 0, "");
	assert_int_equal(fake_requests(), 3);
	fake_reset();
	assert_batch("service add tcp 192.0.2.1:80 dev \"a b\"\n", false, DSR_USAGE,
		     "FILE:1: dev \"a b\": expected any, or the name of a device\n");
	assert_batch("service add tcp 192.0.2.1:80 dev ''\n", false, DSR_USAGE,
		     "FILE:1: dev \"\": expected any, or the name of a device\n");
	assert_batch("device add 'eth0\n", false, DSR_USAGE,
		     "FILE:1: a quote is not closed in this line\n");
	fake_reset();
}

static void options_do_not_belong_into_a_line(void **state)
{
	(void)state;
	assert_batch("-j service show\n", false, DSR_USAGE,
		     "FILE:1: \"-j\": options must precede the object\n");
	fake_reset();
}

static void file_that_is_not_there_is_named(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen);
	assert_int_equal(batch_run(&screen.ctl, "/nowhere/batch", &screen.err), -1);
	assert_int_equal(screen.err.status, DSR_USAGE);
	assert_string_equal(screen.err.text, "/nowhere/batch: No such file or directory");
	screen_close(&screen);
}

static void error_shows_attribute_and_hint(void **state)
{
	struct dsr_error err = {
		.at = "port 80", .attribute = "port", .number = EADDRINUSE, .hint = "try another"
	};
	size_t size;
	char *text;
	FILE *file;

	(void)state;
	error_refused(&err, "port is not free");
	file = open_memstream(&text, &size);
	error_print(&err, false, file);
	error_print(&err, true, file);
	fclose(file);
	assert_string_equal(text, "Error: port is not free\n  at: port 80\n  hint: try another\n"
			    "{\"error\":\"port is not free\",\"errno\":98,\"errno_name\":\"EADDRINUSE\",\"at\":\"port 80\",\"attribute\":\"port\",\"hint\":\"try another\"}\n");
	free(text);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(every_line_is_run),
		cmocka_unit_test(first_bad_line_ends_it_and_is_named),
		cmocka_unit_test(refusal_of_the_kernel_ends_it_and_is_named),
		cmocka_unit_test(errors_are_json_where_data_is),
		cmocka_unit_test(overlong_line_is_an_error),
		cmocka_unit_test(quotes_hold_words_together),
		cmocka_unit_test(options_do_not_belong_into_a_line),
		cmocka_unit_test(file_that_is_not_there_is_named),
		cmocka_unit_test(error_shows_attribute_and_hint),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("batch", tests, NULL, NULL);
}

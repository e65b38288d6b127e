// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of the commands for devices with the ingress hook: their requests and output. */
#include <netlink/attr.h>
#include <netlink/genl/genl.h>
#include <string.h>

#include "fake_nl.h"
#include "reply.h"
#include "unit.h"

#define COMMANDS "add, replace, del, destroy, show or help"

static const char *const lines_with_name[] = {
	"device add eth0", "device del eth0", "device show eth0",
};

#define N_LINES (sizeof(lines_with_name) / sizeof(*lines_with_name))

static void requests_name_the_device(void **state)
{
	const struct nlattr *name;
	struct screen screen;
	size_t i;

	(void)state;
	for (i = 0; i < N_LINES; i++) {
		fake_reset();
		screen_open(&screen);
		assert_int_equal(screen_run(&screen, lines_with_name[i]), 0);
		screen_close(&screen);
		name = nlmsg_find_attr((struct nlmsghdr *)fake_request(), GENL_HDRLEN,
				       NF_DSR_A_DEVICE_NAME);
		assert_non_null(name);
		assert_int_equal(nla_len(name), sizeof("eth0"));
		assert_string_equal(nla_data(name), "eth0");
	}
	fake_reset();
}

static void names_are_those_of_devices(void **state)
{
	static const struct refused lines[] = {
		{ "device add", "NAME is missing: expected the name of a device" },
		{ "device add .", "\".\": expected the name of a device" },
		{ "device add ..", "\"..\": expected the name of a device" },
		{ "device add eth0:1", "\"eth0:1\": expected the name of a device" },
		{ "device add eth\t0", "\"eth\t0\": expected the name of a device" },
		{ "device add eth0/1", "\"eth0/1\": expected the name of a device" },
		{ "device del sixteen-letters-",
		  "\"sixteen-letters-\": expected the name of a device" },
		{ "device show eth0 eth1", "\"eth1\": expected no more words" },
		{ "device change eth0",
		  "\"change\" is not a command of device: expected " COMMANDS },
	};
	struct dsr_args args = parse_args("device add fifteen-letters");

	(void)state;
	assert_refused(lines, sizeof(lines) / sizeof(*lines));
	assert_string_equal(args.device, "fifteen-letters");
}

static void refusal_names_the_device(void **state)
{
	struct screen screen;
	size_t i;

	(void)state;
	for (i = 0; i < N_LINES; i++) {
		fake_refuse_at("no such device", NLMSG_HDRLEN + GENL_HDRLEN);
		screen_open(&screen);
		assert_int_equal(screen_run(&screen, lines_with_name[i]), DSR_REFUSED);
		assert_string_equal(screen.err.text, "no such device");
		assert_string_equal(screen.err.at, "device eth0");
		assert_string_equal(screen_text(&screen), "");
		screen_close(&screen);
		fake_reset();
	}
}

static void help_has_the_operand(void **state)
{
	struct screen screen;

	(void)state;
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, "device help"), 0);
	assert_string_equal(screen_text(&screen),
			    "Usage:\n"
			    "    dsrctl device add NAME\n"
			    "        handle the packets of a device at its ingress hook\n"
			    "    dsrctl device replace NAME\n"
			    "        the same, even if the device was added already\n"
			    "    dsrctl device del NAME\n"
			    "        handle the packets of a device at PREROUTING again\n"
			    "    dsrctl device destroy NAME\n"
			    "        the same, even if the device was not added\n"
			    "    dsrctl device show [ NAME ]\n"
			    "        show one of these devices, or all\n"
			    "\n"
			    "NAME       the name of a device\n");
	screen_close(&screen);
}

static void assert_shows(const char *line, bool json, const char *expected)
{
	struct screen screen;

	fake_reply(reply_device(NF_DSR_CMD_DEVICE_GET, "eth0", true));
	fake_reply(reply_device(NF_DSR_CMD_DEVICE_GET, "later", false));
	screen_open(&screen);
	screen.ctl.json = json;
	assert_int_equal(screen_run(&screen, line), 0);
	assert_string_equal(screen_text(&screen), expected);
	screen_close(&screen);
	fake_reset();
}

static void devices_are_shown(void **state)
{
	(void)state;
	assert_shows("device show", false, "DEVICE ATTACHED\neth0   yes\nlater  no\n");
	assert_shows("device", true, "[\n{\"device\":\"eth0\",\"attached\":\"yes\"},\n"
		     "{\"device\":\"later\",\"attached\":\"no\"}\n]\n");
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(requests_name_the_device),
		cmocka_unit_test(names_are_those_of_devices),
		cmocka_unit_test(refusal_names_the_device),
		cmocka_unit_test(help_has_the_operand),
		cmocka_unit_test(devices_are_shown),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("device", tests, NULL, NULL);
}

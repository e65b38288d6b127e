// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of where a configuration file has dsrd show its status. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_diff.h"
#include "unit.h"
#include "yaml_file.h"

#define V1 "version: 1\n"

/* Load a file that has no errors. */
static void load(struct config *config, const char *text)
{
	char path[] = "/tmp/config_status_test_XXXXXX";
	struct yaml_file file;
	struct report report;

	make_file(path, text);
	report_init(&report, path);
	config_init(config);
	if (config_load(config, &file, path, &report))
		report_print(&report, false, stderr);
	assert_int_equal(report_n(&report), 0);
	yaml_file_free(&file);
	report_free(&report);
	unlink(path);
}

/* Where dsrd shows its status is in the file alone, and is written as it was read. */
static void the_status_stays_in_the_file(void **state)
{
	static const char *const files[] = {
		"status:\n  listen: off\n",
		"status:\n  listen: /run/nf_dsr/status.sock\n  host: lb1.example\n",
		"status:\n  listen: '[2001:db8::1]:14780'\n",
		"status:\n  host: lb1.example\n",
		"",
	};
	struct config loaded, running;
	char text[256], *written;
	size_t i, size;
	FILE *memory;

	(void)state;
	for (i = 0; i < sizeof(files) / sizeof(*files); i++) {
		snprintf(text, sizeof(text), V1 "%s", files[i]);
		load(&loaded, text);
		load(&running, V1);
		config_complete(&running, &loaded);
		memory = open_memstream(&written, &size);
		config_write(&running, memory);
		fclose(memory);
		snprintf(text, sizeof(text), V1 "services: []\ndevices: []\n%s", files[i]);
		assert_string_equal(written, text);
		free(written);
		config_free(&loaded);
		config_free(&running);
	}
}

static void where_to_listen_is_parsed(void **state)
{
	static const char *const wrong[][2] = {
		{ "127.0.0.1", "ADDRESS:PORT" },
		{ "127.0.0.1:0", "ADDRESS:PORT" },
		{ "127.0.0.1:65536", "ADDRESS:PORT" },
		{ "2001:db8::1:14780", "ADDRESS:PORT" },
		{ "[10.0.0.1]:14780", "ADDRESS:PORT" },
		{ "[]:14780", "ADDRESS:PORT" },
		{ "[:14780", "ADDRESS:PORT" },
		{ ":14780", "ADDRESS:PORT" },
		{ "localhost:14780", "ADDRESS:PORT" },
		{ "", "ADDRESS:PORT" },
		{ "127.0.0.1:80", "a port from 1024 on, because dsrd has no privilege" },
	};
	struct config_status status;
	struct dsr_error err;
	char path[STATUS_PATH_MAX + 2];
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		status_init(&status);
		err = (struct dsr_error){ 0 };
		assert_int_equal(status_keys[0].parse(&status, wrong[i][0], &err), -1);
		if (!strstr(err.text, wrong[i][1]))
			fail_msg("%s: %s", wrong[i][0], err.text);
	}
	memset(path, '/', sizeof(path) - 1);
	path[sizeof(path) - 1] = '\0';
	assert_int_equal(status_keys[0].parse(&status, path, &err), -1);
	assert_int_equal(status_keys[0].parse(&status, path + 1, &err), 0);
	assert_string_equal(status.path, path + 1);
	assert_int_equal(status_keys[1].parse(&status, "lb.example:80", &err), -1);
	assert_int_equal(status_keys[1].parse(&status, "", &err), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(the_status_stays_in_the_file),
		cmocka_unit_test(where_to_listen_is_parsed),
	};

	return cmocka_run_group_tests_name("config_status", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what configuration files say about announcements. config_test.c has their errors. */
#include <stdlib.h>

#include "config_diff.h"
#include "loaded.h"

#define V1 "version: 1\n"

/* They stay in the file when an export completes the kernel's configuration, and are written as
 * they are read.
 */
static void announcements_are_of_the_file_only(void **state)
{
	static const char text[] =
		V1 "checks:\n"
		"- name: ping\n"
		"  type: icmp\n"
		"announce:\n"
		"  table: 99\n"
		"  settle: 0.5\n"
		"  on-stop: keep\n"
		"services:\n"
		"- match: tcp 192.0.2.1:80\n"
		"  checks: [ping]\n"
		"  announce: no\n"
		"  withdraw-below: 50%\n"
		"- match: tcp 192.0.2.1:81\n"
		"  announce: yes\n"
		"  withdraw-below: off\n"
		"devices: []\n";
	struct list changes = LIST_OF(struct config_change);
	struct loaded loaded, running;
	const struct config_announce *announce;
	char *written;
	size_t size;
	FILE *memory;

	(void)state;
	load(&loaded, text);
	assert_int_equal(loaded.ret, 0);
	announce = &loaded.config.announce;
	assert_true(announce->given);
	assert_int_equal(announce->table, 99);
	assert_int_equal(announce->protocol, 173);
	assert_int_equal(announce->settle, 500);
	assert_int_equal(announce->metric_draining, 300);
	assert_int_equal(announce->on_stop, ON_STOP_KEEP);
	load(&running, V1 "services: [{match: tcp 192.0.2.1:80}, {match: tcp 192.0.2.1:81}]\n");
	config_diff(NULL, &loaded.config, &running.config, true, &changes);
	assert_int_equal(changes.n, 0);
	list_free(&changes);
	config_complete(&running.config, &loaded.config);
	running.config.has_devices = true;
	memory = open_memstream(&written, &size);
	config_write(&running.config, memory);
	fclose(memory);
	assert_string_equal(written, text);
	free(written);
	unload(&running);
	unload(&loaded);
}

static void services_with_checks_announce_their_vips(void **state)
{
	static const char text[] =
		V1 "announce:\n"
		"checks: [{name: ping, type: icmp}]\n"
		"services:\n"
		"- {match: tcp 192.0.2.1:80, checks: ping, fail-open-below: 2}\n"
		"- match: tcp 192.0.2.1:81\n"
		"  backends: [{address: 10.0.0.1, checks: ping}]\n"
		"  withdraw-below: 5\n"
		"- {match: tcp 192.0.2.1:82, fail-open-below: off}\n"
		"- {match: tcp 192.0.2.1:83, announce: yes}\n"
		"- {match: tcp 192.0.2.1:84, announce: no, checks: ping}\n"
		"- {match: mark 7, checks: ping}\n";
	static const bool announces[] = { true, true, false, true, false, false };
	static const __u32 below[] = { 2, 5, 1, 1, 1, 1 };
	const struct config_service *service;
	struct loaded loaded;
	size_t i;

	(void)state;
	load(&loaded, text);
	assert_int_equal(loaded.ret, 0);
	for (i = 0; i < 6; i++) {
		service = config_service(&loaded.config, i);
		assert_int_equal(config_announces(&loaded.config, service), announces[i]);
		assert_int_equal(config_withdraw_below(service), below[i]);
	}
	loaded.config.announce.given = false;
	assert_false(config_announces(&loaded.config, config_service(&loaded.config, 0)));
	unload(&loaded);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(announcements_are_of_the_file_only),
		cmocka_unit_test(services_with_checks_announce_their_vips),
	};

	return cmocka_run_group_tests_name("announce_config", tests, NULL, NULL);
}

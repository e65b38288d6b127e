// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of dsrd's loop from a file to the kernel, with real sockets on the loopback device and a
 * fake kernel. The servers are in the same loop.
 */
#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "dsrd/brake.h"
#include "dsrd/journal.h"
#include "dsrd/kernel.h"
#include "dsrd/registry.h"
#include "unit.h"
#include "yaml_file.h"

#define SERVERS 3
#define PATIENCE 60.0

/* What the fake kernel has. */
static struct {
	__u8 health[SERVERS];
	unsigned int told;
	bool refuses;
} kernel;

/* TCP servers on 127.0.0.1, .2 and .3, at the same port. */
static ev_io servers[SERVERS];
static __u16 port;
static struct ev_loop *loop;
static const char page[] = "HTTP/1.0 200 OK\r\nContent-Length: 5\r\n\r\nhello";

void kernel_tell(struct kernel_change *changes, size_t n)
{
	size_t i;

	for (i = 0; i < n; i++) {
		changes[i].refused = kernel.refuses;
		if (kernel.refuses)
			continue;
		kernel.health[changes[i].addr.bytes[3] - 1] = changes[i].health;
		kernel.told++;
	}
}

static void on_client(struct ev_loop *self, ev_io *io, int events)
{
	int fd = accept4(io->fd, NULL, NULL, SOCK_CLOEXEC);
	char request[1024];

	(void)self;
	(void)events;
	assert_true(fd >= 0);
	/* A client of HTTP sends before it expects something. */
	if (recv(fd, request, sizeof(request), MSG_DONTWAIT) > 0 || errno == EAGAIN)
		send(fd, page, sizeof(page) - 1, MSG_NOSIGNAL);
	shutdown(fd, SHUT_WR);
	close(fd);
}

static void start_server(int i)
{
	struct sockaddr_in address = {
		.sin_family = AF_INET, .sin_port = htons(port),
		.sin_addr.s_addr = htonl(INADDR_LOOPBACK + i)
	};
	socklen_t size = sizeof(address);
	int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0), one = 1;

	setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &one, sizeof(one));
	assert_int_equal(bind(fd, (struct sockaddr *)&address, sizeof(address)), 0);
	assert_int_equal(listen(fd, 64), 0);
	getsockname(fd, (struct sockaddr *)&address, &size);
	port = ntohs(address.sin_port);
	ev_io_init(&servers[i], on_client, fd, EV_READ);
	ev_io_start(loop, &servers[i]);
}

static void stop_server(int i)
{
	ev_io_stop(loop, &servers[i]);
	close(servers[i].fd);
}

#define SERVICES \
	"services:\n" \
	"  - match: tcp 192.0.2.1:%u\n" \
	"    checks: c\n" \
	"    backends: [{address: 127.0.0.1}, {address: 127.0.0.2}, {address: 127.0.0.3}]\n"

static struct config config;

/* Take a file with this text, and the fake kernel. Services have the port of the servers. */
static void take(const char *text)
{
	char path[] = "/tmp/registry_test_XXXXXX", all[2048], vip[32];
	struct running running;
	struct dsr_backend *backend;
	struct yaml_file file;
	struct report report;
	struct dsr_error err = { 0 };
	size_t i;

	snprintf(all, sizeof(all), "version: 1\nchecks: [%s]\n" SERVICES, text, port);
	make_file(path, all);
	config_free(&config);
	report_init(&report, path);
	config_init(&config);
	if (config_load(&config, &file, path, &report))
		report_print(&report, false, stderr);
	assert_int_equal(report_n(&report), 0);
	yaml_file_free(&file);
	report_free(&report);
	unlink(path);
	snprintf(vip, sizeof(vip), "192.0.2.1:%u", port);
	running_init(&running);
	*(struct dsr_service *)list_new(&running.services) = (struct dsr_service){ 0 };
	for (i = 0; i < SERVERS; i++) {
		backend = list_new(&running.backends);
		*backend = (struct dsr_backend){ .conf.health = kernel.health[i] };
		backend->service.protocol = IPPROTO_TCP;
		assert_int_equal(addr_parse_key(vip, &backend->service, &err), 0);
		backend->addr = (struct dsr_addr){ AF_INET, { 127, 0, 0, i + 1 } };
	}
	registry_rebuild(&config, &running);
	running_free(&running);
}

static void on_end(struct ev_loop *self, ev_timer *timer, int events)
{
	(void)timer;
	(void)events;
	ev_break(self, EVBREAK_ALL);
}

/* Run the loop until the function returns true. */
static void run_until(bool (*is_so)(void))
{
	ev_tstamp end = ev_time() + PATIENCE;
	ev_timer timer;

	while (!is_so()) {
		if (ev_time() > end)
			fail_msg("waited in vain");
		ev_timer_init(&timer, on_end, 0.02, 0);
		ev_timer_start(loop, &timer);
		ev_run(loop, 0);
		ev_timer_stop(loop, &timer);
	}
}

static const struct member_filter all = { 0 };
static __u64 since;

static bool all_have_run(void)
{
	return registry_is_done(&all, since);
}

/* Have each probe get so many more results. */
static void run(int times)
{
	while (times--) {
		since = clock_now();
		registry_run(&all);
		run_until(all_have_run);
	}
}

static const char *journal(void)
{
	static const struct out_column *const none[] = { NULL };
	static char *text;
	size_t size;
	FILE *file;
	struct out *out;

	free(text);
	file = open_memstream(&text, &size);
	out = out_open(file, OUT_JSON, false, none, 0);
	journal_print(out);
	registry_print(out, &all);
	registry_print_probes(out, &all);
	out_close(out);
	fclose(file);
	return text;
}

#define CHECKS(options) \
	"{name: c, type: " options ", fall: 2, interval: 60, fast-interval: 60}"

static int set_up(void **state)
{
	struct dsr_error err = { 0 };
	int i;

	(void)state;
	loop = ev_default_loop(EVFLAG_NOENV);
	memset(&kernel, 0, sizeof(kernel));
	port = 0;
	for (i = 0; i < SERVERS; i++)
		start_server(i);
	assert_int_equal(attempt_init(loop, &err), 0);
	config_init(&config);
	registry_init(loop);
	return 0;
}

static int tear_down(void **state)
{
	int i;

	(void)state;
	registry_exit();
	attempt_exit();
	config_free(&config);
	config_init(&config);
	for (i = 0; i < SERVERS; i++)
		stop_server(i);
	return 0;
}

static bool is_down_1(void)
{
	return kernel.health[0] == NF_DSR_HEALTH_DOWN;
}

static bool is_up_1(void)
{
	return kernel.health[0] == NF_DSR_HEALTH_UP;
}

/* Let one server go and come back. */
static void one_goes_and_comes(const char *text)
{
	take(text);
	run(2);
	assert_int_equal(kernel.told, 0);
	stop_server(0);
	run(1);
	assert_int_equal(kernel.told, 0);
	run(1);
	run_until(is_down_1);
	assert_int_equal(kernel.told, 1);
	start_server(0);
	run(1);
	assert_int_equal(kernel.told, 1);
	run(1);
	run_until(is_up_1);
	assert_int_equal(kernel.told, 2);
	assert_non_null(strstr(journal(), "\"event\":\"down\""));
}

static void tcp_finds_what_goes_and_comes(void **state)
{
	(void)state;
	one_goes_and_comes(CHECKS("tcp"));
}

static void http_does_too(void **state)
{
	(void)state;
	one_goes_and_comes(CHECKS("http, expect: hello"));
}

static void programs_do_too(void **state)
{
	(void)state;
	take(CHECKS("exec, command: /bin/true"));
	run(2);
	assert_int_equal(kernel.told, 0);
	assert_non_null(strstr(journal(), "status 0"));
	take(CHECKS("exec, command: /bin/false"));
	run(1);
	assert_non_null(strstr(journal(), "status 1"));
}

static void what_the_kernel_has_is_adopted(void **state)
{
	(void)state;
	kernel.health[1] = NF_DSR_HEALTH_DOWN;
	stop_server(1);
	take(CHECKS("tcp"));
	assert_int_equal(member_verdict(registry_member(1)), VERDICT_DOWN);
	run(3);
	assert_int_equal(kernel.told, 0);
	start_server(1);
}

/* The same checks keep their state, and others begin with that of the kernel. */
static void a_reload_keeps_what_did_not_change(void **state)
{
	const struct probe *probe;

	(void)state;
	take(CHECKS("tcp"));
	run(1);
	probe = registry_member(0)->links[0].probe;
	take(CHECKS("tcp"));
	assert_ptr_equal(registry_member(0)->links[0].probe, probe);
	assert_int_equal(probe->health.good, 1);
	take(CHECKS("tcp, rise: 5"));
	assert_int_equal(registry_member(0)->links[0].probe->health.good, 0);
}

static struct dsr_backend changed_by_hand(__u8 health)
{
	struct dsr_backend backend = {
		.service = registry_member(0)->service, .addr = registry_member(0)->addr,
		.conf.health = health
	};

	kernel.health[0] = health;
	return backend;
}

static void a_health_that_another_program_sets_is_corrected(void **state)
{
	struct dsr_backend backend;

	(void)state;
	take(CHECKS("tcp"));
	run(2);
	backend = changed_by_hand(NF_DSR_HEALTH_DOWN);
	assert_true(registry_on_backend(&backend));
	run(1);
	run_until(is_up_1);
	backend.addr.bytes[3] = 99;
	assert_false(registry_on_backend(&backend));
}

static void what_is_paused_stays_as_it_is(void **state)
{
	(void)state;
	take(CHECKS("tcp"));
	assert_int_equal(registry_pause(&all, true), SERVERS);
	stop_server(0);
	run(3);
	assert_int_equal(kernel.told, 0);
	registry_pause(&all, false);
	run(1);
	run_until(is_down_1);
	start_server(0);
}

static bool is_braked(void)
{
	return registry_is_braked();
}

static bool is_free(void)
{
	return !registry_is_braked();
}

/* What was told before the brake was engaged is taken back. */
static void a_mass_failure_changes_nothing(void **state)
{
	int i;

	(void)state;
	take(CHECKS("tcp"));
	run(2);
	stop_server(0);
	run(2);
	run_until(is_down_1);
	stop_server(1);
	run(1);
	run_until(is_braked);
	run_until(is_up_1);
	stop_server(2);
	run(3);
	for (i = 0; i < SERVERS; i++)
		assert_int_equal(kernel.health[i], NF_DSR_HEALTH_UP);
	assert_non_null(strstr(journal(), "\"hold\":\"brake\""));
	for (i = 0; i < SERVERS; i++)
		start_server(i);
	run(2);
	run_until(is_free);
	assert_int_equal(kernel.told, 2);
}

static void a_refusal_is_logged_and_repeated(void **state)
{
	(void)state;
	take(CHECKS("tcp"));
	kernel.refuses = true;
	stop_server(0);
	run(3);
	assert_int_equal(kernel.told, 0);
	kernel.refuses = false;
	run(1);
	run_until(is_down_1);
	assert_non_null(strstr(journal(), "\"event\":\"refused\""));
	start_server(0);
}

static const struct tally_counts *counts(void)
{
	return &registry_member(0)->tally->of[false];
}

/* Return the number of results that were counted. */
static unsigned int results(void)
{
	unsigned int i, sum = 0;

	for (i = 0; i <= TALLY_BOUNDS; i++)
		sum += counts()->buckets[i];
	return sum;
}

/* Fail by one server that is gone, and by one whose answer is wrong. */
static void check_counts(const char *good, const char *wrong)
{
	take(good);
	assert_true(counts()->used);
	assert_false(registry_member(0)->tally->of[true].used);
	run(1);
	assert_int_equal(results(), SERVERS);
	assert_true(counts()->last_success > 0);
	stop_server(0);
	run(2);
	assert_int_equal(results(), 3 * SERVERS);
	assert_int_equal(counts()->failures[CAUSE_REFUSED], 2);
	assert_int_equal(counts()->transitions, 1);
	start_server(0);
	take(wrong);
	run(1);
	assert_int_equal(results(), 4 * SERVERS);
	assert_int_equal(counts()->failures[CAUSE_ANSWER], SERVERS);
}

static void results_of_tcp_are_counted(void **state)
{
	(void)state;
	check_counts(CHECKS("tcp"), CHECKS("tcp, send: x, expect: nothing"));
}

static void results_of_http_are_counted(void **state)
{
	(void)state;
	check_counts(CHECKS("http"), CHECKS("http, status: 404"));
	take(CHECKS("https"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_TLS], SERVERS);
}

static void results_of_others_are_counted(void **state)
{
	(void)state;
	take(CHECKS("tls"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_TLS], SERVERS);
	take(CHECKS("exec, command: /bin/false"));
	run(1);
	assert_int_equal(counts()->failures[CAUSE_PROGRAM], SERVERS);
	take(CHECKS("udp, send: x, timeout: 0.1, tries: 1"));
	stop_server(0);
	run(1);
	assert_int_equal(counts()->failures[CAUSE_REFUSED], SERVERS);
	start_server(0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(tcp_finds_what_goes_and_comes, set_up, tear_down),
		cmocka_unit_test_setup_teardown(results_of_tcp_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(results_of_http_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(results_of_others_are_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(http_does_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(programs_do_too, set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_the_kernel_has_is_adopted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_reload_keeps_what_did_not_change, set_up,
						tear_down),
		cmocka_unit_test_setup_teardown(a_health_that_another_program_sets_is_corrected,
						set_up, tear_down),
		cmocka_unit_test_setup_teardown(what_is_paused_stays_as_it_is, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_mass_failure_changes_nothing, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_refusal_is_logged_and_repeated, set_up,
						tear_down),
	};

	return cmocka_run_group_tests_name("registry", tests, NULL, NULL);
}

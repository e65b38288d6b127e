// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of dsrd's VIPs, from a file and a kernel to routes. Kernel, routes, checks and clock are
 * fake. The routes log what is done to them.
 */
#include <linux/nf_dsr.h>
#include <netinet/in.h>
#include <stdlib.h>
#include <string.h>

#include "dsrd/journal.h"
#include "dsrd/registry.h"
#include "dsrd/route.h"
#include "dsrd/vips.h"
#include "loaded.h"
#include "metrics.h"

#define SECOND 1000000000ULL

static __u64 now;

__u64 clock_now(void)
{
	return now;
}

void clock_wait_until(__u64 time)
{
	(void)time;
	fail();
}

const char *clock_format(enum clock_form form, char *text, size_t size)
{
	(void)form;
	snprintf(text, size, "now");
	return text;
}

/* The fake checks: one member for each of the first backends. */
static struct member members[4];
static struct probe probe, silent;
static size_t n_members;
static bool braked;

size_t registry_n_members(void)
{
	return n_members;
}

struct member *registry_member(size_t i)
{
	return &members[i];
}

bool registry_is_braked(void)
{
	return braked;
}

enum verdict member_verdict(const struct member *member)
{
	return member->links[0].probe->finished ? VERDICT_UP : VERDICT_UNKNOWN;
}

/* The fake routes. */
static struct fake_route {
	struct route route;
	__u32 table;
} routes[16];

static size_t n_routes;
static char routes_log[1024];
static const struct route_events *route_events;
static struct config_announce route_conf;
static bool refuses;

int route_init(struct ev_loop *loop, const struct route_events *events, struct dsr_error *err)
{
	(void)loop;
	(void)err;
	route_events = events;
	return 0;
}

void route_exit(void)
{
}

int route_use(const struct config_announce *conf, struct dsr_error *err)
{
	(void)err;
	route_conf = *conf;
	return 0;
}

int route_read(void (*call)(const struct route *route), struct dsr_error *err)
{
	size_t i;

	(void)err;
	for (i = 0; i < n_routes; i++)
		if (routes[i].table == route_conf.table)
			call(&routes[i].route);
	return 0;
}

static struct fake_route *find_route(const struct dsr_prefix *vip, __u32 metric)
{
	size_t i;

	for (i = 0; i < n_routes; i++)
		if (addr_equal(&routes[i].route.vip.addr, &vip->addr) &&
		    routes[i].route.metric == metric && routes[i].table == route_conf.table)
			return &routes[i];
	return NULL;
}

static void log_route(char sign, const struct dsr_prefix *vip, __u32 metric)
{
	char text[ADDR_TEXT];
	size_t used = strlen(routes_log);

	snprintf(routes_log + used, sizeof(routes_log) - used, "%s%c%s %u", used ? ", " : "", sign,
		 addr_format_prefix(vip, text, sizeof(text)), metric);
}

static void put_route(const char *vip, __u32 metric)
{
	struct fake_route *route = &routes[n_routes++];
	struct dsr_error err = { 0 };

	*route = (struct fake_route){ { .metric = metric, .right = true }, 173 };
	assert_int_equal(addr_parse_prefix(vip, &route->route.vip, &err), 0);
}

int route_add(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err)
{
	struct fake_route *route = find_route(vip, metric);

	if (refuses)
		return error_refused(err, "refused");
	log_route('+', vip, metric);
	if (!route)
		route = &routes[n_routes++];
	*route = (struct fake_route){ { *vip, metric, true }, route_conf.table };
	return 0;
}

int route_delete(const struct dsr_prefix *vip, __u32 metric, struct dsr_error *err)
{
	struct fake_route *route = find_route(vip, metric);

	if (refuses)
		return error_refused(err, "refused");
	log_route('-', vip, metric);
	if (route)
		*route = routes[--n_routes];
	return 0;
}

/* Assert what was done to routes since the last call. */
static void assert_routes(const char *expected)
{
	assert_string_equal(routes_log, expected);
	*routes_log = '\0';
}

static size_t journal_seen;

/* Compare the entries since the last call. */
static void assert_journal(const char *expected)
{
	const struct journal_entry *entry;
	char text[4096] = "";
	size_t i, used = 0;

	for (i = journal_n() - journal_seen; i-- > 0;) {
		entry = journal_at(i);
		assert_string_equal(entry->backend, "");
		used += snprintf(text + used, sizeof(text) - used, "%s %s: %s\n",
				 *entry->service ? entry->service : "-", entry->event,
				 entry->reason);
	}
	assert_string_equal(text, expected);
	journal_seen = journal_n();
}

static struct config config;
static struct running running;

/* Give the fake kernel what the file has, all healthy. */
static void apply(void)
{
	const struct config_service *service;
	struct dsr_backend *backend;
	size_t i, j;

	running_free(&running);
	running_init(&running);
	for (i = 0; i < config.services.n; i++) {
		service = config_service(&config, i);
		*(struct dsr_service *)list_new(&running.services) =
			(struct dsr_service){ .key = service->key };
		for (j = 0; j < service->n_backends; j++) {
			backend = list_new(&running.backends);
			*backend = (struct dsr_backend){
				.service = service->key,
				.addr = config_backend(&config, service->first_backend + j)->addr,
				.conf = { .weight = 1, .health = NF_DSR_HEALTH_UP },
			};
		}
	}
}

static struct dsr_backend *backend_at(size_t i)
{
	return (struct dsr_backend *)list_at(&running.backends, i);
}

static void take(void)
{
	vips_rebuild(&config, &running);
}

static void after(double seconds)
{
	now += seconds * SECOND;
	vips_update();
}

static void set_health(size_t i, __u8 health)
{
	backend_at(i)->conf.health = health;
	assert_true(vips_on_backend(backend_at(i)));
	vips_update();
}

static void print(struct out *out)
{
	vips_print(out, NULL);
}

static const char *shown(void)
{
	return printed(print);
}

static void assert_metric(const char *sample)
{
	struct text text = { 0 };
	const struct metrics metrics = { .text = &text };

	vips_write(&metrics);
	if (!strstr(text.bytes, sample))
		fail_msg("%s", text.bytes);
	text_free(&text);
}

static void assert_shows(const char *part)
{
	if (!strstr(shown(), part))
		fail_msg("%s lacks %s", shown(), part);
}

#define FILE_OF(announce, service) \
	"version: 1\n" \
	"announce: {" announce "}\n" \
	"checks: [{name: c, type: icmp}]\n" \
	"services:\n" \
	"  - match: tcp 192.0.2.1:80\n" \
	"    name: shop\n" \
	"    checks: c\n" \
	"    backends: [{address: 10.0.0.1}, {address: 10.0.0.2}, {address: 10.0.0.3}]\n" \
	service

static int set_up(void **state)
{
	(void)state;
	now = SECOND;
	n_routes = 0;
	n_members = 0;
	braked = false;
	refuses = false;
	*routes_log = '\0';
	journal_seen = journal_n();
	config_init(&config);
	running_init(&running);
	vips_init(ev_default_loop(EVFLAG_NOENV));
	load_config(&config, FILE_OF("", ""));
	apply();
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	vips_exit();
	running_free(&running);
	config_free(&config);
	return 0;
}

/* Have a VIP announced, and forget how. */
static void announce(void)
{
	take();
	after(10);
	*routes_log = '\0';
	journal_seen = journal_n();
}

#define TOO_FEW(share) "shop has " share " healthy backends, withdraw-below is 1\n"

static void health_has_its_route(void **state)
{
	(void)state;
	take();
	after(9);
	assert_routes("");
	after(1);
	assert_routes("+192.0.2.1 100");
	set_health(0, NF_DSR_HEALTH_DOWN);
	assert_routes("+192.0.2.1 200, -192.0.2.1 100");
	set_health(1, NF_DSR_HEALTH_DOWN);
	assert_routes("");
	set_health(2, NF_DSR_HEALTH_DOWN);
	assert_routes("-192.0.2.1 200");
	set_health(2, NF_DSR_HEALTH_UP);
	after(10);
	assert_routes("+192.0.2.1 200");
	assert_journal("192.0.2.1 announced: all backends are healthy\n"
		       "192.0.2.1 degraded: shop has 2 of 3 healthy backends\n"
		       "192.0.2.1 withdrawn: " TOO_FEW("0 of 3")
		       "192.0.2.1 degraded: shop has 1 of 3 healthy backends\n");
	assert_shows("\"state\":\"degraded\",\"metric\":200,\"since\":0");
	assert_shows("\"reason\":\"shop has 1 of 3 healthy backends\"");
	assert_metric("nf_dsr_service_announced{service=\"shop\"} 1\n");
}

/* One that is drained or has no weight is not missing. */
static void backends_out_of_service_do_not_count(void **state)
{
	(void)state;
	announce();
	backend_at(0)->conf.state = NF_DSR_BACKEND_STATE_DRAIN;
	set_health(0, NF_DSR_HEALTH_DOWN);
	backend_at(1)->conf.weight = 0;
	set_health(1, NF_DSR_HEALTH_DOWN);
	assert_routes("");
	backend_at(2)->conf.state = NF_DSR_BACKEND_STATE_DRAIN;
	set_health(2, NF_DSR_HEALTH_UP);
	assert_routes("-192.0.2.1 100");
	assert_journal("192.0.2.1 withdrawn: " TOO_FEW("0 of 0"));
}

#define OTHERS \
	"  - match: udp 192.0.2.1:53\n" \
	"    checks: c\n" \
	"    withdraw-below: 2\n" \
	"    backends: [{address: 10.0.0.1}, {address: 10.0.0.2}]\n" \
	"  - match: udp 192.0.2.1:69\n" \
	"    backends: [{address: 10.0.0.9}]\n" \
	"  - match: mark 7\n" \
	"    checks: c\n" \
	"    backends: [{address: 10.0.0.1}]\n" \
	"  - match: any 2001:db8::/64\n" \
	"    announce: yes\n" \
	"    backends: [{address: 10.0.0.9}]\n"

static void each_service_of_a_vip_has_a_say(void **state)
{
	(void)state;
	load_config(&config, FILE_OF("", OTHERS));
	apply();
	take();
	after(10);
	assert_routes("+192.0.2.1 100, +2001:db8::/64 100");
	/* Without checks it has no say. */
	backend_at(5)->conf.health = NF_DSR_HEALTH_DOWN;
	assert_true(vips_on_backend(backend_at(5)));
	vips_update();
	assert_routes("");
	set_health(3, NF_DSR_HEALTH_DOWN);
	assert_routes("-192.0.2.1 100");
	journal_seen = journal_n();
	set_health(3, NF_DSR_HEALTH_UP);
	after(10);
	assert_routes("+192.0.2.1 100");
	/* But one that says so has. */
	set_health(7, NF_DSR_HEALTH_DOWN);
	assert_routes("-2001:db8::/64 100");
}

static void a_new_backend_is_not_known(void **state)
{
	struct dsr_backend backend = { 0 };

	(void)state;
	announce();
	backend = *backend_at(0);
	backend.addr.bytes[3] = 9;
	assert_false(vips_on_backend(&backend));
	backend.service.port = 81;
	backend.service.port_end = 81;
	assert_true(vips_on_backend(&backend));
}

/* A VIP waits for all checks, and those that were made before. */
static void checks_decide_first(void **state)
{
	(void)state;
	n_members = 3;
	memset(members, 0, sizeof(members));
	memset(&probe, 0, sizeof(probe));
	members[0].service = config_service(&config, 0)->key;
	members[0].links[0].probe = &probe;
	members[0].n_links = 1;
	members[1] = members[0];
	members[2] = members[0];
	take();
	after(100);
	assert_routes("");
	assert_shows("\"unknown\"");
	/* One that is paused is not waited for. */
	members[2].links[0].probe = &silent;
	members[2].paused = true;
	probe.finished = now;
	after(0);
	assert_shows("\"settling\"");
	after(10);
	assert_routes("+192.0.2.1 100");
}

static void right_routes_are_left_alone(void **state)
{
	(void)state;
	put_route("192.0.2.1", 100);
	take();
	after(0);
	after(100);
	assert_routes("");
	assert_journal("192.0.2.1 adopted: a route with metric 100 was there\n");
}

/* A crash may leave two routes. */
static void others_are_corrected(void **state)
{
	(void)state;
	put_route("192.0.2.1", 300);
	put_route("192.0.2.1", 100);
	put_route("192.0.2.1", 100);
	n_routes--;
	routes[1].route.right = false;
	take();
	assert_routes("-192.0.2.1 300, +192.0.2.1 100");
}

static void a_metric_of_another_file_is_changed(void **state)
{
	(void)state;
	put_route("192.0.2.1", 55);
	take();
	assert_routes("+192.0.2.1 100, -192.0.2.1 55");
}

static void what_no_file_has_leaves_later(void **state)
{
	(void)state;
	put_route("192.0.1.1", 200);
	put_route("2001:db8::1", 300);
	take();
	after(9);
	assert_routes("");
	after(1);
	assert_routes("+192.0.1.1 300, -192.0.1.1 200, +192.0.2.1 100");
	after(10);
	assert_routes("-192.0.1.1 300, -2001:db8::1 300");
	assert_int_equal(n_routes, 1);
	assert_null(strstr(shown(), "192.0.1.1"));
}

/* dsrd may start before the kernel has its configuration. */
static void a_kernel_without_services_is_waited_for(void **state)
{
	(void)state;
	put_route("192.0.2.1", 100);
	running_free(&running);
	running_init(&running);
	take();
	after(9);
	assert_routes("");
	apply();
	take();
	after(100);
	assert_routes("");
	running_free(&running);
	running_init(&running);
	take();
	assert_routes("-192.0.2.1 100");
	assert_journal("192.0.2.1 adopted: a route with metric 100 was there\n"
		       "192.0.2.1 withdrawn: shop is not in the kernel\n");
}

static void a_route_that_is_deleted_comes_back(void **state)
{
	struct route route;

	(void)state;
	announce();
	route = routes[0].route;
	n_routes = 0;
	route_events->deleted(&route);
	assert_routes("+192.0.2.1 100");
	assert_journal("192.0.2.1 restored: another program has deleted its route\n");
	/* One that is not wanted any more does not. */
	route.metric = 200;
	route_events->deleted(&route);
	assert_routes("");
	n_routes = 0;
	route_events->lost();
	assert_routes("+192.0.2.1 100");
}

static void a_refused_route_is_tried_again(void **state)
{
	(void)state;
	refuses = true;
	take();
	after(10);
	after(1);
	assert_routes("");
	refuses = false;
	after(1);
	assert_routes("+192.0.2.1 100");
	assert_journal("192.0.2.1 announced: all backends are healthy\n"
		       "- route: refused\n");
}

static void a_reload_changes_only_what_differs(void **state)
{
	(void)state;
	announce();
	take();
	assert_routes("");
	load_config(&config, FILE_OF("metric: 50", ""));
	take();
	assert_routes("+192.0.2.1 50, -192.0.2.1 100");
	load_config(&config, FILE_OF("metric: 50, table: 99", ""));
	take();
	assert_routes("+192.0.2.1 50, -192.0.2.1 50");
	assert_int_equal(n_routes, 1);
	assert_int_equal(routes[0].table, 99);
	assert_journal("");
	/* A service more or less. */
	load_config(&config, FILE_OF("metric: 50, table: 99", OTHERS));
	apply();
	take();
	after(10);
	assert_routes("+2001:db8::/64 50");
	load_config(&config, FILE_OF("metric: 50, table: 99", ""));
	take();
	assert_routes("+2001:db8::/64 300, -2001:db8::/64 50");
	after(10);
	assert_routes("-2001:db8::/64 300");
	journal_seen = journal_n();
	load_config(&config, "version: 1\n");
	take();
	after(10);
	assert_routes("+192.0.2.1 300, -192.0.2.1 50, -192.0.2.1 300");
	assert_journal("192.0.2.1 draining: no service announces it any more\n"
		       "192.0.2.1 withdrawn: no service announces it any more\n");
}

/* With two of three it would be announced, had it not had too few. */
static void a_reload_does_not_forget_what_was_too_few(void **state)
{
	(void)state;
	load_config(&config, FILE_OF("", "    withdraw-below: 2\n"));
	announce();
	set_health(0, NF_DSR_HEALTH_DOWN);
	set_health(1, NF_DSR_HEALTH_DOWN);
	assert_routes("+192.0.2.1 200, -192.0.2.1 100, -192.0.2.1 200");
	set_health(1, NF_DSR_HEALTH_UP);
	take();
	after(100);
	assert_routes("");
	set_health(0, NF_DSR_HEALTH_UP);
	after(10);
	assert_routes("+192.0.2.1 100");
}

static void the_brake_withdraws_nothing(void **state)
{
	int i;

	(void)state;
	announce();
	braked = true;
	for (i = 0; i < 3; i++)
		set_health(i, NF_DSR_HEALTH_DOWN);
	after(1000);
	assert_routes("");
	braked = false;
	after(0);
	assert_routes("-192.0.2.1 100");
}

static void an_operator_drains_and_resumes(void **state)
{
	struct dsr_key key = { .addr = { AF_INET, { 192, 0, 2, 1 } }, .prefix_len = 32 };

	(void)state;
	announce();
	assert_true(vips_has(&key));
	vips_drain(&key, true);
	assert_routes("+192.0.2.1 300, -192.0.2.1 100");
	take();
	assert_routes("");
	after(10);
	assert_routes("-192.0.2.1 300");
	take();
	after(100);
	assert_routes("");
	assert_shows("\"withdrawn\"");
	vips_drain(&key, false);
	assert_routes("+192.0.2.1 100");
	assert_journal("192.0.2.1 draining: by a command\n"
		       "192.0.2.1 withdrawn: by a command\n"
		       "192.0.2.1 announced: all backends are healthy\n");
	key.addr.bytes[3] = 2;
	assert_false(vips_has(&key));
	/* All means those to come, too. */
	vips_drain(NULL, true);
	after(10);
	load_config(&config, FILE_OF("", OTHERS));
	apply();
	take();
	*routes_log = '\0';
	after(100);
	assert_routes("");
	vips_drain(NULL, false);
	assert_routes("+192.0.2.1 100, +2001:db8::/64 100");
}

static int times_ended;

static void on_end(void)
{
	times_ended++;
}

static void the_end_is_in_order(void **state)
{
	(void)state;
	times_ended = 0;
	assert_false(vips_stop(on_end));
	announce();
	assert_true(vips_stop(on_end));
	after(0);
	assert_routes("+192.0.2.1 300, -192.0.2.1 100");
	take();
	after(9);
	assert_int_equal(times_ended, 0);
	after(1);
	assert_routes("-192.0.2.1 300");
	assert_int_equal(times_ended, 1);
	assert_journal("192.0.2.1 draining: dsrd ends\n192.0.2.1 withdrawn: dsrd ends\n");
}

static void the_end_may_be_at_once_or_keep_all(void **state)
{
	(void)state;
	load_config(&config, FILE_OF("on-stop: keep", ""));
	announce();
	assert_false(vips_stop(on_end));
	vips_stop_now();
	assert_routes("");
	load_config(&config, FILE_OF("", ""));
	take();
	assert_true(vips_stop(on_end));
	vips_stop_now();
	assert_routes("-192.0.2.1 100");
}

int main(void)
{
#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)
	const struct CMUnitTest tests[] = {
		TEST(health_has_its_route),
		TEST(backends_out_of_service_do_not_count),
		TEST(each_service_of_a_vip_has_a_say),
		TEST(a_new_backend_is_not_known),
		TEST(checks_decide_first),
		TEST(right_routes_are_left_alone),
		TEST(others_are_corrected),
		TEST(a_metric_of_another_file_is_changed),
		TEST(what_no_file_has_leaves_later),
		TEST(a_kernel_without_services_is_waited_for),
		TEST(a_route_that_is_deleted_comes_back),
		TEST(a_refused_route_is_tried_again),
		TEST(a_reload_changes_only_what_differs),
		TEST(a_reload_does_not_forget_what_was_too_few),
		TEST(the_brake_withdraws_nothing),
		TEST(an_operator_drains_and_resumes),
		TEST(the_end_is_in_order),
		TEST(the_end_may_be_at_once_or_keep_all),
	};

	return cmocka_run_group_tests_name("vips", tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of dsrctl top: its lines, and what its keys do. */
#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>

#include "fake_clock.h"
#include "fake_nl.h"
#include "names.h"
#include "reply.h"
#include "top.h"
#include "unit.h"

#define SECOND 1000000000ULL
#define HEIGHT 18

/* A screen, and what it shows. */
struct shown {
	struct top top;
	struct snapshot before, now;
};

static struct dsr_key key_of(const char *line)
{
	return parse_args(line).key;
}

static void add_service(struct snapshot *snapshot, const char *line, size_t backends,
			struct dsr_counters counters)
{
	const struct dsr_key key = key_of(line);
	const struct dsr_conf conf = { 0 };

	rates_add(&snapshot->services, &key, NULL, &conf, &counters)->backends = backends;
}

static void add_backend(struct snapshot *snapshot, const char *line, const char *address,
			__u8 effective, __u32 weight, struct dsr_counters counters)
{
	const struct dsr_conf conf = { .weight = weight, .effective = effective };
	const struct dsr_key key = key_of(line);
	struct dsr_addr addr = { AF_INET };

	if (strchr(address, ':'))
		addr.family = AF_INET6;
	assert_int_equal(inet_pton(addr.family, address, addr.bytes), 1);
	rates_add(&snapshot->backends, &key, &addr, &conf, &counters);
}

#define WEB "service show tcp 192.0.2.80:80"
#define DNS "service show udp [2001:db8:80::80]:53"
#define IDLE "service show any 203.0.113.0/24"

static void fill(struct snapshot *snapshot, __u64 n)
{
	add_service(snapshot, WEB, 2, (struct dsr_counters){ 30 * n, 3000 * n, 1500000 * n, 1234 });
	add_service(snapshot, DNS, 2, (struct dsr_counters){ 500 * n, 500 * n, 50000 * n, 5 });
	add_service(snapshot, IDLE, 0, (struct dsr_counters){ 0 });
	add_backend(snapshot, WEB, "10.1.1.51", NF_DSR_EFFECTIVE_STATE_SERVING, 1,
		    (struct dsr_counters){ 10 * n, 1000 * n, 500000 * n, 1000 });
	add_backend(snapshot, WEB, "10.1.1.52", NF_DSR_EFFECTIVE_STATE_SERVING, 3,
		    (struct dsr_counters){ 20 * n, 2000 * n, 1000000 * n, 234 });
	add_backend(snapshot, DNS, "2001:db8:1::51", NF_DSR_EFFECTIVE_STATE_SLOW_STARTING, 1,
		    (struct dsr_counters){ 500 * n, 500 * n, 50000 * n, 1500000 });
	add_backend(snapshot, DNS, "2001:db8:1::52", NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR, 1,
		    (struct dsr_counters){ 0 });
	snapshot->services.time = n * SECOND;
	snapshot->backends.time = n * SECOND;
	snapshot->time = n * SECOND;
	rates_sort(&snapshot->services);
	rates_sort(&snapshot->backends);
}

static void add_drop(struct dsr_stats *stats, const char *name, __u64 packets)
{
	stats->drops = realloc(stats->drops, (stats->n_drops + 1) * sizeof(*stats->drops));
	stats->drops[stats->n_drops++] = (struct dsr_drop){
		strdup(name), strdup("It says so."), packets
	};
}

static void show_open(struct shown *shown)
{
	*shown = (struct shown){ .before = SNAPSHOT, .now = SNAPSHOT };
	fill(&shown->before, 1);
	fill(&shown->now, 2);
	shown->now.stats.flows = 1239;
	shown->now.stats.flows_max = 1048576;
	add_drop(&shown->before.stats, "no_backend", 5);
	add_drop(&shown->before.stats, "malformed", 0);
	add_drop(&shown->before.stats, "mtu", 0);
	add_drop(&shown->now.stats, "no_backend", 6);
	add_drop(&shown->now.stats, "malformed", 25);
	add_drop(&shown->now.stats, "mtu", 0);
	top_init(&shown->top, 2 * SECOND);
	top_update(&shown->top, &shown->before, &shown->now, "12:00:01");
}

static void show_close(struct shown *shown)
{
	top_free(&shown->top);
	snapshot_free(&shown->before);
	snapshot_free(&shown->now);
}

/* Assert all lines from the head to the last row. */
static void assert_screen(const struct top *top, size_t width, const char *expected)
{
	char text[8192] = "", line[TOP_LINE];
	size_t i;

	for (i = 0; i < TOP_HEAD + top_n_rows(top); i++) {
		if (i < TOP_HEAD)
			top_head(top, i, line, width);
		else
			top_row(top, i - TOP_HEAD, line, width);
		strcat(strcat(text, line), "\n");
		assert_true(!width || strlen(line) <= width);
	}
	assert_string_equal(text, expected);
}

/* Assert the names of the rows, separated by blanks. */
static void assert_names(const struct top *top, const char *expected)
{
	const struct top_row *row;
	char text[1024] = "";
	size_t i;

	for (i = 0; i < top->rows.n; i++) {
		row = list_at(&top->rows, i);
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? ", " : "",
			 row->name);
	}
	assert_string_equal(text, expected);
}

static void press(struct top *top, const char *keys)
{
	for (; *keys; keys++)
		top_key(top, *keys == '\n' ? TOP_KEY_ENTER : *keys, HEIGHT);
}

#define TITLES \
	"SERVICE / BACKEND           STATE         ACTIVE FLOW/S PKT/S BIT/S SHARE WEIGHT\n"
#define HEAD \
	"services 3  backends 4 (1 take no new flows)  flows 1239 of 1048576 (0%)\n" \
	"flow/s 530  pkt/s 3.50k  bit/s 12.4M  drop/s 26: malformed 25, no_backend 1.0\n" \
	"\n" TITLES
#define WEB_ROWS \
	"- tcp 192.0.2.80:80         2/2 serving     1234     30 3.00k 12.0M\n" \
	"    10.1.1.52               serving          234     20 2.00k 8.00M   67%    75%\n" \
	"    10.1.1.51               serving         1000     10 1.00k 4.00M   33%    25%\n"
#define DNS_ROWS \
	"- udp [2001:db8:80::80]:53  1/2 serving        5    500   500  400k\n" \
	"    2001:db8:1::51          slow-starting  1.50M    500   500  400k  100%   100%\n" \
	"    2001:db8:1::52          no-neighbour       0      0     0     0    0%     0%\n"
#define UNKNOWN_ROW "- any 203.0.113.0/24        0/0 serving        0      -     -     -"
#define IDLE_ROW \
	"- any 203.0.113.0/24        0/0 serving        0      0     0     0\n"

static void busiest_first(void **state)
{
	struct shown shown;

	(void)state;
	show_open(&shown);
	assert_screen(&shown.top, 80, "dsrctl top  12:00:01  every 2 s  sort flow/s\n" HEAD
		      DNS_ROWS WEB_ROWS IDLE_ROW);
	press(&shown.top, "b");
	assert_screen(&shown.top, 80, "dsrctl top  12:00:01  every 2 s  sort bit/s\n" HEAD
		      WEB_ROWS DNS_ROWS IDLE_ROW);
	show_close(&shown);
}

static void before_the_first_interval_rates_are_unknown(void **state)
{
	struct snapshot none = SNAPSHOT;
	struct shown shown;
	char line[TOP_LINE];

	(void)state;
	show_open(&shown);
	top_update(&shown.top, &none, &shown.now, "12:00:00");
	top_row(&shown.top, 0, line, 80);
	assert_string_equal(line, UNKNOWN_ROW);
	top_head(&shown.top, 2, line, 80);
	assert_string_equal(line, "flow/s -  pkt/s -  bit/s -  drop/s 0");
	show_close(&shown);
}

static void keys_sort(void **state)
{
	struct shown shown;

	(void)state;
	show_open(&shown);
	press(&shown.top, "ea");
	assert_names(&shown.top, "tcp 192.0.2.80:80, udp [2001:db8:80::80]:53, any 203.0.113.0/24");
	press(&shown.top, "n");
	assert_names(&shown.top, "any 203.0.113.0/24, tcp 192.0.2.80:80, udp [2001:db8:80::80]:53");
	press(&shown.top, "r");
	assert_names(&shown.top, "udp [2001:db8:80::80]:53, tcp 192.0.2.80:80, any 203.0.113.0/24");
	press(&shown.top, "srs");
	assert_int_equal(shown.top.sort, TOP_BY_PACKETS);
	assert_names(&shown.top, "tcp 192.0.2.80:80, udp [2001:db8:80::80]:53, any 203.0.113.0/24");
	show_close(&shown);
}

#define FIRST_FOLDED \
	"udp [2001:db8:80::80]:53, tcp 192.0.2.80:80, 10.1.1.52, 10.1.1.51, any 203.0.113.0/24"

static void keys_fold(void **state)
{
	struct shown shown;

	(void)state;
	show_open(&shown);
	/* The selected row is the service, whose backends go. */
	press(&shown.top, "\n");
	assert_names(&shown.top, FIRST_FOLDED);
	press(&shown.top, "e");
	assert_names(&shown.top, "udp [2001:db8:80::80]:53, tcp 192.0.2.80:80, any 203.0.113.0/24");
	top_key(&shown.top, TOP_KEY_DOWN, HEIGHT);
	press(&shown.top, " ");
	assert_names(&shown.top, FIRST_FOLDED);
	/* From a backend, its service is folded, and selected. */
	top_key(&shown.top, TOP_KEY_DOWN, HEIGHT);
	assert_int_equal(shown.top.selected, 2);
	press(&shown.top, " ");
	assert_int_equal(shown.top.selected, 1);
	show_close(&shown);
}

static void keys_filter(void **state)
{
	struct shown shown;
	char line[TOP_LINE];

	(void)state;
	show_open(&shown);
	press(&shown.top, "/DB8:1::52");
	top_head(&shown.top, TOP_PROMPT_LINE, line, 80);
	assert_string_equal(line, "Show names with: DB8:1::52");
	press(&shown.top, "\n");
	assert_names(&shown.top, "udp [2001:db8:80::80]:53, 2001:db8:1::52");
	top_head(&shown.top, 0, line, 80);
	assert_string_equal(strstr(line, "sort"), "sort flow/s  filter \"DB8:1::52\"");
	/* A prompt that is left changes nothing; an empty filter shows all. */
	press(&shown.top, "/tcp");
	top_key(&shown.top, TOP_KEY_ESCAPE, HEIGHT);
	assert_string_equal(shown.top.filter, "DB8:1::52");
	press(&shown.top, "/tcp");
	top_key(&shown.top, TOP_KEY_BACKSPACE, HEIGHT);
	press(&shown.top, "p\n");
	assert_names(&shown.top, "tcp 192.0.2.80:80, 10.1.1.52, 10.1.1.51");
	press(&shown.top, "/nothing\n");
	assert_names(&shown.top, "");
	press(&shown.top, "\n /\n");
	assert_int_equal(shown.top.rows.n, 7);
	show_close(&shown);
}

static void keys_change_the_interval(void **state)
{
	struct shown shown;
	char line[TOP_LINE];

	(void)state;
	show_open(&shown);
	press(&shown.top, "i0.5\n");
	assert_int_equal(shown.top.interval, SECOND / 2);
	press(&shown.top, "ix\n");
	assert_int_equal(shown.top.interval, SECOND / 2);
	top_head(&shown.top, TOP_PROMPT_LINE, line, 80);
	assert_string_equal(line, "interval \"x\": expected 0.1 to 86400 seconds");
	press(&shown.top, "q");
	assert_true(shown.top.quit);
	show_close(&shown);
}

static void drops_by_reason(void **state)
{
	struct shown shown;
	char line[TOP_LINE];

	(void)state;
	show_open(&shown);
	press(&shown.top, "d");
	assert_int_equal(top_n_rows(&shown.top), 3);
	top_row(&shown.top, 0, line, 80);
	assert_string_equal(line, "malformed                25           25  It says so.");
	top_row(&shown.top, 1, line, 80);
	assert_string_equal(line, "no_backend              1.0            6  It says so.");
	press(&shown.top, "d");
	assert_int_equal(shown.top.view, TOP_SERVICES);
	show_close(&shown);
}

static void help_fits_the_screen(void **state)
{
	struct shown shown;
	char line[TOP_LINE];
	size_t i;

	(void)state;
	show_open(&shown);
	press(&shown.top, "h");
	assert_true(top_n_rows(&shown.top) <= HEIGHT);
	for (i = 0; i < top_n_rows(&shown.top); i++) {
		top_row(&shown.top, i, line, 0);
		assert_true(strlen(line) <= 80);
	}
	top_foot(&shown.top, line, 0);
	assert_true(strlen(line) <= 80);
	top_key(&shown.top, TOP_KEY_ESCAPE, HEIGHT);
	assert_int_equal(shown.top.view, TOP_SERVICES);
	show_close(&shown);
}

static void selected_row_stays_selected_and_visible(void **state)
{
	struct shown shown;

	(void)state;
	show_open(&shown);
	top_key(&shown.top, TOP_KEY_END, 3);
	top_scroll(&shown.top, 3);
	assert_int_equal(shown.top.selected, 6);
	assert_int_equal(shown.top.first, 4);
	top_key(&shown.top, TOP_KEY_PAGE_UP, 3);
	top_scroll(&shown.top, 3);
	assert_int_equal(shown.top.selected, 3);
	assert_int_equal(shown.top.first, 3);
	/* Row 3 is the service of 192.0.2.80, which is the first one now. */
	press(&shown.top, "b");
	assert_int_equal(shown.top.selected, 0);
	top_scroll(&shown.top, 3);
	assert_int_equal(shown.top.first, 0);
	/* A taller terminal leaves no room below. */
	top_key(&shown.top, TOP_KEY_END, 3);
	top_scroll(&shown.top, 3);
	top_scroll(&shown.top, HEIGHT);
	assert_int_equal(shown.top.first, 0);
	/* Everything vanishes. */
	snapshot_move(&shown.before, &shown.now);
	top_update(&shown.top, &shown.before, &shown.now, "12:00:03");
	top_scroll(&shown.top, HEIGHT);
	assert_int_equal(shown.top.selected, 0);
	press(&shown.top, "\n");
	top_key(&shown.top, TOP_KEY_DOWN, HEIGHT);
	show_close(&shown);
}

#define CUT_ROW "- tcp [2001:db8:80:81:82:8~ 0/0 serving        0  10.0k     0     0"

static void long_names_are_cut_on_a_terminal_only(void **state)
{
	struct rates_object *object;
	struct shown shown;
	char text[TOP_LINE];

	(void)state;
	show_open(&shown);
	add_service(&shown.now, "service show tcp [2001:db8:80:81:82:83:84:85%red]:8080", 0,
		    (struct dsr_counters){ 9999 });
	object = (void *)list_at(&shown.now.services.objects, 3);
	snprintf(object->service.vrf, sizeof(object->service.vrf), "\033red");
	rates_sort(&shown.now.services);
	top_update(&shown.top, &shown.before, &shown.now, "12:00:03");
	top_row(&shown.top, 0, text, 80);
	assert_string_equal(text, CUT_ROW);
	top_row(&shown.top, 0, text, 0);
	assert_memory_equal(text, "- tcp [2001:db8:80:81:82:83:84:85%?red]:8080 0/0 serving", 56);
	show_close(&shown);
}

static void changes_between_both_lists_do_no_harm(void **state)
{
	struct shown shown;

	(void)state;
	show_open(&shown);
	snapshot_move(&shown.before, &shown.now);
	fill(&shown.now, 3);
	/* A service that was deleted when the backends were listed, and one that was added. */
	add_service(&shown.now, "service show tcp 192.0.2.99:80", 2, (struct dsr_counters){ 0 });
	add_backend(&shown.now, "service show tcp 192.0.2.98:80", "10.1.1.51", 0, 1,
		    (struct dsr_counters){ 0 });
	rates_sort(&shown.now.services);
	rates_sort(&shown.now.backends);
	top_update(&shown.top, &shown.before, &shown.now, "12:00:03");
	assert_int_equal(shown.top.rows.n, 8);
	show_close(&shown);
}

#define PLAIN_BLOCK \
	"dsrctl top  12:00:01  every 1 s  sort flow/s\n" \
	"services 1  backends 1 (0 take no new flows)  flows 7 of 1048576 (0%)\n" \
	"flow/s 30  pkt/s 3.00k  bit/s 12.0M  drop/s 0\n" \
	TITLES \
	"- tcp 192.0.2.1:80          1/1 serving        7     30 3.00k 12.0M\n" \
	"    10.0.0.1                serving            7     30 3.00k 12.0M  100%   100%\n" \
	"\n"

static void answer(unsigned int times)
{
	fake_reset();
	reply_set_counters(100 + 30 * times, 1000 + 3000 * times, 10000 + 1500000 * times);
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, "service add tcp 192.0.2.1:80"));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET,
				 "backend add tcp 192.0.2.1:80 10.0.0.1 weight 1"));
	fake_reply(reply_stats("It says so."));
	reply_set_counters(0, 0, 0);
}

static void plain_text_in_intervals(void **state)
{
	struct screen screen;

	(void)state;
	fake_clock_start(0, answer);
	answer(0);
	screen_open(&screen);
	screen.ctl.interval = SECOND;
	screen.ctl.count = 2;
	assert_int_equal(screen_run(&screen, "top"), 0);
	assert_string_equal(screen_text(&screen), PLAIN_BLOCK PLAIN_BLOCK);
	screen.ctl.json = true;
	assert_int_equal(screen_run(&screen, "top --plain"), DSR_USAGE);
	screen_close(&screen);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(busiest_first),
		cmocka_unit_test(before_the_first_interval_rates_are_unknown),
		cmocka_unit_test(keys_sort),
		cmocka_unit_test(keys_fold),
		cmocka_unit_test(keys_filter),
		cmocka_unit_test(keys_change_the_interval),
		cmocka_unit_test(drops_by_reason),
		cmocka_unit_test(help_fits_the_screen),
		cmocka_unit_test(selected_row_stays_selected_and_visible),
		cmocka_unit_test(long_names_are_cut_on_a_terminal_only),
		cmocka_unit_test(changes_between_both_lists_do_no_harm),
		cmocka_unit_test(plain_text_in_intervals),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("top", tests, NULL, NULL);
}

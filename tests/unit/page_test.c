// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of what dsrd shows: findings, pages and JSON, with names that nobody expects. */
#include <json-c/json.h>
#include <string.h>

#include "dsrd/html.h"
#include "dsrd/journal.h"
#include "dsrd/page.h"
#include "unit.h"
#include "view_fixture.h"

/* The most that the first view may have, however many backends there are. */
#define FIRST_VIEW 200000
/* What the kernel takes for the name of a device, at most. */
#define HOSTILE_VRF "\"><script>'&"
#define HOSTILE "<script>alert(1)</script>\"'&\\\x01\xff\xe2\x80\xae"

static struct fixture fixture;

static void add_serving(void)
{
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_SERVING, NF_DSR_HEALTH_UP);
}

static void add_down(void)
{
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_HEALTH_DOWN, NF_DSR_HEALTH_DOWN);
}

static int set_up(void **state)
{
	(void)state;
	fixture_begin(&fixture);
	return 0;
}

static int tear_down(void **state)
{
	(void)state;
	fixture_end(&fixture);
	return 0;
}

static void assert_has(const char *text, const char *part)
{
	if (!strstr(text, part))
		fail_msg("\"%s\" is not in:\n%s", part, text);
}

static void assert_lacks(const char *text, const char *part)
{
	if (strstr(text, part))
		fail_msg("\"%s\" is in:\n%s", part, text);
}

/* Assert that there is a finding with these words and this command. Return it. */
static const struct finding *assert_finding(const struct view *view, enum finding_level level,
					    const char *words, const char *command)
{
	const struct finding *finding;
	size_t i;

	for (i = 0; i < view->findings.n; i++) {
		finding = list_at(&view->findings, i);
		if (!strstr(finding->text, words))
			continue;
		assert_string_equal(finding->command, command);
		assert_int_equal(finding->level, level);
		return finding;
	}
	for (i = 0; i < view->findings.n; i++)
		print_error("%s\n", ((const struct finding *)list_at(&view->findings, i))->text);
	fail_msg("\"%s\" is not found", words);
	return NULL;
}

static char *overview(const struct view *view)
{
	struct text text = { 0 };

	page_overview(&text, view, 1);
	return text.bytes;
}

static void nothing_is_wrong_with_what_serves(void **state)
{
	const struct view *view;
	char *text;

	(void)state;
	fixture_service(&fixture, NULL);
	add_serving();
	add_serving();
	view = fixture_view(&fixture);
	assert_int_equal(view->findings.n, 0);
	text = overview(view);
	assert_has(text, "</b> Nothing</span>");
	assert_has(text, "<title>all is well - nf_dsr - lb1</title>");
	assert_has(text, "</b> ok</span>");
	assert_has(text, "2 of 2 serve");
	assert_has(text, ">50%, -<svg");
	free(text);
}

static void a_broken_path_is_told_from_a_broken_host(void **state)
{
	const struct finding *finding;

	(void)state;
	fixture_service(&fixture, NULL);
	add_serving();
	add_down();
	fixture_checked = 2;
	fixture_check = (struct view_check){
		.known = true, .path = "down", .host = "up", .host_only = true,
		.hint = "see there", .check = "page", .reason = "no answer within 900 ms",
		.since = 130
	};
	finding = assert_finding(fixture_view(&fixture), FINDING_FAULT,
				 "tcp 192.0.0.0:80: 10.0.0.2 answers at its own address, but not by the path to the VIP. See VIP, tunnel, rp_filter or MTU at the backend. The check page says: no answer within 900 ms (for 2 min).",
				 "dsr-backend check 192.0.0.0");
	assert_true(finding->at_backend);
}

static void backends_with_the_same_fault_share_a_sentence(void **state)
{
	const struct view *view;
	int i;

	(void)state;
	fixture_service(&fixture, NULL);
	for (i = 0; i < 5; i++)
		add_down();
	add_serving();
	fixture_check = (struct view_check){ .known = true, .path = "down", .host = "down" };
	fixture.daemon.netns = "red";
	view = fixture_view(&fixture);
	assert_int_equal(view->findings.n, 1);
	assert_finding(view, FINDING_FAULT,
		       "10.0.0.1, 10.0.0.2, 10.0.0.3 and 2 more are down.",
		       "dsrctl -n red health show tcp 192.0.0.0:80");
}

static void each_fault_has_its_sentence(void **state)
{
	const struct view *view;

	(void)state;
	fixture_service(&fixture, NULL)->fail_open = 1;
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_SERVING, NF_DSR_HEALTH_DOWN);
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_NO_NEIGHBOUR, NF_DSR_HEALTH_UP);
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_NO_ROUTE, NF_DSR_HEALTH_UP);
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_DRAINING, NF_DSR_HEALTH_UP)->state =
		NF_DSR_BACKEND_STATE_DRAIN;
	fixture_backend(&fixture, NF_DSR_EFFECTIVE_STATE_DOWN, NF_DSR_HEALTH_UP)->state =
		NF_DSR_BACKEND_STATE_DOWN;
	fixture_service(&fixture, NULL);
	add_down();
	fixture_service(&fixture, NULL);
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_FAULT, "tcp 192.0.0.0:80 fails open: 4 of 5 backends",
		       "dsrctl health show tcp 192.0.0.0:80");
	assert_finding(view, FINDING_WARNING, "10.0.0.1 is down in the kernel, and no check",
		       "dsrctl backend change tcp 192.0.0.0:80 10.0.0.1 health up");
	assert_finding(view, FINDING_FAULT, "10.0.0.2 does not answer ARP", "dsrctl doctor");
	assert_finding(view, FINDING_FAULT, "10.0.0.3 cannot be reached", "dsrctl doctor");
	assert_finding(view, FINDING_NOTE, "10.0.0.4 drains",
		       "dsrctl backend change tcp 192.0.0.0:80 10.0.0.4 state active");
	assert_finding(view, FINDING_NOTE, "10.0.0.5 is taken out",
		       "dsrctl backend change tcp 192.0.0.0:80 10.0.0.5 state active");
	assert_finding(view, FINDING_FAULT,
		       "tcp 192.0.0.1:80: none of its backends (1) takes new flows",
		       "dsrctl backend show tcp 192.0.0.1:80");
	assert_finding(view, FINDING_WARNING, "tcp 192.0.0.2:80 has no backends",
		       "dsrctl backend show tcp 192.0.0.2:80");
}

static void dsrd_says_what_is_wrong_with_itself(void **state)
{
	const struct view *view;

	(void)state;
	fixture.daemon.braked = true;
	fixture.daemon.refused = true;
	fixture.daemon.file = "/etc/nf dsr.yaml";
	fixture.daemon.drift = 2;
	fixture.daemon.lag = 700;
	fixture.daemon.error = "it is busy";
	fixture.daemon.age = 65;
	fixture.now.stats.flows = 901;
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_FAULT, "More than half of all backends", "dsrctl health show");
	assert_finding(view, FINDING_WARNING, "has errors; dsrd goes on with the one before",
		       "dsrctl check '/etc/nf dsr.yaml'");
	assert_finding(view, FINDING_WARNING, "differs from the configuration file in 2 places",
		       "dsrctl diff");
	assert_finding(view, FINDING_WARNING, "dsrd was late by 700 ms", "systemctl status dsrd");
	assert_finding(view, FINDING_FAULT, "it is busy. What follows is 1 min old",
		       "dsrctl stats show");
	assert_finding(view, FINDING_WARNING, "nearly full: 901 of 1000", "dsrctl flow count");
}

static void a_module_that_is_not_loaded_is_named(void **state)
{
	(void)state;
	fixture.daemon.loaded = false;
	fixture.daemon.error = "the module nf_dsr is not loaded";
	assert_finding(fixture_view(&fixture), FINDING_FAULT, "The module nf_dsr is not loaded",
		       "systemctl restart nf_dsr");
	assert_int_equal(fixture.view.findings.n, 1);
}

static void certificates_expire(void **state)
{
	const struct view *view;

	(void)state;
	fixture_service(&fixture, NULL);
	add_serving();
	fixture_checked = 1;
	fixture_check = (struct view_check){
		.known = true, .path = "up", .host = "none",
		.expires = fixture.daemon.now + 3 * 24 * 60 * 60
	};
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_WARNING, "certificate of 10.0.0.1 expires in 3 days",
		       "dsrctl health checks tcp 192.0.0.0:80 10.0.0.1");
	view_free(&fixture.view);
	fixture_check.expires = fixture.daemon.now - 1;
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_FAULT, "certificate of 10.0.0.1 has expired",
		       "dsrctl health checks tcp 192.0.0.0:80 10.0.0.1");
	view_free(&fixture.view);
	fixture_check.expires = fixture.daemon.now + 30 * 24 * 60 * 60;
	assert_int_equal(fixture_view(&fixture)->findings.n, 0);
}

static void vips_that_are_not_announced_are_named(void **state)
{
	struct view_vip all[] = {
		{ "192.0.2.80", true, false, "shop has 0 of 3 healthy backends" },
		{ "2001:db8::80%blue", false, true, "by a command" },
	};
	const struct list vips = { sizeof(*all), 2, 2, (char *)all };
	const struct view *view;

	(void)state;
	fixture.daemon.vips = &vips;
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_FAULT,
		       "192.0.2.80 is not announced: shop has 0 of 3 healthy backends.",
		       "dsrctl announce show 192.0.2.80");
	assert_finding(view, FINDING_NOTE, "2001:db8::80%blue is being withdrawn: by a command.",
		       "dsrctl announce show 2001:db8::80%blue");
	assert_int_equal(view->findings.n, 2);
}

static void drops_that_grow_are_explained(void **state)
{
	static const char *const names[] = { "no_backend", "too_big" };
	struct dsr_stats *stats[] = { &fixture.before.stats, &fixture.now.stats };
	size_t i, j;

	(void)state;
	fixture.before.time = fixture.now.time - 10000000000;
	for (i = 0; i < 2; i++) {
		stats[i]->drops = calloc(2, sizeof(*stats[i]->drops));
		stats[i]->n_drops = 2;
		for (j = 0; j < 2; j++) {
			stats[i]->drops[j].name = strdup(names[j]);
			stats[i]->drops[j].doc = strdup("It says so.");
			stats[i]->drops[j].packets = j ? 100 + 25 * i : 7;
		}
	}
	assert_finding(fixture_view(&fixture), FINDING_WARNING,
		       "The kernel drops 2.5 packets per second (too_big): It says so.",
		       "dsrctl trace --live");
	assert_int_equal(fixture.view.findings.n, 1);
}

static void commands_are_safe_to_paste(void **state)
{
	const struct view *view;

	(void)state;
	fixture_service(&fixture, "a;'$(x)");
	add_down();
	fixture.daemon.netns = "b&c";
	view = fixture_view(&fixture);
	assert_finding(view, FINDING_FAULT, "none of its backends",
		       "dsrctl -n 'b&c' backend show tcp '192.0.0.0%a;'\\''$(x):80'");
}

static void assert_json(const char *text)
{
	enum json_tokener_error error;
	struct json_object *object = json_tokener_parse_verbose(text, &error);

	if (!object)
		fail_msg("%s: %s", json_tokener_error_desc(error), text);
	json_object_put(object);
}

/* Fill all places that others write. */
static void make_hostile(void)
{
	fixture_service(&fixture, HOSTILE_VRF);
	add_down();
	fixture_check = (struct view_check){
		.known = true, .path = "down", .host = "up", .check = HOSTILE, .reason = HOSTILE,
		.hint = HOSTILE, .host_only = true, .expires = 1, .paused = true
	};
	fixture.daemon.machine = HOSTILE;
	fixture.daemon.netns = HOSTILE;
	fixture.daemon.file = HOSTILE;
	fixture.daemon.refused = true;
	fixture.daemon.error = HOSTILE;
	fixture.now.stats.drops = calloc(1, sizeof(struct dsr_drop));
	fixture.now.stats.n_drops = 1;
	fixture.now.stats.drops[0] = (struct dsr_drop){ strdup(HOSTILE), strdup(HOSTILE), 3 };
	journal_add(JOURNAL_NOTICE, HOSTILE, HOSTILE, HOSTILE, "%s", HOSTILE);
	fixture_shake(&fixture);
}

static void hostile_names_stay_text(void **state)
{
	const struct view *view;
	struct text text = { 0 };

	(void)state;
	make_hostile();
	view = fixture_view(&fixture);
	page_overview(&text, view, 1);
	page_service(&text, view, &view->services[0], 1);
	page_log(&text, view, 1);
	page_not_found(&text, view);
	assert_has(text.bytes, "&lt;script&gt;alert(1)&lt;/script&gt;&quot;&#39;&amp;\\");
	assert_lacks(text.bytes, "<script>");
	assert_lacks(text.bytes, "\x01");
	assert_lacks(text.bytes, "\xff");
	assert_lacks(text.bytes, "\xe2\x80\xae");
	/* There is nothing that a strict policy would forbid. */
	assert_lacks(text.bytes, " style=");
	assert_lacks(text.bytes, "<style");
	assert_lacks(text.bytes, " onload=");
	assert_has(text.bytes, "match=tcp%20192.0.0.0%25%22%3E%3Cscript%3E%27%26:80");
	assert_non_null(view_find(view, "tcp 192.0.0.0%" HOSTILE_VRF ":80"));
	text_free(&text);
	page_json(&text, view, false);
	assert_json(text.bytes);
	assert_has(text.bytes, "\"machine\":\"<script>alert(1)</script>\\\"'&\\\\");
	text_free(&text);
}

/* Assert that the first view of so many is small, and that all pages can be made. */
static void check_sizes(unsigned int services, unsigned int backends)
{
	const struct view *view;
	struct text text = { 0 };

	fixture_fill(&fixture, services, backends);
	fixture_shake(&fixture);
	fixture_check = (struct view_check){
		.known = true, .path = "down", .host = "down", .check = "page",
		.reason = "no answer within 1000 ms"
	};
	view = fixture_view(&fixture);
	page_overview(&text, view, 1);
	print_message("# %u services, %u backends: %zu bytes\n", services, services * backends,
		      text.n);
	assert_in_range(text.n, 1000, FIRST_VIEW);
	text_free(&text);
	page_overview(&text, view, 1000000);
	assert_in_range(text.n, 1000, FIRST_VIEW);
	text_free(&text);
	page_service(&text, view, &view->services[services - 1], 1);
	page_service(&text, view, &view->services[services - 1], 0);
	page_service(&text, view, &view->services[services - 1], 1000000);
	text_free(&text);
	page_json(&text, view, false);
	assert_json(text.bytes);
	text_free(&text);
}

static void one_large_service_has_a_small_first_view(void **state)
{
	(void)state;
	check_sizes(1, 10000);
}

static void many_services_have_a_small_first_view(void **state)
{
	(void)state;
	check_sizes(100, 100);
}

static void ten_thousand_services_have_a_small_first_view(void **state)
{
	(void)state;
	check_sizes(10000, 1);
}

static void backends_that_are_shown_inline_are_few(void **state)
{
	(void)state;
	check_sizes(PAGE_INLINE, 1);
}

static void pages_have_parts_of_lists(void **state)
{
	struct page_range range = page_range(250, 100, 3);

	(void)state;
	assert_int_equal(range.first, 200);
	assert_int_equal(range.end, 250);
	range = page_range(0, 100, 7);
	assert_int_equal(range.number, 1);
	assert_int_equal(range.end, 0);
	range = page_range(200, 100, 7);
	assert_int_equal(range.number, 2);
	assert_int_equal(range.first, 100);
	assert_int_equal(range.end, 200);
}

static void escapes(const char *string, const char *html, const char *json)
{
	struct text text = { 0 };

	html_put(&text, "%s", string);
	assert_string_equal(text.bytes ? text.bytes : "", html);
	text_free(&text);
	json_text(&text, string);
	assert_string_equal(text.bytes, json);
	text_free(&text);
}

#define SUBST "\xef\xbf\xbd"

static void text_is_escaped_once(void **state)
{
	struct text text = { 0 };

	(void)state;
	escapes("a&amp;<b>'\"", "a&amp;amp;&lt;b&gt;&#39;&quot;", "\"a&amp;<b>'\\\"\"");
	escapes("\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
		"\"\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80\"");
	/* Too long, a surrogate, beyond Unicode, cut off, a lone continuation, C1. */
	escapes("\xc0\xbc", SUBST SUBST, "\"" SUBST SUBST "\"");
	escapes("\xe0\x80\xbc", SUBST SUBST SUBST, "\"" SUBST SUBST SUBST "\"");
	escapes("\xed\xa0\x80", SUBST SUBST SUBST, "\"" SUBST SUBST SUBST "\"");
	escapes("\xf4\x90\x80\x80", SUBST SUBST SUBST SUBST, "\"" SUBST SUBST SUBST SUBST "\"");
	escapes("a\xe2\x82", "a" SUBST SUBST, "\"a" SUBST SUBST "\"");
	escapes("\x80z\n\x7f", SUBST "z" SUBST SUBST, "\"" SUBST "z" SUBST SUBST "\"");
	escapes("\xc2\x85", SUBST SUBST, "\"" SUBST SUBST "\"");
	escapes("", "", "\"\"");
	html_put(&text, "%U%%%u", "a b/\xff&", 4000000000u);
	assert_string_equal(text.bytes, "a%20b%2F%FF%26%4000000000");
	text_free(&text);
}

#define TEST(name) cmocka_unit_test_setup_teardown(name, set_up, tear_down)

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(nothing_is_wrong_with_what_serves),
		TEST(a_broken_path_is_told_from_a_broken_host),
		TEST(backends_with_the_same_fault_share_a_sentence),
		TEST(each_fault_has_its_sentence),
		TEST(dsrd_says_what_is_wrong_with_itself),
		TEST(a_module_that_is_not_loaded_is_named),
		TEST(certificates_expire),
		TEST(vips_that_are_not_announced_are_named),
		TEST(drops_that_grow_are_explained),
		TEST(commands_are_safe_to_paste),
		TEST(hostile_names_stay_text),
		TEST(one_large_service_has_a_small_first_view),
		TEST(many_services_have_a_small_first_view),
		TEST(ten_thousand_services_have_a_small_first_view),
		TEST(backends_that_are_shown_inline_are_few),
		cmocka_unit_test(pages_have_parts_of_lists),
		cmocka_unit_test(text_is_escaped_once),
	};

	return cmocka_run_group_tests_name("page", tests, NULL, NULL);
}

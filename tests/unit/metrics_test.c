// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of dsrctl metrics, and of the file that it replaces. */
#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <netinet/in.h>

#include "dsrd/tally.h"
#include "fake_nl.h"
#include "metrics.h"
#include "reply.h"
#include "unit.h"
#include "view_fixture.h"

static void answer(void)
{
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, "service add tcp 192.0.2.1:80"));
	fake_reply(reply_service(NF_DSR_CMD_SERVICE_GET, "service add mark 7%red/ipv6"));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET,
				 "backend add tcp 192.0.2.1:80 10.0.0.1 weight 1"));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET,
				 "backend add tcp 192.0.2.1:80 10.0.0.2 weight 3"));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET,
				 "backend add mark 7%red/ipv6 2001:db8::1 weight 2 state drain"));
	fake_reply(reply_backend(NF_DSR_CMD_BACKEND_GET,
				 "backend add mark 7%red/ipv6 2001:db8::2 weight 2"));
	fake_reply(reply_stats("It says so."));
}

static char *metrics(void)
{
	struct screen screen;

	answer();
	screen_open(&screen);
	assert_int_equal(screen_run(&screen, "metrics"), 0);
	screen_text(&screen);
	fclose(screen.ctl.file);
	return screen.text;
}

/* Assert that the text has a line. */
static void assert_line(const char *text, const char *line)
{
	size_t length = strlen(line);
	const char *at = text;

	while ((at = strstr(at, line))) {
		if ((at == text || at[-1] == '\n') && at[length] == '\n')
			return;
		at++;
	}
	fail_msg("there is no line \"%s\" in:\n%s", line, text);
}

#define WEB "{service=\"tcp 192.0.2.1:80\",proto=\"tcp\"}"
#define WEB_1 "{service=\"tcp 192.0.2.1:80\",backend=\"10.0.0.1\",proto=\"tcp\""
#define WEB_2 "{service=\"tcp 192.0.2.1:80\",backend=\"10.0.0.2\",proto=\"tcp\""
#define MARK "{service=\"mark 7%red/ipv6\",proto=\"any\"}"
#define MARK_1 "{service=\"mark 7%red/ipv6\",backend=\"2001:db8::1\",proto=\"any\""

static void each_object_has_its_samples(void **state)
{
	static const char *const lines[] = {
		"nf_dsr_build_info{version=\"0.1.0\",dsrctl=\"" DSRCTL_VERSION "\"} 1",
		"nf_dsr_config_generation 12",
		"nf_dsr_flow_table_entries 7",
		"nf_dsr_flow_table_limit 1048576",
		"nf_dsr_drops_total{reason=\"no_backend\"} 3",
		"nf_dsr_drops_total{reason=\"malformed\"} 18446744073709551615",
		"nf_dsr_service_flows" WEB " 7",
		"nf_dsr_service_new_flows_total" WEB " 12",
		"nf_dsr_service_packets_total" WEB " 3456",
		"nf_dsr_service_bytes_total" WEB " 18446744073709551615",
		"nf_dsr_service_backends" WEB " 2",
		"nf_dsr_service_backends_up" WEB " 2",
		"nf_dsr_service_backends_up" MARK " 1",
		"nf_dsr_backend_flows" WEB_1 "} 7",
		"nf_dsr_backend_new_flows_total" WEB_1 "} 12",
		"nf_dsr_backend_icmp_errors_total" WEB_1 "} 8",
		"nf_dsr_backend_unreachable_packets_total" WEB_1 "} 9",
		"nf_dsr_backend_check_packets_total" WEB_1 "} 10",
		"nf_dsr_backend_check_bytes_total" WEB_1 "} 11",
		"nf_dsr_backend_weight" WEB_2 "} 3",
		"nf_dsr_backend_share_ratio" WEB_1 "} 0.25",
		"nf_dsr_backend_share_ratio" WEB_2 "} 0.75",
		"nf_dsr_backend_share_ratio" MARK_1 "} 0",
		"nf_dsr_backend_serving" WEB_1 "} 1",
		"nf_dsr_backend_serving" MARK_1 "} 0",
		"nf_dsr_backend_health" WEB_1 ",state=\"up\"} 1",
		"nf_dsr_backend_health" WEB_1 ",state=\"down\"} 0",
		"nf_dsr_backend_admin_state" MARK_1 ",state=\"active\"} 0",
		"nf_dsr_backend_admin_state" MARK_1 ",state=\"drain\"} 1",
		"nf_dsr_backend_admin_state" MARK_1 ",state=\"down\"} 0",
	};
	char *text = metrics();
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_line(text, lines[i]);
	free(text);
}

/* Copy the name of the family of a line: of a sample, HELP or TYPE. */
static void family_of(const char *line, char *name, size_t size)
{
	if (*line == '#')
		line += strlen("# HELP ");
	snprintf(name, size, "%.*s", (int)strcspn(line, " {"), line);
}

static void families_have_help_and_type_and_stay_together(void **state)
{
	char *text = metrics(), *line, *save, name[64], last[64] = "", seen[8192] = "\n", mark[80];
	int in_family = 0;

	(void)state;
	for (line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
		family_of(line, name, sizeof(name));
		assert_memory_equal(name, "nf_dsr_", 7);
		if (strcmp(name, last)) {
			/* A new family begins with its HELP, and never comes again. */
			snprintf(mark, sizeof(mark), "\n%s\n", name);
			assert_null(strstr(seen, mark));
			strncat(seen, mark + 1, sizeof(seen) - strlen(seen) - 1);
			in_family = 0;
		}
		assert_int_equal(!strncmp(line, "# HELP ", 7), in_family == 0);
		assert_int_equal(!strncmp(line, "# TYPE ", 7), in_family == 1);
		if (in_family == 1)
			assert_int_equal(!!strstr(line, " counter"), !!strstr(name, "_total"));
		in_family++;
		snprintf(last, sizeof(last), "%s", name);
	}
	assert_non_null(strstr(seen, "\nnf_dsr_backend_admin_state\n"));
	free(text);
}

static void labels_are_escaped(void **state)
{
	char text[64];

	(void)state;
	metrics_escape("a\"b\\c", text, sizeof(text));
	assert_string_equal(text, "a\\\"b\\\\c");
	metrics_escape("\n\xff%{}", text, sizeof(text));
	assert_string_equal(text, "\\\\x0a\\\\xff%{}");
	metrics_escape("\xff\xff\xff", text, 12);
	assert_string_equal(text, "\\\\xff\\\\xff");
}

static char directory[64];

static const char *in_directory(const char *name)
{
	static char path[128];

	snprintf(path, sizeof(path), "%s/%s", directory, name);
	return path;
}

/* Return the number of files in the directory. */
static int files(void)
{
	DIR *dir = opendir(directory);
	struct dirent *entry;
	int n = 0;

	while ((entry = readdir(dir)))
		n += entry->d_name[0] != '.' || strlen(entry->d_name) > 2;
	closedir(dir);
	return n;
}

static int run(const char *format, const char *path, struct screen *screen)
{
	char line[256];

	snprintf(line, sizeof(line), format, path);
	answer();
	screen_open(screen);
	return screen_run(screen, line);
}

static char *content(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	assert_non_null(file);
	assert_true(getdelim(&text, &size, '\0', file) > 0);
	fclose(file);
	return text;
}

static void a_file_is_replaced_as_a_whole(void **state)
{
	static const char *const forms[] = {
		"metrics output %s", "metrics -o %s", "metrics --output %s",
	};
	char *expected = metrics(), *text;
	struct screen screen;
	struct stat before, after;
	mode_t mask;
	size_t i;

	(void)state;
	fake_reset();
	snprintf(directory, sizeof(directory), "/tmp/dsrctl-metrics-XXXXXX");
	assert_non_null(mkdtemp(directory));
	mask = umask(022);
	for (i = 0; i < sizeof(forms) / sizeof(*forms); i++) {
		const char *path = in_directory("nf_dsr.prom");

		before.st_ino = 0;
		if (i)
			assert_int_equal(stat(path, &before), 0);
		assert_int_equal(run(forms[i], path, &screen), 0);
		assert_string_equal(screen_text(&screen), "");
		screen_close(&screen);
		fake_reset();
		text = content(path);
		assert_string_equal(text, expected);
		free(text);
		/* It is another file, which everybody may read. */
		assert_int_equal(stat(path, &after), 0);
		assert_true(after.st_ino != before.st_ino);
		assert_int_equal(after.st_mode & 0777, 0644);
		assert_int_equal(files(), 1);
	}
	umask(mask);
	free(expected);
}

static void assert_refuses(const char *path, const char *text)
{
	struct screen screen;

	assert_int_equal(run("metrics output %s", path, &screen), DSR_USAGE);
	if (!strstr(screen.err.text, text))
		fail_msg("%s: %s", path, screen.err.text);
	screen_close(&screen);
	fake_reset();
}

static void what_cannot_be_replaced_stays(void **state)
{
	char *text;

	(void)state;
	assert_refuses(directory, "Is a directory");
	assert_refuses("/no/such/directory", "/no/such/directory: No such file or directory");
	assert_refuses("/dev/full", "/dev/full: No space left on device");
	text = content(in_directory("nf_dsr.prom"));
	assert_null(strstr(text, "new\n"));
	assert_memory_equal(text, "# HELP", 6);
	free(text);
	assert_int_equal(files(), 1);
	unlink(in_directory("nf_dsr.prom"));
	rmdir(directory);
}

static void openmetrics_has_its_own_rules(void **state)
{
	static const __u64 second = 1000000000;
	struct text text = { 0 };
	const struct metrics metrics = { .text = &text, .form = METRICS_OPEN, .program = "dsrd" };
	const struct dsr_key key = { .addr.family = AF_INET, .prefix_len = 32 };
	struct tally *tally;
	struct fixture fixture;

	(void)state;
	fixture_begin(&fixture);
	fixture_fill(&fixture, 1, 2);
	tally_begin();
	tally = tally_get(&key, "shop");
	tally->of[true].used = true;
	tally_success(&tally->of[true], second / 1000, 1700000000);
	tally_failure(&tally->of[true], 2 * second, CAUSE_TIMEOUT);
	tally->of[true].transitions = 3;
	metrics_write(&metrics, fixture_view(&fixture)->now);
	tally_write(&metrics);
	metrics_end(&metrics);
	assert_line(text.bytes, "# TYPE nf_dsr_drops counter");
	assert_line(text.bytes, "# TYPE nf_dsr_backend_packets counter");
	assert_line(text.bytes,
		    "nf_dsr_backend_packets_total{service=\"tcp 192.0.0.0:80\",backend=\"10.0.0.1\",proto=\"tcp\"} 3456");
	assert_line(text.bytes, "# TYPE nf_dsr_check_failures counter");
	assert_line(text.bytes, "nf_dsr_build_info{version=\"\",dsrd=\"" DSRCTL_VERSION "\"} 1");
	assert_null(strstr(text.bytes, "_total counter"));
	assert_string_equal(text.bytes + text.n - strlen("\n# EOF\n"), "\n# EOF\n");
	text_free(&text);
	tally_begin();
	tally_end();
	fixture_end(&fixture);
}

#define SHOP "{service=\"shop\",target=\"path\""

static void checks_have_their_metrics(void **state)
{
	static const __u64 second = 1000000000;
	static const char *const lines[] = {
		"# TYPE nf_dsr_check_duration_seconds histogram",
		"nf_dsr_check_duration_seconds_bucket" SHOP ",le=\"0.0005\"} 0",
		"nf_dsr_check_duration_seconds_bucket" SHOP ",le=\"0.001\"} 1",
		"nf_dsr_check_duration_seconds_bucket" SHOP ",le=\"0.5\"} 1",
		"nf_dsr_check_duration_seconds_bucket" SHOP ",le=\"1.0\"} 2",
		"nf_dsr_check_duration_seconds_bucket" SHOP ",le=\"+Inf\"} 3",
		"nf_dsr_check_duration_seconds_sum" SHOP "} 3.001",
		"nf_dsr_check_duration_seconds_count" SHOP "} 3",
		"# TYPE nf_dsr_check_failures_total counter",
		"nf_dsr_check_failures_total" SHOP ",reason=\"timeout\"} 2",
		"nf_dsr_check_failures_total" SHOP ",reason=\"refused\"} 0",
		"nf_dsr_check_transitions_total" SHOP "} 1",
		"nf_dsr_check_last_success_timestamp_seconds" SHOP "} 1700000000",
	};
	struct text text = { 0 };
	const struct metrics metrics = { .text = &text };
	const struct dsr_key key = { .addr.family = AF_INET, .prefix_len = 32 };
	struct tally_counts *counts;
	size_t i;

	(void)state;
	tally_begin();
	counts = &tally_get(&key, "shop")->of[true];
	counts->used = true;
	tally_success(counts, second / 1000, 1700000000);
	tally_failure(counts, second, CAUSE_TIMEOUT);
	tally_failure(counts, 2 * second, CAUSE_TIMEOUT);
	counts->transitions = 1;
	tally_end();
	/* A reload keeps what was counted. */
	tally_begin();
	counts = &tally_get(&key, "shop")->of[true];
	counts->used = true;
	tally_end();
	tally_write(&metrics);
	for (i = 0; i < sizeof(lines) / sizeof(*lines); i++)
		assert_line(text.bytes, lines[i]);
	assert_null(strstr(text.bytes, "target=\"host\""));
	text_free(&text);
	/* A service that is gone has none. */
	tally_begin();
	tally_end();
	tally_write(&metrics);
	assert_null(strstr(text.bytes, "shop"));
	text_free(&text);
}

static void services_alone_are_fewer(void **state)
{
	struct text text = { 0 };
	const struct metrics metrics = {
		.text = &text, .scope = METRICS_SERVICES, .program = "dsrd"
	};
	struct fixture fixture;

	(void)state;
	fixture_begin(&fixture);
	fixture_fill(&fixture, 2, 2);
	metrics_write(&metrics, fixture_view(&fixture)->now);
	assert_non_null(strstr(text.bytes, "\nnf_dsr_service_backends_up{"));
	assert_null(strstr(text.bytes, "nf_dsr_backend_"));
	text_free(&text);
	fixture_end(&fixture);
}

int main(void)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(each_object_has_its_samples),
		cmocka_unit_test(families_have_help_and_type_and_stay_together),
		cmocka_unit_test(labels_are_escaped),
		cmocka_unit_test(openmetrics_has_its_own_rules),
		cmocka_unit_test(checks_have_their_metrics),
		cmocka_unit_test(services_alone_are_fewer),
		cmocka_unit_test(a_file_is_replaced_as_a_whole),
		cmocka_unit_test(what_cannot_be_replaced_stays),
	};

	fake_reset_after(tests, sizeof(tests) / sizeof(*tests));
	return cmocka_run_group_tests_name("metrics", tests, NULL, NULL);
}

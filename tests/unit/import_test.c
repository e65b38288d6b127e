// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Tests of "dsrctl import": files of other programs with what becomes of them, byte by byte. Each
 * file in import/KIND has a file with the configuration, its report and the exit status:
 *
 *   IMPORT_WRITE=1 build/check/import_test
 *
 * writes these anew. Look at the difference before you keep them.
 */
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "config.h"
#include "unit.h"
#include "yaml_file.h"

static const struct {
	const char *kind;
	const char *name;
	const char *options;
	const char *included[3];
} files[] = {
	{ "ipvs", "small", "" },
	{ "ipvs", "tunnels", "" },
	{ "ipvs", "refused", "" },
	{ "ipvs", "fifty", "" },
	{ "keepalived", "small", " --config-id main" },
	{
		"keepalived", "groups", " --config-id main",
		{ "conf.d/names.conf", "conf.d/web.conf" }
	},
	{ "keepalived", "conditions", " --config-id elsewhere" },
	{ "keepalived", "refused", " --config-id main" },
	{ "f5", "seed", "" },
	{ "f5", "npath", "" },
	{ "f5", "refused", "" },
	{ "ace", "seed", "" },
	{ "ace", "seed_with_addresses", "" },
	{ "ace", "running", "" },
	{ "ace", "refused", "" },
	{ "dsr.conf", "vips", "" },
	{
		"dsr.conf", "with_servers",
		" --backend 10.0.0.1 --backend 10.0.0.2 --backend 2001:db8::1"
	},
};

#define N_FILES (sizeof(files) / sizeof(*files))

/* What an import has written. */
struct imported {
	char *yaml;
	char *report;
	int status;
};

/* Run a command in the directory of a kind. */
static struct imported import(const char *kind, const char *command, bool json)
{
	struct dsrctl ctl = { .json = json };
	struct imported imported = { 0 };
	struct dsr_error err = { 0 };
	char path[PATH_MAX];
	struct line line;
	size_t size;

	snprintf(path, sizeof(path), IMPORT_DIR "/%s", kind);
	assert_int_equal(chdir(path), 0);
	line_cut(&line, command);
	ctl.file = open_memstream(&imported.yaml, &size);
	ctl.warnings = open_memstream(&imported.report, &size);
	imported.status = dsrctl_run(&ctl, line.n, line.words, &err) ? err.status : ctl.status;
	if (err.text[0])
		error_print(&err, json, ctl.warnings);
	fclose(ctl.file);
	fclose(ctl.warnings);
	return imported;
}

static struct imported import_file(size_t i, bool json)
{
	char command[256];

	snprintf(command, sizeof(command), "import %s %s.conf%s", files[i].kind, files[i].name,
		 files[i].options);
	return import(files[i].kind, command, json);
}

static void forget(struct imported *imported)
{
	free(imported->yaml);
	free(imported->report);
}

static char *read_whole(const char *path)
{
	FILE *file = fopen(path, "r");
	char *text = NULL;
	size_t size = 0;

	if (!file)
		fail_msg("%s is missing", path);
	if (getdelim(&text, &size, '\0', file) < 0)
		text[0] = '\0';
	fclose(file);
	return text;
}

/* Fail with the first line that differs. */
static void assert_same_lines(const char *path, const char *text, const char *golden)
{
	size_t line, length, other;

	for (line = 1; *text || *golden; line++) {
		length = strcspn(text, "\n");
		other = strcspn(golden, "\n");
		if (length != other || memcmp(text, golden, length))
			fail_msg("%s:%zu: \"%.*s\", expected \"%.*s\"", path, line, (int)length,
				 text, (int)other, golden);
		text += length + (text[length] == '\n');
		golden += other + (golden[other] == '\n');
	}
}

static void assert_golden(size_t i)
{
	struct imported imported = import_file(i, false);
	char path[PATH_MAX], *text, *golden;
	size_t size;
	FILE *file;

	snprintf(path, sizeof(path), "%s.golden", files[i].name);
	file = open_memstream(&text, &size);
	fprintf(file, "# SPDX-License-%s\n# exit status %d\n%s# report\n%s",
		"Identifier: GPL-2.0-or-later", imported.status, imported.yaml, imported.report);
	fclose(file);
	if (getenv("IMPORT_WRITE")) {
		file = fopen(path, "w");
		fputs(text, file);
		fclose(file);
	}
	golden = read_whole(path);
	assert_same_lines(path, text, golden);
	free(golden);
	free(text);
	forget(&imported);
}

static void each_file_becomes_what_it_should(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < N_FILES; i++)
		assert_golden(i);
}

static size_t count_lines(const char *path)
{
	char *text = read_whole(path), *at;
	size_t n = 0;

	for (at = text; *at; at++)
		n += *at == '\n';
	free(text);
	return n;
}

/* Return how many lines the report has notes about, of one class. Their notes are together. */
static size_t count_noted(const char *report, const char *class)
{
	char place[256] = "", last[256] = "", word[64];
	size_t n = 0;

	snprintf(word, sizeof(word), ": %s: ", class);
	for (; *report; report += strcspn(report, "\n") + 1) {
		const char *found = strstr(report, word);

		if (!found || found > report + strcspn(report, "\n"))
			continue;
		snprintf(place, sizeof(place), "%.*s", (int)(found - report), report);
		n += !!strcmp(place, last);
		memcpy(last, place, sizeof(last));
	}
	return n;
}

struct account {
	size_t lines, translated, approximated, refused, blank;
};

static size_t read_number(const char *report, const char *before)
{
	const char *at = strstr(report, before);

	assert_non_null(at);
	while (at > report && strchr("0123456789", at[-1]))
		at--;
	return strtoul(at, NULL, 10);
}

static struct account read_account(const char *report)
{
	const char *at = strstr(report, " lines = ");

	assert_non_null(at);
	return (struct account){
		read_number(report, " lines = "), read_number(at, " translated + "),
		read_number(at, " approximated + "), read_number(at, " refused + "),
		read_number(at, " blank\n"),
	};
}

/* Each line is counted once, and what is not translated is noted. */
static void every_line_is_accounted_for(void **state)
{
	struct imported imported;
	struct account account;
	size_t i, j, lines;
	char path[64];

	(void)state;
	for (i = 0; i < N_FILES; i++) {
		imported = import_file(i, false);
		account = read_account(imported.report);
		snprintf(path, sizeof(path), "%s.conf", files[i].name);
		lines = count_lines(path);
		for (j = 0; j < 3 && files[i].included[j]; j++)
			lines += count_lines(files[i].included[j]);
		assert_int_equal(account.lines, lines);
		assert_int_equal(account.translated + account.approximated + account.refused +
				 account.blank, lines);
		assert_true(count_noted(imported.report, "refused") <= account.refused);
		assert_true(!account.refused == !count_noted(imported.report, "refused"));
		assert_true(account.approximated <= count_noted(imported.report, "approximated"));
		assert_int_equal(imported.status, account.refused ? DSR_INCOMPLETE : 0);
		forget(&imported);
	}
}

/* Load the result, as "dsrctl check" does. */
static void every_result_is_a_valid_file(void **state)
{
	struct imported imported;
	struct config config;
	struct report report;
	struct yaml_file yaml;
	size_t i;

	(void)state;
	for (i = 0; i < N_FILES; i++) {
		char path[] = "/tmp/import_test_XXXXXX";

		imported = import_file(i, false);
		make_file(path, imported.yaml);
		report_init(&report, "FILE");
		config_init(&config);
		if (config_load(&config, &yaml, path, &report))
			report_print(&report, false, stderr);
		assert_int_equal(report_n(&report), 0);
		unlink(path);
		config_free(&config);
		yaml_file_free(&yaml);
		report_free(&report);
		forget(&imported);
	}
}

#define JSON_ACCOUNT \
	"{\"lines\":%zu,\"blank\":%zu,\"translated\":%zu,\"approximated\":%zu,\"refused\":%zu," \
	"\"services\":6,\"backends\":12}]\n"
#define JSON_NOTE \
	"{\"file\":\"refused.conf\",\"line\":15,\"class\":\"refused\"," \
	"\"text\":\"whichserver?expected-r\"}"

static void the_report_is_json_with_the_same_account(void **state)
{
	struct imported text = import_file(2, false), json = import_file(2, true);
	struct account account = read_account(text.report);
	char expected[256], *from, *to;

	(void)state;
	snprintf(expected, sizeof(expected), JSON_ACCOUNT, account.lines, account.blank,
		 account.translated, account.approximated, account.refused);
	/* json-c has blanks between members, depending on its version. */
	for (from = to = json.report; (*to = *from); from++)
		to += *from != ' ';
	assert_non_null(strstr(json.report, expected));
	assert_non_null(strstr(json.report, JSON_NOTE));
	assert_string_equal(json.yaml, text.yaml);
	forget(&text);
	forget(&json);
}

static void a_file_that_cannot_be_read_is_an_error(void **state)
{
	struct imported imported = import("ipvs", "import ipvs nowhere.conf", false);

	(void)state;
	assert_int_equal(imported.status, DSR_USAGE);
	assert_string_equal(imported.report, "Error: nowhere.conf: No such file or directory\n");
	assert_string_equal(imported.yaml, "");
	forget(&imported);
	imported = import("ipvs", "import keepalived ../ipvs", false);
	assert_string_equal(imported.report, "Error: ../ipvs: Is a directory\n");
	forget(&imported);
}

#define KEYWORDS "expected --output, -o, --report"

static void the_grammar_names_what_is_wrong(void **state)
{
	static const struct refused lines[] = {
		{ "import", "a command of import is missing: expected ipvs, ..." },
		{ "import ipvs", "FILE is missing: expected a file of the other program, ..." },
		{ "import ipvs a b", "\"b\" is not a keyword here: " KEYWORDS },
		{
			"import ipvs a --config-id b",
			"\"--config-id\" is not a keyword here: " KEYWORDS
		},
		{ "import keepalived a -o", "-o: a value is missing: expected FILE" },
		{
			"import dsr.conf a --backend b",
			"\"b\": expected an IPv4 or IPv6 address"
		},
	};

	(void)state;
	assert_refused(lines, sizeof(lines) / sizeof(*lines));
}

/* Text of the file reaches a terminal through the report. */
static void control_characters_stay_out_of_the_report(void **state)
{
	char path[] = "/tmp/import_test_XXXXXX", command[256];
	struct imported imported;

	(void)state;
	make_file(path, "-A -t \033[2J\xff:80\n");
	snprintf(command, sizeof(command), "import ipvs %s", path);
	imported = import("ipvs", command, false);
	assert_null(strchr(imported.report, '\033'));
	assert_non_null(strstr(imported.report, "\"?[2J?:80\": expected "));
	forget(&imported);
	imported = import("ipvs", command, true);
	assert_null(strchr(imported.report, '\xff'));
	forget(&imported);
	unlink(path);
}

/* The output takes its place when it is complete, and a link stays a link. */
static void files_are_written_as_a_whole(void **state)
{
	char dir[] = "/tmp/import_test_XXXXXX", command[512], link[64], target[64], *text;
	struct imported imported;
	struct stat status;

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(link, sizeof(link), "%s/link", dir);
	snprintf(target, sizeof(target), "%s/target", dir);
	assert_int_equal(symlink("target", link), 0);
	fclose(fopen(target, "w"));
	snprintf(command, sizeof(command), "import f5 seed.conf -o %s --report %s/report", link,
		 dir);
	imported = import("f5", command, false);
	assert_int_equal(imported.status, 0);
	assert_string_equal(imported.yaml, "");
	assert_string_equal(imported.report, "");
	assert_int_equal(lstat(link, &status), 0);
	assert_true(S_ISLNK(status.st_mode));
	text = read_whole(target);
	assert_non_null(strstr(text, "tcp 172.16.4.99:49"));
	free(text);
	forget(&imported);
	unlink(link);
	unlink(target);
	snprintf(link, sizeof(link), "%s/report", dir);
	text = read_whole(link);
	assert_int_equal(read_account(text).translated, 35);
	free(text);
	unlink(link);
	/* Nothing else is left. */
	assert_int_equal(rmdir(dir), 0);
}

static void output_that_cannot_be_written_is_an_error(void **state)
{
	struct imported imported;

	(void)state;
	imported = import("f5", "import f5 seed.conf --output /tmp/no-such-directory/file", false);
	assert_int_equal(imported.status, DSR_USAGE);
	assert_non_null(strstr(imported.report, ": No such file or directory\n"));
	forget(&imported);
	/* What is no regular file is not replaced. */
	imported = import("f5", "import f5 seed.conf --output /dev/full", false);
	assert_string_equal(imported.report, "Error: /dev/full: No space left on device\n");
	forget(&imported);
}

/* Without --config-id, the machine's name decides, and lines for others are named. */
static void lines_for_other_machines_are_named(void **state)
{
	struct imported imported = import("keepalived", "import keepalived conditions.conf", false);

	(void)state;
	assert_non_null(strstr(imported.report, "conditions.conf:6: approximated: left out, "));
	assert_non_null(strstr(imported.yaml, "persist: 60"));
	assert_null(strstr(imported.yaml, "10.1.1.50"));
	forget(&imported);
}

/* Import a text, "%s" in it being the path of its file, and assert a part of the report. */
static void assert_reports(const char *kind, const char *text, size_t size, const char *expected)
{
	char path[] = "/tmp/import_test_XXXXXX", command[256];
	struct imported imported;
	FILE *file = fdopen(mkstemp(path), "w");

	if (strstr(text, "%s"))
		fprintf(file, "%.*s%s%s", (int)(strstr(text, "%s") - text), text, path,
			strstr(text, "%s") + 2);
	else
		fwrite(text, 1, size, file);
	fclose(file);
	snprintf(command, sizeof(command), "import %s %s", kind, path);
	imported = import(kind, command, false);
	if (!strstr(imported.report, expected))
		fail_msg("no \"%s\" in: %s", expected, imported.report);
	assert_int_equal(imported.status, DSR_INCOMPLETE);
	forget(&imported);
	unlink(path);
}

static char *repeat(const char *text, int n)
{
	char *all = calloc(n, strlen(text) + 1);

	while (n--)
		strcat(all, text);
	return all;
}

/* Files that would take endless time or memory are cut short, with a note. */
static void limits_are_reported(void **state)
{
	static const char nul[] = "-A -t 192.0.2.1:80\0 -s rr\n";
	char *many;

	(void)state;
	assert_reports("ipvs", nul, sizeof(nul) - 1,
		       ":1: refused: the line has a NUL character: expected text\n");
	many = repeat("-n ", 70);
	assert_reports("ipvs", many, strlen(many), ":1: refused: more than 64 words in a line\n");
	free(many);
	many = repeat("a {\n", 40);
	assert_reports("keepalived", many, strlen(many),
		       ":33: refused: nested too deeply: expected at most 32 levels\n");
	assert_reports("f5", many, strlen(many),
		       ":33: refused: nested too deeply: expected at most 32 levels\n");
	free(many);
	assert_reports("keepalived", "~SEQ(N, 1, 3000000) ~SEQ(M, 1, 3000000) x", 41,
		       ":1: refused: too many lines follow from parameters: expected at most ");
	assert_reports("keepalived", "include %s\n", 0,
		       ":1: refused: files include files too deeply: expected at most 8\n");
	many = repeat("x${X}", 10000);
	memcpy(many, "$X=yyyyyyyyyyyyyyyyyyyyyyyyyyyyyy\n     ", 39);
	assert_reports("keepalived", many, strlen(many),
		       ":2: refused: the line becomes too long: expected at most 65536 bytes\n");
	free(many);
	assert_reports("keepalived", "$X=${X}${X}\n${X}\n", 18,
		       ":2: refused: the line becomes too long: expected at most 65536 bytes\n");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(each_file_becomes_what_it_should),
		cmocka_unit_test(every_line_is_accounted_for),
		cmocka_unit_test(every_result_is_a_valid_file),
		cmocka_unit_test(the_report_is_json_with_the_same_account),
		cmocka_unit_test(a_file_that_cannot_be_read_is_an_error),
		cmocka_unit_test(the_grammar_names_what_is_wrong),
		cmocka_unit_test(control_characters_stay_out_of_the_report),
		cmocka_unit_test(files_are_written_as_a_whole),
		cmocka_unit_test(output_that_cannot_be_written_is_an_error),
		cmocka_unit_test(lines_for_other_machines_are_named),
		cmocka_unit_test(limits_are_reported),
	};

	return cmocka_run_group_tests_name("import", tests, NULL, NULL);
}

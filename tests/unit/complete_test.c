// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "unit.h"

/* Assert the proposals for a line, separated by blanks. A blank at the end of the line
 * begins a new word.
 */
static void assert_proposes(const char *text, const char *expected)
{
	struct line line;
	size_t size, i;
	char *out;
	FILE *file = open_memstream(&out, &size);

	line_cut(&line, text);
	if (!line.n || text[strlen(text) - 1] == ' ')
		line.words[line.n++] = "";
	complete_print(line.n, line.words, file);
	fclose(file);
	for (i = 0; i < size; i++)
		if (out[i] == '\n')
			out[i] = i + 1 == size ? '\0' : ' ';
	assert_string_equal(out, expected);
	free(out);
}

#define OBJECTS \
	"service backend flow device stats top metrics trace doctor health announce monitor " \
	"flush save check diff apply confirm rollback restore history export preview schema import"

static void objects_and_commands(void **state)
{
	(void)state;
	assert_proposes("", OBJECTS " help");
	assert_proposes("f", "flow flush");
	assert_proposes("service ", "add change replace del destroy show help");
	assert_proposes("import ", "ipvs keepalived f5 ace dsr.conf help");
	assert_proposes("import keepalived file --", "--output --report --config-id");
	assert_proposes("backend re", "replace");
	assert_proposes("device ", "add replace del destroy show help");
	assert_proposes("health ", "show checks log run pause resume help");
	assert_proposes("health run ", "tcp udp sctp any mark help");
	assert_proposes("announce ", "show drain resume help");
	assert_proposes("monitor ", "flow");
	assert_proposes("monitor flow ", "sample client vip backend protocol");
	assert_proposes("top ", "plain --plain");
	assert_proposes("metrics ", "output -o --output");
}

static void operands(void **state)
{
	(void)state;
	assert_proposes("service add ", "tcp udp sctp any mark help");
	assert_proposes("service add t", "tcp");
	assert_proposes("service add tcp ", "");
	assert_proposes("flow show u", "udp");
	assert_proposes("flow show ",
			"tcp udp sctp any mark help client vip backend protocol state");
	assert_proposes("flow show tcp ", "");
	assert_proposes("flow show client 10.0.0.1 ", "vip backend protocol state");
	assert_proposes("flow show state s", "syn");
	assert_proposes("backend show tcp 192.0.2.1:80 s", "state");
	assert_proposes("service show p", "protocol");
	assert_proposes("device add ", "help");
	assert_proposes("device del ", "help");
	assert_proposes("device show eth0 ", "");
	assert_proposes("trace ", "--live tcp udp sctp icmp help");
	assert_proposes("trace t", "tcp");
}

static void keywords_and_their_values(void **state)
{
	(void)state;
	assert_proposes("service add tcp 192.0.2.1:80 sche", "scheduler");
	assert_proposes("service add tcp 192.0.2.1:80 hash s", "source source-port");
	assert_proposes("service add tcp 192.0.2.1:80 outer-",
			"outer-source outer-ttl outer-port outer-checksum");
	assert_proposes("service add tcp 192.0.2.1:80 method l", "l2 local");
	assert_proposes("service add tcp 192.0.2.1:80 timeout tcp",
			"tcp tcp-syn tcp-closing tcp-unconfirmed");
	assert_proposes("service add tcp 192.0.2.1:80 timeout tcp ", "");
	assert_proposes("service add tcp 192.0.2.1:80 seed ", "");
	assert_proposes("service add tcp 192.0.2.1:80 echo ",
			"default pass forward reply reply-if-up");
	assert_proposes("service add tcp 192.0.2.1:80 source ", "any");
	assert_proposes("service add tcp 192.0.2.1:80 source-other ", "pass drop");
	assert_proposes("backend add tcp 192.0.2.1:80 10.0.0.1 sche", "");
	assert_proposes("backend add tcp 192.0.2.1:80 10.0.0.1 weig", "weight");
	assert_proposes("backend add tcp 192.0.2.1:80 10.0.0.1 health ", "up down");
	assert_proposes("backend add tcp 192.0.2.1:80 10.0.0.1 outer-source ", "route client");
	assert_proposes("service add tcp 192.0.2.1:80 gue-variant ", "0 1");
	assert_proposes("service add tcp 192.0.2.1:80 outer-checksum o", "off on");
	assert_proposes("service add tcp 192.0.2.1:80 gre-key ", "none");
	assert_proposes("stats show ", "explain --explain");
	assert_proposes("trace icmp 192.0.2.1 192.0.2.2 ",
			"dev mark flags length df ttl error");
	assert_proposes("trace icmp 192.0.2.1 192.0.2.2 df ", "off on");
	assert_proposes("service del tcp 192.0.2.1:80 ", "");
}

static void options_that_can_be_unset(void **state)
{
	(void)state;
	assert_proposes("service change tcp 192.0.2.1:80 unset sche", "scheduler");
	assert_proposes("service change tcp 192.0.2.1:80 unset forc", "");
	assert_proposes("service change tcp 192.0.2.1:80 unset uns", "");
	assert_proposes("backend change tcp 192.0.2.1:80 10.0.0.1 unset heal", "health");
	assert_proposes("backend change tcp 192.0.2.1:80 10.0.0.1 unset sche", "");
	assert_proposes("backend change tcp 192.0.2.1:80 10.0.0.1 unset method unse", "unset");
}

static void given_keywords_only_where_they_may_be_repeated(void **state)
{
	(void)state;
	assert_proposes("service add tcp 192.0.2.1:80 method gre timeout udp 3 meth", "");
	assert_proposes("service add tcp 192.0.2.1:80 method gre timeout udp 3 tim", "timeout");
	assert_proposes("service add tcp 192.0.2.1:80 source 10.0.0.1 sour", "source source-other");
}

static void nothing_after_a_wrong_word(void **state)
{
	(void)state;
	assert_proposes("services ", "");
	assert_proposes("service ad ", "");
	assert_proposes("service add tcp 192.0.2.1:80 wait ", "");
}

#define ALL_OPTIONS "--json --pretty --stats --interval --count --timestamp --tshort --wide --netns --batch --atomic --generation --version --help"

static void options(void **state)
{
	(void)state;
	assert_proposes("--", ALL_OPTIONS);
	assert_proposes("-j --stats -n blue backend d", "del destroy");
}

static void files_of_a_batch(void **state)
{
	char dir[] = "/tmp/dsrctl_complete_XXXXXX";
	char one[64], two[64], line[80], expected[160];

	(void)state;
	assert_non_null(mkdtemp(dir));
	snprintf(one, sizeof(one), "%s/file", dir);
	snprintf(two, sizeof(two), "%s/files", dir);
	fclose(fopen(one, "w"));
	assert_int_equal(mkdir(two, 0700), 0);

	snprintf(line, sizeof(line), "-j -b %s/fi", dir);
	snprintf(expected, sizeof(expected), "%s %s/", one, two);
	assert_proposes(line, expected);
	unlink(one);
	rmdir(two);
	rmdir(dir);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(objects_and_commands),
		cmocka_unit_test(operands),
		cmocka_unit_test(keywords_and_their_values),
		cmocka_unit_test(options_that_can_be_unset),
		cmocka_unit_test(given_keywords_only_where_they_may_be_repeated),
		cmocka_unit_test(nothing_after_a_wrong_word),
		cmocka_unit_test(options),
		cmocka_unit_test(files_of_a_batch),
	};

	return cmocka_run_group_tests_name("complete", tests, NULL, NULL);
}

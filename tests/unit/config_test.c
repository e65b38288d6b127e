// SPDX-License-Identifier: GPL-2.0-or-later
/* Tests of configuration files: their errors, the difference from a kernel, and writing. */
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "config_diff.h"
#include "loaded.h"
#include "print.h"
#include "unit.h"

/* The keys of a service, as errors list them. */
#define SERVICE_KEYS \
	"expected match, name, checks, announce, withdraw-below, pool, backends, scheduler, " \
	"seed, method, outer-source, outer-ttl, timeout, source, source-other, dev, dscp, " \
	"hash, table-size, on-delete, on-down, drain-for, no-backend, unmatched, min-active, " \
	"slow-start, fail-open-below, persist, persist-prefix4, persist-prefix6, one-packet, " \
	"echo, outer-port, outer-checksum, gue-variant, gre-key, force"

/* Assert which errors a file has. */
static void assert_report(const char *text, const char *expected)
{
	struct loaded loaded;
	char *said;
	size_t size;
	FILE *file = open_memstream(&said, &size);

	load(&loaded, text);
	report_print(&loaded.report, false, file);
	fclose(file);
	assert_string_equal(said, expected);
	assert_int_equal(loaded.ret, *expected && !strstr(expected, "warning:") ? -1 : 0);
	free(said);
	unload(&loaded);
}

static void all_errors_are_reported_with_their_places(void **state)
{
	(void)state;
	assert_report("version: 1\n"
		      "services:\n"
		      "  - match: tpc 192.0.2.80:80\n"
		      "    weihgt: 5\n"
		      "  - match: tcp 192.0.2.80:443\n"
		      "    backends:\n"
		      "      - {address: 10.0.0.1, weight: many}\n"
		      "      - address: 10.0.0.1\n",
		      "FILE:3:12: protocol \"tpc\": expected tcp, udp, sctp, any or mark\n"
		      "     3 |   - match: tpc 192.0.2.80:80\n"
		      "       |            ^^^^^^^^^^^^^^^^^\n"
		      "  hint: did you mean \"tcp\"?\n"
		      "FILE:4:5: \"weihgt\" is not a key of a service: " SERVICE_KEYS "\n"
		      "     4 |     weihgt: 5\n"
		      "       |     ^^^^^^\n"
		      "FILE:7:37: weight \"many\": expected 0 to 65535\n"
		      "     7 |       - {address: 10.0.0.1, weight: many}\n"
		      "       |                                     ^^^^\n"
		      "FILE:8:9: backend 10.0.0.1 is given twice: the first time in line 7\n"
		      "     8 |       - address: 10.0.0.1\n"
		      "       |         ^\n");
}

/* Assert the errors of one file, as their texts without places and quoted lines. */
static void assert_texts(const char *text, const char *expected)
{
	char said[4096] = "", *line, *save, *all;
	struct loaded loaded;
	size_t size;
	FILE *file = open_memstream(&all, &size);

	load(&loaded, text);
	report_print(&loaded.report, false, file);
	fclose(file);
	for (line = strtok_r(all, "\n", &save); line; line = strtok_r(NULL, "\n", &save))
		if (!strncmp(line, "FILE:", 5))
			snprintf(said + strlen(said), sizeof(said) - strlen(said), "%s%s",
				 *said ? "\n" : "", strstr(line, ": ") + 2);
	assert_string_equal(said, expected);
	free(all);
	unload(&loaded);
}

#define V1 "version: 1\n"
#define FILE_KEYS "expected version, defaults, checks, announce, pools, services, devices, status"
#define TIMEOUTS "expected tcp, tcp-syn, tcp-closing, udp, icmp, other, tcp-unconfirmed"
#define NAME "expected 1 to 63 letters, digits, '.', '_' or '-', a letter or digit first"
#define MATCH \
	"expected a protocol (tcp, udp, sctp, any or mark) and a VIP, like \"tcp 192.0.2.80:443\""

#define CHECK(options) V1 "checks: [{name: c, type: " options "}]\n"
#define CHECK_TYPES "expected icmp, tcp, udp, http, https, tls, dns, radius, tacacs, exec"
#define ANNOUNCE(options) V1 "announce: {" options "}\n"
#define ANNOUNCE_KEYS \
	"expected table, protocol, device, metric, metric-degraded, metric-draining, settle, drain, on-stop"
#define AT_LEAST(value) \
	"expected at least fail-open-below, " value ", which would otherwise take effect first"
#define TWO_BACKENDS "backends: [{address: 10.0.0.1}, {address: 10.0.0.2}]"
#define ANNOUNCED(options) ANNOUNCE() "services: [{match: tcp 192.0.2.1:80, " options "}]\n"
#define CHECK_KEYS \
	"expected name, type, target, port, interval, fast-interval, max-interval, timeout, " \
	"tries, rise, fall, send, expect, reply, host, path, status, verify, query, query-type, " \
	"rcode, secret-file, user, password-file, login, answer, message-authenticator, size, " \
	"sweep, sweep-fall, command"

static const struct {
	const char *text;
	const char *errors;
} wrong[] = {
	{ "", "the file is empty: expected at least \"version: 1\"" },
	{ "services: []\n", "version is missing in the file" },
	{ "version: 2\n", "version \"2\": expected 1" },
	{ "- 1\n", "the file: expected a mapping with keys" },
	{ V1 "version: 1\n", "version is given twice: the first time in line 1" },
	{ V1 "servics: []\n",
	  "\"servics\" is not a key of the file: " FILE_KEYS },
	{ V1 "services: &all []\n", "an anchor (&all): expected a value without one" },
	{ V1 "devices: [*all]\n", "an alias (*all): expected the value itself" },
	{ V1 "devices: [!!str eth0]\n",
	  "a tag (tag:yaml.org,2002:str): expected a value without one" },
	{ V1 "---\n" V1, "a second document: expected only one" },
	{ V1 "devices: \"a\\0b\"\n", "the text has a NUL character: expected none" },
	{ V1 "devices: [[[[[[[[[[[[[[[[]]]]]]]]]]]]]]]]\n",
	  "nested too deeply: expected at most 16 levels" },
	{ V1 "{}\n", "could not find expected ':', while scanning a simple key" },
	{ V1 "? [1]\n: 2\n", "a key that is a list or a mapping: expected a word" },
	{ V1 "devices: eth0\n", "devices: expected a list" },
	{ V1 "devices: [eth0, eth0]\n", "device eth0 is given twice" },
	{ V1 "devices: [a/b]\n", "device \"a/b\": expected the name of a device" },
	{ V1 "devices: [[]]\n", "devices: expected a single value" },
	{ V1 "services: [{}]\n", "match is missing in a service" },
	{ V1 "services: [17]\n", "a service: expected a mapping with keys" },
	{ V1 "services: [{match: tcp}]\n",
	  "match \"tcp\": " MATCH },
	{ V1 "services: [{match: tcp 192.0.2.1:80, name: a b}]\n",
	  "name \"a b\": " NAME },
	{ V1 "services: [{match: tcp 192.0.2.1:80, name: 10.0.0.1}]\n",
	  "name \"10.0.0.1\": expected a name, not an address" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, pool: web}]\n",
	  "pool \"web\": expected the name of one of the pools" },
	{ V1 "services: [{match: tcp 192.0.2.1:80}, {match: tcp 192.0.2.1:80}]\n",
	  "service tcp 192.0.2.1:80 is given twice: the first time in line 2" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, name: a}, {match: tcp 192.0.2.1:81, name: a}]\n",
	  "two services have the name a: the first one is in line 2" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, source: [2001:db8::/32, 10.0.0.1/8]}]\n",
	  "source \"2001:db8::/32\": expected IPv4, the family of the service\n"
	  "\"10.0.0.1/8\": host bits are set: expected 10.0.0.0/8" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, timeout: 5}]\n", "timeout: expected a mapping" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, timeout: {tcp: no}}]\n",
	  "timeout tcp \"no\": expected 1 to 2147483" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, timeout: {tpc: 1}}]\n",
	  "timeout \"tpc\": " TIMEOUTS },
	{ V1 "services: [{match: tcp 192.0.2.1:80, force: maybe}]\n",
	  "force \"maybe\": expected yes or no" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, unset: seed}]\n",
	  "\"unset\" is not a key of a service: " SERVICE_KEYS },
	{ V1 "services: [{match: tcp 192.0.2.1:80, backends: [{address: 1.2.3}]}]\n",
	  "\"1.2.3\": expected an IPv4 or IPv6 address" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, backends: [{name: b}]}]\n",
	  "address is missing in a backend" },
	{ V1 "pools:\n- name: p\n  backends:\n"
	  "  - {address: 10.0.0.1, name: b}\n  - {address: 10.0.0.2, name: b}\n",
	  "two backends have the name b: the first one is in line 5" },
	{ V1 "pools: [{name: p, backends: []}, {name: p, backends: []}]\n",
	  "two pools have the name p" },
	{ V1 "defaults: {service: {source: 10.0.0.0/8}}\n",
	  "source: expected it in services only, which have a family" },
	{ V1 "checks: [{name: c}]\n", "type is missing in a check" },
	{ V1 "status: [off]\n", "status: expected a mapping with keys" },
	{ V1 "status: {listen: [off]}\n", "listen: expected a single value" },
	{ V1 "status: {port: 14780}\n",
	  "\"port\" is not a key of status: expected listen, host" },
	{ V1 "status: {host: a b}\n",
	  "host \"a b\": expected a name of letters, digits, '.', '-' and '_', without a port" },
	{ V1 "checks: [{type: tcp}]\n", "name is missing in a check" },
	{ CHECK("tpc"), "type \"tpc\": " CHECK_TYPES },
	{ CHECK("tcp, prot: 1"), "\"prot\" is not a key of a check: " CHECK_KEYS },
	{ CHECK("tcp, port: 0"), "port \"0\": expected 1 to 65535" },
	{ CHECK("tcp, target: hosts"), "target \"hosts\": expected both, path, host" },
	{ CHECK("tcp, interval: 0.05"), "interval \"0.05\": expected 0.1 to 86400 seconds" },
	{ CHECK("tcp, timeout: 1.2345"), "timeout \"1.2345\": expected 0.01 to 86400 seconds" },
	{ CHECK("tcp, rise: 0, fall: 11"),
	  "rise \"0\": expected 1 to 10\nfall \"11\": expected 1 to 10" },
	{ CHECK("tcp, interval: 2, timeout: 3"), "timeout: expected at most the interval" },
	{ CHECK("tcp, interval: 2, fast-interval: 3"),
	  "fast-interval: expected at most the interval" },
	{ CHECK("tcp, max-interval: 3"), "max-interval: expected at least the interval" },
	{ CHECK("tcp, path: /"), "a check of type tcp has no path" },
	{ CHECK("icmp, port: 7"), "a check of type icmp has no port" },
	{ CHECK("udp, port: 7"), "send is missing in a check of type udp" },
	{ CHECK("udp, send: 'a\\q'"),
	  "send \"a\\q\": expected 1 to 255 bytes, escaped by \\n, \\r, \\t, \\\\ or \\xHH" },
	{ CHECK("udp, send: a, expect: b, reply: no"),
	  "reply: expected yes, because there is an expect" },
	{ CHECK("http, path: index"), "path \"index\": expected a '/' first" },
	{ CHECK("http, status: 399-200"),
	  "status \"399-200\": expected a number from 100 to 599, or a range" },
	{ CHECK("dns"), "query is missing in a check of type dns" },
	{ CHECK("exec"), "command is missing in a check of type exec" },
	{ CHECK("exec, command: true"), "command \"true\": expected an absolute path" },
	{ CHECK("exec, command: /bin/true, target: both"),
	  "target: expected host for a check of type exec" },
	{ V1 "checks: [{name: c, type: icmp}, {name: c, type: icmp}]\n",
	  "two checks have the name c" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, checks: web}]\n",
	  "check \"web\": expected the name of one of the checks" },
	{ V1 "checks: [{name: c, type: icmp}]\n"
	  "services: [{match: tcp 192.0.2.1:80, checks: [c, c]}]\n",
	  "check c is given twice" },
	{ V1 "checks: [{name: c, type: tcp}]\n"
	  "services: [{match: any 192.0.2.1, checks: c}]\n",
	  "check c: expected it to have a port, because the service has none" },
	{ V1 "announce: []\n", "the announcements: expected a mapping with keys" },
	{ ANNOUNCE("metrics: 1"), "\"metrics\" is not a key of the announcements: " ANNOUNCE_KEYS },
	{ ANNOUNCE("table: 253, protocol: 12"),
	  "table \"253\": expected 1 to 252\nprotocol \"12\": expected 13 to 255" },
	{ ANNOUNCE("settle: 0, drain: 601"),
	  "settle \"0\": expected 0.1 to 3600 seconds\n"
	  "drain \"601\": expected 0 to 600 seconds" },
	{ ANNOUNCE("on-stop: leave"), "on-stop \"leave\": expected withdraw, keep" },
	{ ANNOUNCE("device: a/b"), "device \"a/b\": expected the name of a device" },
	{ ANNOUNCE("metric: 200"), "metric-degraded: expected more than the metric, 200" },
	{ ANNOUNCE("metric-degraded: 300"),
	  "metric-draining: expected more than metric-degraded, 300" },
	{ ANNOUNCED("announce: maybe"), "announce \"maybe\": expected yes or no" },
	{ ANNOUNCED("withdraw-below: 0"),
	  "withdraw-below \"0\": expected 1 to 65535, 1% to 100% or off" },
	{ V1 "services: [{match: tcp 192.0.2.1:80, announce: yes}]\n",
	  "announce \"yes\": expected the file to have the mapping announce" },
	{ ANNOUNCE() "services: [{match: mark 7, announce: yes}]\n",
	  "announce \"yes\": expected a service with a VIP, not with a mark" },
	{ ANNOUNCED("fail-open-below: 3, withdraw-below: 2"), "withdraw-below: " AT_LEAST("3") },
	{ ANNOUNCED("fail-open-below: 9%, withdraw-below: 8%"), "withdraw-below: " AT_LEAST("9%") },
	{ ANNOUNCED("fail-open-below: 2, withdraw-below: 50%, " TWO_BACKENDS),
	  "withdraw-below: " AT_LEAST("2") },
	{ ANNOUNCED("fail-open-below: 66%, withdraw-below: 1, " TWO_BACKENDS),
	  "withdraw-below: " AT_LEAST("66%") },
	{ ANNOUNCE() "services:\n"
	  "- {match: tcp 192.0.2.1%red:80, announce: yes}\n"
	  "- {match: udp 192.0.2.1:80, announce: yes}\n",
	  "192.0.2.1 is announced in two VRFs: expected \"announce: no\" here or in line 4" },
};

static void each_error_says_what_is_wrong_and_what_was_expected(void **state)
{
	size_t i;

	(void)state;
	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++)
		assert_texts(wrong[i].text, wrong[i].errors);
}

/* Scalars have the type that the schema says, not the one that YAML guesses. */
static void scalars_are_what_the_schema_says(void **state)
{
	struct loaded loaded;
	struct dsr_conf *conf;

	(void)state;
	load(&loaded, V1 "services:\n"
		      "  - match: tcp 192.0.2.1:80\n"
		      "    name: 012\n"
		      "    dev: no\n"
		      "    seed: 0x10\n"
		      "    one-packet: on\n"
		      "    table-size: \"251\"\n"
		      "    force: no\n");
	assert_int_equal(loaded.ret, 0);
	conf = &config_service(&loaded.config, 0)->conf;
	assert_string_equal(config_service(&loaded.config, 0)->name, "012");
	assert_string_equal(conf->dev, "no");
	assert_int_equal(conf->seed, 16);
	assert_int_equal(conf->one_packet, 1);
	assert_int_equal(conf->table_size, 251);
	assert_int_equal(conf->set & conf_bit(conf_by_attr(CONF_SERVICE, NF_DSR_A_SERVICE_FORCE)),
			 0);
	unload(&loaded);
}

static const char file[] =
	V1 "defaults:\n"
	"  service: {scheduler: wrr, timeout: {tcp: 1800}}\n"
	"  backend: {weight: 3}\n"
	"pools:\n"
	"  - name: web\n"
	"    backends:\n"
	"      - {address: 10.0.0.1, name: b1}\n"
	"      - {address: 10.0.0.2, name: b2, weight: 5}\n"
	"services:\n"
	"  - match: tcp 192.0.2.1:80\n"
	"    name: shop\n"
	"    pool: web\n"
	"    outer-source: [10.0.0.0/8, \"fd00::/64\"]\n"
	"  - match: udp 192.0.2.1:53\n"
	"    timeout: {udp: 30}\n"
	"    backends: [{address: \"2001:db8::1\", method: gre, gre-key: 7}]\n"
	"devices: [eth0]\n";

/* Return what differs between texts, as it is printed. */
static char *diff(const char *base, const char *wanted, const char *running, bool keep)
{
	struct list changes = LIST_OF(struct config_change);
	struct loaded old, want, have;
	struct screen screen;
	char *text;

	if (base)
		load(&old, base);
	load(&want, wanted);
	load(&have, running);
	assert_int_equal(want.ret | have.ret | (base ? old.ret : 0), 0);
	config_diff(base ? &old.config : NULL, &want.config, &have.config, keep, &changes);
	screen_open(&screen);
	print_diff(&screen.ctl, &changes);
	text = strdup(screen_text(&screen));
	screen_close(&screen);
	list_free(&changes);
	if (base)
		unload(&old);
	unload(&want);
	unload(&have);
	return text;
}

static void assert_diff(const char *base, const char *wanted, const char *running, bool keep,
			const char *expected)
{
	char *text = diff(base, wanted, running, keep);

	assert_string_equal(text, expected);
	free(text);
}

static void a_file_is_read_and_written(void **state)
{
	struct loaded loaded, again;
	char *text, *second;
	size_t size;
	FILE *memory;

	(void)state;
	load(&loaded, file);
	assert_int_equal(loaded.ret, 0);
	assert_int_equal(loaded.config.services.n, 2);
	assert_int_equal(config_backend(&loaded.config, 0)->conf.weight, 3);
	assert_int_equal(config_backend(&loaded.config, 1)->conf.weight, 5);
	memory = open_memstream(&text, &size);
	config_write(&loaded.config, memory);
	fclose(memory);
	assert_string_equal(text,
			    "version: 1\n"
			    "services:\n"
			    "- match: tcp 192.0.2.1:80\n"
			    "  name: shop\n"
			    "  scheduler: wrr\n"
			    "  outer-source: [10.0.0.0/8, 'fd00::/64']\n"
			    "  timeout:\n"
			    "    tcp: 1800\n"
			    "  backends:\n"
			    "  - address: 10.0.0.1\n"
			    "    name: b1\n"
			    "    weight: 3\n"
			    "  - address: 10.0.0.2\n"
			    "    name: b2\n"
			    "    weight: 5\n"
			    "- match: udp 192.0.2.1:53\n"
			    "  scheduler: wrr\n"
			    "  timeout:\n"
			    "    tcp: 1800\n"
			    "    udp: 30\n"
			    "  backends:\n"
			    "  - address: 2001:db8::1\n"
			    "    weight: 3\n"
			    "    method: gre\n"
			    "    gre-key: 7\n"
			    "devices: [eth0]\n");
	load(&again, text);
	memory = open_memstream(&second, &size);
	config_write(&again.config, memory);
	fclose(memory);
	assert_string_equal(text, second);
	assert_diff(NULL, text, file, true, "");
	free(text);
	free(second);
	unload(&loaded);
	unload(&again);
}

static const char checked[] =
	V1 "checks:\n"
	"  - {name: web, type: http, port: 8080, host: shop.example, path: /health, interval: 2.50}\n"
	"  - {name: ping, type: icmp}\n"
	"  - {name: old, type: udp, send: 'a\\x00\\n\\\\b', expect: \"c\\td\", timeout: 0.25}\n"
	"pools:\n"
	"  - {name: p, checks: [web, old], backends: [{address: 10.0.0.1, checks: ping}]}\n"
	"services:\n"
	"  - {match: tcp 192.0.2.1:80, checks: ping, pool: p}\n"
	"  - {match: tcp 192.0.2.1:81, pool: p}\n";

static void checks_belong_to_services_pools_and_backends(void **state)
{
	const struct config_check *check;
	struct loaded loaded;

	(void)state;
	load(&loaded, checked);
	assert_int_equal(loaded.ret, 0);
	assert_int_equal(loaded.config.checks.n, 3);
	check = config_check(&loaded.config, 0);
	assert_int_equal(check->port, 8080);
	assert_int_equal(check->interval, 2500);
	assert_int_equal(check->fast_interval, 1000);
	assert_int_equal(check->max_interval, 30000);
	assert_int_equal(check->status.min, 200);
	assert_int_equal(check->status.max, 399);
	check = config_check(&loaded.config, 2);
	assert_int_equal(check->send.n, 5);
	assert_memory_equal(check->send.bytes, "a\0\n\\b", 5);
	assert_memory_equal(check->expect.bytes, "c\td", 3);
	assert_int_equal(check->timeout, 250);
	/* The backend's own check, and those of its pool. */
	assert_int_equal(config_backend(&loaded.config, 0)->checks.n, 3);
	assert_int_equal(config_backend(&loaded.config, 0)->checks.at[0], 1);
	assert_int_equal(config_service(&loaded.config, 0)->checks.n, 1);
	assert_int_equal(config_service(&loaded.config, 1)->checks.n, 0);
	unload(&loaded);
}

/* The kernel knows no checks, so an export takes them from the file, as it takes names. */
static void checks_stay_in_the_file(void **state)
{
	struct loaded loaded, running;
	char *text;
	size_t size;
	FILE *memory;

	(void)state;
	load(&loaded, checked);
	load(&running, V1 "services:\n"
		       "  - {match: tcp 192.0.2.1:80, backends: [{address: 10.0.0.1}]}\n"
		       "  - {match: tcp 192.0.2.1:81, backends: [{address: 10.0.0.2}]}\n");
	config_complete(&running.config, &loaded.config);
	memory = open_memstream(&text, &size);
	config_write(&running.config, memory);
	fclose(memory);
	assert_string_equal(text,
			    "version: 1\n"
			    "checks:\n"
			    "- name: web\n"
			    "  type: http\n"
			    "  port: 8080\n"
			    "  interval: 2.5\n"
			    "  host: shop.example\n"
			    "  path: /health\n"
			    "- name: ping\n"
			    "  type: icmp\n"
			    "- name: old\n"
			    "  type: udp\n"
			    "  timeout: 0.25\n"
			    "  send: a\\x00\\n\\\\b\n"
			    "  expect: c\\td\n"
			    "services:\n"
			    "- match: tcp 192.0.2.1:80\n"
			    "  checks: [ping]\n"
			    "  backends:\n"
			    "  - address: 10.0.0.1\n"
			    "    checks: [ping, web, old]\n"
			    "- match: tcp 192.0.2.1:81\n"
			    "  backends:\n"
			    "  - address: 10.0.0.2\n"
			    "devices: []\n");
	free(text);
	unload(&loaded);
	unload(&running);
}

/* Assert what is written of a configuration, and that this is read as the same. */
static void assert_written(const char *text, const char *expected)
{
	struct loaded loaded;
	char *written;
	size_t size;
	FILE *memory = open_memstream(&written, &size);

	load(&loaded, text);
	assert_int_equal(loaded.ret, 0);
	config_write(&loaded.config, memory);
	fclose(memory);
	assert_string_equal(written, expected);
	assert_diff(NULL, written, text, true, "");
	free(written);
	unload(&loaded);
}

#define SERVICE V1 "services: [{match: tcp 192.0.2.1:80"
#define IPIP SERVICE ", method: ipip}]\n"
#define BACKEND(options) SERVICE ", backends: [{address: 10.0.0.1" options "}]}]\n"

static void the_file_and_the_hand_are_told_apart(void **state)
{
	(void)state;
	/* The file changed. */
	assert_diff(SERVICE "}]\n", IPIP, SERVICE "}]\n", true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ method l2 -> ipip\n");
	assert_diff(IPIP, SERVICE "}]\n", IPIP, true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ method ipip -> l2\n");
	/* The kernel was changed by hand, and the file wins. */
	assert_diff(SERVICE "}]\n", SERVICE "}]\n", IPIP, true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ method ipip -> l2: was changed by hand\n");
	assert_diff(BACKEND(), BACKEND(), V1, true,
		    "+ service tcp 192.0.2.1:80: was deleted by hand\n"
		    "+ backend 10.0.0.1 of service tcp 192.0.2.1:80: was deleted by hand\n");
	assert_diff(V1, V1, BACKEND(), true, "- service tcp 192.0.2.1:80: was added by hand\n");
	assert_diff(BACKEND(), V1, BACKEND(), true, "- service tcp 192.0.2.1:80\n");
	assert_diff(SERVICE "}]\n", SERVICE "}]\n", BACKEND(), true,
		    "- backend 10.0.0.1 of service tcp 192.0.2.1:80: was added by hand\n");
	assert_diff(V1 "devices: [a, b]\n", V1 "devices: [b, d]\n", V1 "devices: [a, c]\n", true,
		    "- device a\n"
		    "- device c: was added by hand\n"
		    "+ device b: was deleted by hand\n"
		    "+ device d\n");
	/* Devices that the file does not name at all are left alone. */
	assert_diff(V1, V1, V1 "devices: [a]\n", true, "");
}

static void what_is_set_by_hand_for_a_while_is_kept(void **state)
{
	(void)state;
	assert_diff(BACKEND(), BACKEND(), BACKEND(", state: drain"), true,
		    "= backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    = state drain: set by hand and kept (the file: active)\n");
	assert_diff(BACKEND(), BACKEND(), BACKEND(", state: drain"), false,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    ~ state drain -> active: was changed by hand\n");
	/* A new value in the file wins. */
	assert_diff(BACKEND(", weight: 2"), BACKEND(", weight: 3"), BACKEND(", weight: 0"), true,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    ~ weight 0 -> 3\n");
	/* Nothing was applied before: what the file says wins, what it leaves open does not. */
	assert_diff(NULL, BACKEND(", weight: 3"), BACKEND(", weight: 0, health: down"), true,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    = health down: set by hand and kept (the file: up)\n"
		    "    ~ weight 0 -> 3\n");
}

#define PING V1 "checks: [{name: ping, type: icmp}]\n"
#define CHECKED(options) PING \
	"services: [{match: tcp 192.0.2.1:80, checks: ping, backends: [{address: 10.0.0.1" \
	options "}]}]\n"

/* What the checks find is no difference, even if all that was set by hand is to go. */
static void the_health_of_a_backend_with_checks_is_not_compared(void **state)
{
	(void)state;
	assert_diff(CHECKED(), CHECKED(), BACKEND(", health: down"), true, "");
	assert_diff(CHECKED(), CHECKED(), BACKEND(", health: down"), false, "");
	assert_diff(CHECKED(), CHECKED(), BACKEND(", health: down, state: drain"), false,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    ~ state drain -> active: was changed by hand\n");
	assert_diff(NULL, BACKEND(), CHECKED(), true, "");
}

static void a_backend_inherits_what_it_does_not_have(void **state)
{
	(void)state;
	assert_diff(NULL, BACKEND(), BACKEND(", method: gre"), true,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    ~ method gre -> inherited: was changed by hand\n");
	assert_diff(NULL, BACKEND(", method: l2"), BACKEND(), true,
		    "~ backend 10.0.0.1 of service tcp 192.0.2.1:80\n"
		    "    ~ method inherited -> l2\n");
}

/* The kernel chooses a seed, so any is right if the file has none and never had one. */
static void a_seed_matters_only_if_the_file_has_one(void **state)
{
	(void)state;
	assert_diff(SERVICE "}]\n", SERVICE "}]\n", SERVICE ", seed: 7}]\n", true, "");
	assert_diff(SERVICE "}]\n", SERVICE ", seed: 8}]\n", SERVICE ", seed: 7}]\n", true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ seed 7 -> 8\n");
	assert_diff(SERVICE ", seed: 7}]\n", SERVICE "}]\n", SERVICE ", seed: 7}]\n", true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ seed 7 -> random\n");
}

static void sources_are_a_set(void **state)
{
	(void)state;
	assert_diff(NULL, SERVICE ", source: [10.0.0.0/8, 10.1.0.0/16]}]\n",
		    SERVICE ", source: [10.1.0.0/16, 10.0.0.0/8]}]\n", true, "");
	assert_diff(NULL, SERVICE "}]\n", SERVICE ", source: [10.1.0.0/16]}]\n", true,
		    "~ service tcp 192.0.2.1:80\n"
		    "    ~ source 10.1.0.0/16 -> any: was changed by hand\n");
}

/* The kernel keeps the option, so it is written although it has no effect. */
static void what_happens_to_other_sources_is_written_without_sources(void **state)
{
	(void)state;
	assert_written(SERVICE ", source-other: drop}]\n",
		       V1 "services:\n"
		       "- match: tcp 192.0.2.1:80\n"
		       "  source-other: drop\n"
		       "devices: []\n");
}

/* Defaults are for backends of both families, and each takes the source of its own. */
static void defaults_have_an_outer_source_of_each_family(void **state)
{
	(void)state;
	assert_written(V1 "defaults: {backend: {outer-source: [10.8.0.1, \"fd00::/64\"]}}\n"
		       "services: [{match: tcp 192.0.2.1:80, method: gre,\n"
		       "  backends: [{address: 10.0.0.1}, {address: \"fd00::1\"}]}]\n",
		       V1 "services:\n"
		       "- match: tcp 192.0.2.1:80\n"
		       "  method: gre\n"
		       "  backends:\n"
		       "  - address: 10.0.0.1\n"
		       "    outer-source: 10.8.0.1/32\n"
		       "  - address: fd00::1\n"
		       "    outer-source: fd00::/64\n"
		       "devices: []\n");
}

/* The kernel has names that no file can have. */
static void a_name_that_is_not_utf8_is_refused(void **state)
{
	struct dsr_error err = { 0 };
	struct loaded loaded;

	(void)state;
	load(&loaded, V1 "services: [{match: tcp 192.0.2.1:80, dev: \"\\xe4\"}]\ndevices: [ax]\n");
	assert_int_equal(config_check_text(&loaded.config, &err), 0);
	config_device(&loaded.config, 0)->name[1] = '\xe4';
	assert_int_equal(config_check_text(&loaded.config, &err), -1);
	assert_string_equal(err.text,
			    "device \"a?\": a file cannot have its name, which is not in UTF-8");
	unload(&loaded);
}

#define OUTER(value) SERVICE ", method: gre, outer-source: " value "}]\n"

/* The kernel keeps addresses that a word makes useless. */
static void an_outer_source_that_is_a_word_has_no_address(void **state)
{
	const struct conf_option *option = conf_by_attr(CONF_SERVICE,
							NF_DSR_A_SERVICE_OUTER_SOURCE);
	struct loaded kept, word;
	struct dsr_conf *conf;

	(void)state;
	load(&kept, OUTER("10.8.0.1"));
	load(&word, OUTER("route"));
	conf = &config_service(&kept.config, 0)->conf;
	conf->outer_source = NF_DSR_OUTER_SOURCE_ROUTE;
	assert_true(conf_equal(CONF_SERVICE, option, conf,
			       &config_service(&word.config, 0)->conf));
	unload(&kept);
	unload(&word);
}

/* Assert which parts of the outer source a change sets and unsets. */
static void assert_outer_change(const char *wanted, const char *running, __u64 set, __u64 unset)
{
	struct list changes = LIST_OF(struct config_change);
	struct loaded want, have;
	struct dsr_conf conf;

	load(&want, wanted);
	load(&have, running);
	config_diff(NULL, &want.config, &have.config, true, &changes);
	assert_int_equal(changes.n, 1);
	config_change_conf(list_at(&changes, 0), &conf);
	assert_int_equal(conf.set, set);
	assert_int_equal(conf.unset, unset);
	list_free(&changes);
	unload(&want);
	unload(&have);
}

static void a_change_removes_the_addresses_that_the_file_lacks(void **state)
{
	__u64 source = CONF_BIT(outer_source), addr4 = CONF_BIT(outer_addr4);
	__u64 addr6 = CONF_BIT(outer_addr6);
	__u64 lengths = CONF_BIT(outer_prefix4) | CONF_BIT(outer_prefix6);

	(void)state;
	assert_outer_change(OUTER("10.8.0.1"), OUTER("[10.8.0.1, \"fd00::1\"]"), source | addr4,
			    addr6 | lengths);
	assert_outer_change(OUTER("client"), OUTER("10.8.0.1"), source, addr4 | addr6 | lengths);
	assert_outer_change(SERVICE ", method: gre}]\n", OUTER("10.8.0.1"), 0,
			    source | addr4 | addr6 | lengths);
}

/* Write a text to a file of the directory. */
static void write_text(const char *directory, const char *kind, size_t number, const char *text)
{
	char path[256];
	FILE *to;

	snprintf(path, sizeof(path), "%s/%zu.%s", directory, number, kind);
	to = fopen(path, "w");
	if (!to || fputs(text, to) < 0 || fclose(to))
		abort();
}

/* Write the files of these tests, and the errors of those that have some, for the test of the
 * schema.
 */
static int write_files(const char *directory)
{
	size_t i;

	for (i = 0; i < sizeof(wrong) / sizeof(*wrong); i++) {
		write_text(directory, "yaml", i, wrong[i].text);
		write_text(directory, "errors", i, wrong[i].errors);
	}
	write_text(directory, "yaml", i, file);
	return 0;
}

int main(int argc, char **argv)
{
	struct CMUnitTest tests[] = {
		cmocka_unit_test(all_errors_are_reported_with_their_places),
		cmocka_unit_test(each_error_says_what_is_wrong_and_what_was_expected),
		cmocka_unit_test(scalars_are_what_the_schema_says),
		cmocka_unit_test(a_file_is_read_and_written),
		cmocka_unit_test(checks_belong_to_services_pools_and_backends),
		cmocka_unit_test(checks_stay_in_the_file),
		cmocka_unit_test(the_file_and_the_hand_are_told_apart),
		cmocka_unit_test(what_is_set_by_hand_for_a_while_is_kept),
		cmocka_unit_test(the_health_of_a_backend_with_checks_is_not_compared),
		cmocka_unit_test(a_backend_inherits_what_it_does_not_have),
		cmocka_unit_test(a_seed_matters_only_if_the_file_has_one),
		cmocka_unit_test(sources_are_a_set),
		cmocka_unit_test(what_happens_to_other_sources_is_written_without_sources),
		cmocka_unit_test(defaults_have_an_outer_source_of_each_family),
		cmocka_unit_test(a_name_that_is_not_utf8_is_refused),
		cmocka_unit_test(an_outer_source_that_is_a_word_has_no_address),
		cmocka_unit_test(a_change_removes_the_addresses_that_the_file_lacks),
	};

	if (argc > 1)
		return write_files(argv[1]);
	return cmocka_run_group_tests(tests, NULL, NULL);
}

// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Imports what "ipvsadm -S" prints: a line for each service (-A) and each server (-a), whose words
 * are the options of ipvsadm.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "import_block.h"
#include "lvs.h"

#define WORDS 64
#define BLANKS " \t\v\f"

/* What a line says. NULL or 0 means that it does not say it. */
struct rule {
	const char *command;		/* the letter or the long name */
	const char *protocol;
	const char *address;		/* of the service, or its mark */
	const char *server;
	const char *scheduler;
	const char *flags;
	const char *persist;		/* "" without a timeout */
	const char *netmask;
	const char *engine;
	const char *weight, *upper, *lower;
	const char *timeouts[3];
	const char *daemon;		/* anything about it */
	struct lvs_forward forward;
	bool ipv6;
	bool one_packet;
};

struct ipvs {
	struct import *in;
	struct lvs_timeouts timeouts;
	size_t line;
	struct rule rule;
};

enum argument {
	NONE,
	NEEDED,
	OPTIONAL,
	THREE,
};

struct option {
	char letter;			/* NUL: none */
	const char *name;
	enum argument argument;
	size_t offset;			/* in struct rule, of the argument */
	const char *protocol;		/* that the option stands for */
	bool is_command;
};

#define AT(member) offsetof(struct rule, member)

static const struct option options[] = {
	{ 'A', "add-service", .is_command = true },
	{ 'E', "edit-service", .is_command = true },
	{ 'D', "delete-service", .is_command = true },
	{ 'C', "clear", .is_command = true },
	{ 'R', "restore", .is_command = true },
	{ 'S', "save", .is_command = true },
	{ 'a', "add-server", .is_command = true },
	{ 'e', "edit-server", .is_command = true },
	{ 'd', "delete-server", .is_command = true },
	{ 'L', "list", .is_command = true },
	{ 'l', "list", .is_command = true },
	{ 'Z', "zero", .is_command = true },
	{ '\0', "set", THREE, AT(timeouts), .is_command = true },
	{ '\0', "start-daemon", NEEDED, AT(daemon), .is_command = true },
	{ '\0', "stop-daemon", NEEDED, AT(daemon), .is_command = true },
	{ '\0', "mcast-interface", NEEDED, AT(daemon) },
	{ '\0', "mcast-group", NEEDED, AT(daemon) },
	{ '\0', "mcast-port", NEEDED, AT(daemon) },
	{ '\0', "mcast-ttl", NEEDED, AT(daemon) },
	{ '\0', "syncid", NEEDED, AT(daemon) },
	{ '\0', "sync-maxlen", NEEDED, AT(daemon) },
	{ 't', "tcp-service", NEEDED, AT(address), "tcp" },
	{ 'u', "udp-service", NEEDED, AT(address), "udp" },
	{ '\0', "sctp-service", NEEDED, AT(address), "sctp" },
	{ 'f', "fwmark-service", NEEDED, AT(address), "mark" },
	{ 's', "scheduler", NEEDED, AT(scheduler) },
	{ 'b', "sched-flags", NEEDED, AT(flags) },
	{ 'p', "persistent", OPTIONAL, AT(persist) },
	{ 'M', "netmask", NEEDED, AT(netmask) },
	{ '\0', "pe", NEEDED, AT(engine) },
	{ 'r', "real-server", NEEDED, AT(server) },
	{ 'w', "weight", NEEDED, AT(weight) },
	{ 'x', "u-threshold", NEEDED, AT(upper) },
	{ 'y', "l-threshold", NEEDED, AT(lower) },
	{ '\0', "tun-type", NEEDED, AT(forward.type) },
	{ '\0', "tun-port", NEEDED, AT(forward.port) },
	{ 'g', "gatewaying" },
	{ 'i', "ipip" },
	{ 'm', "masquerading" },
	{ '\0', "tun-nocsum" },
	{ '\0', "tun-csum" },
	{ '\0', "tun-remcsum" },
	{ 'o', "ops" },
	{ 'O', "ops" },
	{ '6', "ipv6" },
	{ 'n', "numeric" },
	{ 0 }
};

static const struct option *find_option(const char *word, const char **value)
{
	const struct option *option;
	size_t length;

	*value = NULL;
	for (option = options; option->name; option++) {
		length = strlen(option->name);
		if (word[0] == '-' && option->letter && word[1] == option->letter) {
			*value = word[2] ? word + 2 : NULL;
			return option;
		}
		if (!strncmp(word, "--", 2) && !strncmp(word + 2, option->name, length) &&
		    (!word[2 + length] || word[2 + length] == '=')) {
			*value = word[2 + length] ? word + 3 + length : NULL;
			return option;
		}
	}
	return NULL;
}

/* Set what an option without an argument says. */
static void set_plain(struct rule *rule, const char *name)
{
	if (!strcmp(name, "masquerading"))
		rule->forward.method = LVS_NAT;
	else if (!strcmp(name, "ipip"))
		rule->forward.method = LVS_TUN;
	else if (!strcmp(name, "gatewaying"))
		rule->forward.method = LVS_DR;
	else if (!strncmp(name, "tun-", 4))
		rule->forward.checksum = name + 4;
	else if (!strcmp(name, "ops"))
		rule->one_packet = true;
	else if (!strcmp(name, "ipv6"))
		rule->ipv6 = true;
}

/* Read the argument of an option, from the words that follow it. Return the rest of them, or
 * NULL if it is missing.
 */
static char **read_argument(struct rule *rule, const struct option *option, const char *value,
			    char **words)
{
	const char **to = (const char **)((char *)rule + option->offset);
	int i, n = option->argument == THREE ? 3 : 1;

	if (option->argument == OPTIONAL && !value && (!*words || **words == '-')) {
		*to = "";
		return words;
	}
	for (i = 0; i < n; i++, value = NULL) {
		to[i] = value ?: *words;
		if (!to[i])
			return NULL;
		words += !value;
	}
	return words;
}

/* Read the words of a line. Return false, with a report, if one of them is wrong. */
static bool read_rule(struct ipvs *ipvs, char **words)
{
	struct rule *rule = &ipvs->rule;
	const struct option *option;
	const char *value;
	char *word;

	*rule = (struct rule){ .forward = { .method = LVS_DR } };
	while ((word = *words++)) {
		option = find_option(word, &value);
		if (!option) {
			import_refused(ipvs->in, ipvs->line, "\"%s\" is not an option of ipvsadm",
				       word);
			return false;
		}
		if (option->is_command && rule->command) {
			import_refused(ipvs->in, ipvs->line, "\"%s\": there is a command already",
				       word);
			return false;
		}
		if (option->is_command)
			rule->command = option->name;
		if (option->protocol)
			rule->protocol = option->protocol;
		if (option->argument == NONE)
			set_plain(rule, option->name);
		else
			words = read_argument(rule, option, value, words);
		if (!words) {
			import_refused(ipvs->in, ipvs->line, "\"%s\" needs a value", word);
			return false;
		}
	}
	return true;
}

/* Split ADDRESS[:PORT] or [ADDRESS]:PORT. Return the port, 0 if there is none, or -1 with a
 * report.
 */
static int split_port(struct ipvs *ipvs, const char *text, char *address, size_t size)
{
	const char *colon = strrchr(text, ':'), *end = colon ?: text + strlen(text);
	int port = 0;

	if (*text == '[') {
		text++;
		end = strchr(text, ']') ?: text + strlen(text);
		colon = *end && end[1] == ':' ? end + 1 : NULL;
	} else if (colon && strchr(text, ':') != colon) {
		colon = NULL;
		end = text + strlen(text);
	}
	snprintf(address, size, "%.*s", (int)(end - text), text);
	if (colon)
		port = lvs_port(colon + 1);
	if (port < 0)
		import_refused(ipvs->in, ipvs->line,
			       "port \"%s\": expected 0 to 65535; \"ipvsadm -S -n\" prints numbers",
			       colon + 1);
	return port;
}

/* Write the words that a service of ours has instead. */
static bool make_vip(struct ipvs *ipvs, char *vip, size_t size)
{
	const struct rule *rule = &ipvs->rule;
	char address[ADDR_TEXT];
	int port;

	if (!rule->protocol) {
		import_refused(ipvs->in, ipvs->line,
			       "which service? expected -t, -u, -f or --sctp-service");
		return false;
	}
	if (!strcmp(rule->protocol, "mark")) {
		snprintf(vip, size, "%s%s", rule->address, rule->ipv6 ? "/ipv6" : "");
		return true;
	}
	port = split_port(ipvs, rule->address, address, sizeof(address));
	if (port < 0)
		return false;
	if (!port)
		snprintf(vip, size, "%s", address);
	else
		snprintf(vip, size, strchr(address, ':') ? "[%s]:%d" : "%s:%d", address, port);
	return true;
}

static void set_flags(struct ipvs *ipvs, struct import_service *service, const char *flags)
{
	char *copy = error_check_alloc(strdup(flags)), *save, *flag;

	for (flag = strtok_r(copy, ",", &save); flag; flag = strtok_r(NULL, ",", &save))
		lvs_set_flag(ipvs->in, service, flag, ipvs->line);
	free(copy);
}

static void set_persistence(struct ipvs *ipvs, struct import_service *service)
{
	const struct rule *rule = &ipvs->rule;

	if (rule->engine)
		import_approximated(ipvs->in, ipvs->line,
				    "persistence engine %s: clients are known by their addresses only",
				    rule->engine);
	if (rule->persist)
		import_set(ipvs->in, service, "persist", *rule->persist ? rule->persist : "300",
			   ipvs->line);
	if (rule->persist && rule->netmask)
		lvs_set_netmask(ipvs->in, service, rule->netmask, ipvs->line);
}

static void add_service(struct ipvs *ipvs)
{
	const struct rule *rule = &ipvs->rule;
	struct import_service *service;
	char vip[2 * ADDR_TEXT];

	if (!make_vip(ipvs, vip, sizeof(vip)))
		return;
	service = import_service(ipvs->in, rule->protocol, vip, ipvs->line);
	if (!service)
		return;
	lvs_set_scheduler(ipvs->in, service, rule->scheduler ?: "wlc", ipvs->line);
	if (rule->flags)
		set_flags(ipvs, service, rule->flags);
	set_persistence(ipvs, service);
	if (rule->one_packet)
		lvs_set_one_packet(ipvs->in, service, ipvs->line);
	lvs_note_mark(ipvs->in, service, ipvs->line);
}

/* Report a service that was refused itself. */
static struct import_service *find_service(struct ipvs *ipvs)
{
	char vip[2 * ADDR_TEXT];

	return make_vip(ipvs, vip, sizeof(vip)) ?
	       import_find(ipvs->in, ipvs->rule.protocol, vip, ipvs->line) : NULL;
}

/* Read a number from 0 to UINT32_MAX. */
static __u64 read_number(struct ipvs *ipvs, const char *name, const char *word, __u64 none)
{
	__u64 number;

	if (!word)
		return none;
	if (!addr_parse_number(word, UINT32_MAX, &number))
		return number;
	import_refused(ipvs->in, ipvs->line, "%s \"%s\": expected a number", name, word);
	return none;
}

static void add_server(struct ipvs *ipvs)
{
	struct import_service *service = find_service(ipvs);
	const struct rule *rule = &ipvs->rule;
	struct import_backend *backend;
	char address[ADDR_TEXT];
	int port;

	if (!service)
		return;
	port = rule->server ? split_port(ipvs, rule->server, address, sizeof(address)) : -1;
	if (!rule->server)
		import_refused(ipvs->in, ipvs->line, "which server? expected -r");
	if (port < 0) {
		service->refused++;
		return;
	}
	if (!lvs_check_forward(ipvs->in, service, address, &rule->forward, ipvs->line) ||
	    !lvs_check_port(ipvs->in, service, address, port, ipvs->line))
		return;
	backend = import_backend(ipvs->in, service, address, ipvs->line);
	if (!backend)
		return;
	backend->weight = read_number(ipvs, "weight", rule->weight, 1);
	lvs_set_forward(ipvs->in, backend, &rule->forward, ipvs->line);
	lvs_set_thresholds(ipvs->in, backend, read_number(ipvs, "upper threshold", rule->upper, 0),
			   read_number(ipvs, "lower threshold", rule->lower, 0), ipvs->line);
}

/* A timeout of 0 leaves it as it is. */
static void set_timeouts(struct ipvs *ipvs)
{
	__u64 old[] = { ipvs->timeouts.tcp, ipvs->timeouts.tcpfin, ipvs->timeouts.udp };
	int i;

	for (i = 0; i < 3; i++)
		old[i] = read_number(ipvs, "timeout", ipvs->rule.timeouts[i], 0) ?: old[i];
	ipvs->timeouts = (struct lvs_timeouts){ old[0], old[1], old[2] };
}

/* Clearing what is empty has no effect. */
static void clear_services(struct ipvs *ipvs)
{
	if (ipvs->in->services.n)
		import_refused(ipvs->in, ipvs->line,
			       "clear: services stand before it; import only what follows");
}

static void refuse_daemon(struct ipvs *ipvs)
{
	import_refused(ipvs->in, ipvs->line, "the sync daemon: %s", lvs_no_sync);
}

static void run_rule(struct ipvs *ipvs)
{
	static const struct {
		const char *command;
		void (*run)(struct ipvs *ipvs);
	} commands[] = {
		{ "add-service", add_service },
		{ "add-server", add_server },
		{ "set", set_timeouts },
		{ "clear", clear_services },
		{ "start-daemon", refuse_daemon },
		{ "stop-daemon", refuse_daemon },
	};
	size_t i;

	import_mark(ipvs->in, ipvs->line, IMPORT_TRANSLATED);
	for (i = 0; i < sizeof(commands) / sizeof(*commands); i++) {
		if (ipvs->rule.command && !strcmp(ipvs->rule.command, commands[i].command)) {
			commands[i].run(ipvs);
			return;
		}
	}
	if (ipvs->rule.command)
		import_refused(ipvs->in, ipvs->line,
			       "%s: expected only what is there; \"ipvsadm -S -n\" prints it",
			       ipvs->rule.command);
	else
		import_refused(ipvs->in, ipvs->line, "a command is missing: expected -A or -a");
}

static bool is_ipvsadm(const char *word)
{
	const char *slash = strrchr(word, '/');

	return !strcmp(slash ? slash + 1 : word, "ipvsadm");
}

static void read_line(struct ipvs *ipvs)
{
	struct import_line *line = import_line(ipvs->in, ipvs->line);
	char *copy = error_check_alloc(strdup(line->text)), *save, *word;
	char *words[WORDS + 1];
	int n = 0, first;

	copy[block_length(copy, "#", "", '\0')] = '\0';
	for (word = strtok_r(copy, BLANKS, &save); word && n < WORDS;
	     word = strtok_r(NULL, BLANKS, &save))
		words[n++] = word;
	words[n] = NULL;
	first = n && is_ipvsadm(words[0]);
	if (word)
		import_refused(ipvs->in, ipvs->line, "more than %d words in a line", WORDS);
	else if (!n)
		import_mark(ipvs->in, ipvs->line, IMPORT_BLANK);
	else if (read_rule(ipvs, words + first))
		run_rule(ipvs);
	free(copy);
}

int import_ipvs(struct import *in, const char *path, struct dsr_error *err)
{
	struct ipvs ipvs = { .in = in, .timeouts = LVS_TIMEOUTS };
	size_t i;

	if (import_read(in, path, err))
		return -1;
	for (ipvs.line = 0; ipvs.line < in->lines.n; ipvs.line++)
		if (import_line(in, ipvs.line)->class == IMPORT_UNREAD)
			read_line(&ipvs);
	for (i = 0; i < in->services.n; i++)
		lvs_set_timeouts(in, import_service_at(in, i), &ipvs.timeouts);
	return 0;
}

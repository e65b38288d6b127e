// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Imports the running-config of Cisco ACE: classes of virtual addresses, with the policies, server
 * farms and servers that they lead to.
 *
 * A line belongs to the innermost mode that knows it, as on the appliance, so it does not matter
 * how lines are indented.
 */
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "import_block.h"
#include "lvs.h"

enum mode {
	FIRST,
	RSERVER,
	FARM,
	FARM_SERVER,
	CLASS_MAP,
	BALANCE,
	BALANCE_CLASS,
	MULTI,
	MULTI_CLASS,
	STICKY,
	PARAMETERS,
	INTERFACE,
	OTHER,		/* all lines that are indented belong to it */
};

/* Those that are not here are of the first mode. */
static const enum mode parents[OTHER + 1] = {
	[FARM_SERVER] = FARM,
	[BALANCE_CLASS] = BALANCE,
	[MULTI_CLASS] = MULTI,
};

/* A line that a mode knows, by its first words. */
struct form {
	enum mode mode;
	const char *first, *second, *third;	/* NULL: any */
	enum mode opens;
	int max;			/* words; 0: any number */
	const char *refused;
	const char *no_effect;
};

static const char no_http[] = "DSR sees no requests, only addresses and ports";
static const char of_system[] = "set it up as the system's network configuration";
static const char no_rules[] = "use nftables, in the raw table or at ingress";
static const char management[] = "about the appliance itself";
static const char no_rate[] = "a server has no limit of new flows in a second";
static const char of_people[] = "only for people";

static const struct form forms[] = {
	{ FIRST, "rserver", "host", .opens = RSERVER },
	{ FIRST, "rserver", "redirect", .opens = OTHER, .refused = no_http },
	{ FIRST, "serverfarm", "host", .opens = FARM },
	{ FIRST, "serverfarm", "redirect", .opens = OTHER, .refused = no_http },
	{ FIRST, "probe", .opens = OTHER, .refused = import_no_checks },
	{ FIRST, "class-map", "type", .opens = OTHER, .refused = no_http },
	{ FIRST, "class-map", .opens = CLASS_MAP },
	{ FIRST, "policy-map", "type", "loadbalance", .opens = BALANCE },
	{ FIRST, "policy-map", "type", .opens = OTHER, .refused = management },
	{ FIRST, "policy-map", "multi-match", .opens = MULTI },
	{ FIRST, "parameter-map", "type", "connection", .opens = PARAMETERS },
	{ FIRST, "parameter-map", .opens = OTHER, .refused = no_http },
	{ FIRST, "sticky", "ip-netmask", .opens = STICKY },
	{ FIRST, "sticky", .opens = OTHER, .refused = no_http },
	{ FIRST, "interface", .opens = INTERFACE },
	{ FIRST, "service-policy", .no_effect = "services take packets of all devices" },
	{ FIRST, "access-list", .refused = no_rules },
	{ FIRST, "ip", "route", .refused = of_system },
	{ FIRST, "hostname", .no_effect = management },
	{ FIRST, "context", .opens = OTHER, .refused = "use a network namespace or a VRF" },
	{ FIRST, "resource-class", .opens = OTHER, .refused = management },
	{ FIRST, "ssl-proxy", .opens = OTHER, .refused = no_http },
	{ FIRST, "crypto", .opens = OTHER, .refused = no_http },
	{ FIRST, "action-list", .opens = OTHER, .refused = no_http },
	{
		FIRST, "ft", .opens = OTHER,
		.refused = "directors are not paired; keepalived moves addresses"
	},
	{ FIRST, "logging", .refused = management },
	{ FIRST, "snmp-server", .refused = management },
	{ FIRST, "username", .refused = management },
	{ FIRST, "role", .opens = OTHER, .refused = management },
	{ FIRST, "domain", .opens = OTHER, .refused = management },
	{ FIRST, "ssh", .refused = management },
	{ FIRST, "boot", .refused = management },
	{ FIRST, "login", .refused = management },
	{ FIRST, "timeout", .refused = "\"timeout\" belongs to each service" },
	{ FIRST, "switch-mode", .refused = management },
	{ FIRST, "no", .refused = management },
	{ FIRST, "Generating", .no_effect = "printed by \"show running-config\"" },

	{ RSERVER, "ip", "address" },
	{ RSERVER, "inservice" },
	{ RSERVER, "weight" },
	{ RSERVER, "conn-limit" },
	{ RSERVER, "description", .no_effect = of_people },
	{ RSERVER, "probe", .max = 2, .refused = import_no_checks },
	{ RSERVER, "fail-on-all", .refused = import_no_checks },
	{ RSERVER, "rate-limit", .refused = no_rate },

	{ FARM, "transparent" },
	{ FARM, "predictor" },
	{ FARM, "failaction" },
	{ FARM, "rserver", .opens = FARM_SERVER },
	{ FARM, "description", .no_effect = of_people },
	{ FARM, "probe", .max = 2, .refused = import_no_checks },
	{ FARM, "fail-on-all", .refused = import_no_checks },
	{ FARM, "inband-health", .refused = import_no_checks },
	{ FARM, "retcode", .refused = no_http },
	{ FARM, "partial-threshold", .refused = import_no_checks },

	{ FARM_SERVER, "inservice" },
	{ FARM_SERVER, "weight" },
	{ FARM_SERVER, "conn-limit" },
	{ FARM_SERVER, "description", .no_effect = of_people },
	{ FARM_SERVER, "probe", .max = 2, .refused = import_no_checks },
	{
		FARM_SERVER, "backup-rserver",
		.refused = "a backend has no backup of its own; \"priority\" makes one for all"
	},
	{ FARM_SERVER, "rate-limit", .refused = no_rate },
	{ FARM_SERVER, "cookie-string", .refused = no_http },
	{ FARM_SERVER, "fail-on-all", .refused = import_no_checks },

	{ CLASS_MAP, NULL, "match", "virtual-address" },
	{ CLASS_MAP, "match", "virtual-address" },
	{ CLASS_MAP, NULL, "match", .refused = "expected it to match a virtual-address" },
	{ CLASS_MAP, "match", .refused = "expected it to match a virtual-address" },
	{ CLASS_MAP, "description", .no_effect = of_people },

	{ BALANCE, "class", .opens = BALANCE_CLASS },
	{ BALANCE, "match", .opens = BALANCE_CLASS },
	{ BALANCE, "description", .no_effect = of_people },
	{ BALANCE_CLASS, "serverfarm" },
	{ BALANCE_CLASS, "sticky-serverfarm" },
	{ BALANCE_CLASS, "insert-http", .refused = no_http },
	{ BALANCE_CLASS, "drop", .refused = "a service without backends drops" },
	{ BALANCE_CLASS, "forward", .refused = "no service takes packets that are only routed" },
	{
		BALANCE_CLASS, "set", "ip", "tos",
		.refused = "the packets are not changed; nftables can set DSCP"
	},
	{ BALANCE_CLASS, "action", .refused = no_http },
	{ BALANCE_CLASS, "compress", .refused = no_http },
	{ BALANCE_CLASS, "ssl-proxy", .refused = no_http },

	{ MULTI, "class", .opens = MULTI_CLASS },
	{ MULTI, "description", .no_effect = of_people },
	{ MULTI_CLASS, "loadbalance", "policy" },
	{ MULTI_CLASS, "loadbalance", "vip", "inservice" },
	{ MULTI_CLASS, "loadbalance", "vip", "icmp-reply" },
	{
		MULTI_CLASS, "loadbalance", "vip", "advertise",
		.refused = "a routing daemon announces VIPs"
	},
	{ MULTI_CLASS, "connection", "advanced-options" },
	{ MULTI_CLASS, "nat" },
	{ MULTI_CLASS, "appl-parameter", .refused = no_http },
	{ MULTI_CLASS, "inspect", .refused = no_http },
	{ MULTI_CLASS, "ssl-proxy", .refused = no_http },

	{ STICKY, "timeout" },
	{ STICKY, "serverfarm" },
	{ STICKY, "replicate", .no_effect = "directors choose by the same hash" },
	{
		STICKY, "static",
		.refused = "no client has a server of its own; add a service with \"source\""
	},

	{ PARAMETERS, "set", "timeout", "inactivity" },
	{ PARAMETERS, "set", .refused = "with DSR, TCP is between client and server" },
	{ PARAMETERS, "no", .no_effect = "DSR checks no sequence numbers" },
	{ PARAMETERS, "exceed-mss", .no_effect = "the packets are not changed" },
	{ PARAMETERS, "syn-data", .no_effect = "the packets are not changed" },
	{ PARAMETERS, "rate-limit", .refused = "a service has no limit of new flows in a second" },
	{ PARAMETERS, "reserved-bits", .no_effect = "the packets are not changed" },
	{ PARAMETERS, "tcp-options", .no_effect = "the packets are not changed" },
	{ PARAMETERS, "urgent-flag", .no_effect = "the packets are not changed" },
	{ PARAMETERS, "slowstart", .no_effect = "of a proxy" },
	{ PARAMETERS, "nagle", .no_effect = "of a proxy" },
	{ PARAMETERS, "description", .no_effect = of_people },

	{ INTERFACE, "no", "normalization", .no_effect = "connections are never checked" },
	{ INTERFACE, "no", "icmp-guard", .no_effect = "ICMP errors are always checked" },
	{ INTERFACE, "service-policy", .no_effect = "services take packets of all devices" },
	{ INTERFACE, "description", .no_effect = of_people },
	{ INTERFACE, "access-group", .refused = no_rules },
	{ INTERFACE, "nat-pool", .refused = "servers answer the client itself" },
	{ INTERFACE, "ip", "address", .refused = of_system },
	{ INTERFACE, "ip", .refused = of_system },
	{ INTERFACE, "alias", .refused = of_system },
	{ INTERFACE, "peer", .refused = of_system },
	{ INTERFACE, "mtu", .refused = of_system },
	{ INTERFACE, "mac-sticky", .no_effect = "answers do not come back" },
	{ INTERFACE, "bridge-group", .refused = of_system },
	{ INTERFACE, "no", "shutdown", .no_effect = "links are the system's" },
	{ INTERFACE, "shutdown", .refused = of_system },
	{ INTERFACE, "fragment", .no_effect = "fragments are always reassembled" },
	{ INTERFACE, "icmp-guard", .no_effect = "ICMP errors are always checked" },
	{ INTERFACE, "normalization", .refused = "with DSR, connections cannot be checked" },
};

#define N_FORMS (sizeof(forms) / sizeof(*forms))

struct ace {
	struct import *in;
	struct block_reader reader;
	enum mode mode;
	bool has_inservice;		/* some server in the file is in service */
	bool no_normalization;
	const struct node *root;

	/* Of the class that becomes services. */
	const struct node *class;
	const struct node *farm;
	const struct node *sticky;
	const struct node *use;		/* of the farm */
};

static bool word_is(const struct node *node, int i, const char *word)
{
	return !word || !strcmp(node_word(node, i), word);
}

/* A word that stands for a new object of the first mode is no name of an old one. */
static bool fits(const struct form *form, const struct node *node)
{
	bool is_new = node->n > 2 && (word_is(node, 1, "host") || word_is(node, 1, "redirect"));

	if (form->mode != FIRST && form->first && is_new &&
	    (!strcmp(form->first, "rserver") || !strcmp(form->first, "serverfarm")))
		return false;
	return word_is(node, 0, form->first) && word_is(node, 1, form->second) &&
	       word_is(node, 2, form->third) && (!form->max || node->n <= form->max);
}

static const struct form *find_form(enum mode mode, const struct node *node)
{
	size_t i;

	for (i = 0; i < N_FORMS; i++)
		if (forms[i].mode == mode && fits(&forms[i], node))
			return &forms[i];
	return NULL;
}

/* Find the mode that a line belongs to, and leave those inside of it. */
static const struct form *enter(struct ace *ace, const struct node *node)
{
	const struct form *form;

	for (;;) {
		form = find_form(ace->mode, node);
		if (form || ace->mode == FIRST)
			return form;
		ace->mode = parents[ace->mode];
		block_pop(&ace->reader);
	}
}

/* Read a line as a statement of its own, to know its words before its place. */
static struct node *read_words(struct ace *ace, size_t line)
{
	struct block_reader reader = { .in = ace->in, .comments = "", .quotes = "",
		.no_braces = true, .root = node_new(NULL, line) };

	reader.parent = reader.root;
	block_line(&reader, line, import_line(ace->in, line)->text);
	return reader.root;
}

static void read_line(struct ace *ace, size_t line)
{
	const char *text = import_line(ace->in, line)->text;
	bool is_indented = strchr(" \t", *text);
	const struct form *form;
	struct node *words;

	if (text[strspn(text, " \t")] == '!') {
		import_mark(ace->in, line, IMPORT_BLANK);
		return;
	}
	if (ace->mode == OTHER && is_indented) {
		import_mark(ace->in, line, IMPORT_REFUSED);
		return;
	}
	words = read_words(ace, line);
	form = enter(ace, words->children);
	node_free(words);
	block_line(&ace->reader, line, text);
	if (!form || !ace->reader.pending)
		return;
	import_mark(ace->in, line, IMPORT_TRANSLATED);
	if (form->refused)
		node_refuse(ace->in, ace->reader.pending, form->refused);
	ace->has_inservice |= word_is(ace->reader.pending, 0, "inservice");
	ace->no_normalization |= word_is(ace->reader.pending, 1, "normalization") &&
				 word_is(ace->reader.pending, 0, "no");
	if (form->opens != FIRST) {
		ace->mode = form->opens;
		block_push(&ace->reader);
	}
}

/* Find an object of the first mode by its first word and its name, the last word. */
static const struct node *find_object(const struct ace *ace, const char *first, const char *name)
{
	const struct node *node;

	for (node = ace->root->children; node; node = node->next)
		if (word_is(node, 0, first) && node->n > 1 && word_is(node, node->n - 1, name))
			return node;
	return NULL;
}

static const struct node *find_words(const struct node *parent, const char *first,
				     const char *second, const char *third)
{
	const struct node *node;

	for (node = parent->children; node; node = node->next)
		if (word_is(node, 0, first) && word_is(node, 1, second) &&
		    word_is(node, 2, third))
			return node;
	return NULL;
}

static void refuse_class(struct ace *ace, const char *why)
{
	node_refuse(ace->in, ace->class, why);
}

/* Servers. */

static void set_number(struct ace *ace, struct import_backend *backend, const struct node *server,
		       const struct node *object)
{
	const struct node *weight = node_find(server, "weight") ?: node_find(object, "weight");
	const struct node *limit = node_find(server, "conn-limit") ?:
				   node_find(object, "conn-limit");
	__u64 upper, lower = 0;

	if (weight && addr_parse_number(node_word(weight, 1), UINT32_MAX, &backend->weight))
		import_refused(ace->in, weight->line, "weight \"%s\": expected a number",
			       node_word(weight, 1));
	if (!limit)
		return;
	if (addr_parse_number(node_word(limit, 2), UINT32_MAX, &upper) ||
	    (limit->n > 4 && addr_parse_number(node_word(limit, 4), UINT32_MAX, &lower)))
		import_refused(ace->in, limit->line, "conn-limit: expected max NUMBER min NUMBER");
	else
		lvs_set_thresholds(ace->in, backend, upper, lower == upper ? 0 : lower,
				   limit->line);
}

/* A server that is not in service gets no connections. */
static void set_state(struct ace *ace, struct import_backend *backend, const struct node *server,
		      const struct node *object)
{
	const struct node *in_farm = node_find(server, "inservice");
	const struct node *everywhere = node_find(object, "inservice");

	if (!ace->has_inservice)
		import_approximated(ace->in, server->line,
				    "no server in this file is in service: taken as if all were");
	else if (!in_farm || !everywhere)
		import_set_backend(ace->in, backend, "state", "down", server->line);
	if (!in_farm || !word_is(in_farm, 1, "standby"))
		return;
	import_set_backend(ace->in, backend, "priority", "1", server->line);
	import_approximated(ace->in, in_farm->line,
			    "standby becomes priority 1: the server stands by for all others");
}

static void add_server(struct ace *ace, struct import_service *service, const struct node *server,
		       const char *priority)
{
	const struct node *object = find_object(ace, "rserver", node_word(server, 1));
	const char *word = node_word(server, 2), *text;
	const struct node *address = object ? node_find(object, "ip") : NULL;
	struct lvs_forward forward = { .method = LVS_DR };
	struct import_backend *backend;
	int port = *word ? lvs_port(word) : 0;

	text = address ? node_word(address, 2) : "";
	if (!*text || port < 0) {
		import_refused(ace->in, server->line, "rserver %s: %s", node_word(server, 1),
			       !object ? "there is no such rserver" : port < 0 ?
			       "the port is not known, expected a number" :
			       "it has no address");
		service->refused++;
		return;
	}
	if (!lvs_check_forward(ace->in, service, text, &forward, server->line) ||
	    !lvs_check_port(ace->in, service, text, port, server->line))
		return;
	backend = import_backend(ace->in, service, text, server->line);
	if (!backend)
		return;
	snprintf(backend->name, sizeof(backend->name), "%.63s", node_word(server, 1));
	set_number(ace, backend, server, object);
	set_state(ace, backend, server, object);
	if (priority)
		import_set_backend(ace->in, backend, "priority", priority, server->line);
}

static void add_farm(struct ace *ace, struct import_service *service, const struct node *farm,
		     const char *priority)
{
	const struct node *server;

	for (server = farm->children; server; server = server->next)
		if (word_is(server, 0, "rserver"))
			add_server(ace, service, server, priority);
}

/* The farm that takes over when all servers of the first one are down. */
static void add_backup(struct ace *ace, struct import_service *service)
{
	const char *name = word_is(ace->use, 2, "backup") ? node_word(ace->use, 3) : "";
	const struct node *farm;

	if (!*name)
		return;
	farm = find_object(ace, "serverfarm", name);
	if (!farm) {
		import_refused(ace->in, ace->use->line, "serverfarm %s: there is no such farm",
			       name);
		return;
	}
	add_farm(ace, service, farm, "1");
	import_approximated(ace->in, ace->use->line,
			    "the servers of the backup farm %s become backends of priority 1",
			    name);
}

static void set_predictor(struct ace *ace, struct import_service *service)
{
	const struct node *predictor = node_find(ace->farm, "predictor");
	const char *kind = predictor ? node_word(predictor, 1) : "roundrobin", *of;
	size_t line = predictor ? predictor->line : ace->farm->line;

	if (!strcmp(kind, "leastconns")) {
		import_set(ace->in, service, "scheduler", "wlc", line);
		import_approximated(ace->in, line,
				    "predictor leastconns becomes wlc, which counts the flows that are remembered");
	} else if (!strcmp(kind, "hash") && word_is(predictor, 2, "address")) {
		of = node_word(predictor, 3);
		if (!strcmp(of, "source") || !strcmp(of, "destination"))
			import_set(ace->in, service, "hash", of, line);
		else
			import_approximated(ace->in, line,
					    "predictor hash address becomes maglev, which hashes ports, too");
	} else {
		import_set(ace->in, service, "scheduler", "wrr", line);
		if (strcmp(kind, "roundrobin"))
			import_approximated(ace->in, line,
					    "predictor %s becomes wrr: %s", kind, no_http);
	}
}

static void set_failaction(struct ace *ace, struct import_service *service)
{
	const struct node *action = node_find(ace->farm, "failaction");

	if (action && word_is(action, 1, "purge"))
		import_set(ace->in, service, "on-delete", "reject", action->line);
}

/* sticky ip-netmask MASK address source NAME; its timeout is in minutes. */
static void set_sticky(struct ace *ace, struct import_service *service)
{
	const struct node *timeout;
	__u64 minutes = 1440;
	char text[24];

	if (!ace->sticky)
		return;
	timeout = node_find(ace->sticky, "timeout");
	if (timeout && addr_parse_number(node_word(timeout, timeout->n - 1), 65535, &minutes))
		import_refused(ace->in, timeout->line, "timeout \"%s\": expected minutes",
			       node_word(timeout, timeout->n - 1));
	snprintf(text, sizeof(text), "%llu", 60 * (unsigned long long)minutes);
	import_set(ace->in, service, "persist", text, ace->sticky->line);
	lvs_set_netmask(ace->in, service, node_word(ace->sticky, 2), ace->sticky->line);
	if (!word_is(ace->sticky, 4, "source"))
		import_approximated(ace->in, ace->sticky->line,
				    "sticky by address %s becomes persistence by the source",
				    node_word(ace->sticky, 4));
}

static void set_timeouts(struct ace *ace, struct import_service *service)
{
	static const char *const names[] = { "tcp", "udp", "icmp", "other" };
	const struct node *use = find_words(ace->class, "connection", "advanced-options", NULL);
	const struct node *map = use ? find_object(ace, "parameter-map", node_word(use, 2)) : NULL;
	const struct node *timeout = map ? find_words(map, "set", "timeout", "inactivity") : NULL;
	size_t i;

	if (use && !map)
		import_refused(ace->in, use->line, "there is no parameter-map %s",
			       node_word(use, 2));
	for (i = 0; timeout && i < sizeof(names) / sizeof(*names); i++)
		import_set_second(ace->in, service, "timeout", names[i], node_word(timeout, 3),
				  timeout->line);
}

static void set_echo(struct ace *ace, struct import_service *service)
{
	const struct node *reply = find_words(ace->class, "loadbalance", "vip", "icmp-reply");

	if (reply)
		import_set(ace->in, service, "echo",
			   word_is(reply, 3, "active") ? "reply-if-up" : "reply", reply->line);
}

/* Classes. */

/* Write the VIP of ADDRESS [MASK] PROTOCOL [eq PORT | range PORT PORT], from word @i on. Return
 * the protocol, or NULL with a report.
 */
static const char *read_match(struct ace *ace, const struct node *match, int i, char *vip,
			      size_t size)
{
	const char *address = node_word(match, i++), *protocol, *mask = "";
	char prefix[8] = "", ports[32] = "";
	int first = 0, last = 0, length;

	if (strchr(node_word(match, i), '.'))
		mask = node_word(match, i++);
	protocol = node_word(match, i++);
	if (!*protocol || (strcmp(protocol, "any") && strcmp(protocol, "tcp") &&
			   strcmp(protocol, "udp"))) {
		import_refused(ace->in, match->line,
			       "virtual-address \"%s\" \"%s\": expected an address, and any, tcp or udp",
			       address, protocol);
		return NULL;
	}
	if (*node_word(match, i) && !word_is(match, i, "any")) {
		first = lvs_port(node_word(match, i + 1));
		last = word_is(match, i, "range") ? lvs_port(node_word(match, i + 2)) : first;
	}
	length = *mask ? lvs_mask_length(mask) : 32;
	if (first < 0 || last < 0 || length < 0) {
		import_refused(ace->in, match->line,
			       "virtual-address %s: the %s is not known, expected numbers", address,
			       length < 0 ? "mask" : "port");
		return NULL;
	}
	if (length < 32)
		snprintf(prefix, sizeof(prefix), "/%d", length);
	if (first && last > first)
		snprintf(ports, sizeof(ports), ":%d-%d", first, last);
	else if (first)
		snprintf(ports, sizeof(ports), ":%d", first);
	snprintf(vip, size, strchr(address, ':') && *ports ? "[%s]%s%s" : "%s%s%s", address,
		 prefix, ports);
	return protocol;
}

static void make_service(struct ace *ace, const struct node *match, int first)
{
	struct import_service *service;
	char vip[2 * ADDR_TEXT];
	const char *protocol = read_match(ace, match, first, vip, sizeof(vip));

	service = protocol ? import_service(ace->in, protocol, vip, match->line) : NULL;
	if (!service)
		return;
	service->line = ace->class->line;
	service->node = ace->class;
	snprintf(service->name, sizeof(service->name), "%.63s", node_word(ace->class, 1));
	snprintf(service->pool, sizeof(service->pool), "%.63s",
		 node_word(ace->farm, ace->farm->n - 1));
	set_predictor(ace, service);
	set_failaction(ace, service);
	set_sticky(ace, service);
	set_timeouts(ace, service);
	set_echo(ace, service);
	add_farm(ace, service, ace->farm, NULL);
	add_backup(ace, service);
}

/* Read [sticky-]serverfarm of a class. */
static void read_use(struct ace *ace, const struct node *class)
{
	const struct node *sticky = node_find(class, "sticky-serverfarm");

	ace->use = node_find(class, "serverfarm");
	ace->sticky = sticky ? find_object(ace, "sticky", node_word(sticky, 1)) : NULL;
	if (sticky)
		ace->use = ace->sticky ? node_find(ace->sticky, "serverfarm") : NULL;
	if (ace->use)
		ace->farm = find_object(ace, "serverfarm", node_word(ace->use, 1));
}

/* Find the farm that a policy uses for all packets. */
static bool find_farm(struct ace *ace, const struct node *policy)
{
	const struct node *class;

	ace->farm = NULL;
	for (class = policy->children; class; class = class->next) {
		if (word_is(class, 1, "class-default") && !ace->farm)
			read_use(ace, class);
		else if (word_is(class, 1, "class-default"))
			node_refuse(ace->in, class, "there is one already");
		else if (word_is(class, 0, "class") || word_is(class, 0, "match"))
			node_refuse(ace->in, class, no_http);
	}
	return ace->farm;
}

/* Without "transparent", servers get packets with their own address. Where the appliance does not
 * check connections either, somebody has meant DSR.
 */
static bool check_transparent(struct ace *ace)
{
	if (node_find(ace->farm, "transparent"))
		return true;
	if (!ace->no_normalization) {
		node_refuse(ace->in, ace->farm,
			    "not transparent: servers get packets with their own address, which DSR does not do; give them the VIP and say \"transparent\"");
		return false;
	}
	import_approximated(ace->in, ace->farm->line,
			    "the farm is not transparent, but normalization is off: taken as if it were");
	return true;
}

static const char *why_not(struct ace *ace, const struct node **map)
{
	const struct node *policy;

	*map = find_object(ace, "class-map", node_word(ace->class, 1));
	if (!*map)
		return "there is no such class-map";
	if (!find_words(ace->class, "loadbalance", "vip", "inservice"))
		return "the VIP is not in service";
	if (node_find(ace->class, "nat"))
		return "servers answer the client itself, so it must keep its address";
	policy = find_words(ace->class, "loadbalance", "policy", NULL);
	policy = policy ? find_object(ace, "policy-map", node_word(policy, 2)) : NULL;
	if (!policy)
		return "there is no policy that balances";
	if (!find_farm(ace, policy))
		return "its policy leads to no serverfarm";
	return check_transparent(ace) ? NULL : "its serverfarm cannot be translated";
}

static void load_class(struct ace *ace, const struct node *class)
{
	size_t before = ace->in->services.n;
	const struct node *map, *match;
	const char *reason;
	int first;

	if (word_is(class, 1, "class-default"))
		return;
	ace->class = class;
	reason = why_not(ace, &map);
	if (reason) {
		refuse_class(ace, reason);
		return;
	}
	for (match = map->children; match; match = match->next) {
		first = word_is(match, 0, "match") ? 1 : 2;
		if (word_is(match, first, "virtual-address"))
			make_service(ace, match, first + 1);
	}
	if (ace->in->services.n == before)
		refuse_class(ace, "no virtual address of its class-map can be translated");
}

/* A policy has an effect only where it is applied. */
static bool is_applied(const struct ace *ace, const struct node *policy)
{
	const char *name = node_word(policy, 2);
	const struct node *node, *inner;

	for (node = ace->root->children; node; node = node->next) {
		if (word_is(node, 0, "service-policy") && word_is(node, node->n - 1, name))
			return true;
		for (inner = node->children; inner; inner = inner->next)
			if (word_is(inner, 0, "service-policy") &&
			    word_is(inner, inner->n - 1, name))
				return true;
	}
	return false;
}

static void load_policy(struct ace *ace, const struct node *policy)
{
	const struct node *class;

	if (!is_applied(ace, policy)) {
		node_refuse(ace->in, policy, "no service-policy applies it");
		return;
	}
	for (class = policy->children; class; class = class->next)
		if (word_is(class, 0, "class"))
			load_class(ace, class);
}

/* A server without an address is refused even if no farm has it. */
static void check_server(struct ace *ace, const struct node *server)
{
	const struct node *address = node_find(server, "ip");
	char text[NODE_TEXT];

	if (!*node_word(address ?: server, address ? 2 : server->n))
		import_refused(ace->in, (address ?: server)->line, "%s: the address is missing",
			       node_text(server, text, sizeof(text)));
}

int import_ace(struct import *in, const char *path, struct dsr_error *err)
{
	struct ace ace = { .in = in };
	const struct node *node;
	size_t line;

	if (import_read(in, path, err))
		return -1;
	block_begin(&ace.reader, in);
	ace.reader.comments = "";
	ace.reader.quotes = "";
	ace.reader.no_braces = true;
	for (line = 0; line < in->lines.n; line++)
		if (import_line(in, line)->class == IMPORT_UNREAD)
			read_line(&ace, line);
	ace.root = ace.reader.root;
	for (node = ace.root->children; node; node = node->next)
		if (word_is(node, 0, "rserver") && word_is(node, 1, "host"))
			check_server(&ace, node);
		else if (word_is(node, 0, "policy-map") && word_is(node, 1, "multi-match"))
			load_policy(&ace, node);
	return 0;
}
